"""What a tile package is made of: named members, in an archive or in a folder on disk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from ..errors import BadInput, Damaged, Untrusted
from ..untrusted.archive import Archive, open_archive
from ..untrusted.byte_range import ByteRange, open_file


class Members(Protocol):
    """Named members below folders; names use "/", folders end with one."""

    path: Path

    def children(self, folder: str = "") -> tuple[str, ...]: ...

    def size(self, name: str) -> int: ...

    def is_stored(self, name: str) -> bool: ...

    def is_intact(self, name: str) -> bool: ...

    def read(self, name: str, max_bytes: int) -> bytes: ...

    def region(self, name: str) -> ByteRange: ...

    def close(self) -> None: ...


class Folder:
    """The members of an unpacked package or cache, listed only where they are asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def children(self, folder: str = "") -> tuple[str, ...]:
        """Names directly inside `folder`, sorted; folders end with a slash."""
        try:
            with os.scandir(self.path / folder) as found:
                names = [entry.name + "/" if entry.is_dir() else entry.name for entry in found]
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise BadInput(
                "The folder “{file}” cannot be read: {reason}.",
                next_step="Check that you may read it.",
                file=self.path.name,
                reason=error.strerror or type(error).__name__,
            ) from error
        return tuple(sorted(names))

    def size(self, name: str) -> int:
        """The size of a file in bytes."""
        try:
            return (self.path / name).stat().st_size
        except OSError:
            raise Damaged(
                "The folder “{file}” has no “{member}”.",
                next_step="Copy the folder again: it is incomplete.",
                file=self.path.name,
                member=name,
            ) from None

    def is_stored(self, name: str) -> bool:  # noqa: ARG002 - a file is always as it is
        """True: files are not packed."""
        return True

    def is_intact(self, name: str) -> bool:  # noqa: ARG002 - nothing says what a file was
        """True: files have no checksum."""
        return True

    def read(self, name: str, max_bytes: int) -> bytes:
        """A small file as a whole. Raises `Untrusted` beyond the bound."""
        region = self.region(name)
        try:
            if region.size > max_bytes:
                raise Untrusted(
                    "“{member}” in “{file}” is too large for a file of its kind.",
                    next_step="Get the package again from a source that you trust.",
                    member=name,
                    file=self.path.name,
                )
            return region.read(0, region.size)
        finally:
            region.close()

    def region(self, name: str) -> ByteRange:
        """A file for random access; the caller closes it."""
        if not (self.path / name).is_file():
            raise Damaged(
                "The folder “{file}” has no “{member}”.",
                next_step="Copy the folder again: it is incomplete.",
                file=self.path.name,
                member=name,
            )
        return open_file(self.path / name)

    def close(self) -> None:
        """Nothing stays open."""


def open_members(path: Path, member: str = "") -> Members:
    """The members of a package file or of a cache folder.

    `path` may also be the conf.xml or root.json of an unpacked cache. `member` names a package
    inside the archive `path` (a tile package in an .mmpk), which is read in place too.
    """
    if path.is_dir():
        return Folder(path)
    if path.name.casefold() in ("conf.xml", "root.json"):
        return Folder(path.parent)
    outer = open_archive(path)
    if not member:
        return outer
    try:
        inner = outer.region(member).own()
    except BaseException:
        outer.close()
        raise
    if inner.is_scratch:
        outer.close()
    try:
        return Archive(inner)
    except BaseException:
        inner.close()
        raise
