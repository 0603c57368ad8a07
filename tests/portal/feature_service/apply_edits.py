"""applyEdits of a service and of a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..tokens import Refusal
from .attachment_edits import AttachmentEdits
from .behaviour import Json
from .editing import KINDS, Editing
from .layers import ServiceLayer
from .request import ServiceRequest, bad_parameter
from .results import demand

if TYPE_CHECKING:
    from .service import FeatureServiceStandIn

_RESULTS = dict(zip(KINDS, ("addResults", "updateResults", "deleteResults")))
_ROLLED_BACK = {"code": 1003, "description": "Operation rolled back."}


class _RolledBack(Exception):
    """One row failed, so that nothing is kept."""


def apply_service_edits(service: FeatureServiceStandIn, request: ServiceRequest) -> Any:
    """`edits` by layer; an array of results, or by request a job that ends COMPLETED."""
    edits = request.json("edits", list, [])
    if any(not isinstance(entry, dict) or entry.get("id") not in service.layers for entry in edits):
        raise bad_parameter("edits")

    def work() -> list[Json]:
        return _apply(service, request, edits)

    if not request.flag("async"):
        return work()
    job = service.jobs.start(request.url, request.now, {}, lambda: ({"status": "COMPLETED"}, work()))
    return {"statusUrl": f"{request.url}/jobs/{job.id}"}


def apply_layer_edits(service: FeatureServiceStandIn, request: ServiceRequest, layer: ServiceLayer) -> Json:
    entry = {
        "id": layer.id,
        "adds": request.json("adds", list, []),
        "updates": request.json("updates", list, []),
        "deletes": _deletes(request),
        "attachments": request.json("attachments", dict, {}),
    }
    (told,) = _apply(service, request, [entry])
    del told["id"]
    return {**{key: [] for key in _RESULTS.values()}, **told}


def _deletes(request: ServiceRequest) -> list[Any]:
    """Object ids between commas, or a list of GlobalIDs."""
    if request.text("deletes").startswith("["):
        return list(request.json("deletes", list, []))
    return request.numbers("deletes")


def _apply(service: FeatureServiceStandIn, request: ServiceRequest, edits: list[Json]) -> list[Json]:
    demand(service, "Editing")
    by_global_id = request.flag("useGlobalIds")
    if by_global_id and not service.behaviour.apply_edits_with_global_ids:
        raise bad_parameter("useGlobalIds")
    if not by_global_id and any(entry.get("attachments") for entry in edits):
        raise Refusal(400, "Unable to complete operation.", details=("Attachments need useGlobalIds.",))
    rollback = request.flag("rollbackOnFailure", True)
    told: list[Json] = []
    try:
        with service.store.transaction():
            editing = Editing(service, request.user, request.now, by_global_id=by_global_id)
            told = _results(service, editing, edits)
            if editing.failed and rollback:
                raise _RolledBack
    except _RolledBack:
        for entry in told:
            _roll_back(entry)
            _roll_back(entry.get("attachments", {}))
    return told


def _results(service: FeatureServiceStandIn, editing: Editing, edits: list[Json]) -> list[Json]:
    told: dict[int, Json] = {entry["id"]: {"id": entry["id"]} for entry in edits}
    attachments = AttachmentEdits(editing)
    for kinds in (("adds", "updates"), ("deletes",)):
        for entry in edits:
            layer = service.layers[entry["id"]]
            for kind in kinds:
                if entry.get(kind):
                    told[layer.id][_RESULTS[kind]] = editing.apply(layer, kind, entry[kind])
        for entry in edits if kinds[0] == "adds" else ():
            files = entry.get("attachments") or {}
            layer = service.layers[entry["id"]]
            for kind in KINDS:
                if files.get(kind):
                    results = attachments.apply(layer, kind, files[kind])
                    told[layer.id].setdefault("attachments", {})[_RESULTS[kind]] = results
    return list(told.values())


def _roll_back(results: Json) -> None:
    for key in _RESULTS.values():
        for one in results.get(key, []):
            if one["success"]:
                one.update(success=False, error=_ROLLED_BACK)
