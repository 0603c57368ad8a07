"""Every state of areas and of lists in one picture each, and every window in German on a small screen."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from offline_map_areas.plugin.core.errors import AccessDenied, NoConnection, SignInRequired
from offline_map_areas.plugin.core.offline_map.area_status import (
    Activity,
    AreaStatus,
    Asking,
    Content,
    Listing,
    ListState,
    Local,
    Remote,
)
from offline_map_areas.plugin.core.offline_map.currency import Newer
from offline_map_areas.plugin.gui.connections.form import ConnectionDialog
from offline_map_areas.plugin.gui.connections.start_page import StartPage
from offline_map_areas.plugin.gui.map_areas.area_list import ListedWebMap
from offline_map_areas.plugin.gui.map_areas.download_dialog import DownloadDialog
from offline_map_areas.plugin.gui.on_this_computer.open_offline_map import OpenOfflineMapDialog
from offline_map_areas.plugin.gui.options.options import OptionsPage
from offline_map_areas.plugin.gui.rows.actions import Action
from offline_map_areas.plugin.gui.rows.area_row import AreaRow, Progress
from offline_map_areas.plugin.gui.rows.local_area import LocalArea
from offline_map_areas.plugin.qgis_io.connections import ChosenWebMap, Connection
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QPoint, QRect, QSize, Qt
from qgis.PyQt.QtGui import QColor, QPainter, QPixmap
from qgis.PyQt.QtWidgets import QAbstractScrollArea, QLabel, QPushButton, QToolButton, QWidget
import qgis.utils

from tests.desktop.stage import Stage, dialog, settled

iface = qgis.utils.iface
_WHY = {
    "LOAD_FAILED": "The portal does not let you see the packages of this area.",
    "DOWNLOAD_FAILED": "The portal's disk is busy (503). Try again in a minute.",
    "DAMAGED": "“basemap.tpk” has 1,204 bytes instead of 2,285,718.",
}
_NOTHING, _STAGED, _WHOLE = (Local(content) for content in (Content.NOTHING, Content.STAGED, Content.WHOLE))
# How each status comes about, and what else there may be to tell beside it.
_AREAS: dict[str, tuple[Remote, Local, Activity]] = {
    "not loaded": (Remote.NOT_ASKED, _NOTHING, Activity.NONE),
    "loading": (Remote.ASKING, _NOTHING, Activity.NONE),
    "load failed": (Remote.UNREADABLE, _NOTHING, Activity.NONE),
    "packaging": (Remote.PACKAGING, _NOTHING, Activity.NONE),
    "packaging failed": (Remote.PACKAGING_FAILED, _NOTHING, Activity.NONE),
    "ready": (Remote.PACKAGED, _NOTHING, Activity.NONE),
    "queued": (Remote.PACKAGED, _NOTHING, Activity.QUEUED),
    "downloading": (Remote.PACKAGED, _STAGED, Activity.DOWNLOADING),
    "paused": (Remote.PACKAGED, _STAGED, Activity.NONE),
    "download failed": (Remote.PACKAGED, _STAGED, Activity.FAILED),
    "taken": (Remote.PACKAGED, Local(Content.TAKEN), Activity.NONE),
    "downloaded": (Remote.PACKAGED, _WHOLE, Activity.NONE),
    "update available": (Remote.PACKAGED, Local(Content.WHOLE, newer=Newer.YES), Activity.NONE),
    "update available, with edits": (Remote.PACKAGED, Local(Content.WHOLE, 3, Newer.YES), Activity.NONE),
    "local edits": (Remote.PACKAGED, Local(Content.WHOLE, 3), Activity.NONE),
    "updating": (Remote.PACKAGED, Local(Content.WHOLE, 0, Newer.YES), Activity.UPDATING),
    "syncing": (Remote.PACKAGED, Local(Content.WHOLE, 3), Activity.SYNCING),
    "finishing": (Remote.PACKAGED, _WHOLE, Activity.FINISHING),
    "damaged": (Remote.PACKAGED, Local(Content.DAMAGED, 1204), Activity.NONE),
    "gone": (Remote.GONE, _WHOLE, Activity.NONE),
    "gone, with edits": (Remote.GONE, Local(Content.WHOLE, 3), Activity.NONE),
}
_ANSWERED = {"asking": Asking.ANSWERED}
_LISTS: dict[ListState, Listing] = {
    ListState.NOT_ASKED: Listing(),
    ListState.LOADING: Listing(Asking.ASKING),
    ListState.SIGN_IN_REQUIRED: Listing(
        error=SignInRequired("“gis.example.org” requires you to sign in."), **_ANSWERED
    ),
    ListState.NO_NETWORK: Listing(error=NoConnection("“gis.example.org” cannot be reached."), **_ANSWERED),
    ListState.FAILED: Listing(error=AccessDenied("You may not see this web map."), **_ANSWERED),
    ListState.OFFLINE_DISABLED: Listing(enabled=False, **_ANSWERED),
    ListState.NO_AREAS: Listing(**_ANSWERED),
}


class States:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.plugin = qgis.utils.plugins["offline_map_areas"]
        stage.told["now"] = lambda: ""

    def open_dock(self, width: int, height: int):
        """The dock with the areas of Elmsund, beside a map."""
        iface.mainWindow().showNormal()
        iface.mainWindow().setGeometry(0, 0, width, height)
        iface.newProject(False)
        iface.messageBar().clearWidgets()
        if not self.plugin.dock.isVisible():
            self.plugin.actions[0].trigger()
        self.work = self.plugin.dock_content
        self.page, self.areas = self.work.page, self.work.areas
        iface.mainWindow().resizeDocks([self.plugin.dock], [360], Qt.Orientation.Horizontal)
        self.connection = Connection("Elmsund", self.stage.told["portal"])
        self.listed = ListedWebMap(self.connection, ChosenWebMap(self.stage.told["web_map"], "Elmsund"))
        self.areas.choose(self.listed)
        self.work.maps.setCurrentWidget(self.page)
        self.areas.refresh()
        yield "the list is there", lambda: self.areas.state is ListState.SHOWING and not self.areas.is_asking
        yield settled(1500)
        self.stage.expect(self.areas.model.rowCount() == 4, "the list shows four areas")

    # ---- every state --------------------------------------------------------------------------

    def states(self):
        yield from self.open_dock(1300, 900)
        self.known = [row for row in self.areas.model.rows() if row.area.packages]
        scale = f"{self.stage.told['scale']}00 %"
        self.stage.expect(self.page.devicePixelRatioF() == self.stage.told["scale"], f"the scale is {scale}")
        for theme, name in (("default", "light"), ("Night Mapping", "dark")):
            QgsApplication.setUITheme(theme)
            yield settled(2000)
            yield from self.rows(f"states of areas, {name}, {scale}")
            yield from self.lists(f"states of lists, {name}, {scale}")
        QgsApplication.setUITheme("default")

    def rows(self, name: str):
        """All rows, two columns of ten."""
        self.areas._listing = Listing(areas=len(_AREAS), **_ANSWERED)
        rows = [self.row(number, title) for number, title in enumerate(_AREAS)]
        self.stage.expect({row.status for row in rows} == set(AreaStatus), "every status is there")
        self.areas.model.replace_all(rows)
        self.page.filter.sort(-1)
        self.areas.changed.emit()
        self.page.view.clearSelection()
        view = self.page.view
        yield settled(500)
        height = view.visualRect(view.model().index(0, 0)).height()
        cells = []
        for number, title in enumerate(_AREAS):
            index = view.model().index(number, 0)
            self.stage.expect(index.data() == title, f"row {number} is {title}")
            view.scrollTo(index)
            yield settled(60)
            place = view.visualRect(index)
            cells.append(view.viewport().grab(QRect(0, place.top(), view.viewport().width(), height)))
        self.compose(name, cells, 2, view.palette().base().color())

    def row(self, number: int, title: str) -> AreaRow:
        """An area of Elmsund in another state."""
        remote, local, activity = _AREAS[title]
        known = self.known[number % len(self.known)]
        described = remote in (Remote.PACKAGED, Remote.GONE)
        here = LocalArea(
            Path(title),
            title,
            local,
            bytes=known.area.size * 2 if local.is_map else known.area.size // 3,
            packaged=known.packaged,
        )
        running = activity in (Activity.DOWNLOADING, Activity.UPDATING, Activity.SYNCING)
        row = replace(
            known,
            id=title,
            title=title,
            remote=remote,
            here=None if local.content is Content.NOTHING else here,
            activity=activity,
            area=known.area if described else None,
            progress=Progress(62.0, "Town.geodatabase: 1.2 of 3.4 MB") if running else None,
        )
        return replace(row, error=_WHY.get(row.status.name, ""))

    def lists(self, name: str):
        """All pages that stand where there is no list, four in a row."""
        self.areas.model.replace_all([])
        cells = []
        for state, listing in _LISTS.items():
            self.areas._listing = listing
            self.areas.changed.emit()
            self.page._pane.message.setFixedSize(300, 300)
            self.stage.expect(self.areas.state is state, f"the list is {state.value}")
            yield settled(100)
            cells.append(self.page._pane.message.grab())
        self.page._pane.message.setMinimumSize(0, 0)
        self.page._pane.message.setMaximumSize(16777215, 16777215)
        self.compose(name, cells, 4, self.ground(self.page._pane._stack))

    def ground(self, widget: QWidget) -> QColor:
        """What is painted behind a widget: a theme is a style sheet, palettes do not tell."""
        place = widget.mapTo(iface.mainWindow(), QPoint(3, 3))
        return iface.mainWindow().grab(QRect(place, QSize(1, 1))).toImage().pixelColor(0, 0)

    def compose(self, name: str, cells: list[QPixmap], columns: int, ground: QColor) -> None:
        """One picture of many, column by column."""
        lines = -(-len(cells) // columns)
        ratio = cells[0].devicePixelRatioF()
        size = QSize(round(cells[0].width() / ratio), round(cells[0].height() / ratio))
        sheet = QPixmap(QSize(size.width() * columns, size.height() * lines) * ratio)
        sheet.setDevicePixelRatio(ratio)
        sheet.fill(ground)
        painter = QPainter(sheet)
        for number, cell in enumerate(cells):
            column, line = divmod(number, lines)
            painter.drawPixmap(column * size.width(), line * size.height(), cell)
        painter.end()
        sheet.save(str(Path(self.stage.told["pictures"]) / f"{name}.png"))

    # ---- German -------------------------------------------------------------------------------

    def german(self):
        """Every window on a screen of 1024 × 768, in the language of long words."""
        yield from self.open_dock(1024, 768)
        self.stage.picture("german 1 the dock")
        known = list(self.areas.model.rows())
        self.known = [row for row in known if row.area.packages]
        yield from self.rows("german 8 states of areas")
        self.areas.model.replace_all(known)
        self.look_for_clipped("the dock", self.page)
        questions, window = self.work.services.questions, iface.mainWindow()
        rows = [row for row in self.areas.model.rows() if row.area.packages]
        start = StartPage(questions, self.work.thumbnails, window)
        start.setWindowFlags(Qt.WindowType.Dialog)
        start.begin(True, self.connection)
        options = OptionsPage(questions, window)
        options.setWindowFlags(Qt.WindowType.Dialog)
        for number, (name, shown) in enumerate(
            (
                (
                    "the download form",
                    DownloadDialog(self.listed, [rows[0].area], self.work.services.jobs, window),
                ),
                ("the form of a connection", ConnectionDialog(questions, self.connection, "", window)),
                ("the first page", start),
                ("the form to open", OpenOfflineMapDialog(window)),
                ("the options", options),
            ),
            2,
        ):
            shown.show()
            shown.move(20, 20)
            yield settled(1500)
            self.stage.picture(f"german {number} {name}")
            self.stage.expect(
                shown.width() <= 1000 and shown.height() <= 720, f"{name} fits on 1024 × 768: {shown.size()}"
            )
            self.look_for_clipped(name, shown)
            shown.close()
            shown.deleteLater()
        self.work.actions.do([rows[0]], Action.DETAILS, self.areas)
        yield settled(1000)
        self.stage.picture("german 7 the details")
        self.look_for_clipped("the details", dialog("offlineMapAreasDetails"))
        dialog("offlineMapAreasDetails").close()

    def look_for_clipped(self, name: str, root: QWidget) -> None:
        """Buttons and one-line labels whose text is wider than they are."""
        for widget in widgets_below(root):
            if isinstance(widget, QLabel):
                needed = widget.sizeHint().width() if not widget.wordWrap() and widget.pixmap() is None else 0
            elif isinstance(widget, QToolButton):
                continue
            else:
                needed = widget.sizeHint().width()
            self.stage.expect(
                widget.width() >= needed, f"{name}: “{widget.text()}” has {widget.width()} of {needed} pixels"
            )


def widgets_below(root: QWidget) -> Iterable[QWidget]:
    """Those that carry text and are shown, but not the parts of views."""
    for kind in (QLabel, QPushButton):
        for widget in root.findChildren(kind):
            inside = widget.parentWidget()
            if widget.isVisible() and widget.text() and not isinstance(inside, QAbstractScrollArea):
                yield widget


def begin() -> None:
    """The part that this session of QGIS is for; then QGIS ends."""
    stage = Stage(iface.mainWindow(), iface.actionExit().trigger)
    stage.run(getattr(States(stage), stage.told["part"])())
