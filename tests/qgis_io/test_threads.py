"""The executor over threads of Qt."""

from concurrent.futures import CancelledError
import threading
import time

import pytest
from qgis.PyQt.QtCore import QCoreApplication, QEventLoop, QThread, QTimer

from plugin.qgis_io.threads import QtExecutor


def test_results_come_in_the_order_of_the_items():
    def slow_first(number):
        time.sleep(0.05 if number == 0 else 0)
        return number * number

    with QtExecutor(4) as executor:
        assert list(executor.map(slow_first, range(20))) == [number * number for number in range(20)]


def test_no_more_at_once_than_the_bound():
    lock, running, most = threading.Lock(), [0], [0]

    def work(_):
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.01)
        with lock:
            running[0] -= 1

    with QtExecutor(3) as executor:
        list(executor.map(work, range(30)))
    assert most[0] == 3


def test_work_is_done_in_threads_that_qt_started():
    with QtExecutor(1) as executor:
        thread = executor.submit(QThread.currentThread).result()
        assert thread is not QCoreApplication.instance().thread()
        assert executor.submit(_timers_run).result()


def _timers_run():
    loop = QEventLoop()
    QTimer.singleShot(10, loop.quit)
    loop.exec()
    return True


def test_an_error_is_raised_where_the_result_is_asked_for():
    def fails(number):
        raise ValueError(f"number {number}")

    with QtExecutor(2) as executor:
        with pytest.raises(ValueError, match="number 7"):
            executor.submit(fails, 7).result()
        with pytest.raises(ValueError, match="number 0"):
            list(executor.map(fails, range(5)))


def test_what_has_not_begun_is_dropped_after_an_error():
    begun = []

    def work(number):
        begun.append(number)
        if number == 0:
            raise ValueError
        time.sleep(0.02)

    with QtExecutor(1) as executor:
        with pytest.raises(ValueError):
            list(executor.map(work, range(500)))
        assert len(begun) < 50


def test_a_cancelled_future_is_not_run():
    gate = threading.Event()
    with QtExecutor(1) as executor:
        executor.submit(gate.wait)
        waiting = executor.submit(lambda: "ran")
        assert waiting.cancel()
        gate.set()
        with pytest.raises(CancelledError):
            waiting.result()


def test_waiting_in_the_main_thread_serves_its_events():
    """QGIS asks the main thread for certificates and passwords: it must not be deaf."""
    answered = threading.Event()
    QTimer.singleShot(0, answered.set)
    with QtExecutor(1) as executor:
        assert executor.submit(answered.wait, 5).result()


def test_leaving_the_executor_waits_for_what_runs():
    done = []

    def work():
        time.sleep(0.1)
        done.append(True)

    with QtExecutor(1) as executor:
        executor.submit(work)
    assert done == [True]


def test_a_deadline_ends_the_wait_for_a_result():
    gate = threading.Event()
    with QtExecutor(1) as executor:
        late = executor.submit(gate.wait)
        with pytest.raises(TimeoutError):
            late.result(timeout=0.05)
        gate.set()
