"""A feature that was cut and is pasted again is the same feature: it keeps its ids, and what belongs to it.

QGIS gives what is pasted new ids, and copies of its attachments and related rows; a feature that was cut has
left its own behind.
"""

from __future__ import annotations

from collections.abc import Iterator

from qgis.core import QgsFeature, QgsFeatureRequest, QgsProject, QgsUnsetAttributeValue, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication

from ...core.offline_map.copy_rights import LocalRows, local_rows
from ...core.working_copy.change_tracking import deleted_rows
from ..base.source import file_of, table_of


def keep_ids_of_cut(layer: QgsVectorLayer) -> None:
    """Gives new features of an edit buffer that equal deleted ones the GlobalIDs of these.

    Deleted in the same buffer, or saved as deleted and not sent yet.
    """
    file, buffer = file_of(layer), layer.editBuffer()
    pasted = {
        fid: feature
        for fid, feature in (buffer.addedFeatures() if buffer else {}).items()
        if any(isinstance(value, QgsUnsetAttributeValue) for value in feature.attributes())
    }
    rows = local_rows(file, table_of(layer)) if pasted and file else LocalRows()
    index = layer.fields().lookupField(rows.global_id) if rows.global_id else -1
    if index < 0:
        return
    filled = [
        field.name()
        for number, field in enumerate(layer.dataProvider().fields())
        if number != index
        and number not in layer.primaryKeyAttributes()
        and not any(isinstance(one.attribute(number), QgsUnsetAttributeValue) for one in pasted.values())
    ]
    request = QgsFeatureRequest().setFilterFids(list(buffer.deletedFeatureIds()))
    deleted = list(layer.dataProvider().getFeatures(request))
    if rows.deleted:
        deleted += _saved_as_deleted(layer)
    cut = {_content(one, filled): one[rows.global_id] for one in deleted}
    living = {one[index] for one in buffer.addedFeatures().values()}
    for fid in sorted(pasted, reverse=True):  # pasted twice, the second is new
        global_id = cut.pop(_content(pasted[fid], filled), None)
        if global_id and global_id not in living:
            _become(layer, fid, index, global_id)


def _saved_as_deleted(layer: QgsVectorLayer) -> Iterator[QgsFeature]:
    """Rows that the working copy keeps until their deletion is sent."""
    provider = layer.dataProvider()
    columns = [*filter(None, [provider.geometryColumnName()]), *(field.name() for field in provider.fields())]
    (key,) = (provider.fields()[number].name() for number in provider.pkAttributeIndexes())
    query = deleted_rows(table_of(layer), key, columns)
    kept = QgsVectorLayer(f"{file_of(layer)}|subset={query}", "", "ogr")
    yield from kept.getFeatures()


def _content(feature: QgsFeature, fields: list[str]) -> tuple[str, ...]:
    return (feature.geometry().asWkb().data().hex(), *(repr(feature.attribute(one)) for one in fields))


def _become(layer: QgsVectorLayer, fid: int, index: int, global_id: str) -> None:
    new_id = layer.getFeature(fid)[index]
    layer.beginEditCommand(QCoreApplication.translate("EditedLayers", "Ids of cut features"))
    layer.changeAttributeValue(fid, index, global_id, new_id, True)
    layer.endEditCommand()
    name = layer.fields()[index].name()
    for relation in QgsProject.instance().relationManager().referencedRelations(layer):
        related = relation.referencingLayer()
        theirs = next((key for key, ours in relation.fieldPairs().items() if ours == name), None)
        if theirs and related.isEditable():
            _keep_related(related, related.fields().lookupField(theirs), new_id, global_id)


def _keep_related(layer: QgsVectorLayer, key: int, new_id: str, global_id: str) -> None:
    """Drops copies of related rows; where the rows themselves were deleted, the copies take their place."""
    there = any(row[key] == global_id for row in layer.getFeatures())
    for fid, row in layer.editBuffer().addedFeatures().items():
        if row[key] == new_id:
            if there:
                layer.deleteFeature(fid)
            else:
                layer.changeAttributeValue(fid, key, global_id, new_id, True)
