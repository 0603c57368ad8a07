"""One local edit with the rows that it is about: as it is now, and as it was before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose
import sqlite3

from ..geodatabase.schema import FieldType, Operation
from ..portal.global_ids import global_id
from ..working_copy.change_tracking import LocalEdit, row_at, row_before
from ..working_copy.tracked_table import TrackedTable
from ..working_copy.tracking_tables import SENT_ROWS
from .same_shape import same_shape

_SINGLE = 1e-6
"""Relative difference of numbers that 32 bits do not tell apart."""

RowValues = Mapping[str, object]
"""Values by column of the working copy."""


@dataclass(frozen=True)
class EditedRow:
    """`now` is empty for a deleted row, `before` for a new one."""

    edit: LocalEdit
    table: TrackedTable
    now: RowValues
    before: RowValues

    @property
    def operation(self) -> Operation:
        return self.edit.operation

    @property
    def changed(self) -> frozenset[str]:
        """The columns in which an update differs from what it began with; of a new row all."""
        if self.operation is Operation.INSERT:
            return frozenset(self.now)
        return frozenset(name for name, value in self.now.items() if not same(value, self.before.get(name)))

    @property
    def changes_geometry(self) -> bool:
        return bool(self.table.geometry) and self.table.geometry in self.changed

    @property
    def size(self) -> int:
        """Bytes, about, of what has to be sent."""
        return sum(len(value) if isinstance(value, (bytes, str)) else 8 for value in self.now.values())


def same(one: object, other: object) -> bool:
    """Whether two values of a column are one: SQLite may keep 1 and 1.0 for the same number."""
    return one == other and isinstance(one, str) == isinstance(other, str)


def alike(table: TrackedTable, column: str, one: object, other: object) -> bool:
    """Whether two values are one, as far as a server keeps what it is given."""
    if column == table.geometry:
        return same_shape(one, other)
    kind = next((each.field.type for each in table.fields if table.columns[each.name] == column), None)
    if kind is FieldType.SINGLE and isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return isclose(one, other, rel_tol=_SINGLE)
    if kind in (FieldType.GUID, FieldType.GLOBAL_ID):
        return global_id(one) == global_id(other)
    return same(one, other)


def row_to_send(connection: sqlite3.Connection, table: TrackedTable, edit: LocalEdit) -> EditedRow:
    """The row as it stands in its table."""
    return _edited(connection, table, edit, "")


def row_as_sent(connection: sqlite3.Connection, table: TrackedTable, edit: LocalEdit) -> EditedRow:
    """The row as the batch under way holds it, whatever was done to it since."""
    return _edited(connection, table, edit, SENT_ROWS)


def _edited(connection: sqlite3.Connection, table: TrackedTable, edit: LocalEdit, prefix: str) -> EditedRow:
    """`prefix` is that of the table which has the row as it is now."""

    now = before = None
    if edit.operation is not Operation.DELETE:
        now = row_at(connection, prefix + table.name, table.key, edit.row_id)
    if edit.operation is not Operation.INSERT:
        before = row_before(connection, edit)
    return EditedRow(edit, table, now or {}, before or {})
