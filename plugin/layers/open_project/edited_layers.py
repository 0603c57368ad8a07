"""Layers of offline maps in the open project, while they are edited."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import NamedTuple, Optional

from qgis.core import Qgis, QgsFeature, QgsMapLayer, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, QTimer

from ..base.identity import attachments_relation

_GEOPACKAGE = ".gpkg"


class EditHandlers(NamedTuple):
    """What is done at each moment. Most bring half of the core along, which QGIS should not load before there
    is a layer of an offline map.

    `show`: layers come into the project, or their editing ends; they show what may be edited. `pasted`: a
    layer may have got back what was cut from it. `after_saving` is handed the new features, `failed` what
    QGIS says of attachments that could not be saved. `editing`: that of a layer begins or has ended.
    """

    show: Callable[[Iterable[QgsMapLayer]], None]
    pasted: Callable[[QgsVectorLayer], None]
    before_saving: Callable[[QgsVectorLayer], None]
    after_saving: Callable[[QgsVectorLayer, list[QgsFeature]], None]
    failed: Callable[[str], None]
    editing: Callable[[QgsVectorLayer], None] = lambda _layer: None


class EditedLayers(QObject):
    """Watches the layers of the open project until `close`.

    Attachments have no place in the legend, where editing is begun and ended: they follow their features.
    """

    def __init__(self, handlers: EditHandlers) -> None:
        super().__init__()
        self._handlers = handlers
        self._added: dict[str, list[QgsFeature]] = {}
        self._changed: set[str] = set()
        # QGIS pastes related rows after the features themselves.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._look_at_pasted)
        self._project = QgsProject.instance()
        self._watched: set[str] = set()
        self._project.layersAdded.connect(self._take)
        self._take(self._project.mapLayers().values())

    def close(self) -> None:
        """Watches no more."""
        self._project.layersAdded.disconnect(self._take)
        self._soon.stop()
        for layer in filter(None, map(self._project.mapLayer, self._watched)):
            for signal, slot in self._wires(layer):
                with suppress(TypeError):  # another layer by now
                    signal.disconnect(slot)

    def _wires(self, layer: QgsVectorLayer) -> tuple:
        return (
            (layer.editingStarted, self._begin),
            (layer.editCommandEnded, self._note_command),
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
        self._handlers.show(ours)
        for layer in ours:
            for signal, slot in self._wires(layer):
                signal.connect(slot)
            self._watched.add(layer.id())

    def _begin(self) -> None:
        self._handlers.editing(self.sender())
        attachments = self._attachments_of(self.sender())
        if attachments is not None and not attachments.isEditable():
            attachments.startEditing()

    def _note_command(self) -> None:
        layer = self.sender()
        if layer.editBuffer() is not None and layer.editBuffer().deletedFeatureIds():
            self._changed.add(layer.id())
            self._soon.start()

    def _look_at_pasted(self) -> None:
        changed, self._changed = self._changed, set()
        for layer in map(self._project.mapLayer, changed):
            if layer is not None and layer.isEditable():
                self._handlers.pasted(layer)

    def _save(self) -> None:
        self._handlers.before_saving(self.sender())

    def _note_added(self, layer_id: str, features: list[QgsFeature]) -> None:
        self._added[layer_id] = features

    def _saved(self) -> None:
        layer = self.sender()
        self._handlers.after_saving(layer, self._added.pop(layer.id(), []))
        attachments = self._attachments_of(layer)
        if attachments is not None and attachments.isModified() and not attachments.commitChanges(False):
            self._handlers.failed("; ".join(attachments.commitErrors()))

    def _discarded(self) -> None:
        attachments = self._attachments_of(self.sender())
        if attachments is not None and attachments.isEditable():
            attachments.rollBack()

    def _end(self) -> None:
        layer = self.sender()
        self._handlers.editing(layer)
        self._handlers.show([layer])
        attachments = self._attachments_of(layer)
        # Those that could not be saved stay as they are.
        if attachments is not None and attachments.isEditable() and not attachments.isModified():
            attachments.rollBack()

    def _attachments_of(self, layer: QgsVectorLayer) -> Optional[QgsVectorLayer]:
        """None where there are none, and where QGIS edits and saves all layers together."""
        if self._project.transactionMode() != Qgis.TransactionMode.Disabled:
            return None
        return self._project.relationManager().relation(attachments_relation(layer)).referencingLayer()
