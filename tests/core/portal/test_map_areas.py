"""Map areas and packages: what is listed, what is read, what is broken."""

import threading

import pytest

from plugin.core.errors import BrokenAnswer, Cancelled, ItemNotFound, OfflineMapError, SignInRequired
from plugin.core.host import Silent
from plugin.core.portal.credentials import UserPassword
from plugin.core.portal.items import Item, Portal
from plugin.core.portal.map_areas import (
    BrokenArea,
    MapArea,
    Package,
    PackageKind,
    PackagingStatus,
    UpdateCapabilities,
    list_map_areas,
    load_map_area,
    parse_polygon,
)
from tests.portal import (
    CANYONLANDS,
    CANYONLANDS_AREA,
    PASSWORD,
    Body,
    PortalFault,
    Stall,
    add_geodatabase,
    add_map_area,
    add_tiles,
    canyonlands,
)
from tests.portal import OWNER as RANGER
from tests.portal.map_areas import rectangle

from .conftest import EXTENT, SQLITE, ZIP

OWNER = UserPassword("ranger", "correct horse")


@pytest.fixture
def running(portal, town):
    return portal(town.content)


@pytest.fixture
def api(connect, running):
    return Portal(connect(running.url, OWNER))


@pytest.fixture
def listed(executor):
    return lambda api, web_map: list_map_areas(api, web_map, executor)


def test_canyonlands_as_its_author_made_it(connect, portal, samples, listed):
    running = portal(canyonlands(samples))
    (area,) = listed(Portal(connect(running.url, UserPassword(RANGER, PASSWORD))), CANYONLANDS)
    assert area.item.id == CANYONLANDS_AREA
    assert area.status is PackagingStatus.COMPLETE
    assert area.is_packaged
    assert area.refresh_schedule == "26 56 10 ? * FRI"
    geodatabase, tiles = area.packages
    assert geodatabase.kind is PackageKind.GEODATABASE
    assert geodatabase.layer_ids == (0, 1)
    assert geodatabase.server_gen == 443368
    assert geodatabase.service_url.endswith("/canyonlands_roads_trails/FeatureServer")
    assert geodatabase.deltas
    assert tiles.kind is PackageKind.TILES
    assert tiles.service_url.endswith("/World_Imagery/MapServer")
    assert area.size == geodatabase.item.size + tiles.item.size == 970752 + 809052
    assert area.update_capabilities == UpdateCapabilities(True, True, True)
    assert area.extent.spatial_reference["latestWkid"] == 3857


@pytest.mark.parametrize("inline", [False, True])
def test_the_drawn_outline_inline_and_in_a_resource(api, town, inline):
    outline = rectangle(EXTENT)
    wanted = add_map_area(town.content, town.web_map, "Drawn", EXTENT, polygon=outline, inline_polygon=inline)
    area = load_map_area(api, wanted)
    assert [[list(vertex) for vertex in ring] for ring in area.polygon.rings] == outline
    assert area.polygon.spatial_reference["wkid"] == 102100
    assert (area.extent.xmin, area.extent.ymax) == (EXTENT[0], EXTENT[3])
    assert area.warnings == ()


@pytest.mark.parametrize(
    "fault",
    [PortalFault(403, "no", "GWM_0003"), Body(b"{}"), Body(b'{"polygon": {"rings": [[[0, 0], [1, "x"]]]}}')],
)
def test_an_outline_that_cannot_be_read_leaves_the_extent_and_a_warning(api, running, town, fault):
    wanted = add_map_area(town.content, town.web_map, "Drawn", EXTENT, polygon=rectangle(EXTENT))
    running.fault("/resources/*", fault)
    area = load_map_area(api, wanted)
    assert area.polygon is None
    assert area.extent
    assert len(area.warnings) == 1
    assert isinstance(area.warnings[0], OfflineMapError)


@pytest.mark.parametrize(
    ("status", "meaning", "packaged"),
    [
        ("complete", PackagingStatus.COMPLETE, True),
        ("processing", PackagingStatus.PROCESSING, False),
        ("failed", PackagingStatus.FAILED, False),
        (None, PackagingStatus.UNKNOWN, True),
        ("Complete", PackagingStatus.COMPLETE, True),
        ("resting", PackagingStatus.UNKNOWN, True),
    ],
)
def test_packaging_status(api, town, status, meaning, packaged):
    wanted = add_map_area(town.content, town.web_map, "Other", EXTENT, status=status)
    add_tiles(town.content, wanted, ZIP, "https://t.example.org/a/rest/services/S/MapServer", levels=[1])
    area = load_map_area(api, wanted)
    assert area.status is meaning
    assert area.is_packaged is packaged


def test_an_old_area_without_packages_is_not_packaged(api, town):
    wanted = add_map_area(town.content, town.web_map, "Old", EXTENT, status=None)
    assert not load_map_area(api, wanted).is_packaged


def test_packages_of_every_kind_and_of_the_author(api, town):
    service = "https://t.example.org/a/rest/services/{}/MapServer"
    kinds = {"Compact Tile Package": ".tpkx", "Vector Tile Package": ".vtpk", "Tile Package": ".tpk"}
    wanted = add_map_area(town.content, town.web_map, "All", EXTENT)
    for kind in kinds:
        add_tiles(town.content, wanted, ZIP, service.format(kind), levels=[1], type=kind)
    custom = add_tiles(
        town.content, wanted, ZIP, service.format("Own"), levels=[1], relationship="Area2CustomPackage"
    )
    town.content.relate(wanted, "Area2Package", town.web_map)  # no package at all
    area = load_map_area(api, wanted)
    assert [package.kind.suffix_of(package.item.name) for package in area.packages] == [
        *kinds.values(),
        ".tpk",
    ]
    assert [package.item.id for package in area.packages if package.custom] == [custom]


@pytest.mark.parametrize(
    ("options", "capabilities"),
    [
        ({"sync_model": "none"}, UpdateCapabilities(False, False, False)),
        ({"sync_model": "perLayer"}, UpdateCapabilities(False, True, False)),
        ({"sync_model": "perReplica"}, UpdateCapabilities(False, True, False)),
        ({"scheduled_updates": True}, UpdateCapabilities(True, True, True)),
        ({"sync_model": "none", "scheduled_updates": True}, UpdateCapabilities(True, False, True)),
    ],
)
def test_update_capabilities(api, town, options, capabilities):
    wanted = add_map_area(town.content, town.web_map, "Other", EXTENT)
    add_geodatabase(
        town.content,
        wanted,
        SQLITE,
        "https://s.example.org/rest/services/A/FeatureServer",
        gens={1: 7, 0: 9},
        **options,
    )
    area = load_map_area(api, wanted)
    assert area.update_capabilities == capabilities
    generation = {"perReplica": 9, "none": None}.get(options.get("sync_model", "perLayer"), 9)
    assert area.packages[0].server_gen == generation


def test_tiles_alone_have_nothing_to_update(api, town):
    wanted = add_map_area(town.content, town.web_map, "Other", EXTENT)
    add_tiles(
        town.content,
        wanted,
        ZIP,
        "https://t.example.org/a/rest/services/S/MapServer",
        levels=[1],
        properties={"createPkgDeltas": {"maxDeltaAge": 5}, "syncModel": "perLayer"},
    )
    assert load_map_area(api, wanted).update_capabilities == UpdateCapabilities()


def test_hostile_package_properties_count_as_absent():
    item = Item(
        "a" * 32,
        "P",
        "SQLite Geodatabase",
        type_keywords=("ReferenceURL#https://s.example.org/rest/services/A/FeatureServer/",),
        properties={
            "url": "javascript:alert(1)",
            "layers": [0, "1", -3, None, 2.5, True],
            "syncModel": 7,
            "layerServerGens": [{"id": 0}, 7, {"id": "2", "serverGen": "40"}],
            "createPkgDeltas": "yes",
        },
    )
    package = Package(item, PackageKind.GEODATABASE, False, "").of(item)
    assert package.service_url == "https://s.example.org/rest/services/A/FeatureServer"
    assert package.layer_ids == (0, 1)
    assert package.sync_model == ""
    assert package.server_gen == 40
    assert package.deltas is None


def test_one_broken_area_hides_no_other(api, running, town, listed):
    broken = add_map_area(town.content, town.web_map, "Broken", EXTENT)
    third = add_map_area(town.content, town.web_map, "Third", EXTENT)
    running.fault(f"/{broken}/relatedItems", Body(b"<html>"), times=None)
    found = listed(api, town.web_map)
    assert [type(one) for one in found] == [MapArea, BrokenArea, MapArea]
    assert (found[1].id, found[1].title) == (broken, "Broken")
    assert "web page instead of data" in str(found[1].error)
    assert found[2].item.id == third


def test_an_area_without_an_id_is_broken_alone(api, town, listed):
    nameless = add_map_area(town.content, town.web_map, "Nameless", EXTENT)
    town.content.items[nameless].json["id"] = None
    found = listed(api, town.web_map)
    assert [type(one) for one in found] == [MapArea, BrokenArea]
    assert found[1] == BrokenArea(None, "Nameless", found[1].error)


def test_the_list_itself_fails_as_a_whole(connect, running, town, listed):
    with pytest.raises(SignInRequired):
        listed(Portal(connect(running.url)), town.web_map)


def test_areas_are_loaded_side_by_side(api, running, town, listed):
    """While one area's server is silent, the others arrive."""
    others = [add_map_area(town.content, town.web_map, f"Area {n}", EXTENT) for n in range(3)]
    stall = running.fault(f"/{town.area}/relatedItems", Stall())
    found = []
    waiting = threading.Thread(target=lambda: found.extend(listed(api, town.web_map)))
    waiting.start()
    assert stall.reached.wait(10)
    while not all(len(running.asked(f"/{other}/relatedItems")) == 2 for other in others):
        assert waiting.is_alive()
        waiting.join(0.01)
    assert found == []
    stall.release()
    waiting.join(10)
    assert [area.item.id for area in found] == [town.area, *others]


def test_a_cancel_is_no_broken_area(connect, running, town, listed):
    class StopsAtTheAreas(Silent):
        def is_cancelled(self):
            return bool(running.asked(f"/{town.web_map}/relatedItems"))

    api = Portal(connect(running.url, OWNER, feedback=StopsAtTheAreas()))
    with pytest.raises(Cancelled):
        listed(api, town.web_map)


def test_an_item_that_is_no_area_is_named(api, town):
    with pytest.raises(ItemNotFound, match="“Town” is not a map area but a Web Map"):
        load_map_area(api, town.web_map)


@pytest.mark.parametrize(
    "rings",
    [
        None,
        [],
        [[]],
        [[[0, 0], [0, 1], [0, 0]]],
        [[[0, 0], [0, 1], [1, 1], [None, 0]]],
        [7],
        [[[0] * 2] * 100_001],
    ],
    ids=["none", "empty", "ring", "short", "null", "number", "endless"],
)
def test_outlines_that_are_none(rings):
    with pytest.raises(BrokenAnswer, match="outline"):
        parse_polygon({"rings": rings})
