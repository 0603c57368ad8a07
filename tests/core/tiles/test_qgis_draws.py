"""QGIS itself draws the copies: what the canvas would show equals the source tiles."""

import numpy as np
import pytest
from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage

from plugin.core.host import Silent
from plugin.core.offline_map.prepare import tile_source
from plugin.core.tiles.convert import to_geopackage, to_mbtiles
from plugin.core.tiles.scheme import TileRange
from plugin.core.tiles.tile_package import open_tile_package
from plugin.core.web_map import LayerKind, LayerRole, MapLayer
from plugin.layers.tiles.tiles import make_tile_layer
from plugin.qgis_io.drawing import running_drawing
from tests.core.tiles.test_overzoom import MAP, write_indexed
from tests.core.tiles.test_samples import CACHE, CANYONLANDS, STATES, USA, VECTOR
from tests.core.tiles.test_schemes import PLACES, paint_png, tiles_around
from tests.fixtures import tile_grids as grids
from tests.fixtures.tile_package import write_tpk, write_tpkx
from tests.fixtures.tile_package_pictures import decoded

pytestmark = pytest.mark.usefixtures("qgis_app")


def rendered(layer, extent, size):
    """Red, green, blue of a layer drawn over an extent, on magenta."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(QgsRectangle(*extent))
    settings.setOutputSize(QSize(*size))
    settings.setBackgroundColor(QColor(255, 0, 255))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage().convertToFormat(QImage.Format.Format_RGB32)
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    return np.frombuffer(bytes(bits), np.uint8).reshape(size[1], size[0], 4)[..., 2::-1]


def layer_of(path):
    if path.suffix == ".mbtiles":
        return QgsRasterLayer(f"type=mbtiles&url=file://{path}", "tiles", "wms")
    return QgsRasterLayer(f"GPKG:{path}:tiles", "tiles", "gdal")


def assert_drawn(package, layer, level):
    """Tiles that lie wholly inside the full extent, each drawn by QGIS, show the tiles' own pixels.

    By the last digit of a float QGIS takes a pixel or its neighbour, and 3.44 draws some MBTiles a pixel
    or two wider and smooths them: a drawn pixel must be the tile's own, one beside it, or between
    those. (GDAL's pixels are compared exactly.)
    """
    assert layer.isValid()
    reach = 1 if layer.providerType() == "gdal" or Qgis.QGIS_VERSION_INT < 34200 else 2
    compared = 0
    for tile in package.tiles([level.number]):
        extent = package.scheme.extent_of(level, TileRange(tile.row, tile.column, tile.row, tile.column))
        if compared == 6 or extent.meets(package.drawn_extent()) != extent:
            continue
        expected = decoded(tile.data)
        drawn = rendered(layer, extent, (expected.shape[1], expected.shape[0]))[reach:-reach, reach:-reach]
        steps = range(2 * reach + 1)
        around = [expected[d : d + drawn.shape[0], r : r + drawn.shape[1]] for d in steps for r in steps]
        least, most = np.min(around, axis=0)[..., :3], np.max(around, axis=0)[..., :3]
        opaque = np.min(around, axis=0)[..., 3] == 255
        assert np.all((least <= drawn) & (drawn <= most), axis=-1)[opaque].all(), tile[:3]
        compared += 1
    assert compared


@pytest.mark.parametrize("name", [CANYONLANDS, STATES, USA, CACHE])
@pytest.mark.parametrize("make", [to_mbtiles, to_geopackage])
def test_qgis_draws_the_samples(samples, tmp_path, name, make):
    with open_tile_package(samples / name) as package:
        path = make(package, tmp_path / ("out.mbtiles" if make is to_mbtiles else "out.gpkg")).path
        level = package.stored_levels[-1]
        assert_drawn(package, layer_of(path), level)


@pytest.mark.parametrize("name", [name for name in PLACES if not name.startswith("WEB")])
def test_other_grids_through_geopackage(tmp_path, name):
    grid = getattr(grids, name)
    place, levels = PLACES[name]
    file = write_tpk(tmp_path / "town.tpk", grid, tiles_around(grid, place, levels, paint_png))
    with open_tile_package(file) as package:
        layer = layer_of(to_geopackage(package, tmp_path / "town.gpkg").path)
        assert layer.crs() == QgsCoordinateReferenceSystem(f"EPSG:{grid.latest_wkid}")
        level = package.stored_levels[-1]
        assert_drawn(package, layer, level)


@pytest.mark.parametrize("name", PLACES)
def test_what_is_made_of_a_package_on_this_system(tmp_path, name):
    """The package itself or a copy, by whatever route this GDAL and QGIS are given."""
    grid = getattr(grids, name)
    place, levels = PLACES[name]
    file = write_tpkx(tmp_path / "town.tpkx", grid, tiles_around(grid, place, levels, paint_png))
    source = tile_source(file, tmp_path, running_drawing(), Silent())
    layer = make_tile_layer(MapLayer("t", "t", LayerKind.TILES, LayerRole.BASEMAP, {}), source, [])
    with open_tile_package(file) as package:
        assert layer.crs() == QgsCoordinateReferenceSystem(f"EPSG:{grid.latest_wkid}")
        assert_drawn(package, layer, package.stored_levels[-1])


def test_vector_tiles_through_mbtiles(samples, tmp_path):
    world = (-20037508, -20037508, 20037508, 20037508)
    assert_same_as_native(samples / VECTOR, tmp_path, world, share=0.01)


@pytest.mark.parametrize("tile_map", [None, MAP])
def test_gaps_of_vector_tiles_are_drawn_as_the_native_reader_draws_them(tmp_path, tile_map):
    path, _ = write_indexed(tmp_path, tile_map=tile_map)
    # South west of the world at the scale of the finest level: only made tiles lie there.
    extent = (-20037508, -20037508, -10018754, -10018754)
    assert_same_as_native(path, tmp_path, extent, share=0.01)


def assert_same_as_native(path, tmp_path, extent, share):
    with open_tile_package(path) as package:
        copy = to_mbtiles(package, tmp_path / "out.mbtiles").path
    layer = QgsVectorTileLayer(f"type=mbtiles&url={copy}", "copy")
    native = QgsVectorTileLayer(f"type=vtpk&url={path}", "native")
    assert layer.isValid()
    assert native.isValid()
    native.setRenderer(layer.renderer().clone())
    drawn, expected = rendered(layer, extent, (1024, 1024)), rendered(native, extent, (1024, 1024))
    assert len(np.unique(expected.reshape(-1, 3), axis=0)) > 3
    assert np.any(drawn != expected, axis=-1).mean() < share
