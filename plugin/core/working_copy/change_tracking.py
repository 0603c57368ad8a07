"""Edits in a working copy, seen by triggers whoever makes them: QGIS, ogr2ogr, QField, a script.

tracking_triggers.py tells what the triggers note and what they refuse, tracking_tables.py where.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
import sqlite3
from typing import Optional

from ..geodatabase.schema import Operation
from ..storage import database_to_read
from ..untrusted.sqlite_file import SQLITE_ERRORS, only_reading, quoted, sql
from .columns import sql_literal
from .table_rights import Rights
from .tracking_tables import (
    BEFORE,
    CHANGES,
    TrackedColumns,
    columns_of,
    create_row_tables,
    note_tracked,
)
from .tracking_triggers import tracking_triggers


@dataclass(frozen=True)
class LocalEdit:
    """One edited feature or row.

    `row_id` is its key in the layer; the values before the edit are in `values_before`. `global_id` is that
    of the server's feature. `revision` grows with every touch: `id` and it tell what was sent of an edit.
    """

    id: int
    revision: int
    table: str
    row_id: int
    global_id: Optional[str]
    operation: Operation
    changed_at: datetime


def track_layer(connection: sqlite3.Connection, columns: TrackedColumns) -> None:
    """Tracks a layer from now on."""
    create_row_tables(connection, columns)
    note_tracked(connection, columns)
    for statement in tracking_triggers(columns).values():
        connection.execute(statement)


def local_edits(connection: sqlite3.Connection) -> tuple[LocalEdit, ...]:
    """All edits that no server has acknowledged, oldest first."""
    cursor = connection.execute("SELECT * FROM gpkgext_offline_changes ORDER BY id")
    names = [column[0] for column in cursor.description]
    return tuple(edit_of(dict(zip(names, row))) for row in cursor)


def edit_of_row(connection: sqlite3.Connection, table: str, row_id: int) -> Optional[LocalEdit]:
    """The edit of one row; None where it has none."""
    cursor = connection.execute(
        "SELECT * FROM gpkgext_offline_changes WHERE table_name = ? AND row_id = ?", (table, row_id)
    )
    row = cursor.fetchone()
    return None if row is None else edit_of(dict(zip((column[0] for column in cursor.description), row)))


def edit_of(row: dict[str, object]) -> LocalEdit:
    """An edit as its table holds it; copies of an earlier format hold no revision."""
    return LocalEdit(
        id=int(str(row["id"])),
        revision=int(str(row.get("revision", 1))),
        table=str(row["table_name"]),
        row_id=int(str(row["row_id"])),
        global_id=None if row["global_id"] is None else str(row["global_id"]),
        operation=Operation(row["operation"]),
        changed_at=_moment(row["changed_at"]),
    )


def edits_noted(working_copy: Path) -> int:
    """How many features and rows of a file have edits; 0 where it cannot be read, which is told elsewhere."""
    try:
        with database_to_read(working_copy) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.set_authorizer(only_reading)
            count = connection.execute(sql("SELECT count(*) FROM", quoted(CHANGES))).fetchone()[0]
            return count if isinstance(count, int) else 0
    except SQLITE_ERRORS:
        return 0


def values_before(connection: sqlite3.Connection, table: str, row_id: int) -> Optional[dict[str, object]]:
    """The row as it was before its first edit; None for a row that was inserted."""
    key, _ = columns_of(connection, BEFORE + table)
    return row_at(connection, BEFORE + table, key, row_id)


def row_before(connection: sqlite3.Connection, edit: LocalEdit) -> Optional[dict[str, object]]:
    """The row as it was before an edit, which may be of a batch: since then its feature can have got another
    row id, as cut and paste gives it one. None for a row that was inserted.
    """
    statement = "SELECT row_id FROM gpkgext_offline_changes WHERE id = ?"
    found = connection.execute(statement, (edit.id,)).fetchone()
    return values_before(connection, edit.table, int(found[0]) if found else edit.row_id)


def row_at(connection: sqlite3.Connection, table: str, key: str, row_id: int) -> Optional[dict[str, object]]:
    """Column → value of one row of any table, whose row ids are in `key`; None where it has no such row."""
    cursor = connection.execute(sql("SELECT * FROM", quoted(table), "WHERE", quoted(key), "= ?"), (row_id,))
    row = cursor.fetchone()
    return None if row is None else dict(zip((column[0] for column in cursor.description), row))


def deleted_rows(table: str, key: str, columns: Sequence[str]) -> str:
    """A SELECT of the rows of a layer that were deleted here and not sent, with the types of its columns."""
    names, kept = ", ".join(map(quoted, columns)), quoted(BEFORE + table)
    of_table = f"table_name = {sql_literal(table)}"
    deleted = sql("SELECT row_id FROM", CHANGES, "WHERE operation = 'delete' AND", of_table)
    typed = sql("SELECT", names, "FROM", quoted(table), "WHERE 0")
    return sql(typed, "UNION ALL SELECT", names, "FROM", kept, "WHERE", quoted(key), f"IN ({deleted})")


@contextmanager
def tracking_off(connection: sqlite3.Connection) -> Iterator[None]:
    """No edit is recorded inside; the caller's transaction must span the whole block."""
    connection.execute("UPDATE gpkgext_offline_tracking SET enabled = 0")
    try:
        yield
    finally:
        connection.execute("UPDATE gpkgext_offline_tracking SET enabled = 1")


def set_rights(connection: sqlite3.Connection, table: str, rights: Rights) -> None:
    """Says which edits a layer takes, from whatever program. In the caller's transaction."""
    connection.execute(
        "UPDATE gpkgext_offline_tracking SET may_insert = ?, may_update = ?, may_delete = ?"
        " WHERE table_name = ?",
        (int(rights.insert), int(rights.update), int(rights.delete), table),
    )


def rights_of(connection: sqlite3.Connection) -> dict[str, Rights]:
    """Table → which edits it takes."""
    rows = connection.execute(
        "SELECT table_name, may_insert, may_update, may_delete FROM gpkgext_offline_tracking"
    )
    return {table: Rights(*map(bool, allowed)) for table, *allowed in rows}


def _moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text).replace("Z", "+00:00")).astimezone(timezone.utc)
