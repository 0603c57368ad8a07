"""What may be edited in a working copy: computed of what the copy knows, and enforced by it.

A copy knows which layers of the service its tables are and what the service allows. So the rights can be told
at any time, of the copy alone; what is not allowed it refuses in every program.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
import sqlite3

from ..geodatabase.schema import Operation, Relationship, Table
from ..json_value import json_object, json_string, whole_of
from ..storage import database_to_read
from ..untrusted.sqlite_file import SQLITE_ERRORS
from ..working_copy.change_tracking import local_edits, rights_of, set_rights
from ..working_copy.connection import connect_working_copy, naming_the_copy
from ..working_copy.replica_state import read_copy_value, read_replica_state, write_copy_value
from ..working_copy.tracking_faults import tracking_faults
from ..working_copy.tracking_tables import tracked_columns
from .rights import LayerRights, attachment_rights, layer_rights

SERVICE_FACTS = "service"
"""The value of a working copy that tells what its service allows, as registration and each sync found it:

{"capabilities": [...], "layers": {"<layer id>": {"capabilities": [...], "ownership": {...} or null}},
"versioned": bool}; capabilities are casefolded.
"""
_TABLES = "tables"
"""The value that tells what the tables are:

{"mode": update mode of the package, "layers": {table: layer id, null for none}, "owners": {attachment
table: table of its features}, "unseen": {table: why its edits are not seen}}.
"""


def note_tables(
    connection: sqlite3.Connection, tables: Iterable[Table], relationships: Iterable[Relationship], mode: str
) -> None:
    """Notes what rights follow from: tables and relationships as they are called in the copy, update mode.

    `mode` is "" where the map is not one that this plugin updates. In the caller's transaction.
    """
    owners = {one.destination: one.origin for one in relationships if one.attachments}
    layers = {table.name: table.layer_id for table in tables}
    unseen = {fault.table: fault.reason for fault in tracking_faults(connection)}
    noted = {"mode": mode, "layers": layers, "owners": owners, "unseen": unseen}
    if read_copy_value(connection, _TABLES) != noted:
        write_copy_value(connection, _TABLES, noted)


def renew_rights(connection: sqlite3.Connection) -> None:
    """Has a working copy refuse what is not allowed now, in every program.

    In the caller's transaction, which may have changed what the rights follow from.
    """
    known = rights_of(connection)
    for table, rights in rights_in_copy(connection).items():
        if table in known and known[table] != rights.allowed:
            set_rights(connection, table, rights.allowed)


def rights_in_copy(connection: sqlite3.Connection) -> dict[str, LayerRights]:
    """Of every table, by its name; nothing for a copy that belongs to no offline map."""
    noted = read_copy_value(connection, _TABLES)
    state, service = read_replica_state(connection), read_copy_value(connection, SERVICE_FACTS)
    layers, owners, unseen = (json_object(noted.get(name)) for name in ("layers", "owners", "unseen"))
    mode = json_string(noted.get("mode"))
    found = {
        table: layer_rights(mode, state, service, whole_of(layers, table), json_string(unseen.get(table)))
        for table in layers
    }
    for table, owner in owners.items():
        if {table, owner} <= found.keys():
            found[table] = attachment_rights(found[owner], json_string(unseen.get(table)))
    return found


def keep_rights(
    copy: Path, tables: Iterable[Table], relationships: Iterable[Relationship], mode: str
) -> None:
    """`note_tables` and `renew_rights` of the working copy at `copy`. Raises as `naming_the_copy`."""
    with naming_the_copy(copy), closing(connect_working_copy(copy)) as connection:
        note_tables(connection, tables, relationships, mode)
        renew_rights(connection)
        connection.commit()


def rights_of_copy(copy: Path) -> dict[str, LayerRights]:
    """`rights_in_copy` of a file, in which nothing is changed; nothing for one that cannot be read."""
    try:
        with database_to_read(copy) as connection:
            return rights_in_copy(connection)
    except SQLITE_ERRORS:
        return {}


@dataclass(frozen=True)
class LocalRows:
    """Rows of a table that the service does not have, or that are deleted here only.

    `global_id` is the column of the GlobalID, "" for none; `unsent` are the row ids of rows that were never
    sent, `deleted` the GlobalIDs of deleted ones, as `plain_guid` has them.
    """

    global_id: str = ""
    unsent: frozenset[int] = frozenset()
    deleted: frozenset[str] = frozenset()


def local_rows(copy: Path, table: str) -> LocalRows:
    """Of the working copy at `copy`; nothing for one that cannot be read."""
    try:
        with database_to_read(copy) as connection:
            columns = next((one for one in tracked_columns(connection) if one.table == table), None)
            edits = [one for one in local_edits(connection) if one.table == table]
    except SQLITE_ERRORS:
        return LocalRows()
    return LocalRows(
        (columns.global_id if columns else None) or "",
        frozenset(one.row_id for one in edits if one.operation is Operation.INSERT),
        frozenset(plain_guid(one.global_id) for one in edits if one.operation is Operation.DELETE),
    )


def plain_guid(value: object) -> str:
    """A GlobalID as it is compared: without braces, in capitals."""
    return str(value or "").strip("{} ").upper()
