"""Items, data, relations, resources and search, as the facts describe them."""

import pytest

from tests.portal import OWNER, PortalContent
from tests.portal_stand_in.conftest import TILES, error_of

J = {"f": "json"}


def test_an_item_and_its_json_data(portal, town, http):
    town = town()
    running = portal(town.content)
    item = http.get(f"{running.rest}/content/items/{town.web_map}", params=J).json()
    assert (item["type"], item["title"], item["owner"]) == ("Web Map", "Town", OWNER)
    assert {"Offline", "Offline Map Areas"} <= set(item["typeKeywords"])
    data = http.get(f"{running.rest}/content/items/{town.web_map}/data").json()
    assert (
        data["operationalLayers"][0]["url"]
        == f"{running.server_url}/rest/services/Town/Trees/FeatureServer/0"
    )


def test_pretty_json_and_a_page_for_people(portal, http):
    running = portal()
    assert "\n" in http.get(f"{running.rest}/info?f=pjson").text
    assert http.get(f"{running.rest}/info").headers["Content-Type"].startswith("text/html")


def test_info_names_the_token_service(portal, http):
    running = portal(web_adaptor="gis")
    info = http.get(f"{running.rest}/info", params=J).json()
    assert info["owningSystemUrl"] == running.url == running.rest.removesuffix("/sharing/rest")
    assert info["authInfo"]["tokenServicesUrl"] == f"{running.rest}/generateToken"
    assert running.url.endswith("/gis")


def test_without_web_adaptor_as_in_arcgis_online(portal, http):
    running = portal(web_adaptor="")
    assert http.get(f"{running.url}/sharing/rest/info", params=J).json()["owningSystemUrl"] == running.url
    assert http.get(f"{running.url}/portal/sharing/rest/info", params=J).status_code == 404


def test_portal_self_offers_packaging(portal, http):
    running = portal()
    answer = http.get(f"{running.rest}/portals/self", params=J).json()
    packaging = answer["helperServices"]["packaging"]
    assert packaging["url"].startswith(running.server_url)
    assert packaging["maxMapAreaItemsLimit"] == 16
    assert "user" not in answer
    token = running.tokens.issue(running.content.owner).text
    answer = http.get(f"{running.rest}/portals/self", params={**J, "token": token}).json()
    assert answer["user"]["username"] == running.content.owner


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("parameter", ["relationshipType", "relationshipTypes"])
def test_related_items_by_get_and_post(portal, town, http, method, parameter):
    town = town()
    running = portal(town.content)
    asked = {**J, parameter: "Area2Package,Area2CustomPackage", "direction": "forward"}
    sent = {"params": asked} if method == "GET" else {"data": asked}
    answer = http.request(method, f"{running.rest}/content/items/{town.area}/relatedItems", **sent).json()
    assert [item["id"] for item in answer["relatedItems"]] == [town.geodatabase, town.tiles]
    assert answer["total"] == 2
    assert "nextKey" not in answer


def test_the_other_direction_and_a_mistyped_type(portal, town, http):
    town = town()
    running = portal(town.content)
    url = f"{running.rest}/content/items/{town.area}/relatedItems"
    back = http.get(url, params={**J, "relationshipType": "Map2Area", "direction": "reverse"}).json()
    assert [item["id"] for item in back["relatedItems"]] == [town.web_map]
    assert http.get(url, params={**J, "relationshipType": "Map2area"}).json()["relatedItems"] == []
    assert error_of(http.get(url, params=J))["code"] == 400
    assert (
        error_of(http.get(url, params={**J, "relationshipType": "Map2Area", "direction": "up"}))["code"]
        == 400
    )


def test_related_items_come_in_pages_behind_an_opaque_key(portal, http):
    content = PortalContent()
    web_map = content.add_item("Web Map", "Many")
    areas = [content.add_item("Map Area", f"Area {n}") for n in range(25)]
    for area in areas:
        content.relate(web_map, "Map2Area", area)
    running = portal(content)
    url = f"{running.rest}/content/items/{web_map}/relatedItems"
    asked = {**J, "relationshipType": "Map2Area"}
    first = http.get(url, params=asked).json()
    assert [item["id"] for item in first["relatedItems"]] == areas[:10]
    found, key, pages = [], "", 0
    while pages == 0 or key:
        page = http.get(url, params={**asked, "num": 12, **({"start": key} if key else {})}).json()
        found += [item["id"] for item in page["relatedItems"]]
        key, pages = page.get("nextKey"), pages + 1
    assert (found, pages) == (areas, 3)
    by_number = http.get(url, params={**asked, "start": 24, "num": 100}).json()
    assert [item["id"] for item in by_number["relatedItems"]] == areas[23:]
    running.sharing.page_limit = 5
    assert len(http.get(url, params={**asked, "num": 100}).json()["relatedItems"]) == 5


def test_area_polygon_resource_and_thumbnail(portal, town, http):
    town = town()
    running = portal(town.content)
    base = f"{running.rest}/content/items/{town.area}"
    item = http.get(base, params=J).json()
    assert item["properties"]["status"] == "complete"
    name = item["properties"]["area"]["resource"]
    assert len(http.get(f"{base}/resources/{name}").json()["polygon"]["rings"][0]) == 5
    assert error_of(http.get(f"{base}/resources/none.json", params=J))["messageCode"] == "CONT_0004"
    assert http.get(f"{base}/info/{item['thumbnail']}").content.startswith(b"\x89PNG")
    assert error_of(http.get(f"{base}/info/none.png", params=J))["code"] == 404


def test_resources_are_listed_in_pages_with_their_sizes(portal, town, http):
    town = town()
    for gen in range(443400, 443412):
        town.content.add_resource(town.geodatabase, f"d_{gen}.geodatabase", bytes(gen - 443000))
    running = portal(town.content)
    url = f"{running.rest}/content/items/{town.geodatabase}/resources"
    rows, start = [], 1
    while start > 0:
        page = http.get(url, params={**J, "start": start, "num": 5}).json()
        rows += page["resources"]
        start = page["nextStart"]
    assert page["total"] == len(rows) == 12
    for row in rows:
        assert len(http.get(f"{url}/{row['resource']}").content) == row["size"]
    assert http.get(url, params={**J, "start": -1}).json()["resources"] == []
    assert error_of(http.get(url, params={**J, "num": "many"}))["code"] == 400


def test_an_item_without_data_answers_with_an_empty_body(portal, town, http):
    town = town()
    running = portal(town.content)
    answer = http.get(f"{running.rest}/content/items/{town.area}/data", params=J)
    assert (answer.status_code, answer.content) == (200, b"")


def test_missing_items(portal, http):
    running = portal()
    for path in ("", "/data", "/relatedItems?relationshipType=Map2Area", "/resources"):
        answer = http.get(f"{running.rest}/content/items/{'0' * 32}{path}", params=J)
        assert error_of(answer)["messageCode"] == "CONT_0001"


def test_removing_an_item_removes_its_relations(portal, town, http):
    town = town()
    running = portal(town.content)
    town.content.remove_item(town.tiles)
    url = f"{running.rest}/content/items/{town.area}/relatedItems"
    answer = http.get(url, params={**J, "relationshipType": "Area2Package"}).json()
    assert [item["id"] for item in answer["relatedItems"]] == [town.geodatabase]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('type:"Web Map" -type:"Web Mapping Application" typekeywords:"Offline Map Areas"', {"web_map"}),
        ('typekeywords:"MapAreaPackage"', {"geodatabase", "tiles"}),
        ('-type:"Map Area" -typekeywords:MapAreaPackage', {"web_map", "app"}),
        ('type:"SQLite Geodatabase" OR type:"Tile Package"', {"geodatabase", "tiles"}),
        (f"owner:{OWNER} AND (type:Area OR id:{{web_map}})", {"web_map", "area"}),
        ("orgid:Kd7x5q2GmTz0wbV1 title:town NOT access:private", {"web_map", "area", "app"}),
        ("group:gardeners", {"app"}),
        ("old TOWN", {"area"}),
        (f'typekeywords:"ReferenceURL#{TILES}"', {"tiles"}),
        ('typekeywords:"ReferenceURL#{service}"', {"geodatabase"}),
        ("owner:nobody", set()),
    ],
)
def test_search(portal, town, http, query, expected):
    town = town()
    app = town.content.add_item("Web Mapping Application", "Town app", groups=["gardeners"])
    running = portal(town.content)
    ids = {name: getattr(town, name) for name in ("web_map", "area", "geodatabase", "tiles")} | {"app": app}
    service = f"{running.server_url}/rest/services/Town/Trees/FeatureServer"
    asked = {**J, "q": query.format(service=service, **ids)}
    answer = http.get(f"{running.rest}/search", params=asked).json()
    assert {item["id"] for item in answer["results"]} == {ids[name] for name in expected}
    assert answer["total"] == len(expected)


def test_search_pages_and_sorts(portal, http):
    content = PortalContent()
    ids = [content.add_item("Web Map", f"Map {n:03}") for n in range(130)]
    running = portal(content)
    found, start, sizes = [], 1, []
    while start > 0:
        asked = {**J, "q": "map", "num": 1000, "start": start, "sortField": "title", "sortOrder": "desc"}
        page = http.get(f"{running.rest}/search", params=asked).json()
        found += [item["id"] for item in page["results"]]
        start = page["nextStart"]
        sizes.append(len(page["results"]))
    assert (found, sizes) == (ids[::-1], [100, 30])
    assert len(http.get(f"{running.rest}/search", params={**J, "q": "map"}).json()["results"]) == 10


@pytest.mark.parametrize("query", ["", "(type:a", "type:a)", "NOT", "a OR"])
def test_a_query_that_cannot_be_read(portal, http, query):
    running = portal()
    assert error_of(http.get(f"{running.rest}/search", params={**J, "q": query}))["code"] == 400
