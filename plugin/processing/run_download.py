"""One download, as the algorithms for one area and for many run it, and through them the dock.

Imported when one begins: what it needs would keep QGIS waiting at its start.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from qgis.core import QgsProcessingFeedback

from ..core.download.job import DownloadOfflineMapJob, DownloadResult, Request, Surroundings
from ..core.download.plan import Plan
from ..core.download.staging import Staging
from ..core.errors import AWAY, Cancelled, OfflineMapError
from ..core.host import Silent, SystemClock
from ..core.notice import Notice
from ..core.offline_map.layout import REPORT_NAME, MapFolder
from ..core.offline_map.manifest import read_manifest
from ..core.portal.items import Portal
from ..core.update.foreseen_rights import foreseen_rights
from ..core.update.registration import register_map
from ..core.update.synced_map import read_synced_map
from ..core.version import plugin_version
from ..layers.open_project.stored_rights import OpenProject, store_rights
from ..layers.project.project import write_project
from ..qgis_io.drawing import running_drawing
from ..qgis_io.feedback import HostFeedback, WatchedFeedback
from ..qgis_io.lock import sole_writer
from ..qgis_io.made_here import note_begun, note_downloaded, trust_project
from ..qgis_io.settings import remember_offline_map
from ..qgis_io.spatial_reference import project_extent
from ..qgis_io.threads import QtExecutor
from ..qgis_io.wording import in_words, notice_in_words
from .algorithm import tell_losses
from .offline_map_algorithm import update_surroundings
from .portal_algorithm import PARALLEL_REQUESTS

# Shares of the progress bar: the packages, then their layers, then the project.
_DOWNLOADED, _PREPARED = 80.0, 97.0


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


def plan_download(request: Request, portal: Portal) -> tuple[Plan, tuple[Notice, ...], Path]:
    """What a download would do, what of it could not be edited, and its report in a temporary file.

    Writes nothing else.
    """
    with (
        QtExecutor(PARALLEL_REQUESTS) as executor,
        TemporaryDirectory(prefix="offline-map-areas-") as scratch,
    ):
        job = make_job(request, portal, executor)
        plan = job.plan()
        around = update_surroundings(lambda _portal_url: portal.session, Path(scratch))
        packaged = [(entry.layer, entry.package) for entry in plan.layers if entry.package]
        rights = foreseen_rights(
            plan.parameters.update_mode,
            packaged,
            lambda service_url: around.service(portal.url, service_url, Silent()),
            executor,
        )
    report = Path(mkdtemp(prefix="offline-map-areas-")) / REPORT_NAME
    job.report.write(report, SystemClock().now())
    return plan, rights, report


@contextmanager
def failure_noted(output: Path, feedback: QgsProcessingFeedback) -> Iterator[None]:
    """What ends the download that will become `output`, its folder knows until it is tried again.

    But not that the portal is away where a queue waits for it.
    """
    try:
        yield
    except Cancelled:
        raise
    except OfflineMapError as error:
        is_watched = isinstance(feedback, WatchedFeedback)
        if is_watched:
            feedback.failure = error
        staging = Staging(output)
        if staging.folder.is_dir() and not (is_watched and isinstance(error, AWAY)):
            with suppress(OfflineMapError), sole_writer(output):  # it may be another process' by now
                staging.note_failure(error)
        raise


def download(request: Request, portal: Portal, feedback: QgsProcessingFeedback) -> Downloaded:
    """Downloads, makes the layers and the project, publishes, registers. Raises `OfflineMapError`s.

    A failure leaves its report in the staging folder; the error tells where. What cannot be registered now
    waits for the first update, and is no failure.
    """
    with sole_writer(request.output), QtExecutor(PARALLEL_REQUESTS) as executor:
        job = make_job(request, portal, executor)
        try:
            plan = job.plan()
            for entry in plan.notices:
                feedback.pushWarning(notice_in_words(entry))
            note_begun(request.output)
            job.download(HostFeedback(feedback, 0.0, _DOWNLOADED, in_bytes=True))
            offline_map = job.make_layers(HostFeedback(feedback, _DOWNLOADED, _PREPARED))
            for entry in job.fetch_pictures(offline_map, HostFeedback(feedback)):
                feedback.pushWarning(notice_in_words(entry))
            report = write_project(
                offline_map,
                MapFolder(job.staging_folder).project,
                HostFeedback(feedback, _PREPARED, 100.0),
            )
            tell_losses(report, HostFeedback(feedback))
            job.note_project(
                report.losses, {entry.layer.id: entry.error for entry in report.layers}, report.notices
            )
            trust_project(report.project)
            result = job.publish()
            note_downloaded(result.folder, read_manifest(result.folder).finished)
            remember_offline_map(result.folder)
        except OfflineMapError as error:
            error.report = job.fail(error)
            raise
        _register(job, result.folder, portal, feedback)
    report = report.moved(job.staging_folder, result.folder)
    return Downloaded(result, report.project, report.sources)


def _register(
    job: DownloadOfflineMapJob, folder: Path, portal: Portal, feedback: QgsProcessingFeedback
) -> None:
    try:
        manifest = read_manifest(folder)
        synced = read_synced_map(folder, manifest)
        if not synced.mode.uploads:
            return
        with TemporaryDirectory(prefix="offline-map-areas-") as scratch:
            around = update_surroundings(lambda _portal_url: portal.session, Path(scratch))
            notices = register_map(synced, around, HostFeedback(feedback, 100.0)).told(synced)
        for entry in notices:
            feedback.pushWarning(notice_in_words(entry))
        job.tell_registration(folder, notices)
        note_downloaded(folder, manifest.finished)  # its manifest says more by now
        store_rights(MapFolder(folder).project, OpenProject(None, False))
    except OfflineMapError as error:
        feedback.pushWarning(in_words(error))
