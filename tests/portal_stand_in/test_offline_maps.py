"""Folders put back on a portal: the sample offline map, loose packages, the command line."""

import json
import signal
import sqlite3
import subprocess
import sys

import pytest

from tests.portal import (
    CANYONLANDS,
    CANYONLANDS_AREA,
    CANYONLANDS_GEODATABASE,
    CANYONLANDS_TILES,
    OWNER,
    canyonlands,
    packages,
)
from tests.portal.map_areas import to_degrees, to_metres

J = {"f": "json"}


def related(http, running, item, relationship):
    asked = {**J, "relationshipType": relationship, "direction": "forward"}
    return http.get(f"{running.rest}/content/items/{item}/relatedItems", params=asked).json()["relatedItems"]


def test_canyonlands_is_back_behind_its_own_ids(portal, samples, http):
    running = portal(canyonlands(samples), redirect_data=True)
    web_map = http.get(f"{running.rest}/content/items/{CANYONLANDS}/data").json()
    assert "path" not in json.dumps(web_map)
    assert web_map["applicationProperties"]["offline"]["readonlyLayers"] == {"downloadAttachments": False}
    assert [layer["url"].rpartition("/")[2] for layer in web_map["operationalLayers"]] == ["1", "0"]
    (area,) = related(http, running, CANYONLANDS, "Map2Area")
    assert (area["id"], area["properties"]["status"]) == (CANYONLANDS_AREA, "complete")
    geodatabase, tiles = related(http, running, CANYONLANDS_AREA, "Area2Package")
    assert (geodatabase["id"], tiles["id"]) == (CANYONLANDS_GEODATABASE, CANYONLANDS_TILES)
    assert geodatabase["properties"]["layerServerGens"] == [{"id": n, "serverGen": 443368} for n in (0, 1)]
    assert geodatabase["properties"]["syncModel"] == "perLayer"
    assert geodatabase["properties"]["createPkgDeltas"] == {"maxDeltaAge": 5}
    assert tiles["properties"]["levels"] == "10,11"
    for package in (geodatabase, tiles):
        (source,) = (samples / "canyonlands/p13").glob("*." + package["name"].rpartition(".")[2])
        got = http.get(f"{running.rest}/content/items/{package['id']}/data").content
        assert got == source.read_bytes()
        assert package["size"] == len(got)
    thumbnail = http.get(f"{running.rest}/content/items/{CANYONLANDS_AREA}/info/{area['thumbnail']}").content
    assert thumbnail.startswith(b"\x89PNG")


def test_the_area_lies_where_the_replica_was_cut(samples):
    area = canyonlands(samples).items[CANYONLANDS_AREA].json["properties"]["extent"]
    (path,) = (samples / "canyonlands/p13").glob("*.geodatabase")
    with sqlite3.connect(f"file:{path}?immutable=1", uri=True) as source:
        sql = "SELECT Definition FROM GDB_Items WHERE Definition LIKE '%GPSyncReplica%'"
        xml = source.execute(sql).fetchone()[0]
    for name in ("XMin", "YMin", "XMax", "YMax"):
        stored = float(xml.partition(f"<{name}>")[2].partition("<")[0])
        assert area[name.lower()] == pytest.approx(stored, abs=1e-6)


def test_canyonlands_private_on_the_federated_server(portal, samples, http):
    running = portal(canyonlands(samples, access="private", own_service=True))
    http.headers["X-Esri-Authorization"] = "Bearer " + running.tokens.issue(OWNER).text
    web_map = http.get(f"{running.rest}/content/items/{CANYONLANDS}/data").json()
    url = web_map["operationalLayers"][0]["url"]
    assert url.startswith(running.server_url)
    token = running.tokens.issue(OWNER, audience="server").text
    layer = http.get(url, params={**J, "token": token}, headers={"X-Esri-Authorization": None}).json()
    assert layer["name"] == "CNP_Trails"


def test_any_folder_of_packages(portal, samples, http):
    running = portal(packages(samples / "geodatabase"))
    found = http.get(f"{running.rest}/search", params={**J, "q": 'type:"Web Map"'}).json()
    web_map = found["results"][0]["id"]
    layers = http.get(f"{running.rest}/content/items/{web_map}/data").json()["operationalLayers"]
    assert {"Cities", "Trailheads", "ControlMeasuresAreas"} <= {layer["title"] for layer in layers}
    for layer in layers:
        assert http.get(layer["url"], params=J).json()["name"] == layer["title"]
    (area,) = related(http, running, web_map, "Map2Area")
    assert len(related(http, running, area["id"], "Area2Package")) == 3
    tiles = packages(samples / "tiles")
    types = {item.json["type"] for item in tiles.items.values()}
    assert {"Tile Package", "Compact Tile Package", "Vector Tile Package"} <= types


def test_degrees_and_metres():
    degrees = (-110.25, 37.5, -109.5, 38.75)
    assert to_degrees(to_metres(degrees)) == pytest.approx(degrees)
    assert to_metres((0, 0, 180, 0)) == pytest.approx((0, 0, 20037508.342789244, 0), abs=1e-6)


def test_the_command_line_serves_services_that_are_edited(samples, http):
    command = [sys.executable, "-m", "tests.portal", str(samples / "canyonlands"), "--editable"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        ready = json.loads(process.stdout.readline())
        rest = f"{ready['portal']}/sharing/rest"
        web_map = http.get(f"{rest}/content/items/{CANYONLANDS}/data").json()
        layer, _, number = web_map["operationalLayers"][0]["url"].rpartition("/")
        assert http.get(
            f"{layer}/{number}/query", params={**J, "where": "1=1", "returnCountOnly": "true"}
        ).json() == {"count": 55}
        assert http.get(layer, params=J).json()["syncEnabled"] is True
        process.send_signal(signal.SIGINT)
        assert process.wait(5) == 0


def test_the_command_line_serves_until_interrupted(samples, http):
    command = [sys.executable, "-m", "tests.portal", str(samples / "canyonlands"), "--access", "private"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        ready = json.loads(process.stdout.readline())
        assert ready["web_maps"] == {CANYONLANDS: "canyonlands"}
        sign_in = {"username": ready["user"], "password": ready["password"], **J}
        assert "token" in http.post(f"{ready['portal']}/sharing/rest/generateToken", data=sign_in).json()
        process.send_signal(signal.SIGINT)
        assert process.wait(5) == 0
