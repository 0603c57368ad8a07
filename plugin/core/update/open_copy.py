"""A working copy while it is synchronised: its connection, its tables, and what it knows of itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
import sqlite3
from typing import Any

from ..geodatabase.catalogue import open_geodatabase
from ..storage import database_to_read, storage
from ..untrusted.sqlite_file import only_reading
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
    with closing(connect_working_copy(copy.path)) as connection:
        yield _described(copy, connection)


@contextmanager
def opened_to_read(copy: SyncedCopy) -> Iterator[OpenCopy]:
    """The same, for who changes nothing: then even a file that somebody tampered with does no harm."""
    with naming_the_copy(copy.path), database_to_read(copy.path) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.set_authorizer(only_reading)
        yield _described(copy, connection)


def _described(copy: SyncedCopy, connection: sqlite3.Connection) -> OpenCopy:
    with open_geodatabase(copy.package) as geodatabase, naming_the_copy(copy.path):
        tables = CopyTables(tracked_tables(connection, geodatabase))
        return OpenCopy(copy, connection, tables, read_replica_state(connection) or ReplicaState())
