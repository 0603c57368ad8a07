"""The layers of one offline map in the open project: those that are being edited, and all after an update.

Main thread only.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Optional

from qgis.core import Qgis, QgsFeatureRequest, QgsMapLayer, QgsProject, QgsVectorLayer
from qgis.PyQt.QtWidgets import QApplication

from ...core.offline_map.layout import WORKING_COPY_SUFFIX, MapFolder
from ..base.source import file_of

_COUNTED = "showFeatureCount"


def folder_of_layer(layer: QgsMapLayer) -> Optional[Path]:
    """The folder of the downloaded offline map whose working copy a layer draws from; None for others."""
    file = file_of(layer)
    if file is None or file.suffix.lower() != WORKING_COPY_SUFFIX:
        return None
    folder = file.resolve().parent.parent
    there = MapFolder(folder)
    return folder if there.work == file.resolve().parent and there.manifest.is_file() else None


def draws_from(layer: QgsMapLayer, folder: Path) -> bool:
    """True for a layer of a file in a folder, which is resolved."""
    file = file_of(layer)
    return file is not None and folder in (file, *file.parents)


def layers_of_map(folder: Path) -> Iterator[QgsVectorLayer]:
    """Those that draw from its working copies, attachments among them."""
    for layer in QgsProject.instance().mapLayers().values():
        if isinstance(layer, QgsVectorLayer) and folder_of_layer(layer) == folder.resolve():
            yield layer


def edited_layers(folder: Path) -> list[QgsVectorLayer]:
    """Those with an open edit buffer."""
    return [layer for layer in layers_of_map(folder) if layer.isEditable()]


def reload_layers(folder: Path) -> None:
    """Has layers, their tables, counts and open forms show what stands in the working copies now.

    What is being edited stays as it is.
    """
    layers = [layer for layer in layers_of_map(folder) if not layer.isEditable()]
    root = QgsProject.instance().layerTreeRoot()
    for layer in layers:
        selected = layer.selectedFeatureIds()
        layer.reload()  # which selects nothing any more
        layer.selectByIds(_there(layer, selected))
        layer.updateExtents()
        node = root.findLayer(layer)
        if node is not None and node.customProperty(_COUNTED):
            layer.countSymbolFeatures()
        layer.triggerRepaint()
    for form in QApplication.allWidgets():
        if form.inherits("QgsAttributeForm") and form.layer() in layers:
            form.refreshFeature()


def _there(layer: QgsVectorLayer, row_ids: list[int]) -> list[int]:
    """Those of the rows that an update left."""
    request = QgsFeatureRequest().setFilterFids(row_ids)
    request.setFlags(Qgis.FeatureRequestFlag.NoGeometry).setNoAttributes()
    return [one.id() for one in layer.getFeatures(request)] if row_ids else []
