"""How the plugin knows its layers and groups again: custom properties and ids, never names."""

from __future__ import annotations

from qgis.core import QgsMapLayer

_PREFIX = "offline_map_areas"

AREA_ID = f"{_PREFIX}/area_id"
# Relative to the project file in a project of ours, absolute in a project that it was added to.
MAP_FOLDER = f"{_PREFIX}/map_folder"
LAYER_ID = f"{_PREFIX}/layer_id"
COMPANION = f"{_PREFIX}/companion"
READ_ONLY = f"{_PREFIX}/read_only"
RIGHTS_TOLD = f"{_PREFIX}/rights_told"


def attachments_relation(layer: QgsMapLayer) -> str:
    """The id of the relation between a layer and its attachments."""
    return f"attachments_{layer.id()}"
