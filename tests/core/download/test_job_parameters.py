"""The author's defaults, the user's overrides, and the reference basemap."""

import json
import shutil

import pytest

from plugin.core.errors import (
    BadInput,
    Damaged,
)
from plugin.core.host import Silent
from plugin.core.offline_map.copy_rights import rights_of_copy
from plugin.core.offline_map.mobile_map import read_mobile_map_package
from plugin.core.offline_map.prepare import prepare_offline_map
from plugin.core.offline_map.update_mode import UpdateMode
from plugin.core.tiles.routes import Drawing
from plugin.core.tiles.scheme import MERCATOR_HALF
from tests.core.tiles.test_schemes import paint_png
from tests.fixtures import tile_grids as grids
from tests.fixtures.tile_package import write_tpk
from tests.portal import (
    CANYONLANDS_AREA,
    CANYONLANDS_GEODATABASE,
    CANYONLANDS_TILES,
)

from ..scene import tree


def test_a_job_without_parameters_is_one_with_the_defaults(scene):
    scene.run()
    bare = tree(scene.output)
    shutil.rmtree(scene.output)
    scene.run(
        update_mode=UpdateMode.SCHEDULED,
        continue_on_errors=True,
        include_basemap=True,
        reference_basemap_directory="",
        reference_basemap_filename="",
    )
    assert tree(scene.output) == bare


def test_the_authors_settings_stand_in_the_report(scene):
    offline = scene.web_map()["applicationProperties"]["offline"]
    offline["editableLayers"] = {"download": "features", "sync": "uploadFeaturesAndAttachments"}
    result = scene.run()
    registration = json.loads((scene.output / "manifest.json").read_text())["registration"]
    assert registration == {CANYONLANDS_GEODATABASE: {"state": "none", "reason": "", "replica": ""}}
    parameters = json.loads(result.report.read_text())["parameters"]
    assert parameters["editableLayersDownload"] == "features"
    assert parameters["editableLayersSync"] == "uploadFeaturesAndAttachments"
    assert parameters["readonlyLayersDownloadAttachments"] is False
    assert parameters["updateMode"] == "downloadScheduledUpdates"


def test_scheduled_updates_are_overridden_by_sync(scene):
    scene.run(update_mode=UpdateMode.SYNC)
    area = read_mobile_map_package(scene.output).maps[0].area
    assert [package.update_mode for package in area.packages if package.update_mode] == [
        "syncWithFeatureServices"
    ]
    registration = json.loads((scene.output / "manifest.json").read_text())["registration"]
    assert registration == {CANYONLANDS_GEODATABASE: {"state": "pending", "reason": "", "replica": ""}}
    made = prepare_offline_map(scene.output, scene.output / "qgis", Drawing(3_06_02_00, 3_40_06), Silent())
    source = made.maps[0].layers[1].source
    assert "the next update does that" in rights_of_copy(source.file)[source.table].reason.text


def test_a_mode_that_the_packages_cannot_follow_is_refused_before_a_package_byte(scene):
    del scene.content.items[CANYONLANDS_GEODATABASE].json["properties"]["createPkgDeltas"]
    with pytest.raises(BadInput, match="no scheduled updates"):
        scene.run(update_mode=UpdateMode.SCHEDULED)
    assert scene.asked(CANYONLANDS_GEODATABASE, CANYONLANDS_TILES) == [0, 0]
    assert not scene.staging.exists()


def test_without_basemap_no_byte_of_it_is_asked_for_and_a_local_one_is_ignored(scene):
    result = scene.run(
        include_basemap=False, reference_basemap_directory="nowhere", reference_basemap_filename="none.tpk"
    )
    assert scene.asked(CANYONLANDS_GEODATABASE, CANYONLANDS_TILES) == [1, 0]
    assert not list((scene.output / "p13").glob("*.tpk"))
    assert read_mobile_map_package(scene.output).maps[0].web_map.basemap == ()
    assert result.bytes == 970752
    assert not result.outcomes.layer_errors


@pytest.mark.parametrize("absolute", [True, False])
def test_a_local_basemap_is_used_and_not_downloaded(scene, local_basemap, absolute):
    directory = str(local_basemap) if absolute else "../tiles"
    result = scene.run(reference_basemap_directory=directory, reference_basemap_filename="Local.tpk")
    assert scene.asked(CANYONLANDS_GEODATABASE, CANYONLANDS_TILES) == [1, 0]
    (basemap,) = read_mobile_map_package(scene.output).maps[0].web_map.basemap
    expected = f"file://{local_basemap}/Local.tpk" if absolute else "file:../../../tiles/Local.tpk"
    assert basemap.path == expected
    assert not result.outcomes.notices
    moved = scene.output.parent.parent / "elsewhere"
    if not absolute:
        scene.output.parent.rename(moved)
    folder = scene.output if absolute else moved / "Canyonlands"
    offline_map = prepare_offline_map(folder, folder / "qgis", Drawing(3_06_02_00, 3_40_06), Silent())
    assert offline_map.maps[0].layers[0].error is None


def test_the_authors_file_name_is_looked_up_in_the_given_directory(scene, local_basemap):
    offline = scene.web_map()["applicationProperties"]["offline"]
    offline["offlinebasemap"] = {"referenceBasemapName": "Local.tpk"}
    scene.run(reference_basemap_directory=str(local_basemap))
    assert scene.asked(CANYONLANDS_TILES) == [0]
    shutil.rmtree(scene.output)
    scene.run()
    assert scene.asked(CANYONLANDS_TILES) == [1]


@pytest.mark.parametrize(
    ("directory", "name", "message"),
    [
        ("nowhere", "Local.tpk", "“nowhere” does not exist"),
        ("../tiles", "Other.tpk", "“Other.tpk” is not in the given directory"),
        ("../tiles", "../tiles/Local.tpk", "not a plain file name"),
        ("../tiles", "x" * 300 + ".tpk", "not a plain file name"),
        ("//server/tiles", "Local.tpk", "“//server/tiles” is on another computer or is not a valid path"),
        ("../til\0es", "Local.tpk", "is on another computer or is not a valid path"),
        ("../tiles", "notes.txt", "not a tile package"),
    ],
)
def test_a_local_basemap_that_cannot_be_used_is_refused_before_any_request(
    scene, local_basemap, directory, name, message
):
    with pytest.raises(BadInput, match=message):
        scene.run(reference_basemap_directory=directory, reference_basemap_filename=name)
    assert scene.portal.asked() == []
    assert not scene.staging.exists()


def test_a_local_basemap_that_is_damaged_is_refused_by_name(scene, local_basemap):
    (local_basemap / "Local.tpk").write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(Damaged, match="Local.tpk"):
        scene.run(reference_basemap_directory=str(local_basemap), reference_basemap_filename="Local.tpk")
    assert scene.asked(CANYONLANDS_GEODATABASE) == [0]


def test_a_shortfall_of_the_local_basemap_is_a_warning_with_its_share(scene, local_basemap):
    extent = scene.content.items[CANYONLANDS_AREA].json["properties"]["extent"]
    extent["xmax"] += extent["xmax"] - extent["xmin"]
    result = scene.run(reference_basemap_directory=str(local_basemap), reference_basemap_filename="Local.tpk")
    (notice,) = result.outcomes.notices
    assert notice.code == "basemap_coverage"
    assert "“Local.tpk” covers" in notice.text
    assert 45 < notice.values["percent"] < 60
    assert json.loads(result.report.read_text())["warnings"][0]["code"] == "basemap_coverage"


@pytest.mark.parametrize("east", [-19e6, 2 * MERCATOR_HALF - 19e6])
def test_a_basemap_of_the_world_covers_an_area_over_the_180th_meridian(scene, local_basemap, east):
    extent = scene.content.items[CANYONLANDS_AREA].json["properties"]["extent"]
    extent.update(xmin=19e6, xmax=east)
    world = grids.WEB_MERCATOR
    write_tpk(local_basemap / "World.tpk", world, {(0, 0, 0): paint_png(0, 0, 0, world.tile_size)})
    result = scene.run(reference_basemap_directory=str(local_basemap), reference_basemap_filename="World.tpk")
    assert result.outcomes.notices == ()


def test_the_offline_map_takes_the_spatial_reference_of_the_local_basemap(scene, local_basemap):
    scene.web_map()["spatialReference"] = {"wkid": 26912}
    result = scene.run(reference_basemap_directory=str(local_basemap), reference_basemap_filename="Local.tpk")
    assert [notice.code for notice in result.outcomes.notices] == ["spatial_reference_changed"]
    reference = read_mobile_map_package(scene.output).maps[0].web_map.spatial_reference
    assert 3857 in reference.values() or 102100 in reference.values()


def test_a_basemap_expected_on_the_device_is_a_warning_where_the_area_has_none(scene):
    scene.web_map()["applicationProperties"]["offline"]["offlinebasemap"] = {
        "referenceBasemapName": "City.tpk"
    }
    scene.content.remove_item(CANYONLANDS_TILES)
    result = scene.run()
    assert [notice.text for notice in result.outcomes.notices] == [
        "The basemap is expected on this device: City.tpk."
    ]
    assert not result.outcomes.layer_errors
