"""Questions to portals and to the disk, asked in the background and answered in the GUI thread.

They run in Qt threads of their own, not in the task manager of QGIS: two long downloads may fill
that one on a small computer, and a list must come all the same. Downloads belong there, these
questions do not.
"""

from __future__ import annotations

from concurrent.futures import Future
from contextlib import ExitStack
import threading
from typing import Any, Callable, Optional

from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal

from ...core.errors import OfflineMapError
from ...core.portal.items import Portal
from ...core.portal.reach import Consent
from ...qgis_io.authentication import Authentication, open_session, read_authentication
from ...qgis_io.connections import Connection
from ...qgis_io.threads import QtExecutor

_AT_ONCE = 4


class Question:
    """A question while it is asked; it is the `core.host.Feedback` of its own session."""

    def __init__(self, answered: Callable[[Any], None], failed: Callable[[OfflineMapError], None]) -> None:
        self.answered, self.failed = answered, failed
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Nobody waits for the answer any more: neither callback will be called."""
        self._cancelled.set()

    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()

    def report(self, done: int, total: int, subject: str) -> None:
        """Too short for progress."""

    def warn(self, text: str) -> None:
        """Too small for warnings."""

    def wait(self, seconds: float, why: OfflineMapError) -> None:
        """Whoever asks shows that it is asked."""


class Questions(QObject):
    """Asks portals in the background. Make one for the whole plugin, and `close` it in the end."""

    _ended = pyqtSignal(object, object)

    def __init__(self, parent: Optional[QObject] = None, consent: Optional[Consent] = None) -> None:
        super().__init__(parent)
        self._consent = consent
        self._threads = ExitStack()
        self._executor = self._threads.enter_context(QtExecutor(_AT_ONCE))
        self._open: set[Question] = set()
        # Queued also for what is known at once: callers are never called back while they ask.
        self._ended.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def ask(
        self,
        connection: Connection,
        work: Callable[[Portal], Any],
        answered: Callable[[Any], None],
        failed: Callable[[OfflineMapError], None],
        authentication: Optional[Authentication] = None,
    ) -> Question:
        """Runs `work(portal)` in another thread, signed in as the connection says, or by `authentication`.

        Call it in the GUI thread: QGIS may ask for its master password now. One of the callbacks is
        called there later, unless the question was cancelled.
        """
        question = Question(answered, failed)
        try:
            signed = authentication or read_authentication(connection.authcfg, connection.url)
        except OfflineMapError as error:
            self._ended.emit(question, error)
            return question

        def answer() -> Any:
            with open_session(connection.url, signed, question, self._consent) as session:
                return work(Portal(session))

        return self._start(question, answer)

    def run(
        self,
        work: Callable[[Question], Any],
        answered: Callable[[Any], None],
        failed: Callable[[OfflineMapError], None],
    ) -> Question:
        """Runs `work(question)` as `ask` does, for what needs no portal, such as reading files."""
        question = Question(answered, failed)
        return self._start(question, lambda: work(question))

    def close(self) -> None:
        """Cancels what is being asked and waits for its threads, which takes a fraction of a second."""
        for question in self._open:
            question.cancel()
        self._threads.close()
        self._open.clear()

    def _start(self, question: Question, call: Callable[[], Any]) -> Question:
        self._open.add(question)
        future = self._executor.submit(call)
        future.add_done_callback(lambda done: self._ended.emit(question, _outcome(done)))
        return question

    def _tell(self, question: Question, outcome: Any) -> None:
        self._open.discard(question)
        if question.is_cancelled():
            return
        if isinstance(outcome, OfflineMapError):
            question.failed(outcome)
        elif isinstance(outcome, BaseException):
            raise outcome  # a fault of ours: QGIS shows it as such
        else:
            question.answered(outcome)


def _outcome(done: Future) -> Any:
    """The result of a call, or its error."""
    return done.exception() or done.result() if not done.cancelled() else None
