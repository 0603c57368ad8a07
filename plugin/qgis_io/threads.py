"""Side by side in threads that Qt started: timers, and with them network time-outs, run only there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, wait
import threading
from types import TracebackType
from typing import Any, Callable, Optional, TypeVar

from qgis.PyQt.QtCore import QCoreApplication, QEventLoop, QRunnable, QThreadPool

_T = TypeVar("_T")
_R = TypeVar("_R")
_STEP = 0.01


class QtExecutor:
    """A `core.host.Executor` with at most `bound` threads of a pool of its own.

    Use it as a context manager: leaving it waits for what runs. A call must not wait for another
    call of the same executor.
    """

    def __init__(self, bound: int) -> None:
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(bound)

    def submit(self, fn: Callable[..., _R], /, *args: object) -> Future[_R]:
        """Runs `fn(*args)` as soon as a thread is free."""
        future: _Future = _Future()
        self._pool.start(_Call(future, fn, args))
        return future

    def map(self, fn: Callable[[_T], _R], items: Iterable[_T], /) -> Iterator[_R]:
        """The results in the order of `items`; the first error is raised in its place.

        All calls are queued at once. Those that have not begun when the caller stops are dropped.
        """
        futures = [self.submit(fn, item) for item in items]
        return _results(futures)

    def __enter__(self) -> QtExecutor:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self._pool.clear()
        while not self._pool.waitForDone(int(_STEP * 1000)):
            _serve_main_thread()


def _results(futures: list[Future[_R]]) -> Iterator[_R]:
    try:
        for future in futures:
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


class _Future(Future):
    """In the main thread, waiting serves its events: QGIS asks there for passwords and certificates."""

    def result(self, timeout: Optional[float] = None) -> Any:
        if _is_main_thread():
            while not self.done() and timeout is None:
                _serve_main_thread()
                wait([self], _STEP)
        return super().result(timeout)


class _Call(QRunnable):
    """One call and the future that gets its result."""

    def __init__(self, future: Future, fn: Callable[..., Any], args: tuple[object, ...]) -> None:
        super().__init__()
        self._future, self._fn, self._args = future, fn, args

    def run(self) -> None:
        if not self._future.set_running_or_notify_cancel():
            return
        try:
            result = self._fn(*self._args)
        except BaseException as error:  # noqa: BLE001 - it is raised again where the result is asked for
            self._future.set_exception(error)
        else:
            self._future.set_result(result)


def _is_main_thread() -> bool:
    return threading.get_ident() == threading.main_thread().ident


def _serve_main_thread() -> None:
    if _is_main_thread():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
