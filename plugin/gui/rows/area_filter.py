"""The areas that match a search, or lie in view, in the order that the user chose."""

from __future__ import annotations

from enum import Enum
import re
from typing import Optional

from qgis.core import QgsRectangle
from qgis.PyQt.QtCore import QCollator, QLocale, QModelIndex, QObject, QSortFilterProxyModel

from .area_model import AreaRole
from .area_row import AreaRow

_DIGITS = re.compile(r"(\d{1,18})")


class Order(Enum):
    """How the list is sorted; values are kept in settings."""

    TITLE = "title"
    SIZE = "size"
    NEWEST = "newest"
    STATE = "state"


class AreaFilter(QSortFilterProxyModel):
    """A proxy of `AreaModel`."""

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._words: list[str] = []
        self._view: Optional[QgsRectangle] = None
        self._order = Order.TITLE
        self._collator = QCollator(QLocale())
        self.setDynamicSortFilter(True)
        self.sort(0)

    @property
    def order(self) -> Order:
        """How the rows are sorted now."""
        return self._order

    def search(self, text: str) -> None:
        """Shows the areas whose title or description holds every word of `text`."""
        self._words = text.casefold().split()
        self.invalidateFilter()

    def only_within(self, view: Optional[QgsRectangle]) -> None:
        """Shows the areas that touch `view`, in EPSG:4326; None shows all."""
        self._view = view
        self.invalidateFilter()

    def sort_by(self, order: Order) -> None:
        """Another order."""
        self._order = order
        self.invalidate()
        self.sort(0)

    def filterAcceptsRow(self, source_row: int, source_parent: QModelIndex) -> bool:
        row: AreaRow = self.sourceModel().index(source_row, 0, source_parent).data(AreaRole.ROW)
        text = f"{row.title}\n{row.snippet}".casefold()
        if not all(word in text for word in self._words):
            return False
        if self._view is None or row.outline.isNull():
            return True
        return row.outline.boundingBox().intersects(self._view) and row.outline.intersects(self._view)

    def lessThan(self, left: QModelIndex, right: QModelIndex) -> bool:
        first, second = left.data(AreaRole.ROW), right.data(AreaRole.ROW)
        first_key, second_key = self._key(first), self._key(second)
        if first_key != second_key:
            return first_key < second_key
        return self._before(first.title, second.title)

    def _before(self, first: str, second: str) -> bool:
        """As people sort titles: Area 9 before Area 10, and é beside e."""
        pairs = zip(_DIGITS.split(first.casefold()), _DIGITS.split(second.casefold()))
        for one, other in pairs:
            if one != other:
                if one.isdecimal() and other.isdecimal():
                    return int(one) < int(other)
                return self._collator.compare(one, other) < 0
        return len(first) < len(second)

    def _key(self, row: AreaRow) -> float:
        """What comes first has the smaller one; equal ones are sorted by title."""
        if self._order is Order.SIZE:
            return -row.size
        if self._order is Order.NEWEST:
            since = row.downloaded or row.packaged  # what the row tells
            return -since.timestamp() if since else float("inf")
        if self._order is Order.STATE:
            return 0.0 if row.local.is_map else 1.0
        return 0.0
