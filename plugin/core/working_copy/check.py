"""Working copies that were there already: are their edits still seen, do their fields have their names,
is nothing foreign in them?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
import sqlite3
from typing import Optional

from ..geodatabase.schema import Table
from ..host import Feedback, Silent
from ..notice import Notice, notice
from ..storage import database_to_read
from .base import attached_package, base_rows
from .columns import renamed_fields
from .connection import connect_working_copy, naming_the_copy
from .foreign_rules import refuse_foreign_rules
from .recover import recover_edits
from .tracking_faults import (
    FaultKind,
    TrackingFault,
    mend_tracking,
    refuse_foreign_triggers,
    tracking_faults,
)
from .tracking_tables import tracked_columns
from .upgrade import upgrade_working_copy


def check_working_copy(
    path: Path,
    package: Optional[Path] = None,
    feedback: Optional[Feedback] = None,
    *,
    comparable: bool = False,
) -> list[Notice]:
    """Brings a copy of an earlier format up. Puts back change tracking and names that another program
    dropped or changed, finds the edits that were made meanwhile, and tells so.

    `package` is the geodatabase that it was made of, None where nobody has it any more; `comparable` says
    that this version makes the same rows of it. Raises as `naming_the_copy`, and as `write_working_copy`
    where edits have to be found; `Unsupported` for a copy of a later version; `Untrusted` for one with
    triggers or rules that are not ours: they would run with every edit.
    """
    with naming_the_copy(path), closing(connect_working_copy(path)) as connection:
        connection.isolation_level = None
        refuse_foreign_rules(connection, path.name)
        with _transaction(connection):
            upgrade_working_copy(connection, path.name, package)
        faults = tracking_faults(connection)
        compared = package if comparable and any(fault.missed_edits for fault in faults) else None
        if compared is None:
            return _mended(connection, path, faults, find_edits=False)
        with attached_package(connection, compared, feedback or Silent()):
            return _mended(connection, path, faults, find_edits=True)


def _mended(
    connection: sqlite3.Connection, path: Path, faults: tuple[TrackingFault, ...], *, find_edits: bool
) -> list[Notice]:
    """All in one transaction: triggers that are back must not hide that edits were missed."""
    notices = []
    with _transaction(connection):
        for fault in faults:
            if fault.can_be_mended:
                mend_tracking(connection, fault)
        refuse_foreign_triggers(connection, path.name)
        for fault in faults:
            found = find_edits and fault.missed_edits and _edits_found(connection, fault)
            notices.append(_told(fault, path, found=found))
    return notices


def _edits_found(connection: sqlite3.Connection, fault: TrackingFault) -> bool:
    """Without GlobalIDs nobody can tell which row is which."""
    columns = next(one for one in tracked_columns(connection) if one.table == fault.table)
    base = base_rows(connection, columns) if columns.global_id else None
    if base is None:
        return False
    recover_edits(connection, base)
    return True


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def check_names(path: Path, table: Table) -> tuple[Notice, ...]:
    """Tells which fields have another name in a working copy, one that the map does not know.

    Raises as `naming_the_copy`.
    """
    with naming_the_copy(path), database_to_read(path) as connection:
        columns = connection.execute("SELECT name FROM pragma_table_info(?)", (table.name,)).fetchall()
    names = renamed_fields(table, {str(name) for (name,) in columns})
    if not names:
        return ()
    text = (
        "An earlier version made this working copy and gave other names to: {fields}. The map's "
        "symbols, labels and forms may find row numbers or nothing in these fields. Download the map "
        "area again, or open the package in another working folder."
    )
    return (notice("fields", text, fields=", ".join(names)),)


def _told(fault: TrackingFault, path: Path, *, found: bool) -> Notice:
    values = {"table": fault.table, "file": path.name, "reason": fault.reason}
    if found:
        return notice(
            "tracking_repaired",
            "Edits to “{table}” in “{file}” were not detected for a while ({reason}). They were found "
            "by comparing its rows with those that the server sent.",
            **values,
        )
    if fault.kind is FaultKind.RENAMED:
        names = {fault.table: fault.layer} if fault.layer else fault.columns
        return notice(
            "renamed",
            "Another program renamed columns of “{table}” in “{file}”: {names}. They have their old "
            "names again, which the map and the feature service need.",
            table=fault.table,
            file=path.name,
            names=", ".join(f"{name} → {now}" for name, now in names.items()),
        )
    if fault.can_be_mended:
        return notice(
            "tracking_repaired",
            "Edits to “{table}” in “{file}” were not detected for a while ({reason}). They are detected "
            "again now.",
            **values,
        )
    return notice(
        "tracking_lost", "Edits to “{table}” in “{file}” can no longer be detected ({reason}).", **values
    )
