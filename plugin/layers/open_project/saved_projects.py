"""Projects of offline maps that QGIS saves: from then on they are known to be this profile's."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QObject, QTimer

from ...core.errors import StorageError


class SavedProjects(QObject):
    """Has `trust` note every such project as soon as it is saved, until `close`."""

    def __init__(self, trust: Callable[[Path], None]) -> None:
        super().__init__()
        self._trust = trust
        self._saved: set[Path] = set()
        # QGIS tells that it has saved before it packs the .qgz: what is to be noted is there afterwards.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._note)
        self._project = QgsProject.instance()
        self._project.projectSaved.connect(self._take)

    def close(self) -> None:
        """Listens no more."""
        self._project.projectSaved.disconnect(self._take)
        self._soon.stop()
        self._note()

    def _take(self) -> None:
        from ...core.offline_map.layout import PROJECT_NAME

        file = Path(self._project.fileName())
        if file.name == PROJECT_NAME:
            self._saved.add(file)
            self._soon.start()

    def _note(self) -> None:
        while self._saved:
            with suppress(StorageError):  # then its user is asked when it is opened again
                self._trust(self._saved.pop())
