"""The rows of a new replica, as the base of a working copy that had others before.

Rows are matched by GlobalID; a row that did not come is gone at the server, unless it was made here. That
holds for the layers of the replica: of each the answer has to tell, if only that it has no rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
import sqlite3
from typing import Optional

from ..host import Feedback
from ..json_value import folded_keys, json_object
from ..portal.changes_file import Change, ChangeKind, ChangesFile
from ..portal.feature_service import FeatureService
from ..portal.global_ids import global_id
from ..untrusted.sqlite_file import quoted, sql
from ..working_copy.apply import apply_rows
from ..working_copy.batch import settle_batch
from ..working_copy.tracked_table import TrackedTable
from .copy_tables import global_id_field
from .incoming import Incoming
from .open_copy import OpenCopy
from .replica_form import replica_layers
from .report import CopyReport, LayerCounts

_NEW_ROWS = {ChangeKind.ADD: False, ChangeKind.UPDATE: False, ChangeKind.ATTACHMENT_ADD: True}
_ARRIVED = "CREATE TEMP TABLE arrived (table_name TEXT, global_id TEXT, PRIMARY KEY (table_name, global_id))"


class NewBase:
    """The rows in `answer`, which `service` gave with a replica; `folder` takes the files of attachments."""

    def __init__(self, there: OpenCopy, service: FeatureService, answer: ChangesFile, folder: Path) -> None:
        self._there, self._answer = there, answer
        self._incoming = Incoming(there, answer, service, folder)

    def left_out(self) -> Optional[TrackedTable]:
        """A layer of the replica with rows from the server here, of which the answer says nothing: without
        its rows nobody can go on from the generation of the replica.
        """
        wanted = replica_layers(self._there.copy.replica).keys() - self._answer.layers
        known = (table for layer, table in self._there.tables.layers.items() if layer in wanted)
        return next((table for table in known if _has_rows(self._there.connection, table)), None)

    def fetch(self, feedback: Feedback) -> None:
        """What the answer only names; raises `PortalError`, `NetworkError`."""
        self._incoming.fetch(feedback)

    def apply(self, feedback: Feedback) -> None:
        """In the caller's transaction; edits that were not sent stay on top of the new rows.

        Raises as `Incoming.apply`.
        """
        there, connection = self._there, self._there.connection
        settle_batch(connection, ())
        self._incoming.apply(_nobody_reads(there), feedback)
        connection.execute(_ARRIVED)
        connection.executemany("INSERT OR IGNORE INTO arrived VALUES (?, ?)", _arrived(there, self._answer))
        told = replica_layers(there.copy.replica)
        for table in there.tables:
            if table.global_id and there.tables.layer_of(table.name) in told:
                apply_rows(connection, table, (), _gone(connection, table), feedback)
        connection.execute("DROP TABLE temp.arrived")

    def discard(self) -> None:
        """Removes the files."""
        self._incoming.discard()


def _arrived(there: OpenCopy, answer: ChangesFile) -> Iterator[tuple[str, str]]:
    for change in answer.changes():
        if change.kind not in _NEW_ROWS:
            continue
        table = there.tables.find(change.layer_id, _NEW_ROWS[change.kind])
        found = _id_in(change, table) if table else None
        if table and found:
            yield table.name, found


def _id_in(change: Change, table: TrackedTable) -> Optional[str]:
    known = folded_keys(json_object(change.value))
    if not table.owner:
        known = folded_keys(json_object(known.get("attributes")))
    name = "globalid" if table.owner else global_id_field(table).casefold()
    return global_id(known.get(name))


def _nobody_reads(there: OpenCopy) -> CopyReport:
    """Rows that only take the place of others are no news."""
    counts = {
        table.name: LayerCounts(table.title, there.tables.layer_of(table.name)) for table in there.tables
    }
    return CopyReport(there.copy.item, there.copy.service_url, counts)


def _has_rows(connection: sqlite3.Connection, table: TrackedTable) -> bool:
    found = sql("SELECT 1", _from_server(table), "LIMIT 1")
    return connection.execute(found, (table.name,)).fetchone() is not None


def _from_server(table: TrackedTable) -> str:
    """The rows of a table that were not made here; takes the name of the table as its one value."""
    made_here = sql(
        "SELECT row_id FROM gpkgext_offline_changes WHERE operation = 'insert' AND table_name = ?"
    )
    return sql("FROM", quoted(table.name), "WHERE", quoted(table.key), "NOT IN (", made_here, ")")


def _gone(connection: sqlite3.Connection, table: TrackedTable) -> Iterable[str]:
    """The GlobalIDs of rows that came from the server before, and not now."""
    own = quoted(table.global_id)
    rows = connection.execute(
        sql(
            "SELECT", own, _from_server(table),
            "AND", own, "NOT IN (SELECT global_id FROM temp.arrived WHERE table_name = ?)",
        ),
        (table.name, table.name),
    )  # fmt: skip
    return [str(found) for (found,) in rows.fetchall()]
