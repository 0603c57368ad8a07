"""The algorithm `finishofflinemap`: the end of an offline map, at its services and on this computer."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProject,
)

from ..core.errors import OfflineMapError
from ..qgis_io.feedback import HostFeedback
from ..qgis_io.wording import notice_in_words
from .algorithm import advanced, errors_in_words
from .offline_map_algorithm import OfflineMapAlgorithm, is_own


class FinishOfflineMap(OfflineMapAlgorithm):
    """Unregisters an offline map, and deletes it or keeps it read-only."""

    SECTION = "finish"
    DISCARD_EDITS, DELETE_FILES = "DISCARD_EDITS", "DELETE_FILES"
    UNREGISTERED, DELETED = "UNREGISTERED", "DELETED"

    def name(self) -> str:
        return "finishofflinemap"

    def displayName(self) -> str:
        return self.tr("Finish offline map")

    def tags(self) -> list[str]:
        return self.tr("arcgis,offline,map area,unregister,replica,remove,delete,finish").split(",")

    def shortDescription(self) -> str:
        return self.tr("Unregisters an offline map at its feature services, and deletes it.")

    def shortHelpString(self) -> str:
        return self.tr(
            "Unregisters an offline map at its feature services, so that they no longer keep changes "
            "for it, and deletes its files. A map with edits that were not sent is refused. Files that "
            "the plugin did not create are kept and named in the log; a folder that this QGIS profile "
            "did not download is never deleted. If a service cannot be reached, the map is unregistered "
            "there when you next use its portal.\n\n"
            "Offline map: the folder of a map that was downloaded with this plugin, or its "
            "package.info.\n"
            "Authentication: by default, that of the saved connection to the map's portal.\n"
            "Discard edits: finish the map although edits were not sent; they are lost.\n"
            "Delete files: otherwise the map is kept, read-only.\n\n"
            "Unregistered replicas: the number of replicas removed from services.\n"
            "Deleted files: the number of files deleted."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_offline_map()
        self.add_authentication()
        for name, text, default in (
            (self.DISCARD_EDITS, self.tr("Discard edits that were not sent"), False),
            (self.DELETE_FILES, self.tr("Delete files"), True),
        ):
            self.addParameter(advanced(QgsProcessingParameterBoolean(name, text, default)))
        self.addOutput(QgsProcessingOutputNumber(self.UNREGISTERED, self.tr("Unregistered replicas")))
        self.addOutput(QgsProcessingOutputNumber(self.DELETED, self.tr("Deleted files")))

    def prepareAlgorithm(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        """Takes the layers of the map out of the open project: their files are held open otherwise.

        Not of a map that is refused for its edits; why, `processAlgorithm` says.
        """
        from ..core.update.finish import require_no_edits
        from ..layers.open_project.closing import close_offline_map

        prepared = super().prepareAlgorithm(parameters, context, feedback)
        folder = self.folder(parameters, context)
        with suppress(OfflineMapError):
            if not self.parameterAsBool(parameters, self.DISCARD_EDITS, context):
                require_no_edits(folder)
            if not self._edited:
                close_offline_map(QgsProject.instance(), str(folder.resolve()))
        return prepared

    def writes(self, parameters: dict[str, Any], context: QgsProcessingContext) -> bool:
        return True

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        from ..core.update.finish import FinishRequest, finish_map
        from ..qgis_io.removing import sweep_removed

        with errors_in_words():
            folder = self.folder(parameters, context)
            request = FinishRequest(
                folder=folder,
                discard=self.parameterAsBool(parameters, self.DISCARD_EDITS, context),
                delete=self.parameterAsBool(parameters, self.DELETE_FILES, context),
                is_own=is_own(folder),
            )
            with self.writing(folder), self.surroundings(feedback) as around:
                sweep_removed()
                finished = finish_map(request, around, _remove, HostFeedback(feedback))
        for entry in finished.notices:
            feedback.pushWarning(notice_in_words(entry))
        if finished.others:
            text = self.tr("Kept in “{folder}” because this plugin did not create them: {files}")
            feedback.pushWarning(text.format(folder=folder, files=", ".join(finished.others)))
        return {self.UNREGISTERED: finished.unregistered, self.DELETED: finished.deleted}


def _remove(folder: Path) -> tuple[str, ...]:
    from ..qgis_io.removing import remove_offline_map
    from ..qgis_io.settings import forget_offline_map

    others = remove_offline_map(folder)
    forget_offline_map(folder)
    return others
