"""What ties the layers of a project together, carried into another project.

There each layer has another id, and everything that calls it by its id has to follow: relations,
the forms that show them, values looked up in another layer, expressions that count related rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qgis.core import (
    QgsEditFormConfig,
    QgsMapLayer,
    QgsProject,
    QgsReadWriteContext,
    QgsRelation,
    QgsRelationContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtXml import QDomDocument

from ..base.companions import is_companion


@dataclass(frozen=True)
class Ties:
    """Companion layers that belong to no project yet, by id, and relations as QGIS' XML."""

    companions: Mapping[str, QgsMapLayer]
    relations: tuple[str, ...]


def take_layers(project: QgsProject, ids: Mapping[str, str]) -> tuple[dict[str, QgsMapLayer], Ties]:
    """Takes layers out of a project, with all that ties them: by new ids, which `ids` tells by the old ones.

    What the layers say of each other is put right at once.
    """
    hidden = {
        layer.id(): new_id(layer)
        for layer in project.mapLayers().values()
        if is_companion(layer) and layer.id() not in ids  # its user may have put it into the legend
    }
    everything = {**ids, **hidden}
    relations = [
        _renamed(_as_xml(relation), everything)
        for relation in project.relationManager().relations().values()
        if {relation.referencedLayerId(), relation.referencingLayerId()} <= set(everything)
    ]
    layers = {new: _taken(project, old, everything) for old, new in ids.items()}
    companions = {new: _taken(project, old, everything) for old, new in hidden.items()}
    return layers, Ties(companions, tuple(relations))


def new_id(layer: QgsMapLayer) -> str:
    """An id that no layer has, so that one map can be added twice."""
    return QgsMapLayer.generateId(layer.name())


def tie(project: QgsProject, ties: Ties) -> None:
    """Adds companions and relations; the layers that they tie are in the project already."""
    for layer in ties.companions.values():
        project.addMapLayer(layer, False)
    for text in ties.relations:
        document = QDomDocument()
        document.setContent(text)
        element = document.documentElement()
        made = QgsRelation.createFromXml(element, QgsReadWriteContext(), QgsRelationContext(project))
        project.relationManager().addRelation(made)


def _as_xml(relation: QgsRelation) -> str:
    document = QDomDocument("relation")
    relation.writeXml(document, document)
    return document.toString()


def _taken(project: QgsProject, old: str, ids: Mapping[str, str]) -> QgsMapLayer:
    layer = project.takeMapLayer(project.mapLayer(old))
    layer.setId(ids[old])
    if isinstance(layer, QgsVectorLayer):
        _rename_others(layer, ids)
    return layer


def _rename_others(layer: QgsVectorLayer, ids: Mapping[str, str]) -> None:
    """Calls other layers by their new ids, wherever the style or the form names them."""
    document = QDomDocument("qgis")
    layer.exportNamedStyle(document)
    text = document.toString()
    if not any(old in text for old in ids):
        return
    document.setContent(_renamed(text, ids))
    flags = layer.flags()
    # What a form says of relations is only added to.
    layer.setEditFormConfig(QgsEditFormConfig())
    layer.importNamedStyle(document)
    layer.setFlags(flags)


def _renamed(text: str, ids: Mapping[str, str]) -> str:
    for old, new in ids.items():
        text = text.replace(old, new)
    return text
