"""Rules that run with every edit: those of a working copy, of GDAL and QGIS pass, a stranger's do not."""

from contextlib import closing
import sqlite3

from osgeo import ogr
import pytest
from qgis.core import QgsVectorLayer

from plugin.core.errors import Untrusted
from plugin.core.geodatabase.schema import FieldType
from plugin.core.host import Silent
from plugin.core.working_copy.check import check_working_copy
from plugin.core.working_copy.foreign_rules import foreign_rules
from plugin.core.working_copy.write import write_working_copy
from tests.core.geodatabase.shapes import wkb
from tests.fixtures.geodatabase import Dataset, Field, Row, write_geodatabase

LAYER = "Check on Straßen"


@pytest.fixture
def copy(tmp_path):
    """With names that are keywords, and defaults of every kind."""
    fields = [
        Field("on"),
        Field("check"),
        Field("Länge", FieldType.DOUBLE, default=-1.5e-07),
        Field("Art", default="it's a 'CHECK' -- /* ("),
        Field("Zahl", FieldType.INTEGER, default=-7),
    ]
    rows = [Row(wkb(f"POINT ({n} 2)"), {"Zahl": n}, object_id=17 + n) for n in range(3)]
    package = write_geodatabase(tmp_path / "a.geodatabase", [Dataset(LAYER, "Point", fields, rows)])
    return write_working_copy(package, tmp_path / "Süd 1.2.gpkg", Silent()).path


def rules(copy):
    with closing(sqlite3.connect(copy)) as connection:
        return [tuple(rule) for rule in foreign_rules(connection)]


def test_a_copy_as_it_was_made_has_none(copy):
    assert rules(copy) == []
    assert check_working_copy(copy) == []


def test_what_gdal_and_qgis_add_is_none(copy):
    file = ogr.GetDriverByName("GPKG").Open(str(copy), 1)
    layer = file.GetLayerByName(LAYER)
    note = ogr.FieldDefn("Note", ogr.OFTString)
    note.SetDefault("'gut''e'")
    assert layer.CreateField(note) == ogr.OGRERR_NONE
    assert layer.CreateField(ogr.FieldDefn("Rest", ogr.OFTInteger)) == ogr.OGRERR_NONE
    assert layer.DeleteField(layer.GetLayerDefn().GetFieldIndex("Rest")) == ogr.OGRERR_NONE
    unique = ogr.FieldDefn("Kennung", ogr.OFTString)
    unique.SetUnique(True)
    unique.SetNullable(False)
    other = file.CreateLayer("Eigene Ebene", geom_type=ogr.wkbPolygon)
    assert other.CreateField(unique) == ogr.OGRERR_NONE
    for name, default in (
        ("Zeit", "CURRENT_TIMESTAMP"),
        ("Uhr", "(strftime('%Y-%m-%dT%H:%M:%fZ','now'))"),
    ):
        moment = ogr.FieldDefn(name, ogr.OFTDateTime)
        moment.SetDefault(default)
        assert other.CreateField(moment) == ogr.OGRERR_NONE
    file.SetMetadataItem("note", "mine")
    layer = other = file = None
    source = QgsVectorLayer(f"{copy}|layername=Eigene Ebene", "a", "ogr")
    assert source.dataProvider().createAttributeIndex(source.fields().lookupField("Kennung"))
    source.saveStyleToDatabase("Grün", "", True, "")
    assert rules(copy) == []


@pytest.mark.parametrize(
    ("clause", "keyword"),
    [
        ("a TEXT CHECK (length(a) < 9)", "CHECK"),
        ("a TEXT, /* ' */ CHECK (length(a)) /* ' */", "CHECK"),
        ("a TEXT, -- '\n CHECK (length(a)) -- '\n", "CHECK"),
        ("[a'] TEXT CHECK (length([a']))", "CHECK"),
        ("`a'` TEXT CHECK (length(`a'`))", "CHECK"),
        ("a TEXT DEFAULT (abs(random()))", "DEFAULT"),
        ("a TEXT DEFAULT (strftime('%Y','now'))", "DEFAULT"),
        ("a TEXT DEFAULT ('a' || 'b')", "DEFAULT"),
        ("a TEXT, b AS (upper(a))", "GENERATED"),
        ("a TEXT, b TEXT GENERATED ALWAYS AS (upper(a)) STORED", "GENERATED"),
        ("a TEXT UNIQUE ON CONFLICT REPLACE", "ON"),
        ("a INTEGER REFERENCES gpkg_contents ON DELETE CASCADE", "ON"),
    ],
)
def test_a_table_with_a_rule_is_found(copy, clause, keyword):
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute(f'CREATE TABLE "fremd ä" (id INTEGER PRIMARY KEY, {clause})')
    assert rules(copy) == [("fremd ä", keyword)]
    with pytest.raises(Untrusted, match=f"“Süd 1.2.gpkg” contains a rule .*: {keyword} in “fremd ä”"):
        check_working_copy(copy)


@pytest.mark.parametrize("index", ["(upper(Art))", "(Art) WHERE upper(Art) = 'A'"])
def test_an_index_that_computes_is_found(copy, index):
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute(f'CREATE INDEX fremd ON "{LAYER}" {index}')
    assert rules(copy) == [(LAYER, "INDEX")]


def test_an_index_of_our_own_that_somebody_changed_is_found(copy):
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("DROP INDEX gpkgext_offline_deleted")
        connection.execute(
            "CREATE INDEX gpkgext_offline_deleted ON gpkgext_offline_changes (global_id)"
            " WHERE lower(operation) = 'delete'"
        )
    assert rules(copy) == [("gpkgext_offline_changes", "INDEX")]


def test_nothing_is_run_before_it_is_judged(copy):
    """Looking after the tracking writes, too."""
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'enabled INTEGER NOT NULL',"
            " 'enabled INTEGER NOT NULL CHECK (enabled = 0)') WHERE name = 'gpkgext_offline_tracking'"
        )
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("UPDATE gpkgext_offline_tracking SET enabled = 0")
    with pytest.raises(Untrusted, match="CHECK in “gpkgext_offline_tracking”"):
        check_working_copy(copy)
