"""Keeping offline maps and their feature services in step: check, update, and what becomes of edits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qgis.core import Qgis
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QCoreApplication, QLocale
from qgis.PyQt.QtWidgets import QFileDialog

from ...core.offline_map.area_status import Activity
from ...core.offline_map.currency import Newer
from ...core.update.update_request import UpdateDirection
from ...layers.open_project.layers_of_map import reload_layers
from ...qgis_io.connections import connection_for
from ..rows.local_area import LocalArea
from ..widgets.question import ask_whether, question_box
from ..widgets.sync_report import SyncReportDialog, read_sync_report
from .job_queue import JobQueue
from .local_areas import LocalAreas
from .map_job import MapJob
from .open_edits import settle_edits
from .other_user import OtherUser
from .services import Services
from .tasks import Outcome

_DOWNLOAD = {"none": Newer.NONE, "available": Newer.YES}


class Updater:
    """Runs the algorithms for offline maps that are registered, and tells what came of it."""

    def __init__(self, local: LocalAreas, queue: JobQueue, services: Services, canvas: QgsMapCanvas) -> None:
        self._local = local
        self._queue = queue
        self._jobs = services.jobs
        self._notices = services.notices
        self._canvas = canvas
        self._window = canvas.window()
        self._other_user = OtherUser(services, self._window)

    def tr(self, text: str) -> str:
        return QCoreApplication.translate("Updater", text)

    # ---- update -------------------------------------------------------------------------------

    def update(self, here: LocalArea, direction: UpdateDirection = UpdateDirection.BOTH) -> None:
        """Sends edits and takes changes, once nobody edits its layers in this window."""
        job = MapJob(
            here.key,
            here.title,
            here.place,
            "offlinemapareas:updateofflinemap",
            Activity.SYNCING,
            self.tr("Update offline map “{title}”").format(title=here.title),
            lambda outcome: self._tell_update(here, outcome, direction),
            {"DIRECTION": tuple(UpdateDirection).index(direction), **sign_in(here)},
        )
        self._when_settled(here, lambda: self._queue.start(job))

    def _when_settled(self, here: LocalArea, go_on: Callable[[], None]) -> None:
        settle_edits(here.title, here.place, go_on, self._notices.failure, self._window)

    def _tell_update(self, here: LocalArea, outcome: Outcome, direction: UpdateDirection) -> None:
        if outcome.cancelled or outcome.error:
            reload_layers(here.place)  # parts of it may have been done
        if outcome.cancelled:
            text = self.tr("The update of “{title}” was stopped. The next one continues where it stopped.")
            self._notices.tell(text.format(title=here.title))
            return
        if outcome.error:
            text = self.tr("“{title}” was not updated: {reason}")
            self._notices.failure(text.format(title=here.title, reason=outcome.error))
            self._other_user.look(here, lambda: self.update(here, direction))
            return
        self._local.note_check(here.place, Newer.UNKNOWN)
        results, number = outcome.results, QLocale().toString
        text = self.tr("“{title}” updated. Sent: {sent}, received: {received}, refused: {refused}.")
        told = text.format(
            title=here.title,
            sent=number(results["UPLOADED"]),
            received=number(results["DOWNLOADED"]),
            refused=number(results["EDIT_ERRORS"]),
        )
        if not outcome.warnings:
            self._notices.success(told)
            return
        report = read_sync_report(here.place, Path(results["REPORT"]))
        self._notices.offer(
            told,
            Qgis.MessageLevel.Warning,
            self.tr("Details"),
            lambda: SyncReportDialog(here.title, report, self._canvas, self._window).show(),
            "\n".join(outcome.warnings),
        )

    # ---- check --------------------------------------------------------------------------------

    def check(self, here: LocalArea) -> None:
        """Counts edits, and asks the services for changes; writes nothing."""
        title = self.tr("Check “{title}” for updates").format(title=here.title)
        parameters = {"INPUT": str(here.place), **sign_in(here)}
        self._jobs.run(
            "offlinemapareas:checkforupdates",
            parameters,
            lambda outcome: self._tell_check(here, outcome),
            title,
        )

    def _tell_check(self, here: LocalArea, outcome: Outcome) -> None:
        if outcome.cancelled:
            return
        if outcome.error:
            self._notices.failure(outcome.error)
            return
        newer = _DOWNLOAD.get(outcome.results["DOWNLOAD"], Newer.UNKNOWN)
        self._local.note_check(here.place, newer)
        texts = {
            Newer.NONE: self.tr("“{title}”: edits to send: {edits}. No changes by others."),
            Newer.YES: self.tr(
                "“{title}”: edits to send: {edits}. Others have changed features: update the map to get "
                "the changes."
            ),
            Newer.UNKNOWN: self.tr(
                "“{title}”: edits to send: {edits}. Only an update can tell whether others have changed "
                "features."
            ),
        }
        told = texts[newer].format(title=here.title, edits=QLocale().toString(outcome.results["UPLOADS"]))
        if outcome.warnings:
            self._notices.tell(" ".join([told, *outcome.warnings]), Qgis.MessageLevel.Warning)
        else:
            self._notices.tell(told)

    # ---- edits --------------------------------------------------------------------------------

    def save_edits(self, here: LocalArea) -> None:
        """Asks for a file, and puts there the edits that were not sent."""
        proposed = Path.home() / f"{here.place.name}.gpkg"
        path, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save Edits as File"), str(proposed), "GeoPackage (*.gpkg)"
        )
        if path:
            self.save_edits_to(here, Path(path if path.lower().endswith(".gpkg") else f"{path}.gpkg"))

    def save_edits_to(self, here: LocalArea, file: Path) -> None:
        """Puts the edits into a GeoPackage, which may be replaced."""

        def tell(outcome: Outcome) -> None:
            if outcome.error:
                self._notices.failure(outcome.error)
            elif not outcome.cancelled:
                text = self.tr("Edits saved in “{file}”: {edits}.")
                edits = QLocale().toString(outcome.results["EDITED"])
                self._notices.success(text.format(file=file, edits=edits))

        title = self.tr("Save edits of “{title}”").format(title=here.title)
        parameters = {"INPUT": str(here.place), "OUTPUT": str(file)}
        self._jobs.run("offlinemapareas:exportlocaledits", parameters, tell, title)

    def revert(self, here: LocalArea) -> None:
        """Asks, then undoes every edit since the last update."""
        text = self.tr(
            "Edits not sent yet: {count}. Features will be as they were after the last update. To keep "
            "the edits, save them as a file first."
        )
        box = question_box(
            self._window,
            "offlineMapAreasRevert",
            self.tr("Revert Edits"),
            self.tr("Undo all edits in “{title}”?").format(title=here.title),
            text.format(count=QLocale().toString(here.local.edits)),
            "edit",
            warns=True,
        )
        ask_whether(
            box, self.tr("Revert Edits"), lambda: self._when_settled(here, lambda: self._revert(here))
        )

    def _revert(self, here: LocalArea) -> None:
        def tell(outcome: Outcome) -> None:
            if outcome.error:
                self._notices.failure(outcome.error)
            elif not outcome.cancelled:
                text = self.tr("Edits in “{title}” undone: {edits}.")
                edits = QLocale().toString(outcome.results["EDITED"])
                self._notices.success(text.format(title=here.title, edits=edits))

        job = MapJob(
            here.key,
            here.title,
            here.place,
            "offlinemapareas:revertlocaledits",
            Activity.UPDATING,
            self.tr("Revert edits of “{title}”").format(title=here.title),
            tell,
        )
        self._queue.start(job)


def sign_in(here: LocalArea) -> dict[str, str]:
    """AUTHCFG of the saved connection to the portal of a map; nothing where there is none."""
    saved = connection_for(here.portal_url)
    return {"AUTHCFG": saved.authcfg} if saved and saved.authcfg else {}
