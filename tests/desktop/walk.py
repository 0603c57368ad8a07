"""Words for the stops of a tour: what is looked at is read from the plugin, what is done goes through keys
and clicks."""

from __future__ import annotations

from offline_map_areas.plugin.core.offline_map.area_status import AreaStatus, ListState
from offline_map_areas.plugin.gui.rows.actions import Action
from offline_map_areas.plugin.gui.rows.area_model import AreaRole
from offline_map_areas.plugin.gui.rows.wording import Words
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtWidgets import QAbstractButton, QAction, QCheckBox, QToolButton, QWidget
import qgis.utils

from tests.desktop.hand import Hand, Windows, open_menu
from tests.desktop.stage import Stage, dialog, settled

iface = qgis.utils.iface


class Walk:
    """One user in one session of QGIS."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.hand, self.windows = stage, Hand(), Windows()
        self.plugin = qgis.utils.plugins["offline_map_areas"]
        self.dock, self.work = self.plugin.dock, self.plugin.dock_content
        self.areas, self.page, self.model = self.work.areas, self.work.page, self.work.areas.model
        stage.told["now"] = self.now

    # ---- looking ------------------------------------------------------------------------------

    def now(self) -> str:
        """What the list says, for a stop that was waited for in vain."""
        rows = ", ".join(f"{row.title}: {row.status.value} {row.error}" for row in self.model.rows())
        asking = "asking" if self.areas.is_asking else "not asking"
        page = self.work.start_page.message.text()
        return (
            f"{self.hand.done[-9:]}; {page!r}; {self.areas.state.value}, {asking}, {self.areas.error} {rows}"
        )

    def state(self, state: ListState):
        return f"the list is {state.value}", lambda: self.areas.state is state and not self.areas.is_asking

    def status(self, title: str, *wanted: AreaStatus):
        names = " or ".join(one.value for one in wanted)
        return f"{title} is {names}", lambda: self.row(title) and self.row(title).status in wanted

    def row(self, title: str):
        return next((row for row in self.model.rows() if row.title == title), None)

    def told(self, text: str):
        """The entry of the message bar with this text."""
        return next((one for one in iface.messageBar().items() if text in one.text()), None)

    # ---- doing --------------------------------------------------------------------------------

    def window(self, width: int, height: int) -> None:
        iface.mainWindow().showNormal()
        iface.mainWindow().setGeometry(0, 0, width, height)

    def open_dock(self, width: int):
        """Shows the dock by the button in the tool bar of QGIS."""
        buttons = iface.webToolBar().findChildren(QToolButton)
        self.hand.click(next(one for one in buttons if one.defaultAction() is self.plugin.actions[0]))
        yield "the dock is there", self.dock.isVisible
        iface.mainWindow().resizeDocks([self.dock], [width], Qt.Orientation.Horizontal)
        yield settled(800)

    def push(self, button: QAbstractButton):
        yield f"“{button.text()}” can be pushed", lambda: button.isVisible() and button.isEnabled()
        yield settled(100)
        box = isinstance(button, QCheckBox)  # which is wider than the part of it that takes a click
        self.hand.click(button, QPoint(8, button.height() // 2) if box else None)

    @staticmethod
    def tool_bar_button(action: QAction) -> QToolButton:
        """The button of an action of QGIS."""
        buttons = iface.mainWindow().findChildren(QToolButton)
        return next(one for one in buttons if one.defaultAction() is action and one.isVisible())

    def push_in(self, name: str, text: str):
        """Pushes a button of a question."""
        yield f"{name} is there", lambda: dialog(name)
        yield settled(300)
        buttons = dialog(name).findChildren(QAbstractButton)
        yield from self.push(next(one for one in buttons if one.text().replace("&", "") == text))
        yield f"{name} is closed", lambda: not dialog(name)

    def fill_in(self, field: QWidget, text: str):
        self.hand.click(field)
        yield settled(100)
        self.hand.press("ctrl+a")
        self.hand.write(text)
        yield f"{text} is there", lambda: field.text() == text

    def leave(self, name: str):
        """Closes a window by *Esc*."""
        dialog(name).activateWindow()
        yield settled(100)
        self.hand.press("Escape")
        yield f"{name} is closed", lambda: not dialog(name)

    def select(self, title: str, page=None):
        view, index = self._place(title, page)
        self.hand.click(view.viewport(), view.visualRect(index).topLeft() + QPoint(60, 12))
        yield f"{title} is chosen", lambda: view.currentIndex() == index and view.hasFocus()

    def do(self, title: str, action: Action, page=None):
        """By the button in the row where there is one, else by the menu of the row, which a key opens."""
        yield from self.select(title, page)
        view, index = self._place(title, page)
        shown = view.delegate._layout(view.visualRect(index), view.font(), index.data(AreaRole.ROW))
        button = next((one for one in shown.buttons if one.action is action), None)
        yield settled(150)
        if button is not None:
            self.hand.click(view.viewport(), button.rect.center())
            return
        self.hand.press("Menu")
        yield "the menu of the row is there", open_menu
        menu, text = open_menu(), Words().action(action)
        entry = next(one for one in menu.actions() if one.text() == text)
        yield settled(150)
        self.hand.click(menu, menu.actionGeometry(entry).center())
        yield settled(150)

    def _place(self, title: str, page):
        page = page or self.page
        model = page.view.model()
        rows = (model.index(number, 0) for number in range(model.rowCount()))
        index = next(one for one in rows if one.data() == title)
        return page.view, index

    def choose(self, web_map: str):
        """Pastes the link of a web map, from the page that shows another one or from the first page."""
        start = self.work.start_page
        if not start.isVisible():
            yield from self.push(self.page.findChild(QToolButton, "offlineMapAreasWebMap"))
            yield "the first page is there", start.isVisible
        self.hand.click(start.searchEdit)
        yield settled(150)
        self.hand.press("ctrl+a")
        self.hand.paste(f"{self.stage.told['portal']}/home/item.html?id={self.stage.told[web_map]}")
        yield settled(150)
        self.hand.press("Return")
        wanted = self.stage.told[web_map]
        yield (
            "the web map is shown",
            lambda: self.page.isVisible() and self.areas.choice.web_map.id == wanted,
        )

    def refresh(self):
        button = next(
            one
            for one in self.page.findChildren(QToolButton)
            if one.defaultAction() is self.page.refresh_action
        )
        yield from self.push(button)

    def show_tab(self, page: QWidget):
        tabs = self.dock._pages
        bar, number = tabs.tabBar(), tabs.indexOf(page)
        self.hand.click(bar, bar.tabRect(number).center())
        yield "the page is in front", page.isVisible
