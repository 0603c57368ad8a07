"""Features that the map itself holds, dressed by real QGIS: in their place, drawn, read-only."""

import json

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

from plugin.core.host import Silent
from plugin.core.offline_map.prepare import prepare_offline_map
from plugin.layers.project.project import check_project, write_project
from plugin.qgis_io.drawing import running_drawing

from .conftest import colours, draw

FIELDS = [
    {"name": "OBJECTID", "type": "esriFieldTypeOID"},
    {"name": "TITLE", "type": "esriFieldTypeString", "alias": "Titel"},
    {
        "name": "ART",
        "type": "esriFieldTypeInteger",
        "domain": {"type": "codedValue", "name": "Art", "codedValues": [{"code": 3, "name": "Baum"}]},
    },
]
RED, BLUE, GREEN = [255, 0, 0, 255], [0, 0, 255, 255], [0, 255, 0, 255]


def marker(colour, size=30):
    return {"type": "esriSMS", "style": "esriSMSSquare", "color": colour, "size": size}


def held(name, geometry, *features, symbol, **members):
    drawing = {"renderer": {"type": "simple", "symbol": symbol}, **members.pop("drawing", {})}
    definition = {
        "name": name,
        "geometryType": geometry,
        "objectIdField": "OBJECTID",
        "displayField": "TITLE",
        "fields": FIELDS,
        "templates": [{"name": "Neu", "prototype": {"attributes": {"TITLE": "neu"}}}, {"name": "Neuer"}],
        "drawingInfo": drawing,
        **members,
    }
    featured = {"features": [*features], "spatialReference": {"wkid": 102100, "latestWkid": 3857}}
    return {"layerDefinition": definition, "featureSet": featured, "nextObjectId": 9}


def point(x, y, number=1, **members):
    return {
        "geometry": {"x": x, "y": y},
        "attributes": {"OBJECTID": number, "TITLE": f"N{number}", "ART": 3},
        **members,
    }


def layer(*layers, **members):
    collection = {"layers": [*layers], "showLegend": True}
    return {"layerType": "ArcGISFeatureLayer", "featureCollection": collection, **members}


SQUARE = {
    "geometry": {"rings": [[[0, 0], [0, 1000], [1000, 1000], [1000, 0], [0, 0]]]},
    "attributes": {"OBJECTID": 5, "TITLE": "Platz"},
}
FILL = {"type": "esriSFS", "style": "esriSFSSolid", "color": GREEN}


@pytest.fixture
def opened(tmp_path, qgis_app):
    """`opened(*layers)` is the project of a map that holds these layers, and its report."""
    projects = []

    def make(*layers):
        root = tmp_path / "Übung 100% #2"
        (root / "p13").mkdir(parents=True)
        (root / "package.info").write_text(json.dumps({"title": "Stadt", "maps": ["mobile_map"]}), "utf-8")
        content = {"item": {}, "map": {"operationalLayers": [*layers]}}
        (root / "p13" / "mobile_map.mmap").write_text(json.dumps(content), "utf-8")
        (root / "qgis").mkdir()
        offline_map = prepare_offline_map(root, root / "qgis", running_drawing(), Silent())
        report = write_project(offline_map, root / "qgis" / "offline_map.qgz")
        assert check_project(offline_map, report.project).sources == report.sources
        project = QgsProject()
        assert project.read(str(report.project)), project.error()
        projects.append(project)
        return project, report

    yield make
    for project in projects:
        project.clear()


def named(project, name):
    (found,) = project.mapLayersByName(name)
    return found


def drawn(project):
    """The colours of the picture of 1 km²."""
    return colours(draw(project, extent=QgsRectangle(0, 0, 1000, 1000)))


def test_they_are_drawn_labelled_and_told_of_and_nobody_edits_them(opened):
    label = {
        "labelExpressionInfo": {"expression": "$feature.TITLE"},
        "symbol": {"type": "esriTS", "color": RED},
    }
    points = held(
        "Punkte", "esriGeometryPoint", point(500, 500), symbol=marker(BLUE), drawing={"labelingInfo": [label]}
    )
    points["popupInfo"] = {"title": "Notiz {TITLE}"}
    project, report = opened(layer(points, id="a", title="Notizen"))
    found = named(project, "Notizen")
    assert found.readOnly()
    assert "part of the map itself" in found.metadata().abstract()
    assert found.crs().authid() == "EPSG:3857"
    assert found.labelsEnabled()
    assert "Notiz" in found.mapTipTemplate()
    assert found.attributeDisplayName(found.fields().lookupField("TITLE")) == "Titel"
    assert found.editorWidgetSetup(found.fields().lookupField("ART")).type() == "ValueMap"
    found.setLabelsEnabled(False)
    assert tuple(BLUE[:3]) in drawn(project)
    (entry,) = report.layers
    assert entry.losses == ()
    (source,) = report.sources
    assert source.endswith("/qgis/map_features.gpkg|layername=Notizen")
    assert QgsVectorLayer(source, "x", "ogr").featureCount() == 1


def in_reference(feature, **reference):
    return {**feature, "geometry": {**feature["geometry"], "spatialReference": reference}}


def test_features_of_other_references_are_projected_into_that_of_their_layer(opened):
    system = QgsCoordinateReferenceSystem("EPSG:25832").toWkt()
    features = [
        point(1_000_000, 6_200_000, 11),
        in_reference(point(8.98, 48.53, 12), wkid=4326),
        in_reference(point(498_500, 5_375_000, 13), wkid=25832),
        in_reference(point(498_500, 5_375_000, 14), wkt=system),
        in_reference(point(0, 95, 15), wkid=4326),
        in_reference(point(1, 1, 16), wkid=99999),
        in_reference(point(None, None, 17), wkid=4326),
        in_reference(point("x", 1, 18), wkid=4326),
    ]
    project, report = opened(
        layer(held("Punkte", "esriGeometryPoint", *features, symbol=marker(RED)), id="a", title="Punkte")
    )
    found = {feature["OBJECTID"]: feature.geometry() for feature in named(project, "Punkte").getFeatures()}
    to_mercator = QgsCoordinateReferenceSystem("EPSG:3857")

    def expected(x, y, authid):
        source = QgsCoordinateReferenceSystem(authid)
        place = QgsCoordinateTransform(source, to_mercator, QgsCoordinateTransformContext()).transform(x, y)
        return pytest.approx((place.x(), place.y()), abs=1e-6)

    places = {
        number: (one.asPoint().x(), one.asPoint().y()) for number, one in found.items() if not one.isNull()
    }
    assert places == {
        11: (1_000_000, 6_200_000),
        12: expected(8.98, 48.53, "EPSG:4326"),
        13: expected(498_500, 5_375_000, "EPSG:25832"),
        14: expected(498_500, 5_375_000, "EPSG:25832"),
    }
    (loss,) = report.layers[0].losses
    assert "Shapes that cannot be read and were left empty: 3" in loss.text
    assert "cannot be projected (rows 5, 6, 8)" in loss.text


@pytest.mark.parametrize(
    ("kind", "geometry", "expected"),
    [
        ("esriGeometryMultipoint", {"points": [[9, 0, 7], [18, 0, 8]]}, "MultiPointZ ((A 0 7),(B 0 8))"),
        ("esriGeometryPolyline", {"paths": [[[9, 0, 7], [18, 0, 8]]]}, "MultiLineStringZ ((A 0 7, B 0 8))"),
        (
            "esriGeometryPolygon",
            {"rings": [[[9, 0, 7], [9, 1, 7], [18, 0, 8], [9, 0, 7]]]},
            "MultiPolygonZ (((A 0 7, B 0 8, A 111325 7, A 0 7)))",
        ),
    ],
)
def test_every_kind_of_shape_is_projected_and_keeps_its_heights(opened, kind, geometry, expected):
    feature = in_reference({"geometry": geometry, "attributes": {"OBJECTID": 9}}, wkid=4326)
    here = {"geometry": {}, "attributes": {"OBJECTID": 8}}
    held_layer = held("Höhen", kind, here, feature, symbol=FILL, hasZ=True)
    held_layer["featureSet"]["features"][0] = in_reference(here, wkid=102100)
    project, _ = opened(layer(held_layer, id="a", title="Höhen"))
    (shape,) = [
        one.geometry() for one in named(project, "Höhen").getFeatures() if not one.geometry().isNull()
    ]
    assert shape.asWkt(0).replace(" Z", "Z") == expected.replace("A", "1001875").replace("B", "2003751")


def test_several_layers_are_a_group_in_the_order_of_the_map(opened):
    areas = held("Flächen", "esriGeometryPolygon", SQUARE, symbol=FILL)
    points = held("Punkte", "esriGeometryPoint", point(500, 500), symbol=marker(BLUE))
    project, report = opened(
        layer(held("Unten", "esriGeometryPolygon", SQUARE, symbol=FILL), id="u", title="Unten"),
        layer(areas, points, id="g", title="Skizze", visibility=False),
    )
    (top,) = project.layerTreeRoot().children()
    assert [node.name() for node in top.children()] == ["Skizze", "Unten"]
    sketch = top.children()[0]
    assert [node.name() for node in sketch.children()] == ["Punkte", "Flächen"]
    assert (sketch.itemVisibilityChecked(), top.children()[1].itemVisibilityChecked()) == (False, True)
    assert [entry.layer.title for entry in report.layers] == ["Punkte", "Flächen", "Unten"]
    assert not report.notices
    assert not any(entry.losses for entry in report.layers)


def test_symbols_of_single_features_are_drawn_and_the_column_behind_them_is_hidden(opened):
    text = {"type": "esriTS", "text": "Hier", "color": GREEN, "font": {"size": 40}}
    points = held(
        "Punkte", "esriGeometryPoint",
        point(200, 200, 1, symbol=marker(RED)), point(800, 800, 2), point(500, 500, 3, symbol=text),
        symbol=marker(BLUE),
    )  # fmt: skip
    project, report = opened(layer(points, id="a", title="Notizen"))
    found = named(project, "Notizen")
    assert drawn(project) >= {tuple(colour[:3]) for colour in (RED, BLUE, GREEN)}
    labels = [item.label() for item in found.renderer().legendSymbolItems()]
    assert labels[:2] == ["N1", "N3"]
    setup = found.editorWidgetSetup(found.fields().lookupField("map_symbol"))
    assert setup.type() == "Hidden"
    assert not report.layers[0].losses


def test_what_of_a_collection_has_no_place_is_named(opened):
    points = held("Punkte", "esriGeometryPoint", point(1, 1, popupInfo={"title": "x"}), symbol=marker(BLUE))
    points["zzUnknown"] = points["layerDefinition"]["zzOther"] = 1
    one = layer(points, id="a", title="Notizen")
    one["featureCollection"]["groups"] = [{"id": 1}]
    _, report = opened(one)
    texts = " ".join(loss.text for loss in report.layers[0].losses)
    for name in ("featureCollection.layers.zzUnknown", "service.zzOther", "featureCollection.groups"):
        assert name in texts
    assert "Popups of single features are not kept." in texts


def test_a_layer_that_cannot_be_read_is_an_error_of_its_own(opened):
    good = layer(held("Punkte", "esriGeometryPoint", point(1, 1), symbol=marker(BLUE)), id="a", title="Gut")
    bad = layer(held("Körper", "esriGeometryMultiPatch", symbol=FILL), id="b", title="Körper")
    _, report = opened(good, bad)
    assert [entry.layer.title for entry in report.layer_errors] == ["Körper"]
    assert len(report.sources) == 1
