"""Tile packages to MBTiles and GeoPackage: the bytes of every tile are copied, never re-encoded.

Both are SQLite files that GDAL and QGIS draw everywhere. MBTiles knows one grid, the web mercator
square; a GeoPackage's tile matrix set takes any origin, level ratio and reference system.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
import json
from math import atan, degrees, pi, sinh
from pathlib import Path
import sqlite3
from typing import Optional

from ..errors import BadInput, Damaged, PackageError, Unsupported
from ..host import Feedback, Silent, raise_if_cancelled
from ..json_value import json_object, json_objects
from ..notice import Notice, notice
from ..storage import growing
from ..untrusted.json_text import parse_json
from .bundle import SNIFFED, TileFormat, sniff
from .geopackage import describe_tiles, matrix_zooms
from .scheme import MERCATOR_HALF, TileExtent
from .tile_map import missing_tiles
from .tile_package import Tile, TilePackage
from .tile_pages import TilePages, tile_pages

_PAGE_SIZE = 32768
# Small enough to stay in the processor's cache between being read and being written.
_BATCH_BYTES = 256 << 10
_BATCH_TILES = 64
# Vector tiles made for gaps: enough for a region, and an end to what grows by four with each level.
_MAX_MADE = 200_000
_MADE_BATCH = 32
_MBTILES_ID = 0x4D504258
_MERCATOR_LATITUDE = 85.0511287798066
_GET_AGAIN = "Get the package again: this copy is damaged."


@dataclass(frozen=True)
class Converted:
    """What a conversion wrote.

    `outside` counts tiles beyond the addressable square, left out; `made` the vector tiles that the
    package leaves to its parents (`tile_map.missing_tiles`), written besides `tiles`; `losses` what the copy
    shows less or otherwise than the package.
    """

    path: Path
    tiles: int
    outside: int
    tile_bytes: int
    formats: tuple[TileFormat, ...]
    made: int = 0
    losses: tuple[Notice, ...] = ()


def outside_of_square(package: TilePackage) -> int:
    """How many tiles `to_mbtiles` leaves out; reads indexes only."""
    zooms = package.scheme.mercator_zooms(package.stored_levels) or {}
    beyond = 0
    for number, zoom in zooms.items():
        rows, columns = package.keys(number)
        beyond += int(((rows >= 1 << zoom) | (columns >= 1 << zoom)).sum())
    return beyond


def to_mbtiles(package: TilePackage, target: Path, feedback: Optional[Feedback] = None) -> Converted:
    """Writes the tiles as MBTiles: rasters as they are, vector tiles with their layer list.

    `target` appears when it is complete and replaces what was there. Raises `Unsupported` where
    tiles do not lie on the web mercator grid or hold elevations, `Damaged` where none is to be written,
    `StorageError`, `Cancelled`, and what reading raises.
    """
    zooms = package.scheme.mercator_zooms(package.stored_levels)
    if zooms is None:
        raise Unsupported(
            "“{file}” is not converted: its tiles are not on the web mercator grid of MBTiles.",
            next_step="Write a GeoPackage instead.",
            file=package.path.name,
        )
    _refuse_elevations(package)
    counted = _Counted(package, feedback or Silent())
    with _new_file(package, target) as path:
        with _database(path) as database:
            database.execute(f"PRAGMA application_id = {_MBTILES_ID}")
            database.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
            database.execute(
                "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER,"
                " tile_data BLOB)"
            )
        with tile_pages(path, package.path.name) as pages:
            for batch in counted.batches():
                rows = _mbtiles_rows(batch, zooms)
                pages.add(rows)
                counted.add(batch, len(rows))
            if package.is_vector:
                counted.made = _write_missing(pages, package, zooms, feedback or Silent())
        with _database(path) as database:
            metadata = _mbtiles_metadata(package, zooms, counted.formats)
            database.executemany("INSERT INTO metadata VALUES (?, ?)", sorted(metadata.items()))
        counted.refuse_nothing()
    return counted.result(target)


def to_geopackage(
    package: TilePackage, target: Path, feedback: Optional[Feedback] = None, *, definition: str = ""
) -> Converted:
    """Writes raster tiles as a GeoPackage tile matrix set in the package's own grid and CRS.

    `definition` is the WKT of the reference system if the caller knows it better than the package:
    a .tpkx states no more than a code, and GDAL resolves EPSG's codes only.
    Rows and columns stay those of the package. Raises `Unsupported` for vector tiles and
    elevations; else as `to_mbtiles`.
    """
    if package.is_vector:
        raise Unsupported(
            "“{file}” is not converted: a GeoPackage for rasters cannot hold vector tiles.",
            next_step="Write an MBTiles file instead.",
            file=package.path.name,
        )
    _refuse_elevations(package)
    zooms = matrix_zooms(package)
    counted = _Counted(package, feedback or Silent())
    with _new_file(package, target) as path:
        with _database(path) as database:
            describe_tiles(database, package, definition)
        with tile_pages(path, package.path.name) as pages:
            for batch in counted.batches():
                pages.add((zooms[tile.level], tile.column, tile.row, tile.data) for tile in batch)
                counted.add(batch, len(batch))
        counted.refuse_nothing()
    return counted.result(target)


class _Counted:
    """Tiles in batches, counted; reports progress in bytes and ends with `Cancelled`."""

    def __init__(self, package: TilePackage, feedback: Feedback) -> None:
        self.formats: set[TileFormat] = set()
        self.made = 0
        self._package = package
        self._feedback = feedback
        self._total = sum(package.bundle_sizes())
        self._tiles = self._outside = self._bytes = self._damaged = self._unknown = 0

    def batches(self) -> Iterator[list[Tile]]:
        """Also small enough that other threads get their turn."""
        batch: list[Tile] = []
        room = _BATCH_BYTES
        for tile in self._package.tiles(on_damage=self._count_damage):
            batch.append(tile)
            room -= len(tile.data)
            if room <= 0 or len(batch) >= _BATCH_TILES:
                yield batch
                batch, room = [], _BATCH_BYTES
        if batch:
            yield batch

    def add(self, batch: list[Tile], written: int) -> None:
        """Counts a batch of which `written` tiles went into the file."""
        self._tiles += written
        self._outside += len(batch) - written
        self._bytes += sum([len(tile.data) for tile in batch])
        # Few beginnings differ: each is looked at once.
        formats = set(map(sniff, {tile.data[:SNIFFED] for tile in batch}))
        if TileFormat.UNKNOWN in formats:
            self._unknown += sum(sniff(tile.data) is TileFormat.UNKNOWN for tile in batch)
        self.formats |= formats
        raise_if_cancelled(self._feedback)
        done = min(self._bytes, self._total) if self._total else self._bytes
        self._feedback.report(done, self._total, self._package.path.name)

    def result(self, path: Path) -> Converted:
        formats = tuple(sorted(self.formats, key=lambda kind: kind.value))
        losses = tuple(self._losses())
        return Converted(path, self._tiles, self._outside, self._bytes, formats, self.made, losses)

    def refuse_nothing(self) -> None:
        """Raises `Damaged` where no tile was written, before an empty file takes the place of a good one."""
        if self._tiles or self.made:
            return
        name = self._package.path.name
        if self._outside:
            raise Damaged(
                "“{file}” is not converted: all of its {count} tiles are outside its grid.",
                next_step=_GET_AGAIN,
                file=name,
                count=self._outside,
            )
        raise Damaged("“{file}” contains no tiles.", next_step=_GET_AGAIN, file=name)

    def _count_damage(self) -> None:
        self._damaged += 1

    def _losses(self) -> Iterator[Notice]:
        if self.made == _MAX_MADE:
            yield notice("tiles", "Where tiles are enlarged a lot, they are drawn only in part.")
        if self._unknown:
            yield notice("tiles", "{count} tiles have an unknown format and stay blank.", count=self._unknown)
        if self._damaged:
            yield notice(
                "tiles",
                "“{file}” is damaged: tiles in {count} of its {all} bundles may be missing or wrong."
                " Get the package again.",
                file=self._package.path.name,
                count=self._damaged,
                all=len(self._package.bundle_sizes()),
            )


@contextmanager
def _new_file(package: TilePackage, target: Path) -> Iterator[Path]:
    """Where to write a file that takes the name `target` once it is complete and on the disk."""
    if target.exists() and package.path.exists() and target.samefile(package.path):
        raise BadInput(
            "“{file}” cannot be converted into itself.", next_step="Choose another name.", file=target.name
        )
    with growing(target) as path:
        yield path


@contextmanager
def _database(file: Path) -> Iterator[sqlite3.Connection]:
    """One transaction in a file that is thrown away if it does not succeed: nothing to roll back to."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute(f"PRAGMA page_size = {_PAGE_SIZE}")
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN")
        yield database
        database.execute("COMMIT")


def _mbtiles_rows(tiles: Iterable[Tile], zooms: dict[int, int]) -> list[tuple[int, int, int, bytes]]:
    """Zoom, column, row from the bottom, and bytes of the tiles within the square."""
    return [
        (zoom, tile.column, (1 << zoom) - 1 - tile.row, tile.data)
        for tile in tiles
        if tile.row < 1 << (zoom := zooms[tile.level]) and tile.column < 1 << zoom
    ]


def _write_missing(pages: TilePages, package: TilePackage, zooms: dict[int, int], feedback: Feedback) -> int:
    """Writes the tiles that a vector package leaves to their parents; returns how many."""
    made = 0
    missing = missing_tiles(package)
    while batch := list(islice(missing, min(_MADE_BATCH, _MAX_MADE - made))):
        pages.add(_mbtiles_rows(batch, zooms))
        made += len(batch)
        raise_if_cancelled(feedback)
        feedback.report(made, 0, package.path.name)
    return made


def _mbtiles_metadata(
    package: TilePackage, zooms: dict[int, int], formats: set[TileFormat]
) -> dict[str, str]:
    """The rows of the metadata table, as the MBTiles specification 1.3 names them."""
    about = package.metadata
    one_format = TileFormat.JPEG if formats == {TileFormat.JPEG} else TileFormat.PNG
    rows = {
        "name": package.title,
        "type": "baselayer",
        "version": "1",
        "format": (TileFormat.VECTOR if package.is_vector else one_format).value,
        "minzoom": str(min(zooms.values())),
        "maxzoom": str(max(zooms.values())),
        "description": about.summary or about.description,
        "attribution": about.attribution,
    }
    extent = package.drawn_extent()
    if extent:
        rows["bounds"] = ",".join(f"{value:.8f}" for value in _in_degrees(extent))
    if package.is_vector:
        rows["json"] = _vector_layers(package)
    return {name: value for name, value in rows.items() if value}


def _vector_layers(package: TilePackage) -> str:
    """The layer list of the package, else one of the layers that its style draws."""
    try:
        listed = parse_json(package.resource("metadata.json"))
    except (PackageError, ValueError):
        listed = None
    if isinstance(listed, dict) and isinstance(listed.get("vector_layers"), list):
        return json.dumps(listed, ensure_ascii=False)
    try:
        style = parse_json(package.resource("resources/styles/root.json"))
    except (PackageError, ValueError):
        style = None
    drawn = (layer.get("source-layer") for layer in json_objects(json_object(style).get("layers")))
    names = dict.fromkeys(name for name in drawn if isinstance(name, str))
    return json.dumps({"vector_layers": [{"id": name, "fields": {}} for name in names]}, ensure_ascii=False)


def _in_degrees(extent: TileExtent) -> tuple[float, float, float, float]:
    """West, south, east, north of a web mercator extent, within the world."""

    def longitude(x: float) -> float:
        return max(-180.0, min(180.0, x / MERCATOR_HALF * 180))

    def latitude(y: float) -> float:
        inside = max(-1.0, min(1.0, y / MERCATOR_HALF))
        return max(-_MERCATOR_LATITUDE, min(_MERCATOR_LATITUDE, degrees(atan(sinh(inside * pi)))))

    return longitude(extent.xmin), latitude(extent.ymin), longitude(extent.xmax), latitude(extent.ymax)


def _refuse_elevations(package: TilePackage) -> None:
    if package.sniffed_format() is TileFormat.LERC:
        raise Unsupported(
            "“{file}” is not converted: its tiles contain elevations (LERC), which pictures cannot store.",
            next_step="Open the package itself: its values are then read directly from it.",
            file=package.path.name,
        )
