"""Layers that others need and nobody looks at: attachments, link tables, values by subtype.

They are in the project, private, and have no place in its legend.
"""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsMapLayer, QgsProject, QgsVectorLayer

from .identity import COMPANION
from .source import table_source
from .table import open_table


def companion(project: QgsProject, file: Path, table: str, name: str, where: str = "") -> QgsVectorLayer:
    """A table of a working copy as such a layer, the same one for the same rows; invalid where OGR
    cannot open it."""
    source = table_source(file, table, where)
    for known in project.mapLayers().values():
        if is_companion(known) and known.source() == source:
            return known
    made = open_table(source, name)
    if made.isValid():
        made.setFlags(made.flags() | QgsMapLayer.LayerFlag.Private)
        made.setCustomProperty(COMPANION, True)
        project.addMapLayer(made, False)
    return made


def is_companion(layer: QgsMapLayer) -> bool:
    """True for layers made here."""
    return layer.customProperty(COMPANION) is True
