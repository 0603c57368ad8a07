"""One GlobalID, one row: whatever duplicates, pastes, brings back or overwrites it."""

from __future__ import annotations

import re

import pytest

from .town import NUMBERS, Copy, global_id, town_copy

GUID = re.compile(r"\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}")
COLUMNS = "geom, OBJECTID, name, pressure, seen, GlobalID"
AGAIN = f"INSERT INTO Hydrants ({COLUMNS}) SELECT {COLUMNS} FROM"


@pytest.fixture(params=["off", "on"])
def recursive(request):
    return f"PRAGMA recursive_triggers = {request.param}"


@pytest.fixture
def copy(tmp_path):
    return Copy(town_copy(tmp_path))


def kept(fid, where="Hydrants"):
    """The statement that keeps rows in a table of the connection, as a clipboard does."""
    return f"CREATE TEMP TABLE clipboard AS SELECT * FROM {where} WHERE {fid}"


def test_a_copied_row_gets_a_global_id_and_no_object_id(copy, recursive):
    copy.do(recursive, f"{AGAIN} Hydrants WHERE fid = 3")
    name, number, own = copy.hydrants()[7]
    assert (name, number) == ("h2", None)
    assert GUID.fullmatch(own)
    assert own != global_id(2)
    assert copy.hydrants()[3] == ("h2", 114, global_id(2))
    assert copy.edits() == [(7, "insert", own)]


@pytest.mark.parametrize("spell", ["lower(GlobalID)", "trim(GlobalID, '{}')", "lower(trim(GlobalID, '{}'))"])
def test_another_spelling_is_the_same_global_id(copy, spell):
    given = f"geom, OBJECTID, name, pressure, seen, {spell}"
    copy.do(f"INSERT INTO Hydrants ({COLUMNS}) SELECT {given} FROM Hydrants WHERE fid = 3")
    _, number, own = copy.hydrants()[7]
    assert number is None
    assert GUID.fullmatch(own)
    assert own != global_id(2)


def test_a_new_global_id_is_kept_in_one_spelling(copy):
    copy.do("INSERT INTO Hydrants (name, GlobalID) VALUES ('x', 'b0000000-0000-4000-8000-00000000000a')")
    own = "{B0000000-0000-4000-8000-00000000000A}"
    assert copy.hydrants()[7] == ("x", None, own)
    assert copy.edits() == [(7, "insert", own)]


@pytest.mark.parametrize("empty", ["''", "'{}'", "NULL"])
def test_an_empty_global_id_is_none(copy, empty):
    copy.do(f"INSERT INTO Hydrants (name, GlobalID) VALUES ('x', {empty}), ('y', {empty})")
    found = {own for fid, (_, _, own) in copy.hydrants().items() if fid > 6}
    assert len(found) == 2
    assert all(map(GUID.fullmatch, found))


def test_all_rows_copied_at_once(copy, recursive):
    copy.do(recursive, f"{AGAIN} Hydrants")
    rows = copy.hydrants()
    assert len({own for _, _, own in rows.values()}) == len(rows) == 10
    assert [operation for _, operation, _ in copy.edits()] == ["insert"] * 5
    assert [rows[k + 1][2] for k in NUMBERS] == [global_id(k) for k in NUMBERS]


def test_cut_and_paste_is_one_update(copy, recursive):
    cut = kept("fid = 3")
    copy.do(
        recursive, cut, "DELETE FROM Hydrants WHERE fid = 3", f"{AGAIN} clipboard",
        "UPDATE Hydrants SET pressure = 0 WHERE fid = 7",
    )  # fmt: skip
    assert copy.hydrants()[7] == ("h2", 114, global_id(2))
    assert copy.edits() == [(7, "update", global_id(2))]
    before = copy.ask("SELECT name, pressure, GlobalID FROM gpkgext_offline_before_Hydrants WHERE fid = 7")
    assert before == [("h2", 14, global_id(2))]
    assert copy.ask("SELECT count(*) FROM gpkgext_offline_before_Hydrants") == [(1,)]


def test_pasted_twice_the_second_is_new(copy, recursive):
    copy.do(recursive, kept("fid = 3"), "DELETE FROM Hydrants WHERE fid = 3", *[f"{AGAIN} clipboard"] * 2)
    (first, second) = copy.edits()
    assert first == (7, "update", global_id(2))
    assert second[:2] == (8, "insert")
    assert second[2] != global_id(2)
    assert copy.hydrants()[8] == ("h2", None, second[2])


@pytest.mark.parametrize("spelled", ["lower(GlobalID)", "trim(GlobalID, '{}')"])
def test_what_comes_back_may_be_spelled_otherwise(copy, spelled):
    given = f"geom, NULL, name, pressure, seen, {spelled}"
    copy.do(
        kept("fid = 3"), "DELETE FROM Hydrants WHERE fid = 3",
        f"INSERT INTO Hydrants ({COLUMNS}) SELECT {given} FROM clipboard",
    )  # fmt: skip
    assert copy.hydrants()[7] == ("h2", 114, global_id(2))
    assert copy.edits() == [(7, "update", global_id(2))]


def test_changed_cut_and_pasted_keeps_what_was_first(copy):
    copy.do(
        "UPDATE Hydrants SET pressure = 99 WHERE fid = 3", kept("fid = 3"),
        "DELETE FROM Hydrants WHERE fid = 3", f"{AGAIN} clipboard", "DELETE FROM Hydrants WHERE fid = 7",
    )  # fmt: skip
    assert copy.edits() == [(7, "delete", global_id(2))]
    assert copy.ask("SELECT fid, pressure FROM gpkgext_offline_before_Hydrants") == [(7, 14)]


def test_a_row_that_was_never_sent_comes_back_as_new(copy):
    copy.do("INSERT INTO Hydrants (name) VALUES ('new')")
    own = copy.hydrants()[7][2]
    copy.do(kept("fid = 7"), "DELETE FROM Hydrants WHERE fid = 7", f"{AGAIN} clipboard")
    assert copy.edits() == [(8, "insert", own)]


def test_everything_deleted_and_put_back_in_another_order(copy, recursive):
    copy.do(recursive, kept("1"), "DELETE FROM Hydrants", f"{AGAIN} clipboard ORDER BY fid DESC")
    assert copy.hydrants() == {7 + k: (f"h{5 - k}", 111 + k, global_id(5 - k)) for k in range(5)}
    assert sorted(copy.edits()) == [(7 + k, "update", global_id(5 - k)) for k in range(5)]


def test_everything_put_back_with_the_row_ids_of_others(copy, recursive):
    """Rows 2 to 6 come back as 6 to 2: the GlobalID tells which feature is which, not the row id."""
    columns = f"fid, {COLUMNS}"
    copy.do(
        recursive, kept("1"), "DELETE FROM Hydrants",
        f"INSERT INTO Hydrants ({columns}) SELECT 8 - fid, {COLUMNS} FROM clipboard ORDER BY fid",
    )  # fmt: skip
    assert copy.hydrants() == {7 - k: (f"h{k}", 116 - k, global_id(k)) for k in NUMBERS}
    assert sorted(copy.edits()) == sorted((7 - k, "update", global_id(k)) for k in NUMBERS)
    kept_rows = copy.ask("SELECT fid, name FROM gpkgext_offline_before_Hydrants ORDER BY fid")
    assert kept_rows == [(7 - k, f"h{k}") for k in reversed(NUMBERS)]


def test_a_new_feature_under_the_row_id_of_a_deleted_one(copy, recursive):
    own = "{B0000000-0000-4000-8000-000000000001}"
    new = f"INSERT INTO Hydrants (fid, name, GlobalID) VALUES (3, 'new', '{own}')"
    copy.do(recursive, "DELETE FROM Hydrants WHERE fid = 3", new)
    deleted, inserted = sorted(copy.edits())
    assert (deleted[1:], inserted) == (("delete", global_id(2)), (3, "insert", own))
    before = "SELECT name FROM gpkgext_offline_before_Hydrants WHERE fid = ?"
    assert (copy.ask(before, deleted[0]), copy.ask(before, 3)) == ([("h2",)], [])
    copy.do("INSERT INTO Hydrants (name) VALUES ('newer')", "DELETE FROM Hydrants WHERE fid IN (3, 7)")
    assert [edit[1:] for edit in copy.edits()] == [("delete", global_id(2))]


@pytest.mark.parametrize("column", ["GlobalID", "OBJECTID"])
def test_neither_id_can_be_cleared_alone(copy, recursive, column):
    copy.do(recursive, f"UPDATE Hydrants SET {column} = NULL")
    assert copy.hydrants() == {k + 1: (f"h{k}", 116 - k, global_id(k)) for k in NUMBERS}
    assert copy.edits() == []


@pytest.mark.parametrize(
    "value", ["NULL", "''", "'{C0000000-0000-4000-8000-000000000001}'", "lower(GlobalID)"]
)
def test_a_global_id_cannot_be_changed(copy, recursive, value):
    copy.do(recursive, f"UPDATE Hydrants SET GlobalID = {value}, OBJECTID = 5 WHERE fid = 3")
    assert copy.hydrants()[3] == ("h2", 114, global_id(2))
    assert copy.edits() == []
    copy.do(recursive, f"UPDATE Hydrants SET GlobalID = {value}, OBJECTID = 5, pressure = 0 WHERE fid = 3")
    assert copy.hydrants()[3] == ("h2", 114, global_id(2))
    assert copy.edits() == [(3, "update", global_id(2))]
    copy.do(recursive, f"UPDATE Hydrants SET GlobalID = {value}, OBJECTID = NULL WHERE fid = 3")
    assert copy.hydrants()[3] == ("h2", 114, global_id(2))


def test_global_ids_of_new_rows_cannot_be_changed_either(copy, recursive):
    copy.do("INSERT INTO Hydrants (name) VALUES ('new')")
    own = copy.hydrants()[7][2]
    copy.do(recursive, f"UPDATE Hydrants SET GlobalID = '{global_id(2)}', OBJECTID = 5 WHERE fid = 7")
    assert copy.hydrants()[7] == ("new", None, own)


def test_replacing_with_the_global_id_of_another(copy, recursive):
    """The row stays the feature that it was: a GlobalID is never given away."""
    values = f"(3, 'replaced', 999, '{global_id(4)}')"
    copy.do(recursive, f"INSERT OR REPLACE INTO Hydrants (fid, name, OBJECTID, GlobalID) VALUES {values}")
    assert copy.hydrants()[3] == ("replaced", 114, global_id(2))
    assert copy.edits() == [(3, "update", global_id(2))]


def test_replacing_with_the_global_id_of_a_deleted_row(copy, recursive):
    values = f"(3, 'replaced', '{global_id(4)}')"
    copy.do(
        recursive, "DELETE FROM Hydrants WHERE fid = 5",
        f"INSERT OR REPLACE INTO Hydrants (fid, name, GlobalID) VALUES {values}",
    )  # fmt: skip
    assert copy.hydrants()[3] == ("replaced", 114, global_id(2))
    assert sorted(copy.edits()) == [(3, "update", global_id(2)), (5, "delete", global_id(4))]


def test_a_row_under_the_row_id_of_a_deleted_one_is_that_one(copy, recursive):
    copy.do(
        recursive, "DELETE FROM Hydrants WHERE fid = 3", "INSERT INTO Hydrants (fid, name) VALUES (3, 'x')"
    )
    assert copy.hydrants()[3] == ("x", 114, global_id(2))
    assert copy.edits() == [(3, "update", global_id(2))]


def test_an_upsert_of_own_rows(copy, recursive):
    """As `ogr2ogr -upsert` does it."""
    copy.do(
        recursive,
        f"INSERT INTO Hydrants (fid, {COLUMNS}) SELECT fid + 1, {COLUMNS} FROM Hydrants WHERE true"
        " ON CONFLICT (fid) DO UPDATE SET name = 'x' || excluded.name, GlobalID = excluded.GlobalID",
    )
    rows = copy.hydrants()
    assert [rows[k + 1] for k in NUMBERS[1:]] == [(f"xh{k - 1}", 116 - k, global_id(k)) for k in NUMBERS[1:]]
    assert len({own for _, _, own in rows.values()}) == len(rows) == 6
    assert {edit[:2] for edit in copy.edits()} == {*((k, "update") for k in range(3, 7)), (7, "insert")}


def test_renumbered_over_another_row(copy, recursive):
    """UPDATE OR REPLACE tells no trigger of the row that it removes."""
    copy.do(recursive, "UPDATE OR REPLACE Hydrants SET fid = 4, pressure = 1 WHERE fid = 3")
    assert copy.hydrants()[4] == ("h2", 114, global_id(2))
    found = sorted(copy.edits(), key=lambda edit: edit[2])
    assert [edit[1:] for edit in found] == [("update", global_id(2)), ("delete", global_id(3))]
    assert found[0][0] == 4
    names = dict(copy.ask("SELECT fid, name FROM gpkgext_offline_before_Hydrants"))
    assert names == {4: "h2", found[1][0]: "h3"}


def test_renumbered_over_the_number_of_a_deleted_row(copy, recursive):
    copy.do(
        recursive, "DELETE FROM Hydrants WHERE fid = 4", "UPDATE Hydrants SET fid = 4 WHERE fid = 3",
        "UPDATE Hydrants SET fid = 3 WHERE fid = 2",
    )  # fmt: skip
    assert [edit[1:] for edit in copy.edits()] == [("delete", global_id(3))]
    assert copy.hydrants()[4] == ("h2", 114, global_id(2))


def test_a_conflict_that_is_ignored_changes_nothing(copy, recursive):
    copy.do(
        recursive, f"INSERT OR IGNORE INTO Hydrants (fid, name, GlobalID) VALUES (3, 'x', '{global_id(4)}')"
    )
    assert copy.hydrants()[3] == ("h2", 114, global_id(2))
    assert all(edit == (3, "update", global_id(2)) for edit in copy.edits())


def test_copied_attachments_are_attachments_of_their_own(copy, recursive):
    columns = "REL_GLOBALID, CONTENT_TYPE, ATT_NAME, DATA_SIZE, DATA, GLOBALID, ATTACHMENTID"
    copy.do(recursive, f"INSERT INTO Hydrants__ATTACH ({columns}) SELECT {columns} FROM Hydrants__ATTACH")
    rows = copy.ask(
        "SELECT GLOBALID, ATTACHMENTID, REL_GLOBALID, ATT_NAME FROM Hydrants__ATTACH ORDER BY fid"
    )
    assert len({own for own, *_ in rows}) == 4
    assert [number for _, number, *_ in rows] == [1, 2, None, None]
    assert {owner for _, _, owner, _ in rows} == {global_id(2)}
    assert [operation for _, operation, _ in copy.edits("Hydrants__ATTACH")] == ["insert"] * 2


def test_attachments_and_children_of_a_feature_that_comes_back_are_still_its_own(copy, recursive):
    owned = (
        "SELECT name FROM Hydrants JOIN Inspections ON hydrant = Hydrants.GlobalID UNION ALL"
        " SELECT name FROM Hydrants JOIN Hydrants__ATTACH ON REL_GLOBALID = Hydrants.GlobalID"
    )
    before = copy.ask(owned)
    assert sorted(before) == [("h2",), ("h2",), ("h3",), ("h3",)]
    copy.do(
        recursive, kept("fid IN (3, 4)"), "DELETE FROM Hydrants WHERE fid IN (3, 4)", f"{AGAIN} clipboard"
    )
    assert copy.ask(owned) == before
    assert copy.edits("Inspections") == copy.edits("Hydrants__ATTACH") == []
    assert {edit[1:] for edit in copy.edits()} == {("update", global_id(2)), ("update", global_id(3))}


def test_deleted_children_come_back_as_they_were(copy, recursive):
    columns = "OBJECTID, hydrant, remarks, GlobalID"
    whole = copy.ask(f"SELECT {columns} FROM Inspections")
    copy.do(
        recursive, kept("1", "Inspections"), "DELETE FROM Inspections",
        f"INSERT INTO Inspections ({columns}) SELECT NULL, hydrant, remarks, GlobalID FROM clipboard",
    )  # fmt: skip
    assert copy.ask(f"SELECT {columns} FROM Inspections") == whole
    assert [operation for _, operation, _ in copy.edits("Inspections")] == ["update"] * 2


def test_a_rolled_back_paste_leaves_nothing(copy):
    copy.do(
        kept("fid = 3"),
        "SAVEPOINT s",
        "DELETE FROM Hydrants WHERE fid = 3",
        f"{AGAIN} clipboard",
        "ROLLBACK TO s",
    )
    assert copy.edits() == []
    assert copy.hydrants()[3] == ("h2", 114, global_id(2))
