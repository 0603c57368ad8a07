"""Offline maps in folders as people name them: made there, renamed to it later, and what cannot be opened."""

import shutil
import unicodedata

import pytest
from qgis.core import Qgis, QgsProcessingContext, QgsProcessingUtils, QgsProject

from plugin.layers.base.identity import LAYER_ID
from plugin.layers.base.source import file_of, openable
from plugin.layers.project.dead_layers import revive
from plugin.layers.project.project import check_project, write_project

from .build import Town, feature_layer, tile_layer
from .conftest import draw
from .test_project import text_of

VECTOR = {
    "id": "vt",
    "title": "Vector",
    "layerType": "VectorTileLayer",
    "url": "https://a.org/VectorTileServer",
}
MAP = {
    "operationalLayers": [feature_layer("points"), VECTOR],
    "tables": [feature_layer("table")],
    "baseMap": {"baseMapLayers": [tile_layer("ground"), tile_layer("relief")]},
    "initialState": {
        "viewpoint": {
            "targetGeometry": {
                "xmin": 0,
                "ymin": 0,
                "xmax": 1000,
                "ymax": 1000,
                "spatialReference": {"wkid": 102100},
            }
        }
    },
}
NAMES = [
    "My Maps",
    "Übung Straße",
    unicodedata.normalize("NFD", "Übung Straße"),
    "a&b",
    "what?a=b",
    "Area #1",
    "a+b",
    "it's",
    'say "x"',
    "a;b=c$d,e",
    "[x] (y) {z} <w>",
    "12:30",
    "maps.zip",
    "日本 😀",
    "n" * 240,
]
UNREAD = [("100%", "%"), ("a%20b", "%20"), ("%C3%9F", "%C3"), ("two\nlines", "U+000A")]
ids = [name[:20].encode("unicode_escape").decode() for name in NAMES]


def town_in(folder, samples) -> Town:
    town = Town(folder)
    town.mbtiles("ground")
    town.geopackage_tiles("relief")
    package = folder / "p13" / "streets.vtpk"
    package.parent.mkdir()
    shutil.copyfile(samples / "tiles" / "testvtpk.vtpk", package)
    town.vector_tiles("vt", package)
    return town


def assert_whole(town, report, project):
    """Every layer is there, draws from a file of the map, and can be opened by what LAYERS says."""
    assert not [entry.error.text for entry in (*report.layer_errors, *report.table_errors)]
    layers = project.mapLayers().values()
    assert len(layers) == 5
    assert all(layer.isValid() for layer in layers)
    assert {town.folder for layer in layers} == {file_of(layer).parents[1] for layer in layers}
    assert len(report.sources) == 4
    context = QgsProcessingContext()
    for source in report.sources:
        layer = QgsProcessingUtils.mapLayerFromString(source, context)
        assert layer is not None, source
        assert layer.isValid(), source


@pytest.mark.parametrize("name", NAMES, ids=ids)
def test_an_offline_map_made_there_opens_and_can_move(tmp_path, samples, opened, name):
    town = town_in(tmp_path / name / "map", samples)
    report = write_project(town.map(MAP), town.project)
    assert_whole(town, report, opened(town.project))
    text = text_of(town.project)
    assert str(tmp_path) not in text
    assert "../../" not in text
    elsewhere = (tmp_path / name).rename(tmp_path / "elsewhere") / "map"
    moved = opened(elsewhere / "qgis" / "offline_map.qgz")
    assert all(layer.isValid() for layer in moved.mapLayers().values())


@pytest.mark.parametrize("name", NAMES, ids=ids)
def test_an_offline_map_renamed_to_it_opens_again(tmp_path, samples, opened, name):
    town = town_in(tmp_path / "plain", samples)
    write_project(town.map(MAP), town.project)
    before = draw(opened(town.project))
    town = renamed(town, tmp_path / name)
    revive(town.project, town.map(MAP))
    report = check_project(town.map(MAP), town.project)
    project = opened(town.project)
    assert_whole(town, report, project)
    assert draw(project) == before


def renamed(town, folder) -> Town:
    town.folder.rename(folder)
    again = Town.__new__(Town)
    again.__dict__.update(vars(town))
    again.folder, again.work = folder, folder / "qgis"
    again.geopackage = again.work / "town.gpkg"
    for layer_id, source in town.tiles.items():
        again.tiles[layer_id] = type(source)(
            **{
                **vars(source),
                "file": folder / source.file.relative_to(town.folder),
                "package": folder / source.package.relative_to(town.folder),
            }
        )
    return again


def test_what_the_user_made_of_the_project_stays_when_tiles_are_given_other_sources(
    tmp_path, samples, opened
):
    town = town_in(tmp_path / "plain", samples)
    write_project(town.map(MAP), town.project)
    project = opened(town.project)
    by_id = {layer.customProperty(LAYER_ID): layer for layer in project.mapLayers().values()}
    by_id["ground"].setOpacity(0.5)
    by_id["ground"].setName("My picture")
    by_id["points"].setName("My points")
    project.setTitle("Mine")
    assert project.write()
    town = renamed(town, tmp_path / "Area #1")
    revive(town.project, town.map(MAP))
    project = opened(town.project)
    by_id = {layer.customProperty(LAYER_ID): layer for layer in project.mapLayers().values()}
    assert (by_id["ground"].name(), by_id["ground"].opacity()) == ("My picture", 0.5)
    assert (by_id["points"].name(), project.title()) == ("My points", "Mine")


def test_a_project_that_opens_is_not_written_again(tmp_path, samples):
    town = town_in(tmp_path / "Area #1", samples)
    write_project(town.map(MAP), town.project)
    content = town.project.read_bytes()
    revive(town.project, town.map(MAP))
    assert town.project.read_bytes() == content


@pytest.mark.parametrize(("name", "sign"), UNREAD)
def test_a_layer_that_cannot_be_opened_names_what_in_which_name(tmp_path, samples, name, sign):
    """All others open."""
    town = town_in(tmp_path / "plain", samples)
    town = renamed(town, tmp_path / name)
    report = write_project(town.map(MAP), town.project)
    assert "vt" in {entry.layer.id for entry in report.layer_errors}
    for entry in (*report.layer_errors, *report.table_errors):
        assert f"“{sign}” in the name “{name}”" in entry.error.text
        assert "Rename" in entry.error.next_step
    context = QgsProcessingContext()
    assert report.sources
    for source in report.sources:
        assert QgsProcessingUtils.mapLayerFromString(source, context).isValid(), source
    project = QgsProject()
    assert project.read(str(town.project))
    assert {layer.type() for layer in project.mapLayers().values()} >= {Qgis.LayerType.Raster}


def test_sources_are_spelled_as_models_expect_them(tmp_path, samples):
    folder = tmp_path / "a b"
    town = town_in(folder, samples)
    report = write_project(town.map(MAP), town.project)
    work = folder / "qgis"
    assert report.sources == (
        f"{work}/town.gpkg|layername=points",
        f"{work}/town.gpkg|layername=table",
        f"GPKG:{work}/relief.gpkg:tiles",
        f"wms://type=mbtiles&url=file://{work}/ground.mbtiles".replace(" ", "%20"),
    )
    assert openable(town.tiles["vt"]) is None
