"""What a user edited and has not sent yet stays when the server's rows change below it."""

import random

import pytest

from plugin.core.host import Silent
from plugin.core.working_copy.apply import Applied, apply_rows
from plugin.core.working_copy.batch import settle_batch, take_batch
from plugin.core.working_copy.change_tracking import local_edits, values_before
from plugin.core.working_copy.feature_json import rows_of
from plugin.core.working_copy.tracking_faults import tracking_faults, unknown_triggers

from .scenes import write_scene

NEW = "{0000AAAA-0000-4000-8000-00000000000%s}"


@pytest.fixture
def scene(tmp_path):
    return write_scene(tmp_path)


@pytest.fixture
def trees(scene):
    return scene.table("Trees")


@pytest.fixture
def connection(scene):
    with scene.connect() as connection:
        yield connection


@pytest.fixture
def ids(scene, trees):
    return scene.ids(trees)


def feature(name, geometry=None, /, **attributes):
    shape = {} if geometry is None else {"geometry": geometry}
    return {"attributes": {"GlobalID": name, **attributes}, **shape}


def apply(connection, table, features=(), deletes=()):
    applied = apply_rows(connection, table, rows_of(list(features), table), deletes, Silent())
    connection.commit()
    return applied


def edits(connection):
    return [(edit.row_id, edit.operation.value, edit.global_id) for edit in local_edits(connection)]


def one(connection, columns, where, table="Trees"):
    return connection.execute(f"SELECT {columns} FROM {table} WHERE {where}").fetchone()


def base_of(connection, name, columns="kind, fid"):
    """A feature has one row in the base, or none."""
    statement = f"SELECT {columns} FROM gpkgext_offline_base_Trees WHERE GlobalID = ?"
    rows = connection.execute(statement, (name,)).fetchall()
    assert len(rows) < 2
    return rows[0] if rows else None


def test_an_edited_row_keeps_what_was_edited_and_takes_the_rest(connection, trees, ids):
    connection.execute("UPDATE Trees SET kind = 'mine' WHERE fid_2 = 2")
    (before,) = local_edits(connection)
    applied = apply(connection, trees, [feature(ids[1], {"x": 7, "y": 8}, kind="theirs", fid=-5)])
    assert applied == Applied(rebased=1)
    assert one(connection, "kind, fid, ST_MinX(geom)", "fid_2 = 2") == ("mine", -5, 7.0)
    assert one(connection, "minx, maxy", "id = 2", "rtree_Trees_geom") == (7, 8)
    assert local_edits(connection) == (before,)
    kept = values_before(connection, "Trees", 2)
    assert (kept["kind"], kept["fid"], kept["OBJECTID"]) == ("theirs", -5, 102)
    assert base_of(connection, ids[1]) == ("theirs", -5)
    assert (unknown_triggers(connection), tracking_faults(connection)) == ((), ())


def test_a_shape_that_was_edited_stays(connection, trees, ids):
    shape = rows_of([feature(ids[1], {"x": 1, "y": 1})], trees)[0]["geom"]
    connection.execute("UPDATE Trees SET geom = ? WHERE fid_2 = 2", (shape,))
    apply(connection, trees, [feature(ids[1], {"x": 7, "y": 8}, kind="theirs")])
    assert one(connection, "kind, ST_MinX(geom)", "fid_2 = 2") == ("theirs", 1.0)
    assert one(connection, "minx, maxy", "id = 2", "rtree_Trees_geom") == (1, 1)
    apply(connection, trees, [feature(ids[1], {"x": 9, "y": 8})])  # and stays, however often they change it
    assert one(connection, "ST_MinX(geom)", "fid_2 = 2") == (1.0,)


def test_an_edit_that_the_server_has_made_too_is_none_any_more(connection, trees, ids):
    connection.execute("UPDATE Trees SET kind = 'same' WHERE fid_2 = 2")
    assert apply(connection, trees, [feature(ids[1], kind="same", fid=1)]) == Applied()
    assert edits(connection) == []
    assert values_before(connection, "Trees", 2) is None
    assert one(connection, "kind, fid", "fid_2 = 2") == base_of(connection, ids[1]) == ("same", 1)
    connection.execute("UPDATE Trees SET kind = 'again' WHERE fid_2 = 2")
    connection.commit()
    assert apply(connection, trees, [feature(ids[1], fid=2)]) == Applied(rebased=1)
    assert values_before(connection, "Trees", 2)["kind"] == "same"


def test_a_deleted_row_stays_deleted_and_comes_back_as_it_is_now(connection, trees, ids):
    connection.execute("DELETE FROM Trees WHERE fid_2 = 3")
    assert apply(connection, trees, [feature(ids[2], kind="theirs")]) == Applied(rebased=1)
    assert edits(connection) == [(3, "delete", ids[2])]
    assert one(connection, "count(*)", "fid_2 = 3") == (0,)
    kept = values_before(connection, "Trees", 3)
    assert (kept["kind"], kept["fid"]) == ("theirs", 903)
    assert base_of(connection, ids[2]) == ("theirs", 903)


def test_a_row_that_the_server_deleted_stays_where_it_was_edited(connection, trees, ids):
    apply(connection, trees, [feature(ids[1], kind="first")])
    connection.execute("UPDATE Trees SET fid = 0 WHERE fid_2 = 2")
    assert apply(connection, trees, [], [ids[1].lower()]) == Applied(rebased=1)
    assert one(connection, "kind, fid", "fid_2 = 2") == ("first", 0)
    assert edits(connection) == [(2, "update", ids[1])]
    assert one(connection, "global_id", "1", "gpkgext_offline_gone") == (ids[1],)
    assert base_of(connection, ids[1]) is None


def test_a_row_that_both_deleted_is_gone(connection, trees, ids):
    apply(connection, trees, [feature(ids[1], kind="first")])
    connection.execute("DELETE FROM Trees WHERE fid_2 IN (2, 4)")
    assert apply(connection, trees, [], [ids[1]]) == Applied(deleted=1)
    assert edits(connection) == [(4, "delete", ids[3])]
    assert values_before(connection, "Trees", 2) is None
    assert one(connection, "global_id", "1", "gpkgext_offline_gone") == (ids[1],)
    assert base_of(connection, ids[1]) is None
    assert one(connection, "feature_count", "table_name = 'Trees'", "gpkg_ogr_contents") == (3,)


def insert_tree(connection):
    connection.execute("INSERT INTO Trees (fid_2, kind, fid) VALUES (70, 'mine', 7)")
    connection.commit()
    return str(one(connection, "GlobalID", "fid_2 = 70")[0])


def test_a_new_row_that_the_server_has_already_is_an_update_or_nothing(connection, trees):
    """Its upload arrived, the answer did not."""
    name = insert_tree(connection)
    assert apply(connection, trees, [feature(name, kind="mine", fid=7, OBJECTID=900)]) == Applied()
    assert edits(connection) == []
    assert one(connection, "fid_2, kind, OBJECTID", f"GlobalID = '{name}'") == (70, "mine", 900)
    assert base_of(connection, name) == ("mine", 7)


def test_a_new_row_that_was_edited_on_both_sides(connection, trees):
    name = insert_tree(connection)
    came = feature(name, kind="mine", fid=8, OBJECTID=900, seen=5)
    assert apply(connection, trees, [came]) == Applied(rebased=1)
    assert edits(connection) == [(70, "update", name)]
    row = one(connection, "kind, fid, OBJECTID, seen", "fid_2 = 70")
    assert row == ("mine", 7, 900, "1970-01-01T00:00:00.005Z")
    assert values_before(connection, "Trees", 70)["fid"] == 8
    # and once more, now as the update that it is
    assert apply(connection, trees, [feature(name, fid=7, kind="theirs")]) == Applied()
    assert one(connection, "kind, fid", "fid_2 = 70") == ("theirs", 7)
    assert edits(connection) == []


def test_a_new_row_that_comes_in_several_portions_of_one_answer(connection, trees, ids):
    name = insert_tree(connection)
    others = [feature(ids[0], kind="other")] * 2_000
    came = [feature(name, kind="theirs"), *others, feature(name, kind="mine", fid=7), *others]
    assert apply(connection, trees, [*came, feature(name, kind="last")]) == Applied(updated=4, rebased=1)
    assert edits(connection) == []
    assert one(connection, "kind, fid", "fid_2 = 70") == base_of(connection, name) == ("last", 7)
    assert values_before(connection, "Trees", 70) is None


def test_fields_that_only_the_server_fills_are_the_servers_in_a_new_row(connection, trees):
    connection.execute("INSERT INTO Trees (fid_2, kind, editor) VALUES (70, 'mine', 'me')")
    (name,) = one(connection, "GlobalID", "fid_2 = 70")
    assert apply(connection, trees, [feature(name, kind="mine", editor="SERVER")]) == Applied()
    assert one(connection, "kind, editor", "fid_2 = 70") == ("mine", "SERVER")
    assert edits(connection) == []


def test_a_row_id_of_a_deleted_row_stays_its_own(connection, trees, ids):
    """Also in a layer that was written anew, where SQLite no longer knows which ones were used."""
    connection.execute("DELETE FROM Trees WHERE fid_2 > 3")
    connection.execute("DELETE FROM sqlite_sequence WHERE name = 'Trees'")
    apply(connection, trees, [feature(NEW % 1, kind="new")])
    assert one(connection, "fid_2", f"GlobalID = '{NEW % 1}'") == (6,)
    assert sorted(edits(connection)) == [(4, "delete", ids[3]), (5, "delete", ids[4])]


def test_what_was_sent_of_a_new_row_tells_what_was_edited_since(connection, trees):
    name = insert_tree(connection)
    take_batch(connection, local_edits(connection))
    connection.execute("UPDATE Trees SET fid = 77 WHERE fid_2 = 70")
    connection.commit()
    came = feature(name, {"x": 3, "y": 3}, kind="corrected", fid=7, OBJECTID=900)
    assert apply(connection, trees, [came]) == Applied(rebased=1)
    assert one(connection, "kind, fid, ST_MinX(geom)", "fid_2 = 70") == ("corrected", 77, 3.0)
    assert edits(connection) == [(70, "update", name)]


def test_an_edit_that_is_under_way_never_comes_to_nothing(connection, trees, ids):
    connection.execute("UPDATE Trees SET kind = 'same' WHERE fid_2 = 2")
    connection.execute("DELETE FROM Trees WHERE fid_2 = 3")
    take_batch(connection, local_edits(connection))
    connection.commit()
    assert apply(connection, trees, [feature(ids[1], kind="same")], [ids[2]]) == Applied(rebased=2)
    assert edits(connection) == [(2, "update", ids[1]), (3, "delete", ids[2])]
    settle_batch(connection, local_edits(connection))
    assert edits(connection) == []


def test_what_the_server_made_of_an_upload_replaces_it(connection, trees, ids):
    """After the batch is settled the rows are fetched and applied like any others."""
    connection.execute("UPDATE Trees SET kind = 'mine' WHERE fid_2 = 2")
    name = insert_tree(connection)
    take_batch(connection, local_edits(connection))
    settle_batch(connection, local_edits(connection))
    fetched = [feature(ids[1], kind="MINE"), feature(name, kind="mine", OBJECTID=901, seen=9)]
    assert apply(connection, trees, fetched) == Applied(updated=2)
    assert edits(connection) == []
    assert base_of(connection, ids[1]) == ("MINE", 902)
    assert base_of(connection, name, "OBJECTID") == one(connection, "OBJECTID", "fid_2 = 70") == (901,)


def test_a_copy_with_the_globalid_of_another_row_is_not_the_feature(connection, trees, ids):
    """Rows that version 0.1.0 duplicated have one GlobalID twice."""
    connection.execute("INSERT INTO Trees (fid_2, kind) VALUES (70, 'copy')")
    connection.execute("UPDATE gpkgext_offline_tracking SET enabled = 0")
    connection.execute("UPDATE Trees SET GlobalID = ? WHERE fid_2 = 70", (ids[1],))
    connection.execute("UPDATE gpkgext_offline_changes SET global_id = ?", (ids[1],))
    connection.execute("UPDATE gpkgext_offline_tracking SET enabled = 1")
    connection.commit()
    assert apply(connection, trees, [feature(ids[1], kind="theirs")]) == Applied(updated=1)
    rows = connection.execute("SELECT fid_2, kind FROM Trees WHERE GlobalID = ?", (ids[1],)).fetchall()
    assert sorted(rows) == [(2, "theirs"), (70, "copy")]
    assert edits(connection) == [(70, "insert", ids[1])]
    assert apply(connection, trees, [], [ids[1]]) == Applied(deleted=1)
    assert one(connection, "count(*)", "fid_2 = 70") == (1,)


def test_a_deleted_row_whose_place_was_taken(connection, trees, ids):
    """What is kept of it lies under another row id then; so does its base."""
    for number in (1, 2):
        connection.execute("DELETE FROM Trees WHERE fid_2 = ?", (number,))
        connection.execute(
            "INSERT INTO Trees (fid_2, kind, GlobalID) VALUES (?, 'n', ?)", (number, NEW % number)
        )
        connection.commit()
    changes = [feature(ids[0], kind="a"), feature(ids[1], kind="b"), feature(ids[1], kind="c")]
    assert apply(connection, trees, changes) == Applied(rebased=2)
    kept = {
        edit.global_id: values_before(connection, "Trees", edit.row_id) for edit in local_edits(connection)
    }
    assert (kept[ids[0]]["kind"], kept[ids[1]]["kind"]) == ("a", "c")
    assert (base_of(connection, ids[0]), base_of(connection, ids[1])) == (("a", 901), ("c", 902))


# Any history at all, against a model that knows nothing of the tables behind it.

FIELDS = ("kind", "fid")


class Model:
    """By GlobalID: what the server has, what it had when the client last heard of it, what the client has.

    `own` were made here, `touched` are features of the server that were edited here, `lost` those of them
    that the server has deleted.
    """

    def __init__(self, rows):
        self.server, self.heard, self.mine = dict(rows), dict(rows), dict(rows)
        self.own, self.touched, self.lost = set(), set(), set()

    def store(self, name, values):
        """An edit here."""
        if name not in self.own and values != self.mine[name]:
            self.touched.add(name)
        self.mine.pop(name) if values is None else self.mine.update({name: values})

    def download(self):
        """The changes since the last one; then the client has them, its own edits on top."""
        changed = {name: row for name, row in self.server.items() if row != self.heard.get(name)}
        gone = [name for name in self.heard if name not in self.server]
        for name, row in changed.items():
            old, here = self.heard.get(name), self.mine.get(name)
            if old is None or here is not None:
                edited = {key: here[key] for key in FIELDS if old and here[key] != old[key]}
                self.mine[name] = {**row, **edited}
                if self.mine[name] == row:
                    self.touched.discard(name)
        for name in gone:
            # An edit that was taken back again keeps nothing.
            if name not in self.touched or self.mine.get(name) in (None, self.heard[name]):
                self.mine.pop(name, None)
                self.touched.discard(name)
            else:
                self.lost.add(name)
        self.heard = dict(self.server)
        return changed, gone


def state(connection):
    rows = connection.execute("SELECT GlobalID, kind, fid FROM Trees").fetchall()
    return {name: dict(zip(FIELDS, values)) for name, *values in rows}


def change(random_, rows, make, store):
    """One row made, changed or removed."""
    names = sorted(rows)
    act = random_.choice(("make", "change", "change", "change", "remove")) if names else "make"
    values = {"kind": random_.choice("abc"), "fid": random_.randrange(3)}
    if act == "make":
        make(values)
        return
    name = random_.choice(names)
    some = {key: values[key] for key in random_.sample(FIELDS, random_.randint(1, 2))}
    store(name, None if act == "remove" else {**rows[name], **some})


@pytest.mark.parametrize("seed", range(40))
def test_any_history_leaves_what_a_model_says(tmp_path, seed):
    random_ = random.Random(seed)
    scene = write_scene(tmp_path)
    trees = scene.table("Trees")
    with scene.connect() as connection:
        model = Model(state(connection))
        number = 0

        def made_there(values):
            nonlocal number
            number += 1
            model.server[f"{{{number:08X}-2222-4000-8000-000000000000}}"] = values

        def stored_there(name, values):
            model.server.pop(name) if values is None else model.server.update({name: values})

        def made_here(values):
            row = connection.execute(
                "INSERT INTO Trees (kind, fid) VALUES (?, ?) RETURNING fid_2", tuple(values.values())
            ).fetchall()
            (name,) = one(connection, "GlobalID", f"fid_2 = {row[0][0]}")
            model.own.add(name)
            model.mine[name] = values

        def stored_here(name, values):
            if values is None:
                connection.execute("DELETE FROM Trees WHERE GlobalID = ?", (name,))
            else:
                statement = "UPDATE Trees SET kind = ?, fid = ? WHERE GlobalID = ?"
                connection.execute(statement, (*values.values(), name))
            model.store(name, values)

        for _ in range(6):
            for _ in range(random_.randrange(8)):
                change(random_, model.server, made_there, stored_there)
            for _ in range(random_.randrange(8)):
                change(random_, model.mine, made_here, stored_here)
            connection.commit()
            changed, gone = model.download()
            spell = random_.choice([str, str.lower, lambda name: name[1:-1]])
            apply(
                connection,
                trees,
                [feature(spell(name), **row) for name, row in changed.items()],
                map(spell, gone),
            )
            assert state(connection) == model.mine
            noted = {name: operation for _, operation, name in edits(connection)}
            assert noted == {
                **dict.fromkeys(model.own & set(model.mine), "insert"),
                **{name: "update" if name in model.mine else "delete" for name in model.touched},
            }
            for name in set(noted) & set(model.heard):
                (edit,) = (edit for edit in local_edits(connection) if edit.global_id == name)
                kept = values_before(connection, "Trees", edit.row_id)
                assert {key: kept[key] for key in FIELDS} == model.heard[name]
        assert connection.execute("SELECT rtreecheck('rtree_Trees_geom')").fetchone() == ("ok",)
        count = connection.execute("SELECT count(*) FROM Trees").fetchone()
        assert one(connection, "feature_count", "table_name = 'Trees'", "gpkg_ogr_contents") == count


def test_all_edits_are_read_only_where_the_row_of_a_feature_does_not_tell(connection, trees, ids):
    """An upload of many batches would read them for each of its batches."""
    with connection:
        connection.execute("UPDATE Trees SET kind = 'mine'")
    statements = []
    connection.set_trace_callback(statements.append)
    assert apply(connection, trees, [feature(ids[2], fid=-5)]).rebased == 1
    assert not [one for one in statements if "gpkgext_offline_changes ORDER BY id" in one]
    apply(connection, trees, [feature(NEW % 1, kind="there")])
    assert [one for one in statements if "gpkgext_offline_changes ORDER BY id" in one]
