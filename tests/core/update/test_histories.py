"""What random histories (tests/sync_check) have found, each as the few steps that it takes."""

from contextlib import closing
import shutil

import pytest

from plugin.core.errors import OfflineMapError
from plugin.core.host import Silent
from plugin.core.offline_map.verification import verify_offline_map
from plugin.core.update.update_request import UpdateDirection
from plugin.core.working_copy.connection import connect_working_copy
from tests.fixtures.synced_town import HYDRANTS, guid_of
from tests.portal import Body, HangUp, Html

from .both_sides import differences
from .updating import notices, update

SECOND, FIFTH = guid_of("Hydrants", 2), guid_of("Hydrants", 5)


@pytest.fixture
def town(town_map):
    made = town_map()
    made.register()
    return made


def cut_and_paste(town):
    """Leaves an edit without a difference."""
    with closing(connect_working_copy(town.copy())) as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(Hydrants)") if row[1] != "fid"]
        columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
        row = connection.execute(f"SELECT {columns} FROM Hydrants WHERE GlobalID = ?", (SECOND,)).fetchone()
        connection.execute("DELETE FROM Hydrants WHERE GlobalID = ?", (SECOND,))
        connection.execute(f"INSERT INTO Hydrants ({columns}) VALUES ({marks})", row)
        connection.commit()


def test_a_replica_that_has_fallen_behind_is_ended(town):
    town.service.edit(HYDRANTS, updates=[{"attributes": {"GlobalID": SECOND, "name": "von dort"}}])
    town.service.raise_floor()
    update(town)
    assert [one.id.casefold() for one in town.service.own_replicas()] == [town.state().replica.casefold()]
    assert differences(town) == []


@pytest.mark.parametrize("lost", [False, True])
def test_an_edit_that_changes_nothing_keeps_no_row_that_the_service_deleted(town, lost):
    cut_and_paste(town)
    town.service.edit(HYDRANTS, deletes=[SECOND])
    if lost:
        town.service.delete_replica(town.state().replica)
    update(town, UpdateDirection.DOWNLOAD)
    update(town)
    assert differences(town) == []
    assert town.edits() == []


def test_a_folder_that_was_copied_while_it_was_registered_has_a_replica_of_its_own(town_map):
    """The first has an answer by now, the copy still waits for it."""
    town = town_map()
    town.service.behaviour.sync_flags = {"supportsRegisteringExistingData": False}
    town.portal.fault("/jobs/*", HangUp(), times=None)
    town.register()
    folder = town.folder.with_name("Kopie")
    shutil.copytree(town.folder, folder)
    town.portal.script.clear()
    update(town)
    update(town, folder=folder)
    assert town.state().replica != town.state(folder).replica
    assert len(town.service.own_replicas()) == 2


def test_an_edit_that_a_lost_replica_did_not_take_is_sent_over_what_came_before_it(town):
    """Somebody else changed the same field, which is not known here yet: the last edit wins all the same."""
    town.service.edit(HYDRANTS, updates=[{"attributes": {"GlobalID": SECOND, "name": "von dort"}}])
    town.edit("UPDATE Hydrants SET name = 'von hier' WHERE GlobalID = ?", (SECOND,))
    town.service.delete_replica(town.state().replica)
    result = update(town)
    assert notices(result) == ["registered_anew"]
    assert town.service.rows(HYDRANTS)[SECOND]["name"] == "von hier"
    assert differences(town) == []


@pytest.mark.parametrize("fault", [Body(), Html()])
def test_what_came_for_an_attachment_and_is_none_is_not_kept(town, fault):
    photo = {"name": "dort.jpg", "contentType": "image/jpeg", "data": b"dort" * 700}
    town.service.edit(HYDRANTS, attach=[{"parentGlobalId": SECOND, **photo}])
    town.portal.fault("/attachments/*", fault, times=9)
    with pytest.raises(OfflineMapError):
        update(town)
    town.portal.script.clear()
    update(town)
    assert differences(town) == []


def test_a_map_is_whole_that_keeps_an_edit_of_a_deleted_feature(town):
    town.edit("UPDATE Hydrants SET name = 'von hier' WHERE GlobalID = ?", (SECOND,))
    town.service.edit(HYDRANTS, deletes=[SECOND])
    update(town)
    assert town.edits() == [("Hydrants", SECOND, "update")]
    assert [file.error for file in verify_offline_map(town.folder, Silent()).errors] == []


def unheard_by_a_service_that_wants_whole_rows(town, *changed):
    """Changes whose answer is lost, and which the service refused; one feature has another value there."""
    behaviour = town.service.behaviour
    behaviour.sync_flags = {"supportsAsync": False}
    update(town)  # the service tells from now on when that was
    town.service.edit(HYDRANTS, updates=[{"attributes": {"GlobalID": SECOND, "name": "von dort"}}])
    for guid in changed:
        town.edit("UPDATE Hydrants SET name = 'von hier' WHERE GlobalID = ?", (guid,))
    behaviour.whole_rows = True
    town.portal.fault("/synchronizeReplica", HangUp())
    with pytest.raises(OfflineMapError):
        update(town)


def test_an_edit_that_the_service_may_have_refused_is_not_given_up_without_a_word(town):
    unheard_by_a_service_that_wants_whole_rows(town, SECOND, FIFTH)
    result = update(town)
    assert "contested" in notices(result)
    assert town.service.rows(HYDRANTS)[FIFTH]["name"] == "von hier"
    assert differences(town) == []


def test_a_single_edit_that_the_service_may_have_refused_is_not_given_up_without_a_word(town):
    """The service has synchronised since, which says that it looked at the edit, not that it took it."""
    unheard_by_a_service_that_wants_whole_rows(town, SECOND)
    result = update(town)
    assert "contested" in notices(result)
    assert result.report.copies[0].saved.is_file()
    assert differences(town) == []
