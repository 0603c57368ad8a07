"""Layers of offline maps that are edited in this window, told to other processes."""

from __future__ import annotations

from collections.abc import Iterable

from qgis.core import QgsProject, QgsVectorLayer

from ...qgis_io.edit_marks import EditMarks
from .layers_of_map import folder_of_layer


class MarkedEdits:
    """Marks the offline maps whose layers `follow` is told of, as long as these are edited; until `close`."""

    def __init__(self) -> None:
        self._marks = EditMarks()
        self._removed = QgsProject.instance().layersRemoved
        self._removed.connect(self._forget)

    def follow(self, layer: QgsVectorLayer) -> None:
        """The layer is edited from now on, or no more."""
        folder = folder_of_layer(layer) if layer.isEditable() else None
        if folder is not None:
            self._marks.begin(layer.id(), folder)
        else:
            self._marks.end(layer.id())

    def close(self) -> None:
        """Marks nothing any more."""
        self._removed.disconnect(self._forget)
        self._marks.close()

    def _forget(self, layer_ids: Iterable[str]) -> None:
        """A layer that goes while it is edited does not tell that its editing ends."""
        for layer_id in layer_ids:
            self._marks.end(layer_id)
