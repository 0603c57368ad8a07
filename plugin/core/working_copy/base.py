"""The base of a working copy: the rows as the server has them, as far as the copy knows.

They are those of its package, but for what the server deleted or sent anew since (tracking_tables.py). The
package is converted once more for that, so that nothing has to be paid for it when a working copy is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
import sqlite3
import tempfile
from typing import Optional

from ..host import Feedback, Silent
from ..untrusted.sqlite_file import quoted, sql
from .columns import sql_literal
from .tracking_tables import BASE, BEFORE, GONE, TrackedColumns, columns_of
from .write import write_working_copy

PACKAGE = "package"


@dataclass(frozen=True)
class BaseRows:
    """The base of one layer, in the columns of its copy, as two SELECTs that have no row in common.

    Rows are the same feature that have the same GlobalID, or the same row id where they have none.
    """

    columns: TrackedColumns
    parts: tuple[str, str]

    def same(self, row: str, other: str) -> str:
        """An SQL condition: two rows are of the same feature."""
        key, own = quoted(self.columns.key), self.columns.global_id
        if not own:
            return f"{row}.{key} = {other}.{key}"
        lacking = f"CASE WHEN {other}.{quoted(own)} IS NULL THEN {other}.{key} END"
        return f"({row}.{quoted(own)} = {other}.{quoted(own)} OR {row}.{key} = {lacking})"

    def differ(self, row: str, other: str) -> str:
        """An SQL condition: two rows differ in any column but that of the row ids."""
        names = list(map(quoted, self.columns.others))
        sides = (", ".join(f"{side}.{name}" for name in names) for side in (row, other))
        return "({}) IS NOT ({})".format(*sides) if names else "0"

    def without(self, row: str, condition: str = "1") -> str:
        """An SQL condition: no row of the base is of the same feature as `row`, and as `condition` says."""
        return " AND ".join(
            sql(
                "NOT EXISTS (SELECT 1 FROM",
                f"({part}) AS base WHERE",
                self.same("base", row),
                "AND",
                condition + ")",
            )
            for part in self.parts
        )


@contextmanager
def attached_package(connection: sqlite3.Connection, geodatabase: Path, feedback: Feedback) -> Iterator[None]:
    """Converts a geodatabase once more and attaches it, read only, to a connection to its working copy.

    The connection must be in no transaction. Raises as `write_working_copy`.
    """
    with tempfile.TemporaryDirectory(prefix="offline-map-areas-") as folder:
        again = Path(folder) / "again.gpkg"
        write_working_copy(geodatabase, again, _OnlyCancel(feedback))
        connection.execute(f"ATTACH ? AS {PACKAGE}", (f"{again.resolve().as_uri()}?mode=ro",))
        try:
            yield
        finally:
            if connection.in_transaction:
                connection.rollback()
            connection.execute(f"DETACH {PACKAGE}")


def base_rows(connection: sqlite3.Connection, columns: TrackedColumns) -> Optional[BaseRows]:
    """The base of a layer, while its package is attached; None where the package has other columns.

    Columns correspond by their order: in copies of version 0.1.0 some have other names.
    """
    key, others = columns_of(connection, BEFORE + columns.table, PACKAGE)
    if len(others) != len(columns.others):
        return None
    names = list(zip((key, *others), (columns.key, *columns.others)))
    of_package = ", ".join(f"base.{quoted(one)} AS {quoted(other)}" for one, other in names)
    same = [(one, other) for one, other in names if other == (columns.global_id or columns.key)]
    one, other = map(quoted, same[0])
    base = quoted(BASE + columns.table)
    newer = sql("SELECT 1 FROM", "main." + base, "AS newer WHERE", f"newer.{other} = base.{one}")
    rest = f"NOT EXISTS ({newer})"
    if columns.global_id:
        own = f"table_name = {sql_literal(columns.table)} AND global_id = base.{one}"
        gone = sql("SELECT 1 FROM", "main." + GONE, "WHERE", own)
        rest = f"{rest} AND NOT EXISTS ({gone})"
    source = f"{PACKAGE}.{quoted(columns.table)} AS base"
    of_base = ", ".join(quoted(other) for _, other in names)
    return BaseRows(
        columns,
        (
            sql("SELECT", of_package, "FROM", source, "WHERE", rest),
            sql("SELECT", of_base, "FROM", "main." + base),
        ),
    )


class _OnlyCancel(Silent):
    """The rows of the conversion are no part of the progress."""

    def __init__(self, feedback: Feedback) -> None:
        self.is_cancelled = feedback.is_cancelled  # type: ignore[method-assign]
