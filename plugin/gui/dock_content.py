"""All that stands behind the dock, put together and taken apart again."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from qgis.gui import QgsMapCanvas, QgsMessageBar
from qgis.PyQt.QtCore import QItemSelectionModel, QObject, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QAction, QStackedWidget, QWidget

from ..core.portal.reach import Consent
from ..qgis_io.connections import ChosenWebMap, Connection, find_connection, remember_web_map
from ..qgis_io.guide import open_guide
from ..qgis_io.made_here import note_earlier_downloads
from ..qgis_io.removing import sweep_removed
from ..qgis_io.settings import AREAS_ON_MAP, BASEMAP_ON_MAP, CHOSEN_CONNECTION
from ..qgis_io.wording import in_words
from .connections.box import ask_to_edit, ask_to_remove
from .connections.sign_in import SignInState, sign_in_in_words, sign_in_state
from .connections.start_page import StartPage
from .dock import Dock
from .jobs.job_queue import JobQueue
from .jobs.local_areas import LocalAreas
from .jobs.notices import Notices
from .jobs.opening import Opener
from .jobs.questions import Questions
from .jobs.queue_line import QueueLine
from .jobs.services import Services
from .jobs.tasks import Jobs
from .jobs.thumbnails import Thumbnails
from .jobs.unfinished import unfinished_downloads
from .map_areas.actions import AreaActions
from .map_areas.area_list import AreaList, ListedWebMap
from .map_areas.area_tool import AreaTool
from .map_areas.areas_page import AreasPage
from .map_areas.canvas_basemap import CanvasBasemap
from .map_areas.details import DetailsDialog
from .map_areas.download_dialog import DownloadDialog
from .map_areas.extents import MapExtents
from .map_areas.reconnect import ComingBack
from .on_this_computer.open_offline_map import OpenOfflineMapDialog
from .on_this_computer.page import LocalMapsPage
from .widgets.report import ReportDialog
from .widgets.sync_report import SyncReportDialog


class DockContent(QObject):
    """Fills a dock of the window with a map canvas and a message bar; `close` leaves nothing of it.

    `consent` asks about hosts in private networks.
    """

    options_wanted = pyqtSignal()
    project_wanted = pyqtSignal(str)
    connections_changed = pyqtSignal()

    def __init__(
        self, dock: Dock, canvas: QgsMapCanvas, bar: QgsMessageBar, consent: Optional[Consent] = None
    ) -> None:
        super().__init__()
        note_earlier_downloads()  # before any other map is listed
        self._dock = dock
        self._awaited = ""  # the area that is to be shown when the list has it
        self._window: QWidget = canvas.window()
        self._canvas = canvas
        self.services = Services(Jobs(self), Questions(self, consent), Notices(bar))
        questions = self.services.questions
        self.thumbnails = Thumbnails(questions, parent=self)
        self.local = LocalAreas(questions, self)
        self.queue = JobQueue(self.services.jobs, questions, self)
        self.opener = Opener(self.services, canvas, self)
        self.areas = AreaList(questions, self.queue, self.local, self)
        self._is_new = False  # the map goes to the areas of a web map when it has just been chosen
        self.page = AreasPage(self.areas, self.thumbnails, canvas)
        self.start_page = StartPage(questions, self.thumbnails)
        self.maps = QStackedWidget()
        self.maps.addWidget(self.start_page)
        self.maps.addWidget(self.page)
        self.extents = MapExtents(canvas, self.page.filter, self.page.view.selectionModel())
        self.basemap = CanvasBasemap(canvas, self.services, self)
        self.actions = AreaActions(self.local, self.queue, self.opener, self.services, canvas, self)
        self.coming_back = ComingBack(self.areas, questions, self)
        self._lists: dict[tuple[str, ...], AreaList] = {}  # those of the Browser
        self.local_maps = LocalMapsPage(self.local, self.queue, self.thumbnails, canvas)
        self.queue_line = QueueLine(self.queue)
        self._connect()

    def start(self) -> None:
        """What the last session left: its web map, without asking the portal, and unfinished downloads."""
        connection = find_connection(CHOSEN_CONNECTION.value())
        if connection is not None and connection.web_maps:
            self.areas.choose(ListedWebMap(connection, connection.web_maps[0]))
            self.maps.setCurrentWidget(self.page)
        self.local.look()
        self.actions.teller.offer_unfinished(unfinished_downloads()[::-1])  # as they were wanted
        self.services.questions.run(lambda _question: sweep_removed(), _ignore, _ignore)

    def close(self) -> None:
        """Stops what runs, keeping what has arrived, and takes pages, forms and outlines away."""
        for kind in (DownloadDialog, DetailsDialog, ReportDialog, SyncReportDialog):
            for form in self._window.findChildren(kind):
                form.close()
        self.queue.close()
        self.services.jobs.cancel()
        self.coming_back.close()
        self.start_page.close_questions()
        for areas in (self.areas, *self._lists.values()):
            areas.close()
        self.local.close()
        self.extents.close()
        self.basemap.close()
        self._canvas.unsetMapTool(self.tool)
        self.tool.deleteLater()  # else it stays as long as the canvas
        self.services.questions.close()
        for page in (self.maps, self.local_maps, self.queue_line):
            page.deleteLater()
        self.deleteLater()

    def choose_web_map(self, connection: Optional[Connection] = None) -> None:
        """Shows the page on which one is found, at first those of a connection."""
        self._dock.show_page(self.maps)
        self.maps.setCurrentWidget(self.start_page)
        self.start_page.begin(self.areas.choice is not None, connection)

    def take_web_map(self, connection: Connection, web_map: ChosenWebMap) -> None:
        """Shows the areas of a web map that was just chosen, in the dock and on the map."""
        remember_web_map(connection.title, web_map)
        CHOSEN_CONNECTION.set(connection.title)
        self.connections_changed.emit()
        self.areas.choose(ListedWebMap(connection, web_map))
        self._is_new = True
        self._show_areas()
        self.areas.refresh()

    def _show_areas(self) -> None:
        self._dock.show_page(self.maps)
        self.maps.setCurrentWidget(self.page)

    def _go_to_new(self) -> None:
        """As soon as the areas of a new choice are known, the map shows them all."""
        if self._is_new and self.areas.was_asked and not self.areas.is_asking:
            self._is_new = False
            self._show_canvas()
            self.extents.zoom_to_rows(self.areas.model.rows())

    def _show_canvas(self) -> None:
        """The map comes to the front where something else has its place, as the welcome page of QGIS."""
        inside = self._canvas
        while (parent := inside.parentWidget()) is not None:
            if isinstance(parent, QStackedWidget):
                parent.setCurrentWidget(inside)
            inside = parent

    def open_offline_map(self) -> None:
        """Asks for an offline map on this computer and opens it in the background."""
        dialog = OpenOfflineMapDialog(self._window)
        if dialog.exec():
            self.opener.open(Path(dialog.path()))
        dialog.deleteLater()

    def edit_connection(self) -> None:
        """Lets the user change how the portal of the list is signed in to, and asks it again."""
        listed = self.areas.choice
        if listed is None:
            return
        connection = listed.connection
        saved = ask_to_edit(self.services.questions, connection, connection.title, self._window)
        if saved is not None:
            self.connections_changed.emit()
            self.areas.choose(ListedWebMap(saved, listed.web_map))
            self._is_new = True
            self.areas.refresh()

    def take_options(self) -> None:
        """Settings are new: offline maps may lie elsewhere, connections be others."""
        self.local.look()
        self.connections_changed.emit()

    def edit_saved(self, connection: Connection, replaced: str) -> None:
        """Lets the user change a saved connection, or make a new one."""
        if ask_to_edit(self.services.questions, connection, replaced, self._window) is not None:
            self.connections_changed.emit()

    def remove_saved(self, title: str) -> None:
        """Removes a saved connection, if the user means it."""
        connection = find_connection(title)
        if connection is not None and ask_to_remove(connection, self._window):
            self.connections_changed.emit()

    def test(self, connection: Connection) -> None:
        """Asks a portal who it is and who is signed in, and tells."""
        notices = self.services.notices

        def found(state: SignInState) -> None:
            text = self.tr("Found “{portal}”. {user}.")
            notices.success(
                text.format(portal=state.portal, user=sign_in_in_words(state, bool(connection.authcfg)))
            )

        self.services.questions.ask(
            connection, sign_in_state, found, lambda error: notices.failure(in_words(error))
        )

    def list_of(self, listed: ListedWebMap) -> AreaList:
        """The areas of a web map in the Browser, which shows other ones than the dock."""
        key = _key(listed)
        if key not in self._lists:
            self._lists[key] = AreaList(self.services.questions, self.queue, self.local, self)
            self._lists[key].choose(listed)
        return self._lists[key]

    def show_web_map(self, listed: ListedWebMap) -> None:
        """Brings the areas of a web map to the dock."""
        current = self.areas.choice
        if current is None or _key(current) != _key(listed):
            self.take_web_map(listed.connection, listed.web_map)
        self._show_areas()
        self.ask_if_new()

    def show_area(self, listed: ListedWebMap, area_id: str) -> None:
        """Brings an area of a web map to the dock and the map, as soon as the dock has it."""
        self.show_web_map(listed)
        self._awaited = area_id
        self._is_new = False
        self._jump_to_awaited()

    def _jump_to_awaited(self) -> None:
        row = self.areas.model.row(self._awaited)
        if row is not None and not row.outline.isNull():
            self._awaited = ""
            self.jump_to(row.id)

    def jump_to(self, area_id: str) -> None:
        """Shows an area of the list on the map and in the dock."""
        self._show_areas()
        self.extents.pick(area_id, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.extents.zoom_to([area_id])

    def ask_if_new(self) -> None:
        """When the user shows the dock, its list is asked for; not when QGIS itself restores it.

        Without a list, the keyboard goes to the field for a link.
        """
        if self.maps.currentWidget() is self.start_page:
            QTimer.singleShot(0, self.start_page.searchEdit.setFocus)  # when the dock is there
        elif not self.areas.is_asking and not self.areas.was_asked:
            self.areas.refresh()

    def _connect(self) -> None:
        dock, page = self._dock, self.page
        page.wanted.connect(
            lambda ids, action: self.actions.do(self.areas.model.rows_of(ids), action, self.areas)
        )
        self.local_maps.wanted.connect(
            lambda ids, action: self.actions.do(self.local_maps.model.rows_of(ids), action)
        )
        page.web_map_wanted.connect(self.choose_web_map)
        page.connections_wanted.connect(self.edit_connection)
        start = self.start_page
        start.chosen.connect(self.take_web_map)
        start.back_wanted.connect(self._show_areas)
        start.local_wanted.connect(lambda: dock.show_page(self.local_maps))
        start.connections_changed.connect(self.connections_changed)
        self.local.changed.connect(lambda: start.count_local(self.local_maps.model.rowCount()))
        self.areas.changed.connect(self._go_to_new)
        dock.add_page(self.maps, self.tr("Map Areas"))
        dock.add_page(self.local_maps, self.tr("On This Computer"))
        dock.help_wanted.connect(self._help)
        dock.add_line(self.queue_line)
        dock.theme_changed.connect(page.follow_theme)
        dock.theme_changed.connect(self.local_maps.follow_theme)
        dock.theme_changed.connect(start.follow_theme)
        self._add_tool()
        self._add_map_entries()
        dock.visibilityChanged.connect(self._show_on_map)
        dock.visibilityChanged.connect(self.coming_back.see)
        self.coming_back.counted.connect(page.count_down)
        self.coming_back.see(dock.isVisible())
        self.local_maps.browse_wanted.connect(self.open_offline_map)
        self.queue.disk_changed.connect(self.local.look)
        self.opener.project_wanted.connect(self.project_wanted)
        self.actions.zoom_wanted.connect(self.extents.zoom_to_rows)
        self.extents.follow(page.view)
        self.extents.hovered.connect(page.view.delegate.point_at)
        self._show_on_map(dock.isVisible())
        self.actions.processing_wanted.connect(self._show_in_processing)
        self.areas.model.dataChanged.connect(self._jump_to_awaited)
        for text, does in (
            (self.tr("Choose Web Map…"), self.choose_web_map),
            (self.tr("Connection of This Web Map…"), self.edit_connection),
            (self.tr("Open Offline Map…"), self.open_offline_map),
            (self.tr("Options…"), self.options_wanted.emit),
        ):
            entry = QAction(text, page)
            entry.triggered.connect(lambda _checked, does=does: does())
            page.add_to_menu(entry)

    def _help(self, shown: QWidget) -> None:
        """Opens the guide where it tells of the page that is shown."""
        if shown is self.local_maps:
            open_guide("open-an-offline-map")
        elif self.maps.currentWidget() is self.start_page:
            open_guide("choose-a-web-map")
        else:
            open_guide("the-dock")

    def _add_map_entries(self) -> None:
        self.on_map = QAction(self.tr("Show Areas on the Map"), self.page)
        self.on_map.setCheckable(True)
        self.on_map.setChecked(AREAS_ON_MAP.value())
        self.on_map.toggled.connect(self._take_on_map)
        zoom = QAction(self.tr("Zoom to All Areas"), self.page)
        zoom.triggered.connect(lambda _checked: self.extents.zoom_to_rows(self.areas.model.rows()))
        self.with_basemap = QAction(self.tr("Show Basemap"), self.page)
        self.with_basemap.setCheckable(True)
        self.with_basemap.setChecked(BASEMAP_ON_MAP.value())
        self.with_basemap.toggled.connect(self._take_with_basemap)
        self.areas.changed.connect(self._show_basemap)
        for entry in (zoom, self.on_map, self.with_basemap):
            self.page.add_to_menu(entry)

    def _take_on_map(self, shown: bool) -> None:
        AREAS_ON_MAP.set(shown)
        self._show_on_map(self._dock.isVisible())

    def _take_with_basemap(self, shown: bool) -> None:
        BASEMAP_ON_MAP.set(shown)
        if shown:
            self.on_map.setChecked(True)
            self.ask_if_new()
        self._show_basemap()

    def _show_basemap(self) -> None:
        """Below the areas, while they are on the map; a portal that nobody asked yet is left alone."""
        shown = self.with_basemap.isChecked() and self.on_map.isChecked() and self._dock.isVisible()
        self.basemap.show(self.areas.choice if shown and self.areas.was_asked else None)

    def _show_on_map(self, visible: bool) -> None:
        """With the dock, the areas leave the map, and where nobody wants to see them there."""
        shown = visible and self.on_map.isChecked()
        self.extents.show(shown)
        self._show_basemap()
        self._put_tool_away(shown)

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
            self.on_map.setChecked(True)
            self._canvas.setMapTool(self.tool)
        else:
            self._canvas.unsetMapTool(self.tool)

    def _show_in_processing(self, parameters: dict) -> None:
        from processing import createAlgorithmDialog  # there in the desktop only

        parameters.pop("LOAD", None)
        createAlgorithmDialog("offlinemapareas:downloadmaparea", parameters).show()


def _key(listed: ListedWebMap) -> tuple[str, ...]:
    """Which web map, of which portal, seen by whom."""
    connection = listed.connection
    return connection.title, connection.url, connection.authcfg, listed.web_map.id


def _ignore(_outcome: object) -> None:
    """What could not be swept waits for the next session."""
