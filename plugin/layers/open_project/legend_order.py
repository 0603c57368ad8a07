"""Where an offline map goes in the legend of the project that is open: below what its user works with."""

from __future__ import annotations

from collections.abc import Container

from qgis.core import Qgis, QgsLayerTree, QgsLayerTreeGroup, QgsLayerTreeNode

from ..base.identity import MAP_FOLDER

_BACKGROUND = (Qgis.LayerType.Raster, Qgis.LayerType.VectorTile)


def place_of_map(root: QgsLayerTreeGroup, new: Container[str]) -> int:
    """Below the user's own layers, above other offline maps and the background of the project.

    A background is what lies at the bottom of pictures and vector tiles: above a map they would hide it.
    `new` are the ids of the map's layers, which may lie anywhere so far.
    """
    nodes = root.children()
    while nodes and (_is_offline_map(nodes[-1]) or _is_background(nodes[-1]) or _is_in(new, nodes[-1])):
        nodes.pop()
    return len(nodes)


def _is_offline_map(node: QgsLayerTreeNode) -> bool:
    return QgsLayerTree.isGroup(node) and MAP_FOLDER in node.customProperties()


def _is_in(new: Container[str], node: QgsLayerTreeNode) -> bool:
    return QgsLayerTree.isLayer(node) and node.layerId() in new


def _is_background(node: QgsLayerTreeNode) -> bool:
    layer = None if QgsLayerTree.isGroup(node) else node.layer()
    return layer is not None and layer.type() in _BACKGROUND
