"""Removing offline maps: what the plugin made goes, everything else stays where it is."""

import os
import shutil

import pytest

from plugin.core.errors import StorageError
from plugin.core.offline_map import removal
from plugin.core.offline_map.local_maps import find_local_maps
from plugin.core.offline_map.own_files import contents_of
from plugin.core.offline_map.removal import set_aside, sweep
from tests.portal import CANYONLANDS, CANYONLANDS_AREA

STRANGERS = (
    "Notizen für unterwegs.txt",
    "fotos/Ölhafen 1.jpg",
    "p13/mine.tpk",
    "qgis/mine.gpkg",
    "qgis/mine.gpkg-wal",
    "qgis/offline_map.qgz.txt",
    "pictures/mine.png",
    "p13/leer/",
)


@pytest.fixture
def downloaded(scene, tmp_path):
    scene.output = tmp_path / "Offline Map Areas" / "127.0.0.1" / CANYONLANDS / CANYONLANDS_AREA
    scene.run()
    return scene.output


def put(folder, names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir() if name.endswith("/") else path.write_text("mine", "utf-8")


def names_in(folder):
    """Every file, and every folder that holds nothing."""
    found = {path: path.is_dir() for path in folder.rglob("*")}
    return {
        path.relative_to(folder).as_posix()
        for path, is_folder in found.items()
        if not is_folder or not any(path.iterdir())
    }


def stray(downloaded):
    """What QGIS, GDAL and SQLite leave, and what updates and another QGIS made later."""
    (copy,) = (path.name for path in downloaded.glob("qgis/*.gpkg"))
    (tiles,) = (path.name for path in downloaded.glob("p13/*.tpk"))
    made = tiles.replace(".tpk", ".vrt")
    return (
        f"qgis/{copy}-wal",
        f"qgis/{copy}-shm",
        f"qgis/{copy}-journal",
        f"qgis/{copy}.part-journal",
        f"p13/{tiles}.aux.xml",
        f"qgis/{made}",
        f"qgis/{made}.L07.mrf",
        f"qgis/{made}.L08.tiles.vrt",
        f"qgis/{made}.L07.mrf.aux.xml",
        f"qgis/{made}.idx",
        "qgis/offline_map.qgz",
        "qgis/offline_map.qgz~",
        "updates/20261130T154501Z.json",
        "updates/20261130T154501Z.gpkg",
    )


def test_a_map_goes_with_all_that_was_made_in_it(downloaded):
    put(downloaded, stray(downloaded))
    aside = set_aside(downloaded)
    assert aside.others == ()
    assert sweep(aside.place)
    assert list(downloaded.parent.iterdir()) == []


def test_what_somebody_put_there_stays_and_is_named_and_the_folder_with_it(downloaded):
    put(downloaded, (*stray(downloaded), *STRANGERS))
    aside = set_aside(downloaded)
    assert set(aside.others) == {name.rstrip("/") for name in STRANGERS}
    assert names_in(downloaded) == {name.rstrip("/") for name in STRANGERS}
    assert sweep(aside.place)
    assert list(downloaded.parent.iterdir()) == [downloaded]
    assert (downloaded / "qgis" / "mine.gpkg").read_text("utf-8") == "mine"


def test_nothing_behind_a_link_goes(downloaded, tmp_path):
    """A folder that was moved to another disk and linked, and a link in the place of a file."""
    moved = tmp_path / "other disk"
    shutil.move(downloaded / "qgis", moved)
    (downloaded / "qgis").symlink_to(moved)
    (tiles,) = downloaded.glob("p13/*.tpk")
    shutil.move(tiles, tmp_path / "mine.tpk")
    tiles.symlink_to(tmp_path / "mine.tpk")
    before = names_in(moved)
    aside = set_aside(downloaded)
    assert aside.others == (f"p13/{tiles.name}", "qgis")
    sweep(aside.place)
    assert names_in(moved) == before
    assert (tmp_path / "mine.tpk").is_file()
    assert (downloaded / "qgis").is_symlink()


def test_no_empty_folder_behind_a_link_goes(downloaded, tmp_path):
    elsewhere = tmp_path / "woanders"
    (elsewhere / "leer").mkdir(parents=True)
    (downloaded / "updates").symlink_to(elsewhere)
    aside = set_aside(downloaded)
    assert aside.others == ("updates",)
    sweep(aside.place)
    assert (elsewhere / "leer").is_dir()


@pytest.mark.parametrize("strangers", [(), STRANGERS])
def test_a_file_that_cannot_be_moved_keeps_the_map_whole(downloaded, strangers, monkeypatch):
    put(downloaded, strangers)
    before = names_in(downloaded)
    moved = []

    def held_open(path, target):
        moved.append(path)
        if len(moved) == (3 if strangers else 1):
            raise PermissionError(13, "used by another process", str(path))
        os.replace(path, target)

    monkeypatch.setattr(removal, "move", held_open)
    with pytest.raises(StorageError):
        set_aside(downloaded)
    assert names_in(downloaded) == before
    assert list(downloaded.parent.iterdir()) == [downloaded]


def test_what_says_whose_the_files_are_goes_last(downloaded):
    """A sweep that is interrupted can be taken up."""
    assert contents_of(downloaded).own[-1] == "manifest.json"


def test_a_map_without_its_manifest_is_told_by_the_kinds_of_its_files(downloaded):
    (downloaded / "manifest.json").write_text("{", "utf-8")
    put(downloaded, ("notes.txt", "qgis/notes.txt", "pictures/mine.png"))
    aside = set_aside(downloaded)
    assert aside.others == ("notes.txt", "pictures/mine.png", "qgis/notes.txt")
    assert sweep(aside.place)


def test_a_map_is_removed_again_while_its_earlier_copies_still_stand(scene, downloaded, tmp_path):
    places = []
    for number in range(3):
        if number:
            scene.run()
        places.append(set_aside(downloaded).place)
        assert not downloaded.exists()
        assert find_local_maps([], tmp_path / "Offline Map Areas").maps == ()
    assert len(set(places)) == 3
    assert sweep(places[1])
    scene.run()
    assert set_aside(downloaded).place == places[1]  # a name that is free again


def test_a_folder_that_only_looks_set_aside_is_left_alone(tmp_path):
    folder = tmp_path / "pictures to.delete"
    put(folder, ("holiday.jpg", "mine.gpkg"))
    assert not sweep(folder)
    assert names_in(folder) == {"holiday.jpg", "mine.gpkg"}
