"""Row ids and shapes under other names than `fid` and `geom`, where fields have these: edits and tracking.

And copies of version 0.1.0, where it was the fields that had other names.
"""

from __future__ import annotations

from contextlib import closing
import sqlite3
import subprocess

import pytest
from qgis.core import QgsFeatureRequest, QgsGeometry, QgsPointXY, QgsVectorLayer, QgsVectorLayerUtils

from plugin.core.geodatabase.catalogue import open_geodatabase
from plugin.core.host import Silent
from plugin.core.offline_map.single_package import map_of_geodatabase
from plugin.core.working_copy.batch import settle_batch, take_batch
from plugin.core.working_copy.change_tracking import local_edits, values_before
from plugin.core.working_copy.check import check_names, check_working_copy
from plugin.core.working_copy.compare import compare_rows
from plugin.core.working_copy.connection import connect_working_copy
from plugin.core.working_copy.replica_state import read_copy_value
from plugin.core.working_copy.tracked_table import tracked_tables
from plugin.core.working_copy.tracking_faults import tracking_faults, unknown_triggers
from plugin.core.working_copy.write import write_working_copy
from tests.fixtures.geodatabase import Dataset, Field, Row, write_geodatabase

from ..geodatabase.shapes import wkb
from .town import mended

NUMBERS = range(1, 6)


@pytest.fixture
def source(tmp_path):
    """Trees 101 to 105 in the rows 1 to 5; notes without shapes."""
    rows = [Row(wkb(f"POINT ({k} {k})"), {"Geom": f"g{k}", "n": k * 7}, object_id=100 + k) for k in NUMBERS]
    trees = Dataset(
        "Trees", "Point", [Field("Geom"), Field("n", "Integer")], rows, layer_id=0, object_id="FID"
    )
    notes = Dataset("Notes", None, [Field("geom")], [Row(None, {"geom": "a"})], layer_id=1)
    return write_geodatabase(tmp_path / "Süd town.geodatabase", [trees, notes])


@pytest.fixture
def path(source, tmp_path):
    return write_working_copy(source, tmp_path / "Süd town.gpkg", Silent()).path


def trees(path):
    layer = QgsVectorLayer(f"{path}|layername=Trees", "Trees", "ogr")
    assert layer.isValid()
    return layer


@pytest.mark.parametrize(
    ("expression", "numbers"),
    [
        ("FID > 103", [104, 105]),
        ('"FID" IN (101, 105)', [101, 105]),
        ("$id = 3", [103]),
        ("$id > 3 AND FID < 105", [104]),
        ("Geom = 'g2'", [102]),
        ("fid_2 = 2", [102]),
    ],
)
def test_names_mean_the_fields(path, qgis_app, expression, numbers):
    layer = trees(path)
    found = layer.getFeatures(QgsFeatureRequest().setFilterExpression(expression))
    assert [feature["FID"] for feature in found] == numbers
    if "$id" not in expression:
        layer.setSubsetString(expression)
        assert [feature["FID"] for feature in layer.getFeatures()] == numbers


def test_edits_of_qgis_are_seen(path, qgis_app):
    layer = trees(path)
    index = layer.fields().lookupField
    assert layer.startEditing()
    assert layer.changeAttributeValue(2, index("n"), 99)
    assert layer.changeGeometry(3, QgsGeometry.fromPointXY(QgsPointXY(500, 500)))
    assert layer.deleteFeature(5)
    new = QgsVectorLayerUtils.createFeature(layer, QgsGeometry.fromPointXY(QgsPointXY(7, 7)), {index("n"): 1})
    assert layer.addFeature(new)
    assert layer.commitChanges(), layer.commitErrors()
    del layer
    with closing(connect_working_copy(path)) as connection:
        edits = local_edits(connection)
        seen = {(edit.row_id, edit.operation.value) for edit in edits}
        assert seen == {(2, "update"), (3, "update"), (5, "delete"), (6, "insert")}
        before = values_before(connection, "Trees", 5)
        assert (before["fid_2"], before["FID"], before["Geom"], before["n"]) == (5, 105, "g5", 35)
        assert before["geom_2"] is not None
        assert connection.execute("SELECT rtreecheck('rtree_Trees_geom_2')").fetchone() == ("ok",)
        moved = connection.execute("SELECT id FROM rtree_Trees_geom_2 WHERE minx > 400").fetchall()
        assert moved == [(3,)]
        counts = dict(connection.execute("SELECT * FROM gpkg_ogr_contents"))
        assert counts["Trees"] == 5
        assert (unknown_triggers(connection), tracking_faults(connection)) == ((), ())
        take_batch(connection, edits)
        settle_batch(connection, edits)
        assert local_edits(connection) == ()
        assert values_before(connection, "Trees", 5) is None


def test_edits_of_others_are_seen(path):
    with closing(connect_working_copy(path)) as connection:
        connection.execute("UPDATE Trees SET n = 0 WHERE FID = 103")
        connection.execute("INSERT OR REPLACE INTO Trees (fid_2, FID, n) VALUES (1, 101, 8)")
        connection.execute("UPDATE Trees SET fid_2 = 50 WHERE fid_2 = 4")
        connection.commit()
        seen = {(edit.row_id, edit.operation.value) for edit in local_edits(connection)}
        assert seen == {(3, "update"), (1, "update")}
        kept = connection.execute("SELECT GlobalID NOTNULL FROM Trees WHERE fid_2 = 1").fetchone()
        assert kept == (1,)


def test_ogr2ogr_keeps_all_names_and_what_it_overwrites_is_tracked_again(path, tmp_path):
    other = tmp_path / "other.gpkg"
    subprocess.run(["ogr2ogr", other, path], check=True, timeout=50, capture_output=True)
    with closing(sqlite3.connect(other)) as connection:
        rows = connection.execute("SELECT fid_2, FID, Geom FROM Trees WHERE geom_2 NOTNULL").fetchall()
        assert rows == [(k, 100 + k, f"g{k}") for k in NUMBERS]
    overwrite = ["ogr2ogr", "-overwrite", path, other, "Trees"]
    subprocess.run(overwrite, check=True, timeout=50, capture_output=True)
    with closing(connect_working_copy(path)) as connection:
        (fault,) = mended(connection)
        assert (fault.table, fault.can_be_mended) == ("Trees", True)
        connection.execute("DELETE FROM Trees WHERE FID = 104")
        assert [edit.row_id for edit in local_edits(connection)] == [4]


def test_a_layer_that_came_back_with_another_key_is_not_taken_for_the_same(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE Notes")
        connection.execute("CREATE TABLE Notes (id INTEGER PRIMARY KEY, fid, OBJECTID, geom, GlobalID)")
        connection.commit()
        (fault,) = tracking_faults(connection)
        assert (fault.table, fault.can_be_mended) == ("Notes", False)


def as_version_0_1_0(path):
    """Names the columns as version 0.1.0 did: its own `fid` and `geom`, the fields `FID_1` and `Geom_1`.

    And gives the file its two tables for edits as they were; tests/earlier_version has its triggers too.
    """
    names = (("FID", "FID_1"), ("Geom", "Geom_1"), ("fid_2", "fid"), ("geom_2", "geom"))
    with closing(sqlite3.connect(path)) as connection:
        ours = "tbl_name = 'Trees' OR name LIKE 'offline%'"
        found = connection.execute(f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND ({ours})")
        for (name,) in found.fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        own = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'gpkgext_offline_%'"
        for (name,) in connection.execute(own).fetchall():
            if "_before_" not in name:
                connection.execute(f'DROP TABLE "{name}"')
        for table in ("Trees", "gpkgext_offline_before_Trees"):
            for name, earlier in names:
                connection.execute(f'ALTER TABLE "{table}" RENAME COLUMN "{name}" TO "{earlier}"')
        connection.execute("UPDATE gpkg_geometry_columns SET column_name = 'geom'")
        connection.execute(
            "CREATE TABLE gpkgext_offline_changes (id INTEGER PRIMARY KEY AUTOINCREMENT,"
            " table_name TEXT NOT NULL, row_id INTEGER NOT NULL, global_id TEXT, operation TEXT NOT NULL,"
            " changed_at DATETIME NOT NULL, UNIQUE (table_name, row_id))"
        )
        connection.execute(
            "CREATE TABLE gpkgext_offline_tracking (table_name TEXT NOT NULL PRIMARY KEY, global_id TEXT,"
            " enabled INTEGER NOT NULL)"
        )
        connection.execute("INSERT INTO gpkgext_offline_tracking VALUES ('Trees', 'GlobalID', 1)")
        connection.commit()


def test_a_copy_of_version_0_1_0_keeps_its_names_and_knows_which_fields_they_mean(source, path):
    as_version_0_1_0(path)
    assert check_working_copy(path, source, comparable=True)
    with closing(connect_working_copy(path)) as connection:
        assert read_copy_value(connection, "columns") == {"Trees": {"FID": "FID_1", "Geom": "Geom_1"}}
        connection.execute("UPDATE Trees SET n = 0, FID_1 = 5 WHERE fid = 3")
        connection.commit()
        (edit,) = local_edits(connection)
        assert values_before(connection, edit.table, edit.row_id)["FID_1"] == 103
        assert connection.execute("SELECT FID_1 FROM Trees WHERE fid = 3").fetchone() == (103,)
        with open_geodatabase(source) as geodatabase:
            table = tracked_tables(connection, geodatabase)[0]
        assert (table.key, table.geometry, table.object_id) == ("fid", "geom", "FID_1")
    compare_rows(path, source, Silent())
    sources = {
        ready.source.table: ready.source for ready in map_of_geodatabase(source, path, {}).maps[0].layers
    }
    assert sources["Notes"].losses == ()
    (told,) = sources["Trees"].losses
    assert "gave other names to: FID, Geom." in told.text


def test_a_copy_of_today_has_nothing_to_tell(source, path):
    with open_geodatabase(source) as geodatabase:
        assert [check_names(path, table) for table in geodatabase.tables] == [(), ()]
