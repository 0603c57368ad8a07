"""synchronizeReplica: edits of the client up, changes of the others down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Optional

from ..tokens import Refusal
from . import book
from .attachment_edits import AttachmentEdits
from .behaviour import Json
from .download import Download, Told
from .editing import KINDS, Editing
from .layers import ServiceLayer
from .projection import projected
from .replicas import PER_REPLICA, ReplicaFilter, ServerReplica
from .request import ServiceRequest
from .results import Result, answered, check_transport, demand, generations_json
from .sync_request import LayerSync, asked_layers, asked_replica, no_such_replica, sent_edits

if TYPE_CHECKING:
    from .service import FeatureServiceStandIn

_RESULTS = dict(zip(KINDS, ("addResults", "updateResults", "deleteResults")))


def synchronize(service: FeatureServiceStandIn, request: ServiceRequest) -> Json:
    demand(service, "Sync")
    if request.choice("dataFormat", ("json", "sqlite")) != "json":
        raise Refusal(400, "Unable to synchronize replica.", details=("The stand-in only writes JSON.",))
    replica = asked_replica(service, request)
    asked = asked_layers(service, request, replica)
    edits = sent_edits(service, request)
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


@dataclass
class _Brought:
    """What a download has; `cut` where more waits."""

    changed: bool = False
    cut: bool = False
    snapshots: list[Json] = field(default_factory=list)
    generations: dict[Optional[int], int] = field(default_factory=dict)


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
        brought = self._download(entries)
        self.replica.tell(brought.generations)
        self.replica.last_sync = self.request.now
        if self.request.flag("closeReplica"):
            del self.service.replicas[self.replica.id]
        took = any(_results_of(entry) for entry in entries.values())
        head = {**self.head, "responseType": _response_type(brought, took)}
        if brought.cut and self.service.behaviour.limit_flag_in == "answer":
            head["exceededTransferLimit"] = True
        content: Json = {"edits": list(entries.values())}
        if brought.snapshots:
            content["layers"] = brought.snapshots
        told = generations_json(self.service, self.replica.model, brought.generations)
        empty = not (brought.changed or brought.snapshots or took)
        return Result(head, content, told, empty, editing.failed)

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

    def _download(self, entries: dict[int, Json]) -> _Brought:
        """Adds the changes to the entries; snapshots are told apart, as createReplica tells rows."""
        download = self._reader()
        told = Told(self.service, self.request.url, self.replica.wkid, self._files_by_url())
        brought = _Brought()
        reached = self._reached(download)
        for layer_id, sync in self.asked.items():
            layer = self.service.layers[layer_id]
            up_to, more = reached[layer_id]
            if sync.direction == "snapshot":
                brought.snapshots.append(told.rows(layer, download))
            elif sync.after is not None:
                brought.changed |= self._changes(download, told, sync.after, layer, (up_to, more), entries)
            if sync.downloads or self.service.behaviour.generations_of_uploads:
                brought.generations[layer_id] = up_to if more else self.service.generation_of(layer)
            brought.cut = brought.cut or more
        if self.replica.model == PER_REPLICA:
            newest = min(up_to for up_to, _ in reached.values())
            brought.generations = {None: newest} if brought.generations else {}
        return brought

    def _reader(self) -> Download:
        """Of what the replica's attachments allow: those that only go up do not come down."""
        of = self.replica.filter
        both = of.attachments and self.replica.attachments_direction == "bidirectional"
        return Download(self.service, ReplicaFilter(of.queries, of.geometry, both), self.replica.id)

    def _files_by_url(self) -> bool:
        """Both spellings of the parameter are seen in the wild."""
        default = self.request.flag("returnAttachmentDataByUrl", True)
        return self.request.flag("returnAttachmentsDataByUrl", default)

    def _reached(self, download: Download) -> dict[int, tuple[int, bool]]:
        """How far each layer's download gets; in the per-replica model all get equally far."""
        limit = self.service.behaviour.transfer_limit
        reached = {
            layer_id: download.reach(self.service.layers[layer_id], sync.after, limit)
            if sync.after is not None
            else (self.service.store.generation, False)
            for layer_id, sync in self.asked.items()
        }
        if self.replica.model == PER_REPLICA:
            first = min(up_to for up_to, _ in reached.values())
            reached = {layer_id: (first, any(more for _, more in reached.values())) for layer_id in reached}
        return reached

    def _changes(
        self,
        download: Download,
        told: Told,
        after: int,
        layer: ServiceLayer,
        reached: tuple[int, bool],
        entries: dict[int, Json],
    ) -> bool:
        """Puts the changes of a layer into its entry; whether there are any."""
        rows, files = download.changes(layer, after, reached[0])
        one = told.changes(layer, rows, files, self.service.behaviour.download_deletes)
        if reached[1] and self.service.behaviour.limit_flag_in == "features":
            one["features"]["exceededTransferLimit"] = True
        _merge(entries.setdefault(layer.id, {"id": layer.id}), one)
        return bool(rows or files)


def _response_type(brought: _Brought, took: bool) -> str:
    if brought.snapshots:
        kind = "EditsAndData" if took or brought.changed else "Data"
    else:
        kind = "Edits" if took or brought.changed else "NoEdits"
    return f"esriReplicaResponseType{kind}"


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
