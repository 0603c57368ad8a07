"""synchronizeReplica: edits of the client up, changes of the others down."""

from __future__ import annotations

from dataclasses import dataclass
import json
from typing import TYPE_CHECKING, Any, Optional

from ..tokens import Refusal
from . import book
from .attachment_edits import AttachmentEdits
from .behaviour import Json
from .download import Changes, Download, Told
from .editing import KINDS, Editing
from .layers import ServiceLayer
from .projection import projected
from .replicas import PER_LAYER, PER_REPLICA, ReplicaFilter, ServerReplica
from .request import ServiceRequest, bad_parameter
from .results import Result, answered, check_transport, demand, generations_json

if TYPE_CHECKING:
    from .service import FeatureServiceStandIn

_DIRECTIONS = ("bidirectional", "download", "upload", "snapshot")
_RESULTS = dict(zip(KINDS, ("addResults", "updateResults", "deleteResults")))


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


def synchronize(service: FeatureServiceStandIn, request: ServiceRequest) -> Json:
    demand(service, "Sync")
    if request.choice("dataFormat", ("json", "sqlite")) != "json":
        raise Refusal(400, "Unable to synchronize replica.", details=("The stand-in only writes JSON.",))
    replica = _replica(service, request)
    asked = _asked(service, request, replica)
    edits = _edits(service, request)
    if replica.direction == "download" and any(one.uploads for one in asked.values()) and edits:
        raise Refusal(400, "Unable to synchronize replica.", details=("The replica is download only.",))
    rollback = request.flag("rollbackOnFailure") and bool(service.behaviour.flag("supportsRollbackOnFailure"))
    sync = _Synchronization(service, request, replica, asked)

    def work() -> Result:
        try:
            with service.store.transaction():
                if service.replicas.get(replica.id) is not replica:
                    raise no_such_replica()
                return sync.run(edits, rollback)
        finally:
            service.end(replica)

    check_transport(request)
    service.begin(replica)
    return answered(service, request, sync.head, work)


def no_such_replica() -> Refusal:
    return Refusal(400, "Replica not found.", details=("The replica does not exist.",))


def _replica(service: FeatureServiceStandIn, request: ServiceRequest) -> ServerReplica:
    replica = service.replicas.get(request.guid("replicaID"))
    if replica is None:
        raise no_such_replica()
    if replica.packaged:
        service.book.note(book.PACKAGED_REPLICA, "a synchronisation under the id of the package itself")
    if replica.owner != request.user and request.user not in service.administrators:
        raise Refusal(403, "You do not have permissions to access this replica.")
    return replica


def _asked(
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
    if told is None:
        if direction in ("upload", "snapshot"):
            return None
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
    return generation


def _edits(service: FeatureServiceStandIn, request: ServiceRequest) -> list[Json]:
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


class _Synchronization:
    """One synchronisation: upload, download, and what is told of both."""

    def __init__(
        self,
        service: FeatureServiceStandIn,
        request: ServiceRequest,
        replica: ServerReplica,
        asked: dict[int, LayerSync],
    ) -> None:
        self.service, self.request, self.replica, self.asked = service, request, replica, asked
        self.head: Json = {
            "replicaName": replica.name,
            "replicaID": service.spelling.replica_id(replica.id),
            "syncModel": replica.model,
        }

    def run(self, edits: list[Json], rollback: bool) -> Result:
        entries: dict[int, Json] = {}
        editing = Editing(
            self.service,
            self.request.user,
            self.request.now,
            self.replica.id,
            repeated_adds=self.service.behaviour.repeated_adds,
        )
        self._upload(edits, editing, entries)
        if editing.failed and rollback:
            raise Refusal(400, "Unable to synchronize replica.", details=_refused(entries))
        brought, generations, cut = self._download(entries)
        self.replica.tell(generations)
        self.replica.last_sync = self.request.now
        if self.request.flag("closeReplica"):
            del self.service.replicas[self.replica.id]
        took = any(_results_of(entry) for entry in entries.values())
        head = {**self.head, "responseType": self._response_type(brought, took)}
        if cut and self.service.behaviour.limit_flag_in == "answer":
            head["exceededTransferLimit"] = True
        told = generations_json(self.service, self.replica.model, generations)
        return Result(head, {"edits": list(entries.values())}, told, not (brought or took), editing.failed)

    def _response_type(self, brought: bool, took: bool) -> str:
        if any(one.direction == "snapshot" for one in self.asked.values()):
            kind = "EditsAndData" if took else "Data"
        else:
            kind = "Edits" if brought or took else "NoEdits"
        return f"esriReplicaResponseType{kind}"

    # -- up

    def _upload(self, edits: list[Json], editing: Editing, entries: dict[int, Json]) -> None:
        """Additions and updates of all layers, then attachments, then deletes."""
        taken = [(self.service.layers[one["id"]], one) for one in edits if self._takes(one)]
        attachments = AttachmentEdits(editing)
        for kinds in (("adds", "updates"), ("deletes",)):
            for layer, entry in taken:
                for kind in kinds:
                    told = self._features(layer, entry, kind)
                    if told:
                        self._note(entries, layer, "features", kind, editing.apply(layer, kind, told))
            for layer, entry in taken if kinds[0] == "adds" else ():
                for kind in KINDS:
                    files = self._sent(entry.get("attachments") or {}, kind)
                    if files and self._takes_attachments(layer):
                        self._note(entries, layer, "attachments", kind, attachments.apply(layer, kind, files))

    def _takes(self, entry: Json) -> bool:
        """Whether edits of this layer are looked at; a client that sends others would never know."""
        sync = self.asked.get(entry["id"])
        if sync is not None and sync.uploads:
            return True
        why = "is not synchronised" if sync is None else f"is a {sync.direction}"
        if any(entry.get(key) for key in ("features", "attachments", *KINDS)):
            self.service.book.note(book.IGNORED_EDITS, f"layer {entry['id']} {why}, yet edits were sent")
        return False

    def _takes_attachments(self, layer: ServiceLayer) -> bool:
        if self.replica.attachments_direction != "none":
            return True
        self.service.book.note(book.IGNORED_EDITS, f"attachments of layer {layer.id}: the replica has none")
        return False

    def _features(self, layer: ServiceLayer, entry: Json, kind: str) -> list[Any]:
        """The edits of one kind; geometry arrives in the replica's reference."""
        inside = entry.get("features") or {}
        if kind == "deletes":
            flat = self.service.behaviour.upload_deletes == "deletes"
            return list((entry.get("deletes") if flat else inside.get("deleteIds")) or [])
        told = [*(inside.get(kind) or []), *(entry.get(kind) or [])]
        if self.replica.wkid == self.service.wkid:
            return told
        return [
            {**one, "geometry": projected(one["geometry"], self.replica.wkid, self.service.wkid)}
            if one.get("geometry")
            else one
            for one in told
        ]

    def _sent(self, attachments: Json, kind: str) -> list[Any]:
        key = self.service.behaviour.upload_deletes if kind == "deletes" else kind
        return list(attachments.get(key) or [])

    def _note(
        self, entries: dict[int, Json], layer: ServiceLayer, part: str, kind: str, results: list[Json]
    ) -> None:
        """Puts results where this server puts them."""
        if (
            kind == "adds"
            and self.service.behaviour.ids_for_adds
            and not self.request.flag("returnIdsForAdds")
        ):
            results = [{key: one[key] for key in ("success", "error") if key in one} for one in results]
        entry = entries.setdefault(layer.id, {"id": layer.id})
        beside = part == "features" and not self.service.behaviour.results_inside
        place = entry if beside else entry.setdefault(part, {})
        place.setdefault(_RESULTS[kind], []).extend(results)

    # -- down

    def _download(self, entries: dict[int, Json]) -> tuple[bool, dict[Optional[int], int], bool]:
        """Adds the changes to the entries; whether there are any, the generations, and whether more wait."""
        only_up = self.replica.attachments_direction != "bidirectional"
        wanted = ReplicaFilter(
            self.replica.filter.queries,
            self.replica.filter.geometry,
            self.replica.filter.attachments and not only_up,
        )
        download = Download(self.service, wanted, self.replica.id)
        reached = self._reached(download)
        by_url = self.request.flag(
            "returnAttachmentsDataByUrl", self.request.flag("returnAttachmentDataByUrl", True)
        )
        told = Told(self.service, self.request.url, self.replica.wkid, by_url)
        deletes, brought, cut = self.service.behaviour.download_deletes, False, False
        generations: dict[Optional[int], int] = {}
        for layer_id, sync in self.asked.items():
            layer = self.service.layers[layer_id]
            if sync.downloads:
                up_to, more = reached[layer_id]
                rows, files = self._changes(download, layer, sync, up_to)
                one = told.changes(layer, rows, files, deletes)
                if more and self.service.behaviour.limit_flag_in == "features":
                    one["features"]["exceededTransferLimit"] = True
                _merge(entries.setdefault(layer_id, {"id": layer_id}), one)
                brought, cut = brought or bool(rows or files), cut or more
                generations[layer_id] = up_to if more else self.service.generation_of(layer)
            elif self.service.behaviour.generations_of_uploads:
                generations[layer_id] = self.service.generation_of(layer)
        if self.replica.model == PER_LAYER:
            return brought, generations, cut
        newest = min((up_to for up_to, _ in reached.values()), default=self.service.store.generation)
        return brought, {None: newest} if generations else {}, cut

    def _reached(self, download: Download) -> dict[int, tuple[int, bool]]:
        """How far each layer's download gets; in the per-replica model all get equally far."""
        limit = self.service.behaviour.transfer_limit
        reached = {
            layer_id: download.reach(self.service.layers[layer_id], sync.after, limit)
            if sync.direction != "snapshot" and sync.after is not None
            else (self.service.store.generation, False)
            for layer_id, sync in self.asked.items()
        }
        if self.replica.model == PER_REPLICA:
            first = min(up_to for up_to, _ in reached.values())
            reached = {layer_id: (first, any(more for _, more in reached.values())) for layer_id in reached}
        return reached

    def _changes(
        self, download: Download, layer: ServiceLayer, sync: LayerSync, up_to: int
    ) -> tuple[Changes, Changes]:
        if sync.direction == "snapshot":
            rows = download.rows(layer)
            return Changes(adds=rows), Changes(adds=download.attachments(layer, rows))
        assert sync.after is not None
        return download.changes(layer, sync.after, up_to)


def _merge(entry: Json, more: Json) -> None:
    """Changes beside the results of the same layer."""
    for key, value in more.items():
        if isinstance(value, dict):
            entry.setdefault(key, {}).update(value)
        else:
            entry[key] = value


def _results_of(entry: Json) -> list[Json]:
    places = (entry, entry.get("features", {}), entry.get("attachments", {}))
    return [one for place in places for key in _RESULTS.values() for one in place.get(key, [])]


def _refused(entries: dict[int, Json]) -> tuple[str, ...]:
    return tuple(
        f"Layer {entry['id']}, {one.get('globalId')}: {one['error']['description']}"
        for entry in entries.values()
        for one in _results_of(entry)
        if not one["success"]
    )
