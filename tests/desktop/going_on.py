"""The second session goes on with what the first one left; then the plugin is reloaded and unloaded."""

from offline_map_areas.plugin.core.offline_map.area_status import AreaStatus, ListState
from offline_map_areas.plugin.gui.rows.actions import Action
from qgis.core import QgsApplication
from qgis.gui import QgsBrowserTreeView
from qgis.PyQt.QtWidgets import QAction, QDockWidget
import qgis.utils

from tests.desktop.stage import Stage, dialog, settled
from tests.desktop.walk import Walk

iface = qgis.utils.iface


class GoingOn(Walk):
    def second(self):
        stage = self.stage
        stage.portal("mend")
        asked = stage.portal("asked")
        yield settled(2000)
        self.window(1400, 960)
        yield settled(500)
        stage.expect(self.dock.isVisible(), "the dock is where it was")
        stage.expect(stage.portal("asked") == asked, "QGIS started without asking the portal")
        stage.picture("second 0 started")
        told = [item.text() for item in iface.messageBar().items()]
        stage.expect(any("Unfinished downloads" in text for text in told), f"going on is offered: {told}")
        yield settled(1500)
        stage.expect(self.row("Old Town and Harbour") is not None, "the unfinished area is listed")
        stage.picture("second 1 what was left")
        stage.portal("fault", kind="hang up", path="*")
        yield from self.refresh()
        yield self.state(ListState.NO_NETWORK)
        yield settled(800)
        stage.picture("second 2 no network, downloaded areas")
        stage.portal("mend")
        yield from self.do("Old Town and Harbour", Action.RESUME)
        yield self.status("Old Town and Harbour", AreaStatus.DOWNLOADED)
        yield "the list rests", lambda: not self.areas.is_asking
        yield from self.refresh()
        yield self.state(ListState.SHOWING)
        yield from self.do("Strand and South Beach", Action.OPEN)
        yield "it is open", lambda: self.row("Strand and South Beach").is_open
        yield settled(3000)
        stage.picture("second 3 all here")
        yield from self.show_tab(self.work.local_maps)
        yield settled(500)
        stage.picture("second 3 on this computer")
        yield from self.show_tab(self.work.maps)
        yield from self.do("Strand and South Beach", Action.REMOVE)
        yield "the question is there", lambda: dialog("offlineMapAreasRemoval")
        yield settled(500)
        stage.picture("second 4 removal")
        yield from self.push_in("offlineMapAreasRemoval", "Remove")
        yield self.status("Strand and South Beach", AreaStatus.READY)
        yield settled(500)
        yield from self.reloading()

    def reloading(self):
        """Unloads and loads the plugin twice; nothing of it is there twice, and nothing when it is gone."""
        stage = self.stage
        for _ in range(2):
            qgis.utils.reloadPlugin("offline_map_areas")
            yield settled(800)
            stage.expect(all(count == 1 for count in self.traces().values()), f"once each: {self.traces()}")
        walk = Walk(stage)
        yield from walk.open_dock(360)
        yield "the offline maps are known", walk.work.local_maps.model.rowCount
        yield from walk.show_tab(walk.work.local_maps)
        yield from walk.do("Elmsund", Action.DETAILS, walk.work.local_maps)
        yield "details are open", lambda: dialog("offlineMapAreasDetails")
        qgis.utils.unloadPlugin("offline_map_areas")
        yield settled(800)
        stage.expect(not dialog("offlineMapAreasDetails"), "no form is left")
        stage.expect(not any(self.traces().values()), f"nothing is left: {self.traces()}")
        kept = [one for one in iface.mapCanvas().scene().items() if type(one).__name__ == "ExtentsItem"]
        stage.expect(not kept, "no outline is left on the map")
        stage.told["now"] = str
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
    """The second session; then QGIS ends."""
    stage = Stage(iface.mainWindow(), iface.actionExit().trigger)
    stage.run(GoingOn(stage).second())
