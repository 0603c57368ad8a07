"""Arcade in QGIS is worth what Esri's own engine says it is worth, row by row."""

import json
import math
from pathlib import Path
import re
import time

import pytest
from qgis.core import NULL, QgsExpression, QgsExpressionContext, QgsFeature, QgsVectorLayer
from qgis.PyQt.QtCore import QDateTime

from plugin.core.arcade.syntax.tree import NotRead
from plugin.core.arcade.translate import translate
from plugin.layers.base.expressions import feature_fields, text_expression_of

RECORD = json.loads((Path(__file__).parent / "values.json").read_text("utf-8"))
COLUMNS = "OBJECTID:integer n:double i:integer s:string t:string d:datetime c:integer"
SERVICE = {"fields": [{**field, "domain": field.get("domain")} for field in RECORD["fields"]]}
# Infinity times 100 is more than QGIS can hold: nothing is shown.
NOTHING = {('Round($feature.n / $feature.i * 100, 1) + "%"', 3)}
# In the summer of 1946 the browser's clock is an hour off the time zone database's.
ODD_CLOCKS = {('DateAdd($feature.d, $feature.i, "months")', 5)}


@pytest.fixture
def in_berlin(monkeypatch):
    """The time zone that the answers were recorded in."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def rows(in_berlin):
    """A layer and its features with the attributes of the record."""
    uri = "Point?" + "&".join(f"field={column}" for column in COLUMNS.split())
    layer = QgsVectorLayer(uri, "rows", "memory")
    features = []
    for attributes in RECORD["rows"]:
        feature = QgsFeature(layer.fields(), attributes["OBJECTID"])
        for name, value in attributes.items():
            is_date = name == "d" and value is not None
            feature[name] = QDateTime.fromMSecsSinceEpoch(value).toUTC() if is_date else value
        features.append(feature)
    return layer, features


def evaluate(text, layer, feature):
    return next(evaluated(text, layer, [feature]))


def evaluated(text, layer, features):
    """What an expression is worth for each feature."""
    expression = QgsExpression(text)
    assert not expression.hasParserError(), expression.parserErrorString()
    context = QgsExpressionContext()
    context.setFields(layer.fields())
    for feature in features:
        context.setFeature(feature)
        yield expression.evaluate(context)


def translated(script, fields):
    try:
        return translate(script, fields).text
    except NotRead:
        return None


def same(answer, got):
    """True where QGIS' value is the recorded one; nothing stands for NaN and for failures."""
    if answer is None or answer[0] == "error":
        return got is None or got == NULL
    kind, want = answer
    if kind == "number" and isinstance(want, str):
        return got is None or got == NULL or abs(got) > 1e308
    if kind == "number":
        # Null + null is the number 0 in Arcade, and a text “0” here, where texts are added.
        return math.isclose(float(got), want, rel_tol=1e-12, abs_tol=1e-12)
    if kind == "boolean":
        return got in (0, 1) and bool(got) == want
    if kind == "date":
        return got.toMSecsSinceEpoch() == want
    return kind == "text" and got == want


def test_every_answer_of_the_record(rows):
    layer, features = rows
    fields = feature_fields(layer.fields(), SERVICE)
    read, wrong = 0, []
    for entry in RECORD["answers"]:
        text = translated(entry["expression"], fields)
        if text is None:
            continue
        read += 1
        if entry["values"] == "error":
            wrong.append((entry["expression"], "is no Arcade"))
            continue
        for feature, answer, got in zip(features, entry["values"], evaluated(text, layer, features)):
            here = (entry["expression"], feature["OBJECTID"])
            excepted = here in ODD_CLOCKS or (here in NOTHING and got is None)
            if not (excepted or same(answer, got)):
                wrong.append((entry["expression"], feature["OBJECTID"], answer, got))
    assert wrong == []
    # What is read must not shrink unseen.
    assert read >= 1_000


@pytest.mark.parametrize(
    ("script", "shown"),
    [
        ("$feature.n", ["2.5", None, "-0.5", "1234567.125", "-2.345"]),
        ("$feature.n * 400000", ["1000000", "0", "-200000", "493826850000", "-938000.0000000001"]),
        ("$feature.s", ["abc", None, "", "apple,kiwi,plum", "Ünï <b>'q\" %]"]),
        ("$feature.n > 1", ["true", "false", "false", "true", "false"]),
        ("Floor(DateDiff($feature.d, Date(0), 'days'))", ["18628", "NaN", "0", "18713", "-11575"]),
        (
            'IIf(IsEmpty($feature.n), "none", $feature.n)',
            ["2.5", "none", "-0.5", "1234567.125", "-2.345"],
        ),
        (
            "if ($feature.n == null)\nreturn null\nElse return $feature.n\n",
            ["2.5", None, "-0.5", "1234567.125", "-2.345"],
        ),
    ],
)
def test_what_a_script_shows(rows, script, shown):
    layer, features = rows
    losses = []
    text = text_expression_of(script, layer.fields(), losses)
    assert losses == []
    assert [evaluate(text, layer, feature) or None for feature in features] == [one or None for one in shown]


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("Hash($feature.s)", "“hash”"),
        ("$feature.gone", "“gone”"),
        ("var t = 1; while (t < $feature.n) { t += 1 } t", "only where their end is known"),
        ("var t = 1; for (var i in Split($feature.s, ',')) { t = t * 2 } t", "in one pass"),
        ("var a = [1]; a[$feature.i] = 2; a[0]", "position"),
        ("[1, $feature.n]", "return a list"),
        ("FeatureSetByName($map, 'x')", "“$map”"),
        ("$feature.s ? 1 : 2", "not valid"),
        ("Text($feature.n, '0.0.0')", "“0.0.0”"),
    ],
)
def test_what_is_not_read_says_why(rows, script, reason):
    losses = []
    assert text_expression_of(script, rows[0].fields(), losses) is None
    (loss,) = losses
    assert reason in loss.text


def test_what_is_no_script_at_all(rows):
    assert text_expression_of(None, rows[0].fields(), []) is None


def test_the_corpus_is_read_or_refused_by_name(rows, samples):
    """Most scripts of real maps are read; the others ask for other layers, loops or time itself."""
    scripts = {text for file in sorted((samples / "webmap").rglob("*.json")) for text in _scripts(file)}
    assert len(scripts) > 50
    refused = []
    for script in scripts:
        losses = []
        fields = _with_fields_of(script)
        if text_expression_of(script, fields, losses) is None:
            assert len(losses) == 1
            refused.append((script[:60], losses[0].text))
    assert len(refused) <= 12, refused


def _scripts(file):
    def walk(value):
        if isinstance(value, dict):
            yield from (
                value[key] for key in ("expression", "valueExpression") if isinstance(value.get(key), str)
            )
            value = list(value.values())
        for one in value if isinstance(value, list) else ():
            yield from walk(one)

    yield from walk(json.loads(file.read_text("utf-8")))


DATES = ("date", "timestamp", "next", "eventstart", "lastserviced", "resolutiondt")
NUMBERS = ("wait", "heading", "speed", "pop")


def _with_fields_of(script):
    """A layer's fields for a script: all that it asks for, of the type that the name speaks of."""
    names = {(a or b).lower() for a, b in re.findall(r"""\$feature(?:\.(\w+)|\[["'](\w+)["']\])""", script)}

    def kind(name):
        return (
            "datetime" if any(word in name for word in DATES)
            else "double" if any(word in name for word in NUMBERS)
            else "string"
        )  # fmt: skip

    uri = "&".join(f"field={name}:{kind(name)}" for name in sorted(names)) or "field=x:string"
    return QgsVectorLayer(f"None?{uri}", "corpus", "memory").fields()
