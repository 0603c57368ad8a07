"""Taking an offline map out of a project that is open. Main thread only."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QApplication

from ..base.identity import MAP_FOLDER
from .layers_of_map import draws_from


def close_offline_map(project: QgsProject, place: str) -> None:
    """Takes the groups of an offline map, and every layer that draws from it, out of a project.

    `place` is one of the folders that its groups name, resolved.
    """
    groups = [
        group
        for group in project.layerTreeRoot().findGroups(True)
        if group.customProperty(MAP_FOLDER)
        and resolved_folder(group.customProperty(MAP_FOLDER), project) == place
    ]
    layers = {layer for group in groups for layer in group.findLayerIds()}
    layers |= {layer.id() for layer in project.mapLayers().values() if draws_from(layer, Path(place))}
    project.removeMapLayers(list(layers))
    for group in groups:
        group.parent().removeChildNode(group)
    # The last layers that go stay drawn otherwise. The canvas is told in a moment that they are gone.
    for canvas in QApplication.allWidgets() if layers else ():
        if canvas.inherits("QgsMapCanvas"):
            QTimer.singleShot(0, canvas.refresh)


def resolved_folder(folder: str, project: QgsProject) -> str:
    """Relative in a project of ours, absolute in one that it was added to."""
    return str((Path(project.absolutePath() or ".") / folder).resolve())
