"""What writes to an offline map waits until nobody edits it, in this process or in another one."""

from contextlib import nullcontext
import subprocess
import sys

import pytest
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication, QThread

from plugin.core.offline_map.layout import MapFolder, working_copies_in
from plugin.layers.base.identity import READ_ONLY
from plugin.layers.open_project.held_layers import HeldLayers
from plugin.layers.open_project.marked_edits import MarkedEdits
from plugin.qgis_io.edit_marks import EditMarks, require_unedited
from plugin.qgis_io.lock import sole_writer
from tests.house.source import ROOT
from tests.portal import PortalFault

from .conftest import Listener
from .test_replicas_of_offline_maps import downloaded, edit, running, town  # noqa: F401

EDITING = """
import sys
from pathlib import Path
from qgis.PyQt.QtCore import QCoreApplication, QThread
from plugin.qgis_io.edit_marks import EditMarks
app = QCoreApplication(["editor"])
marks = EditMarks()
marks.begin("a layer", Path(sys.argv[1]))
marks.begin("another", Path(sys.argv[1]))
marks.end("a layer")
print("editing", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def elsewhere():
    """`elsewhere(folder)` is a process in which layers of the map are edited."""
    started = []

    def start(folder):
        process = subprocess.Popen(
            [sys.executable, "-c", EDITING, str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline() == "editing\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


WRITING = ("updateofflinemap", "finishofflinemap", "revertlocaledits", "applysavededits")


@pytest.fixture
def call(run, tmp_path, downloaded):  # noqa: F811
    """`call(name, folder)` runs what writes."""
    folder = downloaded()["OUTPUT"]
    saved = tmp_path / "Änderungen.gpkg"
    edit(folder)
    run("exportlocaledits", INPUT=folder, OUTPUT=str(saved))

    def on(name):
        more = {"EDITS": str(saved)} if name == "applysavededits" else {}
        return run(name, INPUT=folder, **more)

    on.folder = MapFolder(type(tmp_path)(folder))
    return on


@pytest.mark.parametrize("name", WRITING)
def test_another_window_that_edits_is_named(call, elsewhere, town, name):  # noqa: F811
    process = elsewhere(call.folder.root)
    requests = len(town.service.own_replicas())
    with pytest.raises(QgsProcessingException, match=rf"being edited in .*process {process.pid} on "):
        call(name)
    assert len(town.service.own_replicas()) == requests
    process.kill()  # its mark stays, and counts no more
    process.wait()
    assert len(call.folder.edit_marks()) == 1
    if name != "finishofflinemap":
        call(name)
        assert call.folder.edit_marks() == []


def test_reading_goes_on_beside_edits(call, elsewhere, run):
    elsewhere(call.folder.root)
    assert run("checkforupdates", INPUT=str(call.folder.root))["UPLOADS"] == 1


@pytest.mark.parametrize("name", WRITING)
def test_layers_that_are_edited_in_this_window_are_named(call, name, qgis_new_project):
    (copy,) = working_copies_in(call.folder.work)
    layer = QgsVectorLayer(f"{copy}|layername=Hydrants", "Hydranten & Brunnen", "ogr")
    QgsProject.instance().addMapLayer(layer)
    assert layer.startEditing()
    with pytest.raises(QgsProcessingException, match="being edited: Hydranten & Brunnen"):
        call(name)
    assert layer.rollBack()
    if name != "finishofflinemap":
        call(name)


@pytest.fixture
def open_layer(call, qgis_new_project):
    """Hydrants of the map in the open project, which has no unsaved changes."""
    layer = layer_of(call.folder)
    QgsProject.instance().addMapLayer(layer)
    QgsProject.instance().setDirty(False)
    return layer


def layer_of(folder):
    (copy,) = working_copies_in(folder.work)
    return QgsVectorLayer(f"{copy}|layername=Hydrants", "Hydrants", "ogr")


class Tries(Listener):
    """Begins to edit layers as soon as a job tells what it does; may cancel it then."""

    def __init__(self, folder, cancels=False):
        super().__init__()
        self.folder, self.cancels = folder, cancels
        self.began, self.came = [], None

    def setProgressText(self, text):
        super().setProgressText(text)
        if self.cancels:
            self.cancel()
        if QThread.currentThread() != QCoreApplication.instance().thread():
            return
        if self.came is None:
            self.came = layer_of(self.folder)  # the map is opened once more meanwhile
            QgsProject.instance().addMapLayer(self.came)
        self.began += [layer.startEditing() for layer in QgsProject.instance().mapLayers().values()]


@pytest.mark.parametrize("ends", ["well", "cancelled", "with an error"])
def test_nobody_begins_to_edit_while_a_job_writes(call, run, running, open_layer, ends):  # noqa: F811
    tries = Tries(call.folder, cancels=ends == "cancelled")
    if ends == "with an error":
        running.fault("/synchronizeReplica", PortalFault(400, "Kaputt"), times=None)
    with nullcontext() if ends == "well" else pytest.raises(QgsProcessingException):
        run("updateofflinemap", tries, INPUT=str(call.folder.root))
    assert tries.began
    assert not any(tries.began)
    for layer in (open_layer, tries.came):
        assert layer.customProperty(READ_ONLY) is None
        assert layer.metadata().abstract() == ""
        assert layer.startEditing()
        assert layer.rollBack()


def test_a_job_in_a_thread_lets_go_in_the_end(call, in_task_manager, open_layer):
    tries = Tries(call.folder, cancels=True)
    good, _ = in_task_manager("updateofflinemap", {"INPUT": str(call.folder.root)}, feedback=tries)
    assert not good
    QCoreApplication.processEvents()
    assert not open_layer.readOnly()


def test_layers_that_are_gone_when_a_job_ends(call, open_layer):
    held = HeldLayers(call.folder.root)
    assert open_layer.readOnly()
    assert not QgsProject.instance().isDirty()
    QgsProject.instance().removeMapLayer(open_layer.id())
    held.release()
    held.release()


def test_what_the_user_made_read_only_stays_so(call, open_layer):
    open_layer.setReadOnly(True)
    call("updateofflinemap")
    assert open_layer.readOnly()


def test_a_second_job_does_not_let_go_what_the_first_holds(call, open_layer):
    first = HeldLayers(call.folder.root)
    with sole_writer(call.folder.root), pytest.raises(QgsProcessingException, match="is being written"):
        call("revertlocaledits")
    assert open_layer.readOnly()
    first.release()
    assert not open_layer.readOnly()


def test_a_job_that_nobody_runs_holds_nothing(call, open_layer):
    registry, context = QgsApplication.processingRegistry(), QgsProcessingContext()
    algorithm = registry.createAlgorithmById("offlinemapareas:revertlocaledits")
    task = QgsProcessingAlgRunnerTask(algorithm, {"INPUT": str(call.folder.root)}, context)
    assert open_layer.readOnly()
    del algorithm
    sip.delete(task)
    assert not open_layer.readOnly()


def test_finish_takes_open_layers_out_of_the_project(call, run, open_layer):
    folder, layer_id = str(call.folder.root), open_layer.id()
    with pytest.raises(QgsProcessingException, match="not sent"):
        run("finishofflinemap", INPUT=folder)
    assert QgsProject.instance().mapLayer(layer_id) is open_layer
    assert not open_layer.readOnly()
    run("finishofflinemap", INPUT=folder, DISCARD_EDITS=True)
    assert QgsProject.instance().mapLayers() == {}
    assert not call.folder.root.exists()


def test_open_layers_show_what_came(call, town, qgis_new_project):  # noqa: F811
    (copy,) = working_copies_in(call.folder.work)
    layer = QgsVectorLayer(f"{copy}|layername=Hydrants", "Hydrants", "ogr")
    QgsProject.instance().addMapLayer(layer)
    told = []
    layer.dataChanged.connect(lambda: told.append(layer.featureCount()))
    before = layer.featureCount()
    place = {"x": 1_100_300.5, "y": 6_900_200.5, "z": 4}
    town.service.edit(0, adds=[{"attributes": {"name": "dort", "status": 1}, "geometry": place}])
    assert call("updateofflinemap")["DOWNLOADED"] == 1
    assert told
    assert layer.featureCount() == before + 1


def test_marks_follow_the_layers_of_maps_alone(call, tmp_path, qgis_new_project):
    marked = MarkedEdits()
    (copy,) = working_copies_in(call.folder.work)
    layers = [QgsVectorLayer(f"{copy}|layername={name}", name, "ogr") for name in ("Hydrants", "Mains")]
    other = QgsVectorLayer("Point?field=name:string", "elsewhere", "memory")
    QgsProject.instance().addMapLayers([*layers, other])
    for layer in (*layers, other):
        assert layer.startEditing()
        marked.follow(layer)
    assert len(call.folder.edit_marks()) == 1
    require_unedited(call.folder.root)  # one's own
    layers[0].rollBack()
    marked.follow(layers[0])
    assert len(call.folder.edit_marks()) == 1
    QgsProject.instance().removeMapLayer(layers[1].id())
    assert call.folder.edit_marks() == []
    marked.close()


def test_the_mark_of_a_map_does_not_count_for_one_with_a_longer_name(tmp_path):
    marks = EditMarks()
    marks.begin("a", tmp_path / "Karte")
    assert MapFolder(tmp_path / "Karte.1").edit_marks() == []
    assert MapFolder(tmp_path / "Kart").edit_marks() == []
    marks.close()
    assert list(tmp_path.iterdir()) == []
