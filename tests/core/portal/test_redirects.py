"""Redirects: what is followed, and that no secret ever goes along."""

import random

import pytest
import requests
from requests.adapters import BaseAdapter

from plugin.core.errors import NetworkError, PrivateNetwork, UnsafeRedirect
from plugin.core.portal.credentials import (
    AUTHORIZATION_HEADER,
    REFERER,
    BearerSource,
    ReadyToken,
    UserPassword,
)
from plugin.core.portal.items import Portal
from plugin.core.portal.session import PortalSession
from plugin.core.portal.urls import parse_url
from tests.core.hosts import nowhere
from tests.portal import Redirect

RANGER = UserPassword("ranger", "correct horse")
SECRETS = (AUTHORIZATION_HEADER, "Authorization", "Referer", "Cookie")


@pytest.fixture
def running(portal, town):
    return portal(town.content, redirect_data=True)


@pytest.fixture
def api(connect, running):
    return Portal(connect(running.url, RANGER))


def test_storage_gets_the_range_and_no_secret(api, running, town):
    wanted = {"Range": "bytes=100-", "If-Range": '"x"', "Authorization": "Basic canary", "Cookie": "a=canary"}
    with api.session.open_stream(api.data_url(town.geodatabase), wanted) as response:
        assert response.content == town.content.items[town.geodatabase].data
    (asked,) = running.asked("/data", origin="storage")
    assert asked.range == "bytes=100-"
    assert asked.headers["If-Range"] == '"x"'
    assert asked.headers["Accept-Encoding"] == "identity"
    assert running.secrets_seen() == []


def test_the_portals_cookie_is_kept_from_everybody(api, running, town):
    api.item(town.area)
    api.item(town.web_map)
    assert not any(asked.headers.get("Cookie") for asked in running.asked())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_relative_redirect_stays_signed_in(api, running, town, status):
    running.fault(f"/items/{town.area}", Redirect(f"./{town.web_map}?f=json", status))
    assert api.session.get_json(api.item_url(town.area))["id"] == town.web_map
    assert running.asked(f"/items/{town.web_map}")[0].token


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_stranger_sees_no_secret(api, running, town, status):
    running.fault("/data", Redirect(f"{running.stranger_url}/file", status), origin="portal")
    with pytest.raises(NetworkError, match="web page instead of data"):
        api.session.open_stream(api.data_url(town.geodatabase))
    assert running.asked("/file", origin="stranger")
    assert running.secrets_seen() == []


def test_a_token_in_the_target_is_taken_out(api, running, town):
    api.item(town.area)
    token = running.asked(f"/items/{town.area}")[0].token
    running.fault("/data", Redirect(f"{running.stranger_url}/file?a=1&token={token}&b=2"), origin="portal")
    with pytest.raises(NetworkError):
        api.session.open_stream(api.data_url(town.geodatabase))
    (asked,) = running.asked("/file", origin="stranger")
    assert asked.query == {"a": "1", "b": "2"}


def test_a_token_in_the_path_of_the_target_is_not_followed(api, running, town):
    api.item(town.area)
    token = running.asked(f"/items/{town.area}")[0].token
    running.fault("/data", Redirect(f"{running.stranger_url}/{token}/file"), origin="portal")
    with pytest.raises(UnsafeRedirect) as refused:
        api.session.open_stream(api.data_url(town.geodatabase))
    assert token not in str(refused.value)
    assert not running.asked("/file")


@pytest.mark.parametrize("bound", [True, False])
def test_a_federated_server_gets_its_own_token_and_no_other_secret(connect, running, town, bound):
    """A token of user and password is bound to our referer, which goes along; a bearer is bound to none."""
    bearer = BearerSource(lambda: running.tokens.issue("ranger").text)
    api = Portal(connect(running.url, RANGER if bound else bearer))
    service = town.service.replace("https://server.portal.invalid/arcgis", running.server_url)
    api.session.get_json(service)
    (of_server,) = {asked.token for asked in running.asked("/FeatureServer", origin="server")}
    running.fault(f"/items/{town.area}", Redirect(f"{service}/0?f=json"))
    url, canary = api.item_url(town.area), "Basic canary"
    headers = {"Authorization": canary, "Cookie": "a=canary", "Referer": "https://canary.example/page"}
    assert api.session.get(url, params={"f": "json"}, headers=headers).json()["name"] == "Trees"
    (left,) = running.asked(f"/items/{town.area}")
    assert left.headers["Authorization"] == canary  # what the caller put on did go to the portal
    (asked,) = running.asked("/FeatureServer/0", origin="server")
    assert asked.headers[AUTHORIZATION_HEADER] == f"Bearer {of_server}"
    assert left.token != of_server
    assert asked.headers.get("Referer") == (REFERER if bound else None)
    assert asked.secrets == {AUTHORIZATION_HEADER} | ({"Referer"} if bound else set())


def test_a_redirect_back_from_a_stranger_carries_no_token(api, running, town):
    running.fault("/data", Redirect(f"{running.stranger_url}/bounce"), times=None, origin="portal")
    home = Redirect(f"{running.rest}/content/items/{town.area}?f=json")
    running.fault("/bounce", home, times=None, origin="stranger")
    with pytest.raises(Exception, match="requires you to sign in|no longer valid|does not let"):
        api.session.open_stream(api.data_url(town.geodatabase))
    visits = running.asked(f"/items/{town.area}")
    assert visits
    assert not any(visit.secrets for visit in visits)


def test_circles_end(api, running, town):
    running.fault(f"/items/{town.area}", Redirect(), times=None)
    with pytest.raises(UnsafeRedirect, match="in a circle"):
        api.item(town.area)
    assert len(running.asked(f"/items/{town.area}")) == 6


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "javascript:alert(1)",
        "http://user@127.0.0.1/x",
        "http://[::g]/",
    ],
)
def test_other_schemes_and_forged_hosts_are_not_followed(api, running, town, target):
    running.fault(f"/items/{town.area}", Redirect(target))
    with pytest.raises(UnsafeRedirect, match="not safe"):
        api.item(town.area)


def test_the_link_local_network_is_not_visited(api, running, town):
    running.fault(f"/items/{town.area}", Redirect("http://169.254.169.254/latest/meta-data"))
    with pytest.raises(PrivateNetwork, match="169.254.169.254"):
        api.item(town.area)


def test_a_password_is_not_redirected(api, running, town):
    running.fault("/generateToken", Redirect(f"{running.stranger_url}/collect", 307))
    with pytest.raises(UnsafeRedirect, match="a form"):
        api.item(town.area)
    assert not running.asked("*", origin="stranger")


def test_a_portal_elsewhere_is_named_and_not_signed_in_to(connect, portal, town):
    other = portal(town.content)
    running = portal(town.content)
    running.fault("/sharing/rest/info", Redirect(f"{other.rest}/info?f=json"))
    with pytest.raises(Exception, match="leads to another portal"):
        Portal(connect(running.url, RANGER)).item(town.area)
    assert not other.asked("/generateToken")


class Hops(BaseAdapter):
    """A transport that answers every request with the next redirect of a script."""

    def __init__(self, locations):
        super().__init__()
        self.locations = iter(locations)
        self.seen = []

    def send(self, request, **kwargs):
        self.seen.append(request)
        response = requests.Response()
        response.request, response.url = request, request.url
        location = next(self.locations, None)
        response.status_code = 200 if location is None else random.choice((301, 302, 303, 307, 308))
        if location is not None:
            response.headers["Location"] = location
        response.raw = _Nothing()
        return response

    def close(self):
        pass


class _Nothing:
    def read(self, size=None, decode_content=None):
        return b""

    def close(self):
        pass

    def release_conn(self):
        pass


PORTALS = ("https://gis.example.org/portal", "https://www.arcgis.com")
HOSTS = (
    "gis.example.org",
    "gis.example.org.",
    "GIS.EXAMPLE.ORG",
    "gis.example.org:443",
    "gis.example.org:8443",
    "gis.example.org@evil.example",
    "evil.example@gis.example.org",
    "evil.example\\@gis.example.org",
    "evil.example#@gis.example.org",
    "gis.example.org.evil.example",
    "evil.example",
    "gís.example.org",
    "xn--gs-mja.example.org",
    "[::1]",
    "[::ffff:10.0.0.1]",
    "127.0.0.1",
    "0x7f.1",
    "2130706433",
    "10.0.0.1",
    "169.254.169.254",
    "www.arcgis.com",
    "services3.arcgis.com",
    "servicesqa.arcgis.com",
    "arcgis.com.evil.example",
    "",
)
FORMS = (
    "https://{}/a",
    "http://{}/a",
    "//{}/a",
    "https:\\\\{}/a",
    "/{}",
    "https:{}",
    " https://{}/a",
    "\thttps://{}",
)


def may_see(portal, url):
    """The oracle, in other words than the code under test: who may get the portal's token."""
    origin = parse_url(url).origin
    if origin.scheme != "https" or origin.port != 443:
        return False
    if portal == PORTALS[1]:
        return origin.host in ("www.arcgis.com", "services3.arcgis.com")
    return origin.host == "gis.example.org"


def test_no_chain_of_redirects_carries_a_secret_away():
    random.seed(20261122)
    refused = followed = 0
    for _ in range(10_000):
        portal = random.choice(PORTALS)
        chain = [random.choice(FORMS).format(random.choice(HOSTS)) for _ in range(random.randint(1, 6))]
        chain = [f"{hop}?token=canary" if random.random() < 0.3 else hop for hop in chain]
        hops = Hops(chain)
        token = ReadyToken("canary", "https://referer.example")
        session = PortalSession(portal, token, transport=hops, resolver=nowhere)
        headers = {"Cookie": "canary", "Authorization": "canary"}
        said = ""
        try:
            session.get(f"{portal}/sharing/rest/x", headers=headers, stream=True)
            followed += 1
        except NetworkError as error:
            said = str(error)
            refused += 1
        assert "canary" not in said
        left = False
        for seen in hops.seen:
            left = left or not may_see(portal, seen.url)
            if left:
                assert not any(name in seen.headers for name in SECRETS), (chain, seen.url)
                assert "canary" not in seen.url, (chain, seen.url)
    assert refused > 2000
    assert followed > 500
