"""Are the rows of a working copy still those of its geodatabase, apart from edits that are noted?

The geodatabase is converted once more, and SQLite compares the two row by row: a row that nobody edited must
be as it was, of an edited one the values before its first edit. Nothing of this has to be paid for when a
working copy is made.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
import sqlite3
import tempfile
from typing import Optional

from ..errors import Damaged
from ..host import Feedback, Silent, raise_if_cancelled
from ..storage import storage
from ..untrusted.sqlite_file import quoted, sql
from .columns import sql_literal
from .connection import naming_the_copy
from .tracking_tables import BEFORE, CHANGES, TRACKING
from .write import write_working_copy

_STEPS_PER_CALL = 50_000


class _OnlyCancel(Silent):
    """The rows of the conversion are no part of the progress."""

    def __init__(self, feedback: Feedback) -> None:
        self.is_cancelled = feedback.is_cancelled  # type: ignore[method-assign]


def compare_rows(copy: Path, geodatabase: Path, feedback: Feedback) -> None:
    """Raises `Damaged` for rows that changed, went or came without a note, and as `write_working_copy`."""
    with storage(copy.name), tempfile.TemporaryDirectory(prefix="offline-map-areas-") as folder:
        again = Path(folder) / "again.gpkg"
        write_working_copy(geodatabase, again, _OnlyCancel(feedback))
        with naming_the_copy(copy):
            try:
                found = _first_difference(again, copy, feedback)
            except sqlite3.OperationalError:
                raise_if_cancelled(feedback)
                raise
    if found:
        table, row = found
        raise Damaged(
            "Row {row} of “{table}” in “{file}” is not what the geodatabase holds, and no edit of it is"
            " noted.",
            next_step="Save what you can of your edits, delete the file and open the offline map again.",
            row=row,
            table=table,
            file=copy.name,
        )


def _first_difference(again: Path, copy: Path, feedback: Feedback) -> Optional[tuple[str, int]]:
    uri = f"{again.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
        connection.execute("ATTACH ? AS copy", (f"{copy.resolve().as_uri()}?mode=ro",))
        connection.set_progress_handler(lambda: int(feedback.is_cancelled()), _STEPS_PER_CALL)
        for (table,) in connection.execute(sql("SELECT table_name FROM", TRACKING)).fetchall():
            for statement in _differences(connection, table):
                row = connection.execute(statement).fetchone()
                if row:
                    return table, row[0]
    return None


def _differences(connection: sqlite3.Connection, table: str) -> list[str]:
    """Statements that each give the key of one row that is not as it must be."""
    columns = connection.execute(f"PRAGMA main.table_info({quoted(table)})").fetchall()
    key = next(quoted(name) for _, name, _, _, _, is_key in columns if is_key)
    names = [quoted(name) for _, name, *_ in columns]
    fresh, mine = f"main.{quoted(table)} AS fresh", f"copy.{quoted(table)} AS mine"
    before = f"copy.{quoted(BEFORE + table)}"

    def differs(other: str) -> str:
        values = (", ".join(f"{row}.{name}" for name in names) for row in ("fresh", other))
        return "({}) IS NOT ({})".format(*values)

    is_edited = sql(f"fresh.{key} IN (SELECT", key, "FROM", before + ")")
    noted = sql("SELECT row_id FROM", f"copy.{CHANGES}", "WHERE table_name =", sql_literal(table))
    is_new = sql(f"mine.{key} IN (" + noted, "AND operation = 'insert')")
    on_key = f"ON fresh.{key} = mine.{key}"
    kept = f"{before} AS kept LEFT JOIN {fresh} ON fresh.{key} = kept.{key}"
    return [
        sql("SELECT fresh." + key, "FROM", fresh, "LEFT JOIN", mine, on_key, "WHERE", differs("mine"),
            "AND NOT", is_edited, "LIMIT 1"),
        sql("SELECT kept." + key, "FROM", kept, "WHERE", differs("kept"), "LIMIT 1"),
        sql("SELECT mine." + key, "FROM", mine, "LEFT JOIN", fresh, on_key, f"WHERE fresh.{key} IS NULL",
            "AND NOT", is_new, "LIMIT 1"),
    ]  # fmt: skip
