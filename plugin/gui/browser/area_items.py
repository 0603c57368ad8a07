"""Web maps and their areas in the Browser of QGIS: the same list, states and actions as in the dock."""

from __future__ import annotations

from functools import partial
from typing import Optional

from qgis.core import Qgis, QgsDataItem
from qgis.PyQt.QtCore import QCoreApplication, QTimer
from qgis.PyQt.QtGui import QIcon, QPalette
from qgis.PyQt.QtWidgets import QAction, QApplication, QWidget

from ...core.offline_map.area_status import ListState
from ...qgis_io.connections import ChosenWebMap
from ..map_areas.area_list import AreaList, ListedWebMap
from ..rows.actions import Action
from ..rows.area_menu import AreaEntries
from ..rows.area_row import AreaRow
from ..rows.glyphs import glyph, icon, tone_colour
from ..rows.wording import Words, icon_name, tone
from .items import ConnectionItem, Makers, PortalItem

_SIDE = 16
_SOON = 50  # milliseconds


class WebMapItem(PortalItem):
    """A web map: its areas, asked for when somebody opens it, and kept as they change."""

    def __init__(self, parent: ConnectionItem, web_map: ChosenWebMap) -> None:
        path = f"{parent.path()}/{web_map.id}"
        super().__init__(parent, web_map.title, path, icon("map"))
        self._parent = parent
        self._web_map = web_map
        self._areas: Optional[AreaList] = None
        self._soon = QTimer(self)  # a list of hundreds changes hundreds of times while it loads
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON)
        self._soon.timeout.connect(self._show)

    @property
    def listed(self) -> ListedWebMap:
        """The web map, by the connection as it is saved now."""
        return ListedWebMap(self._parent.connection, self._web_map)

    def createChildren(self) -> list[QgsDataItem]:
        areas = self.dock_content().list_of(self.listed)
        if areas is not self._areas:
            self._areas = areas
            model = areas.model
            for signal in (areas.changed, model.rowsInserted, model.rowsRemoved, model.dataChanged):
                signal.connect(self._show_soon)
        if self.is_awake():
            areas.refresh()
        return self.children_of(self._makers())

    def actions(self, parent: QWidget) -> list[QAction]:
        return [
            self.entry(self.tr("Show in the Dock"), self._show_in_dock, parent),
            self.entry(self.tr("Refresh"), self.refresh, parent, "/mActionRefresh.svg"),
        ]

    def handleDoubleClick(self) -> bool:
        self._show_in_dock()
        return True

    def want(self, ids: list[str], action: Action) -> None:
        """Does with areas what the dock would do."""
        self.dock_content().actions.do(self._areas.model.rows_of(ids), action, self._areas)

    def dress(self) -> None:
        self.setIcon(icon("map"))
        self.dataChanged.emit(self)
        super().dress()

    def _show_in_dock(self) -> None:
        self.dock_content().show_web_map(self.listed)

    def _makers(self) -> Makers:
        makers: Makers = {
            f"{self.path()}/{row.id}": partial(AreaItem, self, row) for row in self._areas.model.rows()
        }
        state, words = self._areas.state, Words()
        if self._areas.error:
            makers |= self.failure(self._areas.error)
        elif not makers and state is not ListState.SHOWING:
            makers = self.note(f"{words.list_title(state)}. {words.list_sentence(state)}")
        return makers

    def _show_soon(self, *_arguments: object) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _show(self) -> None:
        if self.state() != Qgis.BrowserItemState.Populated:
            return
        for child in self.below.values():
            if isinstance(child, AreaItem):
                row = self._areas.model.row(child.row.id)
                if row is not None:
                    child.show(row)
        self.show_only(self._makers())


class AreaItem(QgsDataItem):
    """A map area. Its icon tells the state."""

    def __init__(self, parent: WebMapItem, row: AreaRow) -> None:
        super().__init__(Qgis.BrowserItemType.Custom, parent, row.title, f"{parent.path()}/{row.id}")
        self._list = parent
        self.setState(Qgis.BrowserItemState.Populated)
        self.row = row
        self.dress()

    def show(self, row: AreaRow) -> None:
        """The same area, changed."""
        if row == self.row:
            return
        changed, self.row = row.status is not self.row.status, row
        self.setToolTip(Words().tool_tip(row))
        if changed:
            self.dress()

    def actions(self, parent: QWidget) -> list[QAction]:
        show = QAction(QCoreApplication.translate("WebMapItem", "Show in the Dock"), parent)
        show.triggered.connect(lambda _checked: self.handleDoubleClick())
        return [*AreaEntries(self._list.want, parent).of(self.row), show]

    def handleDoubleClick(self) -> bool:
        self._list.dock_content().show_area(self._list.listed, self.row.id)
        return True

    def dress(self) -> None:
        """The icon, in the colours of the theme."""
        palette, name = QApplication.palette(), icon_name(self.row.status)
        dressed = QIcon(glyph(name, tone_colour(tone(self.row.status), palette), _SIDE, 2.0))
        on_highlight = palette.color(QPalette.ColorRole.HighlightedText)
        dressed.addPixmap(glyph(name, on_highlight, _SIDE, 2.0), QIcon.Mode.Selected)
        self.setIcon(dressed)
        self.setToolTip(Words().tool_tip(self.row))
        self.dataChanged.emit(self)
