"""Finding web maps: by words, by whose they are, page by page, and by a link."""

import pytest

from plugin.core.errors import BadInput, ItemNotFound, SignInRequired
from plugin.core.portal.credentials import UserPassword
from plugin.core.portal.items import Portal
from plugin.core.portal.session import PortalSession
from plugin.core.portal.web_maps import Whose, find_web_map, has_areas, search_web_maps
from tests.portal import PortalContent, add_map_area, add_web_map

CREWS, OTHERS = "c" * 32, "d" * 32
EXTENT = (1_100_000.0, 6_900_000.0, 1_101_000.0, 6_901_000.0)


@pytest.fixture
def content():
    made = PortalContent("ranger", "map-maker-1")
    made.add_user("guest", "guest-pass-3", groups=[CREWS])
    add_web_map(made, "Water mains", [], offline={}, snippet="Valves and pipes")
    add_web_map(made, "Storm-water (old)", [], offline={}, access="org")
    add_web_map(made, "Group map", [], offline={}, access="shared", groups=[CREWS])
    add_web_map(made, "Secret map", [], offline={}, access="private")
    made.add_item("Web Map", "Without areas", data={})
    made.add_item("Web Mapping Application", "Water app", typeKeywords=["Offline Map Areas"])
    return made


@pytest.fixture
def as_user(portal, content):
    """`as_user("ranger")` is the portal as this user sees it; no name: as a visitor."""
    running = portal(content)

    def signed_in(name=""):
        user = content.users.get(name)
        credentials = UserPassword(user.name, user.password) if user else None
        signed = Portal(PortalSession(running.url, credentials))
        signed.running = running
        return signed

    return signed_in


def found(portal, words="", whose=Whose.ALL):
    return sorted(item.title for item in search_web_maps(portal, words, whose).items)


def test_everybody_sees_what_is_theirs_to_see(as_user):
    assert found(as_user()) == ["Water mains"]
    assert found(as_user("guest")) == ["Group map", "Storm-water (old)", "Water mains"]
    assert len(found(as_user("ranger"))) == 4


def test_it_can_be_narrowed_to_ones_own_groups_and_organisation(as_user):
    guest, ranger = as_user("guest"), as_user("ranger")
    assert found(ranger, whose=Whose.MINE) == found(ranger)
    assert found(guest, whose=Whose.MINE) == []
    assert found(guest, whose=Whose.GROUPS) == ["Group map"]
    assert found(ranger, whose=Whose.GROUPS) == []
    assert found(guest, whose=Whose.ORGANISATION) == found(guest)


def test_a_visitor_has_nothing_of_their_own(as_user):
    for whose in (Whose.MINE, Whose.GROUPS):
        with pytest.raises(SignInRequired):
            search_web_maps(as_user(), "", whose)


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("wat", ["Storm-water (old)", "Water mains"]),
        ("MAINS water", ["Water mains"]),
        ("valv", ["Water mains"]),
        ("storm-wat", ["Storm-water (old)"]),
        ("(old)", ["Storm-water (old)"]),
        ('") OR owner:"ranger', []),
        ("water NOT mains", []),
        ("* ? :", ["Group map", "Secret map", "Storm-water (old)", "Water mains"]),
        ("nothing", []),
    ],
)
def test_words_are_words_and_never_a_query(as_user, words, titles):
    assert found(as_user("ranger"), words) == titles


def test_a_member_of_very_many_groups_finds_theirs(as_user, content):
    content.add_user("joiner", "p", groups=[CREWS, *(f"{number:032x}" for number in range(300))])
    portal = as_user("joiner")
    assert found(portal, whose=Whose.GROUPS) == ["Group map"]
    (asked,) = portal.running.asked("/search")
    assert asked.method == "POST"


def test_pages_follow_one_another_the_latest_first(as_user, content):
    for number in range(60):
        add_web_map(content, f"Sheet {number}", [], offline={})
    portal, start, titles, sizes = as_user(), 1, [], []
    while start:
        page = search_web_maps(portal, "sheet", Whose.ALL, start)
        assert page.total == 60
        titles += [item.title for item in page.items]
        sizes.append(len(page.items))
        start = page.next_start
    assert sizes == [25, 25, 10]
    assert titles == [f"Sheet {number}" for number in reversed(range(60))]


def test_a_link_finds_the_web_map_or_that_of_a_map_area(as_user, content):
    web_map = next(iter(content.items))
    area = add_map_area(content, web_map, "North", EXTENT)
    portal = as_user()
    assert find_web_map(portal, web_map).title == "Water mains"
    assert find_web_map(portal, area).title == "Water mains"
    assert has_areas(find_web_map(portal, web_map))


def test_a_link_to_something_else_says_what_it_is(as_user, content):
    app = next(item.id for item in content.items.values() if item.json["title"] == "Water app")
    with pytest.raises(BadInput, match="Web Mapping Application"):
        find_web_map(as_user(), app)
    orphan = content.add_item("Map Area", "Orphan")
    with pytest.raises(ItemNotFound, match="Orphan"):
        find_web_map(as_user(), orphan)
    with pytest.raises(ItemNotFound):
        find_web_map(as_user(), "e" * 32)


def test_a_web_map_without_areas_is_found_by_its_link_and_known_as_such(as_user, content):
    plain = next(item.id for item in content.items.values() if item.json["title"] == "Without areas")
    assert not has_areas(find_web_map(as_user(), plain))
