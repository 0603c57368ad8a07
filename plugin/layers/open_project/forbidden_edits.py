"""Edits that cannot reach the feature service are taken out of a layer's edit buffer before it is saved.

The working copy refuses them, too, but then QGIS has saved one half of the buffer. (Where the project buffers
the edits of all layers together, QGIS saves all or nothing.)
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from qgis.core import QgsFeature, QgsFeatureRequest, QgsVectorLayer, QgsVectorLayerEditPassthrough
from qgis.PyQt.QtCore import QCoreApplication

from ...core.offline_map.copy_rights import LocalRows, local_rows, plain_guid
from ...core.offline_map.rights import LayerRights
from ...core.working_copy.table_rights import Rights
from ...qgis_io.wording import notice_in_words
from ..base.read_only import RightsOfFiles
from ..base.source import file_of, table_of


def take_out_forbidden(layer: QgsVectorLayer) -> str:
    """Takes out what the rights of the layer's working copy forbid; the sentence that tells of it, or ""."""
    file, table = file_of(layer), table_of(layer)
    rights = RightsOfFiles().of(file, table)
    # An automatic transaction has written the edits already, and the working copy refused what it must.
    if (
        rights is None
        or rights.reason is None
        or isinstance(layer.editBuffer(), QgsVectorLayerEditPassthrough)
    ):
        return ""
    edits = _BufferedEdits(layer, local_rows(file, table))
    taken = edits.forbidden(rights.allowed)
    # Where fields are added or removed, too, the buffer stays as it is.
    if not taken or layer.editBuffer().addedAttributes() or layer.editBuffer().deletedAttributeIds():
        return ""
    edits.redo_without(taken)
    return _words(layer, rights, taken)


@dataclass(frozen=True)
class _Features:
    """Ids of features by what was done to them."""

    added: frozenset[int]
    changed: frozenset[int]
    deleted: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.deleted)


class _BufferedEdits:
    """What an edit buffer holds."""

    def __init__(self, layer: QgsVectorLayer, local: LocalRows) -> None:
        self._layer, self._local = layer, local
        buffer = layer.editBuffer()
        self._added: dict[int, QgsFeature] = buffer.addedFeatures()
        self._values, self._shapes = buffer.changedAttributeValues(), buffer.changedGeometries()
        self._deleted: Collection[int] = buffer.deletedFeatureIds()

    def forbidden(self, allowed: Rights) -> _Features:
        """As the working copy has it: what was never sent is free, and what was cut may be pasted."""
        sent = {*self._values, *self._shapes, *self._deleted} - {*self._added, *self._local.unsent}
        changed = frozenset() if allowed.update else frozenset(sent.difference(self._deleted))
        deleted = frozenset() if allowed.delete else frozenset(sent.intersection(self._deleted))
        added = frozenset() if allowed.insert else frozenset(self._added) - self._returning(deleted)
        return _Features(added, changed, deleted)

    def redo_without(self, taken: _Features) -> None:
        """Nothing can be taken out of a buffer alone: so all is undone, and the rest done again."""
        layer, buffer = self._layer, self._layer.editBuffer()
        layer.undoStack().setIndex(0)
        layer.beginEditCommand(QCoreApplication.translate("ForbiddenEdits", "Edits that can be saved"))
        for fid, values in self._values.items():
            if fid not in taken.changed and fid not in self._added:
                buffer.changeAttributeValues(fid, values, {})
        for fid, shape in self._shapes.items():
            if fid not in taken.changed and fid not in self._added:
                buffer.changeGeometry(fid, shape)
        for fid in {*self._deleted} - taken.deleted:
            buffer.deleteFeature(fid)
        # In the order in which they were made: the ids of new features count down.
        for fid in sorted({*self._added} - taken.added, reverse=True):
            buffer.addFeature(self._added[fid])
        layer.endEditCommand()

    def _returning(self, kept: frozenset[int]) -> frozenset[int]:
        """New features that are deleted ones again; `kept` are those whose deletion is taken out."""
        index = self._layer.fields().lookupField(self._local.global_id)
        if index < 0 or not self._added:
            return frozenset()
        deleted = QgsFeatureRequest().setFilterFids(list({*self._deleted} - kept))
        there = self._layer.dataProvider().getFeatures(deleted) if self._deleted else ()
        gone = {*self._local.deleted, *(plain_guid(feature[index]) for feature in there)} - {""}
        return frozenset(fid for fid, feature in self._added.items() if plain_guid(feature[index]) in gone)


def _words(layer: QgsVectorLayer, rights: LayerRights, taken: _Features) -> str:
    text = QCoreApplication.translate(
        "ForbiddenEdits",
        "Not saved in “{layer}”: {added} new, {changed} changed and {deleted} deleted features. {reason}",
    )
    return text.format(
        layer=layer.name(),
        added=len(taken.added),
        changed=len(taken.changed),
        deleted=len(taken.deleted),
        reason=notice_in_words(rights.reason),
    )
