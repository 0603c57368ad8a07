"""The entry *Offline Map Areas* among the options of QGIS; its page is made when the options are opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.gui import QgsOptionsPageWidget, QgsOptionsWidgetFactory
from qgis.PyQt.QtCore import QCoreApplication, pyqtSignal
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QWidget

if TYPE_CHECKING:
    from ..jobs.questions import Questions

KEY = "offlineMapAreasOptions"
_ICON = Path(__file__).parents[3] / "resources" / "icon.svg"


class OptionsFactory(QgsOptionsWidgetFactory):
    """Makes the page; register it with the desktop. `changed` tells that settings are new."""

    changed = pyqtSignal()

    def __init__(self, questions: Callable[[], Questions]) -> None:
        title = QCoreApplication.translate("OptionsPage", "Offline Map Areas")
        super().__init__(title, QIcon(str(_ICON)), KEY)
        self._questions = questions

    def createWidget(self, parent: Optional[QWidget] = None) -> QgsOptionsPageWidget:
        from .options import OptionsPage

        page = OptionsPage(self._questions(), parent)
        page.setObjectName(KEY)
        page.changed.connect(self.changed)
        return page
