"""Are the rows of a working copy still those of its base, apart from edits that are noted?

A row that nobody edited must be as it is there, of an edited one the values before its first edit.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
import sqlite3
from typing import Optional

from ..errors import Damaged
from ..host import Feedback, raise_if_cancelled
from ..storage import storage
from ..untrusted.sqlite_file import quoted, sql
from .base import BaseRows, attached_package, base_rows
from .columns import sql_literal
from .connection import naming_the_copy
from .tracking_tables import BEFORE, CHANGES, GONE, tracked_columns

_STEPS_PER_CALL = 50_000


def compare_rows(copy: Path, geodatabase: Path, feedback: Feedback) -> None:
    """Raises `Damaged` for rows that changed, went or came without a note, and as `write_working_copy`."""
    with storage(copy.name), naming_the_copy(copy):
        try:
            found = _first_difference(copy, geodatabase, feedback)
        except sqlite3.OperationalError:
            raise_if_cancelled(feedback)
            raise
    if found:
        table, row = found
        raise Damaged(
            "Row {row} of “{table}” in “{file}” is neither as in the geodatabase nor as an update left "
            "it, and no edit of it was recorded.",
            next_step=(
                "Save as many of your edits as you can, delete the file, and open the offline map again."
            ),
            row=row,
            table=table,
            file=copy.name,
        )


def _first_difference(copy: Path, geodatabase: Path, feedback: Feedback) -> Optional[tuple[str, object]]:
    uri = f"{copy.resolve().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection,
        attached_package(connection, geodatabase, feedback),
    ):
        connection.set_progress_handler(lambda: int(feedback.is_cancelled()), _STEPS_PER_CALL)
        for columns in tracked_columns(connection):
            base = base_rows(connection, columns)
            for statement in _differences(base) if base else ():
                row = connection.execute(statement).fetchone()
                if row:
                    return columns.table, row[0]
    return None


def _differences(base: BaseRows) -> list[str]:
    """Statements that each give the GlobalID, or else the row id, of one row that is not as it must be."""
    columns = base.columns
    table, key = columns.table, quoted(columns.key)
    mine, before = quoted(table), quoted(BEFORE + table)

    def feature(row: str) -> str:
        own = columns.global_id
        return f"coalesce({row}.{quoted(own)}, {row}.{key})" if own else f"{row}.{key}"

    edited = sql(feature("base"), "IN (SELECT", feature("kept"), "FROM", before, "AS kept)")
    changed = [
        sql(
            "SELECT", feature("base"), "FROM", f"({part}) AS base", "LEFT JOIN", mine, "AS mine",
            "ON", base.same("mine", "base"), "WHERE", base.differ("base", "mine"), "AND NOT", edited,
            "LIMIT 1",
        )
        for part in base.parts
    ]  # fmt: skip

    def gone(row: str) -> str:
        """The server deleted the feature, and an edit of it was not sent: the row stays."""
        own = f"global_id = {row}.{quoted(columns.global_id)}" if columns.global_id else "0"
        known = sql("SELECT 1 FROM", "main." + GONE, "WHERE table_name =", sql_literal(table), "AND", own)
        return f"EXISTS ({known})"

    unknown = base.without("kept", f"NOT ({base.differ('base', 'kept')})")
    edits = sql("SELECT row_id FROM", CHANGES, "WHERE table_name =", sql_literal(table))
    is_new = sql(f"mine.{key} IN (" + edits, "AND operation = 'insert')")
    is_noted = sql("(" + is_new, "OR", gone("mine"), f"AND mine.{key} IN (" + edits + "))")
    return [
        *changed,
        sql("SELECT", feature("kept"), "FROM", before, "AS kept WHERE", unknown, "AND NOT", gone("kept"),
            "LIMIT 1"),
        sql("SELECT", feature("mine"), "FROM", mine, "AS mine WHERE", base.without("mine"),
            "AND NOT", is_noted, "LIMIT 1"),
    ]  # fmt: skip
