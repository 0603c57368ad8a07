"""synchronizeReplica: down, up, both; at once, as a file, by a job; what gets lost on the way."""

import threading

import pytest
import requests

from tests.fixtures.synced_town import COLLEAGUE, HYDRANTS, INSPECTIONS, MAINS, OWNER, PLOTS, guid_of
from tests.portal import Afterwards, Behaviour, Doubled, HangUp, Html, Status, Truncated, Unheard
from tests.portal.feature_service import book

from .service_client import MODELS, J, edits, entry_of, feature, features_of

NEW = "{0A2B9F70-1111-4222-8333-444455556666}"
POINT = {"x": 1_100_500.25, "y": 6_900_400.5, "z": 12.0, "spatialReference": {"wkid": 102100}}
FAR = {"x": 1_300_500.0, "y": 6_900_400.5, "z": 0.0}
pytestmark = pytest.mark.parametrize("model", MODELS)


def hydrant(number, **attributes):
    return feature(guid_of("Hydrants", number), **attributes)


@pytest.fixture
def client(synced, model):
    return synced(model="PerLayer" if model == "perLayer" else "PerReplica")


# -- down


def test_changes_of_others_come_down_once(client, model):
    made = client.register(model)
    quiet = client.sync(made)
    assert quiet["responseType"] == "esriReplicaResponseTypeNoEdits"
    (added,) = client.service.edit(
        HYDRANTS,
        adds=[{"attributes": {"name": "New"}, "geometry": POINT}],
        updates=[hydrant(2, name="B")],
        deletes=[guid_of("Hydrants", 4)],
    )
    told = client.sync(quiet)
    assert told["responseType"] == "esriReplicaResponseTypeEdits"
    assert features_of(told, HYDRANTS, "adds") == {added}
    assert features_of(told, HYDRANTS, "updates") == {guid_of("Hydrants", 2)}
    assert features_of(told, HYDRANTS, "deleteIds") == {guid_of("Hydrants", 4)}
    row = entry_of(told, HYDRANTS)["features"]["adds"][0]
    assert row["attributes"]["OBJECTID"] == 95
    assert row["attributes"]["created_user"] == "colleague"
    assert client.sync(told)["responseType"] == "esriReplicaResponseTypeNoEdits"
    assert client.service.misuse == []


def test_generations_jump_and_differ(client, model):
    made = client.register(model)
    client.service.edit(MAINS, updates=[feature(guid_of("Mains", 1), name="A")])
    first = client.sync(made)
    client.service.edit(MAINS, updates=[feature(guid_of("Mains", 1), name="B")])
    second = client.sync(first)
    if model == "perReplica":
        assert second["replicaServerGen"] > first["replicaServerGen"] > made["replicaServerGen"]
    else:
        gens = [
            {one["id"]: one["serverGen"] for one in told["layerServerGens"]} for told in (made, first, second)
        ]
        assert [one[PLOTS] for one in gens] == [640, 640, 640]
        assert gens[0][MAINS] < gens[1][MAINS] < gens[2][MAINS]


def test_rows_that_enter_and_leave_the_area(client, model):
    made = client.register(model)
    moved = [
        {**hydrant(1), "geometry": FAR},
        {**hydrant(3), "geometry": POINT},
        {**hydrant(6), "geometry": FAR},
    ]
    client.service.edit(HYDRANTS, updates=moved)
    told = client.sync(made)
    assert features_of(told, HYDRANTS, "adds") == {guid_of("Hydrants", 3)}
    assert features_of(told, HYDRANTS, "updates") == set()
    assert features_of(told, HYDRANTS, "deleteIds") == {guid_of("Hydrants", 1)}
    # With a hydrant its inspections and pictures come and go.
    assert features_of(told, INSPECTIONS, "adds") == {guid_of("Inspections", n) for n in (2, 14)}
    assert features_of(told, INSPECTIONS, "deleteIds") == {guid_of("Inspections", 12)}
    assert len(entry_of(told, HYDRANTS)["attachments"]["adds"]) == 2
    assert len(entry_of(told, HYDRANTS)["attachments"]["deleteIds"]) == 1
    assert client.sync(told)["responseType"] == "esriReplicaResponseTypeNoEdits"


def test_what_a_parent_takes_with_it_comes_down_as_deletes(client, model):
    made = client.register(model)
    client.service.edit(HYDRANTS, deletes=[guid_of("Hydrants", 2)])
    told = client.sync(made)
    assert features_of(told, HYDRANTS, "deleteIds") == {guid_of("Hydrants", 2)}
    assert features_of(told, INSPECTIONS, "deleteIds") == {guid_of("Inspections", n) for n in (1, 13)}
    assert len(entry_of(told, HYDRANTS)["attachments"]["deleteIds"]) == 1
    assert len(client.service.rows(INSPECTIONS)) == 21
    assert len(client.service.attachments(HYDRANTS)) == 3


def test_snapshots_bring_everything(client, model):
    made = client.create(model)
    told = client.sync(made, direction="snapshot")
    assert told["responseType"] == "esriReplicaResponseTypeData"
    for number in (HYDRANTS, MAINS, PLOTS, INSPECTIONS):
        assert features_of(told, number, "features") == features_of(made, number, "features")
    assert len(told["layers"][HYDRANTS]["attachments"]) == 2
    assert told["edits"] == []


@pytest.mark.parametrize("place", ["answer", "features"])
def test_downloads_are_cut(synced, model, place):
    kind = "PerLayer" if model == "perLayer" else "PerReplica"
    client = synced(Behaviour(transfer_limit=2, limit_flag_in=place), model=kind)
    told = client.register(model)
    for number in (1, 2, 4, 5, 7):
        client.service.edit(HYDRANTS, updates=[hydrant(number, name=f"N{number}")])
        client.service.edit(MAINS, updates=[feature(guid_of("Mains", 1), name=f"N{number}")])
    seen, flags = [], []
    for _ in range(4):
        told = client.sync(told)
        seen += sorted(features_of(told, HYDRANTS, "updates"))
        flags.append(
            told.get("exceededTransferLimit")
            or entry_of(told, HYDRANTS)["features"].get("exceededTransferLimit")
        )
    assert set(seen) == {guid_of("Hydrants", number) for number in (1, 2, 4, 5, 7)}
    assert flags[0] is True
    assert flags[-1] is None
    assert client.service.misuse == []


def test_edits_of_one_generation_stay_together(synced, model):
    client = synced(Behaviour(transfer_limit=2), model="PerLayer" if model == "perLayer" else "PerReplica")
    made = client.register(model)
    client.service.edit(HYDRANTS, updates=[hydrant(number, name="N") for number in (1, 2, 4, 5, 7)])
    told = client.sync(made)
    assert len(features_of(told, HYDRANTS, "updates")) == 5
    assert "exceededTransferLimit" not in told


# -- up


def test_edits_go_up_and_do_not_come_back(client, model):
    made = client.register(model)
    other = client.register(model)
    upload = edits(
        HYDRANTS,
        adds=[feature(NEW, POINT, name="Mine", status=2)],
        updates=[hydrant(2, name="B")],
        deleteIds=[guid_of("Hydrants", 4).strip("{}").lower()],
    )
    told = client.sync(made, [upload])
    entry = entry_of(told, HYDRANTS)
    assert entry["addResults"] == [{"objectId": 95, "globalId": NEW.strip("{}"), "success": True}]
    assert [one["success"] for one in (*entry["updateResults"], *entry["deleteResults"])] == [True, True]
    assert features_of(told, HYDRANTS, "adds") | features_of(told, HYDRANTS, "updates") == set()
    assert features_of(told, HYDRANTS, "deleteIds") == set()
    # The parts that went with it are the server's doing: nobody sent their deletes.
    assert features_of(told, INSPECTIONS, "deleteIds") == {guid_of("Inspections", n) for n in (3, 15)}
    rows = client.service.rows(HYDRANTS)
    assert rows[NEW]["name"] == "Mine"
    assert rows[NEW]["geometry"] == {"x": 1_100_500.25, "y": 6_900_400.5, "z": 12.0}
    assert rows[NEW]["created_user"] == "Esri_Anonymous"
    assert rows[guid_of("Hydrants", 2)]["flow"] == 825.0
    assert guid_of("Hydrants", 4) not in rows
    assert client.sync(told)["responseType"] == "esriReplicaResponseTypeNoEdits"
    theirs = client.sync(other)
    assert features_of(theirs, HYDRANTS, "adds") == {NEW}
    assert client.service.misuse == []


def test_two_clients_change_two_fields_of_one_row(client, model):
    mine, theirs = client.register(model), client.register(model)
    client.sync(mine, [edits(HYDRANTS, updates=[hydrant(1, name="Mine")])])
    told = client.sync(theirs, [edits(HYDRANTS, updates=[hydrant(1, remark="Theirs")])])
    row = entry_of(told, HYDRANTS)["features"]["updates"][0]["attributes"]
    assert (row["name"], row["remark"]) == ("Mine", "Theirs")


def test_a_row_of_ours_that_another_deletes_comes_down_as_delete(client, model):
    made = client.register(model)
    client.sync(made, [edits(HYDRANTS, adds=[feature(NEW, POINT, name="Mine")])])
    client.service.edit(HYDRANTS, deletes=[NEW])
    told = client.sync(made)  # the answer to the upload was lost: the old generation again
    assert features_of(told, HYDRANTS, "deleteIds") == {NEW}


def test_attachments_go_both_ways(client, model):
    made, other = client.register(model), client.register(model)
    parent = guid_of("Hydrants", 1)
    photo = {"globalId": NEW, "parentGlobalId": parent, "contentType": "image/png", "name": "a.png"}
    sent = {"id": HYDRANTS, "attachments": {"adds": [{**photo, "data": "iVBORw0="}]}}
    told = client.sync(made, [sent])
    result = entry_of(told, HYDRANTS)["attachments"]["addResults"][0]
    assert (result["success"], result["globalId"]) == (True, NEW.strip("{}"))
    assert client.service.attachments(HYDRANTS)[NEW]["data"] == b"\x89PNG\r"
    (theirs,) = entry_of(client.sync(other), HYDRANTS)["attachments"]["adds"]
    assert (theirs["name"], theirs["parentGlobalId"]) == ("a.png", parent.strip("{}"))
    assert client.http.get(theirs["url"]).content == b"\x89PNG\r"
    upload = client.post("uploads/upload", files={"file": ("b.png", b"second")})["item"]["itemID"]
    changed = {**photo, "name": "b.png", "uploadId": upload}
    client.sync(told, [{"id": HYDRANTS, "attachments": {"updates": [changed]}}])
    assert client.service.attachments(HYDRANTS)[NEW]["data"] == b"second"
    client.sync(told, [{"id": HYDRANTS, "attachments": {"deleteIds": [NEW]}}])
    assert NEW not in client.service.attachments(HYDRANTS)
    assert client.service.misuse == []


def test_edits_by_the_uploads_resource(client, model):
    made = client.register(model)
    text = b'[{"id": 1, "features": {"updates": [{"attributes": {"GlobalID": "%s", "name": "Up"}}]}}]'
    content = text % guid_of("Mains", 1).encode()
    item = client.post("uploads/register", itemName="edits.json")["item"]["itemID"]
    for number, part in ((1, content[:40]), (2, content[40:])):
        client.post(f"uploads/{item}/uploadPart", files={"file": ("part", part)}, partId=number)
    assert client.sync(made, None, editsUploadID=item)["error"]["code"] == 400  # not committed
    assert client.post(f"uploads/{item}/commit", parts="1,2")["item"]["committed"] is True
    told = client.sync(made, None, editsUploadID=item, editsUploadFormat="json")
    assert entry_of(told, MAINS)["updateResults"][0]["success"] is True
    assert client.service.rows(MAINS)[guid_of("Mains", 1)]["name"] == "Up"


def test_refused_rows_stay_alone_or_take_all_with_them(client, model):
    made = client.register(model)
    upload = edits(MAINS, updates=[
        feature(guid_of("Mains", 1), name="Good"), feature(guid_of("Mains", 2), name="x" * 41)
    ])  # fmt: skip
    whole = client.sync(made, [upload], rollbackOnFailure=True)
    assert whole["error"]["code"] == 400
    assert "truncated" in whole["error"]["details"][0]
    assert client.service.rows(MAINS)[guid_of("Mains", 1)]["name"] == "Main 1"
    told = client.sync(made, [upload])
    assert [one["success"] for one in entry_of(told, MAINS)["updateResults"]] == [True, False]
    assert client.service.rows(MAINS)[guid_of("Mains", 1)]["name"] == "Good"
    client.service.behaviour.sync_flags = {"supportsRollbackOnFailure": False}
    assert "error" not in client.sync(made, [upload], rollbackOnFailure=True)


def test_closing_unregisters(client, model):
    made = client.register(model)
    told = client.sync(
        made, [edits(MAINS, updates=[feature(guid_of("Mains", 1), name="Last")])], closeReplica=True
    )
    assert entry_of(told, MAINS)["updateResults"][0]["success"] is True
    assert client.service.own_replicas() == []


# -- files and jobs


@pytest.mark.parametrize("key", ["URL", "responseUrl", "resultUrl"])
@pytest.mark.parametrize("places", ["both", "file", "nowhere"])
def test_by_url(client, model, key, places):
    client.service.behaviour.url_key, client.service.behaviour.generations_in = key, places
    asked = {"transportType": "esriTransportTypeUrl", "dataFormat": "json"}
    made = client.create(model, **asked)
    gens = "layerServerGens" if model == "perLayer" else "replicaServerGen"
    file = client.get(made[key])
    assert len(file["layers"]) == 4
    assert (gens in made, gens in file) == (places == "both", places != "nowhere")
    page = client.get(f"replicas/{made['replicaID']}")
    if places != "nowhere":
        assert page[gens] == file[gens]
    client.service.edit(MAINS, updates=[feature(guid_of("Mains", 1), name="B")])
    told = client.sync({**made, gens: page[gens]}, **asked)
    assert "edits" not in told
    assert features_of(client.get(told[key]), MAINS, "updates") == {guid_of("Mains", 1)}
    assert client.service.misuse == []


def test_by_a_job(client, model):
    started = client.create(model, **{"async": True})
    assert set(started) == {"statusUrl"}
    first = client.get(started["statusUrl"])
    assert first["status"] == "Pending"
    assert {"replicaName", "replicaID", "submissionTime"} <= set(first)
    done = client.finished(started)
    assert (done["status"], done["responseType"]) == ("Completed", "esriReplicaResponseTypeData")
    assert len(client.get(done["resultUrl"])["layers"]) == 4
    upload = edits(MAINS, updates=[feature(guid_of("Mains", 1), name="x" * 41)])
    job = client.finished(client.sync(done, [upload], **{"async": True}))
    assert job["status"] == "CompletedWithErrors"
    assert entry_of(client.get(job["resultUrl"]), MAINS)["updateResults"][0]["success"] is False
    failed = client.finished(client.sync(done, [upload], rollbackOnFailure=True, **{"async": True}))
    assert (failed["status"], failed["error"]["code"]) == ("Failed", 400)
    assert "resultUrl" not in failed
    assert client.service.misuse == []


def test_jobs_and_files_vanish(client, model):
    made = client.register(model)
    client.service.behaviour.jobs_forgotten_after = 1
    job = client.sync(made, **{"async": True})
    client.get(job["statusUrl"])
    assert client.get(job["statusUrl"])["error"]["code"] == 404
    client.service.behaviour.jobs_forgotten_after = None
    done = client.finished(client.sync(made, **{"async": True}))
    client.running.clock.advance(590)
    assert "edits" in client.get(done["resultUrl"])
    client.running.clock.advance(590)
    assert "edits" in client.get(done["resultUrl"])
    client.running.clock.advance(601)
    assert client.http.get(done["resultUrl"], params=J).status_code == 404
    client.service.jobs.forget()
    assert client.get(job["statusUrl"])["error"]["code"] == 404


def test_work_that_takes_its_time(client, model):
    made = client.register(model)
    client.service.jobs.hold()
    upload = [edits(MAINS, updates=[feature(guid_of("Mains", 1), name="Late")])]
    job = client.sync(made, upload, **{"async": True})
    assert [client.get(job["statusUrl"])["status"] for _ in range(3)] == [
        "Pending",
        "ExportChanges",
        "ExportChanges",
    ]
    assert client.service.rows(MAINS)[guid_of("Mains", 1)]["name"] == "Main 1"
    client.sync(made, **{"async": True})
    assert [one.category for one in client.service.misuse] == [book.TWO_AT_ONCE]
    client.service.jobs.release()
    assert client.finished(job)["status"] == "Completed"
    assert client.service.rows(MAINS)[guid_of("Mains", 1)]["name"] == "Late"


def test_without_async_it_is_done_at_once(client, model):
    client.service.behaviour.sync_flags = {"supportsAsync": False}
    assert "layers" in client.create(model, **{"async": True})


# -- what gets lost


def test_lost_answers_and_lost_requests(client, model):
    made = client.register(model)
    upload = [
        edits(MAINS, adds=[feature(NEW, {"paths": [[[1_100_000, 6_900_000], [1_100_010, 6_900_010]]]})])
    ]
    client.running.fault("/synchronizeReplica", Unheard())
    with pytest.raises(requests.ConnectionError):
        client.sync(made, upload)
    assert NEW not in client.service.rows(MAINS)
    for fault in (HangUp(), Afterwards(Status(500)), Afterwards(Html()), Truncated(20)):
        client.running.fault("/synchronizeReplica", fault)
        with pytest.raises((requests.RequestException, AssertionError)):
            client.sync(made, upload)
        assert NEW in client.service.rows(MAINS)
        client.service.edit(MAINS, deletes=[NEW])


def test_doubled_requests(client, model):
    made = client.register(model)
    client.running.fault("/synchronizeReplica", Doubled())
    upload = [edits(HYDRANTS, adds=[feature(NEW, POINT, name="Twice")])]
    told = client.sync(made, upload)
    assert entry_of(told, HYDRANTS)["addResults"][0]["success"] is False
    assert [one.category for one in client.service.misuse] == [book.REPEATED_ADD]
    assert client.service.misuse_but(book.REPEATED_ADD) == []


def test_many_clients_at_once(client, model):
    names = [f"client {number}" for number in range(6)]
    made = [client.create(model, replicaName=name) for name in names]

    def work(number):
        with requests.Session() as session:
            own = type(client)(session, client.running, client.town)
            told = made[number]
            for turn in range(5):
                row = feature(guid_of("Mains", number + 1), name=f"{number}/{turn}")
                told = own.sync(told, [edits(MAINS, updates=[row])])
            made[number] = told

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = client.service.rows(MAINS)
    assert {rows[guid_of("Mains", number + 1)]["name"] for number in range(6)} == {f"{n}/4" for n in range(6)}
    assert client.service.misuse == []


# -- rules


def test_who_may_only_read_downloads(synced, model):
    client = synced(user=COLLEAGUE, access="private")
    client.service.behaviour.capabilities = "Query,Sync"
    made = client.create(model)
    assert client.get(f"replicas/{made['replicaID']}")["syncDirection"] == "download"
    upload = [edits(MAINS, updates=[feature(guid_of("Mains", 1), name="x")])]
    assert client.sync(made, upload)["error"]["details"] == ["The replica is download only."]
    client.token = {"token": client.running.tokens.issue(OWNER, audience="server").text}
    own = client.create(model)
    assert client.get(f"replicas/{own['replicaID']}")["syncDirection"] == "bidirectional"


def test_the_floor_rises(client, model):
    made = client.register(model)
    client.service.edit(MAINS, updates=[feature(guid_of("Mains", 1), name="B")])
    client.service.raise_floor()
    told = client.get()["changeTrackingInfo"]["layerServerGens"]
    floors = {entry["id"]: entry["minServerGen"] for entry in told}
    assert floors.pop(MAINS) == client.service.store.generation
    assert all(floor < client.service.store.generation for floor in floors.values())
    assert client.sync(made)["error"]["details"] == ["The generation is no longer available."]
    late = client.register(model)  # one generation for all layers is refused with the first synchronisation
    assert (late if model == "perLayer" else client.sync(late))["error"]["code"] == 400
    assert client.service.misuse == []
