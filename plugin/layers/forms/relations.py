"""Relations between the layers and tables of a project, attachments included.

Layers name them in their JSON (`relationships`), each side for itself; both sides have to be in the
project, from one geodatabase. A relation of many to many goes through a table between, which is a
companion if it is no layer of the map: QGIS joins two relations to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Optional

from qgis.core import (
    Qgis,
    QgsAttributeEditorRelation,
    QgsEditorWidgetSetup,
    QgsProject,
    QgsRelation,
    QgsRelationContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication

from ...core.json_value import Json, json_objects
from ...core.notice import Notice, notice
from ...core.offline_map.ready_map import FeatureSource
from ...core.portal.urls import same_service
from ...core.untrusted.text import inert
from ...core.web_map import MapLayer
from ..base.companions import companion
from ..base.identity import attachments_relation
from .attachments import attachment_table, owner_keys, set_attachment_form
from .subtype_values import set_subtype_values

_MOST_RELATIONS = 200


@dataclass
class RelatedLayer:
    """A feature layer or table in the project, and what was lost about its relations."""

    layer: MapLayer
    source: FeatureSource
    made: QgsVectorLayer
    losses: list[Notice] = field(default_factory=list)


def relation_of(layer: QgsVectorLayer, number: object) -> str:
    """The id of the relation that the layer's service gives this number."""
    return f"relation_{layer.id()}_{number}"


def place_of(relation: str) -> str:
    """How the name of the group begins that keeps the relation's place in an author's form.

    What follows is the author's name for it.
    """
    return f"place of {relation}: "


def add_relations(project: QgsProject, layers: Sequence[RelatedLayer]) -> None:
    """Adds what relates these layers; `losses` of each says what could not be added.

    They also tell what the layer's working copy lacks.
    """
    for near in layers:
        near.losses += near.source.losses
        for stated in json_objects(near.source.service_layer.get("relationships"))[:_MOST_RELATIONS]:
            if stated.get("role") != "esriRelRoleDestination":
                _Relating(project, near, stated, layers).add()
        if near.source.service_layer.get("hasAttachments") is True:
            _add_attachments(project, near)
        set_subtype_values(project, near.made, near.source, near.losses)


class _Relating:
    """One relationship that a layer states as its origin."""

    def __init__(
        self, project: QgsProject, near: RelatedLayer, stated: Json, layers: Sequence[RelatedLayer]
    ) -> None:
        self._project, self._near, self._stated, self._layers = project, near, stated, layers
        self._name = str(stated.get("name") or stated.get("id"))[:100]
        self._id = relation_of(near.made, stated.get("id"))

    def add(self) -> None:
        far = self._far_side()
        back = self._counterpart(far) if far else None
        if far is None or back is None:
            self._lose(
                notice(
                    "relations",
                    "The relation “{name}” is left out: the related table is not in the map.",
                    name=self._name,
                )
            )
            return
        near_key, far_key = self._stated.get("keyField"), back.get("keyField")
        if not self._many_to_many():
            composite = self._stated.get("composite") is True
            made = self._relation(self._id, self._near.made, near_key, far.made, far_key, composite)
            if self._added(made):
                _show_in_form(self._near.made, self._id)
                _refer(far.made, str(far_key), self._id)
            return
        middle = self._middle()
        if middle is None:
            self._lose(
                notice(
                    "relations",
                    "The relation “{name}” is left out: its intermediate table does not exist.",
                    name=self._name,
                )
            )
            return
        near_column, far_column = (side.get("keyFieldInRelationshipTable") for side in (self._stated, back))
        other = f"{self._id}_back"
        if self._added(self._relation(self._id, self._near.made, near_key, middle, near_column)):
            if self._added(self._relation(other, far.made, far_key, middle, far_column)):
                _show_in_form(self._near.made, self._id, other)
                _show_in_form(far.made, other, self._id)
            else:
                self._project.relationManager().removeRelation(self._id)

    def _far_side(self) -> Optional[RelatedLayer]:
        """The layer of the other side: by its table where the file knows it, by its number else."""
        table, near = self._stated.get("relatedTableName"), self._near
        beside = [one for one in self._layers if one.source.file == near.source.file]
        if table:
            return next((one for one in beside if one.source.table == table), None)
        number = self._stated.get("relatedTableId")
        same = (one for one in beside if same_service(one.layer.service_url, near.layer.service_url))
        return next((one for one in same if one.layer.layer_id == number), None)

    def _counterpart(self, far: RelatedLayer) -> Optional[Json]:
        """The same relationship as the other side states it."""
        if self._stated.get("relatedKeyField"):
            column = self._stated.get("relatedKeyFieldInRelationshipTable")
            return {"keyField": self._stated["relatedKeyField"], "keyFieldInRelationshipTable": column}
        back = [
            one
            for one in json_objects(far.source.service_layer.get("relationships"))
            if one.get("role") == "esriRelRoleDestination"
            and one.get("relatedTableId") == self._near.layer.layer_id
        ]
        same = [one for one in back if one.get("id") == self._stated.get("id")]
        return next(iter(same or back), None)

    def _many_to_many(self) -> bool:
        named = ("relationshipTableName", "relationshipTableId")
        return any(self._stated.get(key) not in (None, "") for key in named)

    def _middle(self) -> Optional[QgsVectorLayer]:
        """The table between: a layer of the map, or a companion."""
        table, near = self._stated.get("relationshipTableName"), self._near
        for one in self._layers:
            by_number = one.layer.layer_id == self._stated.get("relationshipTableId")
            together = same_service(one.layer.service_url, near.layer.service_url)
            found = one.source.table == table if table else by_number and together
            if found and one.source.file == near.source.file:
                return one.made
        if not isinstance(table, str) or not table:
            return None
        made = companion(self._project, near.source.file, table, f"{near.made.name()} – {table}")
        return made if made.isValid() else None

    def _relation(
        self,
        identity: str,
        origin: QgsVectorLayer,
        origin_key: object,
        other: QgsVectorLayer,
        other_key: object,
        composite: bool = False,
    ) -> QgsRelation:
        keys = (str(origin_key), str(other_key))
        return _relation_between(self._project, identity, self._name, (origin, other), keys, composite)

    def _added(self, relation: QgsRelation) -> bool:
        if _add(self._project, relation):
            return True
        self._lose(
            notice(
                "relations", "The relation “{name}” is left out: its fields do not exist.", name=self._name
            )
        )
        return False

    def _lose(self, loss: Notice) -> None:
        self._near.losses.append(loss)


def _relation_between(
    project: QgsProject,
    identity: str,
    name: str,
    layers: tuple[QgsVectorLayer, QgsVectorLayer],
    keys: tuple[str, str],
    composite: bool,
) -> QgsRelation:
    """A relation from the first of `layers` to the rows of the second, by the fields `keys` of each."""
    origin, other = layers
    made = QgsRelation(QgsRelationContext(project))
    made.setId(identity)
    made.setName(inert(name))
    made.setReferencedLayer(origin.id())
    made.setReferencingLayer(other.id())
    made.addFieldPair(_column(other, keys[1]), _column(origin, keys[0]))
    strength = Qgis.RelationshipStrength
    made.setStrength(strength.Composition if composite else strength.Association)
    return made


def _column(layer: QgsVectorLayer, name: str) -> str:
    index = layer.fields().lookupField(name)
    return layer.fields()[index].name() if index >= 0 else name


def _add(project: QgsProject, relation: QgsRelation) -> bool:
    """True where layers and fields of the relation are there; else it is not added."""
    manager = project.relationManager()
    manager.addRelation(relation)
    if manager.relation(relation.id()).isValid():
        return True
    manager.removeRelation(relation.id())
    return False


def _show_in_form(layer: QgsVectorLayer, relation: str, far_relation: str = "") -> None:
    """Gives a relation its place in the form: where the author wants it, else at the end.

    Forms that QGIS lays out itself have a place for it already. With `far_relation`, the form
    shows what lies beyond the table between.
    """
    form = layer.editFormConfig()
    if form.layout() == Qgis.AttributeFormLayout.DragAndDrop:
        root = form.invisibleRootContainer()
        containers = root.findElements(Qgis.AttributeEditorType.Container)
        place = next((one for one in containers if one.name().startswith(place_of(relation))), root)
        element = QgsAttributeEditorRelation(relation, place)
        element.setNmRelationId(far_relation or None)
        element.setLabel(place.name()[len(place_of(relation)) :] if place is not root else "")
        place.addChildElement(element)
    if far_relation:
        form.setWidgetConfig(relation, {"nm-rel": far_relation})
    layer.setEditFormConfig(form)


def _refer(layer: QgsVectorLayer, key: str, relation: str) -> None:
    """Shows the key of the other side by what it stands for, where the author wants nothing else."""
    index = layer.fields().lookupField(key)
    if layer.editorWidgetSetup(index).type() not in ("", "TextEdit"):
        return
    setup = {"Relation": relation, "AllowNULL": True, "ShowForm": False, "OrderByValue": True}
    layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("RelationReference", setup))


def _add_attachments(project: QgsProject, near: RelatedLayer) -> None:
    table = attachment_table(near.source.file, near.source.table)
    if not table:
        near.losses.append(notice("attachments", "The attachments are not in the offline map."))
        return
    made = companion(project, near.source.file, table, f"{near.made.name()} – {table}")
    keys = owner_keys(near.made, made, near.source.service_layer) if made.isValid() else None
    if keys is None:
        near.losses.append(notice("attachments", "The attachments cannot be opened."))
        return
    set_attachment_form(made)
    name = QCoreApplication.translate("Relations", "Attachments")
    identity = attachments_relation(near.made)
    if _add(project, _relation_between(project, identity, name, (near.made, made), keys, True)):
        _show_in_form(near.made, identity)
