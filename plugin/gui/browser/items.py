"""Portals in the Browser of QGIS: the root and the saved connections.

    Offline Map Areas
    └ Town office              a connection: new, edit, test, remove
      └ Elmsund                a web map with map areas: show in the dock
        └ Old Town             an area, with all that the dock offers for it

Every item lives in the main thread. QGIS would populate items in threads of its own; here a portal is asked
through `Questions`, as everywhere, and items come as its answers do. Nothing is asked before QGIS has
started: the Browser then opens again what was open when QGIS was left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsDataCollectionItem,
    QgsDataItem,
    QgsErrorItem,
)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction, QWidget

from ...core import TITLE
from ...core.untrusted.text import inert

if TYPE_CHECKING:
    from ...core.errors import OfflineMapError
    from ...core.portal.items import Item
    from ...qgis_io.connections import ChosenWebMap, Connection
    from ..dock_content import DockContent
    from ..jobs.questions import Question

# Children by their path: an item that nobody shows would never be deleted, so none is made before.
Makers = dict[str, Callable[[], QgsDataItem]]
PATH = "offlinemapareas:"
_NOTE = "/note: "
_ICON = Path(__file__).parents[3] / "resources" / "icon.svg"


class PortalItem(QgsDataCollectionItem):
    """What all these items share: they populate in the main thread, and stand under another one."""

    def __init__(self, parent: Optional[PortalItem], name: str, path: str, icon: QIcon) -> None:
        super().__init__(parent, name, path, "offlinemapareas")
        self.setIcon(icon)
        # “Fast” is QGIS' word for: in the main thread. What is not “Fertile” loses its children, and never
        # makes others, as soon as its parent is refreshed.
        able = Qgis.BrowserItemCapability
        self.setCapabilitiesV2(able.Fertile | able.Collapse | able.Fast)
        # QGIS' own `children()` must not be called: it gives its caller the items to delete (seen in 3.40).
        self.below: dict[str, QgsDataItem] = {}
        if parent is not None:
            self.dock_content, self.is_awake = parent.dock_content, parent.is_awake
            self.make_web_map = parent.make_web_map

    def tr(self, text: str) -> str:
        """A sentence in the user's language, filed under the class that says it."""
        return QCoreApplication.translate(type(self).__name__, text)

    def entry(self, text: str, does: Callable[[], object], parent: QWidget, icon: str = "") -> QAction:
        """An entry of this item's menu."""
        action = QAction(QgsApplication.getThemeIcon(icon) if icon else QIcon(), text, parent)
        action.triggered.connect(lambda _checked: does())
        return action

    def dress(self) -> None:
        """Gives this item and those below it icons in the colours of the theme."""
        for child in self.below.values():
            if hasattr(child, "dress"):
                child.dress()

    def note(self, text: str) -> Makers:
        """A child that says something instead of showing something."""

        def make() -> QgsDataItem:
            said = QgsDataItem(Qgis.BrowserItemType.Custom, self, text, path)
            said.setState(Qgis.BrowserItemState.Populated)
            said.setIcon(QgsApplication.getThemeIcon("/mIconInfo.svg"))
            return said

        path = f"{self.path()}{_NOTE}{text}"
        return {path: make}

    def failure(self, text: str) -> Makers:
        """A child that says what went wrong; wholly in its tool tip."""

        def make() -> QgsDataItem:
            failed = QgsErrorItem(self, text, path)
            failed.setToolTip(inert(text))
            return failed

        path = f"{self.path()}/error: {text}"
        return {path: make}

    def children_of(self, wanted: Makers) -> list[QgsDataItem]:
        """What `createChildren` returns: QGIS takes from it what is not there yet, and deletes the others."""
        made = {path: make() for path, make in wanted.items()}
        for path, child in made.items():
            there = self.below.setdefault(path, child)
            if there.name() != child.name():
                there.setName(child.name())
        self.below = {path: self.below[path] for path in made}
        return list(made.values())

    def show_only(self, wanted: Makers) -> None:
        """Other children, one by one, so that those that stay keep what is open below them."""
        for path in set(self.below) - set(wanted):
            self.deleteChildItem(self.below.pop(path))
        for path, make in wanted.items():
            if path not in self.below:
                self.below[path] = make()
                self.addChildItem(self.below[path], True)


class RootItem(PortalItem):
    """The saved connections."""

    def __init__(
        self,
        dock_content: Callable[[], DockContent],
        is_awake: Callable[[], bool],
        make_web_map: Callable[[ConnectionItem, ChosenWebMap], QgsDataItem],
    ) -> None:
        super().__init__(None, TITLE, PATH, QIcon(str(_ICON)))
        self.dock_content, self.is_awake, self.make_web_map = dock_content, is_awake, make_web_map

    def createChildren(self) -> list[QgsDataItem]:
        from ...qgis_io.connections import connections

        return self.children_of(
            {f"{PATH}/{one.title}": partial(ConnectionItem, self, one) for one in connections()}
        )

    def actions(self, parent: QWidget) -> list[QAction]:
        return [
            self.entry(self.tr("New Connection…"), self._add, parent, "/symbologyAdd.svg"),
            self.entry(self.tr("Choose Web Map…"), lambda: self.dock_content().choose_web_map(), parent),
            self.entry(self.tr("Open Offline Map…"), lambda: self.dock_content().open_offline_map(), parent),
        ]

    def show_chosen(self) -> None:
        """Web maps that were chosen elsewhere join those of connections that are open."""
        for child in self.below.values():
            child.show_chosen()

    def _add(self) -> None:
        from ...qgis_io.connections import Connection

        self.dock_content().edit_saved(Connection("", ""), "")


class ConnectionItem(PortalItem):
    """A saved portal: the web maps that were chosen before, and those that it tells of."""

    def __init__(self, parent: RootItem, connection: Connection) -> None:
        icon = QgsApplication.getThemeIcon("/mIconConnect.svg")
        super().__init__(parent, connection.title, f"{PATH}/{connection.title}", icon)
        self.setToolTip(inert(connection.url))
        self._title = connection.title
        self._question: Optional[Question] = None

    @property
    def connection(self) -> Connection:
        """As it is saved now."""
        from ...qgis_io.connections import Connection, find_connection

        return find_connection(self._title) or Connection(self._title, "")

    def createChildren(self) -> list[QgsDataItem]:
        if self.is_awake():
            self._ask()
        text = self.tr("Asking the portal…") if self.is_awake() else self.tr("Refresh to ask the portal")
        return self.children_of({**self._web_maps(self.connection.web_maps), **self.note(text)})

    def actions(self, parent: QWidget) -> list[QAction]:
        title = self._title
        remove = self.entry(
            self.tr("Remove Connection…"), lambda: self.dock_content().remove_saved(title), parent
        )
        remove.setEnabled(not self.connection.is_fixed)
        return [
            self.entry(self.tr("Refresh"), self.refresh, parent, "/mActionRefresh.svg"),
            self.entry(
                self.tr("Choose Web Map…"),
                lambda: self.dock_content().choose_web_map(self.connection),
                parent,
            ),
            self.entry(
                self.tr("Edit Connection…"),
                lambda: self.dock_content().edit_saved(self.connection, title),
                parent,
                "/symbologyEdit.svg",
            ),
            self.entry(self.tr("Test Connection"), lambda: self.dock_content().test(self.connection), parent),
            remove,
        ]

    def show_chosen(self) -> None:
        """As `RootItem.show_chosen`."""
        if self.state() != Qgis.BrowserItemState.Populated:
            return
        kept = {path: (lambda child=child: child) for path, child in self.below.items() if _NOTE not in path}
        self.show_only({**kept, **self._web_maps(self.connection.web_maps)})

    def _ask(self) -> None:
        from ...core.portal.web_maps import web_maps_in_sight

        if self._question is not None:
            self._question.cancel()
        questions, connection = self.dock_content().services.questions, self.connection
        is_member = bool(connection.authcfg)
        self._question = questions.ask(
            connection, lambda portal: web_maps_in_sight(portal, is_member), self._show, self._fail
        )

    def _web_maps(self, web_maps: Iterable[ChosenWebMap]) -> Makers:
        return {f"{self.path()}/{one.id}": partial(self.make_web_map, self, one) for one in web_maps}

    def _show(self, found: tuple[Item, ...]) -> None:
        if not sip.isdeleted(self):
            from ...qgis_io.connections import ChosenWebMap

            others = [ChosenWebMap(item.id, item.title) for item in found]
            makers = self._web_maps([*others, *self.connection.web_maps])
            self.show_only(makers or self.note(self.tr("No web map with map areas")))

    def _fail(self, error: OfflineMapError) -> None:
        from ...qgis_io.wording import in_words

        if not sip.isdeleted(self):
            self.show_only({**self._web_maps(self.connection.web_maps), **self.failure(in_words(error))})
