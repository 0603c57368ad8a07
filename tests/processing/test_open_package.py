"""Single packages, without a map and without a portal, through `openofflinemap`."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
import os
from pathlib import Path
import shutil
import sqlite3
import zipfile

import pytest
from qgis.core import QgsApplication, QgsProcessingException, QgsProject, QgsVectorLayer

from plugin.core.offline_map.origin import kept_copies, orphaned
from tests.core.geodatabase.shapes import wkb
from tests.fixtures.geodatabase import Dataset, Field, Row, write_geodatabase

from .conftest import Listener


@pytest.mark.parametrize(
    ("sample", "layers"),
    [
        ("geodatabase/LA_Trails.geodatabase", 1),
        ("geodatabase/usa.geodatabase", 3),
        ("tiles/states_filled.tpk", 1),
        ("tiles/Usa.tpkx", 1),
        ("tiles/compactcache", 1),
        ("tiles/compactcache/Conf.xml", 1),
        ("tiles/testvtpk.vtpk", 1),
    ],
)
def test_a_package_opens_as_a_group_and_stays_untouched(run, copied, tmp_path, sample, layers):
    folder, scheme, _ = sample.partition("/Conf.xml")
    package = copied(folder) / "Conf.xml" if scheme else copied(sample)
    there = sorted(path.name for path in package.parent.iterdir())
    result = run("openofflinemap", INPUT=str(package), OUTPUT=str(tmp_path / "work"))
    assert (result["LAYER_ERRORS"], result["TABLE_ERRORS"]) == (0, 0)
    project = QgsProject()
    assert project.read(result["PROJECT"])
    shown = list(project.mapLayers().values())
    assert len(shown) == layers
    assert all(layer.isValid() for layer in shown)
    (group,) = project.layerTreeRoot().findGroups()
    assert group.name() == package.stem
    assert sorted(path.name for path in package.parent.iterdir() if path.name != "work") == there


@pytest.mark.parametrize("sample", ["Usa.tpkx", "states_filled.tpk", "testvtpk.vtpk"])
def test_an_unpacked_package_opens_by_its_folder(run, samples, tmp_path, sample):
    """What an archive that is refused for its names or their number says to do."""
    folder = tmp_path / sample.replace(".", " ")
    with zipfile.ZipFile(samples / "tiles" / sample) as archive:
        archive.extractall(folder)
    result = run("openofflinemap", INPUT=str(folder), OUTPUT=str(tmp_path / "work"))
    project = QgsProject()
    assert project.read(result["PROJECT"])
    assert [layer.isValid() for layer in project.mapLayers().values()] == [True]


def test_what_was_made_is_used_again(run, copied, tmp_path):
    package = copied("geodatabase/LA_Trails.geodatabase")
    inputs = {"INPUT": str(package), "OUTPUT": str(tmp_path / "work")}
    run("openofflinemap", **inputs)
    (copy,) = (tmp_path / "work" / "qgis").glob("*.gpkg")
    made = copy.stat().st_mtime_ns
    run("openofflinemap", **inputs)
    assert copy.stat().st_mtime_ns == made


@pytest.mark.parametrize("name", ["broken.geodatabase", "broken.tpkx", "broken.vtpk"])
def test_a_damaged_package_is_refused_by_name(run, tmp_path, name):
    (tmp_path / name).write_bytes(b"nothing of use")
    with pytest.raises(QgsProcessingException, match=name):
        run("openofflinemap", INPUT=str(tmp_path / name), OUTPUT=str(tmp_path / "work"))


@pytest.fixture
def profile():
    """The folder of this profile for what was opened, empty."""
    folder = Path(QgsApplication.qgisSettingsDirPath()) / "offline_map_areas"
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def write_ways(path, *names):
    """A geodatabase of its own with one way for each name; row ids do not begin at 1."""
    path.unlink(missing_ok=True)
    rows = [
        Row(wkb(f"POINT ({number} 2)"), {"name": name}, object_id=41 + number)
        for number, name in enumerate(names)
    ]
    return write_geodatabase(path, [Dataset("Wege", "Point", [Field("name")], rows, layer_id=3)])


def shown(result):
    """What the layer shows, and the layer."""
    (source,) = result["LAYERS"]
    layer = QgsVectorLayer(source, "ways", "ogr")
    return sorted(feature["name"] for feature in layer.getFeatures()), layer


def rename(layer, name, other):
    layer.startEditing()
    (feature,) = [feature for feature in layer.getFeatures() if feature["name"] == name]
    feature["name"] = other
    assert layer.updateFeature(feature)
    assert layer.commitChanges()


def test_a_touched_geodatabase_finds_the_copy_with_its_edits(run, tmp_path, profile):
    package = write_ways(tmp_path / "Grüne Wege.geodatabase", "Allee", "Steig")
    _, layer = shown(run("openofflinemap", INPUT=str(package)))
    rename(layer, "Steig", "Pfad")
    del layer
    for moment in (1_000_000_000, 1_900_000_000):
        os.utime(package, (moment, moment))
        listener = Listener()
        names, _ = shown(run("openofflinemap", listener, INPUT=str(package)))
        assert names == ["Allee", "Pfad"]
        assert not [said for said in listener.said if "edits of" in said]
    assert len(list(profile.iterdir())) == 1


def test_a_replaced_geodatabase_shows_what_it_holds_and_tells_where_edits_are(run, tmp_path, profile):
    package = write_ways(tmp_path / "Grüne Wege.geodatabase", "Allee", "Steig")
    _, layer = shown(run("openofflinemap", INPUT=str(package)))
    rename(layer, "Steig", "Pfad")
    first = Path(layer.source().partition("|")[0]).parent.parent
    del layer
    before = package.stat()
    write_ways(package, "Allee", "Stieg")
    os.utime(package, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    for _ in range(2):
        listener = Listener()
        names, _ = shown(run("openofflinemap", listener, INPUT=str(package)))
        assert names == ["Allee", "Stieg"]
        (told,) = [said for said in listener.said if "edits of" in said]
        assert "1 edits of" in told
        assert str(first) in told
    assert [one.folder for one in orphaned(kept_copies(profile))] == [first]
    write_ways(package, "Allee", "Steig")
    names, _ = shown(run("openofflinemap", INPUT=str(package)))
    assert names == ["Allee", "Pfad"]
    assert orphaned(kept_copies(profile)) == []


def test_a_moved_geodatabase_tells_where_its_edits_are(run, tmp_path, profile):
    package = write_ways(tmp_path / "Wege.geodatabase", "Allee")
    _, layer = shown(run("openofflinemap", INPUT=str(package)))
    rename(layer, "Allee", "Straße")
    del layer
    moved = package.rename(tmp_path / "Straßen und Wege.geodatabase")
    listener = Listener()
    run("openofflinemap", listener, INPUT=str(moved))
    assert [str(package) in said for said in listener.said if "edits of" in said] == [True]
    assert [one.origin.path for one in orphaned(kept_copies(profile))] == [str(package)]


def test_a_working_folder_of_another_content_is_refused_and_kept(run, tmp_path):
    package = write_ways(tmp_path / "Wege.geodatabase", "Allee")
    inputs = {"INPUT": str(package), "OUTPUT": str(tmp_path / "work")}
    run("openofflinemap", **inputs)
    write_ways(package, "Gasse")
    with pytest.raises(QgsProcessingException, match="not from what “Wege.geodatabase” contains now"):
        run("openofflinemap", **inputs)
    write_ways(package, "Allee")
    assert shown(run("openofflinemap", **inputs))[0] == ["Allee"]


@pytest.mark.parametrize("name", ["broken.geodatabase", "broken.tpkx"])
def test_what_is_refused_leaves_nothing_behind(run, tmp_path, profile, name):
    (tmp_path / name).write_bytes(b"SQLite format 3\0nothing of use")
    for output in ({}, {"OUTPUT": str(tmp_path / "new" / "work")}):
        with pytest.raises(QgsProcessingException, match=name):
            run("openofflinemap", INPUT=str(tmp_path / name), **output)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert not profile.exists() or not list(profile.iterdir())


def test_processes_that_open_one_geodatabase_at_once_share_one_whole_copy(qgis_process, copied):
    package = copied("geodatabase/usa.geodatabase")
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: qgis_process("openofflinemap", {"INPUT": str(package)}), range(3)))
    assert [code for code, _, _ in answers] == [0, 0, 0]
    (copy,) = {source.partition("|")[0] for _, answer, _ in answers for source in answer["results"]["LAYERS"]}
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert not list(Path(copy).parent.glob("*.part"))
