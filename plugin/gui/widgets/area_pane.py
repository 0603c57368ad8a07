"""A list of areas with its search, its order and a message where nothing is to be shown: of both pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Optional, Union

from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsCsException, QgsProject
from qgis.gui import QgsFilterLineEdit, QgsMapCanvas
from qgis.PyQt.QtCore import QEvent, QObject, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QPixmap
from qgis.PyQt.QtWidgets import (
    QAction,
    QActionGroup,
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...qgis_io.outlines import LON_LAT
from ..rows.area_filter import AreaFilter, Order
from ..rows.area_model import AreaModel
from ..rows.area_row import AreaRow
from ..rows.area_view import AreaView
from ..rows.glyphs import icon
from .message_page import MessagePage

_SOON = 50  # milliseconds
_TO_LIST = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class AreaPane(QWidget):
    """Shows the rows of `model`. `changed` tells that others are shown, or the same in another state.

    `picture` gives the thumbnail of a row; `explain` says on the message why the model has no rows;
    `search_name` is what the search is called.
    """

    changed = pyqtSignal()

    def __init__(
        self,
        model: AreaModel,
        canvas: QgsMapCanvas,
        picture: Callable[[AreaRow], QPixmap],
        explain: Callable[[MessagePage], None],
        search_name: str,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._canvas = canvas
        self._explain = explain
        self.filter = AreaFilter(self)
        self.filter.setSourceModel(model)
        self.view = AreaView(picture, self)
        self.view.setModel(self.filter)
        self.message = MessagePage(self)
        self._glyphs: dict[str, Union[QAction, QToolButton]] = {}
        # A list of hundreds changes hundreds of times while it loads.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON)
        self._soon.timeout.connect(self.show_rows)
        self._build(search_name)
        for signal in (self.filter.rowsInserted, self.filter.rowsRemoved, self.filter.modelReset):
            signal.connect(self._show_soon)
        model.dataChanged.connect(self._show_soon)
        canvas.extentsChanged.connect(self._follow_view)
        canvas.destinationCrsChanged.connect(self._follow_view)

    def show_rows(self) -> None:
        """The list, or the message that there is none."""
        has_rows, matches = self._model.rowCount() > 0, self.filter.rowCount() > 0
        self._search_row.setVisible(has_rows)
        if not has_rows:
            self._explain(self.message)
        elif not matches:
            self.message.show_text(
                "search", self.tr("No matches"), self.tr("No area matches the search or is in view.")
            )
        self._stack.setCurrentWidget(self.view if matches else self.message)
        self.changed.emit()

    def tab_order(self) -> list[QWidget]:
        """What the keyboard goes through, as one reads."""
        row = self._search_row.layout()
        return [*(row.itemAt(number).widget() for number in range(row.count())), self.view]

    def follow_theme(self) -> None:
        """QGIS has another theme."""
        for name, shown in self._glyphs.items():
            shown.setIcon(icon(name))
        self.message.follow_theme()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """*Down* and *Enter* go from the search to the list; *Escape* empties it."""
        if watched is not self.search or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() in _TO_LIST and self.filter.rowCount():
            self.view.setFocus()
            if not self.view.currentIndex().isValid():
                self.view.setCurrentIndex(self.filter.index(0, 0))
            return True
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            return True
        return False

    # ---- building -----------------------------------------------------------------------------

    def _build(self, search_name: str) -> None:
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.message)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._build_search(search_name))
        layout.addWidget(self._stack, 1)
        self.view.left.connect(self.search.setFocus)
        self._glyphs = {"frame": self.in_view, "sort": self._sort_button}
        self.follow_theme()

    def _build_search(self, name: str) -> QWidget:
        self._search_row = QWidget(self)
        self.search = QgsFilterLineEdit(self._search_row)
        self.search.setPlaceholderText(name)
        self.search.setAccessibleName(name)
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._search_for)
        self.in_view = QAction(self.tr("Only Areas in View"), self)
        self.in_view.setCheckable(True)
        self.in_view.setToolTip(self.tr("Show only the areas that the map shows"))
        self.in_view.toggled.connect(self._limit_to_view)
        row = QHBoxLayout(self._search_row)
        row.setContentsMargins(8, 0, 6, 2)
        row.setSpacing(2)
        row.addWidget(self.search, 1)
        row.addWidget(tool_button(self.in_view, self._search_row))
        row.addWidget(self._build_sort_button())
        return self._search_row

    def _build_sort_button(self) -> QToolButton:
        self._sort_button = QToolButton(self._search_row)
        self._sort_button.setAutoRaise(True)
        self._sort_button.setToolTip(self.tr("Sort"))
        self._sort_button.setAccessibleName(self.tr("Sort"))
        self._sort_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._sort_button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self._sort_button.setMenu(self._sort_menu())
        return self._sort_button

    def _sort_menu(self) -> QMenu:
        menu, group = QMenu(self), QActionGroup(self)
        for order, text in (
            (Order.TITLE, self.tr("By Title")),
            (Order.SIZE, self.tr("Largest First")),
            (Order.NEWEST, self.tr("Newest First")),
            (Order.STATE, self.tr("Downloaded First")),
        ):
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(order is self.filter.order)
            action.triggered.connect(lambda _checked, order=order: self.filter.sort_by(order))
            group.addAction(action)
        return menu

    # ---- what is shown ------------------------------------------------------------------------

    def _show_soon(self, *_arguments: object) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _search_for(self, text: str) -> None:
        self.filter.search(text)
        self.show_rows()

    def _follow_view(self) -> None:
        if self.in_view.isChecked():
            self._limit_to_view(True)

    def _limit_to_view(self, wanted: bool) -> None:
        """Keeps the list to what the map shows, while that is wanted."""
        self.filter.only_within(self._visible() if wanted else None)
        self.show_rows()

    def _visible(self):
        settings = self._canvas.mapSettings()
        there = QgsCoordinateTransform(
            settings.destinationCrs(), QgsCoordinateReferenceSystem(LON_LAT), QgsProject.instance()
        )
        try:
            return there.transformBoundingBox(settings.visibleExtent())
        except QgsCsException:
            return None


def tool_button(action: QAction, parent: Optional[QWidget]) -> QToolButton:
    """A flat button for an action, with its name."""
    button = QToolButton(parent)
    button.setDefaultAction(action)
    button.setAutoRaise(True)
    button.setAccessibleName(action.text())
    return button
