"""Pictures that symbols name by URL: fetched once, kept in the folder, never worth a failed download."""

from concurrent.futures import ThreadPoolExecutor
import hashlib
import json
import shutil

import pytest

from plugin.core.download.pictures import fetch_pictures
from plugin.core.errors import Cancelled
from plugin.core.host import Silent
from plugin.core.offline_map.pictures import PictureFiles
from plugin.core.offline_map.ready_map import FeatureSource, OfflineMap, ReadyLayer, ReadyMap
from plugin.core.offline_map.verification import verify_offline_map
from plugin.core.portal.credentials import UserPassword
from plugin.core.portal.session import PortalSession
from plugin.core.web_map import parse_web_map
from tests.portal import OWNER, PASSWORD, Body, HangUp, Html, PortalFault, Redirect, Stall, Status

from ..hosts import QuickClock
from ..scene import ROADS, TRAILS, Scene, tree

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080200000090775"
    "3de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


def symbols(*urls):
    """A renderer whose classes name these pictures."""
    infos = [{"value": url, "symbol": {"type": "esriPMS", "url": url}} for url in urls]
    return {"renderer": {"type": "uniqueValue", "field1": "NAME", "uniqueValueInfos": infos}}


def name_pictures(scene, *urls, layer=TRAILS):
    (json_layer,) = (one for one in scene.web_map()["operationalLayers"] if one["id"] == layer)
    json_layer.setdefault("layerDefinition", {})["drawingInfo"] = symbols(*urls)


def warnings(result):
    report = json.loads(result.report.read_text())
    return [entry["text"] for entry in report["warnings"] if entry["code"] == "picture"]


def stored(scene):
    return {path.suffix: path.read_bytes() for path in (scene.output / "pictures").glob("*")}


def test_pictures_from_anywhere_come_without_a_secret(portal, samples, tmp_path):
    scene = Scene(portal, samples, tmp_path, "private", UserPassword(OWNER, PASSWORD))
    away = scene.portal.stranger_url
    scene.portal.fault("/pin.png", Body(PNG, "image/png"), times=None, origin="stranger")
    scene.portal.fault("/pin.svg", Body(SVG, "image/svg+xml"), times=None, origin="stranger")
    name_pictures(scene, f"{away}/pin.png", f"{away}/pin.svg", layer=TRAILS)
    name_pictures(scene, f"{away}/pin.png", layer=ROADS)
    result = scene.run()
    assert stored(scene) == {".png": PNG, ".svg": SVG}
    assert warnings(result) == []
    assert len(scene.portal.asked("/pin.png", origin="stranger")) == 1
    assert scene.portal.secrets_seen() == []


def test_a_private_picture_of_the_portal_comes_with_the_sign_in(portal, samples, tmp_path):
    scene = Scene(portal, samples, tmp_path, "private", UserPassword(OWNER, PASSWORD))
    item = scene.content.add_item("Image", "Pin", data=PNG, access="private")
    name_pictures(scene, f"{scene.portal.rest}/content/items/{item}/data")
    result = scene.run()
    assert stored(scene) == {".png": PNG}
    assert warnings(result) == []
    (asked,) = scene.portal.asked(f"/{item}/data", origin="portal")
    assert asked.secrets


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Status(404), "does not have"),
        (PortalFault(403, "No."), "requires you to sign in"),
        (Html(), "not a picture"),
        (Body(b"GIF"), "not a picture"),
        (Body(PNG[:8] + bytes(9 << 20), "image/png"), "more data"),
        (HangUp(), "The connection to “127.0.0.1” was "),  # lost, or closed at the first request
        (Redirect("http://169.254.169.254/latest/meta-data"), "own network link"),
    ],
)
def test_a_picture_that_cannot_be_had_is_a_warning(scene, fault, reason):
    away = scene.portal.stranger_url
    scene.portal.fault("/good.png", Body(PNG, "image/png"), times=None, origin="stranger")
    scene.portal.fault("/bad.png", fault, times=None, origin="stranger")
    name_pictures(scene, f"{away}/bad.png?key=verysecret", f"{away}/good.png")
    result = scene.run()
    assert stored(scene) == {".png": PNG}
    (told,) = warnings(result)
    assert reason in told
    assert "bad.png” is not in the offline map" in told
    assert "verysecret" not in told
    assert not result.outcomes.layer_errors


def test_a_server_that_says_nothing_takes_no_more_than_its_deadline(scene):
    stall = scene.portal.fault("/slow.png", Stall(after=0), times=None, origin="stranger")
    name_pictures(scene, f"{scene.portal.stranger_url}/slow.png")
    result = scene.run()
    stall.release()
    assert "did not answer in time" in warnings(result)[0]
    assert not (scene.output / "pictures").exists()


@pytest.mark.parametrize(
    "url", ["", "file:///etc/passwd", "javascript:alert(1)", "data:,x", "http://[::1", 7]
)
def test_what_is_no_address_is_never_asked_for(scene, url):
    name_pictures(scene, url)
    result = scene.run()
    assert not (scene.output / "pictures").exists()
    assert not any(asked.path.endswith("passwd") for asked in scene.portal.asked())
    assert len(warnings(result)) == (url == "http://[::1")


def test_the_manifest_proves_pictures_and_the_same_map_gives_the_same_folder(scene):
    scene.portal.fault("/pin.png", Body(PNG, "image/png"), times=None, origin="stranger")
    name_pictures(scene, f"{scene.portal.stranger_url}/pin.png")
    scene.run()
    first = tree(scene.output)
    (picture,) = (scene.output / "pictures").iterdir()
    manifest = json.loads((scene.output / "manifest.json").read_text())
    (entry,) = (file for file in manifest["files"] if file["path"] == f"pictures/{picture.name}")
    assert entry["sha256"] == hashlib.sha256(PNG).hexdigest()
    assert verify_offline_map(scene.output, Silent()).is_whole
    picture.write_bytes(PNG + b"!")
    (broken,) = verify_offline_map(scene.output, Silent()).errors
    assert broken.path == f"pictures/{picture.name}"
    shutil.rmtree(scene.output)
    scene.run()
    assert tree(scene.output) == first


def test_a_later_run_keeps_what_came_and_drops_what_nobody_wants(scene):
    away = scene.portal.stranger_url
    scene.portal.fault("/pin.png", Body(PNG, "image/png"), times=None, origin="stranger")
    name_pictures(scene, f"{away}/pin.png")
    job = scene.job()
    job.plan()
    job.download(Silent())
    job.fetch_pictures(job.make_layers(Silent()), Silent())
    pictures = scene.staging / "pictures"
    (pictures / "00000000-1111-5222-8333-444444444444.png").write_bytes(PNG)
    (pictures / f"{next(pictures.glob('*-*')).stem}.png.part").write_bytes(PNG)
    scene.run()
    assert len(scene.portal.asked("/pin.png", origin="stranger")) == 1
    assert stored(scene) == {".png": PNG}
    assert len(list((scene.output / "pictures").iterdir())) == 1


def test_a_cancel_is_heard(scene):
    class Stopping(Silent):
        def is_cancelled(self):
            return True

    name_pictures(scene, f"{scene.portal.stranger_url}/pin.png")
    job = scene.job()
    job.plan()
    job.download(Silent())
    offline_map = job.make_layers(Silent())
    with pytest.raises(Cancelled):
        job.fetch_pictures(offline_map, Stopping())
    assert scene.portal.asked("/pin.png") == []


def offline_map(folder, *urls, layer_url="https://gis.example.org/arcgis/rest/services/A/FeatureServer/3"):
    layer = {"id": "a", "title": "A", "layerType": "ArcGISFeatureLayer", "url": layer_url}
    web_map = parse_web_map({"operationalLayers": [layer]}, "Map")
    service = {"drawingInfo": symbols(*urls)}
    ready = [ReadyLayer(one, FeatureSource(folder / "a.gpkg", "a", service)) for one in web_map.walk()]
    return OfflineMap(folder, folder, "Map", "", (ReadyMap("Map", web_map, None, tuple(ready)),))


def test_a_public_map_reads_nothing_of_a_private_network(portal, tmp_path):
    inside = portal()
    urls = [f"{inside.stranger_url}/secret.png", "http://10.0.0.1/a.png", "https://intranet/b.png"]
    urls.append(inside.stranger_url.replace("127.0.0.1", "img.example.org") + "/c.png")
    table = {"www.arcgis.com": ["93.184.216.34"], "intranet": ["10.0.0.2"], "img.example.org": ["127.0.0.1"]}
    session = PortalSession(
        "https://www.arcgis.com", clock=QuickClock(), resolver=lambda origin: table[origin.host]
    )
    told = fetch_pictures(
        offline_map(tmp_path, *urls), session, ThreadPoolExecutor(2), QuickClock(), Silent()
    )
    assert len(told) == 4
    assert all("private network" in one.text for one in told)
    assert inside.asked() == []


def test_pictures_of_a_service_lie_below_its_layer(portal, tmp_path):
    stand_in = portal()
    url = f"{stand_in.server_url}/rest/services/A/FeatureServer/3"
    stand_in.fault("/FeatureServer/3/images/0a1b2c", Body(PNG, "image/png"), times=None, origin="server")
    session = PortalSession(stand_in.url, clock=QuickClock())
    files, found = PictureFiles(tmp_path), offline_map(tmp_path, "0a1b2c", layer_url=url)
    assert fetch_pictures(found, session, ThreadPoolExecutor(2), QuickClock(), Silent()) == ()
    (entry,) = found.maps[0].layers
    assert files.read(entry.layer, entry.source.service_layer) == {"0a1b2c": PNG}


def test_only_so_many_and_so_large(portal, tmp_path):
    stand_in = portal()
    stand_in.fault("/*.png", Body(PNG + bytes(7 << 20), "image/png"), times=None, origin="stranger")
    urls = [f"{stand_in.stranger_url}/{number}.png" for number in range(12)]
    told = fetch_pictures(
        offline_map(tmp_path, *urls),
        PortalSession(stand_in.url),
        ThreadPoolExecutor(1),
        QuickClock(),
        Silent(),
    )
    assert len(told) == 2
    assert all("too large" in one.text for one in told)
    many = [f"{stand_in.stranger_url}/{number}.png" for number in range(600)]
    told = fetch_pictures(
        offline_map(tmp_path, *many),
        PortalSession(stand_in.url),
        ThreadPoolExecutor(1),
        QuickClock(),
        Silent(),
    )
    assert "more than 500" in told[-1].text
