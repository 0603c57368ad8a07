"""The client and a whole feature service, with a second client at work, in the ways servers differ."""

import base64
import json
from types import SimpleNamespace
import uuid

import pytest

from plugin.core.errors import JobGone, NoConnection, OfflineMapError
from plugin.core.host import Silent
from plugin.core.portal.changes_file import ChangeKind
from plugin.core.portal.credentials import UserPassword
from plugin.core.portal.feature_service import FeatureService
from plugin.core.portal.generations import ServerGenerations
from plugin.core.portal.replica_requests import ChangesRequest, ReplicaRequest, SyncRequest
from plugin.core.portal.session import PortalSession
from tests.core.hosts import QuickClock
from tests.fixtures.synced_town import (
    COLLEAGUE,
    COLLEAGUE_PASSWORD,
    EXTENT,
    GENERATIONS,
    HYDRANTS,
    INSPECTIONS,
    MAINS,
    PLOTS,
    guid_of,
    synced_town,
)
from tests.portal import Behaviour, HangUp

LAYERS = (HYDRANTS, MAINS, PLOTS, INSPECTIONS)
BOX = dict(zip(("xmin", "ymin", "xmax", "ymax"), EXTENT))
K = ChangeKind
WAYS = {
    "usual": Behaviour(),
    "other case": Behaviour(key_case="other", flag_case="upper", guids="lower", url_key="resultUrl"),
    "text": Behaviour(generations="text", guids="braced", url_key="responseUrl", download_deletes="deletes"),
    "json text": Behaviour(generations="json text", generations_in="file", results_inside=True),
    "only the page": Behaviour(generations_in="nowhere", job_polls=4),
    "cut": Behaviour(transfer_limit=2),
    "cut in layers": Behaviour(transfer_limit=1, limit_flag_in="features", key_case="other"),
}


@pytest.fixture(params=WAYS, ids=lambda name: name.replace(" ", "-"))
def behaviour(request):
    return WAYS[request.param]


@pytest.fixture
def made(portal, tmp_path):
    """`made(behaviour)` is a running service and a client of it."""

    def make(behaviour=None, hydrants=12):
        town = synced_town(tmp_path / "town", behaviour=behaviour or Behaviour(), hydrants=hydrants)
        running = portal(town.content)
        url = f"{running.server_url}/rest/services/Town/Water_Supply/FeatureServer"
        folder = tmp_path / "answers"
        folder.mkdir()
        session = PortalSession(running.url, UserPassword(COLLEAGUE, COLLEAGUE_PASSWORD), clock=QuickClock())
        client = FeatureService(session, url, clock=QuickClock(), feedback=Silent(), folder=folder)
        return SimpleNamespace(town=town, service=town.service, running=running, client=client, folder=folder)

    return make


def requested(**options):
    return ReplicaRequest("marea x-1", LAYERS, BOX, "esriGeometryEnvelope", 3857, **options)


def synced(client, replica, generations, per_layer=True, asynchronous=False, **options):
    """The changes of a sync, asked for until nothing comes; and where it got."""
    found = []
    while True:
        answer = client.synchronize(
            SyncRequest(
                replica, generations, per_layer, dict.fromkeys(LAYERS, "bidirectional"),
                asynchronous=asynchronous, **options,
            )
        )  # fmt: skip
        options.pop("edits", None)
        options.pop("upload", None)
        found += answer.changes.changes() if answer.changes else []
        assert answer.generations
        generations = generations.followed_by(answer.generations)
        if not answer.is_cut_off:
            return found, generations


def of_kind(changes, kind, layer_id=HYDRANTS):
    return [change.value for change in changes if change.kind is kind and change.layer_id == layer_id]


def hydrant(global_id, **values):
    return {
        "geometry": {"x": EXTENT[0] + 100, "y": EXTENT[1] + 100, "z": 3.5},
        "attributes": {"GlobalID": global_id, "name": "Neu", "status": 1, **values},
    }


@pytest.mark.parametrize("per_layer", [True, False])
@pytest.mark.parametrize("asynchronous", [True, False])
def test_a_life_of_a_replica(made, behaviour, per_layer, asynchronous):
    scene = made(behaviour)
    client, service = scene.client, scene.service
    wanted = requested(per_layer=per_layer, attachments=True, asynchronous=asynchronous)
    created = client.create_replica(wanted)
    assert created.has_data
    rows = list(created.answer.changes())
    came = {
        one["attributes"][key].strip("{}").upper()
        for one in of_kind(rows, K.ADD)
        for key in one["attributes"]
        if key == "GlobalID"
    }
    assert came == {guid_of("Hydrants", number).strip("{}") for number in range(1, 13) if number % 3}
    assert of_kind(rows, K.ATTACHMENT_ADD)

    changed, gone = guid_of("Hydrants", 1), guid_of("Hydrants", 2)
    service.edit(HYDRANTS, updates=[{"attributes": {"GlobalID": changed, "name": "Anders"}}])
    service.edit(HYDRANTS, deletes=[gone])
    (theirs,) = service.edit(HYDRANTS, adds=[hydrant(str(uuid.uuid4()))])
    ours = "{" + str(uuid.uuid4()).upper() + "}"
    edits = json.dumps(
        [{"id": HYDRANTS, "features": {"adds": [hydrant(ours)], "updates": [], "deleteIds": []}}]
    )
    changes, generations = synced(
        client, created.id, created.generations, per_layer, asynchronous, edits=edits
    )
    (result,) = of_kind(changes, K.ADD_RESULT)
    assert (result.success, result.global_id) == (True, ours)
    assert [one["attributes"]["name"] for one in of_kind(changes, K.UPDATE)] == ["Anders"]
    assert of_kind(changes, K.DELETE) == [gone]
    assert len(of_kind(changes, K.ADD)) == 1
    assert client.existing_ids(HYDRANTS, [ours, theirs, gone]) == {ours, theirs}
    again, _ = synced(client, created.id, generations, per_layer, asynchronous)
    assert again == []
    assert [one.name for one in client.replicas()] == ["marea x-1"]
    assert client.unregister(created.id)
    assert not client.unregister(created.id)
    assert client.replica(created.id) is None
    assert service.misuse == []


@pytest.mark.parametrize("options", ["take", "ignore"])
def test_a_package_is_registered(made, options):
    scene = made(Behaviour(replica_options=options))
    wanted = requested(registers=True, generations=ServerGenerations(GENERATIONS), attachments=True)
    created = scene.client.create_replica(wanted)
    assert created.has_data is (options == "ignore")
    known = scene.client.replica(created.id)
    assert known.owner == COLLEAGUE
    assert known.generations.layers.keys() == GENERATIONS.keys()
    _, reached = synced(scene.client, created.id, created.generations)
    assert reached.layers.keys() == GENERATIONS.keys()
    (listed,) = scene.client.replicas(with_dates=True)
    assert listed.last_sync.year > 2000
    assert scene.service.misuse == []


def test_a_refused_registration_leaves_nothing(made):
    scene = made(Behaviour(replica_options="refuse"))
    with pytest.raises(OfflineMapError, match="replicaOptions"):
        scene.client.create_replica(requested(registers=True, generations=ServerGenerations(GENERATIONS)))
    assert scene.client.replicas() == ()
    assert list(scene.folder.iterdir()) == []


def test_an_answer_that_is_lost_leaves_a_replica_that_is_found_by_name(made):
    scene = made()
    scene.running.fault("/createReplica", HangUp())
    with pytest.raises(NoConnection):
        scene.client.create_replica(requested())
    (orphan,) = scene.client.replicas()
    assert orphan.name == "marea x-1"
    assert scene.client.unregister(orphan.id)


def test_a_job_that_the_server_forgot(made):
    scene = made(Behaviour(job_polls=3, jobs_forgotten_after=1))
    told = []
    with pytest.raises(JobGone):
        scene.client.create_replica(requested(asynchronous=True), told.append)
    assert len(told) == 1
    with pytest.raises(JobGone):
        scene.client.resume_replica(told[0])


def test_a_job_is_taken_up_by_its_address(made):
    scene = made(Behaviour(job_polls=2))
    created = scene.client.create_replica(requested(asynchronous=True))
    scene.service.edit(MAINS, updates=[{"attributes": {"GlobalID": guid_of("Mains", 1), "name": "X"}}])
    told = []
    request = SyncRequest(
        created.id, created.generations, layers=dict.fromkeys(LAYERS, "download"), asynchronous=True
    )
    scene.client.synchronize(request, told.append)
    again = scene.client.resume(told[0], created.id)
    assert [one["attributes"]["name"] for one in of_kind(again.changes.changes(), K.UPDATE, MAINS)] == ["X"]


def test_changes_without_a_replica(made):
    scene = made()
    scene.service.edit(MAINS, deletes=[guid_of("Mains", 2)])
    answer = scene.client.extract_changes(ChangesRequest(LAYERS, ServerGenerations(GENERATIONS)))
    assert of_kind(answer.changes.changes(), K.DELETE, MAINS) == [guid_of("Mains", 2)]
    assert answer.generations.layers[MAINS] > GENERATIONS[MAINS]


def test_edits_without_a_replica(made):
    scene = made()
    new, there = "{" + str(uuid.uuid4()).upper() + "}", guid_of("Hydrants", 1)
    edits = [{"id": HYDRANTS, "adds": [hydrant(new), hydrant(there)], "deletes": [guid_of("Hydrants", 4)]}]
    results = list(scene.client.apply_edits(edits, rollback=False).changes())
    assert [(one.kind, one.value.success) for one in results] == [
        (K.ADD_RESULT, True), (K.ADD_RESULT, False), (K.DELETE_RESULT, True),
    ]  # fmt: skip
    assert results[1].value.message
    assert scene.client.existing_ids(HYDRANTS, [new, guid_of("Hydrants", 4)]) == {new}


def test_rows_are_fetched_with_what_the_server_filled(made):
    scene = made(hydrants=400)
    ids = [guid_of("Hydrants", number) for number in range(1, 401)]
    rows = list(scene.client.rows(HYDRANTS, ids, 4326))
    assert len(rows) == 400
    assert all(-180 <= row["geometry"]["x"] <= 180 and "z" in row["geometry"] for row in rows)
    assert {row["attributes"]["created_user"] for row in rows} == {"waterworks"}
    assert len(scene.running.asked("/query")) == 3
    assert [
        row.get("geometry") for row in scene.client.rows(INSPECTIONS, [guid_of("Inspections", 1)], 4326)
    ] == [None]


def test_attachments_are_listed_and_fetched(made, tmp_path):
    scene = made()
    parents = [guid_of("Hydrants", number) for number in (1, 2, 4)]
    found = list(scene.client.attachments(HYDRANTS, parents))
    assert sorted(one.name for one in found) == ["Ansicht 1.jpg", "Ansicht 2.jpg"]
    created = scene.client.create_replica(requested(attachments=True))
    sent = of_kind(created.answer.changes(), K.ATTACHMENT_ADD)
    target = tmp_path / "Ansicht.jpg"
    scene.client.fetch_attachment(sent[0]["url"], target)
    assert target.read_bytes().startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize("size", [0, 5, (10 << 20) + 3, 25 << 20])
@pytest.mark.parametrize("from_file", [True, False])
def test_files_are_uploaded(made, tmp_path, size, from_file):
    scene = made()
    content = (bytes(range(251)) * (size // 251 + 1))[:size]
    source = content
    if from_file:
        source = tmp_path / "Anhang groß.bin"
        source.write_bytes(content)
    upload = scene.client.upload(source)
    assert scene.service.uploads.content(upload) == content
    assert len(scene.running.asked("/uploadPart")) == (0 if size < 10 << 20 else -(-size // (8 << 20)))


def test_edits_go_up_as_an_upload(made):
    scene = made()
    created = scene.client.create_replica(requested(attachments=True))
    new, photo = "{" + str(uuid.uuid4()).upper() + "}", str(uuid.uuid4())
    attachment = {
        "globalId": photo, "parentGlobalId": new, "contentType": "image/png", "name": "Größe.png",
        "data": base64.b64encode(b"\x89PNG" * 90).decode(),
    }  # fmt: skip
    edits = [{"id": HYDRANTS, "features": {"adds": [hydrant(new)]}, "attachments": {"adds": [attachment]}}]
    upload = scene.client.upload(json.dumps(edits).encode(), "edits.json")
    changes, _ = synced(scene.client, created.id, created.generations, upload=upload)
    assert [one.success for one in of_kind(changes, K.ADD_RESULT)] == [True]
    (listed,) = scene.client.attachments(HYDRANTS, [new])
    assert (listed.parent, listed.name, listed.size) == (new, "Größe.png", 360)


def test_what_the_service_says_of_itself(made, behaviour):
    info = made(behaviour).client.info()
    assert info.can_sync
    assert info.takes_uploads
    assert info.supports_registering
    assert info.supports_async
    assert info.layers.keys() == set(LAYERS)
    assert info.lists_last_syncs


def test_what_a_layer_says_of_itself(made, behaviour):
    layer = made(behaviour).client.layer(HYDRANTS)
    assert layer.has_attachments
    assert layer.has_z
    assert len(layer.editor_fields) == 4
    assert {one.name for one in layer.fields if not one.editable} >= {"created_user", "last_edited_date"}
    assert next(one for one in layer.fields if one.name == "name").length == 40
    (relationship,) = (one for one in layer.relationships if one.related_layer == INSPECTIONS)
    assert relationship.is_composite
    assert relationship.is_origin
