"""The staging folder: whose it is, what it keeps, and the one rename at the end."""

import json
import os
import subprocess

import pytest

from plugin.core.download.parameters import Overrides
from plugin.core.download.staging import Staging, check_output
from plugin.core.errors import BadInput, StorageError
from plugin.core.host import Silent
from plugin.core.offline_map.local_maps import read_unfinished
from plugin.core.offline_map.manifest import (
    Manifest,
    ManifestArea,
    PackageFile,
    files_of,
    work_files_of,
    write_manifest,
)
from plugin.core.offline_map.update_mode import UpdateMode
from plugin.core.storage import file_sha256

AREA, OTHER = "a" * 32, "b" * 32


def staging(tmp_path, area=AREA):
    made = Staging(tmp_path / "Old town")
    made.open(area, "Old town", {"updateMode": "noUpdates"})
    return made


def put(staging_, name="one.tpk", content=b"tiles", revision="1"):
    path = staging_.packages / name
    path.write_bytes(content)
    file = PackageFile("c" * 32, name, len(content), file_sha256(path, Silent()), revision, '"e"')
    staging_.keep(file)
    return file


def test_an_absent_or_empty_folder_is_fine(tmp_path):
    check_output(tmp_path / "new" / "deep")
    (tmp_path / "empty").mkdir()
    check_output(tmp_path / "empty")


def test_what_stands_there_is_never_overwritten(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(BadInput, match="“file” is not a folder"):
        check_output(tmp_path / "file")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(BadInput, match="“full” is not empty"):
        check_output(tmp_path / "full")
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(BadInput, match="“link”"):
        check_output(tmp_path / "link")


def test_a_folder_that_cannot_be_written_is_refused(tmp_path, small_disk):
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(BadInput, match="You do not have permission to write to “small disk”"):
        check_output(small_disk / "new")


def test_a_second_run_finds_what_the_first_completed(tmp_path):
    first = staging(tmp_path)
    file = put(first)
    second = staging(tmp_path)
    assert second.finished(file.item_id, file.name, "1", Silent()) == file


def test_noting_a_download_keeps_what_is_there_and_says_how_to_go_on(tmp_path):
    first = staging(tmp_path)
    file = put(first)
    (first.work / "half.gpkg").write_bytes(b"half")
    chosen = {"updateMode": "noUpdates"}
    Staging(first.output).note(AREA, "Old town", {"webMap": "c" * 32, "chosen": chosen, "authcfg": "abc1234"})
    assert (first.work / "half.gpkg").exists()
    found = read_unfinished(first.folder)
    assert (found.web_map_id, found.chosen, found.authcfg) == ("c" * 32, chosen, "abc1234")
    run = Staging(first.output)
    run.open(AREA, "Old town", {}, {"bytes": 5})
    assert run.finished(file.item_id, file.name, "1", Silent()) == file
    assert read_unfinished(first.folder).authcfg == "abc1234"  # a run keeps what the dock noted


@pytest.mark.parametrize(
    "overrides",
    [
        Overrides(),
        Overrides(UpdateMode.SYNC, False, False, "../Grundkarten", "Übersicht.tpkx"),
        Overrides(continue_on_errors=True, include_basemap=True),
    ],
)
def test_what_was_chosen_comes_back(overrides):
    assert Overrides.from_chosen(json.loads(json.dumps(overrides.chosen()))) == overrides


def test_a_choice_that_is_no_usable_value_counts_as_none():
    chosen = {"updateMode": ["noUpdates"], "includeBasemap": "no", "continueOnErrors": 1}
    assert Overrides.from_chosen({**chosen, "referenceBasemapFilename": {}}) == Overrides()


@pytest.mark.parametrize("change", ["revision", "content", "missing"])
def test_what_does_not_prove_itself_is_fetched_again(tmp_path, change):
    first = staging(tmp_path)
    file = put(first)
    if change == "content":
        (first.packages / file.name).write_bytes(b"tileS")
    if change == "missing":
        (first.packages / file.name).unlink()
    revision = "2" if change == "revision" else "1"
    assert staging(tmp_path).finished(file.item_id, file.name, revision, Silent()) is None


def test_what_an_earlier_version_left_gets_the_name_that_it_has_now(tmp_path):
    made = staging(tmp_path)
    file = put(made, "uuid-1.tpk")
    for name in ("uuid-2.tpk.part", "uuid-2.tpk.part.json"):
        (made.packages / name).write_bytes(name.encode())
    made.rename("uuid-1.tpk", "new-1.tpk")
    made.rename("uuid-2.tpk", "new-2.tpk")
    found = {path.name: path.read_bytes() for path in made.packages.iterdir()}
    assert found == {
        "new-1.tpk": b"tiles",
        "new-2.tpk.part": b"uuid-2.tpk.part",
        "new-2.tpk.part.json": b"uuid-2.tpk.part.json",
    }
    assert staging(tmp_path).finished(file.item_id, "new-1.tpk", "1", Silent())


def test_what_has_its_name_already_is_not_written_over(tmp_path):
    made = staging(tmp_path)
    put(made, "new.tpk")
    (made.packages / "old.tpk").write_bytes(b"of version 0.1.0")
    made.rename("old.tpk", "new.tpk")
    assert (made.packages / "new.tpk").read_bytes() == b"tiles"


def test_another_area_is_refused_by_name(tmp_path):
    put(staging(tmp_path))
    with pytest.raises(BadInput, match="“Old town.partial” contains an unfinished download of another map"):
        Staging(tmp_path / "Old town").open(OTHER, "Harbour", {})


@pytest.mark.parametrize("job", [None, b"{", b"[]"])
def test_a_folder_of_that_name_with_other_things_is_not_touched(tmp_path, job):
    folder = tmp_path / "Old town.partial"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    if job:
        (folder / "job.json").write_bytes(job)
    with pytest.raises(BadInput, match="in the way"):
        staging(tmp_path)
    assert (folder / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize(
    "left",
    [
        [],
        ["p13/"],
        ["p13/", "qgis/"],
        ["p13/", "job.json.part"],
        ["p13/", "job.json.0123456789ab.part"],
        ["p13/", "qgis/", "report.json"],
    ],
)
def test_what_a_run_leaves_that_ended_before_it_wrote_whose_it_is_is_taken(tmp_path, left):
    folder = tmp_path / "Old town.partial"
    folder.mkdir()
    for name in left:
        (folder / name).mkdir() if name.endswith("/") else (folder / name).write_bytes(b"{")
    put(staging(tmp_path))
    assert (folder / "job.json").is_file()


def whole(tmp_path):
    """A staging folder as it is when only its last step is missing."""
    made = staging(tmp_path)
    file = put(made, "über.tpk")
    for name in ("package.info", "p13/mobile_map.mmap", "p13/mobile_map.marea", "qgis/one.gpkg"):
        (made.folder / name).write_bytes(b"{}")
    manifest = Manifest(
        plugin="1.2.3",
        area=ManifestArea(AREA, "Old town", (file.item_id,)),
        web_map_id=OTHER,
        portal_url="https://example.org",
        parameters={"updateMode": "noUpdates"},
        files=files_of(made.folder, [file]),
        working_copies=("qgis/one.gpkg",),
        layer_errors={},
        table_errors={},
        registrations={},
        run={},
    )
    write_manifest(made.folder, manifest)
    (made.folder / "job.json").unlink()
    return file


def test_a_folder_that_only_lacks_its_name_goes_on(tmp_path):
    file = whole(tmp_path)
    again = staging(tmp_path)
    assert again.finished(file.item_id, file.name, "1", Silent()) == file
    again.publish({file.name})
    assert (tmp_path / "Old town" / "p13" / file.name).is_file()


def test_a_folder_that_only_lacks_its_name_is_not_taken_for_another_area(tmp_path):
    whole(tmp_path)
    with pytest.raises(BadInput, match="another map area, “Old town”"):
        staging(tmp_path, OTHER)


def test_publishing_gives_the_final_name_and_leaves_traces_out(tmp_path):
    (tmp_path / "Old town").mkdir()
    made = staging(tmp_path)
    put(made)
    (made.packages / "two.tpk.part").write_bytes(b"half")
    (made.folder / "manifest.json.0123456789ab.part").write_bytes(b"{")
    (made.packages / "old.tpk").write_bytes(b"no longer in the area")
    (made.packages / "mobile_map.mmap").write_bytes(b"{}")
    (made.work / "one.mbtiles").write_bytes(b"copy")
    made.publish({"one.tpk"})
    output = tmp_path / "Old town"
    assert sorted(os.listdir(tmp_path)) == ["Old town"]
    assert sorted(os.listdir(output)) == ["p13", "qgis"]
    assert sorted(os.listdir(output / "p13")) == ["mobile_map.mmap", "one.tpk"]
    assert os.listdir(output / "qgis") == ["one.mbtiles"]


def test_publishing_over_something_that_appeared_meanwhile_fails_and_loses_nothing(tmp_path):
    made = staging(tmp_path)
    put(made)
    (tmp_path / "Old town").mkdir()
    (tmp_path / "Old town" / "mine.txt").write_text("mine")
    with pytest.raises(StorageError):
        made.publish({"one.tpk"})
    assert (tmp_path / "Old town" / "mine.txt").read_text() == "mine"
    assert (made.packages / "one.tpk").is_file()


def test_too_little_space_is_said_in_megabytes_before_anything_is_written(small_disk):
    made = Staging(small_disk / "Old town")
    with pytest.raises(StorageError, match="MB free, but this download needs 1024 MB"):
        made.require_space(1 << 30, ["one.tpk"])
    assert not made.folder.exists()


def test_only_bytes_of_the_packages_that_are_wanted_lessen_the_space_that_is_needed(small_disk):
    """A package of an earlier revision lies there until the map is published."""
    made = Staging(small_disk / "Old town")
    made.packages.mkdir(parents=True)
    (made.packages / "one-2.tpk.part").write_bytes(bytes(600_000))
    (made.packages / "one-1.tpk").write_bytes(bytes(700_000))
    made.require_space(1_300_000, ["one-2.tpk", "two-1.geodatabase"])
    with pytest.raises(StorageError):
        made.require_space(1_900_000, ["one-2.tpk", "two-1.geodatabase"])


def test_discarding_leaves_nothing(tmp_path):
    made = staging(tmp_path)
    put(made)
    made.discard()
    made.discard()
    assert not os.listdir(tmp_path)


def test_discarding_keeps_what_somebody_put_there(tmp_path):
    made = staging(tmp_path)
    put(made)
    (made.packages / "two.tpk.part").write_bytes(b"half")
    (made.packages / "two.tpk.part.json").write_bytes(b"{}")
    (made.work / "one.gpkg-journal").write_bytes(b"")
    mine = {"mine.txt", "p13/notes.odt", "qgis/notes/a.txt"}
    (made.work / "notes").mkdir()
    for name in mine:
        (made.folder / name).write_text("mine")
    assert set(made.discard()) == mine
    left = {path.relative_to(made.folder).as_posix() for path in made.folder.rglob("*") if path.is_file()}
    assert left == mine


def test_a_later_run_and_publishing_keep_what_somebody_put_there(tmp_path):
    made = staging(tmp_path)
    put(made)
    (made.packages / "notes.odt").write_text("mine")
    (made.work / "notes.odt").write_text("mine")
    (made.work / "one.mbtiles").write_bytes(b"half made")
    again = staging(tmp_path)
    assert os.listdir(again.work) == ["notes.odt"]
    again.publish({"one.tpk"})
    assert sorted(os.listdir(tmp_path / "Old town" / "p13")) == ["notes.odt", "one.tpk"]
    assert os.listdir(tmp_path / "Old town" / "qgis") == ["notes.odt"]
    assert work_files_of(tmp_path / "Old town") == ()


def test_a_later_run_drops_files_that_a_killed_one_left_growing(tmp_path):
    made = staging(tmp_path)
    name = "e7890e22-4d4c-5315-a348-8c8e323dde19"
    left = [
        made.folder / "package.info.a5c6855dfd04.part",
        made.work / f"{name}.mbtiles.537b14bd8d23.part",
        made.work / f"{name}.mbt.a7b26d478526.part-journal",
        made.packages / "mobile_map.mmap.0123456789ab.part",
    ]
    arrived = [made.packages / f"{name}.tpk.part", made.packages / f"{name}.tpk.part.json"]
    for path in (*left, *arrived):
        path.write_bytes(b"begun")
    staging(tmp_path)
    assert [path for path in left if path.exists()] == []
    assert all(path.exists() for path in arrived)
