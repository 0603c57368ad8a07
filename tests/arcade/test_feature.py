"""What scripts ask of the feature as a whole: its geometry, its subtype, its related records.

Measures are what the ArcGIS Maps SDK for JavaScript 4.34.8 says of the same geometries in Web Mercator.
"""

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsVectorLayer,
)

from plugin.core.arcade.field_text import FieldFormat, shown_field, shown_text
from plugin.layers.base.expressions import feature_fields, text_expression_of, typed_expression_of

KINDS = {"Point": "Point", "Polygon": "Polygon", "LineString": "Polyline"}
SQUARE = "POLYGON((890000 6280000,890000 {y},{x} {y},{x} 6280000,890000 6280000))"
SMALL, LARGE = SQUARE.format(x=890300, y=6280300), SQUARE.format(x=900000, y=6290000)
LINE = "LINESTRING(890000 6280000,890700 6280800)"
POINT = "POINT(890000.5 6280000)"


@pytest.fixture
def worth():
    """`worth(script, wkt)` is the value of a script for a feature with that geometry."""
    project = QgsProject()

    def evaluate(script, wkt, map_crs="EPSG:3857", layer_crs="EPSG:3857"):
        kind = wkt.split("(")[0].title().replace("string", "String")
        project.setCrs(QgsCoordinateReferenceSystem(map_crs))
        layer = QgsVectorLayer(f"{kind}?crs={layer_crs}&field=a:integer", "layer", "memory")
        service = {"geometryType": f"esriGeometry{KINDS[kind]}"}
        losses = []
        found = typed_expression_of(script, layer.fields(), losses, service)
        assert losses == [], losses[0].text
        feature = QgsFeature(layer.fields(), 1)
        feature.setGeometry(QgsGeometry.fromWkt(wkt))
        context = QgsExpressionContext()
        context.appendScope(QgsExpressionContextUtils.projectScope(project))
        context.appendScope(QgsExpressionContextUtils.layerScope(layer))
        context.setFeature(feature)
        return QgsExpression(found.text).evaluate(context)

    yield evaluate
    project.clear()


@pytest.mark.parametrize(
    ("script", "wkt", "value"),
    [
        ("Area($feature)", SMALL, 90000),
        ("Area($feature, 'hectares')", LARGE, 10000),
        ("Area($feature, 'square-feet')", SMALL, 968751.937503875),
        ("Area($feature, 'acres')", LARGE, 24710.53814671653),
        ("AreaGeodetic($feature)", SMALL, 38724.78212381144),
        ("AreaGeodetic($feature, 'acres')", LARGE, 10620.201064923405),
        ("AreaGeodetic($feature, 'square-miles')", SMALL, 0.014951721967089517),
        ("Length($feature)", SMALL, 1200),
        ("Length($feature)", LINE, 1063.014581273465),
        ("Length($feature, 'feet')", LINE, 3487.5806472226536),
        ("Length($feature, 9003)", LINE, 3487.573672061359),
        ("Centroid($feature).x", SMALL, 890150),
        ("Centroid(Geometry($feature)).y", LARGE, 6285000),
        ("Geometry($feature).x", POINT, 890000.5),
        ("Geometry($feature).spatialReference.wkid", POINT, 102100),
        ("var g = Geometry($feature); IIf(IsEmpty(g), -1, g.y)", POINT, 6280000),
        ("Round(AreaGeodetic($feature, 'acres'), 1) + ' acres'", SMALL, "9.6 acres"),
    ],
)
def test_geometry(worth, script, wkt, value):
    assert worth(script, wkt) == (value if isinstance(value, str) else pytest.approx(value, rel=1e-6))


def test_the_geometry_is_that_of_the_map(worth):
    point = "POINT(10 50)"
    assert worth("Geometry($feature).x", point, layer_crs="EPSG:4326") == pytest.approx(1113194.9079)
    assert worth("Geometry($feature).x", point, "EPSG:4326", "EPSG:4326") == 10
    assert worth("Geometry($feature).spatialReference.wkid", point, "EPSG:25832", "EPSG:4326") == 25832
    # The unit of another spatial reference may be anything; nothing is shown then.
    assert worth("Area($feature, 'acres')", SMALL, map_crs="EPSG:2263") is None
    assert worth("AreaGeodetic($feature)", SMALL, map_crs="EPSG:2263") == pytest.approx(38724.782, rel=1e-6)


@pytest.mark.parametrize(
    ("script", "kind"),
    [("Geometry($feature).x", "Polygon"), ("Area($feature)", "Polyline"), ("Geometry($feature).x", ""),
     ("LengthGeodetic($feature)", "Polyline"), ("Area($feature, 'furlongs')", "Polygon"),
     ("Buffer($feature, 1)", "Point")],
)  # fmt: skip
def test_what_is_not_read_of_geometries(script, kind):
    layer = QgsVectorLayer("Point?field=a:integer", "layer", "memory")
    losses = []
    service = {"geometryType": f"esriGeometry{kind}"} if kind else {}
    assert text_expression_of(script, layer.fields(), losses, service) is None
    assert len(losses) == 1


def test_names_of_codes_that_depend_on_the_subtype():
    layer = QgsVectorLayer("Point?field=a:integer&field=b:integer", "layer", "memory")

    def names(*labels):
        values = [{"code": code, "name": label} for code, label in enumerate(labels, 1)]
        return {"type": "codedValue", "codedValues": values}

    service = {
        "typeIdField": "A",
        "types": [
            {"id": 1, "name": "Tree", "domains": {"B": names("Oak", "Elm")}},
            {"id": 2, "name": "Lamp", "domains": {"B": names("Gas"), "C": {"type": "inherited"}}},
        ],
    }
    fields = feature_fields(layer.fields(), service)
    text = text_expression_of("DomainName($feature, 'b') + '!'", fields, [])
    shown = QgsExpression(shown_text(shown_field(fields["b"], FieldFormat())))
    feature = QgsFeature(layer.fields(), 1)
    for kind, code, name in ((1, 1, "Oak"), (2, 1, "Gas"), (2, 2, "2"), (9, 1, "1"), (None, 2, "2")):
        feature.setAttributes([kind, code])
        context = QgsExpressionContext()
        context.setFeature(feature)
        assert QgsExpression(text).evaluate(context) == f"{name}!"
        assert shown.evaluate(context) == name


@pytest.mark.parametrize(
    "service",
    [
        {"subtypeField": "A", "subtypes": [{"code": 1, "name": "Main"}, {"code": 2, "name": "Side"}]},
        {"typeIdField": "a", "types": [{"id": 1, "name": "Main"}, {"id": 2, "name": "Side"}]},
    ],
)
def test_subtypes(service):
    layer = QgsVectorLayer("Point?field=a:integer", "layer", "memory")
    fields = feature_fields(layer.fields(), service)
    feature = QgsFeature(layer.fields(), 1)
    for code, shown in ((2, "Side: 2"), (9, "9: 9"), (None, ": ")):
        feature["a"] = code
        context = QgsExpressionContext()
        context.setFeature(feature)
        text = text_expression_of("SubtypeName($feature) + ': ' + SubtypeCode($feature)", fields, [])
        assert QgsExpression(text).evaluate(context) == shown
