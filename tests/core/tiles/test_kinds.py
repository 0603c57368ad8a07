"""Kinds of packages that no sample shows but the field holds."""

from dataclasses import replace
import json
import zipfile

import numpy as np
from osgeo import gdal
import pytest

from plugin.core.tiles.convert import to_geopackage, to_mbtiles
from plugin.core.tiles.description import Metadata
from plugin.core.tiles.layout import Storage
from plugin.core.tiles.tile_package import open_tile_package
from tests.core.tiles.hostile import rewritten
from tests.fixtures.tile_grids import UTM_33, WEB_MERCATOR
from tests.fixtures.tile_package import About, write_cache, write_tpk, write_tpkx
from tests.fixtures.tile_package_pictures import as_rgba, decoded, pattern, png

TILES = {(3, 4, column): png(pattern(3, 4, column)) for column in (4, 5)}
BOM = b"\xef\xbb\xbf"


def tiles_of(package):
    return {tile[:3]: tile.data for tile in package.tiles()}


@pytest.mark.parametrize("storage", ["compact", "compactV2", "exploded"])
@pytest.mark.parametrize("folder", ["v102/Layers", "v103/Plan d'été – Zürich", "v101/a/b", "Karte"])
def test_schemes_in_any_folder(tmp_path, folder, storage):
    file = write_tpk(tmp_path / "town.tpk", WEB_MERCATOR, TILES, folder=folder, storage=storage)
    with open_tile_package(file) as package:
        assert tiles_of(package) == TILES
        assert to_mbtiles(package, tmp_path / "town.mbtiles").tiles == 2


def test_documents_that_begin_with_a_byte_order_mark(tmp_path):
    about = About("Altstadt", "A town", "About it", "© Town survey", "CC BY 4.0")
    for write, name in ((write_tpk, "town.tpk"), (write_tpkx, "town.tpkx")):
        file = write(tmp_path / name, WEB_MERCATOR, TILES, about=about)
        with zipfile.ZipFile(file) as archive:
            marked = {
                member: BOM + archive.read(member)
                for member in archive.namelist()
                if member.endswith((".json", ".xml", ".cdi"))
            }
        with open_tile_package(rewritten(file, marked)) as package:
            assert tiles_of(package) == TILES
            assert package.title == "Altstadt"
            assert package.metadata.summary == "A town"


def test_an_item_that_says_little(tmp_path):
    file = write_tpkx(tmp_path / "town.tpkx", WEB_MERCATOR, TILES)
    for item in (b"{}", b'{"title": null, "extent": null, "tags": ["a", "b"], "licenseInfo": "CC0"}'):
        with open_tile_package(rewritten(file, {"iteminfo.json": item})) as package:
            assert tiles_of(package) == TILES
            assert package.title == "Town map"  # by root.json
            assert isinstance(package.metadata, Metadata)
    assert package.metadata.licence == "CC0"
    assert package.metadata.tags == ("a", "b")


def test_a_service_without_extents(tmp_path):
    file = write_tpk(tmp_path / "town.tpk", WEB_MERCATOR, TILES)
    name = "servicedescriptions/mapserver/mapserver.json"
    with zipfile.ZipFile(file) as archive:
        service = json.loads(archive.read(name))
    service.pop("resourceInfo")
    for member in ("fullExtent", "initialExtent", "tileInfo"):
        service["contents"].pop(member)
    with open_tile_package(rewritten(file, {name: json.dumps(service).encode()})) as package:
        assert tiles_of(package) == TILES
        assert package.full_extent is not None  # by conf.cdi


@pytest.mark.parametrize("upper", [True, False])
def test_exploded_names_in_either_case(tmp_path, upper):
    tiles = {(3, 0xAB, column): png(pattern(3, 1, column)) for column in (0xCD, 0xEF)}
    cache = write_cache(tmp_path / "cache", WEB_MERCATOR, tiles, storage="exploded")
    if upper:
        row = cache / "_alllayers/L03/R000000ab"
        for file in row.iterdir():
            file.rename(row / (file.stem.upper() + ".PNG"))
        row.rename(row.with_name("R000000AB"))
    with open_tile_package(cache) as package:
        assert package.storage is Storage.EXPLODED
        assert tiles_of(package) == tiles
        assert package.tile(3, 0xAB, 0xEF) == tiles[3, 0xAB, 0xEF]


@pytest.mark.parametrize("packet_size", [32, 64])
def test_small_bundles_in_a_tpkx(tmp_path, packet_size):
    tiles = {(9, row, column): png(pattern(9, row, column)) for row in (0, 31, 32, 70) for column in (63, 64)}
    file = write_tpkx(tmp_path / "town.tpkx", replace(WEB_MERCATOR, packet_size=packet_size), tiles)
    with open_tile_package(file) as package:
        assert tiles_of(package) == tiles


def test_an_old_scheme_that_states_a_reference_by_text_only(tmp_path):
    """ArcGIS Server 9: no codes, no storage, an exploded cache."""
    wkt = (
        'PROJCS["WGS_1984_UTM_Zone_33N",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,'
        '298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
        'PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],'
        'PARAMETER["Central_Meridian",15.0],PARAMETER["Scale_Factor",0.9996],'
        'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )
    grid = replace(UTM_33, wkid=0, latest_wkid=0, wkt=wkt)
    cache = write_cache(tmp_path / "cache", grid, TILES, storage="exploded")
    conf = (cache / "conf.xml").read_text()
    start, end = conf.index("<CacheStorageInfo"), conf.index("</CacheInfo>")
    (cache / "conf.xml").write_text(conf[:start] + conf[end:])
    (cache / "conf.cdi").unlink()
    with open_tile_package(cache) as package:
        dataset = gdal.Open(str(to_geopackage(package, tmp_path / "town.gpkg").path))
    assert "UTM zone 33N" in dataset.GetProjection().replace("_", " ")


def test_tiles_that_are_not_square(tmp_path):
    """Half as high as wide: a grid that only a GeoPackage can hold."""
    tiles = {(4, row, column): png(pattern(4, row, column)[:128]) for row in (70, 71) for column in (40, 41)}
    file = write_tpk(tmp_path / "town.tpk", UTM_33, tiles)
    with zipfile.ZipFile(file) as archive:
        conf = archive.read("v101/Layers/conf.xml").replace(b"<TileRows>256", b"<TileRows>128")
    extent = UTM_33.extent([(4, 35, 40), (4, 35, 41)])
    flat = rewritten(file, {"v101/Layers/conf.xml": conf, "v101/Layers/conf.cdi": b"<EnvelopeN/>"})
    with open_tile_package(flat) as package:
        assert package.stored_extent() == pytest.approx(extent)
        assert package.scheme.mercator_zooms(package.stored_levels) is None
        dataset = gdal.Open(str(to_geopackage(package, tmp_path / "town.gpkg").path))
    assert (dataset.RasterXSize, dataset.RasterYSize) == (512, 256)
    for (_, row, column), data in tiles.items():
        window = as_rgba(dataset, (column - 40) * 256, (row - 70) * 128, 256, 128)
        assert np.array_equal(window, decoded(data))
