"""Outlines of map areas on their way to the screen: projected once, placed anew with each scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsMapSettings,
    QgsMapToPixelSimplifier,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QPointF, QRectF
from qgis.PyQt.QtGui import QPainterPath

from ...qgis_io.outlines import LON_LAT, boxes_of

_STEPS = 48  # along the longer side: straight in longitude and latitude is bent in other systems
_SMALLEST = 12.0  # pixels; what is smaller both ways is shown as a dot
_TOLERANCE = 1.0  # pixels that a simplified outline may be off
_MARGIN = 0.25  # of the view, on each side: what a drag of the map brings into it at first
_PRECISION = 4.0  # pixels, of the place of a label


def projected(outline: QgsGeometry, settings: QgsMapSettings) -> QgsGeometry:
    """An outline in `LON_LAT`, in the map's own system; null where that system does not reach.

    A map without a system shows degrees as they are, as QGIS does with layers.
    """
    target = settings.destinationCrs()
    if outline.isNull() or not target.isValid():
        return QgsGeometry(outline)
    transform = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem(LON_LAT), target, settings.transformContext()
    )
    longest = max(max(box.width(), box.height()) for box in boxes_of(outline))
    fine = outline.densifyByDistance(longest / _STEPS)
    # Part of an area may lie outside of what the system is made for.
    for candidate in (fine, fine.clipped(target.bounds())):
        moved = QgsGeometry(candidate)
        try:
            moved.transform(transform)
        except QgsCsException:
            continue
        if not moved.isEmpty() and moved.boundingBox().isFinite():
            return moved
    return QgsGeometry()


@dataclass(frozen=True)
class PlacedShape:
    """An outline in pixels. `cut_to` is the box that it was cut to; None where all of it is there.

    What is very small has a `dot` and an empty `path`.
    """

    path: QPainterPath
    dot: Optional[QPointF]
    geometry: QgsGeometry
    size: float  # square pixels of the whole outline's box: the smaller of two lies on top
    cut_to: Optional[QRectF] = None

    def is_at(self, point: QPointF, reach: float) -> bool:
        """True when a click at `point` means this area."""
        if self.dot is not None:
            return (self.dot - point).manhattanLength() <= reach
        return self.path.contains(point)

    @cached_property
    def box(self) -> QRectF:
        """Where it is painted, without the width of lines."""
        if self.dot is None:
            return self.path.boundingRect()
        return QRectF(self.dot, self.dot).adjusted(-_SMALLEST, -_SMALLEST, _SMALLEST, _SMALLEST)

    def label_places(self, view: QRectF) -> Iterator[QPointF]:
        """Places for the middle of a label, best first: none when no part is in view.

        Along the upper edge, in the middle of the widest part, along the lower edge.
        """
        if self.dot is not None:
            if view.contains(self.dot):
                yield self.dot - QPointF(0, _SMALLEST * 1.6)
                yield self.dot + QPointF(0, _SMALLEST * 1.6)
            return
        seen = self.geometry if view.contains(self.box) else self.geometry.clipped(_rectangle(view))
        if seen.isEmpty():
            return
        box = seen.boundingBox()
        vertices = [QPointF(vertex.x(), vertex.y()) for vertex in seen.vertices()]
        yield from _along(vertices, box.yMinimum())
        middle = box.center()
        # A sliver would be divided into squares as narrow as it is, without end.
        if min(box.width(), box.height()) > _PRECISION:
            deepest, _ = seen.poleOfInaccessibility(_PRECISION)
            middle = deepest.asPoint() if not deepest.isEmpty() else middle
        yield QPointF(middle.x(), middle.y())
        yield from _along(vertices, box.yMaximum())


def placed(pixels: QgsGeometry, box: QRectF, around: QRectF) -> Optional[PlacedShape]:
    """An outline in pixels, with its `box`, as it is painted; cut to what lies `around` the view.

    None where nothing of it does.
    """
    size = box.width() * box.height()
    if max(box.width(), box.height()) < _SMALLEST:
        return PlacedShape(QPainterPath(), box.center(), pixels, size)
    whole = around.contains(box)
    cut = pixels if whole else pixels.clipped(_rectangle(around))
    simplifier = QgsMapToPixelSimplifier(QgsMapToPixelSimplifier.SimplifyFlag.SimplifyGeometry, _TOLERANCE)
    cut = simplifier.simplify(cut)
    straight = cut.simplify(_TOLERANCE / 2)  # what was made fine to be bent is mostly straight again
    cut = cut if straight.isEmpty() else straight
    if cut.isEmpty():
        return None
    path = QPainterPath()
    for part in cut.constParts():
        path.addPath(part.asQPainterPath())
    return PlacedShape(path, None, cut, size, None if whole else around)


def with_margin(view: QRectF) -> QRectF:
    """The view, and around it what a drag of the map brings into it at first."""
    aside, below = view.width() * _MARGIN, view.height() * _MARGIN
    return view.adjusted(-aside, -below, aside, below)


def _along(vertices: list[QPointF], level: float) -> tuple[QPointF, ...]:
    """Halfway along what an outline has at this height, give or take some pixels, then to both sides."""
    there = [vertex.x() for vertex in vertices if abs(vertex.y() - level) < _PRECISION]
    left, right = min(there), max(there)
    return tuple(QPointF(left + (right - left) * share, level) for share in (0.5, 0.2, 0.8))


def _rectangle(box: QRectF) -> QgsRectangle:
    return QgsRectangle(box.left(), box.top(), box.right(), box.bottom())
