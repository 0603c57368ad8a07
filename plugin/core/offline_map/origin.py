"""What working copies of a foreign offline map were made of: a record in the folder that holds them.

By it a file that was only touched finds the copies that were made of it, with their edits; one that was
replaced gets new ones, and it is told where the edits in the old ones are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
import hashlib
import os
from pathlib import Path
from typing import Any, Optional

from ..errors import OfflineMapError
from ..host import Feedback, raise_if_cancelled
from ..json_value import Json, text_of
from ..notice import Notice, notice
from ..storage import file_sha256
from ..untrusted.archive import open_archive
from ..working_copy.change_tracking import edits_noted
from .contents import edits_in
from .json_file import read_json_file, write_json_file
from .layout import PACKAGE_SUFFIX, SIDE_SUFFIXES, TILE_SUFFIXES, MapFolder, working_copies_in

_ARCHIVES = (PACKAGE_SUFFIX, *TILE_SUFFIXES)
_LETTERS = 20  # of a hash: enough for a name


@dataclass(frozen=True)
class CopyOrigin:
    """An offline map or package as it was when it was opened.

    `path` where it lay; `look` a hash of the names, sizes and times of its files, which is quick to compare;
    `content` one of what they hold.
    """

    path: str
    look: str
    content: str

    @classmethod
    def from_json(cls, content: Json) -> CopyOrigin:
        return cls(text_of(content, "path"), text_of(content, "look"), text_of(content, "content"))

    def to_json(self) -> dict[str, Any]:
        return {"version": 1, "path": self.path, "look": self.look, "content": self.content}

    @property
    def folder_name(self) -> str:
        """Where its working copies lie below the profile."""
        return hashlib.sha256(f"{self.path}\n{self.content}".encode()).hexdigest()[:_LETTERS]


@dataclass(frozen=True)
class Kept:
    """A folder of working copies, what they were made of, and how many edits are noted in them."""

    folder: Path
    origin: CopyOrigin
    edits: int

    def edited_files(self) -> list[tuple[Path, int]]:
        """The working copies with edits, and how many each has."""
        counts = ((file, edits_noted(file)) for file in working_copies_in(MapFolder(self.folder).work))
        return [(file, count) for file, count in counts if count]


def origin_of(path: Path, known: Iterable[CopyOrigin], feedback: Feedback) -> CopyOrigin:
    """That of an offline map or package as it lies there now; one of the `known` ones saves reading it.

    Raises `StorageError`, `Cancelled`, and what opening a tile package or an .mmpk raises.
    """
    place, look = str(path.resolve()), look_of(path)
    for origin in known:
        if (origin.path, origin.look) == (place, look):
            return origin
    digest = hashlib.sha256()
    for file in _files(path):
        raise_if_cancelled(feedback)
        digest.update(f"{file.relative_to(path).as_posix()}\n{_content_of(file, path, feedback)}\n".encode())
    return CopyOrigin(place, look, digest.hexdigest())


def look_of(path: Path) -> str:
    """Names, sizes and times of the files of an offline map or package. Raises `OSError`."""
    digest = hashlib.sha256()
    for file in _files(path):
        digest.update(f"{file.relative_to(path).as_posix()}\n{_times(file)}\n".encode())
    return digest.hexdigest()


def read_origin(folder: Path) -> Optional[CopyOrigin]:
    """What the working copies in a folder were made of; None where nothing says so."""
    path = MapFolder(folder).origin
    try:
        return CopyOrigin.from_json(read_json_file(path)) if path.is_file() else None
    except OfflineMapError:
        return None


def note_origin(folder: Path, origin: CopyOrigin) -> None:
    """Writes it down, unless it stands there. Raises `StorageError`."""
    if read_origin(folder) != origin:
        write_json_file(MapFolder(folder).origin, origin.to_json(), indent=1)


def kept_copies(parent: Path) -> list[Kept]:
    """The folders of working copies in `parent` that say what they were made of, by their names."""
    folders = sorted(parent.iterdir()) if parent.is_dir() else []
    origins = ((folder, read_origin(folder)) for folder in folders)
    return [Kept(folder, origin, edits_in(MapFolder(folder).work)) for folder, origin in origins if origin]


def orphaned(kept: Iterable[Kept]) -> list[Kept]:
    """Those with edits whose map is gone, or was replaced and has newer working copies."""
    everything = list(kept)
    return [one for one in everything if one.edits and not _is_there(one, everything)]


def edits_elsewhere(origin: CopyOrigin, kept: Iterable[Kept]) -> tuple[Notice, ...]:
    """Tells of edits that were made in an earlier content of the same path, or when it had another one."""
    return tuple(
        notice(
            "edits_elsewhere",
            "“{name}” was replaced or moved after edits were made: {count} edits of “{path}” are not shown"
            " here; they are kept in “{folder}”.",
            name=Path(origin.path).name,
            count=one.edits,
            path=one.origin.path,
            folder=one.folder,
        )
        for one in orphaned(kept)
        if origin.path == one.origin.path or origin.content == one.origin.content
    )


def _is_there(one: Kept, everything: list[Kept]) -> bool:
    path = Path(one.origin.path)
    try:
        look = look_of(path) if path.exists() else ""
    except OSError:
        return True  # a disk that cannot be read says nothing
    return bool(look) and not any(
        (other.origin.path, other.origin.look) == (one.origin.path, look)
        for other in everything
        if other.folder != one.folder
    )


def _files(path: Path) -> Iterator[Path]:
    """The files that make an offline map or package, in a fixed order; none that others leave beside them."""
    if path.is_file():
        yield path
        return
    info = MapFolder(path).package_info
    if info.is_file():
        yield info
        folders = sorted(MapFolder(path).package_folders())
        yield from (file for folder in folders for file in sorted(folder.iterdir()) if _is_package(file))
        return
    for place, names, files in os.walk(path):
        names.sort()
        yield from (Path(place) / name for name in sorted(files) if _is_package(Path(place) / name))


def _is_package(file: Path) -> bool:
    return file.is_file() and not file.name.lower().endswith(SIDE_SUFFIXES)


def _content_of(file: Path, root: Path, feedback: Feedback) -> str:
    """A hash of what a file holds. An archive has one of each member in its directory; the bundles of a
    cache, which nobody edits, are known by their times.
    """
    if file.suffix.lower() in _ARCHIVES:
        with open_archive(file) as archive:
            members = sorted((entry.name, entry.size, entry.crc) for entry in archive.entries.values())
        return hashlib.sha256(repr(members).encode()).hexdigest()
    is_cache = root.is_dir() and not MapFolder(root).package_info.is_file()
    return _times(file) if is_cache else file_sha256(file, feedback)


def _times(file: Path) -> str:
    found = file.stat()
    return f"{found.st_size} {found.st_mtime_ns}"
