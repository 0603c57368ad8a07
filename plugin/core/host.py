"""What the core asks of its host: a feedback, an executor and a clock.

The core starts no thread and reads no clock of its own: in QGIS threads must be Qt's (Qt
timers, and with them network timeouts, do not run in others), in tests time must stand still.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
import time
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from .errors import Cancelled, OfflineMapError

if TYPE_CHECKING:
    from concurrent.futures import Future

_T = TypeVar("_T")
_R = TypeVar("_R")
Extent = tuple[float, float, float, float]
Vertex = tuple[float, float]
_STEP = 0.2  # seconds of a sleep that a cancel has to wait for


class Feedback(Protocol):
    """Progress out, cancel in. Cheap enough to be called for every block or batch."""

    def is_cancelled(self) -> bool:
        """True from the moment the user asked to stop."""

    def report(self, done: int, total: int, subject: str) -> None:
        """`done` of `total` (bytes or rows; total 0 = unknown); `subject` names the package."""

    def warn(self, text: str) -> None:
        """A sentence for the log that is no error."""

    def wait(self, seconds: float, why: OfflineMapError) -> None:
        """Nothing is asked for so many seconds; then what ended with `why` is asked again."""


def raise_if_cancelled(feedback: Feedback) -> None:
    """Raises `Cancelled` once the user asked to stop."""
    if feedback.is_cancelled():
        raise Cancelled


class Silent:
    """A feedback that nobody watches."""

    def is_cancelled(self) -> bool:
        return False

    def report(self, done: int, total: int, subject: str) -> None:
        pass

    def warn(self, text: str) -> None:
        pass

    def wait(self, seconds: float, why: OfflineMapError) -> None:
        pass


class Executor(Protocol):
    """Runs calls side by side; `concurrent.futures.Executor` is one."""

    def submit(self, fn: Callable[..., _R], /, *args: object) -> Future[_R]: ...

    def map(self, fn: Callable[[_T], _R], items: Iterable[_T], /) -> Iterator[_R]: ...


class Projector(Protocol):
    """Moves an extent to another spatial reference; QGIS' own transformations do."""

    def __call__(self, extent: Extent, source: Mapping[str, Any], target: Mapping[str, Any], /) -> Extent:
        """xmin, ymin, xmax, ymax; spatial references as Esri JSON (wkid, latestWkid, wkt).

        Raises `ValueError` where a reference is unknown or the extent cannot be moved.
        """


class VertexProjector(Protocol):
    """Moves vertices to another spatial reference."""

    def __call__(
        self, vertices: Sequence[Vertex], source: Mapping[str, Any], target: Mapping[str, Any], /
    ) -> list[Vertex]:
        """x and y of each; spatial references as Esri JSON (wkid, latestWkid, wkt).

        Raises `ValueError` where a reference is unknown or a vertex cannot be moved.
        """


class Clock(Protocol):
    """Wall time for the records, monotonic time and sleep for deadlines and retries."""

    def now(self) -> datetime: ...

    def monotonic(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...


def pause(seconds: float, clock: Clock, feedback: Feedback) -> None:
    """Sleeps in small steps, so that a cancel is heard. Raises `Cancelled`."""
    end = clock.monotonic() + seconds
    while (left := end - clock.monotonic()) > 0:
        raise_if_cancelled(feedback)
        clock.sleep(min(_STEP, left))


def wait_to_ask_again(seconds: float, why: OfflineMapError, clock: Clock, feedback: Feedback) -> None:
    """Tells of the wait, and sleeps. Raises `Cancelled`."""
    feedback.wait(seconds, why)
    pause(seconds, clock, feedback)


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(timezone.utc)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
