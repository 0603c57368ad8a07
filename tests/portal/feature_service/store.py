"""Rows in SQLite, every version of them: what the state was at any generation can be asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
import sqlite3
import threading
from typing import Any, Optional

Values = dict[str, Any]

# The columns of a version: its first generation, the one that ended it, and whose edits those were.
_OWN = "_from INTEGER NOT NULL, _to INTEGER, _origin TEXT, _closer TEXT"
_HIDDEN = frozenset({"_from", "_to", "_origin", "_closer"})


class Store:
    """One database, one writer at a time: who comes second waits, as in a server's transaction."""

    def __init__(self, generation: int) -> None:
        self.connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        self.generation = generation
        self._lock = threading.RLock()
        self._depth = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; one inside another may fail alone."""
        with self._lock:
            point = f"point_{self._depth}"
            self.connection.execute(f"SAVEPOINT {point}")
            self._depth += 1
            try:
                yield
            except BaseException:
                self.connection.execute(f"ROLLBACK TO {point}")
                raise
            finally:
                self._depth -= 1
                self.connection.execute(f"RELEASE {point}")

    def next_generation(self, jump: int) -> int:
        """Numbers grow by uneven steps."""
        self.generation += 1 + self.generation * 31 % max(1, jump)
        return self.generation


class VersionedTable:
    """Rows known by a GlobalID (bare, upper case) and an object id that is never given twice."""

    def __init__(
        self, store: Store, name: str, object_id: str, global_id: str, columns: Iterable[str]
    ) -> None:
        self.store, self.name, self.object_id, self.global_id = store, name, object_id, global_id
        self.generation = store.generation
        listed = "".join(f', "{column}"' for column in columns)
        self._execute(
            f'CREATE TABLE "{name}" (_version INTEGER PRIMARY KEY, {_OWN}, "{object_id}" INTEGER NOT NULL,'
            f' "{global_id}" TEXT NOT NULL{listed})'
        )
        for column in (global_id, object_id, "_from", "_to"):
            self._execute(f'CREATE INDEX "{name} by {column}" ON "{name}" ("{column}")')

    def _execute(self, sql: str, values: Any = ()) -> sqlite3.Cursor:
        return self.store.connection.execute(sql, values)

    def _one(self, sql: str, values: Any = ()) -> Optional[Values]:
        row = self._execute(f'SELECT * FROM "{self.name}" WHERE {sql}', values).fetchone()
        return None if row is None else _seen(row)

    # -- reading

    def current(self, global_id: str) -> Optional[Values]:
        return self._one(f'"{self.global_id}" = ? AND _to IS NULL', (global_id,))

    def current_by_object_id(self, object_id: int) -> Optional[Values]:
        return self._one(f'"{self.object_id}" = ? AND _to IS NULL', (object_id,))

    def at(self, global_id: str, generation: int) -> Optional[Values]:
        """The row as it was when `generation` was the newest."""
        sql = f'"{self.global_id}" = ? AND _from <= ? AND (_to IS NULL OR _to > ?)'
        return self._one(sql, (global_id, generation, generation))

    def ever(self, global_id: str) -> bool:
        """Whether there is or was such a row."""
        return self._one(f'"{self.global_id}" = ?', (global_id,)) is not None

    def rows(self, where: str = "1=1", values: Any = ()) -> list[Values]:
        """Current rows by their object ids; `where` is SQL."""
        sql = f'SELECT * FROM "{self.name}" WHERE _to IS NULL AND ({where}) ORDER BY "{self.object_id}"'
        return [_seen(row) for row in self._execute(sql, values)]

    def changed(self, after: int, up_to: int, but_by: Optional[str] = None) -> list[tuple[int, str]]:
        """(generation, GlobalID) of every change in between, in order, without those by one origin."""
        sql = (
            f'SELECT _from, "{self.global_id}" FROM "{self.name}"'
            " WHERE _from > :after AND _from <= :up_to AND (_origin IS NULL OR _origin IS NOT :origin)"
            f' UNION SELECT _to, "{self.global_id}" FROM "{self.name}"'
            " WHERE _to > :after AND _to <= :up_to AND (_closer IS NULL OR _closer IS NOT :origin) ORDER BY 1"
        )
        values = {"after": after, "up_to": up_to, "origin": but_by}
        return [(row[0], row[1]) for row in self._execute(sql, values)]

    def added_by(self, global_id: str, after: int, origin: str) -> bool:
        """Whether `origin` itself sent a version of the row after that generation."""
        sql = f'"{self.global_id}" = ? AND _from > ? AND _origin = ?'
        return self._one(sql, (global_id, after, origin)) is not None

    def rows_at(self, generation: int, column: str, value: Any) -> list[Values]:
        """The rows that had a value when `generation` was the newest."""
        sql = f'SELECT * FROM "{self.name}" WHERE "{column}" = ? AND _from <= ? AND (_to IS NULL OR _to > ?)'
        return [_seen(row) for row in self._execute(sql, (value, generation, generation))]

    def matches(self, row: Values, where: str) -> bool:
        """Whether a version of a row fulfils a where clause."""
        return self._one(f"_version = ? AND ({where})", (row["_version"],)) is not None

    # -- writing

    def load(self, rows: Iterable[Mapping[str, Any]], generation: int) -> None:
        """The first rows, which nobody's edits brought."""
        with self.store.transaction():
            for row in rows:
                self._insert({**row, "_from": generation})

    def insert(self, values: Mapping[str, Any], generation: int, origin: Optional[str]) -> int:
        """A new row; returns the object id it was given."""
        sql = f'SELECT coalesce(max("{self.object_id}"), 0) + 1 FROM "{self.name}"'
        object_id = int(self._execute(sql).fetchone()[0])
        own = {"_from": generation, "_origin": origin, self.object_id: object_id}
        self._insert({**values, **own})
        self.generation = generation
        return object_id

    def update(
        self, global_id: str, changes: Mapping[str, Any], generation: int, origin: Optional[str]
    ) -> None:
        old = self.current(global_id)
        assert old is not None, f"{self.name} has no row {global_id}"
        self.end(global_id, generation, origin)
        del old["_version"]
        self._insert({**old, **changes, "_from": generation, "_origin": origin})

    def end(self, global_id: str, generation: int, origin: Optional[str]) -> None:
        """The row is deleted, or replaced by a newer version."""
        sql = f'UPDATE "{self.name}" SET _to = ?, _closer = ? WHERE "{self.global_id}" = ? AND _to IS NULL'
        self._execute(sql, (generation, origin, global_id))
        self.generation = generation

    def _insert(self, values: Mapping[str, Any]) -> None:
        names = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join("?" * len(values))
        self._execute(f'INSERT INTO "{self.name}" ({names}) VALUES ({marks})', tuple(values.values()))

    # -- schema

    def add_column(self, name: str) -> None:
        self._execute(f'ALTER TABLE "{self.name}" ADD COLUMN "{name}"')

    def drop_column(self, name: str) -> None:
        self._execute(f'ALTER TABLE "{self.name}" DROP COLUMN "{name}"')

    def rename_column(self, old: str, new: str) -> None:
        self._execute(f'ALTER TABLE "{self.name}" RENAME COLUMN "{old}" TO "{new}"')


def _seen(row: sqlite3.Row) -> Values:
    return {name: row[name] for name in row.keys() if name not in _HIDDEN}  # noqa: SIM118 - rows yield values
