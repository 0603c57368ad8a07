"""The documents of an offline map: the sample of an ArcGIS app, hostile ones, and ours."""

from dataclasses import replace
import json
import os

import pytest

from plugin.core.errors import BadInput, Damaged, Untrusted
from plugin.core.offline_map.mobile_map import (
    AreaPackage,
    AreaRecord,
    MobileMap,
    read_mobile_map_package,
    resolve,
    write_mobile_map_package,
)
from plugin.core.web_map import LayerRole, parse_web_map


def test_reads_what_an_arcgis_app_left(samples):
    package = read_mobile_map_package(samples / "canyonlands")
    (mobile_map,) = package.maps
    assert package.title == "canyonlands"
    assert mobile_map.item["originalPortalItemId"] == "6ab9c6373a144e7b876749e510edf5fc"
    assert mobile_map.area.area_id == "c674b0d2b0f24fa78d70f0bb783dbcf4"
    geodatabase, tiles = mobile_map.area.packages
    assert (geodatabase.server_gen, geodatabase.update_mode) == (443368, "downloadScheduledUpdates")
    assert (tiles.item_type, tiles.server_gen) == ("Tile Package", None)
    trails, roads = mobile_map.web_map.layers
    path = resolve(mobile_map.folder, trails)
    assert path.file.is_file()
    assert (path.layer_id, resolve(mobile_map.folder, roads).layer_id) == (1, 0)


def objects_in(value):
    """Every object of a JSON value."""
    if isinstance(value, dict):
        yield value
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects_in(member)


def test_the_record_of_an_arcgis_app_is_written_as_it_was_read(samples):
    content = json.loads((samples / "canyonlands/p13/mobile_map.marea").read_text("utf-8"))
    assert AreaRecord.from_json(content).to_json() == content


RECORD = {
    "areaPortalItemID": "c674b0d2b0f24fa78d70f0bb783dbcf4",
    "packageRefreshSchedule": "",
    "packages": [
        {
            "itemType": "SQLite Geodatabase",
            "currentServerGen": "443368",
            "originalReplicaID": None,
            "originalServiceUrl": "https://services.example.org/arcgis/rest/services/Straße/FeatureServer",
            "packagePortalItemID": "03c583279c98436fa348aa36c05aba21",
            "path": "file:./a.geodatabase",
            "preplannedUpdateMode": "syncWithFeatureServices",
            "layerServerGens": [{"id": 0, "serverGen": 12}, {"id": 7, "serverGen": 13}],
        },
        {
            "itemType": "Tile Package",
            "originalServiceUrl": "",
            "packagePortalItemID": "dc2929b0a0084611a06d136a633d47a1",
            "path": "file:./b.tpk",
            "originalReplicaID": "29737dce-3016-4fbf-a388-0bc510a9686f",
        },
    ],
    "portalUrl": "https://www.arcgis.com",
}


def test_members_that_nobody_here_knows_are_kept_at_every_level():
    content = json.loads(json.dumps(RECORD))
    for value in list(objects_in(content)):
        value["später"] = {"neu": [1, None, "ß"]}
    assert AreaRecord.from_json(content).to_json() == content


def test_what_is_replaced_is_written_and_the_rest_stays():
    record = AreaRecord.from_json({**RECORD, "packageRefreshSchedule": "0 30 4 ? * FRI"})
    geodatabase, tiles = record.packages
    assert (geodatabase.server_gen, geodatabase.replica_id) == (None, "")
    synced = replace(geodatabase, server_gen=0, replica_id="af63f1ec-eb88-52fb-8665-be51f2aa42e3")
    written = replace(record, refresh_schedule="", packages=(synced, tiles)).to_json()
    now = {"currentServerGen": 0, "originalReplicaID": "af63f1ec-eb88-52fb-8665-be51f2aa42e3"}
    expected = {**RECORD, "packages": [{**RECORD["packages"][0], **now}, RECORD["packages"][1]]}
    del expected["packageRefreshSchedule"]
    assert written == expected


def offline_map(folder, layers, basemap=()):
    web_map = parse_web_map(
        {"operationalLayers": list(layers), "baseMap": {"baseMapLayers": list(basemap)}}, "Town"
    )
    area = AreaRecord(
        "area",
        "https://portal",
        "0 0 5 * * ?",
        (AreaPackage("i", "Tile Package", "file:./a.tpk", "https://s"),),
    )
    (folder / "p13").mkdir(parents=True)
    info = {"title": "Old town", "maps": ["mobile_map"]}
    write_mobile_map_package(
        folder, info, MobileMap(folder / "p13", "Town", web_map, {"title": "Town"}, area)
    )
    return folder


def feature(path):
    return {"title": "Trees", "layerType": "ArcGISFeatureLayer", "path": path}


def test_what_is_written_is_read_again(tmp_path):
    folder = offline_map(tmp_path / "map", [feature("file:./a.geodatabase?itemId=4")])
    package = read_mobile_map_package(folder)
    assert (package.title, package.maps[0].title) == ("Old town", "Town")
    assert package.maps[0].area.packages[0].item_id == "i"
    assert package.maps[0].area.refresh_schedule == "0 0 5 * * ?"
    assert resolve(package.maps[0].folder, package.maps[0].web_map.layers[0]).layer_id == 4


@pytest.mark.parametrize(
    "path",
    [
        "file:../outside.geodatabase?itemId=0",
        "file:./../outside.geodatabase",
        "file:///etc/passwd",
        "file:./sub/inside.geodatabase",
        "file:..%2Foutside.geodatabase",
        "file:..\\outside.geodatabase",
        "file:C:\\outside.geodatabase",
        "file:/outside.geodatabase",
    ],
)
def test_an_operational_layer_cannot_leave_the_folder(tmp_path, path):
    mobile_map = read_mobile_map_package(offline_map(tmp_path / "map", [feature(path)])).maps[0]
    with pytest.raises(Untrusted, match="“Trees”"):
        resolve(mobile_map.folder, mobile_map.web_map.layers[0])


@pytest.mark.parametrize("path", ["", "a.geodatabase", "http://x/a.geodatabase", "file:./a?itemId=x"])
def test_a_path_that_says_nothing_is_damage(tmp_path, path):
    mobile_map = read_mobile_map_package(offline_map(tmp_path / "map", [feature(path)])).maps[0]
    with pytest.raises(Damaged, match="“Trees”"):
        resolve(mobile_map.folder, mobile_map.web_map.layers[0])


def test_a_reference_basemap_may_lie_beside_the_offline_map(tmp_path):
    basemap = {
        "title": "Base",
        "layerType": "ArcGISTiledMapServiceLayer",
        "path": "file:../../tiles/my%20base.tpk",
    }
    mobile_map = read_mobile_map_package(offline_map(tmp_path / "map", [], [basemap])).maps[0]
    layer = mobile_map.web_map.basemap[0]
    assert layer.role is LayerRole.BASEMAP
    assert resolve(mobile_map.folder, layer).file.resolve() == (tmp_path / "tiles/my base.tpk").resolve()


@pytest.mark.parametrize(
    "path",
    [
        "file:////server/share/x.tpk",
        "file://server/share/x.tpk",
        "file:%2F%2Fserver/share/x.tpk",
        "file:%5C%5Cserver%5Cshare%5Cx.tpk",
        "file:///net/server/x.tpk",
        "file:../../../../../../../../../../net/server/x.tpk",
        "file:x%00y.tpk",
        "file:" + "a" * 5000 + ".tpk",
        "file:///dev/zero",
    ],
    ids=lambda path: ascii(path[:30]),
)
def test_a_basemap_elsewhere_is_refused_and_not_looked_at(tmp_path, monkeypatch, path):
    basemap = {"title": "Base", "layerType": "ArcGISTiledMapServiceLayer", "path": path}
    mobile_map = read_mobile_map_package(offline_map(tmp_path / "map", [], [basemap])).maps[0]
    seen = []
    with monkeypatch.context() as watched:
        for name in ("stat", "lstat", "readlink"):
            watched.setattr(os, name, lambda path, **_: seen.append(path))
        with pytest.raises(Untrusted, match="“Base” leads to another computer or to something that is not"):
            resolve(mobile_map.folder, mobile_map.web_map.basemap[0])
    assert seen == []


@pytest.mark.parametrize("name", ["../x", "a/b", "", "x" * 300, "x\0", 7, None])
def test_a_map_with_a_name_that_leads_elsewhere_is_damage(tmp_path, name):
    folder = offline_map(tmp_path / "map", [])
    info = json.loads((folder / "package.info").read_text("utf-8"))
    (folder / "package.info").write_text(json.dumps({**info, "maps": [name]}), "utf-8")
    with pytest.raises(Damaged):
        read_mobile_map_package(folder)


def test_a_folder_without_package_info_is_refused(tmp_path):
    with pytest.raises(BadInput, match=r"package\.info"):
        read_mobile_map_package(tmp_path)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("package.info", b"{"),
        ("package.info", b"[]"),
        ("package.info", b'{"maps": []}'),
        ("package.info", b'{"maps": ["../../etc"]}'),
        ("package.info", json.dumps({"maps": ["other"]}).encode()),
        ("p13/mobile_map.mmap", b"<html>"),
        ("p13/mobile_map.mmap", b'{"map": []}'),
        ("p13/mobile_map.marea", b"null"),
        ("p13/mobile_map.marea", b'{"packages": {"path": "file:./a.tpk"}}'),
        ("p13/mobile_map.marea", b'{"packages": ["file:./a.tpk"]}'),
        ("p13/mobile_map.marea", b" " * (33 << 20)),
    ],
)
def test_damaged_documents_are_named(tmp_path, file, content):
    folder = offline_map(tmp_path / "map", [feature("file:./a.geodatabase?itemId=4")])
    (folder / file).write_bytes(content)
    with pytest.raises(Damaged) as raised:
        read_mobile_map_package(folder)
    if file.endswith(".marea"):
        assert "“mobile_map.marea”" in raised.value.text
