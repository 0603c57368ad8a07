"""Every switch of a feature service, by what it changes in an answer."""

import json
from random import Random

import pytest

from tests.fixtures.synced_town import COLLEAGUE, HYDRANTS, MAINS, OWNER, PLOTS, guid_of
from tests.portal import Behaviour
from tests.portal.feature_service import book
from tests.portal.feature_service.behaviour import CHOICES

from .service_client import edits, entry_of, feature, features_of

NEW = "{0A2B9F70-1111-4222-8333-444455556666}"
LINE = {"paths": [[[1_100_000, 6_900_000], [1_100_010, 6_900_010]]]}


def main(number, **attributes):
    return feature(guid_of("Mains", number), **attributes)


@pytest.mark.parametrize(
    ("style", "spelt"),
    [
        ("braced", lambda guid: guid),
        ("bare", lambda guid: guid.strip("{}")),
        ("lower", lambda guid: guid.strip("{}").lower()),
    ],
)
def test_guids_in_three_styles(synced, style, spelt):
    client = synced(Behaviour(guids=style))
    made = client.register()
    client.service.edit(
        PLOTS, updates=[feature(guid_of("Plots", 1), name="P")], deletes=[guid_of("Plots", 2)]
    )
    told = client.sync(made, [edits(MAINS, adds=[feature(NEW.lower(), LINE, name="M")])])
    plots = entry_of(told, PLOTS)["features"]
    assert plots["updates"][0]["attributes"]["GlobalID"] == spelt(guid_of("Plots", 1))
    assert plots["updates"][0]["attributes"]["owner_guid"] == spelt(guid_of("owner", 1))
    assert plots["deleteIds"] == [spelt(guid_of("Plots", 2))]
    assert entry_of(told, MAINS)["addResults"][0]["globalId"] == spelt(NEW)
    assert made["replicaID"] == spelt("{" + made["replicaID"].upper() + "}").strip("{}")
    found = client.get("1/query", where=f"GlobalID in ('{NEW.lower()}')", outFields="GlobalID")
    assert found["features"][0]["attributes"] == {"GlobalID": spelt(NEW)}


def test_keys_in_another_letter_case(synced):
    client = synced(Behaviour(key_case="other"))
    made = client.create()
    assert {"replicaId", "ReplicaName"} <= set(made)
    assert "statusURL" in client.create(**{"async": True})
    told = client.sync({**made, "replicaID": made["replicaId"]}, [edits(MAINS, adds=[feature(NEW, LINE)])])
    assert set(entry_of(told, MAINS)["addResults"][0]) == {"objectID", "globalID", "success"}


@pytest.mark.parametrize("way", ["refuse", "ignore", "overwrite"])
def test_repeated_additions(synced, way):
    client = synced(Behaviour(repeated_adds=way))
    made = client.register()
    client.sync(made, [edits(MAINS, adds=[feature(NEW, LINE, name="first", material="PE")])])
    client.service.edit(MAINS, updates=[feature(NEW, material="DI")])
    told = client.sync(made, [edits(MAINS, adds=[feature(NEW, LINE, name="again", material="PE")])])
    assert entry_of(told, MAINS)["addResults"][0]["success"] is (way != "refuse")
    row = client.service.rows(MAINS)[NEW]
    assert (row["name"], row["material"]) == (("again", "PE") if way == "overwrite" else ("first", "DI"))
    assert [one.category for one in client.service.misuse] == [book.REPEATED_ADD]


@pytest.mark.parametrize(("way", "success"), [("succeed", True), ("fail", False)])
def test_deletes_of_what_is_gone(synced, way, success):
    client = synced(Behaviour(missing_deletes=way))
    made = client.register()
    client.service.edit(MAINS, deletes=[guid_of("Mains", 1)])
    told = client.sync(made, [edits(MAINS, deleteIds=[guid_of("Mains", 1)])])
    assert entry_of(told, MAINS)["deleteResults"][0]["success"] is success
    assert client.service.misuse == []


@pytest.mark.parametrize("key", ["deleteIds", "deletes"])
def test_only_one_form_of_deletes_is_understood(synced, key):
    client = synced(Behaviour(upload_deletes=key))
    made = client.register()
    inside, flat = (
        edits(MAINS, deleteIds=[guid_of("Mains", 1)]),
        {"id": MAINS, "deletes": [guid_of("Mains", 2)]},
    )
    told = [client.sync(made, [one]) for one in (inside, flat)]
    results = [entry_of(one, MAINS).get("deleteResults") for one in told]
    assert [one is not None for one in results] == [key == "deleteIds", key == "deletes"]
    gone = guid_of("Mains", 1 if key == "deleteIds" else 2)
    assert set(client.town.service.rows(MAINS)) == {guid_of("Mains", n) for n in range(1, 7)} - {gone}


def test_flat_additions_and_updates_are_understood(synced):
    client = synced()
    made = client.register()
    flat = {"id": MAINS, "adds": [feature(NEW, LINE, name="A")], "updates": [main(1, name="U")]}
    told = entry_of(client.sync(made, [flat]), MAINS)
    assert [one["success"] for one in (*told["addResults"], *told["updateResults"])] == [True, True]


@pytest.mark.parametrize("inside", [True, False])
def test_the_place_of_results(synced, inside):
    client = synced(Behaviour(results_inside=inside))
    entry = entry_of(client.sync(client.register(), [edits(MAINS, updates=[main(1, name="U")])]), MAINS)
    assert ("updateResults" in entry["features"], "updateResults" in entry) == (inside, not inside)


def test_whole_rows_are_demanded(synced):
    client = synced(Behaviour(whole_rows=True))
    made = client.register()
    told = entry_of(client.sync(made, [edits(MAINS, updates=[main(1, name="U")])]), MAINS)
    assert "diameter, material, geometry missing" in told["updateResults"][0]["error"]["description"]
    whole = feature(guid_of("Mains", 1), LINE, name="U", material="PE", diameter=3)
    told = entry_of(client.sync(made, [edits(MAINS, updates=[whole])]), MAINS)
    assert told["updateResults"][0]["success"] is True


@pytest.mark.parametrize("spelt", ["CompletedWithErrors", "Completed With Errors", "COMPLETEDWITHERRORS"])
def test_jobs_with_failed_rows(synced, spelt):
    client = synced(Behaviour(failed_rows_status=spelt, job_polls=0))
    upload = [edits(MAINS, updates=[main(1, name="x" * 41)])]
    job = client.sync(client.register(), upload, **{"async": True})
    page = client.get(job["statusUrl"])
    assert page["status"] == spelt
    assert "resultUrl" in page


@pytest.mark.parametrize("style", ["text", "json text"])
def test_generations_as_text(synced, style):
    client = synced(Behaviour(generations=style))
    made = client.create()
    told = client.create("perReplica")
    assert isinstance(told["replicaServerGen"], str)
    listed = json.loads(made["layerServerGens"]) if style == "json text" else made["layerServerGens"]
    assert {type(one["serverGen"]) for one in listed} == {str if style == "text" else int}
    page = client.get(f"replicas/{made['replicaID']}")
    assert page["layerServerGens"] == made["layerServerGens"]
    again = client.sync({**made, "layerServerGens": listed})
    assert again["responseType"] == "esriReplicaResponseTypeNoEdits"


def test_generations_nowhere_but_on_the_page(synced):
    client = synced(Behaviour(generations_in="nowhere"))
    made = client.create()
    assert "layerServerGens" not in made
    page = client.get(f"replicas/{made['replicaID']}")
    assert "layerServerGens" not in client.sync(page)
    job = client.finished(client.sync(page, **{"async": True}))
    assert "layerServerGens" not in {**job, **client.get(job["resultUrl"])}


@pytest.mark.parametrize("told_too", [True, False])
def test_generations_of_layers_that_only_upload(synced, told_too):
    client = synced(Behaviour(generations_of_uploads=told_too))
    made = client.register()
    client.service.edit(MAINS, updates=[main(2, name="theirs")])
    told = client.sync(made, [edits(MAINS, updates=[main(1, name="mine")])], direction="upload")
    assert "features" not in entry_of(told, MAINS)
    assert bool(told["layerServerGens"]) is told_too
    assert features_of(client.sync(made), MAINS, "updates") == {guid_of("Mains", 2)}


def test_nothing_to_tell_may_mean_no_file(synced):
    client = synced(Behaviour(no_file_without_changes=True))
    made = client.register()
    by_url = client.sync(made, transportType="esriTransportTypeUrl")
    assert "URL" not in by_url
    assert by_url["layerServerGens"] == made["layerServerGens"]
    assert "resultUrl" not in client.finished(client.sync(made, **{"async": True}))


@pytest.mark.parametrize("asked", [True, False])
def test_ids_come_when_asked_for(synced, asked):
    client = synced()
    upload = [edits(MAINS, adds=[feature(NEW, LINE)])]
    told = client.sync(client.register(), upload, returnIdsForAdds=asked)
    assert ("globalId" in entry_of(told, MAINS)["addResults"][0]) is asked


def test_layers_may_allow_less(synced):
    client = synced()
    client.service.behaviour.layer_capabilities[MAINS] = "Query,Sync,Update"
    made = client.register()
    upload = edits(
        MAINS, adds=[feature(NEW, LINE)], updates=[main(1, name="U")], deleteIds=[guid_of("Mains", 2)]
    )
    entry = entry_of(client.sync(made, [upload]), MAINS)
    assert [entry[key][0]["success"] for key in ("addResults", "updateResults", "deleteResults")] == [
        False, True, False
    ]  # fmt: skip


def test_ownership_lets_others_look_only(synced):
    behaviour = Behaviour(allow_others_update=False, allow_others_delete=False)
    client = synced(behaviour, user=COLLEAGUE, access="private")
    assert client.get(str(HYDRANTS))["ownershipBasedAccessControlForFeatures"]["allowOthersToUpdate"] is False
    assert client.get()["editorTrackingInfo"]["enableOwnershipAccessControl"] is True
    made = client.register()
    point = {"x": 1_100_500, "y": 6_900_500, "z": 1}
    told = client.sync(made, [edits(HYDRANTS, adds=[feature(NEW, point, name="Mine")])])
    upload = edits(HYDRANTS, updates=[feature(guid_of("Hydrants", 1), name="X"), feature(NEW, name="Y")])
    results = entry_of(client.sync(told, [upload]), HYDRANTS)["updateResults"]
    assert [one["success"] for one in results] == [False, True]
    assert OWNER in results[0]["error"]["description"]


def test_readers_are_refused_row_by_row(synced):
    client = synced(user=COLLEAGUE, access="private")
    made = client.register()
    client.service.read_only_users.add(COLLEAGUE)
    upload = [edits(MAINS, updates=[main(1, name="U")])]
    result = entry_of(client.sync(made, upload), MAINS)["updateResults"][0]
    assert "privilege" in result["error"]["description"]
    assert client.get(f"replicas/{client.create()['replicaID']}")["syncDirection"] == "download"


def test_editor_tracking_is_the_servers(synced):
    client = synced(user=COLLEAGUE, access="private")
    made = client.register()
    client.sync(made, [edits(HYDRANTS, updates=[feature(guid_of("Hydrants", 1), name="U")])])
    row = client.service.rows(HYDRANTS)[guid_of("Hydrants", 1)]
    assert (row["created_user"], row["last_edited_user"]) == (OWNER, COLLEAGUE)
    assert row["last_edited_date"] > row["created_date"]


def test_what_the_server_calculates(synced):
    client = synced()
    client.service.calculate(MAINS, "diameter", lambda row: len(row["name"]))
    told = client.sync(client.register(), [edits(MAINS, updates=[main(1, name="Five!")])])
    assert client.service.rows(MAINS)[guid_of("Mains", 1)]["diameter"] == 5
    assert features_of(told, MAINS, "updates") == set()


def test_values_that_a_field_cannot_hold(synced):
    client = synced()
    client.service.behaviour.required_domains = True
    made = client.register()
    wrong = [{"name": "x" * 41}, {"status": None}, {"status": 40000}, {"status": 9}, {"flow": 3001},
             {"flow": "much"}, {"checked": "2024-05-17"}]  # fmt: skip
    updates = [feature(guid_of("Hydrants", 1), **one) for one in wrong]
    updates.append(feature(guid_of("Hydrants", 1), {"paths": []}))
    results = entry_of(client.sync(made, [edits(HYDRANTS, updates=updates)]), HYDRANTS)["updateResults"]
    assert [one["success"] for one in results] == [False] * len(updates)


def test_geometry_is_kept_on_the_grid_with_the_layers_heights(synced):
    client = synced()
    point, line = {"x": 1_100_500.123456, "y": 6_900_500}, {"paths": [[[1, 2, 99], [1_000.00001, 4, 99]]]}
    told = client.sync(client.register(), [
        edits(HYDRANTS, adds=[feature(NEW, point)]), edits(MAINS, adds=[feature(NEW, line)])
    ])  # fmt: skip
    assert entry_of(told, HYDRANTS)["addResults"][0]["success"] is True
    kept = client.service.rows(HYDRANTS)[NEW]["geometry"]
    assert kept == {"x": pytest.approx(1_100_500.1235, abs=1e-6), "y": 6_900_500.0, "z": 0.0}
    assert client.service.rows(MAINS)[NEW]["geometry"]["paths"] == [
        [[1.0, 2.0], [pytest.approx(1_000.0), 4.0]]
    ]


def test_servers_as_chance_has_them(synced):
    assert set(CHOICES) <= set(Behaviour.__dataclass_fields__)
    assert Behaviour.drawn(Random(7)) == Behaviour.drawn(Random(7))
    assert len({repr(Behaviour.drawn(Random(seed))) for seed in range(50)}) == 50
    client = synced(Behaviour.drawn(Random(3)))
    assert len(client.create()["layers"]) == 4
