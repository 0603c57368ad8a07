"""What is under way to the server, and what becomes of it when the answer is there."""

from __future__ import annotations

from contextlib import closing

import pytest

from plugin.core.working_copy.batch import batch_edits, sent_values, settle_batch, take_batch
from plugin.core.working_copy.change_tracking import Operation, local_edits, tracking_off, values_before
from plugin.core.working_copy.connection import connect_working_copy

from .town import global_id, town_copy


@pytest.fixture
def connection(tmp_path):
    with closing(connect_working_copy(town_copy(tmp_path))) as connection:
        yield connection


def ask(connection, statement):
    return connection.execute(statement).fetchall()


def edits(connection):
    return [(e.row_id, e.operation.value, e.global_id) for e in local_edits(connection)]


def base(connection):
    """GlobalID → name of what the server has beside the package; no feature is there twice."""
    rows = ask(connection, "SELECT GlobalID, name FROM gpkgext_offline_base_Hydrants")
    assert len(rows) == len(dict(rows))
    return dict(rows)


def gone(connection):
    return ask(connection, "SELECT table_name, global_id FROM gpkgext_offline_gone")


def take_all(connection):
    take_batch(connection, local_edits(connection))
    return batch_edits(connection)


UPDATE = "UPDATE Hydrants SET name = 'x' WHERE fid = 3"
AGAIN = "UPDATE Hydrants SET name = 'y' WHERE fid = 3"
INSERT = "INSERT INTO Hydrants (name) VALUES ('new')"
DELETE = "DELETE FROM Hydrants WHERE fid = 3"


def test_every_touch_counts(connection):
    for statement in (UPDATE, AGAIN, "UPDATE Hydrants SET name = name", AGAIN.replace("'y'", "'z'")):
        connection.execute(statement)
    (edit,) = local_edits(connection)
    assert edit.revision == 3
    connection.execute(DELETE)
    (edit,) = local_edits(connection)
    assert (edit.revision, edit.operation) == (4, Operation.DELETE)


def test_a_batch_holds_edits_and_rows_as_they_were_sent(connection):
    for statement in (UPDATE, INSERT, "DELETE FROM Hydrants WHERE fid = 5"):
        connection.execute(statement)
    taken = local_edits(connection)
    assert take_all(connection) == taken
    connection.execute(AGAIN)
    assert batch_edits(connection) == taken
    assert sent_values(connection, "Hydrants", 3)["name"] == "x"
    assert sent_values(connection, "Hydrants", 7)["GlobalID"] == taken[1].global_id
    assert sent_values(connection, "Hydrants", 5) == {}


def test_what_was_accepted_is_the_base(connection):
    for statement in (UPDATE, INSERT, "DELETE FROM Hydrants WHERE fid = 5"):
        connection.execute(statement)
    sent = take_all(connection)
    settle_batch(connection, sent)
    assert (local_edits(connection), batch_edits(connection)) == ((), ())
    assert base(connection) == {global_id(2): "x", sent[1].global_id: "new"}
    assert gone(connection) == [("Hydrants", global_id(4))]
    assert sent_values(connection, "Hydrants", 3) == {}
    for fid in (3, 5, 7):
        assert values_before(connection, "Hydrants", fid) is None
    connection.execute(AGAIN)
    assert values_before(connection, "Hydrants", 3)["name"] == "x"


def test_an_edit_made_meanwhile_stays_and_goes_on_from_what_was_sent(connection):
    connection.execute(UPDATE)
    sent = take_all(connection)
    connection.execute(AGAIN)
    settle_batch(connection, sent)
    assert edits(connection) == [(3, "update", global_id(2))]
    assert values_before(connection, "Hydrants", 3)["name"] == "x"
    assert base(connection) == {global_id(2): "x"}
    settle_batch(connection, take_all(connection))
    assert base(connection) == {global_id(2): "y"}
    assert local_edits(connection) == ()


def test_a_new_row_that_was_changed_meanwhile_is_an_update(connection):
    connection.execute(INSERT)
    sent = take_all(connection)
    connection.execute("UPDATE Hydrants SET name = 'newer' WHERE fid = 7")
    assert edits(connection) == [(7, "insert", sent[0].global_id)]
    settle_batch(connection, sent)
    assert edits(connection) == [(7, "update", sent[0].global_id)]
    assert values_before(connection, "Hydrants", 7)["name"] == "new"


@pytest.mark.parametrize("accepted", [True, False])
def test_a_new_row_that_was_deleted_meanwhile(connection, accepted):
    connection.execute(INSERT)
    sent = take_all(connection)
    connection.execute("DELETE FROM Hydrants WHERE fid = 7")
    assert edits(connection) == [(7, "delete", sent[0].global_id)]
    settle_batch(connection, sent if accepted else ())
    if accepted:
        assert edits(connection) == [(7, "delete", sent[0].global_id)]
        assert values_before(connection, "Hydrants", 7)["name"] == "new"
    else:
        assert edits(connection) == []
        assert base(connection) == {}


@pytest.mark.parametrize("accepted", [True, False])
def test_a_new_row_that_was_deleted_and_came_back_meanwhile(connection, accepted):
    connection.execute(INSERT)
    sent = take_all(connection)
    connection.execute("DELETE FROM Hydrants WHERE fid = 7")
    own = sent[0].global_id
    connection.execute("INSERT INTO Hydrants (name, GlobalID) VALUES ('back', ?)", (own,))
    settle_batch(connection, sent if accepted else ())
    assert edits(connection) == [(8, "update" if accepted else "insert", own)]
    assert base(connection) == ({own: "new"} if accepted else {})
    if accepted:
        assert values_before(connection, "Hydrants", 8)["name"] == "new"


@pytest.mark.parametrize("accepted", [True, False])
def test_a_deleted_row_that_came_back_meanwhile(connection, accepted):
    connection.execute(DELETE)
    sent = take_all(connection)
    connection.execute("INSERT INTO Hydrants (name, GlobalID) VALUES ('back', ?)", (global_id(2),))
    settle_batch(connection, sent if accepted else ())
    assert edits(connection) == [(7, "insert" if accepted else "update", global_id(2))]
    number = ask(connection, "SELECT OBJECTID FROM Hydrants WHERE fid = 7")
    assert number == [(None if accepted else 114,)]
    assert (values_before(connection, "Hydrants", 7) is None) == accepted
    assert gone(connection) == ([("Hydrants", global_id(2))] if accepted else [])


def test_a_deleted_row_that_came_back_and_went_again_meanwhile(connection):
    connection.execute(DELETE)
    sent = take_all(connection)
    connection.execute("INSERT INTO Hydrants (name, GlobalID) VALUES ('back', ?)", (global_id(2),))
    connection.execute("DELETE FROM Hydrants WHERE fid = 7")
    settle_batch(connection, sent)
    assert edits(connection) == []
    assert gone(connection) == [("Hydrants", global_id(2))]


def test_a_changed_row_that_was_deleted_meanwhile(connection):
    connection.execute(UPDATE)
    sent = take_all(connection)
    connection.execute(DELETE)
    settle_batch(connection, sent)
    assert edits(connection) == [(3, "delete", global_id(2))]
    assert values_before(connection, "Hydrants", 3)["name"] == "x"


def test_a_changed_row_that_got_another_row_id_meanwhile(connection):
    connection.execute(UPDATE)
    sent = take_all(connection)
    connection.execute("UPDATE Hydrants SET fid = 30, name = 'y' WHERE fid = 3")
    settle_batch(connection, sent)
    assert edits(connection) == [(30, "update", global_id(2))]
    assert values_before(connection, "Hydrants", 30)["name"] == "x"
    assert base(connection) == {global_id(2): "x"}


def test_what_was_refused_stays_as_it_was(connection):
    connection.execute(UPDATE)
    connection.execute("UPDATE Hydrants SET name = 'z' WHERE fid = 4")
    refused, accepted = take_all(connection)
    settle_batch(connection, [accepted])
    assert local_edits(connection) == (refused,)
    assert values_before(connection, "Hydrants", 3)["name"] == "h2"
    assert batch_edits(connection) == ()


def test_an_edit_that_was_not_in_the_batch_is_untouched(connection):
    connection.execute(UPDATE)
    sent = take_all(connection)
    connection.execute("UPDATE Hydrants SET name = 'z' WHERE fid = 4")
    settle_batch(connection, (*sent, *local_edits(connection)))
    assert edits(connection) == [(4, "update", global_id(3))]
    assert values_before(connection, "Hydrants", 4)["name"] == "h3"


def test_a_row_sent_again_and_again_has_one_base(connection):
    for name in "abc":
        connection.execute("UPDATE Hydrants SET name = ? WHERE fid = 3", (name,))
        settle_batch(connection, take_all(connection))
    assert base(connection) == {global_id(2): "c"}
    connection.execute(DELETE)
    settle_batch(connection, take_all(connection))
    assert base(connection) == {}
    assert gone(connection) == [("Hydrants", global_id(2))]


def test_attachments_are_settled_too(connection):
    connection.execute("UPDATE Hydrants__ATTACH SET ATT_NAME = 'b.jpg' WHERE fid = 2")
    settle_batch(connection, take_all(connection))
    rows = ask(connection, "SELECT ATT_NAME, DATA FROM gpkgext_offline_base_Hydrants__ATTACH")
    assert rows == [("b.jpg", b"22")]


def test_the_base_of_each_feature_is_its_own_whatever_row_ids_its_layer_has(connection):
    """As after a layer was written anew: the row ids of two features have changed places."""
    connection.execute("UPDATE Hydrants SET name = name || '!' WHERE fid IN (3, 4)")
    settle_batch(connection, take_all(connection))
    with tracking_off(connection):
        for fid, target in ((3, 90), (4, 3), (90, 4)):
            connection.execute("UPDATE Hydrants SET fid = ? WHERE fid = ?", (target, fid))
    connection.execute("UPDATE Hydrants SET name = 'x' WHERE fid = 3")
    settle_batch(connection, take_all(connection))
    assert base(connection) == {global_id(2): "h2!", global_id(3): "x"}


@pytest.mark.parametrize("last", ["paste", "renumber"])
def test_the_base_of_deleted_rows_stays_theirs_when_others_take_their_row_ids(connection, last):
    columns = "geom, OBJECTID, name, pressure, seen, GlobalID"
    connection.execute("UPDATE Hydrants SET name = 'there' WHERE fid = 4")
    settle_batch(connection, take_all(connection))
    connection.execute("CREATE TEMP TABLE clipboard AS SELECT * FROM Hydrants WHERE fid = 3")
    for fid in (3, 4):
        connection.execute("DELETE FROM Hydrants WHERE fid = ?", (fid,))
        given = f"{{B0000000-0000-4000-8000-00000000000{fid}}}"
        connection.execute("INSERT INTO Hydrants (fid, GlobalID) VALUES (?, ?)", (fid, given))
    connection.execute(f"INSERT INTO Hydrants ({columns}) SELECT {columns} FROM clipboard")
    if last == "renumber":
        connection.execute("UPDATE Hydrants SET fid = -2 WHERE GlobalID = ?", (global_id(2),))
    connection.execute("UPDATE Hydrants SET name = 'pasted' WHERE GlobalID = ?", (global_id(2),))
    sent = [edit for edit in take_all(connection) if edit.global_id == global_id(2)]
    settle_batch(connection, sent)
    assert base(connection) == {global_id(2): "pasted", global_id(3): "there"}


def test_a_fault_inside_leaves_tracking_on(connection):
    with pytest.raises(ZeroDivisionError), tracking_off(connection):
        raise ZeroDivisionError
    connection.execute(UPDATE)
    assert edits(connection) == [(3, "update", global_id(2))]
