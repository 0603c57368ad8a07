"""The provider in the registry, ways to run an algorithm, and a portal to run it against."""

import json
import os
from pathlib import Path
import shutil
import subprocess

import pytest
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
)
from qgis.PyQt.QtCore import QCoreApplication

from plugin.processing.provider import OfflineMapAreasProvider
from tests.portal import canyonlands

ROOT = Path(__file__).resolve().parents[2]


class Listener(QgsProcessingFeedback):
    """Keeps what a user would read; cancels once `cancel_when(progress)` is true."""

    def __init__(self, cancel_when=None):
        super().__init__(False)
        self.said = []
        self.progressed = []
        self._cancel_when = cancel_when
        self.progressChanged.connect(self._note)

    def _note(self, progress):
        self.progressed.append(progress)
        if self._cancel_when and self._cancel_when(progress):
            self.cancel()

    def setProgressText(self, text):
        self.said.append(text)

    def pushWarning(self, warning):
        self.said.append(warning)

    def pushInfo(self, info):
        self.said.append(info)

    def reportError(self, error, fatalError=False):
        self.said.append(error)


@pytest.fixture
def provider(qgis_app, qgis_processing):
    made = OfflineMapAreasProvider()
    QgsApplication.processingRegistry().addProvider(made)
    yield made
    QgsApplication.processingRegistry().removeProvider(made)


@pytest.fixture
def run(provider):
    """`run("listmapareas", PORTAL=…)` as a script calls it; keeps the project empty."""
    import processing  # noqa: PLC0415 - the fixtures of pytest-qgis put it on the path

    def call(name, feedback=None, **parameters):
        context = QgsProcessingContext()
        context.setFeedback(feedback or Listener())
        return processing.run(f"offlinemapareas:{name}", parameters, feedback=feedback, context=context)

    return call


@pytest.fixture
def in_task_manager(provider):
    """`in_task_manager(name, parameters, context, feedback)` as the toolbox runs it: in a thread."""

    def call(name, parameters, context=None, feedback=None):
        context = context or QgsProcessingContext()
        context.setProject(QgsProject.instance())
        feedback = feedback or Listener()
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"offlinemapareas:{name}")
        ended = []
        task = QgsProcessingAlgRunnerTask(algorithm, parameters, context, feedback)
        task.executed.connect(lambda successful, results: ended.append((successful, results)))
        QgsApplication.taskManager().addTask(task)
        while not ended:
            QCoreApplication.processEvents()
        return ended[0]

    return call


def environment_of(home):
    """That of a `qgis_process` whose profile is in the folder `home`."""
    return {
        # pytest-qgis points QGIS at a profile of its own; this one is to be new.
        **{name: value for name, value in os.environ.items() if not name.startswith("QGIS_")},
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home / "run"),
        "QGIS_PLUGINPATH": str(home / "plugins"),
        "QT_QPA_PLATFORM": "offscreen",
    }


@pytest.fixture(scope="session")
def enabled(tmp_path_factory):
    """A folder with the plugin, and a profile that has it enabled and nothing else; to be copied."""
    home = tmp_path_factory.mktemp("enabled")
    (home / "plugins").mkdir()
    (home / "plugins" / "offline_map_areas").symlink_to(ROOT)
    (home / "run").mkdir(mode=0o700)
    command = ["qgis_process", "plugins", "enable", "offline_map_areas"]
    subprocess.run(command, env=environment_of(home), check=True, capture_output=True)
    return home


@pytest.fixture
def qgis_process(enabled, tmp_path_factory):
    """`qgis_process(name, inputs, **environment)` → exit code, JSON or None, standard error."""
    place = tmp_path_factory.mktemp("qgis_process") / "home"
    shutil.copytree(enabled, place, symlinks=True)
    base = environment_of(place)

    def call(name, inputs, **environment):
        ended = subprocess.run(
            ["qgis_process", "run", f"offlinemapareas:{name}", "-"],
            input=json.dumps({"inputs": inputs}),
            env={**base, **environment},
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )
        answer = json.loads(ended.stdout) if ended.stdout.strip() else None
        return ended.returncode, answer, ended.stderr

    call.environment = base
    return call


@pytest.fixture
def park(portal, samples):
    """The canyonlands map behind a public portal."""
    return portal(canyonlands(samples))
