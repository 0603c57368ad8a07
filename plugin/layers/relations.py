"""Relations between the layers and tables of a project, attachments included.

Services name them in their layers' JSON (`relationships`), each side for itself; both sides have
to be in the project, from one geodatabase. Attachments live in the table OWNER__ATTACH beside
their owner (facts/mobile-geodatabase.md); it is added without a place in the legend.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
import sqlite3
from typing import Any, Optional

from qgis.core import (
    Qgis,
    QgsAttributeEditorRelation,
    QgsCoordinateTransformContext,
    QgsEditorWidgetSetup,
    QgsMapLayer,
    QgsProject,
    QgsProviderRegistry,
    QgsRelation,
    QgsRelationContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication

from ..core.offline.offline_map import FeatureSource
from ..core.offline.plan import Notice, notice
from ..core.web_map import MapLayer
from .fields import mappings

Json = Mapping[str, Any]
_MOST_RELATIONS = 200
_SUFFIX = "__ATTACH"
_OWNER_KEY = "REL_GLOBALID"
_HIDDEN = ("attachmentid", "globalid", "rel_globalid", "fid")


@dataclass
class RelatedLayer:
    """A feature layer or table in the project, and what was lost about its relations."""

    layer: MapLayer
    source: FeatureSource
    made: QgsVectorLayer
    losses: list[Notice] = field(default_factory=list)


def attachments_relation(layer: QgsVectorLayer) -> str:
    """The id of the relation between a layer and its attachments."""
    return f"attachments_{layer.id()}"


def relation_of(layer: QgsVectorLayer, number: object) -> str:
    """The id of the relation that the layer's service gives this number."""
    return f"relation_{layer.id()}_{number}"


def add_relations(project: QgsProject, layers: Sequence[RelatedLayer]) -> None:
    """Adds what relates these layers; `losses` of each says what could not be added."""
    for near in layers:
        for stated in mappings(near.source.service_layer.get("relationships"))[:_MOST_RELATIONS]:
            if stated.get("role") != "esriRelRoleDestination":
                _relate(project, near, stated, layers)
        if near.source.service_layer.get("hasAttachments") is True:
            _add_attachments(project, near)


def _relate(project: QgsProject, near: RelatedLayer, stated: Json, layers: Sequence[RelatedLayer]) -> None:
    name = str(stated.get("name") or stated.get("id"))[:100]
    far = next(
        (
            one
            for one in layers
            if one.source.file == near.source.file
            and one.layer.layer_id == stated.get("relatedTableId")
            and one.layer.service_url == near.layer.service_url
        ),
        None,
    )
    back = _counterpart(stated, near, far) if far else None
    if far is None or back is None or stated.get("relationshipTableId") is not None:
        near.losses.append(
            notice(
                "relations", "The relation “{name}” is left out: its other side is not in the map.", name=name
            )
        )
        return
    made = _relation(
        project, relation_of(near.made, stated.get("id")), name,
        near.made, str(stated.get("keyField")), far.made, str(back.get("keyField")),
        stated.get("composite") is True,
    )  # fmt: skip
    _add(project, made, near)


def _counterpart(stated: Json, near: RelatedLayer, far: RelatedLayer) -> Optional[Json]:
    """The same relationship as the destination states it."""
    back = [
        one
        for one in mappings(far.source.service_layer.get("relationships"))
        if one.get("role") == "esriRelRoleDestination" and one.get("relatedTableId") == near.layer.layer_id
    ]
    same = [one for one in back if one.get("id") == stated.get("id")]
    return next(iter(same or back), None)


def _relation(
    project: QgsProject,
    identity: str,
    name: str,
    origin: QgsVectorLayer,
    origin_key: str,
    other: QgsVectorLayer,
    other_key: str,
    composite: bool,
) -> QgsRelation:
    made = QgsRelation(QgsRelationContext(project))
    made.setId(identity)
    made.setName(name)
    made.setReferencedLayer(origin.id())
    made.setReferencingLayer(other.id())
    made.addFieldPair(_column(other, other_key), _column(origin, origin_key))
    strength = Qgis.RelationshipStrength
    made.setStrength(strength.Composition if composite else strength.Association)
    return made


def _column(layer: QgsVectorLayer, name: str) -> str:
    index = layer.fields().lookupField(name)
    return layer.fields()[index].name() if index >= 0 else name


def _add(project: QgsProject, relation: QgsRelation, near: RelatedLayer) -> None:
    """Adds a relation whose layers and fields are there, and gives it a place in a laid-out form."""
    project.relationManager().addRelation(relation)
    if not project.relationManager().relation(relation.id()).isValid():
        project.relationManager().removeRelation(relation.id())
        near.losses.append(
            notice(
                "relations",
                "The relation “{name}” is left out: its fields are not there.",
                name=relation.name(),
            )
        )
        return
    form = near.made.editFormConfig()
    if form.layout() == Qgis.AttributeFormLayout.DragAndDrop:
        root = form.invisibleRootContainer()
        root.addChildElement(QgsAttributeEditorRelation(relation.id(), root))
        near.made.setEditFormConfig(form)


def _add_attachments(project: QgsProject, near: RelatedLayer) -> None:
    table = _attachment_table(near.source)
    key = str(near.source.service_layer.get("globalIdField") or "")
    if not table or near.made.fields().lookupField(key) < 0:
        near.losses.append(notice("attachments", "The attachments are not in the offline map."))
        return
    made = _attachment_layer(near, table)
    if not made.isValid():
        near.losses.append(notice("attachments", "The attachments cannot be opened."))
        return
    project.addMapLayer(made, False)
    name = QCoreApplication.translate("Relations", "Attachments")
    identity = attachments_relation(near.made)
    _add(project, _relation(project, identity, name, near.made, key, made, _OWNER_KEY, True), near)


def _attachment_layer(near: RelatedLayer, table: str) -> QgsVectorLayer:
    """The attachments of a layer: name, type, size and content, which the form can save and show."""
    uri = QgsProviderRegistry.instance().encodeUri("ogr", {"path": str(near.source.file), "layerName": table})
    options = QgsVectorLayer.LayerOptions(QgsCoordinateTransformContext())
    options.loadDefaultStyle = False
    made = QgsVectorLayer(uri, f"{near.made.name()} – {table}", "ogr", options)
    if not made.isValid():
        return made
    made.setFlags(QgsMapLayer.LayerFlags(QgsMapLayer.LayerFlag.Private))
    made.setReadOnly(near.made.readOnly())
    for index, one in enumerate(made.fields()):
        if one.name().casefold() in _HIDDEN:
            made.setEditorWidgetSetup(index, QgsEditorWidgetSetup("Hidden", {}))
        elif one.name().casefold() == "data":
            made.setEditorWidgetSetup(index, QgsEditorWidgetSetup("Binary", {}))
    made.setDisplayExpression('"ATT_NAME"')
    return made


def _attachment_table(source: FeatureSource) -> str:
    """The name of the layer's attachment table in the working copy; empty where there is none."""
    wanted = (source.table + _SUFFIX).casefold()
    uri = f"{source.file.absolute().as_uri()}?mode=ro"
    with suppress(sqlite3.Error), closing(sqlite3.connect(uri, uri=True)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return next((str(name) for (name,) in rows if str(name).casefold() == wanted), "")
    return ""
