"""One feedback for calls that run side by side."""

from __future__ import annotations

import threading

from ..errors import OfflineMapError
from ..host import Feedback


class SharedFeedback:
    """Adds up what each call reports, and tells it as one of `total`; `stop` cancels them all.

    The feedback behind it hears of one report at a time, in whichever thread it comes.
    """

    def __init__(self, feedback: Feedback, total: int):
        self._feedback = feedback
        self._total = total
        self._stopped = False
        self._done = 0
        self._lock = threading.Lock()

    def is_cancelled(self) -> bool:
        return self._stopped or self._feedback.is_cancelled()

    def stop(self) -> None:
        """From now on every call sees a cancel."""
        self._stopped = True

    def share(self) -> Feedback:
        """The feedback of one call."""
        return _Share(self)

    def add(self, bytes_more: int, subject: str) -> None:
        """Tells that one call has come further; less than nothing where it began again."""
        with self._lock:
            self._done += bytes_more
            self._feedback.report(self._done, self._total, subject)

    def warn(self, text: str) -> None:
        with self._lock:
            self._feedback.warn(text)

    def wait(self, seconds: float, why: OfflineMapError) -> None:
        with self._lock:
            self._feedback.wait(seconds, why)


class _Share:
    def __init__(self, whole: SharedFeedback):
        self._whole = whole
        self._done = 0

    def is_cancelled(self) -> bool:
        return self._whole.is_cancelled()

    def report(self, done: int, total: int, subject: str) -> None:  # noqa: ARG002 - as a feedback has it
        more, self._done = done - self._done, done
        self._whole.add(more, subject)

    def warn(self, text: str) -> None:
        self._whole.warn(text)

    def wait(self, seconds: float, why: OfflineMapError) -> None:
        self._whole.wait(seconds, why)
