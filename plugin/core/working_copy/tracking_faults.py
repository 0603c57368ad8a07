"""Are the triggers of a working copy those that it must have, and no others? And what to do where not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
import sqlite3
from typing import Optional

from ..errors import Untrusted
from ..untrusted.sqlite_file import quoted, sql
from .geopackage import known_triggers
from .put_back_names import put_back_columns, put_back_layer
from .sql_meaning import meaning_of
from .tracking_tables import TrackedColumns, columns_of, index_rows, tracked_columns
from .tracking_triggers import tracking_triggers, trigger_name


class FaultKind(Enum):
    """What is wrong with a layer, in words for its reason."""

    RENAMED = "another program renamed it"
    GONE = "the layer is gone or lacks fields"
    UNSEEN = "another program removed the triggers that see edits"
    RESTING = "tracking was switched off"


@dataclass(frozen=True)
class TrackingFault:
    """A layer whose edits are not seen, or which has another name: `layer`, "" where it has its own.

    `columns` are those that have other names: what each was called → what it is called.
    """

    table: str
    kind: FaultKind
    layer: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """In words, as the end of a sentence."""
        return self.kind.value

    @property
    def can_be_mended(self) -> bool:
        """False where only the download has the layer as it must be."""
        return self.kind is not FaultKind.GONE

    @property
    def missed_edits(self) -> bool:
        """True where edits may have been made that nobody saw."""
        return self.kind in (FaultKind.UNSEEN, FaultKind.RESTING)


def tracking_faults(connection: sqlite3.Connection) -> tuple[TrackingFault, ...]:
    """Compares the tracked layers and their triggers with what they must be. Changes nothing.

    Tools that write a layer anew (`ogr2ogr -overwrite`) drop the triggers without a word.
    """
    present = {
        name: (table, statement)
        for name, table, statement in connection.execute(
            "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
        )
    }
    rows = connection.execute("SELECT table_name FROM gpkgext_offline_tracking WHERE enabled <> 1")
    resting = {table for (table,) in rows.fetchall()}
    found = (
        _other_names(connection, columns, present)
        or _unseen(columns, present)
        or (TrackingFault(columns.table, FaultKind.RESTING) if columns.table in resting else None)
        for columns in tracked_columns(connection)
    )
    return tuple(fault for fault in found if fault)


def mend_tracking(connection: sqlite3.Connection, fault: TrackingFault) -> None:
    """Gives a layer its names, its index and its triggers back. In the caller's transaction.

    What was edited meanwhile is another matter: recover.py.
    """
    columns = next(one for one in tracked_columns(connection) if one.table == fault.table)
    if fault.layer:
        put_back_layer(connection, columns, fault.layer)
    if fault.columns:
        put_back_columns(connection, columns, fault.columns)
    index_rows(connection, columns)
    present = {
        name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    }
    for name, statement in tracking_triggers(columns).items():
        if name in present:
            connection.execute(sql("DROP TRIGGER", quoted(name)))
        connection.execute(statement)
    connection.execute(
        "UPDATE gpkgext_offline_tracking SET enabled = 1 WHERE table_name = ?", (columns.table,)
    )


def refuse_foreign_triggers(connection: sqlite3.Connection, file: str) -> None:
    """Raises `Untrusted` where the working copy `file` has one."""
    for trigger in unknown_triggers(connection):
        raise Untrusted(
            "The working copy “{file}” contains a trigger that this plugin did not create: {trigger}.",
            next_step="Remove the trigger if it is yours. Otherwise save your edits with “Export local "
            "edits”, which can still read them, and download the map area again.",
            file=file,
            trigger=trigger,
        )


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


def _other_names(
    connection: sqlite3.Connection, columns: TrackedColumns, present: Mapping[str, tuple[str, str]]
) -> Optional[TrackingFault]:
    """SQLite has the triggers of a layer follow when it or a column gets another name, so it is known.

    Columns keep their places then.
    """
    layer, _ = present.get(trigger_name("insert", columns.table), ("", ""))
    key, others = columns_of(connection, columns.table)
    if not key and not others and layer:
        return TrackingFault(columns.table, FaultKind.RENAMED, layer)
    now = (key, *others) if key else ()
    lacking = {
        name: now[place] if place < len(now) else ""
        for place, name in enumerate((columns.key, *columns.others))
        if name not in now
    }
    if not lacking and key == columns.key:
        return None
    known = {columns.key, *columns.others}
    if layer and lacking and all(name and name not in known for name in lacking.values()):
        return TrackingFault(columns.table, FaultKind.RENAMED, columns=lacking)
    return TrackingFault(columns.table, FaultKind.GONE)


def _unseen(columns: TrackedColumns, present: Mapping[str, tuple[str, str]]) -> Optional[TrackingFault]:
    for name, expected in tracking_triggers(columns).items():
        table, found = present.get(name, ("", ""))
        if table != columns.table or not _does_the_same(found, expected):
            return TrackingFault(columns.table, FaultKind.UNSEEN)
    return None


def _does_the_same(found: str, expected: str) -> bool:
    """SQLite keeps a CREATE TRIGGER without the name of the database. Most are as they were written, and need
    not be taken apart."""
    kept = expected.replace(" main.", " ", 1)
    return found == kept or meaning_of(found) == meaning_of(kept)
