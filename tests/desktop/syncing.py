"""A map that is registered, in the window: edited, updated while a colleague edits too, and finished."""

from offline_map_areas.plugin.core.offline_map.area_status import AreaStatus, ListState
from offline_map_areas.plugin.gui.rows.actions import Action
from offline_map_areas.plugin.gui.rows.wording import Words
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QPushButton
import qgis.utils

from tests.desktop.stage import Stage, dialog, settled
from tests.desktop.tour import Tour

iface = qgis.utils.iface
AREA = "Old town"


class SyncTour(Tour):
    def sync(self):
        self.window(1400, 960)
        iface.newProject(False)
        self.plugin.actions[0].trigger()
        iface.mainWindow().resizeDocks([self.dock], [380], Qt.Orientation.Horizontal)
        self.choose("web_map", "Water supply")
        self.areas.refresh()
        yield self.state(ListState.SHOWING)
        yield from self.download()
        yield from self.edit()
        yield from self.update()
        yield from self.finish()

    def download(self):
        self.do(AREA, Action.DOWNLOAD)
        yield "the form is there", lambda: dialog("DownloadDialog")
        form = dialog("DownloadDialog")
        yield "the dry run has ended", lambda: form._trial is None
        form.modeBox.setCurrentIndex(form.modeBox.findText("Sync with feature services"))
        form.openBox.setChecked(True)
        form.accept()
        yield self.status(AREA, AreaStatus.DOWNLOADED)
        yield "it is open", lambda: self.row(AREA).is_open
        yield settled(2000)
        self.stage.picture("sync 1 downloaded and registered")

    def edit(self):
        """Changes three hydrants; the row counts, and nothing is written while one is still open."""
        stage, layer = self.stage, self.layer("Hydrants")
        stage.expect(not layer.readOnly(), "hydrants can be edited")
        iface.setActiveLayer(layer)
        node = QgsProject.instance().layerTreeRoot().findLayer(layer)
        node.setCustomProperty("showFeatureCount", 1)
        iface.actionToggleEditing().trigger()
        stage.expect(layer.isEditable(), "the layer is being edited")
        self.change(layer, "Hydrant 2", "remark", "Valve replaced")
        iface.actionSaveActiveLayerEdits().trigger()
        yield (
            "the row tells of one edit",
            lambda: Words().state_line(self.row(AREA)) == "Local edits (1), open",
        )
        self.change(layer, "Hydrant 5", "flow", 9999.0)
        self.select(AREA)
        yield settled(800)
        stage.picture("sync 2 one edit is saved, one is open")
        self.do(AREA, Action.UPDATE)
        yield "the question is there", lambda: dialog("offlineMapAreasOpenEdits")
        yield settled(500)
        stage.picture("sync 3 edits that are open")

    def update(self):
        stage = self.stage
        stage.portal("colleague", layer=0, feature="Hydrant 7", values={"remark": "Painted red"})
        self.press("offlineMapAreasOpenEdits", "Save")
        told = lambda: any("updated." in one.text() for one in iface.messageBar().items())  # noqa: E731
        yield "it is updated", told
        texts = [one.text() for one in iface.messageBar().items()]
        wanted = "Sent: 1, received: 1, refused: 1."
        stage.expect(any(wanted in text for text in texts), f"{wanted} is told: {texts}")
        yield settled(1500)
        remarks = {one["name"]: one["remark"] for one in self.layer("Hydrants").getFeatures()}
        stage.expect(remarks["Hydrant 7"] == "Painted red", "the colleague's edit is here")
        stage.picture("sync 4 updated")
        yield from self.open_report()
        report = dialog("offlineMapAreasSyncReport")
        QTest.keyClick(report.table, Qt.Key.Key_Return)
        chosen = [one["name"] for one in self.layer("Hydrants").selectedFeatures()]
        stage.expect(chosen == ["Hydrant 5"], f"the refused feature is selected, not {chosen}")
        yield settled(2000)
        stage.picture("sync 5 the report")
        report.close()
        yield settled(800)
        menu = self.page.view.menu(self.page.view.currentIndex())
        menu.popup(iface.mainWindow().mapToGlobal(iface.mainWindow().rect().center()))
        yield settled(500)
        stage.picture("sync 6 the menu of the row")
        menu.close()

    def open_report(self):
        item = next(one for one in iface.messageBar().items() if "updated." in one.text())
        item.findChild(QPushButton).click()
        yield "the report is there", lambda: dialog("offlineMapAreasSyncReport")
        dialog("offlineMapAreasSyncReport").move(60, 560)

    def finish(self):
        stage = self.stage
        self.do(AREA, Action.DETAILS)
        yield settled(800)
        stage.picture("sync 7 details")
        dialog("offlineMapAreasDetails").close()
        self.do(AREA, Action.FINISH)
        yield "the question is there", lambda: dialog("offlineMapAreasFinish")
        yield settled(500)
        stage.picture("sync 8 finish")
        self.press("offlineMapAreasFinish", "Cancel")
        QgsApplication.setUITheme("Night Mapping")
        yield from self.open_report()
        yield settled(2000)
        stage.picture("sync 9 the report, dark")
        dialog("offlineMapAreasSyncReport").close()
        self.do(AREA, Action.FINISH)
        yield "the question is there again", lambda: dialog("offlineMapAreasFinish")
        dialog("offlineMapAreasFinish").checkBox().click()
        self.press("offlineMapAreasFinish", "Finish")
        yield self.status(AREA, AreaStatus.READY)
        yield settled(3000)
        stage.expect(not QgsProject.instance().mapLayers(), "its layers have left the project")
        stage.expect(stage.portal("replicas") == 0, "no replica is left")
        stage.picture("sync 10 finished")

    def layer(self, name: str):
        (found,) = QgsProject.instance().mapLayersByName(name)
        return found

    def change(self, layer, name: str, field: str, value) -> None:
        feature = next(one for one in layer.getFeatures() if one["name"] == name)
        self.stage.expect(
            layer.changeAttributeValue(feature.id(), layer.fields().lookupField(field), value),
            f"{name} can be changed",
        )

    def press(self, box: str, text: str) -> None:
        next(one for one in dialog(box).buttons() if one.text().replace("&", "") == text).click()


def begin() -> None:
    """The part of the tour that this session of QGIS is for; then QGIS ends."""
    stage = Stage(iface.mainWindow(), iface.actionExit().trigger)
    stage.run(SyncTour(stage).sync())
