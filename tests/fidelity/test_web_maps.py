"""Every web map and every layer that is known, as a project: saved, moved, and read again.

What is expected is read from the JSON here, by other code than the product's.
"""

import copy
import json
import shutil

import pytest
from qgis.core import QgsLayerTree, QgsMapRendererSequentialJob, QgsMapSettings, QgsProject, QgsRectangle
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QSize

from plugin.layers.base.identity import LAYER_ID
from plugin.layers.project.members import SAYS_NOTHING
from plugin.layers.project.project import write_project
from tests.conftest import SAMPLES

from .web_maps import make_offline_map, service_map

UNKNOWN = "zzUnknown"
FILES = [
    *sorted((SAMPLES / "webmap" / "webmaps").glob("*.json")),
    *sorted((SAMPLES / "webmap" / "layers").glob("*.json")),
]
FEATURES = ("ArcGISFeatureLayer", None)
# Accounted for by tests of their own, or geometry; members that say nothing, and what is in them.
ELSEWHERE = {
    *("popupInfo", "formInfo", "renderer", "labelingInfo", "featureReduction", "effect", "targetGeometry"),
    *(
        "extent",
        "fields",
        "types",
        "templates",
        "relationships",
        "featureCollection",
        "environment",
        "camera",
    ),
    *("thumbnail", "timeStopInterval", "editFieldsInfo", "geometryProperties", "elevationLayers"),
    *(name for kind in SAYS_NOTHING.values() for names in kind.values() for name in names.split()),
}

pytestmark = pytest.mark.skipif(
    not FILES, reason="the sample web maps (../shared/samples) are not on this machine"
)


@pytest.fixture(params=FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def sample(request):
    """(web map, JSON of its one layer's service or nothing)"""
    content = json.loads(request.param.read_text("utf-8"))
    for number, layer in enumerate(feature_layers(content)):
        layer.setdefault("id", f"layer {number}")  # some were collected without
    return (service_map(content), content) if request.param.parent.name == "layers" else (content, {})


@pytest.fixture
def tiles(samples):
    return samples / "tiles" / "testvtpk.vtpk"


def read(file):
    project = QgsProject()
    assert project.read(str(file)), project.error()
    return project


def feature_layers(web_map):
    """The JSON of layers that have a table, groups opened."""
    for layer in web_map.get("operationalLayers") or []:
        if layer.get("layerType") == "GroupLayer":
            yield from feature_layers({"operationalLayers": layer.get("layers")})
        elif layer.get("layerType") in FEATURES and (layer.get("url") or "").split("/")[-1].isdigit():
            yield layer


def close(one, other):
    return abs(one - other) < 1e-6


def check_layer(project, layer, service, losses):
    (made,) = (one for one in project.mapLayers().values() if one.customProperty(LAYER_ID) == layer["id"])
    assert made.isValid()
    assert made.name() == (layer.get("title") or layer["id"])
    node = project.layerTreeRoot().findLayer(made)
    if not node.parent().isMutuallyExclusive():
        assert node.itemVisibilityChecked() == (layer.get("visibility") is not False)
    definition = layer.get("layerDefinition") or {}
    own, theirs = definition.get("drawingInfo") or {}, service.get("drawingInfo") or {}
    transparency = own.get("transparency", None if "opacity" in layer else theirs.get("transparency")) or 0
    assert close(made.opacity(), layer.get("opacity", 1) * (1 - transparency / 100))
    for side, scale in (("minScale", made.minimumScale()), ("maxScale", made.maximumScale())):
        stated = layer.get(side, definition.get(side, service.get(side)))
        stated = stated if isinstance(stated, (int, float)) else 0
        assert close(scale, stated) or not (stated or made.hasScaleBasedVisibility())
    condition = definition.get("definitionExpression")
    assert bool(made.subsetString()) == bool(condition) or "filter" in losses
    assert made.featureCount() >= 0
    popup = layer.get("popupInfo")
    assert bool(made.mapTipTemplate()) == isinstance(popup, dict)
    if popup:
        assert made.mapTipsEnabled() == (layer.get("disablePopup") is not True)
    if made.isSpatial():
        assert made.renderer() is not None
        labels = own.get("labelingInfo", theirs.get("labelingInfo"))
        assert (made.labeling() is not None) == bool(labels) or "labels" in losses
    fields = {field.name().casefold(): field for field in made.fields()}
    for field in service.get("fields") or []:
        if field.get("alias") and field["name"].casefold() in fields and not popup:
            assert fields[field["name"].casefold()].alias() in (field["alias"], "")


def test_it_becomes_a_project_that_can_be_moved(sample, tiles, tmp_path):
    web_map, service = sample
    report = write_project(
        make_offline_map(web_map, tmp_path / "a", service, tiles), tmp_path / "a/qgis/offline_map.qgz"
    )
    assert not report.layer_errors
    assert not report.table_errors
    shutil.move(tmp_path / "a", tmp_path / "moved & 100 ü")
    project = read(tmp_path / "moved & 100 ü" / "qgis" / "offline_map.qgz")
    try:
        losses = {entry.layer.id: {loss.code for loss in entry.losses} for entry in report.layers}
        layers = list(feature_layers(web_map))
        for layer in layers:
            check_layer(project, layer, service, losses[layer["id"]])
        root = project.layerTreeRoot()
        (group,) = [node for node in root.children() if QgsLayerTree.isGroup(node)]
        order = [node.layer().customProperty(LAYER_ID) for node in group.findLayers()]
        known = [layer["id"] for layer in layers]
        assert [one for one in order if one in known] == known[::-1]
        names = [one.name() for one in project.bookmarkManager().bookmarks()]
        assert names == [one.get("name", "") for one in web_map.get("bookmarks") or []]
        assert project.crs().isValid()
        assert not project.viewSettings().defaultViewExtent().isEmpty()
        draw(project)
    finally:
        sip.delete(project)


def draw(project):
    settings = QgsMapSettings()
    settings.setLayers(project.layerTreeRoot().checkedLayers())
    settings.setDestinationCrs(project.crs())
    settings.setOutputSize(QSize(100, 100))
    settings.setExtent(QgsRectangle(project.viewSettings().defaultViewExtent()))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    assert not job.errors()


def places(value, path=()):
    """The paths of objects, one for each kind of place."""
    if isinstance(value, dict):
        yield path
        for key, child in value.items():
            if key not in ELSEWHERE:
                yield from places(child, (*path, key))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*path, 0))


def at(value, path):
    for key in path:
        value = value[key]
    return value


def told(web_map, service, folder, tiles):
    report = write_project(make_offline_map(web_map, folder, service, tiles), folder / "qgis" / "x.qgz")
    shutil.rmtree(folder)
    return [*(loss for entry in report.layers for loss in entry.losses), *report.notices]


def gone(web_map, path):
    """True inside of layers that are online only: they are named as a whole."""
    for length in range(1, len(path) + 1):
        member = at(web_map, path[:length])
        if isinstance(member, dict) and path[length - 2 : length - 1] in (
            ("operationalLayers",),
            ("layers",),
        ):
            kind, url = member.get("layerType"), member.get("url") or ""
            if kind != "GroupLayer" and (kind not in FEATURES or not url.split("/")[-1].isdigit()):
                return True
    return False


def test_nothing_of_it_is_lost_unseen(sample, tiles, tmp_path):
    """Every object of the JSON gets a member that nobody knows, all at once: each has to be named."""
    web_map, service = copy.deepcopy(sample[0]), copy.deepcopy(sample[1])
    expected = {}
    roots = [(web_map, path) for path in places(web_map)]
    roots += [(service, path) for path in places(service) if service]
    for number, (root, path) in enumerate(roots):
        if root is web_map and gone(web_map, path):
            continue
        expected[f"{UNKNOWN}{number}"] = path
        at(root, path)[f"{UNKNOWN}{number}"] = "x"
    losses = told(web_map, service, tmp_path / "b", tiles)
    named = {key for loss in losses for key in str(loss.values.get("keys", "")).split(", ")}
    named |= {key for loss in losses if "loss" in loss.values for key in str(loss.values["loss"]).split()}
    last = {key.rstrip(".,").rpartition(".")[2] for key in named}
    # What is inside of a member that is named itself goes with it.
    assert not {name: path for name, path in expected.items() if not {name, *map(str, path)} & last}
    assert expected
