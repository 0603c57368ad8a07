"""QGIS itself draws the copies: what the canvas would show equals the source tiles."""

import numpy as np
import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage

from plugin.core.tiles.convert import to_geopackage, to_mbtiles
from plugin.core.tiles.tile_package import open_tile_package
from tests.core.tiles.test_samples import CACHE, CANYONLANDS, STATES, USA, VECTOR
from tests.core.tiles.test_schemes import PLACES, paint_png, tiles_around
from tests.fixtures import tile_package as written
from tests.fixtures.tile_package import write_tpk
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
    """Up to 600 × 600 pixels in the middle of the full extent, drawn by QGIS, equal the tiles themselves."""
    assert layer.isValid()
    size, (width, height) = package.scheme.tile_width, package.scheme.span(level)
    tiles = list(package.tiles([level.number]))
    rows, columns = sorted({tile.row for tile in tiles}), sorted({tile.column for tile in tiles})
    expected = np.zeros((len(rows) * size, len(columns) * size, 4), np.uint8)
    for tile in tiles:
        at = (rows.index(tile.row) * size, columns.index(tile.column) * size)
        expected[at[0] : at[0] + size, at[1] : at[1] + size] = decoded(tile.data)
    pixel, full = level.resolution, package.drawn_extent()
    left, top = package.scheme.origin_x + columns[0] * width, package.scheme.origin_y - rows[0] * height
    across, down = (int((full.xmax - full.xmin) / pixel) - 4, int((full.ymax - full.ymin) / pixel) - 4)
    wide, high = min(600, across), min(600, down)
    x = int((full.xmin - left) / pixel) + 2 + (across - wide) // 2
    y = int((top - full.ymax) / pixel) + 2 + (down - high) // 2
    if layer.providerType() == "wms":
        # Enlarged tiles are smoothed: one pixel each, a tenth of a pixel beside the tile's own, because
        # where edges fall together the last digit of a float decides which neighbour is taken.
        times, shift = 1, pixel / 10
    else:
        times, shift = 3, 0.0  # the middle one of three by three is compared
    extent = (left + x * pixel, top - (y + high) * pixel, left + (x + wide) * pixel, top - y * pixel)
    extent = (extent[0] + shift, extent[1] - shift, extent[2] + shift, extent[3] - shift)
    drawn = rendered(layer, extent, (times * wide, times * high))[times // 2 :: times, times // 2 :: times]
    expected = expected[y : y + high, x : x + wide]
    opaque = expected[..., 3] == 255
    assert opaque.mean() > 0.05
    assert np.array_equal(drawn[opaque], expected[..., :3][opaque])


@pytest.mark.parametrize("name", [CANYONLANDS, STATES, USA, CACHE])
@pytest.mark.parametrize("make", [to_mbtiles, to_geopackage])
def test_samples(samples, tmp_path, name, make):
    with open_tile_package(samples / name) as package:
        path = make(package, tmp_path / ("out.mbtiles" if make is to_mbtiles else "out.gpkg")).path
        level = package.stored_levels[-1]
        assert_drawn(package, layer_of(path), level)


@pytest.mark.parametrize("name", [name for name in PLACES if not name.startswith("WEB")])
def test_other_grids_through_geopackage(tmp_path, name):
    grid = getattr(written, name)
    place, levels = PLACES[name]
    file = write_tpk(tmp_path / "town.tpk", grid, tiles_around(grid, place, levels, paint_png))
    with open_tile_package(file) as package:
        layer = layer_of(to_geopackage(package, tmp_path / "town.gpkg").path)
        assert layer.crs() == QgsCoordinateReferenceSystem(f"EPSG:{grid.latest_wkid}")
        level = package.stored_levels[-1]
        assert_drawn(package, layer, level)


def test_vector_tiles_through_mbtiles(samples, tmp_path):
    with open_tile_package(samples / VECTOR) as package:
        path = to_mbtiles(package, tmp_path / "out.mbtiles").path
    layer = QgsVectorTileLayer(f"type=mbtiles&url={path}", "tiles")
    assert layer.isValid()
    native = QgsVectorTileLayer(f"type=vtpk&url={samples / VECTOR}", "tiles")
    assert native.isValid()
    world = (-20037508, -20037508, 20037508, 20037508)
    drawn = rendered(layer, world, (512, 512))
    assert len(np.unique(drawn.reshape(-1, 3), axis=0)) > 3
