"""Edits that are open in the window are settled by their user before an offline map is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QMessageBox, QWidget

from ...layers.base.companions import is_companion
from ...layers.open_project.layers_of_map import edited_layers
from ..widgets.question import question_box


def settle_edits(
    title: str, folder: Path, go_on: Callable[[], None], failed: Callable[[str], None], window: QWidget
) -> None:
    """Ends the editing of an offline map's layers, then calls `go_on`; asks first where something changed.

    `failed` is told what QGIS says of edits that it could not save: then nothing goes on.
    """
    changed = [layer for layer in edited_layers(folder) if layer.isModified()]
    if not changed:
        for layer in edited_layers(folder):
            layer.rollBack()
        go_on()
        return
    box = _question(title, changed, window)

    def answered(button: object) -> None:
        role = box.buttonRole(button)
        if role == QMessageBox.ButtonRole.RejectRole:
            return
        trouble = _end_editing(folder, save=role == QMessageBox.ButtonRole.AcceptRole)
        if trouble:
            failed(trouble)
        else:
            go_on()

    box.buttonClicked.connect(answered)
    box.open()


def _question(title: str, changed: list[QgsVectorLayer], window: QWidget) -> QMessageBox:
    translate = QCoreApplication.translate
    names = [layer.name() for layer in changed if not is_companion(layer)] or [changed[0].name()]
    text = translate(
        "OpenEdits",
        "Being edited: {layers}. The offline map can be changed only when none of its layers is being "
        "edited.",
    )
    box = question_box(
        window,
        "offlineMapAreasOpenEdits",
        translate("OpenEdits", "Unsaved Edits"),
        translate("OpenEdits", "Save the edits in layers of “{title}”?").format(title=title),
        text.format(layers=", ".join(names)),
        "update",
    )
    save = box.addButton(translate("OpenEdits", "Save"), QMessageBox.ButtonRole.AcceptRole)
    box.addButton(translate("OpenEdits", "Discard"), QMessageBox.ButtonRole.DestructiveRole)
    not_now = box.addButton(translate("OpenEdits", "Not Now"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(save)
    box.setEscapeButton(not_now)
    return box


def _end_editing(folder: Path, save: bool) -> str:
    """What QGIS says of edits that could not be saved; the layer is edited still."""
    # Attachments follow their features: they are saved, or given up, with these.
    for layer in sorted(edited_layers(folder), key=is_companion):
        if not layer.isEditable():
            continue
        if save and not layer.commitChanges():
            return f"{layer.name()}: {'; '.join(layer.commitErrors())}"
        if not save:
            layer.rollBack()
    return ""
