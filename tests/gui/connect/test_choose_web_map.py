"""Choosing a web map: every state has its sentence, every link its way, the keyboard is enough."""

import pytest
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialogButtonBox

from plugin.core.portal.web_maps import Whose
from plugin.gui.connections.choose_web_map import WebMapChooser
from plugin.gui.connections.web_map_model import FACTS
from plugin.qgis_io.connections import Connection, find_connection, save_connection
from plugin.qgis_io.settings import CHOSEN_CONNECTION
from tests.portal import PortalContent, PortalFault, Stall, add_map_area, add_web_map

from .conftest import wait_for

OK = QDialogButtonBox.StandardButton.Ok
EXTENT = (1_100_000.0, 6_900_000.0, 1_101_000.0, 6_901_000.0)


@pytest.fixture
def chooser(questions, thumbnails):
    made = WebMapChooser(questions, thumbnails)
    yield made
    made.done(0)


@pytest.fixture
def open_for(chooser):
    """`open_for(connection)` shows the form without its own event loop."""

    def show(connection):
        chooser.connections_box.reload(connection.title)
        chooser.show()
        wait_for(lambda: not chooser.sign_in_line.text().startswith("Asking"))
        return chooser

    return show


def titles(chooser):
    return [chooser.model.index(row).data() for row in range(chooser.model.rowCount())]


def look_for(chooser, text, whose=Whose.ALL):
    chooser.whoseChoice.setCurrentIndex(chooser.whoseChoice.findData(whose))
    chooser.searchEdit.setText(text)
    QTest.keyClick(chooser.searchEdit, Qt.Key.Key_Return)
    wait_for(lambda: "Looking" not in chooser.message.text() or chooser.model.rowCount())


def says(chooser, words):
    wait_for(lambda: chooser.message.text().find(words) >= 0)
    return chooser.pages.currentWidget() is chooser.messagePage


def test_a_visitor_sees_what_is_public(open_for, visitor):
    chooser = open_for(visitor)
    wait_for(lambda: titles(chooser) == ["Water mains"])
    assert chooser.sign_in_line.text() == "Public items only"
    assert chooser.countLabel.text() == "Web maps: 1"
    assert chooser.model.index(0).data(FACTS).startswith("ranger · ")
    assert "Valves" in chooser.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    for whose, offered in ((Whose.MINE, False), (Whose.GROUPS, False), (Whose.ORGANISATION, True)):
        row = chooser.whoseChoice.findData(whose)
        assert chooser.whoseChoice.model().item(row).isEnabled() is offered


def test_a_member_can_look_among_what_is_theirs(open_for, ranger):
    chooser = open_for(ranger)
    wait_for(lambda: len(titles(chooser)) == 3)
    look_for(chooser, "", Whose.MINE)
    wait_for(lambda: len(titles(chooser)) == 3)
    look_for(chooser, "", Whose.GROUPS)
    assert says(chooser, "Your groups share no web map")


def test_every_way_of_finding_nothing_has_its_sentence(open_for, running, content, stored):
    for item in list(content.items):
        content.remove_item(item)
    chooser = open_for(save_connection(Connection("Empty", running.url)))
    assert says(chooser, "no public web map with map areas. Sign in")
    look_for(chooser, "pumps")
    assert says(chooser, "matches “pumps”")
    guest = stored("Basic", username="guest", password="guest-pass-3")
    chooser = open_for(save_connection(Connection("Guest", running.url, guest)))
    for whose, words in (
        (Whose.ALL, "shows you no web map"),
        (Whose.MINE, "None of your web maps"),
        (Whose.GROUPS, "Your groups"),
        (Whose.ORGANISATION, "Your organization"),
    ):
        look_for(chooser, "", whose)
        assert says(chooser, words)
        assert not chooser.buttonBox.button(OK).isEnabled()


def test_no_network_is_never_called_no_web_maps(open_for, running, visitor):
    chooser = open_for(save_connection(Connection("Off", "http://127.0.0.1:9")))
    assert says(chooser, "refuses the connection")
    assert chooser.messageButton.isVisible()
    assert "refuses the connection" in chooser.sign_in_line.text()


def test_try_again_tries_again(open_for, running, visitor):
    running.fault("/search", PortalFault(400, "Out of order"))
    chooser = open_for(visitor)
    assert says(chooser, "Out of order")
    chooser.messageButton.click()
    wait_for(lambda: titles(chooser) == ["Water mains"])


def test_nothing_waits_for_a_portal_that_stalls(open_for, chooser, running, visitor):
    running.fault("/search", Stall(), times=None)
    open_for(visitor)
    assert says(chooser, "Looking for web maps…")
    wait_for(lambda: running.asked("/search"))
    assert wait_for(lambda: chooser.done(0) or True) < 0.1


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
def test_a_link_of_any_shape_finds_its_web_map(open_for, running, visitor, content, link):
    chooser = open_for(visitor)
    look_for(chooser, link.format(id=content.public, ID=content.public.upper(), portal=running.url))
    wait_for(lambda: titles(chooser) == ["Water mains"] and chooser.buttonBox.button(OK).isEnabled())
    assert not chooser.whoseChoice.isEnabled()
    look_for(chooser, "water")
    wait_for(lambda: titles(chooser) == ["Water mains"])
    assert chooser.whoseChoice.isEnabled()


def test_a_link_to_a_map_area_finds_its_web_map(open_for, visitor, content):
    area = add_map_area(content, content.public, "North", EXTENT)
    chooser = open_for(visitor)
    look_for(chooser, area)
    wait_for(lambda: titles(chooser) == ["Water mains"])


def test_a_link_to_what_one_may_not_see_says_so(open_for, visitor, content):
    chooser = open_for(visitor)
    look_for(chooser, content.private)
    assert says(chooser, "asks for a sign-in")
    assert chooser.messageButton.text() == "&Edit Connection…"


def test_a_link_to_another_saved_portal_goes_there(open_for, visitor, portal):
    other = PortalContent()
    elsewhere = add_web_map(other, "Harbour", [], offline={})
    harbour = portal(other).url.replace("127.0.0.1", "localhost")  # another host: ports do not count
    save_connection(Connection("Harbour office", harbour))
    chooser = open_for(visitor)
    look_for(chooser, f"{harbour}/home/item.html?id={elsewhere}")
    wait_for(lambda: titles(chooser) == ["Harbour"])
    assert chooser.connections_box.connection().title == "Harbour office"


def test_a_link_to_an_unknown_portal_asks_nobody_but_offers_a_connection(open_for, visitor, portal, running):
    other = PortalContent()
    elsewhere = add_web_map(other, "Harbour", [], offline={})
    harbour = portal(other)
    address = harbour.url.replace("127.0.0.1", "localhost")
    chooser = open_for(visitor)
    look_for(chooser, f"{address}/home/item.html?id={elsewhere}")
    assert says(chooser, "there is no connection yet")
    assert chooser.messageButton.isVisible()
    assert harbour.asked() == []


def test_more_web_maps_come_by_scrolling(open_for, visitor, content):
    for number in range(60):
        add_web_map(content, f"Sheet {number}", [], offline={})
    chooser = open_for(visitor)
    wait_for(lambda: chooser.model.rowCount() == 25)
    assert chooser.countLabel.text() == "Web maps: 25 of 61; scroll for more"
    while chooser.model.rowCount() < 61:
        shown = chooser.model.rowCount()
        chooser.webMapList.scrollToBottom()
        wait_for(lambda before=shown: chooser.model.rowCount() > before)
    assert len(set(titles(chooser))) == 61
    assert chooser.countLabel.text() == "Web maps: 61"


def test_a_page_that_fails_keeps_what_is_there(open_for, visitor, content, running):
    for number in range(60):
        add_web_map(content, f"Sheet {number}", [], offline={})
    chooser = open_for(visitor)
    wait_for(lambda: chooser.model.rowCount() == 25)
    running.fault("/search", PortalFault(400, "Out of order"))
    chooser.webMapList.scrollToBottom()
    wait_for(lambda: "Out of order" in chooser.countLabel.text())
    assert chooser.model.rowCount() == 25
    chooser.webMapList.scrollToTop()
    chooser.webMapList.scrollToBottom()
    wait_for(lambda: chooser.model.rowCount() == 50)


def test_it_is_chosen_with_the_keyboard_and_remembered(chooser, visitor, content):
    def press():
        if not chooser.model.rowCount():
            QTimer.singleShot(10, press)
            return
        QTest.keyClick(chooser.searchEdit, Qt.Key.Key_Down)
        QTest.keyClick(chooser.webMapList, Qt.Key.Key_Return)

    QTimer.singleShot(0, press)
    choice = chooser.choose(visitor)
    assert (choice.connection.title, choice.web_map.id) == ("Town", content.public)
    assert [one.title for one in find_connection("Town").web_maps] == ["Water mains"]
    assert CHOSEN_CONNECTION.value() == "Town"


def test_leaving_it_chooses_and_remembers_nothing(chooser, visitor):
    QTimer.singleShot(200, chooser.reject)
    assert chooser.choose(visitor) is None
    assert find_connection("Town").web_maps == ()


def test_typing_searches_after_a_pause_and_once(open_for, visitor, running):
    chooser = open_for(visitor)
    wait_for(lambda: titles(chooser))
    asked = len(running.asked("/search"))
    for key in "mains":
        QTest.keyClick(chooser.searchEdit, key)
    wait_for(lambda: len(running.asked("/search")) > asked)
    wait_for(lambda: titles(chooser) == ["Water mains"])
    assert len(running.asked("/search")) == asked + 1
