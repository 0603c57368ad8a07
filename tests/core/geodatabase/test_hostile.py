"""Files that are broken or built to harm: a named error or the rest of the tables, never more."""

from __future__ import annotations

from contextlib import closing, suppress
import os
from pathlib import Path
import random
import shutil
import sqlite3
import subprocess
import sys
import zlib

import pytest

from plugin.core.errors import BadInput, Damaged, OfflineMapError, Unsupported
from plugin.core.geodatabase.catalogue import check_geodatabase, open_geodatabase
from plugin.core.host import Silent
from plugin.core.untrusted import sqlite_file as connection_module
from plugin.core.working_copy.write import copied_tables, write_working_copy
from tests.fixtures.geodatabase import Dataset, Field, Row, write_geodatabase

from .shapes import wkb


@pytest.fixture
def written(tmp_path) -> Path:
    rows = [Row(wkb(f"POINT ({k} {k})"), {"name": f"n{k}"}) for k in range(50)]
    datasets = [
        Dataset("Good", "Point", [Field("name")], rows, layer_id=0),
        Dataset("Other", "Point", [Field("name")], rows, layer_id=1),
    ]
    return write_geodatabase(tmp_path / "x.geodatabase", datasets)


def altered(path: Path, *statements: str) -> Path:
    """The file after some SQL on a connection that may do anything to its schema."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.create_collation("ICUFOLDCASE", lambda a, b: (a > b) - (a < b))
        for function in ("InsertIndexEntry", "UpdateIndexEntry"):
            connection.create_function(function, 4, lambda *_: None)
        connection.execute("PRAGMA writable_schema=ON")
        for statement in statements:
            connection.execute(statement)
    return path


def copy_of(path: Path):
    return write_working_copy(path, path.with_suffix(".gpkg"), Silent())


def test_what_is_no_geodatabase_is_said_to_be_none(tmp_path, written):
    text = tmp_path / "text.geodatabase"
    text.write_text("hello")
    empty = tmp_path / "empty.geodatabase"
    empty.write_bytes(b"")
    gpkg = copy_of(written).path
    renamed = tmp_path / "renamed.geodatabase"
    shutil.copyfile(gpkg, renamed)
    for path in (text, empty, renamed):
        with pytest.raises(Unsupported, match=path.stem):
            open_geodatabase(path)
    with pytest.raises(BadInput):
        open_geodatabase(tmp_path)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_truncated_files(written, share):
    size = written.stat().st_size
    os.truncate(written, int(size * share))
    with pytest.raises(Damaged, match=r"x\.geodatabase.*ends early"):
        open_geodatabase(written)


def test_every_tenth_page_wiped(written):
    raw = bytearray(written.read_bytes())
    for page in range(2, len(raw) // 4096, 10):
        raw[page * 4096 : page * 4096 + 4096] = bytes(4096)
    written.write_bytes(raw)
    with pytest.raises(Damaged):
        check_geodatabase(written)


def test_a_damaged_table_is_named_and_the_other_is_there(written):
    with closing(sqlite3.connect(written)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'Good'").fetchone()
    raw = bytearray(written.read_bytes())
    raw[(page - 1) * 4096 : page * 4096] = zlib.compress(os.urandom(16)).ljust(4096, b"\xff")
    written.write_bytes(raw)
    results = {table.name: table for table in copy_of(written).tables}
    assert isinstance(results["Good"].error, Damaged)
    assert "Good" in str(results["Good"].error)
    assert results["Good"].layer_id == 0
    assert results["Other"].feature_count == 50
    assert copied_tables(written.with_suffix(".gpkg")) == {"Other"}


def test_pages_visited_in_circles_end_as_damage(written):
    """An interior page whose children are all the same leaf gives the same rows for ever."""
    rows = [Row(wkb("POINT (1 1)"), {"name": "x" * 200}) for _ in range(2000)]
    write_geodatabase(written, [Dataset("Good", "Point", [Field("name")], rows, layer_id=0)])
    with closing(sqlite3.connect(written)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'Good'").fetchone()
    raw = bytearray(written.read_bytes())
    start = (page - 1) * 4096
    assert raw[start] == 5
    cells = int.from_bytes(raw[start + 3 : start + 5], "big")
    pointers = [int.from_bytes(raw[start + 12 + 2 * k : start + 14 + 2 * k], "big") for k in range(cells)]
    first = raw[start + pointers[0] : start + pointers[0] + 4]
    for pointer in pointers:
        raw[start + pointer : start + pointer + 4] = first
    written.write_bytes(raw)
    with pytest.raises(Damaged, match="out of order"):
        copy_of(written)


def test_views_in_the_place_of_system_tables_are_not_read(written):
    altered(
        written,
        "CREATE TABLE kept AS SELECT * FROM GDB_ServiceItems",
        "DROP TABLE GDB_ServiceItems",
        "CREATE VIEW GDB_ServiceItems AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
        " SELECT x AS ItemType, x AS ItemId, 'Good' AS DatasetName, '{}' AS ItemInfo FROM n",
    )
    with open_geodatabase(written) as geodatabase:
        assert [table.layer_id for table in geodatabase.tables] == [None, None]


def test_a_view_or_virtual_table_in_the_place_of_a_table_is_not_read(written):
    altered(
        written,
        "DROP VIEW Good_evw", "DROP VIEW Good_evw2", "DROP VIEW Other_evw", "DROP VIEW Other_evw2",
        "ALTER TABLE Good RENAME TO Kept", "CREATE VIEW Good AS SELECT * FROM Kept", "DROP TABLE Other",
        "CREATE VIRTUAL TABLE Other USING rtree(a, b, c)",
    )  # fmt: skip
    with open_geodatabase(written) as geodatabase:
        assert geodatabase.tables == ()


def test_computed_columns_are_refused_by_name(written):
    altered(written, "ALTER TABLE Good ADD COLUMN heavy AS (hex(zeroblob(1000000)))")
    result = {table.name: table for table in copy_of(written).tables}
    assert isinstance(result["Good"].error, Unsupported)
    assert "Good" in str(result["Good"].error)
    assert result["Other"].error is None


@pytest.mark.parametrize("name", ["na\uffffme", "na\ufffeme", "na\x01me"])
def test_a_column_whose_name_no_text_can_hold_is_refused_by_its_table(written, name):
    """SQLite would give the name that stands for it as the value of every row."""
    altered(written, "PRAGMA writable_schema=OFF", f'ALTER TABLE Good RENAME COLUMN name TO "{name}"')
    with open_geodatabase(written) as geodatabase:
        assert [table.name for table in geodatabase.tables] == ["Other"]
        (problem,) = geodatabase.problems
    assert "“Good” of “x.geodatabase” has names with invalid characters" in str(problem.error)


def test_texts_of_the_catalogue_fit_into_a_project(written):
    altered(
        written,
        'UPDATE GDB_ServiceItems SET ItemInfo = replace(ItemInfo, \'"name":\', \'"x":"\\ud800","name":\')',
        "UPDATE GDB_Items SET Definition = replace(Definition, '</Alias', char(65535) || '</Alias')",
    )
    with open_geodatabase(written) as geodatabase:
        good = geodatabase.table_of_layer(0)
        assert good.layer.get("x", "\ufffd") == "\ufffd"
        assert "\uffff" not in repr(good)


def test_triggers_never_fire(written):
    altered(
        written,
        "CREATE TRIGGER evil AFTER INSERT ON Good BEGIN DELETE FROM Other; END",
        "CREATE TRIGGER gpkg AFTER DELETE ON Good BEGIN DELETE FROM Other; END",
    )
    before = written.read_bytes()
    assert [table.feature_count for table in copy_of(written).tables] == [50, 50]
    assert written.read_bytes() == before


def test_names_that_geopackage_keeps_for_itself(written):
    altered(
        written,
        "DROP VIEW Good_evw", "DROP VIEW Good_evw2", "ALTER TABLE Good RENAME TO gpkg_contents",
        "UPDATE GDB_TableRegistry SET table_name = 'gpkg_contents' WHERE table_name = 'Good'",
        "UPDATE st_geometry_columns SET f_table_name = 'gpkg_contents' WHERE f_table_name = 'Good'",
    )  # fmt: skip
    results = {table.name: table for table in copy_of(written).tables}
    assert results["_gpkg_contents"].feature_count == results["Other"].feature_count == 50
    assert copied_tables(written.with_suffix(".gpkg")) == {"_gpkg_contents", "Other"}


@pytest.mark.parametrize(
    ("code", "srid"), [(9, 3857), (9999, 3857), ("'x'", 3857), (1, "'x'"), (1, 99999), (1, 300077)]
)
def test_geometry_columns_that_are_not_understood(written, code, srid):
    altered(
        written,
        f"UPDATE st_geometry_columns SET geometry_type = {code}, srid = {srid} WHERE f_table_name = 'Good'",
        "UPDATE GDB_Items SET Definition = '<x/>' WHERE Name = 'main.Good'",
    )
    results = {table.name: table for table in copy_of(written).tables}
    assert isinstance(results["Good"].error, (Unsupported, Damaged))
    assert results["Other"].feature_count == 50


@pytest.mark.parametrize(
    "info",
    [
        "[" * 100_000,
        '{"fields": 5}',
        '{"fields": [{"name": {}}, 7]}',
        "x'00ff'",
        "1e999",
        '{"types": [null, {"id": []}], "typeIdField": "name", "relationships": [1]}',
        '{"fields": [{"name": "name", "domain": {"codedValues": [null, {"code": {}}]}}]}',
    ],
)
def test_layer_json_that_makes_no_sense_is_no_layer_json(written, info):
    altered(
        written,
        "UPDATE GDB_ServiceItems SET ItemInfo = ? WHERE ItemId = 0".replace(
            "?", "'" + info.replace("'", "''") + "'"
        ),
    )
    assert [table.feature_count for table in copy_of(written).tables] == [50, 50]


def test_values_of_the_wrong_type_do_no_harm(written):
    altered(
        written,
        "PRAGMA ignore_check_constraints=ON",
        "UPDATE Good SET name = x'ff00', SHAPE = 'text' WHERE OBJECTID = 1",
        "UPDATE Good SET SHAPE = 5, gdb_to_date = 'never' WHERE OBJECTID = 2",
        "UPDATE Good SET gdb_to_date = x'00' WHERE OBJECTID = 3",
        "UPDATE GDB_Items SET Name = x'ff', Definition = 5 WHERE Name = 'main.Other'",
    )
    results = {table.name: table for table in copy_of(written).tables}
    assert results["Good"].error is None
    shapes, texts = results["Good"].losses
    assert texts.text == "Texts with characters that cannot be read, shown as �: 1 (“name”)."
    assert shapes.text.startswith(
        "Shapes that cannot be read and were left empty: 2, because it is not a geometry"
    )


def test_endless_statements_are_stopped(written, monkeypatch):
    monkeypatch.setattr(connection_module, "_STEPS_ALLOWED", 1_000_000)
    with (
        open_geodatabase(written) as geodatabase,
        pytest.raises(sqlite3.OperationalError, match="interrupted"),
    ):
        geodatabase.connection.execute(
            "SELECT count(*) FROM GDB_Items a, GDB_Items b, GDB_Items c, GDB_Items d, GDB_Items e, GDB_Items"
            " f, Good, Other"
        ).fetchall()


def test_the_connection_can_only_read(written):
    with open_geodatabase(written) as geodatabase:
        for statement in (
            "DELETE FROM Good", "CREATE TABLE x (y)", "ATTACH ':memory:' AS z", "PRAGMA writable_schema=ON",
            "PRAGMA journal_mode=WAL", "CREATE TEMP TABLE x (y)", "SELECT load_extension('x')",
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT * FROM n",
        ):  # fmt: skip
            with pytest.raises(sqlite3.DatabaseError):
                geodatabase.connection.execute(statement).fetchone()


def test_wal_files_without_side_files_leave_none(tmp_path, written):
    with closing(sqlite3.connect(written)) as connection:
        connection.create_collation("ICUFOLDCASE", lambda a, b: (a > b) - (a < b))
        assert connection.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)
    assert written.read_bytes()[18:20] == b"\x02\x02"
    before = sorted(os.listdir(tmp_path))
    with open_geodatabase(written) as geodatabase:
        assert len(geodatabase.tables) == 2
        assert sorted(os.listdir(tmp_path)) == before
    assert sorted(os.listdir(tmp_path)) == before


def test_changes_that_wait_in_a_wal_are_read_and_stay_there(tmp_path, written):
    with closing(sqlite3.connect(written, isolation_level=None)) as connection:
        connection.create_collation("ICUFOLDCASE", lambda a, b: (a > b) - (a < b))
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.execute("DELETE FROM Good WHERE OBJECTID > 10")
        folder = tmp_path / "with_wal"
        folder.mkdir()
        for name in ("x.geodatabase", "x.geodatabase-wal"):
            shutil.copyfile(tmp_path / name, folder / name)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert len(before) == 2
    results = write_working_copy(folder / "x.geodatabase", tmp_path / "copy.gpkg", Silent()).tables
    assert [table.feature_count for table in results] == [10, 50]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root to become another user")
@pytest.mark.parametrize("wal", ["none", "merged", "waiting"])
def test_read_only_folders(tmp_path, written, wal):
    """Opened by a user who may not write there: root may always."""
    rows = 50
    if wal != "none":
        with closing(sqlite3.connect(written, isolation_level=None)) as connection:
            connection.create_collation("ICUFOLDCASE", lambda a, b: (a > b) - (a < b))
            connection.execute("PRAGMA journal_mode=WAL")
            if wal == "waiting":
                connection.execute("PRAGMA wal_autocheckpoint=0")
                connection.execute("DELETE FROM Good WHERE OBJECTID > 10")
                rows, folder = 10, tmp_path / "waiting"
                folder.mkdir()
                # Before the connection closes and merges them.
                for name in (written.name, f"{written.name}-wal"):
                    shutil.copyfile(written.with_name(name), folder / name)
                written = folder / written.name
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.getuid() and folder.is_relative_to(tmp_path.parents[1]):
            folder.chmod(0o755)
    program = (
        # Imported first: that user may not read the checkout where it lies in the home of root.
        "import os, sys; from pathlib import Path; sys.path.insert(0, sys.argv[2]);"
        "from plugin.core.geodatabase.catalogue import open_geodatabase; os.setuid(65534);"
        "opened = open_geodatabase(Path(sys.argv[1]));"
        "print(len(opened.tables), opened.connection.execute('SELECT count(*) FROM Good').fetchone()[0])"
    )
    root = str(Path(__file__).resolve().parents[3])
    done = subprocess.run(
        [sys.executable, "-c", program, str(written), root],
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert done.stdout == f"2 {rows}\n", done.stderr


def test_flipped_bytes_end_in_an_error_of_ours_or_in_rows(written):
    """A quick round of what the fuzz target does at length."""
    chance, original = random.Random(11), written.read_bytes()
    for _ in range(150):
        raw = bytearray(original)
        for _ in range(chance.choice((1, 4, 40))):
            raw[chance.randrange(100, len(raw))] = chance.randrange(256)
        written.write_bytes(raw)
        with suppress(OfflineMapError):
            assert all(table.feature_count <= 50 for table in copy_of(written).tables)
