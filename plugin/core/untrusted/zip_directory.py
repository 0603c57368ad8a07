"""The directory of a ZIP archive, judged before any name in it is believed.

By our own code: libraries repair in silence what must be refused (harmful, doubled and clashing names,
links, overlapping members).
Source of the layout: APPNOTE.TXT 6.3.9 of PKWARE, §4.3 and §4.5.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
import stat
import struct
from typing import NamedTuple, NoReturn
import unicodedata

from ..errors import Damaged, Unsupported, Untrusted
from .byte_range import ByteRange
from .path import stays_inside

MAX_NAME_BYTES = 240
# Room of one directory record: name, and what extra fields and comments of honest tools need.
_MAX_RECORD = 4096

_STORED, _DEFLATED = 0, 8
_END = struct.Struct("<4s4H2IH")
_END_64_LOCATOR = struct.Struct("<4sIQI")
_END_64 = struct.Struct("<4sQ2H2I4Q")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_LOCAL = struct.Struct("<4s5H3I2H")


class Entry(NamedTuple):
    """One member as the archive's directory declares it. Sizes in bytes."""

    name: str
    header_offset: int
    packed_size: int
    size: int
    stored: bool
    crc: int


class ZipDirectory:
    """The members that a ZIP in `range_` declares.

    entries     name → Entry, without folders
    folders     folder ("" or ending with a slash) → names directly inside; folders end with a slash

    Raises `Damaged` for what is no ZIP or contradicts itself, `Unsupported` for methods other
    than stored and deflated, for encryption and for several disks, and `Untrusted` for more than
    `max_entries`, harmful, doubled or clashing names, links, and overlapping members.
    """

    def __init__(self, range_: ByteRange, max_entries: int) -> None:
        self._range = range_
        count, size, offset = _find_directory(range_)
        if count > max_entries:
            refuse(
                range_.path, Untrusted("it contains more than {count} files", count=max_entries), unpack=True
            )
        entries = list(_read_directory(range_, count, size, offset))
        self._limits = _data_limits(entries, offset, range_.path)
        self.entries = {entry.name: entry for entry in entries if not entry.name.endswith("/")}
        self.folders = _folders(entries, range_.path)

    def data(self, entry: Entry) -> ByteRange:
        """Where the member's bytes lie: only the local header knows the length of its extra field."""
        header = self._range.read(entry.header_offset, _LOCAL.size)
        magic, _, flags, *_, name_size, extra_size = _LOCAL.unpack(header)
        start = entry.header_offset + _LOCAL.size + name_size + extra_size
        if magic != b"PK\x03\x04" or start + entry.packed_size > self._limits[entry.header_offset]:
            _contradicts(self._range.path)
        name = self._range.read(entry.header_offset + _LOCAL.size, name_size)
        if _decode_name(name, flags) != entry.name:
            _contradicts(self._range.path)
        return self._range.part(start, entry.packed_size)


def _read_directory(range_: ByteRange, count: int, size: int, offset: int) -> Iterator[Entry]:
    if size > count * _MAX_RECORD:
        _contradicts(range_.path)
    directory = range_.read(offset, size)
    position = 0
    safe_folders: set[str] = set()
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
        yield _entry(fields, name, extra, range_.path, offset, safe_folders)


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
            "“{file}” is not a ZIP archive, or it ends early.",
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
        _unsupported(range_.path, Unsupported("it is spread over several files"))
    if offset + size > end:
        _contradicts(range_.path)
    return count, size, offset


def _entry(
    fields: tuple[int, ...],
    raw_name: bytes,
    extra: bytes,
    path: Path,
    directory: int,
    safe_folders: set[str],
) -> Entry:
    """One directory record, judged."""
    made_by, flags, method = fields[1], fields[3], fields[4]
    name = _decode_name(raw_name, flags)
    if flags & 0x2041:
        _unsupported(path, Unsupported("it is encrypted"))
    if method not in (_STORED, _DEFLATED):
        _unsupported(
            path,
            Unsupported(
                "it uses a compression method (number {method}) that is not supported", method=method
            ),
        )
    kind = stat.S_IFMT(fields[15] >> 16) if made_by >> 8 in (3, 19) else 0
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        refuse(path, Untrusted("it contains a link or a device"))
    if len(raw_name) > MAX_NAME_BYTES or _is_harmful(name, safe_folders):
        refuse(path, Untrusted("a name in it leads elsewhere ({name})", name=ascii(name[:60])), unpack=True)
    crc, packed, size, offset = fields[7], fields[8], fields[9], fields[16]
    size, packed, offset = _wide(extra, size, packed, offset, path)
    if method == _STORED and packed != size:
        _contradicts(path)
    if offset + _LOCAL.size + packed > directory:
        _contradicts(path)
    return Entry(name, offset, packed, size, method == _STORED, crc)


def _is_harmful(name: str, safe_folders: set[str]) -> bool:
    """Folders repeat, and so are looked at once: those that are no harm go into `safe_folders`."""
    name = name.removesuffix("/")
    folder = _parent(name)
    if folder and folder not in safe_folders:
        if not stays_inside(folder):
            return True
        safe_folders.add(folder)
    return not stays_inside(name[len(folder) :])


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
    if raw.isascii():
        return raw.decode("ascii")
    return raw.decode("utf-8" if flags & 0x800 else "cp437", errors="replace")


def _data_limits(entries: list[Entry], directory: int, path: Path) -> dict[int, int]:
    """Per header offset, where the member must end: at the next header or the directory."""
    limits: dict[int, int] = {}
    limit = directory
    for entry in sorted(entries, key=lambda entry: entry.header_offset, reverse=True):
        least = entry.header_offset + _LOCAL.size + len(entry.name) + entry.packed_size
        if least > limit or entry.header_offset in limits:
            refuse(path, Untrusted("its files overlap"))
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
            refuse(
                path,
                Untrusted("a name occurs twice in it ({name})", name=ascii(entry.name[:60])),
                unpack=True,
            )
        seen.add(key)
        parent = _parent(entry.name)
        _add_folder(folders, parent)
        folders[parent].append(entry.name[len(parent) :])
    if seen & {_key(folder) for folder in folders if folder}:
        refuse(path, Untrusted("a name in it is both a file and a folder"), unpack=True)
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
    if name.isascii():
        return name.removesuffix("/").lower()
    return unicodedata.normalize("NFC", name.removesuffix("/")).casefold()


def _contradicts(path: Path) -> NoReturn:
    raise Damaged(
        "The directory of the archive “{file}” contradicts its content.",
        next_step="Get the package again: this copy is damaged.",
        file=path.name,
    )


def refuse(path: Path, reason: Untrusted, unpack: bool = False) -> NoReturn:
    """`reason` is a clause; `unpack`: what is refused is no threat any more once a tool has unpacked it."""
    raise Untrusted(
        "“{file}” is not opened because {reason}.",
        next_step="If you trust its source, unpack it into a new folder and open that folder."
        if unpack
        else "Get the package again from a source that you trust.",
        file=path.name,
        reason=reason,
    )


def _unsupported(path: Path, reason: Unsupported) -> NoReturn:
    raise Unsupported(
        "“{file}” cannot be read because {reason}.",
        next_step="Pack its content again as a plain ZIP archive.",
        file=path.name,
        reason=reason,
    )
