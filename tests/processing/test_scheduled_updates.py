"""Scheduled updates by `updateofflinemap`, `checkforupdates` and `downloadmapareas`, with layers open."""

import json
from pathlib import Path

import pytest
from qgis.core import QgsProject, QgsVectorLayer, edit

from plugin.core.offline_map.layout import MapFolder, working_copies_in
from tests.core.update.scheduled_map import change_town
from tests.fixtures.scheduled_town import scheduled_town
from tests.fixtures.synced_town import COLLEAGUE, HYDRANTS, guid_of
from tests.portal import PortalFault, add_map_area

from .conftest import Listener

SCHEDULED = 3
SECOND = guid_of("Hydrants", 2)


class Scene:
    """What `change_town` asks for."""

    def __init__(self, packaged):
        self.packaged = packaged


@pytest.fixture
def packaged(tmp_path, own_settings):
    return scheduled_town(tmp_path / "server")


@pytest.fixture
def running(portal, packaged):
    return portal(packaged.town.content)


@pytest.fixture
def inputs(running, packaged, tmp_path):
    return {
        "PORTAL": running.url,
        "WEB_MAP": packaged.town.web_map,
        "UPDATE_MODE": SCHEDULED,
        "OUTPUT": str(tmp_path / "Karten ü"),
    }


@pytest.fixture
def folder(run, inputs, packaged):
    run("downloadmapareas", **inputs)
    return Path(inputs["OUTPUT"]) / packaged.town.area


def refresh(packaged, number, **options):
    change_town(Scene(packaged), number)
    packaged.refresh(**options)


def open_hydrants(folder):
    (copy,) = working_copies_in(MapFolder(folder).work)
    layer = QgsVectorLayer(f"{copy}|layername=Hydrants", "Hydrants", "ogr")
    assert layer.isValid()
    return layer


def names(layer):
    return {one["GlobalID"]: one["name"] for one in layer.getFeatures()}


@pytest.mark.parametrize("with_delta", [True, False])
def test_open_layers_see_what_came(run, folder, packaged, with_delta):
    layer = open_hydrants(folder)
    QgsProject.instance().addMapLayer(layer)
    layer.selectByExpression(f"GlobalID = '{SECOND}'")
    selected, source = layer.selectedFeatureIds(), layer.source()
    refresh(packaged, 1, with_delta=with_delta)
    found = run("checkforupdates", INPUT=str(folder))
    assert (found["DOWNLOAD"], found["UPLOADS"], found["REOPEN"]) == ("available", 0, False)
    assert found["DOWNLOAD_SIZE"] > 0
    told = run("updateofflinemap", INPUT=str(folder))
    assert (told["UPLOADED"], told["EDIT_ERRORS"], told["REOPEN"]) == (0, 0, False)
    assert told["DOWNLOADED"] >= 4
    assert names(layer)[SECOND] == "Nr. 1"
    assert (layer.selectedFeatureIds(), layer.source()) == (selected, source)
    report = json.loads(Path(told["REPORT"]).read_text("utf-8"))
    assert report["geodatabases"][0]["fetched"]["package"] is not with_delta
    assert run("checkforupdates", INPUT=str(folder))["DOWNLOAD"] == "none"
    assert run("verifyofflinemap", INPUT=str(folder))["OK"]
    QgsProject.instance().removeAllMapLayers()


def test_a_night_job_updates_what_it_finds(run, inputs, running, packaged, folder):
    again = {**inputs}
    running.record.forget()
    assert run("downloadmapareas", **again)["SKIPPED"] == 1
    asked = [one.path for one in running.asked() if "/content/" in one.path]
    assert len(asked) == 2  # the areas of the web map, the packages of the one
    refresh(packaged, 1)
    running.record.forget()
    told = run("downloadmapareas", **again)
    assert (told["DONE"], told["SKIPPED"], told["FAILED"]) == (1, 0, 0)
    assert told["BYTES"] == sum(one.bytes_sent for one in running.asked("/resources/d_*"))
    assert names(open_hydrants(folder))[SECOND] == "Nr. 1"
    (area,) = json.loads(Path(told["REPORT"]).read_text("utf-8"))["areas"]
    assert (area["state"], area["edits"]) == ("updated", 0)


def test_edits_are_named_and_stay(run, inputs, packaged, folder):
    inputs = {**inputs, "UPDATE_MODE": 2, "OUTPUT": inputs["OUTPUT"] + " sync"}
    run("downloadmapareas", **inputs)
    folder = Path(inputs["OUTPUT"]) / packaged.town.area
    layer = open_hydrants(folder)
    with edit(layer):
        (one,) = layer.getFeatures(f"GlobalID = '{SECOND}'")
        layer.changeAttributeValue(one.id(), layer.fields().indexOf("remark"), "mine")
    packaged.town.service.edit(
        HYDRANTS, updates=[{"attributes": {"GlobalID": SECOND, "name": "dort"}}], user=COLLEAGUE
    )
    listener = Listener()
    told = run("downloadmapareas", listener, **inputs)
    (area,) = json.loads(Path(told["REPORT"]).read_text("utf-8"))["areas"]
    assert (area["state"], area["edits"]) == ("updated", 1)
    assert any("has edits that were not sent" in text for text in listener.said)
    layer.dataProvider().reloadData()
    (one,) = layer.getFeatures(f"GlobalID = '{SECOND}'")
    assert (one["remark"], one["name"]) == ("mine", "dort")
    assert packaged.town.service.rows(HYDRANTS)[SECOND]["remark"] is None


def test_a_map_that_is_edited_or_fails_stops_no_other(run, inputs, running, packaged, folder):
    content = packaged.town.content
    extent = (1_100_000.0, 6_900_000.0, 1_100_500.0, 6_900_500.0)
    add_map_area(content, packaged.town.web_map, "Leer", extent)
    layer = open_hydrants(folder)
    layer.setReadOnly(False)
    QgsProject.instance().addMapLayer(layer)
    assert layer.startEditing()
    refresh(packaged, 1)
    listener = Listener()
    told = run("downloadmapareas", listener, **inputs)
    assert (told["DONE"], told["FAILED"]) == (0, 2)
    assert any("are being edited: Hydrants" in text for text in listener.said)
    layer.rollBack()
    QgsProject.instance().removeAllMapLayers()
    running.fault(f"{packaged.town.area}/relatedItems", PortalFault(500), times=None)
    assert run("downloadmapareas", **inputs)["FAILED"] == 2
    running.script.clear()
    assert run("downloadmapareas", **inputs)["DONE"] == 1


def test_as_a_process(qgis_process, inputs, packaged, folder):
    refresh(packaged, 1)
    code, told, errors = qgis_process("updateofflinemap", {"INPUT": str(folder)})
    assert code == 0, errors
    assert told["results"]["DOWNLOADED"] >= 4
    assert names(open_hydrants(folder))[SECOND] == "Nr. 1"
