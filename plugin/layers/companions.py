"""Layers that others need and nobody looks at: attachments, link tables, values by subtype.

They are in the project, private, and have no place in its legend.
"""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsCoordinateTransformContext,
    QgsMapLayer,
    QgsProject,
    QgsProviderRegistry,
    QgsVectorLayer,
)


def companion(project: QgsProject, file: Path, table: str, name: str, where: str = "") -> QgsVectorLayer:
    """A table of a working copy as such a layer, the same one for the same rows; invalid where OGR
    cannot open it."""
    parts = {"path": str(file), "layerName": table, "subset": where}
    uri = QgsProviderRegistry.instance().encodeUri("ogr", parts)
    for known in project.mapLayers().values():
        if is_companion(known) and known.source() == uri:
            return known
    options = QgsVectorLayer.LayerOptions(QgsCoordinateTransformContext())
    # A style in the file or beside it is somebody else's, and may carry Python.
    options.loadDefaultStyle = False
    made = QgsVectorLayer(uri, name, "ogr", options)
    if made.isValid():
        made.setFlags(made.flags() | QgsMapLayer.LayerFlag.Private)
        made.setCustomProperty(_MARK, True)
        project.addMapLayer(made, False)
    return made


def is_companion(layer: QgsMapLayer) -> bool:
    """True for layers made here."""
    return layer.customProperty(_MARK) is True


_MARK = "offlineMapAreas/companion"
