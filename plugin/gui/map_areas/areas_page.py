"""The page *Map Areas* of the dock: the areas of a web map, searched, sorted and acted upon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Optional, Union

from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsCsException, QgsProject
from qgis.gui import QgsFilterLineEdit, QgsMapCanvas
from qgis.PyQt.QtCore import QEvent, QObject, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import (
    QAction,
    QActionGroup,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...core.offline_map.area_status import ListState
from ...core.untrusted.text import inert
from ...qgis_io.outlines import LON_LAT
from ..jobs.thumbnails import Thumbnails
from ..rows.actions import Action, list_actions
from ..rows.area_filter import AreaFilter, Order
from ..rows.area_view import AreaView
from ..rows.glyphs import icon
from ..rows.wording import Words, list_icon_name, size_in_words
from ..widgets.message_page import MessagePage
from .area_list import AreaList

_SOON = 50  # milliseconds


class AreasPage(QWidget):
    """Shows an `AreaList`, and tells what the user wants; it does nothing of that itself.

    `wanted` tells ids of areas and an action for them; `web_map_wanted` and `connections_wanted` that another
    one is to be chosen.
    """

    wanted = pyqtSignal(list, object)
    web_map_wanted = pyqtSignal()
    connections_wanted = pyqtSignal()

    def __init__(
        self, areas: AreaList, thumbnails: Thumbnails, canvas: QgsMapCanvas, parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("offlineMapAreasPage")
        self._areas = areas
        self._thumbnails = thumbnails
        self._canvas = canvas
        self._words = Words()
        self._tries_again_in = 0
        self._glyphs: dict[str, Union[QAction, QToolButton]] = {}
        self.filter = AreaFilter(self)
        self.filter.setSourceModel(areas.model)
        # A list of hundreds changes hundreds of times while it loads.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON)
        self._soon.timeout.connect(self._show_state)
        self._build()
        areas.changed.connect(self._show_state)
        for signal in (self.filter.rowsInserted, self.filter.rowsRemoved, self.filter.modelReset):
            signal.connect(self._show_soon)
        areas.model.dataChanged.connect(self._show_soon)
        thumbnails.arrived.connect(lambda _item: self.view.viewport().update())
        canvas.extentsChanged.connect(self._follow_view)
        canvas.destinationCrsChanged.connect(self._follow_view)
        self._show_state()

    def add_to_toolbar(self, action: QAction, glyph: str) -> None:
        """Another button beside *Refresh*, with a pictogram of resources/status."""
        self._glyphs[glyph] = action
        self._paint_icons()
        self._header.insertWidget(self._header.count() - 1, self._tool_button(action))
        self._order_focus()

    def add_to_menu(self, action: QAction) -> None:
        """Another entry of the page's own menu."""
        self._menu.addAction(action)

    def count_down(self, seconds: int) -> None:
        """In how many seconds a portal that is away is asked again; 0 where it is not."""
        if seconds != self._tries_again_in:
            self._tries_again_in = seconds
            self._show_state()

    def selected(self) -> list[str]:
        """The ids of the selected areas, in the order of the list."""
        return self.view.selected()

    def follow_theme(self) -> None:
        """QGIS has another theme."""
        self._paint_icons()
        self._message.follow_theme()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """*Down* goes from the search to the list."""
        down = event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Down
        if watched is self._search and down and self.filter.rowCount():
            self.view.setFocus()
            if not self.view.currentIndex().isValid():
                self.view.setCurrentIndex(self.filter.index(0, 0))
            return True
        return False

    # ---- building -----------------------------------------------------------------------------

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self._build_header())
        layout.addWidget(self._build_search())
        layout.addWidget(self._build_list(), 1)
        layout.addWidget(self._build_footer())
        self._order_focus()
        self._glyphs |= {"map": self._title, "update": self.refresh_action, "menu": self._menu_button}
        self._glyphs |= {"frame": self._in_view, "sort": self._sort_button}
        self._paint_icons()

    def _order_focus(self) -> None:
        """Tab goes as one reads."""
        rows = (self._header, self._search_row.layout())
        order = [row.itemAt(number).widget() for row in rows for number in range(row.count())]
        for before, after in zip(order, [*order[1:], self.view]):
            QWidget.setTabOrder(before, after)

    def _build_header(self) -> QHBoxLayout:
        self._title = QToolButton(self)
        self._title.setObjectName("offlineMapAreasWebMap")
        self._title.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._title.setAutoRaise(True)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._title.setToolTip(self.tr("Choose another web map"))
        self._title.clicked.connect(self.web_map_wanted)
        self.refresh_action = QAction(self.tr("Refresh"), self)
        self.refresh_action.setShortcut(QKeySequence.StandardKey.Refresh)
        self.refresh_action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.refresh_action.setToolTip(self.tr("Ask the portal for the map areas again"))
        self.refresh_action.triggered.connect(self._refresh)
        self.addAction(self.refresh_action)
        self._menu = QMenu(self)
        self._menu_button = QToolButton(self)
        self._menu_button.setMenu(self._menu)
        self._menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu_button.setAutoRaise(True)
        self._menu_button.setToolTip(self.tr("More"))
        self._menu_button.setAccessibleName(self.tr("More"))
        self._menu_button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self._header = QHBoxLayout()
        self._header.setContentsMargins(6, 0, 6, 0)
        self._header.setSpacing(2)
        self._header.addWidget(self._title, 1)
        self._header.addWidget(self._tool_button(self.refresh_action))
        self._header.addWidget(self._menu_button)
        return self._header

    def _build_search(self) -> QWidget:
        self._search_row = QWidget(self)
        self._search = QgsFilterLineEdit(self._search_row)
        self._search.setPlaceholderText(self.tr("Search areas"))
        self._search.setAccessibleName(self.tr("Search areas"))
        self._search.installEventFilter(self)
        self._search.textChanged.connect(self.filter.search)
        self._search.textChanged.connect(lambda _text: self._show_state())
        self._in_view = QAction(self.tr("Only Areas in View"), self)
        self._in_view.setCheckable(True)
        self._in_view.setToolTip(self.tr("Show only the areas that the map shows"))
        self._in_view.toggled.connect(self._follow_view)
        self._sort_button = QToolButton(self._search_row)
        self._sort_button.setAutoRaise(True)
        self._sort_button.setToolTip(self.tr("Sort"))
        self._sort_button.setAccessibleName(self.tr("Sort"))
        self._sort_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._sort_button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self._sort_button.setMenu(self._sort_menu())
        row = QHBoxLayout(self._search_row)
        row.setContentsMargins(8, 0, 6, 2)
        row.setSpacing(2)
        row.addWidget(self._search, 1)
        row.addWidget(self._tool_button(self._in_view))
        row.addWidget(self._sort_button)
        return self._search_row

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

    def _build_list(self) -> QWidget:
        self.view = AreaView(self._picture, [Action.ZOOM], self)
        self.view.setModel(self.filter)
        self.view.setAccessibleName(self.tr("Map areas"))
        self.view.wanted.connect(self.wanted)
        self._message = MessagePage(self)
        self._message.wanted.connect(self._do_for_list)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._message)
        return self._stack

    def _build_footer(self) -> QWidget:
        self._footer = QLabel(self)
        self._footer.setWordWrap(True)
        self._footer.setContentsMargins(10, 4, 10, 6)
        self._footer.setTextFormat(Qt.TextFormat.PlainText)
        return self._footer

    def _tool_button(self, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setAutoRaise(True)
        button.setAccessibleName(action.text())
        return button

    def _paint_icons(self) -> None:
        for name, shown in self._glyphs.items():
            shown.setIcon(icon(name))

    # ---- showing ------------------------------------------------------------------------------

    def _show_soon(self, *_arguments: object) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _show_state(self) -> None:
        state, choice = self._areas.state, self._areas.choice
        title = " ".join(choice.web_map.title.split()) if choice else self.tr("Choose Web Map…")
        shown = self._title.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, 220)
        self._title.setText(shown.replace("&", "&&"))
        self._title.setAccessibleName(self.tr("Web map: {title}").format(title=title))
        self._title.setToolTip(inert(title))
        self.refresh_action.setEnabled(choice is not None)
        has_rows = self._areas.model.rowCount() > 0
        self._search_row.setVisible(has_rows)
        if has_rows and not self.filter.rowCount():
            self._message.show_text(
                "search", self.tr("No matches"), self.tr("No area matches the search or lies in view.")
            )
        elif not has_rows:
            buttons = (Action.UNLOCK,) if self._areas.is_locked else list_actions(state)
            details = self._areas.error if state in (ListState.FAILED, ListState.NO_NETWORK) else ""
            self._message.show_text(
                list_icon_name(state),
                self._words.list_title(state),
                self._with_countdown(self._words.list_sentence(state)),
                details,
                buttons,
            )
        self._stack.setCurrentWidget(self.view if self.filter.rowCount() else self._message)
        self._show_summary()

    def _show_summary(self) -> None:
        rows = self._areas.model.rows()
        state = self._areas.state
        self._footer.setVisible(bool(rows))
        footer = self._words.list_footer(state)
        if self._areas.is_asking:
            footer = self._words.list_footer(ListState.LOADING)
        elif self._tries_again_in:
            footer = self._with_countdown(footer or self.tr("The portal did not tell of every area."))
        if not footer:
            here = [row for row in rows if row.local.is_map]
            used = size_in_words(sum(row.bytes_on_disk for row in here)).replace(" ", "\u00a0")
            text = self.tr("Areas: {areas} · on this computer: {here}").format(
                areas=len(rows), here=len(here)
            )
            footer = f"{text} ({used})" if here else text
            footer = f"{self._whoami()} · {footer}" if self._whoami() else footer
        self._footer.setText(footer)
        details = self._areas.error if state is not ListState.SHOWING else ""
        self._footer.setToolTip(inert(details))

    def _with_countdown(self, text: str) -> str:
        if not self._tries_again_in:
            return text
        again = self.tr("Trying again in {seconds} s.").format(seconds=self._tries_again_in)
        return f"{text} {again}"

    def _whoami(self) -> str:
        if self._areas.user is None:
            return ""
        if not self._areas.user:
            return self.tr("Public items only")
        return self.tr("Signed in as {user}").format(user=self._areas.user)

    def _picture(self, row):
        if row.item is not None and self._areas.choice is not None:
            return self._thumbnails.pixmap(row.item, self._areas.choice.connection)
        return self._thumbnails.pixmap_on_disk(row.id)

    def _follow_view(self, *_arguments: object) -> None:
        """Keeps the list to what the map shows, while that is wanted."""
        if not self._in_view.isChecked():
            if not self.filter.is_within_view:
                return  # nothing to look through at each pan
            self.filter.only_within(None)
        else:
            settings = self._canvas.mapSettings()
            there = QgsCoordinateTransform(
                settings.destinationCrs(), QgsCoordinateReferenceSystem(LON_LAT), QgsProject.instance()
            )
            try:
                self.filter.only_within(there.transformBoundingBox(settings.visibleExtent()))
            except QgsCsException:
                self.filter.only_within(None)
        self._show_state()

    # ---- what the user wants ------------------------------------------------------------------

    def _refresh(self) -> None:
        self._thumbnails.forget_failures()
        self._areas.refresh()

    def _do_for_list(self, action: Action) -> None:
        does: dict[Action, Callable[[], None]] = {
            Action.RELOAD: self._refresh,
            Action.UNLOCK: self._refresh,
            Action.CHOOSE: self.web_map_wanted.emit,
            Action.CONNECTIONS: self.connections_wanted.emit,
        }
        does[action]()
