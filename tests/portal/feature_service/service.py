"""`FeatureServiceStandIn`: a feature service of the stand-in, and what tests may do to it directly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
import json
import threading
import time
from typing import Any, Optional
import uuid

from . import book
from .attachment_edits import AttachmentEdits
from .behaviour import Behaviour, Json
from .book import Book, Misuse
from .editing import Editing
from .jobs import Jobs
from .layers import GEOMETRY, ServiceLayer, SourceLayer, linked
from .replicas import ServerReplica
from .spelling import Spelling, bare_guid, braced
from .store import Store
from .uploads import Uploads

ANONYMOUS = "Esri_Anonymous"


class FeatureServiceStandIn:
    """Rows, replicas, jobs, uploads and the book of one service.

    `behaviour` holds the switches; `owner` and `administrators` may do everything, `read_only_users`
    nothing but read.
    """

    def __init__(
        self,
        name: str,
        json: Json,
        layers: Iterable[SourceLayer],
        *,
        owner: str,
        access: str = "public",
        behaviour: Optional[Behaviour] = None,
    ) -> None:
        self.name, self.json, self.owner, self.access = name, json, owner, access
        self.behaviour = behaviour or Behaviour()
        self.spelling = Spelling(self.behaviour)
        sources = list(layers)
        self.store = Store(max((source.generation for source in sources), default=0))
        self.layers = {source.json["id"]: ServiceLayer(self.store, source) for source in sources}
        linked(self.layers.values())
        self.replicas: dict[str, ServerReplica] = {}
        self.jobs, self.uploads = Jobs(self.behaviour), Uploads()
        self.administrators, self.read_only_users = {owner}, set[str]()
        self.floor: dict[int, int] = dict.fromkeys(self.layers, 0)
        self.book = Book()
        self._calculated: dict[tuple[int, str], Callable[[Json], Any]] = {}
        self._synchronizing: list[str] = []
        self._busy = threading.Lock()

    @property
    def wkid(self) -> int:
        """The spatial reference of the data."""
        return int(self.json.get("spatialReference", {}).get("wkid", 4326))

    # -- generations

    def generation_of(self, layer: ServiceLayer) -> int:
        """The newest change of a layer, or of what its rows belong to."""
        parents = [
            self.layers[one["relatedTableId"]].generation
            for one in layer.json.get("relationships", ())
            if one.get("role") == "esriRelRoleDestination" and one["relatedTableId"] in self.layers
        ]
        return max(layer.generation, *parents, 0)

    def raise_floor(self, generation: Optional[int] = None) -> None:
        """Changes up to the generation (default: all so far) can no longer be asked for; a layer that has not
        changed since can be asked for still."""
        told = self.store.generation if generation is None else generation
        self.floor = {number: min(told, self.generation_of(one)) for number, one in self.layers.items()}

    # -- the book

    @property
    def misuse(self) -> list[Misuse]:
        """What clients sent that good ones do not; see the categories in book.py."""
        return self.book.entries()

    def misuse_but(self, *categories: str) -> list[Misuse]:
        """Without what a test knows to be right: a repeated addition after a lost answer."""
        return self.book.entries(categories)

    def begin(self, replica: ServerReplica) -> None:
        """A synchronisation is asked for; notes when another one of the replica has not ended."""
        with self._busy:
            if replica.id in self._synchronizing:
                self.book.note(book.TWO_AT_ONCE, f"replica {replica.name} is being synchronised already")
            self._synchronizing.append(replica.id)

    def end(self, replica: ServerReplica) -> None:
        with self._busy:
            self._synchronizing.remove(replica.id)

    # -- what tests see and do

    def rows(self, layer_id: int) -> dict[str, Json]:
        """{GUID} → attributes, and under "geometry" the REST API's geometry of a layer."""
        layer = self.layers[layer_id]
        with self.store.transaction():
            return {braced(row[layer.global_id]): self._shown(layer, row) for row in layer.rows.rows()}

    def _shown(self, layer: ServiceLayer, row: Mapping[str, Any]) -> Json:
        guids = layer.guid_fields
        shown = {
            name: braced(row[name]) if name in guids and row[name] else row[name] for name in layer.fields
        }
        if layer.geometry_type is not None:
            shown["geometry"] = json.loads(row[GEOMETRY]) if row[GEOMETRY] else None
        return shown

    def attachments(self, layer_id: int) -> dict[str, Json]:
        """{GUID} → parentGlobalId ({GUID}), attachmentId, name, contentType, size and data."""
        with self.store.transaction():
            return {
                braced(row["globalId"]): {
                    **{key: row[key] for key in ("attachmentId", "name", "contentType", "size", "data")},
                    "parentGlobalId": braced(row["parentGlobalId"]),
                }
                for row in self.layers[layer_id].attachments.rows()
            }

    def edit(
        self,
        layer_id: int,
        *,
        adds: Iterable[Json] = (),
        updates: Iterable[Json] = (),
        deletes: Iterable[str] = (),
        attach: Iterable[Json] = (),
        detach: Iterable[str] = (),
        user: str = "colleague",
    ) -> list[str]:
        """Edits as another client does; ValueError if the server refuses one of them.

        Features as `{"attributes": {…}, "geometry": {…}}`; attachments to add as
        `{"parentGlobalId", "name", "contentType", "data" (bytes), "globalId" (may miss)}`. Returns the
        {GUID}s of what was added, attachments last.
        """
        layer = self.layers[layer_id]
        with self.store.transaction():
            editing = Editing(self, user, time.time())
            added = editing.apply(layer, "adds", adds)
            results = [*editing.apply(layer, "updates", updates), *editing.apply(layer, "deletes", deletes)]
            own = AttachmentEdits(editing)
            attached = own.apply(layer, "adds", [self._as_upload(one) for one in attach])
            results += [*added, *attached, *own.apply(layer, "deletes", list(detach))]
            refused = [result["error"]["description"] for result in results if not result["success"]]
            if refused:
                raise ValueError(f"the service refused: {'; '.join(refused)}")
            return [braced(bare_guid(result["globalId"]) or "") for result in (*added, *attached)]

    def _as_upload(self, attachment: Json) -> Json:
        upload = self.uploads.add(attachment["name"], attachment["data"])
        return {**attachment, "data": None, "uploadId": upload}

    def calculate(self, layer_id: int, field: str, value: Callable[[Json], Any]) -> None:
        """The server fills a field at every edit, from the row."""
        self._calculated[layer_id, field] = value

    def calculated(self, layer: ServiceLayer, row: Json) -> Json:
        return {
            field: value(row) for (layer_id, field), value in self._calculated.items() if layer_id == layer.id
        }

    def delete_replica(self, replica_id: str) -> None:
        """As an administrator's clean-up does."""
        del self.replicas[bare_guid(replica_id) or ""]

    def own_replicas(self) -> list[ServerReplica]:
        """Those that clients made; the packages' own are left out."""
        return [replica for replica in list(self.replicas.values()) if not replica.packaged]

    # -- changes of the schema

    def add_field(self, layer_id: int, field: Json) -> None:
        """A field as the layer JSON describes it."""
        layer = self.layers[layer_id]
        with self.store.transaction():
            layer.rows.add_column(field["name"])
            layer.json["fields"].append({"alias": field["name"], "nullable": True, "editable": True, **field})

    def remove_field(self, layer_id: int, name: str) -> None:
        layer = self.layers[layer_id]
        with self.store.transaction():
            layer.rows.drop_column(name)
            layer.json["fields"] = [one for one in layer.json["fields"] if one["name"] != name]

    def rename_field(self, layer_id: int, old: str, new: str) -> None:
        layer = self.layers[layer_id]
        with self.store.transaction():
            layer.rows.rename_column(old, new)
            layer.fields[old]["name"] = new

    def change_field(self, layer_id: int, name: str, **changes: Any) -> None:
        """Members of a field's JSON: domain, type, length, alias, nullable, editable, defaultValue."""
        self.layers[layer_id].fields[name].update(changes)

    def remove_layer(self, layer_id: int) -> None:
        """The layer is gone from the service, and with it from its replicas."""
        with self.store.transaction():
            del self.layers[layer_id]
            for key in ("layers", "tables"):
                self.json[key] = [one for one in self.json.get(key, ()) if one["id"] != layer_id]
            for replica in self.replicas.values():
                replica.filter.queries.pop(layer_id, None)

    def new_replica_id(self) -> str:
        return str(uuid.uuid4()).upper()
