"""The algorithm `downloadmaparea`: one preplanned map area, offline."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputFile,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterString,
)

from ..qgis_io.wording import in_words, notice_in_words
from .algorithm import advanced, errors_in_words
from .download_parameters import (
    CONTINUE_ON_ERRORS,
    INCLUDE_BASEMAP,
    OUTPUT,
    REFERENCE_BASEMAP_DIRECTORY,
    REFERENCE_BASEMAP_FILENAME,
    UPDATE_MODE,
    DownloadAlgorithm,
    update_modes,
)
from .proposed_folder import folder_destination, free_folder

if TYPE_CHECKING:
    from pathlib import Path

    from ..core.download.job import Request
    from ..core.download.parameters import Overrides
    from ..core.portal.items import Portal


class DownloadMapArea(DownloadAlgorithm):
    """Downloads one map area of a web map and makes QGIS layers of it."""

    SECTION = "download-by-algorithm"
    MAP_AREA, DRY_RUN, LOAD = "MAP_AREA", "DRY_RUN", "LOAD"
    PROJECT, LAYERS, BYTES, REPORT = "PROJECT", "LAYERS", "BYTES", "REPORT"
    LAYER_ERRORS, TABLE_ERRORS = "LAYER_ERRORS", "TABLE_ERRORS"
    TITLE, AREA_ID = "TITLE", "AREA_ID"

    def name(self) -> str:
        return "downloadmaparea"

    def displayName(self) -> str:
        return self.tr("Download map area")

    def tags(self) -> list[str]:
        return self.tr("arcgis,portal,offline,map area,preplanned,web map,take offline").split(",")

    def shortDescription(self) -> str:
        return self.tr("Takes a preplanned map area of a web map offline, as QGIS layers.")

    def shortHelpString(self) -> str:
        return self.tr(
            "Downloads a map area that the author of a web map prepared, checks every package, and "
            "creates layers and a project that need no network.\n\n"
            "Portal URL: ArcGIS Online, or an ArcGIS Enterprise portal.\n"
            "Authentication: none for public maps; otherwise a QGIS authentication configuration "
            "(Basic, Esri token, OAuth2, API header or PKI).\n"
            "Web map and map area: item ids or links; for the area, its exact title also works.\n"
            "Offline map: a new or empty folder. To continue an interrupted download, run it again with "
            "the same folder.\n"
            "Update mode: how the offline map will be kept up to date; by default, as the author "
            "chose.\n"
            "Continue if a layer or table fails: keeps the layers and tables that succeed, and counts "
            "the errors; otherwise the first error ends the download.\n"
            "Reference basemap: a tile package on this computer instead of the portal's basemap.\n"
            "Dry run: only shows what would be downloaded.\n\n"
            "Layers: sources that other algorithms can open, topmost first.\n"
            "Report: a JSON file with the outcome for every layer."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_portal_parameters()
        self.addParameter(
            QgsProcessingParameterString(self.MAP_AREA, self.tr("Map area (item id or exact title)"))
        )
        self.add_download_options()
        self.addParameter(advanced(QgsProcessingParameterBoolean(self.DRY_RUN, self.tr("Dry run"), False)))
        self.addParameter(
            advanced(QgsProcessingParameterBoolean(self.LOAD, self.tr("Add to the open project"), True))
        )
        self.addParameter(
            folder_destination(
                self, OUTPUT, self.tr("Offline map"), lambda: free_folder(self.tr("Offline map"))
            )
        )
        for output in (
            QgsProcessingOutputFile(self.PROJECT, self.tr("Project")),
            QgsProcessingOutputMultipleLayers(self.LAYERS, self.tr("Layers")),
            QgsProcessingOutputNumber(self.LAYER_ERRORS, self.tr("Layers with an error")),
            QgsProcessingOutputNumber(self.TABLE_ERRORS, self.tr("Tables with an error")),
            QgsProcessingOutputNumber(self.BYTES, self.tr("Bytes of packages")),
            QgsProcessingOutputFile(self.REPORT, self.tr("Report")),
            QgsProcessingOutputString(self.TITLE, self.tr("Title of the map area")),
            QgsProcessingOutputString(self.AREA_ID, self.tr("Id of the map area")),
        ):
            self.addOutput(output)

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        from ..core.download.reference_basemap import check_directory
        from ..core.download.staging import check_output

        super().check(parameters, context)
        output = self.output_folder(parameters, context)
        check_output(output)
        check_directory(self.overrides(parameters, context), output.parent)

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        from ..core.download.job import Request
        from ..layers.open_project.groups import read_groups
        from .run_download import download, failure_noted

        with errors_in_words():
            output = self.output_folder(parameters, context)
            dry_run = self.parameterAsBool(parameters, self.DRY_RUN, context)
            noted = nullcontext() if dry_run else failure_noted(output, feedback)
            with noted, self.portal(feedback) as portal:
                request = Request(
                    web_map_id=self.web_map_id,
                    area=self.text(parameters, self.MAP_AREA, context),
                    output=output,
                    overrides=self.overrides(parameters, context),
                )
                if dry_run:
                    return self._dry_run(request, portal, feedback)
                downloaded = download(request, portal, feedback)
                if self.parameterAsBool(parameters, self.LOAD, context) and context.project():
                    self.load_on_completion(read_groups(downloaded.project), context)
        result = downloaded.result
        for entry in result.outcomes.entries:
            if entry.error:
                feedback.pushWarning(f"{entry.layer.title}: {in_words(entry.error)}")
        return {
            OUTPUT: str(result.folder),
            self.PROJECT: str(downloaded.project),
            self.LAYERS: list(downloaded.layers),
            self.LAYER_ERRORS: len(result.outcomes.layer_errors),
            self.TABLE_ERRORS: len(result.outcomes.table_errors),
            self.BYTES: result.bytes,
            self.REPORT: str(result.report),
            self.TITLE: result.area.item.title,
            self.AREA_ID: result.area.item.id,
        }

    def _dry_run(self, request: Request, portal: Portal, feedback: QgsProcessingFeedback) -> dict[str, Any]:
        from .run_download import plan_download

        plan, rights, report = plan_download(request, portal)
        for package in plan.packages:
            text = self.tr("{package}: {size} MB")
            feedback.pushInfo(text.format(package=package.item.title, size=f"{package.item.size / 1e6:.1f}"))
        for entry in (*plan.notices, *rights):
            feedback.pushWarning(notice_in_words(entry))
        errors = [entry for entry in plan.layers if entry.error]
        for planned in errors:
            feedback.pushWarning(in_words(planned.error))
        tables = sum(1 for entry in errors if entry.is_table)
        return {
            self.LAYERS: [],
            self.LAYER_ERRORS: len(errors) - tables,
            self.TABLE_ERRORS: tables,
            self.BYTES: plan.bytes,
            self.REPORT: str(report),
            self.TITLE: plan.area.item.title,
            self.AREA_ID: plan.area.item.id,
        }


def download_call(
    portal: str, authcfg: str, web_map: str, area: str, output: Path, overrides: Overrides
) -> dict[str, Any]:
    """The parameters that call `downloadmaparea` without adding to a project; empty ones are left out."""
    values = {
        DownloadMapArea.PORTAL: portal,
        DownloadMapArea.AUTHCFG: authcfg,
        DownloadMapArea.WEB_MAP: web_map,
        DownloadMapArea.MAP_AREA: area,
        UPDATE_MODE: update_modes().index(overrides.update_mode),
        CONTINUE_ON_ERRORS: overrides.continue_on_errors,
        INCLUDE_BASEMAP: overrides.include_basemap,
        REFERENCE_BASEMAP_DIRECTORY: overrides.reference_basemap_directory,
        REFERENCE_BASEMAP_FILENAME: overrides.reference_basemap_filename,
        DownloadMapArea.LOAD: False,
        OUTPUT: str(output),
    }
    return {name: value for name, value in values.items() if value not in (None, "")}
