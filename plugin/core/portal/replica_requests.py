"""What a feature service is asked about replicas and changes, as the forms that it takes.

Source: the ArcGIS REST API (createReplica, synchronizeReplica, extractChanges).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
import json
from typing import Any, Literal, Optional

from ..json_value import Json
from .generations import ServerGenerations

SyncWay = Literal["bidirectional", "upload", "download", "snapshot"]


@dataclass(frozen=True)
class ReplicaRequest:
    """A replica to create.

    `name` should be unique, so that the replica is found again when the answer is lost. `per_layer` is the
    model: generations by layer, or one for all. `geometry` is Esri JSON in `wkid`, of `geometry_type`
    (`esriGeometryEnvelope`, `esriGeometryPolygon`); rows come in `wkid` too. `layer_queries` by layer id:
    `{"queryOption", "where", "useGeometry", "includeRelated"}`; layers without one are filtered by the
    geometry. `registers`: the rows are there already, from a package with the replica id `reference` ("" to
    leave it out) and its `generations`; a server that understands it sends none.
    """

    name: str
    layers: tuple[int, ...]
    geometry: Json
    geometry_type: str
    wkid: int
    per_layer: bool = True
    direction: SyncWay = "bidirectional"
    layer_queries: Mapping[int, Json] = field(default_factory=dict)
    attachments: bool = False
    attachments_direction: Literal["bidirectional", "upload", "none"] = "bidirectional"
    asynchronous: bool = False
    registers: bool = False
    reference: str = ""
    generations: ServerGenerations = field(default_factory=ServerGenerations)

    def form(self) -> dict[str, str]:
        """The values of the form."""
        filtered = {"queryOption": "useFilter", "useGeometry": True}
        queries = {str(layer): {**filtered, **self.layer_queries.get(layer, {})} for layer in self.layers}
        values = {
            "replicaName": self.name,
            "layers": _text(list(self.layers)),
            "layerQueries": _text(queries),
            "geometry": _text(self.geometry),
            "geometryType": self.geometry_type,
            "inSR": str(self.wkid),
            "replicaSR": str(self.wkid),
            "returnAttachments": _text(self.attachments),
            "returnAttachmentsDataByUrl": "true",
            "attachmentsSyncDirection": self.attachments_direction if self.attachments else "none",
            "syncModel": "perLayer" if self.per_layer else "perReplica",
            "syncDirection": self.direction,
            "targetType": "client",
            **_transport(self.asynchronous),
        }
        if self.registers:
            options: dict[str, Any] = {"registerExistingData": True, **_generations(self)}
            if self.reference:
                options["refReplicaId"] = self.reference
            values["replicaOptions"] = _text(options)
        return values


@dataclass(frozen=True)
class SyncRequest:
    """A synchronisation of the replica `replica`, from `generations` on.

    `layers` are the layers and the way of each; in the per-replica model (`per_layer` false) `direction`
    counts. `edits` is the JSON text of the edits, "" for none; instead, `upload` is the id of an upload that
    holds it.
    """

    replica: str
    generations: ServerGenerations
    per_layer: bool = True
    layers: Mapping[int, SyncWay] = field(default_factory=dict)
    direction: SyncWay = "bidirectional"
    edits: str = ""
    upload: str = ""
    rollback: bool = False
    closes_replica: bool = False
    reconciles: bool = False
    asynchronous: bool = False

    def form(self) -> dict[str, str]:
        """The values of the form."""
        values = {
            "replicaID": self.replica,
            "returnIdsForAdds": "true",
            "returnAttachmentsDataByUrl": "true",
            "rollbackOnFailure": _text(self.rollback),
            "closeReplica": _text(self.closes_replica),
            **_transport(self.asynchronous),
        }
        if self.per_layer:
            values["syncLayers"] = _text([self._layer(layer, way) for layer, way in self.layers.items()])
        else:
            values["syncDirection"] = self.direction
            if self.generations.replica is not None:
                values["replicaServerGen"] = str(self.generations.replica)
        if self.reconciles:
            values["reconcileBranchVersion"] = "true"
        if self.upload:
            values.update(editsUploadID=self.upload, editsUploadFormat="json")
        elif self.edits:
            values["edits"] = self.edits
        return values

    def _layer(self, layer: int, way: SyncWay) -> dict[str, Any]:
        generation = self.generations.layers.get(layer, self.generations.replica)
        stated = {} if generation is None else {"serverGen": generation}
        return {"id": layer, **stated, "syncDirection": way}


@dataclass(frozen=True)
class ChangesRequest:
    """The changes of `layers` since `generations`, without a replica. Geometry as in `ReplicaRequest`."""

    layers: tuple[int, ...]
    generations: ServerGenerations
    geometry: Optional[Json] = None
    geometry_type: str = ""
    wkid: Optional[int] = None
    layer_queries: Mapping[int, Json] = field(default_factory=dict)
    attachments: bool = False

    def form(self) -> dict[str, str]:
        """The values of the form."""
        values = {
            "layers": _text(list(self.layers)),
            "returnInserts": "true",
            "returnUpdates": "true",
            "returnDeletes": "true",
            "returnIdsOnly": "false",
            "returnAttachments": _text(self.attachments),
            "returnAttachmentsDataByUrl": "true",
            "dataFormat": "json",
        }
        if self.layer_queries:
            values["layerQueries"] = _text({str(layer): query for layer, query in self.layer_queries.items()})
        if self.generations.layers:
            known = ((layer, self.generations.layers.get(layer)) for layer in self.layers)
            listed = [{"id": layer, "serverGen": number} for layer, number in known if number is not None]
            values["layerServerGens"] = _text(listed)
        elif self.generations.replica is not None:
            values["serverGens"] = str(self.generations.replica)
        if self.geometry is not None:
            values.update(geometry=_text(self.geometry), geometryType=self.geometry_type)
        if self.wkid is not None:
            values.update(inSR=str(self.wkid), outSR=str(self.wkid))
        return values


def _transport(asynchronous: bool) -> dict[str, str]:
    """A job's answer always comes by its address; an answer at once needs no second request."""
    kind = "esriTransportTypeUrl" if asynchronous else "esriTransportTypeEmbedded"
    return {"dataFormat": "json", "transportType": kind, "async": _text(asynchronous)}


def _generations(request: ReplicaRequest) -> dict[str, Any]:
    """What the model of the request has; a package may name one number for all of its layers."""
    known = request.generations
    if not request.per_layer:
        return {"replicaServerGen": known.replica} if known.replica is not None else {}
    numbers = {layer: known.layers.get(layer, known.replica) for layer in request.layers}
    return ServerGenerations({layer: n for layer, n in numbers.items() if n is not None}).to_json()


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
