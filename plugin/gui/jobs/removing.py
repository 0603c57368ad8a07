"""Taking offline maps off this machine, once the user has said so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QWidget

from ..rows.local_area import LocalArea
from ..widgets.question import ask_whether, question_box

_MOST_NAMES = 5


def ask_removal(
    here: LocalArea, warnings: Iterable[str], remove: Callable[[], None], window: QWidget
) -> None:
    """Asks, without keeping the user from the window, and calls `remove` if that is the answer.

    `warnings` are sentences about what would be lost.
    """
    translate = QCoreApplication.translate
    made = translate("Removal", "{folder}\nDownloaded from {portal} by this QGIS profile.")
    text = translate(
        "Removal",
        "Everything that was downloaded or created for it is deleted, including your edits and your "
        "changes to the project. Other files in that folder are kept. Its layers are removed from the "
        "open project.",
    )
    origin = made.format(folder=here.place, portal=here.portal_url or "?")
    box = question_box(
        window,
        "offlineMapAreasRemoval",
        translate("Removal", "Remove Offline Map"),
        translate("Removal", "Remove “{title}” from this computer?").format(title=here.title),
        "\n\n".join([origin, text, *warnings]),
        "open-an-offline-map",
        warns=True,
    )
    ask_whether(box, translate("Removal", "Remove"), remove)


def staying_in_words(folder: Path, others: tuple[str, ...]) -> str:
    """What stays in a folder since this plugin did not make it; its names first, for the message bar shows
    little more than a line.
    """
    text = QCoreApplication.translate(
        "Removal", "Kept because this plugin did not create them: {files}, in “{folder}”."
    )
    names = ", ".join(others[:_MOST_NAMES]) + (" …" if len(others) > _MOST_NAMES else "")
    return text.format(folder=folder, files=names)
