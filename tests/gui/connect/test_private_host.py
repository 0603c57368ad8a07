"""The question about a host in a private network: by keyboard, once, in plain words."""

import threading

import pytest
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QLabel, QMessageBox, QWidget

from plugin.core.errors import PrivateNetwork
from plugin.gui.jobs.private_host import PrivateHostQuestion
from plugin.gui.jobs.questions import Questions
from plugin.gui.options.options import OptionsPage
from plugin.qgis_io.connections import Connection
from plugin.qgis_io.settings import private_hosts, set_private_hosts
from plugin.qgis_io.threads import QtExecutor
from tests.portal import Body

from .conftest import wait_for

ABOUT = ("www.arcgis.com", "gis.example.org", "10.1.2.3")


class Answering:
    """Presses `keys` in each question that comes up; keeps what it said."""

    def __init__(self, *keys):
        self.said, self._keys = [], keys
        self._timer = QTimer()
        self._timer.timeout.connect(self._look)
        self._timer.start(20)

    def _look(self):
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox) and box.objectName() == "offlineMapAreasPrivateHost":
            self.said.append(" ".join(label.text() for label in box.findChildren(QLabel)))
            for key in self._keys:
                QTest.keyClick(box.focusWidget() or box, key)


@pytest.fixture
def question(qgis_app):
    window = QWidget()
    yield PrivateHostQuestion(window)
    window.deleteLater()


def consents(question, *everything):
    """What each call says; they run side by side in other threads."""
    with QtExecutor(4) as executor:
        return list(executor.map(lambda about: question.consent(*about), everything))


def test_escape_and_enter_allow_nothing(question):
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        answering = Answering(key)
        about = (ABOUT[0], f"gis{int(key)}.example.org", ABOUT[2])
        assert consents(question, about, about, about) == [False] * 3
        assert len(answering.said) == 1
    assert private_hosts() == []


def test_it_says_who_leads_where(question):
    answering = Answering(Qt.Key.Key_Escape)
    assert not question.consent(*ABOUT)
    assert all(word in answering.said[0] for word in ABOUT)


def test_what_is_allowed_is_remembered_for_all_and_asked_once(question):
    answering = Answering(Qt.Key.Key_Backtab, Qt.Key.Key_Space)
    other = ("portal.example.com", *ABOUT[1:])
    assert consents(question, ABOUT, other, ABOUT) == [True] * 3
    assert len(answering.said) == 1
    assert private_hosts() == ["gis.example.org"]
    assert PrivateHostQuestion(None).consent(*ABOUT)


def test_after_the_end_nobody_is_asked(question):
    set_private_hosts(["known.example.org"])
    question.close()
    assert consents(question, ABOUT, ("a.example.org", "known.example.org", "10.0.0.1")) == [False, True]


@pytest.mark.parametrize("allowed", [True, False])
def test_a_question_to_a_portal_waits_for_the_answer(question, running, allowed):
    running.fault("/a.png", Body(b"PNG", "image/png"), times=None, origin="stranger")
    url = running.stranger_url.replace("127.0.0.1", "localhost") + "/a.png"
    answering = Answering(*((Qt.Key.Key_Backtab, Qt.Key.Key_Space) if allowed else (Qt.Key.Key_Escape,)))
    asking, heard = Questions(consent=question.consent), []
    outside = Connection("Outside", "http://192.88.99.1")
    asking.ask(outside, lambda portal: portal.session.get_bytes(url), heard.append, heard.append)
    wait_for(lambda: heard)
    asking.close()
    assert heard[0] == b"PNG" if allowed else isinstance(heard[0], PrivateNetwork)
    assert len(answering.said) == 1
    assert bool(running.asked("/a.png")) is allowed


def test_a_question_is_asked_in_the_main_thread(question):
    seen = []
    question._ask = lambda _asked: seen.append(threading.current_thread()) or False
    consents(question, ABOUT)
    assert seen == [threading.main_thread()]


def test_the_options_show_the_hosts(questions):
    set_private_hosts(["gis.example.org", "10.0.0.7"])
    page = OptionsPage(questions)
    assert page.form.privateHostsEdit.text() == "gis.example.org 10.0.0.7"
    page.form.privateHostsEdit.setText("https://Other.example.org/arcgis, 10.0.0.7")
    page.apply()
    assert private_hosts() == ["other.example.org", "10.0.0.7"]
    page.form.privateHostsEdit.clear()
    page.apply()
    assert private_hosts() == []
