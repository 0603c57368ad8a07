"""Downloads of map areas: a queue of jobs that can be paused, resumed and cancelled.

Pausing ends the job and keeps its staging folder; resuming is the same call again. What is not
finished is remembered, so that the next session of QGIS can offer to go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...core.download.staging import Staging
from ...core.errors import OfflineMapError
from ...core.offline_map.area_status import Activity
from ...qgis_io.settings import parallel_downloads, remember_offline_map
from ...qgis_io.wording import in_words
from ..rows.area_row import Progress
from .questions import Questions
from .tasks import Job, Jobs, Outcome
from .unfinished import Download, forget_unfinished, forget_unless_begun, remember

_ALGORITHM = "offlinemapareas:downloadmaparea"


@dataclass
class _Entry:
    """A download of this session. `job` is there while it runs; `error` once it failed."""

    download: Download
    job: Optional[Job] = None
    progress: Optional[Progress] = None
    error: str = ""
    discard: bool = False


class Downloads(QObject):
    """The downloads of this session, at most a few at once. Main thread only.

    `changed` tells the id of an area whose activity or progress is another now; `ended` a download
    and its `Outcome`; `failed` a sentence about what is no download.
    """

    changed = pyqtSignal(str)
    ended = pyqtSignal(object, object)
    failed = pyqtSignal(str)

    def __init__(self, jobs: Jobs, questions: Questions, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._questions = questions
        self._entries: dict[str, _Entry] = {}
        self._closed = False

    def activity(self, area_id: str) -> Activity:
        """What is being done about an area."""
        entry = self._entries.get(area_id)
        if entry is None:
            return Activity.NONE
        if entry.error:
            return Activity.FAILED
        return Activity.DOWNLOADING if entry.job else Activity.QUEUED

    def progress(self, area_id: str) -> Optional[Progress]:
        """How far a running download is."""
        entry = self._entries.get(area_id)
        return entry.progress if entry else None

    def error(self, area_id: str) -> str:
        """Why the last download of an area failed."""
        entry = self._entries.get(area_id)
        return entry.error if entry else ""

    def start(self, download: Download) -> None:
        """Queues a download, unless that area is being downloaded already."""
        if self.activity(download.area_id) in (Activity.QUEUED, Activity.DOWNLOADING):
            return
        self._entries[download.area_id] = _Entry(download)
        remember(download)
        self.changed.emit(download.area_id)
        self._start_next()

    def pause(self, area_id: str) -> None:
        """Stops a download and keeps what has arrived."""
        self._stop(area_id, discard=False)

    def cancel(self, area_id: str, folder: Path) -> None:
        """Stops a download, or none, and removes what has arrived for `folder`."""
        if self.activity(area_id) in (Activity.NONE, Activity.FAILED):
            self._entries.pop(area_id, None)
            self._discard(area_id, folder)
        else:
            self._stop(area_id, discard=True)

    def close(self) -> None:
        """Starts nothing more; what runs is told to stop by `Jobs.cancel`."""
        self._closed = True

    def _stop(self, area_id: str, discard: bool) -> None:
        entry = self._entries.get(area_id)
        if entry is None:
            return
        entry.discard = discard
        if entry.job:
            entry.job.cancel()
            return
        del self._entries[area_id]
        if discard:
            self._discard(area_id, entry.download.folder)
        else:
            forget_unless_begun(entry.download)
        self.changed.emit(area_id)

    def _start_next(self) -> None:
        # One thread of the task manager stays free: opening must not wait for a long download.
        threads = QgsApplication.taskManager().threadPool().maxThreadCount()
        most = max(1, min(parallel_downloads(), threads - 1))
        for entry in list(self._entries.values()):
            running = sum(other.job is not None for other in self._entries.values())
            if self._closed or running >= most:
                return
            if entry.job is None and not entry.error:
                self._run(entry)

    def _run(self, entry: _Entry) -> None:
        download = entry.download
        entry.progress = Progress(0.0, "")
        entry.job = self._jobs.run(
            _ALGORITHM,
            download.parameters,
            lambda outcome: self._end(entry, outcome),
            self.tr("Download map area “{title}”").format(title=download.title),
        )
        if entry.job is not None:
            entry.job.progressed.connect(lambda percent, text: self._note(entry, Progress(percent, text)))
            self.changed.emit(download.area_id)

    def _note(self, entry: _Entry, progress: Progress) -> None:
        entry.progress = progress
        self.changed.emit(entry.download.area_id)

    def _end(self, entry: _Entry, outcome: Outcome) -> None:
        download = entry.download
        entry.job = entry.progress = None
        if outcome.error:
            entry.error = outcome.error
        else:
            del self._entries[download.area_id]
        if outcome.cancelled and entry.discard:
            self._discard(download.area_id, download.folder)
        elif outcome.cancelled or outcome.error:
            forget_unless_begun(download)
        else:
            forget_unfinished(download.area_id)
            remember_offline_map(download.folder)
        self.changed.emit(download.area_id)
        self.ended.emit(download, outcome)
        self._start_next()

    def _discard(self, area_id: str, folder: Path) -> None:
        def gone(_answer: object = None) -> None:
            self.changed.emit(area_id)

        def kept(error: OfflineMapError) -> None:
            self.failed.emit(in_words(error))
            gone()

        forget_unfinished(area_id)
        self._questions.run(lambda _question: Staging(folder).discard(), gone, kept)
