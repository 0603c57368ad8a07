"""The list view of map areas and of offline maps."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QModelIndex, QPoint, Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QListView, QWidget


class AreaView(QListView):
    """The list. `chosen` tells of Enter, `removal_wanted` of Delete, `menu_wanted` where a menu goes."""

    chosen = pyqtSignal(QModelIndex)
    removal_wanted = pyqtSignal(QModelIndex)
    menu_wanted = pyqtSignal(QModelIndex, QPoint)

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("offlineMapAreasList")
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QListView.Shape.NoFrame)

    def keyPressEvent(self, event) -> None:
        index = self.currentIndex()
        if index.isValid() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(index)
        elif index.isValid() and event.matches(QKeySequence.StandardKey.Delete):
            self.removal_wanted.emit(index)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event) -> None:
        by_mouse = event.reason() == event.Reason.Mouse
        index = self.indexAt(event.pos()) if by_mouse else self.currentIndex()
        if index.isValid():
            position = event.globalPos() if by_mouse else self.itemDelegate().menu_position(index)
            self.menu_wanted.emit(index, position)
