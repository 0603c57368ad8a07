"""Algorithms of the toolbox as background jobs of the QGIS task manager."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from qgis.core import (
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProject,
    QgsTask,
)
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...core.errors import OfflineMapError
from ...core.untrusted.text import inert
from ...qgis_io.feedback import WatchedFeedback


@dataclass(frozen=True)
class Outcome:
    """How a job ended: with results, with an `error` in words, or because it was cancelled.

    `failure` is that error itself where a download ended with it.
    """

    results: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    error: str = ""
    cancelled: bool = False
    failure: Optional[OfflineMapError] = None


class JobFeedback(WatchedFeedback):
    """Keeps the sentences a user has to read when the job has ended; tells what it does just now."""

    said = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self.warnings: list[str] = []
        self.error = ""

    def setProgressText(self, text: str) -> None:
        self.said.emit(text)

    def reportError(self, error: str, fatalError: bool = False) -> None:
        self.error = error
        super().reportError(error, fatalError)

    def pushWarning(self, warning: str) -> None:
        self.warnings.append(warning)
        super().pushWarning(warning)


class Job(QObject):
    """One run of an algorithm. In the GUI thread `progressed` tells percent and what is being done,
    `received` and `waits` what `WatchedFeedback` hears.
    """

    progressed = pyqtSignal(float, str)
    received = pyqtSignal(object)
    waits = pyqtSignal(float, str)

    def __init__(self, ended: Callable[[Outcome], None], parent: QObject) -> None:
        super().__init__(parent)
        self.ended = ended
        self.task: Optional[QgsTask] = None
        # A task uses its context and feedback to its end; QGIS keeps neither.
        self.context, self.feedback = QgsProcessingContext(), JobFeedback()
        self._percent, self._text = 0.0, ""
        self.feedback.progressChanged.connect(self._note_percent)
        self.feedback.said.connect(self._note_text)
        self.feedback.received.connect(self.received)
        self.feedback.waits.connect(self.waits)

    def cancel(self) -> None:
        """Asks it to stop, which takes it as long as what it does just now."""
        if self.task is not None:
            self.task.cancel()

    def outcome(self, successful: bool, results: Mapping[str, Any]) -> Outcome:
        """What is to be told of a run that has ended."""
        if self.feedback.isCanceled() and not successful:
            return Outcome(cancelled=True)
        if successful:
            return Outcome(dict(results), tuple(self.feedback.warnings))
        return Outcome({}, tuple(self.feedback.warnings), self.feedback.error, failure=self.feedback.failure)

    def _note_percent(self, percent: float) -> None:
        self._percent = percent
        self.progressed.emit(percent, self._text)

    def _note_text(self, text: str) -> None:
        self._text = text
        self.progressed.emit(self._percent, text)


class _Run(QgsTask):
    """An algorithm that has been prepared, in a thread of the task manager.

    QGIS' own task for algorithms logs a cancel as a critical error, and QGIS tells of its end as of a task
    that failed. This one is silent: how a job ended is told once, by whoever started it. It is stopped
    without a question when QGIS is closed, for the next session can go on.
    """

    def __init__(
        self, title: str, algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], job: Job
    ) -> None:
        flags = QgsTask.Flag.CanCancel | QgsTask.Flag.CancelWithoutPrompt | QgsTask.Flag.Silent
        super().__init__(title, flags)
        self.ended: Callable[[bool, Mapping[str, Any]], None] = _nobody
        self._algorithm, self._parameters = algorithm, parameters
        self._context, self._feedback = job.context, job.feedback
        self._results: Mapping[str, Any] = {}
        self._feedback.progressChanged.connect(self.setProgress)
        try:
            self._is_ready = algorithm.prepare(parameters, self._context, self._feedback)
        except QgsProcessingException as error:
            self._is_ready = False
            self._feedback.reportError(str(error))

    def run(self) -> bool:
        if not self._is_ready:
            return False
        try:
            self._results = self._algorithm.runPrepared(self._parameters, self._context, self._feedback)
        except QgsProcessingException as error:
            self._feedback.reportError(str(error))
            return False
        return not self._feedback.isCanceled()

    def cancel(self) -> None:
        self._feedback.cancel()
        super().cancel()

    def finished(self, successful: bool) -> None:
        results = self._algorithm.postProcess(self._context, self._feedback, successful)
        self.ended(successful, results or self._results)


class Jobs(QObject):
    """Runs algorithms in the task manager, and tells in the GUI thread how each ended."""

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._running: set[Job] = set()

    def run(
        self,
        algorithm_id: str,
        parameters: Mapping[str, Any],
        ended: Callable[[Outcome], None],
        title: str = "",
    ) -> Optional[Job]:
        """Starts an algorithm; `title` is what the task manager shows instead of its name.

        None where its parameters are refused: then `ended` has been called.
        """
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(algorithm_id)
        job = Job(ended, self)
        job.context.setProject(QgsProject.instance())
        job.context.setFeedback(job.feedback)
        accepted, reason = algorithm.checkParameterValues(parameters, job.context)
        if not accepted:
            ended(Outcome(error=reason))
            return None
        task = _Run(inert(title) or algorithm.displayName(), algorithm, dict(parameters), job)
        task.ended = lambda successful, results: self._end(job, successful, results)
        job.task = task
        self._running.add(job)
        QgsApplication.taskManager().addTask(task)
        return job

    def cancel(self) -> None:
        """Asks every running job to stop; each ends within its own time, and tells nobody."""
        for job in list(self._running):
            job.ended = _nobody
            job.cancel()

    def _end(self, job: Job, successful: bool, results: Mapping[str, Any]) -> None:
        self._running.discard(job)
        job.ended(job.outcome(successful, results))
        job.deleteLater()


def _nobody(*_what: object) -> None:
    """Told when nobody is there any more who could be told."""
