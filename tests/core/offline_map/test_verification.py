"""The whole proof of an offline map: one flipped byte anywhere is found, and its file and layers named."""

from contextlib import closing
import json
import sqlite3
import zipfile

import pytest

from plugin.core.errors import BadInput, Cancelled, Damaged, StorageError, Untrusted
from plugin.core.host import Silent
from plugin.core.offline_map.local_maps import read_local_map
from plugin.core.offline_map.verification import verify_offline_map

from ..hosts import Watcher
from ..scene import GEODATABASE, TILES


@pytest.fixture
def downloaded(scene):
    scene.run()
    return scene.output


@pytest.fixture
def packed(copied, tmp_path):
    folder = copied("canyonlands")
    package = tmp_path / "canyonlands.mmpk"
    with zipfile.ZipFile(package, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    return package


SINGLE = (
    "geodatabase/usa.geodatabase",
    "tiles/states_filled.tpk",
    "tiles/Usa.tpkx",
    "tiles/testvtpk.vtpk",
    "tiles/compactcache",
    "tiles/compactcache|Conf.xml",
)


def flip(path, position):
    """Changes one bit; a negative position counts from the end."""
    with path.open("r+b") as file:
        file.seek(position, 2 if position < 0 else 0)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 1]))


def test_a_download_is_whole(downloaded):
    found = verify_offline_map(downloaded, Silent())
    assert found.is_whole
    files = {path.relative_to(downloaded).as_posix() for path in downloaded.glob("*/*")}
    assert {check.path for check in found.files} == {"package.info", "manifest.json", "report.json", *files}
    assert found.unverified == ("qgis/made.json",)
    assert verify_offline_map(downloaded / "package.info", Silent()) == found


@pytest.mark.parametrize(
    ("name", "layers"),
    [
        ("p13/*.geodatabase", 2),
        ("p13/*.tpk", 1),
        ("package.info", 0),
        ("p13/mobile_map.marea", 0),
    ],
)
@pytest.mark.parametrize("position", [0, 60, -1])
def test_one_flipped_bit_is_found_with_its_file_and_layers(downloaded, name, layers, position):
    (path,) = downloaded.glob(name)
    flip(path, position)
    (check,) = verify_offline_map(downloaded, Silent()).errors
    assert check.path == path.relative_to(downloaded).as_posix()
    assert isinstance(check.error, Damaged)
    assert f"“{path.name}”" in check.error.text
    assert len(check.layers) == layers


def test_edits_in_a_working_copy_are_no_damage_but_torn_pages_are(downloaded):
    (copy,) = downloaded.glob("qgis/*.gpkg")
    with sqlite3.connect(copy) as connection:
        connection.execute("CREATE TABLE mine (word TEXT)")
    connection.close()
    assert verify_offline_map(downloaded, Silent()).is_whole
    with copy.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xa5" * 4096 * 4)
    (check,) = verify_offline_map(downloaded, Silent()).errors
    assert check.path == f"qgis/{copy.name}"
    assert len(check.layers) == 2


def test_missing_files_are_found(downloaded):
    for name in ("p13/*.tpk", "qgis/*.gpkg"):
        next(downloaded.glob(name)).unlink()
    errors = verify_offline_map(downloaded, Silent()).errors
    assert [check.error.text.endswith("is missing.") for check in errors] == [True, True]


def test_side_files_of_sqlite_and_gdal_are_none_of_it(downloaded):
    (tiles,) = downloaded.glob("p13/*.tpk")
    tiles.with_name(f"{tiles.name}.aux.xml").write_text("<PAMDataset/>")
    (downloaded / "qgis" / "offline_map.qgz~").write_bytes(b"old")
    assert verify_offline_map(downloaded, Silent()).is_whole


def test_maps_of_other_programs_are_checked_by_structure(copied):
    folder = copied("canyonlands")
    found = verify_offline_map(folder, Silent())
    assert found.is_whole
    assert {check.path for check in found.files} == {f"p13/{GEODATABASE}", f"p13/{TILES}"}
    with (folder / "p13" / GEODATABASE).open("r+b") as file:
        file.truncate(100_000)
    (check,) = verify_offline_map(folder, Silent()).errors
    assert check.path == f"p13/{GEODATABASE}"


def test_an_mmpk_is_checked_against_its_checksums(packed):
    assert verify_offline_map(packed, Silent()).is_whole
    flip(packed, packed.stat().st_size // 2)
    (check,) = verify_offline_map(packed, Silent()).errors
    assert check.path == packed.name


@pytest.mark.parametrize("sample", SINGLE)
def test_a_single_package_is_whole(copied, sample):
    folder, _, scheme = sample.partition("|")
    package = copied(folder)
    assert read_local_map(package / scheme).error is None
    found = verify_offline_map(package / scheme, Silent())
    assert (found.is_whole, found.title) == (True, package.stem)
    assert [check.path for check in found.files] == [package.name]


@pytest.mark.parametrize("sample", SINGLE[:4])
def test_damage_in_a_single_package_is_told_as_what_it_is(copied, sample):
    package = copied(sample)
    with package.open("r+b") as file:
        file.seek(package.stat().st_size // 3)
        file.write(b"\xa5" * 20_000)
    (check,) = verify_offline_map(package, Silent()).errors
    assert check.path == package.name
    assert isinstance(check.error, (Damaged, Untrusted))
    assert "not a ZIP archive" not in check.error.text or package.suffix != ".geodatabase"


@pytest.mark.parametrize("sample", SINGLE[:4])
def test_a_single_package_that_ends_early_is_listed_with_its_error(copied, sample):
    package = copied(sample)
    with package.open("r+b") as file:
        file.truncate(package.stat().st_size - 2_000)
    assert isinstance(read_local_map(package).error, Damaged)
    assert not verify_offline_map(package, Silent()).is_whole


def test_a_tile_of_a_cache_that_is_no_picture_is_found(copied):
    folder = copied("tiles/compactcache")
    bundle = max(folder.rglob("*.bundle"), key=lambda path: path.stat().st_size)
    content = bundle.read_bytes()
    position = content.index(b"\x89PNG") if b"\x89PNG" in content else content.index(b"\xff\xd8")
    flip(bundle, position)
    (check,) = verify_offline_map(folder, Silent()).errors
    assert "is not a picture" in check.error.text
    bundle.write_bytes(content[: len(content) // 2])
    assert not verify_offline_map(folder, Silent()).is_whole


def test_a_locked_working_copy_is_said_to_be_locked(downloaded):
    (copy,) = downloaded.glob("qgis/*.gpkg")
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        (check,) = verify_offline_map(downloaded, Silent()).errors
    assert isinstance(check.error, StorageError)
    assert "is locked: another program is using it" in check.error.text


def test_what_is_no_offline_map_is_refused(tmp_path):
    with pytest.raises(BadInput, match="is not an offline map"):
        verify_offline_map(tmp_path, Silent())


def test_it_obeys_cancel_and_reports_bytes(downloaded):
    watcher = Watcher()
    verify_offline_map(downloaded, watcher)
    dones = [done for done, _, _ in watcher.reports]
    assert dones == sorted(dones)
    assert watcher.reports[-1][0] == watcher.reports[-1][1] > 3_000_000
    with pytest.raises(Cancelled):
        verify_offline_map(downloaded, Watcher(lambda done, _total, _subject: done > 0))


def test_the_report_names_file_error_and_layers(downloaded):
    (tiles,) = downloaded.glob("p13/*.tpk")
    flip(tiles, 5000)
    report = json.loads(json.dumps(verify_offline_map(downloaded, Silent()).as_json()))
    assert (report["version"], report["ok"]) == (1, False)
    (broken,) = [file for file in report["files"] if file["error"]]
    assert broken["path"] == f"p13/{tiles.name}"
    assert broken["error"]["code"] == "damaged"
    assert broken["error"]["next"]
    assert broken["layers"]
