"""Algorithms as background jobs, run by the real task manager."""

import time

import pytest
from qgis.core import (
    Qgis,
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingParameterString,
    QgsProcessingProvider,
    QgsTask,
)
from qgis.PyQt.QtCore import QCoreApplication

from plugin.gui.jobs.tasks import Jobs, Outcome


class Behave(QgsProcessingAlgorithm):
    """Does what its one parameter says."""

    def createInstance(self):
        return Behave()

    def name(self):
        return "behave"

    def displayName(self):
        return "Behave"

    def initAlgorithm(self, _configuration=None):
        self.addParameter(QgsProcessingParameterString("HOW"))

    def checkParameterValues(self, parameters, context):
        if parameters["HOW"] == "refuse":
            return False, "That is no way to behave."
        return super().checkParameterValues(parameters, context)

    def processAlgorithm(self, parameters, context, feedback):
        how = parameters["HOW"]
        if how == "fail":
            raise QgsProcessingException("The disk is full.")
        if how == "wait":
            while not feedback.isCanceled():
                time.sleep(0.01)
            raise QgsProcessingException("Cancelled.")
        feedback.pushWarning("One layer was left out.")
        feedback.setProgress(40)
        feedback.setProgressText("Springs: 1 of 2 MB")
        return {"COUNT": 3}


class Provider(QgsProcessingProvider):
    def id(self):
        return "behaviour"

    def name(self):
        return "Behaviour"

    def loadAlgorithms(self):
        self.addAlgorithm(Behave())


@pytest.fixture
def run(qgis_processing):
    """`run("load")` is the outcome of a job that behaved so, and what it told of its progress."""
    registry, provider = QgsApplication.processingRegistry(), Provider()
    registry.addProvider(provider)
    jobs = Jobs()

    def call(how, cancel_after=None):
        outcomes, progress = [], []
        job = jobs.run("behaviour:behave", {"HOW": how}, outcomes.append, "A title")
        if job is not None:
            job.progressed.connect(lambda percent, text: progress.append((percent, text)))
            assert job.task.description() == "A title"
        started = time.monotonic()
        while not outcomes:
            if cancel_after is not None and time.monotonic() > started + cancel_after:
                job.cancel()
            QCoreApplication.processEvents()
        return outcomes[0], progress

    yield call
    registry.removeProvider(provider)


def test_it_tells_results_warnings_and_progress(run):
    outcome, progress = run("work")
    assert outcome == Outcome({"COUNT": 3}, ("One layer was left out.",))
    assert progress[-1] == (40, "Springs: 1 of 2 MB")


def test_an_error_is_told_as_its_sentence(run):
    assert run("fail")[0] == Outcome(error="The disk is full.")


def test_a_refusal_is_told_before_anything_runs(run):
    assert run("refuse")[0] == Outcome(error="That is no way to behave.")


def test_what_was_cancelled_has_no_error(run):
    started = time.monotonic()
    assert run("wait", cancel_after=0.2)[0] == Outcome(cancelled=True)
    assert time.monotonic() - started < 2


def test_jobs_that_are_cancelled_together_tell_nobody(qgis_processing):
    registry, provider, outcomes, jobs = QgsApplication.processingRegistry(), Provider(), [], Jobs()
    registry.addProvider(provider)
    for _ in range(3):
        jobs.run("behaviour:behave", {"HOW": "wait"}, outcomes.append)
    jobs.cancel()
    while QgsApplication.taskManager().countActiveTasks():
        QCoreApplication.processEvents()
    registry.removeProvider(provider)
    assert outcomes == []


@pytest.fixture
def messages(qgis_app):
    """What the log of QGIS was told, as (text, level)."""
    told = []

    def note(text, _tag, level):
        told.append((text, level))

    QgsApplication.messageLog().messageReceived[str, str, Qgis.MessageLevel].connect(note)
    yield told
    QgsApplication.messageLog().messageReceived[str, str, Qgis.MessageLevel].disconnect(note)


def test_a_cancel_is_no_failure_in_the_messages_of_qgis(run, messages):
    """The window of QGIS tells of every task that ends and is not silent, cancelled ones as failed."""
    tasks = []
    manager = QgsApplication.taskManager()
    manager.taskAdded.connect(lambda number: tasks.append(manager.task(number)))
    run("wait", cancel_after=0.1)
    (task,) = tasks
    assert task.isCanceled()
    assert task.flags() & QgsTask.Flag.Silent
    assert [text for text, level in messages if level != Qgis.MessageLevel.Info] == []


def test_qgis_ends_without_asking_about_jobs(run):
    tasks = []
    manager = QgsApplication.taskManager()
    manager.taskAdded.connect(lambda number: tasks.append(manager.task(number)))
    run("work")
    assert tasks[0].flags() & QgsTask.Flag.CancelWithoutPrompt
    assert tasks[0].canCancel()
