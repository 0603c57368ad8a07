"""Layers of offline maps in the open project let be edited what can reach the feature service, no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress

from qgis.core import QgsMapLayer, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject

_GEOPACKAGE = ".gpkg"


class EditingRights(QObject):
    """Watches the layers of the open project until `close`.

    `show` is handed layers as they come into the project and when their editing ends, to have them show what
    may be edited; `take_out` a layer that is about to be saved. Both bring half of the core along, which QGIS
    should not load before there is such a layer.
    """

    def __init__(
        self, show: Callable[[Iterable[QgsMapLayer]], None], take_out: Callable[[QgsVectorLayer], None]
    ) -> None:
        super().__init__()
        self._show, self._take_out = show, take_out
        self._project = QgsProject.instance()
        self._watched: set[str] = set()
        self._project.layersAdded.connect(self._take)
        self._take(self._project.mapLayers().values())

    def close(self) -> None:
        """Watches no more."""
        self._project.layersAdded.disconnect(self._take)
        for layer in filter(None, map(self._project.mapLayer, self._watched)):
            with suppress(TypeError):  # another layer by now
                layer.beforeCommitChanges.disconnect(self._before_saving)
                layer.editingStopped.disconnect(self._after_editing)

    def _take(self, layers: Iterable[QgsMapLayer]) -> None:
        ours = [one for one in layers if isinstance(one, QgsVectorLayer) and _GEOPACKAGE in one.source()]
        if not ours:
            return
        self._show(ours)
        for layer in ours:
            layer.beforeCommitChanges.connect(self._before_saving)
            layer.editingStopped.connect(self._after_editing)
            self._watched.add(layer.id())

    def _before_saving(self) -> None:
        self._take_out(self.sender())

    def _after_editing(self) -> None:
        self._show([self.sender()])
