"""The algorithm `checkforupdates`: what an update of an offline map would send and take."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputBoolean,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
)

from ..qgis_io.feedback import HostFeedback
from ..qgis_io.wording import notice_in_words
from .algorithm import errors_in_words
from .offline_map_algorithm import OfflineMapAlgorithm


class CheckForUpdates(OfflineMapAlgorithm):
    """Looks, and changes nothing."""

    SECTION = "update"
    UPLOADS, DOWNLOAD = "UPLOADS", "DOWNLOAD"
    DOWNLOAD_SIZE, REOPEN = "DOWNLOAD_SIZE", "REOPEN"

    def name(self) -> str:
        return "checkforupdates"

    def displayName(self) -> str:
        return self.tr("Check for updates")

    def tags(self) -> list[str]:
        return self.tr("arcgis,offline,map area,sync,update,check,edits").split(",")

    def shortDescription(self) -> str:
        return self.tr("Counts the edits in an offline map, and asks whether its services have changes.")

    def shortHelpString(self) -> str:
        return self.tr(
            "Shows what an update of an offline map would do. Nothing is changed, neither here nor on "
            "the portal.\n\n"
            "Offline map: the folder of a map that was downloaded with updates, or its package.info.\n"
            "Authentication: by default, that of the saved connection to the map's portal.\n\n"
            "Edits to send: edited features and edited attachments; the log counts them by layer. They "
            "are counted without a network, too.\n"
            "Changes to download: none, available or indeterminate (most services can tell only by a "
            "synchronisation). The log says why if something could not be found out.\n"
            "Size: the size of the changes in bytes, 0 if it is not known.\n"
            "Reopen: true if the update would replace files of the map, so that it has to be opened "
            "again."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_offline_map()
        self.add_authentication()
        self.addOutput(QgsProcessingOutputNumber(self.UPLOADS, self.tr("Edits to send")))
        self.addOutput(QgsProcessingOutputString(self.DOWNLOAD, self.tr("Changes to download")))
        self.addOutput(QgsProcessingOutputNumber(self.DOWNLOAD_SIZE, self.tr("Size of the changes in bytes")))
        self.addOutput(QgsProcessingOutputBoolean(self.REOPEN, self.tr("Reopen")))

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        from ..core.update.synced_map import open_synced_map

        super().check(parameters, context)
        open_synced_map(self.folder(parameters, context))

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        from ..core.update.check import check_for_updates

        with errors_in_words():
            folder = self.folder(parameters, context)
            with self.surroundings(feedback, reads_only=True) as around:
                found = check_for_updates(folder, around, HostFeedback(feedback))
        for layer in found.uploads:
            text = self.tr("{layer}: edited features: {features}, edited attachments: {attachments}")
            feedback.pushInfo(
                text.format(layer=layer.title, features=layer.features, attachments=layer.attachments)
            )
        for entry in found.notices:
            feedback.pushWarning(notice_in_words(entry))
        return {
            self.UPLOADS: found.edits,
            self.DOWNLOAD: found.download.value,
            self.DOWNLOAD_SIZE: found.size,
            self.REOPEN: found.reopen,
        }
