"""The GeoPackage with the features that maps hold themselves, as GDAL and SQLite read it."""

from contextlib import closing
import json
import sqlite3

from osgeo import ogr
import pytest

from plugin.core.errors import Cancelled, Unsupported
from plugin.core.host import Silent
from plugin.core.offline_map.contents import AreaLayer, layers_on_disk
from plugin.core.offline_map.local_maps import read_local_map
from plugin.core.offline_map.prepare import prepare_offline_map
from plugin.core.offline_map.verification import verify_offline_map
from plugin.core.tiles.routes import Drawing

from ..hosts import Watcher

DRAWING = Drawing(3_06_02_00, 3_40_06, definition=lambda reference: f"WKT of {reference.code}")
FIELDS = [
    {"name": "OBJECTID", "type": "esriFieldTypeOID", "alias": "Nummer"},
    {"name": "TITLE", "type": "esriFieldTypeString", "alias": "Titel", "length": 5},
    {"name": "Seit", "type": "esriFieldTypeDate"},
    {"name": "Tag", "type": "esriFieldTypeDateOnly"},
    {"name": "Zahl", "type": "esriFieldTypeSmallInteger"},
    {"name": "Groß", "type": "esriFieldTypeBigInteger"},
    {"name": "Maß", "type": "esriFieldTypeDouble"},
    {"name": "zahl", "type": "esriFieldTypeString"},
    {"name": "SHAPE", "type": "esriFieldTypeGeometry"},
    {"name": "fid", "type": "esriFieldTypeInteger"},
]


def point(x, y, wkid=102100, **attributes):
    geometry = {"x": x, "y": y, **({"spatialReference": {"wkid": wkid}} if wkid else {})}
    return {"geometry": geometry, "attributes": attributes}


def notes(*features, title="Notizen", kind="esriGeometryPoint", layer_type="ArcGISFeatureLayer", **members):
    definition = {"name": title, "geometryType": kind, "objectIdField": "OBJECTID", "fields": FIELDS}
    held = {"layerDefinition": {**definition, **members}, "featureSet": {"features": [*features]}}
    collection = {"layers": [held]}
    return {"id": title, "title": title, "layerType": layer_type, "featureCollection": collection}


@pytest.fixture
def folder(tmp_path):
    """`folder(*layers)` is an offline map whose map holds these layers, in a folder with blanks."""

    def make(*layers, **members):
        root = tmp_path / "Größe der Stadt #1"
        (root / "p13").mkdir(parents=True, exist_ok=True)
        (root / "qgis").mkdir(exist_ok=True)
        (root / "package.info").write_text(json.dumps({"title": "Stadt", "maps": ["mobile_map"]}), "utf-8")
        content = {"item": {}, "map": {"operationalLayers": [*layers], **members}}
        (root / "p13" / "mobile_map.mmap").write_text(json.dumps(content), "utf-8")
        return root

    return make


def opened(root, feedback=None):
    found = prepare_offline_map(root, root / "qgis", DRAWING, feedback or Silent())
    return {entry.layer.id: entry for entry in found.maps[0].layers}


def rows(source):
    """The rows of a table, and its geometries in WKT, as GDAL reads them."""
    file = ogr.Open(str(source.file))
    layer = file.GetLayerByName(source.table)
    return [
        ({**feature.items(), "fid": feature.GetFID()}, geometry and geometry.ExportToIsoWkt())
        for feature in layer
        for geometry in [feature.GetGeometryRef()]
    ]


def test_fields_keep_their_names_types_and_meanings(folder):
    attributes = {
        "OBJECTID": 77, "TITLE": "Länger als 5", "Seit": 1780266600000, "tag": "2026-06-01",
        "Zahl": 7, "Groß": 2**53 + 1, "Maß": 1.5, "fid": 9, "unknown": 1,
    }  # fmt: skip
    root = folder(notes(point(1005000.0, 6175000.0, **attributes), point(1, 2, OBJECTID=78)))
    entry = opened(root)["Notizen"]
    source = entry.source
    assert (source.file, source.table) == (root / "qgis" / "map_features.gpkg", "Notizen")
    with closing(sqlite3.connect(source.file)) as file:
        columns = [(row[1], row[2]) for row in file.execute("PRAGMA table_info(Notizen)")]
        found = file.execute("SELECT * FROM Notizen").fetchall()
        titles = dict(file.execute("SELECT column_name, title FROM gpkg_data_columns"))
    assert columns == [
        ("fid_2", "INTEGER"), ("geom", "POINT"), ("OBJECTID", "INTEGER"), ("TITLE", "TEXT"),
        ("Seit", "DATETIME"), ("Tag", "DATE"), ("Zahl", "SMALLINT"), ("Groß", "INTEGER"), ("Maß", "REAL"),
        ("fid", "MEDIUMINT"),
    ]  # fmt: skip
    assert found[0][0] == 1
    assert found[0][2:] == (
        77, "Länger als 5", "2026-05-31T22:30:00.000Z", "2026-06-01", 7, 2**53 + 1, 1.5, 9,
    )  # fmt: skip
    assert titles == {"OBJECTID": "Nummer", "TITLE": "Titel"}
    assert [wkt for _, wkt in rows(source)] == ["POINT (1005000 6175000)", "POINT (1 2)"]
    assert source.read_only.text == "These features are part of the map itself, so the layer is read-only."
    assert not source.losses


def test_values_that_fit_no_field_are_empty_and_counted(folder):
    root = folder(
        notes(
            point(0, 0, Zahl=2**15, TITLE={"a": 1}, Seit="2026", Maß="x", OBJECTID="12"),
            point(0, 0, Seit=1e300, TITLE=7.5, Zahl=True),
        )
    )
    source = opened(root)["Notizen"].source
    with closing(sqlite3.connect(source.file)) as file:
        found = file.execute("SELECT OBJECTID, TITLE, Seit, Zahl, Maß FROM Notizen").fetchall()
    assert found == [(12, None, None, None, None), (None, "7.5", None, None, None)]
    assert [loss.text for loss in source.losses] == [
        "Values that do not fit their field and were left empty: 6."
    ]


def test_each_shape_is_in_the_reference_that_it_states(folder):
    lon_lat = notes(point(9, 48.5, wkid=4326), title="Lon")
    esri = notes(point(1, 2, wkid=102003), title="Esri")
    silent = notes(point(1, 2, wkid=None), title="Silent")
    root = folder(lon_lat, esri, silent, spatialReference={"wkid": 25832})
    found = opened(root)
    with closing(sqlite3.connect(root / "qgis" / "map_features.gpkg")) as file:
        systems = file.execute(
            "SELECT table_name, organization, organization_coordsys_id, definition FROM gpkg_contents"
            " JOIN gpkg_spatial_ref_sys USING (srs_id)"
        ).fetchall()
    assert [row[:3] for row in systems] == [
        ("Lon", "EPSG", 4326),
        ("Esri", "ESRI", 102003),
        ("Silent", "EPSG", 25832),
    ]
    assert systems[1][3] == "WKT of 102003"
    assert len(found) == 3


def test_a_feature_without_a_reference_has_that_of_its_set(folder):
    layer = notes(point(1e6, 6e6, wkid=None), point(9, 48.5, wkid=4326))
    layer["featureCollection"]["layers"][0]["featureSet"]["spatialReference"] = {"wkid": 102100}
    source = opened(folder(layer))["Notizen"].source
    assert [wkt for _, wkt in rows(source)] == ["POINT (1000000 6000000)", None]
    assert "it has another spatial reference and cannot be projected (rows 2)" in source.losses[0].text


def test_shapes_that_cannot_be_read_are_named_and_their_rows_stay(folder):
    bad = [
        point(0, 0, wkid=4326, OBJECTID=2),
        point("x", 0, OBJECTID=3),
        point(None, None, OBJECTID=4),
        {"attributes": {"OBJECTID": 5}, "geometry": {"paths": []}},
        {"attributes": None, "geometry": None},
        "no feature",
    ]
    source = opened(folder(notes(point(5, 5, OBJECTID=1), *bad)))["Notizen"].source
    found = rows(source)
    assert [row["OBJECTID"] for row, _ in found] == [1, 2, 3, 4, 5, None]
    assert [wkt for _, wkt in found] == ["POINT (5 5)", *[None] * 5]
    assert [loss.text for loss in source.losses] == [
        "Shapes that cannot be read and were left empty: 1, because it has another spatial reference and "
        "cannot be projected (rows 2).",
        "Shapes that cannot be read and were left empty: 1, because its coordinates are not numbers "
        "(rows 3).",
        (
            "Shapes that cannot be read and were left empty: 1, because its geometry type is not that of its "
            "layer (rows 5)."
        ),
    ]


def test_a_layer_without_features_and_a_table_without_shapes_are_there(folder):
    table = notes({"attributes": {"TITLE": "Liste"}}, title="Liste", kind="", type="Table")
    found = opened(folder(notes(), table))
    assert rows(found["Notizen"].source) == []
    assert [row["TITLE"] for row, _ in rows(found["Liste"].source)] == ["Liste"]
    assert layers_on_disk(found["Liste"].source.file.parent) == (
        AreaLayer("Notizen", "point", 0),
        AreaLayer("Liste", "", 1),
    )


def test_titles_make_names_that_any_reader_takes(folder):
    titles = ["gpkg_contents", "a|b 'c\" %d", "A_b_C d", "", "rtree_x", "(-)", "x" * 300, "Straße", "STRASSE"]
    layers = [notes(point(n, n, OBJECTID=n), title=title) for n, title in enumerate(titles)]
    for number, layer in enumerate(layers):
        layer["id"] = str(number)
    found = opened(folder(*layers))
    names = [found[str(number)].source.table for number in range(len(titles))]
    assert names == [
        "layer_gpkg_contents", "a_b_c_d", "A_b_C_d_2", "3", "layer_rtree_x", "layer", "x" * 40, "Straße",
        "STRASSE_2",
    ]  # fmt: skip
    for number in range(len(titles)):
        assert [row["OBJECTID"] for row, _ in rows(found[str(number)].source)] == [number]


def test_what_cannot_be_a_layer_hides_no_other(folder):
    many = [{"name": f"f{number}", "type": "esriFieldTypeString"} for number in range(501)]
    root = folder(
        notes(title="Multipatch", kind="esriGeometryMultiPatch"),
        notes(title="Breit", fields=many),
        notes({}, title="Formlos", kind=""),
        notes(point(1, 1)),
    )
    found = opened(root)
    assert [type(found[name].error) for name in ("Multipatch", "Breit", "Formlos")] == [Unsupported] * 3
    assert len(rows(found["Notizen"].source)) == 1
    before = found["Notizen"].source.file.stat().st_ino
    assert opened(root)["Notizen"].source.file.stat().st_ino == before


def test_more_features_than_can_be_meant_are_refused(folder):
    wide = [{"name": f"f{number}", "type": "esriFieldTypeString"} for number in range(500)]
    found = opened(folder(notes(*[{}] * 40_001, title="Leer", fields=wide)))
    assert found["Leer"].error.text == "“Leer” has too many features: 40001."


def test_the_file_is_written_once_and_again_only_where_it_is_lost(folder):
    root = folder(notes(point(1, 1, OBJECTID=1)))
    file = opened(root)["Notizen"].source.file
    first = file.stat().st_ino, file.read_bytes()
    assert opened(root)["Notizen"].source.losses == ()
    assert (file.stat().st_ino, file.read_bytes()) == first
    file.write_bytes(b"no database")
    assert len(rows(opened(root)["Notizen"].source)) == 1
    folder(notes(point(1, 1)), notes(title="Neu"))
    assert rows(opened(root)["Neu"].source) == []


def test_a_file_that_an_earlier_version_made_is_made_again(folder):
    root = folder(notes(point(1, 1, OBJECTID=1)))
    file = opened(root)["Notizen"].source.file
    record = root / "qgis" / "made.json"
    assert json.loads(record.read_text("utf-8"))["files"] == {file.name: {"version": 1}}
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DELETE FROM Notizen")
    assert rows(opened(root)["Notizen"].source) == []
    for earlier in ({}, {file.name: {"version": 0}}, {file.name: {"bytes": 7, "sha256": "ab" * 32}}):
        record.write_text(json.dumps({"version": 1, "files": earlier}), "utf-8")
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("DELETE FROM Notizen")
        assert len(rows(opened(root)["Notizen"].source)) == 1
        assert json.loads(record.read_text("utf-8"))["files"] == {file.name: {"version": 1}}


def test_a_map_without_features_of_its_own_makes_no_file(folder):
    root = folder({"id": "live", "layerType": "ArcGISMapServiceLayer", "url": "https://x/MapServer"})
    opened(root)
    assert list((root / "qgis").iterdir()) == []


def test_a_cancel_leaves_nothing_behind(folder):
    root = folder(notes(point(1, 1)), notes(point(1, 1), title="Mehr"))
    with pytest.raises(Cancelled):
        opened(root, Watcher(lambda *_: True))
    assert list((root / "qgis").iterdir()) == []


def test_no_edits_are_counted_in_it(folder):
    root = folder(notes(point(1, 1)))
    opened(root)
    assert read_local_map(root).edits == 0


def test_symbols_of_single_features_become_classes(folder):
    red, blue = ({"type": "esriSMS", "color": [*colour, 255]} for colour in ((255, 0, 0), (0, 0, 255)))
    features = [{**point(n, n, TITLE=f"N{n}"), "symbol": one} for n, one in enumerate((red, blue, red))]
    plain = {"type": "simple", "symbol": {"type": "esriSMS", "size": 3}, "label": "Alle"}
    layer = notes(*features, point(3, 3), drawingInfo={"renderer": plain, "transparency": 20})
    source = opened(folder(layer))["Notizen"].source
    assert source.service_layer["drawingInfo"] == {
        "transparency": 20,
        "renderer": {
            "type": "uniqueValue",
            "field1": "map_symbol",
            "uniqueValueInfos": [
                {"value": "1", "symbol": red, "label": ""},
                {"value": "2", "symbol": blue, "label": "N1"},
            ],
            "defaultSymbol": plain["symbol"],
            "defaultLabel": "Alle",
        },
    }
    assert [row["map_symbol"] for row, _ in rows(source)] == [1, 2, 1, None]


def test_a_check_of_the_whole_map_names_the_layers_of_the_file(scene):
    scene.web_map()["operationalLayers"].append(notes(point(1, 1)))
    scene.run()
    (check,) = [
        one
        for one in verify_offline_map(scene.output, Silent()).files
        if one.path == "qgis/map_features.gpkg"
    ]
    assert (check.layers, check.error) == (("Notizen",), None)
    file = scene.output / check.path
    file.write_bytes(file.read_bytes()[:-5000])
    assert not verify_offline_map(scene.output, Silent()).is_whole


def test_a_download_counts_them_as_layers_without_a_package(scene):
    scene.web_map()["operationalLayers"].append(notes(point(1, 1)))
    result = scene.run()
    entries = {entry.layer.id: entry for entry in result.outcomes.entries}
    assert (entries["Notizen"].package_id, entries["Notizen"].error) == ("", None)
    assert "online_only" not in {entry.code for entry in result.outcomes.notices}
    report = json.loads((scene.output / "manifest.json").read_text("utf-8"))
    assert "qgis/map_features.gpkg" in report["workingCopies"]
