"""The client creates, synchronises, lists and unregisters replicas of a service that the stand-in fills."""

from __future__ import annotations

from typing import Any

from arcgis.features import FeatureLayerCollection
from arcgis.gis import GIS

from tests.portal import (
    Behaviour,
    FeatureServiceStandIn,
    PortalContent,
    PortalStandIn,
    SourceLayer,
    add_editable_service,
)
from tests.portal.feature_service import GEOMETRY

WELLS, VISITS = 0, 1
NEW = "{0A2B9F70-1111-4222-8333-444455556666}"
_EXTENT = {"xmin": 1_100_000, "ymin": 6_900_000, "xmax": 1_101_000, "ymax": 6_901_000}
_REFERENCE = {"wkid": 102100, "latestWkid": 3857}


def well(number: int) -> str:
    return f"{{0000000{number}-AAAA-4BBB-8CCC-0123456789AB}}"


def add_wells(content: PortalContent) -> FeatureServiceStandIn:
    """Five wells and a table; all of it is private."""
    wells = SourceLayer(
        _layer(WELLS, "Wells", "esriFieldTypeDouble", geometryType="esriGeometryPoint"),
        [
            {
                "OBJECTID": 10 * number,
                "GlobalID": well(number),
                "depth": number / 4,
                GEOMETRY: {"x": 1_100_000.0 + 100 * number, "y": 6_900_500.0},
            }
            for number in range(1, 6)
        ],
        generation=1200,
    )
    visits = SourceLayer(_layer(VISITS, "Visits", "esriFieldTypeString"), generation=1300)
    page = {"spatialReference": _REFERENCE, "fullExtent": {**_EXTENT, "spatialReference": _REFERENCE}}
    return add_editable_service(
        content, "Peer/Wells", [wells, visits], json=page, access="private", behaviour=Behaviour()
    )


def _layer(number: int, name: str, kind: str, **more: Any) -> dict[str, Any]:
    names = (("OBJECTID", "OID"), ("depth", kind.removeprefix("esriFieldType")), ("GlobalID", "GlobalID"))
    fields = [
        {"name": field, "type": f"esriFieldType{type_}", "alias": field, "editable": field == "depth"}
        for field, type_ in names
    ]
    return {
        "id": number,
        "name": name,
        "type": "Feature Layer" if more else "Table",
        "objectIdField": "OBJECTID",
        "globalIdField": "GlobalID",
        "fields": fields,
        **more,
    }


def compare_replicas(portal: PortalStandIn, service: FeatureServiceStandIn, gis: GIS, table: Any) -> None:
    url = f"{portal.server_url}/rest/services/{service.name}/FeatureServer"
    collection = FeatureLayerCollection(url, gis)
    table.line("service: layers", [one.properties.name for one in collection.layers], ["Wells"])
    frame = collection.layers[0].query(where="depth > 0.5", return_geometry=True)
    depths = [feature.attributes["depth"] for feature in frame.features]
    table.line("service: query", depths, [0.75, 1.0, 1.25])
    for model in ("perLayer", "perReplica"):
        for asynchronous in (False, True):
            _one_replica(service, collection, table, model, asynchronous)
    table.line("what it did that good clients do not", [str(one) for one in service.misuse], [])


def _one_replica(
    service: FeatureServiceStandIn, collection: Any, table: Any, model: str, asynchronous: bool
) -> None:
    how = f"{model}, {'by a job' if asynchronous else 'embedded'}"
    transport = "esriTransportTypeUrl" if asynchronous else "esriTransportTypeEmbedded"
    replicas = collection.replicas
    service.edit(WELLS, deletes=[NEW] if NEW in service.rows(WELLS) else [])
    made = replicas.create(
        f"peer {how}",
        [WELLS, VISITS],
        transport_type=transport,
        asynchronous=asynchronous,
        sync_model=model,
        wait=asynchronous,
    )
    made = _result(collection, made)
    table.line(f"create, {how}", len(made["layers"][0]["features"]), len(service.rows(WELLS)), "all rows")
    listed = [one["replicaName"] for one in replicas.get_list()]
    table.line("  listed", listed, [one.name for one in service.own_replicas()])
    service.edit(WELLS, updates=[{"attributes": {"GlobalID": well(2), "depth": len(listed) + 7.5}}])
    adds = [{"attributes": {"GlobalID": NEW, "depth": 9}, "geometry": {"x": 1_100_050, "y": 6_900_050}}]
    upload = [{"id": WELLS, "features": {"adds": adds, "updates": [], "deleteIds": []}}]
    told = _result(collection, _synchronized(replicas, made, upload, transport, asynchronous))
    table.line("  synchronize, up", service.rows(WELLS)[NEW]["depth"], 9.0)
    changes = next(one for one in told["edits"] if one["id"] == WELLS)["features"]
    down = [(one["attributes"]["GlobalID"], one["attributes"]["depth"]) for one in changes["updates"]]
    table.line("  synchronize, down", down, [(well(2).strip("{}"), len(listed) + 7.5)])
    page = replicas.get(made["replicaID"])
    key = "layerServerGens" if model == "perLayer" else "replicaServerGen"
    table.line("  generations of its page", page[key], told[key])
    table.line("  unregister", replicas.unregister(made["replicaID"]), {"success": True})
    table.line("  listed", replicas.get_list(), [])


def _synchronized(
    replicas: Any, made: dict[str, Any], edits: list[dict[str, Any]], transport: str, asynchronous: bool
) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "sync_direction": "bidirectional",
        "replica_server_gen": made.get("replicaServerGen"),
    }
    if "layerServerGens" in made:
        layers = [{**one, "syncDirection": "bidirectional"} for one in made["layerServerGens"]]
        asked = {"sync_layers": layers}
    return replicas.synchronize(
        made["replicaID"],
        transport_type=transport,
        return_ids_for_adds=True,
        edits=edits,
        asynchronous=asynchronous,
        **asked,
    )


def _result(collection: Any, answer: dict[str, Any]) -> dict[str, Any]:
    """The file of a job; the client leaves asking for it to its user."""
    connection = collection._con
    while "statusUrl" in answer:
        page = connection.get(answer["statusUrl"], {"f": "json"})
        answer = page if page["status"] in ("Completed", "CompletedWithErrors") else answer
    for key in ("resultUrl", "responseUrl", "URL"):
        if key in answer:
            return connection.get(answer[key], {"f": "json"})
    return answer
