"""What is done and expected, stop by stop."""

from offline_map_areas.plugin.core.offline_map.area_status import AreaStatus, ListState
from offline_map_areas.plugin.gui.map_areas.area_list import ListedWebMap
from offline_map_areas.plugin.gui.rows.actions import Action
from offline_map_areas.plugin.qgis_io.connections import (
    ChosenWebMap,
    Connection,
    remember_web_map,
)
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsProject,
)
from qgis.gui import QgsBrowserTreeView
from qgis.PyQt.QtCore import QModelIndex, QPoint, Qt, QTimer
from qgis.PyQt.QtWidgets import QAction, QDockWidget, QPushButton
import qgis.utils

from tests.desktop.stage import Stage, click, dialog, hover, settled

iface = qgis.utils.iface
TITLE = "Town of Elmsund"


class Tour:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.plugin = qgis.utils.plugins["offline_map_areas"]
        self.work = self.plugin.dock_content
        stage.told["now"] = self.now
        self.areas, self.page, self.model = self.work.areas, self.work.page, self.work.areas.model
        self.dock = self.plugin.dock

    # ---- words for the stops ------------------------------------------------------------------

    def now(self) -> str:
        """What the list says, for a stop that was waited for in vain."""
        rows = ", ".join(f"{row.title}: {row.status.value} {row.error}" for row in self.model.rows())
        asking = "asking" if self.areas.is_asking else "not asking"
        return f"the list is {self.areas.state.value}, {asking}, {self.areas.error} {rows}"

    def state(self, state: ListState):
        return f"the list is {state.value}", lambda: self.areas.state is state and not self.areas.is_asking

    def status(self, title: str, *wanted: AreaStatus):
        names = " or ".join(one.value for one in wanted)
        return f"{title} is {names}", lambda: self.row(title) and self.row(title).status in wanted

    def row(self, title: str):
        return next((row for row in self.model.rows() if row.title == title), None)

    def do(self, title: str, action: Action) -> None:
        self.page.wanted.emit([self.row(title).id], action)

    def choose(self, web_map: str, title: str) -> None:
        found = ChosenWebMap(self.stage.told[web_map], title)
        remember_web_map(TITLE, found)
        self.areas.choose(ListedWebMap(Connection(TITLE, self.stage.told["portal"]), found))
        self.work.maps.setCurrentWidget(self.page)

    def window(self, width: int, height: int) -> None:
        iface.mainWindow().showNormal()
        iface.mainWindow().setGeometry(0, 0, width, height)

    def select(self, title: str) -> None:
        index = self.page.filter.mapFromSource(self.model.index_of(self.row(title).id))
        self.page.view.setCurrentIndex(index)

    # ---- the first session --------------------------------------------------------------------

    def first(self):
        stage = self.stage
        self.window(1400, 960)
        iface.newProject(False)
        iface.messageBar().clearWidgets()
        stage.expect(stage.portal("asked") == 0, "QGIS started without asking the portal")
        stage.expect(not self.dock.isVisible(), "the dock is hidden at first")
        self.plugin.actions[0].trigger()
        iface.mainWindow().resizeDocks([self.dock], [360], Qt.Orientation.Horizontal)
        yield settled(800)
        stage.expect(self.areas.choice is None, "no web map is chosen at first")
        iface.messageBar().clearWidgets()
        stage.picture("list 1 no web map")
        yield from self.connecting()
        yield from self.list_states()
        yield from self.the_list()
        yield from self.on_the_map()
        yield from self.in_the_browser()
        yield from self.downloading()
        yield from self.failing()
        yield from self.small_and_dark()
        yield from self.leaving()

    def connecting(self):
        """Makes a connection in the forms, tests it, and chooses a web map."""
        stage = self.stage
        start = self.work.start_page
        QTimer.singleShot(0, start.connections_box.add_connection)
        yield "the form is there", lambda: dialog("ConnectionDialog")
        form = dialog("ConnectionDialog")
        form.titleEdit.setText(TITLE)
        form.urlEdit.setText(stage.told["portal"])
        form.testButton.click()
        yield "the portal is found", lambda: "Public items only" in form.resultText.text()
        yield settled()
        stage.picture("connect 1 the form")
        form.accept()
        yield "the web maps are there", lambda: start.model.rowCount() == 2
        yield settled(800)
        stage.picture("connect 2 the choice")
        rows = [start.model.index(row) for row in range(2)]
        start.webMapList.clicked.emit(next(row for row in rows if row.data() == "Elmsund"))
        yield self.state(ListState.SHOWING)
        stage.expect(self.model.rowCount() == 4, "the chosen web map has four areas")

    def list_states(self):
        stage = self.stage
        self.choose("web_map", "Elmsund")
        yield settled()
        stage.picture("list 2 not asked")
        stage.portal("fault", kind="stall", path="*", after=-1, seconds=3)
        self.areas.refresh()
        yield settled(500)
        stage.expect(self.areas.state is ListState.LOADING, "the list says that it is loading")
        stage.picture("list 3 loading")
        stage.portal("mend")
        stage.portal("fault", kind="hang up", path="*")
        self.areas.refresh()
        yield self.state(ListState.NO_NETWORK)
        yield settled()
        stage.picture("list 4 no network")
        stage.portal("mend")
        stage.portal("fault", kind="error", path="/relatedItems", code=499)
        self.areas.refresh()
        yield self.state(ListState.SIGN_IN_REQUIRED)
        yield settled()
        stage.picture("list 5 sign-in required")
        stage.portal("mend")
        refusal = "Unable to read the relationships of this item."
        stage.portal("fault", kind="error", path="/relatedItems", code=400, message=refusal)
        self.areas.refresh()
        yield self.state(ListState.FAILED)
        yield settled()
        stage.picture("list 6 failed")
        stage.portal("mend")
        for web_map, title, state in (
            ("empty", "Elmsund by night", ListState.NO_AREAS),
            ("disabled", "Elmsund in 1880", ListState.OFFLINE_DISABLED),
        ):
            self.choose(web_map, title)
            self.areas.refresh()
            yield self.state(state)
            yield settled()
            stage.picture(f"list {7 if web_map == 'empty' else 8} {state.value}")

    def the_list(self):
        stage = self.stage
        self.choose("web_map", "Elmsund")
        stage.start_pulse()
        self.areas.refresh()
        yield self.state(ListState.SHOWING)
        yield settled(1500)
        stage.stop_pulse("listing")
        stage.expect(self.model.rowCount() == 4, "the list shows four areas")
        self.work.extents.zoom_to([row.id for row in self.model.rows()])
        self.select("Old Town and Harbour")
        yield settled(1500)
        stage.picture("areas 1 the list")

    def on_the_map(self):
        """Points at areas and picks them with the map tool; overlapping ones take turns."""
        stage, canvas = self.stage, iface.mapCanvas()
        iface.newProject(False)
        self.work.extents.zoom_to([row.id for row in self.model.rows()])
        yield settled(1000)
        next(one for one in self.page.findChildren(QAction) if one.text().startswith("Pick")).trigger()
        stage.expect(canvas.mapTool() is self.work.tool, "the tool that picks areas is at work")
        place = self.pixel("Old Town and Harbour")
        hover(canvas.viewport(), place)
        yield settled(300)
        stage.picture("areas 2 pointed at on the map")
        picked = []
        for _ in range(3):
            click(canvas.viewport(), place)
            yield settled(200)
            picked += [self.model.row(area_id).title for area_id in self.page.selected()]
        stage.expect(
            picked == ["Old Town and Harbour", "Elmsund", "Old Town and Harbour"],
            f"clicks on one place go through the areas there, not {picked}",
        )
        stage.picture("areas 3 picked on the map")
        iface.actionPan().trigger()

    def pixel(self, title: str) -> QPoint:
        """The middle of an area on the canvas."""
        settings = iface.mapCanvas().mapSettings()
        there = QgsCoordinateTransform(
            QgsCoordinateReferenceSystem("EPSG:4326"), settings.destinationCrs(), QgsProject.instance()
        )
        middle = there.transform(self.row(title).outline.centroid().asPoint())
        return settings.mapToPixel().transform(middle).toQPointF().toPoint()

    def in_the_browser(self):
        """Opens portal and web map in the Browser of QGIS; they stay open for the next session."""
        view = iface.mainWindow().findChild(QDockWidget, "Browser").findChild(QgsBrowserTreeView)
        names = ["Offline Map Areas", TITLE, "Elmsund"]
        for depth in range(1, 4):
            yield f"the Browser has {names[:depth]}", lambda depth=depth: self.browsed(view, names[:depth])
            view.expand(self.browsed(view, names[:depth]))
        wanted = [*names, "Old Town and Harbour"]
        yield "the Browser has the areas", lambda: self.browsed(view, wanted)
        yield settled(500)
        view.scrollTo(self.browsed(view, wanted))
        view.setCurrentIndex(self.browsed(view, wanted))
        yield settled(500)
        self.stage.picture("browser 1 areas")

    def browsed(self, view, names: list[str]):
        """The row of the Browser that these names lead to; None while it is not there."""
        model, index = view.model(), QModelIndex()
        for name in names:
            rows = (model.index(row, 0, index) for row in range(model.rowCount(index)))
            index = next((row for row in rows if row.data() == name), None)
            if index is None:
                return None
        return index

    def downloading(self):
        stage = self.stage
        self.do("Elmsund", Action.DOWNLOAD)
        yield "the form is there", lambda: dialog("DownloadDialog")
        form = dialog("DownloadDialog")
        yield "the dry run has ended", lambda: form.noticesText.toPlainText() or form._trial is None
        yield settled(1500)
        stage.picture("download 1 the form")
        form.openBox.setChecked(False)
        stage.portal("fault", kind="slow", path="/data", bytes_per_second=1_500_000)
        stage.start_pulse()
        form.accept()
        self.select("Elmsund")
        self.do("Strand and South Beach", Action.DOWNLOAD)
        yield "the next form is there", lambda: dialog("DownloadDialog")
        dialog("DownloadDialog").openBox.setChecked(False)
        dialog("DownloadDialog").accept()
        yield self.status("Elmsund", AreaStatus.DOWNLOADING)
        yield (
            "a quarter has come",
            lambda: self.row("Elmsund").progress and self.row("Elmsund").progress.percent > 25,
        )
        stage.picture("download 2 running")
        self.do("Elmsund", Action.PAUSE)
        yield self.status("Elmsund", AreaStatus.PAUSED)
        yield settled()
        stage.picture("download 3 paused")
        stage.portal("mend")
        self.do("Elmsund", Action.RESUME)
        yield self.status("Elmsund", AreaStatus.DOWNLOADED)
        yield self.status("Strand and South Beach", AreaStatus.DOWNLOADED)
        stage.stop_pulse("two downloads, one paused and resumed")
        stage.start_pulse()
        self.do("Elmsund", Action.OPEN)
        yield "it is open", lambda: self.row("Elmsund").is_open
        yield settled(500)
        stage.stop_pulse("opening 12 layers")
        yield settled(4000)
        stage.picture("download 4 done and open")
        stage.expect(QgsProject.instance().count() > 5, "the layers are in the project")

    def failing(self):
        stage = self.stage
        iface.messageBar().clearWidgets()
        stage.portal("fault", kind="error", path="/data", code=403, message="You do not have permissions.")
        self.do("Old Town and Harbour", Action.DOWNLOAD)
        yield "the form is there", lambda: dialog("DownloadDialog")
        dialog("DownloadDialog").accept()
        self.select("Old Town and Harbour")
        yield self.status("Old Town and Harbour", AreaStatus.DOWNLOAD_FAILED)
        yield settled(800)
        stage.picture("download 5 failed")
        iface.messageBar().currentItem().findChild(QPushButton).click()
        yield settled(500)
        report = dialog("offlineMapAreasReport")
        stage.expect(report is not None, "the message has details")
        stage.picture("download 6 why it failed")
        report.close()
        stage.portal("mend")
        self.do("Elmsund", Action.DETAILS)
        yield settled(800)
        stage.picture("details 1 overview")
        dialog("offlineMapAreasDetails").close()

    def small_and_dark(self):
        stage = self.stage
        iface.messageBar().clearWidgets()
        self.window(1024, 768)
        yield settled(1500)
        stage.picture("small 1024 x 768")
        self.window(1400, 960)
        QgsApplication.setUITheme("Night Mapping")
        yield settled(2500)
        stage.picture("dark 1 the list")
        self.choose("empty", "Elmsund by night")
        self.areas.refresh()
        yield self.state(ListState.NO_AREAS)
        yield settled()
        stage.picture("dark 2 no areas")
        QgsApplication.setUITheme("default")
        self.choose("web_map", "Elmsund")
        self.areas.refresh()
        yield self.state(ListState.SHOWING)
        yield settled(800)

    def leaving(self):
        """Quits while something is being downloaded."""
        self.stage.portal("fault", kind="slow", path="/data", bytes_per_second=400_000)
        self.do("Old Town and Harbour", Action.RETRY)
        yield self.status("Old Town and Harbour", AreaStatus.DOWNLOADING)
        yield settled(1500)

    # ---- the second session -------------------------------------------------------------------

    def second(self):
        stage = self.stage
        stage.portal("mend")
        asked = stage.portal("asked")
        yield settled(2000)
        self.window(1400, 960)
        stage.expect(self.dock.isVisible(), "the dock is where it was")
        stage.expect(stage.portal("asked") == asked, "QGIS started without asking the portal")
        stage.picture("second 0 started")
        told = [item.text() for item in iface.messageBar().items()]
        stage.expect(any("Unfinished downloads" in text for text in told), f"going on is offered: {told}")
        yield settled(1500)
        stage.expect(self.row("Old Town and Harbour") is not None, "the unfinished area is listed")
        stage.picture("second 1 what was left")
        stage.portal("fault", kind="hang up", path="*")
        self.areas.refresh()
        yield self.state(ListState.NO_NETWORK)
        yield settled(800)
        stage.picture("second 2 no network, downloaded areas")
        stage.portal("mend")
        self.do("Old Town and Harbour", Action.RESUME)
        yield self.status("Old Town and Harbour", AreaStatus.DOWNLOADED)
        self.areas.refresh()
        yield self.state(ListState.SHOWING)
        self.do("Strand and South Beach", Action.OPEN)
        yield "it is open", lambda: self.row("Strand and South Beach").is_open
        yield settled(3000)
        stage.picture("second 3 all here")
        self.dock.show_page(self.work.local_maps)
        yield settled(500)
        stage.picture("second 3 on this computer")
        self.dock.show_page(self.work.maps)
        self.do("Strand and South Beach", Action.REMOVE)
        yield "the question is there", lambda: dialog("offlineMapAreasRemoval")
        yield settled(500)
        stage.picture("second 4 removal")
        box = dialog("offlineMapAreasRemoval")
        next(button for button in box.buttons() if button.text() == "Remove").click()
        yield self.status("Strand and South Beach", AreaStatus.READY)
        yield settled(500)
        yield from self.reloading()

    def reloading(self):
        """Unloads and loads the plugin twice; nothing of it is there twice, and nothing when it is gone."""
        stage = self.stage
        self.plugin.dock.setUserVisible(True)
        for _ in range(2):
            qgis.utils.reloadPlugin("offline_map_areas")
            yield settled(800)
            stage.expect(all(count == 1 for count in self.traces().values()), f"once each: {self.traces()}")
        work = qgis.utils.plugins["offline_map_areas"].dock_content
        yield "the offline maps are known", work.local_maps.model.rowCount
        menu = work.local_maps.view.menu(work.local_maps.filter.index(0, 0))
        next(entry for entry in menu.actions() if entry.text() == "Details").trigger()
        stage.expect(dialog("offlineMapAreasDetails"), "details are open")
        qgis.utils.unloadPlugin("offline_map_areas")
        yield settled(800)
        stage.expect(not dialog("offlineMapAreasDetails"), "no form is left")
        stage.expect(not any(self.traces().values()), f"nothing is left: {self.traces()}")
        kept = [one for one in iface.mapCanvas().scene().items() if type(one).__name__ == "ExtentsItem"]
        stage.expect(not kept, "no outline is left on the map")
        qgis.utils.loadPlugin("offline_map_areas")
        qgis.utils.startPlugin("offline_map_areas")
        yield settled(500)

    def traces(self) -> dict[str, int]:
        """How often each trace of the plugin is there."""
        window = iface.mainWindow()
        model = window.findChild(QDockWidget, "Browser").findChild(QgsBrowserTreeView).model()
        names = [model.index(row, 0).data() for row in range(model.rowCount())]
        processing = [one.id() for one in QgsApplication.processingRegistry().providers()]
        browsing = [one.name() for one in QgsApplication.dataItemProviderRegistry().providers()]
        return {
            "docks": len(window.findChildren(QDockWidget, "offlineMapAreasDock")),
            "actions to show it": len(window.findChildren(QAction, "offlineMapAreasShow")),
            "actions to open": len(window.findChildren(QAction, "offlineMapAreasOpen")),
            "algorithm providers": processing.count("offlinemapareas"),
            "providers of the Browser": browsing.count("Offline Map Areas"),
            "rows of the Browser": names.count("Offline Map Areas"),
        }


def begin() -> None:
    """The part of the tour that this session of QGIS is for; then QGIS ends."""
    stage = Stage(iface.mainWindow(), iface.actionExit().trigger)
    tour = Tour(stage)
    stage.run(getattr(tour, stage.told["part"])())
