"""QGIS' feedback as the core's: progress in bytes becomes percent, a cancel is heard."""

from __future__ import annotations

import time

from qgis.core import QgsProcessingFeedback
from qgis.PyQt.QtCore import QCoreApplication

_PAUSE = 0.2  # seconds between two reports: more often than anyone looks, cheap for the window


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
        self._subject = ""
        self._next = 0.0

    def is_cancelled(self) -> bool:
        return self._feedback.isCanceled()

    def report(self, done: int, total: int, subject: str) -> None:
        now = time.monotonic()
        if now < self._next and done != total:
            return
        self._next = now + _PAUSE
        text = self._text(done, total, subject)
        if text != self._subject:
            self._subject = text
            self._feedback.setProgressText(text)
        if total > 0:
            share = min(1.0, done / total)
            self._feedback.setProgress(self._first + (self._last - self._first) * share)

    def _text(self, done: int, total: int, subject: str) -> str:
        if not self._in_bytes:
            return subject
        text = QCoreApplication.translate("HostFeedback", "{package}: {done} of {total} MB")
        return text.format(package=subject, done=_megabytes(done), total=_megabytes(total))

    def warn(self, text: str) -> None:
        self._feedback.pushWarning(text)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f}"
