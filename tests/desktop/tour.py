"""The first session: from a new connection to an open map, what goes wrong on the way, and leaving early."""

from offline_map_areas.plugin.core.offline_map.area_status import AreaStatus, ListState
from offline_map_areas.plugin.gui.rows.actions import Action
from qgis.core import QgsApplication, QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsProject
from qgis.gui import QgsBrowserTreeView
from qgis.PyQt.QtCore import QModelIndex, QPoint
from qgis.PyQt.QtWidgets import QAction, QDialogButtonBox, QDockWidget, QPushButton, QToolButton
import qgis.utils

from tests.desktop.stage import Stage, dialog, settled
from tests.desktop.walk import Walk

iface = qgis.utils.iface
TITLE = "Town of Elmsund"


class Tour(Walk):
    def first(self):
        stage = self.stage
        self.window(1400, 960)
        iface.newProject(False)
        iface.messageBar().clearWidgets()
        yield settled(1000)
        stage.expect(stage.portal("asked") == 0, "QGIS started without asking the portal")
        stage.expect(not self.dock.isVisible(), "the dock is hidden at first")
        yield from self.open_dock(360)
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
        stage.expect(not self.windows.stacked, f"no form of ours over another: {self.windows.stacked}")
        yield from self.leaving()

    def connecting(self):
        """Makes a connection in the form, tests it, and chooses one of its web maps."""
        stage, start = self.stage, self.work.start_page
        self.hand.write("elm")  # the field has the focus; the choice of connections comes with a search
        yield "words have been looked for", start.connections_box.new_button.isVisible
        yield from self.push(start.connections_box.new_button)
        yield "the form is there", lambda: dialog("ConnectionDialog")
        form = dialog("ConnectionDialog")
        yield from self.fill_in(form.urlEdit, stage.told["portal"])
        yield from self.fill_in(form.titleEdit, TITLE)
        yield from self.push(form.testButton)
        yield "the portal is found", lambda: "Public items only" in form.resultText.text()
        yield settled()
        stage.picture("connect 1 the form")
        self.hand.press("Return")
        yield "the form is closed", lambda: not dialog("ConnectionDialog")
        self.hand.click(start.searchEdit)
        yield settled(200)
        self.hand.press("ctrl+a")
        self.hand.press("BackSpace")
        yield settled(1000)
        stage.picture("connect 2 the first page again")
        self.hand.write("Elmsund")
        yield "the web maps are there", lambda: start.webMapList.isVisible() and start.model.rowCount() == 2
        yield settled(800)
        stage.picture("connect 2 the choice")
        rows = [start.model.index(row) for row in range(2)]
        place = start.webMapList.visualRect(next(row for row in rows if row.data() == "Elmsund"))
        self.hand.click(start.webMapList.viewport(), place.center())
        yield self.state(ListState.SHOWING)
        stage.expect(self.model.rowCount() == 4, "the chosen web map has four areas")

    def list_states(self):
        stage = self.stage
        stage.portal("fault", kind="stall", path="*", after=-1, seconds=3)
        yield from self.refresh()
        yield settled(500)
        stage.expect(self.areas.is_asking, "the list says that it is loading")
        stage.picture("list 3 loading")
        stage.portal("mend")
        refusal = "Unable to read the relationships of this item."
        for number, (state, fault) in enumerate(
            (
                (ListState.NO_NETWORK, {"kind": "hang up", "path": "*"}),
                (ListState.SIGN_IN_REQUIRED, {"kind": "error", "path": "/relatedItems", "code": 499}),
                (
                    ListState.FAILED,
                    {"kind": "error", "path": "/relatedItems", "code": 400, "message": refusal},
                ),
            ),
            4,
        ):
            yield "the list rests", lambda: not self.areas.is_asking
            stage.portal("fault", **fault)
            yield from self.refresh()
            yield self.state(state)
            yield settled()
            stage.picture(f"list {number} {state.value}")
            stage.portal("mend")
        for web_map, state in (("empty", ListState.NO_AREAS), ("disabled", ListState.OFFLINE_DISABLED)):
            yield from self.choose(web_map)
            yield self.state(state)
            yield settled()
            stage.picture(f"list {7 if web_map == 'empty' else 8} {state.value}")

    def the_list(self):
        stage = self.stage
        stage.start_pulse()
        yield from self.choose("web_map")
        yield self.state(ListState.SHOWING)
        yield settled(1500)
        stage.stop_pulse("listing")
        stage.expect(self.model.rowCount() == 4, "the list shows four areas")
        yield from self.select("Old Town and Harbour")
        yield settled(1500)
        stage.picture("areas 1 the list")

    def on_the_map(self):
        """Points at areas and picks them with the map tool; overlapping ones take turns."""
        stage, canvas = self.stage, iface.mapCanvas()
        pick = next(one for one in self.page.findChildren(QAction) if one.text().startswith("Pick"))
        buttons = self.page.findChildren(QToolButton)
        yield from self.push(next(one for one in buttons if one.defaultAction() is pick))
        yield "the tool that picks areas is at work", lambda: canvas.mapTool() is self.work.tool
        place = self.pixel("Old Town and Harbour")
        self.hand.point_at(canvas.viewport(), place)
        yield settled(500)
        stage.picture("areas 2 pointed at on the map")
        picked = []
        for _ in range(3):
            self.hand.click(canvas.viewport(), place)
            yield settled(600)  # slower than a double click
            picked += [self.model.row(area_id).title for area_id in self.page.selected()]
        stage.expect(
            picked == ["Old Town and Harbour", "Elmsund", "Old Town and Harbour"],
            f"clicks on one place go through the areas there, not {picked}",
        )
        stage.picture("areas 3 picked on the map")
        yield from self.push(self.tool_bar_button(iface.actionPan()))

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
        names = ["Offline Map Areas", TITLE, "Elmsund", "Old Town and Harbour"]
        for depth in range(1, 5):
            yield f"the Browser has {names[:depth]}", lambda depth=depth: self.browsed(view, names[:depth])
            yield settled(300)
            view.scrollTo(self.browsed(view, names[:depth]))
            yield settled(200)
            self.hand.click(view.viewport(), view.visualRect(self.browsed(view, names[:depth])).center())
            yield settled(200)
            if depth < 4:
                self.hand.press("Right")
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

    def ask_to_download(self, title: str, picture: str = "", **fault):
        """The form as it is proposed, but for opening the map at once; *Enter* starts the download.

        `fault` is what goes wrong at the portal from then on.
        """
        yield from self.do(title, Action.DOWNLOAD)
        yield "the form is there", lambda: dialog("DownloadDialog")
        form = dialog("DownloadDialog")
        yield "the dry run has ended", lambda: form.noticesText.toPlainText() or form._trial is None
        yield settled(1000)
        if picture:
            self.stage.picture(picture)
        yield from self.push(form.openBox)
        yield "it is not opened at once", lambda: not form.openBox.isChecked()
        ok = form.buttonBox.button(QDialogButtonBox.StandardButton.Ok)
        self.stage.expect(ok.isDefault() and ok.isEnabled(), "Enter starts the download")
        if fault:
            self.stage.portal("fault", **fault)
        self.hand.press("Return")
        yield "the form is closed", lambda: not dialog("DownloadDialog")

    def downloading(self):
        stage = self.stage
        stage.portal("fault", kind="slow", path="/data", bytes_per_second=1_000_000)
        stage.start_pulse()
        yield from self.ask_to_download("Elmsund", "download 1 the form")
        yield from self.ask_to_download("Strand and South Beach")
        yield self.status("Elmsund", AreaStatus.DOWNLOADING)
        yield (
            "a quarter has come",
            lambda: self.row("Elmsund").progress and self.row("Elmsund").progress.percent > 25,
        )
        stage.picture("download 2 running")
        yield from self.do("Elmsund", Action.PAUSE)
        yield self.status("Elmsund", AreaStatus.PAUSED)
        yield settled()
        stage.picture("download 3 paused")
        stage.expect(not self.told("failed"), "a pause is no failure")
        stage.portal("mend")
        yield from self.do("Elmsund", Action.RESUME)
        yield self.status("Elmsund", AreaStatus.DOWNLOADED)
        yield self.status("Strand and South Beach", AreaStatus.DOWNLOADED)
        stage.stop_pulse("two downloads, one paused and resumed")
        stage.start_pulse()
        yield from self.do("Elmsund", Action.OPEN)
        yield "it is open", lambda: self.row("Elmsund").is_open
        yield settled(500)
        stage.stop_pulse("opening 12 layers")
        yield settled(4000)
        stage.picture("download 4 done and open")
        stage.expect(QgsProject.instance().count() > 5, "the layers are in the project")

    def failing(self):
        stage = self.stage
        iface.messageBar().clearWidgets()
        refusal = {"kind": "error", "path": "/data", "code": 403, "message": "You do not have permissions."}
        yield from self.ask_to_download("Old Town and Harbour", **refusal)
        yield self.status("Old Town and Harbour", AreaStatus.DOWNLOAD_FAILED)
        yield settled(800)
        stage.picture("download 5 failed")
        yield from self.push(iface.messageBar().currentItem().findChild(QPushButton))
        yield "the message has details", lambda: dialog("offlineMapAreasReport")
        yield settled(300)
        stage.picture("download 6 why it failed")
        yield from self.leave("offlineMapAreasReport")
        stage.portal("mend")
        yield from self.do("Elmsund", Action.DETAILS)
        yield "details are there", lambda: dialog("offlineMapAreasDetails")
        yield settled(800)
        stage.picture("details 1 overview")
        yield from self.leave("offlineMapAreasDetails")

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
        yield from self.choose("empty")
        yield self.state(ListState.NO_AREAS)
        yield settled()
        stage.picture("dark 2 no areas")
        QgsApplication.setUITheme("default")
        yield settled(1500)
        yield from self.choose("web_map")
        yield self.state(ListState.SHOWING)
        yield settled(800)

    def leaving(self):
        """Quits while something is being downloaded."""
        self.stage.portal("fault", kind="slow", path="/data", bytes_per_second=400_000)
        yield from self.do("Old Town and Harbour", Action.RETRY)
        yield self.status("Old Town and Harbour", AreaStatus.DOWNLOADING)
        yield settled(1500)


def begin() -> None:
    """The first session; then QGIS ends."""
    stage = Stage(iface.mainWindow(), iface.actionExit().trigger)
    stage.run(Tour(stage).first())
