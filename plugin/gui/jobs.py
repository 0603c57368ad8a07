"""Algorithms of the toolbox as background jobs of the QGIS task manager."""

from __future__ import annotations

from collections.abc import Callable

from qgis.core import (
    QgsApplication,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
)


class JobFeedback(QgsProcessingFeedback):
    """Keeps the sentences a user has to read when the job has ended."""

    def __init__(self) -> None:
        super().__init__(False)
        self.warnings: list[str] = []
        self.error = ""

    def reportError(self, error: str, fatalError: bool = False) -> None:
        self.error = error
        super().reportError(error, fatalError)

    def pushWarning(self, warning: str) -> None:
        self.warnings.append(warning)
        super().pushWarning(warning)


class Jobs:
    """Runs algorithms in the task manager and tells in the GUI thread how each ended.

    `succeeded` gets the results and the warnings of an algorithm, `failed` its error as a
    sentence. A job that was cancelled ends in silence.
    """

    def __init__(
        self,
        succeeded: Callable[[dict[str, object], list[str]], None],
        failed: Callable[[str], None],
    ) -> None:
        self._succeeded = succeeded
        self._failed = failed
        # A task uses its context and feedback to its end; QGIS keeps neither.
        self._running: dict[QgsProcessingAlgRunnerTask, tuple[QgsProcessingContext, JobFeedback]] = {}

    def run(self, algorithm_id: str, parameters: dict[str, object]) -> None:
        """Starts the algorithm on the open project; its layers are added when it ends."""
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(algorithm_id)
        context, feedback = QgsProcessingContext(), JobFeedback()
        context.setProject(QgsProject.instance())
        context.setFeedback(feedback)
        accepted, reason = algorithm.checkParameterValues(parameters, context)
        if not accepted:
            self._failed(reason)
            return
        task = QgsProcessingAlgRunnerTask(algorithm, parameters, context, feedback)
        self._running[task] = (context, feedback)

        def ended(successful: bool, results: dict[str, object]) -> None:
            del self._running[task]
            if feedback.isCanceled():
                return
            if successful and _load_layers(algorithm, context, feedback, parameters):
                self._succeeded(results, feedback.warnings)
            else:
                self._failed(feedback.error)

        task.executed.connect(ended)
        QgsApplication.taskManager().addTask(task)

    def cancel(self) -> None:
        """Asks every running job to stop; each ends within its own time."""
        for task in list(self._running):
            task.cancel()


def _load_layers(algorithm, context, feedback, parameters) -> bool:
    from processing.gui.Postprocessing import handleAlgorithmResults  # there in the desktop only

    return handleAlgorithmResults(algorithm, context, feedback, parameters)
