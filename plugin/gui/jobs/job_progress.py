"""How far one job is, and how fast, from what it tells."""

from __future__ import annotations

from collections import deque
import math
from typing import Optional

from ...qgis_io.feedback import Received
from ..rows.area_row import Progress

_SPAN = 5.0  # seconds over which a speed is measured
_LEAST = 1.0  # seconds of which one can tell


class Pace:
    """Bytes a second over the last seconds. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()

    def note(self, received: int, now: float) -> None:
        """So many bytes have come by now; less than before where a package began again."""
        if self._samples and received < self._samples[-1][1]:
            self._samples.clear()
        self._samples.append((now, received))
        while len(self._samples) > 2 and self._samples[1][0] < now - _SPAN:
            self._samples.popleft()

    def per_second(self, now: float) -> float:
        """0 as long as nobody can tell, and where nothing comes any more."""
        if not self._samples or self._samples[-1][0] < now - _SPAN:
            return 0.0
        (began, first), (_, last) = self._samples[0], self._samples[-1]
        return (last - first) / (now - began) if now - began >= _LEAST else 0.0


class JobProgress:
    """What a job has told so far, also over several runs. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._percent, self._text = 0.0, ""
        self._there = self._total = 0
        self._comes = False  # packages are being received just now
        self._fresh = 0
        self._pace = Pace()
        self._until, self._reason = 0.0, ""

    def advance(self, percent: float, text: str) -> None:
        """What it does just now, with percent of all its steps."""
        if text != self._text:
            self._comes = False
        self._percent, self._text = percent, text

    def begin(self) -> None:
        """Another run: what it receives is counted anew."""
        self._fresh, self._pace = 0, Pace()

    def receive(self, received: Received, now: float) -> int:
        """Bytes of its packages; returns how many have come since it last told."""
        come = max(0, received.fresh - self._fresh)
        if come:
            self._until = 0.0
        self._comes, self._fresh = True, received.fresh
        self._there, self._total = received.there, received.total
        self._pace.note(received.fresh, now)
        return come

    def wait(self, seconds: float, reason: str, now: float) -> None:
        """It asks for nothing for so long."""
        self._until, self._reason = now + seconds, reason

    def to_come(self, size: int) -> Optional[int]:
        """How many bytes are to come, given how many all are said to be; None where nobody knows."""
        if self._total:
            return max(0, self._total - self._there)
        return size or None

    def shown(self, now: float) -> Progress:
        """What is to be told of it now."""
        wait = self._until - now
        return Progress(
            self._percent,
            self._text,
            there=self._there if self._comes else 0,
            total=self._total if self._comes else 0,
            speed=self._pace.per_second(now) if self._comes else 0.0,
            waits=math.ceil(wait) if wait > 0 else 0,
            reason=self._reason if wait > 0 else "",
        )
