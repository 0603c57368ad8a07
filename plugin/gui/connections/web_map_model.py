"""The web maps that a search finds, page by page as somebody scrolls to them."""

from __future__ import annotations

from datetime import timezone
from enum import Enum
from typing import Any, Callable, Optional

from qgis.PyQt.QtCore import QAbstractListModel, QDateTime, QLocale, QModelIndex, QObject, Qt, pyqtSignal

from ...core.errors import OfflineMapError
from ...core.json_value import UNKNOWN_TIME
from ...core.portal.items import Item, Portal
from ...core.portal.urls import ItemId
from ...core.portal.web_maps import WebMapPage, Whose, find_web_map, search_web_maps
from ...core.untrusted.text import inert
from ...qgis_io.connections import Connection
from ..jobs.questions import Question, Questions

ITEM = Qt.ItemDataRole.UserRole + 1  # the core's Item
FACTS = Qt.ItemDataRole.UserRole + 2  # owner and day of the last change, as text


class Finding(Enum):
    """How far the model is with what it was asked for."""

    NOTHING_ASKED = "nothing asked"
    LOOKING = "looking"
    SHOWING = "showing"
    NONE_FOUND = "none found"
    FAILED = "failed"


class WebMapModel(QAbstractListModel):
    """Asks in the background; the rows come when they come. `changed` tells every new `finding`."""

    changed = pyqtSignal()

    def __init__(self, questions: Questions, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._questions = questions
        self._question: Optional[Question] = None
        self._connection: Optional[Connection] = None
        self._work: Optional[Callable[[Portal, int], WebMapPage]] = None
        self._items: list[Item] = []
        self._next_start = 0
        self.total = 0
        self.finding = Finding.NOTHING_ASKED
        self.error: Optional[OfflineMapError] = None
        self._roles: dict[int, Callable[[Item], Any]] = {
            Qt.ItemDataRole.DisplayRole: lambda item: item.title,
            Qt.ItemDataRole.ToolTipRole: lambda item: inert(_joined("\n", item.title, item.snippet)),
            Qt.ItemDataRole.AccessibleTextRole: lambda item: _joined(
                ", ", item.title, item.owner, _day(item), item.snippet
            ),
            ITEM: lambda item: item,
            FACTS: lambda item: _joined(" · ", item.owner, _day(item)),
        }

    def search(self, connection: Connection, words: str, whose: Whose) -> None:
        """Looks for web maps with map areas anew."""
        self._begin(connection, lambda portal, start: search_web_maps(portal, words, whose, start))

    def find(self, connection: Connection, item_id: ItemId) -> None:
        """Looks for the one web map that a link means."""
        self._begin(connection, lambda portal, _start: _only(find_web_map(portal, item_id)))

    def cancel(self) -> None:
        """Waits for no answer any more."""
        if self._question is not None:
            self._question.cancel()
            self._question = None

    def rowCount(self, parent: Optional[QModelIndex] = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._items)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        read = self._roles.get(role)
        return read(self._items[index.row()]) if read and index.isValid() else None

    def canFetchMore(self, parent: QModelIndex) -> bool:
        return not parent.isValid() and self._next_start > 0 and self._question is None

    def fetchMore(self, parent: QModelIndex) -> None:
        self._ask(self._next_start)

    def row_changed(self, item_id: str) -> None:
        """Has the row of this item painted again, as when its picture has come."""
        for row, item in enumerate(self._items):
            if item.id == item_id:
                index = self.index(row)
                self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])

    def _begin(self, connection: Connection, work: Callable[[Portal, int], WebMapPage]) -> None:
        self.cancel()
        self.beginResetModel()
        self._items, self._next_start, self.total = [], 0, 0
        self.endResetModel()
        self._connection, self._work = connection, work
        self._tell(Finding.LOOKING)
        self._ask(1)

    def _ask(self, start: int) -> None:
        connection, work = self._connection, self._work
        self._question = self._questions.ask(
            connection, lambda portal: work(portal, start), self._add, self._fail
        )

    def _add(self, page: WebMapPage) -> None:
        self._question = None
        known = {item.id for item in self._items}
        new = [item for item in page.items if item.id not in known]  # pages shift when items change
        self._next_start, self.total = page.next_start, page.total
        if not new and self._next_start:
            self._ask(self._next_start)  # nothing of that page can be shown
            return
        if new:
            self.beginInsertRows(QModelIndex(), len(self._items), len(self._items) + len(new) - 1)
            self._items += new
            self.endInsertRows()
        self._tell(Finding.SHOWING if self._items else Finding.NONE_FOUND)

    def _fail(self, error: OfflineMapError) -> None:
        self._question = None
        self._tell(Finding.FAILED, error)

    def _tell(self, finding: Finding, error: Optional[OfflineMapError] = None) -> None:
        self.finding, self.error = finding, error
        self.changed.emit()


def _only(item: Item) -> WebMapPage:
    return WebMapPage((item,), 1, 0)


def _joined(separator: str, *texts: str) -> str:
    return separator.join(filter(None, texts))


def _day(item: Item) -> str:
    """The day of the last change, as the user writes days; empty where the portal does not say."""
    if item.modified == UNKNOWN_TIME:
        return ""
    moment = QDateTime.fromMSecsSinceEpoch(round(item.modified.astimezone(timezone.utc).timestamp() * 1000))
    return QLocale().toString(moment.date(), QLocale.FormatType.ShortFormat)
