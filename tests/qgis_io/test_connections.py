"""Saved portals: ArcGIS Online always first, no two of one name, web maps where they belong."""

from dataclasses import replace
import json
import time

import pytest
from qgis.core import QgsSettings

from plugin.core.errors import BadInput
from plugin.qgis_io.connections import (
    ARCGIS_ONLINE_TITLE,
    ChosenWebMap,
    Connection,
    connection_for,
    connections,
    connections_for,
    find_connection,
    proposed_title,
    recent_web_maps,
    remember_web_map,
    remove_connection,
    save_connection,
)

TOWN = Connection("Town hall", "https://gis.town.example/portal", "auth123")
MAP, OTHER_MAP = ChosenWebMap("a" * 32, "Mains"), ChosenWebMap("b" * 32, "Trees")


pytestmark = pytest.mark.usefixtures("own_settings")


def titles():
    return [one.title for one in connections()]


def test_arcgis_online_is_there_from_the_beginning():
    (first,) = connections()
    assert (first.title, first.url, first.authcfg) == (ARCGIS_ONLINE_TITLE, "https://www.arcgis.com", "")
    assert first.is_fixed


def test_arcgis_online_cannot_be_lost(own_settings):
    save_connection(TOWN)
    remove_connection(ARCGIS_ONLINE_TITLE)
    assert titles() == [ARCGIS_ONLINE_TITLE, "Town hall"]
    saved = save_connection(Connection("Mine", "https://elsewhere.example", "auth9"), ARCGIS_ONLINE_TITLE)
    assert (saved.title, saved.url, saved.authcfg) == (ARCGIS_ONLINE_TITLE, "https://www.arcgis.com", "auth9")
    hostile = [{"title": ARCGIS_ONLINE_TITLE, "url": "https://thief.example", "authcfg": "auth9"}]
    QgsSettings().setValue(f"{own_settings}/connections", json.dumps(hostile))
    assert find_connection(ARCGIS_ONLINE_TITLE).url == "https://www.arcgis.com"


def test_a_pasted_page_becomes_the_address_of_the_portal():
    link = "gis.town.example/portal/home/item.html?id=" + "0" * 32
    assert save_connection(Connection("  Town   hall ", link)).url == TOWN.url
    assert find_connection("Town hall").url == TOWN.url
    assert find_connection("town hall") is None


@pytest.mark.parametrize(
    ("connection", "word"),
    [
        (replace(TOWN, title="  "), "title"),
        (replace(TOWN, title="arcgis online"), "already"),
        (replace(TOWN, title="https://gis.town.example"), "address"),
        (replace(TOWN, url=" "), "address"),
        (replace(TOWN, url="ftp://gis.town.example"), "not the address"),
        (replace(TOWN, url="https://user@gis.town.example"), "not the address"),
    ],
)
def test_what_cannot_be_used_is_not_saved(connection, word):
    with pytest.raises(BadInput, match=word):
        save_connection(connection)
    assert titles() == [ARCGIS_ONLINE_TITLE]


def test_it_can_be_renamed_but_not_to_another_ones_name():
    save_connection(TOWN)
    save_connection(Connection("Harbour", "https://harbour.example"))
    with pytest.raises(BadInput, match="already"):
        save_connection(replace(TOWN, title="HARBOUR"), TOWN.title)
    save_connection(replace(TOWN, title="TOWN HALL"), TOWN.title)
    assert titles() == [ARCGIS_ONLINE_TITLE, "TOWN HALL", "Harbour"]
    remove_connection("TOWN HALL")
    assert titles() == [ARCGIS_ONLINE_TITLE, "Harbour"]


def test_web_maps_are_remembered_the_latest_first():
    save_connection(TOWN)
    for web_map in (MAP, OTHER_MAP, replace(MAP, title="Water mains")):
        remember_web_map(TOWN.title, web_map)
    assert [one.title for one in find_connection(TOWN.title).web_maps] == ["Water mains", "Trees"]
    assert find_connection(ARCGIS_ONLINE_TITLE).web_maps == ()


def test_web_maps_go_along_to_a_new_title_but_not_to_another_portal():
    save_connection(TOWN)
    remember_web_map(TOWN.title, MAP)
    save_connection(replace(TOWN, title="Works", authcfg="other"), TOWN.title)
    assert find_connection("Works").web_maps == (MAP,)
    save_connection(Connection("Works", "https://harbour.example"), "Works")
    assert find_connection("Works").web_maps == ()


def test_thirty_web_maps_are_enough():
    for number in range(40):
        remember_web_map(ARCGIS_ONLINE_TITLE, ChosenWebMap(f"{number:032x}", str(number)))
    remembered = find_connection(ARCGIS_ONLINE_TITLE).web_maps
    assert [remembered[0].title, remembered[-1].title, len(remembered)] == ["39", "10", 30]


def test_the_portal_of_a_link_is_found_among_the_saved_ones():
    town = save_connection(TOWN)
    organisation = save_connection(Connection("Org", "https://org.maps.arcgis.com"))
    assert connection_for("http://GIS.town.example/portal/home") == town
    assert connection_for("https://gis.town.example/other") is None
    assert connection_for("https://org.maps.arcgis.com") == organisation
    assert connection_for("https://another.maps.arcgis.com").title == ARCGIS_ONLINE_TITLE
    assert connection_for("https://another.maps.arcgis.com", organisation) == organisation


def test_the_more_exact_connection_wins_over_the_current_one():
    organisation = save_connection(Connection("Org", "https://org.maps.arcgis.com"))
    online = find_connection(ARCGIS_ONLINE_TITLE)
    assert connection_for("https://org.maps.arcgis.com/home", online) == organisation
    assert connection_for("https://www.arcgis.com/home", organisation) == online
    plain = save_connection(Connection("Plain", "http://gis.town.example/portal"))
    town = save_connection(TOWN)
    guest = save_connection(replace(TOWN, title="Guest", authcfg=""))
    assert connections_for(f"{TOWN.url}/home/item.html", plain) == [town, guest, plain]
    assert connections_for(TOWN.url, guest) == [guest, town, plain]


def test_test_and_production_and_tunnels_are_never_confused():
    production = save_connection(Connection("Production", "https://gis.town.example/portal"))
    trial = save_connection(Connection("Test", "https://gis.town.example/test"))
    tunnel = save_connection(Connection("Tunnel", "https://localhost:7443/portal"))
    other = save_connection(Connection("Other tunnel", "https://localhost:8443/portal"))
    for one in (production, trial, tunnel, other):
        for current in (production, trial, tunnel, other):
            assert connections_for(f"{one.url}/home/item.html?id=1", current) == [one]
    assert connection_for("https://gis.town.example:8443/portal", production) is None


def test_titles_are_proposed_and_free():
    url = "https://gis.town.example:7443/portal"
    assert proposed_title("  Town \n of Elmsund ", url) == "Town of Elmsund"
    assert proposed_title("", url) == "gis.town.example:7443"
    assert proposed_title("https://evil.example", url) == "gis.town.example:7443"
    assert proposed_title("供" * 200, url) == "供" * 60
    taken = []
    for _ in range(4):
        taken.append(save_connection(Connection(proposed_title("Town", url), url)).title)
    assert taken == [
        "Town",
        "Town (gis.town.example:7443)",
        "Town (gis.town.example:7443/portal)",
        "Town (2)",
    ]


def test_recent_web_maps_are_those_of_all_portals_the_latest_first(own_settings):
    save_connection(TOWN)
    other = ChosenWebMap("1" * 32, "Harbour")
    for title, web_map in ((TOWN.title, MAP), (ARCGIS_ONLINE_TITLE, other), (TOWN.title, MAP)):
        remember_web_map(title, web_map)
        time.sleep(0.002)
    assert [(one.title, web_map) for one, web_map in recent_web_maps(9)] == [
        (TOWN.title, MAP),
        (ARCGIS_ONLINE_TITLE, other),
    ]
    assert len(recent_web_maps(1)) == 1


def test_what_somebody_wrote_by_hand_is_read_with_care(own_settings):
    written = [
        7,
        {"title": "No address"},
        {"title": "Bad address", "url": "javascript:alert(1)"},
        {"url": "https://untitled.example"},
        {
            "title": "Good",
            "url": "https://good.example/home",
            "authcfg": 5,
            "web_maps": [{"id": "../../x", "title": "Bad"}, {"id": "C" * 32}, "x"],
        },
    ]
    QgsSettings().setValue(f"{own_settings}/connections", json.dumps(written))
    assert titles() == [ARCGIS_ONLINE_TITLE, "Good"]
    good = find_connection("Good")
    assert (good.url, good.authcfg) == ("https://good.example", "")
    assert good.web_maps == (ChosenWebMap("c" * 32, "c" * 32),)
