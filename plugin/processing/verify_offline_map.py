"""The algorithm `verifyofflinemap`: whether an offline map on this computer is still whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    Qgis,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputBoolean,
    QgsProcessingOutputFile,
    QgsProcessingParameterFile,
)

from ..core.untrusted.text import inert
from ..qgis_io.feedback import HostFeedback
from ..qgis_io.wording import in_words
from .algorithm import Algorithm, errors_in_words

if TYPE_CHECKING:
    from ..core.offline_map.verification import FileCheck


class VerifyOfflineMap(Algorithm):
    """Reads every file of an offline map and compares it with what the portal sent."""

    SECTION = "verify"
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
            "Reads an offline map from end to end. Packages, map documents and copies of tiles are compared "
            "with hashes that were taken as they came or were made. The rows of working copies are compared "
            "with those that the geodatabase gives again, but for your edits; the project, which is yours "
            "too, is checked for its structure. Offline maps of ArcGIS apps carry no hashes: geodatabases "
            "are checked for their structure, tile packages and .mmpk files against the checksums in them. "
            "Nothing is changed.\n\n"
            "Offline map: the folder, its package.info, or an .mmpk file; also a single geodatabase or tile "
            "package, or the folder of a tile cache.\n\n"
            "Whole: true when every file is as it should be.\n"
            "Report: a JSON file with every file, the layers that draw from it, and what is wrong with it; "
            "“unverified” names those of which only the structure could be checked.\n"
            "What is wrong, and what could be checked only in part, is also told in the log; it is a result, "
            "no error."
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
        import tempfile

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
        if found.unverified:
            text = self.tr("Only the structure of these files could be checked: {files}.")
            feedback.pushInfo(text.format(files=", ".join(map(inert, found.unverified))))
        return {self.OK: found.is_whole, self.REPORT: str(report)}

    def _in_words(self, check: FileCheck) -> str:
        sentence = in_words(check.error)
        if not check.layers:
            return sentence
        return self.tr("{error} Layers in it: {layers}.").format(
            error=sentence, layers=", ".join(check.layers)
        )
