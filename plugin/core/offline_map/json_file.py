"""The JSON files of an offline map: bounded and judged when they are read, whole when they are written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Optional

from ..errors import Damaged
from ..json_value import Json
from ..storage import write_whole
from ..untrusted.json_text import parse_json_object

_MAX_BYTES = 32 << 20


def read_json_file(path: Path) -> Json:
    """The object in a file. Raises `Damaged`, which names the file, when it cannot be read or holds none."""
    try:
        with path.open("rb") as file:
            return parse_json_object(file.read(_MAX_BYTES + 1), _MAX_BYTES)
    except (OSError, ValueError) as error:
        raise unreadable(path) from error


def write_json_file(path: Path, content: Json, indent: Optional[int] = None) -> None:
    """Writes it so that it is complete under its name or not there. Raises `StorageError`."""
    separators = None if indent else (",", ":")
    text = json.dumps(content, ensure_ascii=False, indent=indent, separators=separators)
    write_whole(path, text.encode("utf-8"))


def unreadable(path: Path) -> Damaged:
    """The error of a file that is no JSON, or says what it cannot mean."""
    return Damaged(
        "“{file}” of the offline map cannot be read.",
        next_step="Download the map area again, or copy the whole folder again.",
        file=path.name,
    )
