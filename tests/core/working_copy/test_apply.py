"""Rows of the server come into a working copy as they are there: no local edit, all in order for GDAL."""

from contextlib import closing
import sqlite3
from threading import Event

from osgeo import gdal, ogr
import pytest
from qgis.core import QgsVectorLayer

from plugin.core.errors import BrokenAnswer, Cancelled, Unsupported
from plugin.core.host import Silent
from plugin.core.working_copy.apply import Applied, apply_rows
from plugin.core.working_copy.change_tracking import local_edits
from plugin.core.working_copy.feature_json import rows_of
from plugin.core.working_copy.tracking_faults import tracking_faults, unknown_triggers

from .scenes import write_scene

gdal.UseExceptions()
NEW = "{0000AAAA-0000-4000-8000-00000000000%s}"


@pytest.fixture
def scene(tmp_path):
    return write_scene(tmp_path)


def feature(name, geometry=None, /, **attributes):
    shape = {} if geometry is None else {"geometry": geometry}
    return {"attributes": {"GlobalID": name, **attributes}, **shape}


def apply(scene, name, features=(), deletes=()):
    table = scene.table(name)
    with scene.connect() as connection:
        applied = apply_rows(connection, table, iter(rows_of(list(features), table)), deletes, Silent())
        connection.commit()
    return applied


def query(scene, statement, *values):
    with closing(sqlite3.connect(scene.copy)) as connection:
        return connection.execute(statement, values).fetchall()


def base(scene, table):
    """The base as it is kept: base_T without its keys, which mean nothing."""
    with closing(sqlite3.connect(scene.copy)) as connection:
        rows = connection.execute(f'SELECT * FROM "gpkgext_offline_base_{table}"').fetchall()
        return sorted((row[1:] for row in rows), key=repr)


def rows_in(scene, table, key):
    with closing(sqlite3.connect(scene.copy)) as connection:
        names = [row[1] for row in connection.execute(f'PRAGMA table_info("gpkgext_offline_base_{table}")')]
        chosen = ", ".join(f'"{name}"' for name in names)
        return {row[0]: row for row in connection.execute(f'SELECT {chosen} FROM "{table}"')}


def triggers(scene):
    return query(scene, "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")


def assert_in_order(scene):
    with scene.connect() as connection:
        assert local_edits(connection) == ()
        assert (unknown_triggers(connection), tracking_faults(connection)) == ((), ())
        for table, count in connection.execute("SELECT * FROM gpkg_ogr_contents").fetchall():
            assert connection.execute(f'SELECT count(*) FROM "{table}"').fetchone() == (count,)
        for table in ("Trees", "Parcels", "Trails"):
            index = f"rtree_{table}_geom"
            assert connection.execute(f"SELECT rtreecheck('{index}')").fetchone() == ("ok",)
            keys = f'SELECT "{scene.table(table).key}" FROM "{table}" WHERE NOT coalesce(ST_IsEmpty(geom), 1)'
            assert connection.execute(f"SELECT id FROM {index} EXCEPT {keys}").fetchall() == []
            assert connection.execute(f"{keys} EXCEPT SELECT id FROM {index}").fetchall() == []


def test_changed_rows_are_found_by_globalid_however_it_is_spelled(scene):
    before, texts = rows_in(scene, "Trees", "fid_2"), triggers(scene)
    ids = scene.ids(scene.table("Trees"))
    applied = apply(
        scene,
        "Trees",
        [
            feature(ids[1].lower(), {"x": 900, "y": -7}, kind="elm", fid=-1, OBJECTID=102),
            feature(ids[3][1:-1].lower(), KIND="ash"),
            feature(ids[4], {"x": None}),
        ],
    )
    assert applied == Applied(updated=3)
    after = rows_in(scene, "Trees", "fid_2")
    assert {key for key in before if before[key] != after[key]} == {2, 4, 5}
    got = query(scene, "SELECT fid, kind, OBJECTID, GlobalID FROM Trees WHERE fid_2 IN (2, 4) ORDER BY fid_2")
    assert got == [(-1, "elm", 102, ids[1]), (904, "ash", 104, ids[3])]
    assert base(scene, "Trees") == sorted((after[key][1:] for key in (2, 4, 5)), key=repr)
    assert triggers(scene) == texts
    assert_in_order(scene)
    with closing(sqlite3.connect(scene.copy)) as connection:
        box = connection.execute(
            "SELECT minx, maxx, miny, maxy FROM rtree_Trees_geom WHERE id = 2"
        ).fetchone()
    assert box == (900, 900, -7, -7)


def test_new_rows_get_row_ids_that_none_had_and_the_object_ids_of_the_server(scene):
    with scene.connect() as connection:  # one that was here, and is gone again
        connection.execute("INSERT INTO Trees (fid_2, kind) VALUES (77, 'x')")
        connection.execute("DELETE FROM Trees WHERE fid_2 = 77")
        connection.commit()
    applied = apply(
        scene,
        "Trees",
        [feature(NEW % 1, {"x": 1, "y": 2}, OBJECTID=501, fid=3), feature(NEW % 2, OBJECTID=500)],
    )
    assert applied == Applied(added=2)
    got = query(scene, "SELECT fid_2, OBJECTID, fid, kind, GlobalID FROM Trees WHERE fid_2 > 5")
    assert got == [(78, 501, 3, None, NEW % 1), (79, 500, None, None, NEW % 2)]
    after = rows_in(scene, "Trees", "fid_2")
    assert base(scene, "Trees") == sorted((after[key][1:] for key in (78, 79)), key=repr)
    assert_in_order(scene)
    with scene.connect() as connection:  # and GDAL goes on behind them
        connection.execute("INSERT INTO Trees (kind) VALUES ('mine')")
        assert connection.execute("SELECT max(fid_2) FROM Trees").fetchone() == (80,)


def test_deleted_rows_go_and_are_noted(scene):
    ids = scene.ids(scene.table("Trees"))
    apply(scene, "Trees", [feature(ids[0], kind="x"), feature(NEW % 1, {"x": 5, "y": 5})])
    applied = apply(scene, "Trees", deletes=[ids[0].lower(), ids[2], NEW % 1, NEW % 9, ids[0]])
    assert applied == Applied(deleted=3)
    assert query(scene, "SELECT fid_2 FROM Trees") == [(2,), (4,), (5,)]
    gone = query(scene, "SELECT table_name, global_id FROM gpkgext_offline_gone")
    assert gone == sorted(("Trees", name) for name in (ids[0], ids[2], NEW % 1))
    assert base(scene, "Trees") == []
    assert_in_order(scene)
    apply(scene, "Trees", [feature(ids[2], {"x": 1, "y": 1}, OBJECTID=103)])  # restored on the server
    assert (ids[2],) not in query(scene, "SELECT global_id FROM gpkgext_offline_gone")
    assert_in_order(scene)


def test_all_kinds_of_tables_take_rows(scene):
    """Shapes with heights and measures, rows without shapes, an empty layer, files."""
    ring = [[900, 0, 4, 1], [900, 50, 4, 2], [950, 50, 4, 3], [900, 0, 4, 1]]
    parcel, tree = scene.ids(scene.table("Parcels"))[1], scene.ids(scene.table("Trees"))[0]
    shape = {"hasZ": True, "hasM": True, "rings": [ring]}
    assert apply(scene, "Parcels", [feature(parcel, shape, owner="ö")]).updated == 1
    (blob,) = query(scene, "SELECT geom FROM Parcels WHERE fid = 2")[0]
    assert (
        ogr.CreateGeometryFromWkb(blob[40:]).ExportToIsoWkt().startswith("MULTIPOLYGON ZM (((900 0 4 1,950")
    )
    (note,) = scene.ids(scene.table("Notes"))
    changes = [
        feature(note, parcel=parcel.lower(), text=""),
        feature(NEW % 1, parcel=None, text="b", OBJECTID=1),
    ]
    assert apply(scene, "Notes", changes) == Applied(1, 1)
    assert query(scene, "SELECT parcel, text FROM Notes") == [(parcel, ""), (None, "b")]
    path = {"paths": [[[0, 0], [5, 5]]]}
    assert apply(scene, "Trails", [feature(NEW % 2, path, name="Weg", OBJECTID=9)]).added == 1
    assert query(scene, "SELECT fid, name FROM Trails") == [(1, "Weg")]
    files = scene.table("Trees__ATTACH")
    row = {
        "GLOBALID": NEW % 3, "REL_GLOBALID": tree, "ATT_NAME": "b.png", "CONTENT_TYPE": "image/png",
        "DATA_SIZE": 3, "DATA": b"\0\1\2", "ATTACHMENTID": 44,
    }  # fmt: skip
    with scene.connect() as connection:
        assert apply_rows(connection, files, [row], [], Silent()) == Applied(added=1)
        connection.commit()
    assert query(scene, "SELECT ATTACHMENTID, DATA FROM Trees__ATTACH WHERE REL_GLOBALID = ?", tree) == [
        (44, b"\0\1\2")
    ]
    assert_in_order(scene)


def test_extent_and_count_are_those_that_gdal_would_write(scene, tmp_path):
    """The same done by GDAL to another copy; what its readers are told is the same."""
    other = write_scene(tmp_path / "other") if (tmp_path / "other").mkdir() is None else None
    ids = scene.ids(scene.table("Trees"))
    apply(
        scene,
        "Trees",
        [feature(ids[0], {"x": -50, "y": 3000}), feature(NEW % 1, {"x": 8, "y": -9})],
        [ids[4]],
    )
    source = ogr.Open(str(other.copy), 1)
    layer = source.GetLayerByName("Trees")
    moved = layer.GetFeature(1)
    moved.SetGeometry(ogr.CreateGeometryFromWkt("POINT (-50 3000)"))
    layer.SetFeature(moved)
    added = ogr.Feature(layer.GetLayerDefn())
    added.SetGeometry(ogr.CreateGeometryFromWkt("POINT (8 -9)"))
    layer.CreateFeature(added)
    layer.DeleteFeature(5)
    del moved, added, layer, source
    stated = "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'Trees'"
    assert query(scene, stated) == query(other, stated) == [(-50, -9, 50, 3000)]
    counts = "SELECT * FROM gpkg_ogr_contents ORDER BY table_name"
    assert query(scene, counts) == query(other, counts)
    box = "SELECT * FROM rtree_Trees_geom ORDER BY id"
    assert query(scene, box) == query(other, box)
    (changed,), (untouched,) = (
        query(scene, "SELECT last_change FROM gpkg_contents WHERE table_name = ?", name)
        for name in ("Trees", "Parcels")
    )
    assert changed > untouched


def test_an_open_layer_sees_the_rows_and_its_edits_are_seen(scene, qgis_app):
    layer = QgsVectorLayer(f"{scene.copy}|layername=Trees", "Trees", "ogr")
    assert layer.featureCount() == 5
    list(layer.getFeatures())
    apply(scene, "Trees", [feature(NEW % 1, {"x": 8, "y": -9}, kind="new")])
    layer.dataProvider().reloadData()
    assert layer.featureCount() == 6
    assert {one["kind"] for one in layer.getFeatures()} >= {"new", "oak 1"}
    assert layer.startEditing()
    assert layer.changeAttributeValue(6, layer.fields().lookupField("kind"), "newer")
    assert layer.commitChanges(), layer.commitErrors()
    del layer
    with scene.connect() as connection:
        (edit,) = local_edits(connection)
    assert (edit.row_id, edit.operation.value, edit.global_id) == (6, "update", NEW % 1)


def test_what_a_row_does_not_state_stays(scene):
    ids = scene.ids(scene.table("Trees"))
    ((before,),) = query(scene, "SELECT geom FROM Trees WHERE fid_2 = 1")
    apply(scene, "Trees", [feature(ids[0], kind=None), feature(ids[1], seen=5), feature(ids[2])])
    assert query(scene, "SELECT geom, kind, fid FROM Trees WHERE fid_2 = 1") == [(before, None, 901)]
    got = query(scene, "SELECT seen, kind FROM Trees WHERE fid_2 IN (2, 3) ORDER BY 1")
    assert got == [(None, "oak 3"), ("1970-01-01T00:00:00.005Z", "oak 2")]


def test_a_feature_that_comes_twice_is_one(scene):
    ids = scene.ids(scene.table("Trees"))
    changes = [
        feature(ids[0], kind="a", fid=1),
        feature(ids[0].lower(), kind="b"),
        feature(NEW % 1, kind="c"),
    ]
    applied = apply(scene, "Trees", [*changes, feature(NEW % 1, fid=4)])
    assert applied == Applied(1, 1)
    assert query(scene, "SELECT kind, fid FROM Trees WHERE fid_2 IN (1, 6)") == [("b", 1), ("c", 4)]


@pytest.mark.parametrize("spell", [str.lower, lambda name: name[1:-1], lambda name: name[1:-1].swapcase()])
def test_globalids_of_a_package_that_spells_them_otherwise_stay_as_they_are(scene, spell):
    """Other rows refer to them as they are spelled."""
    ids = [spell(name) for name in scene.ids(scene.table("Trees"))]
    with scene.connect() as connection:
        connection.execute("UPDATE gpkgext_offline_tracking SET enabled = 0")
        for number, name in enumerate(ids, 1):
            connection.execute("UPDATE Trees SET GlobalID = ? WHERE fid_2 = ?", (name, number))
        connection.execute("UPDATE gpkgext_offline_tracking SET enabled = 1")
        connection.commit()
    applied = apply(scene, "Trees", [feature(ids[0].upper(), kind="x"), feature(NEW % 1)], [ids[1].upper()])
    assert applied == Applied(1, 1, 1)
    assert query(scene, "SELECT kind, GlobalID FROM Trees WHERE fid_2 = 1") == [("x", ids[0])]
    assert query(scene, "SELECT global_id FROM gpkgext_offline_gone") == [(ids[1],)]


def test_columns_with_other_names_are_written_there(scene):
    with scene.connect() as connection:
        for name, *_ in triggers(scene):
            connection.execute(f'DROP TRIGGER "{name}"')
        for table in ("Trees", "gpkgext_offline_base_Trees", "gpkgext_offline_before_Trees"):
            connection.execute(f'ALTER TABLE "{table}" RENAME fid TO fid_1')
            connection.execute(f'ALTER TABLE "{table}" RENAME fid_2 TO fid')
        value = ("columns", '{"Trees": {"fid": "fid_1"}}')
        connection.execute("INSERT INTO gpkgext_offline_copy VALUES (?, ?)", value)
        connection.commit()
    ids = scene.ids(scene.table("Trees"))
    apply(scene, "Trees", [feature(ids[2], fid=12)])
    assert query(scene, "SELECT fid, fid_1 FROM Trees WHERE fid_1 = 12") == [(3, 12)]


def test_a_layer_without_index_takes_rows(scene):
    with scene.connect() as connection:
        connection.execute("DROP TABLE rtree_Trees_geom")
        for name, *_ in triggers(scene):
            if name.startswith("rtree_Trees"):
                connection.execute(f'DROP TRIGGER "{name}"')
        connection.commit()
    applied = apply(
        scene, "Trees", [feature(NEW % 1, {"x": 8, "y": -9})], [scene.ids(scene.table("Trees"))[0]]
    )
    assert applied == Applied(added=1, deleted=1)


def dump(path):
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


class Cancel(Silent):
    """Cancelled once something was reported."""

    def __init__(self):
        self._told = Event()

    def is_cancelled(self):
        return self._told.is_set()

    def report(self, done, total, subject):
        self._told.set()


@pytest.mark.parametrize(
    ("table", "rows", "deletes", "feedback", "error", "told"),
    [
        ("Parcels", [{"GlobalID": NEW % 1, "owner": None}], [], Silent(), BrokenAnswer,
         "The feature {0000AAAA-0000-4000-8000-000000000001} of “Parcels” arrived without a value "
        "in “owner”,"),
        ("Parcels", [{"GlobalID": NEW % 1}], [], Silent(), BrokenAnswer, "without a value in “owner”,"),
        ("Trees", [{"kind": "x"}], [], Silent(), BrokenAnswer, "A feature of “Bäume” has no GlobalID."),
        ("Trees", [{"GlobalID": "x"}], [], Silent(), BrokenAnswer, "A feature of “Bäume” has no GlobalID."),
        ("Trees", [], ["*"], Silent(), BrokenAnswer, "A feature of “Bäume” has no GlobalID."),
        ("Trees", [], [NEW % 1], Cancel(), Cancelled, "Cancelled."),
    ],
)  # fmt: skip
def test_what_is_refused_leaves_everything_as_it_was(scene, table, rows, deletes, feedback, error, told):
    before = dump(scene.copy)
    own = scene.table(table)
    good = [{**row, "kind": "changed"} for row in rows_of([feature(scene.ids(own)[0])], own)]
    good = good if table == "Trees" else []
    with scene.connect() as connection:
        with pytest.raises(error) as raised:
            apply_rows(connection, own, [*good * 2_000, *rows], deletes, feedback)
        connection.rollback()
    assert told in str(raised.value)
    assert dump(scene.copy) == before


def test_after_an_error_the_triggers_are_there_even_if_the_caller_goes_on(scene):
    texts = triggers(scene)
    with scene.connect() as connection:
        with pytest.raises(BrokenAnswer):
            apply_rows(connection, scene.table("Trees"), [{"GlobalID": 7}], [], Silent())
        connection.commit()
    assert triggers(scene) == texts


def test_a_table_without_globalids_is_refused(scene):
    from dataclasses import replace  # noqa: PLC0415

    with scene.connect() as connection, pytest.raises(Unsupported, match="“Bäume” has no GlobalIDs"):
        apply_rows(connection, replace(scene.table("Trees"), global_id=""), [], [], Silent())


def test_many_rows_come_in_portions(scene):
    told = []

    class Listening(Silent):
        def report(self, done, total, subject):
            told.append((done, subject))

    table = scene.table("Trees")
    point = rows_of([feature(NEW % 1, {"x": 8, "y": -9})], table)[0]
    many = ({**point, "GlobalID": f"{{{k:08X}-1111-4000-8000-000000000000}}", "fid": k} for k in range(4_500))
    with scene.connect() as connection:
        assert apply_rows(connection, table, many, [], Listening()) == Applied(added=4_500)
        again = ({"GlobalID": f"{{{k:08X}-1111-4000-8000-000000000000}}", "kind": "x"} for k in range(4_500))
        gone = (f"{k:08x}-1111-4000-8000-000000000000" for k in range(1_000, 4_500))
        assert apply_rows(connection, table, again, gone, Silent()) == Applied(0, 4_500, 3_500)
        connection.commit()
    assert told == [(2_000, "Bäume"), (4_000, "Bäume"), (4_500, "Bäume")]
    assert query(scene, "SELECT count(*), max(fid) FROM Trees WHERE kind = 'x'") == [(1_000, 999)]
    assert_in_order(scene)
