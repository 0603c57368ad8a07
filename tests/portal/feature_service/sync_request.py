"""What a synchronisation asks for: which replica, which directions, from which generations, which edits."""

from __future__ import annotations

from dataclasses import dataclass
import json
from typing import TYPE_CHECKING, Any, Optional

from ..tokens import Refusal
from . import book
from .behaviour import Json
from .replicas import PER_REPLICA, ServerReplica
from .request import ServiceRequest, bad_parameter

if TYPE_CHECKING:
    from .service import FeatureServiceStandIn

_DIRECTIONS = ("bidirectional", "download", "upload", "snapshot")


@dataclass(frozen=True)
class LayerSync:
    """What is asked for one layer; `after` is None where nothing is downloaded."""

    direction: str
    after: Optional[int]

    @property
    def uploads(self) -> bool:
        return self.direction in ("bidirectional", "upload")

    @property
    def downloads(self) -> bool:
        return self.direction != "upload"


def no_such_replica() -> Refusal:
    return Refusal(400, "Replica not found.", details=("The replica does not exist.",))


def asked_replica(service: FeatureServiceStandIn, request: ServiceRequest) -> ServerReplica:
    replica = service.replicas.get(request.guid("replicaID"))
    if replica is None:
        raise no_such_replica()
    if replica.packaged:
        service.book.note(book.PACKAGED_REPLICA, "a synchronisation under the id of the package itself")
    if replica.owner != request.user and request.user not in service.administrators:
        raise Refusal(403, "You do not have permissions to access this replica.")
    return replica


def asked_layers(
    service: FeatureServiceStandIn, request: ServiceRequest, replica: ServerReplica
) -> dict[int, LayerSync]:
    """What is asked of each layer, by the replica's model."""
    if replica.model == PER_REPLICA:
        return _asked_of_all(service, request, replica)
    if request.has("replicaServerGen"):
        service.book.note(book.WRONG_MODEL, f"replicaServerGen for {replica.name}, which is per layer")
    asked = {}
    for one in request.json("syncLayers", list, []):
        layer_id = one.get("id")
        if layer_id not in replica.filter.queries:
            raise bad_parameter("syncLayers")
        direction = str(one.get("syncDirection") or "bidirectional")
        if direction not in _DIRECTIONS:
            raise bad_parameter("syncLayers")
        asked[layer_id] = LayerSync(
            direction, _after(service, replica, layer_id, direction, one.get("serverGen"))
        )
    if not asked:
        raise bad_parameter("syncLayers")
    return asked


def _asked_of_all(
    service: FeatureServiceStandIn, request: ServiceRequest, replica: ServerReplica
) -> dict[int, LayerSync]:
    if request.has("syncLayers") and request.text("syncLayers").strip('"') != PER_REPLICA:
        service.book.note(book.WRONG_MODEL, f"syncLayers for {replica.name}, which is per replica")
    direction = request.choice("syncDirection", _DIRECTIONS)
    after = _after(service, replica, None, direction, request.text("replicaServerGen") or None)
    return dict.fromkeys(replica.filter.queries, LayerSync(direction, after))


def _after(
    service: FeatureServiceStandIn,
    replica: ServerReplica,
    layer_id: Optional[int],
    direction: str,
    told: Any,
) -> Optional[int]:
    """The generation that the client says it has; what is wrong about it goes into the book."""
    name = "replicaServerGen" if layer_id is None else "syncLayers"
    if direction == "snapshot" or (told is None and direction == "upload"):
        return None
    if told is None:
        raise bad_parameter(name)
    try:
        generation = int(told)
    except (TypeError, ValueError):
        raise bad_parameter(name) from None
    place = f"{replica.name}, {'all layers' if layer_id is None else f'layer {layer_id}'}"
    if generation > service.store.generation:
        service.book.note(book.NEWER, f"{place}: generation {generation}, the server has not got there yet")
        raise bad_parameter(name)
    if generation < replica.sent.get(layer_id, 0):
        service.book.note(book.BACKWARDS, f"{place}: generation {generation} after {replica.sent[layer_id]}")
    elif (layer_id, generation) not in replica.given:
        service.book.note(book.INVENTED, f"{place}: generation {generation} was never told to the client")
    if generation < max(service.floor.values() if layer_id is None else [service.floor[layer_id]]):
        raise Refusal(
            400, "Unable to synchronize replica.", details=("The generation is no longer available.",)
        )
    replica.sent[layer_id] = max(generation, replica.sent.get(layer_id, 0))
    return None if direction == "upload" else generation


def sent_edits(service: FeatureServiceStandIn, request: ServiceRequest) -> list[Json]:
    """From the form, or from an upload."""
    if not request.has("editsUploadID"):
        edits = request.json("edits", list, [])
    else:
        request.choice("editsUploadFormat", ("json",))
        content = service.uploads.content(request.text("editsUploadID"))
        try:
            edits = json.loads(content or b"")
        except ValueError:
            raise bad_parameter("editsUploadID") from None
    if any(not isinstance(entry, dict) or entry.get("id") not in service.layers for entry in edits):
        raise bad_parameter("edits")
    return list(edits)
