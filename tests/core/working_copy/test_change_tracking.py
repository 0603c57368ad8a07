"""Edits are seen, whoever makes them, and kept until somebody says that they may go."""

from __future__ import annotations

from contextlib import closing, suppress
from datetime import datetime, timedelta, timezone
import re
import sqlite3
import subprocess

from osgeo import gdal, ogr
import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

from plugin.core.host import Silent
from plugin.core.working_copy.change_tracking import (
    Operation,
    local_edits,
    tracking_off,
    values_before,
)
from plugin.core.working_copy.connection import connect_working_copy
from plugin.core.working_copy.tracking_faults import tracking_faults, unknown_triggers
from plugin.core.working_copy.write import write_working_copy
from tests.fixtures.geodatabase import Dataset, Field, Row, attachment_dataset, write_geodatabase

from ..geodatabase.shapes import wkb
from .town import mended

gdal.UseExceptions()
GUID = re.compile(r"\{[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}\}")


@pytest.fixture
def path(tmp_path):
    rows = [Row(wkb(f"POINT ({k} {k})"), {"name": f"n{k}", "count": k}) for k in range(1, 6)]
    layer = Dataset("Things", "Point", [Field("name"), Field("count", "Integer")], rows, layer_id=0)
    notes = Dataset("Notes", None, [Field("text")], [Row(None, {"text": "a"})], layer_id=1)
    files = attachment_dataset(layer, [(layer.id_of(rows[0], 1), "a.jpg", "image/jpeg", b"1")])
    source = write_geodatabase(tmp_path / "x.geodatabase", [layer, notes, files])
    return write_working_copy(source, tmp_path / "copy.gpkg", Silent()).path


@pytest.fixture
def connection(path):
    with closing(connect_working_copy(path)) as connection:
        yield connection


def edits(connection, table="Things"):
    """(fid, operation) of the edits of one table."""
    return [(e.row_id, e.operation.value) for e in local_edits(connection) if e.table == table]


def edits_in(path, table="Things"):
    with closing(connect_working_copy(path)) as connection:
        return edits(connection, table)


def ids(connection):
    return dict(connection.execute("SELECT fid, GlobalID FROM Things"))


def test_a_fresh_copy_has_no_edits(connection):
    assert local_edits(connection) == ()
    assert tracking_faults(connection) == ()


def test_an_update_keeps_the_first_values(connection):
    connection.execute("UPDATE Things SET name = 'x' WHERE fid = 2")
    connection.execute("UPDATE Things SET name = 'y', count = NULL WHERE fid = 2")
    (edit,) = local_edits(connection)
    assert (edit.table, edit.row_id, edit.operation) == ("Things", 2, Operation.UPDATE)
    assert edit.global_id == ids(connection)[2]
    assert abs(datetime.now(timezone.utc) - edit.changed_at) < timedelta(minutes=1)
    before = values_before(connection, "Things", 2)
    assert (before["name"], before["count"]) == ("n2", 2)
    assert before["geom"] == connection.execute("SELECT geom FROM Things WHERE fid = 2").fetchone()[0]


def test_an_update_that_changes_nothing_is_none(connection):
    connection.execute("UPDATE Things SET name = name, geom = geom, count = count")
    assert local_edits(connection) == ()


def test_an_insert_gets_a_global_id_and_stays_an_insert(connection):
    connection.execute("INSERT INTO Things (name) VALUES ('new'), ('newer')")
    connection.execute("UPDATE Things SET name = 'newest' WHERE fid = 7")
    assert edits(connection) == [(6, "insert"), (7, "insert")]
    found = [edit.global_id for edit in local_edits(connection)]
    assert found == [ids(connection)[6], ids(connection)[7]]
    assert found[0] != found[1]
    assert all(GUID.fullmatch(value) for value in found)
    assert values_before(connection, "Things", 7) is None


def test_a_given_global_id_is_kept(connection):
    given = "{8D2F3B0A-0C1E-4C55-9B1B-7B8F6A1C2D3E}"
    connection.execute("INSERT INTO Things (name, GlobalID) VALUES ('new', ?)", (given,))
    assert local_edits(connection)[0].global_id == given


def test_insert_and_delete_is_nothing(connection):
    connection.execute("INSERT INTO Things (name) VALUES ('new')")
    connection.execute("UPDATE Things SET name = 'newer' WHERE fid = 6")
    connection.execute("DELETE FROM Things WHERE fid = 6")
    assert local_edits(connection) == ()
    assert values_before(connection, "Things", 6) is None


def test_update_and_delete_is_a_delete_of_what_was_downloaded(connection):
    own = ids(connection)[3]
    connection.execute("UPDATE Things SET name = 'x' WHERE fid = 3")
    connection.execute("DELETE FROM Things WHERE fid = 3")
    (edit,) = local_edits(connection)
    assert (edit.operation, edit.global_id) == (Operation.DELETE, own)
    assert values_before(connection, "Things", 3)["name"] == "n3"


def test_a_row_that_comes_back_is_an_update(connection):
    own = ids(connection)[3]
    connection.execute("DELETE FROM Things WHERE fid = 3")
    connection.execute("INSERT INTO Things (fid, name, GlobalID) VALUES (3, 'back', ?)", (own,))
    assert edits(connection) == [(3, "update")]
    assert values_before(connection, "Things", 3)["name"] == "n3"
    connection.execute("DELETE FROM Things WHERE fid = 3")
    assert edits(connection) == [(3, "delete")]


def test_replacing_a_row_is_an_update_although_no_delete_trigger_fires(connection):
    own = ids(connection)[4]
    connection.execute("INSERT OR REPLACE INTO Things (fid, name) VALUES (4, 'replaced')")
    assert edits(connection) == [(4, "update")]
    assert values_before(connection, "Things", 4)["name"] == "n4"
    assert ids(connection)[4] == own == local_edits(connection)[0].global_id
    connection.execute("INSERT INTO Things (name) VALUES ('new')")
    connection.execute("INSERT OR REPLACE INTO Things (fid, name) VALUES (6, 'newer')")
    assert edits(connection) == [(4, "update"), (6, "insert")]


def test_an_upsert_is_an_update(connection):
    connection.execute(
        "INSERT INTO Things (fid, name) VALUES (4, 'x') ON CONFLICT (fid) DO UPDATE SET name = excluded.name"
    )
    assert edits(connection) == [(4, "update")]
    assert values_before(connection, "Things", 4)["name"] == "n4"


@pytest.mark.parametrize("policy", ["IGNORE", "REPLACE", "FAIL", "ABORT", "ROLLBACK"])
def test_a_second_edit_joins_the_first_whatever_the_statement_says_of_conflicts(connection, policy):
    """A trigger takes that over for its own INSERT OR …, not for its ON CONFLICT … DO."""
    for name in ("first", "second"):
        connection.execute(f"UPDATE OR {policy} Things SET name = ? WHERE fid = 4", (name,))
    connection.execute(f"INSERT OR {policy} INTO Things (fid, name) VALUES (60, 'new')")
    connection.execute(f"UPDATE OR {policy} Things SET name = 'newer' WHERE fid = 60")
    assert edits(connection) == [(4, "update"), (60, "insert")]
    assert [one.revision for one in local_edits(connection)] == [2, 2]
    assert values_before(connection, "Things", 4)["name"] == "n4"


def test_a_conflict_that_is_ignored_is_no_edit(connection):
    connection.execute("INSERT OR IGNORE INTO Things (fid, name) VALUES (4, 'x')")
    assert edits(connection) in ([], [(4, "update")])
    assert connection.execute("SELECT name FROM Things WHERE fid = 4").fetchone() == ("n4",)


def test_another_fid_is_no_edit_and_edits_follow_it(connection):
    connection.execute("UPDATE Things SET fid = 50 WHERE fid = 5")
    assert local_edits(connection) == ()
    connection.execute("UPDATE Things SET name = 'x' WHERE fid = 50")
    connection.execute("UPDATE Things SET fid = 500, count = 0 WHERE fid = 50")
    assert edits(connection) == [(500, "update")]
    before = values_before(connection, "Things", 500)
    assert (before["name"], before["count"]) == ("n5", 5)


def test_tables_and_attachments_are_tracked_too(connection):
    connection.execute("UPDATE Notes SET text = 'b'")
    connection.execute("DELETE FROM Things__ATTACH")
    assert edits(connection, "Notes") == [(1, "update")]
    assert edits(connection, "Things__ATTACH") == [(1, "delete")]
    assert values_before(connection, "Things__ATTACH", 1)["DATA"] == b"1"


def test_a_rolled_back_edit_is_none(connection):
    connection.execute("UPDATE Things SET name = 'x'")
    connection.rollback()
    assert local_edits(connection) == ()


def test_switched_off_inside_a_transaction(connection):
    with tracking_off(connection):
        connection.execute("UPDATE Things SET name = 'server'")
    assert local_edits(connection) == ()
    connection.execute("UPDATE Things SET name = 'own' WHERE fid = 1")
    assert edits(connection) == [(1, "update")]


def test_a_crash_while_switched_off_leaves_tracking_on(path):
    crashed = connect_working_copy(path)
    with suppress(sqlite3.ProgrammingError), tracking_off(crashed):
        crashed.execute("UPDATE Things SET name = 'half'")
        crashed.close()
    with closing(connect_working_copy(path)) as connection:
        connection.execute("UPDATE Things SET name = 'own' WHERE fid = 1")
        assert edits(connection) == [(1, "update")]


def test_edits_by_qgis(path, qgis_app):
    layer = QgsVectorLayer(f"{path}|layername=Things", "x", "ogr")
    assert layer.startEditing()
    feature = QgsFeature(layer.fields())
    feature["name"] = "by QGIS"
    feature.setGeometry(QgsGeometry.fromWkt("POINT (7 7)"))
    assert layer.addFeature(feature)
    assert layer.changeAttributeValue(2, layer.fields().indexOf("name"), "changed")
    assert layer.changeGeometry(3, QgsGeometry.fromWkt("POINT (70 70)"))
    assert layer.deleteFeature(4)
    assert layer.commitChanges(), layer.commitErrors()
    del layer
    assert sorted(edits_in(path)) == [(2, "update"), (3, "update"), (4, "delete"), (6, "insert")]
    with closing(connect_working_copy(path)) as connection:
        assert GUID.fullmatch(ids(connection)[6])
        assert values_before(connection, "Things", 2)["name"] == "n2"


def geojson(tmp_path, *features):
    file = tmp_path / "new.geojson"
    parts = ", ".join(
        f'{{"type": "Feature", "id": {fid}, "properties": {{"name": "{name}"}},'
        f' "geometry": {{"type": "Point", "coordinates": [{fid}, 1]}}}}'
        for fid, name in features
    )
    file.write_text(f'{{"type": "FeatureCollection", "features": [{parts}]}}')
    return file


def ogr2ogr(*arguments):
    subprocess.run(["ogr2ogr", *map(str, arguments)], check=True, timeout=50, capture_output=True)


def test_edits_by_ogr2ogr_append(path, tmp_path):
    file = geojson(tmp_path, (90, "one"), (91, "two"))
    ogr2ogr("-append", path, file, "-nln", "Things", "-unsetFid", "-a_srs", "EPSG:3857")
    assert edits_in(path) == [(6, "insert"), (7, "insert")]


def test_edits_by_ogr2ogr_update_and_upsert(path, tmp_path):
    ogr2ogr("-update", path, geojson(tmp_path, (92, "one")), "-nln", "Things", "-append", "-preserve_fid")
    assert edits_in(path) == [(92, "insert")]
    source = ogr.Open(str(path), 1)
    source.ExecuteSQL("UPDATE Things SET name = 'sql' WHERE fid = 1")
    source = None
    assert edits_in(path) == [(92, "insert"), (1, "update")]
    ogr2ogr("-upsert", path, geojson(tmp_path, (2, "upserted")), "-nln", "Things", "-preserve_fid")
    assert (2, "update") in edits_in(path)


def test_edits_with_the_functions_of_spatialite(path):
    """A connection that has SpatiaLite loaded can edit and is seen."""
    connection = sqlite3.connect(path)
    connection.enable_load_extension(True)
    try:
        connection.load_extension("mod_spatialite")
    except sqlite3.OperationalError:
        pytest.skip("SpatiaLite is not on this machine")
    connection.execute("SELECT EnableGpkgMode()")
    connection.execute("UPDATE Things SET name = 'x' WHERE fid = 1")
    connection.commit()
    connection.close()
    assert edits_in(path) == [(1, "update")]


def test_an_overwritten_layer_that_lacks_fields_is_reported(path, tmp_path):
    ogr2ogr("-overwrite", path, geojson(tmp_path, (1, "one")), "-nln", "Notes", "-update")
    with closing(connect_working_copy(path)) as connection:
        (fault,) = tracking_faults(connection)
        assert (fault.table, fault.can_be_mended) == ("Notes", False)


@pytest.mark.parametrize(
    "event", ["replace", "displace", "evict", "insert", "return", "update", "identity", "renumber", "delete"]
)
def test_a_lost_trigger_is_put_back_and_reported(connection, event):
    connection.execute(f"DROP TRIGGER offline_tracking_{event}_Things")
    (fault,) = mended(connection)
    assert (fault.table, fault.can_be_mended, fault.missed_edits) == ("Things", True, True)
    assert tracking_faults(connection) == ()


def test_an_altered_trigger_is_put_back(connection):
    connection.execute("DROP TRIGGER offline_tracking_delete_Things")
    other = "AFTER DELETE ON Things BEGIN SELECT 1; END"
    connection.execute(f"CREATE TRIGGER offline_tracking_delete_Things {other}")
    assert [fault.table for fault in mended(connection)] == ["Things"]
    connection.execute("DELETE FROM Things WHERE fid = 1")
    assert edits(connection) == [(1, "delete")]


def test_tracking_left_off_is_reported(connection):
    connection.execute("UPDATE gpkgext_offline_tracking SET enabled = 0")
    assert {fault.table for fault in mended(connection)} == {"Things", "Notes", "Things__ATTACH"}
    assert tracking_faults(connection) == ()


def test_a_new_column_does_not_break_tracking(connection):
    connection.execute("ALTER TABLE Things ADD COLUMN extra TEXT")
    connection.execute("UPDATE Things SET name = 'x', extra = 'y' WHERE fid = 1")
    assert edits(connection) == [(1, "update")]
    assert tracking_faults(connection) == ()


def test_index_and_tracking_stay_sound_together(connection):
    connection.execute("DELETE FROM Things WHERE fid < 3")
    connection.execute("UPDATE Things SET geom = (SELECT geom FROM Things WHERE fid = 5) WHERE fid = 4")
    assert connection.execute("SELECT rtreecheck('rtree_Things_geom')").fetchone() == ("ok",)
    boxes = connection.execute("SELECT id, minx FROM rtree_Things_geom ORDER BY id").fetchall()
    assert boxes == [(3, 3.0), (4, 5.0), (5, 5.0)]


def test_triggers_that_are_not_ours_are_named(connection):
    assert unknown_triggers(connection) == ()
    connection.execute("CREATE TRIGGER evil AFTER INSERT ON Things BEGIN DELETE FROM Notes; END")
    connection.execute("DROP TRIGGER offline_tracking_delete_Things")
    connection.execute(
        "CREATE TRIGGER offline_tracking_delete_Things AFTER DELETE ON Things BEGIN SELECT 1; END"
    )
    assert unknown_triggers(connection) == ("evil", "offline_tracking_delete_Things")


def test_nothing_of_it_is_offered_as_a_layer(path):
    source = gdal.OpenEx(str(path))
    names = [source.GetLayer(k).GetName() for k in range(source.GetLayerCount())]
    # Later releases of GDAL offer the mapping tables of relations, whoever wrote them.
    assert [name for name in names if not name.startswith("related_")] == [
        "Things", "Notes", "Things__ATTACH",
    ]  # fmt: skip


def test_an_overwritten_layer_with_shapes_opens_again(path, tmp_path):
    """GDAL writes the triggers of the index anew, with other blanks and letter case."""
    ogr2ogr("-overwrite", path, geojson(tmp_path, (1, "one")), "-nln", "Things", "-update", "-lco", "FID=fid")
    with closing(connect_working_copy(path)) as connection:
        (text,) = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'rtree_Things_geom_insert'"
        ).fetchone()
        assert 'new."geom" NOT NULL' in text
        assert unknown_triggers(connection) == ()


LATER_TRIGGERS = (
    'CREATE TRIGGER "rtree_Things_geom_update5" AFTER UPDATE ON "Things" WHEN OLD."fid" != NEW."fid" AND'
    ' (NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom")) BEGIN DELETE FROM "rtree_Things_geom" WHERE'
    ' id = OLD."fid"; INSERT OR REPLACE INTO "rtree_Things_geom" VALUES (NEW."fid",ST_MinX(NEW."geom"),'
    ' ST_MaxX(NEW."geom"),ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")); END',
    'CREATE TRIGGER "rtree_Things_geom_update6" AFTER UPDATE OF "geom" ON "Things" WHEN OLD."fid" = NEW."fid"'
    ' AND (NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom")) AND (OLD."geom" NOTNULL AND NOT'
    ' ST_IsEmpty(OLD."geom")) BEGIN UPDATE "rtree_Things_geom" SET minx = ST_MinX(NEW."geom"), maxx ='
    ' ST_MaxX(NEW."geom"),miny = ST_MinY(NEW."geom"), maxy = ST_MaxY(NEW."geom") WHERE id = NEW."fid";END',
    'CREATE TRIGGER "rtree_Things_geom_update7" AFTER UPDATE OF "geom" ON "Things" WHEN OLD."fid" = NEW."fid"'
    ' AND (NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom")) AND (OLD."geom" ISNULL OR'
    ' ST_IsEmpty(OLD."geom")) BEGIN INSERT INTO "rtree_Things_geom" VALUES (NEW."fid",ST_MinX(NEW."geom"),'
    ' ST_MaxX(NEW."geom"),ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")); END',
)
"""As GDAL 3.12.4 writes them into a GeoPackage of version 1.4, instead of update1 and update3."""


def test_the_triggers_of_later_releases_of_gdal_are_known(connection):
    for number in (1, 3):
        connection.execute(f"DROP TRIGGER rtree_Things_geom_update{number}")
    for text in LATER_TRIGGERS:
        connection.execute(text)
    assert unknown_triggers(connection) == ()
    connection.execute("UPDATE Things SET geom = (SELECT geom FROM Things WHERE fid = 5) WHERE fid = 4")
    assert connection.execute("SELECT minx FROM rtree_Things_geom WHERE id = 4").fetchone() == (5.0,)


@pytest.mark.parametrize(
    "change",
    [
        ('"rtree_Things_geom" WHERE id', '"rtree_Things_geom" WHERE id = 1 OR id'),
        ("DELETE FROM", "DELETE FROM Notes; DELETE FROM"),
        ("WHEN old", "WHEN 1 OR old"),
        (' = OLD."fid"', ' = OLD."OBJECTID"'),
        ("; END", "; /* WHERE 1 */ END"),
    ],
)
def test_a_trigger_of_the_index_that_does_more_is_named(connection, change):
    text = (
        'CREATE TRIGGER "rtree_Things_geom_delete" AFTER DELETE ON "Things" WHEN old."geom" NOT NULL BEGIN'
        ' DELETE FROM "rtree_Things_geom" WHERE id = OLD."fid"; END'
    )
    for statement, found in ((text, ()), (text.replace(*change), ("rtree_Things_geom_delete",))):
        connection.execute("DROP TRIGGER rtree_Things_geom_delete")
        connection.execute(statement)
        assert unknown_triggers(connection) == found
