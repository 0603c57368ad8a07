"""Are the triggers of a working copy those that it must have, and no others?"""

from __future__ import annotations

from dataclasses import dataclass
import sqlite3
from typing import Optional

from ..untrusted.sqlite_file import quoted, sql
from .geopackage import known_triggers
from .sql_meaning import meaning_of
from .tracking_tables import TrackedColumns, columns_of, index_rows, tracked_columns
from .tracking_triggers import tracking_triggers


@dataclass(frozen=True)
class TrackingFault:
    """A layer whose edits were not seen for a while.

    `repaired` says that its triggers are back; edits made in between are unknown either way.
    """

    table: str
    reason: str
    repaired: bool


def verify_tracking(connection: sqlite3.Connection) -> tuple[TrackingFault, ...]:
    """Compares the triggers with what they must be, and puts missing or altered ones back.

    Tools that write a layer anew (`ogr2ogr -overwrite`) drop them without a word.
    """
    faults = []
    present = {
        name: (table, statement)
        for name, table, statement in connection.execute(
            "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
        )
    }
    resting = {
        table
        for (table,) in connection.execute(
            "SELECT table_name FROM gpkgext_offline_tracking WHERE enabled <> 1"
        )
    }
    for columns in tracked_columns(connection):
        table, expected = columns.table, tracking_triggers(columns)
        wrong = [name for name, text in expected.items() if not _same(present.get(name), table, text)]
        if wrong:
            faults.append(_repaired(connection, columns, expected, wrong, set(present)))
        elif table in resting:
            connection.execute(
                "UPDATE gpkgext_offline_tracking SET enabled = 1 WHERE table_name = ?", (table,)
            )
            faults.append(TrackingFault(table, "tracking was switched off", True))
    return tuple(faults)


def unknown_triggers(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Triggers that neither we nor GDAL give a working copy, or that do something else in it.

    A working copy needs its own triggers to be trusted, so the list is what can be checked.
    """
    expected: dict[str, str] = {}
    layers = (
        "SELECT table_name, column_name FROM gpkg_contents LEFT JOIN gpkg_geometry_columns USING (table_name)"
        " WHERE data_type IN ('features', 'attributes')"
    )
    for table, geometry in connection.execute(layers).fetchall():
        key, _ = columns_of(connection, table)
        expected.update(known_triggers(table, key, geometry))
    for columns in tracked_columns(connection):
        expected.update(tracking_triggers(columns))
    present = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
    return tuple(name for name, found in present if not _does_the_same(found, expected.get(name, "")))


def _does_the_same(found: str, expected: str) -> bool:
    """SQLite keeps a CREATE TRIGGER without the name of the database."""
    return meaning_of(found) == meaning_of(expected.replace(" main.", " ", 1))


def _same(found: Optional[tuple[str, str]], table: str, expected: str) -> bool:
    return found is not None and found[0] == table and _does_the_same(found[1], expected)


def _repaired(
    connection: sqlite3.Connection,
    columns: TrackedColumns,
    expected: dict[str, str],
    wrong: list[str],
    present: set[str],
) -> TrackingFault:
    key, others = columns_of(connection, columns.table)
    if not key or key != columns.key or not set(columns.others) <= set(others):
        return TrackingFault(columns.table, "the layer is gone or lacks fields", False)
    index_rows(connection, columns)
    for name in wrong:
        if name in present:
            connection.execute(sql("DROP TRIGGER", quoted(name)))
        connection.execute(expected[name])
    return TrackingFault(columns.table, "another program removed the triggers that see edits", True)
