"""The GeoPackage around the rows: system tables, layers, and the triggers that GDAL gives them.

Version 1.2 (OGC 12-128r15), and statement by statement what GDAL writes, so that GDAL, QGIS and
QField keep index and counts up to date when they edit.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
import re
import sqlite3
from typing import Optional

from ..geodatabase.schema import SpatialReference, Table
from ..geodatabase.shapes.batch import ShapeKind
from ..untrusted.sqlite_file import quoted, sql
from .columns import Column, geometry_column, key_column, sql_literal

APPLICATION_ID = 0x47504B47
USER_VERSION = 10200
_GEOMETRY_NAMES = {
    ShapeKind.POINT: "POINT",
    ShapeKind.MULTIPOINT: "MULTIPOINT",
    ShapeKind.LINE: "MULTILINESTRING",
    ShapeKind.POLYGON: "MULTIPOLYGON",
}
_FIRST_OWN_SRS_ID = 400000
_OWN_AUTHORITY = re.compile(r',AUTHORITY\["\w+",\s*"?\d+"?\]\s*\]$')
_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],'
    'AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]'
)
_NOW = "(strftime('%Y-%m-%dT%H:%M:%fZ','now'))"
_SYSTEM_TABLES = (
    "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,"
    " organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,"
    " description TEXT)",
    "CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,"
    " identifier TEXT UNIQUE, description TEXT DEFAULT '',"
    f" last_change DATETIME NOT NULL DEFAULT {_NOW}, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,"
    " srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id)"
    " REFERENCES gpkg_spatial_ref_sys(srs_id))",
    "CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,"
    " geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,"
    " CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name"
    " UNIQUE (table_name), CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),"
    " CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))",
    "CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,"
    " definition TEXT NOT NULL, scope TEXT NOT NULL,"
    " CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))",
    "CREATE TABLE gpkg_ogr_contents (table_name TEXT NOT NULL PRIMARY KEY,"
    " feature_count INTEGER DEFAULT NULL)",
)
_SYSTEM_REFERENCES = (
    ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian system"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic system"),
    ("WGS 84 geodetic", 4326, "EPSG", 4326, _WGS84,
     "longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid"),
)  # fmt: skip
_OWN_EVENTS = ("insert", "update1", "update2", "update3", "update4", "delete")
_LATER_EVENTS = ("update5", "update6", "update7")
"""Triggers of the R*Tree in version 1.2 of GeoPackage, and what 1.4 has instead of update1 and update3."""
_RTREE_DEFINITION = "http://www.geopackage.org/spec120/#extension_rtree"


def create_system_tables(connection: sqlite3.Connection) -> None:
    """Makes an empty database a GeoPackage without contents."""
    connection.execute(f"PRAGMA main.application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA main.user_version = {USER_VERSION}")
    for statement in _SYSTEM_TABLES:
        connection.execute(statement.replace("CREATE TABLE ", "CREATE TABLE main.", 1))
    insert = "INSERT INTO main.gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)"
    connection.executemany(insert, _SYSTEM_REFERENCES)


def register_reference(connection: sqlite3.Connection, reference: SpatialReference) -> int:
    """The srs_id of a spatial reference, registered if it is new.

    Readers take EPSG codes from their own registry; Esri's codes and systems without a code are
    read from the definition, Esri's WKT.
    """
    rows = connection.execute(
        "SELECT srs_id, organization, organization_coordsys_id, definition FROM main.gpkg_spatial_ref_sys"
    ).fetchall()
    used: set[int] = set()
    for srs_id, organization, code, definition in rows:
        used.add(srs_id)
        named = reference.code and (_text(organization), code) == (reference.authority, reference.code)
        private = not reference.code and _text(organization) == "NONE"
        if named or (private and _text(definition) == _definition(reference)):
            return int(srs_id)
    srs_id = reference.code
    while not srs_id or srs_id in used:
        srs_id = max([_FIRST_OWN_SRS_ID, *(number + 1 for number in used)])
    organization = reference.authority if reference.code else "NONE"
    name = f"{organization}:{reference.code}" if reference.code else "Private coordinate system"
    row = (name, srs_id, organization, reference.code or srs_id, _definition(reference), None)
    connection.execute("INSERT INTO main.gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", row)
    return srs_id


def _definition(reference: SpatialReference) -> str:
    """Esri's WKT with the code inside it, which is where readers look for codes that are Esri's."""
    wkt = _OWN_AUTHORITY.sub("]", _first_system(reference.wkt.strip()))
    if reference.code and wkt.endswith("]"):
        return f'{wkt[:-1]},AUTHORITY["{reference.authority}","{reference.code}"]]'
    return wkt or "undefined"


def _first_system(wkt: str) -> str:
    """Esri writes a vertical system after the horizontal one, with a comma; readers take one."""
    depth = 0
    for bracket in re.finditer(r"[\[\]]", wkt):
        depth += 1 if bracket.group() == "[" else -1
        if depth == 0:
            return wkt[: bracket.end()]
    return wkt


def _text(value: object) -> object:
    """The connection that converts reads texts as bytes."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def create_layer(
    connection: sqlite3.Connection, table: Table, columns: Sequence[Column], required: set[str], srs_id: int
) -> None:
    """The empty table of a layer, its R*Tree, and its rows in the system tables but the extent."""
    geometry = geometry_column(table)
    parts = [f"{quoted(key_column(table))} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"]
    if table.geometry and geometry:
        parts.append(f"{quoted(geometry)} {_GEOMETRY_NAMES[table.geometry.layout.kind]}")
    parts += [column.declaration(column.name in required) for column in columns]
    connection.execute(f"CREATE TABLE main.{quoted(table.name)} ({', '.join(parts)})")
    kind = "features" if table.geometry else "attributes"
    connection.execute(
        "INSERT INTO main.gpkg_contents (table_name, data_type, identifier, description, srs_id)"
        " VALUES (?, ?, ?, ?, ?)",
        (table.name, kind, table.name, "" if table.alias == table.name else table.alias, srs_id),
    )
    if table.geometry and geometry:
        layout = table.geometry.layout
        kind, z, m = _GEOMETRY_NAMES[layout.kind], int(layout.has_z), int(layout.has_m)
        row = (table.name, geometry, kind, srs_id, z, m)
        connection.execute("INSERT INTO main.gpkg_geometry_columns VALUES (?, ?, ?, ?, ?, ?)", row)
        index = quoted(rtree_name(table.name, geometry))
        connection.execute(f"CREATE VIRTUAL TABLE main.{index} USING rtree(id, minx, maxx, miny, maxy)")
        extension = (table.name, geometry, "gpkg_rtree_index", _RTREE_DEFINITION, "write-only")
        connection.execute("INSERT INTO main.gpkg_extensions VALUES (?, ?, ?, ?, ?)", extension)


def rtree_name(table: str, geometry: str) -> str:
    """The R*Tree of a geometry column, as the GeoPackage extension names it."""
    return f"rtree_{table}_{geometry}"


def finish_layer(
    connection: sqlite3.Connection,
    table: Table,
    count: int,
    extent: Optional[tuple[float, float, float, float]],
) -> None:
    """Count, extent and triggers, after the rows are in."""
    connection.execute("INSERT INTO main.gpkg_ogr_contents VALUES (?, ?)", (table.name, count))
    connection.execute(
        "UPDATE main.gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?",
        (*(extent or (None,) * 4), table.name),
    )
    for statement in layer_triggers(table.name, key_column(table), geometry_column(table)).values():
        connection.execute(statement)


def layer_triggers(table: str, key: str, geometry: Optional[str]) -> dict[str, str]:
    """The triggers that a layer needs for GDAL, by name: index and feature count.

    `key` is the column of its row ids, `geometry` that of its shapes.
    """
    layer = quoted(table)
    bodies = _index_triggers(table, key, geometry, _OWN_EVENTS) if geometry else {}
    for event, sign in (("insert", "+"), ("delete", "-")):
        counting = sql(
            "UPDATE gpkg_ogr_contents SET feature_count = feature_count", sign,
            "1 WHERE lower(table_name) = lower(" + sql_literal(table) + ");",
        )  # fmt: skip
        name = f"trigger_{event}_feature_count_{table}"
        bodies[name] = (f"AFTER {event.upper()} ON {layer}", counting)
    return {name: trigger(quoted(name), event, action) for name, (event, action) in bodies.items()}


def known_triggers(table: str, key: str, geometry: Optional[str]) -> dict[str, str]:
    """The triggers that a layer may have, by name: ours, and those that GDAL gives it.

    Releases up to 3.7 of GDAL write the six of GeoPackage 1.2, later ones the seven of 1.4 where the file
    is of that version (read off 3.6.2, 3.8.5 and 3.12.4).
    """
    bodies = _index_triggers(table, key, geometry, _LATER_EVENTS) if geometry else {}
    later = {name: trigger(quoted(name), event, action) for name, (event, action) in bodies.items()}
    return {**layer_triggers(table, key, geometry), **later}


def trigger(name: str, event: str, *actions: str) -> str:
    """CREATE TRIGGER in the working copy; `name` is quoted, `event` holds its WHEN clause."""
    return sql("CREATE TRIGGER main." + name, event, "BEGIN", *actions, "END")


def _index_triggers(
    table: str, key: str, geometry: str, wanted: Collection[str]
) -> dict[str, tuple[str, str]]:
    """Event and action of the triggers of the R*Tree extension that are `wanted`, by name."""
    index, fid, geom = quoted(rtree_name(table, geometry)), quoted(key), quoted(geometry)
    filled, void = _has_shape("NEW", geom), _has_none("NEW", geom)
    was_filled, was_void = _has_shape("OLD", geom), _has_none("OLD", geom)
    bounds = [f"ST_{bound}(NEW.{geom})" for bound in ("MinX", "MaxX", "MinY", "MaxY")]
    box = sql("INTO", index, f"VALUES (NEW.{fid},", ", ".join(bounds) + ");")
    put, add = sql("INSERT OR REPLACE", box), sql("INSERT", box)
    sides = zip(("minx", "maxx", "miny", "maxy"), bounds)
    move = sql("UPDATE", index, "SET", ", ".join(map(" = ".join, sides)), f"WHERE id = NEW.{fid};")
    drop = sql("DELETE FROM", index, f"WHERE id = OLD.{fid};")
    drop_both = sql("DELETE FROM", index, f"WHERE id IN (OLD.{fid}, NEW.{fid});")
    same, moved = f"OLD.{fid} = NEW.{fid}", f"OLD.{fid} != NEW.{fid}"
    events = {
        "insert": ("INSERT", filled, put),
        "update1": (f"UPDATE OF {geom}", f"{same} AND {filled}", put),
        "update2": (f"UPDATE OF {geom}", f"{same} AND {void}", drop),
        "update3": ("UPDATE", f"{moved} AND {filled}", sql(drop, put)),
        "update4": ("UPDATE", f"{moved} AND {void}", drop_both),
        "update5": ("UPDATE", f"{moved} AND {filled}", sql(drop, put)),
        "update6": (f"UPDATE OF {geom}", f"{same} AND {filled} AND {was_filled}", move),
        "update7": (f"UPDATE OF {geom}", f"{same} AND {filled} AND {was_void}", add),
        "delete": ("DELETE", f"OLD.{geom} NOT NULL", drop),
    }
    layer = quoted(table)
    return {
        f"{rtree_name(table, geometry)}_{name}": (f"AFTER {event} ON {layer} WHEN {condition}", action)
        for name, (event, condition, action) in events.items()
        if name in wanted
    }


def _has_shape(row: str, geom: str) -> str:
    return f"({row}.{geom} NOTNULL AND NOT ST_IsEmpty({row}.{geom}))"


def _has_none(row: str, geom: str) -> str:
    return f"({row}.{geom} ISNULL OR ST_IsEmpty({row}.{geom}))"
