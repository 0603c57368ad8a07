"""Features that a web map itself holds, in the many ways in which web maps say so."""

import pytest

from plugin.core.feature_collection import definition_of, held_layer
from plugin.core.web_map import LayerKind, LayerRole, parse_web_map, why_online_only

POINTS = {"layerDefinition": {"name": "Points", "geometryType": "esriGeometryPoint"}, "featureSet": {}}
AREAS = {"layerDefinition": {"name": "Areas", "geometryType": "esriGeometryPolygon"}, "popupInfo": {"t": 1}}


def layer(*held, **members):
    collection = {"layers": [*held], "showLegend": True}
    return {"id": "n", "title": "Notes", "featureCollection": collection, **members}


def read(*layers, **members):
    return parse_web_map({"operationalLayers": [*layers], **members}, "Town")


@pytest.mark.parametrize("kind", ["ArcGISFeatureLayer", "CSV", "KML", "GeoRSS", None])
def test_a_layer_that_holds_its_features_is_one_of_its_own_kind(kind):
    (found,) = read(layer(POINTS, layerType=kind)).layers
    assert (found.kind, found.title, found.layers) == (LayerKind.MAP_FEATURES, "Notes", ())
    assert definition_of(found.json)["geometryType"] == "esriGeometryPoint"


def test_an_imported_file_that_names_where_it_came_from_needs_no_network():
    (found,) = read(layer(POINTS, layerType="CSV", url="https://example.org/a.csv")).layers
    assert found.kind is LayerKind.MAP_FEATURES


@pytest.mark.parametrize("service", [{"url": "https://x/FeatureServer/0"}, {"path": "file:./a.geodatabase"}])
def test_a_service_or_a_package_goes_before_what_a_viewer_cached(service):
    (found,) = read(layer(POINTS, layerType="ArcGISFeatureLayer", **service)).layers
    assert found.kind is LayerKind.FEATURES


@pytest.mark.parametrize("held", [[], [{}], ["text"], [{"layerDefinition": {}, "featureSet": []}]])
def test_what_holds_nothing_is_online_only(held):
    assert read(layer(*held)).layers[0].kind is LayerKind.ONLINE_ONLY


def test_one_layer_keeps_what_the_map_says_of_it_before_what_it_says_itself():
    held = {**AREAS, "visibility": False, "showLegend": False}
    (found,) = read(layer(held, opacity=0.5)).layers
    assert (found.visible, found.opacity, found.json["popupInfo"]) == (False, 0.5, {"t": 1})
    assert found.json["showLegend"] is False
    (found,) = read(layer(held, visibility=True, popupInfo={"t": 2})).layers
    assert (found.visible, found.json["popupInfo"]) == (True, {"t": 2})


def test_the_filter_of_held_features_holds_where_the_map_says_none():
    filtered = {**POINTS, "layerDefinition": {**POINTS["layerDefinition"], "definitionExpression": "FID > 7"}}
    (alone,) = read(layer(filtered, layerDefinition={"minScale": 5})).layers
    assert alone.json["layerDefinition"] == {"definitionExpression": "FID > 7", "minScale": 5}
    (alone,) = read(layer(filtered, layerDefinition={"definitionExpression": "FID < 3"})).layers
    assert alone.json["layerDefinition"] == {"definitionExpression": "FID < 3"}
    areas, points = read(layer(AREAS, filtered)).layers[0].layers
    assert "layerDefinition" not in areas.json
    assert points.json["layerDefinition"] == {"definitionExpression": "FID > 7"}


def test_several_layers_are_a_group_that_draws_the_first_one_first():
    (group,) = read(layer(AREAS, POINTS, opacity=0.5, popupInfo={"t": 2}, visibleLayers=[1])).layers
    assert (group.kind, group.title, group.opacity) == (LayerKind.GROUP, "Notes", 0.5)
    assert [(one.id, one.title, one.kind, one.visible) for one in group.layers] == [
        ("n_0", "Areas", LayerKind.MAP_FEATURES, False),
        ("n_1", "Points", LayerKind.MAP_FEATURES, True),
    ]
    assert [one.json["popupInfo"] for one in group.layers] == [{"t": 1}, {"t": 2}]
    assert [one.opacity for one in group.layers] == [1.0, 1.0]
    assert [held_layer(one.json)["layerDefinition"]["name"] for one in group.layers] == ["Areas", "Points"]
    assert not {"featureCollection", "popupInfo", "visibleLayers"} & set(group.json)


def test_layers_without_a_name_are_numbered():
    (group,) = read(layer({"featureSet": {"features": [{}]}}, POINTS)).layers
    assert [one.title for one in group.layers] == ["Notes 1", "Points"]


def test_they_are_found_in_groups_and_among_the_tables():
    inner = {"id": "g", "layerType": "GroupLayer", "layers": [layer(POINTS)]}
    web_map = read(inner, tables=[layer(POINTS)])
    assert [(one.id, one.kind, one.role) for one in web_map.walk()] == [
        ("g", LayerKind.GROUP, LayerRole.OPERATIONAL),
        ("n", LayerKind.MAP_FEATURES, LayerRole.OPERATIONAL),
        ("n (2)", LayerKind.MAP_FEATURES, LayerRole.TABLE),
    ]


def test_fields_and_kind_are_taken_from_the_features_where_the_definition_has_none():
    held = {"layerDefinition": {"name": "x"}, "featureSet": {"geometryType": "g", "fields": [{"name": "a"}]}}
    (found,) = read(layer(held)).layers
    assert definition_of(found.json) == {"name": "x", "geometryType": "g", "fields": [{"name": "a"}]}


def test_the_legend_can_be_refused_for_all():
    quiet = layer(POINTS)
    quiet["featureCollection"]["showLegend"] = False
    assert read(quiet).layers[0].json["showLegend"] is False


@pytest.mark.parametrize(
    ("json_", "sentence"),
    [
        (
            {
                "title": "Notes",
                "layerType": "ArcGISFeatureLayer",
                "itemId": "0123",
                "type": "Feature Collection",
            },
            "“Notes” shows the features of another portal item, which are available online only.",
        ),
        (
            {"title": "Live", "layerType": "ArcGISMapServiceLayer", "itemId": "0123", "url": "https://x"},
            "“Live” is available online only.",
        ),
        ({"title": "Nothing", "layerType": "ArcGISFeatureLayer"}, "“Nothing” is available online only."),
    ],
)
def test_what_is_not_in_the_map_is_named_as_what_it_is(json_, sentence):
    (found,) = read(json_).layers
    assert (found.kind, why_online_only(found).text) == (LayerKind.ONLINE_ONLY, sentence)
