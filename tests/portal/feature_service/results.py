"""How answers about replicas travel: at once, as a file, or by a job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
import json
from typing import TYPE_CHECKING, Any, Optional

from ..tokens import Refusal
from .behaviour import Json
from .jobs import Outcome
from .replicas import PER_LAYER, PER_REPLICA
from .request import ServiceRequest

if TYPE_CHECKING:
    from .service import FeatureServiceStandIn

EMBEDDED, BY_URL = "esriTransportTypeEmbedded", "esriTransportTypeUrl"

Generations = Mapping[Optional[int], int]


@dataclass
class Result:
    """`head` is told in every case; `content` only in the file, or in an answer without one."""

    head: Json
    content: Json
    generations: Json
    empty: bool = False
    failed_rows: bool = False


def demand(service: FeatureServiceStandIn, capability: str) -> None:
    if not service.behaviour.allows(capability):
        raise Refusal(
            400, "Unable to complete operation.", details=(f"Capability '{capability}' is not enabled.",)
        )


def generations_json(service: FeatureServiceStandIn, model: str, generations: Generations) -> Json:
    """`layerServerGens` or `replicaServerGen`, as the server writes numbers."""
    style = service.behaviour.generations
    if model == PER_REPLICA:
        number = generations.get(None)
        return {} if number is None else {"replicaServerGen": number if style == "number" else str(number)}
    if model != PER_LAYER:
        return {}
    told: Any = [
        {"id": layer_id, "serverGen": number if style != "text" else str(number)}
        for layer_id, number in generations.items()
    ]
    return {"layerServerGens": json.dumps(told) if style == "json text" else told}


def check_transport(request: ServiceRequest) -> None:
    """Refuses a request that could not be answered, before anything is done."""
    request.flag("async")
    request.choice("transportType", (EMBEDDED, BY_URL))


def answered(
    service: FeatureServiceStandIn, request: ServiceRequest, page: Json, work: Callable[[], Result]
) -> Json:
    """Does the work and answers as the request asks; `page` is what a job says before it is done."""
    if request.flag("async") and service.behaviour.flag("supportsAsync"):
        job = service.jobs.start(request.url, request.now, page, lambda: _outcome(service, work()))
        return {"statusUrl": f"{request.url}/jobs/{job.id}"}
    by_url = request.choice("transportType", (EMBEDDED, BY_URL)) == BY_URL
    result = work()
    if not by_url:
        told = "" if service.behaviour.generations_in == "nowhere" else result.generations
        return {**result.head, "transportType": EMBEDDED, **(told or {}), **result.content}
    head, file = _outcome(service, result)
    if file is not None:
        head[service.behaviour.url_key] = service.jobs.keep(request.url, file, request.now)
    return {key: value for key, value in head.items() if key != "status"}


def _outcome(service: FeatureServiceStandIn, result: Result) -> Outcome:
    """What the job's page, or the answer, says, and the file."""
    places = service.behaviour.generations_in
    head = {**result.head, "transportType": BY_URL}
    page = {**head, **(result.generations if places == "both" else {})}
    if result.failed_rows:
        page["status"] = service.behaviour.failed_rows_status
    if result.empty and service.behaviour.no_file_without_changes:
        return page, None
    inside = {} if places == "nowhere" else result.generations
    return page, service.spelling.keys({**head, **inside, **result.content})
