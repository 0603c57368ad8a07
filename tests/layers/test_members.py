"""No member of a web map, a layer or a service is lost unseen: each is kept, harmless, or in the report.

The other way round as well: what the code calls kept has to change the project or the report.
"""

import copy

import pytest

from plugin.layers.project.members import KEPT, SAYS_NOTHING
from plugin.layers.project.project import write_project

from .build import feature_layer, losses_of, tile_layer
from .portrait import portrait

UNKNOWN = "zzUnknown"
MERCATOR = {"wkid": 3857}
EXTENT = {"xmin": 0, "ymin": 0, "xmax": 1000, "ymax": 1000, "spatialReference": MERCATOR}
SLIDER = {"startTime": 0, "endTime": 1000, "timeStopInterval": {"interval": 1, "units": "esriTimeUnitsDays"}}
CENTRE = {
    "drawingInfo": {"renderer": {"type": "simple", "symbol": {"type": "esriSMS", "color": [9, 9, 9, 255]}}}
}
WEB_MAP = {
    "operationalLayers": [
        feature_layer("points", layerDefinition=CENTRE),
        {"id": "g", "title": "G", "layerType": "GroupLayer", "layers": [feature_layer("lines")]},
    ],
    "tables": [feature_layer("table")],
    "baseMap": {"title": "Base", "baseMapLayers": [tile_layer("ground")]},
    "bookmarks": [{"name": "B", "extent": EXTENT, "viewpoint": {"targetGeometry": EXTENT}}],
    "initialState": {"viewpoint": {"targetGeometry": EXTENT}},
    "widgets": {"timeSlider": {"properties": SLIDER}},
    "background": {"color": [10, 20, 30, 255]},
    "spatialReference": MERCATOR,
}
# Places whose members are accounted for elsewhere, or that are geometry.
ELSEWHERE = ("renderer", "targetGeometry", "extent", "spatialReference", "timeStopInterval")


@pytest.fixture
def town(town):
    town.mbtiles("ground")
    return town


def told(report):
    """Every sentence of a report."""
    losses = [loss for entry in report.layers for loss in entry.losses]
    return [loss.text for loss in (*losses, *report.notices)]


def places(value, path=()):
    """The paths of the objects whose members this module answers for."""
    if isinstance(value, dict):
        yield path
        inner = [(key, child) for key, child in value.items() if key not in ELSEWHERE]
    else:
        inner = enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield from places(child, (*path, key))


def at(value, path):
    for key in path:
        value = value[key]
    return value


@pytest.mark.parametrize("path", list(places(WEB_MAP)), ids=lambda path: ".".join(map(str, path)) or "map")
@pytest.mark.parametrize("value", ["x", {"a": 1}, [1], 7, True])
def test_an_unknown_member_is_named_wherever_it_stands(town, path, value):
    changed = copy.deepcopy(WEB_MAP)
    at(changed, path)[UNKNOWN] = value
    found = told(write_project(town.map(changed), town.project))
    assert any(UNKNOWN in sentence for sentence in found), found


def test_an_unknown_member_of_a_service_is_named(town):
    town.services["points"] = {
        UNKNOWN: 1,
        "supportsUnknown": True,
        "drawingInfo": {**CENTRE["drawingInfo"], "zzToo": 1},
    }
    report = write_project(town.map(WEB_MAP), town.project)
    assert "Settings that are not kept: service.drawingInfo.zzToo, service.zzUnknown." in losses_of(
        report, "points"
    )


def test_a_map_without_surprises_reports_nothing_of_its_members(town):
    assert not [
        sentence
        for sentence in told(write_project(town.map(WEB_MAP), town.project))
        if "Settings" in sentence
    ]


def test_what_says_nothing_is_not_reported(town):
    changed = copy.deepcopy(WEB_MAP)
    layer, definition = changed["operationalLayers"][0], changed["operationalLayers"][0]["layerDefinition"]
    for place, kind in (
        (changed, "map"),
        (layer, "layer"),
        (definition, "definition"),
        (definition["drawingInfo"], "drawing"),
    ):
        for names in SAYS_NOTHING[kind].values():
            place.update((name, {"a": 1}) for name in names.split() if name not in place)
    town.services["points"] = {
        name: {"a": 1} for names in SAYS_NOTHING["service"].values() for name in names.split()
    }
    before = told(write_project(town.map(WEB_MAP), town.project))
    assert told(write_project(town.map(changed), town.project)) == before


def test_no_member_is_both_kept_and_said_to_say_nothing():
    for kind, names in KEPT.items():
        nothing = " ".join(SAYS_NOTHING.get(kind, {}).values()).split()
        assert len(nothing) == len(set(nothing)), kind
        assert not set(names.split()) & set(nothing), kind


OTHER_EXTENT = {**EXTENT, "xmax": 500}
LABELS = [{"labelExpression": "[NAME]", "symbol": {"type": "esriTS", "font": {"size": 9}}}]
# One value for every member that is called kept, on the points of WEB_MAP (or the map, or their service).
CHANGES = {
    "layer": {
        "id": "other",
        "title": "Other",
        "layerType": "GroupLayer",
        "type": None,
        "url": feature_layer("lines")["url"],
        "path": None,
        "styleUrl": None,
        "visibility": False,
        "opacity": 0.5,
        "minScale": 1000,
        "maxScale": 10,
        "popupInfo": {"title": "{NAME}"},
        "formInfo": {"formElements": [{"type": "field", "fieldName": "NAME"}]},
        "disablePopup": None,
        "showLabels": None,
        "showLegend": False,
        "listMode": "hide",
        "timeAnimation": None,
        "blendMode": "multiply",
        "effect": [{"type": "blur", "radius": 2}],
        "featureEffect": {
            "filter": {"where": "KIND = 1"},
            "excludedEffect": [{"type": "opacity", "amount": 0.5}],
        },
        "isReference": None,
        "visibilityMode": None,
        "subtypeCode": None,
        "layerDefinition": {},
        "layers": [{"id": "x"}],
    },
    "definition": {
        "definitionExpression": "KIND = 1",
        "minScale": 1000,
        "maxScale": 10,
        "drawingInfo": {},
        "featureReduction": {"type": "cluster", "clusterRadius": 50},
        "orderBy": [{"field": "KIND"}],
    },
    "drawing": {"renderer": None, "labelingInfo": LABELS, "transparency": 50},
}
# Members that need another one beside them, or say something on another kind of layer only.
TOGETHER = [
    ("disablePopup", {"popupInfo": {"title": "T"}}, {"disablePopup": True}),
    ("showLabels", {"layerDefinition": {"drawingInfo": {"labelingInfo": LABELS}}}, {"showLabels": False}),
]


def seen(town, web_map):
    """What a user sees of a web map, and what is told of it."""
    report = write_project(town.map(web_map), town.project)
    from qgis.core import QgsProject  # noqa: PLC0415 - beside its only use

    project = QgsProject()
    assert project.read(str(town.project))
    view = project.viewSettings().defaultViewExtent().toString()
    span = project.timeSettings().temporalRange()
    whole = (
        view,
        span.begin().toString(),
        project.crs().authid(),
        project.backgroundColor().name(),
        [one.name() for one in project.bookmarkManager().bookmarks()],
    )
    return portrait(project.layerTreeRoot(), town.folder), whole, told(report)


def test_the_same_map_is_seen_the_same(town):
    assert seen(town, WEB_MAP) == seen(town, copy.deepcopy(WEB_MAP))


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind, values in CHANGES.items() for name, value in values.items() if value is not None],
)
def test_what_is_called_kept_changes_what_is_seen(town, kind, name):
    changed = copy.deepcopy(WEB_MAP)
    layer = changed["operationalLayers"][0]
    place = {
        "layer": layer,
        "definition": layer["layerDefinition"],
        "drawing": layer["layerDefinition"]["drawingInfo"],
    }
    place[kind][name] = CHANGES[kind][name]
    assert seen(town, changed) != seen(town, WEB_MAP)


@pytest.mark.parametrize(("name", "before", "after"), TOGETHER)
def test_members_that_need_others_change_what_is_drawn(town, name, before, after):
    def web_map(**members):
        return {"operationalLayers": [feature_layer("points", **members)]}

    assert seen(town, web_map(**before)) != seen(town, web_map(**before, **after))


@pytest.mark.parametrize("name", KEPT["map"].split())
def test_members_of_the_map_change_what_is_drawn(town, name):
    changed = copy.deepcopy(WEB_MAP)
    changed[name] = {"spatialReference": {"wkid": 4326}}.get(
        name, [] if isinstance(changed[name], list) else {}
    )
    assert seen(town, changed) != seen(town, WEB_MAP)


def test_every_member_that_is_called_kept_has_a_proof():
    for kind, values in CHANGES.items():
        assert set(values) == set(KEPT[kind].split()), kind


@pytest.mark.parametrize("number", [10**400, -(10**400), float("nan"), float("inf"), True, "1", [], {}])
def test_numbers_that_are_none_hurt_nobody(town, number):
    labels = [{**LABELS[0], "minScale": number, "maxScale": number}]
    drawing = {**CENTRE["drawingInfo"], "transparency": number, "labelingInfo": labels}
    members = {"opacity": number, "minScale": number, "maxScale": number}
    layer = feature_layer("points", layerDefinition={**members, "drawingInfo": drawing}, **members)
    town.services["points"] = {**members, "drawingInfo": {"transparency": number}}
    report = write_project(town.map({"operationalLayers": [layer]}), town.project)
    assert not report.layer_errors
