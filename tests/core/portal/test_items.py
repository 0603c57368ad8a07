"""Items, relations, searches, resources and pictures, over both transports."""

from datetime import datetime, timezone

import pytest

from plugin.core.errors import BadInput, BrokenAnswer
from plugin.core.portal.credentials import UserPassword
from plugin.core.portal.items import Portal, parse_item
from tests.portal import Body

from .conftest import SQLITE


@pytest.fixture
def running(portal, town):
    return portal(town.content)


@pytest.fixture
def api(connect, running):
    return Portal(connect(running.url, UserPassword("ranger", "correct horse")))


def test_an_item(api, town):
    item = api.item(town.geodatabase)
    assert item.id == town.geodatabase
    assert item.type == "SQLite Geodatabase"
    assert item.name.endswith(".geodatabase")
    assert item.size == len(SQLITE)
    assert item.created == datetime(2023, 11, 14, 22, 15, 20, tzinfo=timezone.utc)
    (west, south), (east, north) = town.content.items[town.geodatabase].json["extent"]
    assert item.extent == (west, south, east, north)
    assert item.url == ""
    assert "Replica" in item.type_keywords


def test_a_refreshed_item_is_another_revision(api, town):
    before = api.item(town.geodatabase).revision
    assert api.item(town.geodatabase).revision == before
    town.content.replace_data(town.geodatabase, SQLITE + b"more")
    assert api.item(town.geodatabase).revision != before


def test_the_data_of_a_web_map(api, town):
    assert api.data(town.web_map)["operationalLayers"][0]["title"] == "Trees"


def test_an_item_without_data(api, town):
    assert api.data(town.area) == {}


def test_relations_are_followed_over_all_pages(api, running, town):
    ids = {town.area}
    for number in range(230):
        other = town.content.add_item("Map Area", f"Area {number}", access="private")
        town.content.relate(town.web_map, "Map2Area", other)
        ids.add(other)
    found = api.related(town.web_map, "Map2Area")
    assert len(found) == 231
    assert {item.id for item in found} == ids
    assert [asked.query["num"] for asked in running.asked("/relatedItems")] == ["100"] * 3


def test_relations_backwards_and_of_a_kind_that_is_not_there(api, town):
    assert [item.id for item in api.related(town.area, "Map2Area", "reverse")] == [town.web_map]
    assert api.related(town.area, "Area2CustomPackage") == []


def test_paging_ends_where_a_key_repeats(api, running, town):
    page = b'{"total": 1, "relatedItems": [], "nextKey": "again"}'
    running.fault("/relatedItems", Body(page), times=None)
    assert api.related(town.web_map, "Map2Area") == []
    assert len(running.asked("/relatedItems")) == 2


def test_a_search_asks_only_for_the_pages_that_are_read(api, running, town):
    for number in range(150):
        town.content.add_item("Web Map", f"Map {number:03}", access="private")
    found = api.search('type:"Web Map"')
    assert next(found).title == "Map 000"
    assert len(running.asked("/search")) == 1
    assert len(list(found)) == 150
    assert len(running.asked("/search")) == 2


def test_the_portal_and_its_user(api, connect, running):
    info = api.info()
    assert (info.user, info.most_areas) == ("ranger", 16)
    assert Portal(connect(running.url)).info().user == ""


def test_resources(api, town):
    town.content.add_resource(town.geodatabase, "d_1200.geodatabase", SQLITE)
    town.content.add_resource(town.geodatabase, "area/shape.json", {"polygon": {"rings": []}})
    listed = api.resources(town.geodatabase)
    assert [(one.name, one.size > 0) for one in listed] == [
        ("d_1200.geodatabase", True),
        ("area/shape.json", True),
    ]
    assert api.resource(town.geodatabase, "d_1200.geodatabase") == SQLITE
    assert api.resource_json(town.geodatabase, "area/shape.json") == {"polygon": {"rings": []}}


@pytest.mark.parametrize("name", ["", "../data", "a/../../x", "/etc/passwd", "a\\b", "a//b"])
def test_resource_names_do_not_climb(api, town, name):
    with pytest.raises(BadInput, match="not a file name"):
        api.resource_url(town.area, name)


def test_a_thumbnail_is_a_picture_or_nothing(api, running, town):
    area = api.item(town.area)
    assert api.thumbnail(area).startswith(b"\x89PNG")
    assert api.thumbnail(api.item(town.web_map)) is None
    running.fault("/thumbnail/*", Body(b"<svg onload=alert(1)>", "image/svg+xml"))
    assert api.thumbnail(area) is None
    running.fault("/thumbnail/*", Body(b"\x89PNG\r\n\x1a\n" + b"\0" * (3 << 20), "image/png"))
    with pytest.raises(BrokenAnswer, match="more data"):
        api.thumbnail(area)


def test_another_item_than_asked_for_is_refused(api, running, town):
    running.fault(f"/items/{town.area}", Body(b'{"id": "%s"}' % town.web_map.encode()))
    with pytest.raises(BrokenAnswer, match="a different item"):
        api.item(town.area)


def test_hostile_members_count_as_absent():
    item = parse_item(
        {
            "id": "A" * 32,
            "title": None,
            "size": "-1",
            "created": 10**30,
            "modified": "soon",
            "extent": [[float("nan"), 0], [1, True]],
            "url": "file:///etc/passwd",
            "tags": ["a", 7, None],
            "typeKeywords": "Map",
            "properties": [],
        }
    )
    assert item.id == "a" * 32
    assert item.title == item.id
    assert (item.size, item.url, item.extent, item.tags, item.type_keywords) == (0, "", None, ("a",), ())
    assert item.properties == {}
    assert item.created.year == item.modified.year == 1970


@pytest.mark.parametrize("value", [None, "", "x" * 32, "a" * 31, 7, ["a" * 32]])
def test_an_item_without_an_id_is_none(value):
    with pytest.raises(BrokenAnswer, match="without an id"):
        parse_item({"id": value})
