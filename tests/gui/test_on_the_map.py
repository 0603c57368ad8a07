"""The areas of the dock on the map: shown as long as somebody wants to see them, and all of them at once."""

import pytest
from qgis.core import QgsCoordinateReferenceSystem

from plugin.gui.map_areas.extents_item import ExtentsItem
from plugin.qgis_io.settings import AREAS_ON_MAP


@pytest.fixture
def shown(dock_content, elmsund, listed, wait):
    """The dock in a window, with the areas of Elmsund."""
    dock_content._canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    dock_content._window.show()
    dock_content._dock.show()
    wait(dock_content._dock.isVisible)
    dock_content.areas.choose(listed(elmsund))
    dock_content.areas.refresh()
    wait(lambda: not dock_content.areas.is_asking)
    yield dock_content
    AREAS_ON_MAP.set(True)


def items(content):
    return [item for item in content._canvas.scene().items() if isinstance(item, ExtentsItem)]


def entry(content, text):
    return next(one for one in content.page._menu.actions() if one.text() == text)


def test_areas_leave_the_map_while_the_dock_stays_and_this_is_kept(shown):
    assert len(items(shown)) == 1
    toggle = entry(shown, "Show Areas on the Map")
    toggle.trigger()
    assert items(shown) == []
    assert shown._dock.isVisible()
    assert AREAS_ON_MAP.value() is False
    shown._dock.hide()
    shown._dock.show()
    assert items(shown) == []
    toggle.trigger()
    assert len(items(shown)) == 1
    shown._dock.hide()
    assert items(shown) == []


def test_the_tool_that_picks_goes_and_comes_with_what_it_picks(shown):
    toggle = entry(shown, "Show Areas on the Map")
    toggle.setChecked(False)
    shown._pick(True)
    assert toggle.isChecked()
    assert shown._canvas.mapTool() is shown.tool
    toggle.setChecked(False)
    assert shown._canvas.mapTool() is not shown.tool


def test_zoom_to_all_shows_all(shown):
    (strand,) = (row for row in shown.areas.model.rows() if row.title.startswith("Strand"))
    shown.extents.zoom_to_rows([strand])
    small = shown._canvas.extent()
    shown.page.filter.search(strand.title)
    entry(shown, "Zoom to All Areas").trigger()
    assert shown._canvas.extent().contains(small)
    assert shown._canvas.extent().width() > small.width()
