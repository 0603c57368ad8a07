"""Registration with a download, check, finish, and the replicas of a user: as a script, a task, a process."""

import json
from pathlib import Path
import shutil

import pytest
from qgis.core import QgsApplication, QgsProcessingException, QgsProject, QgsVectorLayer

from plugin.core.offline_map.layout import MapFolder, working_copies_in
from plugin.core.offline_map.manifest import read_manifest
from plugin.core.working_copy.copy_reading import read_state
from plugin.qgis_io.connections import Connection, save_connection
from plugin.qgis_io.made_here import is_downloaded_here
from plugin.qgis_io.orphans import SavedOrphans
from plugin.qgis_io.settings import forget_offline_map, offline_map_folders, remember_offline_map
from tests.fixtures.synced_town import OWNER, PASSWORD, synced_town
from tests.portal import PortalFault, Unheard

from .conftest import Listener

SYNC = 2


@pytest.fixture
def town(tmp_path, own_settings):
    return synced_town(tmp_path / "server")


@pytest.fixture
def running(portal, town):
    return portal(town.content)


@pytest.fixture
def downloaded(run, running, town, tmp_path):
    """`downloaded()` has taken the area offline, in sync mode."""

    def call(feedback=None, **more):
        values = {
            "PORTAL": running.url,
            "WEB_MAP": town.web_map,
            "MAP_AREA": town.area,
            "UPDATE_MODE": SYNC,
            "LOAD": False,
            "OUTPUT": str(tmp_path / "Karten" / "Alte Stadt"),
            **more,
        }
        return run("downloadmaparea", feedback, **values)

    return call


def state_of(folder):
    (copy,) = working_copies_in(MapFolder(Path(folder)).work)
    return read_state(copy)


def hydrants(results):
    project = QgsProject()
    assert project.read(results["PROJECT"])
    (layer,) = project.mapLayersByName("Hydrants")
    return project, layer


def edit(folder):
    (copy,) = working_copies_in(MapFolder(Path(folder)).work)
    layer = QgsVectorLayer(f"{copy}|layername=Hydrants", "h", "ogr")
    feature = next(layer.getFeatures())
    index = layer.fields().indexOf("remark")
    assert layer.startEditing()
    assert layer.changeAttributeValue(feature.id(), index, "von hier")
    assert layer.commitChanges()


# ---- registration with the download ----------------------------------------------------------


def test_a_download_is_registered_and_its_layers_can_be_edited(downloaded, run, town):
    results = downloaded()
    folder = Path(results["OUTPUT"])
    (replica,) = town.service.own_replicas()
    assert state_of(folder).replica.strip("{}").upper() == replica.id
    (registration,) = read_manifest(folder).registrations.values()
    assert registration.state.value == "registered"
    _project, layer = hydrants(results)
    assert not layer.readOnly()
    edit(folder)
    assert is_downloaded_here(folder, read_manifest(folder).finished)
    assert run("verifyofflinemap", INPUT=str(folder))["OK"]
    assert json.loads(Path(results["REPORT"]).read_text("utf-8"))["warnings"] == []


def test_a_dry_run_registers_nothing(downloaded, town, running):
    downloaded(DRY_RUN=True)
    assert town.service.own_replicas() == []
    assert running.asked("/createReplica") == []


def test_what_cannot_be_registered_is_no_failure_and_is_told(downloaded, run, town, running):
    running.fault("/FeatureServer", PortalFault(500, "Out of order"), times=None)
    listener = Listener()
    results = downloaded(listener)
    assert results["LAYER_ERRORS"] == 0
    assert any("Out of order" in text for text in listener.said)
    (warning,) = json.loads(Path(results["REPORT"]).read_text("utf-8"))["warnings"]
    assert warning["code"] == "registration"
    _project, layer = hydrants(results)
    assert layer.readOnly()
    assert run("verifyofflinemap", INPUT=results["OUTPUT"])["OK"]


# ---- check -----------------------------------------------------------------------------------


def test_a_check_counts_and_asks(downloaded, run, town):
    folder = downloaded()["OUTPUT"]
    listener = Listener()
    found = run("checkforupdates", listener, INPUT=folder)
    assert found == {"UPLOADS": 0, "DOWNLOAD": "none", "DOWNLOAD_SIZE": 0, "REOPEN": False}
    edit(folder)
    found = run("checkforupdates", listener, INPUT=str(Path(folder) / "package.info"))
    assert found["UPLOADS"] == 1
    assert any("Hydrants" in text and "1" in text for text in listener.said)


def test_a_check_uses_the_saved_connection(run, portal, tmp_path, own_settings, stored):
    town = synced_town(tmp_path / "server", access="private")
    running = portal(town.content)
    authcfg = stored("Basic", username=OWNER, password=PASSWORD)
    folder = tmp_path / "Karte"
    values = {"PORTAL": running.url, "AUTHCFG": authcfg, "WEB_MAP": town.web_map, "MAP_AREA": town.area}
    run("downloadmaparea", **values, UPDATE_MODE=SYNC, LOAD=False, OUTPUT=str(folder))
    assert state_of(folder).owner == OWNER
    listener = Listener()
    assert run("checkforupdates", listener, INPUT=str(folder))["DOWNLOAD"] == "indeterminate"
    assert any("sign" in text.lower() for text in listener.said)
    assert run("checkforupdates", INPUT=str(folder), AUTHCFG=authcfg)["DOWNLOAD"] == "none"
    save_connection(Connection("Stadt", running.url, authcfg))
    assert run("checkforupdates", INPUT=str(folder))["DOWNLOAD"] == "none"


def test_a_folder_of_strangers_gets_no_password(run, downloaded, running, stored, tmp_path):
    folder = tmp_path / "geschickt"
    shutil.copytree(downloaded()["OUTPUT"], folder)
    authcfg = stored("Basic", username=OWNER, password=PASSWORD)
    before = len(running.asked("*generateToken"))
    listener = Listener()
    found = run("checkforupdates", listener, INPUT=str(folder), AUTHCFG=authcfg)
    assert found["DOWNLOAD"] == "indeterminate"
    assert any("for which this sign-in was not given" in text for text in listener.said)
    assert len(running.asked("*generateToken")) == before


def test_maps_without_updates_are_refused(downloaded, run):
    folder = downloaded(UPDATE_MODE=1)["OUTPUT"]
    with pytest.raises(QgsProcessingException, match="without updates"):
        run("checkforupdates", INPUT=folder)


# ---- finish ----------------------------------------------------------------------------------


def test_finish_unregisters_and_deletes(downloaded, run, town):
    folder = downloaded()["OUTPUT"]
    remember_offline_map(Path(folder))
    done = run("finishofflinemap", INPUT=folder)
    assert done["UNREGISTERED"] == 1
    assert done["DELETED"] > 5
    assert not Path(folder).exists()
    assert not list(Path(folder).parent.iterdir())
    assert town.service.own_replicas() == []
    assert offline_map_folders() == []


def test_finish_refuses_edits_with_their_number(downloaded, run, town):
    folder = downloaded()["OUTPUT"]
    edit(folder)
    with pytest.raises(QgsProcessingException, match=": 1"):
        run("finishofflinemap", INPUT=folder)
    assert len(town.service.own_replicas()) == 1
    assert run("finishofflinemap", INPUT=folder, DISCARD_EDITS=True)["UNREGISTERED"] == 1


def test_a_map_that_is_kept_is_shown_read_only(downloaded, run, town):
    results = downloaded()
    done = run("finishofflinemap", INPUT=results["OUTPUT"], DELETE_FILES=False)
    assert done == {"UNREGISTERED": 1, "DELETED": 0}
    _project, layer = hydrants(results)
    assert layer.readOnly()
    assert "finished" in layer.metadata().abstract()
    assert run("verifyofflinemap", INPUT=results["OUTPUT"])["OK"]


def test_a_copied_folder_is_not_deleted(downloaded, run, tmp_path):
    folder = tmp_path / "Kopie"
    shutil.copytree(downloaded()["OUTPUT"], folder)
    listener = Listener()
    done = run("finishofflinemap", listener, INPUT=str(folder))
    assert done["DELETED"] == 0
    assert folder.is_dir()
    assert any("was not downloaded by this QGIS profile" in text for text in listener.said)


def test_an_orphan_is_remembered_by_the_profile_and_goes_with_the_next_download(
    downloaded, run, running, town, tmp_path
):
    folder = downloaded()["OUTPUT"]
    running.fault("/unRegisterReplica", Unheard(), times=1)
    assert run("finishofflinemap", INPUT=folder)["UNREGISTERED"] == 0
    (orphan,) = SavedOrphans().orphans()
    assert orphan.map_title == "Old town"
    listed = run("listreplicas", PORTAL=running.url, OUTPUT="memory:")
    assert listed["COUNT"] == 1
    (row,) = listed["OUTPUT"].getFeatures()
    assert (row["map_title"], row["remembered"], row["made_by_plugin"]) == ("Old town", True, True)
    downloaded(OUTPUT=str(tmp_path / "noch einmal"))
    assert SavedOrphans().orphans() == []
    assert len(town.service.own_replicas()) == 1


# ---- replicas --------------------------------------------------------------------------------


def test_replicas_are_listed_and_unregistered(downloaded, run, running, town):
    folder = downloaded()["OUTPUT"]
    listed = run("listreplicas", PORTAL=running.url, OUTPUT="memory:")
    (row,) = listed["OUTPUT"].getFeatures()
    assert (row["map_title"], row["map_folder"]) == ("Old town", folder)
    for narrowed in ({"WEB_MAP": town.web_map}, {"INPUT": folder}):
        assert run("listreplicas", PORTAL=running.url, OUTPUT="memory:", **narrowed)["COUNT"] == 1
    assert run("listreplicas", INPUT=folder, OUTPUT="memory:")["COUNT"] == 1
    listener = Listener()
    done = run("unregisterreplicas", listener, PORTAL=running.url, REPLICA=json.dumps([row["replica"]]))
    assert done == {"UNREGISTERED": 1}
    assert any("Old town" in text for text in listener.said)
    assert town.service.own_replicas() == []
    assert town.service.misuse == []


def test_a_given_map_that_is_on_no_list_is_named(downloaded, run, running, town):
    folder = Path(downloaded()["OUTPUT"])
    forget_offline_map(folder)
    assert run("listreplicas", PORTAL=running.url, OUTPUT="memory:")["COUNT"] == 0
    (row,) = run("listreplicas", INPUT=str(folder), OUTPUT="memory:")["OUTPUT"].getFeatures()
    assert (row["map_title"], row["map_folder"]) == ("Old town", str(folder))


@pytest.mark.parametrize("replica", ["", " ; ", "{url}/replicas/*", "nonsense"])
def test_what_names_no_replica_is_refused(run, running, replica):
    with pytest.raises(QgsProcessingException):
        run("unregisterreplicas", PORTAL=running.url, REPLICA=replica.format(url=running.server_url))
    assert running.asked() == []


def test_a_web_map_and_an_offline_map_are_too_much(downloaded, run, running, town):
    folder = downloaded()["OUTPUT"]
    with pytest.raises(QgsProcessingException, match="only one"):
        run("listreplicas", PORTAL=running.url, WEB_MAP=town.web_map, INPUT=folder, OUTPUT="memory:")


# ---- other ways to run them ------------------------------------------------------------------


def test_in_the_task_manager(downloaded, in_task_manager, town):
    folder = downloaded()["OUTPUT"]
    good, results = in_task_manager("checkforupdates", {"INPUT": folder})
    assert good
    assert results["DOWNLOAD"] == "none"
    good, results = in_task_manager("finishofflinemap", {"INPUT": folder})
    assert good
    assert results["UNREGISTERED"] == 1


def test_by_qgis_process(qgis_process, running, town, tmp_path):
    folder = tmp_path / "Karte"
    values = {"PORTAL": running.url, "WEB_MAP": town.web_map, "MAP_AREA": town.area}
    code, answer, errors = qgis_process(
        "downloadmaparea", {**values, "UPDATE_MODE": SYNC, "OUTPUT": str(folder)}
    )
    assert code == 0, errors
    code, answer, errors = qgis_process("checkforupdates", {"INPUT": str(folder)})
    assert code == 0, errors
    assert answer["results"]["DOWNLOAD"] == "none"
    code, answer, errors = qgis_process("finishofflinemap", {"INPUT": str(folder)})
    assert code == 0, errors
    assert answer["results"]["UNREGISTERED"] == 1
    assert not folder.exists()
    code, answer, errors = qgis_process("finishofflinemap", {"INPUT": str(folder)})
    assert (code, answer) == (1, None)
    assert "“Karte” does not exist" in errors


def test_they_are_in_the_registry(provider):
    registry = QgsApplication.processingRegistry()
    for name in ("checkforupdates", "finishofflinemap", "listreplicas", "unregisterreplicas"):
        algorithm = registry.algorithmById(f"offlinemapareas:{name}")
        assert algorithm.shortHelpString()
        assert algorithm.tags()
