"""The outlines of one scale of the map as one large sheet of pixels, over which the view moves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from qgis.core import QgsGeometry, QgsMapSettings
from qgis.PyQt.QtCore import QPointF, QRectF

from .area_shapes import PlacedShape, placed, with_margin

_FARTHEST = 1_000_000  # pixels that the view moves over one sheet: further out they are not exact
_SAME_SCALE = 1e-9


class OutlineSheet:
    """Places projected outlines, by area id, for a view of the map and for others of the same scale.

    `shapes` are those near the view, by id, the largest first, in pixels of the sheet; adding `shift`
    makes pixels of the canvas.
    """

    def __init__(self, outlines: Mapping[str, QgsGeometry], settings: QgsMapSettings) -> None:
        self.shift = QPointF()
        self.shapes: dict[str, PlacedShape] = {}
        self._scale = _scale(settings)
        self._origin = settings.mapToPixel().toMapCoordinates(0, 0)
        self._size = settings.outputSize()
        pixels = {area_id: QgsGeometry(outline) for area_id, outline in outlines.items()}
        for outline in pixels.values():
            outline.mapToPixel(settings.mapToPixel())
        found = [(area_id, outline, outline.boundingBox().toRectF()) for area_id, outline in pixels.items()]
        found.sort(key=lambda entry: -entry[2].width() * entry[2].height())
        self._outlines = found
        self._place()

    @property
    def view(self) -> QRectF:
        """What the canvas shows, in pixels of the sheet."""
        return QRectF(-self.shift.x(), -self.shift.y(), self._size.width(), self._size.height())

    def shift_to(self, settings: QgsMapSettings, ratio: float) -> Optional[QPointF]:
        """The shift that shows another view of the map; None where another sheet is needed.

        `ratio`: pixels of the screen in one of the canvas. A shift is whole in those of the screen.
        """
        scale, there = _scale(settings), settings.mapToPixel().transform(self._origin)
        same = all(abs(one - other) <= _SAME_SCALE * abs(one) for one, other in zip(scale, self._scale))
        if not same or max(abs(there.x()), abs(there.y())) > _FARTHEST:
            return None
        return QPointF(round(there.x() * ratio) / ratio, round(there.y() * ratio) / ratio)

    def move(self, shift: QPointF) -> None:
        """The canvas shows another part."""
        self.shift = shift
        self._place()

    def _place(self) -> None:
        """What has been placed stays, unless it was cut too near to what is seen now."""
        near = with_margin(self.view)
        around = near.adjusted(-near.width(), -near.height(), near.width(), near.height())
        shapes = {}
        for area_id, outline, box in self._outlines:
            if not box.intersects(near):
                continue
            shape = self.shapes.get(area_id)
            if shape is None or (shape.cut_to is not None and not shape.cut_to.contains(near)):
                shape = placed(outline, box, around)
            if shape is not None:
                shapes[area_id] = shape
        self.shapes = shapes


def _scale(settings: QgsMapSettings) -> tuple[float, ...]:
    size = settings.outputSize()
    return settings.mapUnitsPerPixel(), settings.rotation(), size.width(), size.height()
