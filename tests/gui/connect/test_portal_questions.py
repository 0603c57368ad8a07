"""Questions: asked elsewhere, answered here, forgotten when nobody waits."""

import pytest
from qgis.PyQt.QtCore import QCoreApplication, QThread

from plugin.core.errors import BadInput, NoConnection
from plugin.gui.connections.sign_in import SignInLine, sign_in_state
from plugin.gui.jobs.questions import Questions
from plugin.qgis_io.connections import Connection
from tests.portal import Stall

from .conftest import wait_for


@pytest.fixture
def heard():
    return []


def main_thread():
    return QCoreApplication.instance().thread()


def test_it_is_asked_in_another_thread_and_answered_in_this_one(questions, visitor, heard):
    def work(portal):
        return portal.info().name, QThread.currentThread() is main_thread()

    questions.ask(
        visitor, work, lambda answer: heard.append((answer, QThread.currentThread() is main_thread())), None
    )
    wait_for(lambda: heard)
    assert heard == [(("Portal stand-in", False), True)]


def test_an_error_of_the_portal_is_told(questions, heard):
    questions.ask(Connection("Gone", "http://127.0.0.1:9"), sign_in_state, None, heard.append)
    wait_for(lambda: heard)
    assert isinstance(heard[0], NoConnection)


def test_a_configuration_that_is_gone_is_told_later_not_while_asking(questions, running, heard):
    broken = Connection("Town", running.url, "nothere")
    questions.ask(broken, sign_in_state, None, heard.append)
    assert heard == []
    wait_for(lambda: heard)
    assert isinstance(heard[0], BadInput)
    assert running.asked() == []


def test_what_was_cancelled_calls_nobody(questions, running, visitor, heard):
    running.fault("/portals/self", Stall(), times=None)
    question = questions.ask(visitor, sign_in_state, heard.append, heard.append)
    wait_for(lambda: running.asked("/portals/self"))
    question.cancel()
    other = []
    questions.ask(visitor, lambda portal: portal.url, other.append, other.append)
    wait_for(lambda: other)
    assert heard == []


def test_a_stalled_portal_does_not_keep_the_event_loop(questions, running, visitor, heard):
    running.fault("/portals/self", Stall(), times=None)
    for _ in range(4):
        questions.ask(visitor, sign_in_state, heard.append, heard.append)
    wait_for(lambda: len(running.asked("/portals/self")) == 4)
    ticks = []
    longest = wait_for(lambda: ticks.append(1) or len(ticks) > 200)
    assert longest < 0.1
    assert heard == []


def test_closing_ends_what_is_asked_within_a_second(running, visitor, heard):
    running.fault("/portals/self", Stall(), times=None)
    asking = Questions()
    asking.ask(visitor, sign_in_state, heard.append, heard.append)
    wait_for(lambda: running.asked("/portals/self"))
    wait_for(lambda: asking.close() or True, seconds=1)
    QCoreApplication.processEvents()
    assert heard == []


def test_the_line_says_who_is_signed_in(questions, visitor, ranger, running):
    line, states = SignInLine(questions), []
    line.state_changed.connect(states.append)
    line.ask(visitor)
    assert line.text() == "Asking Town…"
    wait_for(lambda: states[-1])
    assert (line.text(), states[-1].user) == ("Public items only", "")
    line.ask(ranger)
    wait_for(lambda: states[-1])
    assert (line.text(), states[-1].user) == ("Signed in as Ranger", "ranger")
    assert running.url in line.toolTip()


def test_the_line_says_why_nobody_is_signed_in(questions, running, stored):
    line = SignInLine(questions)
    wrong = Connection("Town", running.url, stored("Basic", username="ranger", password="wrong"))
    line.ask(wrong)
    wait_for(lambda: "does not accept" in line.text())
    assert "wrong" not in line.text()


def test_a_key_without_a_user_is_told_from_no_sign_in(questions, running, stored, content):
    line = SignInLine(questions)
    key = running.tokens.issue("ranger").text
    running.sharing._user_json = lambda user: {}
    line.ask(Connection("Town", running.url, stored("EsriToken", token=key)))
    wait_for(lambda: "Signed in with a key" in line.text())
