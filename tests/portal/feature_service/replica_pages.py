"""The list of replicas, the page of one, and unRegisterReplica."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import book
from .behaviour import Json
from .replicas import ServerReplica
from .request import ServiceRequest
from .results import demand, generations_json
from .spelling import bare_guid
from .sync_request import no_such_replica

if TYPE_CHECKING:
    from .service import FeatureServiceStandIn


def replicas(service: FeatureServiceStandIn, request: ServiceRequest) -> list[Json]:
    """An array; own ones, for administrators all."""
    demand(service, "Sync")
    more = service.behaviour.flag("advancedReplicasResourceCapabilities")
    told = []
    for replica in _visible(service, request):
        one: Json = {
            "replicaName": replica.name,
            "replicaID": service.spelling.replica_id(replica.id),
        }
        if more and request.flag("returnVersion"):
            one["replicaVersion"] = f"{replica.owner}.{replica.name}" if service.behaviour.versioned else ""
        if more and request.flag("returnLastSyncDate"):
            one["lastSyncDate"] = int(replica.last_sync * 1000)
        told.append(one)
    return told


def replica_page(service: FeatureServiceStandIn, request: ServiceRequest, replica_id: str) -> Json:
    demand(service, "Sync")
    replica = service.replicas.get(bare_guid(replica_id) or "")
    if replica is None or replica not in _visible(service, request):
        raise no_such_replica()
    replica.given.update(replica.generations.items())
    area: Any = replica.filter.geometry or {}
    return {
        "replicaName": replica.name,
        "replicaID": service.spelling.replica_id(replica.id),
        "replicaOwner": replica.owner,
        "targetType": replica.target,
        "syncModel": replica.model,
        "syncDirection": replica.direction,
        **generations_json(service, replica.model, replica.generations),
        "creationDate": int(replica.created * 1000),
        "lastSyncDate": int(replica.last_sync * 1000),
        "returnAttachments": replica.filter.attachments,
        "attachmentsSyncDirection": replica.attachments_direction,
        "spatialRel": "esriSpatialRelIntersects",
        "geometryType": "esriGeometryPolygon" if "rings" in area else "esriGeometryEnvelope",
        "geometry": area,
        "layers": [query.json(number) for number, query in replica.filter.queries.items()],
        "spatialReference": {"wkid": replica.wkid},
    }


def unregister(service: FeatureServiceStandIn, request: ServiceRequest) -> Json:
    demand(service, "Sync")
    if request.text("replicaID") == "*":
        service.book.note(book.EVERY_REPLICA, f"{request.user} unregistered every replica at once")
        gone = _visible(service, request)
    else:
        replica = service.replicas.get(request.guid("replicaID"))
        if replica is None or replica not in _visible(service, request):
            raise no_such_replica()
        if replica.packaged:
            service.book.note(book.PACKAGED_REPLICA, "the package's own replica was unregistered")
        gone = [replica]
    for replica in gone:
        service.replicas.pop(replica.id, None)
    return {"success": True}


def _visible(service: FeatureServiceStandIn, request: ServiceRequest) -> list[ServerReplica]:
    everything = request.user in service.administrators
    return [one for one in list(service.replicas.values()) if everything or one.owner == request.user]
