"""Without a replica: applyEdits, query, attachments, uploads, extractChanges; and schemas that change."""

import pytest

from tests.fixtures.synced_town import HYDRANTS, INSPECTIONS, MAINS, PLOTS, guid_of
from tests.portal import Behaviour, HangUp

from .service_client import edits, entry_of, feature, features_of

NEW, OTHER = "{0A2B9F70-1111-4222-8333-444455556666}", "{0A2B9F70-1111-4222-8333-777788889999}"
LINE = {"paths": [[[1_100_000, 6_900_000], [1_100_010, 6_900_010]]]}


@pytest.fixture
def client(synced):
    return synced()


def main(number, **attributes):
    return feature(guid_of("Mains", number), **attributes)


# -- applyEdits


def test_edits_of_a_service(client):
    upload = [
        {"id": MAINS, "adds": [feature(NEW, LINE, name="A")], "deletes": [guid_of("Mains", 2)]},
        {"id": PLOTS, "updates": [feature(guid_of("Plots", 1), name="P")]},
    ]
    mains, plots = client.post("applyEdits", edits=upload, useGlobalIds=True)
    assert mains["addResults"] == [{"objectId": 53, "globalId": NEW.strip("{}"), "success": True}]
    assert mains["deleteResults"][0]["success"] is True
    assert (plots["id"], plots["updateResults"][0]["success"]) == (PLOTS, True)
    assert client.service.rows(PLOTS)[guid_of("Plots", 1)]["name"] == "P"
    assert client.service.misuse == []


@pytest.mark.parametrize("rollback", [None, True, False])
def test_an_existing_global_id_fails(client, rollback):
    asked = {} if rollback is None else {"rollbackOnFailure": rollback}
    upload = [{"id": MAINS, "adds": [feature(NEW, LINE), feature(guid_of("Mains", 1), LINE)]}]
    (told,) = client.post("applyEdits", edits=upload, useGlobalIds=True, **asked)
    kept = rollback is False
    assert [one["success"] for one in told["addResults"]] == [kept, False]
    assert (NEW in client.service.rows(MAINS)) is kept
    assert client.service.rows(MAINS)[guid_of("Mains", 1)]["name"] == "Main 1"


def test_edits_of_a_layer_by_object_id(client):
    added = client.post(
        "1/applyEdits", adds=[{"attributes": {"name": "A", "GlobalID": NEW}, "geometry": LINE}]
    )
    result = added["addResults"][0]
    assert result["success"] is True
    assert result["globalId"] != NEW.strip("{}")  # only useGlobalIds keeps them
    assert (added["updateResults"], added["deleteResults"]) == ([], [])
    update = [{"attributes": {"OBJECTID": result["objectId"], "name": "B"}}]
    told = client.post("1/applyEdits", updates=update, deletes="17,24")
    assert [one["success"] for one in (*told["updateResults"], *told["deleteResults"])] == [True] * 3
    told = client.post("1/applyEdits", deletes=[guid_of("Mains", 4)], useGlobalIds=True)
    assert told["deleteResults"][0]["success"] is True
    assert len(client.service.rows(MAINS)) == 4


def test_attachments_need_global_ids(client):
    photo = {
        "parentGlobalid": guid_of("Hydrants", 1),  # as the reference spells it here
        "globalid": NEW,
        "name": "a",
        "contentType": "b",
        "data": "AAAA",
    }
    upload = [{"id": HYDRANTS, "attachments": {"adds": [photo], "deletes": [guid_of("attachment", 1)]}}]
    assert client.post("applyEdits", edits=upload)["error"]["details"] == ["Attachments need useGlobalIds."]
    (told,) = client.post("applyEdits", edits=upload, useGlobalIds=True)
    assert told["attachments"]["addResults"][0]["success"] is True
    assert NEW in client.service.attachments(HYDRANTS)
    assert guid_of("attachment", 1) not in client.service.attachments(HYDRANTS)


def test_servers_without_global_ids_or_editing(client):
    client.service.behaviour.apply_edits_with_global_ids = False
    assert client.get()["supportsApplyEditsWithGlobalIds"] is False
    assert client.post("applyEdits", edits=[], useGlobalIds=True)["error"]["code"] == 400
    client.service.behaviour.capabilities = "Query"
    assert client.post("applyEdits", edits=[{"id": MAINS}])["error"]["code"] == 400


def test_edits_by_a_job(client):
    upload = [{"id": MAINS, "updates": [main(1, name="B")]}]
    started = client.post("applyEdits", edits=upload, useGlobalIds=True, **{"async": True})
    page = client.finished(started)
    assert page["status"] == "COMPLETED"
    assert client.get(page["resultUrl"])[0]["updateResults"][0]["success"] is True


# -- query


def test_which_global_ids_exist(client):
    wanted = ", ".join(
        f"'{one}'" for one in (guid_of("Mains", 1).lower(), guid_of("Mains", 3).strip("{}"), NEW)
    )
    told = client.post("1/query", where=f"GlobalID in ({wanted})", outFields="GlobalID", returnGeometry=False)
    assert {one["attributes"]["GlobalID"] for one in told["features"]} == {
        guid_of("Mains", number).strip("{}") for number in (1, 3)
    }
    assert set(told["features"][0]) == {"attributes"}
    assert (told["objectIdFieldName"], told["globalIdFieldName"]) == ("OBJECTID", "GlobalID")


def test_pages_ids_and_counts(client):
    first = client.get("3/query", where="1=1", outFields="*", resultRecordCount="10")
    assert (len(first["features"]), first["exceededTransferLimit"]) == (10, True)
    rest = client.get("3/query", where="1=1", outFields="*", resultOffset="20")
    assert len(rest["features"]) == 3
    assert "exceededTransferLimit" not in rest
    ids = client.get("3/query", where="1=1", returnIdsOnly="true")["objectIds"]
    seen = [one["attributes"]["OBJECTID"] for one in (*first["features"], *rest["features"])]
    assert seen == ids[:10] + ids[20:]
    assert client.get("3/query", where="result = 'failed'", returnCountOnly="true") == {"count": 5}
    assert len(client.get("3/query", objectIds="17,24")["features"]) == 2


def test_places_and_references(client):
    box = {"xmin": 1_100_000, "ymin": 6_900_000, "xmax": 1_101_000, "ymax": 6_901_000}
    inside = client.get("2/query", geometry=box, outFields="name")
    assert [one["attributes"]["name"] for one in inside["features"]] == [
        "Plot 1",
        "Plot 2",
        "Plot 4",
        "Plot 5",
    ]
    assert (inside["geometryType"], inside["spatialReference"]) == ("esriGeometryPolygon", {"wkid": 102100})
    told = client.get("2/query", where="name = 'Plot 1'", outSR='{"wkid": 4326}')
    assert told["features"][0]["geometry"]["rings"][0][0] == pytest.approx([9.8825, 52.5495], abs=1e-3)


@pytest.mark.parametrize("asked", [{"where": "nothing = 1"}, {"outFields": "nothing"}, {"outSR": "2056"}])
def test_refused_queries(client, asked):
    assert client.get("1/query", **{"where": "1=1", **asked})["error"]["code"] == 400


# -- attachments and uploads


def test_attachments_of_a_feature(client):
    infos = client.get("0/31/attachments")["attachmentInfos"]
    assert [(one["id"], one["name"]) for one in infos] == [(29, "Ansicht 3.jpg"), (32, "Ansicht 3.jpg")]
    assert client.http.get(f"{client.url}/0/31/attachments/29").content == b"\xff\xd8\xff" + bytes([3]) * 400
    groups = client.get("0/queryAttachments", objectIds="31,17,38")["attachmentGroups"]
    assert [(one["parentObjectId"], len(one["attachmentInfos"])) for one in groups] == [(17, 1), (31, 2)]
    by_guid = client.get("0/queryAttachments", globalIds=guid_of("Hydrants", 2))["attachmentGroups"]
    assert [one["parentObjectId"] for one in by_guid] == [24]
    added = client.post("0/31/addAttachment", files={"attachment": ("ü.txt", b"text", "text/plain")})
    number = added["addAttachmentResult"]["objectId"]
    told = client.post("0/31/updateAttachment", attachmentId=number, files={"attachment": ("b.txt", b"more")})
    assert told["updateAttachmentResult"]["success"] is True
    assert client.http.get(f"{client.url}/0/31/attachments/{number}").content == b"more"
    told = client.post("0/31/deleteAttachments", attachmentIds=f"29,{number}")
    assert [one["success"] for one in told["deleteAttachmentResults"]] == [True, True]
    assert len(client.get("0/31/attachments")["attachmentInfos"]) == 1
    assert client.get("1/17/attachments")["error"]["code"] == 400


def test_uploads(client):
    whole = client.post("uploads/upload", files={"file": ("a b.json", b"[]")})
    assert (whole["success"], whole["item"]["itemName"]) == (True, "a b.json")
    item = whole["item"]["itemID"]
    assert client.get(f"uploads/{item}")["committed"] is True
    too_large = client.post("uploads/upload", files={"file": ("a", bytes((10 << 20) + 1))})
    assert "too large" in too_large["error"]["details"][0]
    parts = client.post("uploads/register", itemName="large")["item"]["itemID"]
    assert client.post(f"uploads/{parts}/uploadPart", partId=1, files={"file": ("p", b"x")})["partID"] == 1
    assert client.post(f"uploads/{parts}/commit", parts="1,2")["error"]["code"] == 400
    assert client.post(f"uploads/{item}/delete") == {"success": True}
    assert client.get(f"uploads/{item}")["error"]["code"] == 404
    client.service.behaviour.capabilities = "Query,Sync,Update"
    assert client.post("uploads/register", itemName="x")["error"]["code"] == 400


def test_a_body_in_chunks(client):
    def body():
        yield b'--b\r\nContent-Disposition: form-data; name="f"\r\n\r\njson\r\n--b\r\n'
        yield b'Content-Disposition: form-data; name="file"; filename="x.bin"\r\n\r\n'
        yield bytes(range(256)) * 40
        yield b"\r\n--b--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = client.http.post(f"{client.url}/uploads/upload", data=body(), headers=headers).json()
    assert client.service.uploads.content(answer["item"]["itemID"]) == bytes(range(256)) * 40


# -- extractChanges


def extract(client, **more):
    gens = client.town.content.items[client.town.package].json["properties"]["layerServerGens"]
    asked = {"layers": [0, 1, 2, 3], "layerServerGens": gens, "returnAttachments": True, **more}
    return client.post("extractChanges", **{key: one for key, one in asked.items() if one is not None})


def test_changes_without_a_replica(client):
    client.service.edit(
        MAINS, adds=[feature(NEW, LINE)], updates=[main(1, name="B")], deletes=[guid_of("Mains", 2)]
    )
    client.service.edit(HYDRANTS, deletes=[guid_of("Hydrants", 2)])
    told = extract(client)
    assert told["responseType"] == "esriDataChangesResponseTypeEdits"
    assert features_of(told, MAINS, "adds") == {NEW}
    assert features_of(told, MAINS, "updates") == {guid_of("Mains", 1)}
    assert features_of(told, MAINS, "deletes") == {guid_of("Mains", 2)}
    assert entry_of(told, HYDRANTS)["attachments"]["deletes"] == [guid_of("attachment", 2).strip("{}")]
    ids = extract(client, returnIdsOnly=True, returnDeletes=False)
    assert entry_of(ids, MAINS)["features"] == {
        "adds": [NEW.strip("{}")], "updates": [guid_of("Mains", 1).strip("{}")], "deletes": []
    }  # fmt: skip
    again = extract(client, layerServerGens=told["layerServerGens"])
    assert all(not any(one["features"].values()) for one in again["edits"])
    assert client.service.misuse == []


def test_a_replica_leaves_out_its_own_edits_but_a_question_does_not(client):
    client.sync(client.register(), [edits(MAINS, adds=[feature(NEW, LINE)])])
    assert features_of(extract(client), MAINS, "adds") == {NEW}


def test_changes_in_a_place_by_a_query_or_up_to_a_generation(client):
    client.service.edit(MAINS, updates=[main(1, name="B"), main(3, name="far"), main(4, name="D")])
    between = client.service.store.generation
    client.service.edit(MAINS, updates=[main(5, name="E")])
    extent = client.town.content.items[client.town.area].json["properties"]["extent"]
    told = extract(client, geometry=extent, geometryType="esriGeometryEnvelope")
    assert features_of(told, MAINS, "updates") == {guid_of("Mains", number) for number in (1, 4, 5)}
    told = extract(client, layerQueries={"1": {"queryOption": "none"}})
    assert features_of(told, MAINS, "updates") == set()
    told = extract(client, serverGens=[912, between], layerServerGens=None)
    assert features_of(told, MAINS, "updates") == {guid_of("Mains", number) for number in (1, 3, 4)}


def test_changes_that_cannot_be_told(client):
    client.service.edit(MAINS, updates=[main(1, name="B")])
    started = extract(client, **{"async": True})
    assert features_of(client.get(client.finished(started)["resultUrl"]), MAINS, "updates") == {
        guid_of("Mains", 1)
    }
    client.service.behaviour.transfer_limit = 1
    client.service.edit(MAINS, updates=[main(2, name="C")])
    assert extract(client)["exceededTransferLimit"] is True
    assert extract(client, serverGens=10_000)["error"]["code"] == 400
    client.service.raise_floor()
    assert extract(client)["error"]["details"] == ["The generation is no longer available."]
    client.service.behaviour.capabilities = "Query,Sync"
    assert extract(client)["error"]["code"] == 400


# -- schemas that change


def test_fields_come_go_and_change(client):
    made = client.register()
    service = client.service
    service.add_field(MAINS, {"name": "depth", "type": "esriFieldTypeDouble"})
    service.remove_field(MAINS, "material")
    service.rename_field(MAINS, "diameter", "width")
    service.change_field(
        MAINS, "name", length=5, domain={"type": "codedValue", "name": "N", "codedValues": []}
    )
    fields = {one["name"]: one for one in client.get("1")["fields"]}
    assert {"depth", "width"} <= set(fields)
    assert not {"material", "diameter"} & set(fields)
    assert (fields["name"]["length"], fields["name"]["domain"]["name"]) == (5, "N")
    service.edit(MAINS, updates=[main(1, depth=1.5)])
    (row,) = entry_of(client.sync(made), MAINS)["features"]["updates"]
    assert row["attributes"]["depth"] == 1.5
    assert row["attributes"]["width"] == 81


def test_a_layer_is_removed(client):
    made = client.register()
    client.service.remove_layer(PLOTS)
    assert [one["id"] for one in client.get()["layers"]] == [HYDRANTS, MAINS]
    assert client.get("2")["error"]["code"] == 404
    assert client.sync(made)["error"]["details"] == ["'syncLayers' parameter is invalid."]
    assert client.create()["error"]["code"] == 400


def test_what_tests_do_directly(client):
    service = client.service
    with pytest.raises(ValueError, match="truncated"):
        service.edit(MAINS, updates=[main(1, name="Good"), main(2, name="x" * 41)])
    assert service.rows(MAINS)[guid_of("Mains", 1)]["name"] == "Main 1"
    (attached,) = service.edit(
        HYDRANTS,
        attach=[{"parentGlobalId": guid_of("Hydrants", 1), "name": "a", "contentType": "b", "data": b"c"}],
        detach=[guid_of("attachment", 1)],
    )
    assert service.attachments(HYDRANTS)[attached]["data"] == b"c"
    assert guid_of("attachment", 1) not in service.attachments(HYDRANTS)
    made = client.register()
    service.delete_replica(made["replicaID"])
    assert client.sync(made)["error"]["message"] == "Replica not found."
    row = next(iter(service.rows(INSPECTIONS).values()))
    assert row["hydrant_guid"].startswith("{")
    assert "geometry" not in row


def test_a_lost_answer_of_apply_edits(synced):
    client = synced(Behaviour())
    client.running.fault("/applyEdits", HangUp())
    upload = [{"id": MAINS, "adds": [feature(OTHER, LINE)]}]
    with pytest.raises(OSError):
        client.post("applyEdits", edits=upload, useGlobalIds=True)
    assert OTHER in client.service.rows(MAINS)
