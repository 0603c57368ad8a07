"""Names of private networks over the network of QGIS, and the setting that lets portals lead there."""

from dataclasses import dataclass
import socket
import time

import pytest
from qgis.core import QgsApplication, QgsNetworkAccessManager
from qgis.PyQt.QtNetwork import QNetworkProxy

from plugin.core.errors import Cancelled, NoConnection, PrivateNetwork
from plugin.core.host import Silent
from plugin.core.portal.credentials import Anonymous
from plugin.core.portal.urls import Origin
from plugin.processing.provider import OfflineMapAreasProvider
from plugin.qgis_io import settings
from plugin.qgis_io.authentication import Authentication, open_session
from plugin.qgis_io.transport import QgisTransport
from tests.portal import Body, PortalContent

OUTSIDE = "http://192.88.99.1"  # a portal in the internet by its number, to which no route leads


@pytest.fixture
def inside(portal, own_settings):
    running = portal(PortalContent())
    running.fault("/a.png", Body(b"PNG", "image/png"), times=None, origin="stranger")
    return running


def session_with(consent=None):
    return open_session(OUTSIDE, Authentication(Anonymous()), Silent(), consent)


def by_name(url):
    return url.replace("127.0.0.1", "localhost") + "/a.png"


def test_names_are_looked_up_in_every_thread(anywhere, watcher):
    transport = QgisTransport(watcher)
    assert "127.0.0.1" in anywhere(lambda: transport.addresses(Origin("http", "localhost", 80)))
    with pytest.raises(socket.gaierror):
        anywhere(lambda: transport.addresses(Origin("http", "nowhere.invalid", 80)))


def test_a_look_up_can_be_cancelled(watcher):
    watcher.stop.set()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        QgisTransport(watcher).addresses(Origin("http", "slow.example.org", 80))
    assert time.monotonic() - began < 1


def test_what_goes_through_a_proxy_is_not_looked_up(watcher, own_settings):
    manager, transport = QgsNetworkAccessManager.instance(), QgisTransport(watcher)
    before = manager.fallbackProxy(), manager.excludeList(), manager.noProxyList()
    proxy = QNetworkProxy(QNetworkProxy.ProxyType.HttpProxy, "127.0.0.1", 9)
    manager.setFallbackProxyAndExcludes(proxy, ["https://direct.invalid"], [])
    try:
        assert transport.addresses(Origin("https", "nowhere.invalid", 443)) == ()
        with pytest.raises(socket.gaierror):
            transport.addresses(Origin("https", "direct.invalid", 443))
        with pytest.raises(NoConnection, match="was lost|was closed|proxy"):
            session_with().get_bytes("https://nowhere.invalid/a.png")
    finally:
        manager.setFallbackProxyAndExcludes(*before)


def test_a_name_that_leads_nowhere(anywhere, own_settings):
    with pytest.raises(NoConnection, match="The host “nowhere.invalid” was not found"):
        anywhere(lambda: session_with().get_bytes("http://nowhere.invalid/a.png"))


def test_without_a_window_it_is_refused_and_the_setting_named(inside, anywhere):
    url = by_name(inside.stranger_url)
    with pytest.raises(PrivateNetwork, match="plugins/offline_map_areas/private_hosts"):
        anywhere(lambda: session_with().get_bytes(url))
    assert inside.asked() == []
    settings.set_private_hosts(["LOCALHOST"])
    assert anywhere(lambda: session_with().get_bytes(url)) == b"PNG"
    with pytest.raises(PrivateNetwork, match="“127.0.0.1”"):
        session_with().get_bytes(f"{inside.stranger_url}/a.png")


def test_who_is_in_the_settings_is_not_asked_about(inside):
    asked = []
    settings.set_private_hosts(["https://127.0.0.1:6443/arcgis"])
    session = session_with(lambda *about: asked.append(about) or True)
    assert session.get_bytes(f"{inside.stranger_url}/a.png") == b"PNG"
    assert session.get_bytes(by_name(inside.stranger_url)) == b"PNG"
    assert [host for _, host, _ in asked] == ["localhost"]


def test_hosts_in_the_settings_may_be_given_in_any_way(own_settings):
    settings.set_private_hosts(
        ["GIS.Example.org", "https://Zürich.example/arcgis", "gis.example.org:6443", "?"]
    )
    assert settings.private_hosts() == ["gis.example.org", "xn--zrich-kva.example", "?"]
    settings._PRIVATE_HOSTS.set([7, "", None, "10.0.0.1"])
    assert settings.private_hosts() == ["10.0.0.1"]


@dataclass
class Log:
    """As much of a feedback of Processing as a session needs."""

    def isCanceled(self):
        return False


def test_an_algorithm_asks_whom_its_provider_asks(inside, qgis_processing):
    provider, asked = OfflineMapAreasProvider(), []
    registry = QgsApplication.processingRegistry()
    registry.addProvider(provider)
    try:
        algorithm = registry.createAlgorithmById("offlinemapareas:listmapareas")
        algorithm._portal_url, algorithm._authentication = OUTSIDE, Authentication(Anonymous())
        url = by_name(inside.stranger_url)
        with algorithm.portal(Log()) as portal, pytest.raises(PrivateNetwork):
            portal.session.get_bytes(url)
        provider.consent = lambda *about: asked.append(about) or True
        with algorithm.portal(Log()) as portal:
            assert portal.session.get_bytes(url) == b"PNG"
        assert [host for _, host, _ in asked] == ["localhost"]
    finally:
        registry.removeProvider(provider)
