"""The basemap that anybody can draw below a web map: which one it is, and what is never asked for one."""

import pytest

from plugin.core.basemaps import find_basemap
from plugin.core.errors import OfflineMapError, PrivateNetwork, SignInRequired, Unsupported
from plugin.core.portal.credentials import Anonymous, UserPassword
from plugin.core.portal.items import Portal
from plugin.core.portal.session import Deadlines, PortalSession
from tests.portal import Body, PortalContent, add_web_map
from tests.portal.basemaps import add_tile_service, add_vector_tile_service, tile_info

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture
def content():
    made = PortalContent("ranger", "map-maker-1")
    layer = add_tile_service(made, "Welt_Straßen", credits="Default Surveyors")
    made.default_basemap = {"title": "Streets", "baseMapLayers": [layer]}
    return made


@pytest.fixture
def found(portal, content):
    """`found(layer, …)` is what a web map with this basemap gets; `found.running` is its portal."""

    def find(*layers, credentials=None, **options):
        find.running = running = portal(content, **options)
        own = [layer(running) if callable(layer) else layer for layer in layers]
        web_map = add_web_map(content, "Trails", [], basemap=own)
        session = PortalSession(running.url, credentials or Anonymous(), deadlines=Deadlines(2, 2, 4))
        session.verify = str(running.certificates.authority) if running.certificates else True
        return find_basemap(Portal(session), web_map)

    return find


def web_tiled(template, **fields):
    return {"id": "w", "title": "Web tiles", "layerType": "WebTiledLayer", "templateUrl": template, **fields}


def test_the_own_basemap_of_a_web_map_is_the_first(found, content):
    hidden = {**add_tile_service(content, "Hidden"), "visibility": False}
    labels = {**add_tile_service(content, "Labels"), "isReference": True}
    own = add_tile_service(content, "Painted", credits="Town of Elmsund")
    basemap = found(labels, hidden, own).basemap
    server = found.running.server_url
    assert basemap.template == f"{server}/rest/services/Painted/MapServer/tile/{{z}}/{{y}}/{{x}}"
    assert (basemap.title, basemap.credits, set(basemap.scales)) == (
        "Painted",
        "Town of Elmsund",
        set(range(20)),
    )
    assert not found.running.asked("/Hidden/MapServer")


def test_without_one_the_default_of_the_portal_is_taken_and_nothing_is_to_tell(found):
    got = found()
    assert got.basemap.credits == "Default Surveyors"
    assert "/Welt_Stra%C3%9Fen/MapServer/tile/" in got.basemap.template
    assert got.own_error is None


def test_a_service_that_needs_a_token_is_not_used_even_by_who_has_one(found, content):
    own = add_tile_service(content, "Members", access="private")
    got = found(own, credentials=UserPassword("ranger", "map-maker-1"))
    assert got.basemap.title == "Welt_Straßen"
    assert isinstance(got.own_error, SignInRequired)
    assert found.running.asked("/Members/MapServer")
    assert not found.running.secrets_seen("server")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://tiles.example.org/arcgis/rest/services/A/MapServer",
        "file:///etc/MapServer",
        "http://ranger:pass@127.0.0.1/arcgis/rest/services/A/MapServer",
        "http://127.1/arcgis/rest/services/A/MapServer",
        "http://169.254.169.254/latest/MapServer",
    ],
)
def test_a_hostile_address_is_never_asked(found, url):
    got = found({"id": "a", "title": "A", "layerType": "ArcGISTiledMapServiceLayer", "url": url})
    assert got.basemap.title == "Welt_Straßen"
    assert isinstance(got.own_error, (Unsupported, PrivateNetwork))
    assert len(found.running.asked(origin="server")) == 1  # the default one alone


@pytest.mark.parametrize(
    "template",
    [
        "{subDomain}://x/{level}/{col}/{row}.png",
        "http://169.254.169.254/{level}/{col}/{row}.png",
        "http://127.0.0.1:9/{level}/{col}/{row}.png?token=3f2b8a7c61d94e5f",
        "http://127.0.0.1:9/{level}/{col}/{row}/{time}.png",
        "http://127.0.0.1:9/{level}/{col}.png",
        "",
    ],
)
def test_nor_is_that_of_a_template(found, template):
    own_error = found(web_tiled(template, subDomains=["file", 3])).own_error
    assert isinstance(own_error, (Unsupported, PrivateNetwork))


def test_a_portal_by_https_never_leads_to_http(found, content):
    own = add_tile_service(content, "Painted")
    content.default_basemap = None
    with pytest.raises(Unsupported):
        found(own, tls=True, server_tls=False)
    assert not found.running.asked(origin="server")


def test_tiles_of_a_template_are_asked_for_once(portal, content):
    running = portal(content)
    running.fault("/a b/0/0/0.png", Body(PNG, "image/png"), times=None, origin="stranger")
    address = running.stranger_url.replace("127.0.0.1", "{subDomain}") + "/a b/{level}/{row}/{col}.png?k=1"
    layer = web_tiled(address, subDomains=["127.0.0.1"], copyright="© Painters")
    web_map = add_web_map(content, "Trails", [], basemap=[layer])
    basemap = find_basemap(Portal(PortalSession(running.url)), web_map).basemap
    assert basemap.template == f"{running.stranger_url}/a%20b/{{z}}/{{y}}/{{x}}.png?k=1"
    assert basemap.credits == "© Painters"
    assert len(running.asked(origin="stranger")) == 1


def test_a_vector_tile_service_is_found_by_its_style(found, content):
    basemap = found(add_vector_tile_service(content, "Land")).basemap
    server = found.running.server_url
    assert basemap.template == f"{server}/rest/services/Land/VectorTileServer/tile/{{z}}/{{y}}/{{x}}.pbf"
    assert basemap.style.style["layers"][0]["id"] == "land"
    assert basemap.credits == "Surveyors"


@pytest.mark.parametrize("grid", [tile_info(wkid=25832), tile_info(512), {}, {"lods": 5, "rows": "x"}])
def test_tiles_of_another_grid_are_not_used(found, content, grid):
    own = add_tile_service(content, "Local", tileInfo=grid)
    assert isinstance(found(own).own_error, Unsupported)


def test_where_neither_can_be_used_the_reason_is_told(found, content):
    content.default_basemap = {"baseMapLayers": [add_tile_service(content, "Members", access="private")]}
    with pytest.raises(SignInRequired):
        found()
    content.default_basemap = {"baseMapLayers": "nonsense"}
    with pytest.raises(OfflineMapError):
        found()
