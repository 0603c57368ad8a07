"""One contract, two transports: every test that asks for `connect` runs over requests and over QGIS."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest

from plugin.core.host import Silent
from plugin.core.portal.session import Deadlines, PortalSession
from plugin.qgis_io.threads import QtExecutor
from plugin.qgis_io.transport import QgisTransport
from tests.portal import PortalContent, add_geodatabase, add_map_area, add_tiles, add_web_map, feature_layer

SQLITE = b"SQLite format 3\x00" + bytes(range(256)) * 4000
ZIP = b"PK\x03\x04" + bytes(reversed(range(256))) * 2000
EXTENT = (1_100_000.0, 6_900_000.0, 1_101_000.0, 6_901_000.0)


class SteppingClock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=timezone.utc) + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.passed += seconds


class Town:
    """A portal's content: one web map, one area with a geodatabase and tiles, all private."""

    def __init__(self, access: str = "private") -> None:
        self.content = PortalContent("ranger", "correct horse")
        self.service = self.content.add_feature_service("town", {"serviceItemId": ""}, {0: {"name": "Trees"}})
        layers = [feature_layer("Trees", f"{self.service}/0")]
        self.web_map = add_web_map(self.content, "Town", layers, access=access)
        self.area = add_map_area(
            self.content, self.web_map, "Old town", EXTENT, thumbnail=b"\x89PNG\r\n\x1a\n.."
        )
        self.geodatabase = add_geodatabase(self.content, self.area, SQLITE, self.service, gens={0: 1200})
        tiles = "https://tiles.example.org/arcgis/rest/services/Streets/MapServer"
        self.tiles = add_tiles(self.content, self.area, ZIP, tiles, levels=range(3))


@pytest.fixture
def town():
    return Town()


@pytest.fixture
def clock():
    return SteppingClock()


@pytest.fixture(params=["requests", "qgis"])
def transport(request):
    """A new transport that listens to a feedback; None is requests' own."""
    return (lambda feedback: None) if request.param == "requests" else QgisTransport


@pytest.fixture
def connect(transport, clock):
    """`connect(url, credentials)` is a session; its waits cost no time, its deadlines are short."""

    def connected(url, credentials=None, feedback=None, deadlines=None):
        feedback = feedback or Silent()
        return PortalSession(
            url,
            credentials,
            transport=transport(feedback),
            feedback=feedback,
            clock=clock,
            deadlines=deadlines or Deadlines(connect=5, silence=5, answer=20),
        )

    return connected


@pytest.fixture
def executor(transport):
    """Threads as each transport has them: Python's, or Qt's."""
    with QtExecutor(4) if transport is QgisTransport else ThreadPoolExecutor(4) as pool:
        yield pool
