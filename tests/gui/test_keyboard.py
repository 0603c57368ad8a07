"""The list by keyboard and by mouse: every button of a row, its menu, and who can be reached."""

import pytest
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtGui import QContextMenuEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QMenu, QWidget

from plugin.core.offline_map.area_status import Activity, AreaStatus, Local, Remote
from plugin.gui.rows.actions import Action, actions
from plugin.gui.rows.area_model import AreaRole
from plugin.gui.rows.area_row import AreaRow
from plugin.gui.rows.wording import Words

from .here import STAGED, WHOLE, here

# How each status comes about.
STATES = {
    AreaStatus.LOAD_FAILED: (Remote.UNREADABLE, Local(), Activity.NONE),
    AreaStatus.PACKAGING: (Remote.PACKAGING, Local(), Activity.NONE),
    AreaStatus.READY: (Remote.PACKAGED, Local(), Activity.NONE),
    AreaStatus.QUEUED: (Remote.PACKAGED, Local(), Activity.QUEUED),
    AreaStatus.DOWNLOADING: (Remote.PACKAGED, STAGED, Activity.DOWNLOADING),
    AreaStatus.PAUSED: (Remote.PACKAGED, STAGED, Activity.NONE),
    AreaStatus.DOWNLOAD_FAILED: (Remote.PACKAGED, STAGED, Activity.FAILED),
    AreaStatus.DOWNLOADED: (Remote.PACKAGED, WHOLE, Activity.NONE),
    AreaStatus.GONE: (Remote.GONE, WHOLE, Activity.NONE),
}


@pytest.fixture
def page(dock_content):
    """The page with a row in each of these states, shown; `page.told` is what was wanted."""
    shown = dock_content.page
    dock_content.areas.model.replace_all(
        [
            AreaRow(status.name, status.value, remote=remote, here=here(local), activity=activity)
            for status, (remote, local, activity) in STATES.items()
        ]
    )
    window = dock_content._dock
    window.resize(420, 1400)
    window.show()
    QTest.qWait(100)
    shown.told = []
    shown.wanted.disconnect()
    shown.wanted.connect(lambda ids, action: shown.told.append((ids, action)))
    yield shown
    window.hide()


def index_of(page, status):
    rows = (page.filter.index(number, 0) for number in range(page.filter.rowCount()))
    return next(index for index in rows if index.data(AreaRole.ID) == status.name)


@pytest.mark.parametrize("status", STATES)
def test_enter_does_what_the_button_of_the_row_does(page, status):
    page.view.setCurrentIndex(index_of(page, status))
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    first = actions(index_of(page, status).data(AreaRole.ROW))[0]
    assert page.told == [([status.name], first)]


@pytest.mark.parametrize("status", STATES)
def test_delete_removes_only_what_is_here(page, status):
    page.view.setCurrentIndex(index_of(page, status))
    QTest.keyClick(page.view, Qt.Key.Key_Delete)
    wanted = [([status.name], Action.REMOVE)] if STATES[status][1].is_map else []
    assert page.told == wanted


@pytest.mark.parametrize("status", STATES)
def test_every_button_of_a_row_can_be_clicked(page, status):
    index = index_of(page, status)
    place = page.view.delegate._layout(
        page.view.visualRect(index), page.view.font(), index.data(AreaRole.ROW)
    )
    for button in place.buttons[:-1]:
        page.told.clear()
        QTest.mouseClick(
            page.view.viewport(),
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            button.rect.center(),
        )
        assert page.told == [([status.name], button.action)]
    assert place.buttons[-1].action is None  # the menu


def test_a_press_that_is_taken_elsewhere_does_nothing(page):
    index = index_of(page, AreaStatus.READY)
    place = page.view.delegate._layout(
        page.view.visualRect(index), page.view.font(), index.data(AreaRole.ROW)
    )
    viewport, left, none = (
        page.view.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QTest.mousePress(viewport, left, none, place.buttons[0].rect.center())
    QTest.mouseRelease(viewport, left, none, place.title.center())
    assert page.told == []


def test_the_menu_key_shows_the_menu_at_its_button(page, wait):
    index = index_of(page, AreaStatus.PAUSED)
    page.view.setCurrentIndex(index)
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    QApplication.sendEvent(page.view, asked)
    wait(lambda: QApplication.activePopupWidget() is not None, 5)
    menu = QApplication.activePopupWidget()
    texts = [entry.text() for entry in menu.actions() if not entry.isSeparator()]
    words = Words()
    assert texts == [words.action(action) for action in actions(index.data(AreaRole.ROW))]
    assert menu.defaultAction().text() == "Resume"
    assert abs(menu.pos().x() - page.view.delegate.menu_position(index).x()) < 40
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert page.told == [([AreaStatus.PAUSED.name], Action.RESUME)]


def test_many_selected_rows_have_one_menu(page):
    page.view.selectAll()
    menu = page.view.menu(index_of(page, AreaStatus.READY))
    assert [entry.text() for entry in menu.actions()] == [
        "Download Selected Areas (1)…",
        "Resume Selected Downloads (1)",
        "Pause Selected Downloads (2)",
        "Open Selected Areas (2)",
        f"Zoom to Selected Areas ({len(STATES)})",
        "Check Selected Areas for Updates (2)",
        "Verify Selected Areas (2)",
    ]
    menu.actions()[2].trigger()
    assert page.told == [([AreaStatus.DOWNLOADING.name, AreaStatus.QUEUED.name], Action.PAUSE)]


def test_tab_goes_through_everything_in_the_order_of_reading_and_everything_has_a_name(page):
    there = [one for one in page.findChildren(QWidget) if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    there = [one for one in there if one.isVisibleTo(page) and one.isEnabled() and not isinstance(one, QMenu)]
    order, widget = [], page._title
    while widget not in order:
        order.append(widget)
        widget = widget.nextInFocusChain()
    assert set(there) <= set(order)
    reached = [one for one in order if one in there]
    assert [one.accessibleName() for one in reached] == [
        "Web map: Choose Web Map…",
        "Pick Areas on the Map",
        "More",
        "Search areas",
        "Only Areas in View",
        "Sort",
        "Map areas",
    ]


def test_what_is_heard_of_a_row(page):
    index = index_of(page, AreaStatus.READY)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "ready, Ready to download"
