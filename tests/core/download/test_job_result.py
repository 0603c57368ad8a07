"""What a download leaves on disk, and what it says of it."""

import hashlib
import json
import shutil

import pytest

from plugin.core.errors import (
    Cancelled,
)
from plugin.core.host import Silent
from plugin.core.offline_map.copy_rights import rights_of_copy
from plugin.core.offline_map.local_maps import read_local_map
from plugin.core.offline_map.mobile_map import read_mobile_map_package
from plugin.core.offline_map.prepare import prepare_offline_map
from plugin.core.tiles.routes import Drawing
from tests.portal import CANYONLANDS_AREA

from ..hosts import Watcher
from ..scene import GEODATABASE, IMAGERY, ROADS, TILES, TRAILS, tree


def test_the_folder_is_what_an_arcgis_app_makes_of_the_same_area(scene):
    result = scene.run()
    assert result.folder == scene.output
    assert not scene.staging.exists()
    ours, theirs = read_mobile_map_package(scene.output), read_mobile_map_package(scene.samples)
    for name, sample in (("geodatabase", GEODATABASE), ("tpk", TILES)):
        (path,) = (scene.output / "p13").glob(f"*.{name}")
        assert path.read_bytes() == (scene.samples / "p13" / sample).read_bytes()
    assert ours.maps[0].area.area_id == theirs.maps[0].area.area_id

    def without_path(package):
        return (
            package.item_id,
            package.item_type,
            package.service_url,
            package.replica_id,
            package.server_gen,
            package.update_mode,
        )

    assert {without_path(p) for p in ours.maps[0].area.packages} == {
        without_path(p) for p in theirs.maps[0].area.packages
    }
    assert ours.maps[0].area.refresh_schedule == theirs.maps[0].area.refresh_schedule
    assert ours.maps[0].item["originalPortalItemId"] == theirs.maps[0].item["originalPortalItemId"]
    info, sample_info = (
        json.loads((folder / "package.info").read_text()) for folder in (scene.output, scene.samples)
    )
    assert set(info) == set(sample_info)
    assert info["spatialReference"] == sample_info["spatialReference"]
    assert info["extent"][0] == pytest.approx(sample_info["extent"][0])
    numbers = [layer.path.partition("?")[2] for layer in ours.maps[0].web_map.layers]
    assert numbers == [layer.path.partition("?")[2] for layer in theirs.maps[0].web_map.layers]
    assert all(layer.json["capabilities"] == "Query" for layer in ours.maps[0].web_map.layers)


def test_the_manifest_proves_every_file_and_the_report_every_layer(scene):
    result = scene.run()
    manifest = json.loads((scene.output / "manifest.json").read_text())
    for file in manifest["files"]:
        content = (scene.output / file["path"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["bytes"], file["sha256"])
    named = {file["path"] for file in manifest["files"]} | set(manifest["workingCopies"])
    there = {path.relative_to(scene.output).as_posix() for path in scene.output.rglob("*") if path.is_file()}
    assert there - named == {"manifest.json", "report.json"}
    assert manifest["plugin"] == "1.2.3"
    assert manifest["files"][3]["item"]["etag"].startswith('"')
    report = json.loads(result.report.read_text())
    assert [layer["id"] for layer in report["layers"]] == [IMAGERY, TRAILS, ROADS]
    assert (report["bytes"], report["warnings"], report["tables"], report["error"]) == (1779804, [], [], None)
    assert {entry["bytes"] for entry in report["plan"]} == {809052, 970752}


def test_the_layers_are_those_of_the_geodatabase(scene):
    scene.run()
    offline_map = prepare_offline_map(
        scene.output, scene.output / "qgis", Drawing(3_06_02_00, 3_40_06), Silent()
    )
    sources = {entry.layer.id: entry.source for entry in offline_map.maps[0].layers}
    assert (sources[TRAILS].table, sources[ROADS].table) == ("CNP_Trails", "CNP_Roads")
    assert sources[IMAGERY].file.suffix == ".mbtiles"
    rights = rights_of_copy(sources[TRAILS].file)
    assert "scheduled updates" in rights["CNP_Trails"].reason.text
    assert rights["CNP_Trails"].read_only


def test_the_same_input_gives_the_same_files_calm_or_resumed(scene, tmp_path):
    scene.run()
    calm = tree(scene.output)
    shutil.rmtree(scene.output)
    with pytest.raises(Cancelled):
        scene.run(Watcher(lambda done, *_: done > 1_200_000))
    scene.run()
    assert tree(scene.output) == calm


def test_progress_is_in_bytes_of_all_packages_and_names_each(scene):
    watcher = Watcher()
    scene.run(watcher)
    bytes_ = [report for report in watcher.reports if report[1] == 1779804]
    assert bytes_[-1][0] == 1779804
    assert [done for done, _, _ in bytes_] == sorted(done for done, _, _ in bytes_)
    assert {subject.partition("-")[0] for _, _, subject in bytes_} == {
        "World_Imagery",
        "canyonlands_roads_trails",
    }


@pytest.mark.parametrize("east", [-170, 190])
def test_an_area_over_the_180th_meridian_is_one_box_in_its_documents(scene, east):
    scene.content.items[CANYONLANDS_AREA].json["extent"] = [[170, -20], [east, -10]]
    scene.run()
    info = json.loads((scene.output / "package.info").read_text())
    assert info["extent"] == [[170, -20], [190, -10]]
    assert read_local_map(scene.output).extent == (170, -20, 190, -10)
    drawing = Drawing(3_06_02_00, 3_40_06, frozenset({"mrf"}))
    prepared = prepare_offline_map(scene.output, scene.output / "qgis", drawing, Silent())
    assert prepared.maps[0].extent == (170, -20, 190, -10)
