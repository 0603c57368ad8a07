"""PORTAL as the name of a saved connection: its address, and its sign-in unless another is given."""

import pytest
from qgis.core import QgsProcessingException

from plugin.qgis_io.connections import Connection, save_connection
from tests.portal import CANYONLANDS, OWNER, PASSWORD, VISITOR, VISITOR_PASSWORD, canyonlands

pytestmark = pytest.mark.usefixtures("own_settings")


@pytest.fixture
def park(portal, samples):
    return portal(canyonlands(samples, access="private"))


@pytest.fixture
def owner(stored):
    return stored("Basic", username=OWNER, password=PASSWORD)


def test_its_name_is_enough(run, park, owner):
    save_connection(Connection("Park office", park.url, owner))
    found = run("listmapareas", PORTAL="Park office", WEB_MAP=CANYONLANDS, OUTPUT="TEMPORARY_OUTPUT")
    assert found["COUNT"] == 1


@pytest.mark.parametrize("name", ["park office", "Parkoffice"])
def test_another_name_is_not_taken_for_it(run, park, owner, name):
    save_connection(Connection("Park office", park.url, owner))
    said = f"“{name}” is neither a saved connection .*(ArcGIS Online|https://www.arcgis.com), Park office"
    with pytest.raises(QgsProcessingException, match=said):
        run("listmapareas", PORTAL=name, WEB_MAP=CANYONLANDS, OUTPUT="TEMPORARY_OUTPUT")
    assert park.asked() == []


def test_authcfg_wins_over_that_of_the_connection(run, park, owner, stored):
    visitor = stored("Basic", username=VISITOR, password=VISITOR_PASSWORD)
    save_connection(Connection("Park office", park.url, visitor))
    inputs = {"PORTAL": "Park office", "WEB_MAP": CANYONLANDS, "OUTPUT": "TEMPORARY_OUTPUT"}
    with pytest.raises(QgsProcessingException):
        run("listmapareas", **inputs)
    assert run("listmapareas", AUTHCFG=owner, **inputs)["COUNT"] == 1


def test_a_link_to_another_portal_does_not_move_the_connections_sign_in(run, park, owner, portal):
    save_connection(Connection("Park office", park.url, owner))
    stranger = portal()
    link = f"{stranger.url.replace('127.0.0.1', 'localhost')}/home/item.html?id={CANYONLANDS}"
    found = run("listmapareas", PORTAL="Park office", WEB_MAP=link, OUTPUT="TEMPORARY_OUTPUT")
    assert found["COUNT"] == 1
    assert stranger.asked() == []


def test_a_connection_whose_configuration_is_gone_is_refused_before_any_request(run, park):
    save_connection(Connection("Park office", park.url, "gone123"))
    with pytest.raises(QgsProcessingException, match="gone123"):
        run("listmapareas", PORTAL="Park office", WEB_MAP=CANYONLANDS, OUTPUT="TEMPORARY_OUTPUT")
    assert park.asked() == []
