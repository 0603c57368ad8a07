"""The algorithm `verifyofflinemap`: whether an offline map on this computer is still whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputBoolean,
    QgsProcessingOutputFile,
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
    OK, REPORT = "OK", "REPORT"

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
            "Reads every file of an offline map. Packages, map documents and copies of tiles are "
            "compared with hashes recorded when they were downloaded or created. The rows of working "
            "copies, apart from your edits, are compared with those in the geodatabase; only the "
            "structure of the project is checked, since you may have changed it. Offline maps of ArcGIS "
            "apps have no hashes: the structure of geodatabases is checked, and tile packages and .mmpk "
            "files are checked against the checksums in them. Nothing is changed.\n\n"
            "Offline map: the folder, its package.info, or an .mmpk file; also a single geodatabase or "
            "tile package, or the folder of a tile cache.\n\n"
            "Intact: true if every file is as it should be.\n"
            "Report: a JSON file that lists every file, the layers that use it, and what is wrong with "
            "it; “unverified” lists the files whose structure alone could be checked.\n"
            "Damage, and what could be checked only in part, is also listed in the log. It is a result, "
            "not an error of the algorithm."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_offline_map()
        self.addOutput(QgsProcessingOutputBoolean(self.OK, self.tr("Intact")))
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
            text = self.tr("Of these files only the structure could be checked: {files}.")
            feedback.pushInfo(text.format(files=", ".join(map(inert, found.unverified))))
        return {self.OK: found.is_whole, self.REPORT: str(report)}

    def _in_words(self, check: FileCheck) -> str:
        sentence = in_words(check.error)
        if not check.layers:
            return sentence
        return self.tr("{error} Layers in it: {layers}.").format(
            error=sentence, layers=", ".join(check.layers)
        )
