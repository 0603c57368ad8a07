"""Settings of their own, questions to a real portal on loopback, and time for the answers."""

import time

import pytest
from qgis.core import QgsCredentialsNone
from qgis.gui import QgsCredentialDialog
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QBuffer, QByteArray, QCoreApplication, QEvent, QIODevice, Qt, QTimer
from qgis.PyQt.QtGui import QColor, QImage
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QLineEdit

from plugin.gui.jobs.questions import Questions
from plugin.gui.jobs.thumbnails import Thumbnails
from plugin.qgis_io.connections import Connection, save_connection
from tests.portal import PortalContent, add_web_map

GROUP = "c" * 32


def picture(width=600, height=400, kind="PNG"):
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#2a6fb0"))
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind)
    return bytes(content)


def wait_for(condition, seconds=10):
    """Serves the event loop until `condition()`; the longest it was kept from it comes back."""
    end = time.monotonic() + seconds
    longest, last = 0.0, time.monotonic()
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        QCoreApplication.processEvents()
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
        time.sleep(0.001)
    return longest


def in_dialog(act):
    """`act(dialog)` as soon as a modal dialog is up."""

    def when_up():
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(10, when_up)
        else:
            act(dialog)

    QTimer.singleShot(0, when_up)


def give_master_password(prompt):
    assert isinstance(prompt, QgsCredentialDialog)
    QTest.keyClicks(prompt.findChild(QLineEdit, "leMasterPass"), "a master password")
    QTest.keyClick(prompt, Qt.Key.Key_Return)


@pytest.fixture
def prompts(qgis_app):
    """The prompts that QGIS Desktop has for passwords; afterwards nobody is asked, as without a window."""
    dialog = QgsCredentialDialog()
    yield dialog
    sip.transferto(QgsCredentialsNone(), None)  # takes the place of the dialog, for as long as QGIS runs


@pytest.fixture
def locked(auth_store, prompts):
    """`locked()` has QGIS forget its master password, until the test is over."""
    yield auth_store.clearMasterPassword
    auth_store.setMasterPassword("a master password", True)


@pytest.fixture(autouse=True)
def tidy(own_settings):
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def questions():
    made = Questions()
    yield made
    made.close()


@pytest.fixture
def thumbnails(questions, tmp_path):
    return Thumbnails(questions, tmp_path / "thumbnails")


@pytest.fixture
def content():
    """Three web maps with areas: one public, one for the group, one private."""
    made = PortalContent("ranger", "map-maker-1")
    made.add_user("guest", "guest-pass-3", groups=[GROUP])
    made.public = add_web_map(made, "Water mains", [], offline={}, thumbnail=picture(), snippet="Valves")
    made.shared = add_web_map(made, "Group map", [], offline={}, access="shared", groups=[GROUP])
    made.private = add_web_map(made, "Secret map", [], offline={}, access="private", thumbnail=picture())
    return made


@pytest.fixture
def running(portal, content):
    return portal(content)


@pytest.fixture
def visitor(running):
    """A saved connection without authentication."""
    return save_connection(Connection("Town", running.url))


@pytest.fixture
def ranger(running, stored):
    """A saved connection of the owner."""
    return save_connection(
        Connection("Town office", running.url, stored("Basic", username="ranger", password="map-maker-1"))
    )
