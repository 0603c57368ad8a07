"""The list view of map areas and of offline maps, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Optional

from qgis.PyQt.QtCore import QModelIndex, QPoint, Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeySequence, QPixmap
from qgis.PyQt.QtWidgets import QListView, QMenu, QWidget

from .actions import Action, actions
from .area_delegate import AreaDelegate
from .area_menu import area_menu
from .area_model import AreaRole
from .area_row import AreaRow

_ON_DOUBLE_CLICK = (Action.OPEN, Action.RESUME, Action.RETRY, Action.ZOOM)


class AreaView(QListView):
    """The list. `wanted` tells the ids of rows, and what the user wants of them; `left` that the keyboard is
    to go back to what stands above.

    Enter does the first that a row offers, Delete removes or finishes what is here, a double click opens what
    is here and else goes to the area. `picture` gives the thumbnail of a row.
    """

    wanted = pyqtSignal(list, object)
    left = pyqtSignal()

    def __init__(
        self,
        picture: Callable[[AreaRow], QPixmap],
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("offlineMapAreasList")
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.delegate = AreaDelegate(self, picture, self)
        self.setItemDelegate(self.delegate)
        self.delegate.triggered.connect(lambda row_id, action: self.wanted.emit([row_id], action))
        self.delegate.menu_wanted.connect(self._show_menu)
        self.doubleClicked.connect(lambda index: self._want(index, _ON_DOUBLE_CLICK))

    def selected(self) -> list[str]:
        """The ids of the selected rows, in the order of the list."""
        indexes = sorted(self.selectionModel().selectedIndexes(), key=QModelIndex.row)
        return [index.data(AreaRole.ID) for index in indexes]

    def menu(self, index: QModelIndex) -> QMenu:
        """What can be done with a row, or with all that are selected where it is one of them."""
        return area_menu(self._chosen(index), self.wanted.emit, self)

    def keyPressEvent(self, event) -> None:
        index = self.currentIndex()
        if index.isValid() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._want_first(index)
        elif event.key() == Qt.Key.Key_Escape or (event.key() == Qt.Key.Key_Up and index.row() <= 0):
            self.left.emit()
        elif index.isValid() and event.matches(QKeySequence.StandardKey.Delete):
            self._want(index, [Action.REMOVE, Action.FINISH])
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event) -> None:
        by_mouse = event.reason() == event.Reason.Mouse
        index = self.indexAt(event.pos()) if by_mouse else self.currentIndex()
        if index.isValid():
            position = event.globalPos() if by_mouse else self.delegate.menu_position(index)
            self._show_menu(index, position)

    def _chosen(self, index: QModelIndex) -> list[AreaRow]:
        """All rows that are selected, where this one is among them; else this one."""
        chosen = self.selectionModel().selectedIndexes()
        many = sorted(chosen, key=QModelIndex.row) if index in chosen else [index]
        return [one.data(AreaRole.ROW) for one in many]

    def _want_first(self, index: QModelIndex) -> None:
        """The first that a row offers, for all that are selected with it and offer it, too."""
        action = actions(index.data(AreaRole.ROW))[0]
        self.wanted.emit([row.id for row in self._chosen(index) if action in actions(row)], action)

    def _want(self, index: QModelIndex, wished: Sequence[Action]) -> None:
        """Tells the first of these that the row offers."""
        offered = actions(index.data(AreaRole.ROW))
        action = next((one for one in wished if one in offered), None)
        if action is not None:
            self.wanted.emit([index.data(AreaRole.ID)], action)

    def _show_menu(self, index: QModelIndex, position: QPoint) -> None:
        menu = self.menu(index)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(position)
