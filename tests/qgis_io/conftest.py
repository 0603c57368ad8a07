"""A file on a portal, sessions over the network of QGIS, and every kind of thread they run in."""

from __future__ import annotations

import threading

import pytest
from qgis.core import QgsApplication, QgsAuthCertUtils, QgsTask
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QThread

from plugin.core.portal.session import Deadlines, PortalSession
from plugin.qgis_io.threads import QtExecutor
from plugin.qgis_io.transport import QgisTransport
from tests.portal import PortalContent

FILE = b"SQLite format 3\x00" + bytes(range(256)) * 40_000


class Watcher:
    """A feedback whose user stops when the test says so."""

    def __init__(self):
        self.stop = threading.Event()

    def is_cancelled(self):
        return self.stop.is_set()

    def report(self, done, total, subject):
        pass

    def warn(self, text):
        pass

    def wait(self, seconds, why):
        pass


@pytest.fixture
def watcher():
    return Watcher()


@pytest.fixture
def served(portal):
    """A running portal with one public file, and the address of that file."""
    content = PortalContent()
    item = content.add_item("SQLite Geodatabase", "Town", data=FILE, name="town.geodatabase")
    running = portal(content)
    return running, f"{running.rest}/content/items/{item}/data"


@pytest.fixture
def session(served, watcher):
    running, _ = served
    deadlines = Deadlines(connect=1, silence=1, answer=3)
    opened = PortalSession(
        running.url, transport=QgisTransport(watcher), feedback=watcher, deadlines=deadlines
    )
    _ = opened.rest
    return opened


def in_main_thread(call):
    return call()


def in_task(call):
    """As the task manager of QGIS runs it, while the main thread goes on."""
    outcome = []

    class Task(QgsTask):
        def run(self):
            outcome.append(_outcome_of(call))
            return True

    task = Task("test", QgsTask.Flag.CanCancel)
    QgsApplication.taskManager().addTask(task)
    while not outcome:
        QCoreApplication.processEvents()
    return _unpacked(outcome[0])


def in_pool_thread(call):
    with QtExecutor(1) as executor:
        return executor.submit(call).result()


def in_thread_of_qt(call):
    outcome = []

    class Thread(QThread):
        def run(self):
            outcome.append(_outcome_of(call))

    thread = Thread()
    thread.start()
    thread.wait()
    return _unpacked(outcome[0])


def in_plain_thread(call):
    """A thread that Qt did not start: its timers are said not to run there."""
    outcome = []
    thread = threading.Thread(target=lambda: outcome.append(_outcome_of(call)))
    thread.start()
    thread.join()
    return _unpacked(outcome[0])


def _outcome_of(call):
    try:
        return call(), None
    except Exception as error:  # noqa: BLE001 - raised again in the test's own thread
        return None, error


def _unpacked(outcome):
    result, error = outcome
    if error is not None:
        raise error
    return result


@pytest.fixture(params=[in_main_thread, in_task, in_pool_thread, in_thread_of_qt, in_plain_thread])
def anywhere(request):
    """`anywhere(call)` is the result of `call()` in one kind of thread, or its error."""
    yield request.param
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def trusted(auth_store):
    """`trusted(file)` makes QGIS trust a certificate authority until the end of the test."""
    authorities = []

    def rebuild():
        auth_store.rebuildCaCertsCache()
        auth_store.rebuildTrustedCaCertsCache()

    def trust(file):
        for authority in QgsAuthCertUtils.certsFromFile(str(file)):
            assert auth_store.storeCertAuthority(authority)
            authorities.append(authority)
        rebuild()

    yield trust
    for authority in authorities:
        auth_store.removeCertAuthority(authority)
    rebuild()
