"""Maps that a night job finds: what is new comes in, nothing goes out."""

from dataclasses import replace

import pytest

from plugin.core.errors import BadInput, ItemNotFound
from plugin.core.host import Silent
from plugin.core.offline_map.manifest import read_manifest, write_manifest
from plugin.core.offline_map.update_mode import UpdateMode
from plugin.core.portal.items import Portal
from plugin.core.update.keep_current import keep_current
from tests.fixtures.synced_town import HYDRANTS, OWNER, PASSWORD, guid_of

from .scheduled_map import ScheduledMap, change_town, differences


@pytest.fixture
def town(portal, tmp_path):
    return ScheduledMap(portal, tmp_path)


def keep(town, overrides=None, area=None):
    portal = Portal(town.session(town.portal.url, (OWNER, PASSWORD)))
    around = replace(town.around(), session_of=lambda _url: portal.session)
    town.forget_requests()
    return keep_current(town.folder, area or town.town.area, overrides or {}, portal, around, Silent())


def test_scheduled_updates_come(town):
    town.download()
    assert keep(town, {"updateMode": "downloadScheduledUpdates"}) is None
    assert len(town.requests()) == 1
    assert not (town.folder / "updates").exists()
    change_town(town, 1)
    town.packaged.refresh()
    assert keep(town).report.copies[0].fetched.deltas == 1
    assert differences(town) == []
    assert keep(town) is None


def test_a_map_that_synchronises_takes_and_sends_nothing(town):
    town.download(mode=UpdateMode.SYNC)
    town.register()
    town.edit("UPDATE Hydrants SET remark = 'mine' WHERE GlobalID = ?", (guid_of("Hydrants", 2),))
    edits = town.edits()
    change_town(town, 1)
    town.packaged.refresh()  # of which such a map takes nothing
    town.service.edit(
        HYDRANTS, updates=[{"attributes": {"GlobalID": guid_of("Hydrants", 2), "name": "dort"}}]
    )
    result = keep(town)
    assert result.report.copies[0].uploaded == 0
    assert result.report.copies[0].layers["Hydrants"].rebased == 1
    row = town.rows("Hydrants")[guid_of("Hydrants", 2)]
    assert (row["name"], row["remark"]) == ("dort", "mine")
    assert town.edits() == edits
    assert town.service.rows(HYDRANTS)[guid_of("Hydrants", 2)]["remark"] is None
    assert town.fetched() == []


def test_new_features_wait_for_who_sends_them(town):
    town.download(mode=UpdateMode.SCHEDULED_AND_UPLOAD)
    town.register()
    town.edit("INSERT INTO Mains (GlobalID, name) VALUES (?, 'mine')", ("{" + "1" * 8 + guid_of("x", 1)[9:],))
    change_town(town, 1)
    town.packaged.refresh()
    assert keep(town).report.copies[0].uploaded == 0
    assert len(town.edits()) == 1
    assert "mine" in [row["name"] for row in town.rows("Mains").values()]


def test_another_download_is_left_alone(town):
    town.download()
    change_town(town, 1)
    town.packaged.refresh()
    before = town.copy().read_bytes()
    for wrong in ({"updateMode": "noUpdates"}, {"includeBasemap": False}):
        with pytest.raises(BadInput, match="earlier download"):
            keep(town, wrong)
    with pytest.raises(BadInput, match="earlier download"):
        keep(town, area="f" * 32)
    manifest = read_manifest(town.folder)
    failed = {"visits": {"code": "network", "text": "…"}}
    write_manifest(town.folder, replace(manifest, table_errors=failed))
    with pytest.raises(BadInput, match="earlier download"):
        keep(town)
    without = {"visits": {"code": "no_package", "text": "…"}}
    write_manifest(town.folder, replace(manifest, table_errors=without))
    assert town.copy().read_bytes() == before
    assert keep(town) is not None


def test_a_map_without_updates_is_current_or_left_alone(town):
    town.download(mode=UpdateMode.NONE)
    assert keep(town) is None
    town.packaged.refresh(with_delta=False)
    with pytest.raises(BadInput, match="without updates, and the portal has newer"):
        keep(town)


def test_an_area_that_was_set_up_anew(town):
    town.download()
    town.town.content.remove_item(town.town.package)
    with pytest.raises(ItemNotFound, match="no longer has the package"):
        keep(town)
    town.town.content.remove_item(town.town.area)
    with pytest.raises(ItemNotFound, match="not shared with you"):
        keep(town)
