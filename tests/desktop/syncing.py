"""A map that is registered, in the window: edited, updated while a colleague edits too, and finished."""

from offline_map_areas.plugin.core.offline_map.area_status import AreaStatus, ListState
from offline_map_areas.plugin.gui.rows.actions import Action
from offline_map_areas.plugin.gui.rows.wording import Words
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtWidgets import QDialogButtonBox, QPushButton
import qgis.utils

from tests.desktop.hand import open_menu
from tests.desktop.stage import Stage, dialog, settled
from tests.desktop.walk import Walk

iface = qgis.utils.iface
AREA = "Old town"


class SyncTour(Walk):
    def sync(self):
        self.window(1400, 960)
        iface.newProject(False)
        yield from self.open_dock(380)
        yield from self.choose("web_map")
        yield self.state(ListState.SHOWING)
        yield from self.download()
        yield from self.edit()
        yield from self.update()
        yield from self.finish()

    def download(self):
        yield from self.do(AREA, Action.DOWNLOAD)
        yield "the form is there", lambda: dialog("DownloadDialog")
        form = dialog("DownloadDialog")
        yield "the dry run has ended", lambda: form._trial is None
        yield settled(500)
        while form.modeBox.currentText() != "Sync with feature services":
            self.hand.click(form.modeBox) if not form.modeBox.hasFocus() else self.hand.press("Down")
            yield settled(400)
            if form.modeBox.view().isVisible():
                self.hand.press("Escape")
                yield settled(400)
        self.stage.expect(form.openBox.isChecked(), "the map is opened when it is here")
        ok = form.buttonBox.button(QDialogButtonBox.StandardButton.Ok)
        yield "it can be downloaded", ok.isEnabled
        self.hand.press("Return")
        yield "the form is closed", lambda: not dialog("DownloadDialog")
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
        yield from self.push(self.tool_bar_button(iface.actionToggleEditing()))
        yield "the layer is being edited", layer.isEditable
        self.change(layer, "Hydrant 2", "remark", "Valve replaced")
        yield from self.push(self.tool_bar_button(iface.actionSaveActiveLayerEdits()))
        yield (
            "the row tells of one edit",
            lambda: Words().state_line(self.row(AREA)) == "Local edits (1), open",
        )
        self.change(layer, "Hydrant 5", "flow", 9999.0)
        yield from self.select(AREA)
        yield settled(800)
        stage.picture("sync 2 one edit is saved, one is open")
        yield from self.do(AREA, Action.UPDATE)
        yield "the question is there", lambda: dialog("offlineMapAreasOpenEdits")
        yield settled(500)
        stage.picture("sync 3 edits that are open")

    def update(self):
        stage = self.stage
        stage.portal("colleague", layer=0, feature="Hydrant 7", values={"remark": "Painted red"})
        yield from self.push_in("offlineMapAreasOpenEdits", "Save")
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
        report.activateWindow()
        row = report.table.visualRect(report.table.model().index(0, 0))
        self.hand.click(report.table.viewport(), row.center())
        yield settled(300)
        self.hand.press("Return")
        yield settled(500)
        chosen = [one["name"] for one in self.layer("Hydrants").selectedFeatures()]
        stage.expect(chosen == ["Hydrant 5"], f"the refused feature is selected, not {chosen}")
        yield settled(2000)
        stage.picture("sync 5 the report")
        yield from self.leave("offlineMapAreasSyncReport")
        yield from self.select(AREA)
        self.hand.press("Menu")
        yield "the menu of the row is there", open_menu
        yield settled(500)
        stage.picture("sync 6 the menu of the row")
        self.hand.press("Escape")
        yield "the menu is closed", lambda: not open_menu()

    def open_report(self):
        item = next(one for one in iface.messageBar().items() if "updated." in one.text())
        yield from self.push(item.findChild(QPushButton))
        yield "the report is there", lambda: dialog("offlineMapAreasSyncReport")
        dialog("offlineMapAreasSyncReport").move(60, 560)

    def finish(self):
        stage = self.stage
        yield from self.do(AREA, Action.DETAILS)
        yield settled(800)
        stage.picture("sync 7 details")
        yield from self.leave("offlineMapAreasDetails")
        yield from self.do(AREA, Action.FINISH)
        yield "the question is there", lambda: dialog("offlineMapAreasFinish")
        yield settled(500)
        stage.picture("sync 8 finish")
        yield from self.push_in("offlineMapAreasFinish", "Cancel")
        QgsApplication.setUITheme("Night Mapping")
        yield from self.open_report()
        yield settled(2000)
        stage.picture("sync 9 the report, dark")
        yield from self.leave("offlineMapAreasSyncReport")
        yield from self.do(AREA, Action.FINISH)
        yield "the question is there again", lambda: dialog("offlineMapAreasFinish")
        yield from self.push(dialog("offlineMapAreasFinish").checkBox())
        yield from self.push_in("offlineMapAreasFinish", "Finish")
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


def begin() -> None:
    """The part of the tour that this session of QGIS is for; then QGIS ends."""
    stage = Stage(iface.mainWindow(), iface.actionExit().trigger)
    stage.run(SyncTour(stage).sync())
