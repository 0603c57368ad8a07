"""QGIS' feedback as the core's: progress in bytes becomes percent, a cancel is heard, a wait is told."""

from __future__ import annotations

import math
import time
from typing import NamedTuple, Optional

from qgis.core import QgsProcessingFeedback
from qgis.PyQt.QtCore import QCoreApplication, pyqtSignal

from ..core.errors import OfflineMapError
from .wording import reason_in_words

_PAUSE = 0.2  # seconds between two reports: more often than anyone looks, cheap for the window


class Received(NamedTuple):
    """Bytes: what is `there` of `total` (0 = unknown), and how much of it came in this run."""

    there: int
    total: int
    fresh: int


class WatchedFeedback(QgsProcessingFeedback):
    """A feedback of Processing that hears more than texts and percents.

    `received` tells a `Received`, `waits` for how many seconds nothing is asked, and why, in words.
    `failure` is the error that ended a download. Whoever listens waits for portals that are away.
    """

    received = pyqtSignal(object)
    waits = pyqtSignal(float, str)

    def __init__(self) -> None:
        super().__init__(False)
        self.failure: Optional[OfflineMapError] = None


class HostFeedback:
    """A `core.host.Feedback` that tells a Processing feedback, a few times a second at most.

    `first` and `last` are the percents of the whole bar that this step fills; `in_bytes` puts
    megabytes beside the name of what is reported.
    """

    def __init__(
        self,
        feedback: QgsProcessingFeedback,
        first: float = 0.0,
        last: float = 100.0,
        *,
        in_bytes: bool = False,
    ) -> None:
        self._feedback = feedback
        self._first, self._last = first, last
        self._in_bytes = in_bytes
        self._told = ""
        self._next = 0.0
        self._subjects: set[str] = set()
        self._there = self._found = 0
        self._wait_told = ("", 0.0)

    def is_cancelled(self) -> bool:
        return self._feedback.isCanceled()

    def report(self, done: int, total: int, subject: str) -> None:
        self._count(done, subject)
        now = time.monotonic()
        if now < self._next and done != total:
            return
        self._next = now + _PAUSE
        text = self._text(done, total, subject)
        if text != self._told:
            self._told = text
            self._feedback.setProgressText(text)
        if self._in_bytes and isinstance(self._feedback, WatchedFeedback):
            self._feedback.received.emit(Received(done, total, done - self._found))
        if total > 0:
            share = min(1.0, done / total)
            self._feedback.setProgress(self._first + (self._last - self._first) * share)

    def _count(self, done: int, subject: str) -> None:
        """The first report of a subject tells what an earlier run left of it."""
        if subject not in self._subjects:
            self._subjects.add(subject)
            self._found += done - self._there
        self._there = done

    def _text(self, done: int, total: int, subject: str) -> str:
        if not self._in_bytes:
            return subject
        text = QCoreApplication.translate("HostFeedback", "{package}: {done} of {total} MB")
        return text.format(package=subject, done=_megabytes(done), total=_megabytes(total))

    def warn(self, text: str) -> None:
        self._feedback.pushWarning(text)

    def wait(self, seconds: float, why: OfflineMapError) -> None:
        """Into the log once, also where several packages wait for the same."""
        reason = reason_in_words(why)
        if isinstance(self._feedback, WatchedFeedback):
            self._feedback.waits.emit(seconds, reason)
        text = QCoreApplication.translate("HostFeedback", "{reason} Trying again in {seconds} s.")
        told, now = text.format(reason=reason, seconds=math.ceil(seconds)), time.monotonic()
        last, until = self._wait_told
        if told != last or now >= until:
            self._wait_told = told, now + seconds
            self._feedback.pushInfo(told)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f}"
