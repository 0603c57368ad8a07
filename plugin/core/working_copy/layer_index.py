"""What a layer's triggers keep for GDAL (R*Tree, extent, number of rows), written for many rows at once.

GDAL's own triggers call functions of geometry six times for each row; while they rest, this has the same
effect: the extent grows and never shrinks, and `last_change` is now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
import sqlite3

import numpy as np

from ..geodatabase.shapes.batch import Floats
from ..untrusted.sqlite_file import quoted, sql
from .blob_bounds import bounds_of_blobs
from .geopackage import rtree_name
from .tracked_table import TrackedTable

_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"


@contextmanager
def without_triggers(connection: sqlite3.Connection, table: str) -> Iterator[None]:
    """Inside, no trigger of a table fires; after, all are as they were. In the caller's transaction."""
    found = connection.execute(
        "SELECT name, sql FROM main.sqlite_master WHERE type = 'trigger' AND tbl_name = ? ORDER BY rowid",
        (table,),
    ).fetchall()
    for name, _ in found:
        connection.execute(sql("DROP TRIGGER main." + quoted(name)))
    try:
        yield
    finally:
        # SQLite itself may have ended the transaction, on a full disk: then they are back already.
        if connection.in_transaction:
            for _, statement in found:
                connection.execute(statement)


class LayerIndex:
    """Of one table; `finish` once, after all rows."""

    def __init__(self, connection: sqlite3.Connection, table: TrackedTable) -> None:
        self._connection, self._table = connection, table
        self._index = quoted(rtree_name(table.name, table.geometry)) if self._is_indexed() else ""
        self._low, self._high = np.full(2, np.inf), np.full(2, -np.inf)

    def _is_indexed(self) -> bool:
        """Without an R*Tree are tables without shapes, and layers whose index was removed."""
        name = rtree_name(self._table.name, self._table.geometry)
        known = "SELECT count(*) FROM main.sqlite_master WHERE type = 'table' AND name = ?"
        found = self._connection.execute(known, (name,)).fetchone()[0]
        return bool(self._table.geometry and found)

    def add(self, row_ids: Sequence[int], blobs: Sequence[object]) -> None:
        """Rows that are new, with their shapes."""
        if not self._table.geometry:
            return
        bounds = bounds_of_blobs(blobs)
        full = np.flatnonzero(~np.isnan(bounds).any(axis=1))
        if not len(full):
            return
        self._grow(bounds[full])
        if self._index:
            sides = bounds[full][:, [0, 2, 1, 3]].T.tolist()
            rows = zip(np.asarray(row_ids, dtype=np.int64)[full].tolist(), *sides)
            statement = sql("INSERT INTO main." + self._index, "VALUES (?, ?, ?, ?, ?)")
            self._connection.executemany(statement, rows)

    def move(self, row_ids: Sequence[int], blobs: Sequence[object]) -> None:
        """Rows that are there, with their new shapes."""
        self.remove(row_ids)
        self.add(row_ids, blobs)

    def remove(self, row_ids: Sequence[int]) -> None:
        if self._index:
            statement = sql("DELETE FROM", "main." + self._index, "WHERE id = ?")
            self._connection.executemany(statement, ((row_id,) for row_id in row_ids))

    def _grow(self, bounds: Floats) -> None:
        self._low = np.minimum(self._low, bounds[:, :2].min(axis=0))
        self._high = np.maximum(self._high, bounds[:, 2:].max(axis=0))

    def finish(self, more_rows: int) -> None:
        """`more_rows`: how many more rows the table has than before."""
        name = self._table.name
        if np.isfinite(self._low).all():
            low, high = self._low.tolist(), self._high.tolist()
            sides = [
                f"{side} = {pick}(coalesce({side}, ?), ?)"
                for side, pick in (("min_x", "min"), ("min_y", "min"), ("max_x", "max"), ("max_y", "max"))
            ]
            grow = sql("UPDATE main.gpkg_contents SET", ", ".join(sides), "WHERE table_name = ?")
            values = [value for value in (*low, *high) for _ in range(2)]
            self._connection.execute(grow, (*values, name))
        touch = sql("UPDATE main.gpkg_contents SET last_change =", _NOW, "WHERE table_name = ?")
        self._connection.execute(touch, (name,))
        count = (
            "UPDATE main.gpkg_ogr_contents SET feature_count = feature_count + ?"
            " WHERE lower(table_name) = lower(?)"
        )
        self._connection.execute(count, (more_rows, name))
