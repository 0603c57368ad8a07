"""Feature services that are edited: what they say, replicas with data and without."""

import json
from pathlib import Path
import re
import sqlite3

import pytest
import requests

from tests.fixtures.synced_town import (
    COLLEAGUE,
    EXTENT,
    GENERATIONS,
    HYDRANTS,
    INSPECTIONS,
    MAINS,
    OWNER,
    PLOTS,
    guid_of,
    synced_town,
)
import tests.portal
from tests.portal import Behaviour, HangUp, PortalStandIn, canyonlands, make_editable

from .conftest import error_of
from .service_client import MODELS, J, ServiceClient, features_of

LAYERS = (HYDRANTS, MAINS, PLOTS, INSPECTIONS)


def test_the_stand_in_shares_nothing_with_the_plugin():
    modules = sorted(Path(tests.portal.__file__).parent.rglob("*.py"))
    assert len(modules) > 30
    for path in modules:
        assert not re.search(r"(from|import) +(plugin|qgis)", path.read_text("utf-8")), path.name


# -- what it says


def test_the_service_says_what_it_can(synced):
    client = synced()
    page = client.get()
    assert page["capabilities"].startswith("Create,Delete,Query,Sync")
    assert page["syncEnabled"] is True
    assert page["syncCapabilities"]["supportsRegisteringExistingData"] is True
    assert [one["name"] for one in (*page["layers"], *page["tables"])] == [
        "Hydrants", "Mains", "Plots", "Inspections"
    ]  # fmt: skip
    gens = {one["id"]: one["serverGen"] for one in page["changeTrackingInfo"]["layerServerGens"]}
    assert gens == {HYDRANTS: 877, MAINS: 901, PLOTS: 640, INSPECTIONS: 912}
    layer = client.get(str(HYDRANTS))
    assert (layer["globalIdField"], layer["geometryType"]) == ("GlobalID", "esriGeometryPoint")
    assert (layer["hasZ"], layer["hasAttachments"]) == (True, True)
    assert layer["editFieldsInfo"]["editorField"] == "last_edited_user"
    assert layer["relationships"][0]["composite"] is True
    assert "relatedKeyField" not in layer["relationships"][0]
    assert error_of(client.http.get(client.url + "/9", params=J))["code"] == 404


def test_every_capability_can_be_taken_away(synced):
    client = synced()
    client.service.behaviour.capabilities = "Query,Sync"
    client.service.behaviour.layer_capabilities[MAINS] = "Query"
    client.service.behaviour.sync_flags = {"supportsAsync": None, "supportsPerLayerSync": False}
    page = client.get()
    assert page["capabilities"] == "Query,Sync"
    assert "supportsAsync" not in page["syncCapabilities"]
    assert page["syncCapabilities"]["supportsPerLayerSync"] is False
    assert "changeTrackingInfo" not in page
    assert client.get(str(MAINS))["capabilities"] == "Query"
    assert client.create()["error"]["details"] == ["'syncModel' parameter is invalid."]
    client.service.behaviour.capabilities = "Query,Create"
    assert client.get()["syncEnabled"] is False
    assert client.create("perReplica")["error"]["code"] == 400


@pytest.mark.parametrize(
    ("case", "flag"),
    [("usual", "supportsAsync"), ("lower", "supportsasync"), ("upper", "supportsASync")],
)
def test_flags_are_spelt_in_three_ways(synced, case, flag):
    assert synced(Behaviour(flag_case=case)).get()["syncCapabilities"][flag] is True


def test_a_private_service_takes_the_tokens_of_its_server(synced):
    client = synced(access="private")
    assert client.get()["error"]["code"] == 499
    assert client.create()["error"]["code"] == 499
    client.token = {"token": client.running.tokens.issue(COLLEAGUE).text}
    assert client.get()["error"]["code"] == 498
    client.token = {"token": client.running.tokens.issue(COLLEAGUE, audience="server").text}
    made = client.create()
    assert client.service.replicas[made["replicaID"]].owner == COLLEAGUE
    client.running.tokens.revoke_all()
    assert client.sync(made)["error"]["code"] == 498


def test_a_server_may_take_the_portals_tokens(tmp_path, portal, http):
    town = synced_town(tmp_path, access="private")
    running = portal(town.content, server_takes_portal_tokens=True)
    for audience in ("portal", "server"):
        token = running.tokens.issue(COLLEAGUE, audience=audience).text
        assert "layers" in ServiceClient(http, running, town, token).create()
    assert ServiceClient(http, running, town, "wrong").get()["error"]["code"] == 498


# -- replicas with data


@pytest.mark.parametrize("model", MODELS)
def test_a_package_is_exactly_a_replica(synced, model):
    client = synced()
    made = client.create(model)
    assert made["responseType"] == "esriReplicaResponseTypeData"
    assert made["transportType"] == "esriTransportTypeEmbedded"
    assert ("replicaServerGen" in made, "layerServerGens" in made) == (model == MODELS[1], model == MODELS[0])
    with sqlite3.connect(f"file:{client.town.path}?immutable=1", uri=True) as package:
        for number, name in zip(LAYERS, ("Hydrants", "Mains", "Plots", "Inspections")):
            packed = {row[0] for row in package.execute(f"SELECT GlobalID FROM {name}")}
            assert packed == features_of(made, number, "features")
            assert 0 < len(packed) < len(client.service.rows(number))
        files = package.execute("SELECT ATTACHMENTID, ATT_NAME FROM Hydrants__ATTACH").fetchall()
    told = made["layers"][0]["attachments"]
    assert sorted(files) == sorted((one["attachmentId"], one["name"]) for one in told)
    assert client.http.get(told[0]["url"]).content.startswith(b"\xff\xd8\xff")


def test_rows_are_told_as_the_reference_writes_them(synced):
    client = synced()
    (row,) = (
        one for one in client.create()["layers"][0]["features"] if one["attributes"]["name"] == "Hydrant 1"
    )
    assert row["attributes"]["GlobalID"] == guid_of("Hydrants", 1).strip("{}")
    assert row["attributes"]["OBJECTID"] == 17
    assert row["attributes"]["checked"] == 1715938215000
    assert set(row["geometry"]) == {"x", "y", "z"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"queryOption": "all"}, {1, 2, 3, 4, 5, 6}),
        ({"queryOption": "useFilter"}, {1, 2, 4, 5}),
        ({"queryOption": "useFilter", "where": "name = 'Main 2'"}, {2}),
        ({"queryOption": "useFilter", "where": "diameter > 84", "useGeometry": False}, {5, 6}),
        ({"queryOption": "none"}, set()),
    ],
)
def test_the_query_of_a_layer_decides_its_rows(synced, query, expected):
    made = synced().create(layerQueries={"1": query})
    assert features_of(made, MAINS, "features") == {guid_of("Mains", number) for number in expected}


def test_related_rows_come_with_none_only(synced):
    client = synced()
    without = {"3": {"queryOption": "none", "includeRelated": False}}
    assert features_of(client.create(layerQueries=without), INSPECTIONS, "features") == set()
    everything = features_of(
        client.create(layerQueries={"3": {"queryOption": "useFilter"}}), INSPECTIONS, "features"
    )
    assert len(everything) == len(client.service.rows(INSPECTIONS))


def test_areas_in_degrees_and_polygons(synced):
    client = synced()
    expected = features_of(client.create(), PLOTS, "features")
    west, south, east, north = EXTENT
    ring = [[west, south], [west, north], [east, north], [east, south], [west, south]]
    made = client.create(geometry={"rings": [ring]}, geometryType="esriGeometryPolygon")
    assert features_of(made, PLOTS, "features") == expected
    degrees = client.get("0/query", where="1=1", outSR="4326", outFields="name")["features"][0]["geometry"]
    made = client.create(geometry="9.88,52.5,9.891,52.6", inSR=4326, replicaSR=4326)
    point = made["layers"][0]["features"][0]["geometry"]
    assert (point["x"], point["y"]) == pytest.approx((degrees["x"], degrees["y"]))


def test_names_are_unique_and_attachments_may_be_embedded(synced):
    client = synced()
    assert client.create()["replicaName"] == "mine"
    made = client.create(returnAttachmentsDataByUrl=False)
    assert made["replicaName"] == "mine_0"
    assert made["layers"][0]["attachments"][0]["data"].startswith("/9j/")


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"layers": [0, 9]}, "layers"),
        ({"layers": None}, "layers"),
        ({"geometry": None}, "geometry"),
        ({"geometry": "1,2,3"}, "geometry"),
        ({"syncModel": "perWhat"}, "syncModel"),
        ({"attachmentsSyncDirection": "none"}, "attachmentsSyncDirection"),
        ({"returnAttachments": False}, "attachmentsSyncDirection"),
        ({"replicaSR": 2056}, "replicaSR"),
        ({"layerQueries": "[]"}, "layerQueries"),
    ],
)
def test_refused_replicas(synced, asked, parameter):
    client = synced()
    error = client.create(**asked)["error"]
    assert (error["code"], error["details"]) == (400, [f"'{parameter}' parameter is invalid."])
    assert client.service.own_replicas() == []


def test_by_get_nothing_is_made(synced):
    assert synced().get("createReplica", layers="0")["error"]["code"] == 405


# -- registering the copy of a package


@pytest.mark.parametrize("model", MODELS)
def test_registering_gives_a_replica_of_its_own_and_no_data(synced, model):
    client = synced(model="PerLayer" if model == "perLayer" else "PerReplica")
    made = client.register(model)
    assert made["responseType"] == "esriReplicaResponseTypeInfo"
    assert "layers" not in made
    said = client.town.content.items[client.town.package].json["properties"]
    newest = max(GENERATIONS.values())
    each = [{"id": number, "serverGen": one} for number, one in GENERATIONS.items()]
    gens = {"layerServerGens": each} if model == "perLayer" else {"replicaServerGen": newest}
    assert {key: made[key] for key in gens} == {key: said[key] for key in gens} == gens
    assert made["replicaID"] != said["replicaID"].upper()
    assert [one.id for one in client.service.own_replicas()] == [made["replicaID"]]
    client.service.edit(HYDRANTS, updates=[{"attributes": {"GlobalID": guid_of("Hydrants", 2), "name": "B"}}])
    assert features_of(client.sync(made), HYDRANTS, "updates") == {guid_of("Hydrants", 2)}
    assert client.service.misuse == []


@pytest.mark.parametrize(
    ("behaviour", "details"),
    [
        (Behaviour(replica_options="refuse"), ["registerExistingData", "refReplicaId", "layerServerGens"]),
        (Behaviour(sync_flags={"supportsRegisteringExistingData": None}), ["registerExistingData"]),
        (Behaviour(replica_options="no refReplicaId"), ["refReplicaId"]),
    ],
)
def test_servers_that_refuse_to_register(synced, behaviour, details):
    client = synced(behaviour)
    error = client.register()["error"]
    assert error["message"] == "replicaOptions are not supported."
    assert error["details"][: len(details)] == details
    assert client.service.own_replicas() == []


def test_servers_that_dislike_one_key_take_the_others(synced):
    client = synced(Behaviour(replica_options="no refReplicaId"))
    gens = client.town.content.items[client.town.package].json["properties"]["layerServerGens"]
    made = client.create(replicaOptions={"registerExistingData": True, "layerServerGens": gens})
    assert made["responseType"] == "esriReplicaResponseTypeInfo"
    assert (
        client.create(replicaOptions={"syncDataOptions": 4})["responseType"] == "esriReplicaResponseTypeData"
    )


def test_servers_that_ignore_the_options_make_a_full_replica(synced):
    client = synced(Behaviour(replica_options="ignore"))
    made = client.register()
    assert made["responseType"] == "esriReplicaResponseTypeData"
    assert len(made["layers"]) == 4
    assert len(client.service.own_replicas()) == 1


@pytest.mark.parametrize(
    "options",
    [
        {"registerExistingData": True},
        {"registerExistingData": True, "layerServerGens": [{"id": 0, "serverGen": 877}]},
        {"registerExistingData": True, "layerServerGens": [{"id": n, "serverGen": "x"} for n in range(4)]},
        {"refReplicaId": "00000000-0000-4000-8000-000000000000"},
    ],
)
def test_refused_registrations(synced, options):
    client = synced()
    assert client.create(replicaOptions=options)["error"]["code"] == 400
    assert client.service.own_replicas() == []


# -- the list, one replica, the end


def test_the_list_has_own_replicas_only(synced):
    client = synced(user=COLLEAGUE, access="private")
    assert client.get("replicas") == []
    made = client.register()
    assert client.get("replicas") == [{"replicaName": "mine", "replicaID": made["replicaID"]}]
    listed = client.get("replicas", returnVersion="true", returnLastSyncDate="true")[0]
    assert (listed["lastSyncDate"], listed["replicaVersion"]) == (0, "")
    page = client.get(f"replicas/{made['replicaID'].lower()}")
    assert (page["replicaOwner"], page["syncDirection"]) == (COLLEAGUE, "bidirectional")
    assert page["layerServerGens"] == made["layerServerGens"]
    assert page["layers"][3]["queryOption"] == "none"
    client.token = {"token": client.running.tokens.issue(OWNER, audience="server").text}
    assert len(client.get("replicas")) == 2  # an administrator sees the package's as well


def test_unregistering(synced):
    client = synced()
    made = client.create()
    for told in ("{" + made["replicaID"].lower() + "}", made["replicaID"]):
        answer = client.post("unRegisterReplica", replicaID=told)
        assert answer == ({"success": True} if told.startswith("{") else answer)
    assert answer["error"]["message"] == "Replica not found."
    assert client.sync(made)["error"]["message"] == "Replica not found."
    assert client.get(f"replicas/{made['replicaID']}")["error"]["code"] == 400


def test_nobody_uses_the_replica_of_another(synced):
    client = synced(access="private", user=COLLEAGUE)
    client.town.content.add_user("visitor", "day-permit-1")
    made = client.create()
    client.token = {"token": client.running.tokens.issue("visitor", audience="server").text}
    assert client.sync(made)["error"]["code"] == 403
    assert client.post("unRegisterReplica", replicaID=made["replicaID"])["error"]["code"] == 400


def test_a_lost_answer_leaves_a_replica_that_its_name_finds(synced):
    client = synced()
    client.running.fault("/createReplica", HangUp())
    with pytest.raises(requests.ConnectionError):
        client.register()
    (listed,) = client.get("replicas")
    assert listed["replicaName"] == "mine"
    gens = client.town.content.items[client.town.package].json["properties"]["layerServerGens"]
    assert (
        client.sync({**listed, "layerServerGens": gens})["responseType"] == "esriReplicaResponseTypeNoEdits"
    )
    assert client.service.misuse == []


# -- services made of packages


def test_the_service_of_a_sample_can_be_made_editable(samples, http):
    content = canyonlands(samples, own_service=True)
    make_editable(content)
    (service,) = content.feature_services.values()
    (path,) = (samples / "canyonlands/p13").glob("*.geodatabase")
    with sqlite3.connect(f"file:{path}?immutable=1", uri=True) as source, PortalStandIn(content) as running:
        for number, layer in service.layers.items():
            table = layer.json["name"]
            boxes = _boxes(source, table, layer.global_id)
            rows = service.rows(number)
            assert set(rows) == set(boxes)
            for guid, row in rows.items():
                points = [point for path in row["geometry"]["paths"] for point in path]
                x, y = zip(*points)
                edges = (min(x), max(x), min(y), max(y))
                assert edges == pytest.approx(boxes[guid], abs=2)
        url = f"{running.server_url}/rest/services/{service.name}/FeatureServer/replicas"
        assert http.get(url, params=J).json() == []


def _boxes(source, table, global_id):
    """GlobalID → box of the index, rounded outward to 32 bits."""
    (column,) = source.execute(
        "SELECT f_geometry_column FROM st_geometry_columns WHERE f_table_name = ?", (table,)
    ).fetchone()
    rows = source.execute(
        f'SELECT t."{global_id}", i.minx, i.maxx, i.miny, i.maxy FROM "{table}" AS t'
        f' JOIN "st_spindex__{table}_{column}" AS i ON i.pkid = t._rowid_ WHERE t.gdb_to_date > 5373484.4999'
    )
    return {row[0]: row[1:] for row in rows}


def test_the_package_on_the_portal_names_its_replica(tmp_path, portal, http):
    town = synced_town(tmp_path)
    running = portal(town.content)
    item = http.get(f"{running.rest}/content/items/{town.package}", params=J).json()
    client = ServiceClient(http, running, town)
    assert item["properties"]["url"] == client.url
    (packaged,) = (one for one in town.service.replicas.values() if one.packaged)
    assert item["properties"]["replicaID"] == packaged.id.lower()
    assert json.loads(json.dumps(item["properties"]["layerQueries"]))["3"]["queryOption"] == "none"
