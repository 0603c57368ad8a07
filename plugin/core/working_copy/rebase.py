"""Local edits that nobody has sent yet, when the server's rows change below them.

The edit stays, and goes on from the row that the server has now: that becomes the row before the edit, and
columns that the user did not touch take the server's values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
import sqlite3
from typing import Optional

from ..geodatabase.schema import Operation
from ..portal.global_ids import global_id
from ..untrusted.sqlite_file import quoted, sql
from .change_tracking import LocalEdit, edit_of_row, local_edits, row_at
from .layer_index import LayerIndex
from .tracked_table import TrackedTable
from .tracking_tables import BASE, BEFORE, SENT_ROWS

_Row = Mapping[str, object]


class _ByName:
    """Edits by the GlobalID of the server's feature, those of added rows apart."""

    def __init__(self, edits: Iterable[LocalEdit]) -> None:
        self.edits: dict[str, LocalEdit] = {}
        self.inserts: dict[str, LocalEdit] = {}
        for edit in edits:
            self.take_up(edit)

    def take_up(self, edit: LocalEdit) -> None:
        name = global_id(edit.global_id)
        if name is not None:
            self._kind(edit)[name] = edit

    def drop(self, edit: LocalEdit) -> None:
        self._kind(edit).pop(global_id(edit.global_id) or "", None)

    def _kind(self, edit: LocalEdit) -> dict[str, LocalEdit]:
        return self.inserts if edit.operation is Operation.INSERT else self.edits


class LocalEdits:
    """The edits of one table, by the GlobalID of the server's feature."""

    def __init__(self, connection: sqlite3.Connection, table: TrackedTable, index: LayerIndex) -> None:
        self._connection, self._table, self._index = connection, table, index
        self._under_way = {
            int(edit) for (edit,) in connection.execute("SELECT edit_id FROM gpkgext_offline_sent")
        }
        found = "SELECT EXISTS (SELECT 1 FROM gpkgext_offline_changes WHERE table_name = ?)"
        self._is_any = bool(connection.execute(found, (table.name,)).fetchone()[0])
        self._known: Optional[_ByName] = None

    def is_new(self, row_id: int) -> bool:
        """Whether the row was added here."""
        edit = self._of_row(row_id)
        return edit is not None and edit.operation is Operation.INSERT

    def of_feature(self, name: str, row_id: Optional[int]) -> Optional[LocalEdit]:
        """The edit of a feature of the server's by its GlobalID; `row_id` is its row, if not added here.

        Without such a row, one that was added here is the feature: the server has it by now.
        """
        if row_id is not None:
            edit = self._of_row(row_id)
            if edit is None or global_id(edit.global_id) == name:
                return edit
        if self._known is None:  # seldom needed: an upload would read all edits for each of its batches
            self._known = _ByName(
                one for one in local_edits(self._connection) if one.table == self._table.name
            )
        edit = self._known.edits.get(name)
        return edit if edit or row_id is not None else self._known.inserts.get(name)

    def _of_row(self, row_id: int) -> Optional[LocalEdit]:
        if not self._is_any:
            return None
        return edit_of_row(self._connection, self._table.name, row_id)

    def meet(self, edit: LocalEdit, row: _Row) -> bool:
        """What the server has now comes below the edit. Returns whether anything of the edit is left."""
        table = self._table
        mine = row_at(self._connection, table.name, table.key, edit.row_id)
        earlier = self._before(edit)
        server = {name: (earlier or {}).get(name) for name in table.all_columns}
        server.update(row)
        # However it is spelled: other rows may refer to it as it is here.
        server[table.global_id] = (mine or earlier or row).get(table.global_id)
        self._keep(BEFORE, edit.row_id, server)
        self._leave_base(server[table.global_id])
        self._keep(BASE, None, server)
        if mine is None:
            return True
        untouched = self._untouched(mine, earlier)
        merged = {name: value if name in untouched else mine[name] for name, value in server.items()}
        self._write(edit.row_id, mine, merged)
        if merged == server and edit.id not in self._under_way:
            self._forget(edit)
            return False
        if edit.operation is Operation.INSERT:
            statement = "UPDATE gpkgext_offline_changes SET operation = 'update' WHERE id = ?"
            self._connection.execute(statement, (edit.id,))
            if self._known:
                self._known.drop(edit)
                self._known.take_up(replace(edit, operation=Operation.UPDATE))
        return True

    def forget_idle(self, edit: LocalEdit) -> bool:
        """Forgets an edit that changes nothing the service would take; returns whether it is one."""
        if edit.operation is not Operation.UPDATE or edit.id in self._under_way:
            return False
        table = self._table
        mine, earlier = row_at(self._connection, table.name, table.key, edit.row_id), self._before(edit)
        if mine is None or earlier is None:
            return False
        if not self._untouched(mine, earlier) | self._filled() >= set(table.all_columns):
            return False
        self._forget(edit)
        return True

    def lose(self, edit: LocalEdit) -> bool:
        """The server has deleted the feature. Returns whether the edit stays: all do but deletions."""
        before = self._before(edit) or {}
        gone = "INSERT OR IGNORE INTO main.gpkgext_offline_gone VALUES (?, ?)"
        self._connection.execute(gone, (self._table.name, edit.global_id))
        self._leave_base(before.get(self._table.global_id) or edit.global_id)
        if edit.operation is not Operation.DELETE or edit.id in self._under_way:
            return True
        self._forget(edit)
        return False

    def _before(self, edit: LocalEdit) -> Optional[dict[str, object]]:
        """The row that the edit goes on from; of a new row, as it was sent."""
        prefix = BEFORE if edit.operation is not Operation.INSERT else SENT_ROWS
        if prefix == SENT_ROWS and edit.id not in self._under_way:
            return None
        return row_at(self._connection, prefix + self._table.name, self._table.key, edit.row_id)

    def _untouched(self, mine: _Row, earlier: Optional[_Row]) -> set[str]:
        """The columns that the user has not changed.

        Where it is not known what they held before: empty ones, and those that only the server fills.
        """
        if earlier is not None:
            return {name for name in self._table.all_columns if mine[name] == earlier.get(name)}
        filled = self._filled()
        return {name for name in self._table.all_columns if mine[name] is None or name in filled}

    def _filled(self) -> set[str]:
        return {self._table.columns[one.name] for one in self._table.fields if not one.field.editable}

    def _leave_base(self, own: object) -> None:
        base, own_id = "main." + quoted(BASE + self._table.name), quoted(self._table.global_id)
        self._connection.execute(sql("DELETE FROM", base, "WHERE", own_id, "= ?"), (own,))

    def _keep(self, prefix: str, key: Optional[int], row: _Row) -> None:
        names = ", ".join(map(quoted, (self._table.key, *row)))
        marks = ", ".join("?" * (len(row) + 1))
        target = "main." + quoted(prefix + self._table.name)
        statement = sql("INSERT OR REPLACE INTO", target, f"({names})", f"VALUES ({marks})")
        self._connection.execute(statement, (key, *row.values()))

    def _write(self, row_id: int, mine: _Row, merged: _Row) -> None:
        changed = {name: value for name, value in merged.items() if value != mine[name]}
        if not changed:
            return
        table = "main." + quoted(self._table.name)
        sets = ", ".join(f"{quoted(name)} = ?" for name in changed)
        statement = sql("UPDATE", table, "SET", sets, "WHERE", quoted(self._table.key), "= ?")
        self._connection.execute(statement, (*changed.values(), row_id))
        if self._table.geometry in changed:
            self._index.move([row_id], [changed[self._table.geometry]])

    def _forget(self, edit: LocalEdit) -> None:
        if self._known:
            self._known.drop(edit)
        self._connection.execute("DELETE FROM gpkgext_offline_changes WHERE id = ?", (edit.id,))
        before, key = "main." + quoted(BEFORE + self._table.name), quoted(self._table.key)
        self._connection.execute(sql("DELETE FROM", before, "WHERE", key, "= ?"), (edit.row_id,))
