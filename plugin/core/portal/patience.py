"""Asking again: after a while when the server is busy, at once when the line broke."""

from __future__ import annotations

from typing import Callable, TypeVar

from ..errors import NoConnection, ServerBusy
from ..host import Clock, Feedback, wait_to_ask_again
from .headers import http_date, whole_number

_T = TypeVar("_T")

_ATTEMPTS = 4
_LONGEST_WAIT = 60.0


class Patience:
    """For calls that may be repeated without harm."""

    def __init__(self, clock: Clock, feedback: Feedback):
        self._clock = clock
        self._feedback = feedback

    def repeat(self, call: Callable[[], _T]) -> _T:
        """What the call gives, at the latest at the fourth attempt. Raises its errors, and `Cancelled`."""
        for attempt in range(_ATTEMPTS - 1):
            try:
                return call()
            except ServerBusy as error:
                seconds = self._seconds_to_wait(error, attempt)
                if seconds > _LONGEST_WAIT:
                    raise
                wait_to_ask_again(seconds, error, self._clock, self._feedback)
            except NoConnection:
                if attempt:
                    raise
        return call()

    def _seconds_to_wait(self, error: ServerBusy, attempt: int) -> float:
        wanted = error.values.get("retry_after")
        text = wanted if isinstance(wanted, str) else ""
        seconds, date = whole_number(text), http_date(text)
        if seconds is not None:
            return float(seconds)
        if date is not None:
            return max(0.0, (date - self._clock.now()).total_seconds())
        return 0.5 * 2.0**attempt
