"""The algorithm `downloadmapareas`: many map areas of one web map, for models and night jobs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Optional
import weakref

from qgis.core import (
    Qgis,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingMultiStepFeedback,
    QgsProcessingOutputFile,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSource,
)

from ..core.errors import BadInput, Cancelled, OfflineMapError
from ..qgis_io.wording import in_words
from .algorithm import errors_in_words
from .download_parameters import OUTPUT, DownloadAlgorithm
from .proposed_folder import folder_destination, parent_folder

if TYPE_CHECKING:
    from ..core.download.job import Request
    from ..core.portal.items import Item, Portal
    from ..core.portal.map_areas import BrokenArea
    from ..core.portal.urls import ItemId
    from .kept_maps import KeptMaps

_ID_FIELD = "item_id"
_ANY_ID = "0" * 32


class _AreaOutcome(NamedTuple):
    """What became of one map area: done, updated, skipped or failed; `edits` of it that were not sent."""

    item_id: str
    title: str
    state: str
    bytes: int = 0
    edits: int = 0
    error: Optional[OfflineMapError] = None

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.item_id,
            "title": self.title,
            "state": self.state,
            "bytes": self.bytes,
            "edits": self.edits,
            "error": self.error.as_json() if self.error else None,
        }


class DownloadMapAreas(DownloadAlgorithm):
    """Downloads the map areas of a web map, each into a folder of its own."""

    SECTION = "download-by-algorithm"
    AREAS = "AREAS"
    DONE, SKIPPED, FAILED, BYTES, REPORT = "DONE", "SKIPPED", "FAILED", "BYTES", "REPORT"

    def __init__(self) -> None:
        super().__init__()
        self._wanted: Optional[list[ItemId]] = None
        self._maps: Optional[KeptMaps] = None

    def name(self) -> str:
        return "downloadmapareas"

    def displayName(self) -> str:
        return self.tr("Download map areas")

    def tags(self) -> list[str]:
        return self.tr("arcgis,portal,offline,map area,preplanned,web map,take offline,batch").split(",")

    def shortDescription(self) -> str:
        return self.tr("Takes all, or some, map areas of a web map offline, each into its own folder.")

    def shortHelpString(self) -> str:
        return self.tr(
            "Downloads the map areas of a web map one after the other, each into a folder named after "
            "its id. If you run it again, it skips what is current, updates the other maps that are "
            "complete, and continues what was interrupted. Nothing is uploaded: local edits are kept, and "
            "the report lists the maps that have some. If one area fails, the others are still "
            "downloaded.\n\n"
            "Map areas: features with a field item_id, as created by “List map areas”; leave it empty "
            "for all.\n"
            "Parent folder: where the folders of the areas are created.\n"
            "The other parameters are those of “Download map area”.\n\n"
            "Report: a JSON file with the outcome for every area; each folder contains a report about "
            "its layers."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_portal_parameters()
        self.addParameter(
            QgsProcessingParameterFeatureSource(
                self.AREAS,
                self.tr("Map areas (features with a field item_id; none = all)"),
                [Qgis.ProcessingSourceType.Vector],
                None,
                True,
            )
        )
        self.add_download_options()
        self.addParameter(folder_destination(self, OUTPUT, self.tr("Parent folder"), parent_folder))
        for output in (
            QgsProcessingOutputNumber(self.DONE, self.tr("Map areas downloaded or updated")),
            QgsProcessingOutputNumber(self.SKIPPED, self.tr("Map areas already current")),
            QgsProcessingOutputNumber(self.FAILED, self.tr("Map areas that failed")),
            QgsProcessingOutputNumber(self.BYTES, self.tr("Bytes of packages")),
            QgsProcessingOutputFile(self.REPORT, self.tr("Report")),
        ):
            self.addOutput(output)

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        from ..core.offline_map.unread_names import check_folder_names

        super().check(parameters, context)
        check_folder_names(self.output_folder(parameters, context) / _ANY_ID)
        source = self.parameterAsSource(parameters, self.AREAS, context)
        if source is not None and source.fields().lookupField(_ID_FIELD) < 0:
            raise BadInput(
                "The map areas have no field item_id.", next_step="Use the output of “List map areas”."
            )

    def prepareAlgorithm(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        from ..core.portal.urls import item_id_in
        from .kept_maps import KeptMaps

        source = self.parameterAsSource(parameters, self.AREAS, context)
        if source is not None:
            position = source.fields().lookupField(_ID_FIELD)
            texts = [str(feature.attribute(position)) for feature in source.getFeatures()]
            self._wanted = [found for found in map(item_id_in, texts) if found]
        self._maps = KeptMaps(self.output_folder(parameters, context))
        weakref.finalize(self, self._maps.release).atexit = False
        return super().prepareAlgorithm(parameters, context, feedback)

    def postProcessAlgorithm(
        self, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Has the layers of maps that are open show what came."""
        if self._maps is not None:
            self._maps.show()
        return {}

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        from ..core.download.job import Request
        from ..core.portal.map_areas import find_map_areas

        with errors_in_words(), self._releasing(), self.portal(feedback) as portal:
            parent = self.output_folder(parameters, context)
            areas = self._chosen(find_map_areas(portal, self.web_map_id))
            steps = QgsProcessingMultiStepFeedback(max(1, len(areas)), feedback)
            outcomes = []
            for position, area in enumerate(areas):
                steps.setCurrentStep(position)
                request = Request(
                    web_map_id=self.web_map_id,
                    area=_id_of(area),
                    output=parent / _id_of(area),
                    overrides=self.overrides(parameters, context),
                )
                outcomes.append(self._take_offline(area, request, portal, steps))
            report = self._write_report(parent, outcomes)
        return {
            OUTPUT: str(parent),
            self.DONE: sum(one.state in ("done", "updated") for one in outcomes),
            self.SKIPPED: sum(one.state == "skipped" for one in outcomes),
            self.FAILED: sum(one.state == "failed" for one in outcomes),
            self.BYTES: sum(one.bytes for one in outcomes),
            self.REPORT: str(report),
        }

    def _chosen(self, areas: tuple[Item | BrokenArea, ...]) -> list[Item | BrokenArea]:
        """The areas to take, in the order of the web map; an unknown id is refused."""
        with_id = [area for area in areas if _id_of(area)]
        if self._wanted is None:
            return with_id
        unknown = sorted(set(self._wanted) - {_id_of(area) for area in with_id})
        if unknown:
            raise BadInput(
                "The web map has no map areas with these ids: {ids}.",
                next_step="List the map areas again.",
                ids=", ".join(unknown),
            )
        return [area for area in with_id if _id_of(area) in self._wanted]

    def _take_offline(
        self,
        area: Item | BrokenArea,
        request: Request,
        portal: Portal,
        feedback: QgsProcessingFeedback,
    ) -> _AreaOutcome:
        from ..core.offline_map.manifest import has_manifest
        from ..core.portal.map_areas import BrokenArea
        from .run_download import download, failure_noted

        title, edits = area.title, 0
        try:
            if isinstance(area, BrokenArea):
                raise area.error
            if has_manifest(request.output):
                edits = self._edits(request.output, title, feedback)
                return self._update(area, request, portal, edits, feedback)
            with failure_noted(request.output, feedback):
                downloaded = download(request, portal, feedback)
        except Cancelled:
            raise
        except OfflineMapError as error:
            feedback.reportError(f"{title}: {in_words(error)}")
            return _AreaOutcome(request.area, title, "failed", edits=edits, error=error)
        return _AreaOutcome(request.area, title, "done", downloaded.result.bytes)

    def _edits(self, folder: Path, title: str, feedback: QgsProcessingFeedback) -> int:
        from ..core.offline_map.contents import edits_in
        from ..core.offline_map.layout import MapFolder

        edits = edits_in(MapFolder(folder).work)
        if edits:
            text = self.tr("{area} has edits that were not sent to the portal: {count}")
            feedback.pushWarning(text.format(area=title, count=edits))
        return edits

    def _update(
        self, area: Item, request: Request, portal: Portal, edits: int, feedback: QgsProcessingFeedback
    ) -> _AreaOutcome:
        if self._maps is None:
            raise RuntimeError("prepareAlgorithm() comes first")
        overrides = request.overrides.as_json()
        result = self._maps.update(request.output, area.id, overrides, portal, feedback)
        if result is None:
            feedback.pushInfo(self.tr("{area}: complete and unchanged").format(area=area.title))
            return _AreaOutcome(area.id, area.title, "skipped", edits=edits)
        for error in result.errors:
            raise error
        count = sum(copy.fetched.bytes for copy in result.report.copies)
        return _AreaOutcome(area.id, area.title, "updated", count, edits)

    @contextmanager
    def _releasing(self) -> Iterator[None]:
        """Open layers can be edited again afterwards."""
        try:
            yield
        finally:
            if self._maps is not None:
                self._maps.release()

    def _write_report(self, parent: Path, outcomes: list[_AreaOutcome]) -> Path:
        from ..core.offline_map.layout import REPORT_NAME
        from ..core.storage import storage, write_whole

        report = parent / REPORT_NAME
        content = {"version": 1, "areas": [outcome.as_json() for outcome in outcomes]}
        with storage(report.name):
            parent.mkdir(parents=True, exist_ok=True)
        write_whole(report, json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8"))
        return report


def _id_of(area: Item | BrokenArea) -> str:
    return area.id or ""
