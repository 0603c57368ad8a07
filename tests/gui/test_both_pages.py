"""What both pages of the dock share: search, order, keyboard, several at once, and what rows tell."""

from datetime import datetime, timedelta, timezone
import json

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QLocale, Qt
from qgis.PyQt.QtTest import QTest

from plugin.core.offline_map.area_status import AreaStatus
from plugin.gui.rows.actions import Action
from plugin.gui.rows.area_filter import Order
from plugin.gui.rows.area_model import AreaRole
from plugin.gui.rows.wording import Words
from plugin.qgis_io.connections import Connection, save_connection
from plugin.qgis_io.settings import remember_offline_map
from tests.portal import Slow

from .wanted import download_of

pytestmark = pytest.mark.timeout(120)

TITLE = "Old Town and Harbour"


@pytest.fixture
def maps(downloaded, copied, look, dock_content):
    """Two offline maps of two programs, on the shown page *On This Computer*."""
    remember_offline_map(copied("canyonlands"))
    look()
    dock_content._window.show()
    dock_content._window.activateWindow()
    dock_content._dock.resize(420, 900)
    dock_content._dock.show_page(dock_content.local_maps)
    QTest.qWait(100)
    yield dock_content.local_maps
    dock_content._window.hide()


def titles(page):
    return [page.filter.index(number, 0).data() for number in range(page.filter.rowCount())]


def type_in(page, text):
    page._pane.search.setFocus()
    QTest.keyClicks(page._pane.search, text)


def test_local_maps_are_searched_by_title_web_map_and_portal(maps):
    assert titles(maps) == ["canyonlands", TITLE]
    for words, found in (("HARBOUR town", [TITLE]), ("elmsund", [TITLE]), ("127.0 sync", [TITLE]), ("x", [])):
        type_in(maps, words)
        assert titles(maps) == found
        assert (maps._pane._stack.currentWidget() is maps._pane.message) is (not found)
        QTest.keyClick(maps._pane.search, Qt.Key.Key_Escape)
        assert maps._pane.search.text() == ""
    assert titles(maps) == ["canyonlands", TITLE]


def test_local_maps_are_sorted_as_areas_are(maps):
    sizes = {row.title: row.bytes_on_disk for row in maps.model.rows()}
    maps.filter.sort_by(Order.SIZE)
    assert titles(maps) == sorted(sizes, key=sizes.get, reverse=True)
    maps.filter.sort_by(Order.NEWEST)
    assert titles(maps) == [TITLE, "canyonlands"]  # just downloaded, and packaged years ago


def test_only_the_maps_in_view_are_listed_where_that_is_wanted(maps, dock_content):
    dock_content.extents.zoom_to_rows([row for row in maps.model.rows() if row.title == TITLE])
    maps._pane.in_view.trigger()
    assert titles(maps) == [TITLE]
    dock_content.extents.zoom_to_rows([row for row in maps.model.rows() if row.title == "canyonlands"])
    assert titles(maps) == ["canyonlands"]
    maps._pane.in_view.trigger()
    assert len(titles(maps)) == 2


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_Return])
def test_the_keyboard_goes_from_the_search_to_the_list_and_back(maps, dock_content, key):
    focus = dock_content._window.focusWidget
    type_in(maps, "harbour")
    QTest.keyClick(maps._pane.search, key)
    assert focus() is maps.view
    assert maps.view.currentIndex().data() == TITLE
    QTest.keyClick(maps.view, Qt.Key.Key_Up)
    assert focus() is maps._pane.search
    QTest.keyClick(maps._pane.search, key)
    QTest.keyClick(maps.view, Qt.Key.Key_Escape)
    assert focus() is maps._pane.search
    assert maps._pane.search.text() == "harbour"


def test_enter_opens_all_that_are_selected_and_a_menu_closes_them(maps, wait):
    maps.view.setFocus()
    maps.view.setCurrentIndex(maps.filter.index(0, 0))
    QTest.keyClick(maps.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(maps.view, Qt.Key.Key_Return)
    wait(lambda: all(row.is_open for row in maps.model.rows()))
    groups = QgsProject.instance().layerTreeRoot().findGroups()
    assert len([group for group in groups if not group.name().startswith("Basemap: ")]) == 2
    menu = maps.view.menu(maps.filter.index(0, 0))
    texts = [entry.text() for entry in menu.actions()]
    assert texts == [
        "Zoom to Selected Areas (2)",
        "Close Selected Areas (2)",
        "Check Selected Areas for Updates (1)",
        "Verify Selected Areas (2)",
    ]
    menu.actions()[1].trigger()
    wait(lambda: not any(row.is_open for row in maps.model.rows()))
    assert not QgsProject.instance().mapLayers()


def test_a_double_click_does_the_same_on_both_pages(maps, dock_content, elmsund, listed, wait):
    dock_content.areas.choose(listed(elmsund))
    (index,) = [maps.filter.index(n, 0) for n in range(2) if maps.filter.index(n, 0).data() == TITLE]
    pages = {maps: index, dock_content.page: dock_content.page.filter.index(0, 0)}
    for page, row in pages.items():
        wanted = []
        page.wanted.connect(lambda _ids, action, wanted=wanted: wanted.append(action))
        page.view.doubleClicked.emit(row)
        assert wanted == [Action.OPEN]
        wait(lambda row=row: row.data(AreaRole.IS_OPEN))
        page.view.doubleClicked.emit(row)
        assert wanted == [Action.OPEN, Action.ZOOM]
        page.wanted.emit([row.data(AreaRole.ID)], Action.CLOSE)
        wait(lambda row=row: not row.data(AreaRole.IS_OPEN))


def test_both_pages_tell_the_same_of_a_download_that_runs_waits_and_is_done(
    dock_content, elmsund, listed, look, wait
):
    dock_content.areas.choose(listed(elmsund))
    dock_content.areas.refresh()
    wait(lambda: not dock_content.areas.is_asking)
    row = next(row for row in dock_content.areas.model.rows() if row.title == TITLE)
    elmsund.fault("/data", Slow(bytes_per_second=100_000), times=None)

    def told():
        """Of the row on each page: state, percent, sizes and age."""
        pages = (dock_content.areas.model.row(row.id), local())
        return [
            (one.status, Words().state_line(one), Words().facts_line(one, datetime.now(timezone.utc)))
            for one in pages
        ]

    def local():
        rows = dock_content.local_maps.model.rows()
        return next((one for one in rows if one.title == TITLE), None)

    def agree(status):
        wait(lambda: local() and told()[0][0] is status and told()[0] == told()[1])

    dock_content.queue.start(download_of(dock_content.areas.choice, row))
    wait(lambda: (one := local()) and one.progress and one.progress.percent > 5)
    agree(AreaStatus.DOWNLOADING)
    assert local().progress == dock_content.areas.model.row(row.id).progress
    dock_content.local_maps.wanted.emit([local().id], Action.PAUSE)
    agree(AreaStatus.PAUSED)
    wait(lambda: told()[0][2].endswith("downloaded") and told()[0] == told()[1])
    elmsund.script.clear()
    dock_content.local_maps.wanted.emit([local().id], Action.RESUME)
    agree(AreaStatus.DOWNLOADED)
    assert told()[1][2].endswith("downloaded today")


@pytest.mark.parametrize(
    ("days", "says"),
    [(0, "today"), (1, "yesterday"), (3, "3 days ago"), (30, "30 days ago"), (400, "on {date}")],
)
def test_the_age_is_that_of_the_download_in_words(
    downloaded, look, dock_content, elmsund, listed, days, says
):
    then = datetime.now(timezone.utc) - timedelta(days=days)
    manifest = downloaded / "manifest.json"
    content = json.loads(manifest.read_text("utf-8"))
    content["run"]["finished"] = then.isoformat()
    manifest.write_text(json.dumps(content), "utf-8")
    row = look()[TITLE]
    date = QLocale().toString(then.astimezone().date(), QLocale.FormatType.ShortFormat)
    assert f"downloaded {says.format(date=date)}" in Words().spoken(row)
    dock_content.areas.choose(listed(elmsund))
    (listed_row,) = dock_content.areas.model.rows()
    assert Words().facts_line(listed_row, then) == Words().facts_line(row, then)


@pytest.mark.parametrize("told", ["", "yesterday", "2026-01-02T03:04:05", "9999-12-31T23:59:59+00:00", 7])
def test_a_moment_that_is_none_is_not_told(downloaded, look, told):
    manifest = downloaded / "manifest.json"
    content = json.loads(manifest.read_text("utf-8"))
    content["run"]["finished"] = told
    manifest.write_text(json.dumps(content), "utf-8")
    assert look()[TITLE].here is not None
    assert Words().spoken(look()[TITLE])


def test_the_web_map_of_a_map_is_told_where_the_manifest_of_an_earlier_version_does_not(downloaded, look):
    manifest = downloaded / "manifest.json"
    content = json.loads(manifest.read_text("utf-8"))
    assert content.pop("webMapTitle") == "Elmsund"
    manifest.write_text(json.dumps(content), "utf-8")
    assert look()[TITLE].snippet.startswith("Elmsund · ")


def test_the_web_map_of_a_download_that_has_begun_is_told_as_it_was_chosen(
    dock_content, elmsund, listed, look, wait
):
    saved = save_connection(Connection("Town", elmsund.url))
    dock_content.take_web_map(saved, listed(elmsund).web_map)
    wait(lambda: dock_content.areas.model.rowCount() == 4 and not dock_content.areas.is_asking)
    row = next(row for row in dock_content.areas.model.rows() if row.title == TITLE)
    elmsund.fault("/data", Slow(bytes_per_second=20_000), times=None)
    dock_content.queue.start(download_of(dock_content.areas.choice, row))
    wait(lambda: TITLE in {one.title for one in dock_content.local_maps.model.rows()})
    assert look()[TITLE].snippet == "Elmsund · 127.0.0.1"
    dock_content.queue.cancel(row.key, look()[TITLE].folder)
    wait(lambda: not dock_content.local_maps.model.rowCount())


def test_what_a_narrow_row_cuts_stands_in_its_tool_tip(downloaded, look):
    row = look()[TITLE]
    tip = Words().tool_tip(row)
    for text in (TITLE, row.snippet, Words().state_line(row), "downloaded today"):
        assert text in tip
