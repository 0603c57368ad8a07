"""Portals in the Browser of QGIS, through its own model, against a portal on real sockets."""

import pytest
from qgis.core import Qgis, QgsApplication, QgsBrowserModel, QgsErrorItem
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QModelIndex
from qgis.PyQt.QtWidgets import QWidget

from plugin.core.offline_map.area_status import AreaStatus, ListState
from plugin.gui.browser.provider import BrowserProvider
from plugin.qgis_io.connections import (
    ChosenWebMap,
    Connection,
    connections,
    find_connection,
    remember_web_map,
    save_connection,
)
from tests.portal import HangUp, PortalFault

from .wanted import download_of

pytestmark = pytest.mark.timeout(120)


class Browser:
    """The Browser's model with our root in it."""

    def __init__(self, dock_content, wait):
        self.awake, self.wait, self.dock_content = True, wait, dock_content
        self.provider = BrowserProvider(lambda: dock_content, lambda: self.awake)
        dock_content.connections_changed.connect(self.provider.refresh)
        QgsApplication.dataItemProviderRegistry().addProvider(self.provider)
        self.model = QgsBrowserModel()
        self.model.initialize()

    def index(self, *names, parent=None):
        """The row that these names lead to; every one on the way is opened."""
        parent = parent or QModelIndex()
        if not names:
            return parent
        if parent.isValid() and self.model.canFetchMore(parent):
            self.model.fetchMore(parent)
        self.wait(lambda: names[0] in self.below(parent), 10)
        return self.index(*names[1:], parent=self.model.index(self.below(parent).index(names[0]), 0, parent))

    def item(self, *names):
        return self.model.dataItem(self.index("Offline Map Areas", *names))

    def below(self, parent):
        return [self.model.index(row, 0, parent).data() for row in range(self.model.rowCount(parent))]

    def names(self, *names):
        return self.below(self.open(*names))

    def open(self, *names):
        index = self.index("Offline Map Areas", *names)
        if self.model.canFetchMore(index):
            self.model.fetchMore(index)
        return index

    def close(self):
        QgsApplication.dataItemProviderRegistry().removeProvider(self.provider)
        sip.delete(self.model)


@pytest.fixture
def browser(dock_content, elmsund, wait):
    save_connection(Connection("Town", elmsund.url))
    made = Browser(dock_content, wait)
    yield made
    made.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def entries(item):
    """The texts of an item's menu that can be chosen."""
    owner = QWidget()
    return [one.text() for one in item.actions(owner) if not one.isSeparator() and one.isEnabled()]


def press(item, text):
    """Chooses an entry of an item's menu."""
    owner = QWidget()
    next(one for one in item.actions(owner) if one.text() == text).trigger()


def test_connections_web_maps_and_areas(browser, elmsund):
    assert browser.names() == [one.title for one in connections()]
    assert elmsund.asked() == []
    assert browser.index("Offline Map Areas", "Town", "Elmsund").isValid()
    browser.open("Town", "Elmsund")
    browser.wait(lambda: "Old Town and Harbour" in browser.names("Town", "Elmsund"))
    assert sorted(browser.names("Town", "Elmsund")) == [
        "Elmsund",
        "Northern Hills",
        "Old Town and Harbour",
        "Strand and South Beach",
    ]
    hills = browser.item("Town", "Elmsund", "Northern Hills")
    browser.wait(lambda: hills.row.status is AreaStatus.PACKAGING)
    assert "<b>Northern Hills</b>" in hills.toolTip()
    assert entries(hills) == ["Zoom to Area", "Details", "Show in the Dock"]


def test_what_is_open_stays_open_when_connections_change(browser, wait):
    wait(lambda: "Elmsund" in browser.names("Town"))
    browser.provider.refresh()
    QCoreApplication.processEvents()
    assert browser.names("Town") == ["Elmsund"]
    assert browser.item("Town", "Elmsund").hasChildren()


def test_a_web_map_that_is_chosen_in_the_dock_joins_those_of_an_open_connection(browser, town, wait):
    wait(lambda: "Elmsund" in browser.names("Town"))
    wait(lambda: "Old Town and Harbour" in browser.names("Town", "Elmsund"))
    (there,) = browser.names("Town")
    found = next(item.id for item in town.items.values() if item.json["type"] == "Web Map")
    other = ChosenWebMap(found[::-1], "Fertile")
    for _ in range(2):
        browser.dock_content.take_web_map(find_connection("Town"), other)
        wait(lambda: not browser.dock_content.areas.is_asking)
        assert sorted(browser.names("Town")) == [there, "Fertile"]
    assert "Old Town and Harbour" in browser.names("Town", "Elmsund")
    assert browser.item("Town", "Fertile").hasChildren()
    browser.item("Town").refresh()
    assert "Fertile" in browser.names("Town")


def test_a_web_map_with_another_title_takes_the_place_of_its_item(browser, town, wait):
    wait(lambda: "Elmsund" in browser.names("Town"))
    item = next(item for item in town.items.values() if item.json["type"] == "Web Map")
    remember_web_map("Town", ChosenWebMap(item.id, "Elmsund in June"))
    browser.item("Town").refresh()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert "Elmsund in June" in browser.names("Town")
    browser.provider.dress()
    browser.provider.refresh()
    assert len(browser.names("Town")) >= 1
    assert not any(map(sip.isdeleted, browser.item("Town").below.values()))


def test_nothing_is_asked_while_qgis_starts(browser, elmsund):
    browser.awake = False
    browser.open("Town")
    assert browser.names("Town") == ["Refresh to ask the portal"]
    assert elmsund.asked() == []
    browser.awake = True
    browser.item("Town").refresh()
    browser.wait(lambda: "Elmsund" in browser.names("Town"))


@pytest.mark.parametrize(
    ("path", "fault", "says"),
    [("*", HangUp(), "was closed"), ("/search", PortalFault(400, "Out of order."), "Out of order.")],
)
def test_what_went_wrong_is_said_and_mended_by_a_refresh(browser, elmsund, path, fault, says):
    elmsund.fault(path, fault, times=None)
    browser.open("Town")
    browser.wait(lambda: browser.names("Town") != ["Asking the portal…"])
    (text,) = browser.names("Town")
    assert isinstance(browser.item("Town", text), QgsErrorItem)
    assert says in text
    elmsund.script.clear()
    press(browser.item("Town"), "Refresh")
    browser.wait(lambda: browser.names("Town") == ["Elmsund"])


def test_an_area_is_downloaded_and_opened_from_here(browser, dock_content):
    browser.open("Town", "Elmsund")
    strand = browser.item("Town", "Elmsund", "Strand and South Beach")
    browser.wait(lambda: strand.row.status is AreaStatus.READY)
    areas = dock_content.list_of(browser.item("Town", "Elmsund").listed)
    dock_content.queue.start(download_of(areas.choice, strand.row))
    browser.wait(lambda: strand.row.status is AreaStatus.DOWNLOADED, 60)
    press(strand, "Open")
    browser.wait(lambda: strand.row.is_open, 30)


def test_show_in_the_dock(browser, dock_content):
    browser.open("Town", "Elmsund")
    old_town = browser.item("Town", "Elmsund", "Old Town and Harbour")
    assert old_town.handleDoubleClick()
    browser.wait(lambda: dock_content.page.selected() == [old_town.row.id])
    assert dock_content.areas.state is ListState.SHOWING
    assert connections()[1].web_maps[0].title == "Elmsund"  # chosen, and known from now on


def test_connections_that_change_are_seen(browser, dock_content):
    browser.open()
    save_connection(Connection("Harbour office", "https://gis.example.org/portal"))
    dock_content.connections_changed.emit()
    browser.wait(lambda: "Harbour office" in browser.names())
    assert "Remove Connection…" not in entries(browser.item("ArcGIS Online"))
    assert "Remove Connection…" in entries(browser.item("Harbour office"))


def test_testing_a_connection_says_who_is_signed_in(browser, dock_content):
    press(browser.item("Town"), "Test Connection")
    bar = dock_content.services.notices._bar
    browser.wait(lambda: bar.currentItem() is not None)
    assert "Public items only" in bar.currentItem().text()


def test_items_are_gone_with_the_provider(dock_content, elmsund, wait):
    save_connection(Connection("Town", elmsund.url))
    for _ in range(2):
        made = Browser(dock_content, wait)
        made.open("Town", "Elmsund")
        town = made.item("Town", "Elmsund")
        wait(lambda town=town: town.state() == Qgis.BrowserItemState.Populated)
        made.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        wait(lambda town=town: sip.isdeleted(town))
        assert not sip.isdeleted(dock_content.areas)
