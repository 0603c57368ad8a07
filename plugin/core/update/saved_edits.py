"""Local edits of an offline map in a GeoPackage of their own, which loads in QGIS.

Each table with edits has two: its edited rows as they are here (deleted ones as they were), with the
operation, the GlobalID and the time of each edit, and `<table>_before`, the same rows as they were before
their first edit. Which table of which service each one is stands in a table that QGIS does not show.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
import sqlite3
from typing import Any

from ..geodatabase.catalogue import open_geodatabase
from ..geodatabase.schema import Field, FieldType, Table
from ..host import Feedback, raise_if_cancelled
from ..storage import growing, storage
from ..untrusted.sqlite_file import quoted, sql
from ..working_copy.change_tracking import LocalEdit, local_edits
from ..working_copy.columns import free_name, geometry_column, key_column, plan_columns
from ..working_copy.connection import connect_working_copy
from ..working_copy.geopackage import (
    create_layer,
    create_system_tables,
    finish_layer,
    register_reference,
    rtree_name,
)
from ..working_copy.replica_state import STATE_TABLE, write_copy_value
from ..working_copy.table_names import table_in_copy
from ..working_copy.tracked_table import TrackedTable
from .edited_row import RowValues, row_to_send
from .open_copy import OpenCopy, opened_to_read
from .synced_map import SyncedMap

SAVED_EDITS = "saved_edits"
OPERATION, GLOBAL_ID, TIME = "edit_operation", "edit_global_id", "edit_time"
"""The columns that a saved row has besides its own."""
_BEFORE = "_before"
_ADDED = tuple(Field(name, name, FieldType.TEXT) for name in (OPERATION, GLOBAL_ID, TIME))


@dataclass(frozen=True)
class _Target:
    """A table of the file: the columns of a row in the working copy, and what they are called here."""

    name: str
    key: str
    columns: tuple[tuple[str, str], ...]


def export_edits(synced: SyncedMap, target: Path, feedback: Feedback) -> int:
    """Saves all edits of a map that were not sent; `target` is replaced once the file is complete.

    Returns how many. Raises `StorageError`, `Cancelled`, and what opening a working copy raises.
    """
    with storage(target.name):
        target.parent.mkdir(parents=True, exist_ok=True)
    with growing(target) as path:
        with closing(sqlite3.connect(path)) as connection:
            create_system_tables(connection)
            connection.execute(STATE_TABLE)
            connection.commit()
        count = 0
        told: list[dict[str, Any]] = []
        with closing(connect_working_copy(path)) as connection:
            for copy in synced.copies:
                with opened_to_read(copy) as there:
                    saved = _Saving(connection, there, {str(one["name"]) for one in told}, feedback)
                    count += saved.save()
                    told += saved.told
            write_copy_value(connection, SAVED_EDITS, {"version": 1, "tables": told})
            connection.commit()
            connection.execute("VACUUM")
    return count


class _Saving:
    """The edits of one working copy."""

    def __init__(
        self, connection: sqlite3.Connection, there: OpenCopy, taken: set[str], feedback: Feedback
    ) -> None:
        self._file, self._there, self._feedback = connection, there, feedback
        self._taken = {name.casefold() for name in taken}
        self.told: list[dict[str, Any]] = []

    def save(self) -> int:
        by_table: dict[str, list[LocalEdit]] = {}
        for edit in local_edits(self._there.connection):
            by_table.setdefault(edit.table, []).append(edit)
        with open_geodatabase(self._there.copy.package) as geodatabase:
            tables = {table.name: table for table in map(table_in_copy, geodatabase.tables)}
        for name, edits in by_table.items():
            if name in self._there.tables:
                self._save_table(tables[name], self._there.tables[name], edits)
        return sum(map(len, by_table.values()))

    def _save_table(self, table: Table, tracked: TrackedTable, edits: list[LocalEdit]) -> None:
        name = free_name(table.name, self._taken)
        self._taken |= {name.casefold(), (name + _BEFORE).casefold()}
        now = self._create(table, tracked, name)
        before = self._create(table, tracked, name + _BEFORE)
        for edit in edits:
            raise_if_cancelled(self._feedback)
            row = row_to_send(self._there.connection, tracked, edit)
            self._write(now, row.now or row.before, edit)
            if row.before:
                self._write(before, row.before, edit)
        for target in (now, before):
            self._note_extent(target, table)
        self.told.append(
            {
                "name": name,
                "before": name + _BEFORE,
                "table": table.name,
                "service": self._there.copy.service_url,
                "layer": self._there.tables.layer_of(table.name),
                "attachments": bool(tracked.owner),
            }
        )

    def _create(self, table: Table, tracked: TrackedTable, name: str) -> _Target:
        """Fields keep the names of the columns in the working copy; domains and defaults say nothing here."""
        fields = tuple(
            replace(field, name=tracked.columns[field.name], default=None, domain=None)
            for field in table.fields
        )
        made = replace(table, name=name, alias=name, fields=(*fields, *_ADDED))
        columns = plan_columns(made)
        srs_id = register_reference(self._file, table.geometry.reference) if table.geometry else 0
        create_layer(self._file, made, columns, set(), srs_id)
        finish_layer(self._file, made, 0, None)
        names = [(column.name, column.name) for column in columns]
        geometry = geometry_column(made)
        if geometry and tracked.geometry:
            names.append((tracked.geometry, geometry))
        return _Target(name, key_column(made), tuple(names))

    def _write(self, target: _Target, row: RowValues, edit: LocalEdit) -> None:
        told = {
            **row,
            OPERATION: edit.operation.value,
            GLOBAL_ID: edit.global_id,
            TIME: edit.changed_at.isoformat(),
        }
        names = [here for column, here in target.columns if column in told]
        values = [told[column] for column, _ in target.columns if column in told]
        statement = sql(
            "INSERT INTO", quoted(target.name), "(" + ", ".join(map(quoted, names)) + ")",
            "VALUES", "(" + ", ".join("?" * len(names)) + ")",
        )  # fmt: skip
        self._file.execute(statement, values)

    def _note_extent(self, target: _Target, table: Table) -> None:
        """Where the rows are, for who zooms to the layer."""
        geometry = next((here for _, here in target.columns[-1:] if table.geometry), None)
        if geometry is None:
            return
        index = quoted(rtree_name(target.name, geometry))
        extent = self._file.execute(
            sql("SELECT min(minx), min(miny), max(maxx), max(maxy) FROM", index)
        ).fetchone()
        self._file.execute(
            "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?",
            (*extent, target.name),
        )
