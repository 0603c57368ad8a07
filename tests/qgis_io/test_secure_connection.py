"""Certificates, ports of the other kind, and sign-in by Windows: what is wrong is said as it is."""

import time

import pytest

from plugin.core.errors import NoConnection, SignInRequired
from plugin.core.host import Silent
from plugin.core.portal.items import Portal
from plugin.core.portal.session import Deadlines, PortalSession
from plugin.qgis_io.threads import QtExecutor
from plugin.qgis_io.transport import QgisTransport
from tests.portal import Fault, HangUp, PortalContent
from tests.portal.answers import Answer

DEADLINES = Deadlines(connect=2, silence=2, answer=4)


def over_requests(url, authority, trusted):
    session = PortalSession(url, deadlines=DEADLINES)
    if authority:
        session.verify = str(authority)
    return Portal(session).info()


def over_qgis(url, authority, trusted):
    if authority:
        trusted(authority)
    return Portal(PortalSession(url, transport=QgisTransport(Silent()), deadlines=DEADLINES)).info()


def in_pool_thread(url, authority, trusted):
    if authority:
        trusted(authority)
    with QtExecutor(1) as executor:
        return executor.submit(lambda: over_qgis(url, None, trusted)).result()


@pytest.fixture(params=[over_requests, over_qgis, in_pool_thread])
def ask(request, trusted):
    """`ask(url, authority)` asks the portal there, over both transports; `authority` is trusted."""
    return lambda url, authority=None: request.param(url, authority, trusted)


def test_a_good_certificate_is_taken(ask, portal):
    running = portal(PortalContent(), tls=True)
    assert ask(running.url, running.certificates.authority)


def test_an_unknown_authority_is_said(ask, portal):
    with pytest.raises(
        NoConnection, match="its certificate is not trusted. Ask for its certificate authority"
    ):
        ask(portal(PortalContent(), tls=True).url)


def test_a_certificate_for_another_host_is_said(ask, portal):
    running = portal(PortalContent(), tls=True, certified_host="gis.example.org")
    with pytest.raises(
        NoConnection, match="was issued for another host name. Use an address with the host name"
    ):
        ask(running.url, running.certificates.authority)


def test_an_expired_certificate_is_said(ask, portal):
    running = portal(PortalContent(), tls=True, certified_days=0)
    time.sleep(1.1)
    with pytest.raises(NoConnection, match="has expired or is not valid yet. Check this computer's clock"):
        ask(running.url, running.certificates.authority)


def test_an_unknown_authority_counts_more_than_the_name(ask, portal):
    """The right name would not help."""
    with pytest.raises(NoConnection, match="is not trusted"):
        ask(portal(PortalContent(), tls=True, certified_host="gis.example.org").url)


def test_https_at_a_port_that_speaks_http(ask, portal):
    url = portal(PortalContent()).url.replace("http://", "https://")
    with pytest.raises(NoConnection, match="may not accept https on this port. Check the port"):
        ask(url)


def test_http_at_a_port_that_speaks_https(ask, portal):
    url = portal(PortalContent(), tls=True).url.replace("https://", "http://")
    with pytest.raises(
        NoConnection, match="it may accept only https on this port. Use an address that begins with https"
    ):
        ask(url)


class Answers(Fault):
    """What a web server in front of a portal answers by itself."""

    def __init__(self, code, body=b"", **headers):
        self._answer = Answer(code, {name.replace("_", "-"): value for name, value in headers.items()}, body)

    def instead(self, asked):
        return self._answer


@pytest.mark.parametrize(
    "words",
    [
        b"<center>The plain HTTP request was sent to HTTPS port</center><hr><center>nginx</center>",
        b"<p>Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
        b"Bad Request\r\nThis combination of host and port requires TLS.\r\n",
    ],
)
def test_http_at_a_port_whose_server_says_that_it_speaks_https(ask, portal, words):
    running = portal(PortalContent())
    running.fault("*", Answers(400, words, Content_Type="text/html"), times=None)
    with pytest.raises(
        NoConnection, match="accepts only https on this port. Use an address that begins with https"
    ):
        ask(running.url)


@pytest.mark.parametrize("challenge", ["Negotiate, NTLM", "NTLM", "Negotiate", "Basic realm=x, Negotiate"])
def test_a_portal_behind_integrated_windows_authentication(ask, portal, challenge):
    running = portal(PortalContent())
    running.fault(
        "*", Answers(401, b"<h1>401</h1>", WWW_Authenticate=challenge, Content_Type="text/html"), times=None
    )
    with pytest.raises(SignInRequired, match="integrated Windows authentication.*second web adaptor"):
        ask(running.url)


def test_other_sign_ins_are_what_they_were(ask, portal):
    running = portal(PortalContent())
    running.fault("*", Answers(401, b"<h1>401</h1>", WWW_Authenticate="Bearer"), times=None)
    with pytest.raises(SignInRequired, match="requires you to sign in"):
        ask(running.url)


def test_a_portal_that_has_answered_by_http_is_not_told_to_speak_https(portal):
    running = portal(PortalContent())
    session = PortalSession(running.url, deadlines=DEADLINES)
    assert Portal(session).info()
    running.fault("/portals/self", HangUp(), times=None)
    with pytest.raises(NoConnection, match="was lost. Try again"):
        Portal(session).info()
