"""Every kind of grid and tile, written as ArcGIS would: drawn windows equal the source tiles."""

from dataclasses import replace
import zipfile

import numpy as np
from osgeo import gdal, osr
import pytest

from plugin.core.errors import Unsupported
from plugin.core.tiles.bundle import TileFormat
from plugin.core.tiles.convert import outside_of_square, to_geopackage, to_mbtiles
from plugin.core.tiles.tile_package import open_tile_package
from tests.fixtures import tile_grids as grids
from tests.fixtures.tile_package import About, write_cache, write_tpk, write_tpkx
from tests.fixtures.tile_package_pictures import as_rgba, decoded, jpeg, pattern, png, png8

# A place inside the country or zone of each grid, and the levels to store.
PLACES = {
    "WEB_MERCATOR": ((1489000.0, 6894000.0), (3, 4, 5)),
    "WEB_MERCATOR_512": ((1489000.0, 6894000.0), (9, 10)),
    "WGS84_512": ((13.4, 52.5), (4, 5, 6)),
    "WGS84_OLD": ((13.4, 52.5), (4, 5, 6)),
    "LV95": ((2600000.0, 1200000.0), (5, 6, 7, 8)),
    "NZTM": ((1750000.0, 5430000.0), (6, 7, 8)),
    "LAMBERT_93": ((652000.0, 6862000.0), (5, 6)),
    "UTM_33": ((390000.0, 5820000.0), (5, 6, 7)),
    "RD_NEW": ((121000.0, 487000.0), (6, 7)),
    "LV95_FULL": ((2600000.0, 1200000.0), (20, 21, 22, 23, 24)),
    "ODD_RATIOS": ((390000.0, 4500000.0), (0, 1, 2, 3, 4)),
}


def tiles_around(grid, place, levels, paint):
    """2 × 2 tiles of the coarsest level, more of the finer ones, around a place."""
    tiles = {}
    for depth, level in enumerate(levels):
        span = grid.resolutions[level] * grid.tile_size
        row, column = int((grid.origin[1] - place[1]) // span), int((place[0] - grid.origin[0]) // span)
        for down in range(2 + depth):
            for right in range(2 + depth):
                key = (level, row + down, column + right)
                tiles[key] = paint(*key, grid.tile_size)
    return tiles


def paint_png(level, row, column, size):
    return png(pattern(level, row, column, size))


def paint_mixed(level, row, column, size):
    """JPEG inside, PNG with alpha at the edges, as MIXED caches have it."""
    pixels = pattern(level, row, column, size)
    if (row + column) % 2:
        return jpeg(pixels)
    alpha = np.full((size, size, 1), 255, np.uint8)
    alpha[: size // 2] = 0
    return png(np.concatenate([pixels, alpha], axis=-1))


def paint_png8(level, row, column, size):
    palette = np.array([[level * 9 % 256, row * 7 % 256, column * 5 % 256], [200, 10, 10], [10, 200, 10]])
    y, x = np.mgrid[0:size, 0:size]
    return png8((x // 8 + y // 16) % 3, palette, alpha=b"\xff\x00" if row % 2 else b"")


def paint_jpeg(level, row, column, size):
    return jpeg(pattern(level, row, column, size))


def assert_drawn_as_stored(package, dataset):
    """Every stored tile, compared with its own decoding; returns how many by level."""
    compared = {}
    left, pixel, _, top, _, _ = dataset.GetGeoTransform()
    band = dataset.GetRasterBand(1)
    sizes = [dataset.RasterXSize] + [band.GetOverview(i).XSize for i in range(band.GetOverviewCount())]
    finest = package.stored_levels[-1].resolution
    offered = {round(dataset.RasterXSize / size * finest, 9): index for index, size in enumerate(sizes)}
    for level in package.stored_levels:
        ratio = level.resolution / finest
        index = next((i for res, i in offered.items() if abs(res / level.resolution - 1) < 0.02), None)
        if index is None:
            # GDAL offers no more overviews once one is smaller than a tile.
            assert any(band.GetOverview(i).XSize < 256 for i in range(band.GetOverviewCount()))
            assert dataset.RasterXSize / ratio < 256
            continue
        span = package.scheme.span(level)[0]
        for tile in package.tiles([level.number]):
            x = (package.scheme.origin_x + tile.column * span - left) / (pixel * ratio)
            y = (top - package.scheme.origin_y + tile.row * span) / (pixel * ratio)
            assert abs(x - round(x)) < 0.01
            assert abs(y - round(y)) < 0.01
            equal = _compare(dataset, index, round(x), round(y), decoded(tile.data), tile[:3])
            compared[level.number] = compared.get(level.number, 0) + equal
    return compared


def _compare(dataset, index, x, y, source, key):
    bands = [dataset.GetRasterBand(i + 1) for i in range(dataset.RasterCount)]
    bands = [band if index == 0 else band.GetOverview(index - 1) for band in bands]
    height, width = source.shape[:2]
    first = (max(x, 0), max(y, 0))
    last = (min(x + width, bands[0].XSize), min(y + height, bands[0].YSize))
    if last[0] <= first[0] or last[1] <= first[1]:
        return 0
    size = (last[0] - first[0], last[1] - first[1])
    window = np.stack([band.ReadAsArray(*first, *size) for band in bands], axis=-1)
    part = source[first[1] - y : last[1] - y, first[0] - x : last[0] - x]
    if window.shape[-1] == 3:
        part = part[..., :3]
        assert np.array_equal(window, part), key
    else:
        assert np.array_equal(visible(window), visible(part)), key
    return 1


def visible(pixels):
    """Colours of transparent pixels mean nothing."""
    return np.where(pixels[..., 3:] == 0, 0, pixels)


@pytest.mark.parametrize("paint", [paint_png, paint_png8, paint_jpeg, paint_mixed])
@pytest.mark.parametrize("name", PLACES)
def test_a_geopackage_draws_every_level_of_every_grid_pixel_for_pixel(tmp_path, name, paint):
    grid = getattr(grids, name)
    place, levels = PLACES[name]
    tiles = tiles_around(grid, place, levels, paint)
    file = write_tpk(tmp_path / "town.tpk", grid, tiles, tile_format="MIXED")
    with open_tile_package(file) as package:
        assert {tile[:3]: tile.data for tile in package.tiles()} == tiles
        converted = to_geopackage(package, tmp_path / "town.gpkg")
        dataset = gdal.Open(str(converted.path))
        reference = osr.SpatialReference()
        reference.ImportFromEPSG(grid.latest_wkid)
        assert dataset.GetSpatialRef().IsSame(reference, ["IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES"])
        compared = assert_drawn_as_stored(package, dataset)
    assert set(levels[1:]) <= set(compared)
    assert min(compared.values()) >= 2
    assert converted.tiles == len(tiles)


@pytest.mark.parametrize("paint", [paint_png, paint_png8, paint_jpeg, paint_mixed])
@pytest.mark.parametrize("name", ["WEB_MERCATOR", "WEB_MERCATOR_512"])
@pytest.mark.parametrize("storage", ["compact", "compactV2", "exploded"])
def test_mbtiles_draw_the_finest_level_pixel_for_pixel(tmp_path, name, paint, storage):
    grid = getattr(grids, name)
    place, levels = PLACES[name]
    tiles = tiles_around(grid, place, levels, paint)
    file = write_tpk(tmp_path / "town.tpk", grid, tiles, storage=storage)
    with open_tile_package(file) as package:
        converted = to_mbtiles(package, tmp_path / "town.mbtiles")
        dataset = gdal.OpenEx(str(converted.path), open_options=["USE_BOUNDS=NO", "BAND_COUNT=4"])
        level = package.stored_levels[-1]
        left, pixel, _, top, _, _ = dataset.GetGeoTransform()
        span = package.scheme.span(level)[0]
        for tile in package.tiles([level.number]):
            x = round((package.scheme.origin_x + tile.column * span - left) / pixel)
            y = round((top - package.scheme.origin_y + tile.row * span) / pixel)
            window = as_rgba(dataset, x, y, grid.tile_size, grid.tile_size)
            assert np.array_equal(visible(window), visible(decoded(tile.data)))


def test_holes_in_jpeg_are_transparent(tmp_path):
    grid, (place, _) = grids.UTM_33, PLACES["UTM_33"]
    tiles = tiles_around(grid, place, (5, 6), paint_jpeg)
    finest = sorted(key for key in tiles if key[0] == 6)
    del tiles[finest[4]]
    file = write_tpkx(tmp_path / "town.tpkx", grid, tiles, tile_format="JPEG")
    with open_tile_package(file) as package:
        assert not package.is_complete()
        dataset = gdal.Open(str(to_geopackage(package, tmp_path / "town.gpkg").path))
        left, pixel, _, top, _, _ = dataset.GetGeoTransform()
        span = package.scheme.span(package.stored_levels[-1])[0]
        _, row, column = finest[4]
        x = round((grid.origin[0] + column * span - left) / pixel)
        y = round((top - grid.origin[1] + row * span) / pixel)
        assert not as_rgba(dataset, x, y, 256, 256)[..., 3].any()
        assert as_rgba(dataset, x - 256, y, 256, 256)[..., 3].all()


def test_zoom_comes_from_resolution_never_from_the_level_number(tmp_path):
    grid = replace(grids.WEB_MERCATOR, resolutions=grids.WEB_MERCATOR.resolutions[2:5])
    tiles = {(level, 1, 2): paint_png(level, 1, 2, 256) for level in (0, 1, 2)}
    with open_tile_package(write_tpk(tmp_path / "town.tpk", grid, tiles)) as package:
        assert package.scheme.mercator_zooms(package.stored_levels) == {0: 2, 1: 3, 2: 4}
        assert to_mbtiles(package, tmp_path / "town.mbtiles").tiles == 3


def test_folders_count_positions_where_numbers_do_not_fit(tmp_path):
    grid = replace(grids.WEB_MERCATOR, resolutions=grids.WEB_MERCATOR.resolutions[5:8], first_level=5)
    by_number = {(level, 3, 3): paint_png(level, 3, 3, 256) for level in (5, 6)}
    with open_tile_package(write_tpk(tmp_path / "number.tpk", grid, by_number)) as package:
        assert package.scheme.mercator_zooms(package.stored_levels) == {5: 5, 6: 6}
    cache = write_cache(tmp_path / "cache", grid, by_number)
    for number in (5, 6):
        (cache / f"_alllayers/L{number:02d}").rename(cache / f"_alllayers/L{number - 5:02d}")
    with open_tile_package(cache) as package:
        assert package.scheme.mercator_zooms(package.stored_levels) == {0: 5, 1: 6}


def test_tiles_outside_the_square_are_counted_and_left_out(tmp_path):
    tiles = {(2, row, column): paint_png(2, row, column, 256) for row in range(6) for column in range(4)}
    with open_tile_package(write_tpkx(tmp_path / "town.tpkx", grids.WEB_MERCATOR, tiles)) as package:
        converted = to_mbtiles(package, tmp_path / "town.mbtiles")
        assert (converted.tiles, converted.outside) == (16, 8)
        assert outside_of_square(package) == 8
        assert to_geopackage(package, tmp_path / "town.gpkg").tiles == 24


@pytest.mark.parametrize("packet_size", [16, 64, 256])
@pytest.mark.parametrize("storage", ["compact", "compactV2"])
def test_other_packet_sizes(tmp_path, packet_size, storage):
    grid = replace(grids.WEB_MERCATOR, packet_size=packet_size)
    tiles = {
        (9, row, column): paint_png8(9, row, column, 256) for row in (0, 15, 16, 300) for column in (255, 256)
    }
    with open_tile_package(write_tpk(tmp_path / "town.tpk", grid, tiles, storage=storage)) as package:
        assert {tile[:3]: tile.data for tile in package.tiles()} == tiles


def test_a_compact_v1_cache_inside_a_tpkx(tmp_path):
    tiles = {(3, 4, 5): paint_png(3, 4, 5, 256)}
    file = write_tpkx(tmp_path / "town.tpkx", grids.WEB_MERCATOR, tiles, storage="compact")
    with open_tile_package(file) as package:
        assert {tile[:3]: tile.data for tile in package.tiles()} == tiles


@pytest.mark.parametrize("storage", ["compact", "compactV2", "exploded"])
def test_unpacked_caches_of_every_storage(tmp_path, storage):
    tiles = {(3, 4, column): paint_jpeg(3, 4, column, 256) for column in (0, 5)}
    cache = write_cache(tmp_path / "cache", grids.NZTM, tiles, storage=storage, tile_format="JPEG")
    for path in (cache, cache / "conf.xml", cache.parent):
        with open_tile_package(path) as package:
            assert {tile[:3]: tile.data for tile in package.tiles()} == tiles
            assert package.sniffed_format() is TileFormat.JPEG


def test_old_conf_xml_without_storage_info_is_exploded(tmp_path):
    tiles = {(3, 4, 5): paint_png(3, 4, 5, 256)}
    cache = write_cache(tmp_path / "cache", grids.WEB_MERCATOR, tiles, storage="exploded")
    text = (cache / "conf.xml").read_text()
    start, end = text.index("<CacheStorageInfo"), text.index("</CacheInfo>")
    (cache / "conf.xml").unlink()
    (cache / "Conf.xml").write_text(text[:start] + text[end:])
    with open_tile_package(cache) as package:
        assert {tile[:3]: tile.data for tile in package.tiles()} == tiles


def test_deflated_archives_noise_and_any_folder_name(tmp_path):
    tiles = {(3, 4, 5): paint_png(3, 4, 5, 256), (4, 9, 10): paint_png(4, 9, 10, 256)}
    noise = About(
        extra={
            "__MACOSX/v101/TPK Root Name/._conf.xml": b"\x00\x05",
            ".DS_Store": b"\x00\x00\x00\x01Bud1",
            "v101/TPK Root Name/_alllayers/.DS_Store": b"noise",
            "v101/TPK Root Name/_alllayers/L04/._R0000C0000.bundle": b"noise",
            "v101.lyr": b"\xd0\xcf\x11\xe0",
        }
    )
    for storage in ("compact", "compactV2", "exploded"):
        file = write_tpk(
            tmp_path / f"{storage}.tpk",
            grids.WEB_MERCATOR,
            tiles,
            about=noise,
            storage=storage,
            folder="v101/TPK Root Name",
            compression=8,
        )
        with open_tile_package(file) as package:
            assert {tile[:3]: tile.data for tile in package.tiles()} == tiles
            assert package.tile(4, 9, 10) == tiles[4, 9, 10]
            assert not (storage != "exploded" and package.is_in_place())
            assert to_mbtiles(package, tmp_path / f"{storage}.mbtiles").tiles == 2


def test_a_package_inside_a_mobile_map_package(tmp_path):
    tiles = {(3, 4, 5): paint_png(3, 4, 5, 256)}
    inner = write_tpkx(tmp_path / "inner.tpkx", grids.WEB_MERCATOR, tiles)
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        outer = tmp_path / "map.mmpk"
        with zipfile.ZipFile(outer, "w", method) as archive:
            archive.write(inner, "p13/basemap.tpkx")
            archive.writestr("p13/mobile_map.mmap", "{}")
        with open_tile_package(outer, "p13/basemap.tpkx") as package:
            assert {tile[:3]: tile.data for tile in package.tiles()} == tiles
            assert package.is_in_place() is (method == zipfile.ZIP_STORED)


def test_spans_point_at_the_tiles_in_the_file(tmp_path):
    tiles = {(3, 4, column): paint_png8(3, 4, column, 256) for column in range(4)}
    for storage in ("compact", "compactV2", "exploded"):
        file = write_tpk(tmp_path / f"{storage}.tpk", grids.WEB_MERCATOR, tiles, storage=storage)
        content = file.read_bytes()
        with open_tile_package(file) as package:
            spans = {(3, row, column): span for row, column, span in package.spans(3)}
            assert {key: content[span.start : span.start + span.size] for key, span in spans.items()} == tiles


def test_credits_title_and_licence_arrive(tmp_path):
    about = About("Altstadt", "A town", "<p>About</p>", "© Town survey", "CC BY 4.0")
    tiles = {(0, 0, 0): paint_png(0, 0, 0, 256)}
    with open_tile_package(write_tpk(tmp_path / "t.tpk", grids.WEB_MERCATOR, tiles, about=about)) as package:
        said = package.metadata
        assert (package.title, said.attribution, said.licence) == ("Altstadt", "© Town survey", "CC BY 4.0")
        assert (said.summary, said.description) == ("A town", "<p>About</p>")
        to_mbtiles(package, tmp_path / "t.mbtiles")
    dataset = gdal.Open(str(tmp_path / "t.mbtiles"))
    assert dataset.GetMetadata()["attribution"] == "© Town survey"
    assert dataset.GetMetadata()["name"] == "Altstadt"


ALBERS = (
    'PROJCS["Town_Albers",GEOGCS["GCS_North_American_1983",DATUM["D_North_American_1983",SPHEROID["GRS_1980",'
    '6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Albers"],'
    'PARAMETER["False_Easting",1000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",-97.0],'
    'PARAMETER["Standard_Parallel_1",21.0],PARAMETER["Standard_Parallel_2",61.0],'
    'PARAMETER["Latitude_Of_Origin",41.0],UNIT["Meter",1.0]]'
)
UTM_WKT = osr.SpatialReference()
UTM_WKT.ImportFromEPSG(32633)


@pytest.mark.parametrize(
    ("grid", "definition", "expected"),
    [
        (replace(grids.UTM_33, wkid=102008, latest_wkid=102008), ALBERS, ALBERS),
        (replace(grids.UTM_33, wkid=102008, latest_wkid=102008, wkt=ALBERS), "", ALBERS),
        (replace(grids.UTM_33, wkid=0, latest_wkid=0, wkt=ALBERS), "", ALBERS),
        (replace(grids.UTM_33, wkid=0, latest_wkid=0, wkt=UTM_WKT.ExportToWkt()), "", "EPSG:32633"),
        (replace(grids.UTM_33, wkid=0, latest_wkid=0), ALBERS, ALBERS),
        (replace(grids.UTM_33, wkid=23700, latest_wkid=23700), "", "EPSG:23700"),
        (replace(grids.WEB_MERCATOR, wkid=102113, latest_wkid=3785), "", "EPSG:3857"),
    ],
)
def test_reference_systems_of_every_kind_arrive(tmp_path, grid, definition, expected):
    tiles = {(5, 3, 3): paint_png(5, 3, 3, 256)}
    with open_tile_package(write_tpk(tmp_path / "town.tpk", grid, tiles)) as package:
        path = to_geopackage(package, tmp_path / "town.gpkg", definition=definition).path
    reference = osr.SpatialReference()
    reference.SetFromUserInput(expected)
    found = gdal.Open(str(path)).GetSpatialRef()
    assert found.IsSame(reference, ["IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES"])


def test_a_grid_beside_the_standard_one_is_no_web_mercator_grid(tmp_path):
    """Web mercator tiles of another origin or other resolutions cannot go into MBTiles."""
    others = (
        replace(grids.WEB_MERCATOR, origin=(-20030000.0, 20037508.342787)),
        replace(grids.WEB_MERCATOR, resolutions=(156543.0, 70000.0, 39135.0, 19567.0, 9783.0, 4891.0)),
        replace(grids.WEB_MERCATOR, resolutions=(1000.0, 500.0, 250.0, 100.0, 50.0, 25.0)),
    )
    for number, grid in enumerate(others):
        file = write_tpk(tmp_path / f"{number}.tpk", grid, {(5, 3, 3): paint_png(5, 3, 3, 256)})
        with open_tile_package(file) as package:
            assert package.scheme.mercator_zooms(package.stored_levels) is None
            with pytest.raises(Unsupported, match="grid"):
                to_mbtiles(package, tmp_path / "town.mbtiles")
            assert to_geopackage(package, tmp_path / f"{number}.gpkg").tiles == 1
