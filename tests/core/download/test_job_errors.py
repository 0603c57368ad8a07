"""What fails: kept apart with continue-on-errors, the end without."""

import json

import pytest

from plugin.core.errors import (
    BrokenAnswer,
    NoConnection,
    NoPackage,
    OfflineMapError,
    PortalError,
)
from plugin.core.host import Silent
from plugin.core.offline_map.mobile_map import read_mobile_map_package
from tests.portal import (
    CANYONLANDS,
    CANYONLANDS_GEODATABASE,
    CANYONLANDS_TILES,
    Body,
    HangUp,
    PortalFault,
)

from ..scene import GEODATABASE, ROADS, TRAILS, codes


def test_a_failed_package_is_the_error_of_its_layers_and_the_rest_is_kept(scene):
    scene.portal.fault(f"{CANYONLANDS_GEODATABASE}/data", PortalFault(400, "Item does not exist"), times=None)
    result = scene.run()
    assert codes(result.outcomes.layer_errors) == {TRAILS: "portal", ROADS: "portal"}
    assert list((scene.output / "p13").glob("*.tpk"))
    assert not list((scene.output / "p13").glob("*.geodatabase"))
    assert all(not layer.path for layer in read_mobile_map_package(scene.output).maps[0].web_map.layers)
    report = json.loads(result.report.read_text())
    assert report["layers"][1]["error"]["next"]
    assert set(json.loads((scene.output / "manifest.json").read_text())["layerErrors"]) == {TRAILS, ROADS}


def test_a_portal_that_goes_away_ends_the_job_whatever_may_fail(scene):
    """Else half a map would be published, since nothing answered for a while."""
    job = scene.job()
    job.plan()
    scene.portal.fault(f"{CANYONLANDS_GEODATABASE}/data", HangUp(), times=None)
    scene.portal.fault(f"items/{CANYONLANDS}", HangUp(), times=None)
    with pytest.raises(NoConnection):
        job.download(Silent())
    assert not scene.output.exists()
    scene.portal.script.clear()
    assert scene.run().outcomes.layer_errors == ()


def test_a_package_that_cannot_be_had_is_its_own_error_while_the_portal_answers(scene):
    scene.portal.fault(f"{CANYONLANDS_GEODATABASE}/data", HangUp(), times=None)
    assert set(codes(scene.run().outcomes.layer_errors)) == {TRAILS, ROADS}


def test_a_layer_and_a_table_without_package_are_counted_apart(scene):
    web_map = scene.web_map()
    url = web_map["operationalLayers"][0]["url"].rpartition("/")[0]
    lonely = {"id": "lonely", "title": "Lonely", "layerType": "ArcGISFeatureLayer", "url": f"{url}/9"}
    web_map["operationalLayers"].append(lonely)
    web_map["tables"] = [{"id": "visits", "title": "Visits", "url": f"{url}/8"}]
    result = scene.run()
    assert codes(result.outcomes.layer_errors) == {"lonely": "no_package"}
    assert codes(result.outcomes.table_errors) == {"visits": "no_package"}
    assert json.loads(result.report.read_text())["tables"][0]["error"]["code"] == "no_package"


def test_without_continue_the_first_failure_ends_the_job_and_nothing_more_is_asked(scene):
    scene.threads = 1
    scene.portal.fault(f"{CANYONLANDS_TILES}/data", PortalFault(400), times=None)
    with pytest.raises(PortalError):
        scene.run(continue_on_errors=False)
    assert scene.asked(CANYONLANDS_TILES, CANYONLANDS_GEODATABASE) == [1, 0]
    assert scene.portal.asked()[-1].path.endswith(f"{CANYONLANDS_TILES}/data")
    assert not scene.output.exists()
    report = json.loads((scene.staging / "report.json").read_text())
    assert report["error"]["code"] == "portal"


def test_without_continue_a_layer_without_package_ends_the_job_before_any_byte(scene):
    scene.web_map()["operationalLayers"][0]["url"] += "9"
    with pytest.raises(NoPackage, match="CNP_Trails"):
        scene.run(continue_on_errors=False)
    assert scene.asked(CANYONLANDS_TILES, CANYONLANDS_GEODATABASE) == [0, 0]
    assert not scene.output.exists()


def test_without_continue_a_layer_that_cannot_be_read_ends_the_job(scene):
    path = scene.output.parent.parent / "broken.geodatabase"
    content = bytearray((scene.samples / "p13" / GEODATABASE).read_bytes())
    content[5000:200_000] = bytes(195_000)
    path.write_bytes(content)
    scene.content.replace_data(CANYONLANDS_GEODATABASE, path)
    with pytest.raises(OfflineMapError, match="canyonlands_roads_trails"):
        scene.run(continue_on_errors=False)
    assert not scene.output.exists()
    result = scene.run()
    assert set(codes(result.outcomes.layer_errors)) == {TRAILS, ROADS}


def test_nothing_usable_is_an_error_and_no_folder(scene):
    scene.portal.fault("/data", PortalFault(403), times=None, origin=scene.portal.data_origin)
    scene.portal.fault(f"{CANYONLANDS}/data", Body(json.dumps(scene.web_map()).encode()), times=None)
    with pytest.raises(PortalError):
        scene.run()
    assert not scene.output.exists()


@pytest.mark.parametrize(
    "body",
    [b"<html>Sign in</html>", b'{"error": {"code": 500, "message": "x"}}', b"SQLite format 3\0" + bytes(9)],
)
def test_what_is_no_geodatabase_never_counts_as_one(scene, body):
    scene.content.replace_data(CANYONLANDS_GEODATABASE, body)
    result = scene.run()
    assert set(codes(result.outcomes.layer_errors)) == {TRAILS, ROADS}
    assert not list((scene.output / "p13").glob("*.geodatabase"))


def test_another_kind_of_file_is_named_by_its_package(scene):
    scene.content.replace_data(CANYONLANDS_TILES, scene.samples / "p13" / GEODATABASE)
    result = scene.run()
    (outcome,) = result.outcomes.layer_errors
    assert isinstance(outcome.error, BrokenAnswer)
    assert "“World_Imagery-" in str(outcome.error)


def test_what_of_the_area_cannot_be_read_is_a_warning(scene):
    scene.portal.fault("/resources/area/*", PortalFault(500), times=None)
    result = scene.run()
    assert [notice.code for notice in result.outcomes.notices] == ["portal"]
    assert not result.outcomes.layer_errors
