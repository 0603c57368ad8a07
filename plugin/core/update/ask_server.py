"""What a service has of edits whose answer was lost: found out by GlobalID, never guessed.

An addition that is there arrived; a deletion whose row is gone, too. Of a change the row itself tells: it has
our values, or those from before, or others that somebody wrote since. Where only such others are left, the
rest of the batch may tell whether it arrived; where nothing does, the edit is contested: sending it again
could overwrite what came later, so it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Optional

from ..geodatabase.schema import Operation
from ..portal.feature_service import FeatureService
from ..portal.global_ids import global_id
from ..working_copy.change_tracking import LocalEdit
from ..working_copy.feature_json import row_of
from ..working_copy.tracked_table import TrackedTable
from .attachment_json import described, owner_of
from .copy_tables import CopyTables, wkid_of
from .edited_row import EditedRow, RowValues, alike


@dataclass
class Arrivals:
    """Edits that the service has taken, and those of which nobody can know."""

    arrived: list[LocalEdit] = field(default_factory=list)
    contested: list[LocalEdit] = field(default_factory=list)


class Inquiry:
    """Asks a service about one batch. `read` gives the rows of an edit as they were sent.

    `reached` says whether the batch arrived, where something else tells: None where nothing does.
    """

    def __init__(
        self,
        service: FeatureService,
        tables: CopyTables,
        read: Callable[[LocalEdit], EditedRow],
        reached: Optional[bool] = None,
    ) -> None:
        self._service, self._tables, self._read = service, tables, read
        self._reached = reached
        self._found = Arrivals()
        self._overwritten: list[LocalEdit] = []
        self._stayed_away = self._took_changes = False

    def find_out(self, edits: Iterable[LocalEdit]) -> Arrivals:
        """Raises `PortalError`, `NetworkError`."""
        by_table: dict[str, list[LocalEdit]] = {}
        for edit in edits:
            by_table.setdefault(edit.table, []).append(edit)
        for name, listed in by_table.items():
            table = self._tables[name]
            (self._ask_files if table.owner else self._ask_rows)(table, listed)
        self._judge_overwritten()
        return self._found

    def _ask_rows(self, table: TrackedTable, edits: list[LocalEdit]) -> None:
        layer_id = self._tables.layer_of(table.name)
        changes = {global_id(one.global_id): one for one in edits if one.operation is Operation.UPDATE}
        others = [one for one in edits if one.operation is not Operation.UPDATE]
        there = self._service.existing_ids(layer_id, [one.global_id or "" for one in others])
        self._by_presence(others, there)
        ids = [one or "" for one in changes]
        for feature in self._service.rows(layer_id, ids, wkid_of(table)) if ids else ():
            row = row_of(feature, table)
            edit = changes.get(global_id(row.get(table.global_id)))
            if edit is not None:
                self._by_content(self._read(edit), row)

    def _ask_files(self, table: TrackedTable, edits: list[LocalEdit]) -> None:
        rows = {edit.id: self._read(edit) for edit in edits}
        parents = {owner_of(row.now or row.before, table) for row in rows.values()}
        layer_id = self._tables.layer_of(table.name)
        there = {one.global_id: one for one in self._service.attachments(layer_id, parents)}
        others = [one for one in edits if one.operation is not Operation.UPDATE]
        self._by_presence(others, {name for name in there if name})
        for edit in edits:
            known = there.get(global_id(edit.global_id))
            if edit.operation is Operation.UPDATE and known is not None:
                self._by_description(rows[edit.id], (known.name, known.content_type, known.size))

    def _by_presence(self, edits: Iterable[LocalEdit], there: set[str]) -> None:
        for edit in edits:
            is_there = global_id(edit.global_id) in there
            if is_there == (edit.operation is Operation.INSERT):
                self._arrived(edit)
            elif edit.operation is Operation.INSERT:
                self._stayed_away = True

    def _by_content(self, row: EditedRow, servers: RowValues) -> None:
        columns = [column for column in row.changed if column in servers]
        if all(alike(row.table, column, servers[column], row.now[column]) for column in columns):
            self._took_changes = True
            self._arrived(row.edit)
        elif all(alike(row.table, column, servers[column], row.before.get(column)) for column in columns):
            self._stayed_away = True
        elif any(alike(row.table, column, servers[column], row.now[column]) for column in columns):
            self._arrived(row.edit)  # and somebody changed the rest since
        elif not any(alike(row.table, column, servers[column], row.before.get(column)) for column in columns):
            self._overwritten.append(row.edit)

    def _by_description(self, row: EditedRow, servers: tuple[object, ...]) -> None:
        if servers == described(row.before, row.table):
            self._stayed_away = True
        elif servers == described(row.now, row.table):
            self._arrived(row.edit)
        else:
            self._overwritten.append(row.edit)

    def _arrived(self, edit: LocalEdit) -> None:
        self._found.arrived.append(edit)

    def _judge_overwritten(self) -> None:
        """Rows with values that are neither ours nor those from before."""
        reached = self._reached
        if reached is None and self._found.arrived:
            reached = True
        if reached is None and self._stayed_away:
            reached = False
        if reached is not False:
            # A service that looked at the batch may have refused these, for it wants whole rows for instance.
            is_sure = self._took_changes and not self._stayed_away
            (self._found.arrived if is_sure else self._found.contested).extend(self._overwritten)
