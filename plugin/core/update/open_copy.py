"""A working copy while it is synchronised: its connection, its tables, and what it knows of itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
import sqlite3
from typing import Any

from ..geodatabase.catalogue import open_geodatabase
from ..storage import storage
from ..working_copy.connection import connect_working_copy, naming_the_copy
from ..working_copy.replica_state import ReplicaState, read_replica_state, write_replica_state
from ..working_copy.tracked_table import tracked_tables
from .copy_tables import CopyTables
from .synced_map import SyncedCopy


@dataclass
class OpenCopy:
    """`state` is what the file says: it is changed by `note` alone."""

    copy: SyncedCopy
    connection: sqlite3.Connection
    tables: CopyTables
    state: ReplicaState

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the body, or nothing. Raises `StorageError`, also where another program locks the file."""
        state = self.state
        with storage(self.copy.path.name):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.commit()
            except BaseException:
                self.connection.rollback()
                self.state = state
                raise

    def note(self, **changes: Any) -> None:
        """Writes down what the copy knows of itself, in the transaction of the caller."""
        self.state = replace(self.state, **changes)
        write_replica_state(self.connection, self.state)


@contextmanager
def opened(copy: SyncedCopy) -> Iterator[OpenCopy]:
    """Raises as `connect_working_copy` and `open_geodatabase`."""
    with (
        closing(connect_working_copy(copy.path)) as connection,
        open_geodatabase(copy.package) as geodatabase,
    ):
        with naming_the_copy(copy.path):
            tables = CopyTables(tracked_tables(connection, geodatabase))
            state = read_replica_state(connection) or ReplicaState()
        yield OpenCopy(copy, connection, tables, state)
