"""Basemaps of a web map: every kind of tiles, dressed as its author wanted, in the project and in a group."""

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsRectangle

from plugin.core.host import Silent
from plugin.core.offline_map.prepare import tile_source
from plugin.core.offline_map.ready_map import TileLayerFormat
from plugin.layers.base.identity import LAYER_ID
from plugin.layers.open_project.groups import add_groups, read_groups
from plugin.layers.project.project import write_project
from plugin.qgis_io.drawing import running_drawing
from tests.fixtures.tile_grids import UTM_33, WEB_MERCATOR, WEB_MERCATOR_512
from tests.fixtures.tile_package import About, write_tpk, write_vtpk
from tests.fixtures.tile_package_pictures import pattern, png, vector_tile

from .build import feature_layer, tile_layer
from .conftest import credits_shown, draw
from .test_project import legend

pytestmark = pytest.mark.usefixtures("qgis_app")

SQUARE = [(0, 0), (4096, 0), (4096, 4096), (0, 4096)]
STYLE = {
    "version": 8,
    "sources": {"esri": {"type": "vector", "url": "../../"}},
    "layers": [
        {
            "id": "ground",
            "type": "fill",
            "source": "esri",
            "source-layer": "ground",
            "paint": {"fill-color": "#000000", "fill-antialias": False},
        }
    ],
}
# Identifier → opacity, visibility, minimum and maximum scale as the author set them.
WANTED = {
    "imagery": (0.5, True, 4000000, 500),
    "sheets": (1.0, False, 0, 2000),
    "ground": (0.25, True, 90000000, 0),
    "names": (0.75, True, 0, 0),
}


def vector_layer(layer_id, **members):
    return {
        "id": layer_id,
        "title": f"Tiles {layer_id}",
        "layerType": "VectorTileLayer",
        "styleUrl": f"https://example.org/rest/services/{layer_id}/VectorTileServer/resources/styles/root.json",
        "path": f"file:./{layer_id}.vtpk",
        **members,
    }


def dressed(make, layer_id, **members):
    opacity, visible, minimum, maximum = WANTED[layer_id]
    scales = {"minScale": minimum, "maxScale": maximum}
    return make(layer_id, opacity=opacity, visibility=visible, **scales, **members)


WEB_MAP = {
    "operationalLayers": [feature_layer("points")],
    "baseMap": {
        "baseMapLayers": [
            dressed(tile_layer, "imagery"),
            dressed(tile_layer, "sheets"),
            dressed(vector_layer, "ground"),
            dressed(vector_layer, "names", isReference=True),
        ]
    },
}


@pytest.fixture
def basemaps(town):
    """A town whose four basemap layers are real packages: MBTiles, GeoPackage, .vtpk and its copy."""
    raster = {(3, 4, column): png(pattern(3, 4, column)) for column in (4, 5)}
    sheets = {(3, 4, column): png(pattern(3, 4, column)) for column in (4, 5)}
    ground = {(0, 0, 0): vector_tile({"ground": [(3, [SQUARE])]})}

    def about(name):
        return About(title=f"From the package of {name}", credits=f"© {name}")

    options = {"vector_layers": ["ground"], "style": STYLE}
    packages = [
        write_tpk(town.folder / "imagery.tpk", WEB_MERCATOR, raster, about=about("imagery")),
        write_tpk(town.folder / "sheets.tpk", UTM_33, sheets, about=about("sheets")),
        write_vtpk(town.folder / "ground.vtpk", WEB_MERCATOR_512, ground, about=about("ground"), **options),
        # QGIS does not find the parts of this one.
        write_vtpk(town.folder / "names.zip", WEB_MERCATOR_512, ground, about=about("names"), **options),
    ]
    for package in packages:
        drawing = running_drawing()
        if package.stem == "names":
            drawing = type(drawing)(drawing.gdal_version, 32800, drawing.drivers, drawing.extensions)
        town.tiles[package.stem] = tile_source(package, town.work, drawing, Silent())
    kinds = [town.tiles[package.stem].format for package in packages]
    assert kinds == [
        TileLayerFormat.MBTILES,
        TileLayerFormat.GDAL,
        TileLayerFormat.VTPK,
        TileLayerFormat.VECTOR_MBTILES,
    ]
    return town


@pytest.fixture(params=["project", "group"])
def shown(request, basemaps, opened, qgis_new_project):
    """The project itself, and another one to which its group was added."""
    report = write_project(basemaps.map(WEB_MAP), basemaps.project)
    assert not any(entry.error for entry in report.layers)
    project = opened(report.project)
    if request.param == "group":
        project.clear()
        add_groups(project, read_groups(report.project))
    return project


def test_the_reference_layer_is_on_top_and_the_basemap_at_the_bottom(shown, request):
    tiles = ["Tiles ground", "Tiles sheets", "Tiles imagery"]
    wanted = {
        "project": [["Old town", "Tiles names", "All points", ["Basemap", *tiles]]],
        "group": [["Old town", "Tiles names", "All points"], ["Basemap: Old town", *tiles]],
    }
    assert legend(shown.layerTreeRoot())[1:] == wanted[request.node.callspec.params["shown"]]


def test_every_kind_of_tiles_is_dressed(shown):
    found = {}
    for node in shown.layerTreeRoot().findLayers():
        layer = node.layer()
        scales = (layer.minimumScale(), layer.maximumScale()) if layer.hasScaleBasedVisibility() else (0, 0)
        found[layer.customProperty(LAYER_ID)] = (layer.opacity(), node.itemVisibilityChecked(), *scales)
    del found["points"]
    assert {key: pytest.approx(values, abs=0.01) for key, values in WANTED.items()} == found


def test_every_kind_of_tiles_names_its_authors(shown):
    by_id = {layer.customProperty(LAYER_ID): layer for layer in shown.mapLayers().values()}
    for layer_id in WANTED:
        assert by_id[layer_id].metadata().rights() == [f"© {layer_id}"]
        assert by_id[layer_id].metadata().title() == f"Tiles {layer_id}"
    assert set(credits_shown(shown)) == {f"© {layer_id}" for layer_id in WANTED}


def test_opacity_and_scales_are_drawn(shown):
    """Black ground, a quarter of it, below 1:90,000,000; black names, three quarters, at every scale."""
    shown.setCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    for layer in shown.mapLayers().values():
        if layer.customProperty(LAYER_ID) in ("imagery", "sheets", "points"):
            shown.layerTreeRoot().findLayer(layer).setItemVisibilityChecked(False)
    world, part = QgsRectangle(-19e6, -19e6, 19e6, 19e6), QgsRectangle(1e6, 1e6, 9e6, 9e6)
    near = draw(shown, (400, 400), part).pixelColor(200, 200)
    far = draw(shown, (400, 400), world).pixelColor(200, 200)
    assert near.red() == pytest.approx(255 * 0.75 * 0.25, abs=3)
    assert far.red() == pytest.approx(255 * 0.25, abs=3)
