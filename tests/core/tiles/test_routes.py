"""The decision table of routes, on real small packages and on the versions that matter."""

from dataclasses import replace
import zipfile

import pytest

from plugin.core.errors import Unsupported
from plugin.core.tiles.routes import Drawing, RouteKind, choose_route
from plugin.core.tiles.tile_package import open_tile_package
from tests.core.tiles.test_schemes import PLACES, paint_jpeg, paint_png, tiles_around
from tests.fixtures import tile_grids as grids
from tests.fixtures.tile_package import About, write_cache, write_tpk, write_tpkx, write_vtpk
from tests.fixtures.tile_package_pictures import lerc, pattern, vector_tile

DRIVERS = frozenset({"esric", "mrf", "gpkg", "mbtiles"})
TPKX = frozenset({"tpkx"})
BOOKWORM = Drawing(3060200, 34006, DRIVERS)
FIRST_TPKX = Drawing(3080000, 34006, DRIVERS, TPKX)
GOOD_TPKX = Drawing(3090100, 34006, DRIVERS, TPKX)
NEWEST = Drawing(3130300, 34415, DRIVERS, TPKX)
OLD_QGIS = Drawing(3060200, 32800, DRIVERS)
BARE = Drawing(3130300, 34415)

NATIVE, MBTILES, GEOPACKAGE = RouteKind.NATIVE_RASTER, RouteKind.MBTILES, RouteKind.GEOPACKAGE


def raster(name, paint=paint_png):
    place, levels = PLACES[name]
    grid = getattr(grids, name)
    return grid, tiles_around(grid, place, levels, paint)


def tpkx(path, grid, tiles, **options):
    return write_tpkx(path / "a.tpkx", grid, tiles, **options)


def unstored_level(path):
    grid, tiles = raster("WEB_MERCATOR")
    return tpkx(path, grid, tiles, about=About(levels=(min(tiles)[0], max(tiles)[0] + 1)))


def missing_level(path):
    grid, tiles = raster("WEB_MERCATOR")
    return tpkx(path, grid, {key: data for key, data in tiles.items() if key[0] != 4})


def with_a_hole(path, paint, tile_format):
    grid, tiles = raster("WEB_MERCATOR", paint)
    full = grid.extent(tiles)
    del tiles[max(tiles)]
    return tpkx(path, grid, tiles, tile_format=tile_format, about=About(extent=full))


def with_a_hole_in_its_only_level(path, paint, tile_format):
    grid, tiles = raster("WEB_MERCATOR", paint)
    tiles = {key: data for key, data in tiles.items() if key[0] == 5}
    about = About(extent=grid.extent(tiles))
    del tiles[max(tiles)]
    return tpkx(path, grid, tiles, tile_format=tile_format, about=about)


def beheaded(path):
    grid, tiles = raster("WEB_MERCATOR")
    return tpkx(path, grid, {key: data[4:] + data[-4:] for key, data in tiles.items()})


def below_the_square(path):
    about = About(extent=(-20037508.0, -30240971.0, 20037508.0, 20037508.0))
    grid, tiles = raster("WEB_MERCATOR")
    return tpkx(path, grid, {key: data for key, data in tiles.items() if key[0] == 4}, about=about)


def elevations(path):
    tiles = {(3, 4, column): lerc(pattern(3, 4, column)[..., 0] * 3.5) for column in (1, 2)}
    return tpkx(path, grids.WEB_MERCATOR, tiles, tile_format="LERC")


def small_packets(path):
    grid, tiles = raster("WEB_MERCATOR")
    return tpkx(path, replace(grid, packet_size=64), tiles)


def vtpk(path, grid):
    tiles = {(level, 0, 0): vector_tile({"roads": [(1, [[(5, 5)]])]}) for level in (0, 1, 2)}
    return write_vtpk(path / "a.vtpk", grid, tiles, vector_layers=["roads"], style={})


PACKAGES = {
    "tpk": lambda path: write_tpk(path / "a.tpk", *raster("WEB_MERCATOR")),
    "tpk utm": lambda path: write_tpk(path / "a.tpk", *raster("UTM_33")),
    "exploded": lambda path: write_cache(path / "cache", *raster("WEB_MERCATOR"), storage="exploded"),
    "cache v2": lambda path: write_cache(path / "cache", *raster("WEB_MERCATOR"), storage="compactV2"),
    "cache v2 utm": lambda path: write_cache(path / "cache", *raster("UTM_33"), storage="compactV2"),
    "tpkx": lambda path: tpkx(path, *raster("WEB_MERCATOR")),
    "tpkx renamed": lambda path: write_tpkx(path / "a.zip", *raster("WEB_MERCATOR")),
    "tpkx deflated": lambda path: tpkx(path, *raster("WEB_MERCATOR"), compression=zipfile.ZIP_DEFLATED),
    "tpkx utm": lambda path: tpkx(path, *raster("UTM_33")),
    "tpkx rd new": lambda path: tpkx(path, *raster("RD_NEW")),
    "tpkx lv95": lambda path: tpkx(path, *raster("LV95")),
    "tpkx nztm": lambda path: tpkx(path, *raster("NZTM")),
    "tpkx lambert": lambda path: tpkx(path, *raster("LAMBERT_93")),
    "tpkx wgs84 512": lambda path: tpkx(path, *raster("WGS84_512")),
    "tpkx packets of 64": small_packets,
    "tpkx without the finest declared level": unstored_level,
    "tpkx with a level missing between": missing_level,
    "jpeg tpkx with a hole": lambda path: with_a_hole(path, paint_jpeg, "JPEG"),
    "png tpkx with a hole": lambda path: with_a_hole(path, paint_png, "PNG"),
    "jpeg tpkx with a hole in its only level": lambda path: with_a_hole_in_its_only_level(
        path, paint_jpeg, "JPEG"
    ),
    "png tpkx with a hole in its only level": lambda path: with_a_hole_in_its_only_level(
        path, paint_png, "PNG"
    ),
    "beheaded png": beheaded,
    "extent below the square": below_the_square,
    "lerc tpkx": elevations,
    "vtpk": lambda path: vtpk(path, grids.WEB_MERCATOR_512),
    "vtpk utm": lambda path: vtpk(path, replace(grids.UTM_33, tile_size=512)),
}

TABLE = [
    ("tpk", BOOKWORM, MBTILES),
    ("tpk", NEWEST, MBTILES),
    ("tpk utm", NEWEST, GEOPACKAGE),
    ("exploded", NEWEST, MBTILES),
    ("cache v2", BOOKWORM, MBTILES),
    ("cache v2", NEWEST, MBTILES),
    ("cache v2 utm", NEWEST, GEOPACKAGE),
    ("tpkx", BOOKWORM, MBTILES),
    ("tpkx", FIRST_TPKX, MBTILES),
    ("tpkx", GOOD_TPKX, NATIVE),
    ("tpkx", NEWEST, NATIVE),
    ("tpkx", BARE, MBTILES),
    ("tpkx renamed", NEWEST, MBTILES),
    ("tpkx deflated", NEWEST, MBTILES),
    ("tpkx without the finest declared level", NEWEST, MBTILES),
    ("tpkx with a level missing between", NEWEST, GEOPACKAGE),
    ("tpkx packets of 64", NEWEST, MBTILES),
    ("extent below the square", NEWEST, MBTILES),
    ("beheaded png", NEWEST, MBTILES),
    ("jpeg tpkx with a hole", NEWEST, RouteKind.FILLED_VRT),
    ("jpeg tpkx with a hole", BOOKWORM, RouteKind.FILLED_VRT),
    ("png tpkx with a hole", NEWEST, RouteKind.FILLED_VRT),
    ("jpeg tpkx with a hole in its only level", NEWEST, MBTILES),
    ("png tpkx with a hole in its only level", NEWEST, NATIVE),
    ("tpkx utm", BOOKWORM, GEOPACKAGE),
    ("tpkx utm", NEWEST, NATIVE),
    ("tpkx rd new", NEWEST, NATIVE),
    ("tpkx wgs84 512", NEWEST, NATIVE),
    ("tpkx lv95", NEWEST, GEOPACKAGE),
    ("tpkx nztm", NEWEST, GEOPACKAGE),
    ("tpkx lambert", NEWEST, GEOPACKAGE),
    ("lerc tpkx", BOOKWORM, RouteKind.LERC_VRT),
    ("lerc tpkx", NEWEST, RouteKind.LERC_VRT),
    ("vtpk", BOOKWORM, RouteKind.NATIVE_VECTOR),
    ("vtpk", OLD_QGIS, RouteKind.VECTOR_MBTILES),
    ("vtpk utm", BOOKWORM, RouteKind.NATIVE_VECTOR),
]


@pytest.mark.parametrize(("kind", "drawing", "expected"), TABLE)
def test_the_route_of_every_kind_of_package(tmp_path, kind, drawing, expected):
    with open_tile_package(PACKAGES[kind](tmp_path)) as package:
        route = choose_route(package, drawing)
    assert route.kind is expected, route.reason
    assert route.reason
    assert bool(route.suffix) is (expected not in (NATIVE, RouteKind.NATIVE_VECTOR))


@pytest.mark.parametrize(("kind", "expected"), [("jpeg", MBTILES), ("png", NATIVE)])
def test_holes_of_a_reference_layer_are_left_blank(tmp_path, kind, expected):
    with open_tile_package(PACKAGES[f"{kind} tpkx with a hole"](tmp_path)) as package:
        assert choose_route(package, NEWEST, is_reference=True).kind is expected


@pytest.mark.parametrize(("kind", "drawing"), [("vtpk utm", OLD_QGIS), ("lerc tpkx", BARE)])
def test_where_no_route_leads_the_reason_is_said(tmp_path, kind, drawing):
    with open_tile_package(PACKAGES[kind](tmp_path)) as package, pytest.raises(Unsupported) as caught:
        choose_route(package, drawing)
    assert package.path.name in str(caught.value)
    assert caught.value.next_step


def test_big_bundles_of_vector_tiles_are_copied(tmp_path):
    half = b"\x1f\x8b" + bytes(21 << 19)
    tiles = {(2, 1, 1): half, (2, 1, 2): half}
    file = write_vtpk(tmp_path / "a.vtpk", grids.WEB_MERCATOR_512, tiles, vector_layers=[], style={})
    with open_tile_package(file) as package:
        assert choose_route(package, NEWEST).kind is RouteKind.VECTOR_MBTILES
