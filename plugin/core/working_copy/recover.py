"""Edits of a layer that nobody saw: found by comparing its rows with the base, by GlobalID.

So it is after a layer was written anew (`ogr2ogr -overwrite`), or while triggers were missing. Edits that
were noted before stay the same edits.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from itertools import count
import sqlite3

from ..geodatabase.schema import Operation
from ..untrusted.sqlite_file import quoted, sql
from .base import PACKAGE, BaseRows
from .change_tracking import local_edits, tracking_off
from .equal_values import same_geometry, same_moment
from .tracking_tables import BEFORE
from .tracking_triggers import NEW_GLOBAL_ID

_THERE = "temp.recovered_base"
_FUNCTIONS = {"same_geometry": same_geometry, "same_moment": same_moment}


def recover_edits(connection: sqlite3.Connection, base: BaseRows) -> None:
    """Notes the edits of a layer with GlobalIDs anew. In the caller's transaction, its package attached.

    Rows without a GlobalID, or with that of another row, get one. Values that GDAL writes otherwise than we
    do, though they mean the same, become as they are in the base.
    """
    for name, function in _FUNCTIONS.items():
        connection.create_function(name, 2, function, deterministic=True)
    connection.execute(sql("CREATE TABLE", _THERE, "AS", " UNION ALL ".join(base.parts)))
    recovery = _Recovery(connection, base)
    connection.execute(f"CREATE INDEX temp.recovered_ids ON recovered_base ({recovery.own})")
    with tracking_off(connection):
        recovery.give_ids()
        recovery.take_equal_values()
    recovery.note_edits()
    connection.execute(sql("DROP TABLE", _THERE))


class _Recovery:
    """Of one layer; `_THERE` holds its base."""

    def __init__(self, connection: sqlite3.Connection, base: BaseRows) -> None:
        self._connection, self._base, self._columns = connection, base, base.columns
        columns = self._columns
        self._layer, self._before = quoted(columns.table), quoted(BEFORE + columns.table)
        self.own, self._key = quoted(columns.global_id or ""), quoted(columns.key)
        self._names = ", ".join((self._key, *map(quoted, columns.others)))
        (rows,) = connection.execute(sql("SELECT count(*) FROM", _THERE)).fetchone()
        self._free_row_ids = count(-2 - int(rows), -1)

    def give_ids(self) -> None:
        """GlobalIDs in one spelling, each once; OBJECTIDs as in the base, none in rows that are new."""
        own, key, layer = self.own, self._key, self._layer
        bare = f"nullif(upper(trim({own}, '{{}} ')), '')"
        known = sql("SELECT", own, "FROM", _THERE)
        first = sql("SELECT", f"min({key})", "FROM", layer, f"WHERE {own} NOTNULL GROUP BY {own}")
        for value, where in (
            (f"'{{' || {bare} || '}}'", f"{own} NOT IN ({known})"),
            (NEW_GLOBAL_ID, f"{own} IS NULL OR {key} NOT IN ({first})"),
        ):
            self._connection.execute(sql("UPDATE", layer, f"SET {own} =", value, "WHERE", where))
        if self._columns.object_id:
            number = quoted(self._columns.object_id)
            value = sql(
                "(SELECT", f"there.{number}", "FROM", _THERE, f"AS there WHERE there.{own} = mine.{own})"
            )
            mine = sql("UPDATE", layer, "AS mine SET", f"{number} =", value)
            self._connection.execute(sql(mine, "WHERE", f"mine.{number} IS NOT", value))

    def take_equal_values(self) -> None:
        for column, function in self._comparable():
            same = sql("FROM", _THERE, f"AS there WHERE there.{self.own} = mine.{self.own}")
            value = sql("(SELECT", f"there.{column}", same + ")")
            differ = f"there.{column} IS NOT mine.{column} AND {function}(there.{column}, mine.{column})"
            mine = sql("UPDATE", self._layer, "AS mine SET", f"{column} =", value)
            self._connection.execute(sql(mine, "WHERE EXISTS (SELECT 1", same, "AND", differ + ")"))

    def _comparable(self) -> Iterable[tuple[str, str]]:
        """Columns whose values have several spellings, and the function that compares them."""
        pragma = f"PRAGMA {PACKAGE}.table_info({quoted(self._columns.table)})"
        declared = [str(row[2]).upper() for row in self._connection.execute(pragma) if not row[5]]
        for column, kind in zip(self._columns.others, declared):
            if kind == "DATETIME":
                yield quoted(column), "same_moment"
            elif kind.endswith(("POINT", "LINESTRING", "POLYGON")):
                yield quoted(column), "same_geometry"

    def note_edits(self) -> None:
        """Anew; an edit that is under way is never dropped."""
        connection, table = self._connection, self._columns.table
        known = {edit.global_id: edit for edit in local_edits(connection) if edit.table == table}
        under_way = {edit for (edit,) in connection.execute("SELECT edit_id FROM gpkgext_offline_sent")}
        connection.execute(sql("DELETE FROM", self._before))
        connection.execute("DELETE FROM gpkgext_offline_changes WHERE table_name = ?", (table,))
        found = self._differences()
        for own, edit in known.items():
            if own and edit.id in under_way and own not in found:
                found[own] = self._nothing_left(own)
        now = datetime.now(timezone.utc)
        for own, (row_id, operation) in found.items():
            noted = known.get(own)
            number, moment, revision = (
                (noted.id, noted.changed_at, noted.revision + 1) if noted else (None, now, 1)
            )
            connection.execute(
                "INSERT INTO gpkgext_offline_changes (id, table_name, row_id, global_id, operation,"
                " changed_at, revision) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (number, table, row_id, own, operation.value, moment.isoformat(), revision),
            )

    def _differences(self) -> dict[str, tuple[int, Operation]]:
        """GlobalID → row id and operation, of every row that is not as in the base, which is kept."""
        own, key, same = self.own, self._key, f"mine.{self.own} = there.{self.own}"
        layer, there = f"{self._layer} AS mine", f"{_THERE} AS there"
        missing = sql("NOT EXISTS (SELECT 1 FROM", layer, "WHERE", same + ")")
        self._keep(
            f"mine.{key}", there, "JOIN", layer, "ON", same, "WHERE", self._base.differ("mine", "there")
        )
        self._keep("-1 - there.rowid", there, "WHERE", missing)
        found = {}
        is_there = sql("SELECT count(*) FROM", layer, f"WHERE mine.{own} = kept.{own}")
        kept = sql("SELECT", f"kept.{own}, kept.{key}, ({is_there})", "FROM", self._before, "AS kept")
        for name, row_id, is_living in self._connection.execute(kept):
            found[str(name)] = (int(row_id), Operation.UPDATE if is_living else Operation.DELETE)
        new = sql("NOT EXISTS (SELECT 1 FROM", there, "WHERE", same + ")")
        for name, row_id in self._connection.execute(
            sql("SELECT", f"mine.{own}, mine.{key}", "FROM", layer, "WHERE", new)
        ):
            found[str(name)] = (int(row_id), Operation.INSERT)
        return found

    def _keep(self, row_id: str, *source: str) -> None:
        """Rows of the base become rows before their edits."""
        values = ", ".join((row_id, *(f"there.{quoted(one)}" for one in self._columns.others)))
        into = sql("INSERT INTO", self._before, f"({self._names})", "SELECT", values, "FROM")
        self._connection.execute(sql(into, *source))

    def _nothing_left(self, global_id: str) -> tuple[int, Operation]:
        """Of an edit that is under way: the row is as in the base again, or neither is there."""
        key, own = self._key, self.own
        find = sql("SELECT", key, "FROM", self._layer, f"WHERE {own} = ?")
        row = self._connection.execute(find, (global_id,)).fetchone()
        if row is None:
            return next(self._free_row_ids), Operation.DELETE
        values = ", ".join(("?", *map(quoted, self._columns.others)))
        into = sql("INSERT INTO", self._before, f"({self._names})", "SELECT", values, "FROM", _THERE)
        self._connection.execute(sql(into, f"WHERE {own} = ?"), (row[0], global_id))
        return int(row[0]), Operation.UPDATE
