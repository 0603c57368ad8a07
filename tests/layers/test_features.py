"""Feature layers: fields, filters, labels, and why they cannot be edited."""

import pytest
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsValueMapFieldFormatter,
)

from plugin.layers.identity import READ_ONLY

from .build import feature_layer
from .conftest import draw

COUNTS = {"points": 3, "lines": 2, "polygons": 2, "table": 3}


@pytest.fixture
def made(written):
    """`made(table, **members)` is the losses and the layer."""

    def make(table, **members):
        report, project = written({"operationalLayers": [feature_layer(table, **members)]})
        (layer,) = project.mapLayers().values()
        return report.losses.get(table, ()), layer

    return make


PLAIN = "The map says nothing about symbols; plain ones are shown."


def test_aliases_and_coded_values(made, town):
    values = [{"name": "Oak", "code": 1}, {"name": "Elm", "code": 2.0}, "odd"]
    town.services["points"] = {
        "fields": [
            {
                "name": "kind",
                "alias": "Kind of tree",
                "domain": {"type": "codedValue", "codedValues": values},
            },
            {"name": "NAME", "alias": "NAME", "domain": {"type": "range", "range": [1, 2]}},
            {"name": "GONE", "alias": "Gone"},
            {"name": "SIZE", "alias": 5, "domain": "odd"},
            "odd",
        ]
    }
    _, layer = made("points")
    kind = layer.fields().lookupField("KIND")
    assert layer.attributeAlias(kind) == "Kind of tree"
    assert layer.attributeAlias(layer.fields().lookupField("NAME")) == ""
    setup = layer.editorWidgetSetup(kind)
    assert setup.type() == "ValueMap"
    shown = [
        QgsValueMapFieldFormatter().representValue(layer, kind, setup.config(), None, code) for code in (1, 2)
    ]
    assert shown == ["Oak", "Elm"]


def test_read_only_layers_say_why(made, town):
    town.read_only = "This offline map gets scheduled updates, so its layers are read-only."
    _, layer = made("points")
    assert layer.readOnly()
    assert not layer.startEditing()
    assert layer.customProperty(READ_ONLY) == town.read_only
    assert layer.metadata().abstract() == town.read_only


def test_layers_that_may_be_edited_are_not_read_only(made):
    _, layer = made("points")
    assert not layer.readOnly()
    assert layer.startEditing()
    assert layer.rollBack()


def test_a_style_beside_the_file_is_not_taken(made, town):
    town.geopackage.with_suffix(".qml").write_text("<qgis><renderer-v2 type='nullSymbol'/></qgis>", "utf-8")
    _, layer = made("points")
    assert layer.renderer().type() == "singleSymbol"


def labels(*classes, **members):
    return {
        "layerDefinition": {"drawingInfo": {"labelingInfo": list(classes)}},
        "showLabels": True,
        **members,
    }


SYMBOL = {"type": "esriTS", "color": [255, 0, 0, 255], "font": {"size": 12, "family": "DejaVu Sans"}}


def label_texts(layer):
    texts = []
    for rule in filter(lambda rule: rule.active(), layer.labeling().rootRule().children()):
        expression = QgsExpression(rule.settings().fieldName)
        for feature in layer.getFeatures(rule.filterExpression() or "TRUE"):
            context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
            context.setFeature(feature)
            texts.append(expression.evaluate(context))
    return texts


@pytest.mark.parametrize(
    "expression",
    [
        {"labelExpression": "[NAME]"},
        {"labelExpressionInfo": {"expression": '$feature["NAME"]'}},
        {"labelExpressionInfo": {"expression": "return $feature.NAME;"}, "labelExpression": "[KIND]"},
        {"labelExpressionInfo": {"value": "{NAME}"}},
    ],
)
def test_labels_of_one_field(made, expression):
    losses, layer = made("points", **labels({**expression, "where": "KIND > 1", "symbol": SYMBOL}))
    assert label_texts(layer) == ["n2", "n3"]
    assert layer.labelsEnabled()
    assert losses == (PLAIN,)


@pytest.mark.parametrize(
    "unread",
    [
        {"labelExpressionInfo": {"expression": "Upper($feature.NAME) + TextFormatting.NewLine"}},
        {"labelExpression": "[GONE]"},
        {"labelExpression": "[NAME]", "where": "KIND = timestamp '2001'"},
        {"labelExpression": "[NAME]", "where": "GONE = 1"},
        {"labelExpression": 5},
        {},
    ],
)
def test_label_classes_that_are_not_read_are_off_and_said(made, unread):
    kept = {"labelExpression": "[NAME]", "symbol": SYMBOL}
    losses, layer = made("points", **labels({**unread, "symbol": SYMBOL}, kept))
    assert label_texts(layer) == ["n1", "n2", "n3"]
    assert any(loss.startswith("1 of 2 label classes") for loss in losses)


def test_labels_that_are_off_stay_off(made):
    _, layer = made("points", **labels({"labelExpression": "[NAME]", "symbol": SYMBOL}, showLabels=False))
    assert not layer.labelsEnabled()


def test_labels_are_drawn(written, town):
    layer = feature_layer("points", **labels({"labelExpression": "[NAME]", "symbol": SYMBOL}))
    extent = {"xmin": 0, "ymin": 0, "xmax": 1000, "ymax": 1000}
    _, project = written(
        {"operationalLayers": [layer], "initialState": {"viewpoint": {"targetGeometry": extent}}}
    )
    image = draw(project, (200, 200), name="labels")
    reds = sum(
        image.pixelColor(x, y).red() > 200 and image.pixelColor(x, y).green() < 80
        for x in range(200)
        for y in range(200)
    )
    assert reds > 20
