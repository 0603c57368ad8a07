"""Adding an offline map to the project that is open: by Processing and by hand, in one way."""

import gc
import zipfile

import pytest
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsLayerTree,
    QgsLayerTreeModel,
    QgsProcessingAlgorithm,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)
from qgis.gui import QgsLayerTreeView

from plugin.core.errors import Damaged
from plugin.core.notice import notice
from plugin.layers.base.companions import is_companion
from plugin.layers.base.identity import AREA_ID, LAYER_ID, MAP_FOLDER
from plugin.layers.open_project.closing import close_offline_map
from plugin.layers.open_project.groups import add_groups, load_on_completion, read_groups
from plugin.layers.project.project import write_project

from .build import feature_layer, tile_layer
from .conftest import credits_shown, in_worker, open_files
from .portrait import portrait
from .test_forms import relationship
from .test_project import legend

WEB_MAP = {
    "operationalLayers": [
        feature_layer("polygons", opacity=0.5),
        {
            "id": "group",
            "title": "Ways",
            "layerType": "GroupLayer",
            "visibilityMode": "exclusive",
            "layers": [feature_layer("lines", "first", visibility=False), feature_layer("lines", "second")],
        },
        feature_layer("points", visibility=False),
    ],
    "tables": [feature_layer("table")],
    "baseMap": {"baseMapLayers": [tile_layer("ground")]},
}
RENDERER = {"type": "simple", "symbol": {"type": "esriSMS", "color": [9, 8, 7, 255], "size": 9}}
LABELS = [{"labelExpression": "[NAME]", "symbol": {"type": "esriTS", "font": {"size": 9}}}]
RICH_MAP = {
    "operationalLayers": [
        feature_layer("polygons", opacity=0.5, blendMode="multiply", effect=[{"type": "blur", "radius": 2}]),
        {
            "id": "group",
            "title": "Ways",
            "layerType": "GroupLayer",
            "opacity": 0.5,
            "blendMode": "screen",
            "minScale": 50_000,
            "effect": [{"type": "drop-shadow", "xoffset": 2, "yoffset": 2, "color": [0, 0, 0, 255]}],
            "layers": [
                feature_layer("lines", "first", visibility=False, showLegend=False),
                feature_layer("lines", "second", listMode="hide", minScale=5000, maxScale=10),
            ],
        },
        feature_layer(
            "points",
            layerDefinition={
                "definitionExpression": "KIND > 1",
                "drawingInfo": {"renderer": RENDERER, "labelingInfo": LABELS},
                "featureReduction": {"type": "cluster"},
                "orderBy": [{"field": "KIND"}],
            },
            popupInfo={
                "title": "{NAME}",
                "fieldInfos": [{"fieldName": "NAME", "label": "Name", "visible": True}],
            },
            formInfo={"formElements": [{"type": "field", "fieldName": "NAME", "label": "The name"}]},
        ),
    ],
    "tables": [feature_layer("table")],
    "baseMap": {
        "baseMapLayers": [tile_layer("ground", opacity=0.5, effect=[{"type": "grayscale", "amount": 1}])]
    },
}
LEGEND = ["Old town", "All points", ["Ways", "All lines", "All lines"], "All polygons", "All table"]
BASEMAP = ["Basemap: Old town", "Tiles ground"]


@pytest.fixture
def project_file(town):
    town.mbtiles("ground")
    town.read_only = notice("read_only", "It gets no updates.")
    return write_project(town.map(WEB_MAP), town.project).project


@pytest.fixture
def open_project(qgis_new_project):
    """The project that is open, with one layer of the user's."""
    project = QgsProject.instance()
    project.addMapLayer(QgsVectorLayer("Point", "Mine", "memory"))
    yield project
    project.clear()


@pytest.fixture(autouse=True)
def layer_tree_view(qgis_iface, qgis_new_project, monkeypatch):
    """A real legend for Processing, which adds layers by it since QGIS 3.44; pytest-qgis has none."""
    view = QgsLayerTreeView()
    view.setModel(QgsLayerTreeModel(QgsProject.instance().layerTreeRoot()))
    monkeypatch.setattr(qgis_iface, "layerTreeView", lambda: view, raising=False)
    yield
    view.setModel(None)


class Loads(QgsProcessingAlgorithm):
    """An algorithm that loads an offline map's project, as ours do."""

    def __init__(self, project_file):
        super().__init__()
        self.project_file = project_file

    def createInstance(self):
        return Loads(self.project_file)

    def name(self):
        return "loads"

    def displayName(self):
        return "Loads"

    def initAlgorithm(self, configuration=None):
        pass

    def processAlgorithm(self, parameters, context, feedback):
        groups = read_groups(self.project_file)
        load_on_completion(context, groups, context.project(), lambda: None)
        gc.collect()
        return {}


def by_processing(project_file, wait):
    """Runs Loads in a task and lets Processing add what it made."""
    from processing.gui.Postprocessing import handleAlgorithmResults  # noqa: PLC0415 - after set-up

    context, feedback, algorithm = QgsProcessingContext(), QgsProcessingFeedback(), Loads(project_file)
    context.setProject(QgsProject.instance())
    task = QgsProcessingAlgRunnerTask(algorithm, {}, context, feedback)
    ended = []
    task.executed.connect(lambda successful, results: ended.append(successful))
    wait(task, ended)
    assert ended == [True]
    gc.collect()
    assert handleAlgorithmResults(algorithm, context, feedback, {})


def by_hand(project_file, wait):
    add_groups(QgsProject.instance(), read_groups(project_file))


@pytest.mark.parametrize("way", [by_processing, by_hand])
def test_the_group_is_that_of_the_project(way, project_file, open_project, town, wait):
    way(project_file, wait)
    assert legend(open_project.layerTreeRoot()) == ["", "Mine", LEGEND, BASEMAP]
    _mine, group, basemap = open_project.layerTreeRoot().children()
    for one in (group, basemap):
        assert one.customProperty(AREA_ID) == "0123area"
        assert one.customProperty(MAP_FOLDER) == str(town.folder)
    shown = {
        node.layer().customProperty(LAYER_ID): node.itemVisibilityChecked()
        for one in (group, basemap)
        for node in one.findLayers()
    }
    assert shown == {
        "points": False,
        "first": False,
        "second": True,
        "polygons": True,
        "table": True,
        "ground": True,
    }
    assert group.findGroup("Ways").isMutuallyExclusive()


@pytest.mark.parametrize("way", [by_processing, by_hand])
def test_nothing_of_the_group_differs_from_the_project(way, town, open_project, wait, opened):
    """Style, filters, names, order, scales, forms, tips, legend: all that a user can see."""
    town.mbtiles("ground")
    town.read_only = notice("read_only", "It gets no updates.")
    town.services["points"] = {"timeInfo": {"startTimeField": "BUILT"}}
    project_file = write_project(town.map(RICH_MAP), town.project).project
    way(project_file, wait)
    (ours,) = (
        node
        for node in opened(project_file).layerTreeRoot().children()
        if MAP_FOLDER in node.customProperties()
    )
    _mine, group, basemap = open_project.layerTreeRoot().children()
    assert portrait(basemap.findLayers()[0], town.folder) in portrait(ours, town.folder)
    ours.removeChildNode(ours.children()[-1])
    assert portrait(group, town.folder) == portrait(ours, town.folder)


RELATED_MAP = {
    "operationalLayers": [
        feature_layer("points", popupInfo={"title": "T", "relatedRecordsInfo": {"showRelatedRecords": True}})
    ],
    "tables": [feature_layer("table")],
}


def add_relations(town):
    """Visits of the points in the table, and a link table between points and lines that no layer shows."""
    visits = relationship(0, "Origin", 3, "KIND", composite=True)
    linked = relationship(
        1, "Origin", 1, "KIND", relationshipTableName="polygons", keyFieldInRelationshipTable="KIND"
    )
    back = relationship(
        1, "Destination", 0, "KIND", relationshipTableName="polygons", keyFieldInRelationshipTable="KIND"
    )
    town.services["points"] = {"relationships": [visits, linked]}
    town.services["table"] = {"relationships": [relationship(0, "Destination", 0, "KIND")]}
    town.services["lines"] = {"relationships": [back]}
    return {**RELATED_MAP, "operationalLayers": [*RELATED_MAP["operationalLayers"], feature_layer("lines")]}


@pytest.mark.parametrize("way", [by_processing, by_hand])
def test_relations_come_along_with_what_they_need(way, town, open_project, wait, opened, qgis_app):
    project_file = write_project(town.map(add_relations(town)), town.project).project
    theirs = opened(project_file)
    count = len(theirs.relationManager().relations())
    assert count == 3
    for _ in range(2):
        way(project_file, wait)
    relations = open_project.relationManager().relations()
    assert len(relations) == 2 * count
    assert all(relation.isValid() for relation in relations.values())
    _, second, first = open_project.layerTreeRoot().children()
    (ours,) = (node for node in theirs.layerTreeRoot().children() if MAP_FOLDER in node.customProperties())
    assert portrait(second, town.folder).replace(" (2)", "") == portrait(ours, town.folder)
    for group in (first, second):
        (points,) = [node.layer() for node in group.findLayers() if node.name() == "All points"]
        context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(points))
        context.setFeature(next(points.getFeatures("KIND = 2")))
        assert "Visits: 1" in QgsExpression.replaceExpressionText(points.mapTipTemplate(), context)
    root = open_project.layerTreeRoot()
    for group in (first, second):
        root.removeChildNode(group)
    qgis_app.processEvents()
    assert [layer.name() for layer in open_project.mapLayers().values()] == ["Mine"]


@pytest.mark.parametrize("way", [by_processing, by_hand])
def test_no_layer_is_called_by_its_old_id(way, town, open_project, wait, opened):
    project_file = write_project(town.map(add_relations(town)), town.project).project
    old = set(opened(project_file).mapLayers())
    assert len(old) == 4
    way(project_file, wait)
    assert open_project.write(str(town.work / "mine.qgs"))
    written = (town.work / "mine.qgs").read_text("utf-8")
    assert not {layer_id for layer_id in old if layer_id in written}


def test_what_a_user_put_into_the_legend_beside_its_layers_comes_once(town, open_project, wait, opened):
    project_file = write_project(town.map(add_relations(town)), town.project).project
    theirs = opened(project_file)
    (group,) = theirs.layerTreeRoot().children()
    hidden = next(layer for layer in theirs.mapLayers().values() if is_companion(layer))
    group.addLayer(hidden)
    group.addLayer(theirs.mapLayersByName("All points")[0])
    assert theirs.write()
    by_hand(project_file, wait)
    assert len(open_project.mapLayers()) == len(theirs.mapLayers()) + 1  # and the user's own
    assert all(layer.isValid() for layer in open_project.mapLayers().values())
    (_, added) = open_project.layerTreeRoot().children()
    names = [node.name() for node in added.findLayers()]
    assert names.count("All points") == 2
    assert hidden.name() in names


@pytest.mark.parametrize("way", [by_processing, by_hand])
def test_layers_are_dressed_as_in_the_project(way, project_file, open_project, wait):
    way(project_file, wait)
    layers = {layer.customProperty(LAYER_ID): layer for layer in open_project.mapLayers().values()}
    assert all(layer.isValid() for layer in layers.values())
    assert layers["polygons"].opacity() == 0.5
    assert layers["points"].readOnly()
    assert layers["points"].metadata().abstract() == "It gets no updates."
    assert layers["points"].renderer().type() == "singleSymbol"


@pytest.mark.parametrize(
    "ways", [(by_processing, by_hand), (by_processing, by_processing), (by_hand, by_hand)]
)
def test_the_same_map_twice_gets_a_number(ways, project_file, open_project, wait, qgis_app):
    for way in ways:
        way(project_file, wait)
    qgis_app.processEvents()
    mine, second, first, basemap, other_basemap = open_project.layerTreeRoot().children()
    assert mine.name() == "Mine"
    assert [first.name(), second.name()] == ["Old town", "Old town (2)"]
    assert legend(basemap) == BASEMAP
    assert legend(other_basemap) == ["Basemap: Old town (2)", "Tiles ground"]
    assert legend(first)[1:] == legend(second)[1:] == LEGEND[1:]
    assert first.customProperty(AREA_ID) == second.customProperty(AREA_ID)
    assert len(open_project.mapLayers()) == 2 * 6 + 1


def test_what_the_user_changed_in_the_project_is_kept(project_file, open_project, wait, opened):
    project = opened(project_file)
    (points,) = project.mapLayersByName("All points")
    points.setName("My points")
    points.setOpacity(0.125)
    points.styleManager().addStyleFromLayer("Faint")
    assert project.write()
    by_hand(project_file, wait)
    (added,) = open_project.mapLayersByName("My points")
    assert added.opacity() == 0.125
    assert "Faint" in added.styleManager().styles()


def test_layers_that_nobody_loads_are_gone_with_the_context(project_file, town, open_project):
    def run():
        context = QgsProcessingContext()
        load_on_completion(context, read_groups(project_file), open_project, lambda: None)
        assert len(context.layersToLoadOnCompletion()) == 6
        del context
        gc.collect()

    in_worker(run)
    run()
    assert open_files(town.folder) == []
    assert not [
        found for found in gc.get_objects() if isinstance(found, QgsProcessingLayerPostProcessorInterface)
    ]


@pytest.mark.parametrize("way", [by_processing, by_hand])
def test_a_map_lies_between_the_user_s_layers_and_the_background(way, project_file, open_project, wait, town):
    """Also where an ordinary raster lies among the user's own layers."""
    root = open_project.layerTreeRoot()
    tiles = f"type=xyz&url=file://{town.folder}/none/%7Bz%7D"
    for name in ("Streets", "Relief"):
        open_project.addMapLayer(QgsRasterLayer(tiles, name, "wms"), False)
    root.insertLayer(0, open_project.mapLayersByName("Relief")[0])
    root.addLayer(open_project.mapLayersByName("Streets")[0])
    for _ in range(2):
        way(project_file, wait)
    second = [LEGEND[0] + " (2)", *LEGEND[1:]]
    others = ["Basemap: Old town (2)", "Tiles ground"]
    assert legend(root) == ["", "Relief", "Mine", second, LEGEND, "Streets", BASEMAP, others]


def test_closing_a_map_takes_its_basemap_along(project_file, open_project, wait, town):
    by_hand(project_file, wait)
    close_offline_map(open_project, str(town.folder.resolve()))
    assert legend(open_project.layerTreeRoot()) == ["", "Mine"]
    assert [layer.name() for layer in open_project.mapLayers().values()] == ["Mine"]


def test_removing_the_groups_removes_their_layers(project_file, open_project, wait, qgis_app):
    by_hand(project_file, wait)
    root = open_project.layerTreeRoot()
    for title in ("Old town", "Basemap: Old town"):
        root.removeChildNode(root.findGroup(title))
    qgis_app.processEvents()
    assert [layer.name() for layer in open_project.mapLayers().values()] == ["Mine"]
    assert QgsLayerTree.isLayer(root.children()[0])


@pytest.mark.parametrize("content", [b"", b"no zip", None])
def test_a_project_that_is_none_is_damaged(tmp_path, content):
    file = tmp_path / "offline_map.qgz"
    if content is None:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("offline_map.qgs", "<qgis version='3.40.6'><projectlayers/></qgis>")
    else:
        file.write_bytes(content)
    with pytest.raises(Damaged, match=r"offline_map\.qgz"):
        read_groups(file)


def test_credits_reach_the_open_project_and_respect_what_its_user_wrote(town, open_project):
    town.services["points"] = {"copyrightText": "© Town survey"}
    town.services["lines"] = {"copyrightText": "© Ways and Co"}
    first, second = (
        write_project(
            town.map({"operationalLayers": [feature_layer(name)]}), town.work / f"{name}.qgz"
        ).project
        for name in ("points", "lines")
    )
    add_groups(open_project, read_groups(first))
    assert credits_shown(open_project) == ["© Town survey"]
    add_groups(open_project, read_groups(second))
    assert credits_shown(open_project) == ["© Town survey", "© Ways and Co"]
    for layer in open_project.mapLayers().values():
        if layer.metadata().rights() == ["© Town survey"]:
            open_project.removeMapLayer(layer)
    assert credits_shown(open_project) == ["© Ways and Co"]
    open_project.writeEntry("CopyrightLabel", "/Label", "Mine")
    add_groups(open_project, read_groups(first))
    assert credits_shown(open_project) == ["Mine"]
