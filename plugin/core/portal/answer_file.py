"""The answer of a server in a file, read piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Callable

from ..storage import reading_error
from ..untrusted.json_stream import JsonPlace, json_values
from .answers import Asked, broken_json


class AnswerFile:
    """The JSON in the file `path`, which `asked` gave."""

    def __init__(self, path: Path, asked: Asked):
        self.path = path
        self.asked = asked

    def values(self, opens: Callable[[JsonPlace], bool]) -> Iterator[tuple[JsonPlace, Any]]:
        """As `json_values`. Raises `BrokenAnswer`, `StorageError`."""
        try:
            yield from json_values(self.path, opens)
        except ValueError as error:
            raise broken_json(self.asked.host) from error
        except OSError as error:
            raise reading_error(error, self.path.name) from error

    def discard(self) -> None:
        """Removes the file."""
        with suppress(OSError):
            self.path.unlink()
