"""The page *Map Areas* of the dock: the areas of a web map, searched, sorted and acted upon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Optional, Union

from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeySequence, QPixmap
from qgis.PyQt.QtWidgets import (
    QAction,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...core.offline_map.area_status import ListState
from ...core.untrusted.text import inert
from ..jobs.thumbnails import Thumbnails
from ..rows.actions import Action, list_actions
from ..rows.area_row import AreaRow
from ..rows.glyphs import icon
from ..rows.wording import Words, list_icon_name, size_in_words
from ..widgets.area_pane import AreaPane, tool_button
from ..widgets.message_page import MessagePage
from .area_list import AreaList


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
        self._words = Words()
        self._tries_again_in = 0
        self._glyphs: dict[str, Union[QAction, QToolButton]] = {}
        self._pane = AreaPane(
            areas.model, canvas, self._picture, self._explain, self.tr("Search areas"), self
        )
        self.filter, self.view = self._pane.filter, self._pane.view
        self._build()
        areas.changed.connect(self._show_state)
        thumbnails.arrived.connect(lambda _item: self.view.viewport().update())
        self._show_state()

    def add_to_toolbar(self, action: QAction, glyph: str) -> None:
        """Another button beside *Refresh*, with a pictogram of resources/status."""
        self._glyphs[glyph] = action
        self._paint_icons()
        self._header.insertWidget(self._header.count() - 1, tool_button(action, self))
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
        self._pane.follow_theme()

    # ---- building -----------------------------------------------------------------------------

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self._build_header())
        self.view.setAccessibleName(self.tr("Map areas"))
        self.view.wanted.connect(self.wanted)
        self._pane.message.wanted.connect(self._do_for_list)
        layout.addWidget(self._pane, 1)
        layout.addWidget(self._build_footer())
        self._pane.changed.connect(self._show_summary)
        self._order_focus()
        self._glyphs |= {"map": self._title, "update": self.refresh_action, "menu": self._menu_button}
        self._paint_icons()

    def _order_focus(self) -> None:
        """Tab goes as one reads."""
        header = [self._header.itemAt(number).widget() for number in range(self._header.count())]
        order = [*header, *self._pane.tab_order()]
        for before, after in zip(order, order[1:]):
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
        self._header.addWidget(tool_button(self.refresh_action, self))
        self._header.addWidget(self._menu_button)
        return self._header

    def _build_footer(self) -> QWidget:
        self._footer = QLabel(self)
        self._footer.setWordWrap(True)
        self._footer.setContentsMargins(10, 4, 10, 6)
        self._footer.setTextFormat(Qt.TextFormat.PlainText)
        return self._footer

    def _paint_icons(self) -> None:
        for name, shown in self._glyphs.items():
            shown.setIcon(icon(name))

    # ---- showing ------------------------------------------------------------------------------

    def _show_state(self) -> None:
        choice = self._areas.choice
        title = " ".join(choice.web_map.title.split()) if choice else self.tr("Choose Web Map…")
        shown = self._title.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, 220)
        self._title.setText(shown.replace("&", "&&"))
        self._title.setAccessibleName(self.tr("Web map: {title}").format(title=title))
        self._title.setToolTip(inert(title))
        self.refresh_action.setEnabled(choice is not None)
        self._pane.show_rows()

    def _explain(self, message: MessagePage) -> None:
        state = self._areas.state
        buttons = (Action.UNLOCK,) if self._areas.is_locked else list_actions(state)
        details = self._areas.error if state in (ListState.FAILED, ListState.NO_NETWORK) else ""
        title = self._words.list_title(state)
        sentence = self._with_countdown(self._words.list_sentence(state))
        message.show_text(list_icon_name(state), title, sentence, details, buttons)

    def _show_summary(self) -> None:
        rows = self._areas.model.rows()
        state = self._areas.state
        self._footer.setVisible(bool(rows))
        footer = self._words.list_footer(state)
        if self._areas.is_asking:
            footer = self._words.list_footer(ListState.LOADING)
        elif self._tries_again_in:
            footer = self._with_countdown(footer or self.tr("The portal did not report every area."))
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

    def _picture(self, row: AreaRow) -> QPixmap:
        if row.item is not None and self._areas.choice is not None:
            return self._thumbnails.pixmap(row.item, self._areas.choice.connection)
        return self._thumbnails.pixmap_on_disk(row.key)

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
