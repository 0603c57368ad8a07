"""What a check tells, and that it changes nothing."""

import pytest

from plugin.core.errors import BadInput
from plugin.core.host import Silent
from plugin.core.offline_map.update_mode import UpdateMode
from plugin.core.update.check import Downloadable, LayerEdits, check_for_updates
from tests.fixtures.synced_town import HYDRANTS, MAINS, guid_of
from tests.portal import Behaviour, HangUp

NONE, AVAILABLE = Downloadable.NONE, Downloadable.AVAILABLE
INDETERMINATE = Downloadable.INDETERMINATE
PLAIN_SYNC = "Create,Delete,Query,Sync,Update,Editing"


def files(town):
    return {path: path.read_bytes() for path in town.folder.rglob("*") if path.is_file()}


def check(town, **options):
    return check_for_updates(town.folder, town.around(**options), Silent())


@pytest.fixture
def registered(town_map):
    town = town_map()
    town.register()
    return town


def test_edits_are_counted_by_layer_with_their_attachments(registered):
    town = registered
    town.edit("UPDATE Hydrants SET remark = 'x' WHERE GlobalID = ?", (guid_of("Hydrants", 2),))
    town.edit("DELETE FROM Hydrants WHERE GlobalID = ?", (guid_of("Hydrants", 4),))
    town.edit("INSERT INTO Mains (name) VALUES ('neu')")
    town.edit("INSERT INTO Inspections (result) VALUES ('passed')")
    town.edit(
        "INSERT INTO Hydrants__ATTACH (REL_GLOBALID, ATT_NAME, CONTENT_TYPE, DATA_SIZE, DATA)"
        " VALUES (?, 'a', 'b', 1, x'00')",
        (guid_of("Hydrants", 2),),
    )
    before, asked = files(town), len(town.portal.asked("*FeatureServer*"))
    found = check(town)
    assert found.uploads == (
        LayerEdits("Hydrants", 2, 1),
        LayerEdits("Mains", 1),
        LayerEdits("Inspections", 1),
    )
    assert found.edits == 5
    assert (found.download, found.size, found.reopen) == (NONE, 0, False)
    assert files(town) == before
    assert [one.method for one in town.portal.asked("*FeatureServer*")[asked:]] == ["GET"]


def test_without_a_network_the_edits_are_told_all_the_same(registered):
    town = registered
    town.edit("UPDATE Hydrants SET remark = 'x' WHERE GlobalID = ?", (guid_of("Hydrants", 2),))
    town.portal.fault("*", HangUp(), times=None)
    found = check(town)
    assert (found.edits, found.download) == (1, INDETERMINATE)
    (told,) = found.notices
    assert "Water_Supply" in told.text
    assert check_for_updates(town.folder, None, Silent()).edits == 1


def test_a_service_without_change_tracking_cannot_say(town_map):
    town = town_map(behaviour=Behaviour(capabilities=PLAIN_SYNC))
    town.register()
    assert check(town).download is INDETERMINATE
    town.service.edit(MAINS, updates=[{"attributes": {"GlobalID": guid_of("Mains", 1), "name": "neu"}}])
    assert check(town).download is INDETERMINATE


def test_one_that_tracks_changes_is_asked(registered):
    town = registered
    requests = len(town.portal.asked("*FeatureServer*"))
    assert check(town).download is NONE
    assert len(town.portal.asked("*FeatureServer*")) - requests == 1
    outside = guid_of("Mains", 3)
    town.service.edit(MAINS, updates=[{"attributes": {"GlobalID": outside, "name": "weit weg"}}])
    assert check(town).download is NONE
    town.service.edit(HYDRANTS, updates=[{"attributes": {"GlobalID": guid_of("Hydrants", 1), "name": "neu"}}])
    found = check(town)
    assert found.download is AVAILABLE
    assert found.size > 0
    assert town.left_in_scratch() == []
    assert town.service.misuse == []


def test_a_map_that_waits_for_its_registration_is_asked_as_well(town_map):
    town = town_map()
    assert check(town).download is NONE
    assert town.state() is None


def test_a_map_without_updates_is_refused_before_any_request(town_map):
    town = town_map(downloaded=False)
    town.download(mode=UpdateMode.NONE)
    before = len(town.portal.asked())
    with pytest.raises(BadInput, match="without updates"):
        check(town)
    assert len(town.portal.asked()) == before
