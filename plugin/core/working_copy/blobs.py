"""Values that QGIS 3.40 does not write: bytes that begin with a zero, as videos and photos of some phones do.

It takes them for an empty text, and writes none.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from ..untrusted.sqlite_file import quoted, sql
from .connection import connect_working_copy, naming_the_copy
from .tracking_tables import columns_of


def write_blobs(copy: Path, table: str, column: str, values: Mapping[int, bytes]) -> None:
    """Writes a column of the rows with these row ids, where it holds nothing. Raises as `naming_the_copy`."""
    with naming_the_copy(copy), closing(connect_working_copy(copy)) as connection:
        key, _ = columns_of(connection, table)
        statement = sql(
            "UPDATE", quoted(table), "SET", quoted(column), "= ? WHERE", quoted(key), "= ? AND",
            f"coalesce(length({quoted(column)}), 0) = 0",
        )  # fmt: skip
        connection.executemany(statement, [(value, row_id) for row_id, value in values.items()])
        connection.commit()
