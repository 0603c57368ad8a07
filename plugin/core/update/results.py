"""What a service says of each edit that it was sent.

Results are matched by GlobalID; by their place only where none came and there are as many as edits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Union

from ..geodatabase.schema import Operation
from ..notice import Notice
from ..portal.changes_file import Change, ChangeKind, EditResult
from ..portal.global_ids import global_id
from ..working_copy.change_tracking import LocalEdit
from .edits_json import EditsOfLayer

ResultKey = tuple[int, bool, Operation]
"""Layer id; whether of attachments; what was sent."""
_KINDS = {
    ChangeKind.ADD_RESULT: (False, Operation.INSERT),
    ChangeKind.UPDATE_RESULT: (False, Operation.UPDATE),
    ChangeKind.DELETE_RESULT: (False, Operation.DELETE),
    ChangeKind.ATTACHMENT_ADD_RESULT: (True, Operation.INSERT),
    ChangeKind.ATTACHMENT_UPDATE_RESULT: (True, Operation.UPDATE),
    ChangeKind.ATTACHMENT_DELETE_RESULT: (True, Operation.DELETE),
}


@dataclass
class Verdict:
    """Which edits of a batch the service has taken, refused (with its words), and passed over.

    `contested` are those of which nobody can know: they are given up here, and kept in a file.
    """

    accepted: list[LocalEdit] = field(default_factory=list)
    refused: dict[LocalEdit, Union[str, Notice]] = field(default_factory=dict)
    unanswered: list[LocalEdit] = field(default_factory=list)
    contested: list[LocalEdit] = field(default_factory=list)

    def replaced(self, again: Verdict) -> None:
        """Takes over what came of edits that were sent once more."""
        for edit in (*again.accepted, *again.refused, *again.contested):
            self.refused.pop(edit, None)
        self.accepted += again.accepted
        self.refused.update(again.refused)
        self.contested += again.contested


def read_results(changes: Iterable[Change]) -> dict[ResultKey, list[EditResult]]:
    """The results in an answer; there are as many as edits were sent."""
    found: dict[ResultKey, list[EditResult]] = {}
    for change in changes:
        if change.kind in _KINDS:
            found.setdefault((change.layer_id, *_KINDS[change.kind]), []).append(change.value)
    return found


def read_verdict(sent: Mapping[int, EditsOfLayer], results: Mapping[ResultKey, list[EditResult]]) -> Verdict:
    """Of all edits that were sent."""
    verdict = Verdict()
    for layer_id, layer in sent.items():
        for is_attachment, lists in ((False, layer.rows), (True, layer.files)):
            for operation, edits in lists.items():
                _judge(edits, results.get((layer_id, is_attachment, operation), []), verdict)
    return verdict


def _judge(edits: list[LocalEdit], results: list[EditResult], verdict: Verdict) -> None:
    by_id = {result.global_id: result for result in results if result.global_id}
    in_order = not by_id and len(results) == len(edits)
    for number, edit in enumerate(edits):
        result = results[number] if in_order else by_id.get(global_id(edit.global_id) or "")
        if result is None:
            verdict.unanswered.append(edit)
        elif result.success:
            verdict.accepted.append(edit)
        else:
            verdict.refused[edit] = result.message or str(result.code or "")
