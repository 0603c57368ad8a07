"""Where a finer tile is missing the coarser one is enlarged, on every grid, in the right place."""

from contextlib import closing
from dataclasses import replace
import json
import sqlite3
import zipfile

import numpy as np
from osgeo import gdal
import pytest

from plugin.core.host import Silent
from plugin.core.offline_map.prepare import prepare_offline_map, tile_source
from plugin.core.tiles import filled
from plugin.core.tiles.filled import copy_of, to_filled_raster
from plugin.core.tiles.holes import has_holes, holes
from plugin.core.tiles.routes import Drawing, RouteKind, choose_route
from plugin.core.tiles.scheme import TileRange
from plugin.core.tiles.tile_package import open_tile_package
from plugin.core.web_map import LayerKind, LayerRole, MapLayer
from plugin.layers.tiles.tiles import make_tile_layer
from plugin.qgis_io.drawing import running_drawing
from tests.core.tiles.test_qgis_draws import rendered
from tests.core.tiles.test_schemes import PLACES
from tests.fixtures import tile_grids as grids
from tests.fixtures.tile_package import About, write_cache, write_tpk, write_tpkx
from tests.fixtures.tile_package_pictures import decoded, jpeg, png

BLOCK = 32
GOOD_TPKX = Drawing(3090100, 34006, frozenset({"esric", "gpkg"}), frozenset({"tpkx"}))
OLD = Drawing(3060200, 34006, frozenset({"gpkg"}))


def blocks(level, row, column, size):
    """Squares of 32 pixels, no two tiles and no two squares of a tile alike; some let the ground through."""
    dice = np.random.default_rng([level, row, column])
    colours = dice.integers(0, 256, (size // BLOCK, size // BLOCK, 4), np.uint8)
    colours[..., 3] = np.where(colours[..., 3] < 60, 0, 255)
    return colours.repeat(BLOCK, axis=0).repeat(BLOCK, axis=1)


def paint_png(*key):
    return png(blocks(*key))


def paint_jpeg(*key):
    return jpeg(blocks(*key)[..., :3])


def paint_mixed(level, row, column, size):
    return (paint_jpeg if (row + column) % 2 else paint_png)(level, row, column, size)


def nested(grid, place, levels, keep, paint=paint_png):
    """All tiles under one tile of the coarsest level but those that `keep` refuses; and the extent."""
    span = grid.resolutions[levels[0]] * grid.tile_size
    row, column = int((grid.origin[1] - place[1]) // span), int((place[0] - grid.origin[0]) // span)
    left, top = grid.origin[0] + column * span, grid.origin[1] - row * span
    tiles = {}
    for level in levels:
        fine = grid.resolutions[level] * grid.tile_size
        first_row = int((grid.origin[1] - top) / fine + 1e-6)
        first_column = int((left - grid.origin[0]) / fine + 1e-6)
        count = -int(-(span / fine - 1e-6) // 1)
        for down in range(count):
            for right in range(count):
                key = (level, first_row + down, first_column + right)
                if level == levels[0] or keep(level, down / count, right / count):
                    tiles[key] = paint(*key, grid.tile_size)
    return tiles, (left, top - span, left + span, top)


def west_ends_early(levels):
    """The finest level has only its east, the one before all but a corner."""
    return lambda level, down, right: (
        right >= 0.5 if level == levels[-1] else level != levels[-2] or right + down > 0.4
    )


def sources(package, level, extent):
    """The picture that ought to be seen at `level`, and where it is sure: no other colour beside.

    What a point shows comes from the finest level up to this one that has a tile there.
    """
    scheme, pixel = package.scheme, level.resolution
    width, height = round((extent[2] - extent[0]) / pixel), round((extent[3] - extent[1]) / pixel)
    x = extent[0] + (np.arange(width) + 0.5) * pixel
    y = extent[3] - (np.arange(height) + 0.5) * pixel
    expected, sure = np.zeros((height, width, 4), np.uint8), np.ones((height, width), bool)
    origins = np.full((height, width), -1)
    for stored in (one for one in package.stored_levels if one.resolution >= pixel * 0.999):
        size = scheme.tile_width
        columns = np.floor((x - scheme.origin_x) / stored.resolution).astype(int)
        rows = np.floor((scheme.origin_y - y) / stored.resolution).astype(int)
        for row in np.unique(rows // size):
            for column in np.unique(columns // size):
                data = package.tile(stored.number, int(row), int(column))
                if not data:
                    continue
                picture = decoded(data)
                inside = np.ix_(rows // size == row, columns // size == column)
                at = np.ix_(rows[rows // size == row] % size, columns[columns // size == column] % size)
                expected[inside] = picture[at]
                origins[inside] = stored.number
                places = np.add.outer(
                    np.abs(rows[rows // size == row] % BLOCK - (BLOCK - 1) / 2) > BLOCK / 2 - 3,
                    np.abs(columns[columns // size == column] % BLOCK - (BLOCK - 1) / 2) > BLOCK / 2 - 3,
                )
                sure[inside] = ~places
    reach = int(3 * package.stored_levels[0].resolution / pixel)
    return expected, sure & ~_near_an_edge(origins, reach), origins


def _near_an_edge(origins, reach):
    """Where another level begins within `reach` pixels."""
    edge = np.zeros(origins.shape, bool)
    for axis in (0, 1):
        for step in range(1, reach + 1):
            edge |= (np.roll(origins, step, axis) != origins) | (np.roll(origins, -step, axis) != origins)
    return edge


def assert_filled(package, path, extent, tolerance=0):
    """Every level that GDAL offers, pixel by pixel; returns of how many levels each of them shows pixels."""
    dataset = gdal.Open(str(path))
    bands = [dataset.GetRasterBand(number) for number in (1, 2, 3, 4)]
    shown = []
    for index, level in enumerate(reversed(package.stored_levels)):
        read = [band if index == 0 else band.GetOverview(index - 1) for band in bands]
        picture = np.stack([band.ReadAsArray() for band in read], axis=-1)
        expected, sure, origins = sources(package, level, extent)
        assert picture.shape == expected.shape
        assert np.array_equal(picture[sure][:, 3], expected[sure][:, 3]), level
        seen = sure & (expected[..., 3] == 255)
        difference = np.abs(picture[seen].astype(int) - expected[seen])
        assert difference.max() <= tolerance, level
        # Tiles of the level itself: every pixel, also beside other colours.
        own = origins == level.number
        assert own.any()
        if not tolerance:
            assert np.array_equal(
                picture[own & (expected[..., 3] == 255)], expected[own & (expected[..., 3] == 255)]
            )
        shown.append(len(np.unique(origins[seen])))
    return shown


@pytest.mark.parametrize("paint", [paint_png, paint_jpeg, paint_mixed])
@pytest.mark.parametrize("name", PLACES)
def test_every_grid(tmp_path, name, paint):
    grid, (place, levels) = getattr(grids, name), PLACES[name]
    levels = levels[-3:]
    tiles, extent = nested(grid, place, levels, west_ends_early(levels), paint)
    file = write_tpkx(tmp_path / "grün & blau.tpkx", grid, tiles, about=About(extent=extent))
    source = tile_source(file, tmp_path, GOOD_TPKX, Silent())
    assert source.file.suffix == ".vrt"
    with open_tile_package(file) as package:
        snapped = package.scheme.snapped(package.drawn_extent(), package.stored_levels)
        shown = assert_filled(package, source.file, snapped, 0 if paint is paint_png else 9)
        assert shown[0] >= 2
        assert gdal.Open(str(source.file)).GetSpatialRef().GetAuthorityCode(None) == str(grid.latest_wkid)


def hole_package(folder, name="UTM_33", keep=None, **options):
    """The last three levels of a grid's place, the finest ending early in the west."""
    grid, (place, levels) = getattr(grids, name), PLACES[name]
    tiles, extent = nested(grid, place, levels[-3:], keep or west_ends_early(levels[-3:]))
    return write_tpkx(folder / "town.tpkx", grid, tiles, about=About(extent=extent), **options)


@pytest.mark.parametrize("kind", ["tpk", "exploded", "deflated"])
def test_every_kind_of_package(tmp_path, kind):
    grid, (place, levels) = grids.LV95, PLACES["LV95"]
    tiles, extent = nested(grid, place, levels[-3:], west_ends_early(levels[-3:]))
    about = About(extent=extent)
    if kind == "tpk":
        file = write_tpk(tmp_path / "town.tpk", grid, tiles, about=about)
    elif kind == "exploded":
        file = write_cache(tmp_path / "cache", grid, tiles, storage="exploded", about=about)
    else:
        file = write_tpkx(tmp_path / "a.tpkx", grid, tiles, about=about, compression=zipfile.ZIP_DEFLATED)
    source = tile_source(file, tmp_path, GOOD_TPKX, Silent())
    with open_tile_package(file) as package:
        extent = package.scheme.snapped(package.drawn_extent(), package.stored_levels)
        assert assert_filled(package, source.file, extent)[0] == 3


@pytest.mark.parametrize("name", ["WEB_MERCATOR", "LV95"])
def test_qgis_draws_the_enlarged_tile_in_its_place(tmp_path, qgis_app, name):
    file = hole_package(tmp_path, name)
    source = tile_source(file, tmp_path, running_drawing(), Silent())
    layer = make_tile_layer(MapLayer("t", "t", LayerKind.TILES, LayerRole.BASEMAP, {}), source, [])
    with open_tile_package(file) as package:
        expected, sure, origins = sources(package, package.stored_levels[-1], package.drawn_extent())
        drawn = rendered(layer, package.drawn_extent(), expected.shape[1::-1])
    opaque = expected[..., 3:] == 255
    expected = np.where(opaque, expected[..., :3], (255, 0, 255))
    assert np.mean(np.abs(drawn[sure].astype(int) - expected[sure]) <= 1) > 0.998
    assert len(np.unique(origins[sure])) == 3


def test_nothing_changes_where_there_are_no_holes(tmp_path):
    for name in ("WEB_MERCATOR", "UTM_33", "LV95"):
        file = hole_package(tmp_path, name, keep=lambda *_: True)
        with open_tile_package(file) as package:
            assert not has_holes(package)
            assert choose_route(package, GOOD_TPKX).kind is not RouteKind.FILLED_VRT


def test_an_end_that_all_levels_share_is_no_hole(tmp_path):
    """Two places, and a full extent around both: the finest level has all tiles below the others."""
    grid = grids.UTM_33
    coarse = [(5, 300, 200), (5, 303, 205)]
    fine = [
        (6, 2 * row + down, 2 * column + right)
        for _, row, column in coarse
        for down in (0, 1)
        for right in (0, 1)
    ]
    tiles = {key: paint_png(*key, 256) for key in [*coarse, *fine]}
    about = About(extent=grid.extent([(5, 299, 200), (5, 304, 209)]))
    with open_tile_package(write_tpkx(tmp_path / "a.tpkx", grid, tiles, about=about)) as package:
        assert not package.is_complete()
        assert not has_holes(package)
    del tiles[fine[-1]]
    with open_tile_package(write_tpkx(tmp_path / "a.tpkx", grid, tiles, about=about)) as package:
        assert has_holes(package)


def test_reference_layers_stay_blank(tmp_path):
    file = hole_package(tmp_path)
    source = tile_source(file, tmp_path, OLD, Silent(), is_reference=True)
    assert source.file.suffix == ".gpkg"
    assert not source.losses


@pytest.mark.parametrize(("is_reference", "suffix"), [(False, ".vrt"), (True, ".gpkg")])
def test_the_role_in_an_offline_map_decides(copied, is_reference, suffix):
    folder = copied("canyonlands")
    (package,) = folder.rglob("*.tpk")
    hole_package(package.parent).replace(package)
    (document,) = folder.rglob("*.mmap")
    content = json.loads(document.read_text("utf-8"))
    content["map"]["baseMap"]["baseMapLayers"][0]["isReference"] = is_reference
    document.write_text(json.dumps(content), "utf-8")
    (folder / "qgis").mkdir()
    prepared = prepare_offline_map(folder, folder / "qgis", OLD, Silent())
    (drawn,) = (entry.source.file for entry in prepared.maps[0].layers if entry.layer.kind is LayerKind.TILES)
    assert drawn.suffix == suffix


def test_all_that_belongs_together_can_move_and_is_made_once(tmp_path):
    (tmp_path / "before").mkdir()
    file = hole_package(tmp_path)
    made = tile_source(file, tmp_path / "before", OLD, Silent()).file
    times = {path.name: path.stat().st_mtime_ns for path in made.parent.iterdir()}
    (tmp_path / "before").rename(tmp_path / "after")
    again = tile_source(file, tmp_path / "after", OLD, Silent())
    assert times == {path.name: path.stat().st_mtime_ns for path in again.file.parent.iterdir()}
    assert not any(str(tmp_path) in path.read_text() for path in again.file.parent.glob("*.vrt"))
    with open_tile_package(file) as package:
        extent = package.scheme.snapped(package.drawn_extent(), package.stored_levels)
        assert_filled(package, again.file, extent)
    copy_of(again.file).unlink()
    tile_source(file, tmp_path / "after", OLD, Silent())
    assert copy_of(again.file).is_file()


def test_a_copy_adds_no_tile(tmp_path):
    with open_tile_package(hole_package(tmp_path)) as package:
        made = to_filled_raster(package, tmp_path / "town.vrt")
        assert made.path == tmp_path / "town.vrt"
        assert made.tiles == package.count()
    with closing(sqlite3.connect(copy_of(made.path))) as database:
        assert database.execute("SELECT count(*) FROM tiles").fetchone() == (made.tiles,)


DEEP = replace(grids.WEB_MERCATOR, resolutions=tuple(156543.03392800014 / 2**level for level in range(24)))


def one_tile_a_level(folder, levels):
    """Of the world: the quarter in the north west of each level's tile in the north west."""
    tiles = {(level, 0, 0): paint_png(level, 0, 0, 256) for level in levels}
    world = (-20037508.342787, -20037508.342787, 20037508.342787, 20037508.342787)
    return write_tpkx(folder / "deep.tpkx", DEEP, tiles, about=About(extent=world))


@pytest.mark.timeout(20)
@pytest.mark.parametrize("levels", [range(23), (0, 22)])
def test_many_levels_of_the_whole_world_take_no_time(tmp_path, levels):
    file = one_tile_a_level(tmp_path, levels)
    source = tile_source(file, tmp_path, OLD, Silent())
    assert not source.losses
    dataset = gdal.Open(str(source.file))
    assert dataset.RasterXSize == 256 << 22
    square = blocks(0, 0, 0, 256)[200, 100]
    far = dataset.ReadAsArray((100 << 22) + 5, (200 << 22) + 5, 4, 4)
    assert np.array_equal(far[:, 2, 2][: 3 if square[3] else 0], square[: 3 if square[3] else 0])
    assert far[3, 2, 2] == square[3]
    assert sum(path.stat().st_size for path in tmp_path.iterdir() if path.suffix == ".vrt") < 200_000


def test_more_pixels_than_gdal_counts_stay_blank_and_say_so(tmp_path):
    file = one_tile_a_level(tmp_path, (0, 23))
    for _ in range(2):
        source = tile_source(file, tmp_path, OLD, Silent())
        assert source.file.suffix == ".gpkg"
        (loss,) = source.losses
        assert "stays blank" in loss.text


def test_more_holes_than_are_drawn(tmp_path, monkeypatch):
    """The largest are filled, and what is left out is counted."""
    monkeypatch.setattr(filled, "_MAX_RECTANGLES", 1)
    levels = PLACES["UTM_33"][1]
    file = hole_package(
        tmp_path,
        keep=lambda level, down, right: level < levels[-1] or (right < 0.5 and (down, right) != (0, 0)),
    )
    with open_tile_package(file) as package:
        made = to_filled_raster(package, tmp_path / "town.vrt")
    (loss,) = made.losses
    assert loss.text == "Tiles are missing in so many places that the 1 smallest stay blank."
    dataset = gdal.Open(str(made.path))
    size = dataset.RasterXSize
    assert dataset.GetRasterBand(4).ReadAsArray(size // 2, 0, size // 2, size).any()
    assert not dataset.GetRasterBand(4).ReadAsArray(0, 0, size // 4, size // 4).any()


def test_holes_are_just_the_places_without_a_tile(tmp_path):
    dice = np.random.default_rng(3)
    for share in (0.0, 0.1, 0.5, 0.95):
        kept = {
            (9, 100 + row, 200 + column) for row in range(20) for column in range(30) if dice.random() > share
        }
        kept |= {(9, 90, 5), (9, 121, 260)}
        file = write_tpkx(tmp_path / "a.tpkx", grids.WEB_MERCATOR, dict.fromkeys(kept, b"\x89PNG"))
        with open_tile_package(file) as package:
            level = package.stored_levels[0]
            found = holes(package, level, TileRange(100, 200, 119, 229), 10_000)
        places = [
            (9, row, column)
            for one in found.places
            for row in range(one.first_row, one.last_row + 1)
            for column in range(one.first_column, one.last_column + 1)
        ]
        everywhere = {(9, row, column) for row in range(100, 120) for column in range(200, 230)}
        assert len(places) == len(set(places))
        assert set(places) == everywhere - kept
        sizes = [one.count for one in found.places]
        assert sizes == sorted(sizes, reverse=True)
