"""`listmapareas` and `downloadmapareas`: all areas, skipped, resumed and failed ones."""

import json
from pathlib import Path
import shutil

import pytest
from qgis.core import QgsFeature, QgsProcessingException, QgsVectorLayer

from tests.portal import (
    CANYONLANDS,
    CANYONLANDS_AREA,
    CANYONLANDS_GEODATABASE,
    CANYONLANDS_TILES,
    PortalFault,
    add_map_area,
    add_tiles,
    canyonlands,
)
from tests.portal.map_areas import rectangle

from .conftest import Listener

EXTENT = (-12_260_000.0, 4_580_000.0, -12_210_000.0, 4_650_000.0)


@pytest.fixture
def content(samples):
    """Canyonlands with a second area, which has the imagery only, and one that is being packaged."""
    content = canyonlands(samples)
    web_map = content.items[CANYONLANDS].data
    content.second = add_map_area(content, CANYONLANDS, "North", EXTENT)
    add_tiles(
        content,
        content.second,
        content.items[CANYONLANDS_TILES].data,
        web_map["baseMap"]["baseMapLayers"][0]["url"],
        levels=[10, 11],
    )
    content.third = add_map_area(content, CANYONLANDS, "South", EXTENT, status="processing")
    return content


@pytest.fixture
def park(portal, content):
    return portal(content)


@pytest.fixture
def inputs(park, tmp_path):
    return {"PORTAL": park.url, "WEB_MAP": CANYONLANDS, "OUTPUT": str(tmp_path / "maps")}


def rows(output):
    layer = output if isinstance(output, QgsVectorLayer) else QgsVectorLayer(output, "areas", "ogr")
    assert layer.isValid()
    return {feature["title"]: feature for feature in layer.getFeatures()}


def test_the_areas_of_a_web_map_are_polygons_with_what_to_know(run, inputs, tmp_path, content):
    result = run("listmapareas", **{**inputs, "OUTPUT": str(tmp_path / "areas.gpkg")})
    assert result["COUNT"] == 3
    found = rows(result["OUTPUT"])
    park = found["Canyonlands"]
    assert park["item_id"] == CANYONLANDS_AREA
    assert (park["status"], park["packages"], park["size"]) == ("complete", 2, 1779804)
    assert (park["sync"], park["scheduled_updates"]) == (True, True)
    assert (park["web_map_id"], park["web_map_title"]) == (CANYONLANDS, "canyonlands")
    assert park["modified"].toSecsSinceEpoch() == content.items[CANYONLANDS_AREA].json["modified"] // 1000
    box = park.geometry().boundingBox()
    assert (round(box.xMinimum(), 3), round(box.yMaximum(), 3)) == (-110.241, 38.574)
    assert found["South"]["status"] == "processing"
    layer = QgsVectorLayer(result["OUTPUT"], "areas", "ogr")
    assert layer.crs().authid() == "EPSG:4326"


def test_without_web_map_all_that_the_user_can_see_are_listed(run, inputs, tmp_path, content):
    web_map = content.add_item(
        "Web Map", "Town", data={"operationalLayers": []}, typeKeywords=["Web Map", "Offline Map Areas"]
    )
    add_map_area(content, web_map, "Old town", EXTENT)
    content.add_item("Web Map", "No areas", data={"operationalLayers": []}, typeKeywords=["Web Map"])
    result = run("listmapareas", **{**inputs, "WEB_MAP": "", "OUTPUT": str(tmp_path / "areas.gpkg")})
    assert {feature["web_map_title"] for feature in rows(result["OUTPUT"]).values()} == {
        "canyonlands",
        "Town",
    }


def test_a_broken_area_is_a_row_and_a_warning_and_hides_no_other(run, inputs, park, content, tmp_path):
    park.fault(f"{content.second}/relatedItems", PortalFault(500), times=None)
    listener = Listener()
    result = run("listmapareas", listener, **{**inputs, "OUTPUT": str(tmp_path / "areas.gpkg")})
    found = rows(result["OUTPUT"])
    assert found["North"]["status"] == "broken"
    assert found["North"].geometry().isEmpty()
    assert found["Canyonlands"]["packages"] == 2
    assert any(text.startswith("North: ") for text in listener.said)


@pytest.mark.parametrize("polygon", ["resource", "inline", "none"])
def test_the_outline_is_the_drawn_polygon_or_the_extent(run, inputs, content, tmp_path, polygon):
    drawn = rectangle((EXTENT[0] + 10_000, *EXTENT[1:])) if polygon != "none" else None
    add_map_area(content, CANYONLANDS, "Drawn", EXTENT, polygon=drawn, inline_polygon=polygon == "inline")
    result = run("listmapareas", **{**inputs, "OUTPUT": str(tmp_path / "areas.gpkg")})
    west = rows(result["OUTPUT"])["Drawn"].geometry().boundingBox().xMinimum()
    assert west == pytest.approx(-110.134 if polygon == "none" else -110.044, abs=0.001)


def test_all_areas_go_into_folders_of_their_own_and_one_failure_stops_no_other(run, inputs, content):
    result = run("downloadmapareas", **inputs)
    assert (result["DONE"], result["SKIPPED"], result["FAILED"]) == (2, 0, 1)
    assert result["BYTES"] == 1779804 + 809052
    parent = Path(result["OUTPUT"])
    assert (parent / CANYONLANDS_AREA / "qgis" / "offline_map.qgz").is_file()
    assert (parent / content.second / "manifest.json").is_file()
    assert not (parent / content.third).exists()
    states = {
        area["title"]: area["state"] for area in json.loads(Path(result["REPORT"]).read_text())["areas"]
    }
    assert states == {"Canyonlands": "done", "North": "done", "South": "failed"}


def test_an_area_that_fails_names_its_report(run, inputs, park, content):
    park.fault(f"{CANYONLANDS_TILES}/data", PortalFault(400), times=None)
    listener = Listener()
    result = run("downloadmapareas", listener, CONTINUE_ON_ERRORS=False, **inputs)
    assert (result["DONE"], result["FAILED"]) == (0, 3)  # the other two before anything was written
    report = Path(result["OUTPUT"]) / f"{CANYONLANDS_AREA}.partial" / "report.json"
    assert json.loads(report.read_text("utf-8"))["error"]["code"] == "portal"
    (named,) = [text for text in listener.said if "in the report “" in text]
    assert named.startswith("Canyonlands: ")
    assert f"“{report}”" in named


def test_a_second_run_fetches_nothing_that_is_unchanged(run, inputs, park, content):
    run("downloadmapareas", **inputs)
    park.record.forget()
    result = run("downloadmapareas", **inputs)
    assert (result["DONE"], result["SKIPPED"], result["FAILED"], result["BYTES"]) == (0, 2, 1, 0)
    assert park.bytes_sent(CANYONLANDS_TILES) + park.bytes_sent(CANYONLANDS_GEODATABASE) == 0


def test_the_areas_of_a_layer_are_those_taken(run, inputs, tmp_path, content):
    listed = run("listmapareas", **{**inputs, "OUTPUT": str(tmp_path / "areas.gpkg")})
    layer = QgsVectorLayer(listed["OUTPUT"], "areas", "ogr")
    layer.setSubsetString("title = 'North'")
    result = run("downloadmapareas", **inputs, AREAS=layer)
    assert (result["DONE"], result["SKIPPED"], result["FAILED"]) == (1, 0, 0)
    assert [path.name for path in Path(result["OUTPUT"]).iterdir() if path.is_dir()] == [content.second]


def test_an_interrupted_run_is_resumed(run, inputs, park, content):
    with pytest.raises(QgsProcessingException):
        run("downloadmapareas", Listener(lambda progress: progress > 20), **inputs)
    sent = park.bytes_sent(CANYONLANDS_TILES)
    result = run("downloadmapareas", **inputs)
    assert result["DONE"] + result["SKIPPED"] == 2
    assert park.bytes_sent(CANYONLANDS_TILES) - sent <= 809052


def test_a_newer_revision_is_not_skipped_and_never_overwritten(run, inputs, content, tmp_path):
    run("downloadmapareas", **inputs)
    content.replace_data(CANYONLANDS_TILES, content.items[CANYONLANDS_TILES].data)
    listener = Listener()
    result = run("downloadmapareas", listener, **inputs)
    assert (result["SKIPPED"], result["FAILED"]) == (1, 2)
    assert any("has newer tiles at the portal" in text for text in listener.said)
    shutil.rmtree(Path(result["OUTPUT"]) / CANYONLANDS_AREA)
    assert run("downloadmapareas", **inputs)["DONE"] == 1


def test_other_parameters_are_not_skipped(run, inputs):
    run("downloadmapareas", **inputs)
    result = run("downloadmapareas", **inputs, INCLUDE_BASEMAP=False)
    assert (result["SKIPPED"], result["FAILED"]) == (0, 3)


def test_ids_that_the_web_map_does_not_have_are_refused(run, inputs):
    layer = QgsVectorLayer("NoGeometry?field=item_id:string", "areas", "memory")
    feature = QgsFeature(layer.fields())
    feature["item_id"] = "f" * 32
    layer.dataProvider().addFeatures([feature])
    with pytest.raises(QgsProcessingException, match="no map areas with these ids: f{32}"):
        run("downloadmapareas", **inputs, AREAS=layer)


def test_areas_without_their_id_are_refused(run, inputs, park):
    layer = QgsVectorLayer("NoGeometry?field=title:string", "areas", "memory")
    with pytest.raises(QgsProcessingException, match="no field item_id"):
        run("downloadmapareas", **inputs, AREAS=layer)
    assert park.asked() == []


def test_both_run_in_qgis_process(qgis_process, inputs, tmp_path):
    code, answer, _ = qgis_process("listmapareas", {**inputs, "OUTPUT": str(tmp_path / "areas.gpkg")})
    assert (code, answer["results"]["COUNT"]) == (0, 3)
    code, answer, _ = qgis_process(
        "downloadmapareas", {**inputs, "AREAS": str(tmp_path / "areas.gpkg"), "INCLUDE_BASEMAP": True}
    )
    assert (code, answer["results"]["DONE"]) == (0, 2)
