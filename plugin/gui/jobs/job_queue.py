"""The queue of jobs that are done to map areas: downloads, and what is done to maps that are here.

A download can be paused, resumed and cancelled. Pausing ends it and keeps its staging folder; resuming is
the same call again. What it needs for that is noted in its folder before it waits its turn, so that the next
session of QGIS can go on with it. A job of a map that is here starts at once, and can be stopped.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Union

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...core.download.staging import Staging
from ...core.errors import OfflineMapError
from ...core.offline_map.area_status import Activity
from ...core.offline_map.manifest import has_manifest
from ...qgis_io.lock import sole_writer
from ...qgis_io.made_here import forget_download
from ...qgis_io.settings import parallel_downloads
from ...qgis_io.wording import in_words
from ..rows.area_key import AreaKey
from ..rows.area_row import Progress
from .map_job import MapJob
from .questions import Questions
from .removing import staying_in_words
from .tasks import Job, Jobs, Outcome
from .unfinished import Download, forget_unfinished, remember_unfinished, unfinished_download

AreaJob = Union[Download, MapJob]


@dataclass
class _Entry:
    """What is to be done in this session.

    `is_noted` once its folder knows of it; `job` is there while it runs, `error` once it failed.
    `is_unwanted` when it was stopped before that; `discard` when what has arrived is to go.
    """

    work: AreaJob
    is_noted: bool = False
    job: Optional[Job] = None
    progress: Optional[Progress] = None
    error: str = ""
    is_unwanted: bool = False
    discard: bool = False


class JobQueue(QObject):
    """The jobs of this session, one for an area and at most a few at once. Main thread only.

    `changed` tells the key of an area whose activity or progress is another now; `ended` a job
    and its `Outcome`; `unwanted` a download that was cancelled when its map was there already; `failed` a
    sentence about what is no job; `disk_changed` that another look at what is here is due.
    """

    disk_changed = pyqtSignal()
    changed = pyqtSignal(object)
    ended = pyqtSignal(object, object)
    unwanted = pyqtSignal(object)
    failed = pyqtSignal(str)

    def __init__(self, jobs: Jobs, questions: Questions, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._questions = questions
        self._entries: dict[AreaKey, _Entry] = {}
        self._closed = False

    def activity(self, key: AreaKey) -> Activity:
        """What is being done about an area."""
        entry = self._entries.get(key)
        if entry is None:
            return Activity.NONE
        if entry.error:
            return Activity.FAILED
        return entry.work.activity if entry.job else Activity.QUEUED

    def progress(self, key: AreaKey) -> Optional[Progress]:
        """How far a running job is."""
        entry = self._entries.get(key)
        return entry.progress if entry else None

    def error(self, key: AreaKey) -> str:
        """Why the last job of an area failed."""
        entry = self._entries.get(key)
        return entry.error if entry else ""

    def folder(self, key: AreaKey) -> Optional[Path]:
        """What the job of an area is done to, or what it makes; two maps here may be of one area."""
        entry = self._entries.get(key)
        return entry.work.folder if entry else None

    def start(self, work: AreaJob) -> None:
        """Queues a job, unless something is being done about that area already."""
        if self.activity(work.key) not in (Activity.NONE, Activity.FAILED):
            return
        entry = self._entries[work.key] = _Entry(work)
        if isinstance(work, MapJob):
            self._run(entry)
            return
        self.changed.emit(work.key)
        self._questions.run(
            lambda _question: work.note(),
            lambda _answer: self._note(entry),
            lambda error: self._refuse(entry, error),
        )

    def resume(self, key: AreaKey, folder: Optional[Path]) -> None:
        """Queues again what was paused or failed: as `folder` remembers it, else as this session does."""
        entry = self._entries.get(key)
        work: Optional[AreaJob] = unfinished_download(folder) if folder else None
        if work is None and entry is not None:
            work = entry.work
        if work is not None:
            self.start(work)

    def pause(self, key: AreaKey) -> None:
        """Stops a job and keeps what has arrived, or what has been done."""
        self._stop(key, discard=False)

    def cancel(self, key: AreaKey, folder: Optional[Path]) -> None:
        """Stops a job, or none, and removes what has arrived; for `folder` where this session has none."""
        if self.activity(key) not in (Activity.NONE, Activity.FAILED):
            self._stop(key, discard=True)
            return
        entry = self._entries.pop(key, None)
        if entry is not None and not entry.is_noted:
            self.changed.emit(key)  # nothing in that folder is its own
        elif entry is not None or folder is not None:
            self._discard(key, entry.work.folder if entry else folder)

    def close(self) -> None:
        """Starts nothing more; what runs is told to stop by `Jobs.cancel`."""
        self._closed = True

    def _stop(self, key: AreaKey, discard: bool) -> None:
        entry = self._entries.get(key)
        if entry is None:
            return
        entry.discard = discard
        if entry.job:
            entry.job.cancel()
        elif entry.is_noted:
            self._take_out(entry)
        else:
            entry.is_unwanted = True

    def _note(self, entry: _Entry) -> None:
        entry.is_noted = True
        remember_unfinished(entry.work.folder)
        if entry.is_unwanted:
            self._take_out(entry)
        else:
            self._start_next()

    def _refuse(self, entry: _Entry, error: OfflineMapError) -> None:
        """Its folder cannot be used, or is another one's."""
        if entry.is_unwanted:
            self._take_out(entry)
        else:
            self._end(entry, Outcome(error=in_words(error)))

    def _take_out(self, entry: _Entry) -> None:
        """It waited its turn, and is to wait no longer."""
        key = entry.work.key
        del self._entries[key]
        if entry.discard and entry.is_noted:
            self._discard(key, entry.work.folder)
        self.disk_changed.emit()
        self.changed.emit(key)

    def _start_next(self) -> None:
        # One thread of the task manager stays free: opening must not wait for a long download.
        threads = QgsApplication.taskManager().threadPool().maxThreadCount()
        most = max(1, min(parallel_downloads(), threads - 1))
        for entry in list(self._entries.values()):
            running = sum(other.job is not None for other in self._entries.values())
            if self._closed or running >= most:
                return
            if entry.is_noted and entry.job is None and not entry.error:
                self._run(entry)

    def _run(self, entry: _Entry) -> None:
        work = entry.work
        entry.progress = Progress(0.0, "")
        entry.job = self._jobs.run(
            work.algorithm, work.parameters, lambda outcome: self._end(entry, outcome), work.description
        )
        if entry.job is not None:
            entry.job.progressed.connect(lambda percent, text: self._show(entry, Progress(percent, text)))
            self.changed.emit(work.key)

    def _show(self, entry: _Entry, progress: Progress) -> None:
        entry.progress = progress
        self.changed.emit(entry.work.key)

    def _end(self, entry: _Entry, outcome: Outcome) -> None:
        work = entry.work
        entry.job = entry.progress = None
        if outcome.error:
            entry.error = outcome.error
        else:
            del self._entries[work.key]
        if work.is_staged:
            self._settle(entry, outcome)
            if entry.discard:
                outcome = Outcome(cancelled=True)
        self.disk_changed.emit()
        self.changed.emit(work.key)
        self.ended.emit(work, outcome)
        self._start_next()

    def _settle(self, entry: _Entry, outcome: Outcome) -> None:
        """What has arrived goes, or is an offline map now. One that is there when its user cancels is
        registered, perhaps: it is not taken away here, `unwanted` tells of it.
        """
        folder = entry.work.folder
        is_map = has_manifest(folder)
        if outcome.cancelled and entry.discard and not is_map:
            self._discard(entry.work.key, folder)
        elif is_map and not outcome.error:
            forget_unfinished(folder)
            if entry.discard:
                self.unwanted.emit(entry.work)

    def _discard(self, key: AreaKey, folder: Path) -> None:
        def remove(_question: object) -> tuple[str, ...]:
            with sole_writer(folder):
                others = Staging(folder).discard()
            forget_download(folder)
            return others

        def gone(others: tuple[str, ...] = ()) -> None:
            if others:
                self.failed.emit(staying_in_words(Staging(folder).folder, others))
            self.disk_changed.emit()
            self.changed.emit(key)

        def kept(error: OfflineMapError) -> None:
            self.failed.emit(in_words(error))
            gone()

        forget_unfinished(folder)
        self._questions.run(remove, gone, kept)
