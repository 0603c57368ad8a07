"""The algorithm `convertmobilegeodatabase`: a mobile geodatabase as a GeoPackage."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import (
    Qgis,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
)

from ..qgis_io.feedback import HostFeedback
from ..qgis_io.wording import in_words, notice_in_words
from .algorithm import errors_in_words
from .conversion import ConversionAlgorithm


class ConvertMobileGeodatabase(ConversionAlgorithm):
    """Converts one .geodatabase, without a portal."""

    SECTION = "features-forms-and-attachments"
    FEATURES = "FEATURES"
    suffixes = (".gpkg",)

    def name(self) -> str:
        return "convertmobilegeodatabase"

    def displayName(self) -> str:
        return self.tr("Convert mobile geodatabase")

    def tags(self) -> list[str]:
        return self.tr("arcgis,esri,runtime,mobile geodatabase,geopackage,convert,sqlite").split(",")

    def shortDescription(self) -> str:
        return self.tr("Converts a mobile or runtime geodatabase of ArcGIS to a GeoPackage.")

    def shortHelpString(self) -> str:
        return self.tr(
            "Reads a mobile geodatabase (.geodatabase) as created by ArcGIS apps and portals, and "
            "writes its layers and tables into a GeoPackage: current rows only, with all their values, "
            "value lists, subtypes, relations, attachments and spatial references.\n\n"
            "Mobile geodatabase: the file; it is not changed.\n"
            "GeoPackage: replaced once the new one is complete.\n"
            "Add to the open project: with the symbols, titles and forms of the service.\n\n"
            "Features: the number of rows written. Tables that cannot be read are named in the log; the "
            "others are written."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.addParameter(
            QgsProcessingParameterFile(
                self.INPUT,
                self.tr("Mobile geodatabase"),
                Qgis.ProcessingFileParameterBehavior.File,
                fileFilter=self.tr("Mobile geodatabase (*.geodatabase);;All files (*)"),
            )
        )
        self.add_load()
        self.addParameter(
            QgsProcessingParameterFileDestination(self.OUTPUT, self.tr("GeoPackage"), "GeoPackage (*.gpkg)")
        )
        self.addOutput(QgsProcessingOutputNumber(self.FEATURES, self.tr("Features")))

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        from ..core.offline_map.single_package import map_of_geodatabase, table_errors
        from ..core.working_copy.write import write_working_copy

        host = HostFeedback(feedback)
        with errors_in_words():
            source, target = self.paths(parameters, context)
            copy = write_working_copy(source, target, host)
            for table in copy.tables:
                if table.error:
                    host.warn(f"{table.name}: {in_words(table.error)}")
                for loss in table.losses:
                    host.warn(f"{table.name}: {notice_in_words(loss)}")
            if self.wants_layers(parameters, context):
                self.load(map_of_geodatabase(source, target, table_errors(copy)), context, host)
        return {self.OUTPUT: str(target), self.FEATURES: sum(table.feature_count for table in copy.tables)}
