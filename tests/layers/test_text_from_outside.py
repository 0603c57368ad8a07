"""What an author writes as the name of something is shown letter by letter, wherever QGIS shows names.

QGIS evaluates `[% … %]` in legends of print layouts, and puts names into HTML of its own: tool tips and
messages.
"""

from dataclasses import replace
from html import unescape
import re
from xml.dom.minidom import parseString
import zipfile

import pytest
from qgis.core import (
    Qgis,
    QgsLayerTreeModel,
    QgsLayoutExporter,
    QgsLayoutItemLegend,
    QgsLayoutSize,
    QgsPrintLayout,
    QgsProject,
)
from qgis.PyQt.QtCore import QModelIndex, Qt
from qgis.PyQt.QtGui import QTextDocument

from plugin.layers.project.project import write_project

from .build import feature_layer, tile_layer
from .conftest import in_worker

WORD_JOINER = "\u2060"
SOLID = {"type": "esriSFS", "style": "esriSFSSolid", "color": [200, 30, 30, 255]}
DOT = {"type": "esriSMS", "style": "esriSMSCircle", "color": [30, 30, 200, 255], "size": 8}


PRINTED = ("map", "layer", "group", "table", "tiles", "one", "class", "range", "sizes", "stop", "heading")
PRINTED += ("values", "rest", "other", "dots")


class Names:
    """Texts that QGIS would evaluate to EVIL, and Qt would show as a picture: each another."""

    def __init__(self):
        self.given = []

    def __call__(self, about):
        name = f"{about} [% 'EV' || 'IL' %] <img src='EVIL.png'> &lt;b> 5 < 7"
        self.given.append(name)
        return name


def renderers(name):
    """One of each kind that has words for its legend."""
    classes = [{"value": "n1", "label": name("class"), "symbol": DOT}]
    breaks = [{"classMaxValue": 9, "label": name("range"), "symbol": SOLID}]
    stops = [{"value": at, "size": 4 + at, "label": name(f"stop {at}")} for at in (1, 9)]
    varied = {"type": "sizeInfo", "field": "SIZE", "stops": stops, "legendOptions": {"title": name("sizes")}}
    dots = [{"field": "SIZE", "label": name("dots"), "color": [9, 9, 9, 255]}]
    return [
        ("points", {"type": "simple", "label": name("one"), "symbol": DOT, "visualVariables": [varied]}),
        (
            "points",
            {
                **{
                    "type": "uniqueValue",
                    "field1": "NAME",
                    "defaultSymbol": DOT,
                    "defaultLabel": name("rest"),
                },
                "legendOptions": {"title": name("values")},
                "uniqueValueGroups": [
                    {"heading": name("heading"), "classes": [{**classes[0], "values": [["n1"]]}]}
                ],
            },
        ),
        ("points", {"type": "uniqueValue", "field1": "NAME", "uniqueValueInfos": classes}),
        ("polygons", {"type": "classBreaks", "field": "SIZE", "minValue": 0, "classBreakInfos": breaks}),
        (
            "polygons",
            {
                **{"type": "classBreaks", "field": "SIZE", "minValue": 0, "classBreakInfos": breaks},
                **{"defaultSymbol": SOLID, "defaultLabel": name("other")},
            },
        ),
        ("polygons", {"type": "dotDensity", "referenceScale": 1000, "dotValue": 2, "attributes": dots}),
    ]


def web_map(name):
    """A map that says everything that has a name."""
    layers = []
    for number, (table, renderer) in enumerate(renderers(name)):
        definition = {"drawingInfo": {"renderer": renderer}}
        layers.append(feature_layer(table, f"l{number}", title=name("layer"), layerDefinition=definition))
    words = {"label": name("form"), "description": name("words"), "hint": name("hint")}
    elements = [
        {"type": "field", "fieldName": "NAME", **words},
        {"type": "text", "text": name("text"), "label": name("text's label")},
    ]
    layers[0]["formInfo"] = {"formElements": [{"type": "group", **words, "formElements": elements}]}
    layers[1]["popupInfo"] = {
        "title": name("popup"),
        "fieldInfos": [{"fieldName": "KIND", "label": name("alias"), "visible": True}],
    }
    text = {"type": "esriTS", "font": {"size": 9}}
    labels = [{"name": name("labels"), "labelExpression": "[NAME]", "symbol": text}]
    layers[2]["layerDefinition"]["drawingInfo"]["labelingInfo"] = labels
    layers[3]["featureEffect"] = {
        "filter": {"where": "NAME <> '[% upper(''effect'') %]<img src=x>'"},
        "excludedEffect": [],
        "includedEffect": [],
    }
    inner = {"id": "g", "layerType": "GroupLayer", "title": name("group"), "layers": [layers.pop()]}
    layers.append({**inner, "opacity": 0.5})
    place = {"xmin": 0, "ymin": 0, "xmax": 9, "ymax": 9, "spatialReference": {"wkid": 3857}}
    return {
        "operationalLayers": layers,
        "tables": [feature_layer("table", "t", title=name("table"))],
        "baseMap": {"baseMapLayers": [tile_layer("base", title=name("tiles"))]},
        "bookmarks": [{"name": name("bookmark"), "extent": place}],
    }


@pytest.fixture
def shown(town):
    """The names that were given, and the project that was made of them, as a user would open it."""
    name = Names()
    town.mbtiles("base", attribution=name("credits"))
    town.services["polygons"] = {"fields": [{"name": "NAME", "alias": name("service's alias")}]}
    made = town.map(web_map(name))
    made = replace(made, title=name("map"))
    report = in_worker(lambda: write_project(made, town.project))
    assert not [one.error for one in report.layers if one.error]
    project = QgsProject.instance()
    assert project.read(str(town.project))
    yield name.given, project
    project.clear()


def letters(text):
    """What a reader sees."""
    return text.replace(WORD_JOINER, "")


def test_the_legend_of_a_layout_prints_names_and_evaluates_none(shown, tmp_path):
    given, project = shown
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    legend = QgsLayoutItemLegend(layout)
    layout.addLayoutItem(legend)
    legend.setLegendFilterByMapEnabled(False)
    legend.attemptResize(QgsLayoutSize(290, 200))
    legend.adjustBoxSize()
    settings = QgsLayoutExporter.SvgExportSettings()
    settings.textRenderFormat = Qgis.TextRenderFormat.AlwaysText
    settings.exportMetadata = False
    assert QgsLayoutExporter(layout).exportToSvg(str(tmp_path / "legend.svg"), settings) == 0
    texts = parseString((tmp_path / "legend.svg").read_bytes()).getElementsByTagName("text")
    printed = letters("\n".join(text.firstChild.data for text in texts if text.firstChild))
    assert "EVIL" not in printed.replace("EVIL.png", "")
    assert "EFFECT" not in printed
    for about in PRINTED:
        assert any(f"{one}" in printed for one in given if one.startswith(about)), about


def test_no_tool_tip_of_the_legend_is_made_of_a_name(shown):
    given, project = shown
    model = QgsLayerTreeModel(project.layerTreeRoot())
    pending, seen = [QModelIndex()], 0
    while pending:
        parent = pending.pop()
        for row in range(model.rowCount(parent)):
            index = model.index(row, 0, parent)
            pending.append(index)
            tip = index.data(Qt.ItemDataRole.ToolTipRole) or ""
            assert not re.search(r"<img(?!\w)", tip.replace("&lt;", ""))
            seen += any(one in letters(unescape(tip)) for one in given)
    assert seen


def test_metadata_and_forms_hold_names_and_no_markup(shown):
    _, project = shown
    for layer in project.mapLayers().values():
        assert not Qt.mightBeRichText(layer.name())
        assert not Qt.mightBeRichText(layer.metadata().title())
        document = QTextDocument()
        document.setHtml(layer.htmlMetadata())
        assert "\ufffc" not in document.toPlainText()  # what Qt has in place of a picture
        if hasattr(layer, "fields"):
            assert not any(Qt.mightBeRichText(field.alias()) for field in layer.fields())


def test_nothing_in_the_project_file_can_be_evaluated_or_read_as_a_tag(shown, town):
    """All that QGIS may ever show: the words stand there with their marks, or as letters of HTML."""
    with zipfile.ZipFile(town.project) as packed:
        text = unescape(packed.read("offline_map.qgs").decode("utf-8"))
    assert text.count("% 'EV' || 'IL'") + text.count("% &#x27;EV&#x27;") > 25
    for found in re.finditer(r"(.)% (?:'|&#x27;)EV", text):
        assert found[1] in (WORD_JOINER, ";", " "), text[found.start() - 80 : found.end() + 20]
    for found in re.finditer(r"<img src=.EVIL", text):
        raise AssertionError(text[found.start() - 80 : found.end() + 20])
