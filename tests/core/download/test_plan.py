"""From web map, area and parameters to a plan: what is fetched, what is not, what is said."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from plugin.core.download.parameters import (
    DownloadParameters,
    Overrides,
    check_reference_name,
    default_parameters,
    with_overrides,
)
from plugin.core.download.plan import ReferenceBasemap, make_plan, offline_map_json, reference_path
from plugin.core.errors import BadInput
from plugin.core.offline_map.update_mode import UpdateMode
from plugin.core.portal.items import Item
from plugin.core.portal.map_areas import (
    Deltas,
    MapArea,
    Package,
    PackageKind,
    PackagingStatus,
    UpdateCapabilities,
)
from plugin.core.transfer.fetch import file_name
from plugin.core.web_map import OfflineSettings, parse_web_map

TOWN = "https://example.org/arcgis/rest/services/Town/FeatureServer"
PIPES = "https://example.org/arcgis/rest/services/Pipes/FeatureServer"
IMAGERY = "https://example.org/arcgis/rest/services/Imagery/MapServer"

WEB_MAP = {
    "baseMap": {
        "title": "Imagery",
        "baseMapLayers": [
            {"id": "base", "title": "Imagery", "url": IMAGERY, "layerType": "ArcGISTiledMapServiceLayer"}
        ],
    },
    "operationalLayers": [
        {"id": "trees", "title": "Trees", "url": f"{TOWN}/0", "layerType": "ArcGISFeatureLayer"},
        {
            "id": "group",
            "title": "Group",
            "layerType": "GroupLayer",
            "layers": [
                {"id": "pipes", "title": "Pipes", "url": f"{PIPES}/4", "layerType": "ArcGISFeatureLayer"}
            ],
        },
        {
            "id": "traffic",
            "title": "Traffic",
            "url": "https://x/MapServer",
            "layerType": "ArcGISMapServiceLayer",
        },
    ],
    "tables": [{"id": "visits", "title": "Visits", "url": f"{TOWN}/7"}],
    "spatialReference": {"wkid": 102100},
}


def item(letter, size=0, name=""):
    return Item(id=letter * 32, title=f"Item {letter}", type="", size=size, name=name)


def package(letter, kind, url, layers=(), custom=False, name=""):
    return Package(item(letter, 100, name), kind, custom, url, layers)


GEODATABASES = (
    package("a", PackageKind.GEODATABASE, TOWN, (0, 7)),
    package("b", PackageKind.GEODATABASE, PIPES.upper().replace("HTTPS", "http"), (4,)),
)
TILES = package("c", PackageKind.TILES, IMAGERY, name="tile_1.tpk")


def plan(packages=(*GEODATABASES, TILES), web_map=None, reference=None, **parameters):
    area = MapArea(item("f"), PackagingStatus.COMPLETE, None, None, tuple(packages))
    return make_plan(
        parse_web_map(web_map or WEB_MAP, "Town"),
        area,
        DownloadParameters(UpdateMode.NONE, **parameters),
        reference,
    )


def names(*packages):
    """The files of packages that came, by item id."""
    return {one.item.id: file_name(one) for one in packages}


def errors(plan_):
    return {entry.layer.id: entry.error.code for entry in plan_.layers if entry.error}


def test_every_layer_finds_the_package_of_its_service():
    planned = plan()
    assert {entry.layer.id: entry.package.item.id[0] for entry in planned.layers} == {
        "base": "c",
        "trees": "a",
        "pipes": "b",
        "visits": "a",
    }
    assert planned.bytes == 300
    assert [layer.id for layer in planned.carried_by(GEODATABASES[0])] == ["trees", "visits"]
    assert not errors(planned)


def test_a_service_is_one_however_web_map_and_package_spell_it():
    trees = "https://example.org/arcgis/rest/services/Straßenbäume Süd/FeatureServer"
    encoded = "http://EXAMPLE.org:80/arcgis/rest//services/Stra%C3%9Fenba%CC%88ume%20S%C3%BCd/FeatureServer/"
    layer = {"id": "t", "layerType": "ArcGISFeatureLayer", "url": trees}
    for in_map, in_package in ((trees, encoded), (encoded, trees)):
        layer["url"] = f"{in_map.rstrip('/')}/3"
        carried = package("d", PackageKind.GEODATABASE, in_package, (3,))
        planned = plan((carried,), {"operationalLayers": [layer]})
        assert not errors(planned)
        assert [entry.package for entry in planned.layers] == [carried]


def test_a_layer_that_exists_online_only_is_a_warning_not_an_error():
    assert [(entry.code, entry.text) for entry in plan().notices] == [
        ("online_only", "“Traffic” is available online only.")
    ]


def test_a_layer_without_package_is_an_error_of_that_layer():
    assert errors(plan(packages=(GEODATABASES[0], TILES))) == {"pipes": "no_package"}


def test_a_package_that_does_not_hold_the_layer_does_not_count():
    narrow = replace(GEODATABASES[0], layer_ids=(0,))
    assert errors(plan(packages=(narrow, GEODATABASES[1], TILES))) == {"visits": "no_package"}


def test_without_basemap_nothing_of_it_is_planned():
    planned = plan(include_basemap=False)
    assert [package.item.id[0] for package in planned.packages] == ["a", "b"]
    assert offline_map_json(planned, names(*GEODATABASES))["baseMap"]["baseMapLayers"] == []


def test_a_reference_basemap_takes_the_place_of_the_basemap_and_gives_its_reference(tmp_path):
    reference = ReferenceBasemap(tmp_path / "local.tpk", "file:../../local.tpk", False, {"wkid": 2056})
    planned = plan(
        reference=reference, reference_basemap_directory=".", reference_basemap_filename="local.tpk"
    )
    assert [package.item.id[0] for package in planned.packages] == ["a", "b"]
    map_json = offline_map_json(planned, names(*GEODATABASES))
    assert [layer["path"] for layer in map_json["baseMap"]["baseMapLayers"]] == ["file:../../local.tpk"]
    assert map_json["spatialReference"] == {"wkid": 2056}


def test_a_basemap_that_the_author_expects_on_the_device_is_a_warning():
    planned = plan(packages=GEODATABASES, reference_basemap_filename="Local.tpk")
    assert not errors(planned)
    assert ("basemap_expected", "The basemap is expected on this device: Local.tpk.") in [
        (entry.code, entry.text) for entry in planned.notices
    ]
    assert plan(reference_basemap_filename="Local.tpk").packages[0] is TILES


def test_the_authors_own_package_goes_before_the_portals():
    own = package("d", PackageKind.TILES, IMAGERY, custom=True)
    assert own in plan(packages=(*GEODATABASES, TILES, own)).packages
    stranger = package("d", PackageKind.TILES, "", custom=True)
    assert stranger in plan(packages=(*GEODATABASES, stranger)).packages
    assert stranger not in plan(packages=(*GEODATABASES, TILES, stranger)).packages


def test_the_map_of_the_folder_carries_paths_and_leaves_the_authors_web_map_alone():
    planned = plan()
    map_json = offline_map_json(planned, names(GEODATABASES[0], TILES))
    trees, group, traffic = map_json["operationalLayers"]
    assert trees["path"] == f"file:./{file_name(GEODATABASES[0])}?itemId=0"
    assert trees["capabilities"] == "Query"
    assert "path" not in group["layers"][0]
    assert "path" not in traffic
    assert map_json["tables"][0]["path"].endswith(".geodatabase?itemId=7")
    assert map_json["baseMap"]["baseMapLayers"][0]["path"] == f"file:./{file_name(TILES)}"
    assert "path" not in str(WEB_MAP)


def test_layers_that_will_be_synchronised_are_not_marked_as_for_queries_only():
    planned = replace(plan(), parameters=DownloadParameters(UpdateMode.SYNC))
    assert "capabilities" not in offline_map_json(planned, names(*GEODATABASES))["operationalLayers"][0]


def test_file_names_are_made_of_item_and_revision_and_keep_the_kind():
    assert file_name(TILES) == file_name(replace(TILES, service_url="other"))
    newer = replace(TILES.item, modified=TILES.item.modified + timedelta(milliseconds=1))
    assert file_name(TILES) != file_name(replace(TILES, item=newer))
    assert file_name(TILES) != file_name(replace(TILES, item=replace(TILES.item, size=101)))
    assert file_name(TILES).endswith(".tpk")
    assert file_name(replace(TILES, item=item("c", name="x.TPKX"))).endswith(".tpkx")
    assert file_name(replace(TILES, item=item("c", name="../../x.sh"))).endswith(".tpk")


def test_the_path_of_a_reference_basemap_is_relative_where_the_directory_is():
    assert reference_path("tiles", "my base.tpk") == "file:../../tiles/my%20base.tpk"
    assert reference_path("/data/tiles", "b.tpk") == "file:///data/tiles/b.tpk"


SYNC = UpdateCapabilities(sync=True)
SCHEDULED = UpdateCapabilities(scheduled=True, sync=True, scheduled_by_default=True)


@pytest.mark.parametrize(
    ("capabilities", "mode"),
    [
        (UpdateCapabilities(), UpdateMode.NONE),
        (SYNC, UpdateMode.SYNC),
        (SCHEDULED, UpdateMode.SCHEDULED),
        (UpdateCapabilities(scheduled=True, sync=True), UpdateMode.SYNC),
    ],
)
def test_the_default_update_mode_is_what_the_area_can(capabilities, mode):
    assert default_parameters(None, capabilities).update_mode is mode


def test_scheduled_updates_are_the_default_where_every_geodatabase_has_them():
    scheduled = replace(GEODATABASES[0], deltas=Deltas(5, None), sync_model="perLayer")
    area = MapArea(item("f"), PackagingStatus.COMPLETE, None, None, (scheduled, TILES))
    assert area.update_capabilities.scheduled_by_default
    mixed = replace(area, packages=(scheduled, GEODATABASES[1]))
    assert not mixed.update_capabilities.scheduled_by_default
    assert mixed.update_capabilities.scheduled


def test_the_authors_settings_are_the_defaults():
    settings = OfflineSettings("features", "uploadFeaturesAndAttachments", False, "Local.tpk")
    parameters = default_parameters(settings, SYNC)
    assert parameters.reference_basemap_filename == "Local.tpk"
    assert (parameters.continue_on_errors, parameters.include_basemap) == (True, True)
    assert parameters.as_json()["editableLayersDownload"] == "features"
    assert parameters.as_json()["readonlyLayersDownloadAttachments"] is False


def test_a_job_without_choices_has_exactly_the_defaults():
    defaults = default_parameters(OfflineSettings(reference_basemap_name="Local.tpk"), SCHEDULED)
    assert with_overrides(defaults, Overrides(), SCHEDULED) == defaults
    assert (
        with_overrides(defaults, Overrides(UpdateMode.SCHEDULED, True, True, "", ""), SCHEDULED) == defaults
    )


def test_scheduled_updates_can_be_overridden_by_sync():
    defaults = default_parameters(None, SCHEDULED)
    chosen = with_overrides(defaults, Overrides(update_mode=UpdateMode.SYNC), SCHEDULED)
    assert chosen.update_mode is UpdateMode.SYNC


@pytest.mark.parametrize(
    ("mode", "capabilities"),
    [
        (UpdateMode.SCHEDULED, SYNC),
        (UpdateMode.SCHEDULED_AND_UPLOAD, SYNC),
        (UpdateMode.SCHEDULED_AND_UPLOAD, UpdateCapabilities(scheduled=True)),
        (UpdateMode.SYNC, UpdateCapabilities(scheduled=True)),
    ],
)
def test_a_mode_that_the_packages_cannot_follow_is_refused_with_the_reason(mode, capabilities):
    with pytest.raises(BadInput, match="scheduled updates|synchronised"):
        with_overrides(default_parameters(None, capabilities), Overrides(update_mode=mode), capabilities)


def test_a_directory_without_any_name_is_refused_and_ignored_without_basemap():
    defaults = default_parameters(None, SYNC)
    with pytest.raises(BadInput, match="no file name"):
        with_overrides(defaults, Overrides(reference_basemap_directory="tiles"), SYNC)
    with_overrides(defaults, Overrides(include_basemap=False, reference_basemap_directory="tiles"), SYNC)


@pytest.mark.parametrize(
    "name", ["", "base.mbtiles", "../base.tpk", "a/base.tpk", "..\\base.tpk", "C:base.tpk", "/b.tpk"]
)
def test_a_reference_name_is_the_plain_name_of_a_tile_package(name):
    with pytest.raises(BadInput):
        check_reference_name(name)


@pytest.mark.parametrize("name", ["base.tpk", "Base map.TPKX", "a.vtpk"])
def test_tile_packages_are_known_by_their_endings(name):
    check_reference_name(name)
    assert Path(name).suffix
