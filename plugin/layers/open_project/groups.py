"""The groups of an offline map's project, added to the project that is open.

In two steps, since layers may be opened anywhere but a project's legend belongs to the main
thread: `read_groups` opens the layers in the calling thread, `nest` puts them into the legend.
Processing adds the layers itself in between (`load_on_completion`); others use `add_groups`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Optional, Union

from qgis.core import (
    Qgis,
    QgsCoordinateTransformContext,
    QgsGroupLayer,
    QgsLayerTree,
    QgsLayerTreeGroup,
    QgsLayerTreeLayer,
    QgsLayerTreeNode,
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsProject,
    QgsRectangle,
)
from qgis.PyQt import sip
from qgis.PyQt.QtXml import QDomDocument

from ...core.errors import Damaged
from ...qgis_io.spatial_reference import moved_extent, system_as_text, take_over_systems
from ..base.credits import show_credits
from ..base.identity import MAP_FOLDER
from ..project.map_group import BASEMAP
from .legend_order import place_of_map
from .relations import Ties, new_id, take_layers, tie

_READ = (
    Qgis.ProjectReadFlag.DontLoadLayouts
    | Qgis.ProjectReadFlag.DontLoad3DViews
    # Kept for layers that cannot be opened; they would call these by their old ids and places.
    | Qgis.ProjectReadFlag.DontStoreOriginalStyles
)


@dataclass(frozen=True)
class Leaf:
    """A layer of the legend, by its id."""

    layer_id: str
    checked: bool
    expanded: bool
    properties: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Branch:
    """A group of the legend. `exclusive`: shows one member at a time.

    `look` is QGIS' style of a group that is drawn as one picture, empty where every layer is
    drawn for itself.
    """

    title: str
    checked: bool
    expanded: bool
    exclusive: bool
    properties: tuple[tuple[str, Any], ...]
    children: tuple[Union[Branch, Leaf], ...]
    look: str = ""

    def leaves(self) -> Iterator[Leaf]:
        """Every layer below, top first."""
        for child in self.children:
            if isinstance(child, Branch):
                yield from child.leaves()
            else:
                yield child


@dataclass(frozen=True)
class View:
    """What an offline map shows first. `system`: its spatial reference, see `system_as_text`."""

    system: str
    extent: QgsRectangle


@dataclass(frozen=True)
class Groups:
    """The groups of an offline map with layers that belong to no project yet, by id."""

    branches: tuple[Branch, ...]
    layers: dict[str, QgsMapLayer]
    ties: Ties
    view: View

    def all_layers(self) -> tuple[QgsMapLayer, ...]:
        """Those of the legend and their companions."""
        return (*self.layers.values(), *self.ties.companions.values())


def read_groups(project_file: Path) -> Groups:
    """Opens the layers of an offline map's project, as its user left them.

    The layers get ids of their own, so that one map can be added twice. Raises `Damaged` for a
    project that cannot be read or holds no offline map.
    """
    project = QgsProject()
    try:
        nodes = []
        if project.read(str(project_file), _READ):
            nodes = [
                node for node in project.layerTreeRoot().findGroups() if MAP_FOLDER in node.customProperties()
            ]
        if not nodes:
            raise Damaged(
                "The project “{file}” cannot be read, or contains no offline map.",
                next_step="Delete that file and open the offline map again: it will be created again.",
                file=project_file.name,
            )
        reader = _Reader(project_file.parent)
        branches = tuple(reader.branch(node) for node in nodes)
        view = View(system_as_text(project.crs()), _first_view(project))
        layers, ties = take_layers(project, reader.ids)
        return Groups(branches, layers, ties, view)
    finally:
        sip.delete(project)


def _first_view(project: QgsProject) -> QgsRectangle:
    """In the project's own spatial reference; empty where it has none."""
    stated = project.viewSettings().defaultViewExtent()
    try:
        return moved_extent(stated, stated.crs(), project.crs())
    except ValueError:
        return QgsRectangle()


def add_groups(project: QgsProject, groups: Groups) -> list[QgsLayerTreeGroup]:
    """Adds layers and groups to a project's legend, see `nest`; main thread only."""
    for layer in groups.layers.values():
        project.addMapLayer(layer, False)
    tie(project, groups.ties)
    return nest(project, groups.branches, groups.ties.companions)


def nest(
    project: QgsProject, branches: Iterable[Branch], companions: Iterable[str] = ()
) -> list[QgsLayerTreeGroup]:
    """Makes the groups of layers that the project holds already: each map's, without those of basemaps.

    They go below the user's own layers, see `place_of_map`, and their basemaps to the very bottom, each in a
    group of its own: there they hide no other map. A title that the legend has already gets a number.
    `companions` are ids of layers that nobody sees: each gets a place in a group that needs it, and so goes
    when the group does. Main thread only.
    """
    root = project.layerTreeRoot()
    branches = tuple(branches)
    ids = {leaf.layer_id for branch in branches for leaf in branch.leaves()}
    take_over_systems(layer for layer in map(project.mapLayer, ids) if layer is not None)
    loose = [node for node in root.findLayers() if node.layerId() in ids]
    first = place_of_map(root, ids)
    made = []
    for position, (branch, basemap) in enumerate(map(_apart, branches)):
        group = root.insertGroup(first + position, _free_title(root, branch.title))
        _fill(group, branch, project)
        made.append(group)
        if basemap is not None:
            _fill(root.addGroup(_free_title(root, f"{basemap.title}: {group.name()}")), basemap, project)
    # Only now: a layer that leaves the legend altogether leaves the project.
    for node in loose:
        node.parent().removeChildNode(node)
    for layer_id in companions:
        near = _related_ids(project, layer_id)
        group = next((one for one in made if near & set(one.findLayerIds())), made[0])
        group.addChildNode(QgsLayerTreeLayer(project.mapLayer(layer_id)))
    show_credits(project)
    return made


def _apart(branch: Branch) -> tuple[Branch, Optional[Branch]]:
    """A map, and its basemap: that belongs to the same folder, and is shown only where the map is."""
    last = branch.children[-1] if branch.children else None
    if not isinstance(last, Branch) or last.title != BASEMAP or len(branch.children) == 1:
        return branch, None
    basemap = replace(last, properties=(*branch.properties, *last.properties))
    return replace(branch, children=branch.children[:-1]), replace(
        basemap, checked=last.checked and branch.checked
    )


def load_on_completion(
    context: QgsProcessingContext, groups: Groups, project: QgsProject, nested: Callable[[], None]
) -> None:
    """Lets Processing add the layers when the algorithm has ended, nests them then and calls `nested`."""
    order = [leaf.layer_id for branch in groups.branches for leaf in branch.leaves()]
    for position, layer_id in enumerate(order):
        details = QgsProcessingContext.LayerDetails(groups.layers[layer_id].name(), project)
        details.forceName = True
        # The highest key is added last, and so on top.
        details.layerSortKey = len(order) - position
        layer = groups.layers[layer_id]
        if position == 0:
            # One layer only: the context deletes the post-processor of every layer, and one that
            # several share more than once. It keeps no reference to the Python object, without
            # which nothing would be nested: so the layer does.
            nesting = _Nesting(project, groups, nested)
            details.setPostProcessor(nesting)
            layer.setProperty("offlineMapAreasNesting", nesting)
        context.temporaryLayerStore().addMapLayer(layer)
        context.addLayerToLoadOnCompletion(layer_id, details)
    for layer in groups.ties.companions.values():
        context.temporaryLayerStore().addMapLayer(layer)


class _Nesting(QgsProcessingLayerPostProcessorInterface):
    """Nests all layers of a run: Processing hands over the first one when all are in the project."""

    def __init__(self, project: QgsProject, groups: Groups, nested: Callable[[], None]) -> None:
        super().__init__()
        self._project = project
        self._nested = nested
        self._branches = groups.branches
        # Processing owns the layers by now, and may replace them.
        self._companions = tuple(groups.ties.companions)
        self._relations = groups.ties.relations

    def postProcessLayer(
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        companions = {name: context.takeResultLayer(name) for name in self._companions}
        tie(self._project, Ties(companions, self._relations))
        nest(self._project, self._branches, self._companions)
        self._nested()


class _Reader:
    """Turns legend nodes into values, and gives every layer in them a new id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.ids: dict[str, str] = {}

    def branch(self, node: QgsLayerTreeGroup) -> Branch:
        return Branch(
            title=node.name(),
            checked=node.itemVisibilityChecked(),
            expanded=node.isExpanded(),
            exclusive=node.isMutuallyExclusive(),
            properties=tuple((key, self._property(node, key)) for key in node.customProperties()),
            children=tuple(filter(None, map(self._child, node.children()))),
            look=_look(node.groupLayer()) if node.groupLayer() else "",
        )

    def _child(self, node: QgsLayerTreeNode) -> Optional[Union[Branch, Leaf]]:
        if QgsLayerTree.isGroup(node):
            return self.branch(node)
        if node.layer() is None:
            return None
        properties = tuple((key, node.customProperty(key)) for key in node.customProperties())
        layer_id = self.ids.setdefault(node.layerId(), new_id(node.layer()))
        return Leaf(layer_id, node.itemVisibilityChecked(), node.isExpanded(), properties)

    def _property(self, node: QgsLayerTreeGroup, key: str) -> Any:
        value = node.customProperty(key)
        return str((self._folder / value).resolve()) if key == MAP_FOLDER else value


def _related_ids(project: QgsProject, layer_id: str) -> set[str]:
    """The layers that have relations with this one."""
    found: set[str] = set()
    for relation in project.relationManager().relations().values():
        sides = {relation.referencedLayerId(), relation.referencingLayerId()}
        found |= sides if layer_id in sides else set()
    return found - {layer_id}


def _fill(group: QgsLayerTreeGroup, branch: Branch, project: QgsProject) -> None:
    for key, value in branch.properties:
        group.setCustomProperty(key, value)
    for child in branch.children:
        if isinstance(child, Branch):
            node = group.addGroup(child.title)
            _fill(node, child, project)
        else:
            layer = project.mapLayer(child.layer_id)
            if layer is None:
                continue
            node = QgsLayerTreeLayer(layer)
            group.addChildNode(node)
            node.setItemVisibilityChecked(child.checked)
            node.setExpanded(child.expanded)
            for key, value in child.properties:
                node.setCustomProperty(key, value)
    if branch.look:
        project.addMapLayer(_drawn_as_one(group, branch.look), False)
    if branch.exclusive:
        shown = [child.itemVisibilityChecked() for child in group.children()]
        group.setIsMutuallyExclusive(True, shown.index(True) if True in shown else -1)
    group.setItemVisibilityChecked(branch.checked)
    group.setExpanded(branch.expanded)


def _look(layer: QgsGroupLayer) -> str:
    document = QDomDocument("qgis")
    layer.exportNamedStyle(document)
    return document.toString()


def _drawn_as_one(group: QgsLayerTreeGroup, look: str) -> QgsGroupLayer:
    layer = group.convertToGroupLayer(QgsGroupLayer.LayerOptions(QgsCoordinateTransformContext()))
    document = QDomDocument("qgis")
    document.setContent(look)
    layer.importNamedStyle(document)
    return layer


def _free_title(root: QgsLayerTreeGroup, title: str) -> str:
    taken = {group.name() for group in root.findGroups(True)}
    number, free = 1, title
    while free in taken:
        number += 1
        free = f"{title} ({number})"
    return free
