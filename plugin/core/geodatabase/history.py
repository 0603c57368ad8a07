"""Edits that an app made in the geodatabase itself and has not uploaded yet.

Archived tables keep every version of a row with the Julian days of its birth and its end. What
changed after the replica's upload generation (milliseconds since 1970) is pending. Proven on one
real file with an edit made after its last synchronisation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from ..untrusted.sqlite_file import naming_damage, quoted, sql
from .catalogue import MobileGeodatabase
from .replica import generation_to_julian
from .schema import CURRENT, Operation, Table

_SLACK = 1e-8
"""Days: about a millisecond, below which two Julian days are the same moment."""


@dataclass(frozen=True)
class PendingEdit:
    """One edited row; `global_id` is None in tables without one."""

    table: str
    object_id: int
    global_id: Optional[str]
    operation: Operation


def pending_edits(geodatabase: MobileGeodatabase) -> tuple[PendingEdit, ...]:
    """The edits of all archived tables of the replica; none for a file without a replica.

    A row born and dead since the last upload is no edit. Raises `Damaged`.
    """
    edits: list[PendingEdit] = []
    for dataset in geodatabase.replica.datasets if geodatabase.replica else ():
        table = geodatabase.table(dataset.table)
        if table is not None and table.archived and table.object_id:
            since = generation_to_julian(dataset.generations.client_upload) + _SLACK
            with naming_damage(geodatabase.name):
                edits += _of_table(geodatabase, table, since)
    return tuple(edits)


def _of_table(geodatabase: MobileGeodatabase, table: Table, since: float) -> list[PendingEdit]:
    object_id = quoted(table.object_id)
    global_id = f"max({quoted(table.global_id)})" if table.global_id else "NULL"
    current = f"max(CASE WHEN {CURRENT} THEN gdb_from_date END)"
    columns = ("min(gdb_from_date) AS born", f"{current} AS current_from", "max(gdb_to_date) AS ended")
    versions = sql(
        "SELECT", ", ".join((f"{object_id} AS object_id", f"{global_id} AS global_id", *columns)),
        "FROM", quoted(table.name), "GROUP BY", object_id,
    )  # fmt: skip
    operation = (
        "CASE WHEN current_from > :since AND born > :since THEN 'insert'"
        " WHEN current_from > :since THEN 'update'"
        " WHEN current_from IS NULL AND born <= :since AND ended > :since THEN 'delete' END"
    )
    statement = sql(
        "SELECT object_id, global_id,", operation, "AS operation FROM (" + versions + ")",
        "WHERE operation IS NOT NULL ORDER BY object_id",
    )  # fmt: skip
    rows = geodatabase.connection.execute(statement, {"since": since}).fetchall()
    return [PendingEdit(table.name, oid, key, Operation(name)) for oid, key, name in rows]
