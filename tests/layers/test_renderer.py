"""Symbols: drawn as ArcGIS draws them, or visibly otherwise and said."""

import base64

import pytest
from qgis.core import Qgis, QgsVectorLayer

from plugin.layers.renderers.renderer import make_renderer
from tests.fidelity.probes import picture

from .build import feature_layer, losses_of
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
        return losses_of(report, table), draw(project, (200, 200), name=name)

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


def cim_line(**placement):
    fill_layer = {
        "type": "CIMSolidFill",
        "enable": True,
        "color": {"type": "CIMRGBColor", "values": [255, 0, 0, 100]},
    }
    square = {"rings": [[[-5, -5], [-5, 5], [5, 5], [5, -5], [-5, -5]]]}
    graphic = {
        "type": "CIMMarkerGraphic",
        "geometry": square,
        "symbol": {"type": "CIMPolygonSymbol", "symbolLayers": [fill_layer]},
    }
    marker = {
        "type": "CIMVectorMarker", "enable": True, "size": 10,
        "frame": {"xmin": -5, "ymin": -5, "xmax": 5, "ymax": 5},
        "markerGraphics": [graphic],
        "markerPlacement": {
            "type": "CIMMarkerPlacementAlongLineSameSize", "placementTemplate": [30], **placement,
        },
    }  # fmt: skip
    return {"type": "CIMSymbolReference", "symbol": {"type": "CIMLineSymbol", "symbolLayers": [marker]}}


def test_markers_that_arcgis_stretches_along_a_line_are_reported(drawn):
    stretched, image = drawn("lines", simple(cim_line(endings="WithMarkers")))
    free, _ = drawn("lines", simple(cim_line(endings="NoConstraint")))
    assert RED in colours(image)
    assert any("are placed differently" in loss for loss in stretched)
    assert not free


def test_lines_under_the_text_of_a_marker_are_reported(drawn):
    text = {"type": "esriTS", "text": "A", "color": [255, 0, 0, 255], "font": {"size": 20}}
    underlined = {**text, "font": {"size": 20, "decoration": "underline"}}
    assert not drawn("points", simple(text))[0]
    (loss,) = drawn("points", simple(underlined))[0]
    assert "Underlines and strikethrough" in loss


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
        "valueExpression": "Geometry($feature).type",
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
        "normalizationType": "esriNormalizeByMoon",
        "classBreakInfos": [{"classMaxValue": 1, "symbol": RED_LINE}],
    },
    "wrong geometry": simple({"type": "esriTS", "text": "x", "font": {"size": 9, "family": "Arial"}}),
}


@pytest.mark.parametrize("table", ["points", "lines", "polygons"])
@pytest.mark.parametrize("name", UNREAD)
def test_what_is_not_read_is_visible_and_said(drawn, table, name):
    if name == "wrong geometry" and table != "lines":
        pytest.skip("text stands at points, and in the middle of polygons")
    losses, image = drawn(table, UNREAD[name])
    assert losses
    assert colours(image) != {WHITE}
    assert BLACK not in colours(image)


def test_variables_that_are_lost_are_named(drawn):
    marker = {"type": "esriSMS", "style": "esriSMSCircle", "size": 9, "color": [255, 0, 0, 255]}
    variables = [
        {"type": "sizeInfo", "field": "KIND", "axis": "height"},
        {"type": "rotationInfo", "field": "GONE"},
    ]
    losses, _ = drawn("points", {**simple(marker), "visualVariables": variables})
    assert "Symbols do not vary by size." in losses
    assert "Symbols do not vary by rotation." in losses
    assert "The field “GONE” that symbols depend on does not exist." in losses


def test_one_loss_in_many_classes_is_said_once(drawn):
    infos = [{"value": str(n), "symbol": {"type": "CIMSymbolReference"}} for n in range(50)]
    losses, _ = drawn("points", {"type": "uniqueValue", "field1": "KIND", "uniqueValueInfos": infos})
    assert losses == ("Symbols of type CIMSymbolReference are not supported; a plain symbol is shown.",)


def test_the_first_class_keeps_a_value(drawn):
    """A text and nothing are the same key in ArcGIS, and the first class that has it counts."""
    infos = [
        {"value": "1", "symbol": fill([0, 255, 0, 255])},
        {"value": "1", "symbol": fill([0, 0, 255, 255])},
    ]
    _, image = drawn("polygons", {"type": "uniqueValue", "field1": "KIND", "uniqueValueInfos": infos})
    assert at(image, 50, 150) == (0, 255, 0)


def test_breaks_keep_their_gaps_and_their_default(drawn):
    infos = [{"classMinValue": 5, "classMaxValue": 6, "symbol": fill([0, 255, 0, 255])}]
    infos += [{"classMinValue": 1.5, "classMaxValue": 2, "symbol": fill([0, 0, 255, 255])}]
    breaks = {"type": "classBreaks", "field": "KIND", "minValue": 5, "classBreakInfos": infos}
    losses, image = drawn("polygons", breaks)
    assert at(image, 50, 150) == WHITE
    assert at(image, 170, 70) == (0, 0, 255)
    losses, image = drawn("polygons", {**breaks, "defaultSymbol": fill([255, 255, 0, 255])})
    assert at(image, 50, 150) == (255, 255, 0)
    assert not losses


def test_normalised_breaks(drawn):
    """KIND / SIZE is 2 for every feature."""
    infos = [
        {"classMaxValue": 1.9, "symbol": fill([0, 255, 0, 255])},
        {"classMaxValue": 2.1, "symbol": fill([0, 0, 255, 255])},
    ]
    breaks = {
        "type": "classBreaks",
        "field": "KIND",
        "normalizationType": "esriNormalizeByField",
        "normalizationField": "SIZE",
        "minValue": 0,
        "classBreakInfos": infos,
    }
    losses, image = drawn("polygons", breaks)
    assert at(image, 50, 150) == at(image, 170, 70) == (0, 0, 255)
    assert not losses


COLOURS = {
    "type": "colorInfo",
    "field": "SIZE",
    "stops": [
        {"value": 1, "color": [255, 0, 0, 255]},
        {"value": 5, "color": [0, 255, 0, 255], "label": "some"},
        {"value": 9, "color": [0, 0, 255, 255]},
    ],
}
LEGENDS = {
    "simple": ({**simple(fill([0, 255, 0, 255])), "label": "Parks"}, ["Parks"]),
    "values": (
        {
            "type": "uniqueValue",
            "field1": "KIND",
            "defaultSymbol": fill(None),
            "defaultLabel": "Rest",
            "uniqueValueGroups": [
                {
                    "heading": "Kinds",
                    "classes": [{"label": "One", "values": [["1"], ["3"]], "symbol": fill(None)}],
                },
                {"heading": "More", "classes": [{"label": "Two", "values": [["2"]], "symbol": fill(None)}]},
            ],
        },
        ["Kinds", "One", "More", "Two", "Rest"],
    ),
    "breaks": (
        {
            "type": "classBreaks",
            "field": "KIND",
            "minValue": 0,
            "classBreakInfos": [
                {"classMaxValue": 1, "label": "few", "symbol": fill(None)},
                {"classMaxValue": 9, "symbol": fill(None)},
            ],
        },
        ["1 – 9", "few"],
    ),
    "breaks that rise": (
        {
            "type": "classBreaks",
            "field": "KIND",
            "minValue": 0,
            "legendOptions": {"title": "Kinds", "order": "ascending-values"},
            "classBreakInfos": [
                {"classMaxValue": 1, "label": "few", "symbol": fill(None)},
                {"classMaxValue": 9, "label": "many", "symbol": fill(None)},
            ],
            "defaultSymbol": fill(None),
        },
        ["Kinds", "few", "many", "Others"],
    ),
    "colours": (
        {**simple(fill(None)), "visualVariables": [{**COLOURS, "legendOptions": {"title": "How many"}}]},
        ["", "How many", "> 9", "some", "< 1"],
    ),
    "colours kept out": (
        {**simple(fill(None)), "visualVariables": [{**COLOURS, "legendOptions": {"showLegend": False}}]},
        [""],
    ),
    "colours and classes": (
        {
            "type": "uniqueValue",
            "field1": "KIND",
            "uniqueValueInfos": [{"value": "1", "label": "One", "symbol": fill(None)}],
            "visualVariables": [COLOURS],
        },
        ["One", "SIZE", "> 9", "some", "< 1"],
    ),
    "sizes": (
        {
            **simple({"type": "esriSMS", "style": "esriSMSCircle", "size": 9, "color": [255, 0, 0, 255]}),
            "label": "Towns",
            "visualVariables": [
                {
                    "type": "sizeInfo",
                    "field": "SIZE",
                    "minDataValue": 0,
                    "maxDataValue": 100,
                    "minSize": 4,
                    "maxSize": 20,
                }
            ],
        },
        ["Towns", "SIZE", "> 100", "75", "50", "25", "< 0"],
    ),
    "dots": (
        {
            "type": "dotDensity",
            "dotValue": 1,
            "attributes": [{"field": "KIND", "label": "People", "color": [0, 0, 0, 255]}],
        },
        ["", "People"],
    ),
}


@pytest.mark.parametrize("name", LEGENDS)
def test_legends_read_like_the_web_maps(town, name):
    renderer, labels = LEGENDS[name]
    layer = QgsVectorLayer(f"{town.geopackage}|layername=polygons", "polygons", "ogr")
    made = make_renderer(renderer, Qgis.GeometryType.Polygon, layer.fields(), [])
    assert [item.label() for item in made.legendSymbolItems()] == labels


def test_a_legend_shows_sizes_as_they_are_drawn(town):
    renderer, _ = LEGENDS["sizes"]
    layer = QgsVectorLayer(f"{town.geopackage}|layername=points", "points", "ogr")
    made = make_renderer(renderer, Qgis.GeometryType.Point, layer.fields(), [])
    sizes = [item.symbol().size() for item in made.legendSymbolItems()[2:]]
    assert sizes == [20, 16, 12, 8, 4]


def test_the_lower_class_keeps_the_end_that_two_classes_share(drawn):
    """The highest class comes first in the legend; still 1 belongs to the class that ends there."""
    infos = [
        {"classMaxValue": 1, "symbol": fill([0, 255, 0, 255])},
        {"classMaxValue": 9, "symbol": fill([0, 0, 255, 255])},
    ]
    breaks = {"type": "classBreaks", "field": "KIND", "minValue": 0, "classBreakInfos": infos}
    _, image = drawn("polygons", breaks)
    assert at(image, 50, 150) == (0, 255, 0)


def test_a_picture_that_was_fetched_is_drawn(town):
    layer = QgsVectorLayer(f"{town.geopackage}|layername=points", "points", "ogr")
    symbol = {"type": "esriPMS", "url": "https://example.org/a.png", "width": 9, "height": 6}
    pictures = {"https://example.org/a.png": base64.b64decode(picture())}
    losses = []
    made = make_renderer(simple(symbol), Qgis.GeometryType.Point, layer.fields(), losses, pictures)
    assert not losses
    assert made.symbol().symbolLayer(0).path().startswith("base64:")


def test_a_drawing_that_names_files_is_refused(town):
    layer = QgsVectorLayer(f"{town.geopackage}|layername=points", "points", "ogr")
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image href="file:///etc/passwd"/></svg>'
    )
    symbol = {"type": "esriPMS", "imageData": base64.b64encode(svg).decode(), "width": 9, "height": 9}
    losses = []
    make_renderer(simple(symbol), Qgis.GeometryType.Point, layer.fields(), losses)
    assert [loss.text for loss in losses] == ["A picture cannot be read; a plain symbol is shown."]


def test_a_real_size_without_a_value_is_the_symbols_own(drawn):
    """QGIS takes the smaller of nothing and a limit for the limit."""
    marker = {"type": "esriSMS", "style": "esriSMSSquare", "size": 9, "color": [255, 0, 0, 255]}
    variable = {"type": "sizeInfo", "field": "KIND", "valueUnit": "meters"}
    nothing = {**variable, "field": None, "valueExpression": "null"}
    _, image = drawn("points", {**simple(marker), "visualVariables": [nothing]})
    assert at(image, 100, 100) == RED
    assert at(image, 130, 100) == WHITE
    _, image = drawn("points", {**simple(marker), "visualVariables": [variable]})
    assert colours(image) != {WHITE}
