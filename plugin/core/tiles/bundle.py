"""Bundles: files that hold the tiles of a square of rows and columns.

Compact V2 (.bundle) begins with a 64-byte header and an index, row by row, of 8-byte words: 40 bits
offset of the data, 24 bits size. Compact V1 keeps its index in a .bundlx, column by column, as 5-byte
offsets of records (4-byte size, then data) in the .bundle; an absent tile points at an empty record.
Header fields of the writers in use contradict each other (record count, largest tile), so only
the index and the file's own length count.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
import struct
from typing import NoReturn, Optional

import numpy as np
from numpy.typing import NDArray

from ..errors import Damaged, Untrusted
from ..untrusted.byte_range import ByteRange

V2_HEADER = 64
V1_HEADER = 60
V1_INDEX_EDGE = 16  # header and footer of a .bundlx
_SIZE_FIELD = 4  # in front of every tile, in both versions
MAX_TILE = 64 << 20
# One read serves all tiles that lie within this many bytes: large reads, small memory.
_READ_SIZE = 2 << 20
# Identical tiles may share one record; a bundle whose index adds up to more is a bomb.
_SHARED_ALLOWANCE = 64 << 20
_MAX_SHARED = 20

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
BEHEADED_PNG = b"\r\n\x1a\n\x00\x00\x00\rIHDR"

SNIFFED = 9
"""Bytes of a tile that tell its format."""

TileOffsets = NDArray[np.int64]


class TileFormat(Enum):
    """What a tile's first bytes say it is."""

    PNG = "png"
    JPEG = "jpg"
    LERC = "lerc"
    VECTOR = "pbf"
    UNKNOWN = ""


def sniff(data: bytes) -> TileFormat:
    """The format of one tile: packages declare one format and hold others (MIXED, PNG)."""
    if data.startswith(b"\x89PNG"):
        return TileFormat.PNG
    if data.startswith(b"\xff\xd8"):
        return TileFormat.JPEG
    if data.startswith((b"Lerc2 ", b"CntZImage")):
        return TileFormat.LERC
    if data.startswith((b"\x1f\x8b", b"\x1a")):
        return TileFormat.VECTOR
    return TileFormat.UNKNOWN


def mended(data: bytes) -> bytes:
    """`data`, with a PNG that lost its first four bytes made whole.

    A known writer drops them, still counts them in the size, and so carries four bytes too many
    at the end (Esri's sample Usa.tpkx).
    """
    if data.startswith(BEHEADED_PNG):
        return _PNG_SIGNATURE[:4] + data[:-4]
    return data


class Bundle:
    """An open bundle whose first tile is (`row`, `column`); `index` is the .bundlx of a V1 bundle.

    `label` names it in errors. Raises `Damaged` where the index does not fit the file, and
    `Untrusted` where its tiles add up to far more than the file holds.
    """

    def __init__(
        self, region: ByteRange, label: str, row: int, column: int, packet_size: int, index: Optional[bytes]
    ) -> None:
        self.region = region
        self.label = label
        self._side = packet_size
        if index is None:
            offsets, sizes = self._read_v2_index()
            present = np.flatnonzero(sizes)
        else:
            offsets, sizes = self._read_v1_index(index), None
            present = np.flatnonzero(offsets >= V1_HEADER + _SIZE_FIELD * packet_size**2)
            offsets = offsets + _SIZE_FIELD
        # The tiles in the order in which they lie in the file; V1 knows their sizes only from there.
        order = present[np.argsort(offsets[present], kind="stable")]
        major, minor = np.divmod(order, packet_size)
        self._rows, self._columns = (major, minor) if index is None else (minor, major)
        self._rows, self._columns = self._rows + row, self._columns + column
        self._offsets = offsets[order]
        self._sizes = None if sizes is None else self._checked(sizes[order])

    def close(self) -> None:
        """Closes what the bundle opened."""
        self.region.close()

    def keys(self) -> tuple[TileOffsets, TileOffsets]:
        """Rows and columns of the tiles it holds."""
        return self._rows, self._columns

    def tile(self, row: int, column: int) -> Optional[bytes]:
        """One tile, None when absent."""
        found = np.flatnonzero((self._rows == row) & (self._columns == column))
        if not len(found):
            return None
        at = int(found[0])
        return self.region.read(int(self._offsets[at]), self._size(at)) or None

    def tiles(self) -> Iterator[tuple[int, int, bytes]]:
        """Row, column and bytes of every tile, in file order."""
        rows, columns, offsets = self._rows.tolist(), self._columns.tolist(), self._offsets.tolist()
        first = total = 0
        wanted = _READ_SIZE
        while first < len(rows):
            start = offsets[first] - _SIZE_FIELD
            block = self.region.read(start, min(wanted, self.region.size - start))
            sizes = self._sizes_within(block, start, first).tolist()
            last = first
            for size in sizes:
                at = offsets[last] - start
                if at + size > len(block):
                    break
                if size:
                    yield rows[last], columns[last], block[at : at + size]
                total += size
                last += 1
            self._check_total(total)
            # A tile larger than a block is read in one of its own size.
            wanted = _READ_SIZE if last > first else self._size(first) + _SIZE_FIELD
            first = last

    def spans(self) -> Iterator[tuple[int, int, ByteRange]]:
        """Row, column and place on disk of every tile, by offset."""
        for at, (row, column) in enumerate(zip(self._rows.tolist(), self._columns.tolist())):
            size = self._size(at)
            if size:
                yield row, column, self.region.part(int(self._offsets[at]), size)

    def _size(self, at: int) -> int:
        """The size of a tile, by its place in file order."""
        if self._sizes is not None:
            return int(self._sizes[at])
        field = self.region.read(int(self._offsets[at]) - _SIZE_FIELD, _SIZE_FIELD)
        return int(self._checked(np.array([int.from_bytes(field, "little")]), at)[0])

    def _sizes_within(self, block: bytes, start: int, first: int) -> TileOffsets:
        """The sizes of the tiles from `first` on whose size fields lie in a block of the file."""
        fields = self._offsets[first:] - _SIZE_FIELD - start
        fields = fields[: int(np.searchsorted(fields, len(block) - _SIZE_FIELD, side="right"))]
        if self._sizes is not None:
            return self._sizes[first : first + len(fields)]
        octets = np.frombuffer(block, dtype=np.uint8)[fields[:, None] + np.arange(_SIZE_FIELD)]
        return self._checked(octets.view("<u4").reshape(-1).astype(np.int64), first)

    def _read_v2_index(self) -> tuple[TileOffsets, TileOffsets]:
        """Offsets of the data and sizes, row by row."""
        count = self._side**2
        header = self.region.read(0, V2_HEADER)
        version, index_size = struct.unpack_from("<I", header)[0], struct.unpack_from("<I", header, 60)[0]
        if version != 3 or index_size not in (0, 8 * count):
            self._broken(Damaged("its header does not belong to a bundle with this many tiles"))
        words = np.frombuffer(self.region.read(V2_HEADER, 8 * count), dtype="<u8")
        offsets = (words & np.uint64((1 << 40) - 1)).astype(np.int64)
        sizes = (words >> np.uint64(40)).astype(np.int64)
        if np.any((offsets < V2_HEADER) & (sizes > 0)):
            self._broken(Damaged("its index points into its header"))
        return offsets, sizes

    def _read_v1_index(self, index: bytes) -> TileOffsets:
        """Offsets of the records, column by column."""
        count = self._side**2
        if len(index) < V1_INDEX_EDGE + 5 * count:
            self._broken(Damaged("its index (.bundlx) ends early"))
        packed = np.frombuffer(index, dtype=np.uint8, count=5 * count, offset=V1_INDEX_EDGE).reshape(count, 5)
        words = np.zeros((count, 8), dtype=np.uint8)
        words[:, :5] = packed
        offsets = words.view("<u8").reshape(count).astype(np.int64)
        if np.any(offsets + _SIZE_FIELD > self.region.size):
            self._broken(Damaged("its index points outside the file"))
        return offsets

    def _checked(self, sizes: TileOffsets, first: int = 0) -> TileOffsets:
        """Sizes of the tiles from `first` on, once they fit the file."""
        if np.any(sizes > MAX_TILE):
            self._broken(Damaged("a tile claims to be impossibly large"))
        if np.any(self._offsets[first : first + len(sizes)] + sizes > self.region.size):
            self._broken(Damaged("its index points outside the file"))
        self._check_total(int(sizes.sum()))
        return sizes

    def _check_total(self, total: int) -> None:
        if total > _SHARED_ALLOWANCE + _MAX_SHARED * self.region.size:
            raise Untrusted(
                "“{file}” is not read because its tiles add up to far more than the file holds.",
                next_step="Get the package again from a source that you trust.",
                file=self.label,
            )

    def _broken(self, reason: Damaged) -> NoReturn:
        raise Damaged(
            "The bundle “{file}” is damaged: {reason}.",
            next_step="Get the package again: this copy is damaged.",
            file=self.label,
            reason=reason,
        )
