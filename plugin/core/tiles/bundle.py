"""Bundles: files that hold the tiles of a square of rows and columns (facts/tile-packages.md §2).

Compact V2 (.bundle) begins with a 64-byte header and an index, row by row, of 8-byte words: 40 bits
offset of the data, 24 bits size. Compact V1 keeps its index in a .bundlx, column by column, as 5-byte
offsets of records (4-byte size, then data) in the .bundle; an absent tile points at an empty record.
Header fields of the writers in use contradict each other (record count, largest tile), so only
the index and the file's own length count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
import struct
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from ..byte_range import ByteRange
from ..errors import Damaged, Untrusted

V2_HEADER = 64
V1_HEADER = 60
V1_INDEX_EDGE = 16  # header and footer of a .bundlx
_V1_RECORD_HEADER = 4
MAX_TILE = 64 << 20
# One read serves all tiles that lie within this many bytes: large reads, small memory.
_READ_SIZE = 2 << 20
# Identical tiles may share one record; a bundle whose index adds up to more is a bomb.
_SHARED_ALLOWANCE = 64 << 20
_MAX_SHARED = 20

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
BEHEADED_PNG = b"\r\n\x1a\n\x00\x00\x00\rIHDR"

Integers = NDArray[np.int64]


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
    at the end (Usa.tpkx, facts/tile-packages.md §2).
    """
    if data.startswith(BEHEADED_PNG):
        return _PNG_SIGNATURE[:4] + data[:-4]
    return data


@dataclass(frozen=True)
class Records:
    """The tiles of a bundle, in the order in which they lie in it: four arrays of one length.

    `rows` and `columns` count in the whole level; `offsets` are those of the data.
    """

    rows: Integers
    columns: Integers
    offsets: Integers
    sizes: Integers

    def __len__(self) -> int:
        return len(self.rows)


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
        self._row = row
        self._column = column
        self._packet_size = packet_size
        if index is None:
            self._slots = self._read_v2_index()
        else:
            self._slots = self._read_v1_index(index)

    def close(self) -> None:
        """Closes what the bundle opened."""
        self.region.close()

    def keys(self) -> tuple[Integers, Integers]:
        """Rows and columns of the tiles it holds."""
        present = np.flatnonzero(self._slots.sizes)
        return self._slots.rows[present], self._slots.columns[present]

    def records(self) -> Records:
        """Every tile it holds, by offset."""
        present = np.flatnonzero(self._slots.sizes)
        order = present[np.argsort(self._slots.offsets[present], kind="stable")]
        slots = self._slots
        return Records(slots.rows[order], slots.columns[order], slots.offsets[order], slots.sizes[order])

    def tile(self, row: int, column: int) -> Optional[bytes]:
        """One tile, None when absent."""
        found = np.flatnonzero((self._slots.rows == row) & (self._slots.columns == column))
        if not len(found) or not self._slots.sizes[found[0]]:
            return None
        return self.region.read(int(self._slots.offsets[found[0]]), int(self._slots.sizes[found[0]]))

    def tiles(self) -> Iterator[tuple[int, int, bytes]]:
        """Row, column and bytes of every tile, in file order."""
        records = self.records()
        ends = np.maximum.accumulate(records.offsets + records.sizes)
        rows, columns = records.rows.tolist(), records.columns.tolist()
        offsets, sizes = records.offsets.tolist(), records.sizes.tolist()
        first = 0
        while first < len(records):
            start = offsets[first]
            # Up to the last record that ends within one read, but at least one record.
            last = max(first + 1, int(np.searchsorted(ends, start + _READ_SIZE, side="right")))
            block = self.region.read(start, int(ends[last - 1]) - start)
            for index in range(first, last):
                at = offsets[index] - start
                yield rows[index], columns[index], block[at : at + sizes[index]]
            first = last

    def spans(self) -> Iterator[tuple[int, int, ByteRange]]:
        """Row, column and place on disk of every tile, by offset."""
        records = self.records()
        for row, column, offset, size in zip(records.rows, records.columns, records.offsets, records.sizes):
            yield int(row), int(column), self.region.part(int(offset), int(size))

    def _read_v2_index(self) -> Records:
        count = self._packet_size**2
        header = self.region.read(0, V2_HEADER)
        version, index_size = struct.unpack_from("<I", header)[0], struct.unpack_from("<I", header, 60)[0]
        if version != 3 or index_size not in (0, 8 * count):
            self._broken("its header is not that of a bundle with this many tiles")
        words = np.frombuffer(self.region.read(V2_HEADER, 8 * count), dtype="<u8")
        offsets = (words & np.uint64((1 << 40) - 1)).astype(np.int64)
        sizes = (words >> np.uint64(40)).astype(np.int64)
        slot = np.arange(count, dtype=np.int64)
        rows, columns = np.divmod(slot, self._packet_size)
        return self._checked(Records(rows + self._row, columns + self._column, offsets, sizes))

    def _read_v1_index(self, index: bytes) -> Records:
        count = self._packet_size**2
        if len(index) < V1_INDEX_EDGE + 5 * count:
            self._broken("its index (.bundlx) ends early")
        packed = np.frombuffer(index, dtype=np.uint8, count=5 * count, offset=V1_INDEX_EDGE).reshape(count, 5)
        words = np.zeros((count, 8), dtype=np.uint8)
        words[:, :5] = packed
        offsets = words.view("<u8").reshape(count).astype(np.int64)
        slot = np.arange(count, dtype=np.int64)
        columns, rows = np.divmod(slot, self._packet_size)
        sizes = self._record_sizes(offsets, V1_HEADER + _V1_RECORD_HEADER * count)
        data = offsets + _V1_RECORD_HEADER
        return self._checked(Records(rows + self._row, columns + self._column, data, sizes))

    def _record_sizes(self, offsets: Integers, first_record: int) -> Integers:
        """The size fields in front of the records; offsets before the first record mean absent."""
        sizes = np.zeros(len(offsets), dtype=np.int64)
        present = np.flatnonzero(offsets >= first_record)
        for slot in present[np.argsort(offsets[present])].tolist():
            sizes[slot] = int.from_bytes(self.region.read(int(offsets[slot]), _V1_RECORD_HEADER), "little")
        return sizes

    def _checked(self, records: Records) -> Records:
        present = records.sizes > 0
        if np.any(records.offsets[present] + records.sizes[present] > self.region.size):
            self._broken("its index points outside the file")
        if np.any(records.sizes > MAX_TILE):
            self._broken("a tile claims to be larger than any tile")
        if int(records.sizes.sum()) > _SHARED_ALLOWANCE + _MAX_SHARED * self.region.size:
            raise Untrusted(
                "“{file}” is not read because its tiles add up to far more than the file holds.",
                next_step="Get the package again from a source that you trust.",
                file=self.label,
            )
        return records

    def _broken(self, reason: str) -> None:
        raise Damaged(
            "The bundle “{file}” is damaged: {reason}.",
            next_step="Get the package again: this copy is damaged.",
            file=self.label,
            reason=reason,
        )
