"""Legends of tile packages: what a legend of QGIS shows, also without the plugin."""

import base64

import numpy as np
import pytest
from qgis.core import QgsLayerTree, QgsLayerTreeModel, QgsRasterLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QPixmap

from plugin.core.host import Silent
from plugin.core.offline_map.prepare import tile_source
from plugin.core.offline_map.single_package import map_of_tiles
from plugin.core.tiles.legend import LegendEntry
from plugin.layers.open_project.groups import add_groups, read_groups
from plugin.layers.project.project import write_project
from plugin.layers.tiles.tile_legend import show_legend
from plugin.qgis_io.drawing import running_drawing
from tests.fixtures.tile_grids import WEB_MERCATOR
from tests.fixtures.tile_package import write_tpk, write_tpkx
from tests.fixtures.tile_package_pictures import pattern, png

from .conftest import PICTURES, colours

pytestmark = pytest.mark.usefixtures("qgis_app")

RED, GREEN = (200, 20, 20), (20, 160, 60)
TILES = {(3, 4, column): png(pattern(3, 4, column)) for column in (4, 5)}


def symbol(colour, size=20):
    return png(np.full((size, size, 3), colour, np.uint8))


def service_legend(*layers):
    """As mapserver.json has it, or root.json of a .tpkx."""
    return [
        {
            "layerId": number,
            "layerName": title,
            "legend": [
                {"label": label, "contentType": "image/png", "imageData": base64.b64encode(data).decode()}
                for label, data in entries
            ],
        }
        for number, (title, entries) in enumerate(layers)
    ]


LEGEND = service_legend(
    ("Water", [("Lake", symbol(RED))]), ("Land", [("Park", symbol(GREEN)), ("", b"rubbish")])
)


def legend_picture(layer):
    """What the legend shows below a layer; None where that is no picture."""
    tree = QgsLayerTree()
    model = QgsLayerTreeModel(tree)
    nodes = model.layerLegendNodes(tree.addLayer(layer))
    found = [node.data(Qt.ItemDataRole.DecorationRole) for node in nodes]
    pictures = [picture for picture in found if isinstance(picture, QPixmap)]
    return pictures[0].toImage() if pictures else None


def test_the_legend_survives_the_project_and_its_way_into_another(tmp_path, opened, qgis_new_project):
    package = tmp_path / "town.tpkx"
    write_tpkx(package, WEB_MERCATOR, TILES, legend=LEGEND)
    source = tile_source(package, tmp_path, running_drawing(), Silent())
    project_file = tmp_path / "qgis" / "offline_map.qgz"
    write_project(map_of_tiles(source, "Town", tmp_path), project_file)
    (layer,) = opened(project_file).mapLayers().values()
    image = legend_picture(layer)
    PICTURES.mkdir(parents=True, exist_ok=True)
    image.save(str(PICTURES / "legend of a tile package.png"))
    assert {RED, GREEN, (0, 0, 0)} <= colours(image)
    target = opened(project_file)
    add_groups(target, read_groups(project_file))
    for layer in target.mapLayers().values():
        assert legend_picture(layer) == image


@pytest.mark.parametrize("sample", ["Usa.tpkx", "states_filled.tpk"])
def test_samples(samples, tmp_path, sample):
    package = tmp_path / sample
    package.write_bytes((samples / "tiles" / sample).read_bytes())
    source = tile_source(package, tmp_path, running_drawing(), Silent())
    layer = QgsRasterLayer()
    show_legend(layer, source.legend, [])
    image = legend_picture(layer)
    image.save(str(PICTURES / f"legend of {sample}.png"))
    assert len(colours(image)) > 3


def test_the_legend_of_an_old_package(tmp_path):
    resources = [{"name": "legend", "contents": {"layers": LEGEND}}]
    package = write_tpk(tmp_path / "town.tpk", WEB_MERCATOR, TILES, resources=resources)
    source = tile_source(package, tmp_path, running_drawing(), Silent())
    assert [(entry.layer, entry.label) for entry in source.legend] == [("Water", "Lake"), ("Land", "Park")]


def test_pictures_that_claim_to_be_huge_and_broken_ones_are_left_out():
    layer, losses = QgsRasterLayer(), []
    huge = bytearray(symbol(RED))
    huge[16:24] = b"\x00\x01\x00\x00" * 2
    entries = [LegendEntry("Water", "", bytes(data)) for data in (huge, symbol(RED)[:40], symbol(GREEN, 300))]
    show_legend(layer, (*entries, LegendEntry("Water", "x" * 9000, symbol(GREEN))), losses)
    image = legend_picture(layer)
    assert image.width() < 500
    assert GREEN in colours(image)
    assert RED not in colours(image)
    assert not losses


@pytest.mark.parametrize(("titles", "shown"), [(["Water"], 200), (["Water", "Land"], 199)])
def test_a_legend_of_hundreds_is_cut_and_says_so(titles, shown):
    layer, losses = QgsRasterLayer(), []
    entries = [
        LegendEntry(title, str(number), symbol(RED))
        for title in titles
        for number in range(900 // len(titles))
    ]
    show_legend(layer, tuple(entries), losses)
    assert [loss.text for loss in losses] == [f"The legend shows the first {shown} of 900 symbols."]
    assert legend_picture(layer).height() < 6000


@pytest.mark.parametrize("pixel", [(0, 0, 0, 0), (255, 255, 255, 255)])
def test_no_entries_no_picture_and_blank_ones_neither(pixel):
    layer = QgsRasterLayer()
    blank = LegendEntry("World Imagery", "", png(np.full((20, 20, 4), pixel, np.uint8)))
    for entries in ((), (blank, blank)):
        show_legend(layer, entries, [])
        assert layer.legendPlaceholderImage() == ""
    show_legend(layer, (blank, LegendEntry("Water", "", symbol(RED))), [])
    assert legend_picture(layer).height() < 30
