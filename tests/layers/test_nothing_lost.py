"""Whatever an author writes into labels, popups and forms is kept, or named in the report.

Every object of the corpus gets a member that nobody knows, one at a time: the report has to name
it. So no member can be left out unseen, whichever the next version of a portal brings.
"""

import copy
import json

import pytest
from qgis.core import QgsVectorLayer

from plugin.layers.forms.forms import set_form
from plugin.layers.labels.labels import make_labeling
from plugin.layers.popups.popups import set_popup

from .test_forms import FORM

UNKNOWN = "zzUnknown"
# Charts and pictures are named as such; what is in them goes with them.
WHOLE = ("value",)


@pytest.fixture
def layer():
    """A layer; most fields that the corpus asks for are missing in it."""
    uri = "Point?field=NAME:string&field=KIND:integer&field=SIZE:double&field=BUILT:datetime"
    return QgsVectorLayer(uri, "points", "memory")


def places(value, path=()):
    """The paths of all objects in a JSON value."""
    if isinstance(value, dict):
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in inner:
        if key not in WHOLE:
            yield from places(member, (*path, key))


def with_unknown(value, path):
    changed = copy.deepcopy(value)
    place = changed
    for key in path:
        place = place[key]
    place[UNKNOWN] = "x"
    return changed


def kinds_of_places(values):
    """One value and path for each kind of place: where it is, without the numbers of lists."""
    found = {}
    for value in values:
        for path in places(value):
            found.setdefault(tuple(key for key in path if isinstance(key, str)), (value, path))
    return found


def corpus(samples, folder, member):
    """The samples of a folder, and what stands under that name in layers and web maps."""

    def inside(value):
        if isinstance(value, dict):
            yield from ([value[member]] if member in value else [])
            value = list(value.values())
        for one in value if isinstance(value, list) else ():
            yield from inside(one)

    for file in sorted((samples / "webmap" / folder).glob("*.json")):
        yield json.loads(file.read_text("utf-8"))
    for file in sorted((samples / "webmap").glob("[lw]*s/*.json")):
        yield from inside(json.loads(file.read_text("utf-8")))


def labels_of(layer, value):
    losses = []
    make_labeling(value, layer.geometryType(), layer.fields(), losses)
    return losses


def popup_of(layer, value):
    losses = []
    set_popup(layer, {"popupInfo": value}, {}, losses)
    return losses


def form_of(layer, value):
    losses = []
    set_form(layer, {"formInfo": value}, {}, losses)
    return losses


def check(layer, values, report):
    kinds = kinds_of_places(values)
    for kind, (value, path) in kinds.items():
        losses = report(layer, with_unknown(value, path))
        named = {key for loss in losses for key in str(loss.values.get("keys", "")).split(", ")}
        # What is inside of a member that is named itself goes with it.
        assert {".".join((*kind, UNKNOWN)), ".".join(kind)} & named, kind
    return kinds


def test_labels(layer, samples):
    def known(value):
        """The same classes, on fields of the layer: a class that is not read says nothing of its parts."""
        classes = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
        kept = [{**one, "labelExpression": "[NAME]", "where": None} for one in classes if one.get("symbol")]
        for one in kept:
            if "labelExpressionInfo" in one:
                one["labelExpressionInfo"] = {"value": "{NAME}"}
        return kept

    values = [known(value) for value in corpus(samples, "labeling", "labelingInfo")]
    kinds = check(layer, [value for value in values if value], labels_of)
    assert {(), ("labelExpressionInfo",), ("symbol",), ("symbol", "font"), ("fieldInfos", "format")} <= set(
        kinds
    )


def test_popups(layer, samples):
    values = [value for value in corpus(samples, "popup", "popupInfo") if isinstance(value, dict)]
    assert len(values) > 60
    kinds = check(layer, values, popup_of)
    assert {(), ("fieldInfos",), ("fieldInfos", "format"), ("expressionInfos",), ("popupElements",)} <= set(
        kinds
    )


def test_forms(layer):
    kinds = check(layer, [FORM], form_of)
    assert {(), ("formElements",), ("formElements", "formElements"), ("expressionInfos",)} <= set(kinds)


def test_nothing_of_the_corpus_raises_and_every_key_is_kept_or_named(layer, samples):
    """Popups and labels as they are: what is not kept is told in whole sentences, with nothing left open."""
    for folder, member, report in (("labeling", "labelingInfo", labels_of), ("popup", "popupInfo", popup_of)):
        for value in corpus(samples, folder, member):
            for loss in report(layer, value):
                assert loss.text.endswith("."), loss.text
                assert "{" not in loss.template.format(**dict.fromkeys(loss.values, ""))
