"""The tables in which a working copy keeps its edits, what it sent of them, and what it had before.

For each tracked layer or table T, three tables with its columns, all called gpkgext_offline_…:

    before_T  a row as it was before its first edit that is not sent
    base_T    a row as the server has it, where that is not what came in the package
    sent_T    a row as it was sent, while the answer is not known

And for the whole file `changes` (the edits), `sent` (the edits that are under way), `gone` (GlobalIDs that
the server deleted), `tracking` (the tracked tables and which edits they take) and `copy` (replica_state.py).
The base, with which edits are compared: base_T, and the rows of the package that are neither in it nor gone.
Rows of before_T and sent_T have the row ids of their edits. Those of base_T are found by GlobalID, since a
layer may be written anew with other row ids; only without GlobalIDs the row id tells which is which.

Tables whose names start with gpkg are no layers to GDAL and QGIS; columns have declared types, or newer
releases of GDAL warn about them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
import sqlite3
from typing import Optional

from ..untrusted.sqlite_file import quoted, sql
from .replica_state import COPY_STATE, FORMAT, STATE_TABLE, write_copy_value

CHANGES, TRACKING = "gpkgext_offline_changes", "gpkgext_offline_tracking"
SENT, GONE = "gpkgext_offline_sent", "gpkgext_offline_gone"
BEFORE, BASE = "gpkgext_offline_before_", "gpkgext_offline_base_"
SENT_ROWS = "gpkgext_offline_sent_"
EXTENSION = "offline_map_areas_change_tracking"
_DEFINITION = "https://example.org/offline-map-areas/change-tracking"
_TABLES = {
    CHANGES: "CREATE TABLE main.gpkgext_offline_changes (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " table_name TEXT NOT NULL, row_id INTEGER NOT NULL, global_id TEXT, operation TEXT NOT NULL,"
    " changed_at DATETIME NOT NULL, revision INTEGER NOT NULL DEFAULT 1, UNIQUE (table_name, row_id))",
    TRACKING: "CREATE TABLE main.gpkgext_offline_tracking (table_name TEXT NOT NULL PRIMARY KEY,"
    " global_id TEXT, enabled INTEGER NOT NULL, may_insert INTEGER NOT NULL DEFAULT 1,"
    " may_update INTEGER NOT NULL DEFAULT 1, may_delete INTEGER NOT NULL DEFAULT 1, object_id TEXT)"
    " WITHOUT ROWID",
    SENT: "CREATE TABLE main.gpkgext_offline_sent (edit_id INTEGER PRIMARY KEY, revision INTEGER NOT NULL,"
    " table_name TEXT NOT NULL, row_id INTEGER NOT NULL, global_id TEXT, operation TEXT NOT NULL,"
    " changed_at DATETIME NOT NULL)",
    GONE: "CREATE TABLE main.gpkgext_offline_gone (table_name TEXT NOT NULL, global_id TEXT NOT NULL,"
    " PRIMARY KEY (table_name, global_id)) WITHOUT ROWID",
    COPY_STATE: STATE_TABLE,
}
DELETED_INDEX = (
    "CREATE INDEX main.gpkgext_offline_deleted ON gpkgext_offline_changes (global_id)"
    " WHERE operation = 'delete'"
)


@dataclass(frozen=True)
class TrackedColumns:
    """The columns of a tracked layer: `key` holds its row ids; `others` are all but that one.

    `global_id` and `object_id` are among `others`; None where the table has no such field.
    """

    table: str
    key: str
    others: tuple[str, ...]
    global_id: Optional[str]
    object_id: Optional[str]


def create_tracking(connection: sqlite3.Connection) -> None:
    """The tables that a working copy has once, in a new one."""
    for table, statement in _TABLES.items():
        connection.execute(statement)
        _register(connection, table)
    connection.execute(DELETED_INDEX)
    write_copy_value(connection, "format", {"format": FORMAT})


def create_row_tables(connection: sqlite3.Connection, columns: TrackedColumns) -> None:
    """The tables for the rows of one layer, as far as they are missing, and the index that finds rows."""
    declared = [
        f"{quoted(columns.key)} INTEGER PRIMARY KEY NOT NULL",
        *(f"{quoted(one)} BLOB" for one in columns.others),
    ]
    for prefix in (BEFORE, BASE, SENT_ROWS):
        table = prefix + columns.table
        connection.execute(
            sql("CREATE TABLE IF NOT EXISTS main." + quoted(table), f"({', '.join(declared)})")
        )
        _register(connection, table)
    if columns.global_id:
        index_column(connection, BASE + columns.table, columns.global_id)
    index_rows(connection, columns)


def index_rows(connection: sqlite3.Connection, columns: TrackedColumns) -> None:
    """Not a unique index: that would refuse a row before a trigger can give it a GlobalID of its own."""
    if columns.global_id:
        index_column(connection, columns.table, columns.global_id)


def index_column(connection: sqlite3.Connection, table: str, column: str) -> None:
    """An index of a column by which rows are found, unless there is one."""
    name = "main." + quoted(f"key_{table}_{column}")
    connection.execute(sql("CREATE INDEX IF NOT EXISTS", name, "ON", quoted(table), f"({quoted(column)})"))


def note_tracked(connection: sqlite3.Connection, columns: TrackedColumns) -> None:
    """Takes a layer down as one whose edits are seen."""
    row = (columns.table, columns.global_id, columns.object_id)
    connection.execute(
        "INSERT INTO main.gpkgext_offline_tracking (table_name, global_id, enabled, object_id)"
        " VALUES (?, ?, 1, ?)",
        row,
    )


def tracked_columns(connection: sqlite3.Connection) -> tuple[TrackedColumns, ...]:
    """The columns of every tracked layer, as they were when it was first tracked."""
    rows = connection.execute("SELECT table_name, global_id, object_id FROM gpkgext_offline_tracking")
    return tuple(
        TrackedColumns(table, *columns_of(connection, BEFORE + table), global_id, object_id)
        for table, global_id, object_id in rows.fetchall()
    )


def columns_of(
    connection: sqlite3.Connection, table: str, database: str = "main"
) -> tuple[str, tuple[str, ...]]:
    """The primary key of a table and its other columns; nothing for a table that is not there."""
    pragma = f"PRAGMA {database}.table_info({quoted(table)})"
    rows: Sequence[Sequence[object]] = connection.execute(pragma).fetchall()
    key = next((str(row[1]) for row in rows if row[5]), "")
    return key, tuple(str(row[1]) for row in rows if row[1] != key)


def _register(connection: sqlite3.Connection, table: str) -> None:
    row = (table, None, EXTENSION, _DEFINITION, "read-write")
    connection.execute("INSERT INTO main.gpkg_extensions VALUES (?, ?, ?, ?, ?)", row)
