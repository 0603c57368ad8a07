"""The end of an offline map: what is asked, what stays, and what is remembered."""

import shutil

import pytest

from plugin.core.errors import BadInput, SignInRequired, StorageError
from plugin.core.host import Silent
from plugin.core.offline_map.copy_rights import rights_of_copy
from plugin.core.update.finish import retry_orphans
from plugin.core.update.synced_map import open_synced_map
from plugin.core.working_copy.replica_state import RegistrationState
from tests.fixtures.synced_town import COLLEAGUE, COLLEAGUE_PASSWORD, guid_of
from tests.portal import HangUp, Html, PortalFault, Status

UNREGISTER = "/unRegisterReplica"
EDIT = "UPDATE Hydrants SET remark = 'von hier' WHERE GlobalID = ?"


@pytest.fixture
def registered(town_map):
    town = town_map()
    town.register()
    return town


def asked(town):
    return [one.form.get("replicaID") for one in town.portal.asked(UNREGISTER)]


def test_the_replica_goes_and_then_the_folder(registered):
    town = registered
    replica = town.state().replica
    files = [path for path in town.folder.rglob("*") if path.is_file()]
    done = town.finish()
    assert (done.unregistered, done.deleted, done.others, done.notices) == (1, len(files), (), ())
    assert not town.folder.exists()
    assert not any(path.exists() for path in town.removed)
    assert asked(town) == [replica]
    assert town.service.own_replicas() == []
    assert town.service.misuse == []


def test_edits_that_were_not_sent_keep_it(registered):
    town = registered
    town.edit(EDIT, (guid_of("Hydrants", 2),))
    town.edit("DELETE FROM Hydrants WHERE GlobalID = ?", (guid_of("Hydrants", 4),))
    with pytest.raises(BadInput, match=": 2"):
        town.finish()
    assert town.folder.is_dir()
    assert asked(town) == []
    assert len(town.service.own_replicas()) == 1
    assert town.finish(discard=True).unregistered == 1
    assert not town.folder.exists()


def test_a_working_copy_that_cannot_be_read_may_hold_edits(registered):
    town = registered
    town.copy().write_bytes(b"no database")
    with pytest.raises(Exception, match="cannot be read"):
        town.finish()
    assert asked(town) == []


def test_what_is_not_the_plugins_stays_and_is_named(registered):
    town = registered
    note = town.folder / "qgis" / "meine Notizen.txt"
    note.write_text("wichtig", "utf-8")
    (town.folder / "updates").mkdir()
    (town.folder / "updates" / "20261130T154501Z.json").write_text("{}")
    (town.folder / "qgis" / f"{town.copy().name}-wal").write_bytes(b"")
    done = town.finish()
    assert done.others == ("qgis/meine Notizen.txt",)
    assert [path for path in town.folder.rglob("*") if path.is_file()] == [note]


def test_a_map_that_is_kept_says_that_nothing_is_synchronised(registered):
    town = registered
    town.edit(EDIT, (guid_of("Hydrants", 2),))
    rows = town.rows("Hydrants")
    done = town.finish(discard=True, delete=False)
    assert (done.unregistered, done.deleted) == (1, 0)
    assert town.service.own_replicas() == []
    state = town.state()
    assert (state.registration, state.replica) == (RegistrationState.NONE, "")
    registration = town.manifest().registrations[town.town.package]
    assert (registration.state, registration.replica) == (RegistrationState.NONE, "")
    assert town.manifest().ended
    assert town.rows("Hydrants") == rows
    rights = rights_of_copy(town.copy())["Hydrants"]
    assert rights.read_only
    assert "finished" in rights.reason.text
    with pytest.raises(BadInput, match="was finished"):
        open_synced_map(town.folder)
    # It can go later.
    again = town.finish()
    assert (again.unregistered, town.folder.exists()) == (0, False)


def test_a_folder_that_another_profile_downloaded_is_never_deleted(registered):
    town = registered
    done = town.finish(is_own=False)
    assert (done.unregistered, done.deleted) == (1, 0)
    assert [one.code for one in done.notices] == ["foreign_folder"]
    assert town.folder.is_dir()
    assert town.manifest().ended


def test_a_map_that_was_never_registered_asks_nobody(town_map):
    town = town_map()
    before = len(town.portal.asked())
    assert town.finish().unregistered == 0
    assert len(town.portal.asked()) == before
    assert not town.folder.exists()


@pytest.mark.parametrize("name", ["package.mmpk", "fremd", "leer", "fort"])
def test_what_was_not_downloaded_is_refused_before_any_request(registered, tmp_path, name):
    town, place = registered, tmp_path / name
    if name == "package.mmpk":
        place.write_bytes(b"PK")
    elif name == "fremd":
        shutil.copytree(town.folder, place)
        (place / "manifest.json").unlink()
    elif name == "leer":
        place.mkdir()
    before = len(town.portal.asked())
    with pytest.raises(BadInput):
        town.finish(folder=place)
    assert len(town.portal.asked()) == before
    assert place.exists() is (name != "fort")


@pytest.mark.parametrize("fault", [HangUp(), Status(502), Html()])
def test_a_replica_out_of_reach_is_remembered_and_goes_at_the_next_contact(registered, fault):
    town = registered
    replica = town.state().replica
    town.portal.fault(UNREGISTER, fault, times=None)
    done = town.finish()
    assert done.unregistered == 0
    assert [one.code for one in done.notices] == ["orphaned_replica"]
    assert not town.folder.exists()
    (orphan,) = town.orphans.kept
    assert (orphan.replica, orphan.map_title) == (replica, "Old town")
    assert retry_orphans(town.around(), orphan.portal_url, Silent()) == 0
    assert town.orphans.kept == [orphan]
    town.portal.script.clear()
    assert retry_orphans(town.around(), "https://elsewhere.example.org", Silent()) == 0
    assert retry_orphans(town.around(), orphan.portal_url, Silent()) == 1
    assert town.orphans.kept == []
    assert town.service.own_replicas() == []


def test_the_next_registration_at_that_portal_is_such_a_contact(registered, town_map):
    town = registered
    town.portal.fault(UNREGISTER, HangUp(), times=1)
    town.finish()
    assert town.orphans.kept
    town.download()
    town.register()
    assert town.orphans.kept == []
    assert len(town.service.own_replicas()) == 1


def test_a_replica_that_the_service_has_forgotten_is_gone(registered):
    town = registered
    town.service.delete_replica(town.state().replica)
    assert town.finish().unregistered == 1
    assert not town.folder.exists()


def test_a_service_that_is_gone_has_no_replica_any_more(registered):
    town = registered
    town.portal.fault("/FeatureServer/*", PortalFault(404, "Service not found"), times=None)
    assert town.finish().unregistered == 1
    assert (town.folder.exists(), town.orphans.kept) == (False, [])


def test_who_could_sign_in_is_told_to(town_map):
    town = town_map(access="private")
    town.register()
    town.user = None
    with pytest.raises(SignInRequired):
        town.finish()
    assert town.folder.is_dir()
    assert town.orphans.kept == []


def test_a_request_of_which_nobody_knows_what_became_leaves_nothing(town_map):
    town = town_map()
    town.portal.fault("/createReplica", HangUp(), times=2)
    town.portal.fault("/replicas", HangUp(), times=8)
    assert town.register().problems
    town.portal.script.clear()
    assert len(town.service.own_replicas()) >= 1
    assert town.finish().unregistered >= 1
    assert town.service.own_replicas() == []


@pytest.mark.parametrize("name", ["OfflineMapAreas", "A", "_", "*"])
def test_a_name_that_a_stranger_wrote_ends_no_replica_of_another_map(registered, name):
    other = registered.folder.with_name("Zweite Karte")
    registered.download(other)
    registered.register(folder=other)
    before = list(registered.service.replicas)
    registered.note(replica="", replica_name=name)
    assert registered.finish().unregistered == 0
    assert list(registered.service.replicas) == before


@pytest.mark.parametrize("moment", ["before the files go", "in the middle of them"])
def test_a_run_that_is_killed_can_be_started_again(registered, moment):
    town = registered

    def killed(folder):
        if moment == "in the middle of them":
            (folder / "package.info").unlink()
        raise StorageError("killed")

    remove, town.remove = town.remove, killed
    with pytest.raises(StorageError):
        town.finish()
    assert town.service.own_replicas() == []
    town.remove = remove
    done = town.finish()
    assert (done.unregistered, town.folder.exists()) == (0, False)
    assert len(asked(town)) == 1


def test_another_user_sees_no_replica_and_is_told_so(registered):
    """A service shows nobody the replicas of others: that it does not know one says nothing then."""
    town = registered
    replica = town.state().replica.strip("{}").upper()
    with pytest.raises(BadInput, match="waterworks"):
        town.finish(user=(COLLEAGUE, COLLEAGUE_PASSWORD))
    assert [one.id for one in town.service.own_replicas()] == [replica]
    assert town.folder.is_dir()
    town.portal.fault(UNREGISTER, HangUp())
    town.finish()
    (orphan,) = town.orphans.kept
    around = town.around(user=(COLLEAGUE, COLLEAGUE_PASSWORD))
    assert retry_orphans(around, orphan.portal_url, Silent()) == 0
    assert town.orphans.kept == [orphan]
