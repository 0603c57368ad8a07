"""The dock *Offline Map Areas*: a frame for its pages, empty until somebody sees it."""

from __future__ import annotations

from typing import Optional

from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import QEvent, pyqtSignal
from qgis.PyQt.QtWidgets import QTabWidget, QWidget


class Dock(QgsDockWidget):
    """Made at the start of QGIS, which puts it where it was; its pages come when it is shown."""

    theme_changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Offline Map Areas"))
        self.setObjectName("offlineMapAreasDock")
        self._pages = QTabWidget(self)
        self._pages.setDocumentMode(True)
        self.setWidget(self._pages)
        self.setMinimumWidth(260)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.theme_changed.emit()

    def add_page(self, page: QWidget, title: str) -> None:
        """Another page beside those that are there."""
        self._pages.addTab(page, title)

    def show_page(self, page: QWidget) -> None:
        """Brings the dock, and this page of it, to the front."""
        self.setUserVisible(True)
        self._pages.setCurrentWidget(page)
