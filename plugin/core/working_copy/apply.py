"""Changes that the server sent → rows of a working copy, with its index, its counts and its base.

Nothing of it is a local edit, so no trigger of the layer fires. What a user edited and has not sent yet
stays: see rebase.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
import sqlite3
from typing import Optional

from ..errors import BrokenAnswer, Unsupported
from ..host import Feedback, raise_if_cancelled
from ..portal.global_ids import global_id
from ..untrusted.sqlite_file import quoted, sql
from .layer_index import LayerIndex, without_triggers
from .rebase import LocalEdits
from .tracked_table import TrackedTable
from .tracking_tables import BASE

_Row = Mapping[str, object]
_ROWS_AT_ONCE = 2_000
_BYTES_AT_ONCE = 16 << 20
_VALUES_AT_ONCE = 900
"""Of one statement: SQLite before 3.32 takes 999."""


@dataclass(frozen=True)
class Applied:
    """How many rows came, changed and went, and how many local edits go on from what the server has now."""

    added: int = 0
    updated: int = 0
    deleted: int = 0
    rebased: int = 0


def apply_rows(
    connection: sqlite3.Connection,
    table: TrackedTable,
    upserts: Iterable[_Row],
    deletes: Iterable[str],
    feedback: Feedback,
) -> Applied:
    """Writes rows of the server into a table, found by GlobalID, and removes those with the ids in `deletes`.

    In the caller's transaction, and after the batch that was under way is settled. `upserts` are rows as
    `rows_of` gives them; columns that one lacks stay as they are. They are taken a few thousand at a time.
    Progress counts rows. Raises `BrokenAnswer` for a row without a GlobalID or without a value that must be
    there, `Unsupported` for a table without GlobalIDs, `Cancelled`: the caller rolls back then.
    """
    if not table.global_id:
        raise Unsupported(
            "“{layer}” has no GlobalIDs, so changes cannot be matched to features.", layer=table.title
        )
    if not connection.in_transaction:
        connection.execute("BEGIN")
    with without_triggers(connection, table.name):
        applier = _Applier(connection, table)
        done = 0
        for rows in _portions(upserts):
            applier.put(rows)
            done += len(rows)
            _tell(feedback, done, table)
        rest = iter(deletes)
        while names := list(islice(rest, _ROWS_AT_ONCE)):
            applier.remove(names)
            done += len(names)
            _tell(feedback, done, table)
        return applier.finish()


def _tell(feedback: Feedback, done: int, table: TrackedTable) -> None:
    raise_if_cancelled(feedback)
    feedback.report(done, 0, table.title)


def _portions(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    """Rows in portions that fit into memory, whatever files are in them."""
    portion: list[_Row] = []
    size = 0
    for row in rows:
        portion.append(row)
        for value in row.values():
            if isinstance(value, (str, bytes)):
                size += len(value)
        if len(portion) >= _ROWS_AT_ONCE or size >= _BYTES_AT_ONCE:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


class _Applier:
    """Puts and removes rows of one table whose triggers rest."""

    def __init__(self, connection: sqlite3.Connection, table: TrackedTable) -> None:
        self._connection, self._table = connection, table
        self._layer, self._base = ("main." + quoted(name) for name in (table.name, BASE + table.name))
        self._key, self._own_id = quoted(table.key), quoted(table.global_id)
        self._index = LayerIndex(connection, table)
        self._edits = LocalEdits(connection, table, self._index)
        self._odd: Optional[dict[str, int]] = None
        self._next_row_id = 0
        described = connection.execute(f"PRAGMA main.table_info({quoted(table.name)})").fetchall()
        self._required = {str(row[1]): row[4] is not None for row in described if row[3] and not row[5]}
        gone = "SELECT count(*) FROM (SELECT 1 FROM main.gpkgext_offline_gone WHERE table_name = ? LIMIT 1)"
        self._has_gone = bool(connection.execute(gone, (table.name,)).fetchone()[0])
        self.added = self.updated = self.deleted = self.rebased = self._removed = 0

    def put(self, rows: Sequence[_Row]) -> None:
        by_id: dict[str, _Row] = {}
        for row in rows:
            name = self._id_of(row.get(self._table.global_id))
            by_id[name] = {**by_id[name], **row} if name in by_id else row
        there = self._find(by_id)
        fresh: list[_Row] = []
        known: dict[int, _Row] = {}
        for name, row in by_id.items():
            edit = self._edits.of_feature(name, there.get(name))
            self._require_values(name, row, is_new=edit is None and name not in there)
            if edit is not None:
                self.rebased += self._edits.meet(edit, row)
            elif name in there:
                known[there[name]] = row
            else:
                fresh.append(row)
        self._update(known)
        self._insert(fresh)
        if self._has_gone:
            back = "DELETE FROM main.gpkgext_offline_gone WHERE table_name = ? AND global_id = ?"
            self._connection.executemany(back, ((self._table.name, name) for name in by_id))

    def remove(self, global_ids: Iterable[str]) -> None:
        names = dict.fromkeys(map(self._id_of, global_ids))
        there = self._find(names)
        rows = []
        for name in names:
            edit = self._edits.of_feature(name, there.get(name))
            if edit is not None and name in there and self._edits.forget_idle(edit):
                edit = None
            if edit is not None:
                stays = self._edits.lose(edit)
                self.rebased += stays
                self.deleted += not stays
            elif name in there:
                rows.append(there[name])
        self._delete(sorted(rows))

    def finish(self) -> Applied:
        self._index.finish(self.added - self._removed)
        return Applied(self.added, self.updated, self.deleted, self.rebased)

    def _id_of(self, stated: object) -> str:
        name = global_id(stated)
        if name is None:
            raise BrokenAnswer("A feature of “{layer}” has no GlobalID.", layer=self._table.title)
        return name

    def _require_values(self, name: str, row: _Row, is_new: bool) -> None:
        for column, has_default in self._required.items():
            lacks = row[column] is None if column in row else is_new and not has_default
            if lacks:
                text = (
                    "The feature {feature} of “{layer}” arrived without a value in “{field}”, which "
                    "requires one."
                )
                raise BrokenAnswer(text, feature=name, layer=self._table.title, field=column)

    def _find(self, names: Collection[str]) -> dict[str, int]:
        """The rows that have these GlobalIDs, by GlobalID; without those that were added here."""
        find = sql("SELECT", self._key, "FROM", self._layer, "WHERE", self._own_id, "= ?")
        found: dict[str, int] = {}
        for name in names:
            for (row_id,) in self._connection.execute(find, (name,)):
                if not self._edits.is_new(row_id):
                    found[name] = row_id
        if len(found) < len(names):
            odd = self._oddly_spelled()
            found.update((name, odd[name]) for name in names if name in odd and name not in found)
        return found

    def _oddly_spelled(self) -> dict[str, int]:
        """The rows whose GlobalIDs are not in braces and capital letters, by how they should be."""
        if self._odd is None:
            odd = f"{self._own_id} <> upper({self._own_id}) OR {self._own_id} NOT GLOB '{{*}}'"
            statement = sql("SELECT", self._own_id, ",", self._key, "FROM", self._layer, "WHERE", odd)
            spelled = ((global_id(own), row_id) for own, row_id in self._connection.execute(statement))
            self._odd = {name: row_id for name, row_id in spelled if name}
        return self._odd

    def _update(self, known: Mapping[int, _Row]) -> None:
        row_ids = sorted(known)
        for columns, some in _alike(row_ids, known).items():
            own = [name for name in columns if name != self._table.global_id]
            if own:
                sets = ", ".join(f"{quoted(name)} = ?" for name in own)
                statement = sql("UPDATE", self._layer, "SET", sets, "WHERE", self._key, "= ?")
                rows = ((*map(known[row_id].get, own), row_id) for row_id in some)
                self._connection.executemany(statement, rows)
            if self._table.geometry in columns:
                self._index.move(some, [known[row_id][self._table.geometry] for row_id in some])
        self._take_as_base(row_ids)
        self.updated += len(row_ids)

    def _insert(self, fresh: Sequence[_Row]) -> None:
        if not fresh:
            return
        first = self._next_row_id or self._first_free()
        self._next_row_id = first + len(fresh)
        rows = dict(enumerate(fresh, first))
        for columns, some in _alike(list(rows), rows).items():
            names = ", ".join(map(quoted, (self._table.key, *columns)))
            marks = ", ".join("?" * (len(columns) + 1))
            statement = sql("INSERT INTO", self._layer, f"({names})", f"VALUES ({marks})")
            values = ((row_id, *map(rows[row_id].get, columns)) for row_id in some)
            self._connection.executemany(statement, values)
            if self._table.geometry in columns:
                self._index.add(some, [rows[row_id][self._table.geometry] for row_id in some])
        self._take_as_base(list(rows))
        self.added += len(fresh)

    def _first_free(self) -> int:
        """A row id that no row has or had: edits and their rows are known by it."""
        key = self._key
        highest = list(self._connection.execute(sql("SELECT", f"max({key})", "FROM", self._layer)).fetchone())
        for used in (
            "SELECT max(row_id) FROM gpkgext_offline_changes WHERE table_name = ?",
            "SELECT max(seq) FROM main.sqlite_sequence WHERE name = ?",
        ):
            highest += self._connection.execute(used, (self._table.name,)).fetchone()
        return max([0, *(int(one) for one in highest if one is not None)]) + 1

    def _take_as_base(self, row_ids: Sequence[int]) -> None:
        """The base has these rows as they are now."""
        names = ", ".join(map(quoted, self._table.all_columns))
        before = sql("DELETE FROM", self._base, f"WHERE {self._own_id} IN (SELECT {self._own_id}")
        now = sql("INSERT INTO", self._base, f"({names})", "SELECT", names)
        for start in range(0, len(row_ids), _VALUES_AT_ONCE):
            some = row_ids[start : start + _VALUES_AT_ONCE]
            marks = ", ".join("?" * len(some))
            rows = sql("FROM", self._layer, "WHERE", self._key, f"IN ({marks})")
            self._connection.execute(sql(before, rows + ")"), some)
            self._connection.execute(sql(now, rows), some)

    def _delete(self, row_ids: Sequence[int]) -> None:
        keys = [(row_id,) for row_id in row_ids]
        gone = sql("INSERT OR IGNORE INTO main.gpkgext_offline_gone SELECT ?,", self._own_id, "FROM")
        statement = sql(gone, self._layer, "WHERE", self._key, "= ?")
        self._connection.executemany(statement, ((self._table.name, row_id) for row_id in row_ids))
        here = sql("FROM", self._layer, "WHERE", self._key, "= ?")
        own = sql("DELETE FROM", self._base, f"WHERE {self._own_id} = (SELECT {self._own_id}", here + ")")
        for statement in (own, sql("DELETE", here)):
            self._connection.executemany(statement, keys)
        self._index.remove(row_ids)
        self.deleted += len(row_ids)
        self._removed += len(row_ids)


def _alike(row_ids: Iterable[int], rows: Mapping[int, _Row]) -> dict[tuple[str, ...], list[int]]:
    """Row ids by the columns that their rows state: nearly always all the same ones."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for row_id in row_ids:
        groups.setdefault(tuple(rows[row_id]), []).append(row_id)
    return groups
