"""The download job against a portal over real sockets: what it asks, what it leaves on disk."""

from concurrent.futures import ThreadPoolExecutor
import hashlib
import json
import shutil

import pytest

from plugin.core.errors import (
    BadInput,
    BrokenAnswer,
    Cancelled,
    Damaged,
    NoPackage,
    NotPackaged,
    OfflineMapError,
    PortalError,
    SignInRequired,
    StorageError,
)
from plugin.core.host import Silent
from plugin.core.offline.job import DownloadOfflineMapJob, Request, Surroundings
from plugin.core.offline.mobile_map import read_mobile_map_package
from plugin.core.offline.parameters import Overrides, UpdateMode
from plugin.core.offline.sources import prepare_offline_map
from plugin.core.portal.credentials import UserPassword
from plugin.core.portal.items import Portal
from plugin.core.portal.session import Deadlines, PortalSession
from plugin.core.tiles.routes import Drawing
from tests.portal import (
    CANYONLANDS,
    CANYONLANDS_AREA,
    CANYONLANDS_GEODATABASE,
    CANYONLANDS_TILES,
    OWNER,
    PASSWORD,
    Body,
    ChangedEtag,
    Drop,
    PortalFault,
    Stall,
    canyonlands,
)

from .hosts import QuickClock, Watcher

GEODATABASE = "3b1fef0d-2cb0-4b6f-b526-9fe0a1ca3f69.geodatabase"
TILES = "07a691d9-dbdf-4fa2-bda1-021481fdbe8d.tpk"
TRAILS, ROADS, IMAGERY = "canyonlands_roads_trails_275", "canyonlands_roads_trails_4169", "World_Imagery_2017"


class Scene:
    """The canyonlands map behind a portal, and jobs that take it offline."""

    def __init__(self, start, samples, folder, access="public", credentials=None, **options):
        self.samples = samples / "canyonlands"
        self.content = canyonlands(samples, access=access)
        self.portal = start(self.content, **options)
        self.output = folder / "maps" / "Canyonlands"
        self._credentials = credentials

    def web_map(self):
        return self.content.items[CANYONLANDS].data

    def job(self, area=CANYONLANDS_AREA, **overrides):
        session = PortalSession(
            self.portal.url, self._credentials, clock=QuickClock(), deadlines=Deadlines(connect=2, silence=1)
        )
        around = Surroundings(
            portal=Portal(session),
            executor=ThreadPoolExecutor(4),
            clock=QuickClock(),
            drawing=Drawing(3_06_02_00, 3_40_06),
            projector=lambda extent, source, target: extent,
            plugin_version="1.2.3",
        )
        return DownloadOfflineMapJob(Request(CANYONLANDS, area, self.output, Overrides(**overrides)), around)

    def run(self, feedback=None, **overrides):
        job = self.job(**overrides)
        try:
            job.plan()
            job.download(feedback or Silent())
            job.make_layers(feedback or Silent())
            return job.publish()
        except OfflineMapError as error:
            job.fail(error)
            raise

    @property
    def staging(self):
        return self.output.with_name("Canyonlands.partial")

    def asked(self, *paths):
        return [len(self.portal.asked(f"{path}/data", origin=self.portal.data_origin)) for path in paths]


@pytest.fixture
def scene(portal, samples, tmp_path):
    return Scene(portal, samples, tmp_path)


def codes(outcomes):
    return {outcome.layer.id: outcome.error.code for outcome in outcomes}


def tree(folder):
    """Path → hash of every file, without what tells the time of the run."""
    found = {}
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        if path.name == "manifest.json":
            manifest = json.loads(content)
            manifest.pop("run")
            content = json.dumps(manifest).encode()
        if path.is_file() and path.name != "report.json" and path.parent.name != "qgis":
            found[path.relative_to(folder).as_posix()] = hashlib.sha256(content).hexdigest()
    return found


# ---- the result on disk ---------------------------------------------------------------------


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
    assert "scheduled updates" in sources[TRAILS].read_only


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


# ---- defaults and overrides -----------------------------------------------------------------


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
    assert json.loads((scene.output / "manifest.json").read_text())["registration"] == "pending"
    source = prepare_offline_map(scene.output, scene.output / "qgis", Drawing(3_06_02_00, 3_40_06), Silent())
    assert "cannot be sent" in source.maps[0].layers[1].source.read_only


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


# ---- the reference basemap ------------------------------------------------------------------


@pytest.fixture
def local_basemap(scene):
    folder = scene.output.parent.parent / "tiles"
    folder.mkdir()
    shutil.copyfile(scene.samples / "p13" / TILES, folder / "Local.tpk")
    return folder


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
        ("../tiles", "../tiles/Local.tpk", "not the plain name"),
        ("../tiles", "notes.txt", "no tile package"),
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
    assert [notice.text for notice in result.outcomes.notices] == ["Basemap expected on device: City.tpk."]
    assert not result.outcomes.layer_errors


# ---- errors: go on, or stop -----------------------------------------------------------------


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


# ---- the folder, the disk, cancel and resume ------------------------------------------------


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
    with pytest.raises(Cancelled):
        scene.run(Watcher(lambda done, *_: done > 1_000_000))
    assert not scene.output.exists()
    assert scene.staging.is_dir()
    before = scene.portal.bytes_sent(CANYONLANDS_TILES)
    scene.run()
    assert scene.portal.bytes_sent(CANYONLANDS_TILES) == before
    assert scene.asked(CANYONLANDS_TILES) == [1]
    assert not scene.staging.exists()


def test_other_parameters_reuse_the_packages_that_are_there(scene):
    with pytest.raises(Cancelled):
        scene.run(Watcher(lambda done, *_: done > 1_000_000))
    scene.run(update_mode=UpdateMode.NONE)
    assert scene.asked(CANYONLANDS_TILES) == [1]
    area = read_mobile_map_package(scene.output).maps[0].area
    assert "noUpdates" in [package.update_mode for package in area.packages]


def test_a_package_that_was_refreshed_meanwhile_is_fetched_again(scene):
    with pytest.raises(Cancelled):
        scene.run(Watcher(lambda done, *_: done > 1_000_000))
    scene.content.replace_data(CANYONLANDS_TILES, scene.samples / "p13" / TILES)
    scene.run()
    assert scene.asked(CANYONLANDS_TILES) == [2]


def test_a_refresh_in_mid_download_is_noticed_after_the_last_byte(scene):
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


# ---- which area -----------------------------------------------------------------------------


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
