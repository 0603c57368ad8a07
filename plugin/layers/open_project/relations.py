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
from ..tiles.tiles import clone_layer


@dataclass(frozen=True)
class Ties:
    """Copies of companion layers that belong to no project yet, by id, and relations as QGIS' XML."""

    companions: Mapping[str, QgsMapLayer]
    relations: tuple[str, ...]


def carry(project: QgsProject, copies: Mapping[str, QgsMapLayer]) -> Ties:
    """The ties between the layers of a project, for their `copies`, by the ids of the layers.

    What the copies say of each other is put right at once.
    """
    companions = {
        layer.id(): clone_layer(layer) for layer in project.mapLayers().values() if is_companion(layer)
    }
    for old, layer in companions.items():
        layer.setFlags(project.mapLayer(old).flags())
    everything = {**copies, **companions}
    ids = {old: copy.id() for old, copy in everything.items()}
    for old, copy in everything.items():
        if isinstance(copy, QgsVectorLayer):
            _dress(copy, project.mapLayer(old), ids)
    relations = [
        _renamed(_as_xml(relation), ids)
        for relation in project.relationManager().relations().values()
        if {relation.referencedLayerId(), relation.referencingLayerId()} <= set(ids)
    ]
    return Ties({copy.id(): copy for copy in companions.values()}, tuple(relations))


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


def _dress(copy: QgsVectorLayer, layer: QgsVectorLayer, ids: Mapping[str, str]) -> None:
    """Dresses a copy as its original, in the new ids: QGIS' own copies miss the time, among others."""
    document = QDomDocument("qgis")
    layer.exportNamedStyle(document)
    document.setContent(_renamed(document.toString(), ids))
    # What a form says of relations is only added to.
    copy.setEditFormConfig(QgsEditFormConfig())
    copy.importNamedStyle(document)
    copy.setFlags(layer.flags())


def _renamed(text: str, ids: Mapping[str, str]) -> str:
    for old, new in ids.items():
        text = text.replace(old, new)
    return text
