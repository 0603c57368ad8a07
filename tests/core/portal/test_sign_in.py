"""Signing in, against a real portal on loopback and over both transports."""

from io import BytesIO
import json

import pytest
import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from plugin.core.errors import (
    AccessDenied,
    BrokenAnswer,
    NoConnection,
    PortalError,
    ServerBusy,
    SignInRequired,
)
from plugin.core.portal.credentials import (
    AUTHORIZATION_HEADER,
    REFERER,
    BearerSource,
    ReadyToken,
    TransportSignIn,
    UserPassword,
)
from plugin.core.portal.items import Portal
from plugin.core.portal.session import PortalSession
from tests.core.hosts import nowhere
from tests.portal import Body, PortalFault

RANGER = UserPassword("ranger", "correct horse")


def tokens_made(running):
    return [asked for asked in running.asked("/generateToken") if "username" in asked.form]


def test_a_visitor_is_told_to_sign_in(connect, portal, town):
    running = portal(town.content)
    with pytest.raises(
        SignInRequired, match=r"“127.0.0.1” requires you to sign in\. Choose an authentication"
    ):
        Portal(connect(running.url)).item(town.area)
    assert not any(asked.token for asked in running.asked())


def test_a_visitor_sees_what_is_public(connect, portal, town):
    for item in town.content.items.values():
        item.json["access"] = "public"
    running = portal(town.content)
    assert Portal(connect(running.url)).item(town.area).title == "Old town"
    assert not running.asked("/generateToken")


def test_user_and_password_become_a_token_in_a_header(connect, portal, town):
    running = portal(town.content)
    area = Portal(connect(running.url, RANGER)).item(town.area)
    assert area.title == "Old town"
    (made,) = tokens_made(running)
    assert made.method == "POST"
    assert made.form["client"] == "referer"
    asked = running.asked(f"/items/{town.area}")[0]
    assert asked.headers[AUTHORIZATION_HEADER].startswith("Bearer ")
    assert asked.headers["Referer"] == REFERER == made.form["referer"]
    assert not any("token" in asked.query or "password" in asked.query for asked in running.asked())
    assert not any(asked.headers.get("Authorization") for asked in running.asked())


def test_one_sign_in_serves_many_requests(connect, portal, town, executor):
    running = portal(town.content)
    api = Portal(connect(running.url, RANGER))
    wanted = [town.web_map, town.area, town.geodatabase, town.tiles] * 5
    found = [item.id for item in executor.map(api.item, wanted)]
    assert found == wanted
    assert len(tokens_made(running)) == 1


def test_a_wrong_password_is_named_without_being_repeated(connect, portal, town):
    running = portal(town.content)
    with pytest.raises(SignInRequired) as refused:
        Portal(connect(running.url, UserPassword("ranger", "canary"))).item(town.area)
    assert "does not accept this user name and password" in str(refused.value)
    assert "canary" not in str(refused.value)
    assert "canary" not in repr(UserPassword("ranger", "canary"))
    assert len(tokens_made(running)) == 1


def test_a_ready_token_is_sent_as_it_is(connect, portal, town):
    running = portal(town.content)
    token = running.tokens.issue("ranger").text
    assert Portal(connect(running.url, ReadyToken(token))).item(town.area).owner == "ranger"
    assert not running.asked("/generateToken")


def test_a_ready_token_that_ran_out_is_not_tried_again(connect, portal, town):
    running = portal(town.content)
    api = Portal(connect(running.url, ReadyToken(running.tokens.issue("ranger").text)))
    running.tokens.revoke_all()
    with pytest.raises(SignInRequired, match="no longer valid"):
        api.item(town.area)
    assert len(running.asked(f"/items/{town.area}")) == 1


def test_another_user_is_denied_not_asked_to_sign_in(connect, portal, town):
    town.content.add_user("guest", "pw")
    running = portal(town.content)
    with pytest.raises(AccessDenied, match="Ask the owner"):
        Portal(connect(running.url, UserPassword("guest", "pw"))).item(town.area)


def test_an_expired_token_is_renewed_once(connect, portal, town):
    running = portal(town.content)
    api = Portal(connect(running.url, RANGER))
    api.item(town.area)
    running.clock.advance(2 * 3600)
    assert api.item(town.area).title == "Old town"
    assert len(tokens_made(running)) == 2


@pytest.mark.parametrize("code", [498, 499])
@pytest.mark.parametrize("as_status", [False, True])
def test_a_refused_token_is_renewed_whatever_the_refusal_looks_like(connect, portal, town, code, as_status):
    running = portal(town.content)
    api = Portal(connect(running.url, RANGER))
    running.fault(f"/items/{town.area}", PortalFault(code, as_status=as_status))
    assert api.item(town.area).title == "Old town"
    assert len(running.asked(f"/items/{town.area}")) == 2
    assert len(tokens_made(running)) == 2


def test_a_portal_that_refuses_every_token_is_not_asked_for_ever(connect, portal, town):
    running = portal(town.content)
    running.fault(f"/items/{town.area}", PortalFault(498), times=None)
    with pytest.raises(SignInRequired):
        Portal(connect(running.url, RANGER)).item(town.area)
    assert len(running.asked(f"/items/{town.area}")) == 2


@pytest.mark.parametrize("redirect_data", [False, True])
def test_a_token_that_runs_out_before_a_file_is_renewed(connect, portal, town, redirect_data):
    running = portal(town.content, redirect_data=redirect_data)
    api = Portal(connect(running.url, RANGER))
    api.item(town.geodatabase)
    running.clock.advance(2 * 3600)
    with api.session.open_stream(api.data_url(town.geodatabase), {"Range": "bytes=16-"}) as response:
        body = response.content
    assert response.status_code == 206
    assert body == town.content.items[town.geodatabase].data[16:]
    assert len(tokens_made(running)) == 2


def test_a_bearer_is_read_again_when_it_was_refused(connect, portal, town):
    running = portal(town.content)
    bearers = [running.tokens.issue("ranger").text, running.tokens.issue("ranger").text]
    running.tokens.revoke(bearers[0])
    waiting = iter(bearers)
    assert (
        Portal(connect(running.url, BearerSource(lambda: next(waiting)))).item(town.area).title == "Old town"
    )


def test_a_bearer_that_stays_the_same_is_not_sent_twice(connect, portal, town):
    running = portal(town.content)
    with pytest.raises(SignInRequired):
        Portal(connect(running.url, BearerSource(lambda: "stale"))).item(town.area)
    assert len(running.asked(f"/items/{town.area}")) == 1


@pytest.mark.parametrize("text", ["", "two words", "line\r\nX-Injected: 1", "ü", "x" * 9000])
def test_a_bearer_that_is_no_token_is_never_sent(connect, portal, town, text):
    running = portal(town.content)
    with pytest.raises(Exception, match="did not return a usable token"):
        Portal(connect(running.url, BearerSource(lambda: text))).item(town.area)
    assert not running.asked(f"/items/{town.area}")


def test_the_federated_server_gets_a_token_of_its_own(connect, portal, town):
    running = portal(town.content)
    session = connect(running.url, RANGER)
    service = town.service.replace("https://server.portal.invalid/arcgis", running.server_url)
    assert session.get_json(f"{service}/0")["name"] == "Trees"
    shown = {asked.token for asked in running.asked("*", origin="server") if asked.token}
    (exchange,) = [asked for asked in running.asked("/generateToken") if "serverUrl" in asked.form]
    assert exchange.form["serverUrl"] == running.server_url
    assert exchange.form["token"] not in shown
    assert len(shown) == 1
    session.get_json(f"{service}/0")
    assert len(running.asked("/generateToken")) == 2


def test_the_server_token_is_renewed_too(connect, portal, town):
    running = portal(town.content)
    session = connect(running.url, RANGER)
    service = town.service.replace("https://server.portal.invalid/arcgis", running.server_url)
    session.get_json(service)
    running.tokens.revoke_all()
    assert session.get_json(f"{service}/0")["name"] == "Trees"
    assert len(tokens_made(running)) == 2


def test_a_token_of_an_https_portal_stays_out_of_plain_http(portal, town, clock):
    running = portal(town.content, tls=True, server_tls=False)
    session = PortalSession(running.url, RANGER, clock=clock)
    session.verify = str(running.certificates.authority)
    assert Portal(session).item(town.area).title == "Old town"
    service = town.service.replace("https://server.portal.invalid/arcgis", running.server_url)
    assert service.startswith("http://")
    with pytest.raises(SignInRequired):
        session.get_json(f"{service}/0")
    assert running.asked("/FeatureServer/0", origin="server")
    assert not running.secrets_seen("server")
    assert len(running.asked("/generateToken")) == 1  # that of the portal: none was made for the server


def test_who_claims_to_be_federated_gets_no_token(connect, portal, town):
    running = portal(town.content)
    session = connect(running.url, RANGER)
    with pytest.raises(Exception, match="web page instead of data"):
        session.get_json(f"{running.stranger_url}/arcgis/rest/services/Town/FeatureServer")
    assert running.asked("/rest/info", origin="stranger")
    assert not running.secrets_seen("stranger")


def test_netrc_is_not_used(connect, portal, town, tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login ranger password canary\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    running = portal(town.content)
    with pytest.raises(SignInRequired):
        Portal(connect(running.url)).item(town.area)
    assert not any(asked.headers.get("Authorization") for asked in running.asked())


def test_a_client_certificate_gives_a_token(portal, town, clock):
    running = portal(town.content, tls=True)
    session = PortalSession(running.url, TransportSignIn(), clock=clock)
    session.verify = str(running.certificates.authority)
    session.cert = tuple(str(path) for path in running.certificates.issue("ranger"))
    assert Portal(session).item(town.area).title == "Old town"
    assert not tokens_made(running)


def test_without_its_certificate_nobody_gets_in(portal, town, clock):
    running = portal(town.content, tls=True)
    session = PortalSession(running.url, TransportSignIn(), clock=clock)
    session.verify = str(running.certificates.authority)
    with pytest.raises(SignInRequired, match="does not issue a token for this certificate"):
        Portal(session).item(town.area)


def test_a_certificate_that_nobody_vouches_for_is_refused(connect, portal, town):
    running = portal(town.content, tls=True)
    with pytest.raises(NoConnection, match="certificate is not trusted"):
        Portal(connect(running.url)).item(town.area)


@pytest.mark.parametrize(
    ("portal_url", "url", "signed"),
    [
        ("https://www.arcgis.com", "https://www.arcgis.com/sharing/rest/content/items/1", True),
        (
            "https://www.arcgis.com",
            "https://services1.arcgis.com/x/arcgis/rest/services/a/FeatureServer",
            True,
        ),
        ("https://org.maps.arcgis.com", "https://tiles.arcgis.com/tiles/x", True),
        ("https://www.arcgis.com", "http://services1.arcgis.com/x", False),
        ("https://www.arcgis.com", "https://servicesqa.arcgis.com/x", False),
        ("https://www.arcgis.com", "https://arcgis.com.evil.example/sharing/rest", False),
        ("https://gis.example.org/portal", "https://services1.arcgis.com/x", False),
        ("https://gis.example.org/portal", "https://gis.example.org/portal/sharing/rest", True),
        ("https://gis.example.org/portal", "https://gis.example.org:8443/portal/sharing/rest", False),
        ("https://gis.example.org/portal", "https://gis.example.org./portal/sharing/rest", False),
        ("https://gis.example.org/portal", "http://gis.example.org/portal/sharing/rest", False),
        ("https://gis.example.org/portal", "https://xgis.example.org/portal/sharing/rest", False),
    ],
)
def test_where_the_portals_token_goes(portal_url, url, signed):
    session = PortalSession(portal_url, ReadyToken("abc"))
    prepared = session.prepare_request(requests.Request("GET", url))
    assert (AUTHORIZATION_HEADER in prepared.headers) is signed
    assert "abc" not in prepared.url


class Answers(BaseAdapter):
    """A transport whose every answer is the JSON text of `answer(request)`."""

    def __init__(self, answer):
        super().__init__()
        self.answer = answer
        self.seen = []

    def send(self, request, **kwargs):
        self.seen.append(request.url)
        response = requests.Response()
        response.status_code, response.request, response.url = 200, request, request.url
        response.raw = HTTPResponse(body=BytesIO(self.answer(request)), preload_content=False)
        return response

    def close(self):
        pass


@pytest.mark.parametrize(
    ("portal_scheme", "server_scheme", "signed"),
    [("https", "https", True), ("https", "http", False), ("http", "http", True), ("http", "https", True)],
)
def test_which_server_gets_a_token_of_its_own(portal_scheme, server_scheme, signed):
    portal_url = f"{portal_scheme}://gis.example.org/portal"
    own = json.dumps({"owningSystemUrl": portal_url, "token": "made-for-the-server"}).encode()
    session = PortalSession(
        portal_url, ReadyToken("abc"), transport=Answers(lambda _request: own), resolver=nowhere
    )
    url = f"{server_scheme}://server.example.org/arcgis/rest/services/Trees/FeatureServer"
    prepared = session.prepare_request(requests.Request("GET", url))
    bearer = "Bearer made-for-the-server" if signed else None
    assert prepared.headers.get(AUTHORIZATION_HEADER) == bearer


def in_query(request):
    return b'{"name": "Trees"}' if "token=abc" in request.url else b'{"error": {"code": 499}}'


def test_a_proxy_that_insists_gets_the_token_in_the_query():
    proxy = Answers(in_query)  # as the proxies that read the query alone, where Esri's client puts it
    session = PortalSession(
        "https://gis.example.org/portal", ReadyToken("abc"), transport=proxy, resolver=nowhere
    )
    item = "https://gis.example.org/portal/sharing/servers/0123/rest/services/Trees/FeatureServer"
    assert session.get_json(item)["name"] == "Trees"
    assert session.get_json(f"{item}/0")["name"] == "Trees"
    assert ["token=" in url for url in proxy.seen] == [False, True, True]
    with pytest.raises(SignInRequired):
        session.get_json("https://gis.example.org/portal/sharing/rest/content/items/1")
    assert "token=" not in proxy.seen[-1]


ASKED = {
    "data": lambda api, town: api.data(town.web_map),
    "stream": lambda api, town: api.session.open_stream(api.data_url(town.geodatabase)),
    "thumbnail": lambda api, town: api.session.get_bytes(f"{api.item_url(town.area)}/info/thumbnail"),
    "item": lambda api, town: api.item(town.tiles),
}


@pytest.mark.parametrize("code", [400, 403, 503])
@pytest.mark.parametrize("call", ASKED)
def test_no_error_repeats_the_token_that_the_server_repeats(connect, portal, town, call, code):
    _repeating(connect, portal, town, call, code, [])


def test_nor_one_that_is_so_long_that_it_passes_for_a_file_at_first(connect, portal, town):
    _repeating(connect, portal, town, "data", 400, ["x" * (80 << 10)])


def _repeating(connect, portal, town, call, code, details):
    running = portal(town.content)
    token = running.tokens.issue("ranger").text
    words = f"The session {token} may not read this."
    content = {"error": {"code": code, "message": words, "details": [f"Not with {token}.", *details]}}
    running.fault("/sharing/rest/content/*", Body(json.dumps(content).encode()), times=None)
    api = Portal(connect(running.url, ReadyToken(token)))
    with pytest.raises((PortalError, BrokenAnswer)) as raised:
        ASKED[call](api, town)
    assert token not in str(raised.value)
    assert "The session … may not read this." in str(raised.value)


def test_no_error_repeats_the_password_that_the_server_repeats(connect, portal, town):
    running = portal(town.content)
    content = {"error": {"code": 503, "message": "busy with ranger, correct horse, correct%20horse"}}
    running.fault("/generateToken", Body(json.dumps(content).encode()), times=None)
    with pytest.raises(ServerBusy) as raised:
        Portal(connect(running.url, RANGER)).item(town.area)
    assert "busy with ranger, …, …" in str(raised.value)
