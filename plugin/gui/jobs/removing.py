"""Taking offline maps off this machine, once the user has said so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtWidgets import QMessageBox, QWidget

from ...core.offline_map.removal import set_aside, sweep
from ...core.storage import storage
from ...core.untrusted.text import inert


def ask_removal(title: str, warnings: Iterable[str], remove: Callable[[], None], window: QWidget) -> None:
    """Asks, without keeping the user from the window, and calls `remove` if that is the answer.

    `warnings` are sentences about what would be lost.
    """
    translate = QCoreApplication.translate
    box = QMessageBox(window)
    box.setObjectName("offlineMapAreasRemoval")
    box.setIcon(QMessageBox.Icon.Warning)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle(translate("Removal", "Remove Offline Map"))
    box.setText(translate("Removal", "Remove “{title}” from this computer?").format(title=title))
    text = translate(
        "Removal",
        "It is deleted with everything in it, also your edits and your changes of the project. "
        "Its layers leave the open project.",
    )
    box.setInformativeText(inert("\n\n".join([text, *warnings])))
    box.setStandardButtons(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    button = box.addButton(translate("Removal", "Remove"), QMessageBox.ButtonRole.DestructiveRole)
    button.clicked.connect(lambda _checked: remove())
    box.finished.connect(box.deleteLater)
    box.open()


def remove_places(places: Iterable[Path]) -> None:
    """Deletes folders and .mmpk files; takes time. Raises `StorageError`."""
    for place in places:
        if place.is_dir():
            sweep(set_aside(place))
        else:
            with storage(place.name):
                place.unlink(missing_ok=True)
