"""The replicas of a user: what is listed, and what goes."""

import json

import pytest

from plugin.core.errors import BadInput
from plugin.core.host import Silent
from plugin.core.update.replicas import FoundReplica, MapsHere, list_replicas, unregister_replicas
from tests.fixtures.synced_town import COLLEAGUE, COLLEAGUE_PASSWORD, guid_of
from tests.portal import Behaviour, Fault, HangUp, PortalFault, Unheard

AS_COLLEAGUE = (COLLEAGUE, COLLEAGUE_PASSWORD)


@pytest.fixture(params=["lists dates", "tells dates one by one"])
def registered(town_map, request):
    flags = {} if request.param == "lists dates" else {"advancedReplicasResourceCapabilities": None}
    town = town_map(user=AS_COLLEAGUE, behaviour=Behaviour(sync_flags=flags))
    town.register()
    return town


def listed(town, folders=None, **options):
    here = MapsHere.of([town.folder] if folders is None else folders)
    url = town.service_url()
    return list(list_replicas(town.portal.url, [url, url.lower()], here, town.around(**options), Silent()))


def test_a_replica_is_listed_with_the_map_that_it_belongs_to(registered):
    town = registered
    (found,) = listed(town)
    assert (found.map_title, found.folder) == ("Old town", town.folder)
    assert (found.is_ours, found.is_orphan) == (True, False)
    assert found.reference == f"{town.service_url()}/replicas/{found.id}"
    assert MapsHere.of([town.folder]).services(town.portal.url) == [town.service_url()]
    (elsewhere,) = listed(town, folders=[])
    assert (elsewhere.map_title, elsewhere.folder, elsewhere.is_ours) == ("", None, True)


def test_the_date_of_the_last_synchronisation_is_told(registered):
    town = registered
    (replica,) = town.service.own_replicas()
    replica.last_sync = 1_780_000_000.0
    (found,) = listed(town)
    assert found.last_sync.timestamp() == 1_780_000_000


def test_the_owner_of_the_service_sees_the_package_too(registered):
    town = registered
    found = listed(town, user=("waterworks", "stop-cock-3"))
    assert [one.is_ours for one in found] == [False, True]


def test_a_service_that_does_not_answer_is_told(registered):
    town = registered
    town.portal.fault("/replicas", HangUp(), times=None)
    (told,) = listed(town)
    assert told.code == "replicas"


def test_a_replica_of_which_nothing_can_be_told_hides_no_other(registered):
    """Its id is none that can be asked for, or its page is shown to nobody."""
    town = registered
    town.portal.fault("/replicas", OddReplica(), times=None)
    town.portal.fault("/replicas/of-somebody", PortalFault(403), times=None)
    found = listed(town)
    assert [one.id for one in found if not one.is_ours] == ["*/../0", "of-somebody"]
    assert [one.map_title for one in found if one.is_ours] == ["Old town"]


class OddReplica(Fault):
    """The list names replicas that another program made."""

    def spoil(self, answer):
        others = [{"replicaName": "other", "replicaID": one} for one in ("*/../0", "of-somebody")]
        answer.content = json.dumps([*others, *json.loads(answer.content)]).encode()


def test_an_orphan_is_known_as_one_and_forgotten_once_it_is_gone(registered):
    town = registered
    town.portal.fault("/unRegisterReplica", Unheard())
    town.finish()
    (found,) = listed(town, folders=[])
    assert (found.map_title, found.folder, found.is_orphan) == ("Old town", None, True)
    gone, told = unregister(town, [found.reference])
    assert (gone, told) == (1, ())
    assert town.orphans.kept == []
    assert town.service.own_replicas() == []


def test_replicas_go_by_their_ids_and_their_map_says_so(registered):
    town = registered
    town.edit("UPDATE Hydrants SET remark = 'x' WHERE GlobalID = ?", (guid_of("Hydrants", 2),))
    (found,) = listed(town)
    gone, (told,) = unregister(town, [found.reference.replace(found.id, found.id.lower())])
    assert gone == 1
    assert "Old town" in told.text
    assert ": 1" in told.text
    assert town.service.misuse == []
    gone, (told,) = unregister(town, [found.reference])
    assert (gone, told.code) == (0, "replicas")


@pytest.mark.parametrize(
    "reference", ["{url}/replicas/*", "{url}", "*", "{url}/replicas/", "ftp://h/replicas/{id}"]
)
def test_what_names_no_replica_is_refused_before_any_request(registered, reference):
    town = registered
    (found,) = listed(town)
    before = len(town.portal.asked())
    with pytest.raises(BadInput, match="is not a replica"):
        unregister(town, [found.reference, reference.format(url=town.service_url(), id=found.id)])
    assert len(town.portal.asked()) == before
    assert isinstance(found, FoundReplica)


def unregister(town, references):
    here = MapsHere.of([town.folder])
    return unregister_replicas(town.portal.url, references, here, town.around(), Silent())
