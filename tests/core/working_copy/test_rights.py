"""What a layer must not take is refused in every program, each kind of edit by itself."""

from __future__ import annotations

from contextlib import closing, suppress
import sqlite3

from osgeo import gdal, ogr
import pytest
from qgis.core import QgsFeature, QgsVectorLayer

from plugin.core.working_copy.batch import take_batch
from plugin.core.working_copy.change_tracking import local_edits, rights_of, set_rights, tracking_off
from plugin.core.working_copy.connection import connect_working_copy
from plugin.core.working_copy.table_rights import Rights

from .town import Copy, global_id, town_copy

gdal.UseExceptions()
STATEMENTS = {
    "insert": "INSERT {} INTO Hydrants (name) VALUES ('new')",
    "update": "UPDATE {} Hydrants SET name = 'x' WHERE fid = 3",
    "delete": "DELETE FROM Hydrants WHERE fid = 3",
}


@pytest.fixture
def copy(tmp_path):
    return Copy(town_copy(tmp_path))


@pytest.fixture
def connection(copy):
    with closing(connect_working_copy(copy.path)) as connection:
        yield connection


def allow(connection, *kinds):
    set_rights(connection, "Hydrants", Rights(*(kind in kinds for kind in STATEMENTS)))
    connection.commit()


def test_a_new_copy_takes_all(connection):
    every = Rights(True, True, True)
    assert rights_of(connection) == {"Hydrants": every, "Inspections": every, "Hydrants__ATTACH": every}


def test_rights_are_those_of_one_table(connection):
    allow(connection, "update")
    assert rights_of(connection)["Hydrants"] == Rights(False, True, False)
    assert rights_of(connection)["Inspections"] == Rights()
    connection.execute("DELETE FROM Inspections")


@pytest.mark.parametrize("policy", ["", "OR IGNORE", "OR REPLACE", "OR FAIL"])
@pytest.mark.parametrize("forbidden", STATEMENTS)
def test_each_kind_is_forbidden_by_itself(connection, forbidden, policy):
    allow(connection, *(kind for kind in STATEMENTS if kind != forbidden))
    for kind, statement in STATEMENTS.items():
        if kind == forbidden:
            with pytest.raises(sqlite3.IntegrityError, match="could not be sent to the feature service"):
                connection.execute(statement.format(policy))
        else:
            connection.execute(statement.format(policy))
    assert forbidden not in {edit.operation.value for edit in local_edits(connection)}


def test_a_refused_statement_changes_nothing(connection):
    allow(connection)
    before = connection.execute("SELECT * FROM Hydrants").fetchall()
    for statement in (
        "UPDATE Hydrants SET name = 'x'",
        "DELETE FROM Hydrants",
        STATEMENTS["insert"].format(""),
    ):
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)
    connection.commit()
    assert connection.execute("SELECT * FROM Hydrants").fetchall() == before
    assert local_edits(connection) == ()
    assert connection.execute("SELECT count(*) FROM gpkgext_offline_before_Hydrants").fetchone() == (0,)
    assert connection.execute("SELECT rtreecheck('rtree_Hydrants_geom')").fetchone() == ("ok",)


def test_an_update_that_changes_nothing_is_none(connection):
    allow(connection)
    connection.execute("UPDATE Hydrants SET name = name, GlobalID = NULL")
    assert local_edits(connection) == ()


def test_own_new_rows_can_be_changed_and_removed(connection):
    allow(connection, "insert")
    connection.execute("INSERT INTO Hydrants (name) VALUES ('a'), ('b')")
    connection.execute("UPDATE Hydrants SET name = 'c' WHERE fid = 7")
    connection.execute("DELETE FROM Hydrants WHERE fid = 8")
    assert [(edit.row_id, edit.operation.value) for edit in local_edits(connection)] == [(7, "insert")]


def test_what_came_back_is_no_new_row(connection):
    allow(connection, "update", "delete")
    connection.execute("DELETE FROM Hydrants WHERE fid = 3")
    connection.execute("INSERT INTO Hydrants (name, GlobalID) VALUES ('h2', ?)", (global_id(2),))
    connection.execute("INSERT OR REPLACE INTO Hydrants (fid, name) VALUES (4, 'x')")
    assert {edit.operation.value for edit in local_edits(connection)} == {"update"}


def test_replacing_is_an_update(connection):
    allow(connection, "insert")
    with pytest.raises(sqlite3.IntegrityError, match="cannot be changed"):
        connection.execute("INSERT OR REPLACE INTO Hydrants (fid, name) VALUES (4, 'x')")


def test_another_row_id_is_free_but_not_what_changes_with_it(connection):
    allow(connection, "insert", "delete")
    connection.execute("UPDATE Hydrants SET fid = 30 WHERE fid = 3")
    with pytest.raises(sqlite3.IntegrityError, match="cannot be changed"):
        connection.execute("UPDATE Hydrants SET fid = 40, name = 'x' WHERE fid = 4")
    connection.execute("INSERT INTO Hydrants (fid, name) VALUES (50, 'new')")
    connection.execute("UPDATE Hydrants SET fid = 60, name = 'newer' WHERE fid = 50")
    assert [(edit.row_id, edit.operation.value) for edit in local_edits(connection)] == [(60, "insert")]


def test_what_the_server_sends_is_never_refused(connection):
    allow(connection)
    with tracking_off(connection):
        for statement in STATEMENTS.values():
            connection.execute(statement.format(""))


def test_a_row_that_is_under_way_can_be_removed(connection):
    """Its deletion then waits for the answer: whether it may be sent is known only then."""
    allow(connection, "insert")
    connection.execute("INSERT INTO Hydrants (name) VALUES ('a')")
    take_batch(connection, local_edits(connection))
    connection.execute("DELETE FROM Hydrants WHERE fid = 7")
    assert [edit.operation.value for edit in local_edits(connection)] == ["delete"]


def test_other_programs_are_told(copy, connection, qgis_app):
    allow(connection)
    source = ogr.Open(str(copy.path), 1)
    with suppress(RuntimeError):  # by the exceptions that GDAL was told to use, or not
        source.ExecuteSQL("UPDATE Hydrants SET name = 'x'")
    assert "Features cannot be changed" in gdal.GetLastErrorMsg()
    source = None
    layer = QgsVectorLayer(f"{copy.path}|layername=Hydrants", "", "ogr")
    assert layer.startEditing()
    assert layer.addFeature(QgsFeature(layer.fields()))
    assert layer.deleteFeature(3)
    assert not layer.commitChanges()
    told = " ".join(layer.commitErrors())
    assert "Features cannot be deleted: the deletions could not be sent to the feature service." in told
    assert layer.rollBack()
    assert copy.edits() == []
