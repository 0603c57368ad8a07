"""Elevation tiles (LERC) as a raster of values, without copying them.

GDAL's MRF driver reads a raster from any file once an index says where each tile lies: here an index
into the package itself, one raster a level. A virtual raster puts the levels over each other, in Float32
(what GDAL's own reader of packages clamps to 0..255). Tiles that are no plain
ranges of one file (deflated packages, caches) are first copied, byte for byte, beside the index.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from html import escape
import os
from pathlib import Path
import struct
from typing import BinaryIO, NamedTuple, Optional

from ..errors import Unsupported
from ..host import Feedback, Silent, raise_if_cancelled
from ..storage import growing, write_whole
from .bundle import TileFormat, sniff
from .convert import Converted
from .scheme import Level, TileRange
from .tile_package import TilePackage
from .virtual_raster import MAX_PIXELS, LevelRaster, VirtualBand, VirtualRaster, beside, reference_text

_INDEX_ENTRY = struct.Struct(">2Q")
# An index has room for every place of a level's rectangle, 16 bytes each.
_MAX_PLACES = 16 << 20
_TILES_BETWEEN_REPORTS = 512


class _ValueType(NamedTuple):
    """A kind of value as GDAL calls it, the value that means none, and what the raster shows."""

    name: str
    no_data: Optional[float]
    shown: str


_LOWEST_FLOAT = -3.4028234663852886e38
_FLOAT = _ValueType("Float32", _LOWEST_FLOAT, "Float32")
# By the number in the header of a LERC 2 blob. Signed bytes come as Int16: GDAL has them since 3.7.
_VALUE_TYPES = {
    1: _ValueType("Byte", None, "Float32"),
    2: _ValueType("Int16", -32768, "Float32"),
    3: _ValueType("UInt16", 65535, "Float32"),
    4: _ValueType("Int32", -2147483648, "Float64"),
    5: _ValueType("UInt32", 4294967295, "Float64"),
    6: _FLOAT,
    7: _ValueType("Float64", -1.7976931348623157e308, "Float64"),
}
# Where that number stands, by the version of the blob (Esri/lerc, Lerc2.cpp).
_TYPE_OFFSETS = {1: 30, 2: 30, 3: 34, 4: 38, 5: 38, 6: 42}


@dataclass(frozen=True)
class _IndexedLevel:
    """A level whose places stand in the index, from `offset` on, row by row of `tiles`."""

    level: Level
    tiles: TileRange
    offset: int


def to_elevation_raster(
    package: TilePackage, target: Path, feedback: Optional[Feedback] = None, *, definition: str = ""
) -> Converted:
    """Writes `target`, a .vrt, and beside it `<target>.idx` and `<target>.L##…` for each level.

    The tiles stay in the package. Where that lies in the folder above, as the packages of an offline
    map do, everything is found by relative paths, so that the folder can move; else by absolute ones.
    `definition` is as for `to_geopackage`. Raises `Unsupported` for tiles that are no elevations or
    lie too far apart to be indexed, `StorageError`, `Cancelled`, and what reading raises.
    """
    first = next(package.tiles(), None)
    extent = package.drawn_extent()
    if first is None or extent is None or sniff(first.data) is not TileFormat.LERC:
        raise Unsupported("“{file}” contains no elevation tiles.", file=package.path.name)
    value_type = _value_type(first.data, package)
    writer = _IndexWriter(package, target, feedback or Silent())
    levels = writer.write()
    extent = package.scheme.snapped(extent, package.stored_levels)
    rasters = [
        _write_level_raster(package, indexed, target, writer.data_file, value_type) for indexed in levels
    ]
    bands = [VirtualBand(value_type.shown, no_data=value_type.no_data)]
    reference = reference_text(package.scheme.spatial_reference, definition)
    VirtualRaster(package.scheme, target, extent, bands, reference).write(rasters)
    return Converted(target, writer.tiles, 0, writer.tile_bytes, (TileFormat.LERC,))


def can_move(package: TilePackage, target: Path) -> bool:
    """True where the raster finds its tiles by relative paths: in the folder above, or beside it."""
    return _relative_path(_copy_file(package, target) or package.path, target) is not None


class _IndexWriter:
    """Writes the index of all levels and, where tiles are no ranges of one file, the tiles."""

    def __init__(self, package: TilePackage, target: Path, feedback: Feedback) -> None:
        self.index_file = _index_file(target)
        self._copy = _copy_file(package, target)
        self.data_file = self._copy or package.path
        self.tiles = self.tile_bytes = 0
        self._package = package
        self._feedback = feedback
        self._total = sum(package.bundle_sizes())

    def write(self) -> list[_IndexedLevel]:
        """The levels, coarse to fine; the files are complete and named when this returns."""
        with ExitStack() as parts, ExitStack() as files:
            paths = [parts.enter_context(growing(path)) for path in (self.index_file, self._copy) if path]
            opened = [files.enter_context(path.open("wb")) for path in paths]
            return [self._write_level(level, *opened) for level in self._package.stored_levels]

    def _write_level(self, level: Level, index: BinaryIO, copy: Optional[BinaryIO] = None) -> _IndexedLevel:
        tiles = self._package.tile_range(level.number)
        if tiles is None or tiles.count > _MAX_PLACES or _sides(self._package, tiles) > MAX_PIXELS:
            raise Unsupported(
                "The elevation tiles of “{file}” are too far apart to be indexed.",
                next_step="Ask for the package to be created again for a smaller area.",
                file=self._package.path.name,
            )
        start = index.seek(0, os.SEEK_END)
        index.truncate(start + _INDEX_ENTRY.size * tiles.count)
        for row, column, offset, size in self._places(level, copy):
            place = (row - tiles.first_row) * tiles.columns + column - tiles.first_column
            index.seek(start + _INDEX_ENTRY.size * place)
            index.write(_INDEX_ENTRY.pack(offset, size))
            self.tiles += 1
            self.tile_bytes += size
            if self.tiles % _TILES_BETWEEN_REPORTS == 0:
                raise_if_cancelled(self._feedback)
                done = min(self.tile_bytes, self._total) if self._total else self.tile_bytes
                self._feedback.report(done, self._total, self._package.path.name)
        return _IndexedLevel(level, tiles, start)

    def _places(self, level: Level, copy: Optional[BinaryIO]) -> Iterator[tuple[int, int, int, int]]:
        """Row, column, offset and size of each tile in the data file."""
        if copy is None:
            for row, column, span in self._package.spans(level.number):
                yield row, column, span.start, span.size
        else:
            for tile in self._package.tiles([level.number]):
                yield tile.row, tile.column, copy.tell(), len(tile.data)
                copy.write(tile.data)


def _write_level_raster(
    package: TilePackage, indexed: _IndexedLevel, target: Path, data_file: Path, value_type: _ValueType
) -> LevelRaster:
    """All tiles of a level as one raster: data file and index, as the MRF driver takes them."""
    across, down = package.scheme.tile_width, package.scheme.tile_height
    no_data = value_type.no_data
    values = "" if no_data is None else f'<DataValues NoData="{no_data!r}"/>'
    width, height = indexed.tiles.columns * across, indexed.tiles.rows * down
    content = (
        f'<MRF_META><Raster><Size x="{width}" y="{height}" c="1"/>'
        f'<PageSize x="{across}" y="{down}" c="1"/><Compression>LERC</Compression>'
        f"<DataType>{value_type.name}</DataType>{values}"
        f"<DataFile>{escape(_relative_path(data_file, target) or os.path.realpath(data_file))}</DataFile>"
        f'<IndexFile offset="{indexed.offset}">{escape(_index_file(target).name)}</IndexFile>'
        "</Raster></MRF_META>"
    )
    file = beside(target, indexed.level, ".mrf")
    write_whole(file, content.encode())
    return LevelRaster(indexed.level, indexed.tiles, file)


def _copy_file(package: TilePackage, target: Path) -> Optional[Path]:
    """Where the tiles are copied to; None where they are ranges of one file and stay."""
    in_place = package.path.is_file() and package.is_in_place()
    return None if in_place else target.with_name(target.name + ".tiles")


def _relative_path(data: Path, target: Path) -> Optional[str]:
    """The data as seen from the target, where both lie in the folder above and so move together."""
    data, here = Path(os.path.realpath(data)), Path(os.path.realpath(target.parent))
    if here.parent in data.parents and here.parent != Path(here.anchor):
        # The MRF driver takes "folder/name" for a path from where the program was started.
        return os.path.join(os.curdir, os.path.relpath(data, here))
    return None


def _index_file(target: Path) -> Path:
    return target.with_name(target.name + ".idx")


def _value_type(blob: bytes, package: TilePackage) -> _ValueType:
    """What kind of values a LERC blob holds; version 1 knows floats only."""
    if not blob.startswith(b"Lerc2 ") or len(blob) < 46:
        return _FLOAT
    offset = _TYPE_OFFSETS.get(int.from_bytes(blob[6:10], "little"), 0)
    known = _VALUE_TYPES.get(int.from_bytes(blob[offset : offset + 4], "little")) if offset else None
    if known is None:
        raise Unsupported(
            "The elevation tiles of “{file}” hold values of a type that is not supported.",
            next_step="Ask for the package to be created again with floating point values.",
            file=package.path.name,
        )
    return known


def _sides(package: TilePackage, tiles: TileRange) -> int:
    """The longer side in pixels."""
    return max(tiles.columns * package.scheme.tile_width, tiles.rows * package.scheme.tile_height)
