"""The algorithm `applysavededits`: edits that were saved, put into an offline map."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    Qgis,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFile,
)

from ..core.errors import BadInput
from ..qgis_io.feedback import HostFeedback
from ..qgis_io.wording import notice_in_words
from .algorithm import errors_in_words
from .offline_map_algorithm import OfflineMapAlgorithm


class ApplySavedEdits(OfflineMapAlgorithm):
    """Makes saved edits local edits again, without a portal."""

    SECTION = "edit"
    EDITS, EDITED = "EDITS", "EDITED"

    def name(self) -> str:
        return "applysavededits"

    def displayName(self) -> str:
        return self.tr("Apply saved edits")

    def tags(self) -> list[str]:
        return self.tr("arcgis,offline,map area,edits,apply,restore,geopackage").split(",")

    def shortDescription(self) -> str:
        return self.tr("Applies saved edits to an offline map; the next update sends them.")

    def shortHelpString(self) -> str:
        return self.tr(
            "Reads a GeoPackage written by “Export local edits” or by an update, and applies its edits "
            "to the offline map, which may have been downloaded again since. Features are found by "
            "their GlobalIDs; only the fields that had been changed are written. Edits that cannot be "
            "applied are left out and named in the log.\n\n"
            "Offline map: the folder of a map that was downloaded with this plugin, or its "
            "package.info.\n"
            "Saved edits: the GeoPackage; it is not changed.\n\n"
            "Edits: the number of edits applied."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_offline_map()
        self.addParameter(
            QgsProcessingParameterFile(
                self.EDITS,
                self.tr("Saved edits"),
                Qgis.ProcessingFileParameterBehavior.File,
                fileFilter="GeoPackage (*.gpkg)",
            )
        )
        self.addOutput(QgsProcessingOutputNumber(self.EDITED, self.tr("Edits")))

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        super().check(parameters, context)
        self._edits(parameters, context)

    def writes(self, parameters: dict[str, Any], context: QgsProcessingContext) -> bool:
        return True

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        from ..core.update.put_back import apply_saved_edits
        from ..core.update.synced_map import open_synced_map

        with errors_in_words():
            edits = self._edits(parameters, context)
            synced = open_synced_map(self.folder(parameters, context))
            with self.writing(synced.folder):
                done = apply_saved_edits(synced, edits, HostFeedback(feedback))
        for entry in done.notices:
            feedback.pushWarning(notice_in_words(entry))
        return {self.EDITED: done.count}

    def _edits(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Path:
        edits = Path(self.parameterAsFile(parameters, self.EDITS, context)).absolute()
        if not edits.is_file():
            raise BadInput("“{file}” does not exist.", next_step="Choose another file.", file=edits.name)
        return edits
