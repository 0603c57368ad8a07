"""Files are attached to a feature, from the menu of its form, of what was identified, or of a table's row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Optional

from qgis.core import Qgis, QgsFeature, QgsMapLayer, QgsProject, QgsRelation, QgsVariantUtils, QgsVectorLayer
from qgis.gui import QgsGui, QgsMapLayerAction, QgsMapLayerActionContext
from qgis.PyQt.QtCore import QBuffer, QDateTime, QIODevice, QObject
from qgis.PyQt.QtGui import QImage
from qgis.PyQt.QtWidgets import QApplication, QFileDialog, QWidget

from ..layers.base.identity import attachments_relation

_LARGEST = 1_000_000_000  # bytes that SQLite puts into a row


class Attaching(QObject):
    """Offers to attach files and what the clipboard holds until `close`; `tell` is told what cannot be."""

    def __init__(self, window: QWidget, tell: Callable[[str], None]) -> None:
        super().__init__()
        self._window, self._tell = window, tell
        self._actions = [
            self._action(self.tr("Attach Files…"), self._choose),
            self._action(self.tr("Paste as Attachment"), self._paste),
        ]

    def close(self) -> None:
        """Offers it no more."""
        for action in self._actions:
            QgsGui.mapLayerActionRegistry().removeMapLayerAction(action)
            action.deleteLater()
        self._actions = []

    def _action(self, title: str, run: Callable[..., None]) -> QgsMapLayerAction:
        action = _AttachingAction(title, self, Qgis.MapLayerActionTarget.SingleFeature)
        action.triggeredForFeatureV2.connect(run)
        QgsGui.mapLayerActionRegistry().addMapLayerAction(action)
        return action

    def _choose(self, layer: QgsMapLayer, feature: QgsFeature, context: QgsMapLayerActionContext) -> None:
        dialog = QFileDialog(context.attributeDialog() or self._window, self.tr("Attach Files"))
        dialog.setObjectName("offlineMapAreasAttach")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        feature = QgsFeature(feature)  # the form's own ends with the form
        dialog.filesSelected.connect(lambda names: self._attach_files(layer, feature, map(Path, names)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _paste(self, layer: QgsMapLayer, feature: QgsFeature, _context: QgsMapLayerActionContext) -> None:
        held = QApplication.clipboard().mimeData()
        files = [Path(url.toLocalFile()) for url in held.urls() if url.isLocalFile()]
        if files:
            self._attach_files(layer, feature, files)
        elif held.hasImage():
            moment = QDateTime.currentDateTime().toString("yyyy-MM-dd HHmmss")
            self._attach(layer, feature, [(f"{moment}.png", _as_png(QImage(held.imageData())))])
        else:
            self._tell(self.tr("The clipboard holds neither a file nor a picture."))

    def _attach_files(self, layer: QgsVectorLayer, feature: QgsFeature, files: Iterable[Path]) -> None:
        contents = []
        for file in files:
            try:
                if file.stat().st_size > _LARGEST:
                    self._tell(self.tr("“{file}” is too large for a GeoPackage.").format(file=file.name))
                    continue
                contents.append((file.name, file.read_bytes()))
            except OSError as error:
                text = self.tr("“{file}” cannot be read: {reason}.")
                self._tell(text.format(file=file.name, reason=error.strerror))
        self._attach(layer, feature, contents)

    def _attach(
        self, layer: QgsVectorLayer, feature: QgsFeature, contents: Iterable[tuple[str, bytes]]
    ) -> None:
        """In the edit session of the attachments; without one they are saved at once."""
        from ..layers.forms.attachments import new_attachment

        relation = _relation_of(layer)
        keys = {theirs: feature[ours] for theirs, ours in relation.fieldPairs().items()}
        if any(map(QgsVariantUtils.isNull, keys.values())):
            self._tell(self.tr("Save the feature first: files can be attached only to a saved feature."))
            return
        attachments = relation.referencingLayer()
        alone = not attachments.isEditable()
        if alone and not attachments.startEditing():
            return
        attachments.beginEditCommand(self.tr("Files attached"))
        for name, content in contents:
            attachments.addFeature(new_attachment(attachments, keys, name, content))
        attachments.endEditCommand()
        if alone and not attachments.commitChanges():
            self._tell("; ".join(attachments.commitErrors()))
            attachments.rollBack()


class _AttachingAction(QgsMapLayerAction):
    def canRunUsingLayer(
        self, layer: Optional[QgsMapLayer], _context: Optional[QgsMapLayerActionContext] = None
    ) -> bool:
        if not isinstance(layer, QgsVectorLayer):
            return False
        relation = _relation_of(layer)
        return relation.isValid() and not relation.referencingLayer().readOnly()


def _relation_of(layer: QgsMapLayer) -> QgsRelation:
    return QgsProject.instance().relationManager().relation(attachments_relation(layer))


def _as_png(picture: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return bytes(buffer.data())
