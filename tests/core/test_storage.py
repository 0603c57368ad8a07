"""Files that are whole under their name or not there, and what a disk that refuses is told as."""

import errno
import os
import sqlite3

import pytest

from plugin.core.errors import AlreadyWritten, Damaged, StorageError
from plugin.core.storage import growing, publish_folder, storage, write_whole


@pytest.fixture
def target(tmp_path):
    (tmp_path / "Grüne Wege").mkdir()
    return tmp_path / "Grüne Wege" / "bäume.json"


def half(target, write, error):
    with growing(target) as path:
        write(path)
        raise error


def test_a_file_has_its_name_when_it_is_complete(target):
    with growing(target) as path:
        path.write_bytes(b"whole")
        assert not target.exists()
    assert target.read_bytes() == b"whole"
    assert os.listdir(target.parent) == [target.name]


def test_what_a_killed_run_left_goes_once_it_is_old_and_no_other_file(target):
    names = (f"{target.name}.0123456789ab", f"{target.name}.0123456789cd", "wälder.json.0123456789ab")
    old, young, other = (target.with_name(f"{name}.part") for name in names)
    for path in (old, young, other):
        path.write_bytes(b"left by a crash")
    for path in (old, other):
        os.utime(path, (0, 0))
    write_whole(target, b"whole")
    assert set(target.parent.iterdir()) == {target, young, other}


def test_two_that_write_one_file_do_not_mix_and_the_later_one_is_told(target):
    write_whole(target, b"before")

    def overtaken(mine):
        mine.write_bytes(b"mine")
        with growing(target) as theirs:
            assert theirs != mine
            theirs.write_bytes(b"theirs")
        mine.write_bytes(b"mine, later")

    with (
        pytest.raises(AlreadyWritten, match="“bäume.json” was written by another program"),
        growing(target) as path,
    ):
        overtaken(path)
    assert target.read_bytes() == b"theirs"
    assert os.listdir(target.parent) == [target.name]


def test_the_longest_name_can_grow(tmp_path):
    target = tmp_path / ("ü" * 120 + ".gpkg")
    write_whole(target, b"whole")
    assert target.read_bytes() == b"whole"


@pytest.mark.parametrize("error", [Damaged("Broken."), KeyboardInterrupt(), OSError(errno.EIO, "?")])
def test_an_error_leaves_what_was_there_and_nothing_beside_it(target, error):
    write_whole(target, b"before")
    with pytest.raises((Damaged, KeyboardInterrupt, StorageError)):
        half(target, lambda path: path.write_bytes(b"half"), error)
    assert target.read_bytes() == b"before"
    assert os.listdir(target.parent) == [target.name]


def test_a_clean_up_that_fails_does_not_hide_the_error(target):
    def hinder(path):
        path.unlink()
        path.mkdir()  # a folder cannot be removed as a file

    with pytest.raises(Damaged, match="Broken"):
        half(target, hinder, Damaged("Broken."))


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            OSError(errno.ENOSPC, "?"),
            "The disk is full: “trees” could not be written. Free some space and start again.",
        ),
        (OSError(errno.EDQUOT, "?"), "The disk is full: “trees”"),
        (sqlite3.OperationalError("database or disk is full"), "The disk is full: “trees”"),
        (PermissionError(errno.EACCES, "?"), "You do not have permission to write “trees”"),
        (
            sqlite3.OperationalError("attempt to write a readonly database"),
            "You do not have permission to write “trees”",
        ),
        (OSError(errno.EIO, "Input/output error"), "“trees” could not be written: Input/output error"),
        (sqlite3.OperationalError("database is locked"), "“trees” is locked: another program is using it."),
        (sqlite3.OperationalError("disk I/O error"), "“trees” could not be written: disk I/O error"),
    ],
)
def test_what_the_disk_refuses_is_told_with_the_name(error, sentence):
    with pytest.raises(StorageError) as told, storage("trees"):
        raise error
    assert str(told.value).startswith(sentence)
    assert "is kept" not in str(told.value)


def test_only_where_something_is_kept_it_is_said():
    with (
        pytest.raises(StorageError, match="what was downloaded so far is kept"),
        storage("trees", keeps=True),
    ):
        raise OSError(errno.ENOSPC, "?")


def test_a_database_that_cannot_be_opened_is_an_error_of_storage(target):
    with pytest.raises(StorageError, match="“bäume.json” could not be written: unable to open database"):
        half(target, lambda path: sqlite3.connect(path / "not a folder"), AssertionError())


def test_a_folder_takes_the_place_of_an_empty_one_only(tmp_path):
    made, output = tmp_path / "made", tmp_path / "Grüne Wege"
    (made / "p13").mkdir(parents=True)
    (made / "p13" / "one.tpk").write_bytes(b"tiles")
    output.mkdir()
    (output / "mine.txt").write_text("mine")
    with pytest.raises(OSError):
        publish_folder(made, output)
    (output / "mine.txt").unlink()
    publish_folder(made, output)
    assert (output / "p13" / "one.tpk").read_bytes() == b"tiles"
    assert os.listdir(tmp_path) == [output.name]
