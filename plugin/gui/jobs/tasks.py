"""Algorithms of the toolbox as background jobs of the QGIS task manager."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from qgis.core import (
    QgsApplication,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
)
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...core.untrusted.text import inert


@dataclass(frozen=True)
class Outcome:
    """How a job ended: with results, with an `error` in one sentence, or because it was cancelled."""

    results: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    error: str = ""
    cancelled: bool = False


class JobFeedback(QgsProcessingFeedback):
    """Keeps the sentences a user has to read when the job has ended; tells what it does just now."""

    said = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__(False)
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
    """One run of an algorithm. `progressed` tells percent and what is being done, in the GUI thread."""

    progressed = pyqtSignal(float, str)

    def __init__(self, ended: Callable[[Outcome], None], parent: QObject) -> None:
        super().__init__(parent)
        self.ended = ended
        self.task: Optional[QgsProcessingAlgRunnerTask] = None
        # A task uses its context and feedback to its end; QGIS keeps neither.
        self.context, self.feedback = QgsProcessingContext(), JobFeedback()
        self._percent, self._text = 0.0, ""
        self.feedback.progressChanged.connect(self._note_percent)
        self.feedback.said.connect(self._note_text)

    def cancel(self) -> None:
        """Asks it to stop, which takes it as long as what it does just now."""
        self.feedback.cancel()
        if self.task is not None:
            self.task.cancel()

    def outcome(self, successful: bool, results: Mapping[str, Any]) -> Outcome:
        """What is to be told of a run that has ended."""
        if self.feedback.isCanceled() and not successful:
            return Outcome(cancelled=True)
        error = "" if successful else self.feedback.error
        return Outcome(dict(results), tuple(self.feedback.warnings), error)

    def _note_percent(self, percent: float) -> None:
        self._percent = percent
        self.progressed.emit(percent, self._text)

    def _note_text(self, text: str) -> None:
        self._text = text
        self.progressed.emit(self._percent, text)


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
        job.task = QgsProcessingAlgRunnerTask(algorithm, dict(parameters), job.context, job.feedback)
        if title:
            job.task.setDescription(inert(title))
        job.task.executed.connect(lambda successful, results: self._end(job, successful, results))
        self._running.add(job)
        QgsApplication.taskManager().addTask(job.task)
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


def _nobody(_outcome: Outcome) -> None:
    """Told when nobody is there any more who could be told."""
