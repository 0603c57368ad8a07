"""What a client is told: the rows of a replica, and what changed in them since a generation."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
import json
from typing import TYPE_CHECKING, Any, Optional

from .areas import Ring, rings_of, touches
from .behaviour import Json
from .layers import GEOMETRY, ServiceLayer
from .projection import projected
from .replicas import LayerQuery, ReplicaFilter
from .spelling import with_bare_guids
from .store import Values, VersionedTable

if TYPE_CHECKING:
    from .service import FeatureServiceStandIn


@dataclass
class Changes:
    """Rows as kept, deletes as bare GlobalIDs."""

    adds: list[Values] = field(default_factory=list)
    updates: list[Values] = field(default_factory=list)
    deletes: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.adds or self.updates or self.deletes)


@dataclass
class Download:
    """Reads for one replica (its id is `origin`: its own edits are left out), or for one question."""

    service: FeatureServiceStandIn
    filter: ReplicaFilter
    origin: Optional[str] = None
    _area: Optional[list[Ring]] = field(default=None, init=False)

    def __post_init__(self) -> None:
        if self.filter.geometry is not None:
            self._area = rings_of(self.filter.geometry)

    # -- what the replica holds

    def rows(self, layer: ServiceLayer) -> list[Values]:
        newest = self.service.store.generation
        return [row for row in layer.rows.rows() if self.holds(layer, row, newest)]

    def attachments(self, layer: ServiceLayer, rows: list[Values]) -> list[Values]:
        if not self.filter.attachments:
            return []
        held = {row[layer.global_id] for row in rows}
        return [row for row in layer.attachments.rows() if row["parentGlobalId"] in held]

    def holds(self, layer: ServiceLayer, row: Optional[Values], generation: int) -> bool:
        """Whether a version of a row belongs to the replica, as things were at `generation`."""
        query = self.filter.queries.get(layer.id)
        if row is None or query is None:
            return False
        if query.option == "all":
            return True
        if query.option == "none":
            return query.include_related and self._is_related(layer, row, generation)
        return self._passes(layer, row, query)

    def _passes(self, layer: ServiceLayer, row: Values, query: LayerQuery) -> bool:
        if query.where and not layer.rows.matches(row, with_bare_guids(query.where)):
            return False
        if layer.geometry_type is None or not query.use_geometry or self._area is None:
            return True
        return row[GEOMETRY] is not None and touches(self._area, json.loads(row[GEOMETRY]))

    def _is_related(self, layer: ServiceLayer, row: Values, generation: int) -> bool:
        for parent, key, own_key in _parents(self.service, layer):
            if (
                row[own_key] is None
                or self.filter.queries.get(parent.id, LayerQuery("none")).option == "none"
            ):
                continue
            found = parent.rows.rows_at(generation, key, row[own_key])
            if any(self.holds(parent, one, generation) for one in found):
                return True
        return False

    # -- what changed

    def reach(self, layer: ServiceLayer, after: int, limit: Optional[int]) -> tuple[int, bool]:
        """The generation that one answer gets to, and whether changes are left."""
        newest = self.service.store.generation
        if limit is None:
            return newest, False
        seen: set[str] = set()
        reached = 0
        changed = layer.rows.changed(after, newest, self.origin)
        changed += layer.attachments.changed(after, newest, self.origin) if self.filter.attachments else []
        for generation, global_id in sorted(changed):
            if len(seen | {global_id}) > limit and reached and generation > reached:
                return reached, True
            seen.add(global_id)
            reached = generation
        return newest, False

    def changes(self, layer: ServiceLayer, after: int, up_to: int) -> tuple[Changes, Changes]:
        """Of rows, and of attachments."""
        changed = {gid: True for _, gid in layer.rows.changed(after, up_to, self.origin)}
        for global_id in self._children_of_changed(layer, after, up_to):
            changed.setdefault(global_id, False)
        rows = Changes()
        for global_id, itself in changed.items():
            row = layer.rows.current(global_id)
            known = self._known(layer, layer.rows, global_id, after)
            if self.holds(layer, row, self.service.store.generation):
                assert row is not None
                if not known:
                    rows.adds.append(row)
                elif itself:
                    rows.updates.append(row)
            elif known:
                rows.deletes.append(global_id)
        return rows, self._attachment_changes(layer, after, up_to, rows)

    def _known(self, layer: ServiceLayer, table: VersionedTable, global_id: str, after: int) -> bool:
        """Whether the client has the row: it had it at `after`, or sent it itself since."""
        if self.origin is not None and table.added_by(global_id, after, self.origin):
            return True
        row = table.at(global_id, after)
        if row is not None and table is layer.attachments:
            row = layer.rows.at(row["parentGlobalId"], after)
        return self.holds(layer, row, after)

    def _children_of_changed(self, layer: ServiceLayer, after: int, up_to: int) -> list[str]:
        """Rows that came or went with the row that they are related to."""
        query = self.filter.queries.get(layer.id)
        if query is None or query.option != "none":
            return []
        children = []
        for parent, key, own_key in _parents(self.service, layer):
            for _, global_id in parent.rows.changed(after, up_to, self.origin):
                row = parent.rows.current(global_id) or parent.rows.at(global_id, after)
                found = [] if row is None else layer.rows.rows(f'"{own_key}" = ?', (row[key],))
                children += [child[layer.global_id] for child in found]
        return children

    def _attachment_changes(self, layer: ServiceLayer, after: int, up_to: int, rows: Changes) -> Changes:
        found, table = Changes(), layer.attachments
        if not self.filter.attachments:
            return found
        changed = dict.fromkeys(gid for _, gid in table.changed(after, up_to, self.origin))
        for parent in [*(row[layer.global_id] for row in rows.adds), *rows.deletes]:
            changed.update(
                dict.fromkeys(one["globalId"] for one in table.rows("parentGlobalId = ?", (parent,)))
            )
        for global_id in changed:
            row = table.current(global_id)
            parent = None if row is None else layer.rows.current(row["parentGlobalId"])
            known = self._known(layer, table, global_id, after)
            if self.holds(layer, parent, self.service.store.generation):
                assert row is not None
                (found.updates if known else found.adds).append(row)
            elif known:
                found.deletes.append(global_id)
        return found


def _parents(service: FeatureServiceStandIn, layer: ServiceLayer) -> list[tuple[ServiceLayer, str, str]]:
    """(layer, its key field, own key field) that rows of `layer` belong to."""
    return [
        (service.layers[one["relatedTableId"]], one["relatedKeyField"], one["keyField"])
        for one in layer.json.get("relationships", ())
        if one.get("role") == "esriRelRoleDestination" and one["relatedTableId"] in service.layers
    ]


class Told:
    """Rows as JSON, in a reference and in the server's spelling; `url` is the service's."""

    def __init__(
        self, service: FeatureServiceStandIn, url: str, wkid: int, files_by_url: bool = True
    ) -> None:
        self.service, self.url, self.wkid, self.files_by_url = service, url, wkid, files_by_url

    def rows(self, layer: ServiceLayer, download: Download) -> Json:
        """Everything that a replica holds of a layer."""
        rows = download.rows(layer)
        told: Json = {"id": layer.id, "features": [self.feature(layer, row) for row in rows]}
        if download.filter.attachments:
            told["attachments"] = [self.attachment(layer, row) for row in download.attachments(layer, rows)]
        return told

    def feature(self, layer: ServiceLayer, row: Values) -> Json:
        guid, guids = self.service.spelling.guid, layer.guid_fields
        attributes = {
            name: guid(row[name]) if name in guids else row[name] for name in layer.fields if name in row
        }
        if layer.geometry_type is None:
            return {"attributes": attributes}
        return {"geometry": self.geometry(row), "attributes": attributes}

    def geometry(self, row: Values) -> Any:
        if row[GEOMETRY] is None:
            return None
        return projected(json.loads(row[GEOMETRY]), self.service.wkid, self.wkid)

    def attachment(self, layer: ServiceLayer, row: Values) -> Json:
        guid = self.service.spelling.guid
        told = {
            "attachmentId": row["attachmentId"],
            "globalId": guid(row["globalId"]),
            "parentGlobalId": guid(row["parentGlobalId"]),
            **{key: row[key] for key in ("name", "contentType", "size")},
        }
        if not self.files_by_url:
            return {**told, "data": base64.b64encode(row["data"]).decode()}
        parent = layer.rows.current(row["parentGlobalId"])
        assert parent is not None
        place = f"{layer.id}/{parent[layer.object_id]}/attachments/{row['attachmentId']}"
        return {**told, "url": f"{self.url}/{place}"}

    def changes(self, layer: ServiceLayer, rows: Changes, attachments: Changes, deletes: str) -> Json:
        """`features` and `attachments` of one layer; `deletes` is the key of deleted ids."""
        guid = self.service.spelling.guid
        return {
            "id": layer.id,
            "features": {
                "adds": [self.feature(layer, row) for row in rows.adds],
                "updates": [self.feature(layer, row) for row in rows.updates],
                deletes: [guid(one) for one in rows.deletes],
            },
            "attachments": {
                "adds": [self.attachment(layer, row) for row in attachments.adds],
                "updates": [self.attachment(layer, row) for row in attachments.updates],
                deletes: [guid(one) for one in attachments.deletes],
            },
        }
