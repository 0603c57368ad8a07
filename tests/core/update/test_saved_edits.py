"""Edits saved in a file, put back, and taken back."""

from contextlib import closing
import shutil
import sqlite3

import pytest
from qgis.core import QgsVectorLayer

from plugin.core.errors import BadInput, Damaged, OfflineMapError, Untrusted
from plugin.core.host import Silent
from plugin.core.update.put_back import apply_saved_edits, revert_edits
from plugin.core.update.saved_edits import export_edits
from plugin.core.update.synced_map import open_synced_map
from plugin.core.working_copy.change_tracking import edits_noted
from plugin.core.working_copy.copy_reading import edits_by_table
from tests.fixtures.synced_town import HYDRANTS, guid_of
from tests.portal import HangUp

from .both_sides import attachments, differences
from .town_edits import NEW, NEW_FILE, edit_everything, edit_there
from .updating import refusals, update

SECOND, FOURTH = guid_of("Hydrants", 2), guid_of("Hydrants", 4)
TABLES = ("Hydrants", "Mains", "Plots", "Inspections")


@pytest.fixture
def town(town_map):
    made = town_map()
    made.register()
    return made


def content(town):
    return [{gid: without_key(row) for gid, row in town.rows(name).items()} for name in TABLES] + [
        {gid: without_key(row) for gid, row in attachments(town).items()}
    ]


def without_key(row):
    return {
        name: value
        for name, value in row.items()
        if name.casefold() not in ("fid", "objectid", "attachmentid")
    }


def export(town, target):
    return export_edits(open_synced_map(town.folder), target, Silent())


def test_the_file_loads_in_qgis(town, tmp_path):
    edit_everything(town)
    target = tmp_path / "gesicherte Änderungen.gpkg"
    assert export(town, target) == len(town.edits())
    layer = QgsVectorLayer(f"{target}|layername=Hydrants", "now", "ogr")
    before = QgsVectorLayer(f"{target}|layername=Hydrants_before", "before", "ogr")
    assert layer.isValid()
    assert before.isValid()
    now = {one["edit_global_id"]: one for one in layer.getFeatures()}
    was = {one["edit_global_id"]: one for one in before.getFeatures()}
    assert {gid: one["edit_operation"] for gid, one in now.items()} == {
        NEW: "insert", SECOND: "update", guid_of("Hydrants", 5): "update", FOURTH: "delete",
    }  # fmt: skip
    assert set(was) == {SECOND, guid_of("Hydrants", 5), FOURTH}
    assert (now[SECOND]["name"], was[SECOND]["name"]) == ("von hier", "Hydrant 2")
    assert now[FOURTH]["name"] == "Hydrant 4"
    assert now[NEW].geometry().asWkt(1).startswith("Point")
    assert layer.crs().authid() == "EPSG:3857"
    assert layer.extent().contains(now[NEW].geometry().asPoint())
    photos = QgsVectorLayer(f"{target}|layername=Hydrants__ATTACH", "photos", "ogr")
    assert {one["edit_global_id"] for one in photos.getFeatures()} >= {NEW_FILE}
    sublayers = {one.split("!!::!!")[1] for one in layer.dataProvider().subLayers()}
    assert not [name for name in sublayers if name.startswith("gpkgext")]
    del layer, before, photos


def test_edits_come_back_after_they_were_reverted(town, tmp_path):
    original = content(town)
    edit_everything(town)
    edited, edits = content(town), sorted(town.edits())
    target = tmp_path / "edits.gpkg"
    export(town, target)
    assert revert_edits(open_synced_map(town.folder), Silent()) == len(edits)
    assert content(town) == original
    assert town.edits() == []
    assert differences(town) == []
    done = apply_saved_edits(open_synced_map(town.folder), target, Silent())
    assert (done.count, done.notices) == (len(edits), [])
    assert content(town) == edited
    assert sorted(town.edits()) == edits
    assert refusals(update(town)) == []
    assert differences(town) == []
    assert town.service.misuse == []


def test_the_index_follows_what_is_reverted(town):
    edit_everything(town)
    revert_edits(open_synced_map(town.folder), Silent())
    with closing(sqlite3.connect(town.copy())) as connection:
        (rows,) = connection.execute("SELECT count(*) FROM Hydrants").fetchone()
        (indexed,) = connection.execute("SELECT count(*) FROM rtree_Hydrants_geom").fetchone()
        (counted,) = connection.execute(
            "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = 'Hydrants'"
        ).fetchone()
    assert rows == indexed == counted


def test_reverting_goes_back_to_the_last_update(town):
    edit_everything(town)
    edit_there(town)
    update(town)
    settled = content(town)
    town.edit("UPDATE Hydrants SET name = 'noch einmal' WHERE GlobalID = ?", (SECOND,))
    town.edit("DELETE FROM Hydrants WHERE GlobalID = ?", (NEW,))
    town.edit("INSERT INTO Mains (name) VALUES ('eigene')")
    revert_edits(open_synced_map(town.folder), Silent())
    assert content(town) == settled
    assert differences(town) == []


def test_saved_edits_go_into_a_map_that_was_downloaded_anew(town, town_map, tmp_path):
    edit_everything(town)
    edit_there(town)
    target = tmp_path / "edits.gpkg"
    export(town, target)
    shutil.rmtree(town.folder)
    town.download()
    town.register()
    update(town)
    done = apply_saved_edits(open_synced_map(town.folder), target, Silent())
    assert done.notices == []
    assert refusals(update(town)) == []
    assert differences(town) == []
    row = town.service.rows(HYDRANTS)[SECOND]
    assert (row["name"], row["remark"]) == ("von hier", "von dort")


def test_what_is_gone_meanwhile_is_told(town, tmp_path):
    town.edit("UPDATE Hydrants SET name = 'von hier' WHERE GlobalID = ?", (SECOND,))
    target = tmp_path / "edits.gpkg"
    export(town, target)
    revert_edits(open_synced_map(town.folder), Silent())
    town.service.edit(HYDRANTS, deletes=[SECOND])
    update(town)
    done = apply_saved_edits(open_synced_map(town.folder), target, Silent())
    assert done.count == 0
    assert [SECOND in one.text for one in done.notices] == [True]


def apply(town, file):
    done = apply_saved_edits(open_synced_map(town.folder), file, Silent())
    return done.count, [one.text for one in done.notices]


def test_a_new_feature_that_has_arrived_is_nothing_to_apply(town, tmp_path):
    """What the service filled in, the grid of its shapes and its numbers of 32 bits are no differences."""
    town.edit("INSERT INTO Plots (name, height) VALUES ('neu', 1.1)")
    edit_everything(town)
    export(town, tmp_path / "edits.gpkg")
    update(town)
    before = content(town)
    assert apply(town, tmp_path / "edits.gpkg") == (0, [])
    assert content(town) == before
    assert town.edits() == []


@pytest.mark.parametrize("place", ["there", "here"])
def test_what_became_of_a_new_feature_since_is_not_overwritten(town, tmp_path, place):
    edit_everything(town)
    export(town, tmp_path / "edits.gpkg")
    update(town)
    if place == "there":
        changed = {"GlobalID": NEW, "name": "von dort", "remark": "neu dort"}
        town.service.edit(HYDRANTS, updates=[{"attributes": changed}], user="colleague")
        update(town)
    else:
        town.edit("UPDATE Hydrants SET name = 'später', remark = 'x' WHERE GlobalID = ?", (NEW,))
    before, edits = content(town), town.edits()
    assert apply(town, tmp_path / "edits.gpkg") == (
        0,
        [
            f"“Hydrants” has the new feature {NEW} already, with other values in name: these stay, and the"
            " saved ones are left out."
        ],
    )
    assert content(town) == before
    assert town.edits() == edits


def test_what_a_table_does_not_allow_is_told_and_the_rest_applied(town, tmp_path):
    edit_everything(town)
    edits = sorted(town.edits())
    export(town, tmp_path / "edits.gpkg")
    revert_edits(open_synced_map(town.folder), Silent())
    with closing(sqlite3.connect(tmp_path / "edits.gpkg")) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE Hydrants SET status = NULL WHERE edit_global_id IN (?, ?)", (NEW, SECOND))
        connection.commit()
    count, told = apply(town, tmp_path / "edits.gpkg")
    assert sorted(told) == sorted(
        f"The saved edit of {feature} in “Hydrants” is left out: NOT NULL constraint failed: Hydrants.status."
        for feature in (NEW, SECOND)
    )
    assert count == len(edits) - 2
    assert {NEW, SECOND}.isdisjoint(guid for table, guid, _ in town.edits() if table == "Hydrants")


def test_nothing_is_reverted_while_edits_are_under_way(town):
    town.service.behaviour.sync_flags = {"supportsAsync": False}
    edit_everything(town)
    town.portal.fault("/synchronizeReplica", HangUp())
    with pytest.raises(OfflineMapError):
        update(town)
    edits = sorted(town.edits())
    with pytest.raises(BadInput, match="Update the offline map first"):
        revert_edits(open_synced_map(town.folder), Silent())
    assert sorted(town.edits()) == edits


@pytest.mark.parametrize("kind", ["text", "another GeoPackage", "nothing"])
def test_a_file_that_holds_no_saved_edits(town, tmp_path, kind):
    file = tmp_path / "edits.gpkg"
    if kind == "text":
        file.write_text("no database")
    elif kind == "another GeoPackage":
        shutil.copyfile(town.copy(), file)
    with pytest.raises(BadInput, match="no saved edits"):
        apply_saved_edits(open_synced_map(town.folder), file, Silent())
    assert town.edits() == []


def test_rights_hold_for_saved_edits_too(town_map, tmp_path):
    town = town_map()
    town.register()
    edit_everything(town)
    target = tmp_path / "edits.gpkg"
    export(town, target)
    revert_edits(open_synced_map(town.folder), Silent())
    town.service.behaviour.capabilities = "Query,Sync,Create"
    update(town)
    done = apply_saved_edits(open_synced_map(town.folder), target, Silent())
    assert {operation for _, _, operation in town.edits()} == {"insert"}
    assert len(done.notices) > 3


ENDLESS = (
    "CREATE VIEW {name} AS SELECT a.* FROM {source} AS a, {many} AS b, {many} AS c, {many} AS d, {many} AS e"
)
MANY = (
    "CREATE TABLE many AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 3000)"
    " SELECT x FROM n"
)


def hide_behind_a_view(path, table):
    """As a stranger may: reading the table never comes to an end."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(MANY)
        connection.execute(f"CREATE TABLE its_rows AS SELECT * FROM {table}")
        connection.execute(f"DROP TABLE {table}")
        connection.execute(ENDLESS.format(name=table, source="its_rows", many="many"))
        connection.commit()


def test_a_view_among_saved_edits_is_not_run(town, tmp_path):
    edit_everything(town)
    export(town, tmp_path / "edits.gpkg")
    revert_edits(open_synced_map(town.folder), Silent())
    hide_behind_a_view(tmp_path / "edits.gpkg", "Hydrants")
    with pytest.raises(BadInput, match="contains no saved edits"):
        apply_saved_edits(open_synced_map(town.folder), tmp_path / "edits.gpkg", Silent())
    assert town.edits() == []


@pytest.mark.parametrize(
    "statement",
    ["DROP TABLE Hydrants", "ALTER TABLE Hydrants RENAME edit_global_id TO x"],
)
def test_a_file_that_lacks_what_it_states_changes_nothing(town, tmp_path, statement):
    edit_everything(town)
    export(town, tmp_path / "edits.gpkg")
    revert_edits(open_synced_map(town.folder), Silent())
    with closing(sqlite3.connect(tmp_path / "edits.gpkg")) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute(statement)
        connection.commit()
    with pytest.raises(BadInput, match="contains no saved edits"):
        apply_saved_edits(open_synced_map(town.folder), tmp_path / "edits.gpkg", Silent())
    assert town.edits() == []


def test_a_view_in_a_working_copy_is_not_run(town, tmp_path):
    edit_everything(town)
    with closing(sqlite3.connect(town.copy())) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.commit()
    hide_behind_a_view(town.copy(), "gpkgext_offline_changes")
    assert edits_noted(town.copy()) == 0
    with pytest.raises(Damaged):
        edits_by_table(town.copy())
    with pytest.raises(Damaged):
        export(town, tmp_path / "edits.gpkg")
    with pytest.raises(Untrusted, match="VIEW in “gpkgext_offline_changes”"):
        update(town)
