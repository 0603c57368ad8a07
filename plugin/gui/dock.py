"""The dock *Offline Map Areas*: a frame for its pages, empty until somebody sees it."""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsApplication
from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import QEvent, QSize, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QTabWidget, QToolButton, QVBoxLayout, QWidget


class Dock(QgsDockWidget):
    """Made at the start of QGIS, which puts it where it was; its pages come when it is shown.

    `theme_changed`: pictograms are to be painted in other colours. `help_wanted`: about that page.
    """

    theme_changed = pyqtSignal()
    help_wanted = pyqtSignal(QWidget)

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        # A theme is a style sheet first, and then a palette: both have to be there.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.theme_changed)
        self.setWindowTitle(self.tr("Offline Map Areas"))
        self.setObjectName("offlineMapAreasDock")
        self._pages = QTabWidget(self)
        self._pages.setDocumentMode(True)
        self._pages.setUsesScrollButtons(False)  # a narrow dock cuts titles instead
        self._pages.setElideMode(Qt.TextElideMode.ElideRight)
        self._pages.setCornerWidget(self._help_button())
        frame = QWidget(self)
        self._layout = QVBoxLayout(frame)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self._pages, 1)
        self.setWidget(frame)
        self.setMinimumWidth(260)

    def _help_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("offlineMapAreasHelpButton")
        button.setAutoRaise(True)
        button.setIconSize(QSize(14, 14))  # the tabs need the width
        button.setIcon(QgsApplication.getThemeIcon("/mActionHelpContents.svg"))
        button.setToolTip(self.tr("Help"))
        button.setAccessibleName(self.tr("Help"))
        button.clicked.connect(lambda _checked: self.help_wanted.emit(self._pages.currentWidget()))
        return button

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._soon.start()

    def add_page(self, page: QWidget, title: str) -> None:
        """Another page beside those that are there."""
        self._pages.setTabToolTip(self._pages.addTab(page, title), title)

    def add_line(self, line: QWidget) -> None:
        """A line below all pages."""
        self._layout.addWidget(line)

    def show_page(self, page: QWidget) -> None:
        """Brings the dock, and this page of it, to the front."""
        self.setUserVisible(True)
        self._pages.setCurrentWidget(page)
