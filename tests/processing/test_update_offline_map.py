"""Updating an offline map, and its local edits: as a script, a task, a process; edited by QGIS itself."""

import json
from pathlib import Path

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsProcessingException, QgsVectorLayer, edit

from plugin.core.offline_map.layout import MapFolder, working_copies_in
from plugin.qgis_io.lock import sole_writer
from tests.fixtures.synced_town import HYDRANTS, guid_of, synced_town
from tests.portal import PortalFault

from .conftest import Listener

SYNC = 2
SECOND, FOURTH = guid_of("Hydrants", 2), guid_of("Hydrants", 4)


@pytest.fixture
def town(tmp_path, own_settings):
    return synced_town(tmp_path / "server")


@pytest.fixture
def running(portal, town):
    return portal(town.content)


@pytest.fixture
def folder(run, running, town, tmp_path):
    """The map, registered and editable."""
    output = tmp_path / "Karten" / "Alte Stadt (Süd)"
    run(
        "downloadmaparea", PORTAL=running.url, WEB_MAP=town.web_map, MAP_AREA=town.area, UPDATE_MODE=SYNC,
        LOAD=False, OUTPUT=str(output),
    )  # fmt: skip
    return output


def hydrants(folder):
    (copy,) = working_copies_in(MapFolder(folder).work)
    layer = QgsVectorLayer(f"{copy}|layername=Hydrants", "Hydrants", "ogr")
    assert layer.isValid()
    return layer


def by_id(layer):
    return {one["GlobalID"]: one for one in layer.getFeatures()}


def edit_in_qgis(folder):
    """An attribute, a place, a new feature, a deletion."""
    layer = hydrants(folder)
    there = by_id(layer)
    name = layer.fields().indexOf("name")
    with edit(layer):
        assert layer.changeAttributeValue(there[SECOND].id(), name, "aus QGIS")
        assert layer.changeGeometry(
            there[SECOND].id(), QgsGeometry.fromWkt("POINT Z (1100111.5 6900222.5 7)")
        )
        assert layer.deleteFeature(there[FOURTH].id())
        new = QgsFeature(layer.fields())
        new["name"], new["status"] = "neu aus QGIS", 2
        new.setGeometry(QgsGeometry.fromWkt("POINT Z (1100333.5 6900444.5 8)"))
        assert layer.addFeature(new)
    del layer


def test_edits_of_qgis_reach_the_service(run, town, folder):
    edit_in_qgis(folder)
    town.service.edit(HYDRANTS, updates=[{"attributes": {"GlobalID": SECOND, "remark": "von dort"}}])
    told = run("updateofflinemap", INPUT=str(folder))
    # The two inspections of the hydrant that was deleted go at the service, and come down.
    assert (told["UPLOADED"], told["DOWNLOADED"], told["EDIT_ERRORS"], told["REOPEN"]) == (3, 3, 0, False)
    rows = town.service.rows(HYDRANTS)
    assert (rows[SECOND]["name"], rows[SECOND]["remark"]) == ("aus QGIS", "von dort")
    assert (rows[SECOND]["geometry"]["x"], rows[SECOND]["geometry"]["z"]) == (1100111.5, 7)
    assert FOURTH not in rows
    assert [row["name"] for row in rows.values()].count("neu aus QGIS") == 1
    assert by_id(hydrants(folder))[SECOND]["remark"] == "von dort"
    assert Path(told["REPORT"]).parent == folder / "updates"
    assert json.loads(Path(told["REPORT"]).read_text("utf-8"))["uploaded"] == 3
    assert run("checkforupdates", INPUT=str(folder))["UPLOADS"] == 0
    assert town.service.misuse == []


def test_open_layers_see_what_came(run, town, folder):
    layer = hydrants(folder)
    before = layer.featureCount()
    place = {"x": 1_100_500.5, "y": 6_900_300.5, "z": 1}
    town.service.edit(HYDRANTS, adds=[{"attributes": {"name": "dort", "status": 1}, "geometry": place}])
    run("updateofflinemap", INPUT=str(folder))
    layer.dataProvider().reloadData()
    assert layer.featureCount() == before + 1
    assert "dort" in [one["name"] for one in layer.getFeatures()]
    del layer


def test_in_the_task_manager_with_a_direction(in_task_manager, town, folder):
    edit_in_qgis(folder)
    town.service.edit(HYDRANTS, updates=[{"attributes": {"GlobalID": SECOND, "remark": "von dort"}}])
    good, told = in_task_manager("updateofflinemap", {"INPUT": str(folder / "package.info"), "DIRECTION": 2})
    assert good
    assert (told["UPLOADED"], told["DOWNLOADED"]) == (3, 0)
    good, told = in_task_manager("updateofflinemap", {"INPUT": str(folder), "DIRECTION": 1})
    assert good
    assert (told["UPLOADED"], told["DOWNLOADED"] > 0) == (0, True)


def test_as_a_process(qgis_process, town, folder):
    edit_in_qgis(folder)
    code, told, errors = qgis_process("updateofflinemap", {"INPUT": str(folder)})
    assert code == 0, errors
    assert told["results"]["UPLOADED"] == 3
    assert [row["name"] for row in town.service.rows(HYDRANTS).values()].count("neu aus QGIS") == 1


def test_refused_edits_are_told_and_stay(run, town, folder):
    edit_in_qgis(folder)
    town.service.behaviour.allow_others_update = False
    listener = Listener()
    layer = hydrants(folder)
    with edit(layer):
        layer.changeAttributeValue(
            by_id(layer)[guid_of("Hydrants", 5)].id(), layer.fields().indexOf("status"), 77
        )
    del layer
    told = run("updateofflinemap", listener, INPUT=str(folder))
    assert told["EDIT_ERRORS"] >= 1
    assert any("77" in text and "was not sent" in text for text in listener.said)
    assert run("checkforupdates", INPUT=str(folder))["UPLOADS"] >= 1


def test_a_trial_leaves_its_report_elsewhere(run, town, folder):
    edit_in_qgis(folder)
    told = run("updateofflinemap", INPUT=str(folder), DRY_RUN=True)
    assert told["UPLOADED"] == 3
    assert Path(told["REPORT"]).is_file()
    assert folder not in Path(told["REPORT"]).parents
    assert FOURTH in town.service.rows(HYDRANTS)


def test_one_runs_and_the_other_is_told_who(run, folder):
    with sole_writer(folder), pytest.raises(QgsProcessingException, match="is being written by"):
        run("updateofflinemap", INPUT=str(folder))


def test_a_sign_in_that_is_over(run, running, folder):
    edit_in_qgis(folder)
    running.fault("/synchronizeReplica", PortalFault(499), times=None)
    with pytest.raises(QgsProcessingException, match="is paused"):
        run("updateofflinemap", INPUT=str(folder))


def test_edits_are_exported_reverted_and_applied(run, town, folder, tmp_path):
    edit_in_qgis(folder)
    saved = tmp_path / "gesichert.gpkg"
    told = run("exportlocaledits", INPUT=str(folder), OUTPUT=str(saved))
    assert (told["EDITED"], told["OUTPUT"]) == (3, str(saved))
    assert run("revertlocaledits", INPUT=str(folder))["EDITED"] == 3
    assert by_id(hydrants(folder))[SECOND]["name"] == "Hydrant 2"
    assert run("checkforupdates", INPUT=str(folder))["UPLOADS"] == 0
    assert run("applysavededits", INPUT=str(folder), EDITS=str(saved))["EDITED"] == 3
    assert run("updateofflinemap", INPUT=str(folder))["UPLOADED"] == 3
    assert town.service.rows(HYDRANTS)[SECOND]["name"] == "aus QGIS"


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("updateofflinemap", {"INPUT": "{nothing}"}, "not an offline map"),
        ("updateofflinemap", {"INPUT": "{folder}", "DIRECTION": 7}, "DIRECTION"),
        ("updateofflinemap", {"INPUT": "{folder}", "DIRECTON": 1}, "Did you mean DIRECTION"),
        ("exportlocaledits", {"INPUT": "{folder}", "OUTPUT": "{nothing}/edits.shp"}, "does not end in"),
        ("exportlocaledits", {"INPUT": "{folder}", "OUTPUT": "{folder}/qgis/edits.gpkg"}, "among the files"),
        ("applysavededits", {"INPUT": "{folder}", "EDITS": "{nothing}/edits.gpkg"}, "does not exist"),
    ],
)
def test_bad_input_is_refused_before_any_request(run, running, folder, tmp_path, name, values, words):
    nothing = tmp_path / "leer"
    nothing.mkdir()
    asked = len(running.asked())
    filled = {
        key: value.format(folder=folder, nothing=nothing) if isinstance(value, str) else value
        for key, value in values.items()
    }
    with pytest.raises(QgsProcessingException, match=words):
        run(name, **filled)
    assert len(running.asked()) == asked
