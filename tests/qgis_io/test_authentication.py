"""Authentication configurations of a real QGIS authentication database, and what reaches the portal.

The database is the private one of this test session, unlocked once as a headless run does it.
"""

import json

import pytest
from qgis.core import QgsAuthMethodConfig

from plugin.core.errors import BadInput, SignInRequired
from plugin.core.host import Silent
from plugin.core.portal.credentials import AUTHORIZATION_HEADER, Anonymous
from plugin.core.portal.items import Portal
from plugin.qgis_io.authentication import open_session, read_authentication
from tests.portal import PortalContent

NOWHERE = "https://gis.example.org/portal"


@pytest.fixture
def private():
    content = PortalContent("ranger", "correct horse")
    return content, content.add_item("Map Area", "Old town", access="private")


def title(running, item, authcfg):
    authentication = read_authentication(authcfg, running.url)
    return Portal(open_session(running.url, authentication, Silent())).item(item).title


def test_without_a_configuration_nobody_signs_in(portal, private):
    assert read_authentication("", NOWHERE).credentials == Anonymous()


def test_basic_becomes_a_token_and_never_basic(portal, private, stored):
    content, item = private
    running = portal(content)
    assert title(running, item, stored("Basic", username="ranger", password="correct horse")) == "Old town"
    assert not any(asked.headers.get("Authorization") for asked in running.asked())
    assert running.asked("/generateToken")[0].form["username"] == "ranger"
    assert running.asked(f"/items/{item}")[0].token


def test_an_esri_token_is_sent_without_the_blank(portal, private, stored):
    content, item = private
    running = portal(content)
    token = running.tokens.issue("ranger").text
    assert title(running, item, stored("EsriToken", token=f"{token} ")) == "Old town"
    (asked,) = running.asked(f"/items/{item}")
    assert asked.headers[AUTHORIZATION_HEADER] == f"Bearer {token}"


@pytest.mark.parametrize("header", [AUTHORIZATION_HEADER, "Authorization"])
@pytest.mark.parametrize("scheme", ["Bearer ", ""])
def test_an_api_key_goes_as_our_header(portal, private, stored, header, scheme):
    content, item = private
    running = portal(content)
    key = running.tokens.issue("ranger").text
    assert title(running, item, stored("APIHeader", **{header: scheme + key})) == "Old town"
    (asked,) = running.asked(f"/items/{item}")
    assert asked.headers[AUTHORIZATION_HEADER] == f"Bearer {key}"
    assert asked.headers.get("Authorization") is None


def test_a_key_that_ran_out_is_read_again(portal, private, stored, auth_store):
    content, item = private
    running = portal(content)
    authcfg = stored("APIHeader", **{AUTHORIZATION_HEADER: "Bearer stale"})
    authentication = read_authentication(authcfg, running.url)
    api = Portal(open_session(running.url, authentication, Silent()))
    with pytest.raises(SignInRequired, match="no longer valid"):
        api.item(item)
    _, config = auth_store.loadAuthenticationConfig(authcfg, QgsAuthMethodConfig(), True)
    config.setConfig(AUTHORIZATION_HEADER, "Bearer " + running.tokens.issue("ranger").text)
    assert auth_store.updateAuthenticationConfig(config)
    assert api.item(item).title == "Old town"


def test_storage_and_strangers_never_see_it(portal, stored):
    content = PortalContent("ranger", "correct horse")
    file = content.add_item("SQLite Geodatabase", "Town", data=b"SQLite format 3\0" * 99, access="private")
    running = portal(content, redirect_data=True)
    for authcfg in (
        stored("Basic", username="ranger", password="correct horse"),
        stored("EsriToken", token=running.tokens.issue("ranger").text),
        stored("APIHeader", Authorization="Bearer " + running.tokens.issue("ranger").text),
    ):
        session = open_session(running.url, read_authentication(authcfg, running.url), Silent())
        with session.open_stream(Portal(session).data_url(file)) as response:
            assert len(response.content) == 16 * 99
    assert len(running.asked("/data", origin="storage")) == 3
    assert running.secrets_seen() == []


def test_a_client_certificate_is_shown_to_the_portal_alone(portal, private, stored, trusted):
    content, item = private
    file = content.add_item("SQLite Geodatabase", "Town", data=b"SQLite format 3\0" * 99, access="private")
    running = portal(content, tls=True, redirect_data=True)
    trusted(running.certificates.authority)
    certificate, key = running.certificates.issue("ranger")
    authcfg = stored("PKI-Paths", certpath=str(certificate), keypath=str(key), keypass="")
    assert title(running, item, authcfg) == "Old town"
    session = open_session(running.url, read_authentication(authcfg, running.url), Silent())
    with session.open_stream(Portal(session).data_url(file)) as response:
        assert len(response.content) == 16 * 99
    assert {asked.client_certificate for asked in running.asked("*", origin="portal")} == {"ranger"}
    assert {asked.client_certificate for asked in running.asked("*", origin="storage")} == {""}
    assert running.secrets_seen("storage") == []


def test_an_unknown_configuration_is_named(auth_store):
    with pytest.raises(BadInput, match="There is no authentication configuration “abc1234”"):
        read_authentication("abc1234", NOWHERE)


def test_a_kind_that_is_of_no_use_is_named(stored):
    with pytest.raises(BadInput, match=r"“test AWSS3” \(AWSS3\) cannot be used for a portal"):
        read_authentication(stored("AWSS3", username="a", password="b", region="c"), NOWHERE)


def test_a_header_without_a_bearer_is_refused_before_any_request(stored):
    with pytest.raises(SignInRequired, match="QGIS has no token for .* “test APIHeader”"):
        read_authentication(stored("APIHeader", **{"X-Other": "canary"}), NOWHERE)


def test_oauth_that_nobody_signed_in_to_is_refused_without_a_window(stored):
    config = {"grantFlow": 3, "clientId": "plugin", "requestUrl": "https://x/a", "tokenUrl": "https://x/t"}
    with pytest.raises(SignInRequired, match="here is no window"):
        read_authentication(stored("OAuth2", oauth2config=json.dumps(config)), NOWHERE)


def test_a_locked_store_is_refused(stored, auth_store):
    authcfg = stored("EsriToken", token="canary")
    auth_store.clearMasterPassword()
    try:
        with pytest.raises(SignInRequired, match="authentication database of QGIS is locked") as refused:
            read_authentication(authcfg, NOWHERE)
    finally:
        assert auth_store.setMasterPassword("a master password", True)
    assert "canary" not in str(refused.value)
