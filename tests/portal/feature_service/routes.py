"""Which operation answers which path below `FeatureServer`."""

from __future__ import annotations

from collections.abc import Callable
import re
from typing import Any

from ..answers import Answer, FileAnswer, html_answer, json_answer
from ..record import Asked
from ..tokens import Refusal
from .apply_edits import apply_layer_edits, apply_service_edits
from .create_replica import create_replica
from .descriptions import layer_json, service_json
from .extract_changes import extract_changes
from .layers import ServiceLayer
from .pages import add_attachment, delete_attachments, update_attachment, upload_page
from .query import attachments_of, query, query_attachments
from .replica_pages import replica_page, replicas, unregister
from .request import ServiceRequest
from .service import ANONYMOUS, FeatureServiceStandIn
from .synchronize import synchronize

_SERVICE: dict[str, Callable[[FeatureServiceStandIn, ServiceRequest], Any]] = {
    "": lambda service, request: service_json(service),
    "createreplica": create_replica,
    "unregisterreplica": unregister,
    "replicas": replicas,
    "extractchanges": extract_changes,
    "applyedits": apply_service_edits,
}
_LAYER: dict[str, Callable[[FeatureServiceStandIn, ServiceRequest, ServiceLayer], Any]] = {
    "": lambda service, request, layer: layer_json(service, layer),
    "query": query,
    "applyedits": apply_layer_edits,
    "queryattachments": query_attachments,
}
# They change something: real servers take them by POST only.
_POST_ONLY = frozenset({"createreplica", "synchronizereplica", "unregisterreplica", "applyedits"})


def answer(
    service: FeatureServiceStandIn, asked: Asked, path: str, user: str, url: str, now: float
) -> Answer | FileAnswer:
    """`path` is what follows the service's `url`; Refusal for what is refused."""
    request = ServiceRequest(asked, user or ANONYMOUS, url, now)
    folded = path.strip("/").lower()
    if folded.rpartition("/")[2] in _POST_ONLY and asked.method != "POST":
        raise Refusal(405, "Method not allowed.", details=("The operation is asked by POST.",))
    found = re.fullmatch(r"replicafilescache/([0-9a-f]+\.json)", folded)
    if found:
        content = service.jobs.file(found[1], now)
        return html_answer("<h1>404 Not Found</h1>", 404) if content is None else _json_file(content)
    if folded == "synchronizereplica":
        # It begins before it waits for others, so that two at once are seen.
        told = synchronize(service, request)
    else:
        with service.store.transaction():
            told = _told(service, request, folded, path.strip("/"))
    return told if isinstance(told, FileAnswer) else json_answer(service.spelling.keys(told), asked)


def _json_file(content: bytes) -> FileAnswer:
    return FileAnswer(content, "application/json;charset=utf-8")


def _told(service: FeatureServiceStandIn, request: ServiceRequest, folded: str, path: str) -> Any:
    if folded in _SERVICE:
        return _SERVICE[folded](service, request)
    first, _, rest = folded.partition("/")
    if first == "replicas":
        return replica_page(service, request, path.partition("/")[2])
    if first == "jobs":
        return service.jobs.told(rest, request.now)
    if first == "uploads":
        return upload_page(service, request, path.partition("/")[2])
    layer = service.layers.get(int(first)) if first.isdecimal() else None
    if layer is None:
        raise Refusal(404, "Service not found.", details=("The requested layer does not exist.",))
    if rest in _LAYER:
        return _LAYER[rest](service, request, layer)
    return _attachments(service, request, layer, rest)


def _attachments(
    service: FeatureServiceStandIn, request: ServiceRequest, layer: ServiceLayer, rest: str
) -> Any:
    match = re.fullmatch(
        r"(\d+)/(attachments|addattachment|updateattachment|deleteattachments)(?:/(\d+))?", rest
    )
    if match is None or not layer.has_attachments:
        raise Refusal(400, "Invalid URL.")
    number, what = int(match[1]), match[2]
    if what == "attachments" and match[3] is None:
        return attachments_of(service, request, layer, number)
    if what == "attachments":
        row = layer.attachments.current_by_object_id(int(match[3]))
        if row is None:
            raise Refusal(404, "Attachment not found.")
        return FileAnswer(row["data"], row["contentType"], row["name"])
    action = {
        "addattachment": add_attachment,
        "updateattachment": update_attachment,
        "deleteattachments": delete_attachments,
    }[what]
    return action(service, request, layer, number)
