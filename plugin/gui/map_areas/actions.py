"""What happens when a user wants something of a map area, on either page or in the Browser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Optional

from qgis.core import Qgis
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...core.errors import OfflineMapError
from ...core.offline_map.area_status import Content, Local
from ...core.offline_map.currency import Newer
from ...core.portal.map_areas import MapArea, load_map_area
from ...core.update.update_request import UpdateDirection
from ...qgis_io.connections import Connection, connection_for
from ...qgis_io.removing import remove_offline_map
from ...qgis_io.settings import forget_offline_map
from ...qgis_io.wording import in_words
from ..jobs.finishing import Finisher
from ..jobs.job_queue import AreaJob, JobQueue
from ..jobs.local_areas import LocalAreas
from ..jobs.map_job import MapJob
from ..jobs.opening import Opener, close_layers
from ..jobs.removing import ask_removal, staying_in_words
from ..jobs.services import Services
from ..jobs.tasks import Outcome
from ..jobs.telling import DownloadTeller
from ..jobs.unfinished import Download
from ..jobs.updating import Updater
from ..jobs.verifying import Verifier
from ..rows.actions import Action
from ..rows.area_row import AreaRow
from ..rows.local_area import LocalArea
from ..rows.wording import Words
from ..widgets.reveal import reveal
from .area_list import AreaList, ListedWebMap
from .details import DetailsDialog
from .download_dialog import DownloadDialog


class AreaActions(QObject):
    """Does to rows what was chosen, and tells how downloads ended.

    `processing_wanted` tells parameters of `downloadmaparea`, `zoom_wanted` the rows that the map is to show.
    """

    processing_wanted = pyqtSignal(dict)
    zoom_wanted = pyqtSignal(list)

    def __init__(
        self,
        local: LocalAreas,
        queue: JobQueue,
        opener: Opener,
        services: Services,
        canvas: QgsMapCanvas,
        parent: Optional[QObject] = None,
    ) -> None:
        super().__init__(parent)
        self._local = local
        self._queue = queue
        self._opener = opener
        self._jobs = services.jobs
        self._questions = services.questions
        self._notices = services.notices
        self._canvas = canvas
        self._window = canvas.window()
        self._verifier = Verifier(local, services, self._window)
        self.updater = Updater(local, queue, services, canvas)
        self.finisher = Finisher(queue, services, canvas)
        self.teller = DownloadTeller(queue, opener, services, self._window, self._show_map)
        queue.ended.connect(self._tell_end)
        queue.unwanted.connect(self._undo_download)
        queue.failed.connect(self._notices.failure)
        opener.opened.connect(lambda _path: local.look())

    def do(self, rows: Sequence[AreaRow], action: Action, areas: Optional[AreaList] = None) -> None:
        """Does `action` to rows, which stand in the list `areas` unless they are of this computer."""
        listed = areas.choice if areas else None
        if action is Action.ZOOM:
            self.zoom_wanted.emit(list(rows))
        elif action is Action.DOWNLOAD:
            self._ask_download(rows, listed)
        elif action is Action.RELOAD and areas is not None:
            areas.refresh()
        else:
            for row in rows:
                self._do_to_one(row, action, listed)

    def _do_to_one(self, row: AreaRow, action: Action, listed: Optional[ListedWebMap]) -> None:
        for_any: dict[Action, Callable[[], None]] = {
            Action.PAUSE: lambda: self._queue.pause(row.key),
            Action.RESUME: lambda: self._queue.resume(row.key, row.folder),
            Action.RETRY: lambda: self._queue.resume(row.key, row.folder),
            Action.CANCEL: lambda: self._queue.cancel(row.key, row.folder),
            Action.STOP: lambda: self._queue.pause(row.key),
            Action.DETAILS: lambda: DetailsDialog(row, listed, self._questions, self._window).show(),
        }
        for_what_is_here: dict[Action, Callable[[LocalArea], None]] = {
            Action.OPEN: lambda here: self._opener.open(here.place),
            Action.CLOSE: close_layers,
            Action.PROJECT: lambda here: self._opener.open_as_project(here.place),
            Action.UPDATE: self.updater.update,
            Action.SEND: lambda here: self.updater.update(here, UpdateDirection.UPLOAD),
            Action.RECEIVE: lambda here: self.updater.update(here, UpdateDirection.DOWNLOAD),
            Action.CHECK: lambda here: self._check(here, listed),
            Action.SAVE_EDITS: self.updater.save_edits,
            Action.REVERT: self.updater.revert,
            Action.VERIFY: self._verifier.verify,
            Action.FOLDER: lambda here: reveal(here.place),
            Action.FORGET: self._forget,
            Action.REMOVE: self._ask_removal,
            Action.FINISH: self.finisher.ask,
        }
        if action in for_any:
            for_any[action]()
        elif row.here is not None:
            for_what_is_here[action](row.here)

    # ---- downloads ----------------------------------------------------------------------------

    def _ask_download(self, rows: Sequence[AreaRow], listed: Optional[ListedWebMap]) -> None:
        areas = [row.area for row in rows if row.area is not None]
        if not areas or listed is None:
            return
        dialog = DownloadDialog(listed, areas, self._jobs, self._window)
        dialog.wanted.connect(self._queue.start)
        dialog.in_processing_wanted.connect(self.processing_wanted)
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()

    def _show_map(self, download: Download) -> bool:
        """All about the map that a download made; false where it is gone."""
        here = next((one for one in self._local.everything if one.place == download.folder), None)
        if here is None or not here.local.is_map:
            return False
        row = AreaRow(
            download.area_id,
            here.title,
            here=here,
            area=self._local.heard(download.key),
            portal_url=download.portal_url,
        )
        self._do_to_one(row, Action.DETAILS, None)
        return True

    def _tell_end(self, work: AreaJob, outcome: Outcome) -> None:
        if isinstance(work, MapJob):
            work.ended(outcome)

    def _undo_download(self, download: Download) -> None:
        """Its user cancelled it when the map was there already, and known to feature services perhaps."""
        here = LocalArea(
            download.folder,
            download.title,
            Local(Content.WHOLE),
            area_id=download.area_id,
            portal_url=download.portal_url,
        )
        self.finisher.finish(here, discard=False, delete=True)

    # ---- what is here -------------------------------------------------------------------------

    def _check(self, here: LocalArea, listed: Optional[ListedWebMap]) -> None:
        """Asks whether there is anything new, and tells: the services of a map that is registered, of any
        other the portal that has its packages.
        """
        if here.is_registered:
            self.updater.check(here)
            return
        preferred = listed.connection if listed else None
        connection = connection_for(here.portal_url, preferred) or Connection("", here.portal_url)

        def found(area: MapArea) -> None:
            self._local.hear(here.portal_url, area)
            self._tell_newer(here.beside(area))

        self._questions.ask(
            connection,
            lambda portal: load_map_area(portal, here.area_id),
            found,
            lambda error: self._notices.failure(in_words(error)),
        )

    def _tell_newer(self, here: LocalArea) -> None:
        if here.local.newer is Newer.NONE:
            self._notices.success(self.tr("“{title}” is up to date.").format(title=here.title))
        elif here.local.newer is Newer.UNKNOWN:
            text = self.tr("The portal has not finished the packages of “{title}” yet. Check again later.")
            self._notices.tell(text.format(title=here.title))
        else:
            text = self.tr(
                "The portal has newer packages of “{title}”. To get them, remove it and download it again."
            )
            warnings = Words().edits_help(here)
            self._notices.tell(" ".join([text.format(title=here.title), *warnings]))

    def _forget(self, here: LocalArea) -> None:
        forget_offline_map(here.place)
        self._local.look()

    def _ask_removal(self, here: LocalArea) -> None:
        warnings = Words().edits_help(here)
        ask_removal(here, warnings, lambda: self.remove(here), self._window)

    def remove(self, here: LocalArea) -> None:
        """Takes the layers of an offline map out of the project and its files off this machine.

        Only of one that this profile downloaded.
        """
        if not here.is_own:
            return
        if here.is_synced:  # it may have been registered without anybody having heard of it
            self.finisher.finish(here, discard=True, delete=True)
            return
        close_layers(here)

        def gone(others: tuple[str, ...]) -> None:
            forget_offline_map(here.place)
            self._local.note_damage(here.place, "")
            self._local.look()
            removed = self.tr("“{title}” removed.").format(title=here.title)
            if others:
                text = f"{removed} {staying_in_words(here.place, others)}"
                self._notices.tell(text, Qgis.MessageLevel.Warning, "\n".join(others))
            else:
                self._notices.success(removed)

        def kept(error: OfflineMapError) -> None:
            self._notices.failure(in_words(error))

        self._questions.run(lambda _question: remove_offline_map(here.place), gone, kept)
