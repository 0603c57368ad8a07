"""Copies the rows of one table from the attached geodatabase into the working copy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
import sqlite3
from typing import Any, Optional

import numpy as np

from ..errors import Damaged, Unsupported
from ..geodatabase.schema import CURRENT, FieldType, Table
from ..geodatabase.shapes.batch import Floats
from ..geodatabase.shapes.decoder import LARGEST_BLOB, decode_shapes
from ..geodatabase.shapes.varint import Integers
from ..host import Feedback, raise_if_cancelled
from ..notice import Notice, notice
from ..untrusted.sqlite_file import quoted, sql
from .columns import READABLE_TEXT, Column, geometry_column, key_column, plan_columns
from .geopackage import create_layer, finish_layer, register_reference, rtree_name
from .losses import Losses
from .rtree import PackedRtree
from .table_names import table_in_copy
from .wkb_writer import to_geopackage_blobs

SOURCE = "source"
_SHAPE = "shape_of"
_BATCH_ROWS = 16384
_BATCH_BYTES = 1 << 20
_LEAST_ROWS = 256
_SURVEY_BYTES = 64 << 20
_LONG_TEXT = 64 << 10
_CONDITIONS = 50
"""Of one expression: SQLite bounds its depth."""
_ROWID_NAMES = ("rowid", "_rowid_", "oid")


class RowProgress:
    """Rows done in earlier tables, of all; `feedback` hears of it."""

    def __init__(self, feedback: Feedback, total: int) -> None:
        self.feedback, self.total, self.done = feedback, total, 0


class TableCopier:
    """One table on its way; `run` once, inside a transaction."""

    def __init__(
        self, connection: sqlite3.Connection, table: Table, file: str, progress: RowProgress
    ) -> None:
        self._connection, self._table, self._file, self._progress = connection, table, file, progress
        self._copy = table_in_copy(table)
        self._columns, self._geometry = plan_columns(table), geometry_column(table)
        self._shapes: dict[int, Optional[bytes]] = {}
        self._rowid = self._rowid_name()
        self._from = f"FROM {SOURCE}.{quoted(table.name)} NOT INDEXED"
        self._where = f"AND {CURRENT}" if table.archived else ""
        self._lost = Losses()
        self.losses: list[Notice] = []

    def run(self) -> int:
        """Creates the layer, copies the current rows, and returns how many there are."""
        connection, table, progress = self._connection, self._table, self._progress
        connection.create_function(_SHAPE, 1, self._shapes.get)
        connection.create_function(READABLE_TEXT, 2, self._lost.readable)
        srs_id = register_reference(connection, table.geometry.reference) if table.geometry else 0
        create_layer(connection, self._copy, self._columns, self._required(), srs_id)
        index = self._index()
        count, extent = 0, np.array([np.inf, np.inf, -np.inf, -np.inf])
        for rowids, blobs in self._batches():
            if table.geometry and index is not None:
                kept, bounds = self._decode(rowids, blobs, srs_id)
                index.add(kept, bounds)
                if len(bounds):
                    extent[:2] = np.minimum(extent[:2], bounds[:, :2].min(axis=0))
                    extent[2:] = np.maximum(extent[2:], bounds[:, 2:].max(axis=0))
            count += self._insert(int(rowids[0]), int(rowids[-1]))
            raise_if_cancelled(progress.feedback)
            progress.feedback.report(progress.done + count, progress.total, table.name)
        if index is not None:
            index.finish()
        finish_layer(
            connection, self._copy, count, tuple(extent.tolist()) if np.isfinite(extent).all() else None
        )
        self._sum_up(count)
        return count

    def _index(self) -> Optional[PackedRtree]:
        if not self._geometry:
            return None
        return PackedRtree(self._connection, rtree_name(self._copy.name, self._geometry))

    def _rowid_name(self) -> str:
        """A name of the rowid that no column of the table hides."""
        table = self._table
        hidden = {field.name.casefold() for field in table.fields}
        if table.geometry:
            hidden.add(table.geometry.column.casefold())
        name = next((name for name in _ROWID_NAMES if name not in hidden), None)
        if name is None:
            text = "The table “{table}” of “{file}” has columns that hide its row numbers."
            raise Unsupported(text, table=table.name, file=self._file)
        return name

    def _select(self, *expressions: str, where: str = "1") -> str:
        """A SELECT over the current rows of the table."""
        return sql("SELECT", ", ".join(expressions), self._from, "WHERE", where, self._where)

    def _required(self) -> set[str]:
        """Columns that must not be empty: said so by the author, editable, and full in every row."""
        own = (FieldType.OBJECT_ID, FieldType.GLOBAL_ID)
        candidates = [
            c for c in self._columns if not c.field.nullable and c.field.editable and c.field.type not in own
        ]
        if not candidates:
            return set()
        lacking = [f"total(({c.value(c.is_number)}) IS NULL)" for c in candidates]
        counts = self._connection.execute(self._select(*lacking)).fetchone()
        return {column.name for column, count in zip(candidates, counts) if not count}

    def _batches(self) -> Iterator[tuple[Integers, list[Optional[bytes]]]]:
        """Row ids and blobs, of few enough rows and bytes that a batch takes some milliseconds."""
        geometry = self._table.geometry
        column = quoted(geometry.column) if geometry else "NULL"
        blob = f"CASE WHEN length({column}) > {LARGEST_BLOB} THEN x'' ELSE CAST({column} AS BLOB) END"
        # Their lengths alone: SQLite knows them without reading them.
        others = [f"ifnull(length({quoted(c.name)}), 0)" for c in self._columns if c.is_bytes]
        weight = " + ".join(others) or "0"
        most = self._most_rows()
        rowids: list[int] = []
        blobs: list[Optional[bytes]] = []
        last, size = -(1 << 63), 0
        rows = self._connection.execute(sql(self._select(self._rowid, blob, weight), "ORDER BY", self._rowid))
        for rowid, shape, other in rows:
            rowids.append(rowid)
            blobs.append(shape)
            size += (len(shape) if shape else 0) + other
            if len(rowids) >= most or size >= _BATCH_BYTES:
                self._require_order(last, rowids)
                last = rowids[-1]
                yield np.array(rowids, dtype=np.int64), blobs
                rowids, blobs, size = [], [], 0
        if rowids:
            self._require_order(last, rowids)
            yield np.array(rowids, dtype=np.int64), blobs

    def _most_rows(self) -> int:
        """Rows of a batch: fewer where declared text lengths allow a survey to grow large."""
        lengths = sum(column.longest_text(_LONG_TEXT) for column in self._columns)
        return max(_LEAST_ROWS, min(_BATCH_ROWS, _SURVEY_BYTES // max(lengths, 1)))

    def _require_order(self, last: int, rowids: list[int]) -> None:
        """Row ids that do not grow come from pages that a damaged file visits in circles."""
        if rowids[0] <= last or (np.diff(rowids) <= 0).any():
            text = "The rows of “{table}” in “{file}” are out of order."
            raise Damaged(text, table=self._table.name, file=self._file, next_step="Download it again.")

    def _decode(self, rowids: Integers, blobs: list[Optional[bytes]], srs_id: int) -> tuple[Integers, Floats]:
        """Fills `_shapes` for the batch; returns the rows that have an extent, and their extents."""
        geometry = self._table.geometry
        if geometry is None:
            raise TypeError(self._table.name)
        self._shapes.clear()
        batch = decode_shapes(blobs, geometry.layout, geometry.grids)
        self._lost.shapes.update((int(rowids[index]), reason) for index, reason in batch.problems.items())
        self._shapes.update(zip(rowids.tolist(), to_geopackage_blobs(batch, srs_id)))
        full = ~batch.empty
        return rowids[full], batch.bounds[full]

    def _insert(self, first: int, last: int) -> int:
        between = f"{self._rowid} BETWEEN ? AND ?"
        repair = self._survey(between, first, last)
        names, values = [key_column(self._table)], [self._rowid]
        if self._geometry:
            names.append(self._geometry)
            values.append(f"{_SHAPE}({self._rowid})")
        names += [column.name for column in self._columns]
        values += [column.value(column in repair) for column in self._columns]
        target = f"main.{quoted(self._copy.name)} ({', '.join(map(quoted, names))})"
        rows = self._select(*values, where=between)
        statement = sql("INSERT INTO", target, rows, "ORDER BY", self._rowid)
        return self._connection.execute(statement, (first, last)).rowcount

    def _survey(self, between: str, first: int, last: int) -> set[Column]:
        """The columns with values to repair among these rows; counts the values that are left out."""
        others = [column for column in self._columns if not column.is_text or column.is_written_time]
        texts = [column for column in self._columns if column not in others]
        # One look at all columns first: nearly always there is nothing to count.
        doubts = [
            f"total({' OR '.join(column.misfit() for column in others[k : k + _CONDITIONS])})"
            for k in range(0, len(others), _CONDITIONS)
        ]
        all_texts = [f"group_concat({quoted(column.name)}, '\n')" for column in texts]
        try:
            row = self._surveyed([*doubts, *all_texts], between, first, last)
            found = zip(texts, row[len(doubts) :])
            broken = {column for column, text in found if text is not None and not _is_utf8(text)}
        except sqlite3.DataError:
            # All texts of the batch together are too long for one value: repair each on its own.
            row, broken = self._surveyed(doubts, between, first, last), set(texts)
        if any(row[: len(doubts)]):
            counts = [f"total({column.misfit()})" for column in others]
            for column, count in zip(others, self._surveyed(counts, between, first, last)):
                self._lost.count(column, int(count))
                broken |= {column} if count else set()
        return broken

    def _surveyed(self, sums: Sequence[str], between: str, first: int, last: int) -> Sequence[Any]:
        if not sums:
            return ()
        row: Sequence[Any] = self._connection.execute(
            self._select(*sums, where=between), (first, last)
        ).fetchone()
        return row

    def _sum_up(self, count: int) -> None:
        """Says what the copy lacks; a layer of which no shape could be read is an error."""
        shapes = self._lost.shapes
        if shapes and len(shapes) == count:
            reason = next(iter(shapes.values()))
            text = "No shape of “{table}” in “{file}” can be read: {reason}."
            raise Damaged(text, table=self._table.name, file=self._file, reason=reason)
        if self._copy.name != self._table.name:
            self.losses.append(
                notice(
                    "name",
                    "The name “{table}” is reserved in a GeoPackage; the table is called “{name}” in "
                    "the working copy.",
                    table=self._table.name,
                    name=self._copy.name,
                )
            )
        self.losses += [*self._lost.told(), *self._table.doubts]


def _is_utf8(text: bytes) -> bool:
    if text.isascii():
        return True
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
