"""Labels: the text of each feature, which features, where, at which scales, in which font."""

import json

from osgeo import ogr
import pytest
from qgis.core import Qgis, QgsExpression, QgsExpressionContext, QgsExpressionContextUtils, QgsVectorLayer
from qgis.PyQt.QtCore import QLocale

from plugin.layers.labels.labels import make_labeling

from .build import feature_layer
from .conftest import draw

SYMBOL = {"type": "esriTS", "color": [255, 0, 0, 255], "font": {"size": 12, "family": "DejaVu Sans"}}
TREES = {"type": "codedValue", "codedValues": [{"name": "Oak", "code": 1}, {"name": "Elm's", "code": 2}]}


def labels(*classes, **members):
    return {
        "layerDefinition": {"drawingInfo": {"labelingInfo": list(classes)}},
        "showLabels": True,
        **members,
    }


@pytest.fixture(autouse=True)
def in_english():
    before = QLocale()
    QLocale.setDefault(QLocale("en_US"))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def made(town):
    """`made(table, class, …)` is the sentences about losses, and the layer."""

    def make(table, *classes):
        layer = QgsVectorLayer(f"{town.geopackage}|layername={table}", table, "ogr")
        losses, service = [], town.services.get(table, {})
        layer.setLabeling(make_labeling(list(classes), layer.geometryType(), layer.fields(), losses, service))
        layer.setLabelsEnabled(True)
        return [loss.text for loss in losses], layer

    return make


def rules(layer):
    return layer.labeling().rootRule().children() if layer.labeling() else []


def label_texts(layer):
    texts = []
    for rule in rules(layer):
        expression = QgsExpression(rule.settings().fieldName)
        for feature in layer.getFeatures(rule.filterExpression() or "TRUE"):
            context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
            context.setFeature(feature)
            texts.append(expression.evaluate(context))
    return texts


def arcade(script):
    return {"labelExpressionInfo": {"expression": script}}


@pytest.mark.parametrize(
    ("expression", "texts"),
    [
        ({"labelExpression": "[NAME]"}, ["n1", "n2", "n3"]),
        ({"labelExpression": "[name]"}, ["n1", "n2", "n3"]),
        ({"labelExpression": "{NAME}"}, ["n1", "n2", "n3"]),
        ({"labelExpression": "[NAME] ([SIZE])"}, ["n1 (0.5)", "n2 (1)", "n3 (1.5)"]),
        ({"labelExpression": '[NAME] CONCAT " - " CONCAT [KIND]'}, ["n1 - 1", "n2 - 2", "n3 - 3"]),
        ({"labelExpression": "UCASE([NAME]) CONCAT NEWLINE CONCAT 'x'"}, ["N1\nx", "N2\nx", "N3\nx"]),
        ({"labelExpression": 'ROUND([SIZE], 0) & "!"'}, ["1!", "1!", "2!"]),
        ({"labelExpression": '"" CONCAT FORMATDATETIME([BUILT], "yyyy-MM-dd")'},
         ["2001-01-01", "2002-01-01", "2003-01-01"]),
        ({"labelExpression": "[BUILT]"}, ["1/1/01", "1/1/02", "1/1/03"]),
        ({"labelExpressionInfo": {"value": "{NAME}"}}, ["n1", "n2", "n3"]),
        ({"labelExpressionInfo": {"value": "{NAME}: {KIND}"}}, ["n1: 1", "n2: 2", "n3: 3"]),
        ({"labelExpressionInfo": {"value": "{KIND}"}, "labelExpression": "[NAME]"}, ["1", "2", "3"]),
        (arcade('$feature["NAME"]'), ["n1", "n2", "n3"]),
        ({**arcade("return $feature.NAME;"), "labelExpression": "[KIND]"}, ["n1", "n2", "n3"]),
        (arcade("$feature.SIZE"), ["0.5", "1", "1.5"]),
        (arcade("Upper($feature.NAME) + TextFormatting.NewLine + 1"), ["N1\n1", "N2\n1", "N3\n1"]),
        (arcade("if ($feature.KIND == 1) { return null }\nreturn $feature.NAME"), [None, "n2", "n3"]),
        (arcade("Text($feature.BUILT, 'Y')"), ["2001", "2002", "2003"]),
        ({"labelExpression": "[SIZE]", "fieldInfos": [{"fieldName": "SIZE", "format": {"places": 2}}]},
         ["0.50", "1.00", "1.50"]),
    ],
)  # fmt: skip
def test_expressions_give_the_texts_of_the_labels(made, expression, texts):
    losses, layer = made("points", {**expression, "symbol": SYMBOL})
    assert losses == []
    assert label_texts(layer) == texts
    assert layer.labelsEnabled()


def test_numbers_are_grouped_as_the_web_map_does(made, town):
    ogr.Open(str(town.geopackage), 1).ExecuteSQL(
        'UPDATE points SET KIND = 1234567, "SIZE" = NULL, NAME = NULL'
    )
    form = [{"fieldName": "KIND", "format": {"places": 0, "digitSeparator": False}}]
    for extra, text in (({}, "1,234,567"), ({"fieldInfos": form}, "1234567")):
        _, layer = made("points", {"labelExpression": "[KIND]", "symbol": SYMBOL, **extra})
        assert set(label_texts(layer)) == {text}
    for empty in ("[SIZE]", "[NAME]", "[NAME][SIZE]"):
        _, layer = made("points", {"labelExpression": empty, "symbol": SYMBOL})
        assert {text or "" for text in label_texts(layer)} == {""}


@pytest.mark.parametrize(
    ("expression", "texts"),
    [
        ({"labelExpression": "[KIND]"}, ["Oak", "Elm's", "3"]),
        ({"labelExpressionInfo": {"value": "a {KIND}"}}, ["a Oak", "a Elm's", "a 3"]),
        (arcade("DomainName($feature, 'KIND')"), ["Oak", "Elm's", "3"]),
        (arcade("$feature.KIND"), ["1", "2", "3"]),
    ],
)
def test_coded_values(made, town, expression, texts):
    town.services["points"] = {"fields": [{"name": "KIND", "domain": TREES}]}
    losses, layer = made("points", {**expression, "symbol": SYMBOL, "useCodedValues": True})
    assert losses == []
    assert label_texts(layer) == texts


@pytest.mark.parametrize(
    ("unread", "reason"),
    [
        (arcade("Hash($feature.NAME)"), "“hash”"),
        ({"labelExpression": "[GONE]"}, "label expression"),
        ({"labelExpression": "[NAME] CONCAT"}, "label expression"),
        ({"labelExpression": "NOSUCH([NAME])"}, "label expression"),
        ({"labelExpressionInfo": {"value": "{GONE}"}}, "label class"),
        ({"labelExpression": "[NAME]", "where": "KIND SOUNDS LIKE 'x'"}, "The filter"),
        ({"labelExpression": "[NAME]", "where": "GONE = 1"}, "“GONE”"),
        ({"labelExpression": 5}, "label class"),
        ({}, "label class"),
    ],
)
def test_label_classes_that_are_not_read_are_off_and_said(made, unread, reason):
    kept = {"labelExpression": "[NAME]", "symbol": SYMBOL}
    losses, layer = made("points", {**unread, "symbol": SYMBOL}, kept)
    assert label_texts(layer) == ["n1", "n2", "n3"]
    assert any(loss.startswith("1 of 2 label classes") for loss in losses)
    assert any(reason in loss for loss in losses)


def test_each_class_has_its_filter_and_scales(made):
    small = {"labelExpression": "[NAME]", "where": "KIND >= 2 AND BUILT < DATE '2002-06-01'",
             "symbol": SYMBOL, "minScale": 5000, "maxScale": 100, "name": "Small"}  # fmt: skip
    rest = {"labelExpression": "[KIND]", "where": "NOT KIND = 2", "symbol": SYMBOL}
    losses, layer = made("points", small, rest)
    assert losses == []
    assert label_texts(layer) == ["n2", "1", "3"]
    first, second = rules(layer)
    assert (first.minimumScale(), first.maximumScale(), first.description()) == (5000, 100, "Small")
    assert (second.minimumScale(), second.maximumScale()) == (0, 0)


def test_font_halo_and_colours(made):
    symbol = {
        "type": "esriTS", "color": [1, 2, 3, 128], "haloSize": 1.5, "haloColor": [4, 5, 6],
        "backgroundColor": [7, 8, 9, 255], "borderLineColor": [10, 11, 12, 255], "borderLineSize": 2,
        "font": {"family": "DejaVu Sans", "size": 9.75, "weight": "bold", "style": "italic",
                 "decoration": "underline"},
    }  # fmt: skip
    _, layer = made("points", {"labelExpression": "[NAME]", "symbol": symbol})
    form = rules(layer)[0].settings().format()
    font = form.font()
    assert (form.size(), form.sizeUnit()) == (9.75, Qgis.RenderUnit.Points)
    assert (font.bold(), font.italic(), font.underline(), font.family()) == (True, True, True, "DejaVu Sans")
    assert form.color().getRgb() == (1, 2, 3, 128)
    assert (form.buffer().enabled(), form.buffer().size()) == (True, 1.5)
    assert form.buffer().color().getRgb() == (4, 5, 6, 255)
    assert form.background().enabled()
    assert form.background().fillColor().getRgb() == (7, 8, 9, 255)
    assert form.background().strokeColor().getRgb() == (10, 11, 12, 255)


@pytest.mark.parametrize(
    ("table", "stated", "placement"),
    [
        (
            "points",
            "esriServerPointLabelPlacementAboveRight",
            Qgis.LabelPlacement.OrderedPositionsAroundPoint,
        ),
        ("points", "esriServerPointLabelPlacementCenterCenter", Qgis.LabelPlacement.OverPoint),
        ("lines", "esriServerLinePlacementAboveAlong", Qgis.LabelPlacement.Curved),
        ("polygons", "esriServerPolygonPlacementAlwaysHorizontal", Qgis.LabelPlacement.Horizontal),
    ],
)
def test_placements(made, table, stated, placement):
    losses, layer = made(table, {"labelExpression": "[NAME]", "symbol": SYMBOL, "labelPlacement": stated})
    assert losses == []
    assert rules(layer)[0].settings().placement == placement


def test_settings_that_are_not_kept_are_said(made):
    odd = {"labelPlacement": "esriServerElsewhere", "truncationLength": 24, "labelExpression": "[NAME]",
           "multiPart": "labelPerSegment", "deconflictionStrategy": "odd", "allowOverrun": True,
           "symbol": {**SYMBOL, "rotated": True, "angle": 30}}  # fmt: skip
    losses, layer = made("points", odd)
    assert losses == [
        "Settings of labels that are not kept: allowOverrun, deconflictionStrategy, labelPlacement,"
        " multiPart, symbol.angle, symbol.rotated, truncationLength."
    ]
    assert label_texts(layer) == ["n1", "n2", "n3"]


def test_the_older_expression_stands_in_where_arcade_is_not_read(made):
    both = {
        **arcade("Hash($feature.NAME)"),
        "labelExpression": "[NAME] CONCAT vbNewLine CONCAT LEFT([NAME], 1)",
    }
    losses, layer = made("points", {**both, "symbol": SYMBOL})
    assert losses == ["The Arcade function “hash” is not supported."]
    assert label_texts(layer) == ["n1\nn", "n2\nn", "n3\nn"]


def test_codes_stay_codes_where_the_author_wants_them(made, town):
    town.services["points"] = {"fields": [{"name": "KIND", "domain": TREES}]}
    for coded, texts in ((False, ["1", "2", "3"]), (None, ["Oak", "Elm's", "3"])):
        _, layer = made("points", {"labelExpression": "[KIND]", "symbol": SYMBOL, "useCodedValues": coded})
        assert label_texts(layer) == texts


def test_lines_are_broken_and_kept_apart(made):
    stacked = {"stackLabel": True, "stackRowLength": 12, "offsetDistance": 7, "labelExpression": "[NAME]",
               "symbol": {**SYMBOL, "lineHeight": 1.5}}  # fmt: skip
    losses, layer = made("points", stacked)
    assert losses == []
    settings = rules(layer)[0].settings()
    assert (settings.autoWrapLength, settings.dist, settings.format().lineHeight()) == (12, 7.0, 1.5)
    _, layer = made("points", {**stacked, "stackLabel": False})
    assert rules(layer)[0].settings().autoWrapLength == 0


def solid(*values):
    colour = {"type": "CIMRGBColor", "values": list(values)}
    return {
        "type": "CIMPolygonSymbol",
        "symbolLayers": [{"type": "CIMSolidFill", "enable": True, "color": colour}],
    }


def test_text_symbols_of_arcgis_pro(made):
    text = {
        "type": "CIMTextSymbol", "height": 9.5, "fontFamilyName": "Arial", "fontStyleName": "Bold Italic",
        "symbol": solid(1, 2, 3, 50), "haloSize": 2, "haloSymbol": solid(250, 251, 252, 100),
        "callout": {"type": "CIMBackgroundCallout", "backgroundSymbol": solid(9, 8, 7)}, "wordSpacing": 100,
    }  # fmt: skip
    symbol = {"type": "CIMSymbolReference", "symbol": text}
    losses, layer = made("points", {"labelExpression": "[NAME]", "symbol": symbol})
    assert losses == ["Settings of labels that are not kept: symbol.symbol.wordSpacing."]
    form = rules(layer)[0].settings().format()
    assert (form.size(), form.font().bold(), form.font().italic()) == (9.5, True, True)
    assert form.color().getRgb() == (1, 2, 3, 127)
    assert (form.buffer().size(), form.buffer().color().getRgb()) == (2, (250, 251, 252, 255))
    assert form.background().fillColor().getRgb() == (9, 8, 7, 255)


@pytest.mark.parametrize(
    "symbol",
    [{"type": "CIMSymbolReference"}, {"type": "CIMSymbolReference", "symbol": {"type": "CIMLineSymbol"}},
     {"type": "CIMSymbolReference", "symbol": {"symbol": [], "haloSymbol": 5, "callout": "x", "height": "y"}},
     {"type": "LabelSymbol3D", "symbolLayers": []}],
)  # fmt: skip
def test_odd_symbols_are_said_and_the_text_stays(made, symbol):
    losses, layer = made("points", {"labelExpression": "[NAME]", "symbol": symbol})
    assert "symbol.type" in losses[0]
    assert label_texts(layer) == ["n1", "n2", "n3"]


def test_colours_that_are_no_numbers(made):
    symbol = {**SYMBOL, "color": [1, float("nan"), 2], "haloSize": 1, "haloColor": [float("inf")] * 3}
    _, layer = made("points", {"labelExpression": "[NAME]", "symbol": symbol})
    form = rules(layer)[0].settings().format()
    assert (form.color().name(), form.buffer().enabled()) == ("#000000", False)


def test_a_class_without_a_symbol_is_off(made):
    losses, layer = made("points", {"labelExpression": "[NAME]"})
    assert rules(layer) == []
    assert "A label class without a symbol is not shown, as in ArcGIS." in losses


def test_labels_come_with_the_layer_and_are_off_where_the_map_says_so(written):
    own = labels({"labelExpression": "[NAME]", "symbol": SYMBOL})
    off = {**own, "showLabels": False}
    layers = [feature_layer("points", **own), feature_layer("lines", **off)]
    _, project = written({"operationalLayers": layers})
    shown = {
        layer.name(): (layer.labelsEnabled(), len(rules(layer))) for layer in project.mapLayers().values()
    }
    assert shown == {"All points": (True, 1), "All lines": (False, 1)}


def ink(image, wanted):
    """The pixels of a colour, as (x, y)."""
    found = []
    for x in range(image.width()):
        for y in range(image.height()):
            pixel = image.pixelColor(x, y)
            if wanted(pixel.red(), pixel.green(), pixel.blue()):
                found.append((x, y))
    return found


def picture(written, name, table, label, renderer):
    drawing = {"labelingInfo": [label], "renderer": renderer}
    layer = feature_layer(table, layerDefinition={"drawingInfo": drawing}, showLabels=True)
    extent = {"xmin": 0, "ymin": 0, "xmax": 1000, "ymax": 1000}
    _, project = written(
        {"operationalLayers": [layer], "initialState": {"viewpoint": {"targetGeometry": extent}}}
    )
    return draw(project, (300, 300), name=name)


def red(r, g, b):
    return r > 200 and g < 80 and b < 80


def blue(r, g, b):
    return b > 200 and r < 80 and g < 80


@pytest.mark.parametrize("position", ["AboveRight", "AboveCenter", "CenterRight", "BelowLeft"])
def test_labels_keep_a_distance_from_their_marker(written, position):
    marker = {
        "type": "esriSMS",
        "style": "esriSMSSquare",
        "size": 30,
        "color": [0, 0, 255, 255],
        "outline": None,
    }
    label = {"labelExpression": "[NAME]", "symbol": SYMBOL, "where": "KIND = 2",
             "labelPlacement": f"esriServerPointLabelPlacement{position}"}  # fmt: skip
    image = picture(written, f"label_{position}", "points", label, {"type": "simple", "symbol": marker})
    texts = ink(image, red)
    square = [(x, y) for x, y in ink(image, blue) if abs(x - 150) < 30 and abs(y - 150) < 30]
    assert len(texts) > 20
    sides = [
        min(x for x, _ in square),
        min(y for _, y in square),
        max(x for x, _ in square),
        max(y for _, y in square),
    ]
    inside = [1 for x, y in texts if sides[0] - 1 <= x <= sides[2] + 1 and sides[1] - 1 <= y <= sides[3] + 1]
    assert inside == []
    middle = (sum(x for x, _ in texts) / len(texts), sum(y for _, y in texts) / len(texts))
    assert ("Above" in position) == (middle[1] < sides[1])
    assert ("Below" in position) == (middle[1] > sides[3])
    assert ("Right" in position) == (middle[0] > sides[2])
    assert ("Left" in position) == (middle[0] < sides[0])


def test_an_offset_moves_a_label_up(written):
    label = {"labelExpression": "[NAME]", "where": "KIND = 2",
             "labelPlacement": "esriServerPointLabelPlacementCenterCenter"}  # fmt: skip
    marker = {
        "type": "esriSMS",
        "style": "esriSMSCircle",
        "size": 4,
        "color": [0, 0, 255, 255],
        "outline": None,
    }
    renderer = {"type": "simple", "symbol": marker}
    heights = []
    for offset in (0, 30):
        symbol = {**SYMBOL, "yoffset": offset}
        image = picture(written, f"label_up_{offset}", "points", {**label, "symbol": symbol}, renderer)
        found = ink(image, red)
        heights.append(sum(y for _, y in found) / len(found))
    assert heights[0] - heights[1] == pytest.approx(30 * 96 / 72, abs=3)


def test_every_label_class_of_the_corpus_is_read(made, town, samples):
    files = sorted((samples / "webmap" / "labeling").glob("*.json"))
    assert files
    for file in files:
        text = file.read_text("utf-8")
        for name, ours in (("roadnamebase", "NAME"), ("waittime", "SIZE"), ("districtid", "KIND")):
            text = text.replace(name, ours)
        classes = json.loads(text)
        table = "lines" if "LinePlacement" in text else "polygons" if "PolygonPlacement" in text else "points"
        losses, layer = made(table, *classes)
        assert losses == [], file.name
        assert all(label_texts(layer)), file.name
