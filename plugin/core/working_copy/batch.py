"""The edits that are under way to the server: written down before they are sent, settled by its answer.

A row can be edited again while its edit is under way, and then not all of the edit is acknowledged: the
revision that was sent tells. What was sent is kept row by row: after the answer it is what the server has.
"""

from __future__ import annotations

from collections.abc import Iterable
import sqlite3
from typing import Optional

from ..geodatabase.schema import Operation
from ..untrusted.sqlite_file import quoted, sql
from .change_tracking import LocalEdit, edit_of, row_at, tracking_off
from .tracking_tables import BASE, BEFORE, SENT_ROWS, TrackedColumns, columns_of, tracked_columns


def take_batch(connection: sqlite3.Connection, edits: Iterable[LocalEdit]) -> None:
    """Notes edits and their rows as they are now; the batch before must be settled.

    In the caller's transaction, which ends before anything is sent.
    """
    known = {columns.table: columns for columns in tracked_columns(connection)}
    for edit in edits:
        moment = edit.changed_at.isoformat()
        values = (
            edit.id,
            edit.revision,
            edit.table,
            edit.row_id,
            edit.global_id,
            edit.operation.value,
            moment,
        )
        connection.execute("INSERT INTO gpkgext_offline_sent VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        columns = known[edit.table]
        _copy_row(connection, columns, edit.table, SENT_ROWS + edit.table, (edit.row_id, edit.row_id))


def batch_edits(connection: sqlite3.Connection) -> tuple[LocalEdit, ...]:
    """The edits that are under way, as they were taken; none where everything is settled."""
    cursor = connection.execute(
        "SELECT edit_id AS id, revision, table_name, row_id, global_id, operation, changed_at"
        " FROM gpkgext_offline_sent ORDER BY edit_id"
    )
    names = [column[0] for column in cursor.description]
    return tuple(edit_of(dict(zip(names, row))) for row in cursor)


def sent_values(connection: sqlite3.Connection, table: str, row_id: int) -> dict[str, object]:
    """The row as it was taken into the batch, by the row id of its edit there; nothing for a deleted one."""
    key, _ = columns_of(connection, SENT_ROWS + table)
    return row_at(connection, SENT_ROWS + table, key, row_id) or {}


def settle_batch(connection: sqlite3.Connection, accepted: Iterable[LocalEdit]) -> None:
    """Ends the batch. Of its edits the server has accepted some; the others stay as they are.

    What was accepted is the base from now on: edits that were not touched since are forgotten, others go on
    from the row as it was sent. In the caller's transaction.
    """
    known = {columns.table: columns for columns in tracked_columns(connection)}
    done = {edit.id for edit in accepted}
    now = {edit.id: edit for edit in _edits_in_batch(connection)}
    for sent in batch_edits(connection):
        columns, edit = known[sent.table], now.get(sent.id)
        if sent.id in done:
            _accept(connection, columns, sent, edit)
        elif edit and sent.operation is Operation.INSERT and edit.operation is Operation.DELETE:
            _forget(connection, columns, edit)  # the server never had it
    connection.execute("DELETE FROM gpkgext_offline_sent")
    for table in known:
        connection.execute(sql("DELETE FROM", quoted(SENT_ROWS + table)))


def _edits_in_batch(connection: sqlite3.Connection) -> tuple[LocalEdit, ...]:
    """The edits of the batch as they are by now."""
    cursor = connection.execute(
        "SELECT * FROM gpkgext_offline_changes WHERE id IN (SELECT edit_id FROM gpkgext_offline_sent)"
    )
    names = [column[0] for column in cursor.description]
    return tuple(edit_of(dict(zip(names, row))) for row in cursor)


def _accept(
    connection: sqlite3.Connection, columns: TrackedColumns, sent: LocalEdit, edit: Optional[LocalEdit]
) -> None:
    """`edit` is what became of the sent one, None where nothing is left of it."""
    row_id: Optional[int] = edit.row_id if edit else sent.row_id
    if columns.global_id:
        same = sql("DELETE FROM", quoted(BASE + sent.table), f"WHERE {quoted(columns.global_id)} = ?")
        connection.execute(same, (sent.global_id,))
        row_id = None
    else:
        _forget_row(connection, columns, BASE, sent.row_id)
    if sent.operation is Operation.DELETE:
        gone = "INSERT OR IGNORE INTO gpkgext_offline_gone VALUES (?, ?)"
        connection.execute(gone, (sent.table, sent.global_id))
    else:
        source = SENT_ROWS + sent.table
        _copy_row(connection, columns, source, BASE + sent.table, (sent.row_id, row_id))
    if edit is None:
        return
    is_over = edit.operation is Operation.DELETE and sent.operation is Operation.DELETE
    if edit.revision == sent.revision or is_over:
        _forget(connection, columns, edit)
    else:
        _go_on(connection, columns, sent, edit)


def _go_on(connection: sqlite3.Connection, columns: TrackedColumns, sent: LocalEdit, edit: LocalEdit) -> None:
    """An edit that was touched after it was sent: its base is the row as it was sent."""
    _forget_row(connection, columns, BEFORE, edit.row_id)
    operation = Operation.DELETE if edit.operation is Operation.DELETE else Operation.UPDATE
    if sent.operation is Operation.DELETE:
        operation = Operation.INSERT  # it came back here after the server had deleted it
        if columns.object_id:
            _clear_object_id(connection, columns, edit.row_id)
    else:
        rows = (sent.row_id, edit.row_id)
        _copy_row(connection, columns, SENT_ROWS + sent.table, BEFORE + sent.table, rows)
    connection.execute(
        "UPDATE gpkgext_offline_changes SET operation = ? WHERE id = ?", (operation.value, edit.id)
    )


def _clear_object_id(connection: sqlite3.Connection, columns: TrackedColumns, row_id: int) -> None:
    number, key = quoted(columns.object_id or ""), quoted(columns.key)
    with tracking_off(connection):
        statement = sql("UPDATE", quoted(columns.table), f"SET {number} = NULL WHERE {key} = ?")
        connection.execute(statement, (row_id,))


def _forget(connection: sqlite3.Connection, columns: TrackedColumns, edit: LocalEdit) -> None:
    connection.execute("DELETE FROM gpkgext_offline_changes WHERE id = ?", (edit.id,))
    _forget_row(connection, columns, BEFORE, edit.row_id)


def _forget_row(connection: sqlite3.Connection, columns: TrackedColumns, prefix: str, row_id: int) -> None:
    table, key = quoted(prefix + columns.table), quoted(columns.key)
    connection.execute(sql("DELETE FROM", table, f"WHERE {key} = ?"), (row_id,))


def _copy_row(
    connection: sqlite3.Connection,
    columns: TrackedColumns,
    source: str,
    target: str,
    rows: tuple[int, Optional[int]],
) -> None:
    """Copies a row with the first of two row ids, if there is one; the copy has the second, None for any."""
    key, others = quoted(columns.key), ", ".join(map(quoted, columns.others))
    names = ", ".join([key, others]) if others else key
    values = ", ".join(["?", others]) if others else "?"
    statement = sql(
        "INSERT INTO",
        quoted(target),
        f"({names})",
        "SELECT",
        values,
        "FROM",
        quoted(source),
        f"WHERE {key} = ?",
    )
    connection.execute(statement, (rows[1], rows[0]))
