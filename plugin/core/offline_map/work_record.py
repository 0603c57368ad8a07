"""made.json beside the working copies: what was taken down of each file as it was made.

A copy of tiles never changes after that, so its size and hash prove it. Of a working copy, which is the
user's to edit, the way in which it was made is written down: where that is this version's, its rows can be
compared with those that its geodatabase gives again. Features of the map are made anew by a later version.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..errors import OfflineMapError
from ..host import Feedback
from ..json_value import Json, json_object, text_of, whole_of
from ..storage import file_sha256
from ..working_copy.write import CONVERSION
from .json_file import read_json_file, write_json_file
from .layout import WORK_RECORD


class WorkRecord:
    """What is written down of the files in a work folder; nothing where made.json is missing or broken."""

    def __init__(self, work_folder: Path) -> None:
        self._path = work_folder / WORK_RECORD
        self._files: dict[str, Json] = {}
        if self._path.is_file():
            try:
                files = json_object(read_json_file(self._path).get("files"))
            except OfflineMapError:
                return
            self._files = {name: json_object(one) for name, one in files.items()}

    def digest(self, name: str) -> tuple[int, str]:
        """Bytes and SHA-256 of a copy of tiles, 0 and an empty text where nobody took them."""
        found = self._files.get(name, {})
        return whole_of(found, "bytes") or 0, text_of(found, "sha256")

    def has_comparable_rows(self, name: str) -> bool:
        """True for a working copy that this version would make again with the same rows."""
        return whole_of(self._files.get(name, {}), "conversion") == CONVERSION

    def note_copies(self, files: Iterable[Path], feedback: Feedback) -> None:
        """Takes down copies of tiles as they are. Raises `StorageError`, `Cancelled`."""
        for file in files:
            if self.has_comparable_rows(file.name):
                continue  # a working copy of the same name
            self._files[file.name] = {"bytes": file.stat().st_size, "sha256": file_sha256(file, feedback)}
        self._write()

    def note_working_copy(self, file: Path) -> None:
        """Takes down that this version made a working copy. Raises `StorageError`."""
        self._files[file.name] = {"conversion": CONVERSION}
        self._write()

    def version(self, name: str) -> int:
        """Of what made a file that is made anew where it is not of this version's; 0 where nobody says."""
        return whole_of(self._files.get(name, {}), "version") or 0

    def note_version(self, file: Path, version: int) -> None:
        """Takes down what made a file. Raises `StorageError`."""
        self._files[file.name] = {"version": version}
        self._write()

    def _write(self) -> None:
        write_json_file(self._path, {"version": 1, "files": dict(sorted(self._files.items()))}, indent=1)
