"""The first minutes, by keys and clicks that go through the window system; all of them are counted."""

from __future__ import annotations

from offline_map_areas.plugin.core.offline_map.area_status import ListState
from offline_map_areas.plugin.qgis_io.connections import connections
from qgis.core import QgsApplication
from qgis.PyQt.QtWidgets import QApplication, QDialogButtonBox, QLineEdit, QToolButton
import qgis.utils

from tests.desktop.hand import Hand, Windows
from tests.desktop.stage import Stage, dialog, settled

iface = qgis.utils.iface


class Arrival:
    def __init__(self, stage: Stage) -> None:
        self.stage, self.hand, self.windows = stage, Hand(), Windows()
        self.plugin = qgis.utils.plugins["offline_map_areas"]
        stage.told["now"] = self.now

    def now(self) -> str:
        work = self.plugin.dock_content
        page = work.start_page
        return f"{work.areas.state}, {work.areas.error}; {page.message.text()!r}; {self.hand.done}"

    def button(self):
        """The plugin's button in the tool bar of QGIS."""
        bar = iface.webToolBar()
        return next(
            one for one in bar.findChildren(QToolButton) if one.defaultAction() is self.plugin.actions[0]
        )

    def arrival(self):
        stage = self.stage
        iface.mainWindow().showNormal()
        iface.mainWindow().setGeometry(0, 0, 1400, 960)
        iface.messageBar().clearWidgets()
        QgsApplication.setUITheme(stage.told["theme"])
        yield settled(1500)
        stage.expect(not iface.mapCanvas().isVisible(), "QGIS shows its welcome page")
        yield from self.public()
        yield from self.private()
        stage.expect(not self.windows.stacked, f"no form of ours over another: {self.windows.stacked}")
        yield from self.bad_input()

    def public(self):
        stage, hand = self.stage, self.hand
        hand.click(self.button())
        yield "the dock is there", self.plugin.dock.isVisible
        yield settled(800)
        work = self.plugin.dock_content
        iface.messageBar().clearWidgets()
        stage.expect(work.start_page.searchEdit.hasFocus(), "the field waits for a link")
        stage.picture(f"{stage.told['theme']} 1 the first page")
        hand.done.clear()
        self.windows.seen.clear()
        hand.paste(f"{stage.told['portal']}/home/item.html?id={stage.told['web_map']}")
        yield settled(400)
        hand.press("Return")
        yield (
            "the areas are there",
            lambda: work.areas.state is ListState.SHOWING and not work.areas.is_asking,
        )
        yield settled(1500)
        stage.expect(iface.mapCanvas().isVisible(), "the map is in front")
        shown = iface.mapCanvas().extent()
        stage.expect(0 < shown.width() < 2, f"the map shows the areas: {shown.toString()}")
        stage.picture(f"{stage.told['theme']} 2 public, areas on the map")
        self.tell("public link to areas on the map")
        stage.expect(hand.done == ["paste", "Return"], f"one paste and Enter: {hand.done}")
        stage.expect(not self.windows.seen, f"no form: {self.windows.seen}")
        view = work.page.view
        row = next(row for row in work.areas.model.rows() if row.title == "Elmsund")
        index = work.page.filter.mapFromSource(work.areas.model.index_of(row.id))
        shown = view.delegate._layout(view.visualRect(index), view.font(), row)
        hand.click(view.viewport(), shown.buttons[0].rect.center())
        yield "the download form is there", lambda: dialog("DownloadDialog")
        yield settled(1000)
        stage.picture(f"{stage.told['theme']} 3 the download form")
        ok = dialog("DownloadDialog").buttonBox.button(QDialogButtonBox.StandardButton.Ok)
        stage.expect(ok.isDefault() and ok.isEnabled(), "Enter starts the download")
        hand.press("Return")
        yield "it is being downloaded", lambda: not dialog("DownloadDialog")
        self.tell("… and to the download, with a click and Enter")
        stage.expect(hand.done == ["paste", "Return", "click", "Return"], f"two keys more: {hand.done}")
        yield "it has come", lambda: work.areas.model.row(row.id).local.is_map
        yield settled(3000)

    def private(self):
        stage, hand, work = self.stage, self.hand, self.plugin.dock_content
        title = work.page.findChild(QToolButton, "offlineMapAreasWebMap")
        hand.click(title)
        yield "the first page is back", work.start_page.isVisible
        yield settled(500)
        stage.picture(f"{stage.told['theme']} 3 recent web maps")
        hand.done.clear()
        self.windows.seen.clear()
        hand.paste(f"{stage.told['private_portal']}/home/item.html?id={stage.told['private']}")
        yield settled(300)
        hand.press("Return")
        yield "the form is there", lambda: dialog("ConnectionDialog")
        yield settled(500)
        stage.picture(f"{stage.told['theme']} 4 signing in")
        hand.write("surveyor")
        yield settled(500)
        hand.press("Tab")
        yield settled(200)
        hand.write("theodolite-7")
        yield settled(700)
        hand.press("Return")
        yield "QGIS asks for a master password", _master_password
        yield settled(700)
        stage.picture(f"{stage.told['theme']} 5 the master password")
        hand.write("Elmsund 1880")
        yield settled(700)
        while not _master_password().findChild(QLineEdit, "leMasterPassVerify").hasFocus():
            hand.press("Tab")
            yield settled(300)
        hand.write("Elmsund 1880")
        yield settled(700)
        hand.press("Return")
        yield (
            "the private areas are there",
            lambda: [row.title for row in work.areas.model.rows()] == ["North"] and not work.areas.is_asking,
        )
        yield settled(1500)
        stage.picture(f"{stage.told['theme']} 6 private, areas on the map")
        self.tell(f"private link to areas on the map, windows {self.windows.seen}")
        stage.expect(self.windows.seen.count("ConnectionDialog") == 1, f"one form: {self.windows.seen}")
        stage.expect(len(connections()) == 3, f"both portals are saved: {connections()}")

    def bad_input(self):
        stage, hand, work = self.stage, self.hand, self.plugin.dock_content
        hand.click(work.page.findChild(QToolButton, "offlineMapAreasWebMap"))
        yield "the first page is back", work.start_page.isVisible
        yield settled(500)
        stage.portal("fault", kind="slow", path="*", bytes_per_second=200)
        hand.paste(f"{stage.told['portal']}/home/item.html?id={'e' * 32}")
        yield settled(300)
        hand.press("Return")
        yield settled(600)
        stage.picture(f"{stage.told['theme']} 7 asking")
        stage.portal("mend")
        yield "it says that there is none", lambda: "Asking" not in work.start_page.message.text()
        yield settled(300)
        stage.picture(f"{stage.told['theme']} 8 a link to nothing")
        hand.press("ctrl+a")
        yield settled(200)
        hand.write("elm")
        yield "web maps are listed", lambda: work.start_page.model.rowCount() > 0
        yield settled(800)
        stage.picture(f"{stage.told['theme']} 9 words")

    def tell(self, what: str) -> None:
        self.stage._measured.append(f"| {what} | {', '.join(self.hand.done)} | |")


def _master_password():
    """QGIS' own prompt, while it is there."""
    found = QApplication.activeModalWidget()
    return found if found is not None and found.findChild(QLineEdit, "leMasterPass") else None


def begin() -> None:
    """One arrival; then QGIS ends."""
    stage = Stage(iface.mainWindow(), iface.actionExit().trigger)
    stage.run(Arrival(stage).arrival())
