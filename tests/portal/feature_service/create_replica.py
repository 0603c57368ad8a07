"""createReplica: with data, or registering a copy of what a package holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Optional

from ..tokens import Refusal
from . import book
from .behaviour import Json
from .download import Download, Told
from .projection import projected, usual
from .replicas import NO_MODEL, PER_LAYER, PER_REPLICA, LayerQuery, ReplicaFilter, ServerReplica
from .request import ServiceRequest, bad_parameter
from .results import Result, answered, demand, generations_json
from .spelling import bare_guid

if TYPE_CHECKING:
    from .service import FeatureServiceStandIn

_REGISTERING = ("registerExistingData", "refReplicaId", "layerServerGens", "replicaServerGen")
# returnAttachments → the directions that go with it; the first is taken where none is said.
_ATTACHMENTS = {True: ("bidirectional", "upload"), False: ("none", "upload")}


def create_replica(service: FeatureServiceStandIn, request: ServiceRequest) -> Json:
    demand(service, "Sync")
    if request.choice("dataFormat", ("json", "sqlite", "filegdb")) != "json":
        raise Refusal(400, "Unable to create replica.", details=("The stand-in only writes JSON.",))
    options = request.json("replicaOptions", dict, {})
    registering = _registers(service, options)
    replica = _requested(service, request)
    if registering:
        _register(service, replica, options)
    by_url = request.flag("returnAttachmentsDataByUrl", True)
    told = Told(service, request.url, replica.wkid, by_url)

    def work() -> Result:
        with service.store.transaction():
            replica.name = _free_name(service, replica.name)
            if replica.model != NO_MODEL:
                service.replicas[replica.id] = replica
            return _info(service, replica) if registering else _data(service, replica, told)

    return answered(service, request, _head(service, replica), work)


def _registers(service: FeatureServiceStandIn, options: Json) -> bool:
    """Whether a copy is registered; servers that cannot, refuse or ignore it."""
    asked = [key for key in _REGISTERING if key in options]
    way = service.behaviour.replica_options
    if way == "ignore" or not asked:
        return False
    able = service.behaviour.flag("supportsRegisteringExistingData")
    if way == "refuse" or not able or (way == "no refReplicaId" and "refReplicaId" in options):
        raise Refusal(
            400,
            "replicaOptions are not supported.",
            details=tuple(asked if way != "no refReplicaId" else ["refReplicaId"]),
        )
    return True


def _requested(service: FeatureServiceStandIn, request: ServiceRequest) -> ServerReplica:
    """The replica that the request describes, not yet kept."""
    layer_ids = request.numbers("layers")
    if not layer_ids or any(layer_id not in service.layers for layer_id in layer_ids):
        raise bad_parameter("layers")
    model = request.choice("syncModel", (PER_REPLICA, PER_LAYER, NO_MODEL))
    if not _supports(service, model):
        raise bad_parameter("syncModel")
    attachments = request.flag("returnAttachments")
    direction = request.text("attachmentsSyncDirection", _ATTACHMENTS[attachments][0]).lower()
    if direction not in _ATTACHMENTS[attachments]:
        raise bad_parameter("attachmentsSyncDirection")
    queries = request.json("layerQueries", dict, {})
    area, wkid = area_of(service, request, needed=model != NO_MODEL)
    replica = ServerReplica(
        service.new_replica_id(),
        request.text("replicaName", "Replica"),
        request.user,
        model,
        ReplicaFilter(
            {
                number: LayerQuery.of(
                    queries.get(str(number)), service.layers[number].geometry_type is not None
                )
                for number in layer_ids
            },
            area,
            attachments,
        ),
        request.number("replicaSR") or wkid,
        _direction(service, request),
        direction,
        request.choice("targetType", ("client", "server")),
        request.now,
    )
    try:
        projected([0.0, 0.0], service.wkid, replica.wkid)
    except ValueError:
        raise bad_parameter("replicaSR") from None
    return replica


def _supports(service: FeatureServiceStandIn, model: str) -> bool:
    """A missing flag means that the per-replica model is there and the others are not."""
    name = {PER_LAYER: "PerLayerSync", PER_REPLICA: "PerReplicaSync", NO_MODEL: "SyncModelNone"}[model]
    told = service.behaviour.flag(f"supports{name}")
    return model == PER_REPLICA if told is None else bool(told)


def area_of(
    service: FeatureServiceStandIn, request: ServiceRequest, needed: bool
) -> tuple[Optional[Json], int]:
    """The area in the service's reference, and the reference it was given in."""
    text = request.text("geometry")
    if not text:
        if needed:
            raise bad_parameter("geometry")
        return None, service.wkid
    try:
        if text.startswith("{"):
            given: Json = json.loads(text)
        else:
            given = dict(zip(("xmin", "ymin", "xmax", "ymax"), map(float, text.split(","))))
        own = given.pop("spatialReference", None) or {}
        wkid = usual(request.number("inSR") or own.get("wkid") or service.wkid)
        if "rings" not in given and "ymax" not in given:
            raise bad_parameter("geometry")
        return projected(given, wkid, service.wkid), wkid
    except (ValueError, AttributeError):
        raise bad_parameter("geometry") from None


def _direction(service: FeatureServiceStandIn, request: ServiceRequest) -> str:
    """Who may not edit gets a replica that only downloads."""
    asked = request.choice("syncDirection", ("bidirectional", "download", "upload"))
    edits = any(service.behaviour.allows(one) for one in ("Create", "Update", "Delete"))
    manages = request.user in service.administrators and not service.behaviour.versioned
    if request.user in service.read_only_users or not (edits or manages):
        return "download"
    return asked


def _register(service: FeatureServiceStandIn, replica: ServerReplica, options: Json) -> None:
    """The copy's generations, and the replica that it is a copy of."""
    reference = None
    if options.get("refReplicaId"):
        reference = service.replicas.get(bare_guid(options["refReplicaId"]) or "")
        if reference is None:
            raise Refusal(400, "Unable to create replica.", details=("The reference replica was not found.",))
    generations = _told_generations(replica, options)
    for layer_id, number in generations.items():
        place = "the replica" if layer_id is None else f"layer {layer_id}"
        if number > service.store.generation:
            service.book.note(book.NEWER, f"registered with generation {number} of {place}")
            raise bad_parameter("replicaOptions")
        if reference is not None and (layer_id, number) not in reference.given:
            service.book.note(book.INVENTED, f"registered with generation {number} of {place}")
        if number < min(service.floor.values() if layer_id is None else [service.floor[layer_id]]):
            raise Refusal(
                400, "Unable to create replica.", details=("The generation is no longer available.",)
            )
    replica.tell(generations)


def _told_generations(replica: ServerReplica, options: Json) -> dict[Optional[int], int]:
    """Numbers, or text of them."""
    try:
        if replica.model == PER_REPLICA:
            return {None: int(options["replicaServerGen"])}
        listed: Any = options["layerServerGens"]
        listed = json.loads(listed) if isinstance(listed, str) else listed
        found: dict[Optional[int], int] = {one["id"]: int(one["serverGen"]) for one in listed}
    except (KeyError, TypeError, ValueError):
        raise bad_parameter("replicaOptions") from None
    if set(found) != set(replica.filter.queries):
        raise bad_parameter("replicaOptions")
    return found


def _free_name(service: FeatureServiceStandIn, name: str) -> str:
    taken = {replica.name for replica in service.replicas.values()}
    number = 0
    free = name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free


def _head(service: FeatureServiceStandIn, replica: ServerReplica) -> Json:
    return {
        "replicaName": replica.name,
        "replicaID": service.spelling.replica_id(replica.id),
        "targetType": replica.target,
    }


def _info(service: FeatureServiceStandIn, replica: ServerReplica) -> Result:
    head = {
        **_head(service, replica),
        "responseType": "esriReplicaResponseTypeInfo",
        "syncModel": replica.model,
    }
    return Result(head, {}, generations_json(service, replica.model, replica.generations))


def _data(service: FeatureServiceStandIn, replica: ServerReplica, told: Told) -> Result:
    download = Download(service, replica.filter)
    layers = [told.rows(service.layers[number], download) for number in replica.filter.queries]
    if replica.model == PER_REPLICA:
        replica.tell({None: service.store.generation})
    else:
        replica.tell(
            {number: service.generation_of(service.layers[number]) for number in replica.filter.queries}
        )
    head = {
        **_head(service, replica),
        "responseType": "esriReplicaResponseTypeData",
        "syncModel": replica.model,
    }
    return Result(head, {"layers": layers}, generations_json(service, replica.model, replica.generations))
