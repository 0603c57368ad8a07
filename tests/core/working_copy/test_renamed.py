"""Layers and columns that another program renamed: told, and as they were again, with all edits."""

from __future__ import annotations

from contextlib import closing
import subprocess

from osgeo import gdal, ogr
import pytest
from qgis.core import QgsVectorLayer

from plugin.core.host import Silent
from plugin.core.working_copy.check import check_working_copy
from plugin.core.working_copy.compare import compare_rows
from plugin.core.working_copy.connection import connect_working_copy
from plugin.core.working_copy.tracking_faults import tracking_faults, unknown_triggers
from plugin.core.working_copy.write import copied_tables

from .town import NUMBERS, Copy, global_id, town_copy

gdal.UseExceptions()


@pytest.fixture
def copy(tmp_path):
    return Copy(town_copy(tmp_path))


def by_ogr(copy, statement):
    source = ogr.Open(str(copy.path), 1)
    source.ExecuteSQL(statement)
    source = None


def by_sqlite(copy, statement):
    copy.do(statement)


def check(copy):
    package = copy.path.with_suffix(".geodatabase")
    told = check_working_copy(copy.path, package, comparable=True)
    with closing(connect_working_copy(copy.path)) as connection:
        assert (tracking_faults(connection), unknown_triggers(connection)) == ((), ())
    compare_rows(copy.path, package, Silent())
    assert copied_tables(copy.path) == {"Hydrants", "Inspections", "Hydrants__ATTACH"}
    assert copy.ask("SELECT rtreecheck('rtree_Hydrants_geom')") == [("ok",)]
    count = "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = 'Hydrants'"
    assert copy.ask(count) == copy.ask("SELECT count(*) FROM Hydrants")
    return [one.text for one in told]


def edit(copy, layer="Hydrants", name="name"):
    copy.do(
        f"UPDATE {layer} SET {name} = 'x' WHERE GlobalID = '{global_id(2)}'",
        f"DELETE FROM {layer} WHERE GlobalID = '{global_id(3)}'",
        f"INSERT INTO {layer} ({name}) VALUES ('new')",
    )


def sound(copy):
    operations = [operation for _, operation, _ in copy.edits()]
    assert operations == ["update", "delete", "insert"]
    assert [own for _, _, own in copy.edits()][:2] == [global_id(2), global_id(3)]
    source = ogr.Open(str(copy.path))
    layer = source.GetLayerByName("Hydrants")
    assert layer.GetFeatureCount() == 5
    layer.SetSpatialFilterRect(3.5, 30, 6, 60)
    assert sorted(feature.GetField("name") for feature in layer) == ["h4", "h5"]


@pytest.mark.parametrize("rename", [by_sqlite, by_ogr])
def test_a_layer(copy, rename):
    rename(copy, "ALTER TABLE Hydrants RENAME TO Feuer")
    edit(copy, "Feuer")
    (told,) = check(copy)
    assert "Another program renamed columns of “Hydrants” in “Süd town.gpkg”: Hydrants → Feuer." in told
    sound(copy)
    assert check(copy) == []


@pytest.mark.parametrize("rename", [by_sqlite, by_ogr])
@pytest.mark.parametrize("column", ["name", "pressure"])
def test_a_column(copy, rename, column):
    rename(copy, f"ALTER TABLE Hydrants RENAME COLUMN {column} TO Druck")
    edit(copy, name="Druck" if column == "name" else "name")
    (told,) = check(copy)
    assert f": {column} → Druck." in told
    sound(copy)
    assert check(copy) == []


def test_columns_of_the_working_copy_itself(copy):
    for column in ("fid", "geom", "GlobalID"):
        by_sqlite(copy, f"ALTER TABLE Hydrants RENAME COLUMN {column} TO {column}_neu")
    (told,) = check(copy)
    assert ": fid → fid_neu, geom → geom_neu, GlobalID → GlobalID_neu." in told
    edit(copy)
    sound(copy)


def test_a_geometry_column_by_gdal(copy):
    """GDAL has the index follow."""
    source = ogr.Open(str(copy.path), 1)
    layer = source.GetLayerByName("Hydrants")
    if not layer.TestCapability("AlterGeomFieldDefn"):
        pytest.skip("not in this version of GDAL")
    new = ogr.GeomFieldDefn("Form", ogr.wkbPoint)
    assert layer.AlterGeomFieldDefn(0, new, ogr.ALTER_GEOM_FIELD_DEFN_NAME_FLAG) == ogr.OGRERR_NONE
    del layer, source
    (told,) = check(copy)
    assert ": geom → Form." in told
    edit(copy)
    sound(copy)


def test_by_qgis(copy, qgis_app):
    layer = QgsVectorLayer(f"{copy.path}|layername=Hydrants", "", "ogr")
    layer.startEditing()
    assert layer.renameAttribute(layer.fields().lookupField("name"), "Bezeichnung")
    assert layer.commitChanges(), layer.commitErrors()
    del layer
    (told,) = check(copy)
    assert ": name → Bezeichnung." in told
    edit(copy)
    sound(copy)


def test_a_layer_whose_name_another_took(copy):
    by_sqlite(copy, "ALTER TABLE Hydrants RENAME TO Feuer")
    by_sqlite(copy, "CREATE TABLE Hydrants (x)")
    with closing(connect_working_copy(copy.path)) as connection:
        (fault,) = tracking_faults(connection)
    assert (fault.table, fault.can_be_mended) == ("Hydrants", False)


def test_a_layer_written_anew_with_other_columns(copy):
    """Nothing says that they hold what the ones in their places held."""
    other = copy.path.with_name("Ausfuhr.gpkg")
    columns = "geom, OBJECTID, name AS Titel, pressure, seen, GlobalID"
    export = (other, copy.path, "-nln", "Hydrants", "-sql", f"SELECT {columns} FROM Hydrants")
    for arguments in (export, ("-overwrite", copy.path, other, "Hydrants")):
        subprocess.run(["ogr2ogr", *map(str, arguments)], check=True, timeout=50, capture_output=True)
    with closing(connect_working_copy(copy.path)) as connection:
        (fault,) = tracking_faults(connection)
    assert (fault.table, fault.can_be_mended) == ("Hydrants", False)


def test_a_column_that_came_besides_is_none_of_ours(copy):
    by_ogr(copy, "ALTER TABLE Hydrants ADD COLUMN mine TEXT(20)")
    edit(copy)
    assert check(copy) == []
    sound(copy)


def test_letter_case_alone_is_no_other_name(copy):
    other = copy.path.with_name("Ausfuhr.gpkg")
    for arguments in ((other, copy.path, "Hydrants"), ("-overwrite", copy.path, other, "-nln", "hydrants")):
        subprocess.run(["ogr2ogr", *map(str, arguments)], check=True, timeout=50, capture_output=True)
    package = copy.path.with_suffix(".geodatabase")
    told = [check_working_copy(copy.path, package, comparable=True) for _ in range(2)]
    assert [[one.code for one in some] for some in told] == [["tracking_repaired"], []]
    assert len(copy.hydrants()) == len(NUMBERS)
    assert copy.edits() == []
