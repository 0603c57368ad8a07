"""Filters of the author: proven by count, or the layer is whole and that is said."""

import json

from osgeo import gdal, ogr
import pytest
from qgis.core import QgsVectorLayer

from plugin.core.offline_map.ready_map import FeatureSource
from plugin.core.sql.parser import parse_filter, parse_moment
from plugin.core.sql.tree import FilterNotRead
from plugin.layers.base.filters import filter_expression, set_filter

from .build import feature_layer, write_geopackage

# Rows of the layer: NAME n1 n2 n3, KIND 1 2 3, SIZE 0.5 1.0 1.5, BUILT New Year of 2001 2002 2003.
READ = [
    ("1=1", "123"),
    ("1 = 0", ""),
    ("KIND = 2", "2"),
    ("KIND <> 2", "13"),
    ("KIND != 2", "13"),
    ("kind IN (1, 3)", "13"),
    ("KIND NOT IN (1, 3)", "2"),
    ("NOT KIND IN (1, 3)", "2"),
    ("KIND = '2'", "2"),
    ("KIND > 1 AND KIND < 3", "2"),
    ("KIND = 1 OR KIND = 2 AND NAME = 'n3'", "1"),
    ("(KIND = 1 OR KIND = 2) AND NAME = 'n2'", "2"),
    ("NOT (KIND = 1 OR KIND = 2)", "3"),
    ("NAME LIKE 'N%' AND \"SIZE\" BETWEEN 1 AND 2", "23"),
    ("NAME NOT LIKE '%2'", "13"),
    ("NAME LIKE 'n_'", "123"),
    ("NAME LIKE 'n|%' ESCAPE '|'", ""),
    ("[NAME] = 'n1'", "1"),
    ("town.NAME = 'n1'", "1"),
    ("town.points.NAME = 'n1'", "1"),
    ('"town"."points"."NAME" = \'n1\'', "1"),
    ("town.[NAME] = 'n1'", "1"),
    ("UPPER(NAME) LIKE UPPER('n%')", "123"),
    ("LOWER(NAME) LIKE LOWER('N1')", "1"),
    ("NAME LIKE '%\\_%' ESCAPE '\\'", ""),
    ("BUILT >= DATE '2002-01-01 00:00:00'", "23"),
    ("BUILT = '2001-01-01T00:00:00Z'", "1"),
    ("BUILT >= CURRENT_TIMESTAMP - INTERVAL '30' DAY", ""),
    ("NAME IS NULL", ""),
    ("NAME IS NOT NULL", "123"),
    ("BUILT IS NOT NULL", "123"),
    ("NAME = N'n1'", "1"),
    ("NAME = 'it''s \"quoted\"'", ""),
    ("NAME = 'back\\slash' OR NAME = 'n1'", "1"),
    ("CAST(KIND AS VARCHAR(5)) = '3'", "3"),
    ("CAST(\"SIZE\" AS FLOAT) > 1", "3"),
    ("UPPER(NAME) = 'N1' AND LOWER(NAME) = 'n1'", "1"),
    ("CHAR_LENGTH(NAME) = 2", "123"),
    ("POSITION('2' IN NAME) > 0", "2"),
    ("SUBSTRING(NAME, 2, 1) = '3'", "3"),
    ("SUBSTRING(NAME FROM 2 FOR 1) = '3'", "3"),
    ("CONCAT(NAME, '!') = 'n1!'", "1"),
    ("NAME || '!' = 'n1!'", "1"),
    ("TRIM(NAME) = 'n1'", "1"),
    ("MOD(KIND, 2) = 1", "13"),
    ("KIND + 1 = 3", "2"),
    ("KIND * 2 - 1 >= 3", "23"),
    ("-KIND < -2", "3"),
    ("FLOOR(\"SIZE\") = 1", "23"),
    ("CEILING(\"SIZE\") = 1", "12"),
    ("ABS(KIND - 2) = 1", "13"),
    ("COALESCE(NAME, 'x') = 'n1'", "1"),
    ("NULLIF(KIND, 2) IS NULL", "2"),
    ("CASE WHEN KIND = 1 THEN 'a' ELSE 'b' END = 'a'", "1"),
    ("BUILT > timestamp '2001-06-01 00:00:00'", "23"),
    ("BUILT >= DATE '2002-01-01'", "23"),
    ("BUILT = timestamp '2002-01-01 00:00:00'", "2"),
    ("BUILT > '2001-06-01 00:00:00'", "23"),
    ("BUILT < '06/01/2001'", "1"),
    ("BUILT BETWEEN DATE '2001-06-01' AND DATE '2002-06-01'", "2"),
    ("BUILT IN (DATE '2001-01-01', DATE '2003-01-01')", "13"),
    ("BUILT > CURRENT_TIMESTAMP - 7", ""),
    ("BUILT < CURRENT_TIMESTAMP - 7", "123"),
    ("BUILT < CURRENT_DATE + INTERVAL '7' DAY", "123"),
    ("BUILT > CURRENT_TIMESTAMP - INTERVAL '24' HOUR", ""),
    ("BUILT + INTERVAL '365' DAY = DATE '2002-01-01'", "1"),
]  # fmt: skip
ONLY_IN_SQLITE = [
    ("CAST(KIND AS INTEGER) = 3", "3"),
    ('ROUND("SIZE", 0) = 1', "12"),
    ('ROUND("SIZE") = 2', "3"),
    ("EXTRACT(YEAR FROM BUILT) = 2001", "1"),
    ("EXTRACT(MONTH FROM BUILT) = 1 AND EXTRACT(DAY FROM BUILT) = 1", "123"),
    ("YEAR(BUILT) = 2002", "2"),
    ("TRIM(BOTH 'n' FROM NAME) = '1'", "1"),
    ("RTRIM(LTRIM(NAME)) = 'n1'", "1"),
    ("CAST(BUILT AS DATE) = DATE '2001-01-01'", "1"),
]
NOT_READ = [
    "\"GONE\" = 'x'",
    "GONE = 1",
    "GONE IS NULL",
    "KIND = 1) OR (KIND IN (SELECT KIND FROM lines)",
    "KIND IN (SELECT fid FROM gpkg_contents)",
    "KIND = 1; DELETE FROM points",
    "KIND = 1 -- comment",
    "load_extension('x') = 1",
    "ogr_geocode('x') = 1",
    "KIND = (SELECT 1)",
    "1) UNION SELECT count(*) FROM (points",
    "((((",
    "NAME = 'open",
    "NAME",
    "KIND",
    "KIND =",
    "NOT",
    "KIND IN ()",
    "BUILT > 5",
    "BUILT > 'yesterday'",
    "BUILT > DATE '2001-13-45'",
    "BUILT - BUILT > 5",
    "BUILT > CURRENT_TIMESTAMP - INTERVAL '1' MONTH",
    "BUILT > CURRENT_TIMESTAMP - INTERVAL '1' DAY TO HOUR",
    "(KIND = 1) = (KIND = 2)",
    "SQRT(KIND) = 1",
    "KIND LIKE NAME",
    "(" * 5000,
    "NOT " * 5000 + "KIND = 1",
    "KIND = " + "1+" * 5000 + "1",
    "KIND = 1 OR " * 9000 + "KIND = 1",
    "'" * 60_001,
    "[" * 60_000,
]


@pytest.fixture(scope="module")
def geopackage(tmp_path_factory):
    return write_geopackage(tmp_path_factory.mktemp("filters") / "town.gpkg")


@pytest.fixture
def filtered(geopackage):
    """`filtered(expression)` is the sentences about the filter, and the layer."""

    def make(expression, service=None):
        layer = QgsVectorLayer(f"{geopackage}|layername=points", "points", "ogr")
        losses = []
        set_filter(layer, expression, FeatureSource(geopackage, "points", service or {}), losses)
        return [loss.text for loss in losses], layer

    return make


def kinds(features):
    return "".join(sorted(str(feature["KIND"]) for feature in features))


@pytest.mark.parametrize(("expression", "rows"), READ + ONLY_IN_SQLITE)
def test_filters_that_are_proven(filtered, expression, rows):
    losses, layer = filtered(expression)
    assert losses == []
    assert kinds(layer.getFeatures()) == rows
    assert layer.featureCount() == len(rows)


@pytest.mark.parametrize(("expression", "rows"), READ)
def test_the_same_filters_as_expressions(filtered, expression, rows):
    if "ESCAPE" in expression:
        assert filter_expression(expression, filtered("1=1")[1].fields(), {}, []) is None
        return
    _, layer = filtered("1=1")
    losses = []
    text = filter_expression(expression, layer.fields(), {}, losses)
    assert losses == []
    assert kinds(layer.getFeatures(text)) == rows


@pytest.mark.parametrize("expression", ["   ", None, 7])
def test_no_filter(filtered, expression):
    losses, layer = filtered(expression)
    assert (losses, layer.subsetString(), layer.featureCount()) == ([], "", 3)


@pytest.mark.parametrize("expression", NOT_READ)
def test_filters_that_are_not_proven_leave_the_layer_whole_and_are_said(filtered, expression):
    losses, layer = filtered(expression)
    assert layer.subsetString() == ""
    assert layer.featureCount() == 3
    assert len([loss for loss in losses if "all features are shown" in loss]) == 1


def test_filters_by_date_of_a_service_with_another_clock_are_not_read(filtered):
    service = {"dateFieldsTimeReference": {"timeZone": "Pacific Standard Time"}}
    losses, layer = filtered("BUILT > DATE '2001-06-01'", service)
    assert layer.featureCount() == 3
    assert any("all features are shown" in loss for loss in losses)


def test_a_filter_without_end_is_given_up(filtered, monkeypatch):
    monkeypatch.setattr("plugin.layers.base.filters._SECONDS", -1.0)
    monkeypatch.setattr("plugin.layers.base.filters._STEPS", 10)
    losses, layer = filtered("KIND = 1")
    assert losses == ["The filter could not be checked; all features are shown."]
    assert layer.featureCount() == 3


@pytest.mark.parametrize(
    ("expression", "proven", "shown"),
    [("NAME LIKE 'n%'", False, "123"), ("KIND > 3", False, "123"), ("KIND < 3", True, "12")],
)
def test_a_filter_that_qgis_and_sqlite_count_differently_is_not_kept(tmp_path, expression, proven, shown):
    """QGIS opens the points of the table alone: its row without a point is counted by SQLite only."""
    file = write_geopackage(tmp_path / "Süd town.gpkg")
    table = ogr.Open(str(file), gdal.GA_Update)
    row = ogr.Feature(table.GetLayer("points").GetLayerDefn())
    row["NAME"], row["KIND"] = "n7", 7
    table.GetLayer("points").CreateFeature(row)
    del row, table
    layer = QgsVectorLayer(f"{file}|layername=points|geometrytype=Point", "points", "ogr")
    losses = []
    set_filter(layer, expression, FeatureSource(file, "points", {}), losses)
    assert bool(layer.subsetString()) is proven
    assert kinds(layer.getFeatures()) == shown
    unproven = ["The filter could not be checked; all features are shown."]
    assert [loss.text for loss in losses] == ([] if proven else unproven)


def test_a_filter_of_many_rows_is_proven(tmp_path):
    """From 100,000 rows on QGIS tells how many there are in all, whatever the filter."""
    file = write_geopackage(tmp_path / "Süd town.gpkg")
    table = ogr.Open(str(file), gdal.GA_Update)
    numbers = "WITH n(k) AS (SELECT 4 UNION ALL SELECT k + 1 FROM n WHERE k < 100000) SELECT k FROM n"
    table.ExecuteSQL(f'INSERT INTO "table" (KIND) {numbers}')
    del table
    layer = QgsVectorLayer(f"{file}|layername=table", "table", "ogr")
    losses = []
    set_filter(layer, "KIND > 99990", FeatureSource(file, "table", {}), losses)
    assert losses == []
    assert sum(1 for _ in layer.getFeatures()) == 10


def test_a_filter_comes_with_the_layer(written):
    filters = {"definitionExpression": "BUILT > DATE '2001-06-01' AND NAME LIKE 'N%'"}
    _, project = written({"operationalLayers": [feature_layer("points", layerDefinition=filters)]})
    (layer,) = project.mapLayers().values()
    assert kinds(layer.getFeatures()) == "23"


def test_every_filter_of_the_corpus_is_read(samples):
    files = sorted((samples / "webmap" / "defexpr").glob("*.json"))
    assert len(files) > 10
    for file in files:
        content = json.loads(file.read_text("utf-8"))
        parse_filter(content if isinstance(content, str) else content["definitionExpression"])


def test_reasons_name_what_is_not_read():
    with pytest.raises(FilterNotRead, match="cannot be read as a date"):
        parse_moment("the other day")
