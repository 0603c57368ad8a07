"""Which actions a row offers, in which order, as tables."""

import pytest

from plugin.core.offline_map.area_status import Activity, AreaStatus, Content, ListState, Local, Remote
from plugin.core.offline_map.currency import Newer
from plugin.core.offline_map.update_mode import UpdateMode
from plugin.core.working_copy.replica_state import RegistrationState
from plugin.gui.rows.actions import Action, actions, list_actions
from plugin.gui.rows.area_menu import area_menu
from plugin.gui.rows.area_row import AreaRow
from plugin.gui.rows.wording import Words

from .here import here

# A status, how it comes about, and what is offered: what is here is closed, and only a list of places has it.
TABLE = """
NOT_LOADED       | NOT_ASKED        NOTHING NONE        | zoom
LOADING          | ASKING           NOTHING NONE        | zoom
LOAD_FAILED      | UNREADABLE       NOTHING NONE        | reload zoom details
PACKAGING        | PACKAGING        NOTHING NONE        | zoom details
PACKAGING_FAILED | PACKAGING_FAILED NOTHING NONE        | zoom details
READY            | PACKAGED         NOTHING NONE        | download zoom details
QUEUED           | PACKAGED         NOTHING QUEUED      | pause zoom details cancel
QUEUED           | PACKAGED         STAGED  QUEUED      | pause zoom details folder cancel
DOWNLOADING      | PACKAGED         STAGED  DOWNLOADING | pause zoom details folder cancel
PAUSED           | PACKAGED         STAGED  NONE        | resume zoom details folder cancel
DOWNLOAD_FAILED  | PACKAGED         STAGED  FAILED      | retry zoom details folder cancel
DOWNLOAD_FAILED  | PACKAGED         NOTHING FAILED      | retry zoom details cancel
DOWNLOAD_FAILED  | PACKAGED         FAILED  NONE        | retry zoom details folder cancel
TAKEN            | PACKAGED         TAKEN   NONE        | zoom details folder
DOWNLOADED       | PACKAGED         WHOLE   NONE        | {kept}
UPDATE_AVAILABLE | PACKAGED         NEWER   NONE        | {kept}
LOCAL_EDITS      | NOT_ASKED        EDITED  NONE        | {kept}
UPDATING         | PACKAGED         WHOLE   UPDATING    | zoom details folder stop
SYNCING          | PACKAGED         WHOLE   SYNCING     | zoom details folder stop
FINISHING        | PACKAGED         WHOLE   FINISHING   | zoom details folder stop
DAMAGED          | PACKAGED         DAMAGED NONE        | {kept}
GONE             | GONE             WHOLE   NONE        | {kept}
GONE             | GONE             STAGED  NONE        | zoom details folder cancel
GONE             | GONE             FAILED  NONE        | zoom details folder cancel
GONE             | GONE             NOTHING NONE        | zoom details
""".format(kept="open zoom project check verify details folder forget remove")
LOCALS = {
    **{content.name: Local(content) for content in Content},
    "NEWER": Local(Content.WHOLE, 3, Newer.YES),
    "EDITED": Local(Content.WHOLE, 3),
}
LINES = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]


def row_of(state, **values):
    remote, local, activity = state.split()
    what = here(LOCALS[local], **{"is_listed": True, **values})
    return AreaRow("a", "Altstadt", remote=Remote[remote], here=what, activity=Activity[activity])


def test_the_table_is_whole():
    assert {line[0] for line in LINES} == {status.name for status in AreaStatus}


@pytest.mark.parametrize(("status", "state", "offered"), LINES)
def test_what_a_row_offers(status, state, offered):
    row = row_of(state)
    assert row.status is AreaStatus[status]
    assert " ".join(action.value for action in actions(row)) == offered
    assert all(Words().action(action) for action in actions(row))


KEPT = [line[1] for line in LINES if line[2].startswith("open")]


@pytest.mark.parametrize("state", KEPT)
def test_what_is_open_is_closed_and_not_opened_again(state):
    offered = actions(row_of(state, is_open=True))
    assert Action.OPEN not in offered
    assert Action.CLOSE in offered
    assert offered[0] is Action.ZOOM  # what Enter does takes nothing away


def test_what_cannot_be_done_is_not_offered():
    assert Action.CHECK not in actions(row_of("NOT_ASKED WHOLE NONE", revisions={}))
    assert Action.FORGET not in actions(row_of("NOT_ASKED WHOLE NONE", is_listed=False))
    assert actions(row_of("NOT_ASKED DAMAGED NONE", is_there=False)) == (
        Action.FORGET,
        Action.DETAILS,
    )


@pytest.mark.parametrize("state", ["NOT_ASKED WHOLE NONE", "NOT_ASKED DAMAGED NONE", "PACKAGED NEWER NONE"])
def test_what_this_profile_did_not_download_can_be_taken_off_the_list_and_not_deleted(state):
    offered = actions(row_of(state, is_own=False))
    assert Action.REMOVE not in offered
    assert Action.FORGET in offered


SYNC = UpdateMode.SYNC.value
NOTHING, PENDING, REGISTERED, DIRECT, REFUSED = (
    RegistrationState.NONE,
    RegistrationState.PENDING,
    RegistrationState.REGISTERED,
    RegistrationState.DIRECT,
    RegistrationState.REFUSED,
)


@pytest.mark.parametrize(
    ("mode", "registration", "edits", "is_own", "offered"),
    [
        (SYNC, REGISTERED, 0, True, "update finish"),
        (SYNC, REGISTERED, 2, True, "update save_edits revert finish"),
        (SYNC, DIRECT, 2, False, "update save_edits revert finish"),
        (SYNC, PENDING, 2, True, "update save_edits revert remove"),
        (SYNC, REFUSED, 0, True, "update remove"),
        (SYNC, REFUSED, 0, False, "update"),
        (SYNC, NOTHING, 2, True, "remove"),  # it was finished
        (UpdateMode.NONE.value, NOTHING, 2, True, "remove"),
        (UpdateMode.SCHEDULED.value, REGISTERED, 0, True, "remove"),
    ],
)
def test_what_is_registered_is_updated_and_finished(mode, registration, edits, is_own, offered):
    local = Local(Content.WHOLE, edits, registration=registration)
    row = AreaRow("a", "Altstadt", here=here(local, update_mode=mode, is_own=is_own))
    asked = (Action.UPDATE, Action.SAVE_EDITS, Action.REVERT, Action.REMOVE, Action.FINISH)
    assert [one.name.lower() for one in actions(row) if one in asked] == offered.split()


@pytest.mark.parametrize(("edits", "first"), [(0, Action.ZOOM), (2, Action.UPDATE)])
def test_once_it_is_open_edits_are_sent_with_the_button_of_the_row(edits, first):
    local = Local(Content.WHOLE, edits, registration=REGISTERED)
    row = AreaRow("a", "Altstadt", here=here(local, update_mode=SYNC, is_open=True))
    assert actions(row)[0] is first
    assert actions(row).count(Action.UPDATE) == 1


def test_a_download_that_somebody_else_began_can_go_on_and_not_be_cancelled():
    assert Action.CANCEL not in actions(row_of("PACKAGED STAGED NONE", is_own=False))
    assert Action.CANCEL in actions(row_of("PACKAGED STAGED DOWNLOADING", is_own=False))


@pytest.mark.parametrize(
    ("state", "texts"),
    [
        ("PACKAGED STAGED NONE", ["Resume", "Zoom to Area", "Details", "Show Folder", "", "Cancel Download"]),
        ("PACKAGED WHOLE UPDATING", ["Zoom to Area", "Details", "Show Folder", "", "Stop"]),
    ],
)
def test_what_takes_something_away_stands_apart_in_the_menu(qgis_app, state, texts):
    menu = area_menu([row_of(state)], lambda _ids, _action: None, None)
    assert [entry.text() for entry in menu.actions()] == texts
    assert not menu.actions()[texts.index("Zoom to Area")].isEnabled()  # nobody knows where it is
    menu.deleteLater()


@pytest.mark.parametrize(
    ("edits", "texts"), [(0, ["Only Download Changes"]), (2, ["Only Send Edits", "Only Download Changes"])]
)
def test_an_update_of_one_way_is_in_a_menu_below_that_of_both(qgis_app, edits, texts):
    wanted = []
    local = Local(Content.WHOLE, edits, registration=REGISTERED)
    row = AreaRow("a", "Altstadt", here=here(local, update_mode=SYNC))
    menu = area_menu([row], lambda ids, action: wanted.append(action), None)
    entries = menu.actions()
    (position,) = (number for number, one in enumerate(entries) if one.text() == "Update One Way")
    assert entries[position - 1].text() == "Update"
    below = entries[position].menu().actions()
    assert [one.text() for one in below] == texts
    below[-1].trigger()
    assert wanted == [Action.RECEIVE]
    menu.deleteLater()


@pytest.mark.parametrize("state", ListState)
def test_what_helps_where_there_is_no_list_has_words(state):
    assert all(Words().action(action) for action in list_actions(state))
