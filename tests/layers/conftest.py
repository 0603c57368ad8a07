"""A town to build offline maps of, and eyes to look at them."""

import os
from pathlib import Path

import pytest
from qgis.core import (
    QgsApplication,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QSize, QThread

from plugin.layers.project.project import write_project

from .build import Town

PICTURES = Path(__file__).parents[2] / "build" / "pictures"


@pytest.fixture
def town(tmp_path) -> Town:
    return Town(tmp_path / "Old town")


class _Worker(QThread):
    def __init__(self, work):
        super().__init__()
        self.work, self.result, self.error = work, None, None

    def run(self):
        try:
            self.result = self.work()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            self.error = error


def in_worker(work):
    """`work()` in a thread of Qt's, as Processing runs it; its result or its error."""
    worker = _Worker(work)
    worker.start()
    assert worker.wait(50_000)
    if worker.error:
        raise worker.error
    return worker.result


@pytest.fixture
def opened():
    """`opened(path)` is a project read in the main thread, as a user would."""
    projects = []

    def read(path) -> QgsProject:
        project = QgsProject()
        projects.append(project)
        assert project.read(str(path)), project.error()
        return project

    yield read
    for project in projects:
        sip.delete(project)


@pytest.fixture
def wait(qgis_app, qgis_processing):
    """Runs a task to its end, with the event loop of a desktop."""

    def run(task, ended):
        QgsApplication.taskManager().addTask(task)
        while not ended:
            qgis_app.processEvents()

    return run


@pytest.fixture
def written(town, opened):
    """`written(web_map_json)` is the report and the project, written in a worker and read here."""

    def write(json):
        report = in_worker(lambda: write_project(town.map(json), town.project))
        return report, opened(report.project)

    return write


def draw(project, size=(500, 500), extent=None, name=None):
    """The picture of a project; kept as build/pictures/<name>.png, to be looked at."""
    settings = QgsMapSettings()
    settings.setLayers(project.layerTreeRoot().checkedLayers())
    settings.setDestinationCrs(project.crs())
    settings.setOutputSize(QSize(*size))
    settings.setOutputDpi(96)
    settings.setExtent(extent or project.viewSettings().defaultViewExtent())
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    if name:
        PICTURES.mkdir(parents=True, exist_ok=True)
        image.save(str(PICTURES / f"{name}.png"))
    return image


def credits_shown(project, layers=None):
    """The lines of the copyright decoration of a map that shows `layers`, all of the project by default."""
    settings = QgsMapSettings()
    settings.setLayers(list(project.mapLayers().values()) if layers is None else layers)
    context = QgsExpressionContext()
    context.appendScope(QgsExpressionContextUtils.mapSettingsScope(settings))
    assert project.readBoolEntry("CopyrightLabel", "/Enabled")[0]
    label = project.readEntry("CopyrightLabel", "/Label")[0]
    return QgsExpression.replaceExpressionText(label, context).splitlines()


def open_files(folder: Path) -> list[str]:
    """What this process holds open below a folder."""
    held = []
    for number in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{number}")
        except OSError:
            continue
        if target.startswith(str(folder)):
            held.append(target)
    return held


def colours(image) -> set[tuple[int, int, int]]:
    """Every colour in a picture."""
    return {image.pixelColor(x, y).getRgb()[:3] for x in range(image.width()) for y in range(image.height())}
