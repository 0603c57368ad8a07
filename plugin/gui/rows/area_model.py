"""The map areas of one web map as a Qt model: one row an area, in the portal's order.

Every view is a view of this model: the painted list, the outlines on the map, the details.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import IntEnum
from typing import Any, Optional

from qgis.PyQt.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from .area_row import AreaRow
from .wording import Words


class AreaRole(IntEnum):
    """What `AreaModel.data` gives beside title (Display), tool tip and the accessible texts.

    Values cross PyQt as Python objects, unchanged.
    """

    ID = int(Qt.ItemDataRole.UserRole) + 1  # str: item id of the area, the row's identity
    TITLE = ID + 1  # str
    SNIPPET = ID + 2  # str: plain text, may be empty
    SIZE = ID + 3  # int: bytes on disk of a map that is here, else of its packages; 0 = unknown
    MODIFIED = ID + 4  # Optional[datetime]: when the packages were made; aware
    STATUS = ID + 5  # AreaStatus
    LOCAL = ID + 6  # Local
    PROGRESS = ID + 7  # Optional[Progress]: of a job that runs
    OUTLINE = ID + 8  # QgsGeometry in EPSG:4326: polygon, else extent; null when unknown. Not to be changed
    THUMBNAIL = ID + 9  # Optional[Item]: whose thumbnail stands for the area
    ERROR = ID + 10  # str: why the area is unreadable or damaged, or its download failed; else empty
    FOLDER = ID + 11  # Optional[Path]: the offline map, or where it will be
    IS_OPEN = ID + 12  # bool: its layers are in the project
    AREA = ID + 13  # Optional[MapArea]: all that the portal said, once it is loaded
    ROW = ID + 14  # AreaRow


_READERS = {
    AreaRole.ID: lambda row: row.id,
    AreaRole.TITLE: lambda row: row.title,
    AreaRole.SNIPPET: lambda row: row.snippet,
    AreaRole.SIZE: lambda row: row.size,
    AreaRole.MODIFIED: lambda row: row.packaged,
    AreaRole.STATUS: lambda row: row.status,
    AreaRole.LOCAL: lambda row: row.local,
    AreaRole.PROGRESS: lambda row: row.progress,
    AreaRole.OUTLINE: lambda row: row.outline,
    AreaRole.THUMBNAIL: lambda row: row.item,
    AreaRole.ERROR: lambda row: row.reason,
    AreaRole.FOLDER: lambda row: row.folder,
    AreaRole.IS_OPEN: lambda row: row.is_open,
    AreaRole.AREA: lambda row: row.area,
    AreaRole.ROW: lambda row: row,
    Qt.ItemDataRole.DisplayRole: lambda row: row.title,
    Qt.ItemDataRole.ToolTipRole: lambda row: Words().tool_tip(row),
    Qt.ItemDataRole.AccessibleTextRole: lambda row: Words().spoken(row),
    Qt.ItemDataRole.AccessibleDescriptionRole: lambda row: row.snippet,
}
_WORDED = [
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
]


class AreaModel(QAbstractListModel):
    """Rows of areas. Main thread only."""

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._rows: list[AreaRow] = []
        self._position: dict[str, int] = {}

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        reader = _READERS.get(role)
        return reader(self._rows[index.row()]) if reader else None

    def row(self, area_id: str) -> Optional[AreaRow]:
        """The row of an area, None when there is none."""
        position = self._position.get(area_id)
        return None if position is None else self._rows[position]

    def rows_of(self, ids: Iterable[str]) -> list[AreaRow]:
        """The rows of these areas, but of those that are not there any more."""
        return [row for row in map(self.row, ids) if row is not None]

    def rows(self) -> tuple[AreaRow, ...]:
        """All rows, in order."""
        return tuple(self._rows)

    def index_of(self, area_id: str) -> QModelIndex:
        """Its index, invalid when there is none."""
        return self.index(self._position.get(area_id, -1))

    def replace_all(self, rows: Iterable[AreaRow]) -> None:
        """Other rows altogether."""
        self.beginResetModel()
        self._rows = list(rows)
        self._position = {row.id: number for number, row in enumerate(self._rows)}
        self.endResetModel()

    def put(self, rows: Iterable[AreaRow]) -> None:
        """Rows in place of those of the same ids; others come at the end, and are told of at once, since who
        watches looks at all rows each time.
        """
        new = []
        for row in rows:
            if row.id in self._position:
                self.change(row.id, **{name: getattr(row, name) for name in row.__dataclass_fields__})
            else:
                new.append(row)
        if new:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self._rows += new
            self._position |= {row.id: number for number, row in enumerate(new, first)}
            self.endInsertRows()

    def remove(self, area_id: str) -> None:
        """Takes a row out; nothing happens when there is none."""
        position = self._position.get(area_id)
        if position is None:
            return
        self.beginRemoveRows(QModelIndex(), position, position)
        del self._rows[position]
        self._position = {row.id: number for number, row in enumerate(self._rows)}
        self.endRemoveRows()

    def change(self, area_id: str, **values: Any) -> None:
        """Other values for one row; nothing happens when there is none or nothing changes."""
        position = self._position.get(area_id)
        if position is None:
            return
        former, changed = self._rows[position], replace(self._rows[position], **values)
        if changed == former:
            return
        self._rows[position] = changed
        index = self.index(position)
        # Progress comes several times a second: who draws outlines need not look at it.
        roles = [role for role in AreaRole if _READERS[role](former) != _READERS[role](changed)]
        self.dataChanged.emit(index, index, [*map(int, roles), *_WORDED])

    def roleNames(self) -> Mapping[int, bytes]:
        return {**super().roleNames(), **{int(role): role.name.lower().encode() for role in AreaRole}}
