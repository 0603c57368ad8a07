"""The queue of jobs that are done to map areas: downloads, and what is done to maps that are here.

A download can be paused, resumed and cancelled. Pausing ends it and keeps its staging folder; resuming is
the same call again. What it needs for that is noted in its folder before it waits its turn, so that the next
session of QGIS can go on with it. While its portal is away it waits, and goes on by itself. A job of a map
that is here starts at once, and can be stopped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
import math
from pathlib import Path
import time
from typing import Optional, Union

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ...core.download.staging import Staging
from ...core.errors import AWAY, OfflineMapError
from ...core.offline_map.area_status import Activity
from ...core.offline_map.manifest import has_manifest
from ...qgis_io.feedback import Received
from ...qgis_io.lock import is_written_elsewhere, sole_writer
from ...qgis_io.made_here import forget_download
from ...qgis_io.settings import parallel_downloads
from ...qgis_io.wording import in_words, reason_in_words
from ..rows.area_key import AreaKey
from ..rows.area_row import Progress
from .away import AwayPortals
from .job_progress import JobProgress, Pace
from .map_job import MapJob
from .questions import Questions
from .removing import staying_in_words
from .tasks import Job, Jobs, Outcome
from .unfinished import Download, forget_unfinished, remember_unfinished, unfinished_download

AreaJob = Union[Download, MapJob]
_TICK = 1000  # milliseconds between two looks at waits and speeds


@dataclass(frozen=True)
class QueueState:
    """All jobs of the queue at once: which of how many is being done, and how the downloads get on.

    `speed` is in bytes a second, `left` and `waits` in seconds; 0 where nothing is known, or nothing waits.
    """

    number: int
    total: int
    speed: float = 0.0
    left: float = 0.0
    waits: int = 0


@dataclass
class _Entry:
    """What is to be done in this session.

    `is_noted` once its folder knows of it; `job` is there while it runs, `error` once it failed.
    `is_unwanted` when it was stopped before that; `discard` when what has arrived is to go.
    """

    work: AreaJob
    is_noted: bool = False
    job: Optional[Job] = None
    progress: JobProgress = field(default_factory=JobProgress)
    error: str = ""
    is_unwanted: bool = False
    discard: bool = False


class JobQueue(QObject):
    """The jobs of this session, one for an area and at most a few at once. Main thread only.

    `changed` tells the key of an area whose activity or progress is another now; `ended` a job
    and its `Outcome`; `all_ended` the downloads that came to an end since the queue was empty, with their
    outcomes, once it is empty again; `unwanted` a download that was cancelled when its map was there already;
    `failed` a sentence about what is no job; `disk_changed` that another look at what is here is due.
    """

    disk_changed = pyqtSignal()
    changed = pyqtSignal(object)
    ended = pyqtSignal(object, object)
    all_ended = pyqtSignal(list)
    unwanted = pyqtSignal(object)
    failed = pyqtSignal(str)

    def __init__(self, jobs: Jobs, questions: Questions, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._questions = questions
        self._entries: dict[AreaKey, _Entry] = {}
        self._away = AwayPortals()
        self._done = 0  # jobs that ended since the queue was empty
        self._ended_downloads: list[tuple[Download, Outcome]] = []
        self._received = 0  # bytes of all downloads of this session
        self._pace = Pace()
        self._closed = False
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK)
        self._clock.timeout.connect(self._tick)

    def activity(self, key: AreaKey) -> Activity:
        """What is being done about an area."""
        entry = self._entries.get(key)
        if entry is None:
            return Activity.NONE
        if entry.error:
            return Activity.FAILED
        return entry.work.activity if entry.job else Activity.QUEUED

    def progress(self, key: AreaKey) -> Optional[Progress]:
        """How far a running job is, or how long one waits for its portal."""
        entry, now = self._entries.get(key), time.monotonic()
        if entry is None or entry.error:
            return None
        if entry.job:
            return entry.progress.shown(now)
        wait = self._wait(entry, now)
        return (
            Progress(0.0, waits=math.ceil(wait), reason=self._away.reason(_portal(entry))) if wait else None
        )

    def error(self, key: AreaKey) -> str:
        """Why the last job of an area failed."""
        entry = self._entries.get(key)
        return entry.error if entry else ""

    def folder(self, key: AreaKey) -> Optional[Path]:
        """What the job of an area is done to, or what it makes; two maps here may be of one area."""
        entry = self._entries.get(key)
        return entry.work.folder if entry else None

    def state(self) -> Optional[QueueState]:
        """All of them at once; None where there is nothing to do."""
        open_entries, now = self._open_entries(), time.monotonic()
        if not open_entries:
            return None
        total = self._done + len(open_entries)
        running = [entry for entry in open_entries if entry.job]
        shown = [entry.progress.shown(now) for entry in running]
        waits = [one.waits for one in shown] or [self._wait(entry, now) for entry in open_entries]
        speed = self._pace.per_second(now)
        to_come = [entry.progress.to_come(entry.work.size) for entry in open_entries if entry.work.is_staged]
        is_known = speed and None not in to_come
        return QueueState(
            min(self._done + 1, total),
            total,
            speed,
            sum(filter(None, to_come)) / speed if is_known else 0.0,
            math.ceil(min(waits)) if all(waits) else 0,
        )

    def start(self, work: AreaJob) -> None:
        """Queues a job, unless something is being done about that area already."""
        if self.activity(work.key) not in (Activity.NONE, Activity.FAILED):
            return
        entry = self._entries[work.key] = _Entry(work)
        self._clock.start()
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
            if work.is_staged:
                self._away.hear(work.key.portal)
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
        self.disk_changed.emit()
        if entry.is_unwanted:
            self._take_out(entry)
        else:
            self._start_next()

    def _refuse(self, entry: _Entry, error: OfflineMapError) -> None:
        """Its folder cannot be used, or is another one's; where another program is at it, its row says so."""
        if entry.is_unwanted or is_written_elsewhere(entry.work.folder):
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
        self._look_for_end()

    def _open_entries(self) -> list[_Entry]:
        """What is being done, and what waits."""
        return [entry for entry in self._entries.values() if not entry.error]

    def _wait(self, entry: _Entry, now: float) -> float:
        """The seconds until the portal of a job that does not run is asked again."""
        return self._away.left(_portal(entry), now)

    def _tick(self) -> None:
        """Waits and speeds are others every second, also where nothing is told of a job."""
        entries = self._open_entries()
        if not entries:
            self._clock.stop()
        self._start_next()
        for entry in entries:
            if entry.job or self._away.reason(_portal(entry)):
                self.changed.emit(entry.work.key)

    def _start_next(self) -> None:
        # One thread of the task manager stays free: opening must not wait for a long download.
        threads = QgsApplication.taskManager().threadPool().maxThreadCount()
        most, now = max(1, min(parallel_downloads(), threads - 1)), time.monotonic()
        for entry in list(self._entries.values()):
            running = sum(other.job is not None for other in self._entries.values())
            is_being_noted = not (entry.is_noted or entry.job or entry.error)
            if self._closed or running >= most or is_being_noted:
                return  # they start in the order in which they were wanted
            if not entry.is_noted or entry.job or entry.error or self._wait(entry, now):
                continue
            if has_manifest(entry.work.folder):  # another window of QGIS was faster
                forget_unfinished(entry.work.folder)
                self._take_out(entry)
            elif not is_written_elsewhere(entry.work.folder):
                self._run(entry)

    def _run(self, entry: _Entry) -> None:
        work = entry.work
        entry.progress.begin()
        job = entry.job = self._jobs.run(
            work.algorithm, work.parameters, lambda outcome: self._end(entry, outcome), work.description
        )
        if job is not None:
            job.progressed.connect(lambda percent, text: self._advance(entry, percent, text))
            job.received.connect(lambda received: self._receive(entry, received))
            job.waits.connect(lambda seconds, reason: self._hold(entry, seconds, reason))
            self.changed.emit(work.key)

    def _advance(self, entry: _Entry, percent: float, text: str) -> None:
        entry.progress.advance(percent, text)
        self.changed.emit(entry.work.key)

    def _receive(self, entry: _Entry, received: Received) -> None:
        if received.fresh:
            self._away.hear(_portal(entry))
        now = time.monotonic()
        self._received += entry.progress.receive(received, now)
        self._pace.note(self._received, now)
        self.changed.emit(entry.work.key)

    def _hold(self, entry: _Entry, seconds: float, reason: str) -> None:
        entry.progress.wait(seconds, reason, time.monotonic())
        self.changed.emit(entry.work.key)

    def _end(self, entry: _Entry, outcome: Outcome) -> None:
        work = entry.work
        entry.job = None
        if entry.discard:
            outcome = Outcome(cancelled=True)
        elif isinstance(outcome.failure, AWAY):
            self._away.lose(_portal(entry), reason_in_words(outcome.failure), time.monotonic())
            self.changed.emit(work.key)
            self._start_next()
            return
        elif not outcome.cancelled:
            self._away.hear(_portal(entry))
        if outcome.error:
            entry.error = outcome.error
        else:
            del self._entries[work.key]
        if work.is_staged:
            self._settle(entry, outcome)
        self._count(work, outcome)
        self.disk_changed.emit()
        self.changed.emit(work.key)
        self.ended.emit(work, outcome)
        self._start_next()
        self._look_for_end()

    def _count(self, work: AreaJob, outcome: Outcome) -> None:
        if not outcome.cancelled:
            self._done += 1
            if work.is_staged:
                self._ended_downloads.append((work, outcome))

    def _look_for_end(self) -> None:
        """Once nothing runs or waits any more, it is told what came of the downloads."""
        entries = self._open_entries()
        if not entries:
            self._done = 0
        if not any(entry.work.is_staged for entry in entries) and self._ended_downloads:
            ended, self._ended_downloads = self._ended_downloads, []
            self.all_ended.emit(ended)

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
            forget_unfinished(folder)
            if others:
                self.failed.emit(staying_in_words(Staging(folder).folder, others))
            self.disk_changed.emit()
            self.changed.emit(key)

        def kept(error: OfflineMapError) -> None:
            self.failed.emit(in_words(error))
            self.disk_changed.emit()
            self.changed.emit(key)

        self._questions.run(remove, gone, kept)


def _portal(entry: _Entry) -> str:
    """The portal that a download asks, as keys have it; other jobs wait for none."""
    return entry.work.key.portal if entry.work.is_staged else ""
