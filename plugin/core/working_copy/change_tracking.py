"""Edits in a working copy, seen by triggers whoever makes them: QGIS, ogr2ogr, QField, a script.

Each tracked layer T has a hidden table gpkgext_offline_before_T for the row as it was before its first
edit, and five triggers that write one row per edited feature into gpkgext_offline_changes:

    insert + update  = insert            update + delete = delete
    insert + delete  = nothing           delete + insert = update (the same row came back)

The triggers call no function that a bare SQLite lacks. They rest while gpkgext_offline_tracking
says so: downloaded changes are applied so, inside one transaction. A new row without a GlobalID gets
one from the triggers; one that takes the place of an earlier row gets back that row's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
import sqlite3
from typing import Optional

from ..geodatabase.schema import Operation
from ..storage import database_to_read
from ..untrusted.sqlite_file import SQLITE_ERRORS, only_reading, quoted, sql
from .columns import sql_literal
from .geopackage import known_triggers
from .sql_meaning import meaning_of

CHANGES, STATE = "gpkgext_offline_changes", "gpkgext_offline_tracking"
BEFORE = "gpkgext_offline_before_"
"""Tables whose names start so are no layers to GDAL and QGIS, and nothing a validator minds."""
_EXTENSION = "offline_map_areas_change_tracking"
_DEFINITION = "https://example.org/offline-map-areas/change-tracking"
_TABLES = (
    "CREATE TABLE main.gpkgext_offline_changes (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " table_name TEXT NOT NULL,"
    " row_id INTEGER NOT NULL, global_id TEXT, operation TEXT NOT NULL, changed_at DATETIME NOT NULL,"
    " UNIQUE (table_name, row_id))",
    "CREATE TABLE main.gpkgext_offline_tracking (table_name TEXT NOT NULL PRIMARY KEY, global_id TEXT,"
    " enabled INTEGER NOT NULL)",
)
_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
_NEW_GLOBAL_ID = (
    "'{' || hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'"
    " || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-'"
    " || hex(randomblob(6)) || '}'"
)
_AFTER_INSERT = "CASE operation WHEN 'delete' THEN 'update' ELSE operation END"
_AFTER_DELETE = "CASE operation WHEN 'insert' THEN 'nothing' ELSE 'delete' END"
_EVENTS = ("replace", "insert", "update", "renumber", "delete")


@dataclass(frozen=True)
class LocalEdit:
    """One edited row: `row_id` is its key in the layer; the values before the edit are in `values_before`."""

    table: str
    row_id: int
    global_id: Optional[str]
    operation: Operation
    changed_at: datetime


@dataclass(frozen=True)
class TrackingFault:
    """A layer whose edits were not seen for a while.

    `repaired` says that its triggers are back; edits made in between are unknown either way.
    """

    table: str
    reason: str
    repaired: bool


def create_tracking(connection: sqlite3.Connection) -> None:
    """The tables of change tracking in a new working copy."""
    for statement in _TABLES:
        connection.execute(statement)
    for table in (CHANGES, STATE):
        _register(connection, table)


def _register(connection: sqlite3.Connection, table: str) -> None:
    row = (table, None, _EXTENSION, _DEFINITION, "read-write")
    connection.execute("INSERT INTO main.gpkg_extensions VALUES (?, ?, ?, ?, ?)", row)


def track_layer(
    connection: sqlite3.Connection, table: str, key: str, columns: Sequence[str], global_id: Optional[str]
) -> None:
    """Tracks a layer from now on. `key` is the column of its row ids, `columns` are all others."""
    before = quoted(BEFORE + table)
    declared = [f"{quoted(key)} INTEGER PRIMARY KEY NOT NULL", *(f"{quoted(c)} BLOB" for c in columns)]
    connection.execute(sql("CREATE TABLE main." + before, f"({', '.join(declared)})"))
    _register(connection, BEFORE + table)
    connection.execute("INSERT INTO main.gpkgext_offline_tracking VALUES (?, ?, 1)", (table, global_id))
    for statement in tracking_triggers(table, key, columns, global_id).values():
        connection.execute(statement)


def local_edits(connection: sqlite3.Connection) -> tuple[LocalEdit, ...]:
    """All edits since the download, oldest first."""
    rows = connection.execute(
        "SELECT table_name, row_id, global_id, operation, changed_at FROM gpkgext_offline_changes ORDER BY id"
    )
    return tuple(
        LocalEdit(table, row_id, global_id, Operation(operation), _moment(changed_at))
        for table, row_id, global_id, operation, changed_at in rows
    )


def edits_noted(working_copy: Path) -> int:
    """How many features and rows of a file have edits; 0 where it cannot be read, which is told elsewhere."""
    try:
        with database_to_read(working_copy) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.set_authorizer(only_reading)
            count = connection.execute(sql("SELECT count(*) FROM", quoted(CHANGES))).fetchone()[0]
            return count if isinstance(count, int) else 0
    except SQLITE_ERRORS:
        return 0


def values_before(connection: sqlite3.Connection, table: str, row_id: int) -> Optional[dict[str, object]]:
    """The row as it was before its first edit; None for a row that was inserted."""
    key, _ = _columns(connection, BEFORE + table)
    cursor = connection.execute(
        sql("SELECT * FROM", quoted(BEFORE + table), "WHERE", quoted(key), "= ?"), (row_id,)
    )
    row = cursor.fetchone()
    return None if row is None else dict(zip((column[0] for column in cursor.description), row))


@contextmanager
def tracking_off(connection: sqlite3.Connection) -> Iterator[None]:
    """No edit is recorded inside; the caller's transaction must span the whole block."""
    connection.execute("UPDATE gpkgext_offline_tracking SET enabled = 0")
    yield
    connection.execute("UPDATE gpkgext_offline_tracking SET enabled = 1")


def forget_edits(connection: sqlite3.Connection, edits: Sequence[LocalEdit]) -> None:
    """Drops edits that the server has acknowledged; the rows as they are now are the new base."""
    for edit in edits:
        row = (edit.table, edit.row_id)
        connection.execute("DELETE FROM gpkgext_offline_changes WHERE table_name = ? AND row_id = ?", row)
        key, _ = _columns(connection, BEFORE + edit.table)
        connection.execute(
            sql("DELETE FROM", quoted(BEFORE + edit.table), "WHERE", quoted(key), "= ?"), (edit.row_id,)
        )


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
    rows = connection.execute(
        "SELECT table_name, global_id, enabled FROM gpkgext_offline_tracking"
    ).fetchall()
    for table, global_id, enabled in rows:
        expected = tracking_triggers(table, *_columns(connection, BEFORE + table), global_id)
        wrong = [name for name, text in expected.items() if not _same(present.get(name), table, text)]
        if wrong:
            faults.append(_repaired(connection, table, expected, wrong, set(present)))
        elif not enabled:
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
        key, _ = _columns(connection, table)
        expected.update(known_triggers(table, key, geometry))
    tracked = "SELECT table_name, global_id FROM gpkgext_offline_tracking"
    for table, global_id in connection.execute(tracked).fetchall():
        expected.update(tracking_triggers(table, *_columns(connection, BEFORE + table), global_id))
    present = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
    return tuple(name for name, found in present if not _does_the_same(found, expected.get(name, "")))


def _does_the_same(found: str, expected: str) -> bool:
    """SQLite keeps a CREATE TRIGGER without the name of the database."""
    return meaning_of(found) == meaning_of(expected.replace(" main.", " ", 1))


def _same(found: Optional[tuple[str, str]], table: str, expected: str) -> bool:
    return found is not None and found[0] == table and _does_the_same(found[1], expected)


def _repaired(
    connection: sqlite3.Connection, table: str, expected: dict[str, str], wrong: list[str], present: set[str]
) -> TrackingFault:
    key, columns = _columns(connection, BEFORE + table)
    own_key, own_columns = _columns(connection, table)
    if not own_key or key != own_key or not set(columns) <= set(own_columns):
        return TrackingFault(table, "the layer is gone or lacks fields", False)
    for name in wrong:
        if name in present:
            connection.execute(sql("DROP TRIGGER", quoted(name)))
        connection.execute(expected[name])
    return TrackingFault(table, "another program removed the triggers that see edits", True)


def _columns(connection: sqlite3.Connection, table: str) -> tuple[str, list[str]]:
    """The primary key of a table and its other columns; nothing for a table that is not there."""
    rows = connection.execute(f"PRAGMA table_info({quoted(table)})").fetchall()
    key = next((str(row[1]) for row in rows if row[5]), "")
    return key, [str(row[1]) for row in rows if row[1] != key]


def _moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text).replace("Z", "+00:00")).astimezone(timezone.utc)


def trigger_name(event: str, table: str) -> str:
    """The name of one of the five triggers of a layer."""
    return f"offline_tracking_{event}_{table}"


def tracking_triggers(
    table: str, key: str, columns: Sequence[str], global_id: Optional[str]
) -> dict[str, str]:
    """The statements of the five triggers, by name."""
    layer, fid, name = quoted(table), quoted(key), sql_literal(table)
    id_of = {row: f"{row}.{quoted(global_id)}" if global_id else "NULL" for row in ("NEW", "OLD")}
    on = sql("(SELECT enabled FROM", STATE, f"WHERE table_name = {name}) = 1")
    moved = f"OLD.{fid} IS NOT NEW.{fid}"
    values = {row: ", ".join(f"{row}.{quoted(column)}" for column in columns) for row in ("OLD", "NEW")}
    changed = f"({values['OLD']}) IS NOT ({values['NEW']})" if columns else "0"
    keep = _keep(table, key, columns)
    note = {
        "replace": _note(name, f"NEW.{fid}", id_of["NEW"], "update", "operation"),
        "insert": _note(name, f"NEW.{fid}", id_of["NEW"], "insert", _AFTER_INSERT),
        "update": _note(name, f"NEW.{fid}", id_of["NEW"], "update", "operation"),
        "delete": _note(name, f"OLD.{fid}", id_of["OLD"], "delete", _AFTER_DELETE),
    }
    forget = sql("DELETE FROM", CHANGES, f"WHERE table_name = {name} AND operation = 'nothing';")
    exists = sql("EXISTS (SELECT 1 FROM", layer, f"WHERE {fid} = NEW.{fid})")
    bodies = {
        "replace": (f"BEFORE INSERT ON {layer} WHEN {on} AND {exists}", [keep["NEW"], note["replace"]]),
        "insert": (f"AFTER INSERT ON {layer} WHEN {on}", [note["insert"], *_identify(table, key, global_id)]),
        "update": (
            f"AFTER UPDATE ON {layer} WHEN {on} AND NOT ({moved}) AND ({changed})",
            [keep["OLD"], note["update"]],
        ),
        "renumber": (
            f"AFTER UPDATE ON {layer} WHEN {on} AND {moved}",
            [keep["OLD"], note["delete"], forget, note["insert"]],
        ),
        "delete": (f"AFTER DELETE ON {layer} WHEN {on}", [keep["OLD"], note["delete"], forget]),
    }
    return {
        trigger_name(event, table): sql(
            "CREATE TRIGGER main." + quoted(trigger_name(event, table)), bodies[event][0],
            "BEGIN", *bodies[event][1], "END",
        )
        for event in _EVENTS
    }  # fmt: skip


def _identify(table: str, key: str, global_id: Optional[str]) -> list[str]:
    """Gives a new row a GlobalID, the earlier one where it takes the place of a row."""
    if not global_id:
        return []
    own, fid = quoted(global_id), quoted(key)
    earlier = sql("(SELECT", own, "FROM", quoted(BEFORE + table), f"WHERE {fid} = NEW.{fid})")
    new_id = f"coalesce({earlier}, {_NEW_GLOBAL_ID})"
    return [
        sql("UPDATE", quoted(table), "SET", own, "=", new_id, f"WHERE {fid} = NEW.{fid} AND {own} IS NULL;")
    ]


def _note(name: str, row_id: str, global_id: str, operation: str, again: str) -> str:
    """One row of the changes; `again` is the operation where the feature has a row already.

    Neither this nor `_keep` may rest on ON CONFLICT: inside a trigger the policy of the statement
    that fired it holds instead.
    """
    own = f"table_name = {name} AND row_id = {row_id}"
    set_again = f"operation = {again}, global_id = coalesce({global_id}, global_id), changed_at = {_NOW}"
    update = sql("UPDATE", CHANGES, "SET", set_again, "WHERE", own + ";")
    columns = "(table_name, row_id, global_id, operation, changed_at)"
    values = f"SELECT {name}, {row_id}, {global_id}, '{operation}', {_NOW}"
    absent = sql("WHERE NOT EXISTS (SELECT 1 FROM", CHANGES, "WHERE", own + ");")
    return sql(update, "INSERT INTO", CHANGES, columns, values, absent)


def _keep(table: str, key: str, columns: Sequence[str]) -> dict[str, str]:
    """Statements that keep the row as it was, unless it is kept already or was inserted here.

    "OLD" takes the values from OLD, "NEW" from the table, for the row that NEW will replace.
    """
    before, fid = quoted(BEFORE + table), quoted(key)
    names = [fid, *map(quoted, columns)]
    head = sql("INSERT INTO", before, f"({', '.join(names)})", "SELECT")

    def unless(row: str) -> str:
        own = f"table_name = {sql_literal(table)} AND row_id = {row}.{fid} AND operation = 'insert'"
        kept = sql("NOT EXISTS (SELECT 1 FROM", before, f"WHERE {fid} = {row}.{fid})")
        return sql(kept, "AND NOT EXISTS (SELECT 1 FROM", CHANGES, "WHERE", own + ");")

    old = sql(head, ", ".join(f"OLD.{name}" for name in names), "WHERE", unless("OLD"))
    source = sql("FROM", quoted(table), f"AS kept WHERE kept.{fid} = NEW.{fid} AND")
    new = sql(head, ", ".join(f"kept.{name}" for name in names), source, unless("NEW"))
    return {"OLD": old, "NEW": new}
