"""The folder, the disk, cancel and resume, sign-ins that end, and which area is meant."""

from contextlib import closing
import json
import shutil

import pytest

from plugin.core.errors import (
    BadInput,
    Cancelled,
    NotPackaged,
    SignInRequired,
    StorageError,
)
from plugin.core.offline_map.layout import package_name
from plugin.core.offline_map.mobile_map import read_mobile_map_package, resolve
from plugin.core.offline_map.update_mode import UpdateMode
from plugin.core.portal.credentials import UserPassword
from plugin.core.portal.items import Portal
from plugin.core.portal.session import PortalSession
from plugin.core.working_copy.connection import connect_working_copy
from plugin.core.working_copy.write import copied_tables
from tests.fixtures.registered import register
from tests.portal import (
    CANYONLANDS,
    CANYONLANDS_AREA,
    CANYONLANDS_GEODATABASE,
    CANYONLANDS_TILES,
    OWNER,
    PASSWORD,
    ChangedEtag,
    Drop,
    PortalFault,
    Stall,
)

from ..hosts import Watcher
from ..scene import GEODATABASE, ROADS, TILES, TRAILS, Scene, codes, tree


def test_a_folder_that_is_not_empty_is_refused_before_any_request(scene):
    scene.output.mkdir(parents=True)
    (scene.output / "mine.txt").write_text("mine")
    with pytest.raises(BadInput, match="not empty"):
        scene.run()
    assert scene.portal.asked() == []


def test_an_empty_folder_is_used(scene):
    scene.output.mkdir(parents=True)
    assert scene.run().folder == scene.output


def test_a_dry_run_writes_nothing(scene):
    plan = scene.job().plan()
    assert plan.bytes == 1779804
    assert not scene.output.parent.exists()
    assert scene.asked(CANYONLANDS_TILES, CANYONLANDS_GEODATABASE) == [0, 0]


def test_too_small_a_disk_is_said_before_a_package_byte(portal, samples, small_disk):
    scene = Scene(portal, samples, small_disk)
    with pytest.raises(StorageError, match="MB free, but this download needs"):
        scene.run()
    assert scene.asked(CANYONLANDS_TILES, CANYONLANDS_GEODATABASE) == [0, 0]


def test_cancel_leaves_a_folder_that_the_next_run_takes_up(scene):
    scene.threads = 1
    with pytest.raises(Cancelled):
        scene.run(Watcher(lambda done, *_: done > 1_000_000))
    assert not scene.output.exists()
    assert scene.staging.is_dir()
    before = scene.portal.bytes_sent(CANYONLANDS_TILES)
    scene.run()
    assert scene.portal.bytes_sent(CANYONLANDS_TILES) == before
    assert scene.asked(CANYONLANDS_TILES) == [1]
    assert not scene.staging.exists()


def test_a_run_that_was_killed_before_its_last_step_is_finished_by_the_next(scene):
    """All that was missing is the name: nothing is fetched again."""
    whole = tree(scene.run().folder)
    scene.output.rename(scene.staging)
    assert tree(scene.run().folder) == whole
    assert scene.asked(CANYONLANDS_TILES, CANYONLANDS_GEODATABASE) == [1, 1]
    assert not scene.staging.exists()


def test_an_offline_map_with_edits_is_no_unfinished_download_whatever_its_name(scene):
    scene.run()
    (copy,) = (scene.output / "qgis").glob("*.gpkg")
    register(copy)
    with closing(connect_working_copy(copy)) as edited:
        (table, *_) = copied_tables(copy)
        edited.execute(f'DELETE FROM "{table}"')
        edited.commit()
    content = copy.read_bytes()
    scene.output.rename(scene.staging)
    with pytest.raises(BadInput, match="in the way"):
        scene.run()
    assert (scene.staging / "qgis" / copy.name).read_bytes() == content


def test_other_parameters_reuse_the_packages_that_are_there(scene):
    scene.threads = 1
    with pytest.raises(Cancelled):
        scene.run(Watcher(lambda done, *_: done > 1_000_000))
    scene.run(update_mode=UpdateMode.NONE)
    assert scene.asked(CANYONLANDS_TILES) == [1]
    area = read_mobile_map_package(scene.output).maps[0].area
    assert "noUpdates" in [package.update_mode for package in area.packages]


def test_a_package_that_was_refreshed_meanwhile_is_fetched_again(scene):
    scene.threads = 1
    with pytest.raises(Cancelled):
        scene.run(Watcher(lambda done, *_: done > 1_000_000))
    scene.content.replace_data(CANYONLANDS_TILES, scene.samples / "p13" / TILES)
    before = {path.name for path in (scene.staging / "p13").glob("*.tpk")}
    scene.run()
    assert scene.asked(CANYONLANDS_TILES) == [2]
    now = {path.name for path in (scene.output / "p13").glob("*.tpk")}
    assert (len(before), len(now), before & now) == (1, 1, set())


def test_a_refresh_in_mid_download_is_noticed_after_the_last_byte(scene):
    scene.threads = 1
    changed = []

    def refresh(done, total, subject):
        if done == total and not changed:
            changed.append(True)
            scene.content.replace_data(CANYONLANDS_GEODATABASE, scene.samples / "p13" / GEODATABASE)
        return False

    scene.run(Watcher(refresh))
    assert scene.asked(CANYONLANDS_GEODATABASE) == [2]
    item = Portal(PortalSession(scene.portal.url)).item(CANYONLANDS_GEODATABASE)
    files = json.loads((scene.output / "manifest.json").read_text())["files"]
    assert files[-1]["item"]["revision"] == item.revision
    name = package_name(CANYONLANDS_GEODATABASE, item.revision, ".geodatabase")
    assert [path.name for path in (scene.output / "p13").glob("*.geodatabase")] == [name]
    (mobile_map,) = read_mobile_map_package(scene.output).maps
    named = {resolve(mobile_map.folder, layer).file.name for layer in mobile_map.web_map.layers}
    assert named == {name}
    assert f"file:./{name}" in [package.path for package in mobile_map.area.packages]


def test_a_token_that_expires_in_mid_download_is_renewed_and_the_byte_reached_continues(
    portal, samples, tmp_path
):
    scene = Scene(portal, samples, tmp_path, "private", UserPassword(OWNER, PASSWORD))
    scene.portal.fault(f"{CANYONLANDS_TILES}/data", Drop(after=400_000))
    scene.portal.fault(f"{CANYONLANDS_TILES}/data", PortalFault(498), at=2)
    scene.run()
    first, refused, rest = scene.portal.asked(f"{CANYONLANDS_TILES}/data", origin="portal")
    assert first.range is None
    assert refused.range == rest.range
    assert 0 < int(rest.range.removeprefix("bytes=").rstrip("-")) <= 400_000
    assert len(scene.portal.asked("/generateToken")) == 2
    assert refused.token != rest.token


def test_without_a_valid_sign_in_the_job_ends_and_keeps_what_arrived(portal, samples, tmp_path):
    scene = Scene(portal, samples, tmp_path, "private", UserPassword(OWNER, PASSWORD))
    scene.threads = 1
    scene.portal.fault(f"{CANYONLANDS_GEODATABASE}/data", PortalFault(498), times=None)
    scene.portal.fault("/generateToken", PortalFault(400, "Unable to generate token."), at=2, times=None)
    scene.portal.fault(CANYONLANDS, PortalFault(498), at=2, times=None)
    with pytest.raises(SignInRequired):
        scene.run()
    assert list((scene.staging / "p13").glob("*.tpk"))
    assert not scene.output.exists()


def test_a_package_that_is_not_shared_with_this_user_is_the_error_of_its_layers(scene):
    scene.portal.fault(f"{CANYONLANDS_GEODATABASE}/data", PortalFault(499), times=None)
    result = scene.run()
    assert codes(result.outcomes.layer_errors) == {TRAILS: "sign_in_required", ROADS: "sign_in_required"}
    assert list((scene.output / "p13").glob("*.tpk"))


def test_the_storage_behind_a_redirect_sees_no_secret(portal, samples, tmp_path):
    scene = Scene(portal, samples, tmp_path, "private", UserPassword(OWNER, PASSWORD), redirect_data=True)
    scene.run()
    assert scene.asked(CANYONLANDS_TILES, CANYONLANDS_GEODATABASE) == [1, 1]
    assert scene.portal.secrets_seen() == []


def test_a_changed_etag_never_mixes_two_files(scene):
    scene.portal.fault(f"{CANYONLANDS_TILES}/data", Drop(after=300_000))
    scene.portal.fault(f"{CANYONLANDS_TILES}/data", ChangedEtag(), at=2)
    scene.run()
    (tiles,) = (scene.output / "p13").glob("*.tpk")
    assert tiles.read_bytes() == (scene.samples / "p13" / TILES).read_bytes()


def test_a_stall_ends_within_the_deadline_and_the_job_goes_on(scene):
    stall = scene.portal.fault(f"{CANYONLANDS_TILES}/data", Stall(after=300_000))
    scene.run()
    stall.release()
    assert scene.asked(CANYONLANDS_TILES) == [2]


def test_an_area_is_chosen_by_its_exact_title_or_a_link(scene):
    scene.run(area="Canyonlands")
    shutil.rmtree(scene.output)
    scene.run(area=f"https://www.arcgis.com/home/item.html?id={CANYONLANDS_AREA}")


def test_an_unknown_area_is_refused_with_those_that_there_are(scene):
    with pytest.raises(BadInput, match=f"no map area “canyonlands”.*Canyonlands \\({CANYONLANDS_AREA}\\)"):
        scene.run(area="canyonlands")


def test_a_title_of_several_areas_is_refused_with_their_ids(scene):
    twin = scene.content.add_item("Map Area", "Canyonlands", properties={"status": "complete"})
    scene.content.relate(CANYONLANDS, "Map2Area", twin)
    with pytest.raises(BadInput, match=f"several map areas.*{CANYONLANDS_AREA}.*{twin}"):
        scene.run(area="Canyonlands")


@pytest.mark.parametrize("status", ["processing", "failed"])
def test_an_area_that_is_not_packaged_is_refused(scene, status):
    scene.content.items[CANYONLANDS_AREA].json["properties"]["status"] = status
    with pytest.raises(NotPackaged, match="“Canyonlands”"):
        scene.run()
    assert not scene.staging.exists()


def test_an_old_area_without_status_is_usable(scene):
    del scene.content.items[CANYONLANDS_AREA].json["properties"]["status"]
    assert scene.run().bytes == 1779804
