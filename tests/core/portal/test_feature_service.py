"""A feature service as servers are known to answer; each answer is written here, from the REST API."""

import json
import random

import pytest

from plugin.core.errors import (
    BadInput,
    BrokenAnswer,
    ItemNotFound,
    JobFailed,
    JobGone,
    NoConnection,
    OfflineMapError,
    PortalError,
    PrivateNetwork,
    UnsafeRedirect,
)
from plugin.core.host import Silent
from plugin.core.portal.changes_file import ChangeKind
from plugin.core.portal.credentials import UserPassword
from plugin.core.portal.feature_service import FeatureService
from plugin.core.portal.generations import ServerGenerations
from plugin.core.portal.replica_requests import ChangesRequest, ReplicaRequest, SyncRequest
from tests.core.hosts import QuickClock
from tests.portal import HangUp, Html, PortalFault, Status, Truncated

from .conftest import Town
from .scripted import ScriptedService

RANGER = UserPassword("ranger", "correct horse")
REPLICA = "8C6B1A20-0F4E-4C5B-9D0A-7E1F2A3B4C5D"
GENERATIONS = ServerGenerations({0: 120, 3: 77})
LISTED = [{"id": 0, "serverGen": 120}, {"id": 3, "serverGen": 77}]
ADD = {"id": 0, "features": {"adds": [{"attributes": {"name": "Eiche"}}], "updates": [], "deleteIds": []}}
BOX = {"xmin": 1.0, "ymin": 2.0, "xmax": 3.0, "ymax": 4.5}
REQUEST = ReplicaRequest("marea 4711", (0, 3), BOX, "esriGeometryEnvelope", 25832, attachments=True)
SYNC = SyncRequest(REPLICA, GENERATIONS, layers={0: "bidirectional", 3: "download"}, edits="[]")


@pytest.fixture
def running(portal):
    return portal(Town().content)


@pytest.fixture
def scripted(running, connect, tmp_path):
    folder = tmp_path / "Antworten größer"
    folder.mkdir()
    return ScriptedService(running, connect(running.url, RANGER), folder)


@pytest.fixture
def service(scripted):
    return scripted.client


def form_of(scripted, operation):
    (form,) = scripted.forms(operation)
    return {key: _value(text) for key, text in form.items()}


def _value(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


# ---- createReplica -------------------------------------------------------------------------------


def test_a_replica_is_asked_for_as_the_api_says(scripted, service):
    scripted.answers("/createReplica", {"replicaID": REPLICA, "layerServerGens": LISTED})
    service.create_replica(REQUEST)
    assert form_of(scripted, "/createReplica") == {
        "f": "json",
        "replicaName": "marea 4711",
        "layers": [0, 3],
        "layerQueries": {
            "0": {"queryOption": "useFilter", "useGeometry": True},
            "3": {"queryOption": "useFilter", "useGeometry": True},
        },
        "geometry": BOX,
        "geometryType": "esriGeometryEnvelope",
        "inSR": 25832,
        "replicaSR": 25832,
        "returnAttachments": True,
        "returnAttachmentsDataByUrl": True,
        "attachmentsSyncDirection": "bidirectional",
        "syncModel": "perLayer",
        "syncDirection": "bidirectional",
        "targetType": "client",
        "dataFormat": "json",
        "transportType": "esriTransportTypeEmbedded",
        "async": False,
    }


@pytest.mark.parametrize(
    ("per_layer", "known", "stated"),
    [
        (True, GENERATIONS, {"layerServerGens": LISTED}),
        (True, ServerGenerations({}, 9), {"layerServerGens": [{**one, "serverGen": 9} for one in LISTED]}),
        (False, ServerGenerations({}, 9), {"replicaServerGen": 9}),
    ],
)
def test_a_copy_is_registered_at_its_generations(scripted, service, per_layer, known, stated):
    scripted.answers(
        "/createReplica",
        {"replicaId": REPLICA, "ReplicaName": "n", "responseType": "esriReplicaResponseTypeInfo", **stated},
    )
    request = ReplicaRequest(
        "n",
        (0, 3),
        BOX,
        "esriGeometryEnvelope",
        25832,
        per_layer,
        registers=True,
        reference="p-1",
        generations=known,
    )
    created = service.create_replica(request)
    options = form_of(scripted, "/createReplica")["replicaOptions"]
    assert options == {"registerExistingData": True, "refReplicaId": "p-1", **stated}
    assert (created.id, created.name, created.has_data, created.answer) == (REPLICA, "n", False, None)
    assert created.generations
    assert scripted.left_files == []


def test_the_id_of_the_package_may_be_left_out(scripted, service):
    scripted.answers("/createReplica", {"replicaID": REPLICA, "layerServerGens": LISTED})
    service.create_replica(
        ReplicaRequest("n", (0,), BOX, "esriGeometryEnvelope", 4326, registers=True, generations=GENERATIONS)
    )
    options = form_of(scripted, "/createReplica")["replicaOptions"]
    assert options == {"registerExistingData": True, "layerServerGens": LISTED[:1]}


DATA = {"layers": [{"id": 0, "features": [{"attributes": {"name": "Eiche"}}]}]}


@pytest.mark.parametrize(
    "head",
    [{"responseType": "esriReplicaResponseTypeData"}, {}, {"responseType": "esriReplicaResponseTypeInfo"}],
)
def test_a_server_that_registers_nothing_gives_data(scripted, service, head):
    """Whatever it calls its answer: rows came, so the replica is a full one."""
    scripted.answers("/createReplica", {"replicaID": REPLICA, "layerServerGens": LISTED, **head, **DATA})
    created = service.create_replica(REQUEST)
    assert created.has_data
    assert [change.kind for change in created.answer.changes()] == [ChangeKind.ADD]


@pytest.mark.parametrize("key", ["URL", "responseUrl", "resultURL"])
def test_an_answer_may_lie_at_an_address(scripted, service, key):
    where = f"{scripted.url}/replicaFilesCache/a1.json"
    scripted.answers(
        "/createReplica", {"replicaID": REPLICA, "responseType": "esriReplicaResponseTypeData", key: where}
    )
    scripted.answers("/a1.json", {**DATA, "layerServerGens": json.dumps(LISTED)})
    created = service.create_replica(REQUEST)
    assert created.has_data
    assert created.generations == GENERATIONS
    assert len(scripted.left_files) == 1
    assert scripted.running.asked("/a1.json")[0].token


@pytest.mark.parametrize("key", ["statusUrl", "statusURL", "StatusUrl"])
def test_a_job_makes_a_replica(scripted, service, key):
    told = []
    status = f"{scripted.url}/jobs/j7"
    scripted.answers("/createReplica", {key: status})
    scripted.answers(
        "/jobs/j7",
        {"status": "Pending"},
        {"status": "ProvisioningReplica"},
        {
            "status": "Completed",
            "replicaID": REPLICA,
            "responseType": "esriReplicaResponseTypeData",
            "layerServerGens": LISTED,
            "resultUrl": f"{scripted.url}/replicaFilesCache/a1.json",
        },
    )
    scripted.answers("/a1.json", DATA)
    created = service.create_replica(REQUEST, told.append)
    assert told == [status]
    assert (created.id, created.has_data, created.generations) == (REPLICA, True, GENERATIONS)
    assert len(scripted.left_files) == 1


def test_a_job_that_was_not_waited_for_is_taken_up(scripted, service):
    done = {"status": "Completed", "replicaID": REPLICA, "layerServerGens": LISTED}
    scripted.answers("/jobs/j7", {"status": "Pending"}, done)
    created = service.resume_replica(f"{scripted.url}/jobs/j7")
    assert (created.id, created.has_data) == (REPLICA, False)


def test_a_replica_without_an_id_is_no_replica(scripted, service):
    scripted.answers("/createReplica", {"responseType": "esriReplicaResponseTypeInfo"})
    with pytest.raises(BrokenAnswer, match="id"):
        service.create_replica(REQUEST)


def test_a_refusal_is_told_in_the_servers_words(scripted, service):
    scripted.answers("/createReplica", PortalFault(400, "replicaOptions are not supported"))
    with pytest.raises(PortalError, match="replicaOptions"):
        service.create_replica(REQUEST)
    assert len(scripted.forms("/createReplica")) == 1
    assert scripted.left_files == []


# ---- replicas ------------------------------------------------------------------------------------


def test_replicas_are_listed(scripted, service):
    listed = [
        {"replicaName": "a", "replicaID": REPLICA, "lastSyncDate": 1_700_000_000_000},
        {"ReplicaName": "b", "replicaId": "x-2"},
        {"replicaName": "no id"},
        "nothing",
    ]
    scripted.answers("/replicas", listed)
    first, second = service.replicas(with_dates=True)
    assert (first.id, first.name, first.last_sync.year) == (REPLICA, "a", 2023)
    assert (second.id, second.name, second.last_sync.year) == ("x-2", "b", 1970)
    assert scripted.running.asked("/replicas")[0].query["returnLastSyncDate"] == "true"


def test_what_the_service_knows_of_a_replica(scripted, service):
    page = {
        "replicaName": "a",
        "replicaID": REPLICA,
        "replicaOwner": "ranger",
        "syncModel": "perLayer",
        "syncDirection": "Download",
        "layerServerGens": '[{"id":0,"serverGen":120,"serverSibGen":-1},{"id":3,"serverGen":77}]',
    }
    scripted.answers(f"/replicas/{REPLICA}", page)
    known = service.replica(REPLICA)
    assert (known.id, known.owner, known.direction, known.model) == (
        REPLICA,
        "ranger",
        "download",
        "perlayer",
    )
    assert known.generations == GENERATIONS


@pytest.mark.parametrize(
    "answer", [PortalFault(400, "Invalid or missing input."), PortalFault(404), Status(404)]
)
def test_a_replica_that_is_not_listed_is_gone(scripted, service, answer):
    scripted.answers("/replicas/*", answer)
    scripted.answers("/replicas", [{"replicaName": "b", "replicaID": "x-2"}])
    assert service.replica(REPLICA) is None


def test_a_replica_that_is_listed_is_not_gone(scripted, service):
    scripted.answers("/replicas/*", PortalFault(400, "Replica not found."))
    scripted.answers("/replicas", [{"replicaID": "{" + REPLICA.lower() + "}"}])
    with pytest.raises(PortalError, match="not found"):
        service.replica(REPLICA)


def test_a_service_that_is_gone_says_nothing_of_its_replicas(scripted, service):
    scripted.answers("/replicas/*", PortalFault(404))
    scripted.answers("/replicas", PortalFault(404))
    with pytest.raises(ItemNotFound):
        service.replica(REPLICA)


def test_a_replica_is_unregistered(scripted, service):
    scripted.answers("/unRegisterReplica", {"success": True})
    assert service.unregister(REPLICA)
    assert scripted.forms("/unRegisterReplica") == [{"f": "json", "replicaID": REPLICA}]


@pytest.mark.parametrize("answer", [PortalFault(400, "Replica not found."), {"success": False}])
def test_an_unknown_replica_counts_as_gone(scripted, service, answer):
    scripted.answers("/unRegisterReplica", answer)
    scripted.answers("/replicas/*", PortalFault(400, "Replica not found."))
    scripted.answers("/replicas", [])
    assert not service.unregister(REPLICA)


@pytest.mark.parametrize("answer", [PortalFault(400, "Schema lock."), {"success": False}])
def test_a_replica_that_stays_is_an_error(scripted, service, answer):
    scripted.answers("/unRegisterReplica", answer)
    scripted.answers("/replicas/*", {"replicaID": REPLICA})
    with pytest.raises(PortalError):
        service.unregister(REPLICA)


@pytest.mark.parametrize("replica", ["*", "", "{*}", "a/b", "a,b", "../x", "a\n", "%2A", "ü"])
def test_nothing_but_one_replica_is_ever_named(scripted, service, replica):
    for call in (
        service.unregister,
        service.replica,
        lambda one: service.synchronize(SyncRequest(one, GENERATIONS)),
    ):
        with pytest.raises(BadInput):
            call(replica)
    assert scripted.running.asked("*", origin="server") == []


# ---- synchronizeReplica --------------------------------------------------------------------------


def test_a_sync_by_layer_is_asked_for_as_the_api_says(scripted, service):
    scripted.answers(
        "/synchronizeReplica", {"responseType": "esriReplicaResponseTypeNoEdits", "layerServerGens": LISTED}
    )
    answer = service.synchronize(SYNC)
    assert form_of(scripted, "/synchronizeReplica") == {
        "f": "json",
        "replicaID": REPLICA,
        "syncLayers": [
            {"id": 0, "serverGen": 120, "syncDirection": "bidirectional"},
            {"id": 3, "serverGen": 77, "syncDirection": "download"},
        ],
        "edits": [],
        "returnIdsForAdds": True,
        "returnAttachmentsDataByUrl": True,
        "rollbackOnFailure": False,
        "closeReplica": False,
        "dataFormat": "json",
        "transportType": "esriTransportTypeEmbedded",
        "async": False,
    }
    assert (answer.generations, answer.changes) == (GENERATIONS, None)
    assert answer.response_type == "esriReplicaResponseTypeNoEdits"


def test_a_sync_by_replica_names_one_generation(scripted, service):
    scripted.answers("/synchronizeReplica", {"replicaServerGen": "130"})
    request = SyncRequest(
        REPLICA,
        ServerGenerations({}, 120),
        per_layer=False,
        direction="upload",
        upload="i-7",
        rollback=True,
        asynchronous=True,
    )
    assert service.synchronize(request).generations == ServerGenerations({}, 130)
    form = form_of(scripted, "/synchronizeReplica")
    assert "syncLayers" not in form
    assert "edits" not in form
    wanted = {
        "replicaServerGen": 120,
        "syncDirection": "upload",
        "editsUploadID": "i-7",
        "editsUploadFormat": "json",
    }
    wanted.update({"rollbackOnFailure": True, "async": True, "transportType": "esriTransportTypeUrl"})
    assert wanted.items() <= form.items()


def test_one_generation_may_stand_for_all_layers():
    """As some packages state it."""
    known = ServerGenerations({4: 8}, 120)
    form = SyncRequest(REPLICA, known, layers={4: "download", 5: "download"}).form()
    assert [one["serverGen"] for one in json.loads(form["syncLayers"])] == [8, 120]


def test_a_layer_that_only_uploads_needs_no_generation():
    form = SyncRequest(REPLICA, ServerGenerations(), layers={4: "upload"}).form()
    assert json.loads(form["syncLayers"]) == [{"id": 4, "syncDirection": "upload"}]


@pytest.mark.parametrize("where", ["answer", "file", "page", "nowhere"])
@pytest.mark.parametrize("text", [False, True])
def test_generations_are_found_wherever_they_stand(scripted, service, where, text):
    stated = {"layerServerGens": json.dumps(LISTED) if text else LISTED}
    url = {"URL": f"{scripted.url}/replicaFilesCache/a1.json"}
    scripted.answers("/synchronizeReplica", {**url, **(stated if where == "answer" else {})})
    scripted.answers("/a1.json", {"edits": [ADD], **(stated if where == "file" else {})})
    scripted.answers("/replicas/*", {"replicaID": REPLICA, **(stated if where == "page" else {})})
    answer = service.synchronize(SYNC)
    assert answer.generations == (ServerGenerations() if where == "nowhere" else GENERATIONS)
    assert [change.kind for change in answer.changes.changes()] == [ChangeKind.ADD]


def test_generations_of_the_answer_count_before_those_of_the_file(scripted, service):
    scripted.answers(
        "/synchronizeReplica", {"layerServerGens": LISTED, "edits": [ADD], "exceededTransferLimit": True}
    )
    answer = service.synchronize(SYNC)
    assert answer.is_cut_off
    assert answer.generations == GENERATIONS
    assert scripted.running.asked("/replicas/*") == []


def test_a_job_with_errors_in_some_rows_gives_their_results(scripted, service):
    told = []
    failed = {"id": 0, "addResults": [{"success": False, "error": {"code": 1000, "description": "Too long"}}]}
    scripted.answers("/synchronizeReplica", {"statusUrl": f"{scripted.url}/jobs/j7"})
    scripted.answers(
        "/jobs/j7",
        {"status": "ImportChanges"},
        {
            "status": "Completed With Errors",
            "error": {"code": 500, "message": "Some."},
            "layerServerGens": LISTED,
            "resultUrl": f"{scripted.url}/replicaFilesCache/a1.json",
        },
    )
    scripted.answers("/a1.json", {"edits": [failed], "responseType": "esriReplicaResponseTypeEdits"})
    answer = service.synchronize(SYNC, told.append)
    (change,) = answer.changes.changes()
    assert (change.kind, change.value.message) == (ChangeKind.ADD_RESULT, "Too long")
    assert answer.response_type == "esriReplicaResponseTypeEdits"
    assert told == [f"{scripted.url}/jobs/j7"]


def test_the_result_may_stand_on_the_page_of_the_job(scripted, service):
    scripted.answers("/jobs/j7", {"status": "Completed", "edits": [ADD], "layerServerGens": LISTED})
    answer = service.resume(f"{scripted.url}/jobs/j7", REPLICA)
    assert [change.kind for change in answer.changes.changes()] == [ChangeKind.ADD]


def test_a_result_that_vanished_has_an_unknown_outcome(scripted, service):
    scripted.answers(
        "/jobs/j7", {"status": "Completed", "resultUrl": f"{scripted.url}/replicaFilesCache/a1.json"}
    )
    scripted.answers("/a1.json", Status(404))
    with pytest.raises(JobGone):
        service.resume(f"{scripted.url}/jobs/j7", REPLICA)
    assert scripted.left_files == []


def test_the_address_of_a_job_is_told_before_the_job_fails(scripted, service):
    told = []
    scripted.answers("/synchronizeReplica", {"statusUrl": f"{scripted.url}/jobs/j7"})
    scripted.answers("/jobs/j7", {"status": "Failed", "error": {"message": "No lock"}})
    with pytest.raises(JobFailed, match="No lock"):
        service.synchronize(SYNC, told.append)
    assert told == [f"{scripted.url}/jobs/j7"]


@pytest.mark.parametrize("fault", [HangUp(), Html(), Truncated(20), Status(500)])
def test_a_sync_is_sent_once_whatever_comes_back(scripted, service, fault):
    scripted.running.fault("/synchronizeReplica", fault)
    scripted.answers("/synchronizeReplica", {"layerServerGens": LISTED, "edits": [ADD]})
    with pytest.raises(OfflineMapError):
        service.synchronize(SYNC)
    assert len(scripted.forms("/synchronizeReplica")) == 1
    assert scripted.left_files == []


# ---- addresses that the server names -------------------------------------------------------------


def test_a_result_at_a_stranger_gets_no_token(scripted, service):
    running = scripted.running
    scripted.answers(
        "/synchronizeReplica", {"URL": f"{running.stranger_url}/a1.json", "layerServerGens": LISTED}
    )
    scripted.answers("/a1.json", {"edits": [ADD]}, origin="stranger")
    assert service.synchronize(SYNC).changes.has_changes
    assert running.asked("/a1.json", origin="stranger")
    assert running.secrets_seen("stranger") == []


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "ftp://x.example/a", "http://user@x.example/", "http://0x7f.1:1/", "javascript:1"],
)
@pytest.mark.parametrize("key", ["statusUrl", "resultUrl"])
def test_an_address_that_is_none_is_not_asked(scripted, service, address, key):
    scripted.answers("/synchronizeReplica", {key: address, "layerServerGens": LISTED})
    told = []
    with pytest.raises(UnsafeRedirect):
        service.synchronize(SYNC, told.append)
    assert told == []


def test_an_address_deeper_inside_is_not_asked(scripted, service):
    scripted.answers(
        "/synchronizeReplica", {"URL": "http://169.254.169.254/latest", "layerServerGens": LISTED}
    )
    with pytest.raises(PrivateNetwork):
        service.synchronize(SYNC)


def test_a_relative_address_is_one_of_the_service(scripted, service):
    scripted.answers("/synchronizeReplica", {"URL": "replicaFilesCache/a1.json", "layerServerGens": LISTED})
    scripted.answers("/FeatureServer/replicaFilesCache/a1.json", {"edits": [ADD]})
    assert service.synchronize(SYNC).changes.has_changes


@pytest.mark.parametrize("url", ["file:///x/FeatureServer", "https://", "http://a b/FeatureServer", ""])
def test_an_address_of_a_service_that_is_none(scripted, url, connect, tmp_path):
    session = connect(scripted.running.url)
    with pytest.raises(BrokenAnswer):
        FeatureService(session, url, clock=QuickClock(), feedback=Silent(), folder=tmp_path)


# ---- without a replica ---------------------------------------------------------------------------


def test_changes_are_extracted(scripted, service):
    scripted.answers(
        "/extractChanges",
        {
            "layerServerGens": LISTED,
            "responseType": "esriDataChangesResponseTypeEdits",
            "edits": [{"id": 0, "features": {"deletes": ["{" + REPLICA + "}"]}}],
        },
    )
    request = ChangesRequest(
        (0, 3), ServerGenerations({0: 5, 3: 6, 9: 7}), BOX, "esriGeometryEnvelope", 25832
    )
    answer = service.extract_changes(request)
    assert [change.kind for change in answer.changes.changes()] == [ChangeKind.DELETE]
    form = form_of(scripted, "/extractChanges")
    assert form["layerServerGens"] == [{"id": 0, "serverGen": 5}, {"id": 3, "serverGen": 6}]
    wanted = {"layers": [0, 3], "outSR": 25832, "returnDeletes": True, "dataFormat": "json"}
    assert wanted.items() <= form.items()
    assert "serverGens" not in form


def test_edits_are_applied(scripted, service):
    refused = {"success": False, "globalId": REPLICA, "error": {"code": -2130, "message": "exists"}}
    scripted.answers("/applyEdits", [{"id": 3, "addResults": [{"success": True, "objectId": 4}, refused]}])
    edits = [{"id": 3, "adds": [{"attributes": {"Straße": "Wall"}}]}]
    results = list(service.apply_edits(edits, rollback=True).changes())
    assert [(one.layer_id, one.kind, one.value.success) for one in results] == [
        (3, ChangeKind.ADD_RESULT, True),
        (3, ChangeKind.ADD_RESULT, False),
    ]
    assert form_of(scripted, "/applyEdits") == {
        "f": "json",
        "edits": edits,
        "useGlobalIds": True,
        "rollbackOnFailure": True,
    }


def test_what_a_refused_apply_edits_says(scripted, service):
    scripted.answers("/applyEdits", PortalFault(400, "Unable to complete operation."))
    with pytest.raises(PortalError, match="Unable"):
        service.apply_edits("[]", rollback=False)


def test_a_broken_line_is_a_broken_line(scripted, service):
    scripted.answers("/applyEdits", HangUp())
    with pytest.raises(NoConnection):
        service.apply_edits("[]", rollback=False)
    assert len(scripted.forms("/applyEdits")) == 1


ODD = [None, True, -5, 2**70, 0.5, "", "x", "*", [], {}, [None], {"a": 1}, "http://127.0.0.1:1/x", "[{}]"]
OPERATIONS = ("createReplica", "synchronizeReplica", "applyEdits", "extractChanges", "replicas", "replicas/*")


def spoiled(value, rng, chance):
    """The value with some of its parts exchanged for something odd."""
    if rng.random() < chance:
        return rng.choice(ODD)
    if isinstance(value, list):
        return [spoiled(one, rng, chance) for one in value]
    return {k: spoiled(v, rng, chance) for k, v in value.items()} if isinstance(value, dict) else value


def changes_in(answer):
    """Of the answer of any operation, read to the end."""
    file = next(
        (getattr(answer, name, None) for name in ("answer", "changes") if hasattr(answer, name)), None
    )
    file = answer if callable(file) else file
    return list(file.changes()) if file is not None else []


def test_odd_answers_end_in_an_error_of_ours_or_in_an_answer(scripted, service):
    """Seeded."""
    rng = random.Random(4711)
    whole = {"replicaID": REPLICA, "layerServerGens": LISTED, "responseType": "x", "edits": [ADD]}
    finished = f"{scripted.url}/replicaFilesCache/a1.json"
    heads = [
        whole,
        whole,
        {"statusUrl": f"{scripted.url}/jobs/j7"},
        {"URL": f"{scripted.url}/replicaFilesCache/a1.json", "replicaID": REPLICA},
        [{"id": 3, "addResults": [{"success": True}]}],
    ]
    calls = [
        lambda: service.create_replica(REQUEST),
        lambda: service.synchronize(SYNC),
        lambda: service.apply_edits("[]", rollback=False),
        lambda: service.extract_changes(ChangesRequest((0,), GENERATIONS)),
        service.replicas,
        lambda: service.replica(REPLICA),
        service.info,
        lambda: service.layer(rng.randrange(1000, 10**9)),
    ]
    came = failed = 0
    for _ in range(250):
        scripted.running.script.clear()
        for name in (*OPERATIONS, "replicaFilesCache/*", ""):
            scripted.answers(f"/FeatureServer/{name}".rstrip("/"), spoiled(rng.choice(heads), rng, 0.12))
        scripted.answers("/FeatureServer/[0-9]*", spoiled(whole, rng, 0.12))
        scripted.answers("/jobs/j7", {"status": "Completed", "resultUrl": spoiled(finished, rng, 0.2)})
        try:
            came += len(changes_in(rng.choice(calls)()))
        except OfflineMapError as error:
            failed += 1
            assert str(error)  # noqa: PT017
    assert came > 20
    assert failed > 20
