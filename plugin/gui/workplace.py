"""All that stands behind the dock, put together and taken apart again."""

from __future__ import annotations

from pathlib import Path

from qgis.gui import QgsMapCanvas, QgsMessageBar
from qgis.PyQt.QtCore import QItemSelectionModel, QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QAction, QWidget

from ..core.offline.removal import left_over, sweep
from ..qgis_io.connections import ChosenWebMap, find_connection, save_connection
from ..qgis_io.settings import CHOSEN_CONNECTION, root_folder
from .area_actions import AreaActions
from .area_list import AreaList, ListedWebMap
from .area_tool import AreaTool
from .areas_page import AreasPage
from .background import Background
from .connection import ConnectionDialog
from .dock import Dock
from .downloads import Downloads
from .extents import MapExtents
from .guide import guide_url, open_guide
from .jobs import Jobs
from .local_areas import LocalAreas
from .local_maps import LocalMapsPage
from .notices import Notices
from .open_offline_map import OpenOfflineMapDialog
from .opening import Opener
from .portal_questions import PortalQuestions
from .thumbnails import Thumbnails
from .unfinished import unfinished_downloads
from .web_maps import WebMapChooser


class Workplace(QObject):
    """Fills a dock of the window with a map canvas and a message bar; `close` leaves nothing of it."""

    options_wanted = pyqtSignal()
    project_wanted = pyqtSignal(str)

    def __init__(self, dock: Dock, canvas: QgsMapCanvas, bar: QgsMessageBar) -> None:
        super().__init__()
        self._dock = dock
        self._window: QWidget = canvas.window()
        self._canvas = canvas
        self.background = Background(Jobs(self), PortalQuestions(self), Notices(bar))
        questions = self.background.questions
        self.thumbnails = Thumbnails(questions, parent=self)
        self.local = LocalAreas(questions, self)
        self.downloads = Downloads(self.background.jobs, questions, self)
        self.opener = Opener(self.background, canvas, self)
        self.areas = AreaList(questions, self.downloads, self.local, self)
        self.page = AreasPage(self.areas, self.thumbnails, canvas)
        self.extents = MapExtents(canvas, self.page.filter, self.page.view.selectionModel())
        self.actions = AreaActions(
            self.areas, self.local, self.downloads, self.opener, self.background, self._window, self
        )
        self.local_maps = LocalMapsPage(
            self.local, self.downloads, self.opener, self.thumbnails, self.background
        )
        self._connect()

    def start(self) -> None:
        """What the last session left: its web map, without asking the portal, and unfinished downloads."""
        connection = find_connection(CHOSEN_CONNECTION.value())
        if connection is not None and connection.web_maps:
            self.areas.choose(ListedWebMap(connection, connection.web_maps[0]))
        self.local.look()
        self.actions.offer_unfinished(unfinished_downloads())
        root = root_folder()
        self.background.questions.run(lambda _question: _sweep(root), _ignore, _ignore)

    def close(self) -> None:
        """Stops what runs, keeping what has arrived, and takes pages and outlines away."""
        self.downloads.close()
        self.background.jobs.cancel()
        self.areas.close()
        self.local.close()
        self.extents.close()
        self._canvas.unsetMapTool(self.tool)
        self.background.questions.close()
        for page in (self.page, self.local_maps):
            page.deleteLater()
        self.deleteLater()

    def choose_web_map(self) -> None:
        """Asks for a web map and shows its areas."""
        chooser = WebMapChooser(self.background.questions, self.thumbnails, self._window)
        known = self.areas.choice.connection if self.areas.choice else None
        chosen = chooser.choose(known)
        chooser.deleteLater()
        if chosen is not None:
            web_map = ChosenWebMap(chosen.web_map.id, chosen.web_map.title)
            self.areas.choose(ListedWebMap(chosen.connection, web_map))
            self.areas.refresh()

    def open_offline_map(self) -> None:
        """Asks for an offline map on this computer and opens it in the background."""
        dialog = OpenOfflineMapDialog(guide_url("open-an-offline-map"), self._window)
        if dialog.exec():
            self.opener.open(Path(dialog.path()))
        dialog.deleteLater()

    def edit_connection(self) -> None:
        """Lets the user change how the portal of the list is signed in to, and asks it again."""
        listed = self.areas.choice
        if listed is None:
            return
        connection = listed.connection
        dialog = ConnectionDialog(self.background.questions, connection, connection.title, self._window)
        if dialog.exec():
            saved = save_connection(dialog.connection(), connection.title)
            self.areas.choose(ListedWebMap(saved, listed.web_map))
            self.areas.refresh()
        dialog.deleteLater()

    def take_options(self) -> None:
        """Settings are new: offline maps may lie elsewhere."""
        self.local.look()

    def jump_to(self, area_id: str) -> None:
        """Shows an area of the list on the map and in the dock."""
        self._dock.show_page(self.page)
        self.extents.pick(area_id, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.extents.zoom_to([area_id])

    def ask_if_new(self) -> None:
        """When the user shows the dock, its list is asked for; not when QGIS itself restores it."""
        if not self.areas.is_asking and not self.areas.was_asked:
            self.areas.refresh()

    def _connect(self) -> None:
        dock, page = self._dock, self.page
        page.wanted.connect(self.actions.do)
        page.web_map_wanted.connect(self.choose_web_map)
        page.connections_wanted.connect(self.edit_connection)
        dock.add_page(page, self.tr("Map Areas"))
        dock.add_page(self.local_maps, self.tr("On This Computer"))
        dock.visibilityChanged.connect(self.extents.show)
        dock.visibilityChanged.connect(self._put_tool_away)
        self.local_maps.browse_wanted.connect(self.open_offline_map)
        self.local_maps.project_wanted.connect(self.project_wanted)
        self.extents.follow(page.view)
        self.extents.hovered.connect(page.view.itemDelegate().point_at)
        self.extents.show(dock.isVisible())
        self.actions.zoom_wanted.connect(self.extents.zoom_to)
        self.actions.processing_wanted.connect(self._show_in_processing)
        self._add_tool()
        for text, does in (
            (self.tr("Choose Web Map…"), self.choose_web_map),
            (self.tr("Connection of This Web Map…"), self.edit_connection),
            (self.tr("Open Offline Map…"), self.open_offline_map),
            (self.tr("Options…"), self.options_wanted.emit),
            (self.tr("Help"), lambda: open_guide("the-dock")),
        ):
            entry = QAction(text, page)
            entry.triggered.connect(lambda _checked, does=does: does())
            page.add_to_menu(entry)

    def _add_tool(self) -> None:
        self.tool = AreaTool(self._canvas, self.extents)
        pick = QAction(self.tr("Pick Areas on the Map"), self.page)
        pick.setCheckable(True)
        pick.setToolTip(self.tr("Click an area on the map to select it in the list"))
        pick.triggered.connect(self._pick)
        self.tool.setAction(pick)
        self.page.add_to_toolbar(pick, "pick")

    def _put_tool_away(self, visible: bool) -> None:
        """Without the dock there is nothing to pick."""
        if not visible:
            self._canvas.unsetMapTool(self.tool)

    def _pick(self, wanted: bool) -> None:
        if wanted:
            self._canvas.setMapTool(self.tool)
        else:
            self._canvas.unsetMapTool(self.tool)

    def _show_in_processing(self, parameters: dict) -> None:
        from processing import createAlgorithmDialog  # there in the desktop only

        parameters.pop("LOAD", None)
        createAlgorithmDialog("offlinemapareas:downloadmaparea", parameters).show()


def _sweep(root: Path) -> None:
    for place in left_over(root):
        sweep(place)


def _ignore(_outcome: object) -> None:
    """What could not be swept waits for the next session."""
