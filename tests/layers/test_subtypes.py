"""A subtype group: one table, a group of layers, each filtered to its subtype and drawn for itself."""

from .build import feature_layer, losses_of
from .test_project import legend


def symbol(colour):
    return {"drawingInfo": {"renderer": {"type": "simple", "symbol": {"type": "esriSMS", "color": colour}}}}


def subtype(code, **members):
    return {
        "id": f"s{code}",
        "title": f"Kind {code}",
        "subtypeCode": code,
        "layerType": "SubtypeSublayer",
        **members,
    }


def group(*sublayers, **members):
    return {
        "operationalLayers": [
            feature_layer("points", layerType="SubtypeGroupLayer", layers=list(sublayers), **members)
        ]
    }


def test_each_subtype_is_a_layer_of_its_own(town, written):
    town.services["points"] = {"subtypeField": "kind"}
    web_map = group(
        subtype(1, layerDefinition={**symbol([255, 0, 0, 255]), "minScale": 5000}, visibility=False),
        subtype(
            2,
            layerDefinition={**symbol([0, 0, 255, 255]), "definitionExpression": "NAME = 'n2'"},
            opacity=0.5,
        ),
        layerDefinition={"definitionExpression": "SIZE < 9"},
    )
    report, project = written(web_map)
    assert legend(project.layerTreeRoot())[1][1] == ["All points", "Kind 2", "Kind 1"]
    by_id = {
        layer.customProperty("offline_map_areas/layer_id"): layer for layer in project.mapLayers().values()
    }
    assert [one["KIND"] for one in by_id["s1"].getFeatures()] == [1]
    assert [one["KIND"] for one in by_id["s2"].getFeatures()] == [2]
    assert by_id["s1"].renderer().symbol().color().name() == "#ff0000"
    assert by_id["s2"].renderer().symbol().color().name() == "#0000ff"
    assert (by_id["s1"].minimumScale(), by_id["s2"].opacity()) == (5000, 0.5)
    node = project.layerTreeRoot().findLayer(by_id["s1"])
    assert not node.itemVisibilityChecked()
    assert report.layers[0].layer.id == "points"
    assert len(report.layers) == 1
    assert not losses_of(report, "points")


def test_losses_of_a_sublayer_are_those_of_the_group_and_hide_no_other(town, written):
    town.services["points"] = {"subtypeField": "KIND"}
    report, project = written(group(subtype(1, blendMode="hue", zzz=1), subtype(2), zzy=1))
    assert len(project.mapLayers()) == 2
    told = " ".join(losses_of(report, "points"))
    assert "“hue”" in told
    assert "zzz" in told
    assert "zzy" in told


def test_without_a_subtype_field_there_is_one_layer_and_that_is_said(town, written):
    report, project = written(group(subtype(1)))
    assert len(project.mapLayers()) == 1
    assert "The subtypes are shown as one layer." in losses_of(report, "points")
    report, project = written(group())
    assert len(project.mapLayers()) == 1
