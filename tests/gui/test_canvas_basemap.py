"""The basemap below the areas: there as long as somebody wants it, and in no project."""

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.gui import QgsLayerTreeMapCanvasBridge
from qgis.PyQt.QtCore import QCoreApplication, QEvent

from plugin.gui.map_areas.area_list import ListedWebMap
from plugin.gui.map_areas.canvas_basemap import _Credits
from plugin.qgis_io.connections import ChosenWebMap, Connection
from plugin.qgis_io.settings import BASEMAP_ON_MAP
from tests.portal import PortalContent, add_map_area, add_web_map
from tests.portal.basemaps import add_tile_service, add_vector_tile_service

EXTENT = (1_100_000.0, 6_900_000.0, 1_101_000.0, 6_901_000.0)


@pytest.fixture
def content():
    made = PortalContent("ranger", "map-maker-1")
    made.default_basemap = {"baseMapLayers": [add_tile_service(made, "Globe", credits="<b>Everybody</b>")]}
    return made


@pytest.fixture
def running(portal, content):
    return portal(content)


@pytest.fixture
def choose(dock_content, content, running, wait):
    """`choose("Trails", layer)` shows a web map with this basemap in the dock, in a window."""
    canvas = dock_content._canvas
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    bridge = QgsLayerTreeMapCanvasBridge(QgsProject.instance().layerTreeRoot(), canvas)
    dock_content._window.resize(700, 500)
    dock_content._window.show()
    dock_content._dock.show()
    wait(dock_content._dock.isVisible)

    def show(title, *layers):
        web_map = add_web_map(content, title, [], basemap=layers)
        add_map_area(content, web_map, "North", EXTENT)
        connection = Connection("Town", running.url)
        dock_content.take_web_map(connection, ChosenWebMap(web_map, title))
        wait(lambda: not dock_content.areas.is_asking)
        return ListedWebMap(connection, ChosenWebMap(web_map, title))

    yield show
    bridge.deleteLater()


@pytest.fixture
def toggle(dock_content):
    return next(one for one in dock_content.page._menu.actions() if one.text() == "Show Basemap")


@pytest.fixture
def names(dock_content):
    return lambda: [layer.name() for layer in dock_content._canvas.layers()]


@pytest.fixture
def told(dock_content):
    bar = dock_content.services.notices._bar
    return lambda: [item.text() for item in bar.items()]


def credits_of(content):
    return [item.text for item in content._canvas.scene().items() if isinstance(item, _Credits)]


def add_own_layer():
    own = QgsVectorLayer("Point?crs=EPSG:4326", "Mine", "memory")
    QgsProject.instance().addMapLayer(own)
    return own


def test_nobody_is_asked_before_it_is_wanted_and_then_it_lies_below_all(
    choose, content, running, toggle, names, dock_content, wait
):
    choose("Trails", add_tile_service(content, "Painted", credits="Town of Elmsund"))
    assert not toggle.isChecked()
    assert names() == []
    assert not running.asked(origin="server")
    toggle.trigger()
    wait(lambda: names() == ["Painted"])
    assert BASEMAP_ON_MAP.value() is True
    assert credits_of(dock_content) == ["Town of Elmsund"]
    assert isinstance(dock_content.basemap.layer, QgsRasterLayer)
    add_own_layer()
    wait(lambda: names() == ["Mine", "Painted"])
    wait(lambda: running.asked("/Painted/MapServer/tile/*", origin="server"))  # QGIS draws it
    assert not running.secrets_seen("server")
    toggle.trigger()
    assert names() == ["Mine"]
    assert credits_of(dock_content) == []
    assert BASEMAP_ON_MAP.value() is False


def test_a_saved_project_has_no_trace_of_it_and_is_not_dirty(choose, toggle, names, wait, tmp_path):
    choose("Trails")
    add_own_layer()
    project = QgsProject.instance()
    file = tmp_path / "my project.qgs"
    assert project.write(str(file))
    without = file.read_text("utf-8")
    assert not project.isDirty()
    toggle.trigger()
    wait(lambda: names() == ["Mine", "Globe"])
    assert not project.isDirty()
    assert list(project.mapLayers().values()) == project.layerTreeRoot().layerOrder()
    assert project.write(str(file))
    text = file.read_text("utf-8")
    assert "Mine" in text
    assert "Globe" not in text
    assert "type=xyz" not in text
    assert text.count("<maplayer ") == without.count("<maplayer ") == 1


def test_it_goes_with_the_dock_and_with_the_areas(choose, toggle, names, dock_content, wait):
    choose("Trails")
    toggle.trigger()
    wait(lambda: names() == ["Globe"])
    dock_content._dock.hide()
    assert names() == []
    dock_content._dock.show()
    wait(lambda: names() == ["Globe"])
    dock_content.on_map.trigger()
    assert names() == []
    toggle.trigger()
    toggle.trigger()
    assert dock_content.on_map.isChecked()
    wait(lambda: names() == ["Globe"])


def test_another_web_map_brings_its_own(choose, content, running, toggle, names, dock_content, wait):
    choose("Trails", add_tile_service(content, "Painted"))
    toggle.trigger()
    wait(lambda: names() == ["Painted"])
    choose("Lands", add_vector_tile_service(content, "Land"))
    wait(lambda: names() == ["Land"])
    layer = dock_content.basemap.layer
    assert isinstance(layer, QgsVectorTileLayer)
    (style,) = layer.renderer().styles()
    assert style.symbol().color().name() == "#336699"
    assert layer.sourceMaxZoom() == 19
    wait(lambda: running.asked("/Land/VectorTileServer/tile/*.pbf", origin="server"))


def test_a_new_project_keeps_it_and_the_plugin_takes_it_along(
    choose, toggle, names, dock_content, running, wait
):
    choose("Trails")
    add_own_layer()
    toggle.trigger()
    wait(lambda: names() == ["Mine", "Globe"])
    QgsProject.instance().clear()
    wait(lambda: names() == ["Globe"])
    assert len(running.asked("/Globe/MapServer")) == 1
    dock_content.basemap.close()  # as the dock does with the plugin
    assert names() == []
    assert credits_of(dock_content) == []
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    add_own_layer()
    wait(lambda: names() == ["Mine"])


def test_what_needs_a_sign_in_is_told_once(choose, content, toggle, names, told, wait):
    choose("Trails", add_tile_service(content, "Members", access="private"))
    toggle.trigger()
    wait(lambda: names() == ["Globe"])
    (text,) = told()
    assert "default basemap" in text


def test_no_basemap_at_all_is_one_message(choose, content, toggle, names, told, dock_content, wait):
    content.default_basemap = None
    choose("Trails")
    toggle.trigger()
    wait(told)
    (text,) = told()
    assert "No basemap can be shown" in text
    assert names() == []
    dock_content.areas.refresh()
    wait(lambda: not dock_content.areas.is_asking)
    assert len(told()) == 1


def test_a_choice_that_changes_meanwhile_shows_nothing_old(choose, content, toggle, names, wait):
    choose("Trails", add_tile_service(content, "Painted"))
    toggle.trigger()
    toggle.trigger()
    for _ in range(200):
        QCoreApplication.processEvents()
    assert names() == []
