"""Two files that ArcGIS Pro 3.7 wrote: no service, all meaning in XML, attribute rules, a feature dataset."""

from __future__ import annotations

from osgeo import gdal, ogr
from osgeo_utils.samples import validate_gpkg
import pytest

from plugin.core.geodatabase.catalogue import check_geodatabase, open_geodatabase
from plugin.core.geodatabase.layer_json import describe_layer
from plugin.core.geodatabase.schema import EditorTracking, TableRole
from plugin.core.geodatabase.shapes.batch import ShapeKind, ShapeLayout
from plugin.core.host import Silent
from plugin.core.working_copy.write import write_working_copy

from .oracle import plain_rows

gdal.UseExceptions()
LAYOUTS = {
    "point": ShapeLayout(ShapeKind.POINT, has_z=True),
    "pointset": ShapeLayout(ShapeKind.POINT, has_z=True),
    "curve": ShapeLayout(ShapeKind.LINE),
    "surface": ShapeLayout(ShapeKind.POLYGON),
}
TABLES = {"informationtype", "featuretype", "attachment", "configuration"}
RULES = "Attribute rules of ArcGIS are not applied."
WITH_RULES = {
    "s100ed12": {*LAYOUTS, "informationtype", "featuretype"},
    "s100ed16": {*LAYOUTS, "informationtype", "featuretype", "attachment"},
}


@pytest.fixture(params=list(WITH_RULES))
def path(request, copied):
    return copied(f"geodatabase/{request.param}.geodatabase")


def test_every_table_is_there_and_no_feature_dataset(path):
    check_geodatabase(path)
    with open_geodatabase(path) as geodatabase:
        tables, problems = {table.name: table for table in geodatabase.tables}, geodatabase.problems
        assert geodatabase.esri_version.startswith("ArcGIS Pro 3.7.0")
    assert problems == ()
    assert set(tables) == {*LAYOUTS, *TABLES}
    assert {name: tables[name].geometry.layout for name in LAYOUTS} == LAYOUTS
    assert {tables[name].role for name in TABLES} == {TableRole.TABLE}
    grid = tables["point"].geometry.reference.grid
    assert (grid.xy_scale, grid.z_scale) == (1e7, 11119487.222222224)
    assert {tables[name].geometry.reference.code for name in LAYOUTS} == {4326}


def test_subtypes_and_tracking_come_from_the_xml(path):
    with open_geodatabase(path) as geodatabase:
        table = geodatabase.table("pointset")
        described = describe_layer(table, geodatabase.relationships)
    (subtype,) = table.subtypes
    assert (table.subtype_field, subtype.code, subtype.name) == ("sourceIdentifier", 0, "UNKNOWN")
    bindings = {"attributebindings": "{}", "featurebindings": "[]", "informationbindings": "[]"}
    scale = {"nominalscale": -1} if path.stem == "s100ed16" else {}
    assert subtype.defaults == {**bindings, **scale}
    assert table.field("sourceIdentifier").default == 0
    assert table.tracking == EditorTracking(
        "created_user", "created_date", "last_edited_user", "last_edited_date"
    )
    assert described["typeIdField"] == "sourceIdentifier"
    assert [(one["id"], one["name"]) for one in described["types"]] == [(0, "UNKNOWN")]
    assert (table.object_id, table.global_id, table.archived) == ("OBJECTID", "GlobalID", False)


def test_what_is_marked_is_what_is_not_kept(path):
    with open_geodatabase(path) as geodatabase:
        doubts = {table.name: [doubt.text for doubt in table.doubts] for table in geodatabase.tables}
    assert {name for name, texts in doubts.items() if texts} == WITH_RULES[path.stem]
    assert {text for texts in doubts.values() for text in texts} == {RULES}


def test_the_copy_holds_every_value(path, tmp_path):
    copy = write_working_copy(path, tmp_path / "copy.gpkg", Silent())
    assert {table.name: table.feature_count for table in copy.tables} == {
        **dict.fromkeys((*LAYOUTS, *TABLES), 0),
        "configuration": 8,
    }
    assert not [table.error for table in copy.tables if table.error]
    rows = plain_rows(path, "SELECT * FROM configuration ORDER BY OBJECTID")
    assert len(rows) == 8
    assert plain_rows(copy.path, "SELECT * FROM configuration ORDER BY OBJECTID") == [
        (row[0], *row) for row in rows
    ]
    source = ogr.Open(str(copy.path))
    types = {name: source.GetLayerByName(name).GetGeomType() for name in LAYOUTS}
    assert types == {
        "point": ogr.wkbPoint25D, "pointset": ogr.wkbPoint25D, "curve": ogr.wkbMultiLineString,
        "surface": ogr.wkbMultiPolygon,
    }  # fmt: skip
    validate_gpkg.check(str(copy.path))
