"""One download as all doors run it: the algorithms for one area and for many, and so the dock."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
import tempfile
from typing import Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterString,
    QgsProcessingUtils,
)

from ..core.errors import BadInput, OfflineMapError
from ..core.host import SystemClock
from ..core.offline.job import DownloadOfflineMapJob, DownloadResult, Request, Surroundings
from ..core.offline.parameters import Overrides, UpdateMode
from ..core.offline.plan import Plan
from ..core.offline.staging import WORK_FOLDER
from ..core.portal.items import Portal
from ..core.version import plugin_version
from ..layers.project import PROJECT_NAME, write_project
from ..layers.report import ProjectReport
from ..qgis_io.drawing import running_drawing
from ..qgis_io.feedback import HostFeedback
from ..qgis_io.lock import sole_writer
from ..qgis_io.spatial_reference import project_extent
from ..qgis_io.threads import QtExecutor
from ..qgis_io.wording import notice_in_words
from .algorithm import advanced
from .portal_algorithm import CONNECTIONS, PortalAlgorithm

# The order is part of the public contract: scripts pass the number. None: the author's default.
UPDATE_MODES: tuple[Optional[UpdateMode], ...] = (
    None,
    UpdateMode.NONE,
    UpdateMode.SYNC,
    UpdateMode.SCHEDULED,
    UpdateMode.SCHEDULED_AND_UPLOAD,
)
UPDATE_MODE = "UPDATE_MODE"
CONTINUE_ON_ERRORS = "CONTINUE_ON_ERRORS"
INCLUDE_BASEMAP = "INCLUDE_BASEMAP"
REFERENCE_BASEMAP_DIRECTORY = "REFERENCE_BASEMAP_DIRECTORY"
REFERENCE_BASEMAP_FILENAME = "REFERENCE_BASEMAP_FILENAME"
OUTPUT = "OUTPUT"
# Shares of the progress bar: the packages, then their layers, then the project.
_DOWNLOADED, _PREPARED = 80.0, 97.0


class DownloadAlgorithm(PortalAlgorithm):
    """Base of the algorithms that download: the parameters of a job, each with its default."""

    def add_download_options(self) -> None:
        """UPDATE_MODE to REFERENCE_BASEMAP_FILENAME."""
        modes = [
            self.tr("Author's default"),
            self.tr("No updates"),
            self.tr("Sync with feature services"),
            self.tr("Scheduled updates"),
            self.tr("Scheduled updates, and upload of new features"),
        ]
        for parameter in (
            QgsProcessingParameterEnum(UPDATE_MODE, self.tr("Update mode"), modes, False, 0),
            QgsProcessingParameterBoolean(
                CONTINUE_ON_ERRORS, self.tr("Continue if a layer or table fails"), True
            ),
            QgsProcessingParameterBoolean(INCLUDE_BASEMAP, self.tr("Include the basemap"), True),
            QgsProcessingParameterFile(
                REFERENCE_BASEMAP_DIRECTORY,
                self.tr(
                    "Reference basemap directory (absolute, or relative to the parent of the offline map)"
                ),
                QgsProcessingParameterFile.Behavior.Folder,
                "",
                None,
                True,
            ),
            QgsProcessingParameterString(
                REFERENCE_BASEMAP_FILENAME,
                self.tr("Reference basemap file name (if other than the author's)"),
                None,
                False,
                True,
            ),
        ):
            self.addParameter(advanced(parameter))

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        super().check(parameters, context)
        self.output_folder(parameters, context)

    def overrides(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Overrides:
        """The values of those parameters."""
        return Overrides(
            update_mode=UPDATE_MODES[self.parameterAsEnum(parameters, UPDATE_MODE, context)],
            continue_on_errors=self.parameterAsBool(parameters, CONTINUE_ON_ERRORS, context),
            include_basemap=self.parameterAsBool(parameters, INCLUDE_BASEMAP, context),
            reference_basemap_directory=self.text(parameters, REFERENCE_BASEMAP_DIRECTORY, context),
            reference_basemap_filename=self.text(parameters, REFERENCE_BASEMAP_FILENAME, context),
        )

    def output_folder(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Path:
        """The folder that the user chose. Raises `BadInput` for a temporary one."""
        text = self.text(parameters, OUTPUT, context)
        folder = Path(text).absolute()
        # A temporary folder dies with QGIS, and the loaded layers with it.
        temporary = Path(QgsProcessingUtils.tempFolder()).absolute()
        if not text or text == QgsProcessing.TEMPORARY_OUTPUT or temporary in folder.parents:
            raise BadInput(
                "No folder was given for the offline map.", next_step="Choose a new or empty folder."
            )
        return folder


@dataclass(frozen=True)
class Downloaded:
    """A published offline map, its project and the sources of its layers, top first."""

    result: DownloadResult
    project: Path
    layers: tuple[str, ...]


def make_job(request: Request, portal: Portal, executor: QtExecutor) -> DownloadOfflineMapJob:
    """A job with this QGIS around it."""
    surroundings = Surroundings(
        portal=portal,
        executor=executor,
        clock=SystemClock(),
        drawing=running_drawing(),
        projector=project_extent,
        plugin_version=plugin_version(),
    )
    return DownloadOfflineMapJob(request, surroundings)


def plan_download(request: Request, portal: Portal) -> tuple[Plan, Path]:
    """What a download would do, and its report in a temporary file; writes nothing else."""
    with QtExecutor(CONNECTIONS) as executor:
        job = make_job(request, portal, executor)
        plan = job.plan()
    report = Path(tempfile.mkdtemp(prefix="offline-map-areas-")) / "report.json"
    job.report.write(report, SystemClock().now())
    return plan, report


def download(request: Request, portal: Portal, feedback: QgsProcessingFeedback) -> Downloaded:
    """Downloads, makes the layers and the project, publishes. Raises `OfflineMapError`s.

    A failure leaves its report in the staging folder.
    """
    with sole_writer(request.output), QtExecutor(CONNECTIONS) as executor:
        job = make_job(request, portal, executor)
        try:
            plan = job.plan()
            for entry in plan.notices:
                feedback.pushWarning(notice_in_words(entry))
            job.download(HostFeedback(feedback, 0.0, _DOWNLOADED, in_bytes=True))
            offline_map = job.make_layers(HostFeedback(feedback, _DOWNLOADED, _PREPARED))
            report = write_project(
                offline_map,
                job.staging_folder / WORK_FOLDER / PROJECT_NAME,
                HostFeedback(feedback, _PREPARED, 100.0),
            )
            for entry in report.layers:
                for loss in entry.losses:
                    feedback.pushWarning(f"{entry.layer.title}: {notice_in_words(loss)}")
            job.note_project(report.losses, {entry.layer.id: entry.error for entry in report.layers})
            result = job.publish()
        except OfflineMapError as error:
            job.fail(error)
            raise
    return Downloaded(
        result,
        result.folder / WORK_FOLDER / PROJECT_NAME,
        _published(report, job.staging_folder, result.folder),
    )


def _published(report: ProjectReport, staging: Path, folder: Path) -> tuple[str, ...]:
    """The sources as they are after the one rename that ends a download."""
    return tuple(source.replace(str(staging), str(folder), 1) for source in report.sources)
