"""The offline maps that a job for many finds in its folder, and brings up to date.

Imported when the job begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Optional

from qgis.core import QgsProcessingFeedback, QgsProject, QgsVectorLayer

from ..core.errors import BadInput
from ..core.offline_map.layout import MapFolder
from ..core.offline_map.manifest import read_manifest
from ..core.portal.items import Portal
from ..core.portal.urls import ItemId
from ..core.update.keep_current import keep_current
from ..core.update.sync import UpdateResult
from ..layers.open_project.held_layers import HeldLayers
from ..layers.open_project.layers_of_map import folder_of_layer, reload_layers
from ..layers.open_project.stored_rights import OpenProject, show_in_open_project, store_rights
from ..qgis_io.edit_marks import require_unedited
from ..qgis_io.feedback import HostFeedback
from ..qgis_io.lock import sole_writer
from ..qgis_io.made_here import note_place
from ..qgis_io.wording import notice_in_words
from .offline_map_algorithm import is_own, update_surroundings


class KeptMaps:
    """Made, and shown and released in the end, in the main thread; the rest may run in any."""

    def __init__(self, parent: Path) -> None:
        self._opened = OpenProject.now()
        self._edited: dict[Path, list[str]] = {}
        self._held: list[HeldLayers] = []
        self._updated: dict[Path, Optional[Path]] = {}  # and the project that was written anew
        folders: dict[Path, None] = {}
        for layer in QgsProject.instance().mapLayers().values():
            folder = folder_of_layer(layer)
            if folder is None or folder.parent != parent.resolve():
                continue
            folders[folder] = None
            if isinstance(layer, QgsVectorLayer) and layer.isEditable():
                self._edited.setdefault(folder, []).append(layer.name())
        self._held = [HeldLayers(folder) for folder in folders if folder not in self._edited]

    def update(
        self,
        folder: Path,
        area_id: ItemId,
        overrides: Mapping[str, object],
        portal: Portal,
        feedback: QgsProcessingFeedback,
    ) -> Optional[UpdateResult]:
        """As `keep_current`; raises `BadInput` where somebody edits the map or writes to it."""
        edited = self._edited.get(folder.resolve())
        if edited:
            raise BadInput(
                "Layers of “{folder}” are being edited: {layers}.",
                next_step="Save or discard the edits and stop editing, then try again.",
                folder=folder.name,
                layers=", ".join(edited),
            )
        own = is_own(folder)
        with sole_writer(folder), TemporaryDirectory(prefix="offline-map-areas-") as scratch:
            require_unedited(folder)
            around = update_surroundings(lambda _portal_url: portal.session, Path(scratch))
            result = keep_current(folder, area_id, overrides, portal, around, HostFeedback(feedback))
            if result is None:
                return None
            if own:
                note_place(folder, read_manifest(folder).finished)
            project = MapFolder(folder).project
            self._updated[folder] = project if store_rights(project, self._opened) else None
        for entry in (entry for copy in result.report.copies for entry in copy.notices):
            feedback.pushWarning(notice_in_words(entry))
        return result

    def show(self) -> None:
        """Has open layers show the rows that are there now."""
        for folder, stored in self._updated.items():
            reload_layers(folder)
            show_in_open_project(folder, stored)

    def release(self) -> None:
        """Open layers can be edited again."""
        for held in self._held:
            held.release()
