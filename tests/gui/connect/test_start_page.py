"""Finding a web map: every text has its way, every state its sentence, the keyboard is enough."""

import pytest
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest

from plugin.core.portal.web_maps import Whose
from plugin.gui.connections.form import ConnectionDialog
from plugin.gui.connections.start_page import StartPage
from plugin.gui.connections.web_map_model import FACTS
from plugin.qgis_io.connections import (
    ARCGIS_ONLINE_TITLE,
    ChosenWebMap,
    Connection,
    connections,
    find_connection,
    remember_web_map,
    save_connection,
)
from tests.portal import HangUp, PortalContent, PortalFault, Stall, add_map_area, add_web_map

from .conftest import give_master_password, in_dialog, wait_for

EXTENT = (1_100_000.0, 6_900_000.0, 1_101_000.0, 6_901_000.0)


@pytest.fixture
def page(questions, thumbnails, own_settings):
    made = StartPage(questions, thumbnails)
    made.told = []
    made.chosen.connect(lambda connection, web_map: made.told.append((connection.title, web_map.title)))
    made.show()
    yield made
    made.close_questions()


@pytest.fixture
def open_for(page):
    """`open_for(connection)` lists its web maps."""

    def show(connection):
        page.begin(False, connection)
        wait_for(lambda: not page.sign_in_line.text().startswith("Asking"))
        return page

    return show


def titles(page):
    return [page.model.index(row).data() for row in range(page.model.rowCount())]


def enter(page, text):
    """Types over what stands there, and presses Enter."""
    page.searchEdit.selectAll()
    QTest.keyClicks(page.searchEdit, text)
    QTest.keyClick(page.searchEdit, Qt.Key.Key_Return)


def says(page, words):
    wait_for(lambda: page.message.text().find(words) >= 0)
    return page.pages.currentWidget() is page.messagePage


# ---- words ------------------------------------------------------------------------------------


def test_a_visitor_sees_what_is_public(open_for, visitor):
    page = open_for(visitor)
    wait_for(lambda: titles(page) == ["Water mains"])
    assert page.sign_in_line.text() == "Public items only"
    assert page.countLabel.text() == "Web maps: 1"
    assert page.model.index(0).data(FACTS).startswith("ranger · ")
    assert "Valves" in page.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    for whose, offered in ((Whose.MINE, False), (Whose.GROUPS, False), (Whose.ORGANISATION, True)):
        row = page.whoseChoice.findData(whose)
        assert page.whoseChoice.model().item(row).isEnabled() is offered


def test_a_member_can_look_among_what_is_theirs(open_for, ranger):
    page = open_for(ranger)
    wait_for(lambda: len(titles(page)) == 3)
    page.whoseChoice.setCurrentIndex(page.whoseChoice.findData(Whose.MINE))
    wait_for(lambda: len(titles(page)) == 3)
    page.whoseChoice.setCurrentIndex(page.whoseChoice.findData(Whose.GROUPS))
    assert says(page, "Your groups share no web map")


def test_every_way_of_finding_nothing_has_its_sentence(open_for, running, content, stored):
    for item in list(content.items):
        content.remove_item(item)
    page = open_for(save_connection(Connection("Empty", running.url)))
    assert says(page, "no public web map with map areas. Sign in")
    enter(page, "pumps")
    assert says(page, "matches “pumps”")
    guest = stored("Basic", username="guest", password="guest-pass-3")
    page = open_for(save_connection(Connection("Guest", running.url, guest)))
    for whose, words in (
        (Whose.ALL, "shows you no web map"),
        (Whose.MINE, "None of your web maps"),
        (Whose.GROUPS, "Your groups"),
        (Whose.ORGANISATION, "Your organization"),
    ):
        page.whoseChoice.setCurrentIndex(page.whoseChoice.findData(whose))
        assert says(page, words)


def test_no_network_is_never_called_no_web_maps(open_for):
    page = open_for(save_connection(Connection("Off", "http://127.0.0.1:9")))
    assert says(page, "refused the connection")
    assert page.messageButton.isVisible()
    assert "refused the connection" in page.sign_in_line.text()


def test_try_again_tries_again(open_for, running, visitor):
    running.fault("/search", PortalFault(400, "Out of order"))
    page = open_for(visitor)
    assert says(page, "Out of order")
    page.messageButton.click()
    wait_for(lambda: titles(page) == ["Water mains"])


def test_nothing_waits_for_a_portal_that_stalls(open_for, running, visitor):
    running.fault("/search", Stall(), times=None)
    page = open_for(visitor)
    assert says(page, "Looking for web maps…")
    wait_for(lambda: running.asked("/search"))
    assert wait_for(lambda: page.close_questions() or True) < 0.1


def test_more_web_maps_come_by_scrolling(open_for, visitor, content):
    for number in range(60):
        add_web_map(content, f"Sheet {number}", [], offline={})
    page = open_for(visitor)
    wait_for(lambda: page.model.rowCount() == 25)
    assert page.countLabel.text() == "Web maps: 25 of 61; scroll for more"
    while page.model.rowCount() < 61:
        shown = page.model.rowCount()
        page.webMapList.scrollToBottom()
        wait_for(lambda before=shown: page.model.rowCount() > before)
    assert len(set(titles(page))) == 61
    assert page.countLabel.text() == "Web maps: 61"


def test_a_page_that_fails_keeps_what_is_there(open_for, visitor, content, running):
    for number in range(60):
        add_web_map(content, f"Sheet {number}", [], offline={})
    page = open_for(visitor)
    wait_for(lambda: page.model.rowCount() == 25)
    running.fault("/search", PortalFault(400, "Out of order"))
    page.webMapList.scrollToBottom()
    wait_for(lambda: "Out of order" in page.countLabel.text())
    assert page.model.rowCount() == 25
    page.webMapList.scrollToTop()
    page.webMapList.scrollToBottom()
    wait_for(lambda: page.model.rowCount() == 50)


def test_typing_searches_after_a_pause_and_once(open_for, visitor, running):
    page = open_for(visitor)
    wait_for(lambda: titles(page))
    asked = len(running.asked("/search"))
    QTest.keyClicks(page.searchEdit, "mains")
    wait_for(lambda: len(running.asked("/search")) > asked)
    wait_for(lambda: titles(page) == ["Water mains"])
    assert len(running.asked("/search")) == asked + 1
    assert page.told == []  # nobody pressed Enter


def test_enter_goes_to_the_one_web_map_that_the_words_mean(open_for, visitor):
    page = open_for(visitor)
    enter(page, "mains")
    wait_for(lambda: page.told == [("Town", "Water mains")])


def test_enter_goes_to_the_list_of_several(open_for, ranger):
    page = open_for(ranger)
    page.activateWindow()
    enter(page, "map")
    wait_for(lambda: len(titles(page)) == 2 and page.webMapList.currentIndex().isValid())
    QTest.keyClick(page.webMapList, Qt.Key.Key_Down)
    QTest.keyClick(page.webMapList, Qt.Key.Key_Return)
    assert page.told == [("Town office", titles(page)[1])]


# ---- links ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "link",
    [
        "{id}",
        " {ID} ",
        "{portal}/home/item.html?id={id}",
        "{portal}/apps/mapviewer/index.html?webmap={id}#top",
        "{portal}/home/webmap/viewer.html?webmap={id}",
        "{portal}/sharing/rest/content/items/{id}?f=json",
        "https://fieldmaps.arcgis.app?itemID={id}&portalURL={portal}",
    ],
)
def test_a_link_of_any_shape_leads_to_its_web_map(open_for, running, visitor, content, link):
    page = open_for(visitor)
    enter(page, link.format(id=content.public, ID=content.public.upper(), portal=running.url))
    wait_for(lambda: page.told == [("Town", "Water mains")])


def test_a_link_to_a_map_area_leads_to_its_web_map(open_for, visitor, content):
    area = add_map_area(content, content.public, "North", EXTENT)
    page = open_for(visitor)
    enter(page, area)
    wait_for(lambda: page.told == [("Town", "Water mains")])


def test_a_link_to_an_unknown_portal_needs_nothing_but_enter(page, running, content):
    enter(page, f"{running.url}/home/item.html?id={content.public}")
    wait_for(lambda: page.told == [("Portal stand-in", "Water mains")])
    assert find_connection("Portal stand-in").url == running.url
    assert not running.secrets_seen()


def test_an_address_lists_the_portals_web_maps(page, running):
    enter(page, running.url.removesuffix("/portal"))
    wait_for(lambda: titles(page) == ["Water mains"])
    assert page.connections_box.connection().url == running.url
    enter(page, running.url.removesuffix("/portal"))  # by an address that is not the saved one
    wait_for(lambda: titles(page) == ["Water mains"])
    assert [one.title for one in connections()] == [ARCGIS_ONLINE_TITLE, "Portal stand-in"]


def test_a_private_link_asks_for_user_and_password_in_one_form(page, running, content, auth_store):
    forms = []

    def sign_in(form):
        assert isinstance(form, ConnectionDialog)
        forms.append(form)
        assert form.focusWidget() is form.sign_in.user_edit
        QTest.keyClicks(form.focusWidget(), "ranger")
        QTest.keyClick(form.focusWidget(), Qt.Key.Key_Tab)
        QTest.keyClicks(form.focusWidget(), "map-maker-1")
        QTest.keyClick(form.focusWidget(), Qt.Key.Key_Return)

    in_dialog(sign_in)
    enter(page, f"{running.url}/home/item.html?id={content.private}")
    wait_for(lambda: page.told == [("Portal stand-in", "Secret map")])
    assert len(forms) == 1
    saved = find_connection("Portal stand-in")
    config = auth_store.availableAuthMethodConfigs()[saved.authcfg]
    assert (config.method(), config.name()) == ("Basic", "127.0.0.1 (ranger)")
    auth_store.removeAuthenticationConfig(saved.authcfg)


def test_leaving_the_form_keeps_the_link_and_offers_it_again(page, running, content):
    link = f"{running.url}/home/item.html?id={content.private}"
    in_dialog(lambda form: QTest.keyClick(form, Qt.Key.Key_Escape))
    enter(page, link)
    assert says(page, "requires you to sign in")
    assert page.searchEdit.text() == link
    assert page.messageButton.text() == "&Sign In…"
    assert page.told == []
    assert [one.title for one in connections()] == [ARCGIS_ONLINE_TITLE]


def test_another_connection_that_may_see_it_is_tried_before_anybody_is_asked(page, visitor, ranger, content):
    page.begin(False, visitor)
    enter(page, f"{visitor.url}/home/item.html?id={content.private}")
    wait_for(lambda: page.told == [("Town office", "Secret map")])


def test_a_link_to_nothing_says_so_and_stays(page, running, visitor):
    page.begin(False, visitor)
    link = f"{running.url}/home/item.html?id={'e' * 32}"
    enter(page, link)
    wait_for(lambda: not page.message.text().startswith("Asking"))
    assert "not" in page.message.text()
    assert page.searchEdit.text() == link
    enter(page, "https://")
    assert says(page, "not the address of a portal")


def test_a_portal_that_is_down_is_tried_again(page, running, content):
    running.fault("*", HangUp(), times=None)
    enter(page, f"{running.url}/home/item.html?id={content.public}")
    wait_for(lambda: page.messageButton.text() == "&Try Again", 30)
    running.script.clear()
    page.messageButton.click()
    wait_for(lambda: page.told == [("Portal stand-in", "Water mains")])


def test_waiting_for_a_slow_portal_can_be_ended(page, running, content):
    running.fault("*", Stall(), times=None)
    enter(page, f"{running.url}/home/item.html?id={content.public}")
    assert says(page, "Asking http://127.0.0.1")
    assert page.messageButton.text() == "&Cancel"
    page.messageButton.click()
    assert page.pages.currentWidget() is page.recentPage
    assert page.searchEdit.text().endswith(content.public)


def test_the_port_decides_between_two_portals_of_one_host(page, portal, running, visitor):
    other = PortalContent()
    elsewhere = add_web_map(other, "Harbour", [], offline={})
    harbour = portal(other)
    page.begin(False, visitor)
    enter(page, f"{harbour.url}/home/item.html?id={elsewhere}")
    wait_for(lambda: page.told == [("Portal stand-in", "Harbour")])
    assert find_connection("Portal stand-in").url == harbour.url
    assert find_connection("Town").url == running.url


# ---- what was before, and what others wrote ----------------------------------------------------


def test_recent_web_maps_of_all_portals_are_one_click_away(page, running, visitor, content):
    assert page.hint.isVisible()
    remember_web_map(ARCGIS_ONLINE_TITLE, ChosenWebMap("a" * 32, "Older"))
    remember_web_map("Town", ChosenWebMap(content.public, "Water mains"))
    page.begin(False)
    assert [page.recentList.item(row).text() for row in range(2)] == [
        "Water mains\nTown",
        f"Older\n{ARCGIS_ONLINE_TITLE}",
    ]
    place = page.recentList.visualItemRect(page.recentList.item(1)).center()
    QTest.mouseClick(page.recentList.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.told == [(ARCGIS_ONLINE_TITLE, "Older")]
    QTest.keyClick(page.searchEdit, Qt.Key.Key_Down)
    QTest.keyClick(page.recentList, Qt.Key.Key_Up)
    QTest.keyClick(page.recentList, Qt.Key.Key_Return)
    assert page.told[1:] == [("Town", "Water mains")]
    assert running.asked() == []


@pytest.mark.parametrize("title", ["W" * 200, "خرائط المياه", "供水管网地图", "<b>R&D</b> <img src=x>"])
def test_titles_are_shown_as_they_are_and_widen_nothing(page, visitor, title):
    narrow = page.minimumSizeHint().width()
    remember_web_map("Town", ChosenWebMap("b" * 32, title))
    page.begin(True)
    assert page.recentList.item(0).text() == f"{title}\nTown"
    assert page.minimumSizeHint().width() == narrow
    assert narrow <= 280  # the fonts of tests are wide


def test_a_locked_store_is_asked_for_only_when_somebody_presses_enter(page, running, ranger, locked):
    page.connections_box.blockSignals(True)
    page.connections_box.reload("Town office")
    page.connections_box.blockSignals(False)
    locked()
    page.begin(False)
    QTest.keyClicks(page.searchEdit, "water")
    QTest.qWait(600)
    assert running.asked() == []
    in_dialog(lambda prompt: QTest.keyClick(prompt, Qt.Key.Key_Escape))
    QTest.keyClick(page.searchEdit, Qt.Key.Key_Return)
    assert says(page, "locked")
    assert page.messageButton.text() == "&Unlock…"
    assert page.searchEdit.text() == "water"
    in_dialog(give_master_password)
    page.messageButton.click()
    wait_for(lambda: titles(page) == ["Water mains"])
