"""The areas of a list on the map, tied to its selection: what is chosen here is chosen there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional

from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsCsException, QgsRectangle
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPointF,
    QTimer,
    pyqtSignal,
)
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QAbstractItemView

from ...qgis_io.outlines import LON_LAT, boxes_of
from ...qgis_io.spatial_reference import view_of
from ..rows.area_model import AreaRole, AreaRow
from .extents_item import ExtentsItem, MapOutline, map_colour

_AIR = 1.15  # what is zoomed to, and some of its surroundings
_SOON = 50  # milliseconds


class MapExtents(QObject):
    """Shows the rows of an area model on a canvas while `show` says so.

    `model` may be a proxy of the `AreaModel`: what it filters out leaves the map, too.
    """

    hovered = pyqtSignal(str)  # id of the area that the pointer is over on the map, or empty

    def __init__(
        self, canvas: QgsMapCanvas, model: QAbstractItemModel, selection: QItemSelectionModel
    ) -> None:
        super().__init__()
        self._canvas = canvas
        self._model = model
        self._selection = selection
        self._item: Optional[ExtentsItem] = None
        self._picking = False
        # A list of hundreds changes hundreds of times while it loads: the map is told once in a while.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON)
        self._soon.timeout.connect(self._show_rows)
        self._connections = [
            (model.modelReset, self._show_soon),
            (model.layoutChanged, self._show_soon),
            (model.rowsInserted, self._show_soon),
            (model.rowsRemoved, self._show_soon),
            (model.dataChanged, self._show_changes),
            (selection.selectionChanged, self._show_selection),
            (canvas.destinationCrsChanged, self._reproject),
            (canvas.transformContextChanged, self._reproject),
        ]
        for signal, slot in self._connections:
            signal.connect(slot)

    def show(self, shown: bool) -> None:
        """Puts the areas on the map, or takes every trace of them away."""
        if shown == (self._item is not None):
            return
        if shown:
            self._item = ExtentsItem(self._canvas)
            self._show_rows()
        else:
            self._canvas.scene().removeItem(self._item)
            self._item = None

    def close(self) -> None:
        """Takes the areas off the map for good."""
        self.show(False)
        self._soon.stop()
        for signal, slot in self._connections:
            signal.disconnect(slot)
        self._connections.clear()

    def areas_at(self, point: QPointF) -> list[MapOutline]:
        """The areas under a pixel of the canvas, the topmost first."""
        self._show_what_waits()
        if self._item is None:
            return []
        found = map(self._item.area, self._item.areas_at(point))
        return [area for area in found if area is not None]

    def follow(self, view: QAbstractItemView) -> None:
        """Emphasises on the map what the pointer is over in a view of the model."""
        view.entered.connect(lambda index: self.hover(index.data(AreaRole.ID)))
        view.viewportEntered.connect(lambda: self.hover(""))
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.hover("")
        return False

    def hover(self, area_id: str) -> None:
        """Emphasises the area whose row, or whose outline, the pointer is over; none for an empty id."""
        if self._item is not None:
            self._show_what_waits()
            self._item.set_hovered(area_id)

    def pick(self, area_id: str, flags: QItemSelectionModel.SelectionFlag) -> None:
        """Selects an area's row, and makes it the current one."""
        index = self._index(area_id)
        self._picking = True
        try:
            self._selection.setCurrentIndex(index, flags)
        finally:
            self._picking = False

    def clear_selection(self) -> None:
        """Selects nothing."""
        self._selection.clearSelection()

    def zoom_to(self, ids: Iterable[str]) -> None:
        """Moves the map so that these areas of the list fill it."""
        rows = (self._row(self._index(area_id)) for area_id in ids)
        self.zoom_to_rows(row for row in rows if row is not None)

    def zoom_to_rows(self, rows: Iterable[AreaRow]) -> None:
        """The same for rows of any list. Nothing happens for areas of unknown place."""
        box = QgsRectangle()
        for row in rows:
            if not row.outline.isNull():
                box.combineExtentWith(view_of([self._in_map(part) for part in boxes_of(row.outline)]))
        if not box.isNull():
            box.scale(_AIR)
            self._canvas.setExtent(box)
            self._canvas.refresh()

    def _in_map(self, box: QgsRectangle) -> QgsRectangle:
        settings = self._canvas.mapSettings()
        transform = QgsCoordinateTransform(
            QgsCoordinateReferenceSystem(LON_LAT), settings.destinationCrs(), settings.transformContext()
        )
        try:
            return transform.transformBoundingBox(box)
        except QgsCsException:
            return QgsRectangle()

    def _index(self, area_id: str) -> QModelIndex:
        for number in range(self._model.rowCount()):
            index = self._model.index(number, 0)
            if index.data(AreaRole.ID) == area_id:
                return index
        return QModelIndex()

    @staticmethod
    def _row(index: QModelIndex) -> Optional[AreaRow]:
        return index.data(AreaRole.ROW) if index.isValid() else None

    def _show_soon(self, *_arguments: object) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _show_what_waits(self) -> None:
        if self._soon.isActive():
            self._show_rows()

    def _show_rows(self) -> None:
        self._soon.stop()
        if self._item is not None:
            rows = (self._row(self._model.index(number, 0)) for number in range(self._model.rowCount()))
            self._item.set_areas([_outline(row) for row in rows if row and not row.outline.isNull()])
            self._item.set_selected(self._selected())

    def _show_changes(self, first: QModelIndex, last: QModelIndex) -> None:
        """Progress changes rows many times a second; the map shows none of it."""
        if self._item is None:
            return
        for number in range(first.row(), last.row() + 1):
            row = self._row(self._model.index(number, 0))
            shown = self._item.area(row.id) if row else None
            if row and (shown is None or _outline(row) != shown):
                self._show_soon()
                return

    def _show_selection(self, selected: QItemSelection, _deselected: QItemSelection) -> None:
        if self._item is None:
            return
        self._item.set_selected(self._selected())
        if not self._picking:
            for index in selected.indexes():
                self._flash(self._row(index))

    def _flash(self, row: Optional[AreaRow]) -> None:
        """Shows where the row that was just selected in the list lies."""
        if row is None or row.outline.isNull():
            return
        begin = map_colour(row.status)
        end = QColor(begin)
        begin.setAlpha(150)
        end.setAlpha(0)
        self._canvas.flashGeometries([row.outline], QgsCoordinateReferenceSystem(LON_LAT), begin, end, 1, 600)

    def _selected(self) -> list[str]:
        return [index.data(AreaRole.ID) for index in self._selection.selectedIndexes()]

    def _reproject(self) -> None:
        if self._item is not None:
            self._item.reproject()


def _outline(row: AreaRow) -> MapOutline:
    return MapOutline(row.id, row.title, row.status, row.outline)
