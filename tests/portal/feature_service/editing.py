"""Edits of rows: one transaction's worth, whoever sends them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Optional
import uuid

from . import book
from .behaviour import Json
from .layers import GEOMETRY, RowRefused, ServiceLayer
from .spelling import bare_guid
from .store import Values

if TYPE_CHECKING:
    from .service import FeatureServiceStandIn

KINDS = ("adds", "updates", "deletes")


@dataclass
class Editing:
    """`user` edits; `origin` is the replica that the edits come from, None for direct ones.

    `by_global_id`: rows are known by GlobalID, else by object id. `repeated_adds` as in `Behaviour`.
    """

    service: FeatureServiceStandIn
    user: str
    now: float
    origin: Optional[str] = None
    by_global_id: bool = True
    repeated_adds: str = "refuse"
    failed: bool = field(default=False, init=False)
    _generation: int = field(default=0, init=False)
    _gone_with_parent: set[str] = field(default_factory=set, init=False)

    def apply(self, layer: ServiceLayer, kind: str, edits: Iterable[Any]) -> list[Json]:
        """`kind` is one of KINDS; a result for each edit, in order."""
        action = {"adds": self._add, "updates": self._update, "deletes": self._delete}[kind]
        return [self._result(action, layer, edit) for edit in edits]

    @property
    def generation(self) -> int:
        """One for all edits of the transaction, taken when the first one is made."""
        if not self._generation:
            self._generation = self.service.store.next_generation(self.service.behaviour.generation_jump)
        return self._generation

    def _result(self, action: Callable[..., Json], layer: ServiceLayer, edit: Any) -> Json:
        try:
            with self.service.store.transaction():
                return {**action(layer, edit), "success": True}
        except RowRefused as refused:
            self.failed = True
            attributes = edit.get("attributes", edit) if isinstance(edit, dict) else {layer.global_id: edit}
            told = bare_guid(attributes.get(layer.global_id, attributes.get("globalId")))
            spelt = self.service.spelling.guid(told)
            return {"objectId": -1, "globalId": spelt, "success": False, "error": refused.error}

    # -- rows

    def _add(self, layer: ServiceLayer, feature: Json) -> Json:
        self.demand("Create", layer)
        given = self._global_id(layer, feature)
        global_id = given or str(uuid.uuid4()).upper()
        values = self._values(layer, feature, whole=True)
        existing = layer.rows.current(global_id)
        if existing is not None:
            self._note(book.REPEATED_ADD, f"{layer.json['name']} has {global_id} already")
            return self._add_again(layer, existing, values)
        now = int(self.now * 1000)
        self._track(layer, values, creatorField=self.user, creationDateField=now)
        self._track(layer, values, editorField=self.user, editDateField=now)
        values[layer.global_id] = global_id
        values.update(self.service.calculated(layer, values))
        object_id = layer.rows.insert(values, self.generation, self.origin)
        return self._ids(object_id, global_id)

    def _add_again(self, layer: ServiceLayer, existing: Values, values: Values) -> Json:
        if self.repeated_adds == "refuse":
            raise RowRefused(1000, "Setting of Value for globalid failed: the value exists already.")
        if self.repeated_adds == "overwrite":
            self._write(layer, existing, values)
        return self._ids(existing[layer.object_id], existing[layer.global_id])

    def _update(self, layer: ServiceLayer, feature: Json) -> Json:
        self.demand("Update", layer)
        existing = self._existing(layer, feature)
        self._own(layer, existing, self.service.behaviour.allow_others_update, "update")
        values = self._values(layer, feature, whole=False)
        if self.service.behaviour.whole_rows:
            missing = sorted(layer.editable - set(values))
            missing += [] if layer.geometry_type is None or GEOMETRY in values else ["geometry"]
            if missing:
                raise RowRefused(1000, f"The update is not complete: {', '.join(missing)} missing.")
        self._write(layer, existing, values)
        return self._ids(existing[layer.object_id], existing[layer.global_id])

    def _write(self, layer: ServiceLayer, existing: Values, values: Values) -> None:
        self._track(layer, values, editorField=self.user, editDateField=int(self.now * 1000))
        values.update(self.service.calculated(layer, {**existing, **values}))
        layer.rows.update(existing[layer.global_id], values, self.generation, self.origin)

    def _delete(self, layer: ServiceLayer, which: Any) -> Json:
        self.demand("Delete", layer)
        if self.by_global_id:
            global_id = bare_guid(which)
            row = layer.rows.current(global_id) if global_id else None
            if row is None:
                return self._gone_already(layer, which)
        else:
            row = layer.rows.current_by_object_id(which)
            if row is None:
                raise RowRefused(1019, "There is no such row.")
        self._own(layer, row, self.service.behaviour.allow_others_delete, "delete")
        self._end(layer, row, self.origin)
        return self._ids(row[layer.object_id], row[layer.global_id])

    def _gone_already(self, layer: ServiceLayer, which: Any) -> Json:
        global_id = bare_guid(which)
        if global_id is None or not layer.rows.ever(global_id):
            self._note(book.UNKNOWN_ROW, f"a delete in {layer.json['name']} names {which}")
            raise RowRefused(1019, "There is no such row.")
        if global_id in self._gone_with_parent:
            self._note(book.REPEATED_DELETE, f"{which} of {layer.json['name']} went with its parent")
        if self.service.behaviour.missing_deletes == "fail":
            raise RowRefused(1019, "The row has been deleted already.")
        return self._ids(-1, global_id)

    def _end(self, layer: ServiceLayer, row: Values, origin: Optional[str]) -> None:
        """Deletes a row with its attachments and its composite parts, which are the server's own deletes."""
        layer.rows.end(row[layer.global_id], self.generation, origin)
        for attachment in layer.attachments.rows("parentGlobalId = ?", (row[layer.global_id],)):
            layer.attachments.end(attachment["globalId"], self.generation, None)
        for layer_id, own_key, key in layer.composite_parts():
            part = self.service.layers.get(layer_id)
            for child in [] if part is None else part.rows.rows(f'"{key}" = ?', (row[own_key],)):
                self._gone_with_parent.add(child[part.global_id])
                self._end(part, child, None)

    # -- what an edit says

    def _global_id(self, layer: ServiceLayer, feature: Json) -> Optional[str]:
        value = _attribute(feature, layer.global_id)
        return bare_guid(value) if self.by_global_id else None

    def _existing(self, layer: ServiceLayer, feature: Json) -> Values:
        if self.by_global_id:
            told = _attribute(feature, layer.global_id)
            global_id = bare_guid(told)
            row = layer.rows.current(global_id) if global_id else None
            if row is None and (global_id is None or not layer.rows.ever(global_id)):
                self._note(book.UNKNOWN_ROW, f"an update in {layer.json['name']} names {told}")
        else:
            told = _attribute(feature, layer.object_id)
            row = layer.rows.current_by_object_id(told)
        if row is None:
            raise RowRefused(1019, f"There is no row {told}.")
        return row

    def _values(self, layer: ServiceLayer, feature: Json, whole: bool) -> Values:
        """What is to be written: editable fields and the geometry; the rest is reported and left out."""
        values: Values = {}
        for name, value in feature.get("attributes", {}).items():
            own = layer.own_name(name)
            if own is None:
                self._note(book.UNKNOWN_FIELD, f"{layer.json['name']} has no field {name}")
            elif own in layer.editable:
                values[own] = layer.accepted(own, value)
                if self.service.behaviour.required_domains and not layer.within_domain(own, value):
                    raise RowRefused(1000, f"{value!r} is outside the domain of '{own}'.")
            elif own not in (layer.global_id, layer.object_id):
                self._note(book.FIXED_FIELD, f"{layer.json['name']}.{own} is not for clients to write")
        if "geometry" in feature:
            values[GEOMETRY] = layer.accepted_geometry(feature["geometry"], self.service.behaviour.snap)
        if whole:
            for name in layer.editable - set(values):
                values[name] = layer.accepted(name, layer.fields[name].get("defaultValue"))
        return values

    # -- rules

    def demand(self, capability: str, layer: ServiceLayer) -> None:
        if self.user in self.service.read_only_users:
            raise RowRefused(1000, f"User '{self.user}' does not have the privilege to edit.")
        if not self.service.behaviour.allows(capability, layer.id):
            raise RowRefused(1000, f"{capability} is not allowed on layer {layer.id}.")

    def _own(self, layer: ServiceLayer, row: Values, others_may: bool, what: str) -> None:
        creator = row.get(layer.tracking.get("creatorField", ""))
        if not others_may and creator != self.user and self.user not in self.service.administrators:
            raise RowRefused(1000, f"User '{self.user}' may not {what} features of '{creator}'.")

    def _track(self, layer: ServiceLayer, values: Values, **filled: Any) -> None:
        for role, value in filled.items():
            name = layer.tracking.get(role)
            if name in layer.fields:
                values[name] = value

    def _ids(self, object_id: int, global_id: str) -> Json:
        return {"objectId": object_id, "globalId": self.service.spelling.guid(global_id)}

    def _note(self, category: str, sentence: str) -> None:
        self.service.book.note(category, sentence)


def _attribute(feature: Any, name: str) -> Any:
    attributes: Mapping[str, Any] = feature.get("attributes", {}) if isinstance(feature, dict) else {}
    return next((value for key, value in attributes.items() if key.lower() == name.lower()), None)
