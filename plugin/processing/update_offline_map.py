"""The algorithm `updateofflinemap`: local edits to the feature services, changes of others from them."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputBoolean,
    QgsProcessingOutputFile,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
)

from ..qgis_io.feedback import HostFeedback
from ..qgis_io.wording import in_words, notice_in_words
from .algorithm import advanced, errors_in_words
from .offline_map_algorithm import OfflineMapAlgorithm

if TYPE_CHECKING:
    from ..core.update.report import CopyReport
    from ..core.update.update_request import UpdateRequest


class UpdateOfflineMap(OfflineMapAlgorithm):
    """Synchronises an offline map with its feature services, or takes its scheduled updates."""

    SECTION = "update"
    DIRECTION, ROLLBACK_ON_FAILURE, DRY_RUN = "DIRECTION", "ROLLBACK_ON_FAILURE", "DRY_RUN"
    UPLOADED, DOWNLOADED, EDIT_ERRORS = "UPLOADED", "DOWNLOADED", "EDIT_ERRORS"
    REOPEN, REPORT = "REOPEN", "REPORT"

    def name(self) -> str:
        return "updateofflinemap"

    def displayName(self) -> str:
        return self.tr("Update offline map")

    def tags(self) -> list[str]:
        return self.tr("arcgis,offline,map area,sync,synchronize,upload,edits,replica,update").split(",")

    def shortDescription(self) -> str:
        return self.tr(
            "Sends the edits of an offline map to its feature services, and downloads what others changed "
            "or its scheduled updates."
        )

    def shortHelpString(self) -> str:
        return self.tr(
            "Sends local edits to the feature services that an offline map was made from, attachments "
            "included, and then downloads what others changed there. Only the fields that were changed "
            "here are sent. A map that is not registered with its services yet is registered first. If "
            "the connection is lost, nothing is lost and nothing is sent twice: the next update finds "
            "out what arrived.\n\n"
            "A map with scheduled updates downloads them from the portal instead: the files of changes "
            "that are newer than its rows, or the newest package if some of these are missing or would "
            "be larger. Layers may be open meanwhile. New features are uploaded first, if the map allows "
            "it.\n\n"
            "Offline map: the folder of a map that was downloaded with this plugin, or its "
            "package.info.\n"
            "Direction: whether edits are sent, changes are downloaded, or both.\n"
            "All edits or none: if the service refuses one edit, it accepts none of them.\n"
            "Only show what would be sent: nothing is changed, neither here nor on the portal, and the "
            "report is a temporary file.\n\n"
            "Uploaded, Downloaded: features, rows and attachments.\n"
            "Refused edits: they are kept here; the report lists each one with the reason.\n"
            "Reopen: true if layers have to be loaded again.\n"
            "Report: a JSON file in the folder “updates” of the map; beside it a GeoPackage with the "
            "edits as they were before."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_offline_map()
        self.add_authentication()
        directions = [self.tr("Both ways"), self.tr("Download"), self.tr("Upload")]
        direction = QgsProcessingParameterEnum(self.DIRECTION, self.tr("Direction"), directions, False, 0)
        rollback = QgsProcessingParameterBoolean(
            self.ROLLBACK_ON_FAILURE, self.tr("All edits or none"), False
        )
        dry_run = QgsProcessingParameterBoolean(self.DRY_RUN, self.tr("Only show what would be sent"), False)
        for parameter in (direction, rollback, dry_run):
            self.addParameter(advanced(parameter))
        self.addOutput(QgsProcessingOutputNumber(self.UPLOADED, self.tr("Uploaded")))
        self.addOutput(QgsProcessingOutputNumber(self.DOWNLOADED, self.tr("Downloaded")))
        self.addOutput(QgsProcessingOutputNumber(self.EDIT_ERRORS, self.tr("Refused edits")))
        self.addOutput(QgsProcessingOutputBoolean(self.REOPEN, self.tr("Reopen")))
        self.addOutput(QgsProcessingOutputFile(self.REPORT, self.tr("Report")))

    def writes(self, parameters: dict[str, Any], context: QgsProcessingContext) -> bool:
        return not self.parameterAsBool(parameters, self.DRY_RUN, context)

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        from ..core.update.sync import update_map

        with errors_in_words():
            request = self._request(parameters, context)
            alone = nullcontext() if request.dry_run else self.writing(request.folder)
            with alone, self.surroundings(feedback, reads_only=request.dry_run) as around:
                result = update_map(request, around, HostFeedback(feedback))
        for copy in result.report.copies:
            self._tell(copy, feedback)
        return {
            self.UPLOADED: sum(copy.uploaded for copy in result.report.copies),
            self.DOWNLOADED: sum(copy.downloaded for copy in result.report.copies),
            self.EDIT_ERRORS: sum(copy.edit_errors for copy in result.report.copies),
            self.REOPEN: result.reopen,
            self.REPORT: str(result.path),
        }

    def _request(self, parameters: dict[str, Any], context: QgsProcessingContext) -> UpdateRequest:
        import tempfile

        from ..core.offline_map.layout import REPORT_NAME
        from ..core.update.update_request import UpdateDirection, UpdateRequest

        dry_run = self.parameterAsBool(parameters, self.DRY_RUN, context)
        elsewhere = Path(tempfile.mkdtemp(prefix="offline-map-areas-")) / REPORT_NAME if dry_run else None
        return UpdateRequest(
            folder=self.folder(parameters, context),
            direction=tuple(UpdateDirection)[self.parameterAsEnum(parameters, self.DIRECTION, context)],
            rollback=self.parameterAsBool(parameters, self.ROLLBACK_ON_FAILURE, context),
            dry_run=dry_run,
            report=elsewhere,
        )

    def _tell(self, copy: CopyReport, feedback: QgsProcessingFeedback) -> None:
        for entry in copy.notices:
            feedback.pushWarning(notice_in_words(entry))
        if copy.error:
            feedback.pushWarning(in_words(copy.error))
        for layer in copy.layers.values():
            for refused in layer.refused:
                words = refused.words if isinstance(refused.words, str) else notice_in_words(refused.words)
                text = self.tr("“{layer}”: the edit of {feature} was not sent: {reason}")
                feedback.pushWarning(
                    text.format(layer=layer.title, feature=refused.global_id or "?", reason=words)
                )
