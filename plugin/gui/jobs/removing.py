"""Taking offline maps off this machine, once the user has said so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtWidgets import QMessageBox, QWidget

from ...core.untrusted.text import inert
from ..rows.local_area import LocalArea
from ..widgets.help_button import add_help

_MOST_NAMES = 5


def ask_removal(
    here: LocalArea, warnings: Iterable[str], remove: Callable[[], None], window: QWidget
) -> None:
    """Asks, without keeping the user from the window, and calls `remove` if that is the answer.

    `warnings` are sentences about what would be lost.
    """
    translate = QCoreApplication.translate
    box = QMessageBox(window)
    box.setObjectName("offlineMapAreasRemoval")
    box.setIcon(QMessageBox.Icon.Warning)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle(translate("Removal", "Remove Offline Map"))
    box.setText(translate("Removal", "Remove “{title}” from this computer?").format(title=here.title))
    made = translate("Removal", "{folder}\nDownloaded from {portal} by this QGIS profile.")
    text = translate(
        "Removal",
        "Everything that was downloaded or created for it is deleted, including your edits and your "
        "changes to the project. Other files in that folder are kept. Its layers are removed from the "
        "open project.",
    )
    origin = made.format(folder=here.place, portal=here.portal_url or "?")
    box.setInformativeText(inert("\n\n".join([origin, text, *warnings])))
    box.setStandardButtons(QMessageBox.StandardButton.Cancel)
    add_help(box, "open-an-offline-map")
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    button = box.addButton(translate("Removal", "Remove"), QMessageBox.ButtonRole.DestructiveRole)
    button.clicked.connect(lambda _checked: remove())
    box.finished.connect(box.deleteLater)
    box.open()


def staying_in_words(folder: Path, others: tuple[str, ...]) -> str:
    """What stays in a folder since this plugin did not make it; its names first, for the message bar shows
    little more than a line.
    """
    text = QCoreApplication.translate(
        "Removal", "Kept because this plugin did not create them: {files}, in “{folder}”."
    )
    names = ", ".join(others[:_MOST_NAMES]) + (" …" if len(others) > _MOST_NAMES else "")
    return text.format(folder=folder, files=names)
