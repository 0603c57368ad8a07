"""Every kind of geodatabase becomes a GeoPackage that validators, GDAL, ogr2ogr and QGIS are content with."""

from __future__ import annotations

from contextlib import closing
import json
import sqlite3
import subprocess
import sys

from osgeo import gdal, ogr
from osgeo_utils.samples import validate_gpkg
import pytest
from qgis.core import QgsVectorLayer

from plugin.core.host import Silent
from plugin.core.working_copy.write import copied_tables, write_working_copy

from .kinds import KINDS, UNPROVEN
from .oracle import SAMPLES

gdal.UseExceptions()
# The others are rules of the house of PDOK: lower-case names, its own coordinate systems, no views.
RULES = "RQ7,RQ9,RQ10,RQ11,RQ14,RQ15,RQ26,RC17,RC18,RC20,RC25"
VALID_SHAPES = "RQ23"
VALIDATE = """
import json, os, sys
from geopackage_validator.validate import validate
found, _, success = validate(sys.argv[1], validations=sys.argv[2])
print(json.dumps([] if success else found), flush=True)
os._exit(0)
"""


@pytest.fixture(params=list(KINDS))
def kind(request, tmp_path):
    copy = write_working_copy(
        KINDS[request.param](tmp_path / "x.geodatabase"), tmp_path / "copy.gpkg", Silent()
    )
    return request.param, copy


def test_nothing_fails_and_doubts_are_told(kind):
    name, copy = kind
    assert not [table.error for table in copy.tables if table.error]
    losses = [loss.text for table in copy.tables for loss in table.losses]
    assert bool(losses) == (name in UNPROVEN), losses


def validated(path, rules) -> list:
    """What PDOK's validator finds; in a process of its own, since it breaks GDAL for what comes after."""
    done = subprocess.run(
        [sys.executable, "-c", VALIDATE, str(path), rules], check=True, timeout=50, capture_output=True
    )
    return json.loads(done.stdout)


def complaint(path) -> str:
    """What GDAL's validation says of a file; empty for nothing."""
    try:
        validate_gpkg.check(str(path))
    except validate_gpkg.GPKGCheckException as said:
        return str(said)
    except ValueError as unread:
        # GDAL 3.13 stumbles over names with quotes.
        return str(unread)
    return ""


def test_gdals_validation_finds_nothing(kind, tmp_path):
    """GDAL 3.6 looks for the flag of empty shapes at a wrong bit, and says so of its own files too."""
    name, copy = kind
    said = complaint(copy.path)
    if said:
        gdal.VectorTranslate(str(tmp_path / "own.gpkg"), str(copy.path), options=["-f", "GPKG"])
        assert said == complaint(tmp_path / "own.gpkg")
        assert "empty_flag" in said or name == "names"


def test_the_validator_of_pdok_finds_nothing(kind, tmp_path):
    """It takes empty shapes for collections or invalid, GDAL's own too."""
    name, copy = kind
    if name == "names":
        pytest.skip("it does not quote names in its own statements")
    # A ring that touches itself is sound to Esri, not to GEOS.
    rules = RULES if name == "rings" else f"{RULES},{VALID_SHAPES}"
    found = validated(copy.path, rules)
    if found:
        gdal.VectorTranslate(str(tmp_path / "own.gpkg"), str(copy.path), options=["-f", "GPKG"])
        assert found == validated(tmp_path / "own.gpkg", rules)
        assert {one["validation_code"] for one in found} <= {"RQ15", VALID_SHAPES}


@pytest.mark.parametrize("sample", list(SAMPLES), ids=lambda name: name.rpartition("/")[2][:12])
def test_the_validator_of_pdok_finds_nothing_in_samples(samples, tmp_path, sample):
    copy = write_working_copy(samples / sample, tmp_path / "copy.gpkg", Silent()).path
    assert validated(copy, RULES) == []


def test_the_validator_of_pdok_would_find_something(tmp_path):
    path = KINDS["rings"](tmp_path / "x.geodatabase")
    copy = write_working_copy(path, tmp_path / "copy.gpkg", Silent()).path
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("UPDATE gpkg_ogr_contents SET feature_count = 99")
        connection.commit()
    assert "RQ11" in {one["validation_code"] for one in validated(copy, RULES)}


def test_gdal_copies_all_of_it_without_a_warning(kind, tmp_path):
    _, copy = kind
    target = tmp_path / "again.gpkg"
    done = subprocess.run(
        ["ogr2ogr", "-f", "GPKG", target, copy.path], check=True, timeout=50, capture_output=True, text=True
    )
    assert done.stderr == ""
    counts = {table.name: table.feature_count for table in copy.tables}
    source = ogr.Open(str(target))
    found = {layer.GetName(): layer.GetFeatureCount() for layer in map(source.GetLayer, range(len(source)))}
    assert counts.items() <= found.items()


def test_qgis_opens_and_edits_all_of_it(kind, qgis_app):
    _, copy = kind
    assert copied_tables(copy.path) == {table.name for table in copy.tables}
    for table in copy.tables:
        layer = QgsVectorLayer(f"{copy.path}|layername={table.name}", table.name, "ogr")
        assert layer.isValid()
        assert layer.featureCount() == table.feature_count
        rows = list(layer.getFeatures())
        if rows:
            assert layer.startEditing()
            assert layer.deleteFeature(rows[0].id())
            assert layer.commitChanges(), layer.commitErrors()
    with closing(sqlite3.connect(copy.path)) as connection:
        deleted = connection.execute("SELECT count(*) FROM gpkgext_offline_changes").fetchone()[0]
    assert deleted == sum(table.feature_count > 0 for table in copy.tables)


def test_shapes_come_out_as_they_went_in(tmp_path):
    """Every dimension, in the order x, y, z, m."""
    path = KINDS["shapes of all dimensions"](tmp_path / "x.geodatabase")
    source = ogr.Open(str(write_working_copy(path, tmp_path / "copy.gpkg", Silent()).path))
    found = {}
    for layer in map(source.GetLayer, range(source.GetLayerCount())):
        first = layer.GetNextFeature()
        found[layer.GetName()] = first.GetGeometryRef().ExportToIsoWkt()
    assert found["Point"] == "POINT (1 2)"
    assert found["PointZ"] == "POINT Z (1 2 7.5)"
    assert found["PointM"] == "POINT M (1 2 3.25)"
    assert found["PointZM"] == "POINT ZM (1 2 7.5 3.25)"
    assert found["PolylineM"] == "MULTILINESTRING M ((0 0 3.25,1 1 3.25,2 0 3.25))"
    assert found["PolygonZM"].startswith("MULTIPOLYGON ZM (((0 0 7.5 3.25,")


def test_rings_come_out_as_they_went_in(tmp_path):
    path = KINDS["rings"](tmp_path / "x.geodatabase")
    source = ogr.Open(str(write_working_copy(path, tmp_path / "copy.gpkg", Silent()).path))
    layer = source.GetLayer(0)
    holed, two, touching, circle, empty = (feature.GetGeometryRef().Clone() for feature in layer)
    assert [part.GetGeometryCount() for part in holed] == [3]
    assert [part.GetGeometryCount() for part in two] == [1, 2]
    assert touching.GetGeometryRef(0).GetGeometryRef(0).GetPointCount() == 7
    assert touching.GetArea() == 100
    assert circle.GetGeometryRef(0).GetGeometryRef(0).GetPointCount() == 12_001
    assert empty.IsEmpty()


def test_newer_values_come_out_as_they_went_in(tmp_path):
    path = KINDS["ArcGIS Pro"](tmp_path / "x.geodatabase")
    copy = write_working_copy(path, tmp_path / "copy.gpkg", Silent())
    source = ogr.Open(str(copy.path))
    for layer in map(source.GetLayer, range(source.GetLayerCount())):
        feature = layer.GetNextFeature()
        assert feature.GetField("OBJECTID") == 1 << 40
        assert feature.GetField("big") == 1 << 60
        assert feature.GetField("day") == "2024/02/29"
        assert feature.GetField("hour") == "23:59:58"
        assert feature.GetField("moment") == "2024-02-29T10:00:00+05:30"
        assert layer.GetNextFeature().GetField("day") is None
    losses = [loss.text for table in copy.tables for loss in table.losses]
    assert "Attribute rules of ArcGIS are not applied." in losses
    assert "Contingent values, which say which values may be combined, are not checked." in losses
    assert any("OBJECTID" in loss and "BigInteger" in loss for loss in losses)


def test_the_leftover_of_an_object_id_is_an_attribute(tmp_path):
    path = KINDS["names"](tmp_path / "x.geodatabase")
    source = ogr.Open(str(write_working_copy(path, tmp_path / "copy.gpkg", Silent()).path))
    feature = source.GetLayerByName("Leftover").GetNextFeature()
    assert (feature.GetFID(), feature.GetField("OBJECTID_1"), feature.GetField("OBJECTID")) == (5, 5, 77)
