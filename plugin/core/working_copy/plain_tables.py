"""Tables that are in memory → a GeoPackage that nobody edits: no change tracking, no defaults."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
import sqlite3
from typing import Optional

import numpy as np

from ..geodatabase.schema import Table
from ..geodatabase.shapes.batch import ShapeBatch
from ..host import Feedback, raise_if_cancelled
from ..storage import growing
from ..untrusted.sqlite_file import quoted, sql
from .columns import geometry_column, key_column, plan_columns
from .geopackage import create_layer, create_system_tables, finish_layer, register_reference, rtree_name
from .rtree import PackedRtree
from .schema_extension import write_meaning
from .wkb_writer import to_geopackage_blobs


@dataclass(frozen=True)
class PlainTable:
    """A table with its rows: values in the order of `table.fields`, as SQLite stores them.

    `shapes` has one for each row; None for a table without geometry.
    """

    table: Table
    rows: Sequence[Sequence[object]]
    shapes: Optional[ShapeBatch] = None


def write_plain_tables(tables: Iterable[PlainTable], target: Path, feedback: Feedback) -> None:
    """Writes `target` anew, complete or not at all. Progress counts tables.

    Raises `StorageError`, `Cancelled`.
    """
    with growing(target) as path, closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode=MEMORY", "synchronous=OFF", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        create_system_tables(connection)
        written = []
        for plain in tables:
            raise_if_cancelled(feedback)
            written.append(_without_defaults(plain.table))
            _write(connection, written[-1], plain)
            feedback.report(len(written), 0, plain.table.name)
        write_meaning(connection, written, ())
        connection.execute("COMMIT")


def _without_defaults(table: Table) -> Table:
    return replace(table, fields=tuple(replace(field, default=None) for field in table.fields))


def _write(connection: sqlite3.Connection, table: Table, plain: PlainTable) -> None:
    """One table: its rows, numbered from 1, and the index of its shapes."""
    geometry, shapes = geometry_column(table), plain.shapes
    srs_id = register_reference(connection, table.geometry.reference) if table.geometry else 0
    columns = plan_columns(table)
    create_layer(connection, table, columns, set(), srs_id)
    names = [key_column(table), *([geometry] if geometry else []), *(column.name for column in columns)]
    blobs = to_geopackage_blobs(shapes, srs_id) if shapes else None
    rows = (
        (number, *([blobs[number - 1]] if blobs is not None else []), *row)
        for number, row in enumerate(plain.rows, 1)
    )
    statement = sql(
        "INSERT INTO main." + quoted(table.name), "(" + ", ".join(map(quoted, names)) + ")",
        "VALUES", "(" + ", ".join("?" * len(names)) + ")",
    )  # fmt: skip
    connection.executemany(statement, rows)
    extent = None
    if geometry and shapes:
        full = np.flatnonzero(~shapes.empty)
        bounds = shapes.bounds[full]
        index = PackedRtree(connection, rtree_name(table.name, geometry))
        index.add(full + 1, bounds)
        index.finish()
        if len(full):
            extent = (*bounds[:, :2].min(axis=0).tolist(), *bounds[:, 2:].max(axis=0).tolist())
    finish_layer(connection, table, len(plain.rows), extent)
