"""Packages made by Esri's software: read whole, converted byte for byte, drawn."""

import sqlite3
import zipfile

import numpy as np
from osgeo import gdal
import pytest

from plugin.core.tiles.bundle import TileFormat
from plugin.core.tiles.convert import to_geopackage, to_mbtiles
from plugin.core.tiles.layout import Storage
from plugin.core.tiles.tile_package import open_tile_package
from tests.fixtures.tile_package_bundles import compact_v1, compact_v2
from tests.fixtures.tile_package_pictures import as_rgba, decoded

CANYONLANDS = "canyonlands/p13/07a691d9-dbdf-4fa2-bda1-021481fdbe8d.tpk"
STATES, USA, CACHE = "tiles/states_filled.tpk", "tiles/Usa.tpkx", "tiles/compactcache"
VECTOR = "tiles/testvtpk.vtpk"
RASTERS = [CANYONLANDS, STATES, USA, CACHE]
COUNTS = {CANYONLANDS: 42, STATES: 24, USA: 144, CACHE: 112, VECTOR: 14}


@pytest.mark.parametrize("name", COUNTS)
def test_every_tile_is_read_and_found_again(samples, name):
    with open_tile_package(samples / name) as package:
        tiles = list(package.tiles())
        assert len(tiles) == package.count() == COUNTS[name]
        assert len({tile[:3] for tile in tiles}) == len(tiles)
        for tile in tiles:
            assert package.tile(*tile[:3]) == tile.data
        level = package.stored_levels[-1].number
        assert package.tile(level, 2**20, 2**20) is None
        assert package.tile(level + 1, 0, 0) is None


def test_what_canyonlands_says_of_itself(samples):
    with open_tile_package(samples / CANYONLANDS) as package:
        assert package.storage is Storage.COMPACT_V1
        assert package.title == "World Imagery"
        assert package.tile_format == "JPEG"
        assert package.sniffed_format() is TileFormat.JPEG
        assert package.metadata.attribution.startswith("Source: Esri, DigitalGlobe")
        assert len(package.scheme.levels) == 24
        assert [level.number for level in package.stored_levels] == [10, 11]
        assert package.scheme.mercator_zooms(package.stored_levels) == {10: 10, 11: 11}
        assert package.full_extent.xmin == pytest.approx(-12272009.533, abs=0.001)
        assert package.is_complete()


def test_what_the_vector_package_says_of_itself(samples):
    with open_tile_package(samples / VECTOR) as package:
        assert package.is_vector
        assert not package.is_indexed
        assert package.title == "Map title"
        assert package.metadata.attribution == "Map credits"
        assert "Map use limitations" in package.metadata.licence
        assert package.scheme.tile_width == 512
        assert package.sniffed_format() is TileFormat.VECTOR


def test_what_the_others_say(samples):
    with open_tile_package(samples / STATES) as package:
        assert package.metadata.attribution == "US Census Bureau"
        assert package.tile_format == "PNG8"
    with open_tile_package(samples / USA) as package:
        assert [level.number for level in package.stored_levels] == [0, 1, 2, 3, 4, 5]
        assert package.storage is Storage.COMPACT_V2
    with open_tile_package(samples / CACHE) as package:
        assert package.title == "compactcache"
        assert [level.number for level in package.stored_levels] == [5, 6]
    with open_tile_package(samples / CACHE / "Conf.xml") as package:
        assert package.count() == COUNTS[CACHE]


def test_legends_arrive(samples):
    for name, labels in ((USA, 5), (STATES, 1)):
        with open_tile_package(samples / name) as package:
            assert len(package.legend) >= labels
            for entry in package.legend:
                assert decoded(entry.picture).shape == (20, 20, 4)
    with open_tile_package(samples / USA) as package:
        assert any(entry.label.startswith("≤") for entry in package.legend)
        assert all(entry.layer for entry in package.legend)


def test_pngs_without_their_first_bytes_are_mended(samples):
    with open_tile_package(samples / USA) as package:
        assert package.needs_mending()
        for level in (0, 1):
            (tile,) = package.tiles([level])
            pixels = decoded(tile.data)
            assert pixels.shape == (256, 256, 4)
            assert tile.data.endswith(b"IEND\xaeB`\x82")


@pytest.mark.parametrize("name", COUNTS)
def test_mbtiles_hold_the_same_bytes_by_key(samples, tmp_path, name):
    target = tmp_path / "out.mbtiles"
    with open_tile_package(samples / name) as package:
        zooms = package.scheme.mercator_zooms(package.stored_levels)
        expected = {
            (zooms[tile.level], tile.column, 2 ** zooms[tile.level] - 1 - tile.row): tile.data
            for tile in package.tiles()
        }
        converted = to_mbtiles(package, target)
    assert (converted.tiles, converted.outside) == (COUNTS[name], 0)
    stored = _stored(target)
    assert expected.items() <= stored.items()
    assert len(stored) == len(expected) + converted.made
    assert converted.made == 0 or name == VECTOR
    assert [path.name for path in tmp_path.iterdir()] == ["out.mbtiles"]


@pytest.mark.parametrize("name", RASTERS)
def test_geopackages_hold_the_same_bytes_by_key(samples, tmp_path, name):
    target = tmp_path / "out.gpkg"
    with open_tile_package(samples / name) as package:
        expected = {(tile.level, tile.column, tile.row): tile.data for tile in package.tiles()}
        assert to_geopackage(package, target).tiles == COUNTS[name]
    assert _stored(target) == expected


@pytest.mark.parametrize("name", RASTERS)
@pytest.mark.parametrize("make", [to_mbtiles, to_geopackage])
def test_gdal_draws_every_pixel_of_every_tile_of_the_finest_level(samples, tmp_path, name, make):
    with open_tile_package(samples / name) as package:
        target = make(package, tmp_path / ("out.mbtiles" if make is to_mbtiles else "out.gpkg")).path
        level = package.stored_levels[-1]
        drawn = gdal.OpenEx(str(target), open_options=["USE_BOUNDS=NO"] if make is to_mbtiles else [])
        left, pixel, _, top, _, _ = drawn.GetGeoTransform()
        assert pixel == pytest.approx(level.resolution, rel=1e-9)
        compared = 0
        for tile in package.tiles([level.number]):
            span = package.scheme.span(level)[0]
            x = round((package.scheme.origin_x + tile.column * span - left) / pixel)
            y = round((top - package.scheme.origin_y + tile.row * span) / pixel)
            inside = (max(x, 0), max(y, 0), min(x + 256, drawn.RasterXSize), min(y + 256, drawn.RasterYSize))
            if inside[2] <= inside[0] or inside[3] <= inside[1]:
                continue
            window = as_rgba(drawn, inside[0], inside[1], inside[2] - inside[0], inside[3] - inside[1])
            source = decoded(tile.data)[inside[1] - y : inside[3] - y, inside[0] - x : inside[2] - x]
            assert np.array_equal(_visible(window), _visible(source))
            compared += 1
        assert compared >= 4


def test_the_writers_of_the_tests_rebuild_esris_own_bundles(samples):
    """The fixtures are no invention: from the tiles alone they give the sample's bundles, byte for byte."""
    for name, build in (
        (CANYONLANDS, compact_v1),
        (STATES, compact_v1),
        (VECTOR, lambda side, tiles: compact_v2(side, tiles, counted=True)),
    ):
        with open_tile_package(samples / name) as package, zipfile.ZipFile(samples / name) as archive:
            tiles = {tile[:3]: tile.data for tile in package.tiles()}
            built = build(128, tiles)
            bundles = {entry: archive.read(entry) for entry in archive.namelist() if ".bundl" in entry}
            assert len(built) == len(bundles) > 0
            for entry, content in bundles.items():
                assert built["/".join(entry.split("/")[-2:])] == content, entry


def _stored(path):
    with sqlite3.connect(path) as database:
        rows = database.execute("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles")
        return {tuple(row[:3]): row[3] for row in rows}


def _visible(pixels):
    """Colours of transparent pixels mean nothing."""
    return np.where(pixels[..., 3:] == 0, 0, pixels)
