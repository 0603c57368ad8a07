"""Web map JSON as values: kinds, roles, order, offline settings, and odd input."""

import json

import pytest

from plugin.core.errors import BrokenAnswer
from plugin.core.web_map import LayerKind, LayerRole, OfflineSettings, parse_web_map

SERVICE = "https://example.org/arcgis/rest/services/Town/FeatureServer"


def feature_layer(number, **members):
    return {
        "id": f"layer{number}",
        "title": f"Layer {number}",
        "layerType": "ArcGISFeatureLayer",
        "url": f"{SERVICE}/{number}",
        **members,
    }


def test_layers_keep_their_order_groups_and_numbers():
    group = {
        "id": "g",
        "title": "Group",
        "layerType": "GroupLayer",
        "layers": [feature_layer(1), feature_layer(2)],
    }
    web_map = parse_web_map({"operationalLayers": [feature_layer(0), group]}, "Town")
    assert [layer.id for layer in web_map.walk()] == ["layer0", "g", "layer1", "layer2"]
    assert web_map.layers[1].layers[1].layer_id == 2
    assert web_map.layers[1].layers[1].service_url == SERVICE


def test_a_layer_says_how_it_is_drawn():
    layer = parse_web_map(
        {
            "operationalLayers": [
                feature_layer(0, visibility=False, opacity=0.4, layerDefinition={"minScale": 5000})
            ]
        },
        "Town",
    ).layers[0]
    assert (layer.visible, layer.opacity, layer.min_scale, layer.max_scale) == (False, 0.4, 5000.0, 0.0)


def test_a_scale_on_the_layer_goes_before_one_in_its_definition():
    json_ = feature_layer(0, minScale=100, layerDefinition={"minScale": 5000})
    assert parse_web_map({"operationalLayers": [json_]}, "Town").layers[0].min_scale == 100.0


@pytest.mark.parametrize(
    ("json_", "kind"),
    [
        (feature_layer(0), LayerKind.FEATURES),
        ({"layerType": "SubtypeGroupLayer", "url": f"{SERVICE}/3"}, LayerKind.FEATURES),
        ({"layerType": "ArcGISTiledMapServiceLayer", "url": "https://x/MapServer"}, LayerKind.TILES),
        ({"layerType": "ArcGISTiledImageServiceLayer", "url": "https://x/ImageServer"}, LayerKind.TILES),
        (
            {
                "layerType": "VectorTileLayer",
                "styleUrl": "https://x/VectorTileServer/resources/styles/root.json",
            },
            LayerKind.VECTOR_TILES,
        ),
        ({"layerType": "ArcGISMapServiceLayer", "url": "https://x/MapServer"}, LayerKind.ONLINE_ONLY),
        ({"layerType": "ArcGISFeatureLayer", "featureCollection": {}}, LayerKind.ONLINE_ONLY),
        ({"layerType": "CSV", "url": "https://x/a.csv"}, LayerKind.ONLINE_ONLY),
        ({"url": f"{SERVICE}/4"}, LayerKind.FEATURES),
        ({"layerType": 7, "url": f"{SERVICE}/4"}, LayerKind.FEATURES),
        ({}, LayerKind.ONLINE_ONLY),
    ],
)
def test_the_kind_says_how_a_layer_goes_offline(json_, kind):
    assert parse_web_map({"operationalLayers": [json_]}, "Town").layers[0].kind is kind


def test_the_service_of_vector_tiles_comes_from_their_style():
    style = {"layerType": "VectorTileLayer", "styleUrl": "https://x/a/VectorTileServer/resources/styles/"}
    assert (
        parse_web_map({"operationalLayers": [style]}, "Town").layers[0].url == "https://x/a/VectorTileServer"
    )


def test_basemap_reference_layers_and_tables_have_their_roles():
    web_map = parse_web_map(
        {
            "baseMap": {
                "title": "Imagery",
                "baseMapLayers": [
                    {"id": "b", "url": "https://x/World/MapServer"},
                    {"id": "r", "url": "https://x/Labels/MapServer", "isReference": True},
                ],
            },
            "operationalLayers": [],
            "tables": [{"id": "t", "title": "Visits", "url": f"{SERVICE}/9"}],
        },
        "Town",
    )
    assert web_map.basemap_title == "Imagery"
    assert [(layer.role, layer.kind) for layer in web_map.walk()] == [
        (LayerRole.BASEMAP, LayerKind.TILES),
        (LayerRole.REFERENCE, LayerKind.TILES),
        (LayerRole.TABLE, LayerKind.FEATURES),
    ]


def test_offline_settings_are_the_authors_or_absent():
    offline = {
        "editableLayers": {"download": "features", "sync": "uploadFeaturesAndAttachments"},
        "readonlyLayers": {"downloadAttachments": False},
        "offlinebasemap": {"referenceBasemapName": "Local.tpk"},
    }
    web_map = parse_web_map({"operationalLayers": [], "applicationProperties": {"offline": offline}}, "Town")
    assert web_map.offline == OfflineSettings("features", "uploadFeaturesAndAttachments", False, "Local.tpk")
    assert parse_web_map({"operationalLayers": []}, "Town").offline is None
    assert (
        parse_web_map({"operationalLayers": [], "applicationProperties": {"offline": {}}}, "Town").offline
        == OfflineSettings()
    )


@pytest.mark.parametrize("value", [None, [], "text", {"operationalLayers": {}}, 5])
def test_what_is_no_web_map_is_refused_by_name(value):
    with pytest.raises(BrokenAnswer, match="“Town”"):
        parse_web_map(value, "Town")


def test_members_of_wrong_types_do_not_hide_other_layers():
    odd = {"title": 5, "opacity": "x", "visibility": None, "layers": 3, "layerType": "GroupLayer", "url": []}
    web_map = parse_web_map({"operationalLayers": [odd, 7, None, feature_layer(0)], "tables": "no"}, "Town")
    assert [layer.title for layer in web_map.layers] == ["layer", "Layer 0"]
    assert web_map.layers[0].opacity == 1.0


def test_groups_nested_without_end_are_cut():
    json_ = feature_layer(0)
    for _ in range(60):
        json_ = {"layerType": "GroupLayer", "layers": [json_]}
    assert sum(1 for _ in parse_web_map({"operationalLayers": [json_]}, "Town").walk()) < 20


@pytest.mark.parametrize("end", ["/7", "//7", "/7/", "/7?token=x", "/7 "])
def test_the_number_of_a_layer_is_read_however_its_address_ends(end):
    json_ = {"id": "a", "layerType": "ArcGISFeatureLayer", "url": f"https://x.org/Town/FeatureServer{end}"}
    (layer,) = parse_web_map({"operationalLayers": [json_]}, "Town").layers
    assert (layer.layer_id, layer.service_url) == (7, "https://x.org/Town/FeatureServer")


def test_every_web_map_of_the_corpus_is_read(samples):
    files = sorted((samples / "webmap/webmaps").glob("*.json"))
    for file in files:
        web_map = parse_web_map(json.loads(file.read_text("utf-8")), file.stem)
        assert all(layer.kind for layer in web_map.walk())
    assert len(files) > 5


def test_every_layer_has_an_id_of_its_own():
    """Reports name layers by id; web maps of old tools have some twice, or none."""
    group = {"layerType": "GroupLayer", "id": "a", "layers": [{"id": "a"}, {"title": "T"}]}
    json = {"operationalLayers": [{"id": "a"}, group, {}], "tables": [{"id": "a", "title": "Table"}]}
    web_map = parse_web_map(json, "Map")
    assert [layer.id for layer in web_map.walk()] == ["a", "a (2)", "a (3)", "layer", "layer (2)", "a (4)"]
    assert [layer.title for layer in web_map.walk()] == ["a", "a", "a", "T", "layer (2)", "Table"]
