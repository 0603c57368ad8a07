"""The rows of a delta → rows of a working copy.

They are converted as those of a package are, into a file for a while, and applied as rows of the server.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
import sqlite3

from ..geodatabase.delta import Delta, DeltaRows, not_understood
from ..geodatabase.schema import Operation
from ..host import Feedback, Silent
from ..portal.global_ids import global_id
from ..storage import growing
from ..untrusted.sqlite_file import SQLITE_ERRORS, quoted, sql
from .apply import Applied, apply_rows
from .change_tracking import local_edits
from .converted_rows import converted_rows
from .copy_table import RowProgress, TableCopier
from .geopackage import create_system_tables
from .table_names import name_in_copy
from .tracked_table import TrackedTable
from .write import connected_to_source, conversion_error


def convert_delta(delta: Delta, target: Path, feedback: Feedback) -> None:
    """Writes the rows of a delta into the file `target`.

    Raises `Unsupported` where a value would be lost, `Damaged`, `StorageError`, `Cancelled`.
    """
    with growing(target) as path:
        try:
            with connected_to_source(delta.uri, path, feedback) as connection:
                create_system_tables(connection)
                for rows in delta.rows:
                    connection.execute("BEGIN")
                    copier = TableCopier(connection, rows.source, delta.name, RowProgress(feedback, 0))
                    copier.run()
                    connection.execute("COMMIT")
                    if copier.losses:
                        raise not_understood(delta.name, f"{rows.source.name}: {copier.losses[0]}")
        except SQLITE_ERRORS as error:
            known = conversion_error(error, delta.name, feedback)
            if known is None:
                raise
            raise known from error


def apply_delta(
    connection: sqlite3.Connection, tables: Mapping[str, TrackedTable], delta: Delta, converted: Path
) -> Iterable[tuple[TrackedTable, Applied]]:
    """Applies the rows that `convert_delta` wrote, in the caller's transaction; `tables` by name in the copy.

    Raises `Unsupported` for changes of rows that are not there, and as `apply_rows`.
    """
    uri = f"{converted.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as source:
        for rows in delta.rows:
            table = tables.get(name_in_copy(rows.name))
            if table is None or not table.global_id:
                raise not_understood(delta.name, rows.source.name)
            _check_ids(connection, source, table, delta, rows)
            name = quoted(rows.source.name)
            yield (
                table,
                apply_rows(connection, table, converted_rows(source, name, rows.source, table), (), Silent()),
            )


def _check_ids(
    connection: sqlite3.Connection,
    source: sqlite3.Connection,
    table: TrackedTable,
    delta: Delta,
    rows: DeltaRows,
) -> None:
    """Each row once; what is changed must be there: else a delta is missing before this one."""
    column = quoted(rows.source.global_id)
    listed = source.execute(sql("SELECT", column, "FROM", quoted(rows.source.name))).fetchall()
    names = [global_id(stated) for (stated,) in listed]
    if None in names or len(set(names)) < len(names):
        raise not_understood(delta.name, f"{rows.source.name}.{rows.source.global_id}")
    if not rows.are_updates:
        return
    edits = [edit for edit in local_edits(connection) if edit.table == table.name]
    added = {edit.row_id for edit in edits if edit.operation is Operation.INSERT}
    edited = {global_id(edit.global_id) for edit in edits if edit.operation is not Operation.INSERT}
    own = quoted(table.global_id)
    find = sql("SELECT", quoted(table.key), "FROM", quoted(table.name), "WHERE", own, "= ?")
    for name in names:
        there = connection.execute(find, (name,)).fetchall()
        if name not in edited and all(row_id in added for (row_id,) in there):
            raise not_understood(delta.name, f"{rows.source.name} {name}")
