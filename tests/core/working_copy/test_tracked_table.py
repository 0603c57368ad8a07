"""What synchronisation is told of the tables of a working copy."""

import pytest

from plugin.core.errors import Damaged
from plugin.core.geodatabase.catalogue import open_geodatabase
from plugin.core.geodatabase.shapes.batch import ShapeKind, ShapeLayout
from plugin.core.working_copy.tracked_table import ParentKey, tracked_tables

from .scenes import write_scene


@pytest.fixture
def scene(tmp_path):
    return write_scene(tmp_path)


def found(scene):
    with open_geodatabase(scene.source) as geodatabase, scene.connect() as connection:
        return {table.name: table for table in tracked_tables(connection, geodatabase)}


def test_every_table_is_told_with_its_columns(scene):
    tables = found(scene)
    assert {name: table.layer_id for name, table in tables.items()} == {
        "Trees": 7, "Parcels": 3, "Notes": 12, "Trails": 9, "Trees__ATTACH": None,
    }  # fmt: skip
    trees = tables["Trees"]
    assert (trees.key, trees.geometry, trees.srs_id, trees.title) == ("fid_2", "geom", 3857, "Bäume")
    assert (trees.global_id, trees.object_id) == ("GlobalID", "OBJECTID")
    assert set(trees.all_columns) == {"geom", "OBJECTID", "fid", "kind", "seen", "editor", "GlobalID"}
    assert tables["Parcels"].layout == ShapeLayout(ShapeKind.POLYGON, has_z=True, has_m=True)
    assert (tables["Notes"].geometry, tables["Notes"].key, tables["Notes"].layout) == ("", "fid", None)


def test_owners_and_parents_are_told(scene):
    tables = found(scene)
    files = tables["Trees__ATTACH"]
    assert files.owner == "Trees"
    assert files.parents == (ParentKey("REL_GLOBALID", "Trees", "GlobalID", composite=True),)
    assert (files.global_id, files.object_id) == ("GLOBALID", "ATTACHMENTID")
    assert tables["Notes"].parents == (ParentKey("parcel", "Parcels", "GlobalID", composite=True),)
    assert tables["Notes"].owner is None
    assert tables["Trees"].parents == tables["Parcels"].parents == ()


def test_a_copy_with_other_names_for_fields_says_so_itself(scene):
    """As copies of version 0.1.0 are: `fid` is the key, the field has the other name."""
    with scene.connect() as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("ALTER TABLE Trees RENAME fid TO fid_1")
        connection.execute("ALTER TABLE Trees RENAME fid_2 TO fid")
    with pytest.raises(Damaged, match="The field “fid” is missing from the layer “Bäume”"):
        found(scene)
    with scene.connect() as connection:
        columns = "(name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)"
        connection.execute(f"CREATE TABLE IF NOT EXISTS gpkgext_offline_copy {columns}")
        values = ("columns", '{"Trees": {"fid": "fid_1"}}')
        connection.execute("INSERT INTO gpkgext_offline_copy VALUES (?, ?)", values)
        connection.commit()
    trees = found(scene)["Trees"]
    assert (trees.key, trees.columns["fid"], trees.columns["kind"]) == ("fid", "fid_1", "kind")
    assert "fid_1" in trees.all_columns


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("DROP TABLE Notes", "The layer “Notes” is missing from the working copy"),
        (
            "ALTER TABLE Notes RENAME COLUMN text TO words",
            "The field “text” is missing from the layer “Notes”",
        ),
        (
            "DELETE FROM gpkg_geometry_columns WHERE table_name = 'Trails'",
            "“Trails” of the working copy has lost",
        ),
    ],
)
def test_what_is_gone_is_named(scene, change, told):
    with scene.connect() as connection:
        connection.execute(change)
        connection.commit()
    with pytest.raises(Damaged, match=told):
        found(scene)


def test_a_table_that_is_not_tracked_is_none(scene):
    with scene.connect() as connection:
        connection.execute("DELETE FROM gpkgext_offline_tracking WHERE table_name = 'Trails'")
        connection.commit()
    assert "Trails" not in found(scene)
