"""The algorithm `exportlocaledits`: the edits of an offline map as a GeoPackage of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFileDestination,
)

from ..core.errors import BadInput
from ..qgis_io.feedback import HostFeedback
from .algorithm import errors_in_words
from .offline_map_algorithm import OfflineMapAlgorithm


class ExportLocalEdits(OfflineMapAlgorithm):
    """Saves edits, without a portal."""

    SECTION = "edit"
    OUTPUT, EDITED = "OUTPUT", "EDITED"

    def name(self) -> str:
        return "exportlocaledits"

    def displayName(self) -> str:
        return self.tr("Export local edits")

    def tags(self) -> list[str]:
        return self.tr("arcgis,offline,map area,edits,export,save,backup,geopackage").split(",")

    def shortDescription(self) -> str:
        return self.tr("Saves the edits in an offline map that were not sent yet as a GeoPackage.")

    def shortHelpString(self) -> str:
        return self.tr(
            "Writes every edited feature, row and attachment of an offline map into a GeoPackage that "
            "QGIS can open: as it is now, with the kind of edit, GlobalID and time, and in tables "
            "called “…_before” as it was before. The offline map is not changed. “Apply saved edits” "
            "applies them again.\n\n"
            "Offline map: the folder of a map that was downloaded with this plugin, or its "
            "package.info.\n"
            "Saved edits: a GeoPackage, replaced once the new one is complete.\n\n"
            "Edits: the number of edits."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_offline_map()
        self.addParameter(
            QgsProcessingParameterFileDestination(self.OUTPUT, self.tr("Saved edits"), "GeoPackage (*.gpkg)")
        )
        self.addOutput(QgsProcessingOutputNumber(self.EDITED, self.tr("Edits")))

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        super().check(parameters, context)
        self._target(parameters, context)

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        from ..core.update.saved_edits import export_edits
        from ..core.update.synced_map import open_synced_map

        with errors_in_words():
            target = self._target(parameters, context)
            synced = open_synced_map(self.folder(parameters, context))
            count = export_edits(synced, target, HostFeedback(feedback))
        return {self.OUTPUT: str(target), self.EDITED: count}

    def _target(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Path:
        """Raises `BadInput` for a file that is no GeoPackage by its name, or belongs to the map."""
        target = Path(self.parameterAsFileOutput(parameters, self.OUTPUT, context)).absolute()
        if target.suffix.lower() != ".gpkg":
            raise BadInput(
                "“{file}” does not end in {suffixes}.",
                next_step="Choose another output file.",
                file=target.name,
                suffixes=".gpkg",
            )
        folder = self.folder(parameters, context)
        if folder in target.parents and target.parent.name != "updates":
            raise BadInput(
                "“{file}” would be among the files of the offline map.",
                next_step="Choose another output file.",
                file=target.name,
            )
        return target
