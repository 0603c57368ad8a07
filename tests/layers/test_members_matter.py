"""Each member of labels and popups that counts as kept has a part in what is shown.

Without a member, the labelling or the map tip has to be another one; so nothing can be called
kept that is not. What does not matter is listed here with its reason.
"""

import copy
import re

import pytest
from qgis.core import Qgis, QgsReadWriteContext, QgsVectorLayer
from qgis.PyQt.QtXml import QDomDocument

from plugin.layers.labels.labels import make_labeling
from plugin.layers.popups.popups import set_popup

from .test_nothing_lost import places

SYMBOL = {
    "type": "esriTS", "color": [1, 2, 3, 255], "haloColor": [4, 5, 6, 255], "haloSize": 2,
    "backgroundColor": [7, 8, 9, 255], "borderLineColor": [10, 11, 12, 255], "borderLineSize": 3,
    "horizontalAlignment": "right", "kerning": False, "xoffset": 5, "yoffset": 6, "angle": 30,
    "lineHeight": 1.5,
    "font": {"family": "DejaVu Serif", "size": 13.5, "style": "italic", "weight": "bold",
             "decoration": "underline"},
}  # fmt: skip
POINTS = {
    "labelExpression": "[KIND] CONCAT [SIZE]", "useCodedValues": False, "where": "KIND > 1", "minScale": 5000,
    "maxScale": 100, "name": "Class", "labelPlacement": "esriServerPointLabelPlacementCenterCenter",
    "deconflictionStrategy": "none", "priority": 3, "stackLabel": False, "stackRowLength": 9,
    "symbol": SYMBOL, "fieldInfos": [{"fieldName": "SIZE", "format": {"places": 3, "digitSeparator": True}}],
}  # fmt: skip
LINES = {
    "labelExpressionInfo": {"expression": "$feature.NAME"}, "multiPart": "labelPerPart",
    "labelPlacement": "esriServerLinePlacementAboveStart", "labelPosition": "parallel", "repeatLabel": True,
    "repeatLabelDistance": 80, "lineConnection": "minimizeLabels", "offsetDistance": 9,
    "symbol": {**SYMBOL, "xoffset": 0, "yoffset": 0, "angle": 0},
}  # fmt: skip
WITHOUT_A_PART = {
    # A label that stays on its row has no length of rows.
    "stackRowLength",
    # Unlike false, which is tried below, true is what there is anyway.
    "repeatLabel",
    # One form of symbols only.
    "symbol.type",
    # Zero.
    "symbol.xoffset", "symbol.yoffset", "symbol.angle",
}  # fmt: skip
SERVICE = {
    "fields": [
        {"name": "KIND", "domain": {"type": "codedValue", "codedValues": [{"name": "Oak", "code": 1}]}}
    ],
    "hasAttachments": True,
    "relationships": [{"id": 4, "name": "Visits", "role": "esriRelRoleOrigin"}],
    "editFieldsInfo": {"editDateField": "BUILT", "editorField": "NAME"},
}
CLASSIC = {
    "title": "{NAME}", "showAttachments": True, "showLastEditInfo": True,
    "fieldInfos": [
        {"fieldName": "SIZE", "label": "Height", "visible": True,
         "format": {"places": 3, "digitSeparator": True}},
        {"fieldName": "BUILT", "label": "Since", "format": {"dateFormat": "year", "timezone": "utc"}},
        {"fieldName": "KIND", "visible": False},
        {"fieldName": "relationships/4/COST", "label": "Cost", "statisticType": "sum"},
        {"fieldName": "expression/e"},
    ],
    "expressionInfos": [{"name": "e", "title": "Twice", "expression": "$feature.SIZE * 2"}],
    "mediaInfos": [
        {"type": "image", "title": "View", "caption": "Of it", "value": {"sourceURL": "https://x.org/a"}}
    ],
    "relatedRecordsInfo": {"showRelatedRecords": True},
}  # fmt: skip
DESCRIBED = {"title": "T", "description": "<b>{NAME}</b>", "lastEditInfoEnabled": True}
ELEMENTS = {
    "title": "T",
    "popupElements": [
        {"type": "text", "text": "<i>{NAME}</i>"},
        {"type": "fields", "title": "Facts", "description": "Some", "fieldInfos": [{"fieldName": "KIND"}]},
        {"type": "relationship", "relationshipId": 4, "title": "R", "description": "D"},
        {"type": "attachments", "title": "A", "description": "B"},
        {"type": "media", "mediaInfos": [{"type": "barchart", "value": {"fields": ["SIZE"]}, "title": "C"}]},
        {"type": "expression", "expressionInfo": {"expression": "return {type: 'text', text: 'x'}"}},
    ],
}  # fmt: skip
SAYS_NOTHING = {
    # Visible is what there is anyway; the hidden one is shown without it.
    "fieldInfos.0.visible",
    # A row without a field is none, and neither is a hidden one.
    "fieldInfos.2.fieldName",
    # The one relation of the layer.
    "popupElements.2.relationshipId",
    # Pictures and charts are told apart in the report.
    "mediaInfos.0.type",
}


@pytest.fixture
def layer():
    uri = "Point?field=NAME:string&field=KIND:integer&field=SIZE:double&field=BUILT:datetime"
    return QgsVectorLayer(uri, "points", "memory")


def labelling(layer, label, geometry):
    """The labelling as it is saved, without the keys that QGIS draws."""
    made = make_labeling([label], geometry, layer.fields(), [], SERVICE)
    document = QDomDocument()
    if made is not None:
        document.appendChild(made.save(document, QgsReadWriteContext()))
    return re.sub(r"\{[-0-9a-f]{36}\}", "", document.toString())


def map_tip(layer, popup):
    fresh = layer.clone()
    set_popup(fresh, {"popupInfo": popup}, SERVICE, [])
    return fresh.mapTipTemplate().replace(fresh.id(), ""), fresh.displayExpression()


def members(value):
    """The paths of all members, with their names alone."""
    for path in places(value):
        place = value
        for key in path:
            place = place[key]
        for key in place:
            yield (*path, key), ".".join(str(one) for one in (*path, key))


def without(value, path):
    changed = copy.deepcopy(value)
    place = changed
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    return changed


@pytest.mark.parametrize(
    ("label", "geometry"), [(POINTS, Qgis.GeometryType.Point), (LINES, Qgis.GeometryType.Line)]
)
def test_members_of_labels(layer, label, geometry):
    whole = labelling(layer, label, geometry)
    assert labelling(layer, label, geometry) == whole
    unmoved = {
        name for path, name in members(label) if labelling(layer, without(label, path), geometry) == whole
    }
    assert unmoved <= WITHOUT_A_PART


def test_what_is_true_anyway_can_be_false(layer):
    line = Qgis.GeometryType.Line
    assert labelling(layer, {**LINES, "repeatLabel": False}, line) != labelling(layer, LINES, line)
    broken = {**POINTS, "stackLabel": True}
    assert labelling(layer, broken, Qgis.GeometryType.Point) != labelling(
        layer, without(broken, ("stackRowLength",)), Qgis.GeometryType.Point
    )


@pytest.mark.parametrize("popup", [CLASSIC, DESCRIBED, ELEMENTS], ids=["classic", "described", "elements"])
def test_members_of_popups(layer, popup):
    whole = map_tip(layer, popup)
    assert map_tip(layer, popup) == whole
    unmoved = {name for path, name in members(popup) if map_tip(layer, without(popup, path)) == whole}
    assert unmoved <= SAYS_NOTHING
