"""The algorithm `revertlocaledits`: an offline map as its last update left it."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputNumber

from ..qgis_io.feedback import HostFeedback
from .algorithm import errors_in_words
from .offline_map_algorithm import OfflineMapAlgorithm


class RevertLocalEdits(OfflineMapAlgorithm):
    """Takes edits back, without a portal."""

    SECTION = "edit"
    EDITED = "EDITED"

    def name(self) -> str:
        return "revertlocaledits"

    def displayName(self) -> str:
        return self.tr("Revert local edits")

    def tags(self) -> list[str]:
        return self.tr("arcgis,offline,map area,edits,revert,undo,discard").split(",")

    def shortDescription(self) -> str:
        return self.tr("Undoes all edits in an offline map that were not sent yet.")

    def shortHelpString(self) -> str:
        return self.tr(
            "Restores an offline map to its state after the last update: features, rows and attachments "
            "that were added here are removed; changed and deleted ones are restored. To keep the "
            "edits, save them first with “Export local edits”.\n\n"
            "Offline map: the folder of a map that was downloaded with this plugin, or its "
            "package.info.\n\n"
            "Edits: the number of edits undone."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_offline_map()
        self.addOutput(QgsProcessingOutputNumber(self.EDITED, self.tr("Edits")))

    def writes(self, parameters: dict[str, Any], context: QgsProcessingContext) -> bool:
        return True

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        from ..core.update.put_back import revert_edits
        from ..core.update.synced_map import open_synced_map

        with errors_in_words():
            synced = open_synced_map(self.folder(parameters, context))
            with self.writing(synced.folder):
                count = revert_edits(synced, HostFeedback(feedback))
        return {self.EDITED: count}
