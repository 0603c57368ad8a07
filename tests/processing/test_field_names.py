"""Fields called FID, fid and geom, as layers that were shapefiles have them, in all that a map says.

Object ids are 101 to 105, row numbers of the working copy 1 to 5: what means the wrong one shows.
"""

from datetime import datetime

import pytest
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsProject,
    QgsRenderContext,
)

from tests.core.geodatabase.shapes import wkb
from tests.fixtures.geodatabase import Dataset, Domain, Field, Relationship, Row, Subtype, attachment_dataset
from tests.fixtures.offline_map import write_offline_map

NUMBERS = range(101, 106)
COLOURS = {number: [number, 0, 0, 255] for number in NUMBERS}
SPECIES = {1: Domain("Trees", "Integer", {7: "Oak"}), 2: Domain("Bushes", "Integer", {7: "Box"})}


def trees():
    """Object ids FID; a field geom."""
    rows = [Row(wkb(f"POINT ({k} {k})"), {"geom": f"g{k}"}, object_id=k) for k in NUMBERS]
    related = {"id": 0, "name": "Notes", "relatedTableId": 2, "cardinality": "esriRelCardinalityOneToMany"}
    service = {
        "hasAttachments": True,
        "relationships": [{**related, "role": "esriRelRoleOrigin", "keyField": "FID"}],
    }
    return Dataset("Trees", "Point", [Field("geom")], rows, layer_id=0, object_id="FID", layer=service)


def posts():
    """Subtypes by a field fid, and a date called Geom."""
    fields = [Field("fid", "Integer"), Field("Geom", "Date"), Field("species", "Integer")]
    rows = [
        Row(
            wkb(f"POINT ({k} 0)"),
            {"fid": k % 2 + 1, "Geom": datetime(2000 + k, 1, 1), "species": 7},
            object_id=200 + k,
        )
        for k in range(1, 4)
    ]
    subtypes = [
        Subtype(code, f"Kind {code}", {"species": domain}, {"fid": code}) for code, domain in SPECIES.items()
    ]
    service = {"timeInfo": {"startTimeField": "Geom"}}
    return Dataset(
        "Posts", "Point", fields, rows, layer_id=1, subtype_field="fid", subtypes=subtypes, layer=service
    )


def notes():
    """Of the trees 102 and 104; object ids fid."""
    rows = [Row(None, {"tree": tree}, object_id=301 + k) for k, tree in enumerate((102, 102, 104))]
    related = {"id": 0, "name": "Tree", "relatedTableId": 0, "cardinality": "esriRelCardinalityOneToMany"}
    service = {
        "displayField": "fid",
        "relationships": [{**related, "role": "esriRelRoleDestination", "keyField": "tree"}],
    }
    return Dataset(
        "Notes", None, [Field("tree", "Integer")], rows, layer_id=2, object_id="fid", layer=service
    )


def attachments(owner):
    """They name their owner by its object id, as older geodatabases do."""
    known = attachment_dataset(owner, [("", f"{number}.txt", "text/plain", b"x") for number in (103, 105)])
    fields = [Field("REL_OBJECTID", "Integer"), *known.fields[1:]]
    rows = [
        Row(None, {**row.values, "REL_OBJECTID": int(str(row.values["ATT_NAME"])[:3])}) for row in known.rows
    ]
    for row in rows:
        del row.values["REL_GLOBALID"]
    return Dataset(known.name, None, fields, rows, object_id="ATTACHMENTID", global_id="GLOBALID")


MARKER = {"type": "esriSMS", "style": "esriSMSCircle", "size": 8}
RENDERER = {
    "type": "uniqueValue",
    "field1": "FID",
    "uniqueValueInfos": [
        {"value": str(number), "label": f"No. {number}", "symbol": {**MARKER, "color": colour}}
        for number, colour in COLOURS.items()
    ],
    "visualVariables": [
        {
            "type": "sizeInfo",
            "field": "FID",
            "minDataValue": 101,
            "maxDataValue": 105,
            "minSize": 10,
            "maxSize": 50,
        }
    ],
}
LABEL = {
    "labelExpressionInfo": {"expression": "$feature.FID + '/' + $feature.geom"},
    "labelPlacement": "esriServerPointLabelPlacementAboveRight",
    "symbol": {"type": "esriTS", "color": [0, 0, 0, 255], "font": {"family": "Arial", "size": 8}},
}
POPUP = {
    "title": "Tree {FID}",
    "fieldInfos": [
        {"fieldName": "FID", "label": "Number", "visible": True},
        {"fieldName": "geom", "label": "Growth", "visible": True},
    ],
    "expressionInfos": [{"name": "twice", "expression": "$feature.FID * 2", "returnType": "number"}],
    "popupElements": [{"type": "fields"}, {"type": "text", "text": "twice {expression/twice} of {geom}"}],
}
FORM = {
    "formElements": [
        {"type": "field", "fieldName": "FID", "label": "Number"},
        {"type": "field", "fieldName": "geom", "label": "Growth", "visibilityExpression": "late"},
        {"type": "relationship", "relationshipId": 0, "label": "Notes of it"},
    ],
    "expressionInfos": [{"name": "late", "expression": "$feature.FID > 103", "returnType": "boolean"}],
}
LAYERS = {
    0: {
        "title": "Trees",
        "layerDefinition": {
            "definitionExpression": "FID > 102 OR geom = 'g101'",
            "drawingInfo": {"renderer": RENDERER, "labelingInfo": [LABEL]},
        },
        "popupInfo": POPUP,
        "formInfo": FORM,
    },
    1: {"title": "Posts"},
    2: {"title": "Notes"},
}


@pytest.fixture
def project(run, tmp_path):
    owner = trees()
    attached = Relationship(
        "Trees__ATTACHREL", "Trees", "Trees__ATTACH", "FID", "REL_OBJECTID", composite=True, attachments=True
    )
    folder = write_offline_map(
        tmp_path / "Süd town", [owner, posts(), notes(), attachments(owner)], LAYERS, [attached]
    )
    file = run("openofflinemap", INPUT=str(folder), OUTPUT=str(tmp_path / "work"), LOAD=False)["PROJECT"]
    made = QgsProject.instance()
    assert made.read(file)
    yield made
    made.clear()


@pytest.fixture
def layer(project):
    (made,) = project.mapLayersByName("Trees")
    return made


def column(layer, name):
    """The number of a field by its very name."""
    return layer.fields().indexFromName(name)


def scope(layer, feature):
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature)
    return context


def value(layer, expression, feature):
    return QgsExpression(expression).evaluate(scope(layer, feature))


def by_number(layer):
    """All trees by their FID, whatever the filter."""
    layer.setSubsetString("")
    found = {feature["FID"]: feature for feature in layer.getFeatures()}
    assert sorted(found) == list(NUMBERS)
    assert [found[number].id() for number in NUMBERS] == [1, 2, 3, 4, 5]
    return found


def test_the_filter(layer):
    assert [feature["FID"] for feature in layer.getFeatures()] == [101, 103, 104, 105]


def test_the_map_tip(layer):
    for number, feature in by_number(layer).items():
        html = QgsExpression.replaceExpressionText(layer.mapTipTemplate(), scope(layer, feature))
        assert f"Tree {number}" in html
        assert f"twice {number * 2} of g{number}" in html
        assert html.count(f"g{number}") == 2


def test_labels_and_the_display_name(project, layer):
    (rule,) = layer.labeling().rootRule().children()
    for number, feature in by_number(layer).items():
        assert value(layer, rule.settings().fieldName, feature) == f"{number}/g{number}"
        assert value(layer, layer.displayExpression(), feature) == f"Tree {number}"
    (layer,) = project.mapLayersByName("Notes")
    shown = [value(layer, layer.displayExpression(), feature) for feature in layer.getFeatures()]
    assert shown == [301, 302, 303]


def test_classes_and_sizes(layer):
    features, renderer = by_number(layer), layer.renderer().clone()
    context = QgsRenderContext()
    context.setExpressionContext(scope(layer, features[101]))
    renderer.startRender(context, layer.fields())
    points = []
    for number, feature in features.items():
        context.expressionContext().setFeature(feature)
        symbol = renderer.symbolForFeature(feature, context)
        assert symbol.color().red() == number
        size, known = symbol.dataDefinedSize().valueAsDouble(scope(layer, feature), -1.0)
        assert known
        points.append(size)
    renderer.stopRender(context)
    assert points == pytest.approx([points[0] * (1 + k) for k in range(5)], rel=0.01)


def test_the_form(layer):
    features, config = by_number(layer), layer.editFormConfig()
    number, growth = column(layer, "FID"), column(layer, "geom")
    assert (layer.attributeDisplayName(number), layer.attributeDisplayName(growth)) == ("Number", "Growth")
    assert (config.readOnly(number), config.readOnly(growth)) == (True, False)
    shown, hidden, related, files = config.tabs()
    assert (shown.idx(), hidden.children()[0].idx()) == (number, growth)
    condition = hidden.visibilityExpression().data().expression()
    assert [value(layer, condition, feature) for feature in features.values()] == [False] * 3 + [True] * 2
    names = [one.relation().name() for one in (related.children()[0], files)]
    assert names == ["Notes", "Attachments"]
    hidden_columns = [
        field.name()
        for at, field in enumerate(layer.fields())
        if layer.editorWidgetSetup(at).type() == "Hidden"
    ]
    assert hidden_columns == ["fid_2"]


def test_relation_and_attachments(project, layer):
    features = by_number(layer)
    relations = project.relationManager().referencedRelations(layer)
    found = {
        relation.name(): {
            number: sum(1 for _ in relation.getRelatedFeatures(feature))
            for number, feature in features.items()
        }
        for relation in relations
    }
    assert found["Notes"] == {101: 0, 102: 2, 103: 0, 104: 1, 105: 0}
    assert found["Attachments"] == {101: 0, 102: 0, 103: 1, 104: 0, 105: 1}


def test_time_templates_and_subtypes(project):
    (layer,) = project.mapLayersByName("Posts")
    assert layer.temporalProperties().startField() == "Geom"
    assert layer.temporalProperties().isActive()
    features = {feature["OBJECTID"]: feature for feature in layer.getFeatures()}
    assert [features[number]["fid"] for number in (201, 202, 203)] == [2, 1, 2]
    setup = layer.editorWidgetSetup(column(layer, "species"))
    assert setup.type() == "ValueRelation"
    assert setup.config()["FilterExpression"] == "\"subtype\" = to_string(current_value('fid'))"
    choice = layer.editorWidgetSetup(column(layer, "fid")).config()["map"]
    assert [name for one in choice for name in one] == ["Kind 1", "Kind 2"]
    default = layer.defaultValueDefinition(column(layer, "fid")).expression()
    assert value(layer, default, features[201]) in (1, 2)
    assert layer.editorWidgetSetup(column(layer, "fid_2")).type() == "Hidden"
