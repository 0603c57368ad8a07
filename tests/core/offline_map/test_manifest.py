"""manifest.json: read, changed and written again, without loss; and judged, since it comes from outside."""

from dataclasses import replace
import json
import tarfile

import pytest

from plugin.core.errors import Damaged
from plugin.core.offline_map.manifest import (
    Manifest,
    Registration,
    RegistrationState,
    has_manifest,
    read_manifest,
    write_manifest,
)
from tests.earlier_version.conftest import ARCHIVE

TILES, TOWN, WATER = (
    "29a601ec28d8547c918abeaff999234a",
    "c8f9c187099356ca8aa15eedb29d72b4",
    "f886ac0069d151e9b6acd1be4c602a5d",
)


@pytest.fixture(scope="module")
def earlier():
    """What version 0.1.0 wrote, by update mode."""
    found = {}
    with tarfile.open(ARCHIVE) as archive:
        for member in archive:
            if member.name.endswith("/manifest.json"):
                content = json.load(archive.extractfile(member))
                found[content["parameters"]["updateMode"]] = content
    assert len(found) == 4
    return found


@pytest.fixture
def content(earlier):
    """As this version writes it, with an error of a layer."""
    content = json.loads(json.dumps(earlier["syncWithFeatureServices"]))
    content["registration"] = {
        TOWN: {"state": "registered", "reason": "", "replica": "af63f1ec-eb88-52fb-8665-be51f2aa42e3"},
        WATER: {"state": "refused", "reason": "Abgleich ist ausgeschaltet.", "replica": ""},
    }
    content["layerErrors"] = {"base": {"code": "no_package", "text": "…", "next": ""}}
    return content


def objects_in(value, path=()):
    """Every object of a JSON value, with the path that leads to it."""
    if isinstance(value, dict):
        yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in items:
        yield from objects_in(member, (*path, key))


def read(folder, content):
    folder.mkdir(exist_ok=True)
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    (folder / "manifest.json").write_bytes(text)
    return read_manifest(folder)


def test_what_is_written_is_what_was_read(tmp_path, content):
    manifest = read(tmp_path, content)
    assert manifest.to_json() == content
    write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == manifest
    written = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert len(written["run"].pop("sha256")) == 64
    assert written == content


def test_foreign_members_are_kept_at_every_level(tmp_path, content):
    by_key = (("registration",), ("layerErrors",), ("tableErrors",))
    for path, value in list(objects_in(content)):
        if path not in by_key:
            value["später"] = {"neu": [1, None, "ß"]}
    manifest = replace(read(tmp_path, content), portal_url="https://elsewhere.example.org/portal")
    assert manifest.to_json() == {**content, "portal": "https://elsewhere.example.org/portal"}


def test_it_is_one_value_with_typed_members(tmp_path, content):
    manifest = read(tmp_path, content)
    assert manifest.area.title == "Strand and South Beach"
    assert manifest.update_mode == "syncWithFeatureServices"
    assert set(manifest.revisions) == {TILES, TOWN, WATER}
    assert manifest.revisions[TOWN] == "2023-11-14T22:19:20+00:00 430080"
    assert manifest.files[4].item.etag == '"b2c9cfb8d0ee9e8b582c1ef8c1c3807c"'
    assert manifest.registrations[WATER].state is RegistrationState.REFUSED


@pytest.mark.parametrize(
    ("mode", "state"),
    [
        ("noUpdates", "none"),
        ("downloadScheduledUpdates", "none"),
        ("syncWithFeatureServices", "pending"),
        ("downloadScheduledUpdatesAndUploadNewFeatures", "pending"),
    ],
)
def test_the_registration_of_version_0_1_0_is_that_of_each_geodatabase(tmp_path, earlier, mode, state):
    manifest = read(tmp_path, earlier[mode])
    assert manifest.registrations == {item: Registration(RegistrationState(state)) for item in (TOWN, WATER)}
    others = {key: value for key, value in earlier[mode].items() if key != "registration"}
    written = manifest.to_json()
    assert written.pop("registration")[TOWN] == {"state": state, "reason": "", "replica": ""}
    assert written == others


def test_one_registration_is_replaced_and_the_others_stay(tmp_path, content):
    manifest = read(tmp_path, content)
    now = {**manifest.registrations, WATER: Registration(RegistrationState.DIRECT)}
    write_manifest(tmp_path, replace(manifest, registrations=now))
    again = read_manifest(tmp_path)
    assert again.registrations[WATER].state is RegistrationState.DIRECT
    assert again.registrations[TOWN] == manifest.registrations[TOWN]
    assert again.files == manifest.files


BROKEN = [
    (("files", 0, "path"), "../../secret"),
    (("files", 0, "path"), "C:\\secret"),
    (("files", 0, "path"), ["a"]),
    (("files", 0, "bytes"), -1),
    (("files", 0, "bytes"), True),
    (("files", 0, "sha256"), "0" * 63),
    (("files", 0, "sha256"), 5),
    (("files", 3, "item"), None),
    (("files", 3, "item", "revision"), 4),
    (("files", 1), "p13/mobile_map.mmap"),
    (("files",), {}),
    (("workingCopies",), "qgis/a.gpkg"),
    (("workingCopies", 0), "/etc/passwd"),
    (("area",), []),
    (("area", "packages"), TILES),
    (("parameters",), None),
    (("parameters", "updateMode"), 3),
    (("layerErrors",), []),
    (("layerErrors",), {"base": "no_package"}),
    (("registration",), []),
    (("registration",), "perhaps"),
    (("registration", TOWN), "pending"),
    (("registration", TOWN, "state"), "perhaps"),
    (("registration", TOWN, "state"), ["pending"]),
    (("registration", TOWN, "replica"), 1),
    (("run",), "yesterday"),
    (("version",), "1"),
    (("webMap",), None),
]


@pytest.mark.parametrize(("path", "value"), BROKEN, ids=[f"{path}={value}" for path, value in BROKEN])
def test_what_it_cannot_mean_is_damage_that_names_the_file(tmp_path, content, path, value):
    place = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(Damaged, match=r"manifest\.json"):
        read(tmp_path, content)


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"version": 1}', b"[" * 100_000, b" " * (33 << 20)]
)
def test_what_is_no_manifest_is_damage_that_names_the_file(tmp_path, text):
    with pytest.raises(Damaged, match=r"manifest\.json"):
        read(tmp_path, text)


def test_a_folder_without_one_is_not_ours(tmp_path):
    assert not has_manifest(tmp_path)
    with pytest.raises(Damaged, match=r"manifest\.json"):
        read_manifest(tmp_path)


def test_members_that_are_missing_are_damage(content):
    for name in set(content) - {"registration"}:
        with pytest.raises((KeyError, TypeError)):
            Manifest.from_json({key: value for key, value in content.items() if key != name})
