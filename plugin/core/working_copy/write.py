"""A mobile geodatabase → the GeoPackage working copy that QGIS draws and edits.

Attributes go from file to file inside SQLite (the geodatabase is attached, read only); only
geometry blobs pass through Python, a batch at a time, and come back as the result of an SQL
function. The copy grows under a temporary name and gets its own when it is complete.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
import sqlite3
from typing import Optional

import numpy as np

from ..errors import Cancelled, Damaged, OfflineMapError, StorageError
from ..geodatabase.catalogue import MobileGeodatabase, open_geodatabase
from ..geodatabase.schema import Relationship, Table
from ..host import Feedback, raise_if_cancelled
from ..notice import Notice
from ..storage import database_to_read, growing, is_full, is_locked, is_refusal, locked_package
from ..untrusted.sqlite_file import SQLITE_ERRORS, fold_case, limit_values, quoted, reason_of, sql
from .change_tracking import track_layer
from .columns import geometry_column, key_column
from .connection import naming_the_copy
from .copy_table import SOURCE, RowProgress, TableCopier
from .geopackage import create_system_tables
from .schema_extension import write_meaning
from .subtype_values import subtype_tables, write_subtype_values
from .table_names import name_in_copy, relationships_in_copy, table_in_copy
from .tracking_tables import TrackedColumns, create_tracking

CONVERSION = 1
"""Counts up with each version that makes other rows of the same geodatabase."""

_CACHE_KIB = 64 << 10
_SCRATCH_BYTES = 24 << 20
_STEPS_PER_CALL = 50_000
_LARGEST_VALUE = 512 << 20
"""Bytes: room for the largest shape that is read, of eight bytes for each number, more where it is points."""
_PAGE_SIZE = 16384
_MOST_GROWTH = 12
_FREE_GROWTH = 64 << 20
_NEVER_FROM_SOURCE = frozenset({sqlite3.SQLITE_READ, sqlite3.SQLITE_SELECT})


@dataclass(frozen=True)
class CopiedTable:
    """What became of one table; `name` is that in the copy, or of a table that could not be opened.

    `losses` say what the copy does not hold although the table is there, and what was read although
    no real file proves how.
    """

    name: str
    layer_id: Optional[int]
    feature_count: int = 0
    error: Optional[OfflineMapError] = None
    losses: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class WorkingCopy:
    """The finished file and its tables, those with an error included."""

    path: Path
    tables: tuple[CopiedTable, ...]


def write_working_copy(source: Path, target: Path, feedback: Feedback) -> WorkingCopy:
    """Converts a whole geodatabase. `target` is replaced once the new file is complete.

    A table that cannot be read is in the result with its error, and the rest goes on. Progress
    counts rows. Raises `BadInput`, `Unsupported`, `Damaged` for the file as a whole, the error of its first
    table where none could be read, `StorageError`, `Cancelled`; nothing is left behind then.
    """
    _keep_scratch_memory()
    with open_geodatabase(source) as geodatabase, growing(target) as path:
        try:
            tables = _write(geodatabase, path, feedback)
        except SQLITE_ERRORS as error:
            known = conversion_error(error, geodatabase.name, feedback)
            if known is None:
                raise
            raise known from error
        errors = [table.error for table in tables if table.error]
        if errors and len(errors) == len(tables):
            raise errors[0]
    return WorkingCopy(target, tables)


def _keep_scratch_memory() -> None:
    """Lets the C library keep the memory of one batch for the next.

    Every batch makes and drops the same few arrays. glibc gives blocks as large as those back to
    the system at once, which then clears each page again, a third of the decoding time, until it
    has seen a larger block come and go (mallopt(3), M_MMAP_THRESHOLD). No page of this one is touched.
    """
    np.empty(_SCRATCH_BYTES, dtype=np.uint8)


def copied_tables(path: Path) -> frozenset[str]:
    """The names of the layers and tables that a working copy holds.

    Raises as `naming_the_copy`.
    """
    with naming_the_copy(path), database_to_read(path) as connection:
        rows = connection.execute(
            "SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes')"
            # Not what only looks like one: a view or a virtual table could be made of anything.
            " AND table_name IN (SELECT name FROM sqlite_master WHERE type = 'table'"
            " AND upper(sql) NOT LIKE 'CREATE VIRTUAL%')"
        ).fetchall()
        own = subtype_tables(connection)
    return frozenset(str(name) for (name,) in rows) - frozenset(own)


def _write(geodatabase: MobileGeodatabase, path: Path, feedback: Feedback) -> tuple[CopiedTable, ...]:
    with connected_to_source(geodatabase.uri, path, feedback) as connection:
        create_system_tables(connection)
        counts = _row_counts(connection, geodatabase.tables)
        progress = RowProgress(feedback, sum(counts.values()))
        results = []
        for table in geodatabase.tables:
            raise_if_cancelled(feedback)
            results.append(_copied(connection, table, geodatabase.name, progress))
            progress.done += counts.get(table.name, 0)
        copied = {result.name for result in results if result.error is None}
        tables = [table for table in map(table_in_copy, geodatabase.tables) if table.name in copied]
        _write_around(connection, tables, relationships_in_copy(geodatabase.relationships))
    problems = (CopiedTable(p.name, p.layer_id, error=p.error) for p in geodatabase.problems)
    return (*results, *problems)


def _write_around(
    connection: sqlite3.Connection, tables: Sequence[Table], relationships: Sequence[Relationship]
) -> None:
    """What is not rows: the meaning of the columns, relations, and change tracking."""
    connection.execute("BEGIN")
    write_meaning(connection, tables, relationships)
    write_subtype_values(connection, tables)
    create_tracking(connection)
    for table in tables:
        names = [name for name in (geometry_column(table), *(one.name for one in table.fields)) if name]
        own = (table.global_id or None, table.object_id or None)
        track_layer(connection, TrackedColumns(table.name, key_column(table), tuple(names), *own))
    connection.execute("COMMIT")


def _row_counts(connection: sqlite3.Connection, tables: tuple[Table, ...]) -> dict[str, int]:
    """Row counts for the progress, from the span of the row ids: nothing is scanned for them."""
    counts = {}
    for table in tables:
        rows = sql("FROM", f"{SOURCE}.{quoted(table.name)}", "NOT INDEXED)")
        # Apart, each is one step to an end of the table; together they would read all of it.
        statement = sql("SELECT (SELECT max(rowid)", rows, "- (SELECT min(rowid)", rows, "+ 1")
        with suppress(*SQLITE_ERRORS):
            counts[table.name] = int(connection.execute(statement).fetchone()[0] or 0)
    return counts


def _copied(connection: sqlite3.Connection, table: Table, file: str, progress: RowProgress) -> CopiedTable:
    """One table in one transaction: whole, or not there."""
    connection.execute("BEGIN")
    try:
        copier = TableCopier(connection, table, file, progress)
        count = copier.run()
        connection.execute("COMMIT")
    except (OfflineMapError, *SQLITE_ERRORS) as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        known = conversion_error(error, file, progress.feedback, table.name)
        if known is None or isinstance(known, (Cancelled, StorageError)):
            raise
        return CopiedTable(name_in_copy(table.name), table.layer_id, error=known)
    return CopiedTable(name_in_copy(table.name), table.layer_id, count, losses=tuple(copier.losses))


def conversion_error(
    error: BaseException, file: str, feedback: Feedback, table: str = ""
) -> Optional[OfflineMapError]:
    """What went wrong in a conversion; None for what the disk refused, which `growing` names."""
    if isinstance(error, OfflineMapError):
        return error
    if isinstance(error, sqlite3.OperationalError) and feedback.is_cancelled():
        return Cancelled()
    if is_locked(error):
        return locked_package(file)
    if is_full(error):
        text = (
            "The working copy of “{file}” could not be written: the disk is full, or the copy became "
            "far too large."
        )
        return StorageError(text, file=file, next_step="Free some space and start again.")
    if isinstance(error, SQLITE_ERRORS) and not is_refusal(error):
        text = "The table “{table}” of “{file}” cannot be read: {reason}."
        if not table:
            text = "The geodatabase “{file}” cannot be read: {reason}."
        return Damaged(text, table=table, file=file, reason=reason_of(error), next_step="Download it again.")
    return None


@contextmanager
def connected_to_source(uri: str, path: Path, feedback: Feedback) -> Iterator[sqlite3.Connection]:
    """A connection to the new file with a geodatabase attached as `source`, read only.

    The file is new and gets its name only when complete, so a crash can cost nothing: it needs
    neither a journal on disk nor a sync before the end.
    """
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}", uri=True, isolation_level=None)) as connection:
        connection.create_collation("ICUFOLDCASE", fold_case)
        connection.text_factory = bytes
        for pragma in (
            f"page_size={_PAGE_SIZE}", "journal_mode=MEMORY", "synchronous=OFF", "temp_store=MEMORY",
            "main.locking_mode=EXCLUSIVE", f"cache_size=-{_CACHE_KIB}", "trusted_schema=OFF",
            "cell_size_check=ON",
        ):  # fmt: skip
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("ATTACH ? AS source", (uri,))
        connection.execute(f"PRAGMA main.max_page_count={_most_pages(connection)}")
        connection.execute("PRAGMA source.mmap_size=0")
        limit_values(connection, _LARGEST_VALUE, attached=1)
        connection.set_authorizer(_only_reading_the_source)
        connection.set_progress_handler(lambda: int(feedback.is_cancelled()), _STEPS_PER_CALL)
        yield connection


def _most_pages(connection: sqlite3.Connection) -> int:
    """Pages that the copy may have: rows that share their pages could fill any disk."""
    (pages,) = connection.execute("PRAGMA source.page_count").fetchone()
    (size,) = connection.execute("PRAGMA source.page_size").fetchone()
    return (int(pages) * int(size) * _MOST_GROWTH + _FREE_GROWTH) // _PAGE_SIZE


def _only_reading_the_source(action: int, _1: object, _2: object, database: object, _3: object) -> int:
    """The authorizer: of the attached file, columns can be read, and nothing else."""
    if database == SOURCE and action not in _NEVER_FROM_SOURCE:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_ATTACH else sqlite3.SQLITE_OK
