"""The map tool that picks map areas: point at one to see its row, click to select it."""

from __future__ import annotations

from typing import Optional

from qgis.gui import QgsMapCanvas, QgsMapMouseEvent, QgsMapTool
from qgis.PyQt.QtCore import QItemSelectionModel, QPoint, QPointF, Qt
from qgis.PyQt.QtWidgets import QApplication, QToolTip

from ...core.untrusted.text import inert
from .extents import MapExtents

_SelectionFlag = QItemSelectionModel.SelectionFlag


class AreaTool(QgsMapTool):
    """Clicks select; clicks on the same place go through the areas that overlap there.

    Ctrl adds to the selection or takes from it; a double click zooms to the area.
    """

    def __init__(self, canvas: QgsMapCanvas, extents: MapExtents) -> None:
        super().__init__(canvas)
        self._extents = extents
        self._clicked: Optional[QPoint] = None
        self._candidates: list[str] = []
        self._turn = 0
        self._doubled = False
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def canvasMoveEvent(self, event: QgsMapMouseEvent) -> None:
        if not self._is_same_place(event.pos()):
            self._clicked = None
            self._point_at(event.pos())

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self._doubled:  # the second release of a double click chooses nothing else
            self._doubled = False
            return
        toggling = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        chosen = self._choose(event.pos())
        if chosen:
            self._extents.pick(chosen, _SelectionFlag.Toggle if toggling else _SelectionFlag.ClearAndSelect)
            self._hover(chosen)
        elif not toggling:
            self._extents.clear_selection()

    def canvasDoubleClickEvent(self, event: QgsMapMouseEvent) -> None:
        self._doubled = True
        if self._candidates:
            self._extents.zoom_to([self._candidates[self._turn]])
            self._clicked = None

    def deactivate(self) -> None:
        self._clicked = None
        self._hover("")
        super().deactivate()

    def _choose(self, place: QPoint) -> str:
        """The topmost area there, or the next one when the place was clicked before; empty for none."""
        if self._is_same_place(place) and self._candidates:
            self._turn = (self._turn + 1) % len(self._candidates)
        else:
            self._candidates = [area.id for area in self._extents.areas_at(QPointF(place))]
            self._turn = 0
            self._clicked = place
        return self._candidates[self._turn] if self._candidates else ""

    def _is_same_place(self, place: QPoint) -> bool:
        near = QApplication.startDragDistance()
        return self._clicked is not None and (place - self._clicked).manhattanLength() < near

    def _point_at(self, place: QPoint) -> None:
        areas = self._extents.areas_at(QPointF(place))
        self._hover(areas[0].id if areas else "")
        self.setCursor(Qt.CursorShape.PointingHandCursor if areas else Qt.CursorShape.ArrowCursor)
        text = "\n".join(area.title for area in areas)
        QToolTip.showText(self.canvas().mapToGlobal(place), inert(text), self.canvas())

    def _hover(self, area_id: str) -> None:
        self._extents.hover(area_id)
        self._extents.hovered.emit(area_id)
