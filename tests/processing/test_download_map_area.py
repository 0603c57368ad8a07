"""`downloadmaparea` through every door: script, task manager, qgis_process, dry run, refusals."""

import json
from pathlib import Path
import time

import pytest
from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)

from plugin.qgis_io.lock import sole_writer
from plugin.qgis_io.settings import offline_map_folders
from tests.portal import (
    CANYONLANDS,
    CANYONLANDS_AREA,
    CANYONLANDS_GEODATABASE,
    CANYONLANDS_TILES,
    OWNER,
    PASSWORD,
    PortalFault,
    Slow,
    Stall,
    canyonlands,
)

from .conftest import Listener


@pytest.fixture
def inputs(park, tmp_path):
    return {
        "PORTAL": park.url,
        "WEB_MAP": CANYONLANDS,
        "MAP_AREA": CANYONLANDS_AREA,
        "OUTPUT": str(tmp_path / "Canyonlands"),
    }


def feature_counts(layers):
    opened = [QgsVectorLayer(source, "x", "ogr") for source in layers if "|layername=" in source]
    assert all(layer.isValid() for layer in opened)
    return [layer.featureCount() for layer in opened]


def test_a_script_gets_layers_that_open(run, inputs, tmp_path):
    result = run("downloadmaparea", **inputs)
    assert result["OUTPUT"] == inputs["OUTPUT"]
    assert (result["TITLE"], result["AREA_ID"]) == ("Canyonlands", CANYONLANDS_AREA)
    assert (result["LAYER_ERRORS"], result["TABLE_ERRORS"], result["BYTES"]) == (0, 0, 1779804)
    roads, trails, imagery = result["LAYERS"]
    assert sum(feature_counts([roads, trails])) == 144
    assert imagery.startswith("wms://type=mbtiles&url=file:///")
    assert QgsRasterLayer(imagery.removeprefix("wms://"), "x", "wms").isValid()
    assert Path(result["PROJECT"]).is_file()
    assert json.loads(Path(result["REPORT"]).read_text())["bytes"] == 1779804
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Canyonlands"]


def test_the_dock_knows_what_an_algorithm_downloaded(run, inputs):
    run("downloadmaparea", **inputs)
    assert offline_map_folders()[0] == Path(inputs["OUTPUT"])


def test_the_project_opens_without_the_plugin_and_without_a_request(run, inputs, park):
    result = run("downloadmaparea", **inputs)
    before = len(park.asked())
    project = QgsProject()
    assert project.read(result["PROJECT"])
    assert len(project.mapLayers()) == 3
    assert all(layer.isValid() for layer in project.mapLayers().values())
    assert len(park.asked()) == before


def test_the_toolbox_adds_the_layers_in_a_group(in_task_manager, inputs, qgis_new_project):
    context = QgsProcessingContext()
    successful, _ = in_task_manager("downloadmaparea", inputs, context)
    assert successful
    details = context.layersToLoadOnCompletion()
    assert len(details) == 3
    assert {details[key].name for key in details} == {
        "World Imagery",
        "canyonlands_roads_trails - CNP_Roads",
        "canyonlands_roads_trails - CNP_Trails",
    }


def test_load_can_be_turned_off(in_task_manager, inputs):
    context = QgsProcessingContext()
    assert in_task_manager("downloadmaparea", {**inputs, "LOAD": False}, context)[0]
    assert not context.layersToLoadOnCompletion()


def test_qgis_process_gives_the_documented_json(qgis_process, inputs):
    code, answer, _ = qgis_process("downloadmaparea", inputs)
    assert code == 0
    assert set(answer["results"]) == {
        "OUTPUT",
        "PROJECT",
        "LAYERS",
        "LAYER_ERRORS",
        "TABLE_ERRORS",
        "BYTES",
        "REPORT",
        "TITLE",
        "AREA_ID",
    }
    assert sum(feature_counts(answer["results"]["LAYERS"])) == 144


def test_partial_success_is_exit_code_0_with_counts(qgis_process, inputs, park):
    park.fault(f"{CANYONLANDS_GEODATABASE}/data", PortalFault(400), times=None)
    code, answer, _ = qgis_process("downloadmaparea", inputs)
    assert code == 0
    assert answer["results"]["LAYER_ERRORS"] == 2
    assert any("CNP_Roads" in warning for warning in answer["log"]["warning"])


def test_failure_is_exit_code_1_empty_stdout_and_one_sentence(qgis_process, inputs, portal, samples):
    private = portal(canyonlands(samples, access="private"))
    code, answer, error = qgis_process("downloadmaparea", {**inputs, "PORTAL": private.url})
    assert (code, answer) == (1, None)
    assert "“127.0.0.1” requires you to sign in. Choose an authentication configuration" in error
    assert "Traceback" not in error


def test_a_failure_leaves_its_report_and_names_it(run, inputs, park, tmp_path):
    inputs["OUTPUT"] = str(tmp_path / "Süd {1}" / "Canyonlands 50%")
    job = tmp_path / "Süd {1}" / "Canyonlands 50%.partial" / "job.json"

    class AfterTheOther(PortalFault):
        def instead(self, asked):
            while not json.loads(job.read_text("utf-8"))["packages"]:
                time.sleep(0.01)
            return super().instead(asked)

    park.fault(f"{CANYONLANDS_TILES}/data", AfterTheOther(400, "The file is being replaced."), times=None)
    with pytest.raises(QgsProcessingException) as failed:
        run("downloadmaparea", CONTINUE_ON_ERRORS=False, **inputs)
    place = tmp_path / "Süd {1}" / "Canyonlands 50%.partial" / "report.json"
    assert "The file is being replaced." in str(failed.value)
    assert str(failed.value).endswith(f"Details are in the report “{place}”.")
    report = json.loads(place.read_text("utf-8"))
    assert "The file is being replaced." in report["error"]["text"]
    assert str(place) not in json.dumps(report["error"])
    assert {entry["id"] for entry in report["packages"]} == {CANYONLANDS_GEODATABASE, CANYONLANDS_TILES}
    assert report["bytes"] == park.bytes_sent(CANYONLANDS_GEODATABASE)


def test_a_failure_before_anything_is_written_names_no_report(run, inputs, park, tmp_path):
    with pytest.raises(QgsProcessingException) as failed:
        run("downloadmaparea", **{**inputs, "MAP_AREA": "No such area"})
    assert "report" not in str(failed.value)
    assert not list(tmp_path.iterdir())


def test_a_dry_run_reports_and_writes_nothing(run, inputs, park, tmp_path):
    listener = Listener()
    result = run("downloadmaparea", listener, DRY_RUN=True, **inputs)
    assert (result["BYTES"], result["LAYER_ERRORS"]) == (1779804, 0)
    report = json.loads(Path(result["REPORT"]).read_text())
    assert report["parameters"]["updateMode"] == "downloadScheduledUpdates"
    assert not list(tmp_path.iterdir())
    assert park.bytes_sent(CANYONLANDS_TILES) == 0
    assert any(text.startswith("World_Imagery") for text in listener.said)


def test_progress_names_packages_in_megabytes(run, inputs):
    listener = Listener()
    run("downloadmaparea", listener, **inputs)
    assert any("of 1.8 MB" in text for text in listener.said)
    assert listener.progressed == sorted(listener.progressed)
    assert listener.progressed[-1] > 95


@pytest.mark.parametrize("after", [0, 300_000])
def test_cancel_ends_within_a_second_even_when_the_server_is_silent(run, inputs, park, tmp_path, after):
    packages = (CANYONLANDS_TILES, CANYONLANDS_GEODATABASE)
    stalls = [park.fault(f"{item}/data", Stall(after=after), times=None) for item in packages]
    times = []

    class Impatient(Listener):
        def isCanceled(self):
            if all(stall.reached.is_set() for stall in stalls) and not times:
                times.append(time.monotonic())
                self.cancel()
            return super().isCanceled()

    with pytest.raises(QgsProcessingException):
        run("downloadmaparea", Impatient(), **inputs)
    assert time.monotonic() - times[0] < 1
    for stall in stalls:
        stall.release()
    assert not (tmp_path / "Canyonlands").exists()
    assert (tmp_path / "Canyonlands.partial" / "job.json").is_file()


def test_a_cancelled_download_is_continued_by_the_same_call(run, inputs, park, tmp_path):
    park.fault(f"{CANYONLANDS_TILES}/data", Slow(1_000_000))
    with pytest.raises(QgsProcessingException):
        run("downloadmaparea", Listener(lambda progress: progress > 10), **inputs)
    run("downloadmaparea", **inputs)
    first, second = park.asked(f"{CANYONLANDS_TILES}/data")
    assert first.range is None
    assert second.range.startswith("bytes=")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Canyonlands"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"WEBMAP": "x"}, "There is no parameter WEBMAP. Did you mean WEB_MAP?"),
        ({"HOST": "x"}, r"There is no parameter HOST. The parameters are: PORTAL, .*WEB_MAP, MAP_AREA, "),
        ({"AUTHCFG": "nothere"}, "There is no authentication configuration “nothere”"),
        ({"OUTPUT": "TEMPORARY_OUTPUT"}, "No folder was given"),
        ({"WEB_MAP": "no id"}, "no id"),
        ({"PORTAL": "ftp://x"}, "ftp://x"),
        ({"REFERENCE_BASEMAP_DIRECTORY": "nowhere"}, "“nowhere” does not exist"),
    ],
)
def test_bad_input_is_refused_before_any_request(run, inputs, park, changes, message):
    with pytest.raises(QgsProcessingException, match=message):
        run("downloadmaparea", **{**inputs, **changes})
    assert park.asked() == []


def test_a_folder_that_is_not_empty_is_refused(run, inputs, park, tmp_path):
    (tmp_path / "Canyonlands").mkdir()
    (tmp_path / "Canyonlands" / "mine.txt").write_text("mine")
    with pytest.raises(QgsProcessingException, match="“Canyonlands” is not empty"):
        run("downloadmaparea", **inputs)
    assert park.asked() == []


def test_a_second_writer_is_told_who_the_first_is(run, inputs, park, tmp_path):
    with (
        sole_writer(tmp_path / "Canyonlands"),
        pytest.raises(QgsProcessingException, match="is being written by .* process"),
    ):
        run("downloadmaparea", **inputs)
    assert run("downloadmaparea", **inputs)["BYTES"] == 1779804


@pytest.mark.parametrize("method", ["Basic", "EsriToken"])
def test_a_private_map_through_an_authentication_configuration(run, inputs, portal, samples, stored, method):
    private = portal(canyonlands(samples, access="private"), redirect_data=True)
    values = {
        "Basic": {"username": OWNER, "password": PASSWORD},
        "EsriToken": {"token": private.tokens.issue(OWNER).text},
    }[method]
    result = run("downloadmaparea", **{**inputs, "PORTAL": private.url, "AUTHCFG": stored(method, **values)})
    assert result["LAYER_ERRORS"] == 0
    assert private.secrets_seen() == []
    secret = values.get("token", PASSWORD)
    for path in Path(result["OUTPUT"]).rglob("*"):
        assert not path.is_file() or secret.encode() not in path.read_bytes()


def test_a_link_does_not_decide_where_a_password_goes(run, inputs, portal, samples, stored):
    private = portal(canyonlands(samples, access="private"))
    link = f"{private.url}/home/item.html?id={CANYONLANDS}"
    authcfg = stored("Basic", username=OWNER, password=PASSWORD)
    by_link = {**inputs, "WEB_MAP": link, "AUTHCFG": authcfg}
    del by_link["PORTAL"]
    with pytest.raises(QgsProcessingException, match="for which this sign-in was not given"):
        run("downloadmaparea", **by_link)
    assert private.asked() == []
    assert run("downloadmaparea", **by_link, PORTAL=private.url)["LAYER_ERRORS"] == 0
