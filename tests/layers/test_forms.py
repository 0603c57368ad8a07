"""Forms: titles, widgets, constraints, defaults, read-only fields, the author's layout, relations."""

import gzip
import json

from osgeo import gdal, ogr
import pytest
from qgis.core import (
    Qgis,
    QgsAttributeEditorRelation,
    QgsAttributeEditorTextElement,
    QgsEditFormConfig,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsFieldConstraints,
    QgsProject,
    QgsValueMapFieldFormatter,
    QgsVectorLayer,
    QgsVectorLayerUtils,
)
from qgis.gui import QgsAttributeEditorContext, QgsAttributeForm, QgsEditorWidgetWrapper
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QByteArray, QDateTime, Qt

from plugin.layers.forms.attachments import set_attachment_form
from plugin.layers.forms.forms import set_form
from tests.fixtures.pictures import black_png, svg

from .build import feature_layer, losses_of

PLAIN = "The map defines no symbols; plain ones are shown."


@pytest.fixture
def made(town):
    """`made(service, **members)` is the sentences about losses, and the layer."""

    def make(service, **members):
        layer = QgsVectorLayer(f"{town.geopackage}|layername=points", "points", "ogr")
        losses = []
        set_form(layer, members, service, losses)
        return [loss.text for loss in losses], layer

    return make


def fields(*listed):
    return {"fields": list(listed)}


def index(layer, name):
    return layer.fields().lookupField(name)


def evaluate(layer, text, feature):
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature)
    return QgsExpression(text).evaluate(context)


def test_titles_of_the_popup_go_before_those_of_the_service(made):
    _, layer = made(
        fields({"name": "KIND", "alias": "Art"}, {"name": "NAME", "alias": "Name"}),
        popupInfo={"fieldInfos": [{"fieldName": "KIND", "label": "Kind of tree", "visible": False}]},
    )
    assert layer.attributeAlias(index(layer, "KIND")) == "Kind of tree"
    assert layer.attributeAlias(index(layer, "NAME")) == "Name"
    hidden = [column.name for column in layer.attributeTableConfig().columns() if column.hidden]
    assert hidden == ["KIND"]


def test_coded_values_ranges_and_dates(made):
    codes = [{"name": "Oak", "code": 1}, {"name": "Elm", "code": 2.0}]
    _, layer = made(
        fields(
            {"name": "KIND", "domain": {"type": "codedValue", "codedValues": codes}},
            {"name": "SIZE", "domain": {"type": "range", "range": [0, 50]}},
            {"name": "BUILT", "type": "esriFieldTypeDate"},
            {"name": "NAME", "length": 4000},
        )
    )
    kind = layer.editorWidgetSetup(index(layer, "KIND"))
    shown = [
        QgsValueMapFieldFormatter().representValue(layer, 1, kind.config(), None, code) for code in (1, 2)
    ]
    assert (kind.type(), shown) == ("ValueMap", ["Oak", "Elm"])
    constraint = layer.constraintExpression(index(layer, "SIZE"))
    for value, allowed in ((None, 1), (0, 1), (50, 1), (51, 0), (-1, 0)):
        feature = QgsFeature(layer.fields())
        feature["SIZE"] = value
        assert evaluate(layer, constraint, feature) == allowed
    assert layer.editorWidgetSetup(index(layer, "BUILT")).type() == "DateTime"
    assert layer.editorWidgetSetup(index(layer, "NAME")).config()["IsMultiline"]


def test_a_range_of_whole_numbers_is_a_spin_box_and_one_of_others_keeps_every_digit(made, town):
    """QGIS makes a spin box of a range that the working copy states, too."""
    file = gdal.OpenEx(str(town.geopackage), gdal.OF_VECTOR | gdal.OF_UPDATE)
    file.AddFieldDomain(
        ogr.CreateRangeFieldDomain("sizes", "", ogr.OFTReal, ogr.OFSTNone, 0.0, True, 50.0, True)
    )
    points = file.GetLayerByName("points")
    size = points.GetLayerDefn().GetFieldIndex("SIZE")
    stated = ogr.FieldDefn("SIZE", ogr.OFTReal)
    stated.SetDomainName("sizes")
    points.AlterFieldDefn(size, stated, ogr.ALTER_DOMAIN_FLAG)
    del points, file
    domain = {"type": "range", "range": [0, 50]}
    _, layer = made(fields({"name": "KIND", "domain": domain}, {"name": "SIZE", "domain": domain}))
    kind = layer.editorWidgetSetup(index(layer, "KIND"))
    assert (kind.type(), kind.config()["Min"], kind.config()["Max"]) == ("Range", 0, 50)
    layer.startEditing()
    layer.changeAttributeValue(1, index(layer, "SIZE"), 0.123456789)
    form = QgsAttributeForm(layer, layer.getFeature(1))
    form.changeAttribute("NAME", "renamed")
    assert form.save()
    saved = layer.getFeature(1)
    assert (saved["NAME"], saved["KIND"], saved["SIZE"]) == ("renamed", 1, 0.123456789)
    layer.rollBack()


def test_a_number_outside_of_its_range_is_not_moved_into_it_by_a_form(made, town):
    ogr.Open(str(town.geopackage), 1).ExecuteSQL("UPDATE points SET KIND = 99 WHERE fid = 1")
    _, layer = made(fields({"name": "KIND", "domain": {"type": "range", "range": [0, 50]}}))
    layer.startEditing()
    form = QgsAttributeForm(layer, layer.getFeature(1))
    form.changeAttribute("NAME", "renamed")
    form.save()
    assert layer.getFeature(1)["KIND"] == 99
    layer.rollBack()


def test_a_range_of_a_field_without_any_number_is_a_spin_box(made, town):
    ogr.Open(str(town.geopackage), 1).ExecuteSQL("UPDATE points SET KIND = NULL")
    _, layer = made(fields({"name": "KIND", "domain": {"type": "range", "range": [0, 50]}}))
    assert layer.editorWidgetSetup(index(layer, "KIND")).type() == "Range"


@pytest.mark.parametrize(("stated", "widget"), [("NAME", "Hidden"), ("FID", "")])
def test_the_number_of_a_row_is_hidden_unless_it_is_a_field_of_the_service(made, stated, widget):
    _, layer = made(fields({"name": stated}))
    assert layer.primaryKeyAttributes() == [index(layer, "fid")]
    assert layer.editorWidgetSetup(index(layer, "fid")).type() == widget


def test_types_name_their_field_and_offer_all_their_values(made):
    def domain(*names):
        return {"type": "codedValue", "codedValues": [{"name": name, "code": name} for name in names]}

    losses, layer = made(
        {
            **fields({"name": "KIND"}, {"name": "NAME"}),
            "typeIdField": "KIND",
            "types": [
                {"id": 1, "name": "Tree", "domains": {"NAME": domain("oak", "elm")}},
                {"id": 2, "name": "Bush", "domains": {"NAME": domain("box")}},
            ],
        }
    )
    assert layer.editorWidgetSetup(index(layer, "KIND")).config()["map"] == [{"Tree": "1"}, {"Bush": "2"}]
    names = layer.editorWidgetSetup(index(layer, "NAME")).config()["map"]
    assert names == [{"oak": "oak"}, {"elm": "elm"}, {"box": "box"}]
    assert losses == []


def test_types_without_a_table_of_their_values_are_said(town, written):
    codes = {"type": "codedValue", "codedValues": [{"name": "oak", "code": "o"}]}
    town.services["points"] = {
        **fields({"name": "KIND"}, {"name": "NAME"}),
        "typeIdField": "KIND",
        "types": [{"id": 1, "name": "Tree", "domains": {"NAME": codes}}, {"id": 2, "name": "Bush"}],
    }
    report, _ = written({"operationalLayers": [feature_layer("points")]})
    assert "“NAME” offers the values of all types, not those of the chosen one." in losses_of(
        report, "points"
    )


def test_what_the_server_fills_is_read_only(made):
    _, layer = made(
        {
            **fields(
                {"name": "fid", "type": "esriFieldTypeOID"}, {"name": "NAME", "editable": False},
                {"name": "KIND"}, {"name": "BUILT"}, {"name": "SIZE", "nullable": False},
            ),
            "editFieldsInfo": {"editDateField": "BUILT"},
        }
    )  # fmt: skip
    form = layer.editFormConfig()
    read_only = [field.name() for number, field in enumerate(layer.fields()) if form.readOnly(number)]
    assert read_only == ["fid", "NAME", "BUILT"]
    strength = layer.fieldConstraintsAndStrength(index(layer, "SIZE"))
    hard = QgsFieldConstraints.ConstraintStrength.ConstraintStrengthHard
    assert strength[QgsFieldConstraints.Constraint.ConstraintNotNull] == hard


def test_the_popup_decides_what_is_editable(made):
    popup = {
        "fieldInfos": [{"fieldName": "KIND", "isEditable": False}, {"fieldName": "NAME", "isEditable": True}]
    }
    _, layer = made(fields({"name": "KIND"}, {"name": "NAME"}), popupInfo=popup)
    assert layer.editFormConfig().readOnly(index(layer, "KIND"))
    assert not layer.editFormConfig().readOnly(index(layer, "NAME"))


def test_new_features_take_the_values_of_the_first_template(made):
    losses, layer = made(
        {
            **fields(
                {"name": "NAME", "defaultValue": "x"},
                {"name": "SIZE", "defaultValue": 2.5},
                {"name": "BUILT"},
            ),
            "templates": [
                {
                    "name": "Oak",
                    "prototype": {"attributes": {"NAME": "it's", "KIND": 1, "BUILT": 978307200000}},
                },
                {"name": "Elm", "prototype": {"attributes": {"KIND": 2}}},
            ],
        }
    )
    assert losses == ["New features get the values of the first template. Templates not used: Elm."]
    feature = QgsVectorLayerUtils.createFeature(layer)
    assert (feature["NAME"], feature["KIND"], feature["SIZE"]) == ("it's", 1, 2.5)
    assert feature["BUILT"].toMSecsSinceEpoch() == 978307200000


FORM = {
    "formElements": [
        {
            "type": "group", "label": "Tree", "initialState": "expanded",
            "formElements": [
                {"type": "field", "fieldName": "NAME", "label": "The name", "editableExpression": "tall",
                 "inputType": {"type": "text-area", "maxLength": 50}},
                {"type": "field", "fieldName": "SIZE", "requiredExpression": "tall",
                 "visibilityExpression": "named"},
                {"type": "text", "text": "Mind the <b>bark</b> [% env('HOME') %]<script>x</script>"},
            ],
        },
        {
            "type": "group", "label": "More", "visibilityExpression": "tall",
            "formElements": [
                {"type": "field", "fieldName": "KIND", "valueExpression": "doubled"},
                {"type": "field", "fieldName": "BUILT", "editable": False,
                 "inputType": {"type": "datetime-picker", "includeTime": False}},
                {"type": "group", "label": "Inner", "initialState": "collapsed", "formElements": []},
            ],
        },
    ],
    "expressionInfos": [
        {"name": "tall", "expression": "$feature.SIZE > 1"},
        {"name": "named", "expression": "!IsEmpty($feature.NAME)"},
        {"name": "doubled", "expression": "$feature.SIZE * 2"},
    ],
}  # fmt: skip


def test_the_authors_form(made):
    losses, layer = made(fields(), formInfo=FORM)
    assert losses == ["Parts of the form that are not kept: HTML script."]
    form = layer.editFormConfig()
    assert form.layout() == Qgis.AttributeFormLayout.DragAndDrop
    tree, more = form.invisibleRootContainer().children()
    assert [tree.name(), more.name()] == ["Tree", "More"]
    assert tree.type() == Qgis.AttributeEditorContainerType.Tab
    assert more.visibilityExpression().enabled()
    assert [child.name() for child in tree.children()] == ["NAME", "SIZE", "Text"]
    assert layer.attributeAlias(index(layer, "NAME")) == "The name"
    assert layer.editorWidgetSetup(index(layer, "NAME")).config()["IsMultiline"]
    hidden = tree.children()[1]
    assert hidden.visibilityExpression().enabled()
    assert hidden.children()[0].idx() == index(layer, "SIZE")
    words = sip.cast(tree.children()[2], QgsAttributeEditorTextElement).text()
    assert "<b>bark</b>" in words
    assert "[%" not in words
    assert "script" not in words
    inner = more.children()[2]
    assert (inner.type(), inner.collapsed()) == (Qgis.AttributeEditorContainerType.GroupBox, True)
    assert form.readOnly(index(layer, "KIND"))
    assert form.readOnly(index(layer, "BUILT"))


def test_expressions_of_the_form(made):
    _, layer = made(fields(), formInfo=FORM)
    small, tall = (next(layer.getFeatures(f"KIND = {number}")) for number in (1, 3))
    more = layer.editFormConfig().invisibleRootContainer().children()[1]
    shown = more.visibilityExpression().data().expression()
    assert [bool(evaluate(layer, shown, feature)) for feature in (small, tall)] == [False, True]
    rules = layer.editFormConfig().dataDefinedFieldProperties("NAME")
    editable = rules.property(QgsEditFormConfig.DataDefinedProperty.Editable).expressionString()
    assert [bool(evaluate(layer, editable, feature)) for feature in (small, tall)] == [False, True]
    required = layer.constraintExpression(index(layer, "SIZE"))
    assert [bool(evaluate(layer, required, feature)) for feature in (small, tall)] == [True, True]
    value = layer.defaultValueDefinition(index(layer, "KIND"))
    assert value.applyOnUpdate()
    assert evaluate(layer, value.expression(), tall) == 3


def test_what_of_a_form_is_not_kept_is_said(made):
    form = {
        "formElements": [
            {"type": "field", "fieldName": "GONE"},
            {"type": "field", "fieldName": "NAME", "visibilityExpression": "loop", "hint": "Type it",
             "inputType": {"type": "barcode-scanner", "minLength": 3}},
            {"type": "field", "fieldName": "KIND", "requiredExpression": "nowhere", "description": "x"},
            {"type": "utilityNetworkAssociations"},
            {"type": "relationship", "relationshipId": 7},
        ],
        "expressionInfos": [{"name": "loop", "expression": "var t = 1; while (t < $feature.SIZE) { t++ }"}],
        "style": "x",
    }  # fmt: skip
    losses, layer = made(fields(), formInfo=form)
    assert "Loops in Arcade expressions are supported only where their end is known beforehand." in losses
    assert "The expression “nowhere” of the form is not supported." in losses
    assert losses[-1] == (
        "Parts of the form that are not kept: element relationship, element utilityNetworkAssociations, "
        "field GONE, inputType barcode-scanner, style."
    )
    names = [child.name() for child in layer.editFormConfig().invisibleRootContainer().children()]
    assert names == ["NAME", "Description", "KIND", "Description"]


def form_of(*elements, **expressions):
    listed = [{"name": name, "expression": text} for name, text in expressions.items()]
    return {"formElements": list(elements), "expressionInfos": listed}


def allowed_values(layer, name, *values, **others):
    """Whether the form lets each value of a field be saved."""
    found = []
    for value in values:
        feature = QgsFeature(layer.fields())
        for key, other in {**others, name: value}.items():
            feature[key] = other
        found.append(bool(evaluate(layer, layer.constraintExpression(index(layer, name)), feature)))
    return found


def moment(text):
    return QDateTime.fromString(text, Qt.DateFormat.ISODate)


def test_what_the_author_allows(made):
    codes = {"type": "codedValue", "codedValues": [{"name": "Oak", "code": "o"}]}
    choice = {"type": "radio-buttons", "showNoValueOption": True, "noValueOptionLabel": "None"}
    losses, layer = made(
        fields({"name": "SIZE", "domain": {"type": "range", "range": [0, 50]}}),
        formInfo=form_of(
            {"type": "field", "fieldName": "NAME", "domain": codes, "inputType": choice},
            {"type": "field", "fieldName": "SIZE", "domain": {"type": "range", "minValue": 5, "maxValue": 9}},
            {"type": "field", "fieldName": "KIND",
             "inputType": {"type": "text-box", "minLength": 2, "maxLength": 3}},
            {"type": "field", "fieldName": "BUILT",
             "inputType": {"type": "datetime-picker", "includeTime": True, "min": 978307200000}},
        ),
    )  # fmt: skip
    assert losses == []
    null = QgsValueMapFieldFormatter.NULL_VALUE
    assert layer.editorWidgetSetup(index(layer, "NAME")).config()["map"] == [{"None": null}, {"Oak": "o"}]
    assert allowed_values(layer, "SIZE", None, 4, 5, 9, 10) == [True, False, True, True, False]
    assert allowed_values(layer, "KIND", None, 1, 12, 123, 1234) == [True, False, True, True, False]
    days = [moment(text) for text in ("2000-12-31T23:59:59Z", "2001-01-01T00:00:00Z")]
    assert allowed_values(layer, "BUILT", None, *days) == [True, False, True]
    strength = layer.fieldConstraintsAndStrength(index(layer, "KIND"))
    hard = QgsFieldConstraints.ConstraintStrength.ConstraintStrengthHard
    assert strength[QgsFieldConstraints.Constraint.ConstraintExpression] == hard


def test_days_and_times_that_are_texts(made):
    _, layer = made(
        fields(),
        formInfo=form_of(
            {"type": "field", "fieldName": "NAME",
             "inputType": {"type": "date-picker", "min": "2024-01-01", "max": "2024-12-31"}},
        ),
    )  # fmt: skip
    setup = layer.editorWidgetSetup(index(layer, "NAME"))
    assert (setup.type(), setup.config()["field_format"]) == ("DateTime", "yyyy-MM-dd")
    days = ("2023-12-31", "2024-01-01", "2024-12-31", "2025-01-01")
    assert allowed_values(layer, "NAME", None, *days) == [True, False, True, True, False]
    clock = {"type": "time-picker", "timeResolution": "seconds", "min": "08:00:00"}
    _, layer = made(fields(), formInfo=form_of({"type": "field", "fieldName": "NAME", "inputType": clock}))
    assert layer.editorWidgetSetup(index(layer, "NAME")).config()["field_format"] == "HH:mm:ss"
    assert allowed_values(layer, "NAME", "07:59:59", "08:00:00") == [False, True]


def test_fields_that_are_hidden_need_no_value(made):
    """ArcGIS asks for required fields only while they are shown; QGIS would refuse to save."""
    inner = {
        "type": "field",
        "fieldName": "NAME",
        "requiredExpression": "always",
        "visibilityExpression": "big",
    }
    group = {"type": "group", "label": "g", "visibilityExpression": "kind", "formElements": [inner]}
    expressions = {"always": "true", "big": "$feature.SIZE > 1", "kind": "$feature.KIND == 1"}
    _, layer = made(fields(), formInfo=form_of(group, **expressions))
    assert allowed_values(layer, "NAME", None, "x", SIZE=2.0, KIND=1) == [False, True]
    assert allowed_values(layer, "NAME", None, SIZE=0.5, KIND=1) == [True]
    assert allowed_values(layer, "NAME", None, SIZE=2.0, KIND=2) == [True]


def test_what_the_author_says_about_fields_and_groups(made):
    group = {
        "type": "group",
        "label": "Tree",
        "description": "All about [% 1 %] <b>trees</b>",
        "formElements": [
            {"type": "field", "fieldName": "NAME", "description": "As on the sign", "hint": "Elm"}
        ],
    }
    losses, layer = made(fields(), formInfo={**form_of(group), "description": "Fill in all."})
    assert losses == []
    form_words, tree = layer.editFormConfig().invisibleRootContainer().children()
    about, name, words = tree.children()
    assert name.name() == "NAME"
    texts = [sip.cast(one, QgsAttributeEditorTextElement).text() for one in (form_words, about, words)]
    assert texts[0] == "<p><small><i>Fill in all.</i></small></p>"
    assert "&lt;b&gt;trees" in texts[1]
    assert "[%" not in texts[1]
    assert texts[2] == "<p><small><i>As on the sign<br>Elm</i></small></p>"


def test_texts_in_markdown(made):
    text = {"type": "text", "textFormat": "markdown", "text": "**Mind** the [gap](https://example.org)"}
    losses, layer = made(fields(), formInfo=form_of(text))
    assert losses == []
    (shown,) = layer.editFormConfig().invisibleRootContainer().children()
    html = sip.cast(shown, QgsAttributeEditorTextElement).text()
    assert "Mind" in html
    assert "**" not in html
    assert 'href="https://example.org"' in html


@pytest.mark.parametrize(
    "form",
    [None, "odd", {}, {"formElements": "odd"}, {"formElements": [5, {}]},
     {"formElements": [{"type": "group", "formElements": 5}], "expressionInfos": 7},
     {"formElements": [{"type": "field", "fieldName": ["x"], "inputType": 5}]}],
)  # fmt: skip
def test_forms_of_wrong_types_leave_the_layer_valid(made, form):
    _, layer = made({"fields": ["odd", {"name": 5}], "types": 5, "templates": ["x"]}, formInfo=form)
    assert layer.isValid()


def test_deep_forms_end(made):
    element = {"type": "field", "fieldName": "NAME"}
    for _ in range(30):
        element = {"type": "group", "label": "g", "formElements": [element]}
    losses, _ = made(fields(), formInfo={"formElements": [element]})
    assert losses == ["Parts of the form that are not kept: formElements."]


def relationship(number, role, other, key, **members):
    return {
        "id": number, "name": "Visits", "role": f"esriRelRole{role}", "relatedTableId": other,
        "keyField": key, "cardinality": "esriRelCardinalityOneToMany", **members,
    }  # fmt: skip


def related(town, written, **members):
    town.services["points"] = {"relationships": [relationship(0, "Origin", 3, "KIND", composite=True)]}
    town.services["table"] = {"relationships": [relationship(0, "Destination", 0, "KIND")]}
    return written(
        {"operationalLayers": [feature_layer("points", **members)], "tables": [feature_layer("table")]}
    )


def test_relations_between_layers_and_tables(town, written):
    popup = {"title": "T", "relatedRecordsInfo": {"showRelatedRecords": True}}
    report, project = related(town, written, popupInfo=popup)
    (relation,) = project.relationManager().relations().values()
    assert relation.isValid()
    assert relation.name() == "Visits"
    assert relation.strength() == Qgis.RelationshipStrength.Composition
    points = relation.referencedLayer()
    feature = next(points.getFeatures("KIND = 2"))
    assert [one["NAME"] for one in relation.getRelatedFeatures(feature)] == ["n2"]
    assert losses_of(report, "points") == (PLAIN,)
    assert "<p>Visits: 1</p>" in tip(report.project, 2)


def test_sides_whose_service_is_spelled_in_two_ways_are_related(town, written):
    url = "http://EXAMPLE.org:80/server//rest/services/to%77n/FeatureServer/0"
    _, project = related(town, written, url=url)
    assert len(project.relationManager().relations()) == 1


def test_relations_stand_in_a_laid_out_form(town, written):
    form = {
        "formElements": [
            {"type": "field", "fieldName": "NAME"},
            {"type": "relationship", "relationshipId": 0, "label": "All visits"},
            {"type": "field", "fieldName": "KIND"},
        ]
    }
    _, project = related(town, written, formInfo=form)
    (relation,) = project.relationManager().relations().values()
    children = relation.referencedLayer().editFormConfig().invisibleRootContainer().children()
    name, place, last = children
    assert [name.name(), last.name()] == ["NAME", "KIND"]
    (shown,) = place.children()
    assert (shown.name(), sip.cast(shown, QgsAttributeEditorRelation).label()) == (
        relation.id(),
        "All visits",
    )


BACK = relationship(0, "Destination", 0, "KIND")


@pytest.mark.parametrize(
    ("near", "far", "said"),
    [
        (
            relationship(0, "Origin", 3, "KIND"),
            {**BACK, "role": "esriRelRoleOrigin"},
            "the related table is not",
        ),
        (relationship(0, "Origin", 9, "KIND"), BACK, "the related table is not"),
        (relationship(0, "Origin", 3, "GONE"), BACK, "its fields do not"),
        (relationship(0, "Origin", 3, "KIND", relationshipTableId=5), BACK, "its intermediate table"),
    ],
)
def test_relations_that_cannot_be_made_are_said(town, written, near, far, said):
    town.services.update(points={"relationships": [near, "odd"]}, table={"relationships": [far]})
    report, project = written(
        {"operationalLayers": [feature_layer("points")], "tables": [feature_layer("table")]}
    )
    assert project.relationManager().relations() == {}
    assert any(said in loss for loss in losses_of(report, "points"))


def test_attachments(town, written):
    file = ogr.Open(str(town.geopackage), 1)
    file.ExecuteSQL("ALTER TABLE points ADD COLUMN GLOBALID TEXT")
    file.ExecuteSQL("UPDATE points SET GLOBALID = '{' || NAME || '}'")
    table = file.CreateLayer("points__ATTACH", None, ogr.wkbNone)
    for name, kind in (("REL_GLOBALID", ogr.OFTString), ("ATT_NAME", ogr.OFTString), ("DATA", ogr.OFTBinary)):
        table.CreateField(ogr.FieldDefn(name, kind))
    row = ogr.Feature(table.GetLayerDefn())
    row["REL_GLOBALID"], row["ATT_NAME"] = "{n2}", "bark.txt"
    row.SetFieldBinaryFromHexString("DATA", b"bark".hex())
    table.CreateFeature(row)
    del row, table, file
    town.services["points"] = {"hasAttachments": True, "globalIdField": "globalid"}
    popup = {"title": "T", "showAttachments": True}
    report, project = written({"operationalLayers": [feature_layer("points", popupInfo=popup)]})
    assert losses_of(report, "points") == (PLAIN,)
    assert len(report.layers) == 1
    shown = "<p>Attachments: 1<br>bark.txt</p>"
    assert [shown in tip(report.project, number) for number in (1, 2)] == [False, True]
    (relation,) = project.relationManager().relations().values()
    feature = next(relation.referencedLayer().getFeatures("NAME = 'n2'"))
    (found,) = relation.getRelatedFeatures(feature)
    assert (found["ATT_NAME"], bytes(found["DATA"])) == ("bark.txt", b"bark")
    attachments = relation.referencingLayer()
    assert project.layerTreeRoot().findLayer(attachments) is None
    assert attachments.editorWidgetSetup(index(attachments, "DATA")).type() == "Binary"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("bark.JPG", "image/jpeg"), ("a.b.pdf", "application/pdf"), ("bark", "application/octet-stream")],
)
def test_a_new_attachment_needs_no_more_than_a_name_and_a_file(qgis_app, name, kind):
    columns = "ATT_NAME:string&field=CONTENT_TYPE:string&field=DATA_SIZE:integer&field=DATA:binary"
    layer = QgsVectorLayer(f"NoGeometry?field={columns}", "files", "memory")
    set_attachment_form(layer)
    layer.startEditing()
    form = QgsAttributeForm(layer, QgsVectorLayerUtils.createFeature(layer))
    form.setMode(QgsAttributeEditorContext.Mode.AddFeatureMode)
    widgets = {one.field().name(): one for one in form.findChildren(QgsEditorWidgetWrapper)}
    for column, value in (("ATT_NAME", name), ("DATA", QByteArray(b"thirteen here"))):
        widgets[column].setValues(value, [])
        widgets[column].emitValueChanged()  # as it does when somebody has typed or chosen it
    assert form.save()
    (made,) = layer.getFeatures()
    assert (made["CONTENT_TYPE"], made["DATA_SIZE"], bytes(made["DATA"])) == (kind, 13, b"thirteen here")
    layer.rollBack()


DRAWING = svg("<image xlink:href='private.png' width='8' height='8'/>")


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (black_png(300, 8191), "<img"),
        (b"\xff\xd8\xff\xe0 a photo", "<img"),
        (b"GIF89a\x0f\x02\x07\x02 a drawing that moves", "<img"),
        (black_png(8192, 3), "Save the file"),
        (b"\xff\xd8\xff\xfe\0\5abc\xff\xc0\0\x11\x08\x20\0\0\x10\3", "Save the file"),
        (b"GIF89a\0\x20\7\2", "Save the file"),
        (black_png(3, 65536), "Save the file"),
        (DRAWING, "Save the file"),
        (DRAWING.decode().encode("utf-16"), "Save the file"),
        (gzip.compress(DRAWING), "Save the file"),
        (b"", "Save the file"),
        (None, "Save the file"),
        (b"\xff\xd8\xff" + bytes(24_000_000), "Save the file"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_an_attachment_is_shown_if_its_bytes_are_a_picture(qgis_app, content, shown):
    columns = "ATT_NAME:string&field=CONTENT_TYPE:string&field=DATA_SIZE:integer&field=DATA:binary"
    layer = QgsVectorLayer(f"NoGeometry?field={columns}", "files", "memory")
    set_attachment_form(layer)
    config = layer.editFormConfig()
    (found,) = config.invisibleRootContainer().findElements(Qgis.AttributeEditorType.TextElement)
    text = sip.cast(found, QgsAttributeEditorTextElement)
    feature = QgsVectorLayerUtils.createFeature(layer)
    feature["CONTENT_TYPE"], feature["DATA_SIZE"] = "image/png", 9
    feature["DATA"] = content if content is None else QByteArray(content)
    context = layer.createExpressionContext()
    context.setFeature(feature)
    said = QgsExpression.replaceExpressionText(text.text(), context)
    assert shown in said
    assert ("data:" in said) == (shown == "<img")


def tip(path, number):
    """The map tip of a feature in QGIS' own project, where relations are looked up."""
    project = QgsProject.instance()
    assert project.read(str(path))
    (points,) = (one for one in project.mapLayers().values() if one.name() == "All points")
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(points))
    context.setFeature(next(points.getFeatures(f"KIND = {number}")))
    shown = QgsExpression.replaceExpressionText(points.mapTipTemplate(), context)
    project.clear()
    return shown


def test_attachments_that_were_not_downloaded_are_said(town, written):
    town.services["points"] = {"hasAttachments": True, "globalIdField": "GLOBALID"}
    report, _ = written({"operationalLayers": [feature_layer("points")]})
    assert "The attachments are not in the offline map." in losses_of(report, "points")


def test_every_layer_of_the_corpus(written, town, samples):
    """Service descriptions and web-map layers of the corpus make forms, or say what they cannot."""
    files = sorted((samples / "webmap" / "layers").glob("*.json"))
    assert len(files) > 40
    layers = []
    for file in files:
        content = json.loads(file.read_text("utf-8"))
        if isinstance(content, dict):
            own = {
                key: content[key] for key in ("popupInfo", "formInfo", "layerDefinition") if key in content
            }
            layers.append(feature_layer("points", layer_id=file.stem, **own))
            town.services["points"] = content.get("layerDefinition") or content
    report, project = written({"operationalLayers": layers})
    assert len(project.mapLayers()) == len(layers)
    assert not report.layer_errors
