"""Tables whose names GeoPackage keeps for itself are in the copy, under a name next to theirs."""

from __future__ import annotations

from contextlib import closing

from osgeo import gdal, ogr
import pytest

from plugin.core.host import Silent
from plugin.core.working_copy.change_tracking import local_edits
from plugin.core.working_copy.connection import connect_working_copy
from plugin.core.working_copy.subtype_values import find_subtype_values
from plugin.core.working_copy.table_names import name_in_copy
from plugin.core.working_copy.tracking_faults import unknown_triggers
from plugin.core.working_copy.write import copied_tables, write_working_copy
from tests.fixtures.geodatabase import Dataset, Domain, Field, Row, Subtype, write_geodatabase

from ..geodatabase.shapes import wkb

gdal.UseExceptions()
NAMES = [
    "gpkg_contents",
    "_gpkg_contents",
    "GPKGext_x",
    "rtree_Plain_geom",
    "rtree_Plain_geom_node",
    "Plain",
    "_x",
]
IN_COPY = [
    "_gpkg_contents", "__gpkg_contents", "_GPKGext_x", "_rtree_Plain_geom", "_rtree_Plain_geom_node", "Plain",
    "_x",
]  # fmt: skip


def test_names_stay_apart():
    assert [name_in_copy(name) for name in NAMES] == IN_COPY
    assert len({name_in_copy("_" * k + "rtree_x") for k in range(9)}) == 9


@pytest.fixture
def copy(tmp_path):
    """Seven layers, of one, two, … seven points, with other values for each subtype."""
    codes = Domain("Codes", "Integer", {5: "fünf", 8: "acht"})
    values = {"kind": 3, "code": 5}
    datasets = [
        Dataset(
            name, "Point", [Field("kind", "Integer"), Field("code", "Integer")],
            [Row(wkb(f"POINT ({k} {number})"), values, object_id=100 + k) for k in range(number)],
            layer_id=number, subtype_field="kind", subtypes=[Subtype(3, "drei", {"code": codes})],
        )
        for number, name in enumerate(NAMES, 1)
    ]  # fmt: skip
    return write_working_copy(
        write_geodatabase(tmp_path / "x.geodatabase", datasets), tmp_path / "x.gpkg", Silent()
    )


def test_every_layer_is_there_with_its_rows_and_index(copy):
    assert {table.layer_id: (table.name, table.feature_count) for table in copy.tables} == {
        number: (name, number) for number, name in enumerate(IN_COPY, 1)
    }
    assert copied_tables(copy.path) == set(IN_COPY)
    source = ogr.Open(str(copy.path))
    for number, name in enumerate(IN_COPY, 1):
        layer = source.GetLayerByName(name)
        layer.SetSpatialFilterRect(-0.5, number - 0.5, 0.5, number + 0.5)
        assert [feature.GetField("OBJECTID") for feature in layer] == [100]


def test_the_new_name_is_told(copy):
    told = {table.name: [loss.text for loss in table.losses if loss.code == "name"] for table in copy.tables}
    assert told["Plain"] == told["_x"] == []
    assert told["_rtree_Plain_geom"] == [
        "The name “rtree_Plain_geom” is reserved in a GeoPackage; the table is called "
        "“_rtree_Plain_geom” in the working copy."
    ]


def test_edits_and_subtypes_are_followed(copy):
    assert {table for table, field in find_subtype_values(copy.path)[1]} == set(IN_COPY)
    with closing(connect_working_copy(copy.path)) as connection:
        assert unknown_triggers(connection) == ()
        connection.execute('UPDATE "_GPKGext_x" SET code = 8 WHERE OBJECTID = 101')
        assert [(edit.table, edit.row_id) for edit in local_edits(connection)] == [("_GPKGext_x", 2)]
