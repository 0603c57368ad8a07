"""Layers of offline maps in the open project, while they are edited."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Optional

from qgis.core import Qgis, QgsFeature, QgsMapLayer, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject

from ..base.identity import attachments_relation

_GEOPACKAGE = ".gpkg"


class EditedLayers(QObject):
    """Watches the layers of the open project until `close`.

    `show` is handed layers as they come into the project and when their editing ends, to have them show what
    may be edited; `before_saving` a layer that is about to be saved; `after_saving` one that was, with its
    new features; `failed` what QGIS says of attachments that could not be. (The first three bring half of the
    core along, which QGIS should not load before there is such a layer.)

    Attachments have no place in the legend, where editing is begun and ended: they follow their features.
    """

    def __init__(
        self,
        show: Callable[[Iterable[QgsMapLayer]], None],
        before_saving: Callable[[QgsVectorLayer], None],
        after_saving: Callable[[QgsVectorLayer, list[QgsFeature]], None],
        failed: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._show, self._failed = show, failed
        self._before_saving, self._after_saving = before_saving, after_saving
        self._added: dict[str, list[QgsFeature]] = {}
        self._project = QgsProject.instance()
        self._watched: set[str] = set()
        self._project.layersAdded.connect(self._take)
        self._take(self._project.mapLayers().values())

    def close(self) -> None:
        """Watches no more."""
        self._project.layersAdded.disconnect(self._take)
        for layer in filter(None, map(self._project.mapLayer, self._watched)):
            for signal, slot in self._wires(layer):
                with suppress(TypeError):  # another layer by now
                    signal.disconnect(slot)

    def _wires(self, layer: QgsVectorLayer) -> tuple:
        return (
            (layer.editingStarted, self._begin),
            (layer.beforeCommitChanges, self._save),
            (layer.committedFeaturesAdded, self._note_added),
            (layer.afterCommitChanges, self._saved),
            (layer.afterRollBack, self._discarded),
            (layer.editingStopped, self._end),
        )

    def _take(self, layers: Iterable[QgsMapLayer]) -> None:
        ours = [one for one in layers if isinstance(one, QgsVectorLayer) and _GEOPACKAGE in one.source()]
        if not ours:
            return
        self._show(ours)
        for layer in ours:
            for signal, slot in self._wires(layer):
                signal.connect(slot)
            self._watched.add(layer.id())

    def _begin(self) -> None:
        attachments = self._attachments_of(self.sender())
        if attachments is not None and not attachments.isEditable():
            attachments.startEditing()

    def _save(self) -> None:
        self._before_saving(self.sender())

    def _note_added(self, layer_id: str, features: list[QgsFeature]) -> None:
        self._added[layer_id] = features

    def _saved(self) -> None:
        layer = self.sender()
        self._after_saving(layer, self._added.pop(layer.id(), []))
        attachments = self._attachments_of(layer)
        if attachments is not None and attachments.isModified() and not attachments.commitChanges(False):
            self._failed("; ".join(attachments.commitErrors()))

    def _discarded(self) -> None:
        attachments = self._attachments_of(self.sender())
        if attachments is not None and attachments.isEditable():
            attachments.rollBack()

    def _end(self) -> None:
        layer = self.sender()
        self._show([layer])
        attachments = self._attachments_of(layer)
        # Those that could not be saved stay as they are.
        if attachments is not None and attachments.isEditable() and not attachments.isModified():
            attachments.rollBack()

    def _attachments_of(self, layer: QgsVectorLayer) -> Optional[QgsVectorLayer]:
        """None where there are none, and where QGIS edits and saves all layers together."""
        if self._project.transactionMode() != Qgis.TransactionMode.Disabled:
            return None
        return self._project.relationManager().relation(attachments_relation(layer)).referencingLayer()
