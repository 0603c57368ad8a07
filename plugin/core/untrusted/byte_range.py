"""A part of a file that reads like a file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, NoReturn

from ..errors import BadInput, Damaged
from ..storage import reading_error


class ByteRange:
    """A contiguous part of an open file; offsets count from its own start.

    Read with seek and read, not mapped: a mapped file that shrinks, or lies on a share that goes
    away, kills the process, and mapped pages count as its memory. One thread at a time.
    """

    def __init__(self, path: Path, handle: BinaryIO, start: int, size: int, *, scratch: bool = False) -> None:
        self.path = path
        self.start = start
        self.size = size
        self.is_scratch = scratch  # unpacked: not a range of the file at `path`
        self._handle = handle
        self._owns_handle = False

    def read(self, offset: int, size: int) -> bytes:
        """`size` bytes from `offset`. Raises `Damaged` where the range or the file ends before."""
        if offset < 0 or size < 0 or offset + size > self.size:
            _ends_early(self.path)
        try:
            self._handle.seek(self.start + offset)
            content = self._handle.read(size)
        except OSError as error:
            raise reading_error(error, self.path.name) from error
        if len(content) != size:
            _ends_early(self.path)
        return content

    def part(self, offset: int, size: int) -> ByteRange:
        """A range inside this one, over the same open file; closing it closes nothing."""
        if offset < 0 or size < 0 or offset + size > self.size:
            _ends_early(self.path)
        return ByteRange(self.path, self._handle, self.start + offset, size, scratch=self.is_scratch)

    def own(self) -> ByteRange:
        """This range, from now on in charge of closing the file."""
        self._owns_handle = True
        return self

    def close(self) -> None:
        """Closes the file if this range is in charge of it."""
        if self._owns_handle:
            self._handle.close()


def open_file(path: Path) -> ByteRange:
    """The whole of a file, open for reading. Raises `BadInput` where that fails."""
    try:
        handle = path.open("rb", buffering=0)
        size = handle.seek(0, 2)
    except OSError as error:
        raise BadInput(
            "“{file}” cannot be read: {reason}.",
            next_step="Check that the file is there and that you may read it.",
            file=path.name,
            reason=error.strerror or type(error).__name__,
        ) from error
    return ByteRange(path, handle, 0, size).own()


def _ends_early(path: Path) -> NoReturn:
    raise Damaged(
        "“{file}” ends before the data that it declares.",
        next_step="Get the package again: this copy is incomplete.",
        file=path.name,
    )
