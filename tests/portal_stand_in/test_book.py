"""The book of a feature service: a good client leaves it empty, and each bad habit has its line."""

import pytest

from tests.fixtures.synced_town import HYDRANTS, INSPECTIONS, MAINS, guid_of
from tests.portal.feature_service import book

from .service_client import edits, entry_of, feature

NEW = "{0A2B9F70-1111-4222-8333-444455556666}"


@pytest.fixture
def client(synced):
    return synced()


def categories(client):
    return [one.category for one in client.service.misuse]


def with_gens(made, change):
    return {
        **made,
        "layerServerGens": [
            {**one, "serverGen": change(one["serverGen"])} for one in made["layerServerGens"]
        ],
    }


def test_generations(client):
    made = client.register()
    client.service.edit(MAINS, updates=[feature(guid_of("Mains", 1), name="A")])
    told = client.sync(made)
    assert client.sync(made)["responseType"] == "esriReplicaResponseTypeEdits"  # its answer was lost
    assert categories(client) == []
    client.sync(told)
    client.sync(made)
    assert categories(client) == [book.BACKWARDS]
    assert "layer 1" in client.service.misuse[0].sentence
    client.sync(with_gens(told, lambda gen: gen + 1000))
    assert categories(client)[1:] == [book.NEWER]


def test_generations_that_nobody_told(client):
    made = client.register()
    client.sync(with_gens(made, lambda gen: gen - 1))
    assert set(categories(client)) == {book.INVENTED}
    said = client.town.content.items[client.town.package].json["properties"]
    gens = with_gens({"layerServerGens": said["layerServerGens"]}, lambda gen: gen - 5)["layerServerGens"]
    options = {"registerExistingData": True, "refReplicaId": said["replicaID"], "layerServerGens": gens}
    client.service.book.forget()
    client.create(replicaOptions=options)
    assert set(categories(client)) == {book.INVENTED}


@pytest.mark.parametrize(
    ("upload", "category"),
    [
        (edits(MAINS, updates=[feature(NEW, name="x")]), book.UNKNOWN_ROW),
        (edits(MAINS, updates=[{"attributes": {"name": "x"}}]), book.UNKNOWN_ROW),
        (edits(MAINS, deleteIds=[NEW]), book.UNKNOWN_ROW),
        (edits(MAINS, updates=[feature(guid_of("Mains", 1), width=1)]), book.UNKNOWN_FIELD),
        (edits(HYDRANTS, updates=[feature(guid_of("Hydrants", 1), created_user="me")]), book.FIXED_FIELD),
        ({"id": HYDRANTS, "attachments": {"adds": [{"parentGlobalId": NEW}]}}, book.UNKNOWN_ROW),
        ({"id": HYDRANTS, "attachments": {"deleteIds": [NEW]}}, book.UNKNOWN_ROW),
    ],
)
def test_rows_and_fields_that_are_not_there(client, upload, category):
    client.sync(client.register(), [upload])
    assert categories(client) == [category]


def test_a_row_that_was_deleted_meanwhile_is_no_misuse(client):
    made = client.register()
    client.service.edit(MAINS, deletes=[guid_of("Mains", 1)])
    told = client.sync(made, [edits(MAINS, updates=[feature(guid_of("Mains", 1), name="x")])])
    assert entry_of(told, MAINS)["updateResults"][0]["success"] is False
    assert categories(client) == []


def test_edits_that_are_ignored(client):
    made = client.create(returnAttachments=False, attachmentsSyncDirection="none")
    upload = edits(MAINS, updates=[feature(guid_of("Mains", 1), name="x")])
    for direction in ("download", "snapshot"):
        client.sync(made, [upload], direction=direction)
    only_hydrants = {**made, "layerServerGens": made["layerServerGens"][:1]}
    client.sync(only_hydrants, [upload])
    photo = {
        "globalId": NEW,
        "parentGlobalId": guid_of("Hydrants", 1),
        "name": "a",
        "contentType": "b",
        "data": "",
    }
    client.sync(made, [{"id": HYDRANTS, "attachments": {"adds": [photo]}}])
    assert categories(client) == [book.IGNORED_EDITS] * 4
    assert client.service.rows(MAINS)[guid_of("Mains", 1)]["name"] == "Main 1"
    assert len(client.service.attachments(HYDRANTS)) == 4


def test_the_wrong_model(client):
    layered, whole = client.create(), client.create("perReplica")
    client.sync(layered, replicaServerGen=912)
    client.sync(whole, syncLayers=layered["layerServerGens"])
    assert categories(client) == [book.WRONG_MODEL] * 2
    client.sync(whole, syncLayers="perReplica")  # another client's habit, which servers tolerate
    assert len(categories(client)) == 2
    assert client.sync({**whole, "replicaServerGen": ""})["error"]["code"] == 400
    assert client.sync({**layered, "layerServerGens": []})["error"]["code"] == 400


def test_every_replica_at_once(client):
    client.create()
    client.create()
    assert client.post("unRegisterReplica", replicaID="*") == {"success": True}
    assert client.service.own_replicas() == []
    assert categories(client) == [book.EVERY_REPLICA]


def test_the_replica_of_the_package(synced):
    client = synced(user="waterworks", access="private")
    said = client.town.content.items[client.town.package].json["properties"]
    client.sync(said)
    client.post("unRegisterReplica", replicaID=said["replicaID"])
    assert categories(client) == [book.PACKAGED_REPLICA] * 2


def test_what_goes_with_its_parent_is_not_sent_apart(client):
    made = client.register()
    upload = [
        edits(HYDRANTS, deleteIds=[guid_of("Hydrants", 2)]),
        edits(INSPECTIONS, deleteIds=[guid_of("Inspections", 1)]),
    ]
    client.sync(made, upload)
    assert categories(client) == [book.REPEATED_DELETE]
    assert guid_of("Inspections", 1) in client.service.misuse[0].sentence
