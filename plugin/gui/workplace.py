"""The dock with all that stands behind it, put together and taken apart again."""

from __future__ import annotations

from pathlib import Path

from qgis.gui import QgsMapCanvas, QgsMessageBar
from qgis.PyQt.QtCore import QItemSelectionModel, QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QAction, QMainWindow

from ..core.offline.removal import left_over, sweep
from ..qgis_io.connections import ChosenWebMap, find_connection, save_connection
from ..qgis_io.settings import CHOSEN_CONNECTION, root_folder
from .area_actions import AreaActions
from .area_list import AreaList, ListedWebMap
from .area_tool import AreaTool
from .background import Background
from .connection import ConnectionDialog
from .dock import Dock
from .downloads import Downloads, unfinished_downloads
from .extents import MapExtents
from .glyphs import icon
from .guide import guide_url, open_guide
from .jobs import Jobs
from .local_areas import LocalAreas
from .local_maps import LocalMapsPage
from .notices import Notices
from .open_offline_map import OpenOfflineMapDialog
from .opening import Opener
from .portal_questions import PortalQuestions
from .thumbnails import Thumbnails
from .web_maps import WebMapChooser


class Workplace(QObject):
    """Makes the dock for a window with a map canvas and a message bar; `close` leaves nothing of it."""

    options_wanted = pyqtSignal()
    project_wanted = pyqtSignal(str)

    def __init__(self, window: QMainWindow, canvas: QgsMapCanvas, bar: QgsMessageBar) -> None:
        super().__init__()
        self._window = window
        self._canvas = canvas
        self.background = Background(Jobs(self), PortalQuestions(self), Notices(bar))
        questions = self.background.questions
        self.thumbnails = Thumbnails(questions, parent=self)
        self.local = LocalAreas(questions, self)
        self.downloads = Downloads(self.background.jobs, questions, self)
        self.opener = Opener(self.background, canvas, self)
        self.areas = AreaList(questions, self.downloads, self.local, self)
        self.dock = Dock(self.areas, self.thumbnails, canvas, window)
        self.extents = MapExtents(canvas, self.dock.filter, self.dock.view.selectionModel())
        self.actions = AreaActions(
            self.areas, self.local, self.downloads, self.opener, self.background, window, self
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
        """Stops what runs, keeping what has arrived, and takes dock and outlines away."""
        self.downloads.close()
        self.background.jobs.cancel()
        self.areas.close()
        self.local.close()
        self.extents.close()
        self._canvas.unsetMapTool(self.tool)
        self.background.questions.close()
        self.dock.close()
        self.dock.deleteLater()
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

    def jump_to(self, area_id: str) -> None:
        """Shows an area of the list on the map and in the dock."""
        self.dock.setUserVisible(True)
        self.dock.show_areas()
        self.extents.pick(area_id, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.extents.zoom_to([area_id])

    def ask_if_new(self, visible: bool) -> None:
        """When the user shows the dock, its list is asked for; not when QGIS itself restores it."""
        if visible and not self.areas.is_asking and not self.areas.was_asked:
            self.areas.refresh()

    def _connect(self) -> None:
        dock = self.dock
        dock.wanted.connect(self.actions.do)
        dock.web_map_wanted.connect(self.choose_web_map)
        dock.connections_wanted.connect(self.edit_connection)
        dock.visibilityChanged.connect(self.extents.show)
        dock.add_page(self.local_maps, self.tr("On This Computer"))
        self.local_maps.browse_wanted.connect(self.open_offline_map)
        self.local_maps.project_wanted.connect(self.project_wanted)
        self.extents.follow(dock.view)
        self.extents.hovered.connect(dock.view.itemDelegate().point_at)
        self.actions.zoom_wanted.connect(self.extents.zoom_to)
        self.actions.processing_wanted.connect(self._show_in_processing)
        self.tool = AreaTool(self._canvas, self.extents)
        pick = QAction(icon("pick", dock.palette()), self.tr("Pick Areas on the Map"), dock)
        pick.setCheckable(True)
        pick.setToolTip(self.tr("Click an area on the map to select it in the list"))
        pick.triggered.connect(self._pick)
        self.tool.setAction(pick)
        dock.visibilityChanged.connect(self._put_tool_away)
        dock.add_to_toolbar(pick)
        for text, does in (
            (self.tr("Choose Web Map…"), self.choose_web_map),
            (self.tr("Connection of This Web Map…"), self.edit_connection),
            (self.tr("Options…"), self.options_wanted.emit),
            (self.tr("Help"), lambda: open_guide("the-dock")),
        ):
            entry = QAction(text, dock)
            entry.triggered.connect(lambda _checked, does=does: does())
            dock.add_to_menu(entry)

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
