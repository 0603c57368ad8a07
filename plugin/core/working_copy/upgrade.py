"""Working copies of an earlier format are brought up to the present one, with all their edits.

Format 1 (version 0.1.0) had the changes, the rows before them, and triggers that let two rows have one
GlobalID. What such triggers noted is played once more for the present ones, so that copies of rows get
GlobalIDs of their own and rows that came back are updates. Field names: copies of 0.1.0 have a suffix where
a field is called `fid` or `geom`; the copy keeps which.

Format 2 had the tables of the present one, and triggers that saw the same, but took longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
import sqlite3
from typing import Optional

from ..errors import Unsupported
from ..geodatabase.catalogue import open_geodatabase
from ..geodatabase.schema import Table
from ..json_value import whole_of
from ..untrusted.sqlite_file import quoted, sql
from .change_tracking import local_edits, tracking_off
from .columns import sql_literal
from .replica_state import FORMAT, read_copy_value, write_copy_value
from .table_names import table_in_copy
from .tracked_table import COLUMN_NAMES
from .tracking_faults import refuse_foreign_triggers
from .tracking_tables import (
    BEFORE,
    CHANGES,
    EXTENSION,
    TRACKING,
    TrackedColumns,
    columns_of,
    create_row_tables,
    create_tracking,
    note_tracked,
    tracked_columns,
)
from .tracking_triggers import tracking_triggers, trigger_name

_EARLIER_EVENTS = ("replace", "insert", "update", "renumber", "delete")


def upgrade_working_copy(connection: sqlite3.Connection, file: str, package: Optional[Path]) -> None:
    """Brings the working copy `file` to the present format, if it is of an earlier one.

    In the caller's transaction. `package` is the geodatabase that it was made of, None where nobody has it
    any more: such a copy can be edited, but belongs to no map. Raises `Unsupported` for a later format,
    `Untrusted` for triggers that are not ours, and as `open_geodatabase`.
    """
    known = whole_of(read_copy_value(connection, "format"), "format") or 1
    if known > FORMAT:
        raise Unsupported(
            "A later version of Offline Map Areas made the working copy “{file}”.",
            next_step="Update the plugin.",
            file=file,
        )
    if known == 1:
        _Upgrade(connection, _names_of(connection, package)).run(file)
    elif known < FORMAT:
        _renew_triggers(connection)
        write_copy_value(connection, "format", {"format": FORMAT})


def _renew_triggers(connection: sqlite3.Connection) -> None:
    """From format 2. What is missing stays missing, so that the check of the copy tells so, and a layer under
    another name, or with other columns, keeps what it has: by its triggers it is known again.
    """
    for columns in tracked_columns(connection):
        key, others = columns_of(connection, columns.table)
        if not {columns.key, *columns.others} <= {key, *others}:
            continue
        found = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (columns.table,)
        )
        present = {name for (name,) in found.fetchall()}
        for name, statement in tracking_triggers(columns).items():
            if name in present:
                connection.execute(sql("DROP TRIGGER", quoted(name)))
                connection.execute(statement)


@dataclass(frozen=True)
class _Names:
    """Of one table: the columns of its fields by their names, and the field that is its OBJECTID."""

    columns: Mapping[str, str]
    object_id: str


def _names_of(connection: sqlite3.Connection, package: Optional[Path]) -> dict[str, _Names]:
    if package is None:
        return {}
    with open_geodatabase(package) as geodatabase:
        tables = [table_in_copy(table) for table in geodatabase.tables]
    return {table.name: _Names(_columns(connection, table), table.object_id) for table in tables}


def _columns(connection: sqlite3.Connection, table: Table) -> dict[str, str]:
    """Field → column, which come in the same order; nothing for a table that is not tracked."""
    _, others = columns_of(connection, BEFORE + table.name)
    columns = others[1:] if table.geometry else others
    names = [field.name for field in table.fields]
    return dict(zip(names, columns)) if len(columns) == len(names) else {}


class _Upgrade:
    """From format 1."""

    def __init__(self, connection: sqlite3.Connection, names: Mapping[str, _Names]) -> None:
        self._connection, self._names = connection, names

    def run(self, file: str) -> None:
        connection = self._connection
        tracked = connection.execute(sql("SELECT table_name, global_id FROM", TRACKING)).fetchall()
        seen = {table for table, _ in tracked if self._drop_triggers(table)}
        changes = connection.execute(
            sql(
                "SELECT id, table_name, row_id, global_id, operation, changed_at FROM", CHANGES, "ORDER BY id"
            )
        ).fetchall()
        for table in (CHANGES, TRACKING):
            connection.execute(sql("DROP TABLE", table))
        connection.execute("DELETE FROM gpkg_extensions WHERE extension_name = ?", (EXTENSION,))
        create_tracking(connection)
        for table, global_id in tracked:
            self._track(table, global_id, has_triggers=table in seen)
        refuse_foreign_triggers(connection, file)
        connection.executemany(
            "INSERT INTO gpkgext_offline_changes (id, table_name, row_id, global_id, operation, changed_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            changes,
        )
        for columns in tracked_columns(connection):
            if columns.global_id and columns.table in seen:
                self._give_ids(columns)
                self._play_again(columns)
        renamed = {
            table: {name: column for name, column in names.columns.items() if name != column}
            for table, names in self._names.items()
        }
        write_copy_value(connection, COLUMN_NAMES, {table: one for table, one in renamed.items() if one})

    def _drop_triggers(self, table: str) -> bool:
        """Those that saw edits; False where they were not all there, so that edits may have been missed."""
        names = [trigger_name(event, table) for event in _EARLIER_EVENTS]
        marks = ", ".join("?" * len(names))
        found = self._connection.execute(
            sql("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name IN", f"({marks})"),
            names,
        ).fetchall()
        for name, _ in found:
            self._connection.execute(sql("DROP TRIGGER", quoted(name)))
        return len(found) == len(names) and all(layer == table for _, layer in found)

    def _track(self, table: str, global_id: Optional[str], *, has_triggers: bool) -> None:
        names = self._names.get(table, _Names({}, ""))
        object_id = names.columns.get(names.object_id)
        columns = TrackedColumns(table, *columns_of(self._connection, BEFORE + table), global_id, object_id)
        create_row_tables(self._connection, columns)
        note_tracked(self._connection, columns)
        if has_triggers:
            for statement in tracking_triggers(columns).values():
                self._connection.execute(statement)

    def _give_ids(self, columns: TrackedColumns) -> None:
        """Edited rows and their edits have the ids that the server knows."""
        before, key = quoted(BEFORE + columns.table), quoted(columns.key)
        with tracking_off(self._connection):
            for name in filter(None, (columns.global_id, columns.object_id)):
                of_row = sql("(SELECT", f"kept.{quoted(name)}", "FROM", before)
                value = sql(of_row, f"AS kept WHERE kept.{key} = mine.{key})")
                mine = sql("UPDATE", quoted(columns.table), "AS mine SET", f"{quoted(name)} =", value)
                some = sql("SELECT", key, "FROM", before)
                self._connection.execute(sql(mine, f"WHERE mine.{key} IN ({some})"))
        own = sql("(SELECT", quoted(columns.global_id or ""), "FROM", before, f"WHERE {key} = row_id)")
        statement = sql("UPDATE", CHANGES, "SET global_id = coalesce(" + own + ", global_id)")
        self._connection.execute(sql(statement, "WHERE table_name =", sql_literal(columns.table)))

    def _play_again(self, columns: TrackedColumns) -> None:
        """Rows that were inserted are inserted once more."""
        connection, key = self._connection, quoted(columns.key)
        layer, all_columns = quoted(columns.table), columns_of(connection, columns.table)
        names = ", ".join(map(quoted, (all_columns[0], *all_columns[1])))
        for edit in local_edits(connection):
            if edit.table != columns.table or edit.operation.value != "insert":
                continue
            find = sql("SELECT", names, "FROM", layer, f"WHERE {key} = ?")
            row = connection.execute(find, (edit.row_id,)).fetchone()
            connection.execute(sql("DELETE FROM", CHANGES, "WHERE id = ?"), (edit.id,))
            if row is None:
                continue
            with tracking_off(connection):
                connection.execute(sql("DELETE FROM", layer, f"WHERE {key} = ?"), (edit.row_id,))
            marks = ", ".join("?" * len(row))
            connection.execute(sql("INSERT INTO", layer, f"({names})", f"VALUES ({marks})"), row)
            connection.execute(
                "UPDATE gpkgext_offline_changes SET changed_at = ? WHERE table_name = ? AND row_id = ?",
                (edit.changed_at.isoformat(), edit.table, edit.row_id),
            )
