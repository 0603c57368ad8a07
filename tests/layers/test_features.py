"""Feature layers: fields, filters, labels, and why they cannot be edited."""

import pytest
from qgis.core import (
    QgsValueMapFieldFormatter,
)

from plugin.core.notice import notice
from plugin.layers.base.identity import READ_ONLY

from .build import feature_layer, losses_of

COUNTS = {"points": 3, "lines": 2, "polygons": 2, "table": 3}


@pytest.fixture
def made(written):
    """`made(table, **members)` is the losses and the layer."""

    def make(table, **members):
        report, project = written({"operationalLayers": [feature_layer(table, **members)]})
        (layer,) = project.mapLayers().values()
        return losses_of(report, table), layer

    return make


PLAIN = "The map defines no symbols; plain ones are shown."


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
    said = "This offline map gets scheduled updates, so its layers are read-only."
    town.read_only = notice("read_only", said)
    _, layer = made("points")
    assert layer.readOnly()
    assert not layer.startEditing()
    assert layer.customProperty(READ_ONLY) == said
    assert layer.metadata().abstract() == said


def test_layers_that_may_be_edited_are_not_read_only(made):
    _, layer = made("points")
    assert not layer.readOnly()
    assert layer.startEditing()
    assert layer.rollBack()


def test_a_style_beside_the_file_is_not_taken(made, town):
    town.geopackage.with_suffix(".qml").write_text("<qgis><renderer-v2 type='nullSymbol'/></qgis>", "utf-8")
    _, layer = made("points")
    assert layer.renderer().type() == "singleSymbol"
