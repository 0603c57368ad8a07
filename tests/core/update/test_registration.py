"""Every step of the ladder by which a working copy comes to a replica, over real sockets."""

import json
import sqlite3

import pytest

from plugin.core.errors import BadInput, NoConnection, SignInRequired, StorageError
from plugin.core.geodatabase.replica import SyncDirection
from plugin.core.offline_map.copy_rights import rights_of_copy
from plugin.core.offline_map.manifest import read_manifest, write_manifest
from plugin.core.offline_map.registrations import mend_manifest
from plugin.core.offline_map.update_mode import UpdateMode
from plugin.core.working_copy.replica_state import RegistrationState
from tests.fixtures.synced_town import COLLEAGUE, COLLEAGUE_PASSWORD, HYDRANTS, MAINS, guid_of
from tests.portal import Behaviour, HangUp, PortalFault, Status, Unheard
from tests.portal.faults import Doubled, Fault

NONE, PENDING = RegistrationState.NONE, RegistrationState.PENDING
REGISTERED, DIRECT = RegistrationState.REGISTERED, RegistrationState.DIRECT
REFUSED = RegistrationState.REFUSED
CREATE, STATUS = "/createReplica", "/jobs/*"


def creations(town):
    return town.portal.asked(CREATE, method="POST")


def asked_options(town):
    return ["replicaOptions" in one.form for one in creations(town)]


def plain(guid):
    return guid.strip("{}").upper()


def packaged_rows(town):
    """Where the area's rows stand in the package, every third of the service's is missing."""
    return {guid_of("Hydrants", number) for number in range(1, 13) if number % 3}


@pytest.mark.parametrize("model", ["PerLayer", "PerReplica"])
def test_the_packaged_copy_becomes_a_replica(town_map, model):
    town = town_map(model=model)
    before = town.rows("Hydrants")
    town.service.edit(MAINS, updates=[{"attributes": {"GlobalID": guid_of("Mains", 1), "name": "neu"}}])
    told = town.register()
    assert not told.problems
    (replica,) = town.service.own_replicas()
    state = town.state()
    assert state.registration is REGISTERED
    assert plain(state.replica) == replica.id
    assert (state.owner, state.machine) == ("waterworks", "one machine")
    assert state.replica_name == replica.name
    assert town.town.area in replica.name
    assert state.direction is SyncDirection.BIDIRECTIONAL
    assert state.attachments
    # It goes on from the rows here, not from those that the server has by now.
    assert replica.generations == ({0: 877, 1: 901, 2: 640, 3: 912} if model == "PerLayer" else {None: 912})
    stated = state.generations
    assert (dict(stated.layers), stated.replica) == (
        (replica.generations, None) if model == "PerLayer" else ({}, 912)
    )
    assert town.rows("Hydrants") == before
    assert town.service.misuse_but("invented generation" if model == "PerReplica" else "") == []
    assert len(creations(town)) == 1


def test_an_answer_with_later_generations_does_not_move_the_rows_on(town_map):
    """No rows came: whatever the answer says, those here are as old as they were."""
    town = town_map()
    town.portal.fault(CREATE, LaterGenerations())
    town.register()
    assert dict(town.state().generations.layers) == {0: 877, 1: 901, 2: 640, 3: 912}


def test_a_working_copy_that_is_missing_is_made_anew_and_registered_as_a_new_one(town_map):
    town = town_map()
    town.register()
    first = town.state().replica
    rows = town.rows("Hydrants")
    town.copy().unlink()
    town.register()
    assert town.rows("Hydrants") == rows
    assert town.state().registration is REGISTERED
    assert town.state().replica != first
    assert dict(town.state().generations.layers) == {0: 877, 1: 901, 2: 640, 3: 912}
    assert rights_of_copy(town.copy())["Hydrants"].allowed.insert


def test_what_is_registered_is_not_registered_again(town_map):
    town = town_map()
    town.register()
    assert town.register().states[town.town.package].registration is REGISTERED
    assert len(creations(town)) == 1


def test_the_manifest_follows_the_working_copy_and_is_mended_from_it(town_map):
    town = town_map()
    assert town.manifest().registrations[town.town.package].state is PENDING
    written = read_manifest(town.folder)
    town.register()
    (registration,) = town.manifest().registrations.values()
    assert (registration.state, registration.replica) == (REGISTERED, town.state().replica)
    write_manifest(town.folder, written)  # as a crash between the two files leaves it
    assert mend_manifest(town.folder).registrations[town.town.package] == registration
    assert town.manifest().registrations[town.town.package] == registration


def test_a_map_without_updates_asks_nobody(town_map):
    town = town_map(downloaded=False)
    town.download(mode=UpdateMode.NONE)
    with pytest.raises(BadInput, match="without updates"):
        town.register()
    assert creations(town) == []
    assert town.manifest().registrations[town.town.package].state is NONE


def test_a_service_that_dislikes_the_reference_is_asked_without_it(town_map):
    town = town_map(behaviour=Behaviour(replica_options="no refReplicaId"))
    town.register()
    assert town.state().registration is REGISTERED
    assert [plain(replica.id) for replica in town.service.own_replicas()] == [plain(town.state().replica)]
    assert ["refReplicaId" in one.form["replicaOptions"] for one in creations(town)] == [True, False]
    assert town.service.misuse == []


@pytest.mark.parametrize("guids", ["braced", "bare", "lower"])
@pytest.mark.parametrize("way", ["refuse", "ignore", "absent", "lower"])
def test_else_the_rows_of_an_ordinary_replica_become_the_base(town_map, way, guids):
    flags = {"supportsRegisteringExistingData": None} if way == "absent" else {}
    options = way if way in ("refuse", "ignore") else "refuse"
    case = "lower" if way == "lower" else "usual"
    town = town_map(
        behaviour=Behaviour(replica_options=options, sync_flags=flags, flag_case=case, guids=guids)
    )
    new = {"attributes": {"name": "Neuer Hydrant", "status": 1}, "geometry": point(200, 200)}
    (added,) = town.service.edit(HYDRANTS, adds=[new])
    changed, gone = guid_of("Hydrants", 2), guid_of("Hydrants", 4)
    town.service.edit(HYDRANTS, updates=[{"attributes": {"GlobalID": changed, "name": "Geändert"}}])
    town.service.edit(HYDRANTS, deletes=[gone])
    (photo,) = town.service.edit(
        HYDRANTS,
        attach=[
            {"parentGlobalId": changed, "name": "neu.jpg", "contentType": "image/jpeg", "data": b"neu" * 99}
        ],
    )
    told = town.register()
    assert not told.problems
    (replica,) = town.service.own_replicas()
    state = town.state()
    assert (state.registration, plain(state.replica)) == (REGISTERED, replica.id)
    assert dict(state.generations.layers) == replica.generations
    rows = town.rows("Hydrants")
    assert set(rows) == (packaged_rows(town) - {gone}) | {added}
    assert (rows[changed]["name"], rows[added]["name"]) == ("Geändert", "Neuer Hydrant")
    assert town.rows("Hydrants__ATTACH")[photo]["DATA"] == b"neu" * 99
    assert town.edits() == []
    assert town.service.misuse == []
    assert town.left_in_scratch() == []
    # With the option ignored, the answer to the first request has the rows already.
    expected = {"absent": [False], "ignore": [True]}.get(way, [True, True, False])
    assert asked_options(town) == expected


@pytest.mark.parametrize("options", ["take", "refuse"])
def test_local_edits_stay_on_top_of_a_fresh_base(town_map, options):
    """What follows when the service has lost the replica, or the changes since."""
    town = town_map()
    town.register()
    mine, theirs, lost = (guid_of("Hydrants", number) for number in (2, 5, 7))
    dropped, made = guid_of("Hydrants", 4), "{11111111-2222-4333-8444-555555555555}"
    town.edit("UPDATE Hydrants SET remark = 'von hier' WHERE GlobalID = ?", (mine,))
    town.edit("DELETE FROM Hydrants WHERE GlobalID = ?", (dropped,))
    town.edit("INSERT INTO Mains (GlobalID, name) VALUES (?, 'eigene')", (made,))
    changes = [{"attributes": {"GlobalID": guid, "name": "dort"}} for guid in (mine, theirs)]
    town.service.edit(HYDRANTS, updates=changes)
    town.service.edit(HYDRANTS, deletes=[lost])
    town.service.delete_replica(town.state().replica)
    town.service.raise_floor()
    town.service.behaviour.replica_options = options
    assert town.register_afresh().registration is REGISTERED
    rows = town.rows("Hydrants")
    assert (rows[mine]["name"], rows[mine]["remark"], rows[theirs]["name"]) == ("dort", "von hier", "dort")
    assert dropped not in rows
    assert lost not in rows
    assert town.rows("Mains")[made]["name"] == "eigene"
    assert sorted(town.edits()) == [
        ("Hydrants", dropped, "delete"),
        ("Hydrants", mine, "update"),
        ("Mains", made, "insert"),
    ]
    (replica,) = town.service.own_replicas()
    assert plain(town.state().replica) == replica.id
    assert town.service.misuse == []


@pytest.mark.parametrize("place", ["answer", "features"])
def test_a_replica_without_all_of_its_rows_is_none(town_map, place):
    behaviour = Behaviour(replica_options="refuse", capabilities="Create,Delete,Query,Sync,Update")
    town = town_map(behaviour=Behaviour(**{**vars(behaviour), "sync_flags": {"supportsAsync": False}}))
    before = town.rows("Hydrants")
    town.portal.fault(CREATE, CutOff(place), at=3)
    town.register()
    assert town.state().registration is REFUSED
    assert "with missing rows" in town.state().reason
    assert town.rows("Hydrants") == before
    assert town.service.own_replicas() == []


def test_without_sync_changes_are_extracted_and_edits_applied(town_map):
    town = town_map(behaviour=Behaviour(capabilities="Create,Delete,Query,Update,Editing,ChangeTracking"))
    town.register()
    state = town.state()
    assert (state.registration, state.replica, state.replica_name) == (DIRECT, "", "")
    assert dict(state.generations.layers) == {0: 877, 1: 901, 2: 640, 3: 912}
    assert state.direction is SyncDirection.BIDIRECTIONAL
    assert creations(town) == []


def test_changes_that_are_gone_at_the_server_are_no_way(town_map):
    town = town_map(behaviour=Behaviour(capabilities="Create,Delete,Query,Update,Editing,ChangeTracking"))
    town.service.edit(MAINS, updates=[{"attributes": {"GlobalID": guid_of("Mains", 1), "name": "neu"}}])
    town.service.raise_floor()
    town.register()
    assert town.state().registration is REFUSED


def test_a_service_that_can_nothing_is_named(town_map):
    town = town_map(behaviour=Behaviour(capabilities="Query"))
    told = town.register()
    state = town.state()
    assert state.registration is REFUSED
    assert "Water_Supply" in state.reason
    assert (str(state.told), state.told.values) == (state.reason, {"service": "Water_Supply"})
    assert [one.code for one in told.notices] == ["registration"]
    assert town.manifest().registrations[town.town.package].state is REFUSED
    town.service.behaviour.capabilities = Behaviour().capabilities
    town.register()
    assert town.state().registration is REGISTERED


def test_others_get_a_read_only_service_downwards(town_map):
    town = town_map(
        user=(COLLEAGUE, COLLEAGUE_PASSWORD), behaviour=Behaviour(capabilities="Query,Sync,ChangeTracking")
    )
    town.register()
    assert (town.state().registration, town.state().direction) == (REGISTERED, SyncDirection.DOWNLOAD)


def test_versioned_data_is_told(town_map):
    town = town_map(behaviour=Behaviour(versioned=True))
    told = town.register()
    assert town.state().registration is REGISTERED
    assert [one.code for one in told.notices] == ["versioned"]


def test_nobody_signs_in(town_map):
    town = town_map(user=None)
    town.register()
    assert (town.state().registration, town.state().owner) == (REGISTERED, "")


# ---- what goes wrong -------------------------------------------------------------------------


def test_without_a_network_it_waits_and_says_why(town_map):
    town = town_map()
    town.portal.fault("/FeatureServer", HangUp(), times=None)
    told = town.register()
    assert isinstance(told.problems[town.town.package], NoConnection)
    state = town.state()
    assert (state.registration, state.service) == (PENDING, town.service_url())
    assert state.reason
    registration = town.manifest().registrations[town.town.package]
    assert (registration.state, registration.reason) == (PENDING, state.reason)


def test_whoever_must_sign_in_is_not_refused(town_map):
    town = town_map(access="private")
    town.user = None
    told = town.register(user=None)
    assert isinstance(told.problems[town.town.package], SignInRequired)
    assert town.state().registration is PENDING


@pytest.mark.parametrize("fault", [HangUp, Unheard, lambda: Status(502), lambda: Status(504)])
@pytest.mark.parametrize("options", ["take", "refuse"])
def test_an_answer_that_is_lost_leaves_one_replica(town_map, options, fault):
    town = town_map(behaviour=Behaviour(replica_options=options))
    at = 3 if options == "refuse" else 1
    town.portal.fault(CREATE, fault(), at=at)
    town.service.edit(HYDRANTS, updates=[{"attributes": {"GlobalID": guid_of("Hydrants", 2), "name": "N"}}])
    told = town.register()
    assert not told.problems
    (replica,) = town.service.own_replicas()
    assert plain(town.state().replica) == replica.id
    assert dict(town.state().generations.layers) == replica.generations
    if options == "refuse":
        assert town.rows("Hydrants")[guid_of("Hydrants", 2)]["name"] == "N"
    assert town.service.misuse == []


@pytest.mark.parametrize("options", ["take", "refuse", "ignore"])
def test_an_answer_that_is_lost_with_the_process_leaves_one_replica(town_map, options):
    """Every answer is lost until the run ends; the next one finds out."""
    town = town_map(behaviour=Behaviour(replica_options=options))
    town.service.edit(HYDRANTS, updates=[{"attributes": {"GlobalID": guid_of("Hydrants", 2), "name": "N"}}])
    town.portal.fault(CREATE, HangUp(), times=2 if options == "take" else 6)
    town.portal.fault("/replicas", Status(502), times=12)
    assert town.register().problems
    assert town.state().registration is PENDING
    assert town.state().replica_name
    town.portal.script.clear()
    assert not town.register().problems
    (replica,) = town.service.own_replicas()
    assert plain(town.state().replica) == replica.id
    assert dict(town.state().generations.layers) == replica.generations
    assert town.service.misuse == []


def test_a_job_whose_answer_is_lost_is_asked_again(town_map):
    town = town_map(behaviour=Behaviour(replica_options="refuse", job_polls=2))
    town.portal.fault(STATUS, HangUp(), times=30)
    assert town.register().problems
    town.portal.script.clear()
    made = len(creations(town))
    assert not town.register().problems
    assert len(creations(town)) == made
    (replica,) = town.service.own_replicas()
    assert plain(town.state().replica) == replica.id


def test_a_job_that_vanished_is_not_taken_over(town_map):
    town = town_map(behaviour=Behaviour(replica_options="refuse", job_polls=3, jobs_forgotten_after=1))
    town.service.edit(HYDRANTS, updates=[{"attributes": {"GlobalID": guid_of("Hydrants", 2), "name": "N"}}])
    told = town.register()
    assert told.problems or town.state().registration is DIRECT
    assert town.service.own_replicas() == []
    town.service.behaviour.jobs_forgotten_after = None
    town.register()
    assert town.rows("Hydrants")[guid_of("Hydrants", 2)]["name"] == "N"


def test_a_request_that_arrives_twice_leaves_one_replica(town_map):
    town = town_map()
    town.portal.fault(CREATE, Doubled())
    town.register()
    (replica,) = town.service.own_replicas()
    assert plain(town.state().replica) == replica.id


def test_a_working_copy_that_cannot_be_written_leaves_no_replica(town_map):
    town = town_map(behaviour=Behaviour(replica_options="refuse", sync_flags={"supportsAsync": False}))
    locked = town.portal.fault(CREATE, Locked(town.copy()), at=3)
    (problem,) = town.register().problems.values()
    assert isinstance(problem, StorageError)
    assert town.service.own_replicas() == []
    locked.end()
    town.register()
    assert town.state().registration is REGISTERED
    assert len(town.service.own_replicas()) == 1


@pytest.mark.parametrize("fault", [PortalFault(400, "Invalid"), PortalFault(500), PortalFault(403)])
def test_whatever_word_refuses_is_a_refusal(town_map, fault):
    town = town_map()
    town.portal.fault(CREATE, fault, times=2)
    town.register()
    assert town.state().registration is REGISTERED
    assert asked_options(town) == [True, True, False]
    assert len(town.service.own_replicas()) == 1


def ordinary_at_once(town_map):
    capabilities = "Create,Delete,Query,Sync,Update"
    flags = {"supportsAsync": False, "supportsRegisteringExistingData": False}
    return town_map(behaviour=Behaviour(capabilities=capabilities, sync_flags=flags))


def test_a_layer_that_a_replica_leaves_out_keeps_its_rows(town_map):
    """Without its rows nobody could go on from the generation that the service states."""
    town = ordinary_at_once(town_map)
    town.register()
    before = {name: town.rows(name) for name in ("Hydrants", "Mains", "Hydrants__ATTACH")}
    town.edit("UPDATE Mains SET name = 'von hier' WHERE GlobalID = ?", (guid_of("Mains", 1),))
    town.portal.fault(CREATE, WithoutLayer(HYDRANTS))
    assert town.register_afresh().registration is REFUSED
    assert "without the layer “Hydrants”" in town.state().reason
    assert town.rows("Hydrants") == before["Hydrants"]
    assert town.rows("Hydrants__ATTACH") == before["Hydrants__ATTACH"]
    assert town.edits() == [("Mains", guid_of("Mains", 1), "update")]
    assert town.service.own_replicas() == []
    assert town.left_in_scratch() == []
    town.register()
    assert town.state().registration is REGISTERED


def test_a_layer_that_a_replica_has_no_rows_of_is_empty(town_map):
    town = ordinary_at_once(town_map)
    town.portal.fault(CREATE, WithoutLayer(HYDRANTS, emptied=True))
    town.register()
    assert town.state().registration is REGISTERED
    assert town.rows("Hydrants") == {}


class CutOff(Fault):
    """The answer of createReplica says that there is more."""

    def __init__(self, place):
        self._place = place

    def spoil(self, answer):
        content = json.loads(answer.content)
        (content if self._place == "answer" else content["layers"][0])["exceededTransferLimit"] = True
        answer.content = json.dumps(content).encode()


class WithoutLayer(Fault):
    """The answer of createReplica says nothing of a layer, or that it has no rows."""

    def __init__(self, layer, emptied=False):
        self._layer, self._emptied = layer, emptied

    def spoil(self, answer):
        content = json.loads(answer.content)
        told = next(one for one in content["layers"] if one["id"] == self._layer)
        if self._emptied:
            told["features"] = []
        else:
            content["layers"].remove(told)
        answer.content = json.dumps(content).encode()


class Locked(Fault):
    """Another program holds the working copy from the moment when the answer is sent."""

    def __init__(self, copy):
        self._connection = sqlite3.connect(copy, check_same_thread=False, isolation_level=None)

    def spoil(self, _answer):
        self._connection.execute("BEGIN IMMEDIATE")

    def end(self):
        self._connection.close()


class LaterGenerations(Fault):
    """The answer of createReplica tells generations that the rows here do not have."""

    def spoil(self, answer):
        content = json.loads(answer.content)
        for layer in content["layerServerGens"]:
            layer["serverGen"] += 50
        answer.content = json.dumps(content).encode()


def point(east, north):
    return {"x": 1_100_000.0 + east, "y": 6_900_000.0 + north, "z": 12.5}


def test_a_request_that_a_stranger_wrote_ends_no_replica_of_another_map(town_map):
    town = town_map()
    other = town.folder.with_name("Zweite Karte")
    town.download(other)
    town.register(folder=other)
    asked = {"name": "OfflineMapAreas", "registers": False, "status": ""}
    values = ("asked_for_replica", json.dumps(asked))
    town.edit("INSERT OR REPLACE INTO gpkgext_offline_copy VALUES (?, ?)", values)
    town.register()
    assert town.state(other).replica in town.service.replicas
    assert town.state().registration is REGISTERED
