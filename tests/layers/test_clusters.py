"""Points that crowd are drawn as clusters with their number, in the author's look or a plain one."""

import pytest
from qgis.core import QgsPointClusterRenderer, QgsRectangle, QgsSimpleMarkerSymbolLayer

from .build import feature_layer, losses_of
from .conftest import colours, draw

RED = [255, 0, 0, 255]
POINTS = {
    "renderer": {
        "type": "simple",
        "symbol": {"type": "esriSMS", "style": "esriSMSCircle", "size": 9, "color": RED},
    }
}
TEXT = {"type": "esriTS", "color": [0, 0, 255, 255], "font": {"family": "DejaVu Sans", "size": 14}}
COUNT = {"symbol": TEXT, "labelExpressionInfo": {"expression": 'Text($feature["cluster_count"], "#,###")'}}
OTHERS = "QGIS forms clusters in its own way, so they contain other features than in the web map."


def layer(reduction, table="points", drawing=POINTS):
    return feature_layer(table, layerDefinition={"drawingInfo": drawing, "featureReduction": reduction})


@pytest.fixture
def made(written):
    def make(reduction, **members):
        report, project = written(
            {"operationalLayers": [layer(reduction, **members)], "spatialReference": {"wkid": 3857}}
        )
        (made,) = project.mapLayers().values()
        return losses_of(report, made.customProperty("offline_map_areas/layer_id")), made, project

    return make


def test_crowded_points_become_one_with_their_number(made):
    green = {"type": "esriSMS", "style": "esriSMSSquare", "size": 30, "color": [0, 255, 0, 255]}
    drawing = {"renderer": {"type": "simple", "symbol": green}, "labelingInfo": [COUNT]}
    losses, made_layer, project = made({"type": "cluster", "clusterRadius": 45, "drawingInfo": drawing})
    assert losses == (OTHERS,)
    renderer = made_layer.renderer()
    assert isinstance(renderer, QgsPointClusterRenderer)
    assert renderer.tolerance() == 45
    far = draw(project, (200, 200), QgsRectangle(-9000, -9000, 9000, 9000))
    assert {(0, 255, 0), (0, 0, 255)} <= colours(far)
    assert (255, 0, 0) not in colours(far)
    near = draw(project, (600, 600), QgsRectangle(0, 0, 1000, 1000))
    assert (255, 0, 0) in colours(near)
    assert (0, 255, 0) not in colours(near)


def test_without_a_look_they_have_the_colour_of_their_features(made):
    losses, _, project = made({"type": "cluster"})
    assert losses == (OTHERS,)
    assert (255, 0, 0) in colours(draw(project, (200, 200), QgsRectangle(-9000, -9000, 9000, 9000)))


def test_what_of_clusters_is_not_kept_is_said(made):
    pie = {"type": "pieChart"}
    other = {**COUNT, "labelExpressionInfo": {"expression": "$feature.SUM"}}
    losses, made_layer, _ = made(
        {
            "type": "cluster",
            "popupInfo": {"title": "x"},
            "drawingInfo": {"renderer": pie, "labelingInfo": [other], "z": 1},
        }
    )
    assert "The symbols of clusters are not kept." in losses
    assert (
        "Settings of clusters that are not kept: drawingInfo.labelingInfo, drawingInfo.z, popupInfo."
        in losses
    )
    symbol = made_layer.renderer().clusterSymbol()
    assert isinstance(symbol.symbolLayer(0), QgsSimpleMarkerSymbolLayer)


@pytest.mark.parametrize(
    ("reduction", "members"),
    [
        ({"type": "binning"}, {}),
        ({"type": "cluster"}, {"table": "polygons", "drawing": {}}),
        (
            {"type": "cluster"},
            {
                "drawing": {
                    "renderer": {
                        "type": "heatmap",
                        "colorStops": [{"ratio": 0, "color": [0, 0, 0, 0]}, {"ratio": 1, "color": RED}],
                    }
                }
            },
        ),
        ({"type": 7}, {}),
    ],
)
def test_where_there_are_none_each_feature_is_shown(made, reduction, members):
    losses, made_layer, _ = made(reduction, **members)
    assert "Features are not clustered; each one is shown." in losses
    assert not isinstance(made_layer.renderer(), QgsPointClusterRenderer)


@pytest.mark.parametrize("reduction", [None, 7, [], {}, {"type": "selection"}])
def test_a_reduction_without_effect_is_no_loss(made, reduction):
    losses, made_layer, _ = made(reduction)
    assert not losses
    assert made_layer.renderer().type() == "singleSymbol"


@pytest.mark.parametrize("size", [-1, 0, 1e9, "x", None, True, float("nan")])
def test_sizes_of_no_sense(made, size):
    _, made_layer, project = made(
        {"type": "cluster", "clusterRadius": size, "clusterMinSize": size, "clusterMaxSize": size}
    )
    assert 0 < made_layer.renderer().tolerance() < 1000
    assert (255, 0, 0) in colours(draw(project, (200, 200), QgsRectangle(-9000, -9000, 9000, 9000)))
