"""Which local edits go out next: in order, checked, as many as one request may carry.

What is taken is noted in the working copy with its rows, in one transaction, before anything is sent. A batch
is always read back from there, so that one that an earlier run left is no other thing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Optional

from ..geodatabase.schema import Operation
from ..notice import Notice, notice
from ..working_copy.batch import batch_edits, take_batch
from ..working_copy.change_tracking import LocalEdit, local_edits, rights_of
from .channel import uploading_layers
from .edited_row import EditedRow, row_as_sent, row_to_send
from .layer_rules import LayerRules
from .local_checks import Domains, why_refused
from .open_copy import OpenCopy
from .upload_order import HeldBack, deleted_with, in_upload_order

_MOST_EDITS = 1000
_MOST_BYTES = 4 << 20
"""Of one request, about."""

_NO_UPLOAD = notice("direction", "The service does not accept edits to this layer from this offline map.")
_HELD_BACK = notice("parent", "The feature that it belongs to was refused.")


@dataclass(frozen=True)
class Batch:
    """Edits that are under way. `sent` are those that are told to the service. `along` are deletions that the
    service makes by itself, each with the one that brings it about; `idle` change nothing that it would take.
    """

    sent: tuple[LocalEdit, ...]
    along: Mapping[int, LocalEdit]
    idle: tuple[LocalEdit, ...]
    edits: tuple[LocalEdit, ...]


def batch_under_way(copy: OpenCopy, rules: Mapping[int, LayerRules]) -> Batch:
    """The batch as the working copy has it noted; empty where nothing is under way."""
    edits = batch_edits(copy.connection)
    along = deleted_with(copy.connection, copy.tables, edits)
    idle = tuple(edit for edit in edits if _is_idle(copy, rules, edit))
    left_out = along.keys() | {edit.id for edit in idle}
    sent = tuple(edit for edit in edits if edit.id not in left_out and edit.table in copy.tables)
    return Batch(sent, along, idle, edits)


def _is_idle(copy: OpenCopy, rules: Mapping[int, LayerRules], edit: LocalEdit) -> bool:
    if edit.operation is not Operation.UPDATE or edit.table not in copy.tables:
        return False
    table = copy.tables[edit.table]
    row = row_as_sent(copy.connection, table, edit)
    if table.owner:
        return not row.changed
    editable = {table.columns[name] for name in rules[copy.tables.layer_of(table.name)].editable}
    return not row.changes_geometry and row.changed.isdisjoint(editable)


class Outbox:
    """The edits of one run. `refuse` is told of those that cannot be sent, and why."""

    def __init__(
        self,
        copy: OpenCopy,
        rules: Mapping[int, LayerRules],
        domains: Domains,
        refuse: Callable[[LocalEdit, Notice], None],
    ) -> None:
        self._copy, self._rules, self._domains, self._refuse = copy, rules, domains, refuse
        self._held = HeldBack(copy.tables)
        self._open_layers = uploading_layers(copy)
        self._waiting: deque[LocalEdit] = deque()
        self._along: dict[int, list[LocalEdit]] = {}
        self._tried: set[tuple[int, int]] = set()
        self._version: Optional[int] = None
        self.refused = 0

    def is_waiting(self) -> bool:
        """True while there are edits that this run has not looked at."""
        self._look_again()
        return bool(self._waiting)

    def fill(self, told: Mapping[str, Any], *, all_or_nothing: bool = False) -> bool:
        """Takes the next batch; False where nothing of it can be sent.

        `told` is noted with it. `all_or_nothing`: everything in one batch, and nothing where one edit cannot
        be sent.
        """
        with self._copy.transaction():
            chosen = list(self._choose(all_or_nothing))
            if not chosen or (all_or_nothing and self.refused):
                return False
            take_batch(self._copy.connection, chosen)
            self._copy.note(sent=dict(told), status_url="")
        return True

    def hold_back(self, row: EditedRow) -> None:
        """What belongs to a new row that the service refused has to wait for it."""
        self._held.add(row)

    def checked(self) -> Iterator[LocalEdit]:
        """All edits that would be sent, for who only wants to know."""
        return self._choose(everything=True)

    def _choose(self, everything: bool) -> Iterator[LocalEdit]:
        self._look_again()
        rights = rights_of(self._copy.connection)
        count = size = 0
        while self._waiting and (everything or (count < _MOST_EDITS and size < _MOST_BYTES)):
            edit = self._waiting.popleft()
            self._tried.add((edit.id, edit.revision))
            table = self._copy.tables[edit.table]
            row = row_to_send(self._copy.connection, table, edit)
            layer_id = self._copy.tables.layer_of(table.name)
            reason = _NO_UPLOAD if layer_id not in self._open_layers else None
            reason = reason or (_HELD_BACK if self._held.holds(row) else None)
            reason = reason or why_refused(
                row, self._rules[layer_id], rights[table.name], self._domains.of(row)
            )
            if reason:
                self.refused += 1
                self._held.add(row)
                self._refuse(edit, reason)
                continue
            count, size = count + 1, size + row.size
            yield edit
            yield from self._along.get(edit.id, ())

    def _look_again(self) -> None:
        """Reads the edits anew where another program may have changed them since."""
        (version,) = self._copy.connection.execute("PRAGMA data_version").fetchone()
        if version == self._version:
            return
        self._version = version
        edits = [
            one for one in local_edits(self._copy.connection) if (one.id, one.revision) not in self._tried
        ]
        along = deleted_with(self._copy.connection, self._copy.tables, edits)
        self._along = {}
        for edit in edits:
            if edit.id in along:
                self._along.setdefault(along[edit.id].id, []).append(edit)
        alone = [edit for edit in edits if edit.id not in along]
        self._waiting = deque(in_upload_order(self._copy.tables, alone))
