"""Effects, mixing and groups drawn as one, by the colours that they make."""

import pytest
from qgis.core import QgsGroupLayer, QgsMapLayer
from qgis.PyQt.QtGui import QPainter

from .build import feature_layer, losses_of, tile_layer
from .conftest import draw

RED = [200, 60, 60, 255]
EXTENT = {"xmin": 0, "ymin": 0, "xmax": 1000, "ymax": 1000, "spatialReference": {"wkid": 3857}}
INSIDE, OUTSIDE = (125, 375), (20, 20)  # pixels of the first polygon, and of none


def fill(colour):
    symbol = {"type": "esriSFS", "style": "esriSFSSolid", "color": colour, "outline": None}
    return {"drawingInfo": {"renderer": {"type": "simple", "symbol": symbol}}}


def polygons(layer_id="polygons", colour=RED, **members):
    return feature_layer("polygons", layer_id, layerDefinition=fill(colour), **members)


def map_of(*layers):
    return {
        "operationalLayers": list(layers),
        "spatialReference": {"wkid": 3857},
        "initialState": {"viewpoint": {"targetGeometry": EXTENT}},
    }


def group(*layers, **members):
    return {"id": "g", "title": "Group", "layerType": "GroupLayer", "layers": list(layers), **members}


@pytest.fixture
def coloured(written):
    """`coloured(*layers)` is the report and what the pixel in the first polygon shows."""

    def make(*layers, at=INSIDE):
        report, project = written(map_of(*layers))
        return report, draw(project).pixelColor(*at).getRgb()[:3]

    return make


def close(one, other):
    return max(abs(a - b) for a, b in zip(one, other)) <= 3


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        ([{"type": "grayscale", "amount": 1}], (90, 90, 90)),  # as the reference renderer draws it
        ([{"type": "brightness", "amount": 0.5}], (100, 30, 30)),
        ([{"type": "brightness", "amount": 3}], (255, 180, 180)),
        ([{"type": "brightness", "amount": 0}], (0, 0, 0)),
        ([{"type": "contrast", "amount": 0.5}], (164, 94, 94)),
        ([{"type": "contrast", "amount": 0}], (127, 127, 127)),
        ([{"type": "opacity", "amount": 0.5}], (228, 158, 158)),
        ([{"type": "grayscale", "amount": 1}, {"type": "opacity", "amount": 0.5}], (172, 172, 172)),
        ([{"type": "brightness", "amount": 0.5}, {"type": "contrast", "amount": 2}], (73, 0, 0)),
        ([{"type": "saturate", "amount": 0}], (90, 90, 90)),
        ([{"type": "saturate", "amount": 0.5}], (145, 75, 75)),  # so does it, and the next
        ([{"type": "grayscale", "amount": 0.5}], (145, 75, 75)),
        ([{"type": "grayscale", "amount": 0.5}, {"type": "opacity", "amount": 0.5}], (200, 165, 165)),
        ([{"type": "blur", "radius": 2}], (200, 60, 60)),
    ],
)
def test_colours(coloured, effect, expected):
    report, colour = coloured(polygons(effect=effect))
    assert close(colour, expected), colour
    assert not losses_of(report, "polygons")


def test_a_shadow_lies_below_and_falls_to_the_right_and_down(coloured):
    shadow = {"type": "drop-shadow", "xoffset": 30, "yoffset": 30, "blurRadius": 0, "color": [0, 0, 255, 255]}
    # The first polygon takes the pixels 50 to 200 across, 300 to 450 down; 30 points are 40 pixels.
    assert coloured(polygons(effect=[shadow]), at=(225, 475))[1] == (0, 0, 255)
    assert coloured(polygons(effect=[shadow]), at=INSIDE)[1] == (200, 60, 60)
    assert coloured(polygons(effect=[shadow]), at=(30, 290))[1] >= (254, 254, 254)


def test_blur_reaches_beyond_the_edge(coloured):
    _, colour = coloured(polygons(effect=[{"type": "blur", "radius": 6}]), at=(204, 375))
    assert (200, 60, 60) != colour != (255, 255, 255)


def test_what_qgis_cannot_is_said(written):
    effect = [
        {"type": "bloom", "strength": 2},
        {"type": "hue-rotate", "angle": 90},
        {"type": "sepia", "amount": 0},
    ]
    report, _ = written(map_of(polygons(effect=effect)))
    assert losses_of(report, "polygons") == ("Effects that QGIS does not have: bloom, hue-rotate.",)


def test_effects_by_scale_are_those_of_the_largest(coloured):
    stops = [
        {"scale": 100_000, "value": [{"type": "grayscale", "amount": 1}]},
        {"scale": 5000, "value": [{"type": "brightness", "amount": 0.5}]},
    ]
    report, colour = coloured(polygons(effect=stops))
    assert close(colour, (100, 30, 30))
    assert losses_of(report, "polygons") == (
        "Effects that change with the scale are shown as for the largest scale.",
    )


@pytest.mark.parametrize("effect", ["x", 7, [7], [{}], [{"type": []}], [{"type": "blur", "radius": "x"}], {}])
def test_what_is_no_effect_raises_nothing(coloured, effect):
    assert coloured(polygons(effect=effect))[1] == (200, 60, 60)


def test_rasters(town, written):
    town.mbtiles("ground", colour=(200, 60, 60))
    grey = [
        {"type": "grayscale", "amount": 1},
        {"type": "brightness", "amount": 0.5},
        {"type": "blur", "radius": 2},
    ]
    report, project = written(map_of(tile_layer("ground", effect=grey)))
    assert close(draw(project).pixelColor(*INSIDE).getRgb()[:3], (45, 45, 45))
    assert any("no blur" in loss for loss in losses_of(report, "ground"))


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("multiply", (157, 24, 0)),
        ("screen", (243, 136, 60)),
        ("difference", (0, 40, 60)),
        ("exclusion", (86, 113, 60)),
    ],
)
def test_blend_modes(coloured, mode, expected):
    report, colour = coloured(polygons("below", [200, 100, 0, 255]), polygons(blendMode=mode))
    assert close(colour, expected), colour
    assert not losses_of(report, "polygons")


def test_a_blend_mode_without_counterpart_is_said(written):
    report, _ = written(map_of(polygons(blendMode="luminosity")))
    assert losses_of(report, "polygons") == (
        "QGIS has no blend mode “luminosity”; the layer is drawn without one.",
    )


def test_a_group_is_transparent_as_one(coloured):
    """Of two layers over each other in a group of half opacity only the upper one is seen."""
    report, colour = coloured(group(polygons("below", [0, 0, 255, 255]), polygons(), opacity=0.5))
    assert close(colour, (228, 158, 158))
    assert report.notices == ()


def test_members_of_a_group_mix_with_each_other_only(coloured):
    ground = polygons("ground", [0, 255, 0, 255])
    _, colour = coloured(ground, group(polygons("below", [200, 100, 0, 255]), polygons(blendMode="multiply")))
    assert close(colour, (157, 24, 0))
    _, colour = coloured(ground, group(polygons(blendMode="multiply")))
    assert close(colour, (200, 60, 60))


def test_a_group_has_effects_scales_and_losses_of_its_own(written):
    effect = [{"type": "grayscale", "amount": 1}, {"type": "bloom"}]
    report, project = written(map_of(group(polygons(), effect=effect, minScale=100_000, zzz=1)))
    (made,) = [layer for layer in project.mapLayers().values() if isinstance(layer, QgsGroupLayer)]
    (member,) = [layer for layer in project.mapLayers().values() if layer is not made]
    assert (member.minimumScale(), member.maximumScale()) == (100_000, 0)
    assert close(draw(project).pixelColor(*INSIDE).getRgb()[:3], (90, 90, 90))
    assert [loss.text for loss in report.notices] == [
        "“Group”: Settings that are not kept: zzz.",
        "“Group”: Effects that QGIS does not have: bloom.",
    ]


def test_every_mode_survives_a_save(written):
    modes = ("plus", "xor", "source-atop", "destination-out", "color-burn", "soft-light")
    _, project = written(map_of(*(polygons(mode, blendMode=mode) for mode in modes)))
    found = {layer.blendMode() for layer in project.mapLayers().values()}
    assert len(found) == len(modes)
    assert QPainter.CompositionMode.CompositionMode_SourceOver not in found


def test_legend_and_list(written):
    layers = (
        polygons("hidden", listMode="hide"),
        polygons("closed", listMode="hide-children"),
        polygons("plain", showLegend=False),
    )
    _, project = written(map_of(*layers))
    nodes = {
        node.layer().customProperty("offline_map_areas/layer_id"): node
        for node in project.layerTreeRoot().findLayers()
    }
    assert nodes["hidden"].layer().flags() & QgsMapLayer.LayerFlag.Private
    assert not nodes["plain"].layer().flags() & QgsMapLayer.LayerFlag.Private
    assert not nodes["closed"].isExpanded()
    assert nodes["plain"].customProperty("legend/node-order") == "empty"
    assert nodes["closed"].customProperty("legend/node-order") is None


GREY = [{"type": "grayscale", "amount": 1}]
FADED = [{"type": "grayscale", "amount": 1}, {"type": "opacity", "amount": 0.5}]
SECOND = (425, 125)  # a pixel of the second polygon


def effect_on(where, **members):
    return {"filter": {"where": where}, **members}


def test_features_that_meet_the_filter_are_drawn_otherwise(coloured):
    effect = effect_on("KIND = 1", includedEffect=GREY, excludedEffect=FADED)
    report, colour = coloured(polygons(featureEffect=effect))
    assert close(colour, (90, 90, 90))
    assert not losses_of(report, "polygons")
    assert close(coloured(polygons(featureEffect=effect), at=SECOND)[1], (172, 172, 172))
    others = effect_on("KIND = 2", excludedEffect=FADED)
    assert close(coloured(polygons(featureEffect=others))[1], (172, 172, 172))
    assert close(coloured(polygons(featureEffect=others), at=SECOND)[1], (200, 60, 60))


def test_features_without_a_value_are_among_the_others(coloured):
    effect = effect_on("NULLIF(KIND, 1) = 2", excludedEffect=FADED)
    assert close(coloured(polygons(featureEffect=effect))[1], (172, 172, 172))


def test_classes_and_order_stay(written):
    infos = [{"value": number, "symbol": fill(RED)["drawingInfo"]["renderer"]["symbol"]} for number in (1, 2)]
    drawing = {"renderer": {"type": "uniqueValue", "field1": "KIND", "uniqueValueInfos": infos}}
    layer = feature_layer(
        "polygons",
        layerDefinition={"drawingInfo": drawing, "orderBy": [{"field": "KIND"}]},
        effect=[{"type": "brightness", "amount": 0.5}],
        featureEffect=effect_on("KIND = 1", excludedEffect=FADED),
    )
    _, project = written(map_of(layer))
    (made,) = project.mapLayers().values()
    assert [len(branch.children()) for branch in made.renderer().rootRule().children()] == [2, 2]
    assert made.renderer().orderByEnabled()
    image = draw(project)
    assert close(image.pixelColor(*INSIDE).getRgb()[:3], (100, 30, 30))
    assert close(image.pixelColor(*SECOND).getRgb()[:3], (150, 150, 150))


@pytest.mark.parametrize("visible", [True, False])
def test_labels_of_the_others(written, visible):
    labels = [
        {"labelExpression": "[NAME]", "where": "KIND > 0", "symbol": {"type": "esriTS", "font": {"size": 9}}}
    ]
    drawing = {**fill(RED)["drawingInfo"], "labelingInfo": labels}
    effect = effect_on("KIND = 1", excludedEffect=FADED, excludedLabelsVisible=visible)
    _, project = written(
        map_of(feature_layer("polygons", layerDefinition={"drawingInfo": drawing}, featureEffect=effect))
    )
    (made,) = project.mapLayers().values()
    (rule,) = made.labeling().rootRule().children()
    assert ("AND" in rule.filterExpression()) is not visible
    shown = [one["KIND"] for one in made.getFeatures(rule.filterExpression())]
    assert shown == ([1, 2] if visible else [1])


@pytest.mark.parametrize(
    "effect",
    [effect_on("GONE = 1"), {"filter": {"geometry": {}}}, {**effect_on("KIND = 1"), "zz": 1}, {"zz": 1}],
)
def test_what_of_such_effects_is_not_read_is_said(written, effect):
    report, _ = written(map_of(polygons(featureEffect=effect)))
    assert "Effects on some of the features are not shown." in losses_of(report, "polygons")


@pytest.mark.parametrize("effect", [None, {}, 7, "x"])
def test_a_feature_effect_without_effect_is_no_loss(written, effect):
    report, _ = written(map_of(polygons(featureEffect=effect)))
    assert not losses_of(report, "polygons")
