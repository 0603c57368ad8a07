"""The tables around the tiles of a GeoPackage: reference system, extent, matrices.

Source: OGC 12-128r17 §2.2, and what GDAL reads of it.
"""

from __future__ import annotations

from math import ceil
import sqlite3

from .scheme import Level, SchemeReference, TileExtent, TilingScheme, common_span
from .tile_package import TilePackage

TILE_TABLE = "tiles"
_GEOPACKAGE_ID = 0x47504B47
_GEOPACKAGE_VERSION = 10300
# Where a reference system has no code, it gets one that no authority uses.
_OWN_SRS_ID = 100000
_LAST_ZOOM = 127

_TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
  organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,
  description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
  identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_tile_matrix_set (table_name TEXT NOT NULL PRIMARY KEY REFERENCES gpkg_contents (table_name),
  srs_id INTEGER NOT NULL REFERENCES gpkg_spatial_ref_sys (srs_id),
  min_x DOUBLE NOT NULL, min_y DOUBLE NOT NULL, max_x DOUBLE NOT NULL, max_y DOUBLE NOT NULL);
CREATE TABLE gpkg_tile_matrix (table_name TEXT NOT NULL REFERENCES gpkg_contents (table_name),
  zoom_level INTEGER NOT NULL, matrix_width INTEGER NOT NULL, matrix_height INTEGER NOT NULL,
  tile_width INTEGER NOT NULL, tile_height INTEGER NOT NULL,
  pixel_x_size DOUBLE NOT NULL, pixel_y_size DOUBLE NOT NULL, PRIMARY KEY (table_name, zoom_level));
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,
  definition TEXT NOT NULL, scope TEXT NOT NULL, UNIQUE (table_name, column_name, extension_name));
CREATE TABLE tiles (id INTEGER PRIMARY KEY AUTOINCREMENT, zoom_level INTEGER NOT NULL,
  tile_column INTEGER NOT NULL, tile_row INTEGER NOT NULL, tile_data BLOB NOT NULL);
"""
_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",'
    '0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
)


def matrix_zooms(package: TilePackage) -> dict[int, int]:
    """Level number → zoom_level: the same number, unless numbers do not grow with the resolution or
    are none of a zoom."""
    numbers = [level.number for level in package.stored_levels]
    if numbers != sorted(numbers) or numbers[-1] > _LAST_ZOOM:
        return {number: zoom for zoom, number in enumerate(numbers)}
    return {number: number for number in numbers}


def describe_tiles(database: sqlite3.Connection, package: TilePackage, definition: str) -> None:
    """Makes every table of the GeoPackage and fills all but the tiles."""
    database.execute(f"PRAGMA application_id = {_GEOPACKAGE_ID}")
    database.execute(f"PRAGMA user_version = {_GEOPACKAGE_VERSION}")
    for statement in _TABLES.split(";\n"):
        if statement.strip():
            database.execute(statement)
    srs_id = _write_reference_systems(database, package.scheme.spatial_reference, definition)
    extent, square = _extents(package)
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, min_x, min_y, max_x,"
        " max_y, srs_id) VALUES (?, 'tiles', ?, ?, ?, ?, ?, ?, ?)",
        (TILE_TABLE, package.title, package.metadata.summary, *extent, srs_id),
    )
    database.execute(
        "INSERT INTO gpkg_tile_matrix_set VALUES (?, ?, ?, ?, ?, ?)", (TILE_TABLE, srs_id, *square)
    )
    zooms = matrix_zooms(package)
    for level in package.stored_levels:
        _write_matrix(database, package.scheme, level, zooms[level.number], square)
    if not _halves(package.stored_levels, zooms):
        database.execute(
            "INSERT INTO gpkg_extensions VALUES (?, 'tile_data', 'gpkg_zoom_other',"
            " 'http://www.geopackage.org/spec121/#extension_zoom_other_intervals', 'read-write')",
            (TILE_TABLE,),
        )


def _write_matrix(
    database: sqlite3.Connection, scheme: TilingScheme, level: Level, zoom: int, square: TileExtent
) -> None:
    width, height = scheme.span(level)
    database.execute(
        "INSERT INTO gpkg_tile_matrix VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            TILE_TABLE,
            zoom,
            max(1, round((square.xmax - square.xmin) / width)),
            max(1, round((square.ymax - square.ymin) / height)),
            scheme.tile_width,
            scheme.tile_height,
            level.resolution,
            level.resolution,
        ),
    )


def _write_reference_systems(
    database: sqlite3.Connection, reference: SchemeReference, definition: str
) -> int:
    """The systems that every GeoPackage has, and the tiles' own; returns its srs_id."""
    rows = [
        ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", ""),
        ("Undefined geographic SRS", 0, "NONE", 0, "undefined", ""),
        ("WGS 84 geodetic", 4326, "EPSG", 4326, _WGS84, "longitude/latitude on the WGS 84 ellipsoid"),
    ]
    code, authority = reference.code, reference.authority
    if reference.is_web_mercator:
        code, authority = 3857, "EPSG"
    srs_id = code or (_OWN_SRS_ID if definition or reference.wkt else -1)
    if srs_id not in (-1, 4326):
        # GDAL resolves EPSG's codes itself; of Esri's it knows nothing without their WKT.
        text = definition or reference.wkt or "undefined"
        name = f"{authority}:{code}" if code else "as defined by the package"
        rows.append((name, srs_id, authority or "NONE", code or srs_id, text, ""))
    database.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", rows)
    return srs_id


def _extents(package: TilePackage) -> tuple[TileExtent, TileExtent]:
    """What is drawn, and the square of all matrices: from the scheme's origin, whole tiles of every level."""
    scheme = package.scheme
    stored = package.stored_extent()
    drawn = package.drawn_extent()
    if stored is None or drawn is None:
        origin = TileExtent(scheme.origin_x, scheme.origin_y, scheme.origin_x, scheme.origin_y)
        return origin, origin
    across = common_span([scheme.span(level)[0] for level in package.stored_levels])
    down = common_span([scheme.span(level)[1] for level in package.stored_levels])
    square = TileExtent(
        scheme.origin_x,
        scheme.origin_y - down * max(1, ceil((scheme.origin_y - stored.ymin) / down - 1e-9)),
        scheme.origin_x + across * max(1, ceil((stored.xmax - scheme.origin_x) / across - 1e-9)),
        scheme.origin_y,
    )
    return scheme.snapped(drawn, package.stored_levels), square


def _halves(levels: tuple[Level, ...], zooms: dict[int, int]) -> bool:
    """True where every zoom step halves the resolution, as GeoPackage takes for granted."""
    pairs = zip(levels, levels[1:])
    return all(
        abs(coarse.resolution / fine.resolution / 2 ** (zooms[fine.number] - zooms[coarse.number]) - 1) < 1e-6
        for coarse, fine in pairs
    )
