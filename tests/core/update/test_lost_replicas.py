"""Services that cannot go on from the generation of a copy, and those that only refuse an edit."""

import json

import pytest

from plugin.core.update.update_request import UpdateDirection
from plugin.core.working_copy.replica_state import RegistrationState
from tests.fixtures.synced_town import HYDRANTS, MAINS, guid_of
from tests.portal import Behaviour, PortalFault

from .both_sides import differences
from .town_edits import edit_everything
from .updating import counts, misuse, notices, refusals, update

SYNC, CREATE = "/synchronizeReplica", "/createReplica"
SECOND, FIFTH = guid_of("Hydrants", 2), guid_of("Hydrants", 5)
FAR = 1_000_000


class FarGenerations:
    """The answer states generations that the service has not got to."""

    repeats = 0

    def instead(self, asked):
        pass

    def spoil_file(self, file):
        pass

    def spoil(self, answer):
        content = json.loads(answer.content)
        for layer in content.get("layerServerGens", ()):
            layer["serverGen"] += FAR
        if "replicaServerGen" in content:
            content["replicaServerGen"] += FAR
        answer.content = json.dumps(content).encode()


def registered(town_map, **options):
    behaviour = Behaviour(sync_flags={"supportsAsync": False, **options.pop("flags", {})})
    town = town_map(behaviour=behaviour, **options)
    assert not town.register().problems
    return town


def edit_both(town):
    edit_everything(town)
    town.service.edit(HYDRANTS, updates=[{"attributes": {"GlobalID": SECOND, "remark": "von dort"}}])


def recovers(town):
    """The next update registers anew with the edits on top; the one after that has nothing to do."""
    edit_both(town)
    first = town.state().replica
    result = update(town)
    assert "registered_anew" in notices(result)
    assert refusals(result) == []
    (copy,) = result.report.copies
    assert copy.saved.is_file()
    assert town.state().replica != first
    assert town.edits() == []
    assert differences(town) == []
    assert len(town.service.own_replicas()) == 1
    assert notices(update(town)) == []


@pytest.mark.parametrize("model", ["perLayer", "perReplica"])
def test_a_generation_beyond_the_services_own(town_map, model):
    town = registered(town_map, model=model)
    town.portal.fault(SYNC, FarGenerations())
    update(town)
    recovers(town)


def test_a_generation_beyond_the_services_own_from_the_start(town_map):
    town = registered(town_map, flags={"supportsRegisteringExistingData": False})
    town.forget_registration()
    town.portal.fault(CREATE, FarGenerations())
    town.register()
    assert town.state().registration is RegistrationState.REGISTERED
    recovers(town)


def test_a_service_that_was_put_back_to_an_earlier_state(town_map):
    """Its own note of the replica has come back with a generation that it does not know any more."""
    town = registered(town_map)
    update(town)
    (replica,) = town.service.own_replicas()
    far = {layer: number + FAR for layer, number in replica.generations.items()}
    replica.tell(far)
    town.note(generations=type(town.state().generations)(far))
    recovers(town)


def test_a_generation_that_is_refused_by_an_upload(town_map):
    town = registered(town_map)
    town.edit("UPDATE Hydrants SET name = 'von hier' WHERE GlobalID = ?", (SECOND,))
    refused = PortalFault(400, "The server generation is no longer available.")
    town.portal.fault(SYNC, refused, times=2)
    result = update(town, UpdateDirection.UPLOAD)
    assert "registered_anew" in notices(result)
    assert (counts(result)[0], refusals(result)) == (1, [])
    assert town.edits() == []


def test_an_edit_that_is_refused_again_is_told_once(town_map):
    town = registered(town_map)
    town.edit("UPDATE Hydrants SET flow = 9999 WHERE GlobalID = ?", (SECOND,))
    town.service.delete_replica(town.state().replica)
    result = update(town)
    assert "registered_anew" in notices(result)
    assert [guid for _, guid, _ in refusals(result)] == [SECOND]


@pytest.mark.parametrize(
    "words",
    ["The field 'generation' is not editable.", "serverGen: value is out of range", "Invalid edits."],
)
def test_a_refusal_of_edits_that_names_a_field_is_no_lost_copy(town_map, words):
    town = registered(town_map)
    update(town)
    first = town.state().replica
    town.edit("UPDATE Hydrants SET name = 'von hier' WHERE GlobalID = ?", (SECOND,))
    town.service.edit(MAINS, updates=[{"attributes": {"GlobalID": guid_of("Mains", 1), "material": "x"}}])
    town.portal.fault(SYNC, _RefusedEdits(words), times=None)
    result = update(town)
    assert town.state().replica == first
    assert [(guid, text) for _, guid, text in refusals(result)] == [(SECOND, words)]
    assert counts(result) == (0, 1, 1)
    assert town.edits() == [("Hydrants", SECOND, "update")]
    town.portal.script.clear()
    assert counts(update(town)) == (1, 0, 0)
    assert differences(town) == []
    assert misuse(town, "generation backwards") == []


class _RefusedEdits(PortalFault):
    """Requests with edits are refused as a whole."""

    def __init__(self, words):
        super().__init__(400, words)

    def instead(self, asked):
        return super().instead(asked) if asked.form.get("edits") else None


def test_a_query_that_is_refused_is_no_lost_copy(town_map):
    town = registered(town_map)
    update(town)
    first = town.state().replica
    town.edit("UPDATE Hydrants SET name = 'von hier' WHERE GlobalID = ?", (SECOND,))
    town.portal.fault("/0/query", PortalFault(400, "The field 'generation' is invalid."), times=None)
    assert "registered_anew" not in notices(update(town))
    assert town.state().replica == first
