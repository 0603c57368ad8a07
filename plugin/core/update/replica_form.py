"""The replica that a packaged geodatabase was made with, as a request for one of its own.

Name, model, layers, filters and area are those that the package states, so that its rows are the rows of the
new replica.
"""

from __future__ import annotations

from typing import Any, Optional

from ..geodatabase.replica import Replica, RowsQuery, SyncDataset, SyncModel
from ..json_value import Json, folded_keys, is_number, json_object
from ..portal.generations import ServerGenerations
from ..portal.replica_requests import ReplicaRequest, SyncWay
from ..portal.service_info import ServiceInfo

_QUERIES = {RowsQuery.FILTER: "useFilter", RowsQuery.NONE: "none", RowsQuery.ALL: "all"}
_CORNERS = ("xmin", "ymin", "xmax", "ymax")


def replica_layers(replica: Replica) -> dict[int, SyncDataset]:
    """The datasets of a package by layer id, without the tables of attachments."""
    found = ((one.layer_id, one) for one in replica.datasets if not one.is_attachment)
    return {layer_id: one for layer_id, one in found if layer_id is not None}


def packaged_generations(replica: Replica) -> ServerGenerations:
    """How far the rows of a package are those of the server."""
    layers = replica_layers(replica)
    if replica.model is SyncModel.PER_REPLICA:
        return ServerGenerations(replica=next((one.generations.server for one in layers.values()), None))
    return ServerGenerations({layer: one.generations.server for layer, one in layers.items()})


def replica_request(
    replica: Replica, service: ServiceInfo, name: str, way: SyncWay
) -> Optional[ReplicaRequest]:
    """An ordinary replica; None where neither package nor service tell an area."""
    area = _area(replica, service)
    if area is None:
        return None
    geometry, geometry_type, wkid = area
    layers = replica_layers(replica)
    return ReplicaRequest(
        name=name,
        layers=tuple(sorted(layers)),
        geometry=geometry,
        geometry_type=geometry_type,
        wkid=wkid,
        per_layer=replica.model is not SyncModel.PER_REPLICA,
        direction=way,
        layer_queries={layer: _query(one) for layer, one in layers.items()},
        attachments=replica.returns_attachments,
        asynchronous=service.supports_async,
    )


def area_of(replica: Replica, service: ServiceInfo) -> dict[str, Any]:
    """The area of a package as `ChangesRequest` takes it; nothing where it is not known."""
    area = _area(replica, service)
    return dict(zip(("geometry", "geometry_type", "wkid"), area)) if area else {}


def layer_queries(replica: Replica) -> dict[int, Json]:
    """The filters of a package by layer id."""
    return {layer: _query(one) for layer, one in replica_layers(replica).items()}


def _query(dataset: SyncDataset) -> dict[str, Any]:
    return {
        "queryOption": _QUERIES[dataset.rows],
        "where": dataset.where,
        "useGeometry": dataset.use_geometry,
        "includeRelated": dataset.include_related,
    }


def _area(replica: Replica, service: ServiceInfo) -> Optional[tuple[dict[str, Any], str, int]]:
    """Geometry, its type and the id of its reference; where the package has none, all of the service."""
    if replica.query_rings and replica.query_wkid:
        rings = [[list(pair) for pair in ring] for ring in replica.query_rings]
        polygon = {"rings": rings, "spatialReference": {"wkid": replica.query_wkid}}
        return polygon, "esriGeometryPolygon", replica.query_wkid
    known = folded_keys(service.json)
    extent = json_object(known.get("fullextent")) or json_object(known.get("initialextent"))
    reference = json_object(extent.get("spatialReference"))
    wkid = reference.get("latestWkid") or reference.get("wkid")
    if not isinstance(wkid, int) or not all(is_number(extent.get(one)) for one in _CORNERS):
        return None
    corners = {one: extent[one] for one in _CORNERS}
    return {**corners, "spatialReference": {"wkid": wkid}}, "esriGeometryEnvelope", wkid
