"""A small town on a portal, and a plain HTTP client: nothing of the plugin is used here."""

from dataclasses import dataclass

import pytest
import requests

from tests.fixtures.synced_town import synced_town
from tests.portal import (
    OWNER,
    PASSWORD,
    VISITOR,
    VISITOR_PASSWORD,
    PortalContent,
    add_geodatabase,
    add_map_area,
    add_tiles,
    add_web_map,
    feature_layer,
    tiled_layer,
)
from tests.portal.map_areas import rectangle

from .service_client import ServiceClient

EXTENT = (1_100_000.0, 6_900_000.0, 1_101_000.0, 6_901_000.0)
TILES = "https://tiles.example.org/arcgis/rest/services/ground/MapServer"


@dataclass
class Town:
    """The content and the ids in it; `bytes` is the file of the geodatabase package."""

    content: PortalContent
    service: str
    web_map: str
    area: str
    geodatabase: str
    tiles: str
    bytes: bytes


@pytest.fixture
def town():
    """`town(access)` builds the content."""

    def build(access="public"):
        content = PortalContent(OWNER, PASSWORD)
        content.add_user(VISITOR, VISITOR_PASSWORD)
        layers = {0: {"id": 0, "name": "Trees"}, 1: {"id": 1, "name": "Benches"}}
        service = content.add_feature_service("Town/Trees", {"layers": list(layers.values())}, layers, access)
        layer = feature_layer("Trees", f"{service}/0")
        web_map = add_web_map(content, "Town", [layer], basemap=[tiled_layer("Ground", TILES)], access=access)
        picture = b"\x89PNG\r\n\x1a\n"
        area = add_map_area(
            content, web_map, "Old town", EXTENT, polygon=rectangle(EXTENT), thumbnail=picture
        )
        data = bytes(range(256)) * 400
        geodatabase = add_geodatabase(content, area, data, service, gens={0: 1200, 1: 1300})
        tiles = add_tiles(content, area, b"PK" + bytes(1000), TILES, levels=range(3))
        return Town(content, service, web_map, area, geodatabase, tiles, data)

    return build


@pytest.fixture
def http():
    """A session that knows nothing of portals and ignores the machine's proxies and certificates."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def synced(tmp_path, portal, http):
    """`synced(behaviour, user=None, **options)`: a client of a running town that is kept in step."""

    def build(behaviour=None, user=None, **options):
        town = synced_town(tmp_path / "Stadt mit Ämtern", behaviour=behaviour, **options)
        running = portal(town.content)
        token = running.tokens.issue(user, audience="server").text if user else None
        return ServiceClient(http, running, town, token)

    return build


def error_of(answer):
    """The error object of an answer with status 200."""
    assert answer.status_code == 200
    return answer.json()["error"]
