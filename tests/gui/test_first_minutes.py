"""From a link to areas on the map, in a dock with a portal on real sockets: nothing but keys."""

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest

from plugin.core.offline_map.area_status import ListState
from plugin.qgis_io.connections import find_connection
from plugin.qgis_io.settings import CHOSEN_CONNECTION

pytestmark = pytest.mark.timeout(120)
LON_LAT = QgsCoordinateReferenceSystem("EPSG:4326")


@pytest.fixture
def paste(dock_content, wait):
    """`paste(text)` types it into the first page of the dock, presses Enter and waits for the areas."""

    def enter(text):
        QTest.keyClicks(dock_content.start_page.searchEdit, text)
        QTest.keyClick(dock_content.start_page.searchEdit, Qt.Key.Key_Return)
        wait(lambda: dock_content.areas.state is ListState.SHOWING and not dock_content.areas.is_asking)

    return enter


def in_lon_lat(canvas):
    settings = canvas.mapSettings()
    there = QgsCoordinateTransform(settings.destinationCrs(), LON_LAT, QgsProject.instance())
    return there.transformBoundingBox(settings.visibleExtent())


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:25832", "EPSG:32719"])
def test_a_link_brings_the_areas_to_the_map_in_any_crs(dock_content, elmsund, listed, paste, crs):
    canvas = dock_content._canvas
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem(crs))
    web_map = listed(elmsund).web_map
    assert dock_content.maps.currentWidget() is dock_content.start_page
    paste(f"{elmsund.url}/home/item.html?id={web_map.id}")
    assert dock_content.maps.currentWidget() is dock_content.page
    town = QgsRectangle()
    for row in dock_content.areas.model.rows():
        town.combineExtentWith(row.outline.boundingBox())
    assert in_lon_lat(canvas).contains(town)
    assert in_lon_lat(canvas).width() < 10 * town.width()
    assert CHOSEN_CONNECTION.value() == "Portal stand-in"
    assert [one.id for one in find_connection("Portal stand-in").web_maps] == [web_map.id]


def test_the_map_is_left_alone_when_the_list_is_only_refreshed(dock_content, elmsund, listed, paste, wait):
    paste(f"{elmsund.url}/home/item.html?id={listed(elmsund).web_map.id}")
    elsewhere = QgsRectangle(1, 1, 2, 2)
    dock_content._canvas.setExtent(elsewhere)
    dock_content.areas.refresh()
    wait(lambda: not dock_content.areas.is_asking)
    assert dock_content._canvas.extent().contains(elsewhere)


def test_the_first_page_leads_to_the_maps_on_this_computer_and_back(dock_content, elmsund, listed, paste):
    pages = dock_content._dock._pages
    dock_content.start_page.localButton.click()
    assert pages.currentWidget() is dock_content.local_maps
    paste(f"{elmsund.url}/home/item.html?id={listed(elmsund).web_map.id}")
    assert pages.currentWidget() is dock_content.maps
    dock_content.page._title.click()
    assert dock_content.maps.currentWidget() is dock_content.start_page
    dock_content.start_page.backButton.click()
    assert dock_content.maps.currentWidget() is dock_content.page


def test_down_goes_from_the_search_to_the_list(dock_content, elmsund, listed, paste):
    paste(f"{elmsund.url}/home/item.html?id={listed(elmsund).web_map.id}")
    dock_content._window.show()
    dock_content._window.activateWindow()
    dock_content._dock.show_page(dock_content.maps)
    dock_content.page._pane.search.setFocus()
    QTest.keyClick(dock_content.page._pane.search, Qt.Key.Key_Down)
    assert dock_content._window.focusWidget() is dock_content.page.view
    assert dock_content.page.view.currentIndex().row() == 0
