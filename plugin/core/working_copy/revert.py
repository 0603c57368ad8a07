"""Takes local edits back: rows are again as they were before their first edit that was not sent."""

from __future__ import annotations

from collections.abc import Iterable
import sqlite3

from ..geodatabase.schema import Operation
from ..untrusted.sqlite_file import quoted, sql
from .change_tracking import LocalEdit, tracking_off, values_before
from .tracking_tables import BEFORE, columns_of


def revert(connection: sqlite3.Connection, edits: Iterable[LocalEdit]) -> None:
    """In the caller's transaction; the edits must be none of a batch that is under way."""
    ordered = sorted(edits, key=lambda edit: edit.operation is not Operation.INSERT)  # make room for others
    with tracking_off(connection):
        for edit in ordered:
            _restore(connection, edit)
            connection.execute("DELETE FROM gpkgext_offline_changes WHERE id = ?", (edit.id,))


def _restore(connection: sqlite3.Connection, edit: LocalEdit) -> None:
    table, (key, _) = quoted(edit.table), columns_of(connection, edit.table)
    before = values_before(connection, edit.table, edit.row_id)
    if edit.operation is Operation.UPDATE and before:
        names = [name for name in before if name != key]
        assignments = ", ".join(f"{quoted(name)} = ?" for name in names)
        statement = sql("UPDATE", table, "SET", assignments, f"WHERE {quoted(key)} = ?")
        connection.execute(statement, (*(before[name] for name in names), edit.row_id))
    else:
        connection.execute(sql("DELETE FROM", table, f"WHERE {quoted(key)} = ?"), (edit.row_id,))
        if before:
            marks = ", ".join("?" * len(before))
            names_listed = ", ".join(map(quoted, before))
            statement = sql("INSERT INTO", table, f"({names_listed})", f"VALUES ({marks})")
            connection.execute(statement, tuple(before.values()))
    kept = quoted(BEFORE + edit.table)
    connection.execute(sql("DELETE FROM", kept, f"WHERE {quoted(key)} = ?"), (edit.row_id,))
