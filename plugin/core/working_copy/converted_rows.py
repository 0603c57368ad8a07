"""Rows of a converted geodatabase, in the columns of the working copy that they go to.

Columns correspond by the names of their fields: in copies of version 0.1.0 some have other names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
import sqlite3
import struct

from ..geodatabase.schema import Table
from ..untrusted.sqlite_file import quoted, sql
from .columns import geometry_column
from .tracked_table import TrackedTable

_SRS_ID = slice(4, 8)
"""Of a GeoPackage geometry: little endian, as everything that the conversion writes."""


def column_pairs(source: Table, target: TrackedTable) -> list[tuple[str, str]]:
    """(column of a conversion of `source`, column of the copy), the shape first."""
    shape = geometry_column(source)
    pairs = [(shape, target.geometry)] if shape and target.geometry else []
    return [*pairs, *((field.name, target.columns[field.name]) for field in source.fields)]


def converted_rows(
    connection: sqlite3.Connection, table: str, source: Table, target: TrackedTable, where: str = "1"
) -> Iterator[dict[str, object]]:
    """The rows of `table`, which may name its database, as `apply_rows` takes them."""
    pairs = column_pairs(source, target)
    names = [column for _, column in pairs]
    statement = sql("SELECT", ", ".join(quoted(one) for one, _ in pairs), "FROM", table, "WHERE", where)
    srs_id = struct.pack("<i", target.srs_id)
    for values in connection.execute(statement):
        row = dict(zip(names, values))
        shape = row.get(target.geometry)
        if isinstance(shape, bytes) and shape[_SRS_ID] != srs_id:
            row[target.geometry] = shape[: _SRS_ID.start] + srs_id + shape[_SRS_ID.stop :]
        yield row


def same_values(pairs: Sequence[tuple[str, str]], row: str, other: str) -> str:
    """An SQL condition: a converted row and one of the copy hold the same values."""
    one = ", ".join(f"{row}.{quoted(name)}" for name, _ in pairs)
    two = ", ".join(f"{other}.{quoted(name)}" for _, name in pairs)
    return f"({one}) IS ({two})"
