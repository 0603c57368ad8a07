"""Working copies that were there already: are their edits still seen, is nothing foreign in them?"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
import sqlite3

from ..errors import Damaged, Untrusted
from ..notice import Notice, notice
from .change_tracking import TrackingFault, unknown_triggers, verify_tracking
from .connection import connect_working_copy


def check_working_copy(path: Path) -> list[Notice]:
    """Puts change tracking back where another program dropped it, and tells so.

    Raises `Damaged` for a file that is no working copy, `Untrusted` for one with triggers that
    are not ours: they would run with every edit.
    """
    try:
        with closing(connect_working_copy(path)) as connection:
            faults = verify_tracking(connection)
            foreign = unknown_triggers(connection)
            connection.commit()
    except sqlite3.Error as error:
        raise Damaged(
            "The working copy “{file}” cannot be checked: {reason}.",
            next_step="Close other programs that use it, then open the offline map again.",
            file=path.name,
            reason=error,
        ) from error
    if foreign:
        raise Untrusted(
            "The working copy “{file}” holds a trigger that is not its own: {trigger}.",
            next_step="Remove the trigger if it is yours; else download the map area again.",
            file=path.name,
            trigger=foreign[0],
        )
    return [_told(fault, path) for fault in faults]


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
