"""The algorithm `verifyofflinemap`: whether an offline map on this computer is still whole."""

from __future__ import annotations

import json
from pathlib import Path
import tempfile
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    Qgis,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputBoolean,
    QgsProcessingOutputFile,
    QgsProcessingParameterFile,
)

from ..qgis_io.feedback import HostFeedback
from ..qgis_io.wording import in_words
from .algorithm import Algorithm, errors_in_words

if TYPE_CHECKING:
    from ..core.offline_map.verification import FileCheck


class VerifyOfflineMap(Algorithm):
    """Reads every file of an offline map and compares it with what the portal sent."""

    INPUT, OK, REPORT = "INPUT", "OK", "REPORT"

    def name(self) -> str:
        return "verifyofflinemap"

    def displayName(self) -> str:
        return self.tr("Verify offline map")

    def tags(self) -> list[str]:
        return self.tr("arcgis,offline,map area,mobile map package,mmpk,verify,check,hash,damaged").split(",")

    def shortDescription(self) -> str:
        return self.tr("Checks that every file of an offline map is still what the portal sent.")

    def shortHelpString(self) -> str:
        return self.tr(
            "Reads an offline map from end to end. Packages and map documents are compared with the hashes "
            "of their download; working copies and the project, which are yours to change, are checked for "
            "their structure. Offline maps of ArcGIS apps carry no hashes: their packages are checked for "
            "their structure, an .mmpk file against the checksums in it. Nothing is changed.\n\n"
            "Offline map: the folder, its package.info, or an .mmpk file.\n\n"
            "Whole: true when every file is as it should be.\n"
            "Report: a JSON file with every file, the layers that draw from it, and what is wrong with it.\n"
            "What is wrong is also told in the log; it is a result, no error."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.addParameter(
            QgsProcessingParameterFile(
                self.INPUT,
                self.tr("Offline map"),
                Qgis.ProcessingFileParameterBehavior.File,
                fileFilter=self.tr("Offline map (package.info *.mmpk);;All files (*)"),
            )
        )
        self.addOutput(QgsProcessingOutputBoolean(self.OK, self.tr("Whole")))
        self.addOutput(QgsProcessingOutputFile(self.REPORT, self.tr("Report")))

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        from ..core.offline_map.layout import REPORT_NAME
        from ..core.offline_map.verification import verify_offline_map
        from ..core.storage import write_whole

        place = Path(self.parameterAsFile(parameters, self.INPUT, context)).absolute()
        with errors_in_words():
            found = verify_offline_map(place, HostFeedback(feedback, in_bytes=True))
            report = Path(tempfile.mkdtemp(prefix="offline-map-areas-")) / REPORT_NAME
            write_whole(report, json.dumps(found.as_json(), ensure_ascii=False, indent=1).encode("utf-8"))
        for check in found.errors:
            feedback.pushWarning(self._in_words(check))
        return {self.OK: found.is_whole, self.REPORT: str(report)}

    def _in_words(self, check: FileCheck) -> str:
        sentence = in_words(check.error)
        if not check.layers:
            return sentence
        return self.tr("{error} Layers in it: {layers}.").format(
            error=sentence, layers=", ".join(check.layers)
        )
