"""ZIP archives read in place: every member is a byte range, nothing is extracted.

The container of .tpk, .tpkx, .vtpk and .mmpk. Esri stores members
without compression, so a stored member is a range of the archive itself; a deflated one (archives
that somebody zipped again) is inflated into a nameless scratch file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
import shutil
import tempfile
from types import TracebackType
from typing import Optional
import zlib

from ..errors import Damaged, StorageError, Untrusted
from ..storage import storage
from .byte_range import ByteRange, open_file
from .zip_directory import Entry, ZipDirectory, refuse

MAX_ENTRIES = 65_535
# A bundle with one tile is almost all zeros and deflates beyond 1:200 in honest archives; what
# may inflate freely is therefore an empty bundle, not more.
_FREE_BYTES = 1 << 20
_MAX_RATIO = 200
_DISK_RESERVE = 256 << 20
_BLOCK = 1 << 18


class Archive:
    """The members of a ZIP in `range_`, by name; folders end with a slash.

    Raises as `ZipDirectory`.
    """

    def __init__(self, range_: ByteRange, max_entries: int = MAX_ENTRIES) -> None:
        self.path = range_.path
        self._range = range_
        self._directory = ZipDirectory(range_, max_entries)
        self.entries = self._directory.entries

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file under the archive."""
        self._range.close()

    def children(self, folder: str = "") -> tuple[str, ...]:
        """Names directly inside `folder` ("" or ending with a slash); folders end with a slash."""
        return tuple(self._directory.folders.get(folder, ()))

    def size(self, name: str) -> int:
        """The unpacked size of a member, as declared."""
        return self._entry(name).size

    def is_stored(self, name: str) -> bool:
        """True where the member lies in the archive as it is."""
        return self._entry(name).stored and not self._range.is_scratch

    def is_intact(self, name: str) -> bool:
        """False where a stored member differs from its checksum; others are checked as they are unpacked."""
        entry = self._entry(name)
        return not entry.stored or self._checksum(entry) == entry.crc

    def read(self, name: str, max_bytes: int) -> bytes:
        """A small member as a whole, checked against its CRC. Raises `Untrusted` beyond the bound."""
        if self._entry(name).size > max_bytes:
            raise Untrusted(
                "“{member}” in “{file}” is too large for a file of its kind.",
                next_step="Get the package again from a source that you trust.",
                member=name,
                file=self.path.name,
            )
        return b"".join(self.blocks(name))

    def region(self, name: str) -> ByteRange:
        """A member for random access: a part of the archive, or a scratch file when deflated.

        The caller closes it; for a part that does nothing.
        """
        entry = self._entry(name)
        if entry.stored:
            return self._directory.data(entry)
        with storage(self.path.name):
            self._check_room(entry)
            # Closed by the caller; nameless, so nothing stays behind after a crash either.
            scratch = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
        try:
            for block in self.blocks(name):
                with storage(self.path.name):
                    scratch.write(block)
        except BaseException:
            scratch.close()
            raise
        return ByteRange(self.path, scratch, 0, entry.size, scratch=True).own()

    def blocks(self, name: str) -> Iterator[bytes]:
        """The content of a member in blocks; ends with `Damaged` where size or CRC are not as declared."""
        entry = self._entry(name)
        crc = size = 0
        for block in self._stored(entry) if entry.stored else self._inflated(entry):
            size += len(block)
            crc = zlib.crc32(block, crc)
            if size > entry.size:
                break
            yield block
        if size != entry.size or crc != entry.crc:
            raise Damaged(
                "“{member}” in “{file}” does not contain what the archive's directory says.",
                next_step="Get the package again: this copy is damaged.",
                member=name,
                file=self.path.name,
            )

    def _checksum(self, entry: Entry) -> int:
        crc = 0
        for block in self._stored(entry):
            crc = zlib.crc32(block, crc)
        return crc

    def _stored(self, entry: Entry) -> Iterator[bytes]:
        data = self._directory.data(entry)
        for offset in range(0, data.size, _BLOCK):
            yield data.read(offset, min(_BLOCK, data.size - offset))

    def _inflated(self, entry: Entry) -> Iterator[bytes]:
        if entry.size > _FREE_BYTES + _MAX_RATIO * entry.packed_size:
            refuse(self.path, Untrusted("a part of it claims to unpack to more than 200 times its size"))
        data = self._directory.data(entry)
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        offset = 0
        try:
            while not inflater.eof:
                packed = inflater.unconsumed_tail
                if not packed:
                    packed = data.read(offset, min(_BLOCK, data.size - offset))
                    offset += len(packed)
                block = inflater.decompress(packed, _BLOCK)
                if not block and not packed:
                    return
                yield block
        except zlib.error as error:
            raise Damaged(
                "“{member}” in “{file}” cannot be unpacked.",
                next_step="Get the package again: this copy is damaged.",
                member=entry.name,
                file=self.path.name,
            ) from error

    def _check_room(self, entry: Entry) -> None:
        if entry.size > shutil.disk_usage(tempfile.gettempdir()).free - _DISK_RESERVE:
            raise StorageError(
                "There is not enough space in the temporary folder to unpack a part of “{file}” ({size} "
                "bytes).",
                next_step="Free some space and start again.",
                file=self.path.name,
                size=entry.size,
            )

    def _entry(self, name: str) -> Entry:
        try:
            return self.entries[name]
        except KeyError:
            raise Damaged(
                "“{file}” has no “{member}”.",
                next_step="Get the package again: this copy is incomplete.",
                file=self.path.name,
                member=name,
            ) from None


def open_archive(path: Path, max_entries: int = MAX_ENTRIES) -> Archive:
    """The archive in a file; a context manager. Errors as `Archive`, and `BadInput` if unreadable."""
    range_ = open_file(path)
    try:
        return Archive(range_, max_entries)
    except BaseException:
        range_.close()
        raise
