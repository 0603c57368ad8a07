"""Symbols: drawn as ArcGIS draws them, or visibly otherwise and said."""

import json

import pytest
from qgis.core import Qgis, QgsFeatureRenderer, QgsSymbol, QgsVectorLayer

from plugin.layers.renderer import make_renderer

from .build import SHAPES, feature_layer
from .conftest import colours, draw

EXTENT = {"xmin": 0, "ymin": 0, "xmax": 1000, "ymax": 1000}
RED_LINE = {"type": "esriSLS", "style": "esriSLSSolid", "color": [255, 0, 0, 255], "width": 3}
RED, WHITE, BLACK = (255, 0, 0), (255, 255, 255), (0, 0, 0)


@pytest.fixture
def drawn(written):
    """`drawn(table, renderer)` is the layer's losses and its picture, 1000 m on 200 pixels."""

    def make(table, renderer, name=None, **definition):
        layer = feature_layer(table, layerDefinition={"drawingInfo": {"renderer": renderer}, **definition})
        web_map = {
            "operationalLayers": [layer],
            "initialState": {"viewpoint": {"targetGeometry": EXTENT}},
        }
        report, project = written(web_map)
        return report.losses.get(table, ()), draw(project, (200, 200), name=name)

    return make


def simple(symbol):
    return {"type": "simple", "symbol": symbol}


def fill(color, outline=RED_LINE):
    return {"type": "esriSFS", "style": "esriSFSSolid", "color": color, "outline": outline}


def at(image, x, y):
    return image.pixelColor(x, y).getRgb()[:3]


def test_a_hollow_polygon_is_hollow(drawn):
    losses, image = drawn("polygons", simple(fill(None)))
    assert at(image, 50, 150) == WHITE  # inside the square
    assert at(image, 20, 150) == RED  # its edge
    assert not losses


def test_no_outline_is_no_outline(drawn):
    for outline in (None, {**RED_LINE, "color": None}, {**RED_LINE, "style": "esriSLSNull"}):
        _, image = drawn("polygons", simple(fill([0, 0, 255, 255], outline)))
        assert at(image, 50, 150) == (0, 0, 255)
        assert {BLACK, RED}.isdisjoint(colours(image))


def test_an_invisible_line_keeps_its_class_and_is_not_black(drawn):
    infos = [
        {"value": "1", "symbol": {**RED_LINE, "color": None}},
        {"value": "2", "symbol": RED_LINE},
    ]
    renderer = {"type": "uniqueValue", "field1": "KIND", "uniqueValueInfos": infos, "defaultSymbol": RED_LINE}
    losses, image = drawn("lines", renderer)
    assert at(image, 150, 50) == WHITE  # the first line, which has no colour
    assert at(image, 50, 50) == RED
    assert not losses


def test_offsets_go_up(drawn):
    marker = {
        "type": "esriSMS",
        "style": "esriSMSSquare",
        "size": 9,
        "yoffset": 15,
        "color": [255, 0, 0, 255],
    }
    _, image = drawn("points", simple(marker))
    assert at(image, 100, 80) == RED  # 15 pt = 20 px above the point in the middle
    assert at(image, 100, 120) == WHITE


def test_every_form_of_colour(drawn):
    for color in ([255, 0, 0], [255, 0, 0, 255], {"r": 255, "g": 0, "b": 0, "a": 1}):
        _, image = drawn("polygons", simple(fill(color, None)))
        assert at(image, 50, 150) == RED


def test_a_marker_without_size_is_drawn(drawn):
    _, image = drawn(
        "points", simple({"type": "esriSMS", "style": "esriSMSSquare", "color": [255, 0, 0, 255]})
    )
    assert at(image, 100, 100) == RED
    assert BLACK not in colours(image)


def test_a_line_symbol_on_polygons_is_their_outline(drawn):
    losses, image = drawn("polygons", simple(RED_LINE))
    assert at(image, 20, 150) == RED
    assert at(image, 50, 150) == WHITE
    assert not losses


def test_numbers_find_classes_written_as_text(drawn):
    infos = [
        {"value": "1", "symbol": fill([0, 255, 0, 255])},
        {"value": "2", "symbol": fill([0, 0, 255, 255])},
    ]
    _, image = drawn("polygons", {"type": "uniqueValue", "field1": "kind", "uniqueValueInfos": infos})
    assert at(image, 50, 150) == (0, 255, 0)
    assert at(image, 170, 70) == (0, 0, 255)


UNREAD = {
    "heatmap": {"type": "heatmap", "field": "KIND", "colorStops": []},
    "nothing": None,
    "no type": {},
    "type of a wrong type": {"type": ["simple"]},
    "no symbol": {"type": "simple"},
    "cim": simple({"type": "CIMSymbolReference", "symbol": {"type": "CIMPointSymbol"}}),
    "picture by url": simple(
        {"type": "esriPMS", "url": "https://example.org/a.png", "width": 9, "height": 9}
    ),
    "arcade": {
        "type": "uniqueValue",
        "valueExpression": "$feature.KIND",
        "uniqueValueInfos": [{"value": "1"}],
    },
    "missing field": {
        "type": "uniqueValue",
        "field1": "GONE",
        "uniqueValueInfos": [{"value": "1", "symbol": RED_LINE}],
    },
    "no classes": {"type": "uniqueValue", "field1": "KIND", "uniqueValueInfos": []},
    "classes of a wrong type": {"type": "classBreaks", "field": "KIND", "classBreakInfos": 7},
    "ratio": {
        "type": "classBreaks",
        "field": "KIND",
        "normalizationType": "esriNormalizeByField",
        "normalizationField": "SIZE",
        "classBreakInfos": [{"classMaxValue": 1, "symbol": RED_LINE}],
    },
    "wrong geometry": simple({"type": "esriTS", "text": "x", "font": {"size": 9, "family": "Arial"}}),
}


@pytest.mark.parametrize("table", ["points", "lines", "polygons"])
@pytest.mark.parametrize("name", UNREAD)
def test_what_is_not_read_is_visible_and_said(drawn, table, name):
    if (name, table) == ("wrong geometry", "points"):
        pytest.skip("text is a symbol for points")
    losses, image = drawn(table, UNREAD[name])
    assert losses
    assert colours(image) != {WHITE}
    assert BLACK not in colours(image)


def test_variables_that_are_lost_are_named(drawn):
    marker = {"type": "esriSMS", "style": "esriSMSCircle", "size": 9, "color": [255, 0, 0, 255]}
    variables = [{"type": "sizeInfo", "field": "KIND"}, {"type": "rotationInfo", "field": "KIND"}, 5]
    losses, _ = drawn("points", {**simple(marker), "visualVariables": variables})
    assert losses == ("Symbols do not vary in size.", "Symbols do not vary in rotation.")


def test_one_loss_in_many_classes_is_said_once(drawn):
    infos = [{"value": str(n), "symbol": {"type": "CIMSymbolReference"}} for n in range(50)]
    losses, _ = drawn("points", {"type": "uniqueValue", "field1": "KIND", "uniqueValueInfos": infos})
    assert len(losses) == 1


@pytest.mark.timeout(120)
def test_every_renderer_of_the_corpus_is_read_or_said(town, samples):
    """No exception and no invisible layer, whatever the JSON holds."""
    geometries = {"points": Qgis.GeometryType.Point, "lines": Qgis.GeometryType.Line}
    geometries["polygons"] = Qgis.GeometryType.Polygon
    assert set(geometries) < set(SHAPES)
    files = sorted((samples / "webmap" / "renderers").glob("*.json"))
    assert len(files) > 50
    layer = QgsVectorLayer(f"{town.geopackage}|layername=points", "points", "ogr")
    for file in files:
        content = json.loads(file.read_text("utf-8"))
        for geometry in geometries.values():
            losses = []
            made = make_renderer(content.get("renderer", content), geometry, layer.fields(), losses)
            assert isinstance(made, QgsFeatureRenderer), file.name
            if made.type() == "singleSymbol":
                assert isinstance(made.symbol(), QgsSymbol), file.name
