"""Elevation tiles keep their values: in place from packages, copied from caches, on every level."""

import zipfile

import numpy as np
from osgeo import gdal
import pytest
from qgis.core import QgsRasterLayer

from plugin.core.errors import Cancelled, Unsupported
from plugin.core.host import Silent
from plugin.core.offline_map.prepare import tile_source
from plugin.core.tiles.elevation import can_move, to_elevation_raster
from plugin.core.tiles.routes import Drawing
from plugin.core.tiles.tile_package import open_tile_package
from tests.core.tiles.hostile import Stopping, good
from tests.core.tiles.test_schemes import PLACES, tiles_around
from tests.fixtures import tile_grids as grids
from tests.fixtures import tile_package as written
from tests.fixtures.tile_package import write_cache, write_tpk, write_tpkx
from tests.fixtures.tile_package_pictures import lerc, masked_lerc

GRIDS = ["WEB_MERCATOR", "LV95", "NZTM", "UTM_33", "ODD_RATIOS"]


def heights(level, row, column, size):
    """Values that no byte holds, with fractions and below zero."""
    y, x = np.mgrid[0:size, 0:size]
    return (np.hypot(x, y) * 7.25 - 420.5 + 100 * (row % 7) + 10 * (column % 7) + level).astype(np.float32)


def elevation_tiles(name, hole=False):
    grid, (place, levels) = getattr(grids, name), PLACES[name]
    tiles = tiles_around(grid, place, levels, lambda *key: lerc(heights(*key)))
    if hole:
        del tiles[max(tiles)]
    return grid, tiles


def assert_values(package, dataset):
    """Every stored tile of every level that GDAL offers holds its own values."""
    left, pixel, _, top, _, _ = dataset.GetGeoTransform()
    base = dataset.GetRasterBand(1)
    bands = [base, *(base.GetOverview(index) for index in range(base.GetOverviewCount()))]
    assert len(bands) == len(package.stored_levels)
    for level, band in zip(reversed(package.stored_levels), bands):
        ratio, span = level.resolution / package.stored_levels[-1].resolution, package.scheme.span(level)[0]
        compared = 0
        for row, column in zip(*(keys.tolist() for keys in package.keys(level.number))):
            x = round((package.scheme.origin_x + column * span - left) / (pixel * ratio))
            y = round((top - package.scheme.origin_y + row * span) / (pixel * ratio))
            first, last = (max(x, 0), max(y, 0)), (min(x + 256, band.XSize), min(y + 256, band.YSize))
            if last[0] <= first[0] or last[1] <= first[1]:
                continue
            drawn = band.ReadAsArray(*first, last[0] - first[0], last[1] - first[1])
            stored = heights(level.number, row, column, 256)
            stored = stored[first[1] - y : last[1] - y, first[0] - x : last[0] - x]
            # The test's LERC is written with an error of a thousandth.
            assert np.abs(drawn - stored).max() < 0.002, (level.number, row, column)
            compared += 1
        assert compared


@pytest.mark.parametrize("name", GRIDS)
def test_values_of_every_level_in_place(tmp_path, name):
    file = write_tpkx(tmp_path / "dem.tpkx", *elevation_tiles(name), tile_format="LERC")
    with open_tile_package(file) as package:
        made = to_elevation_raster(package, tmp_path / "dem.vrt")
        dataset = gdal.Open(str(made.path))
        assert dataset.GetRasterBand(1).DataType == gdal.GDT_Float32
        assert dataset.GetSpatialRef().GetAuthorityCode(None) == str(package.scheme.spatial_reference.code)
        assert_values(package, dataset)
        assert made.tiles == package.count()
    levels = [level.number for level in package.stored_levels]
    beside = {f"dem.vrt.L{number:02d}.mrf" for number in levels}
    beside |= {f"dem.vrt.L{number:02d}.vrt" for number in levels[:-1]}
    assert {path.name for path in tmp_path.iterdir()} == {"dem.tpkx", "dem.vrt", "dem.vrt.idx"} | beside


def test_the_folder_of_an_offline_map_can_move(tmp_path):
    (tmp_path / "map" / "p13").mkdir(parents=True)
    (tmp_path / "map" / "qgis").mkdir()
    write_tpkx(tmp_path / "map" / "p13" / "dem.tpkx", *elevation_tiles("LV95"))
    with open_tile_package(tmp_path / "map" / "p13" / "dem.tpkx") as package:
        to_elevation_raster(package, tmp_path / "map" / "qgis" / "dem.vrt")
    (tmp_path / "map").rename(tmp_path / "moved")
    with open_tile_package(tmp_path / "moved" / "p13" / "dem.tpkx") as package:
        assert_values(package, gdal.Open(str(tmp_path / "moved" / "qgis" / "dem.vrt")))
    texts = [path.read_text() for path in (tmp_path / "moved" / "qgis").iterdir() if path.suffix != ".idx"]
    assert len(texts) == 8
    assert not any(str(tmp_path) in text for text in texts)


@pytest.mark.parametrize("place", [".", "sheets", "sheets/north"])
def test_the_package_beside_or_below_the_raster(tmp_path, place):
    folder = tmp_path / "map" / place
    folder.mkdir(parents=True)
    write_tpkx(folder / "dem.tpkx", *elevation_tiles("LV95"))
    with open_tile_package(folder / "dem.tpkx") as package:
        to_elevation_raster(package, tmp_path / "map" / "dem.vrt")
        assert can_move(package, tmp_path / "map" / "dem.vrt")
    (tmp_path / "map").rename(tmp_path / "moved")
    with open_tile_package(tmp_path / "moved" / place / "dem.tpkx") as package:
        assert_values(package, gdal.Open(str(tmp_path / "moved" / "dem.vrt")))


def test_a_package_elsewhere_is_found_wherever_the_raster_moves(tmp_path):
    for name in ("basemaps", "maps/here/qgis", "maps/there"):
        (tmp_path / name).mkdir(parents=True)
    file = write_tpkx(tmp_path / "basemaps" / "d'été & more.tpkx", *elevation_tiles("LV95"))
    with open_tile_package(file) as package:
        to_elevation_raster(package, tmp_path / "maps/here/qgis/dem.vrt")
        (tmp_path / "maps/here/qgis").rename(tmp_path / "maps/there/qgis")
        assert_values(package, gdal.Open(str(tmp_path / "maps/there/qgis/dem.vrt")))


WITH_MRF = Drawing(3060200, 34006, frozenset({"mrf"}))


@pytest.mark.parametrize("kind", ["in place", "deflated"])
def test_a_raster_that_moves_along_is_made_once(tmp_path, kind):
    compression = zipfile.ZIP_DEFLATED if kind == "deflated" else zipfile.ZIP_STORED
    for name in ("map/p13", "map/qgis"):
        (tmp_path / name).mkdir(parents=True)
    write_tpkx(tmp_path / "map/p13/dem.tpkx", *elevation_tiles("LV95"), compression=compression)
    made = tile_source(tmp_path / "map/p13/dem.tpkx", tmp_path / "map/qgis", WITH_MRF, Silent()).file
    (tmp_path / "map").rename(tmp_path / "moved")
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "moved/qgis").iterdir()}
    source = tile_source(tmp_path / "moved/p13/dem.tpkx", tmp_path / "moved/qgis", WITH_MRF, Silent())
    assert source.file.name == made.name
    assert before == {path.name: path.stat().st_mtime_ns for path in (tmp_path / "moved/qgis").iterdir()}
    with open_tile_package(source.package) as package:
        assert_values(package, gdal.Open(str(source.file)))


def test_a_raster_over_a_package_elsewhere_follows_it(tmp_path):
    for name in ("maps", "before", "work/qgis"):
        (tmp_path / name).mkdir(parents=True)
    file = write_tpkx(tmp_path / "before/dem.tpkx", *elevation_tiles("LV95"))
    tile_source(file, tmp_path / "work/qgis", WITH_MRF, Silent())
    (tmp_path / "before").rename(tmp_path / "after")
    source = tile_source(tmp_path / "after/dem.tpkx", tmp_path / "work/qgis", WITH_MRF, Silent())
    with open_tile_package(source.package) as package:
        assert_values(package, gdal.Open(str(source.file)))


@pytest.mark.parametrize("kind", ["deflated", "compact", "compactV2", "exploded", "mmpk"])
def test_values_of_packages_that_are_not_one_plain_file(tmp_path, kind):
    grid, tiles = elevation_tiles("UTM_33")
    member = ""
    if kind == "deflated":
        file = write_tpk(tmp_path / "dem.tpk", grid, tiles, compression=zipfile.ZIP_DEFLATED)
    elif kind == "mmpk":
        inner = write_tpkx(tmp_path / "dem.tpkx", grid, tiles)
        file, member = tmp_path / "map.mmpk", "p13/dem.tpkx"
        with zipfile.ZipFile(file, "w") as archive:
            archive.write(inner, member)
    else:
        file = write_cache(tmp_path / "cache", grid, tiles, storage=kind, tile_format="LERC")
    (tmp_path / "out").mkdir()
    with open_tile_package(file, member) as package:
        made = to_elevation_raster(package, tmp_path / "out" / "dem.vrt")
        assert_values(package, gdal.Open(str(made.path)))
    assert (tmp_path / "out" / "dem.vrt.tiles").exists() is (kind != "mmpk")


def test_levels_of_which_the_area_is_less_than_a_pixel(tmp_path):
    grid = grids.UTM_33
    tiles = {(13, 76262, 1300): lerc(heights(13, 76262, 1300, 256))}
    for level in range(13):
        key = (level, 76262 >> 13 - level, 1300 >> 13 - level)
        tiles[key] = lerc(heights(*key, 256))
    about = written.About(extent=grid.extent(tiles))
    with open_tile_package(write_tpkx(tmp_path / "dem.tpkx", grid, tiles, about=about)) as package:
        dataset = gdal.Open(str(to_elevation_raster(package, tmp_path / "dem.vrt").path))
    band = dataset.GetRasterBand(1)
    sizes = [band.GetOverview(index).XSize for index in range(band.GetOverviewCount())]
    assert len(sizes) == 13
    assert band.GetOverview(12).ReadAsArray().shape == (1, 1)


def test_where_there_is_no_tile_there_is_no_value(tmp_path):
    grid, tiles = elevation_tiles("UTM_33", hole=True)
    about = written.About(extent=grid.extent([*tiles, max(elevation_tiles("UTM_33")[1])]))
    with open_tile_package(write_tpkx(tmp_path / "dem.tpkx", grid, tiles, about=about)) as package:
        dataset = gdal.Open(str(to_elevation_raster(package, tmp_path / "dem.vrt").path))
        assert_values(package, dataset)
    band = dataset.GetRasterBand(1)
    corner = band.ReadAsArray(band.XSize - 200, band.YSize - 200, 200, 200)
    assert np.all(corner == np.float32(band.GetNoDataValue()))
    assert band.ComputeStatistics(False)[0] > -500


def test_pixels_without_a_value_have_none(tmp_path):
    valid = np.ones((256, 256), bool)
    valid[40:90, 100:200] = False
    old = heights(5, 3, 4, 256)
    old[~valid] = -9999
    tiles = {(5, 3, 4): lerc(old, none=-9999, version=1), (5, 3, 5): masked_lerc(valid, 123.25)}
    assert tiles[5, 3, 4].startswith(b"CntZImage")
    with open_tile_package(write_tpkx(tmp_path / "dem.tpkx", grids.UTM_33, tiles)) as package:
        dataset = gdal.Open(str(to_elevation_raster(package, tmp_path / "dem.vrt").path))
    band = dataset.GetRasterBand(1)
    drawn, none = band.ReadAsArray(), np.float32(band.GetNoDataValue())
    for part, expected in ((drawn[:, :256], old), (drawn[:, 256:], np.full((256, 256), 123.25))):
        assert np.all(part[~valid] == none)
        assert np.abs(part[valid] - expected[valid]).max() < 0.002


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.uint16, np.int32, np.float64])
def test_other_kinds_of_values(tmp_path, kind):
    values = np.linspace(1, 250 if kind is np.uint8 else 30000, 256 * 256).reshape(256, 256).astype(kind)
    tiles = {(5, 3, 4): lerc(values)}
    with open_tile_package(write_tpkx(tmp_path / "dem.tpkx", grids.WEB_MERCATOR, tiles)) as package:
        dataset = gdal.Open(str(to_elevation_raster(package, tmp_path / "dem.vrt").path))
    assert np.abs(dataset.ReadAsArray() - values.astype(float)).max() < 0.002


def test_qgis_sees_the_values(tmp_path, qgis_app):
    grid, tiles = elevation_tiles("LV95")
    with open_tile_package(write_tpkx(tmp_path / "dem.tpkx", grid, tiles)) as package:
        made = to_elevation_raster(package, tmp_path / "dem.vrt")
    layer = QgsRasterLayer(str(made.path), "dem", "gdal")
    assert layer.isValid()
    assert layer.crs().authid() == "EPSG:2056"
    level, row, column = max(tiles)
    x = grid.origin[0] + (column + 0.5) * grid.resolutions[level] * 256 + 0.1
    y = grid.origin[1] - (row + 0.5) * grid.resolutions[level] * 256 - 0.1
    value, found = layer.dataProvider().sample(layer.extent().center().__class__(x, y), 1)
    assert found
    assert value == pytest.approx(heights(level, row, column, 256)[128, 128], abs=0.01)


def test_cancel_and_pictures_leave_nothing(tmp_path):
    grid, tiles = elevation_tiles("UTM_33")
    many = {(9, row, column): max(tiles.values(), key=len) for row in range(30) for column in range(30)}
    file = write_cache(tmp_path / "cache", grid, many, storage="compact")
    (tmp_path / "out").mkdir()
    with open_tile_package(file) as package, pytest.raises(Cancelled):
        to_elevation_raster(package, tmp_path / "out" / "dem.vrt", Stopping())
    with open_tile_package(good(tmp_path)) as package, pytest.raises(Unsupported):
        to_elevation_raster(package, tmp_path / "out" / "dem.vrt")
    assert not list((tmp_path / "out").iterdir())


def test_tiles_at_the_ends_of_the_world_are_refused(tmp_path):
    blob = lerc(heights(0, 0, 0, 256))
    tiles = {(9, 0, 0): blob, (9, 128 << 20, 128 << 20): blob}
    file = write_tpkx(tmp_path / "dem.tpkx", grids.UTM_33, tiles)
    with open_tile_package(file) as package, pytest.raises(Unsupported, match="too far apart"):
        to_elevation_raster(package, tmp_path / "dem.vrt")
    assert [path.name for path in tmp_path.iterdir()] == ["dem.tpkx"]
