"""Popups as map tips: title, fields, formats, expressions; and no value or author can run anything."""

import json
import re
import time

from osgeo import ogr
import pytest
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDate, QLocale, Qt, QTime
from qgis.PyQt.QtGui import QColor, QGuiApplication, QImage, QPainter, QTextDocument

from plugin.layers.popups.popups import set_popup

from .build import feature_layer
from .test_forms import related
from .test_forms import tip as related_tip


@pytest.fixture(autouse=True)
def in_english():
    before = QLocale()
    QLocale.setDefault(QLocale("en_US"))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def made(town):
    """`made(popup_info, **members)` is the sentences about losses, and the layer."""

    def make(popup, **members):
        layer = QgsVectorLayer(f"{town.geopackage}|layername=points", "points", "ogr")
        losses = []
        set_popup(layer, {"popupInfo": popup, **members}, town.services.get("points", {}), losses)
        return [loss.text for loss in losses], layer

    return make


def context(layer, number=1):
    scope = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    scope.setFeature(next(layer.getFeatures(f"KIND = {number}")))
    return scope


def tip(layer, number=1):
    """The map tip of a feature, as QGIS shows it."""
    return QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context(layer, number))


def name(layer, number=1):
    return QgsExpression(layer.displayExpression()).evaluate(context(layer, number))


def text(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def test_a_tip_covers_the_map_where_qgis_draws_it_without_webkit(made):
    _, layer = made({"title": "{NAME}", "fieldInfos": [{"fieldName": "SIZE", "visible": True}]})
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.setHtml(tip(layer))
    size = document.size().toSize()
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.green)
    painter = QPainter(image)
    document.drawContents(painter)
    painter.end()
    paper = QGuiApplication.palette().base().color()
    shown = [image.pixelColor(4, row) for row in range(4, size.height() - 4)]
    assert shown.count(paper) > size.height() / 3
    assert QColor(Qt.GlobalColor.green) not in shown


def set_values(town, assignments):
    ogr.Open(str(town.geopackage), 1).ExecuteSQL(f"UPDATE points SET {assignments}")


def test_title_and_description(made):
    losses, layer = made(
        {"title": "Tree {NAME} ({kind})", "description": "<b>{NAME}</b> is {SIZE} m high<br>."}
    )
    assert losses == []
    assert name(layer) == "Tree n1 (1)"
    assert text(tip(layer)) == "Tree n1 (1) n1 is 0.5 m high ."
    assert "<b>n1</b>" in tip(layer)
    assert layer.mapTipsEnabled()


def test_fields_with_labels_and_formats(made):
    infos = [
        {"fieldName": "NAME", "label": "The <name>", "visible": True},
        {"fieldName": "KIND", "label": "Kind", "visible": False},
        {
            "fieldName": "SIZE",
            "label": "Size",
            "visible": True,
            "format": {"places": 2, "digitSeparator": True},
        },
        {"fieldName": "BUILT", "visible": True, "format": {"dateFormat": "longMonthDayYear"}},
    ]
    losses, layer = made({"title": "", "fieldInfos": infos})
    assert losses == []
    assert text(tip(layer)) == "The &lt;name&gt; n1 Size 0.50 BUILT January 1, 2001"


@pytest.mark.parametrize(
    ("language", "form", "shown"),
    [
        ("en_US", "shortDate", "1/1/01"),
        ("en_US", "longMonthDayYear", "January 1, 2001"),
        ("en_US", "shortDateShortTime", "1/1/01 12:00 AM"),
        ("en_US", "longMonthDayYearShortTime24", "January 1, 2001 00:00"),
        ("en_US", "year", "2001"),
        ("de_DE", "shortDate", "01.01.01"),
        ("de_DE", "dayShortMonthYear", "1 Jan. 2001"),
        ("de_DE", "shortDateLongTime", "01.01.01 00:00:00"),
        ("tr_TR", "longMonthYear", "Ocak 2001"),
        ("en_US", "noSuchFormat", "1/1/01"),
    ],
)
def test_dates_in_the_users_language(made, language, form, shown):
    QLocale.setDefault(QLocale(language))
    _, layer = made(
        {
            "fieldInfos": [
                {"fieldName": "BUILT", "label": "B", "visible": True, "format": {"dateFormat": form}}
            ]
        }
    )
    assert text(tip(layer)) == f"B {shown}"


def test_numbers_in_the_users_language(made, town):
    set_values(town, '"SIZE" = 1234567.891')
    form = {"fieldName": "SIZE", "visible": True, "format": {"places": 1, "digitSeparator": True}}
    for language, shown in (("en_US", "1,234,567.9"), ("de_DE", "1.234.567,9")):
        QLocale.setDefault(QLocale(language))
        _, layer = made({"fieldInfos": [form]})
        assert text(tip(layer)) == f"SIZE {shown}"


def test_fields_of_other_types_are_written_as_qgis_does():
    layer = QgsVectorLayer("Point?field=KIND:integer&field=DAY:date&field=CLOCK:time", "points", "memory")
    feature = QgsFeature(layer.fields())
    feature.setAttributes([1, QDate(2001, 2, 3), QTime(4, 5, 6)])
    layer.dataProvider().addFeature(feature)
    losses = []
    set_popup(layer, {"popupInfo": {"title": "{DAY}", "description": "{DAY} {CLOCK}"}}, {}, losses)
    assert losses == []
    assert text(tip(layer)) == "2001-02-03 2001-02-03 04:05:06"
    assert name(layer) == "2001-02-03"


def test_null_values_are_empty(made, town):
    set_values(town, 'NAME = NULL, "SIZE" = NULL, BUILT = NULL')
    infos = [{"fieldName": name, "label": "x", "visible": True} for name in ("NAME", "SIZE", "BUILT")]
    _, layer = made({"title": "{NAME}", "fieldInfos": infos})
    assert text(tip(layer)) == "x x x"


def test_length_and_area_are_measured_where_the_package_left_them_out(town):
    for table, kind, shown in (
        ("lines", "Polyline", "1,414.2"),
        ("polygons", "Polygon", "1,200.0 90,000.0"),
    ):
        layer = QgsVectorLayer(f"{town.geopackage}|layername={table}", table, "ogr")
        losses, form = [], {"places": 1, "digitSeparator": True}
        infos = [{"fieldName": name, "format": form} for name in ("Shape__Length", "Shape__Area")]
        popup = {"description": "{Shape__Length} {Shape__Area}", "fieldInfos": infos}
        set_popup(layer, {"popupInfo": popup}, {"geometryType": f"esriGeometry{kind}"}, losses)
        assert losses == []
        assert text(tip(layer)) == shown


def test_coded_values_are_names(made, town):
    domain = {"type": "codedValue", "codedValues": [{"name": "Oak & ash", "code": 1}]}
    town.services["points"] = {"fields": [{"name": "KIND", "domain": domain}]}
    _, layer = made(
        {"title": "{KIND}", "fieldInfos": [{"fieldName": "KIND", "label": "Kind", "visible": True}]}
    )
    assert name(layer) == "Oak & ash"
    assert text(tip(layer)) == "Oak &amp; ash Kind Oak &amp; ash"


HOSTILE_VALUE = '<script>alert(1)</script> & "x" [% 1+1 %] \''


def test_hostile_values_are_letters(made, town):
    set_values(town, "NAME = '{}'".format(HOSTILE_VALUE.replace("'", "''")))
    popup = {
        "title": "{NAME}",
        "description": "<p title='{NAME}' style='color:{NAME};{NAME}'>{NAME}</p><a href='{NAME}'>x</a>"
        "<a href='https://example.org/{NAME}'>y</a>{expression/e}",
        "expressionInfos": [{"name": "e", "expression": "$feature.NAME + '<i>'"}],
    }
    _, layer = made(popup)
    html = tip(layer)
    shown = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot; [% 1+1 %] '"
    assert html.count(shown) == 5  # heading, title attribute, text, second link, expression
    assert "<script" not in html
    assert "<i>" not in html
    assert 'style="color:scriptalert1script  x % 11 % ;' in html
    assert '<a href="#">x</a>' in html


@pytest.mark.parametrize(
    ("address", "shown"),
    [("https://example.org/a?b=1&c=2", "https://example.org/a?b=1&amp;c=2"),
     ("javascript:alert(1)", "#"), ("JAVASCRIPT:x", "#"),
     ("file:///etc/passwd", "#"), ("mailto:a@b", "mailto:a@b"), ("data:text/html,x", "#"),
     ("\thttps://x", "#"), ("", "#")],
)  # fmt: skip
def test_links_that_a_field_decides(made, town, address, shown):
    set_values(town, f"NAME = '{address}'")
    _, layer = made({"description": "<a href='{NAME}'>x</a>"})
    assert f'<a href="{shown}">' in tip(layer)


def test_an_author_cannot_run_expressions(made):
    popup = {
        "title": "[% env('HOME') %] {NAME}",
        "description": "[% env('HOME') %]<b title=\"[% env('HOME') %]\">{[% env('HOME') %]}</b>",
        "fieldInfos": [{"fieldName": "NAME", "label": "[% env('HOME') %]", "visible": True}],
        "expressionInfos": [{"name": "e", "title": "[% 1 %]", "expression": "'%] [% env(1) %]'"}],
        "popupElements": [
            {"type": "text", "text": "[% env('HOME') %]{expression/e}"},
            {"type": "fields", "title": "[% 1 %]", "description": "[% 2 %]"},
        ],
    }
    _, layer = made(popup)
    assert name(layer) == "[% env('HOME') %] n1"
    for expression in re.findall(r"\[%(.*?)%\]", layer.mapTipTemplate(), re.DOTALL):
        assert not QgsExpression(expression).hasParserError()
        assert "env" not in QgsExpression(expression).referencedFunctions()
    assert "/root" not in tip(layer)


def test_expressions(made):
    infos = [
        {"name": "expr0", "title": "Doubled", "expression": "$feature.SIZE * 2"},
        {"name": "expr1", "title": "Hidden", "expression": "IIf($feature.KIND == 1, 'none', null)"},
        {"name": "expr2", "title": "Lines", "expression": "'a' + TextFormatting.NewLine + 'b'"},
    ]
    popup = {
        "description": "<p style='display:{expression/expr1}'>{expression/expr0} {expression/EXPR2}</p>",
        "expressionInfos": infos,
    }
    losses, layer = made(popup)
    assert losses == []
    assert '<p style="display:none;">1 a<br>b</p>' in tip(layer)
    assert '<p style="display:;">2 a<br>b</p>' in tip(layer, 2)
    rows = [{"fieldName": f"expression/expr{number}", "visible": True} for number in (0, 2)]
    _, layer = made({"expressionInfos": infos, "fieldInfos": rows})
    assert text(tip(layer)) == "Doubled 1 Lines a b"


def test_what_is_not_read_says_so_in_its_place_and_in_the_report(made):
    infos = [{"name": "e", "title": "Neighbours", "expression": "Count(FeatureSetByName($map, 'x'))"}]
    popup = {
        "description": "N: {expression/e}, gone: {GONE}, related: {relationships/0/X}",
        "expressionInfos": infos,
    }
    losses, layer = made(popup)
    assert text(tip(layer)).count("(not available offline)") == 3
    assert any("“$map”" in loss for loss in losses)
    assert "Parts of the popup that are not kept: {GONE}, {expression/e}, {relationships/0/X}." in losses
    _, layer = made(
        {"expressionInfos": infos, "fieldInfos": [{"fieldName": "expression/e", "visible": True}]}
    )
    assert text(tip(layer)) == "Neighbours (not available offline)"


def test_elements(made):
    popup = {
        "title": "T",
        "description": "not this",
        "fieldInfos": [{"fieldName": "NAME", "label": "Name", "visible": True}],
        "popupElements": [
            {"type": "text", "text": "<i>{NAME}</i>"},
            {"type": "fields", "title": "Facts", "description": "of it",
             "fieldInfos": [{"fieldName": "KIND", "label": "Kind", "visible": True}]},
            {"type": "fields"},
            {"type": "media", "mediaInfos": [
                {"type": "barchart", "title": "Chart", "caption": "Cap",
                 "value": {"fields": ["SIZE", "KIND"]}},
                {"type": "image", "title": "View", "value": {"sourceURL": "https://example.org/{NAME}.png"}}]},
            {"type": "relationship"},
        ],
    }  # fmt: skip
    losses, layer = made(popup)
    assert text(tip(layer)) == "T n1 Facts of it Kind 1 Name n1 Chart Cap SIZE 0.5 Kind 1 View Picture"
    assert '<a href="https://example.org/n1.png">' in tip(layer)
    assert losses == [
        "Parts of the popup that are not kept: element relationship, media barchart, media image."
    ]


def test_titles_may_hold_tags(made):
    losses, layer = made({"title": "<span style='font-size:large'>A &amp; {NAME}</span> <5 m"})
    assert losses == []
    assert name(layer) == "A & n1 <5 m"
    assert tip(layer).count('<h3><span style="font-size:large;">A &amp; n1</span> &lt;5 m</h3>') == 1


def test_what_expressions_give_is_formatted_as_the_author_says(made):
    infos = [
        {"name": "n", "title": "N", "expression": "$feature.SIZE * 2000000", "returnType": "number"},
        {"name": "d", "title": "D", "expression": "$feature.BUILT"},
    ]
    for form, shown in (({}, "N 1000000"), ({"places": 1, "digitSeparator": True}, "N 1,000,000.0")):
        rows = [
            {"fieldName": "expression/n", "format": form},
            {"fieldName": "expression/d", "format": {"dateFormat": "longMonthDayYear"}},
        ]
        losses, layer = made({"expressionInfos": infos, "fieldInfos": rows})
        assert losses == []
        assert text(tip(layer)) == f"{shown} D January 1, 2001"


def test_dates_by_the_clock_of_greenwich(made, town, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    set_values(town, "BUILT = '2001-01-01T20:00:00Z'")
    try:
        for zone, shown in (({"timezone": "utc"}, "20:00 UTC"), ({}, "05:00")):
            form = {"dateFormat": "yearShortTime24", **zone}
            losses, layer = made({"fieldInfos": [{"fieldName": "BUILT", "format": form}]})
            assert losses == []
            assert text(tip(layer)) == f"BUILT 2001 {shown}"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_dates_of_an_unknown_time_zone_read_the_same_by_any_clock(made, town, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    set_values(town, "BUILT = '2001-01-01T20:00:00Z'")
    infos = [{"name": "y", "expression": "Text($feature.BUILT, 'DD HH:mm')"}]
    rows = [
        {"fieldName": "BUILT", "format": {"dateFormat": "yearShortTime24"}},
        {"fieldName": "expression/y"},
    ]
    try:
        for unknown, shown in ((True, "2001 20:00 01 20:00"), (False, "2001 05:00 02 05:00")):
            popup = {"fieldInfos": rows, "expressionInfos": infos}
            town.services["points"] = {"datesInUnknownTimezone": unknown}
            losses, layer = made(popup)
            assert losses == []
            assert text(tip(layer)).replace("BUILT ", "").replace("expression/y ", "") == shown
    finally:
        monkeypatch.undo()
        time.tzset()


def test_addresses_of_pages_are_links(made, town):
    rows = {"fieldInfos": [{"fieldName": "NAME", "label": "Page"}]}
    for value, shown in (
        ("https://x.org/a?b=1&c=2", '<a href="https://x.org/a?b=1&amp;c=2">https://x.org/a?b=1&amp;c=2</a>'),
        ("see https://x.org", "see https://x.org"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ('https://x.org/"onclick="y', "https://x.org/&quot;onclick=&quot;y"),
    ):
        set_values(town, "NAME = '{}'".format(value.replace("'", "''")))
        _, layer = made(rows)
        assert shown in tip(layer)
        assert tip(layer).count("<a ") == (1 if value.startswith("https") else 0)


def test_content_that_an_expression_makes(made, town):
    script = """
        var rows = [{fieldName: "a", label: "Height"}, {fieldName: "b", label: "Kind"}];
        IIf($feature.KIND == 1, 1, 2);
        return { type: "fields", title: "Of " + $feature.NAME, description: "All", fieldInfos: rows,
                 attributes: { a: Round($feature.SIZE, 1) + " m", b: $feature.KIND } }"""
    losses, layer = made(
        {"popupElements": [{"type": "expression", "expressionInfo": {"expression": script}}]}
    )
    assert losses == []
    assert text(tip(layer)) == "Of n1 All Height 0.5 m Kind 1"
    set_values(town, "NAME = '<script>alert(1)</script><b>x</b>'")
    script = """
        var style = "color:" + IIf($feature.KIND == 1, "red", "blue");
        var shown = "<p style='" + style + "'>It is <b>" + $feature.NAME + "</b></p><script>x";
        return { type: "text", text: shown }"""
    losses, layer = made(
        {"popupElements": [{"type": "expression", "expressionInfo": {"expression": script}}]}
    )
    assert losses == ["Parts of the popup that are not kept: HTML script."]
    assert '<p style="color:red;">It is <b>alert(1)x</b></p>' in tip(layer)
    unread = {"type": "expression", "expressionInfo": {"expression": "Hash('x')", "title": "T"}}
    losses, layer = made({"popupElements": [unread, {"type": "expression"}]})
    assert text(tip(layer)) == "(not available offline) (not available offline)"
    assert losses[0] == "The Arcade function “hash” is not supported."
    assert "element expression" in losses[1]


def test_statistics_of_related_records(town, written):
    rows = [
        {
            "fieldName": f"relationships/0/{name}",
            "label": name,
            "statisticType": kind,
            "format": {"places": 1},
        }
        for name, kind in (("SIZE", "sum"), ("SIZE", "avg"), ("GONE", "max"))
    ]
    report, _ = related(town, written, popupInfo={"fieldInfos": rows[:1] + rows[2:]})
    shown = text(related_tip(report.project, 2))
    assert re.fullmatch(r"SIZE [0-9]+\.[0-9] GONE –", shown), shown


def test_scripts_about_related_records(town, written):
    script = """var visits = FeatureSetByRelationshipName($feature, "visits", ["*"], false);
        if (Count(visits) == 0) { return "none" }
        return Count(visits) + " visits, " + Sum(visits, "SIZE") + " in all" """
    popup = {"description": "{expression/e}", "expressionInfos": [{"name": "e", "expression": script}]}
    report, _ = related(town, written, popupInfo=popup)
    assert re.fullmatch(r"1 visits, [0-9.]+ in all", text(related_tip(report.project, 2)))


def test_a_label_that_is_missing_is_the_alias(made):
    _, layer = made({})
    layer.setFieldAlias(layer.fields().lookupField("NAME"), "The name")
    set_popup(layer, {"popupInfo": {"fieldInfos": [{"fieldName": "NAME"}]}}, {}, [])
    assert text(tip(layer)) == "The name n1"


def test_who_edited_last(made, town):
    town.services["points"] = {"editFieldsInfo": {"editDateField": "BUILT", "editorField": "NAME"}}
    losses, layer = made({"title": "T", "showLastEditInfo": True})
    assert losses == []
    assert text(tip(layer)) == "T Last edited: 1/1/01 12:00 AM · n1"


def test_pictures_and_scripts_go_and_are_said(made):
    losses, layer = made({"description": "<img src='https://evil/x.png' alt='A tree'><script>x</script>ok"})
    assert text(tip(layer)) == "A treeok"
    assert losses == ["Parts of the popup that are not kept: HTML img, HTML script."]


def test_popups_that_are_off(made):
    _, layer = made({"title": "{NAME}"}, disablePopup=True)
    assert not layer.mapTipsEnabled()
    assert name(layer) == "n1"


@pytest.mark.parametrize("popup", [
    None, "odd", [], {"property": {}},
    {"fieldInfos": "odd", "popupElements": [5], "expressionInfos": {}, "mediaInfos": [{}], "title": 5},
])  # fmt: skip
def test_popups_of_wrong_types_leave_the_layer_valid(made, popup):
    _, layer = made(popup)
    assert layer.isValid()


def test_every_popup_of_the_corpus(written, town, samples):
    """Each opens and shows neither a raw expression nor a script."""
    files = sorted((samples / "webmap" / "popup").glob("*.json"))
    assert len(files) > 40
    layers = []
    for file in files:
        popup = json.loads(file.read_text("utf-8"))
        layers.append(feature_layer("points", layer_id=file.stem, popupInfo=popup))
    _, project = written({"operationalLayers": layers})
    assert len(project.mapLayers()) == len(files)
    for layer in project.mapLayers().values():
        shown = tip(layer)
        assert "[%" not in shown, layer.name()
        assert "<script" not in shown
        for expression in re.findall(r"\[%(.*?)%\]", layer.mapTipTemplate(), re.DOTALL):
            assert not QgsExpression(expression).hasParserError()
