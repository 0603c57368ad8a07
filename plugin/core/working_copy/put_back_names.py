"""Layers and columns of a working copy that another program gave other names: their own ones again.

A working copy is found by the names that its geodatabase has: the map's layers, relationships and the feature
service go by them.
"""

from __future__ import annotations

from collections.abc import Mapping
import sqlite3

from ..untrusted.sqlite_file import quoted, sql
from .geopackage import layer_triggers, rtree_name
from .tracking_tables import TrackedColumns

_OF_LAYER = (
    ("gpkg_contents", "table_name"),
    ("gpkg_contents", "identifier"),
    ("gpkg_geometry_columns", "table_name"),
    ("gpkg_ogr_contents", "table_name"),
    ("gpkg_extensions", "table_name"),
    ("gpkg_data_columns", "table_name"),
    ("gpkgext_relations", "base_table_name"),
    ("gpkgext_relations", "related_table_name"),
)
"""Where the name of a layer stands."""
_OF_COLUMN = ("gpkg_geometry_columns", "gpkg_extensions", "gpkg_data_columns")


def put_back_layer(connection: sqlite3.Connection, columns: TrackedColumns, layer: str) -> None:
    """Gives the layer that is called `layer` the name of `columns`. In the caller's transaction."""
    _rename_table(connection, layer, columns.table)
    for table, column in _OF_LAYER:
        if _is_there(connection, table):
            statement = sql("UPDATE", table, f"SET {column} = ? WHERE lower({column}) = lower(?)")
            connection.execute(statement, (columns.table, layer))
    geometry = _geometry(connection, columns.table)
    if geometry and _is_there(connection, rtree_name(layer, geometry)):
        _rename_table(connection, rtree_name(layer, geometry), rtree_name(columns.table, geometry))
    _renew_triggers(connection, columns)


def put_back_columns(
    connection: sqlite3.Connection, columns: TrackedColumns, renamed: Mapping[str, str]
) -> None:
    """Gives columns their names again: what each was called → what it is called.

    In the caller's transaction.
    """
    table = quoted(columns.table)
    for name, now in renamed.items():
        was, shown = rtree_name(columns.table, now), rtree_name(columns.table, name)
        connection.execute(sql("ALTER TABLE", table, "RENAME COLUMN", quoted(now), "TO", quoted(name)))
        for one in _OF_COLUMN:
            if _is_there(connection, one):
                statement = sql("UPDATE", one, "SET column_name = ? WHERE lower(table_name) = lower(?)")
                connection.execute(sql(statement, "AND column_name = ?"), (name, columns.table, now))
        if _is_there(connection, was):
            _rename_table(connection, was, shown)
    _renew_triggers(connection, columns)


def _renew_triggers(connection: sqlite3.Connection, columns: TrackedColumns) -> None:
    """All triggers of a layer as they are in a new working copy, but for those that see edits."""
    statement = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND lower(tbl_name) = lower(?)"
    for (name,) in connection.execute(statement, (columns.table,)).fetchall():
        connection.execute(sql("DROP TRIGGER", quoted(name)))
    geometry = _geometry(connection, columns.table)
    if geometry and not _is_there(connection, rtree_name(columns.table, geometry)):
        geometry = ""
    for trigger in layer_triggers(columns.table, columns.key, geometry or None).values():
        connection.execute(trigger)


def _rename_table(connection: sqlite3.Connection, name: str, other: str) -> None:
    connection.execute(sql("ALTER TABLE", quoted(name), "RENAME TO", quoted(other)))


def _geometry(connection: sqlite3.Connection, table: str) -> str:
    statement = "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?"
    row = connection.execute(statement, (table,)).fetchone()
    return str(row[0]) if row else ""


def _is_there(connection: sqlite3.Connection, table: str) -> bool:
    statement = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND lower(name) = lower(?)"
    return bool(connection.execute(statement, (table,)).fetchone()[0])
