"""Working copies that were there already: are their edits still seen, do their fields have their names,
is nothing foreign in them?"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from ..errors import Untrusted
from ..geodatabase.schema import Table
from ..notice import Notice, notice
from ..storage import database_to_read
from .columns import renamed_fields
from .connection import connect_working_copy, naming_the_copy
from .foreign_rules import refuse_foreign_rules
from .verify_tracking import TrackingFault, unknown_triggers, verify_tracking


def check_working_copy(path: Path) -> list[Notice]:
    """Puts change tracking back where another program dropped it, and tells so.

    Raises as `naming_the_copy`, and `Untrusted` for one with triggers or rules that
    are not ours: they would run with every edit.
    """
    with naming_the_copy(path), closing(connect_working_copy(path)) as connection:
        refuse_foreign_rules(connection, path.name)
        faults = verify_tracking(connection)
        foreign = unknown_triggers(connection)
        connection.commit()
    if foreign:
        raise Untrusted(
            "The working copy “{file}” holds a trigger that is not its own: {trigger}.",
            next_step="Remove the trigger if it is yours; else download the map area again.",
            file=path.name,
            trigger=foreign[0],
        )
    return [_told(fault, path) for fault in faults]


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
        "An earlier version made this working copy and gave other names to: {fields}. What the map says of"
        " these fields finds row numbers or nothing; download the map area again, or open the package in"
        " another working folder."
    )
    return (notice("fields", text, fields=", ".join(names)),)


def _told(fault: TrackingFault, path: Path) -> Notice:
    if fault.repaired:
        return notice(
            "tracking_repaired",
            "Edits of “{table}” in “{file}” were not seen for a while ({reason}); now they are again.",
            table=fault.table,
            file=path.name,
            reason=fault.reason,
        )
    return notice(
        "tracking_lost",
        "Edits of “{table}” in “{file}” can no longer be seen ({reason}).",
        table=fault.table,
        file=path.name,
        reason=fault.reason,
    )
