"""extractChanges: what changed since a generation, without any replica."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Optional

from ..tokens import Refusal
from . import book
from .behaviour import Json
from .create_replica import area_of
from .download import Changes, Download, Told
from .layers import ServiceLayer
from .replicas import PER_LAYER, LayerQuery, ReplicaFilter
from .request import ServiceRequest, bad_parameter
from .results import Result, answered, demand, generations_json

if TYPE_CHECKING:
    from .service import FeatureServiceStandIn


def extract_changes(service: FeatureServiceStandIn, request: ServiceRequest) -> Json:
    demand(service, "ChangeTracking")
    layer_ids = request.numbers("layers")
    if not layer_ids or any(layer_id not in service.layers for layer_id in layer_ids):
        raise bad_parameter("layers")
    spans = {layer_id: _span(service, request, layer_id) for layer_id in layer_ids}
    queries = request.json("layerQueries", dict, {})
    area, _ = area_of(service, request, needed=False)
    wanted = ReplicaFilter(
        {number: _query(queries.get(str(number)), service.layers[number]) for number in layer_ids},
        area,
        request.flag("returnAttachments"),
    )

    def work() -> Result:
        with service.store.transaction():
            return _changes(service, request, wanted, spans)

    return answered(service, request, {}, work)


def _query(given: Optional[Json], layer: ServiceLayer) -> LayerQuery:
    """Without a word about a layer all its changes are told."""
    return LayerQuery.of(given, layer.geometry_type is not None) if given else LayerQuery()


def _span(
    service: FeatureServiceStandIn, request: ServiceRequest, layer_id: int
) -> tuple[int, Optional[int]]:
    """After which generation, and up to which."""
    after, up_to = _told_span(request, layer_id)
    if after > service.store.generation:
        service.book.note(book.NEWER, f"extractChanges, layer {layer_id}: generation {after}")
        raise bad_parameter("layerServerGens")
    if after < service.floor[layer_id]:
        raise Refusal(400, "Unable to extract changes.", details=("The generation is no longer available.",))
    return after, up_to


def _told_span(request: ServiceRequest, layer_id: int) -> tuple[int, Optional[int]]:
    try:
        if request.has("serverGens"):
            told: Any = json.loads(request.text("serverGens"))
            pair = told if isinstance(told, list) else [told]
            return int(pair[0]), int(pair[1]) if len(pair) > 1 else None
        listed = request.json("layerServerGens", list, [])
        return next(int(one["serverGen"]) for one in listed if one["id"] == layer_id), None
    except (KeyError, StopIteration, TypeError, ValueError, IndexError):
        raise bad_parameter("layerServerGens") from None


def _changes(
    service: FeatureServiceStandIn,
    request: ServiceRequest,
    wanted: ReplicaFilter,
    spans: dict[int, tuple[int, Optional[int]]],
) -> Result:
    download = Download(service, wanted)
    by_url = request.flag("returnAttachmentsDataByUrl", True)
    told = Told(service, request.url, request.number("outSR") or service.wkid, by_url)
    entries, generations, cut = [], dict[Optional[int], int](), False
    for layer_id, (after, up_to) in spans.items():
        layer = service.layers[layer_id]
        reached, more = download.reach(layer, after, service.behaviour.transfer_limit)
        end = reached if up_to is None else min(reached, up_to)
        rows, files = download.changes(layer, after, end)
        kept = _asked_for(request, rows), _asked_for(request, files)
        entries.append(_told(request, told, layer, *kept))
        cut = cut or more
        newest = reached if more else service.generation_of(layer)
        generations[layer_id] = newest if up_to is None else end
    head: Json = {"responseType": "esriDataChangesResponseTypeEdits"}
    if cut:
        head["exceededTransferLimit"] = True
    return Result(head, {"edits": entries}, generations_json(service, PER_LAYER, generations))


def _asked_for(request: ServiceRequest, changes: Changes) -> Changes:
    return Changes(
        changes.adds if request.flag("returnInserts", True) else [],
        changes.updates if request.flag("returnUpdates", True) else [],
        changes.deletes if request.flag("returnDeletes", True) else [],
    )


def _told(request: ServiceRequest, told: Told, layer: ServiceLayer, rows: Changes, files: Changes) -> Json:
    if not request.flag("returnIdsOnly"):
        return told.changes(layer, rows, files, "deletes")
    guid = told.service.spelling.guid
    ids = {
        "adds": [guid(row[layer.global_id]) for row in rows.adds],
        "updates": [guid(row[layer.global_id]) for row in rows.updates],
        "deletes": [guid(one) for one in rows.deletes],
    }
    return {"id": layer.id, "features": ids}
