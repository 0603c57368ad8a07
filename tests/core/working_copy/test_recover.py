"""Edits that nobody saw are found: after layers were written anew, triggers removed, tracking left off."""

from __future__ import annotations

from contextlib import closing
import sqlite3
import subprocess

from osgeo import gdal, ogr
import pytest
from qgis.core import (
    QgsCoordinateTransformContext,
    QgsFeatureRequest,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

from plugin.core.host import Silent
from plugin.core.working_copy.batch import batch_edits, settle_batch, take_batch
from plugin.core.working_copy.change_tracking import local_edits, rights_of, set_rights, tracking_off
from plugin.core.working_copy.check import check_working_copy
from plugin.core.working_copy.compare import compare_rows
from plugin.core.working_copy.connection import connect_working_copy
from plugin.core.working_copy.table_rights import Rights
from plugin.core.working_copy.tracking_faults import tracking_faults, unknown_triggers
from plugin.core.working_copy.write import write_working_copy
from tests.fixtures.geodatabase import Dataset, Field, Row, write_geodatabase

from ..geodatabase.shapes import wkb
from .test_compare import LATER, LOCAL, sync
from .town import NUMBERS, Copy, global_id, town_copy

gdal.UseExceptions()
OFF, ON = (f"UPDATE gpkgext_offline_tracking SET enabled = {state}" for state in (0, 1))
INSPECTIONS = "gpkgext_offline_before_Inspections"


@pytest.fixture
def copy(tmp_path):
    return Copy(town_copy(tmp_path))


def check(copy):
    """The codes of what is told. Afterwards the copy is sound, and its rows are the base with its edits."""
    package = copy.path.with_suffix(".geodatabase")
    told = check_working_copy(copy.path, package, comparable=True)
    with closing(connect_working_copy(copy.path)) as connection:
        assert (tracking_faults(connection), unknown_triggers(connection)) == ((), ())
    compare_rows(copy.path, package, Silent())
    return [one.code for one in told]


def ogr2ogr(*arguments):
    subprocess.run(["ogr2ogr", *map(str, arguments)], check=True, timeout=50, capture_output=True)


def overwrite(copy, layer="Hydrants", statement="", options=()):
    """Exports a layer, changes the export, and puts it over the layer."""
    other = copy.path.with_name("Ausfuhr.gpkg")
    ogr2ogr(other, copy.path, layer)
    if statement:
        source = ogr.Open(str(other), 1)
        source.ExecuteSQL(statement)
        source = None
    ogr2ogr("-overwrite", copy.path, other, layer, *options)


def by_id(copy, table="Hydrants"):
    return {own: operation for _, operation, own in copy.edits(table)}


def before(copy, own, column="name"):
    rows = copy.ask(f"SELECT {column} FROM gpkgext_offline_before_Hydrants WHERE GlobalID = ?", own)
    return rows[0][0] if rows else None


def test_a_sound_copy_says_nothing(copy):
    copy.do(*LOCAL)
    noted = copy.edits()
    assert check(copy) == []
    assert copy.edits() == noted


def test_a_layer_written_over_itself_has_the_edits_that_it_had(copy):
    copy.do(*LOCAL, "UPDATE Hydrants SET fid = 60 WHERE fid = 6")
    noted, files = by_id(copy), by_id(copy, "Hydrants__ATTACH")
    overwrite(copy)
    assert check(copy) == ["tracking_repaired"]
    assert by_id(copy) == noted
    assert by_id(copy, "Hydrants__ATTACH") == files
    assert before(copy, global_id(2)) == "h2"
    copy.do(f"UPDATE Hydrants SET name = 'later' WHERE GlobalID = '{global_id(1)}'")
    assert by_id(copy) == {**noted, global_id(1): "update"}
    assert copy.ask("SELECT name FROM sqlite_master WHERE name = 'key_Hydrants_GlobalID'")


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE Hydrants SET name = 'x' WHERE fid = 3", {global_id(2): "update"}),
        ("DELETE FROM Hydrants WHERE fid = 3", {global_id(2): "delete"}),
        ("UPDATE Hydrants SET OBJECTID = 5, GlobalID = lower(GlobalID)", {}),
        ("UPDATE Hydrants SET geom = (SELECT geom FROM Hydrants WHERE fid = 4) WHERE fid = 3",
         {global_id(2): "update"}),
    ],
)  # fmt: skip
def test_what_changed_meanwhile_is_an_edit(copy, statement, expected):
    overwrite(copy, statement=statement)
    assert check(copy) == ["tracking_repaired"]
    assert by_id(copy) == expected
    assert {own: number for _, number, own in copy.hydrants().values()} == {
        global_id(k): 116 - k for k in NUMBERS if expected.get(global_id(k)) != "delete"
    }


def test_rows_copied_meanwhile_are_new_ones(copy):
    columns = "geom, OBJECTID, name, pressure, seen, GlobalID"
    overwrite(
        copy, statement=f"INSERT INTO Hydrants ({columns}) SELECT {columns} FROM Hydrants WHERE fid < 4"
    )
    check(copy)
    found = by_id(copy)
    assert list(found.values()) == ["insert"] * 2
    assert not set(found) & {global_id(k) for k in NUMBERS}
    assert [row[1] for row in copy.hydrants().values()] == [115, 114, 113, 112, 111, None, None]


def test_after_a_sync_the_base_is_what_the_server_has(copy):
    copy.do(*LOCAL)
    sync(copy)
    copy.do(*LATER)
    noted = by_id(copy)
    overwrite(copy, options=["-unsetFid"])
    overwrite(copy, "Inspections")
    assert check(copy) == ["tracking_repaired"] * 2
    assert noted.pop(global_id(4)) == "update"  # cut and pasted, as it was: now it is seen to be no edit
    assert by_id(copy) == noted
    assert list(by_id(copy, "Inspections").values()) == ["update"]
    assert copy.ask(f"SELECT remarks FROM {INSPECTIONS}") == [("dicht",)]
    there = "SELECT count(*) FROM gpkgext_offline_base_Hydrants AS base"
    assert copy.ask(there) == copy.ask(f"{there} JOIN Hydrants USING (GlobalID)") == [(4,)]


def test_edits_that_are_under_way_are_still_known(copy):
    columns = "geom, OBJECTID, name, pressure, seen, GlobalID"
    copy.do(*LOCAL, "UPDATE Hydrants SET name = 'x' WHERE fid IN (5, 6)")
    with closing(connect_working_copy(copy.path)) as connection:
        take_batch(connection, [edit for edit in local_edits(connection) if edit.table == "Hydrants"])
        connection.commit()
        sent = {edit.id: edit for edit in batch_edits(connection)}
    overwrite(
        copy,
        statement="UPDATE Hydrants SET name = 'h4' WHERE fid = 5",
    )
    source = ogr.Open(str(copy.path), 1)
    for statement in (
        "DELETE FROM Hydrants WHERE name IN ('new', 'h1')",
        f"INSERT INTO Hydrants ({columns}) SELECT {columns} FROM Hydrants WHERE name = 'h4'",
    ):
        source.ExecuteSQL(statement)
    source = None
    check(copy)
    with closing(connect_working_copy(copy.path)) as connection:
        now = {edit.id: edit for edit in local_edits(connection) if edit.table == "Hydrants"}
        assert set(sent) < set(now)
        for number, edit in sent.items():
            assert now[number].global_id == edit.global_id
            assert now[number].revision > edit.revision
        operations = {now[number].operation.value for number in sent}
        assert operations == {"update", "delete"}
        settle_batch(connection, sent.values())
        connection.commit()
    left = by_id(copy)
    (new,) = [edit.global_id for edit in sent.values() if edit.operation.value == "insert"]
    assert left.pop(new) == "delete"
    assert left.pop(global_id(1)) == "delete"
    assert left.pop(global_id(4)) == "update"
    assert before(copy, global_id(4)) == "x"
    assert [value for own, value in left.items() if own not in map(global_id, NUMBERS)] == ["insert"]


@pytest.mark.parametrize("event", ["insert", "update", "delete", "return", "identity"])
def test_edits_while_a_trigger_was_missing(copy, event):
    copy.do(
        f"DROP TRIGGER offline_tracking_{event}_Hydrants",
        "UPDATE Hydrants SET name = 'x' WHERE fid = 3",
        "DELETE FROM Hydrants WHERE fid = 4",
        "INSERT INTO Hydrants (name) VALUES ('new')",
    )
    assert check(copy) == ["tracking_repaired"]
    found = by_id(copy)
    assert (found.pop(global_id(2)), found.pop(global_id(3))) == ("update", "delete")
    assert list(found.values()) == ["insert"]


def test_edits_while_tracking_was_left_off(copy):
    copy.do(OFF, "UPDATE Hydrants SET name = 'x' WHERE fid = 3", "DELETE FROM Hydrants__ATTACH WHERE fid = 1")
    assert check(copy) == ["tracking_repaired"] * 3
    assert by_id(copy) == {global_id(2): "update"}
    assert list(by_id(copy, "Hydrants__ATTACH").values()) == ["delete"]
    assert by_id(copy, "Inspections") == {}


def test_rights_hold_again_in_a_layer_written_anew(copy):
    with closing(connect_working_copy(copy.path)) as connection:
        set_rights(connection, "Hydrants", Rights(False, False, False))
        connection.commit()
    overwrite(copy)
    check(copy)
    with closing(connect_working_copy(copy.path)) as connection:
        assert rights_of(connection)["Hydrants"] == Rights(False, False, False)
        with pytest.raises(sqlite3.IntegrityError, match="cannot be changed"):
            connection.execute("UPDATE Hydrants SET name = 'x'")


def test_a_spatial_index_made_anew(copy):
    """By GDAL's functions; the triggers of the index are GDAL's then."""
    source = ogr.Open(str(copy.path), 1)
    source.ExecuteSQL("SELECT DisableSpatialIndex('Hydrants', 'geom')")
    source = None
    copy.do("UPDATE Hydrants SET name = 'x' WHERE fid = 3")
    source = ogr.Open(str(copy.path), 1)
    source.ExecuteSQL("SELECT CreateSpatialIndex('Hydrants', 'geom')")
    source = None
    copy.do("UPDATE Hydrants SET name = 'y' WHERE fid = 4")
    assert check(copy) == []
    assert by_id(copy) == {global_id(2): "update", global_id(3): "update"}


def test_overwritten_by_qgis(copy, qgis_app):
    layer = QgsVectorLayer(f"{copy.path}|layername=Hydrants", "", "ogr")
    kept = layer.materialize(QgsFeatureRequest())
    kept.startEditing()
    kept.changeAttributeValue(1, kept.fields().lookupField("name"), "by QGIS")
    kept.deleteFeature(2)
    assert kept.commitChanges()
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.layerName, options.layerOptions = "Hydrants", ["FID=fid"]
    options.actionOnExistingFile = QgsVectorFileWriter.CreateOrOverwriteLayer
    code, *told = QgsVectorFileWriter.writeAsVectorFormatV3(
        kept, str(copy.path), QgsCoordinateTransformContext(), options
    )
    assert code == QgsVectorFileWriter.NoError, told
    del layer
    assert check(copy) == ["tracking_repaired"]
    assert sorted(by_id(copy).values()) == ["delete", "update"]


def test_what_gdal_writes_otherwise_is_no_edit(tmp_path):
    """Lines with z have another envelope, moments perhaps no fractions of a second."""
    fields = [Field("name"), Field("seen", "Date")]
    rows = [
        Row(
            wkb(f"LINESTRING Z (1 2 {k}, 4 5 6)"),
            {"name": f"r{k}", "seen": 2459000.5 + k},
            50 + k,
            global_id(k),
        )
        for k in NUMBERS
    ]
    source = write_geodatabase(
        tmp_path / "x.geodatabase", [Dataset("Hydrants", "Polyline", fields, rows, layer_id=0, has_z=True)]
    )
    copy = Copy(write_working_copy(source, tmp_path / "x.gpkg", Silent()).path)
    overwrite(copy, statement="UPDATE Hydrants SET name = 'x' WHERE fid = 3")
    with closing(connect_working_copy(copy.path)) as connection, tracking_off(connection):
        connection.execute("UPDATE Hydrants SET seen = replace(seen, '.000Z', 'Z')")
        connection.commit()
    check(copy)
    assert by_id(copy) == {global_id(3): "update"}


def test_without_the_package_it_is_told_that_edits_may_be_missing(copy):
    copy.do(OFF, "UPDATE Hydrants SET name = 'x' WHERE fid = 3")
    told = check_working_copy(copy.path)
    assert ["They are detected again now" in one.text for one in told] == [True] * 3
    copy.do("UPDATE Hydrants SET name = 'x' WHERE fid = 4")
    assert by_id(copy) == {global_id(3): "update"}
