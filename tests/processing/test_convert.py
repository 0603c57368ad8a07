"""`convertmobilegeodatabase` and `converttilepackage`: single files, without a portal."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
import shutil
import sqlite3

import pytest
from qgis.core import QgsProcessingContext, QgsProcessingException, QgsProject, QgsRasterLayer, QgsVectorLayer

from tests.core.geodatabase.shapes import wkb
from tests.fixtures.geodatabase import Dataset, Field, Row, write_geodatabase
from tests.fixtures.tile_grids import UTM_33, WEB_MERCATOR
from tests.fixtures.tile_package import About, write_tpk
from tests.fixtures.tile_package_pictures import pattern, png

from .conftest import Listener


@pytest.mark.parametrize(
    ("sample", "counts"),
    [
        ("LA_Trails.geodatabase", {475}),
        ("usa.geodatabase", {3537, 656, 50}),
        ("militaryoverlay.geodatabase", {2, 4, 5, 9, 10}),
    ],
)
def test_a_geodatabase_becomes_a_geopackage_with_every_row(run, copied, tmp_path, sample, counts):
    source, target = copied(f"geodatabase/{sample}"), tmp_path / "out" / "all.gpkg"
    target.parent.mkdir()
    result = run("convertmobilegeodatabase", INPUT=str(source), OUTPUT=str(target))
    assert result["OUTPUT"] == str(target)
    with sqlite3.connect(target) as connection:
        tables = [
            row[0]
            for row in connection.execute("SELECT table_name FROM gpkg_contents WHERE data_type = 'features'")
        ]
    found = {QgsVectorLayer(f"{target}|layername={table}", table, "ogr").featureCount() for table in tables}
    assert counts <= found
    assert result["FEATURES"] >= sum(counts)
    assert [path.name for path in target.parent.iterdir()] == ["all.gpkg"]


def test_an_existing_file_is_replaced_only_by_a_complete_one(run, copied, tmp_path):
    source, target = copied("geodatabase/LA_Trails.geodatabase"), tmp_path / "mine.gpkg"
    target.write_bytes(b"mine")
    broken = tmp_path / "broken.geodatabase"
    broken.write_bytes(source.read_bytes()[:50_000])
    with pytest.raises(QgsProcessingException, match="broken.geodatabase"):
        run("convertmobilegeodatabase", INPUT=str(broken), OUTPUT=str(target))
    assert target.read_bytes() == b"mine"
    run("convertmobilegeodatabase", INPUT=str(source), OUTPUT=str(target))
    assert target.read_bytes().startswith(b"SQLite format 3")


def test_a_geodatabase_of_which_no_table_can_be_read_replaces_nothing(run, tmp_path):
    source, target = tmp_path / "Wege.geodatabase", tmp_path / "mine.gpkg"
    shapes = [Row(wkb("POINT (1 1)"), {"name": "a"}), Row(wkb("POINT (2 2)"), {"name": "b"})]
    write_geodatabase(source, [Dataset("Wege", "Point", [Field("name")], shapes, layer_id=3)])
    run("convertmobilegeodatabase", INPUT=str(source), OUTPUT=str(target))
    whole = target.read_bytes()
    with closing(sqlite3.connect(source)) as connection, connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("UPDATE Wege SET Shape = x'64110f00'")
    with pytest.raises(QgsProcessingException, match="Wege"):
        run("convertmobilegeodatabase", INPUT=str(source), OUTPUT=str(target))
    assert target.read_bytes() == whole
    assert {path.name for path in tmp_path.iterdir()} == {source.name, target.name}


def test_two_processes_that_write_one_output_have_one_winner(qgis_process, copied, tmp_path):
    source, target = copied("geodatabase/usa.geodatabase"), tmp_path / "out" / "Straßen.gpkg"
    target.parent.mkdir()
    inputs = {"INPUT": str(source), "OUTPUT": str(target)}
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _number: qgis_process("convertmobilegeodatabase", inputs), range(3)))
    assert 0 in [code for code, _, _ in answers]
    for code, answer, said in answers:
        assert code == 0 or "was written by another program at the same time" in said, (answer, said)
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    with closing(sqlite3.connect(target)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize(
    ("name", "output", "message"),
    [
        ("convertmobilegeodatabase", "out.shp", "“out.shp” does not end in .gpkg"),
        ("converttilepackage", "out.tif", "does not end in .mbtiles / .gpkg"),
    ],
)
def test_other_suffixes_are_refused(run, copied, tmp_path, name, output, message):
    source = copied("geodatabase/LA_Trails.geodatabase")
    with pytest.raises(QgsProcessingException, match=message):
        run(name, INPUT=str(source), OUTPUT=str(tmp_path / output))


def test_the_input_is_never_the_output(run, tmp_path, copied):
    source = tmp_path / "trails.gpkg"
    shutil.copyfile(copied("geodatabase/LA_Trails.geodatabase"), source)
    with pytest.raises(QgsProcessingException, match="would replace the input “trails.gpkg”"):
        run("convertmobilegeodatabase", INPUT=str(source), OUTPUT=str(source))


def test_a_missing_input_is_named(run, tmp_path):
    with pytest.raises(QgsProcessingException, match="“none.geodatabase” does not exist"):
        run(
            "convertmobilegeodatabase",
            INPUT=str(tmp_path / "none.geodatabase"),
            OUTPUT=str(tmp_path / "out.gpkg"),
        )


@pytest.mark.parametrize(
    ("sample", "target"),
    [
        ("tiles/states_filled.tpk", "tiles.mbtiles"),
        ("tiles/states_filled.tpk", "tiles.gpkg"),
        ("tiles/Usa.tpkx", "tiles.mbtiles"),
        ("tiles/compactcache", "tiles.gpkg"),
        ("tiles/compactcache/Conf.xml", "tiles.mbtiles"),
        ("tiles/testvtpk.vtpk", "tiles.mbtiles"),
    ],
)
def test_tiles_become_mbtiles_or_a_geopackage(run, samples, tmp_path, sample, target):
    result = run("converttilepackage", INPUT=str(samples / sample), OUTPUT=str(tmp_path / target))
    with sqlite3.connect(result["OUTPUT"]) as connection:
        table = "tiles"
        if target.endswith(".gpkg"):
            (table,) = connection.execute("SELECT table_name FROM gpkg_contents").fetchone()
        (count,) = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()
    assert result["TILES"] == count > 0
    if "vtpk" not in sample:
        assert QgsRasterLayer(result["OUTPUT"], "tiles", "gdal").isValid()


def test_a_system_that_only_esri_numbers_is_written_in_words(run, tmp_path):
    """GDAL finds no 102008 among EPSG's codes: without its WKT the tiles would lie nowhere."""
    grid = replace(UTM_33, wkid=102008, latest_wkid=102008)
    package = write_tpk(tmp_path / "town.tpk", grid, {(3, 1, 1): png(pattern(3, 1, 1))})
    run("converttilepackage", INPUT=str(package), OUTPUT=str(tmp_path / "town.gpkg"))
    system = QgsRasterLayer(str(tmp_path / "town.gpkg"), "tiles", "gdal").crs()
    assert "North_America_Albers_Equal_Area_Conic" in system.toWkt()


@pytest.mark.parametrize("suffix", ["mbtiles", "gpkg"])
@pytest.mark.parametrize("hole", [False, True])
def test_a_copy_that_stays_blank_says_so(run, tmp_path, suffix, hole):
    tiles = {(3, 5, 3): b"", (4, 10, 6): b"", (4, 10, 7): b"", (4, 11, 6): b"", (4, 11, 7): b""}
    tiles = {key: png(pattern(*key)) for key in tiles}
    about = About(extent=WEB_MERCATOR.extent(tiles))
    if hole:
        del tiles[4, 11, 7]
    package = write_tpk(tmp_path / "town.tpk", WEB_MERCATOR, tiles, about=about)
    listener = Listener()
    run("converttilepackage", listener, INPUT=str(package), OUTPUT=str(tmp_path / f"town.{suffix}"))
    assert any("stays blank" in text for text in listener.said) is hole


def test_vector_tiles_have_no_place_in_a_geopackage(run, samples, tmp_path):
    with pytest.raises(QgsProcessingException, match="testvtpk.vtpk"):
        run(
            "converttilepackage",
            INPUT=str(samples / "tiles/testvtpk.vtpk"),
            OUTPUT=str(tmp_path / "tiles.gpkg"),
        )
    assert not list(tmp_path.iterdir())


def test_converted_layers_can_be_added_dressed_as_the_service_has_them(in_task_manager, copied, tmp_path):
    context = QgsProcessingContext()
    inputs = {
        "INPUT": str(copied("geodatabase/usa.geodatabase")),
        "OUTPUT": str(tmp_path / "usa.gpkg"),
        "LOAD": True,
    }
    successful, _ = in_task_manager("convertmobilegeodatabase", inputs, context, Listener())
    assert successful
    layers = context.layersToLoadOnCompletion()
    assert len(layers) == 3
    stored = [context.temporaryLayerStore().mapLayer(layer_id) for layer_id in layers]
    assert all(layer.isValid() and layer.renderer() for layer in stored)
    assert all(str(tmp_path / "usa.gpkg") in layer.source() for layer in stored)


def test_a_converted_tile_package_can_be_added(in_task_manager, samples, tmp_path):
    context = QgsProcessingContext()
    inputs = {
        "INPUT": str(samples / "tiles/states_filled.tpk"),
        "OUTPUT": str(tmp_path / "states.mbtiles"),
        "LOAD": True,
    }
    assert in_task_manager("converttilepackage", inputs, context, Listener())[0]
    (layer_id,) = context.layersToLoadOnCompletion()
    assert context.temporaryLayerStore().mapLayer(layer_id).isValid()
    assert not QgsProject.instance().mapLayers()


def test_both_run_in_qgis_process(qgis_process, samples, copied, tmp_path):
    code, answer, _ = qgis_process(
        "convertmobilegeodatabase",
        {"INPUT": str(copied("geodatabase/LA_Trails.geodatabase")), "OUTPUT": str(tmp_path / "la.gpkg")},
    )
    assert (code, answer["results"]["FEATURES"]) == (0, 475)
    code, answer, _ = qgis_process(
        "converttilepackage",
        {"INPUT": str(samples / "tiles/Usa.tpkx"), "OUTPUT": str(tmp_path / "usa.mbtiles")},
    )
    assert code == 0
    assert answer["results"]["TILES"] > 100
