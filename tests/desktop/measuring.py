"""How long people wait: the plugin's part of the start, the first row, the event loop meanwhile."""

from pathlib import Path
import time

from offline_map_areas.plugin import main
from offline_map_areas.plugin.core.offline_map.area_status import AreaStatus, ListState
from offline_map_areas.plugin.gui.map_areas.area_list import ListedWebMap
from offline_map_areas.plugin.gui.rows.actions import Action
from offline_map_areas.plugin.qgis_io.connections import ChosenWebMap, Connection
from qgis.PyQt.QtCore import QPoint, Qt
import qgis.utils

from tests.desktop.hand import Hand
from tests.desktop.stage import Stage, dialog, hover, settled

iface = qgis.utils.iface
ROUND_TRIP = 0.1  # seconds
_PANS = 20
_PATIENCE = 500  # for 2 GB, and their conversion


class Measuring:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.hand = Hand()
        self.plugin = qgis.utils.plugins["offline_map_areas"]
        stage.told["now"] = lambda: ""

    def compile(self):
        """The first start of all compiles Python; the second is the one that counts."""
        self.plugin.actions[0].trigger()
        yield settled(1000)
        self.plugin.actions[0].trigger()

    def plugin_time(self) -> float:
        return float(qgis.utils.plugin_times["offline_map_areas"].rstrip("s"))

    def measure(self):
        stage = self.stage
        iface.mainWindow().showNormal()
        iface.mainWindow().setGeometry(0, 0, 1400, 960)
        iface.newProject(False)
        iface.messageBar().clearWidgets()
        stage.expect(Path(main.__cached__).exists(), "Python was compiled at this start")
        stage.figure("start of QGIS, the plugin's share", self.plugin_time() * 1000, 50)
        yield settled(1500)
        stage.start_pulse()
        yield settled(100)
        self.plugin.actions[0].trigger()
        iface.mainWindow().resizeDocks([self.plugin.dock], [360], Qt.Orientation.Horizontal)
        yield settled(1500)
        stage.stop_pulse("the dock opens for the first time")
        self.work = self.plugin.dock_content
        self.areas = self.work.areas
        stage.portal("fault", kind="stall", path="*", after=-1, seconds=ROUND_TRIP)
        for count in (16, 200):
            yield from self.list(count)
        stage.portal("mend")
        yield from self.handle()
        yield from self.pan()
        yield from self.download()

    def choose(self, name: str) -> None:
        web_map = ChosenWebMap(self.stage.told[name], name)
        self.areas.choose(ListedWebMap(Connection("Measured", self.stage.told["portal"]), web_map))
        self.work.maps.setCurrentWidget(self.work.page)

    def list(self, count: int):
        stage = self.stage
        self.choose(f"areas {count}")
        yield settled(500)
        times = []
        self.areas.model.rowsInserted.connect(
            lambda *_: times.append(time.monotonic()) if not times else None
        )
        stage.start_pulse()
        began = time.monotonic()
        self.areas.refresh()
        yield "the list is there", lambda: self.areas.state is ListState.SHOWING and not self.areas.is_asking
        all_there = time.monotonic() - began
        yield settled(1500)
        stage.stop_pulse(f"listing {count} areas")
        first = (times[0] - began) * 1000
        stage.figure(
            f"first row of {count} areas, round trips of 100 ms", first, 350 if count == 16 else None
        )
        stage.figure(f"all of {count} areas with their packages", all_there * 1000, None)

    def handle(self):
        """Scrolls, points, searches and sorts through 200 areas."""
        page = self.work.page
        self.work.extents.zoom_to([row.id for row in self.areas.model.rows()])
        yield settled(1500)
        self.stage.start_pulse()
        bar = page.view.verticalScrollBar()
        for step in range(60):
            bar.setValue(bar.maximum() * step // 60)
            hover(page.view.viewport(), QPoint(100, 40 + 5 * step))
            yield settled(20)
        for text in ("1", "12", "12 survey", ""):
            page._pane.search.setText(text)
            yield settled(150)
        page._pane.in_view.trigger()
        for _ in range(5):
            iface.mapCanvas().zoomByFactor(0.9)
            yield settled(200)
        page._pane.in_view.trigger()
        yield settled(300)
        self.stage.stop_pulse("scrolling, searching and panning with 200 areas")

    def pan(self):
        """Drags the map by the pointer of the display, with 200 outlines on it and without.

        What the window's thread computes in the meantime is told by its own clock: the difference is ours.
        """
        iface.newProject(False)
        self.work.extents.zoom_to([row.id for row in self.areas.model.rows()])
        iface.mapCanvas().zoomByFactor(0.5)
        iface.actionPan().trigger()
        yield settled(1500)
        spent = {}
        for shown in (False, True):
            self.work.extents.show(shown)
            yield settled(1500)
            began = time.thread_time()
            self.stage.start_pulse()
            for number in range(_PANS):
                self.drag(number)
                yield settled(700)
            with_outlines = "200 outlines" if shown else "no outlines"
            self.stage.stop_pulse(f"{_PANS} pans of a map with {with_outlines}", 100)
            spent[shown] = (time.thread_time() - began) / _PANS * 1000
        self.stage.figure("the window's thread, a pan: what 200 outlines add", spent[True] - spent[False], 10)

    def drag(self, number: int) -> None:
        """There and back in turns, aslant, a third of the canvas."""
        canvas = iface.mapCanvas()
        wide, high = canvas.width() // 3, canvas.height() // 4
        steps = [QPoint(wide + wide * step // 10, high + high * step // 10) for step in range(11)]
        self.hand.drag(canvas.viewport(), steps if number % 2 else steps[::-1])

    def download(self):
        stage = self.stage
        self.choose("large")
        self.areas.refresh()
        yield "the list is there", lambda: self.areas.state is ListState.SHOWING and not self.areas.is_asking
        (row,) = self.areas.model.rows()
        self.work.page.wanted.emit([row.id], Action.DOWNLOAD)
        yield "the form is there", lambda: dialog("DownloadDialog")
        yield settled(1500)
        dialog("DownloadDialog").openBox.setChecked(False)
        began = time.monotonic()
        stage.start_pulse()
        dialog("DownloadDialog").accept()
        size, turn = row.area.size, 0
        yield "it runs", lambda: self.status() is AreaStatus.DOWNLOADING
        while self.status() is AreaStatus.DOWNLOADING and time.monotonic() - began < _PATIENCE:
            turn += 1  # people pan meanwhile
            iface.mapCanvas().zoomByFactor(0.95 if turn % 2 else 1 / 0.95)
            yield settled(250)
        stage.stop_pulse(f"downloading {size / 1e9:.1f} GB, proving and converting them")
        stage.figure(
            f"download of {size / 1e9:.1f} GB with conversion", (time.monotonic() - began) * 1000, None
        )
        stage.expect(self.status() is AreaStatus.DOWNLOADED, f"the large area is {self.status().value}")

    def status(self) -> AreaStatus:
        return self.areas.model.rows()[0].status


def begin() -> None:
    """The part that this session of QGIS is for; then QGIS ends."""
    stage = Stage(iface.mainWindow(), iface.actionExit().trigger)
    stage.run(getattr(Measuring(stage), stage.told["part"])())
