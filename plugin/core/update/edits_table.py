"""A table of saved edits in a GeoPackage: rows one by one, their index at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
import sqlite3

import numpy as np

from ..geodatabase.schema import Field, FieldType, Table
from ..untrusted.sqlite_file import quoted, sql
from ..working_copy.blob_bounds import bounds_of_blobs
from ..working_copy.columns import geometry_column, key_column, plan_columns
from ..working_copy.geopackage import create_layer, finish_layer, register_reference, rtree_name
from ..working_copy.rtree import PackedRtree
from ..working_copy.tracked_table import TrackedTable

OPERATION, GLOBAL_ID, TIME = "edit_operation", "edit_global_id", "edit_time"
"""The columns that a saved row has besides its own."""
_ADDED = tuple(Field(name, name, FieldType.TEXT) for name in (OPERATION, GLOBAL_ID, TIME))
_SHAPES_AT_ONCE = 1000


class EditsTable:
    """Fields keep the names of the columns in the working copy; domains and defaults say nothing here."""

    def __init__(
        self, connection: sqlite3.Connection, name: str, table: Table, tracked: TrackedTable
    ) -> None:
        self._connection = connection
        fields = (
            replace(field, name=tracked.columns[field.name], default=None, domain=None)
            for field in table.fields
        )
        self._table = replace(table, name=name, alias=name, fields=(*fields, *_ADDED))
        columns = plan_columns(self._table)
        srs_id = register_reference(connection, table.geometry.reference) if table.geometry else 0
        create_layer(connection, self._table, columns, set(), srs_id)
        self._geometry = geometry_column(self._table)
        self._names = {column.name: column.name for column in columns}
        if self._geometry:
            self._names[tracked.geometry] = self._geometry
        self._insert = sql(
            "INSERT INTO", quoted(name),
            "(" + ", ".join(map(quoted, [key_column(self._table), *self._names.values()])) + ")",
            "VALUES", "(" + ", ".join("?" * (len(self._names) + 1)) + ")",
        )  # fmt: skip
        self._index = PackedRtree(connection, rtree_name(name, self._geometry)) if self._geometry else None
        self._shapes: list[object] = []
        self._count = 0
        self._extent = np.full(4, np.nan)
        self._shape_of = tracked.geometry

    def add(self, row: Mapping[str, object]) -> None:
        """A row by the columns of the working copy, with those that are added."""
        self._count += 1
        self._connection.execute(self._insert, (self._count, *(row.get(name) for name in self._names)))
        if self._index:
            self._shapes.append(row.get(self._shape_of))
            if len(self._shapes) == _SHAPES_AT_ONCE:
                self._index_shapes()

    def finish(self) -> None:
        """Index, count, extent and triggers."""
        extent = None
        if self._index:
            self._index_shapes()
            self._index.finish()
            if not np.isnan(self._extent).any():
                x0, y0, x1, y1 = self._extent.tolist()
                extent = x0, y0, x1, y1
        finish_layer(self._connection, self._table, self._count, extent)

    def _index_shapes(self) -> None:
        if self._index is None or not self._shapes:
            return
        bounds = bounds_of_blobs(self._shapes)
        ids = np.arange(self._count - len(self._shapes), self._count) + 1
        there = ~np.isnan(bounds).any(axis=1)
        self._shapes = []
        if there.any():
            ids, bounds = ids[there], bounds[there]
            self._index.add(ids, bounds)
            low = np.fmin(self._extent[:2], bounds[:, :2].min(axis=0))
            self._extent = np.concatenate((low, np.fmax(self._extent[2:], bounds[:, 2:].max(axis=0))))
