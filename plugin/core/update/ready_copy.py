"""A working copy before anything is done with it: made where it is missing, else checked and brought up."""

from __future__ import annotations

from ..geodatabase.catalogue import open_geodatabase
from ..host import Feedback
from ..notice import Notice
from ..offline_map.copy_rights import keep_rights
from ..offline_map.prepare import ready_working_copy
from ..working_copy.table_names import relationships_in_copy, table_in_copy
from .synced_map import SyncedCopy, SyncedMap


def ready_copy(synced: SyncedMap, copy: SyncedCopy, feedback: Feedback) -> list[Notice]:
    """Tells what was amiss. A copy that is made anew holds what the package holds, and is not registered.

    Raises as `write_working_copy` and `check_working_copy`.
    """
    _, notices = ready_working_copy(copy.package, copy.path, feedback)
    with open_geodatabase(copy.package) as geodatabase:
        tables = tuple(map(table_in_copy, geodatabase.tables))
        relationships = relationships_in_copy(geodatabase.relationships)
    keep_rights(copy.path, tables, relationships, synced.mode.value)
    return notices
