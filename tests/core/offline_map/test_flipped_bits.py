"""A bit that turns in any file of a download is seen, and edits are no damage."""

from contextlib import closing
import json
import os
import sqlite3
import struct

import pytest

from plugin.core.host import Silent
from plugin.core.offline_map.verification import verify_offline_map
from plugin.core.working_copy.connection import connect_working_copy
from tests.fixtures.registered import register

TABLE, KEY = "CNP_Trails", "fid_2"  # its own field FID keeps its name


@pytest.fixture
def downloaded(scene):
    scene.run()
    return scene.output


def flip(path, position, bit=1):
    with path.open("r+b") as file:
        file.seek(position)
        byte = file.read(1)[0]
        file.seek(position)
        file.write(bytes([byte ^ bit]))


def found_in(folder):
    """The files with an error, and their sentences."""
    return {check.path: check.error.text for check in verify_offline_map(folder, Silent()).errors}


def copy_of(folder):
    (copy,) = folder.glob("qgis/*.gpkg")
    return copy


def test_every_file_of_a_download_but_the_project_is_vouched_for(downloaded):
    found = verify_offline_map(downloaded, Silent())
    assert found.is_whole
    assert found.unverified == ("qgis/made.json",)
    assert found.as_json()["unverified"] == ["qgis/made.json"]


@pytest.mark.parametrize("name", ["qgis/*.mbtiles", "report.json", "p13/*.tpk"])
def test_a_bit_anywhere_in_a_file_that_does_not_change(downloaded, name):
    (path,) = downloaded.glob(name)
    whole = path.read_bytes()
    for share in range(8):
        flip(path, share * (len(whole) - 1) // 7, 1 << share)
        assert set(found_in(downloaded)) == {path.relative_to(downloaded).as_posix()}
        path.write_bytes(whole)
    assert found_in(downloaded) == {}


def test_a_bit_in_what_the_manifest_says(downloaded):
    path = downloaded / "manifest.json"
    whole = path.read_text("utf-8")
    for said in ("Canyonlands", "downloadScheduledUpdates", '"finished": "2'):
        position = whole.index(said) + len(said) - 1
        path.write_text(whole[:position] + chr(ord(whole[position]) ^ 2) + whole[position + 1 :], "utf-8")
        assert "manifest.json" in found_in(downloaded)
    path.write_text(whole, "utf-8")
    assert found_in(downloaded) == {}


def stored(copy):
    """A text, a number and the end of a shape as their bytes lie in the file, once each, and the GlobalIDs
    of their rows.
    """
    with closing(sqlite3.connect(copy)) as connection:
        tracked = "SELECT global_id FROM gpkgext_offline_tracking WHERE table_name = ?"
        (own,) = connection.execute(tracked, (TABLE,)).fetchone()
        names = f"SELECT {own}, GlobalID, Shape_STLe, geom FROM {TABLE}"
        rows = connection.execute(names).fetchall()
    content = copy.read_bytes()
    for kind in (
        lambda row: row[1] and row[1].encode(),
        lambda row: struct.pack(">d", row[2]),
        lambda row: row[3][-24:],
    ):
        values = ((row[0], kind(row)) for row in rows)
        yield next((key, raw) for key, raw in values if raw and len(raw) > 7 and content.count(raw) == 1)


def test_a_bit_in_a_value_of_a_row_that_nobody_edited(downloaded):
    copy = copy_of(downloaded)
    content = copy.read_bytes()
    found = list(stored(copy))
    assert len(found) == 3
    for name, raw in found:
        for place, bit in ((0, 1), (len(raw) // 2, 8), (len(raw) - 1, 1)):
            flip(copy, content.index(raw) + place, bit)
            assert f"Row {name} of “{TABLE}”" in found_in(downloaded)[f"qgis/{copy.name}"]
            copy.write_bytes(content)
    assert found_in(downloaded) == {}


def edit(copy, *statements):
    register(copy)
    with closing(connect_working_copy(copy)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


EDITS = (
    f"UPDATE {TABLE} SET geom = NULL WHERE {KEY} = 7",
    f"UPDATE {TABLE} SET {KEY} = 9001 WHERE {KEY} = 8",
    f"DELETE FROM {TABLE} WHERE {KEY} = 9",
    f"INSERT INTO {TABLE} (geom) SELECT geom FROM {TABLE} WHERE {KEY} = 11",
    f"INSERT OR REPLACE INTO {TABLE} ({KEY}, geom) SELECT 12, geom FROM {TABLE} WHERE {KEY} = 13",
)


def test_edits_and_a_vacuum_are_no_damage(downloaded):
    copy = copy_of(downloaded)
    edit(copy, *EDITS)
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("VACUUM")
    assert found_in(downloaded) == {}


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {TABLE} SET geom = NULL WHERE {KEY} = 20",
        f"DELETE FROM {TABLE} WHERE {KEY} = 20",
        f"INSERT INTO {TABLE} ({KEY}) VALUES (4711)",
        f'UPDATE "gpkgext_offline_before_{TABLE}" SET geom = NULL WHERE {KEY} = 9',
    ],
)
def test_changes_without_a_note_are_told_beside_edits(downloaded, statement):
    copy = copy_of(downloaded)
    edit(copy, *EDITS, "UPDATE gpkgext_offline_tracking SET enabled = 0", statement)
    told = found_in(downloaded)[f"qgis/{copy.name}"]
    assert "is neither as in the geodatabase nor as an update left it" in told


def test_files_that_did_not_come_with_the_map(downloaded):
    for name in ("mine.gpkg", "one.tpk.aux.xml", "Pläne.pdf"):
        (downloaded / "p13" / name).write_bytes(b"?")
    assert set(found_in(downloaded)) == {"p13/mine.gpkg", "p13/Pläne.pdf"}


def test_what_has_no_record_is_named_and_no_damage(downloaded):
    (downloaded / "qgis" / "made.json").unlink()
    manifest = json.loads((downloaded / "manifest.json").read_text("utf-8"))
    manifest["workingCopies"].remove("qgis/made.json")
    for member in ("sha256", "report"):
        del manifest["run"][member]
    (downloaded / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    found = verify_offline_map(downloaded, Silent())
    assert found.is_whole
    names = sorted(os.listdir(downloaded / "qgis"))
    assert sorted(found.unverified) == sorted(
        [*(f"qgis/{name}" for name in names), "manifest.json", "report.json"]
    )
