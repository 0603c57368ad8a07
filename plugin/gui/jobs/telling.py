"""What is told of downloads: how they ended, all at once, and what an earlier session left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from qgis.core import Qgis
from qgis.PyQt.QtCore import QCoreApplication, QLocale
from qgis.PyQt.QtWidgets import QWidget

from ...core.download.staging import Staging
from ...core.offline_map.layout import REPORT_NAME
from ...qgis_io.lock import is_written_elsewhere
from ..widgets.report import ReportDialog, ReportReader, Row
from .job_queue import AreaJob, JobQueue
from .opening import Opener
from .services import Services
from .tasks import Outcome
from .unfinished import Download

_MOST_TITLES = 3
Ended = tuple[Download, Outcome]


class DownloadTeller:
    """Tells once the queue is empty; opens at once what is wanted so.

    `show_map` shows all about the map that a download made, where it is still there, and tells whether it is.
    """

    def __init__(
        self,
        queue: JobQueue,
        opener: Opener,
        services: Services,
        window: QWidget,
        show_map: Callable[[Download], bool],
    ) -> None:
        self._queue = queue
        self._opener = opener
        self._notices = services.notices
        self._window = window
        self._show_map = show_map
        queue.ended.connect(self._open)
        queue.all_ended.connect(self._tell)

    def tr(self, text: str) -> str:
        return QCoreApplication.translate("DownloadTeller", text)

    def offer_unfinished(self, found: Sequence[Download]) -> None:
        """Says what an earlier session left, and goes on with it if the user wants.

        Not while another window of QGIS is at one of them: it may be about to do the others.
        """
        if not found or any(is_written_elsewhere(download.folder) for download in found):
            return

        def go_on() -> None:
            for download in found:
                self._queue.resume(download.key, download.folder)

        text = self.tr("Unfinished downloads: {titles}.").format(titles=self._titles(found))
        self._notices.offer(text, Qgis.MessageLevel.Info, self.tr("Resume"), go_on)

    def _open(self, work: AreaJob, outcome: Outcome) -> None:
        wanted = isinstance(work, Download) and work.open_when_done
        if wanted and not (outcome.error or outcome.cancelled):
            self._opener.open(work.folder)

    def _tell(self, ended: list[Ended]) -> None:
        if len(ended) == 1:
            self._tell_one(*ended[0])
        else:
            self._tell_all(ended)

    def _tell_one(self, download: Download, outcome: Outcome) -> None:
        title = download.title
        if outcome.error:
            text = self.tr("“{title}” was not downloaded: {reason}").format(title=title, reason=outcome.error)
            level = Qgis.MessageLevel.Critical
        else:
            failed = _errors(outcome)
            text = self.tr("“{title}” downloaded without errors.")
            if failed:
                text = self.tr("“{title}” downloaded. Layers and tables with an error: {failed}.")
            text = text.format(title=title, failed=failed)
            level = Qgis.MessageLevel.Warning if failed else Qgis.MessageLevel.Success

        def show() -> None:
            if not outcome.error and self._show_map(download):
                return
            rows = ReportReader().rows(_report(download, outcome), outcome.error)
            ReportDialog(title, rows, self._window, outcome.error).show()

        self._notices.offer(text, level, self.tr("Details"), show)

    def _tell_all(self, ended: Sequence[Ended]) -> None:
        whole = [download for download, outcome in ended if not outcome.error]
        failed = [download for download, outcome in ended if outcome.error]
        incomplete = [download for download, outcome in ended if not outcome.error and _errors(outcome)]
        number = QLocale().toString
        texts = []  # what failed first: the message bar shows little more than a line
        if failed:
            texts.append(self.tr("Not downloaded: {titles}.").format(titles=self._titles(failed)))
        if incomplete:
            text = self.tr("With layers or tables that have an error: {titles}.")
            texts.append(text.format(titles=self._titles(incomplete)))
        if whole:
            texts.append(self.tr("Map areas downloaded: {count}.").format(count=number(len(whole))))
        level = Qgis.MessageLevel.Success
        if failed or incomplete:
            level = Qgis.MessageLevel.Warning if whole else Qgis.MessageLevel.Critical
        buttons: list[tuple[str, Callable[[], None]]] = []
        closed = [download for download in whole if not download.open_when_done]
        if closed:
            buttons.append((self.tr("Open All"), lambda: self._open_all(closed)))
        buttons.append((self.tr("Details"), lambda: self._show_all(ended)))
        errors = (f"{download.title}: {outcome.error}" for download, outcome in ended if outcome.error)
        (button, pressed), *others = buttons
        self._notices.offer(" ".join(texts), level, button, pressed, "\n".join(errors), others)

    def _open_all(self, downloads: Sequence[Download]) -> None:
        for download in downloads:
            self._opener.open(download.folder)

    def _show_all(self, ended: Sequence[Ended]) -> None:
        rows = []
        for download, outcome in ended:
            if outcome.error:
                rows.append(Row(self.tr("Error"), download.title, outcome.error))
                continue
            number = QLocale().toString(_errors(outcome))
            text = self.tr("Downloaded. Layers and tables with an error: {failed}.").format(failed=number)
            rows.append(Row(self.tr("Downloaded"), download.title, text))
            read = ReportReader().rows(_report(download, outcome))
            rows += [Row(row.kind, f"{download.title}: {row.subject}", row.text) for row in read]
        ReportDialog(self.tr("Downloads"), rows, self._window).show()

    def _titles(self, downloads: Sequence[Download]) -> str:
        """The first of them, and how many others there are."""
        named = [f"“{download.title}”" for download in downloads[:_MOST_TITLES]]
        others = len(downloads) - len(named)
        if others:
            named.append(self.tr("{count} others").format(count=QLocale().toString(others)))
        return ", ".join(named)


def _errors(outcome: Outcome) -> int:
    """How many layers and tables of a map that is there have an error."""
    return int(outcome.results["LAYER_ERRORS"]) + int(outcome.results["TABLE_ERRORS"])


def _report(download: Download, outcome: Outcome) -> Path:
    """The report of a download, wherever it is now."""
    if outcome.error:
        return Staging(download.folder).folder / REPORT_NAME
    return Path(outcome.results["REPORT"])
