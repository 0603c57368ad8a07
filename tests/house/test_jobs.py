"""Algorithms as background jobs, run by the real task manager."""

import time

import pytest
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingParameterString,
    QgsProcessingProvider,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication

from plugin.gui.jobs import Jobs


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
        layer = QgsVectorLayer("Point?crs=EPSG:4326", "Springs", "memory")
        context.temporaryLayerStore().addMapLayer(layer)
        details = QgsProcessingContext.LayerDetails("Springs", context.project())
        context.addLayerToLoadOnCompletion(layer.id(), details)
        return {"LAYERS": [layer.id()]}


class Provider(QgsProcessingProvider):
    def id(self):
        return "behaviour"

    def name(self):
        return "Behaviour"

    def loadAlgorithms(self):
        self.addAlgorithm(Behave())


@pytest.fixture
def ended(qgis_processing, qgis_new_project):
    """`ended("load")` is how a job ended that behaved so: (results, warnings), an error, or nothing."""
    registry, provider = QgsApplication.processingRegistry(), Provider()
    registry.addProvider(provider)
    said = []
    jobs = Jobs(lambda results, warnings: said.append((results, warnings)), said.append)

    def run(how, cancel_after=None):
        jobs.run("behaviour:behave", {"HOW": how})
        started = time.monotonic()
        while QgsApplication.taskManager().countActiveTasks():
            if cancel_after is not None and time.monotonic() > started + cancel_after:
                jobs.cancel()
            QCoreApplication.processEvents()
        QCoreApplication.processEvents()
        return said

    yield run
    registry.removeProvider(provider)


def test_its_layers_are_added_and_its_warnings_told(ended):
    ((results, warnings),) = ended("load")
    assert [layer.name() for layer in QgsProject.instance().mapLayers().values()] == ["Springs"]
    assert len(results["LAYERS"]) == 1
    assert warnings == ["One layer was left out."]


def test_an_error_is_told_as_its_sentence(ended):
    assert ended("fail") == ["The disk is full."]
    assert not QgsProject.instance().mapLayers()


def test_a_refusal_is_told_before_anything_runs(ended):
    assert ended("refuse") == ["That is no way to behave."]


def test_cancel_ends_it_in_silence(ended):
    started = time.monotonic()
    assert ended("wait", cancel_after=0.2) == []
    assert time.monotonic() - started < 2
