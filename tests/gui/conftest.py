"""The parts of the dock around a portal that answers over real sockets, in the real task manager."""

import time

import pytest
from qgis.core import QgsProject, QgsSettings
from qgis.gui import QgsMapCanvas, QgsMessageBar
from qgis.PyQt.QtCore import QCoreApplication, QEvent
from qgis.PyQt.QtWidgets import QMainWindow

from plugin.gui.dock import Dock
from plugin.gui.dock_content import DockContent
from plugin.gui.map_areas.area_list import ListedWebMap
from plugin.processing.provider import OfflineMapAreasProvider
from plugin.qgis_io.connections import ChosenWebMap, Connection
from plugin.qgis_io.settings import root_folder, set_root_folder
from tests.fixtures.town_portal import town_portal


@pytest.fixture
def wait():
    """`wait(lambda: …)` runs the event loop until it is true."""

    def until(condition, seconds=30):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "waited in vain"
            QCoreApplication.processEvents()
            time.sleep(0.002)

    return until


@pytest.fixture(scope="session")
def town(tmp_path_factory, qgis_app):
    """The content of Elmsund's portal with a basemap of two levels; not to be changed."""
    return town_portal(tmp_path_factory.mktemp("town"), levels=(12, 13))


@pytest.fixture
def elmsund(town, portal):
    """Elmsund's portal, running."""
    return portal(town)


@pytest.fixture
def listed(town):
    """`listed(portal)` is the town's web map on it."""

    def web_map(portal):
        item = next(item for item in town.items.values() if item.json["type"] == "Web Map")
        return ListedWebMap(Connection("Town", portal.url), ChosenWebMap(item.id, item.json["title"]))

    return web_map


@pytest.fixture
def dock_content(qgis_new_project, qgis_processing, tmp_path):
    """A dock in a window of its own, with settings and folders of its own."""
    from qgis.core import QgsApplication  # noqa: PLC0415

    QgsSettings().remove("plugins/offline_map_areas")
    set_root_folder(tmp_path / "root")
    provider = OfflineMapAreasProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    window = QMainWindow()
    canvas = QgsMapCanvas(window)
    window.setCentralWidget(canvas)
    made = DockContent(Dock(window), canvas, QgsMessageBar(window))
    yield made
    made.close()
    while QgsApplication.taskManager().countActiveTasks():
        QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QgsProject.instance().clear()
    QgsApplication.processingRegistry().removeProvider(provider)
    QgsSettings().remove("plugins/offline_map_areas")


@pytest.fixture
def page(dock_content):
    """The page *On This Computer*; its portal is nowhere."""
    return dock_content.local_maps


@pytest.fixture
def look(dock_content, wait):
    """`look()` looks anew and returns the rows by title."""

    def rows():
        dock_content.local.look()
        wait(lambda: dock_content.local._question is None)
        return {row.title: row for row in dock_content.local_maps.model.rows()}

    return rows


@pytest.fixture
def downloaded(elmsund, listed, dock_content, wait):
    """Old Town and Harbour, where the default root has it."""
    web_map = listed(elmsund).web_map.id
    folder = root_folder() / "127.0.0.1" / web_map / "old_town"
    results = []
    dock_content.services.jobs.run(
        "offlinemapareas:downloadmaparea",
        {
            "PORTAL": elmsund.url,
            "WEB_MAP": web_map,
            "MAP_AREA": "Old Town and Harbour",
            "OUTPUT": str(folder),
            "LOAD": False,
        },
        results.append,
    )
    wait(lambda: results)
    assert not results[0].error
    return folder
