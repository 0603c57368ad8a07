"""Schemes, documents and bundles built to harm, or broken: one clear error that names the file."""

import json
import struct
import zipfile

import pytest

from plugin.core.errors import Damaged, Untrusted
from plugin.core.tiles.tile_package import open_tile_package
from tests.core.tiles.hostile import BUNDLE, TILES, good, refused, rewritten, slot, with_bundle
from tests.fixtures.tile_grids import WEB_MERCATOR
from tests.fixtures.tile_package import write_tpk


@pytest.mark.parametrize(
    "word",
    [
        (1 << 40) - 1 | 10 << 40,  # far behind the end
        132_000 | ((1 << 24) - 1) << 40,  # 16 MiB from a place inside
        (1 << 64) - 1,
    ],
)
def test_index_entries_outside_the_file(tmp_path, word):
    error = refused(with_bundle(tmp_path, lambda bundle: slot(bundle, word)), Damaged)
    assert "R0000C0000.bundle" in str(error)


def test_a_bundle_whose_tiles_add_up_to_gigabytes(tmp_path):
    def share(bundle):
        bundle += bytes(1 << 20)
        word = 131_140 | (1 << 20) << 40
        bundle[64 : 64 + 8 * 16384] = struct.pack("<Q", word) * 16384

    refused(with_bundle(tmp_path, share), Untrusted)


@pytest.mark.parametrize(
    "change",
    [
        lambda bundle: bundle[:1000],
        lambda bundle: bundle[:131_000],
        lambda bundle: b"\0" * len(bundle),
        lambda bundle: bundle.__setitem__(slice(60, 64), struct.pack("<I", 8 * 64 * 64)),
    ],
)
def test_broken_bundles(tmp_path, change):
    refused(with_bundle(tmp_path, change), Damaged)


def test_a_v1_tile_that_claims_gigabytes(tmp_path):
    path = write_tpk(tmp_path / "town.tpk", WEB_MERCATOR, TILES)
    name = "v101/Layers/_alllayers/L03/R0000C0000.bundle"
    with zipfile.ZipFile(path) as archive:
        bundle = bytearray(archive.read(name))
    bundle[65_596:65_600] = struct.pack("<I", 0xFFFFFFF0)
    refused(rewritten(path, {name: bytes(bundle)}), Damaged)


@pytest.mark.parametrize("change", [None, b"", b"\x03\0\0\0" * 100, b"\xff" * 81_952])
def test_broken_v1_indexes(tmp_path, change):
    path = write_tpk(tmp_path / "town.tpk", WEB_MERCATOR, TILES)
    refused(rewritten(path, {"v101/Layers/_alllayers/L03/R0000C0000.bundlx": change}), Damaged)


@pytest.mark.parametrize("name", ["R0001C0000", "R00000C00000"])
def test_bundles_named_for_another_place(tmp_path, name):
    refused(rewritten(good(tmp_path), {f"tile/L03/{name}.bundle": b"x"}), Damaged)


def test_a_level_that_the_scheme_does_not_know(tmp_path):
    refused(rewritten(good(tmp_path), {"tile/L77/R0000C0000.bundle": b"x"}), Damaged)


def test_a_package_without_tiles(tmp_path):
    assert "no tiles" in str(refused(rewritten(good(tmp_path), {BUNDLE: None}), Damaged))


@pytest.mark.parametrize(
    "root",
    [
        b"[" * 100_000,
        b'{"tileInfo":' * 70 + b"1" + b"}" * 70,
        b"\xff\xfe\x00",
        b"[]",
        b"{}",
        b'{"tileInfo": null}',
        b'{"tileInfo": NaN}',
        b'{"tileInfo": 1e999}',
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
)
def test_json_that_is_none_or_too_much(tmp_path, root):
    refused(rewritten(good(tmp_path), {"root.json": root}), Damaged)


@pytest.mark.parametrize(
    ("path_in_root", "value"),
    [
        (("tileInfo", "rows"), 0),
        (("tileInfo", "rows"), 10**9),
        (("tileInfo", "cols"), "many"),
        (("tileInfo", "origin", "x"), None),
        (("tileInfo", "origin", "x"), 1e999),
        (("tileInfo", "lods", 3, "resolution"), 0),
        (("tileInfo", "lods", 3, "resolution"), -5),
        (("tileInfo", "lods", 3, "resolution"), "x"),
        (("tileInfo", "lods", 3, "level"), 2),
        (("tileInfo", "lods"), []),
        (("tileInfo", "lods"), 5),
        (("storageInfo", "packetSize"), 10**6),
        (("storageInfo", "packetSize"), -128),
    ],
)
def test_schemes_that_cannot_be(tmp_path, path_in_root, value):
    path = good(tmp_path)
    with zipfile.ZipFile(path) as archive:
        root = json.loads(archive.read("root.json"))
    place = root
    for key in path_in_root[:-1]:
        place = place[key]
    place[path_in_root[-1]] = value
    text = json.dumps(root).replace("Infinity", "1e999")
    refused(rewritten(path, {"root.json": text.encode()}), Damaged)


CONF = "v101/Layers/conf.xml"


@pytest.mark.parametrize(
    ("conf", "error"),
    [
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', Untrusted),
        (b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', Untrusted),
        (b"<CacheInfo>&lol;</CacheInfo>", Untrusted),
        (b"<a>" * 100, Untrusted),
        (b"<a>" + b"<b/>" * 200_000 + b"</a>", Untrusted),
        (b"<a>" + b" " * (2 << 20) + b"</a>", Untrusted),
        (b"<CacheInfo>", Damaged),
        (b"", Damaged),
        (b"\xff\xfe\x00", Damaged),
        (b"<CacheInfo/>", Damaged),
    ],
)
def test_xml_with_entities_or_none(tmp_path, conf, error):
    path = write_tpk(tmp_path / "town.tpk", WEB_MERCATOR, TILES)
    refused(rewritten(path, {CONF: conf}), error)


def test_documents_of_gigabytes(tmp_path):
    refused(rewritten(good(tmp_path), {"root.json": b" " * (9 << 20)}), Untrusted)


@pytest.mark.parametrize(
    "layers",
    [5, [5], [{"legend": 5}], [{"legend": [5]}], [{"legend": [{"imageData": 5}]}],
     [{"legend": [{"imageData": "%%%"}]}], [{"legend": [{"imageData": "ä"}]}],
     [{"legend": [{"imageData": "PHNjcmlwdD4="}]}], [{"legend": [{"imageData": "A" * (1 << 20)}]}]],
)  # fmt: skip
def test_legends_that_are_none(tmp_path, layers):
    path = good(tmp_path)
    with zipfile.ZipFile(path) as archive:
        root = json.loads(archive.read("root.json"))
    rewritten(path, {"root.json": json.dumps({**root, "layers": layers}).encode()})
    with open_tile_package(path) as package:
        assert package.legend == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("esriinfo/iteminfo.xml", b"<ESRI_ItemInformation><description>Tom & Jerry</description>"),
        ("servicedescriptions/mapserver/mapserver.json", b'{"contents": {"minScale": NaN}}'),
        ("v101/Layers/conf.cdi", b""),
    ],
)
def test_documents_that_tiles_do_not_need_may_be_broken(tmp_path, name, content):
    path = write_tpk(tmp_path / "town.tpk", WEB_MERCATOR, TILES)
    with open_tile_package(rewritten(path, {name: content})) as package:
        assert {tile[:3]: tile.data for tile in package.tiles()} == TILES
        assert package.title == "Town map"
        assert package.drawn_extent() is not None


def test_entities_are_refused_in_any_document(tmp_path):
    path = write_tpk(tmp_path / "town.tpk", WEB_MERCATOR, TILES)
    refused(
        rewritten(path, {"esriinfo/iteminfo.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), Untrusted
    )
