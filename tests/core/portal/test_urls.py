"""Addresses as people paste them and as servers answer them."""

import unicodedata
from urllib.parse import quote

import pytest

from plugin.core.errors import BadInput
from plugin.core.portal.urls import (
    arcgis_environment,
    is_address,
    item_id_in,
    join_url,
    parse_url,
    parse_web_map_reference,
    portal_address,
    portal_candidates,
    same_service,
    same_system,
    server_root,
)

ID = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("text", "portal"),
    [
        (ID, None),
        (f"  {ID.upper()}\n", None),
        (f"https://www.arcgis.com/home/item.html?id={ID}", "https://www.arcgis.com"),
        (f"https://www.arcgis.com/home/item.html?id={ID}#overview", "https://www.arcgis.com"),
        (f"https://org.maps.arcgis.com/home/webmap/viewer.html?webmap={ID}", "https://org.maps.arcgis.com"),
        (f"https://org.maps.arcgis.com/apps/mapviewer/index.html?webmap={ID}", "https://org.maps.arcgis.com"),
        (f"https://gis.example.org/portal/home/item.html?id={ID}", "https://gis.example.org/portal"),
        (
            f"https://gis.example.org/maps/apps/mapviewer/index.html?webmap={ID}",
            "https://gis.example.org/maps",
        ),
        (f"http://gis.example.org:7080/arcgis/home/item.html?id={ID}", "http://gis.example.org:7080/arcgis"),
        (f"https://gis.example.org/portal/sharing/rest/content/items/{ID}", "https://gis.example.org/portal"),
        (
            f"https://gis.example.org/gis/sharing/rest/content/items/{ID}/data?f=json",
            "https://gis.example.org/gis",
        ),
        (f"https://www.arcgis.com/sharing/content/users/me/items/{ID}", "https://www.arcgis.com"),
        (f"https://fieldmaps.arcgis.app?itemID={ID}", "https://www.arcgis.com"),
        (
            f"https://fieldmaps.arcgis.app/?itemID={ID}&portalURL=https%3A%2F%2Fgis.example.org%2Fportal",
            "https://gis.example.org/portal",
        ),
        (f"gis.example.org/portal/home/item.html?id={ID}", "https://gis.example.org/portal"),
        (f"https://arcgis.com/home/item.html?id={ID}", "https://www.arcgis.com"),
    ],
)
def test_every_shape_of_a_web_map_reference(text, portal):
    assert parse_web_map_reference(text) == (portal, ID)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Town",
        f"{ID}0",
        f"https://gis.example.org/home/item.html?id={ID}0",
        "https://arcg.is/1AbC",
        "?id=",
    ],
)
def test_what_holds_no_id_is_refused_by_name(text):
    with pytest.raises(BadInput, match="does not contain a web map id"):
        parse_web_map_reference(text)


def test_a_refusal_does_not_repeat_a_token():
    with pytest.raises(BadInput) as refused:
        parse_web_map_reference("https://gis.example.org/home/item.html?token=canary")
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("address", ["http://[/?id=7", "https://[x/home/item.html", "http://\u2100/x"])
def test_an_address_with_a_host_that_is_none_is_refused(address):
    for read in (parse_web_map_reference, portal_address):
        with pytest.raises(BadInput):
            read(address)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (portal_address, "https://user:SLICKROCK@gis.example.org/portal"),
        (portal_address, "user:SLICKROCK@gis.example.org"),
        (portal_address, "no address; password=SLICKROCK"),
        (parse_web_map_reference, f"https://user:SLICKROCK@gis.example.org/home/item.html?id={'7' * 32}"),
        (parse_web_map_reference, f"https://x.org/?portalURL=https://user:SLICKROCK@y.org&id={'7' * 32}"),
        (parse_web_map_reference, "https://user:SLICKROCK@gis.example.org/home"),
        (parse_web_map_reference, "no id token=SLICKROCK"),
    ],
)
def test_a_refusal_does_not_repeat_a_password(read, text):
    with pytest.raises(BadInput) as refused:
        read(text)
    assert "SLICKROCK" not in str(refused.value)
    assert "…" in str(refused.value)


def test_titles_are_no_ids():
    assert item_id_in("Old town 2") is None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://www.arcgis.com", "https://www.arcgis.com"),
        ("www.arcgis.com/", "https://www.arcgis.com"),
        ("https://GIS.example.org:443/portal/home/index.html?x=1#top", "https://gis.example.org/portal"),
        ("https://gis.example.org/deep/adaptor/sharing/rest", "https://gis.example.org/deep/adaptor"),
        ("https://gis.example.org/webadaptor/info", "https://gis.example.org"),
        ("https://gis.example.org/homestead", "https://gis.example.org/homestead"),
        ("https://gis.köln.example/portal", "https://gis.xn--kln-sna.example/portal"),
        ("http://[::1]:7080/portal", "http://[::1]:7080/portal"),
    ],
)
def test_portal_addresses(text, address):
    assert str(portal_address(text)) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "my portal",
        "ftp://gis.example.org",
        "https://user:secret@gis.example.org/portal",
        "https://gis.example.org:99999",
        "https://0x7f000001/",
        "https://127.1/",
        "https://evil.example\\@gis.example.org/",
        "https://gis.example.org\u0000.evil.example/",
        "file:///etc/passwd",
    ],
)
def test_what_is_no_portal_address_is_refused(text):
    with pytest.raises(BadInput) as refused:
        portal_address(text)
    assert "is not the address of a portal" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://gis.example.org/portal", True),
        ("gis.example.org", True),
        ("gis.example.org/portal/home/index.html", True),
        ("localhost:7443/arcgis", True),
        ("karten.münchen.de", True),
        ("water mains", False),
        ("see gis.example.org", False),
        ("v2.0", False),
        ("e.g", False),
        ("水道管", False),
        ("", False),
    ],
)
def test_addresses_and_words_are_told_apart(text, is_one):
    assert is_address(text) is is_one


def test_candidates_are_the_given_address_and_the_usual_adaptors():
    assert portal_candidates(portal_address("gis.example.org/maps")) == [
        "https://gis.example.org/maps",
        "https://gis.example.org",
        "https://gis.example.org/portal",
        "https://gis.example.org/arcgis",
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://gis.example.org/portal", "http://GIS.example.org/Portal/sharing/rest", True),
        ("https://www.arcgis.com", "https://org.maps.arcgis.com/home", True),
        ("https://www.arcgis.com", "https://org.mapsdevext.arcgis.com", False),
        ("https://www.arcgis.com", "https://www.arcgis.com.evil.example", False),
        ("https://gis.example.org/portal", "https://gis.example.org/other", False),
        ("https://gis.example.org/portal", "https://gis.example.org:443/portal/home", True),
        ("https://gis.example.org/portal", "https://gis.example.org:7443/portal", False),
        ("http://localhost:8081/portal", "http://localhost:8082/portal", False),
        ("https://gis.example.org/portal", "https://gis.example.org/portal-test", False),
        ("https://gis.example.org", "not an address", False),
    ],
)
def test_same_system(one, other, same):
    assert same_system(one, other) is same


@pytest.mark.parametrize(
    ("host", "environment"),
    [
        ("www.arcgis.com", ""),
        ("services2.arcgis.com", ""),
        ("mydev.maps.arcgis.com", ""),
        ("devext.arcgis.com", "dev"),
        ("org.mapsqaext.arcgis.com", "qa"),
        ("servicesdev.arcgis.com", "dev"),
        ("www.arcgis.com.", None),
        ("evilarcgis.com", None),
        ("arcgis.com.evil.example", None),
    ],
)
def test_environments_of_arcgis_online(host, environment):
    assert arcgis_environment(host) == environment


def test_the_root_of_a_server_ends_before_its_services():
    url = parse_url("https://Gis.example.org/Server/rest/services/Town/FeatureServer/0?f=json")
    assert server_root(url) == "https://gis.example.org/Server"
    assert server_root(parse_url("https://gis.example.org/portal/home")) is None


@pytest.mark.parametrize(
    ("reference", "target"),
    [
        ("/other?x=1", "https://gis.example.org/other?x=1"),
        ("file.tpk", "https://gis.example.org/portal/file.tpk"),
        ("//cdn.example.org/a b", "https://cdn.example.org/a%20b"),
        ("/\\evil.example/", "https://gis.example.org/%5Cevil.example/"),
        ("https:evil.example", "https://gis.example.org/portal/evil.example"),
        ("https://cdn.example.org/a?X-Sig=a%2Fb+c&t=1", "https://cdn.example.org/a?X-Sig=a%2Fb+c&t=1"),
    ],
)
def test_references_are_put_together_in_one_spelling(reference, target):
    assert str(join_url(parse_url("https://gis.example.org/portal/x"), reference)) == target


SERVICE = "https://gis.example.org/arcgis/rest/services/Straßenbäume Süd/FeatureServer"
NFD = unicodedata.normalize("NFD", SERVICE)


@pytest.mark.parametrize(
    "spelling",
    [
        quote(SERVICE, safe=":/"),
        quote(SERVICE, safe=":/").replace("%C3", "%c3"),
        NFD,
        quote(NFD, safe=":/"),
        SERVICE.replace("gis.example", "GIS.Example"),
        SERVICE.replace(".org/", ".org:443/"),
        SERVICE.replace("https://", "http://"),
        SERVICE.replace("https://", "http://").replace(".org/", ".org:80/"),
        SERVICE.replace("https://", "//"),
        SERVICE.replace("/services/", "//services///"),
        f"{SERVICE}/",
        f" {SERVICE}// ",
        f"{SERVICE}?token=abc&f=json",
        f"{SERVICE};jsessionid=0A1B?f=json",
        SERVICE.replace(".org/", ".org./"),
        SERVICE.upper().replace("STRASSEN", "Straßen"),
    ],
)
def test_one_service_spelled_in_two_ways_is_one(spelling):
    assert same_service(SERVICE, spelling)


@pytest.mark.parametrize(
    "other",
    [
        SERVICE.replace("ß", "ss"),
        SERVICE.replace("ä", "a"),
        SERVICE.replace(" ", "+"),
        SERVICE.replace("FeatureServer", "MapServer"),
        SERVICE.replace(".org/", ".org:6443/"),
        SERVICE.replace("/arcgis/", "/arcgis2/"),
        SERVICE.replace("gis.", "gis2."),
        SERVICE.replace("ß", "%DF"),
        "",
        "https://[broken",
    ],
)
def test_other_services_are_others(other):
    assert not same_service(SERVICE, other)


def test_hosts_with_letters_of_a_country_are_the_same_in_their_two_forms():
    plain = "https://bäume.example/rest/services/A/MapServer"
    assert same_service(plain, "http://xn--bume-loa.example/rest/services/A/MapServer")


def test_bytes_that_are_no_text_stay_apart():
    assert not same_service("https://a.org/%E4/MapServer", "https://a.org/%F6/MapServer")
