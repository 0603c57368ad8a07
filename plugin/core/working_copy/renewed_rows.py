"""The rows of a newer package → rows of a working copy: what differs is written, what is gone is deleted.

Rows are compared with those that the server gave before: the rows of the copy, for edited ones those before
their first edit. Edits stay on top (rebase.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
import sqlite3

from ..errors import Damaged
from ..geodatabase.schema import Table
from ..host import Feedback
from ..untrusted.sqlite_file import quoted, sql
from .apply import Applied, apply_rows
from .base import PACKAGE
from .columns import key_column
from .converted_rows import column_pairs, converted_rows, same_values
from .tracked_table import TrackedTable
from .tracking_tables import BEFORE, columns_of

_EDITS = "SELECT row_id FROM main.gpkgext_offline_changes WHERE table_name = ?"
_RENEWED = "CREATE TEMP TABLE renewed (row_id INTEGER PRIMARY KEY)"


@dataclass(frozen=True)
class RenewedTable:
    """A table of the copy, and the same one as the newer package describes it (named as in the copy)."""

    table: TrackedTable
    source: Table


def renew_rows(connection: sqlite3.Connection, renewed: RenewedTable, feedback: Feedback) -> Applied:
    """Of one table, while the conversion of the newer package is attached (`attached_package`).

    In the caller's transaction. Raises as `apply_rows`, and `Damaged` for rows that cannot be told apart.
    """
    connection.execute(_RENEWED)
    try:
        comparison = _Comparison(connection, renewed)
        comparison.require_ids()
        comparison.find_renewed()
        gone = comparison.gone()
        where = sql(quoted(key_column(renewed.source)), "IN (SELECT row_id FROM temp.renewed)")
        name = f"{PACKAGE}.{quoted(renewed.table.name)}"
        rows = converted_rows(connection, name, renewed.source, renewed.table, where)
        return apply_rows(connection, renewed.table, rows, gone, feedback)
    finally:
        if connection.in_transaction:
            connection.execute("DROP TABLE temp.renewed")


class _Comparison:
    def __init__(self, connection: sqlite3.Connection, renewed: RenewedTable) -> None:
        self._connection, self._renewed = connection, renewed
        self._name = renewed.table.name
        self._key = quoted(renewed.table.key)
        self._own, self._its = quoted(renewed.table.global_id), quoted(renewed.source.global_id)
        self._layer = "main." + quoted(self._name)
        self._before = "main." + quoted(BEFORE + self._name)
        self._package = f"{PACKAGE}.{quoted(self._name)}"

    def require_ids(self) -> None:
        if not columns_of(self._connection, self._name, PACKAGE)[0]:
            raise Damaged(
                "“{layer}” of the newest package cannot be read.",
                next_step="Contact the owner of the map area.",
                layer=self._renewed.table.title,
            )
        counts = sql("SELECT count(*), count(DISTINCT", self._its + ")", "FROM", self._package)
        rows, ids = self._connection.execute(counts).fetchone()
        if rows != ids:
            raise Damaged(
                "Rows of “{layer}” in the newest package have no GlobalID of their own.",
                next_step="Contact the owner of the map area.",
                layer=self._renewed.table.title,
            )

    def find_renewed(self) -> None:
        """Notes the rows of the package that nobody has here as they are there."""
        pairs = column_pairs(self._renewed.source, self._renewed.table)

        def same(row: str) -> str:
            return sql(f"{row}.{self._own} = new.{self._its}", "AND", same_values(pairs, "new", row))

        unedited = sql("SELECT 1 FROM", self._layer, "AS mine WHERE", same("mine"))
        edited = sql("SELECT 1 FROM", self._before, "AS kept WHERE", same("kept"))
        self._connection.execute(
            sql(
                "INSERT INTO temp.renewed SELECT", f"new.{quoted(key_column(self._renewed.source))}",
                "FROM", self._package, "AS new",
                f"WHERE NOT EXISTS ({unedited} AND mine.{self._key} NOT IN ({_EDITS}))",
                f"AND NOT EXISTS ({edited})",
            ),
            (self._name,),
        )  # fmt: skip

    def gone(self) -> Iterator[str]:
        """The GlobalIDs of rows that the server gave before, and that are not in the package."""
        there = sql("SELECT 1 FROM", self._package, f"AS new WHERE new.{self._its} = known.{self._own}")
        rows = sql("SELECT", f"known.{self._own}", "FROM", self._layer, "AS known")
        unedited = f"{rows} WHERE known.{self._key} NOT IN ({_EDITS}) AND NOT EXISTS ({there})"
        kept = sql("SELECT", f"known.{self._own}", "FROM", self._before, "AS known")
        edited = f"{kept} WHERE NOT EXISTS ({there})"
        found = self._connection.execute(f"{unedited} UNION {edited}", (self._name,)).fetchall()
        return (str(name) for (name,) in found if name is not None)
