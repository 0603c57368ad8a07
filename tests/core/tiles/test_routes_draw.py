"""Whatever route the running GDAL is given, every tile of the finest level is drawn as stored.

On GDAL before 3.9.1 these are copies, from there on packages opened natively too: the test is the same.
"""

import numpy as np
from osgeo import gdal
import pytest
from qgis.core import Qgis

from plugin.core.tiles.convert import to_geopackage, to_mbtiles
from plugin.core.tiles.filled import to_filled_raster
from plugin.core.tiles.routes import Drawing, RouteKind, choose_route
from plugin.core.tiles.tile_package import open_tile_package
from tests.core.tiles.test_routes import PACKAGES
from tests.core.tiles.test_samples import USA
from tests.core.tiles.test_schemes import (
    PLACES,
    paint_jpeg,
    paint_mixed,
    paint_png,
    paint_png8,
    tiles_around,
    visible,
)
from tests.fixtures import tile_grids as grids
from tests.fixtures.tile_package import write_tpkx
from tests.fixtures.tile_package_pictures import as_rgba, decoded

COPIES = {
    RouteKind.MBTILES: to_mbtiles,
    RouteKind.GEOPACKAGE: to_geopackage,
    RouteKind.FILLED_VRT: to_filled_raster,
}
GOOD_TPKX = 3_09_01_00


def running():
    drivers = [gdal.GetDriver(index) for index in range(gdal.GetDriverCount())]
    extensions = [(driver.GetMetadataItem("DMD_EXTENSIONS") or "").split() for driver in drivers]
    return Drawing(
        int(gdal.VersionInfo()),
        Qgis.QGIS_VERSION_INT,
        frozenset(driver.ShortName.lower() for driver in drivers),
        frozenset(name.lower() for names in extensions for name in names),
    )


def opened(package, tmp_path):
    """The route taken, and the raster that it gives."""
    route = choose_route(package, running())
    if route.kind is RouteKind.NATIVE_RASTER:
        return route.kind, gdal.Open(str(package.path))
    made = COPIES[route.kind](package, tmp_path / f"made{route.suffix}")
    options = ["USE_BOUNDS=NO", "BAND_COUNT=4"] if route.kind is RouteKind.MBTILES else []
    return route.kind, gdal.OpenEx(str(made.path), open_options=options)


def assert_finest_level(package, dataset):
    level = package.stored_levels[-1]
    left, pixel, _, top, _, _ = dataset.GetGeoTransform()
    assert pixel == pytest.approx(level.resolution, rel=1e-9)
    span, size = package.scheme.span(level)[0], package.scheme.tile_width
    compared = 0
    for tile in package.tiles([level.number]):
        x = round((package.scheme.origin_x + tile.column * span - left) / pixel)
        y = round((top - package.scheme.origin_y + tile.row * span) / pixel)
        first = (max(x, 0), max(y, 0))
        last = (min(x + size, dataset.RasterXSize), min(y + size, dataset.RasterYSize))
        if last[0] - first[0] < 2 or last[1] - first[1] < 2:
            continue
        window = as_rgba(dataset, *first, last[0] - first[0], last[1] - first[1])
        source = decoded(tile.data)[first[1] - y : last[1] - y, first[0] - x : last[0] - x]
        assert np.array_equal(visible(window), visible(source)), tile[:3]
        compared += 1
    assert compared >= 2


@pytest.mark.parametrize("paint", [paint_png, paint_png8, paint_jpeg, paint_mixed])
@pytest.mark.parametrize("name", PLACES)
def test_every_grid_and_format(tmp_path, name, paint):
    grid, (place, levels) = getattr(grids, name), PLACES[name]
    tiles = tiles_around(grid, place, levels, paint)
    tile_format = {paint_jpeg: "JPEG", paint_mixed: "MIXED", paint_png8: "PNG8"}.get(paint, "PNG")
    with open_tile_package(
        write_tpkx(tmp_path / "town.tpkx", grid, tiles, tile_format=tile_format)
    ) as package:
        kind, dataset = opened(package, tmp_path)
        assert_finest_level(package, dataset)
    even = name in ("WEB_MERCATOR", "WEB_MERCATOR_512", "WGS84_512", "WGS84_OLD", "UTM_33", "RD_NEW")
    if even and running().gdal_version >= GOOD_TPKX:
        assert kind is RouteKind.NATIVE_RASTER


RASTERS = [kind for kind in PACKAGES if "vtpk" not in kind and "lerc" not in kind]


@pytest.mark.parametrize("kind", RASTERS)
def test_every_kind_of_package(tmp_path, kind):
    with open_tile_package(PACKAGES[kind](tmp_path)) as package:
        _, dataset = opened(package, tmp_path)
        assert_finest_level(package, dataset)


def test_the_sample_whose_pngs_lack_their_first_bytes(samples, tmp_path):
    with open_tile_package(samples / USA) as package:
        kind, dataset = opened(package, tmp_path)
        assert kind is RouteKind.MBTILES
        assert_finest_level(package, dataset)
