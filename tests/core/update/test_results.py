"""Results are told apart by GlobalID, and by their place only where nothing else tells."""

from datetime import datetime, timezone

from plugin.core.geodatabase.schema import Operation
from plugin.core.portal.changes_file import Change, ChangeKind, EditResult
from plugin.core.update.edits_json import EditsOfLayer
from plugin.core.update.results import read_results, read_verdict
from plugin.core.working_copy.change_tracking import LocalEdit

IDS = [f"{{{number}0000000-0000-4000-8000-00000000000A}}" for number in range(1, 4)]
EDITS = [
    LocalEdit(10 + 3 * n, 1, "Hydrants", 100 - n, gid, Operation.INSERT, datetime.now(timezone.utc))
    for n, gid in enumerate(IDS)
]


def verdict(*results):
    sent = EditsOfLayer()
    sent.rows[Operation.INSERT] += EDITS
    changes = [Change(4, ChangeKind.ADD_RESULT, result) for result in results]
    return read_verdict({4: sent}, read_results([*changes, Change(4, ChangeKind.ADD, {"attributes": {}})]))


def test_in_another_order_than_they_were_sent():
    told = verdict(
        EditResult(True, IDS[2]), EditResult(False, IDS[0], code=7, message="nein"), EditResult(True, IDS[1])
    )
    assert told.accepted == EDITS[1:]
    assert told.refused == {EDITS[0]: "nein"}
    assert told.unanswered == []


def test_by_their_place_where_none_has_an_id():
    told = verdict(EditResult(True), EditResult(False, code=7), EditResult(True))
    assert told.accepted == [EDITS[0], EDITS[2]]
    assert told.refused == {EDITS[1]: "7"}


def test_too_few_without_ids_say_nothing():
    assert verdict(EditResult(True), EditResult(True)).unanswered == EDITS


def test_one_that_is_missing_says_nothing():
    told = verdict(EditResult(True, IDS[1]), EditResult(True, IDS[2]))
    assert told.accepted == EDITS[1:]
    assert told.unanswered == EDITS[:1]


def test_no_results_at_all():
    assert verdict().unanswered == EDITS
