"""The open layers of one offline map while a job writes to it: nobody can begin to edit them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from qgis.core import QgsMapLayer, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...core.notice import notice
from ...core.offline_map.rights import read_only
from ..base.read_only import show_layer_rights, show_rights
from .layers_of_map import folder_of_layer, layers_of_map

_WRITTEN = read_only(
    notice("being_written", "This layer is read-only while a job writes to its offline map.")
)


class HeldLayers(QObject):
    """Makes layers read-only, also those that come meanwhile, until `release`.

    Made in the main thread; `release` may be called in any, where the project forgets it soon after. Layers
    that are read-only as it is, or by another job, stay as they are.
    """

    _released = pyqtSignal()

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder.resolve()
        self._held: set[str] = set()
        self._project = QgsProject.instance()
        self._released.connect(self._let_go)
        self._project.layersAdded.connect(self._hold)
        self._hold(layers_of_map(folder))

    def release(self) -> None:
        """Layers show again what may be edited."""
        self._released.emit()

    def _hold(self, layers: Iterable[QgsMapLayer]) -> None:
        with self._leaving_clean():
            for layer in layers:
                if not isinstance(layer, QgsVectorLayer) or layer.readOnly() or layer.isEditable():
                    continue
                if folder_of_layer(layer) == self._folder:
                    show_layer_rights(layer, _WRITTEN)
                    self._held.add(layer.id())

    def _let_go(self) -> None:
        self._released.disconnect(self._let_go)
        self._project.layersAdded.disconnect(self._hold)
        with self._leaving_clean():
            show_rights(filter(None, map(self._project.mapLayer, self._held)))

    @contextmanager
    def _leaving_clean(self) -> Iterator[None]:
        """What goes by itself is no change that a user has to save."""
        was_dirty = self._project.isDirty()
        yield
        if not was_dirty:
            self._project.setDirty(False)
