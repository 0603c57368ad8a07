"""A SQLite R*Tree written page by page, packed, instead of grown row by row.

The module stores its tree in three plain tables: `_node` (fixed-size pages of cells), `_parent`
(page → page above) and `_rowid` (row → leaf). Sorting all boxes into tiles (sort-tile-recursive)
and filling the pages in that order is several times faster than inserting, gives a tighter tree,
and needs nothing of the index in the geodatabase, which may be stale or hostile.

Page (source: SQLite, ext/rtree/rtree.c): depth u16 (root only), cells u16, then cells of
id i64, min x, max x, min y, max y as f32, all big endian, padded to the node size.
"""

from __future__ import annotations

from itertools import chain
import sqlite3

import numpy as np
import numpy.typing as npt

from ..geodatabase.shapes.batch import Floats
from ..geodatabase.shapes.varint import Integers
from ..untrusted.sqlite_file import quoted, sql

CELLS = 51
"""Most cells of a page of any database with pages of 1,316 bytes or more."""
_CELL = np.dtype([("id", ">i8"), ("box", ">f4", (4,))])
_NODE = np.dtype([("depth", ">u2"), ("count", ">u2"), ("cells", _CELL, (CELLS,))])
_ROOT = 1
_ROWS_AT_ONCE = 1 << 20
_PAIRS_AT_ONCE = 128
_PORTION = 64

_Boxes = npt.NDArray[np.float32]


class PackedRtree:
    """Collects boxes and fills the tables of an empty R*Tree that lies in `main`.

    Memory stays bounded: every 2^20 rows are sorted and written as leaves; only the boxes of
    the leaves are kept.
    """

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection, self._name = connection, name
        self._pending: list[tuple[Integers, _Boxes]] = []
        self._pending_rows = 0
        self._leaves: list[tuple[Integers, _Boxes]] = []
        self._next_node = _ROOT + 1
        self.rows = 0

    def add(self, ids: Integers, bounds: Floats) -> None:
        """Row ids and their (n, 4) min x, min y, max x, max y, none of them NaN."""
        self._pending.append((ids, _outward(bounds)))
        self._pending_rows += len(ids)
        self.rows += len(ids)
        if self._pending_rows >= _ROWS_AT_ONCE:
            self._write_leaves()

    def finish(self) -> None:
        """Writes what is left and the pages above; the tree is complete then.

        The connection must not have touched the R*Tree before, and should be closed after:
        the module keeps pages in memory.
        """
        depth = 0
        if self._leaves or self._pending_rows > CELLS:
            self._write_leaves()
            ids = np.concatenate([leaf_ids for leaf_ids, _ in self._leaves])
            boxes = np.concatenate([leaf_boxes for _, leaf_boxes in self._leaves])
            depth = 1
            while len(ids) > CELLS:
                order = _tiled(boxes)
                ids, boxes = self._write_pages(ids[order], boxes[order], "_parent")
                depth += 1
        else:
            ids, boxes = self._taken()
        root = _pages(ids, boxes) if len(ids) else np.zeros(1, dtype=_NODE)
        root["depth"] = depth
        self._insert("_parent" if depth else "_rowid", ids, np.full(len(ids), _ROOT))
        self._connection.execute(sql("DELETE FROM", self._table("_node"), "WHERE nodeno = ?"), (_ROOT,))
        self._insert_pages([_ROOT], root)

    def _taken(self) -> tuple[Integers, _Boxes]:
        if not self._pending:
            return np.zeros(0, dtype=np.int64), np.zeros((0, 4), dtype=np.float32)
        ids = np.concatenate([part for part, _ in self._pending])
        boxes = np.concatenate([part for _, part in self._pending])
        self._pending, self._pending_rows = [], 0
        return ids, boxes

    def _write_leaves(self) -> None:
        ids, boxes = self._taken()
        if len(ids):
            order = _tiled(boxes)
            self._leaves.append(self._write_pages(ids[order], boxes[order], "_rowid"))

    def _write_pages(self, ids: Integers, boxes: _Boxes, shadow: str) -> tuple[Integers, _Boxes]:
        """Fills pages with the cells in their order; returns the pages' numbers and boxes."""
        pages = _pages(ids, boxes)
        numbers = np.arange(self._next_node, self._next_node + len(pages))
        self._next_node += len(pages)
        self._insert_pages(numbers.tolist(), pages)
        owner = np.repeat(numbers, CELLS)[: len(ids)]
        order = np.argsort(ids, kind="stable")
        self._insert(shadow, ids[order], owner[order])
        first = np.arange(0, len(ids), CELLS)
        low, high = np.minimum.reduceat(boxes, first), np.maximum.reduceat(boxes, first)
        return numbers, np.column_stack((low[:, 0], high[:, 1], low[:, 2], high[:, 3]))

    def _table(self, suffix: str) -> str:
        return "main." + quoted(self._name + suffix)

    def _insert(self, suffix: str, keys: Integers, values: Integers) -> None:
        """Pairs, many of them a statement: a call costs more than a row."""
        pairs = np.column_stack((keys, values)).ravel()
        whole = len(pairs) - len(pairs) % (2 * _PAIRS_AT_ONCE)
        for some, count in ((pairs[:whole], _PAIRS_AT_ONCE), (pairs[whole:], 1)):
            statement = sql("INSERT INTO", self._table(suffix), "VALUES", ", ".join(["(?, ?)"] * count))
            rows = some.reshape(-1, 2 * count)
            portions = (rows[k : k + _PORTION].tolist() for k in range(0, len(rows), _PORTION))
            self._connection.executemany(statement, chain.from_iterable(portions))

    def _insert_pages(self, numbers: list[int], pages: npt.NDArray[np.void]) -> None:
        raw, size = pages.tobytes(), _NODE.itemsize
        rows = ((number, raw[k * size : (k + 1) * size]) for k, number in enumerate(numbers))
        self._connection.executemany(sql("INSERT INTO", self._table("_node"), "VALUES (?, ?)"), rows)


def _pages(ids: Integers, boxes: _Boxes) -> npt.NDArray[np.void]:
    """Full pages of cells, the last one as full as it gets."""
    count = -(-len(ids) // CELLS)
    pages = np.zeros(count, dtype=_NODE)
    cells = np.zeros(count * CELLS, dtype=_CELL)
    cells["id"][: len(ids)], cells["box"][: len(ids)] = ids, boxes
    pages["cells"] = cells.reshape(count, CELLS)
    pages["count"] = CELLS
    pages["count"][-1] = len(ids) - (count - 1) * CELLS
    return pages


def _tiled(boxes: _Boxes) -> Integers:
    """Sort-tile-recursive: vertical slices by x, each slice by y."""
    x, y = boxes[:, 0] + boxes[:, 1], boxes[:, 2] + boxes[:, 3]
    by_x = np.argsort(x, kind="stable")
    slices = max(1, int(np.ceil(np.sqrt(len(boxes) / CELLS))))
    number = np.arange(len(boxes)) // (slices * CELLS)
    result: Integers = by_x[np.lexsort((y[by_x], number))]
    return result


def _outward(bounds: Floats) -> _Boxes:
    """(n, 4) min x, max x, min y, max y as f32, rounded so that nothing is lost."""
    exact = bounds[:, [0, 2, 1, 3]]
    near = exact.astype(np.float32)
    lower = np.where(near > exact, np.nextafter(near, np.float32(-np.inf)), near)
    upper = np.where(near < exact, np.nextafter(near, np.float32(np.inf)), near)
    return np.where(np.array([True, False, True, False]), lower, upper)
