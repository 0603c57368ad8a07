"""What the profile remembers to have made: by hash and by place, by many writers at once, within bounds."""

from concurrent.futures import ThreadPoolExecutor
import shutil

import pytest

from plugin.core.errors import StorageError
from plugin.qgis_io import settings
from plugin.qgis_io.made_here import (
    answer_project,
    forget_download,
    is_answered,
    is_begun_here,
    is_downloaded_here,
    is_trusted,
    note_begun,
    note_downloaded,
    note_place,
    trust_project,
    usable_project,
)
from plugin.qgis_io.settings import SettingGroup

pytestmark = pytest.mark.usefixtures("own_settings")
FINISHED = "2026-11-30T16:17:22.771926+00:00"


def project(folder, content=b"a project"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "offline_map.qgz").write_bytes(content)
    return folder / "offline_map.qgz"


def test_the_content_of_a_project_decides_and_not_its_place(tmp_path):
    first = project(tmp_path / "a")
    assert not is_trusted(first)
    trust_project(first)
    assert is_trusted(project(tmp_path / "Häfen & Strand"))
    assert not is_trusted(project(tmp_path / "a", b"another project"))


def test_what_is_not_wanted_is_answered():
    answer_project("ab" * 32, wanted=False)
    assert is_answered("ab" * 32)
    assert not is_answered("cd" * 32)


def test_the_first_place_that_may_be_used_is_used(tmp_path):
    foreign, own, free = project(tmp_path / "a"), project(tmp_path / "b", b"own"), tmp_path / "c" / "x.qgz"
    assert usable_project([foreign, own, free]) == free
    trust_project(own)
    assert usable_project([foreign, own, free]) == own


def test_a_download_is_known_by_its_place_and_its_end(tmp_path):
    folder = tmp_path / "Südstrand"
    folder.mkdir()
    note_begun(folder)
    assert is_begun_here(folder)
    assert not is_downloaded_here(folder, FINISHED)
    note_downloaded(folder, FINISHED)
    assert not is_begun_here(folder)
    assert not is_downloaded_here(folder, FINISHED)  # no manifest: another program's map by now
    (folder / "manifest.json").write_text("{}", "utf-8")
    assert is_downloaded_here(folder, FINISHED)
    assert is_downloaded_here(folder, "")  # damaged
    assert not is_downloaded_here(folder, "2026-01-01T00:00:00+00:00")
    assert not is_downloaded_here(tmp_path, FINISHED)
    forget_download(folder)
    assert not is_downloaded_here(folder, FINISHED)


def downloaded(folder, manifest="{}"):
    """An offline map of this profile, with a manifest of its own."""
    folder.mkdir()
    (folder / "manifest.json").write_text(manifest, "utf-8")
    note_downloaded(folder, FINISHED)
    return folder


def test_a_download_that_was_moved_is_known_by_its_manifest(tmp_path):
    moved = downloaded(tmp_path / "Südstrand").rename(tmp_path / "Süd & Strand 1.2")
    assert is_downloaded_here(moved, FINISHED)
    note_place(moved, FINISHED)
    again = moved.rename(tmp_path / "Strand")
    assert is_downloaded_here(again, FINISHED)
    downloaded(tmp_path / "Südstrand", '{"another": 1}')
    assert is_downloaded_here(again, FINISHED)


def test_a_copy_of_a_download_is_none(tmp_path):
    own = downloaded(tmp_path / "Südstrand")
    copy = shutil.copytree(own, tmp_path / "Kopie")
    assert not is_downloaded_here(copy, FINISHED)
    (own / "manifest.json").write_text('{"updated": 1}', "utf-8")
    note_place(own, FINISHED)
    own.rename(tmp_path / "moved")
    assert is_downloaded_here(tmp_path / "moved", FINISHED)
    assert not is_downloaded_here(copy, FINISHED)


def test_a_copy_of_a_download_that_was_removed_is_none(tmp_path):
    own = downloaded(tmp_path / "Südstrand")
    copy = shutil.copytree(own, tmp_path / "Kopie")
    shutil.rmtree(own)
    forget_download(own)
    assert not is_downloaded_here(copy, FINISHED)


def test_many_that_write_at_once_lose_nothing_of_each_other():
    group = SettingGroup("group")
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: group.set(f"{number:040x}", f"ä {number}"), range(100)))
    assert sorted(group.values()) == sorted(f"ä {number}" for number in range(100))


def test_the_oldest_make_room(monkeypatch):
    monkeypatch.setattr(settings, "_MOST_NAMES", 20)
    group = SettingGroup("group")
    for number in range(30):
        group.set(str(number), str(number))
    assert len(group.values()) <= 20
    assert {str(number) for number in range(15, 30)} <= set(group.values())


def test_a_project_that_cannot_be_read_is_an_error_of_the_disk(tmp_path):
    with pytest.raises(StorageError):
        is_trusted(tmp_path)
