"""In which order edits are sent: parents before children, deletions last and children first.

What is deleted along with the feature that it is a part of, or that it is attached to, is not sent: the
server deletes it by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
import sqlite3

from ..geodatabase.schema import Operation
from ..working_copy.change_tracking import LocalEdit, row_before
from .copy_tables import CopyTables
from .edited_row import EditedRow

_Key = tuple[str, str, object]
"""A table, one of its columns, and a value there."""


def in_upload_order(tables: CopyTables, edits: Iterable[LocalEdit]) -> list[LocalEdit]:
    """The edits of tables that the service knows; files come right after the rows of their layer."""

    def place(edit: LocalEdit) -> tuple[int, int, bool, int]:
        rank, is_file = tables.rank(edit.table), bool(tables[edit.table].owner)
        if edit.operation is Operation.DELETE:
            return 1, -rank, not is_file, edit.id
        return 0, rank, is_file, edit.id

    return sorted((edit for edit in edits if edit.table in tables), key=place)


def deleted_with(
    connection: sqlite3.Connection, tables: CopyTables, edits: Iterable[LocalEdit]
) -> dict[int, LocalEdit]:
    """The deletion that brings others about, by the id of each of these."""
    deletions = [edit for edit in edits if edit.operation is Operation.DELETE and edit.table in tables]
    parent_columns = {
        (key.parent, key.parent_column) for table in tables for key in table.parents if key.composite
    }
    parents: dict[_Key, LocalEdit] = {}
    for edit in deletions:
        columns = [column for table, column in parent_columns if table == edit.table]
        before = row_before(connection, edit) if columns else None
        for column in columns:
            parents[edit.table, column, _folded((before or {}).get(column))] = edit
    found: dict[int, LocalEdit] = {}
    for edit in deletions if parents else ():
        keys = [key for key in tables[edit.table].parents if key.composite]
        before = row_before(connection, edit) if keys else None
        for key in keys:
            parent = parents.get((key.parent, key.parent_column, _folded((before or {}).get(key.column))))
            if parent is not None and parent.id != edit.id:
                found[edit.id] = parent
    return {number: _first(number, found) for number in found}


def _first(number: int, found: dict[int, LocalEdit]) -> LocalEdit:
    """The deletion at the head of a chain of them; each is looked at once, should they form a circle."""
    seen = {number}
    while found[number].id in found and found[number].id not in seen:
        number = found[number].id
        seen.add(number)
    return found[number]


def _folded(value: object) -> object:
    """GUIDs may be spelt in two ways; NULL is equal to nothing."""
    if value is None:
        return object()
    return value.strip("{}").casefold() if isinstance(value, str) else value


class HeldBack:
    """New rows that were refused, and with them what points to them: it would point to nothing."""

    def __init__(self, tables: CopyTables) -> None:
        self._columns = {(key.parent, key.parent_column) for table in tables for key in table.parents}
        self._keys: set[_Key] = set()

    def add(self, row: EditedRow) -> None:
        """Notes an edit that was refused; only one of a new row holds others back."""
        if row.operation is not Operation.INSERT:
            return
        for table, column in self._columns:
            if table == row.table.name:
                self._keys.add((table, column, _folded(row.now.get(column))))

    def holds(self, row: EditedRow) -> bool:
        """True for a row that belongs to a new one which was refused."""
        keys = row.table.parents if self._keys and row.now else ()
        return any(
            (key.parent, key.parent_column, _folded(row.now.get(key.column))) in self._keys for key in keys
        )
