"""Jobs of servers: asked for with growing pauses, to their end, in every spelling."""

import pytest

from plugin.core.errors import (
    AccessDenied,
    BrokenAnswer,
    Cancelled,
    JobFailed,
    JobGone,
    NoConnection,
    PortalError,
    ServerBusy,
    TimedOut,
)
from plugin.core.host import Silent
from plugin.core.portal.credentials import UserPassword
from plugin.core.portal.server_jobs import wait_for_job
from tests.core.hosts import QuickClock, Watcher
from tests.portal import HangUp, Html, PortalFault, Status, Truncated

from .conftest import Town
from .scripted import ScriptedService


@pytest.fixture
def scripted(portal, connect, tmp_path):
    running = portal(Town("public").content)
    return ScriptedService(running, connect(running.url), tmp_path)


@pytest.fixture
def wait(scripted, connect):
    """`wait(*answers)` gives the job's answers, one a question; `feedback` may cancel."""

    def waited(*answers, feedback=None, deadline=7200.0):
        session = connect(scripted.running.url, feedback=feedback)
        scripted.answers("/jobs/j7", *answers)
        return wait_for_job(
            session, f"{scripted.url}/jobs/j7", scripted.clock, feedback or Silent(), deadline
        )

    return waited


def asked(scripted):
    return len(scripted.running.asked("/jobs/j7"))


@pytest.mark.parametrize(
    "word",
    ["Completed", "COMPLETED", "CompletedWithErrors", "Completed With Errors", "completed with errors"],
)
def test_a_job_has_ended(wait, scripted, word):
    running = [{"status": "Pending"}, {"status": "In Progress"}, {"status": "ExportAttachments"}]
    assert wait(*running, {"Status": word, "resultUrl": "x"})["resultUrl"] == "x"
    assert asked(scripted) == 4


def test_a_geoprocessing_job(wait):
    words = ("esriJobSubmitted", "esriJobWaiting", "esriJobExecuting", "esriJobSucceeded")
    answers = [{"jobId": "j7", "jobStatus": word} for word in words]
    assert wait(*answers) == answers[-1]


def test_a_word_that_nobody_knows_means_that_it_runs(wait, scripted):
    wait({"status": "Polishing"}, {"status": None}, {}, {"status": "Completed"})
    assert asked(scripted) == 4


def test_pauses_grow(wait, scripted):
    wait(*[{"status": "Pending"}] * 12, {"status": "Completed"})
    assert scripted.clock.monotonic() == pytest.approx(0.5 * sum(min(1.5**n, 30) for n in range(12)), abs=0.5)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"status": "Failed", "error": {"code": 500, "message": "No lock."}}, "No lock."),
        ({"status": "Failed", "error": {"description": "No lock.", "details": ["Busy."]}}, "No lock. Busy."),
        ({"status": "Failed", "Error": "No lock."}, "No lock."),
        (
            {
                "jobStatus": "esriJobFailed",
                "messages": [
                    {"type": "esriJobMessageTypeInformative", "description": "Begun."},
                    {"type": "esriJobMessageTypeError", "description": "No\nlock."},
                ],
            },
            "No lock.",
        ),
        ({"jobStatus": "esriJobTimedOut"}, "no reason given"),
        ({"jobStatus": "esriJobCancelled", "messages": [7, None]}, "no reason given"),
    ],
)
def test_a_job_that_failed_says_why(wait, answer, reason):
    with pytest.raises(JobFailed) as raised:
        wait({"status": "Pending"}, answer)
    assert raised.value.values["message"] == reason


def test_a_job_that_completed_with_an_error_beside_it_has_ended(wait):
    answer = {"status": "CompletedWithErrors", "error": {"code": 1, "message": "some"}, "resultUrl": "x"}
    assert wait(answer) == answer


@pytest.mark.parametrize(
    "answer",
    [
        Status(404),
        PortalFault(404),
        PortalFault(400, "Job not found."),
        PortalFault(400, "The job no longer exists"),
        PortalFault(410, as_status=True),
        PortalFault(500, "Invalid job id."),
    ],
    ids=repr,
)
def test_a_job_that_vanished_has_an_unknown_outcome(wait, answer):
    with pytest.raises(JobGone):
        wait({"status": "Pending"}, answer)


@pytest.mark.parametrize(
    ("answer", "error"),
    [(PortalFault(400, "Bad day."), PortalError), (Html(), BrokenAnswer)],
    ids=repr,
)
def test_other_errors_are_what_they_are(wait, answer, error):
    with pytest.raises(error) as raised:
        wait({"status": "Pending"}, *[answer] * 6)
    assert raised.type is error


def test_a_line_that_breaks_is_forgiven(wait, scripted):
    broken = [HangUp()] * 3 + [{"status": "Pending"}, Html(), {"status": "Completed"}]
    assert wait({"status": "Pending"}, *broken)["status"] == "Completed"


def test_faults_far_from_one_another_are_forgiven(wait):
    assert wait(*[Html(), Html(), {"status": "Pending"}] * 4, {"status": "Completed"})


def test_a_line_that_stays_broken_is_not(wait, scripted):
    with pytest.raises(NoConnection):
        wait(*[HangUp()] * 30)
    assert asked(scripted) <= 30


def test_a_server_that_stays_busy_is_told(wait):
    with pytest.raises(ServerBusy):
        wait(*[Status(503)] * 40)


def test_no_permission_is_not_forgiven(portal, connect, tmp_path):
    running = portal(Town().content)
    session = connect(running.url, UserPassword("ranger", "correct horse"))
    scripted = ScriptedService(running, session, tmp_path)
    scripted.answers("/jobs/j7", PortalFault(403, "not found for you"))
    with pytest.raises(AccessDenied):
        wait_for_job(session, f"{scripted.url}/jobs/j7", scripted.clock, Silent(), 100.0)


def test_the_deadline_holds(wait, scripted):
    with pytest.raises(TimedOut):
        wait(*[{"status": "Pending"}] * 60, deadline=100.0)
    assert 100 <= scripted.clock.monotonic() < 101


def test_a_cancel_is_heard_between_two_questions(wait, scripted, monkeypatch):
    watcher = Watcher(lambda done, total, subject: True)
    asked_at = []

    def sleep(seconds):
        QuickClock.sleep(scripted.clock, seconds)
        asked_at.append(scripted.clock.monotonic())
        if len(asked_at) == 5:
            watcher.report(0, 0, "")

    monkeypatch.setattr(scripted.clock, "sleep", sleep)
    with pytest.raises(Cancelled):
        wait(*[{"status": "Pending"}] * 40, feedback=watcher)
    assert len(asked_at) == 5


def test_a_cut_answer_is_asked_for_again(wait, scripted):
    scripted.running.fault("/jobs/j7", Truncated(5), at=2)
    assert wait({"status": "Pending"}, {"status": "Pending"}, {"status": "Completed"})
