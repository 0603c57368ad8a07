"""Who is let in: tokens, their bindings and ends, sharing, federated servers."""

import pytest

from tests.portal import OWNER, PASSWORD, VISITOR
from tests.portal_stand_in.conftest import error_of

REFERER = "https://qgis.example.org/offline"
SIGN_IN = {"username": OWNER, "password": PASSWORD, "client": "referer", "referer": REFERER, "f": "json"}


def item_url(running, item):
    return f"{running.rest}/content/items/{item}?f=json"


def bearer(token, **more):
    return {"X-Esri-Authorization": f"Bearer {token}", **more}


def test_user_and_password_give_a_token_bound_to_the_referer(portal, town, http):
    town = town("private")
    running = portal(town.content)
    answer = http.post(f"{running.rest}/generateToken", data={**SIGN_IN, "expiration": 30}).json()
    assert answer["expires"] / 1000 == pytest.approx(running.clock() + 1800, abs=5)
    token, url = answer["token"], item_url(running, town.web_map)
    assert http.get(url, headers=bearer(token, Referer=REFERER)).json()["id"] == town.web_map
    assert http.get(url, params={"token": token}, headers={"Referer": REFERER}).json()["id"] == town.web_map
    assert error_of(http.get(url, headers=bearer(token)))["code"] == 498
    assert error_of(http.get(url, headers=bearer(token, Referer=REFERER + "/x")))["code"] == 498


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"password": "wrong"}, "Invalid username or password."),
        ({"username": "nobody"}, "Invalid username or password."),
        ({"referer": ""}, "'referer' must be specified."),
        ({"expiration": "soon"}, "'expiration' is invalid."),
    ],
)
def test_refused_sign_ins(portal, town, http, change, detail):
    running = portal(town("private").content)
    error = error_of(http.post(f"{running.rest}/generateToken", data={**SIGN_IN, **change}))
    assert (error["code"], error["details"]) == (400, [detail])


def test_credentials_never_by_get_nor_in_the_query(portal, town, http):
    running = portal(town("private").content)
    url = f"{running.rest}/generateToken"
    assert error_of(http.get(url, params=SIGN_IN))["code"] == 405
    assert error_of(http.post(url, params=SIGN_IN, data={"f": "json"}))["code"] == 405


def test_tokens_end_by_time_and_by_revocation(portal, town, http):
    town = town("private")
    running = portal(town.content)
    url = item_url(running, town.web_map)
    first, second = running.tokens.issue(OWNER, minutes=10).text, running.tokens.issue(OWNER).text
    running.clock.advance(601)
    assert error_of(http.get(url, headers=bearer(first)))["code"] == 498
    assert http.get(url, headers=bearer(second)).json()["id"] == town.web_map
    running.tokens.revoke(second)
    assert error_of(http.get(url, headers=bearer(second)))["code"] == 498


def test_a_bad_token_spoils_even_a_public_item(portal, town, http):
    town = town()
    running = portal(town.content)
    assert error_of(http.get(item_url(running, town.web_map), headers=bearer("x")))["code"] == 498


def test_a_token_bound_to_an_address(portal, town, http):
    town = town("private")
    running = portal(town.content)
    sign_in = {"username": OWNER, "password": PASSWORD, "f": "json"}
    for binding, code in (({"client": "requestip"}, None), ({"client": "ip", "ip": "192.0.2.7"}, 498)):
        token = http.post(f"{running.rest}/generateToken", data={**sign_in, **binding}).json()["token"]
        answer = http.get(item_url(running, town.web_map), headers=bearer(token)).json()
        assert answer.get("error", {}).get("code") == code


def test_every_address_of_a_private_item_asks_for_a_token(portal, town, http):
    town = town("private")
    running = portal(town.content)
    doors = [
        "",
        "/data",
        "/relatedItems?relationshipType=Area2Package",
        "/resources",
        "/resources/x",
        "/info/x",
    ]
    visitor = running.tokens.issue(VISITOR).text
    for door in doors:
        url = f"{running.rest}/content/items/{town.area}{door}"
        assert error_of(http.get(url, params={"f": "json"}))["code"] == 499
        assert (
            error_of(http.get(url, params={"f": "json"}, headers=bearer(visitor)))["messageCode"]
            == "GWM_0003"
        )
    running.sharing.anonymous_refusal = 403
    assert error_of(http.get(item_url(running, town.area)))["messageCode"] == "GWM_0003"
    assert error_of(http.get(f"{running.rest}/community/self?f=json"))["code"] == 499


def test_search_and_relations_leave_out_what_is_hidden(portal, town, http):
    town = town()
    town.content.items[town.tiles].json["access"] = "private"
    running = portal(town.content)
    related = f"{running.rest}/content/items/{town.area}/relatedItems?relationshipType=Area2Package&f=json"
    search = f"{running.rest}/search?f=json&q=typekeywords:MapAreaPackage"
    assert [item["id"] for item in http.get(related).json()["relatedItems"]] == [town.geodatabase]
    assert http.get(search).json()["total"] == 1
    assert http.get(search, headers=bearer(running.tokens.issue(OWNER).text)).json()["total"] == 2


@pytest.mark.parametrize(
    ("access", "groups", "open_to_visitor"), [("org", [], True), ("shared", ["a"], True)]
)
def test_shared_with_the_organisation_or_a_group(portal, town, http, access, groups, open_to_visitor):
    town = town()
    item = town.content.add_item("Web Map", "Shared", access=access, groups=groups)
    town.content.add_user("gardener", "g-1", groups=["a", "b"])
    town.content.add_user("stranger", "s-1", groups=["b"])
    running = portal(town.content)
    seen = [
        "id" in http.get(item_url(running, item), headers=bearer(running.tokens.issue(user).text)).json()
        for user in ("gardener", "stranger")
    ]
    assert seen == [True, access == "org"]
    assert error_of(http.get(item_url(running, item)))["code"] == 499


def test_community_tells_who_i_am(portal, town, http):
    running = portal(town().content)
    token = running.tokens.issue(OWNER).text
    for path in ("self", f"users/{OWNER}"):
        answer = http.get(f"{running.rest}/community/{path}?f=json", headers=bearer(token)).json()
        assert answer["username"] == OWNER
    assert error_of(http.get(f"{running.rest}/community/users/{OWNER}?f=json"))["code"] == 400


# -- the federated server


def exchange(http, running, token, server, **more):
    data = {"token": token, "serverUrl": server, "f": "json"}
    return http.post(f"{running.rest}/generateToken", data=data, **more)


def test_the_federated_server_takes_only_the_exchanged_token(portal, town, http):
    town = town("private")
    running = portal(town.content)
    service = f"{running.server_url}/rest/services/Town/Trees/FeatureServer"
    info = http.get(f"{running.server_url}/rest/info?f=json").json()
    assert info["owningSystemUrl"] == running.url
    mine = running.tokens.issue(OWNER).text
    assert error_of(http.get(f"{service}?f=json"))["code"] == 499
    assert error_of(http.get(f"{service}?f=json", headers=bearer(mine)))["code"] == 498
    theirs = exchange(http, running, mine, service).json()["token"]
    assert len(http.get(f"{service}?f=json", headers=bearer(theirs)).json()["layers"]) == 2
    assert http.get(f"{service}/1?f=json", headers=bearer(theirs)).json()["name"] == "Benches"
    assert http.get(f"{service.lower()}/1?f=json", headers=bearer(theirs)).json()["name"] == "Benches"
    assert error_of(http.get(f"{service}/7?f=json", headers=bearer(theirs)))["code"] == 404
    assert error_of(http.get(item_url(running, town.web_map), headers=bearer(theirs)))["code"] == 498
    running.clock.advance(3601)
    assert error_of(http.get(f"{service}?f=json", headers=bearer(theirs)))["code"] == 498


def test_a_public_service_needs_no_token(portal, town, http):
    running = portal(town().content)
    url = f"{running.server_url}/rest/services/Town/Trees/FeatureServer"
    assert http.get(f"{url}/0?f=json").json()["name"] == "Trees"
    assert error_of(http.get(f"{running.server_url}/rest/services/None/FeatureServer?f=json"))["code"] == 404


def test_refused_exchanges(portal, town, http):
    running = portal(town("private").content)
    url = f"{running.rest}/generateToken"
    token = running.tokens.issue(OWNER, referer=REFERER).text
    referer = {"headers": {"Referer": REFERER}}
    claims = http.get(f"{running.stranger_url}/arcgis/rest/info?f=json").json()
    assert claims["owningSystemUrl"] == running.url
    liar = f"{running.stranger_url}/arcgis"
    assert "not federated" in error_of(exchange(http, running, token, liar, **referer))["details"][0]
    assert error_of(exchange(http, running, token, running.server_url))["code"] == 498
    assert error_of(exchange(http, running, "x", running.server_url))["code"] == 498
    assert error_of(http.post(url, data={"token": token, "f": "json"}, **referer))["code"] == 400


def test_the_exchanged_token_keeps_the_referer(portal, town, http):
    running = portal(town("private").content)
    token = running.tokens.issue(OWNER, referer=REFERER).text
    headers = {"Referer": REFERER}
    theirs = exchange(http, running, token, running.server_url, headers=headers).json()["token"]
    service = f"{running.server_url}/rest/services/Town/Trees/FeatureServer?f=json"
    assert error_of(http.get(service, headers=bearer(theirs)))["code"] == 498
    assert "layers" in http.get(service, headers=bearer(theirs, **headers)).json()


def test_a_client_certificate_is_worth_a_token(portal, town, http):
    town = town("private")
    running = portal(town.content, tls=True)
    http.verify = str(running.certificates.authority)
    url, asked = f"{running.rest}/generateToken", {"request": "getToken", "f": "json"}
    assert error_of(http.get(url, params=asked))["code"] == 499
    http.close()
    http.cert = tuple(str(path) for path in running.certificates.issue(OWNER))
    token = http.get(url, params=asked).json()["token"]
    assert http.get(item_url(running, town.web_map), headers=bearer(token)).json()["id"] == town.web_map
