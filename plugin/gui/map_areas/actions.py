"""What happens when a user wants something of a map area."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Optional

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QObject, QUrl, pyqtSignal
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QWidget

from ...core.download.staging import Staging
from ...core.errors import OfflineMapError
from ...core.offline_map.layout import REPORT_NAME
from ...qgis_io.settings import forget_offline_map
from ...qgis_io.wording import in_words
from ..jobs.downloads import Downloads
from ..jobs.local_areas import LocalAreas
from ..jobs.opening import Opener, close_offline_map
from ..jobs.removing import ask_removal, remove_places
from ..jobs.services import Services
from ..jobs.tasks import Outcome
from ..jobs.unfinished import Download, forget_unfinished, unfinished_download
from ..rows.area_row import AreaRow
from ..rows.wording import Action
from ..widgets.report import ReportDialog, ReportReader
from .area_list import AreaList, ListedWebMap
from .details import DetailsDialog
from .download_dialog import DownloadDialog, default_folder


class AreaActions(QObject):
    """Does to areas of a list what was chosen, and tells how downloads ended.

    `processing_wanted` tells parameters of `downloadmaparea`.
    """

    processing_wanted = pyqtSignal(dict)

    def __init__(
        self,
        local: LocalAreas,
        downloads: Downloads,
        opener: Opener,
        services: Services,
        window: QWidget,
        parent: Optional[QObject] = None,
    ) -> None:
        super().__init__(parent)
        self._local = local
        self._downloads = downloads
        self._opener = opener
        self._jobs = services.jobs
        self._questions = services.questions
        self._notices = services.notices
        self._window = window
        downloads.ended.connect(self._tell_download)
        downloads.failed.connect(self._notices.failure)
        opener.opened.connect(lambda _path: local.look())

    def do(self, areas: AreaList, area_ids: list[str], action: Action) -> None:
        """Does `action` to these areas of a list."""
        listed = areas.choice
        rows = [row for row in map(areas.model.row, area_ids) if row is not None]
        if listed is None or not rows:
            return
        if action is Action.DOWNLOAD:
            self._ask_download(listed, rows)
            return
        each: dict[Action, Callable[[AreaRow], None]] = {
            Action.PAUSE: lambda row: self._downloads.pause(row.id),
            Action.RESUME: lambda row: self._resume(listed, row),
            Action.RETRY: lambda row: self._resume(listed, row),
            Action.CANCEL: lambda row: self._downloads.cancel(row.id, _folder(listed, row)),
            Action.OPEN: lambda row: self._opener.open(row.folder),
            Action.DETAILS: lambda row: self._show_details(listed, row),
            Action.FOLDER: lambda row: QDesktopServices.openUrl(QUrl.fromLocalFile(str(row.folder))),
            Action.REMOVE: lambda row: ask_removal(row.title, lambda: self.remove(row), self._window),
            Action.RELOAD: lambda _row: areas.refresh(),
            Action.CHECK: lambda _row: areas.refresh(),
        }
        for row in rows:
            each[action](row)

    def offer_unfinished(self, found: list[Download]) -> None:
        """Says what an earlier session left, and goes on with it if the user wants."""
        if not found:
            return
        titles = ", ".join(f"“{download.title}”" for download in found)
        text = self.tr("Unfinished downloads: {titles}.").format(titles=titles)

        def go_on() -> None:
            for download in found:
                self._downloads.start(download)

        self._notices.offer(text, Qgis.MessageLevel.Info, self.tr("Resume"), go_on)

    # ---- downloads ----------------------------------------------------------------------------

    def _ask_download(self, listed: ListedWebMap, rows: list[AreaRow]) -> None:
        areas = [row.area for row in rows if row.area is not None]
        if not areas:
            return
        dialog = DownloadDialog(listed, areas, self._jobs, self._window)
        dialog.wanted.connect(self._downloads.start)
        dialog.in_processing_wanted.connect(self.processing_wanted)
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()

    def _resume(self, listed: ListedWebMap, row: AreaRow) -> None:
        """The same call again; one that this computer does not remember is called with the defaults."""
        self._downloads.start(unfinished_download(row.id) or default_download(listed, row))

    def _tell_download(self, download: Download, outcome: Outcome) -> None:
        if outcome.cancelled:
            return
        title = download.title
        if outcome.error:
            report = Staging(download.folder).folder / REPORT_NAME
            text = self.tr("“{title}” was not downloaded: {reason}").format(title=title, reason=outcome.error)
            self._offer_report(text, Qgis.MessageLevel.Critical, title, report, outcome.error)
            return
        failed = int(outcome.results["LAYER_ERRORS"]) + int(outcome.results["TABLE_ERRORS"])
        if failed:
            text = self.tr("“{title}” downloaded. Layers and tables with an error: {failed}.")
        else:
            text = self.tr("“{title}” downloaded without errors.")
        level = Qgis.MessageLevel.Warning if failed else Qgis.MessageLevel.Success
        report = Path(outcome.results["REPORT"])
        self._offer_report(text.format(title=title, failed=failed), level, title, report)
        if download.open_when_done:
            self._opener.open(download.folder)

    def _offer_report(
        self, text: str, level: Qgis.MessageLevel, title: str, report: Path, error: str = ""
    ) -> None:
        def show() -> None:
            ReportDialog(title, ReportReader().rows(report), self._window, error).show()

        self._notices.offer(text, level, self.tr("Details"), show)

    # ---- what is here -------------------------------------------------------------------------

    def _show_details(self, listed: ListedWebMap, row: AreaRow) -> None:
        DetailsDialog(row, listed, self._questions, self._window).show()

    def remove(self, row: AreaRow) -> None:
        """Takes the layers of an offline map out of the project and its folder off this machine."""
        folder = row.folder
        close_offline_map(QgsProject.instance(), folder)

        def gone(_answer: object) -> None:
            forget_offline_map(folder)
            forget_unfinished(row.id)
            self._local.look()
            self._notices.success(self.tr("“{title}” removed.").format(title=row.title))

        def kept(error: OfflineMapError) -> None:
            self._notices.failure(in_words(error))

        self._questions.run(lambda _question: remove_places([folder]), gone, kept)


def default_download(listed: ListedWebMap, row: AreaRow) -> Download:
    """A download of an area with the author's defaults."""
    parameters = {
        "PORTAL": listed.connection.url,
        "AUTHCFG": listed.connection.authcfg,
        "WEB_MAP": listed.web_map.id,
        "MAP_AREA": row.id,
        "LOAD": False,
        "OUTPUT": str(_folder(listed, row)),
    }
    return Download(row.id, row.title, {name: value for name, value in parameters.items() if value != ""})


def _folder(listed: ListedWebMap, row: AreaRow) -> Path:
    unfinished = unfinished_download(row.id)
    if unfinished is not None:
        return unfinished.folder
    return row.folder or default_folder(listed) / row.id
