"""The offline maps of this machine: found without network, and quickly checked."""

from contextlib import closing
import json
import shutil
import sqlite3
import time
import zipfile

import pytest

from plugin.core.errors import BadInput, Cancelled, Damaged
from plugin.core.offline_map.local_maps import find_local_maps, read_local_map
from plugin.core.working_copy.replica_state import RegistrationState
from tests.fixtures.registered import register
from tests.portal import CANYONLANDS, CANYONLANDS_AREA

from ..hosts import Watcher
from ..scene import GEODATABASE, TILES


@pytest.fixture
def root(tmp_path):
    return tmp_path / "Offline Map Areas"


@pytest.fixture
def downloaded(scene, root):
    """A download where the default root would have it."""
    scene.output = root / "portal.example.org" / CANYONLANDS / CANYONLANDS_AREA
    scene.run()
    return scene.output


def size_of(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_a_download_below_the_root_is_known_by_what_its_manifest_says(scene, downloaded, root):
    (found,) = find_local_maps([], root).maps
    assert (found.place, found.ours, found.error) == (downloaded, True, None)
    assert (found.area_id, found.web_map_id) == (CANYONLANDS_AREA, CANYONLANDS)
    assert found.portal_url == scene.portal.url
    assert found.update_mode == "downloadScheduledUpdates"
    assert found.bytes == size_of(downloaded)
    assert len(found.revisions) == 2
    west, south, east, north = found.extent
    assert -111 < west < east < -109
    assert 37 < south < north < 39


def test_known_and_below_the_root_is_one(downloaded, root):
    assert len(find_local_maps([downloaded, downloaded / ".." / downloaded.name], root).maps) == 1


def test_maps_of_arcgis_apps_and_mmpk_files_are_listed(copied, tmp_path):
    folder = copied("canyonlands")
    package = tmp_path / "canyonlands.mmpk"
    with zipfile.ZipFile(package, "w") as archive:
        for path in folder.rglob("*"):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    theirs, packed = find_local_maps([folder, package], tmp_path / "none").maps
    assert (theirs.title, theirs.ours, theirs.error) == ("canyonlands", False, None)
    assert theirs.area_id == "c674b0d2b0f24fa78d70f0bb783dbcf4"
    assert theirs.update_mode == "downloadScheduledUpdates"
    assert (packed.title, packed.error, packed.bytes) == ("canyonlands", None, package.stat().st_size)


def test_the_record_of_the_newest_schema_level_counts(copied):
    folder = copied("canyonlands")
    shutil.copytree(folder / "p13", folder / "p14")
    record = json.loads((folder / "p14/mobile_map.marea").read_text("utf-8"))
    (folder / "p14/mobile_map.marea").write_text(
        json.dumps({**record, "areaPortalItemID": "f" * 32}), "utf-8"
    )
    assert read_local_map(folder).area_id == "f" * 32
    (folder / "p14/mobile_map.marea").write_text("[]", "utf-8")
    found = read_local_map(folder)
    assert (found.title, found.area_id, found.error) == ("canyonlands", "", None)


def test_a_file_that_is_cut_or_missing_is_named(downloaded):
    (tiles,) = downloaded.glob("p13/*.tpk")
    with tiles.open("r+b") as file:
        file.truncate(1000)
    found = read_local_map(downloaded)
    assert isinstance(found.error, Damaged)
    assert f"“{tiles.name}” has 1000 bytes" in found.error.text
    tiles.unlink()
    assert f"“{tiles.name}” is missing" in read_local_map(downloaded).error.text


@pytest.mark.parametrize("name", ["manifest.json", "package.info"])
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"files": 3, "area": {}}'])
def test_a_broken_document_is_named_and_hides_no_other_map(downloaded, root, copied, name, content):
    (downloaded / name).write_bytes(content)
    whole = copied("canyonlands")
    theirs, ours = find_local_maps([whole], root).maps
    assert theirs.error is None
    if name == "manifest.json" or not content.startswith(b'{"'):
        assert name in ours.error.text


@pytest.mark.parametrize("name", ["manifest.json", "package.info"])
def test_edits_of_a_broken_map_are_told(downloaded, name):
    edited = next(downloaded.glob("qgis/*.gpkg"))
    register(edited)
    with closing(sqlite3.connect(edited)) as connection, connection:
        tables = "SELECT table_name FROM gpkg_contents WHERE data_type = 'features'"
        table = connection.execute(tables).fetchone()[0]
        connection.execute(f'DELETE FROM "{table}" WHERE rowid IN (SELECT rowid FROM "{table}" LIMIT 3)')
    assert read_local_map(downloaded).edits == 3
    (downloaded / name).write_bytes(b"{")
    found = read_local_map(downloaded)
    assert isinstance(found.error, Damaged)
    assert found.edits == 3


@pytest.mark.parametrize(
    ("states", "counts"),
    [
        ([], "NONE"),
        (["none", "none"], "NONE"),
        (["registered", "none"], "REGISTERED"),
        (["registered", "direct"], "DIRECT"),
        (["direct", "pending"], "PENDING"),
        (["pending", "refused", "registered"], "REFUSED"),
    ],
)
def test_of_registrations_the_one_that_keeps_edits_here_counts_most(downloaded, states, counts):
    manifest = json.loads((downloaded / "manifest.json").read_text("utf-8"))
    manifest["registration"] = {
        f"{number:032x}": {"state": state, "reason": "", "replica": ""} for number, state in enumerate(states)
    }
    (downloaded / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert read_local_map(downloaded).registration is RegistrationState[counts]


def test_a_manifest_that_names_files_elsewhere_is_refused(downloaded):
    manifest = json.loads((downloaded / "manifest.json").read_text("utf-8"))
    manifest["files"][0]["path"] = "../../secret"
    (downloaded / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert isinstance(read_local_map(downloaded).error, Damaged)


def test_a_known_place_that_is_gone_stays_listed(tmp_path):
    (found,) = find_local_maps([tmp_path / "stick" / "Elmsund"], tmp_path).maps
    assert isinstance(found.error, BadInput)
    assert "“Elmsund” no longer exists" in found.error.text


def test_an_unfinished_download_tells_how_far_it_is(scene, root):
    scene.output = root / "portal.example.org" / CANYONLANDS / CANYONLANDS_AREA
    with pytest.raises(Cancelled):
        scene.run(Watcher(lambda done, total, _subject: done > total / 3), include_basemap=True)
    found = find_local_maps([], root)
    (download,) = found.unfinished
    assert not found.maps
    assert (download.folder, download.area_id) == (scene.output, CANYONLANDS_AREA)
    assert (download.web_map_id, download.portal_url) == (CANYONLANDS, scene.portal.url)
    packages = [scene.samples / "p13" / name for name in (GEODATABASE, TILES)]
    assert download.bytes_total == sum(path.stat().st_size for path in packages)
    assert download.chosen == {"includeBasemap": True}
    assert download.bytes_total / 3 < download.bytes_there < download.bytes_total
    scene.run()
    found = find_local_maps([scene.output], root)
    assert (len(found.maps), found.unfinished) == (1, ())


def test_a_download_that_was_killed_before_its_last_step_is_unfinished(scene, downloaded, root):
    """The folder is whole, and only its name is missing."""
    files = json.loads((downloaded / "manifest.json").read_text("utf-8"))["files"]
    size = sum(file["bytes"] for file in files if "item" in file)
    downloaded.rename(downloaded.with_name(f"{downloaded.name}.partial"))
    found = find_local_maps([], root)
    (download,) = found.unfinished
    assert not found.maps
    assert (download.folder, download.area_id) == (scene.output, CANYONLANDS_AREA)
    assert (download.bytes_there, download.bytes_total) == (size, size)


def test_links_and_what_was_set_aside_are_not_followed(downloaded, root):
    (root / "link").symlink_to(root / "portal.example.org")
    shutil.copytree(downloaded, downloaded.with_name("old.delete"))
    assert len(find_local_maps([], root).maps) == 1


def test_two_hundred_maps_are_listed_at_once(downloaded, root):
    for number in range(200):
        copy = downloaded.with_name(f"{number:032x}")
        (copy / "p13").mkdir(parents=True)
        for name in ("manifest.json", "package.info"):
            shutil.copyfile(downloaded / name, copy / name)
        for path in (downloaded / "p13").iterdir():
            (copy / "p13" / path.name).hardlink_to(path)
    started = time.perf_counter()
    maps = find_local_maps([], root).maps
    elapsed = time.perf_counter() - started
    assert len(maps) == 201
    assert not [found.error for found in maps if found.error]
    assert elapsed < 1.0
