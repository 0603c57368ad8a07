"""ZIP archives read in place: every member is a byte range, nothing is extracted.

The container of .tpk, .tpkx, .vtpk and .mmpk (facts/tile-packages.md §1). Esri stores members
without compression, so a stored member is a range of the archive itself; a deflated one (archives
that somebody zipped again) is inflated into a nameless scratch file. The directory is read by our
own code because it must be judged before any name is believed: design/reliability.md §4.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
import re
import shutil
import stat
import struct
import tempfile
from types import TracebackType
from typing import NamedTuple, NoReturn, Optional
import unicodedata
import zlib

from .byte_range import ByteRange, open_file
from .errors import Damaged, StorageError, Unsupported, Untrusted
from .storage import storage

MAX_ENTRIES = 65_535
MAX_NAME_BYTES = 240
# A bundle with one tile is almost all zeros and deflates beyond 1:200 in honest archives; what
# may inflate freely is therefore an empty bundle, not more.
_FREE_BYTES = 1 << 20
_MAX_RATIO = 200
_DISK_RESERVE = 256 << 20
_BLOCK = 1 << 18

# Room of one directory record: name, and what extra fields and comments of honest tools need.
_MAX_RECORD = 4096

_STORED, _DEFLATED = 0, 8
_END = struct.Struct("<4s4H2IH")
_END_64_LOCATOR = struct.Struct("<4sIQI")
_END_64 = struct.Struct("<4sQ2H2I4Q")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_LOCAL = struct.Struct("<4s5H3I2H")

_HARMFUL_NAME = re.compile(
    r"""^$ | ^/ | // | (?:^|/)\.\.?(?:/|$)      # empty, absolute, leading elsewhere
      | [\\:\x00-\x1f\x7f]                      # other separators, drives, streams, control
      | [. ](?:/|$)                             # Windows drops a trailing dot or blank
      | (?:^|/)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.[^/]*)?(?:/|$)""",
    re.VERBOSE | re.IGNORECASE,
)


class Entry(NamedTuple):
    """One member as the archive's directory declares it. Sizes in bytes."""

    name: str
    header_offset: int
    packed_size: int
    size: int
    stored: bool
    crc: int


class Archive:
    """The members of a ZIP in `range_`, by name; folders end with a slash.

    Raises `Damaged` for what is no ZIP or contradicts itself, `Unsupported` for methods other
    than stored and deflated, for encryption and for several disks, and `Untrusted` for more than
    `max_entries`, harmful, doubled or clashing names, links, and overlapping members.
    """

    def __init__(self, range_: ByteRange, max_entries: int = MAX_ENTRIES) -> None:
        self.path = range_.path
        self._range = range_
        count, size, offset = _find_directory(range_)
        if count > max_entries:
            _refuse(range_.path, f"it holds more than {max_entries} files", unpack=True)
        entries = list(_read_directory(range_, count, size, offset))
        self._limits = _data_limits(entries, offset, range_.path)
        self.entries = {entry.name: entry for entry in entries if not entry.name.endswith("/")}
        self._folders = _folders(entries, range_.path)

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
        return tuple(self._folders.get(folder, ()))

    def size(self, name: str) -> int:
        """The unpacked size of a member, as declared."""
        return self._entry(name).size

    def is_stored(self, name: str) -> bool:
        """True where the member lies in the archive as it is."""
        return self._entry(name).stored and not self._range.is_scratch

    def read(self, name: str, max_bytes: int) -> bytes:
        """A small member as a whole, checked against its CRC. Raises `Untrusted` beyond the bound."""
        if self._entry(name).size > max_bytes:
            raise Untrusted(
                "“{member}” in “{file}” is larger than any file of its kind.",
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
            return self._data(entry)
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
                "“{member}” in “{file}” does not hold what the archive's directory says.",
                next_step="Get the package again: this copy is damaged.",
                member=name,
                file=self.path.name,
            )

    def _stored(self, entry: Entry) -> Iterator[bytes]:
        data = self._data(entry)
        for offset in range(0, data.size, _BLOCK):
            yield data.read(offset, min(_BLOCK, data.size - offset))

    def _inflated(self, entry: Entry) -> Iterator[bytes]:
        if entry.size > _FREE_BYTES + _MAX_RATIO * entry.packed_size:
            _refuse(self.path, "a member claims to unpack to more than 200 times its size")
        data = self._data(entry)
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
                "The temporary folder has no room to unpack a part of “{file}” ({size} bytes).",
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

    def _data(self, entry: Entry) -> ByteRange:
        """Where the member's bytes lie: only the local header knows the length of its extra field."""
        header = self._range.read(entry.header_offset, _LOCAL.size)
        magic, _, flags, *_, name_size, extra_size = _LOCAL.unpack(header)
        start = entry.header_offset + _LOCAL.size + name_size + extra_size
        if magic != b"PK\x03\x04" or start + entry.packed_size > self._limits[entry.header_offset]:
            _contradicts(self.path)
        name = self._range.read(entry.header_offset + _LOCAL.size, name_size)
        if _decode_name(name, flags) != entry.name:
            _contradicts(self.path)
        return self._range.part(start, entry.packed_size)


def open_archive(path: Path, max_entries: int = MAX_ENTRIES) -> Archive:
    """The archive in a file; a context manager. Errors as `Archive`, and `BadInput` if unreadable."""
    range_ = open_file(path)
    try:
        return Archive(range_, max_entries)
    except BaseException:
        range_.close()
        raise


def _read_directory(range_: ByteRange, count: int, size: int, offset: int) -> Iterator[Entry]:
    if size > count * _MAX_RECORD:
        _contradicts(range_.path)
    directory = range_.read(offset, size)
    position = 0
    for _ in range(count):
        if position + _CENTRAL.size > size:
            _contradicts(range_.path)
        fields = _CENTRAL.unpack_from(directory, position)
        if fields[0] != b"PK\x01\x02":
            _contradicts(range_.path)
        name_size, extra_size, comment_size = fields[10:13]
        name_start = position + _CENTRAL.size
        extra_start = name_start + name_size
        position = extra_start + extra_size + comment_size
        if position > size:
            _contradicts(range_.path)
        name, extra = directory[name_start:extra_start], directory[extra_start:position]
        yield _entry(fields, name, extra, range_.path, offset)


def _find_directory(range_: ByteRange) -> tuple[int, int, int]:
    """Number of entries, size and offset of the directory, from the end record (or its 64-bit form)."""
    tail_start = max(0, range_.size - _END.size - 0xFFFF)
    tail = range_.read(tail_start, range_.size - tail_start)
    at = tail.rfind(b"PK\x05\x06")
    while at >= 0 and at + _END.size <= len(tail):
        _, disk, first_disk, _, count, size, offset, comment = _END.unpack_from(tail, at)
        if at + _END.size + comment <= len(tail):
            break
        at = tail.rfind(b"PK\x05\x06", 0, at)
    else:
        raise Damaged(
            "“{file}” is no ZIP archive, or it ends early.",
            next_step="Get the package again: this copy is incomplete.",
            file=range_.path.name,
        )
    end = tail_start + at
    locator_at = end - _END_64_LOCATOR.size
    if 0xFFFF in (disk, count) or 0xFFFFFFFF in (size, offset):
        magic, _, end_64, disks = (
            _END_64_LOCATOR.unpack(range_.read(locator_at, _END_64_LOCATOR.size))
            if locator_at >= 0
            else (b"", 0, 0, 0)
        )
        if magic == b"PK\x06\x07":
            record = _END_64.unpack(range_.read(end_64, _END_64.size))
            if record[0] != b"PK\x06\x06" or disks > 1:
                _contradicts(range_.path)
            disk, first_disk, _, count, size, offset = record[4:]
            end = end_64
    if disk or first_disk:
        _unsupported(range_.path, "it is spread over several files")
    if offset + size > end:
        _contradicts(range_.path)
    return count, size, offset


def _entry(fields: tuple[int, ...], raw_name: bytes, extra: bytes, path: Path, directory: int) -> Entry:
    """One directory record, judged."""
    made_by, flags, method = fields[1], fields[3], fields[4]
    name = _decode_name(raw_name, flags)
    if flags & 0x2041:
        _unsupported(path, "it is encrypted")
    if method not in (_STORED, _DEFLATED):
        _unsupported(path, f"it is compressed in a way (number {method}) that is not read")
    kind = stat.S_IFMT(fields[15] >> 16) if made_by >> 8 in (3, 19) else 0
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        _refuse(path, "it holds a link or a device")
    if len(raw_name) > MAX_NAME_BYTES or _HARMFUL_NAME.search(name):
        _refuse(path, f"a name in it leads elsewhere ({name[:60]!a})", unpack=True)
    crc, packed, size, offset = fields[7], fields[8], fields[9], fields[16]
    size, packed, offset = _wide(extra, size, packed, offset, path)
    if method == _STORED and packed != size:
        _contradicts(path)
    if offset + _LOCAL.size + packed > directory:
        _contradicts(path)
    return Entry(name, offset, packed, size, method == _STORED, crc)


def _wide(extra: bytes, size: int, packed: int, offset: int, path: Path) -> tuple[int, int, int]:
    """The values with those that are too big for 32 bits taken from the zip64 extra field."""
    values = [size, packed, offset]
    if 0xFFFFFFFF not in values:
        return size, packed, offset
    at = 0
    while at + 4 <= len(extra):
        field, length = struct.unpack_from("<2H", extra, at)
        if field == 1:
            wide = list(
                struct.unpack_from(f"<{length // 8}Q", extra[at + 4 : at + 4 + length].ljust(length, b"\0"))
            )
            for index, value in enumerate(values):
                if value == 0xFFFFFFFF:
                    values[index] = wide.pop(0) if wide else _contradicts(path)
            return values[0], values[1], values[2]
        at += 4 + length
    return size, packed, offset


def _decode_name(raw: bytes, flags: int) -> str:
    """A member's name: UTF-8 where the flag says so, else the old PC code page."""
    return raw.decode("utf-8" if flags & 0x800 else "cp437", errors="replace")


def _data_limits(entries: list[Entry], directory: int, path: Path) -> dict[int, int]:
    """Per header offset, where the member must end: at the next header or the directory."""
    limits: dict[int, int] = {}
    limit = directory
    for entry in sorted(entries, key=lambda entry: entry.header_offset, reverse=True):
        least = entry.header_offset + _LOCAL.size + len(entry.name) + entry.packed_size
        if least > limit or entry.header_offset in limits:
            _refuse(path, "its files overlap")
        limits[entry.header_offset] = limit
        limit = entry.header_offset
    return limits


def _folders(entries: list[Entry], path: Path) -> dict[str, list[str]]:
    """Folder → names directly inside, from names alone: folder entries are optional."""
    folders: dict[str, list[str]] = {"": []}
    seen: set[str] = set()
    for entry in entries:
        if entry.name.endswith("/"):
            _add_folder(folders, entry.name)
            continue
        key = _key(entry.name)
        if key in seen:
            _refuse(path, f"a name in it stands twice ({entry.name[:60]!a})", unpack=True)
        seen.add(key)
        parent = _parent(entry.name)
        _add_folder(folders, parent)
        folders[parent].append(entry.name[len(parent) :])
    if seen & {_key(folder) for folder in folders if folder}:
        _refuse(path, "a name in it is both a file and a folder", unpack=True)
    return folders


def _add_folder(folders: dict[str, list[str]], folder: str) -> None:
    """Enters `folder` and every folder above it."""
    if folder in folders:
        return
    folders[folder] = []
    parent = _parent(folder[:-1])
    _add_folder(folders, parent)
    folders[parent].append(folder[len(parent) :])


def _parent(name: str) -> str:
    return name[: name.rfind("/") + 1]


def _key(name: str) -> str:
    """What a name is on systems that know neither case nor forms of accents."""
    return unicodedata.normalize("NFC", name.removesuffix("/")).casefold()


def _contradicts(path: Path) -> NoReturn:
    raise Damaged(
        "The directory of the archive “{file}” contradicts its content.",
        next_step="Get the package again: this copy is damaged.",
        file=path.name,
    )


def _refuse(path: Path, reason: str, unpack: bool = False) -> NoReturn:
    """`unpack`: what is refused is no threat once a tool for archives has made plain files of it."""
    raise Untrusted(
        "“{file}” is not opened because {reason}.",
        next_step="If you trust its source, unpack it into a new folder and open that folder."
        if unpack
        else "Get the package again from a source that you trust.",
        file=path.name,
        reason=reason,
    )


def _unsupported(path: Path, reason: str) -> NoReturn:
    raise Unsupported(
        "“{file}” cannot be read because {reason}.",
        next_step="Pack its content again as a plain ZIP archive.",
        file=path.name,
        reason=reason,
    )
