"""Local edits of an offline map in a GeoPackage of their own, which loads in QGIS.

Each table with edits has two: its edited rows as they are here (deleted ones as they were), with the
operation, the GlobalID and the time of each edit, and `<table>_before`, the same rows as they were before
their first edit. Which table of which service each one is stands in a table that QGIS does not show.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
import sqlite3
from typing import Any

from ..geodatabase.catalogue import open_geodatabase
from ..geodatabase.schema import Table
from ..host import Feedback, raise_if_cancelled
from ..storage import growing, storage
from ..working_copy.change_tracking import LocalEdit, local_edits
from ..working_copy.columns import free_name
from ..working_copy.geopackage import (
    create_system_tables,
)
from ..working_copy.replica_state import STATE_TABLE, write_copy_value
from ..working_copy.table_names import table_in_copy
from ..working_copy.tracked_table import TrackedTable
from .edited_row import row_to_send
from .edits_table import GLOBAL_ID, OPERATION, TIME, EditsTable
from .open_copy import OpenCopy, opened_to_read
from .synced_map import SyncedMap

SAVED_EDITS = "saved_edits"
_BEFORE = "_before"


def export_edits(synced: SyncedMap, target: Path, feedback: Feedback) -> int:
    """Saves all edits of a map that were not sent; `target` is replaced once the file is complete.

    Returns how many. Raises `StorageError`, `Cancelled`, and what opening a working copy raises.
    """
    with storage(target.name):
        target.parent.mkdir(parents=True, exist_ok=True)
    with growing(target) as path:
        count = 0
        told: list[dict[str, Any]] = []
        with storage(target.name), closing(sqlite3.connect(path)) as connection:
            create_system_tables(connection)
            connection.execute(STATE_TABLE)
            for copy in synced.copies:
                with opened_to_read(copy) as there:
                    saved = _Saving(connection, there, told, feedback)
                    count += saved.save()
            write_copy_value(connection, SAVED_EDITS, {"version": 1, "tables": told})
            connection.commit()
    return count


class _Saving:
    """The edits of one working copy; `told` grows by what the file says of each table."""

    def __init__(
        self, connection: sqlite3.Connection, there: OpenCopy, told: list[dict[str, Any]], feedback: Feedback
    ) -> None:
        self._file, self._there, self._told, self._feedback = connection, there, told, feedback
        self._taken = {str(one[name]).casefold() for one in told for name in ("name", "before")}

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
        now = EditsTable(self._file, name, table, tracked)
        before = EditsTable(self._file, name + _BEFORE, table, tracked)
        for edit in edits:
            raise_if_cancelled(self._feedback)
            row = row_to_send(self._there.connection, tracked, edit)
            time = edit.changed_at.isoformat()
            told = {OPERATION: edit.operation.value, GLOBAL_ID: edit.global_id, TIME: time}
            now.add({**(row.now or row.before), **told})
            if row.before:
                before.add({**row.before, **told})
        now.finish()
        before.finish()
        self._told.append(
            {
                "name": name,
                "before": name + _BEFORE,
                "table": table.name,
                "service": self._there.copy.service_url,
                "layer": self._there.tables.layer_of(table.name),
                "attachments": bool(tracked.owner),
            }
        )
