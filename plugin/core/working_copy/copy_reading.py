"""What a working copy says of itself, read without changing anything in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
import sqlite3
from typing import Optional

from ..storage import database_to_read
from ..untrusted.sqlite_file import only_reading, sql
from .connection import naming_the_copy
from .replica_state import ReplicaState, read_replica_state
from .tracking_tables import CHANGES


@contextmanager
def reading(working_copy: Path) -> Iterator[sqlite3.Connection]:
    """A connection that can do nothing but read. Raises as `naming_the_copy`."""
    with naming_the_copy(working_copy), database_to_read(working_copy) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.set_authorizer(only_reading)
        yield connection


def read_state(working_copy: Path) -> Optional[ReplicaState]:
    """None for a working copy that is not there, or was not told anything yet."""
    if not working_copy.is_file():
        return None
    with reading(working_copy) as connection:
        return read_replica_state(connection)


def edits_by_table(working_copy: Path) -> dict[str, int]:
    """How many features and rows of each layer have edits that no service has; of any format.

    A file that cannot be read is an error here, as in `reading`: nobody knows what it holds. One that is not
    there has none.
    """
    if not working_copy.is_file():
        return {}
    with reading(working_copy) as connection:
        statement = sql("SELECT table_name, count(*) FROM", CHANGES, "GROUP BY table_name")
        return {str(table): int(count) for table, count in connection.execute(statement)}
