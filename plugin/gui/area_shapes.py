"""Outlines of map areas on their way to the screen: projected once, placed anew with each view."""

from __future__ import annotations

from dataclasses import dataclass
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

from ..qgis_io.outlines import LON_LAT

_STEPS = 48  # along the longer side: straight in longitude and latitude is bent in other systems
_SMALLEST = 12.0  # pixels; what is smaller both ways is shown as a dot
_TOLERANCE = 0.5  # pixels that a simplified outline may be off
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
    box = outline.boundingBox()
    fine = outline.densifyByDistance(max(box.width(), box.height()) / _STEPS)
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
    """An outline in pixels of the canvas, cut to what a drag of the map can bring into view.

    `labels` are the places for the middle of a label, best first; empty when no part is in view.
    """

    path: QPainterPath
    dot: Optional[QPointF]
    labels: tuple[QPointF, ...]
    size: float  # square pixels of the whole outline's box: the smaller of two lies on top

    def is_at(self, point: QPointF, reach: float) -> bool:
        """True when a click at `point` means this area."""
        if self.dot is not None:
            return (self.dot - point).manhattanLength() <= reach
        return self.path.contains(point)


def placed(shape: QgsGeometry, settings: QgsMapSettings, view: QRectF) -> Optional[PlacedShape]:
    """A projected outline as the map shows it now; None when it is far from the view."""
    near = settings.visibleExtent()
    near.scale(3)  # as wide as `_reach`
    if shape.isNull() or not shape.boundingBox().intersects(near):
        return None
    pixels = QgsGeometry(shape)
    pixels.mapToPixel(settings.mapToPixel())
    box = pixels.boundingBox()
    size = box.width() * box.height()
    if max(box.width(), box.height()) < _SMALLEST:
        middle = QPointF(box.center().x(), box.center().y())
        below = QPointF(middle.x(), middle.y() + _SMALLEST * 1.6)
        above = QPointF(middle.x(), middle.y() - _SMALLEST * 1.6)
        return PlacedShape(QPainterPath(), middle, (above, below) if view.contains(middle) else (), size)
    simplifier = QgsMapToPixelSimplifier(QgsMapToPixelSimplifier.SimplifyFlag.SimplifyGeometry, _TOLERANCE)
    cut = simplifier.simplify(pixels.clipped(_rectangle(_reach(view))))
    if cut.isEmpty():
        return None
    path = QPainterPath()
    for part in cut.constParts():
        path.addPath(part.asQPainterPath())
    return PlacedShape(path, None, _label_places(cut.clipped(_rectangle(view))), size)


def _label_places(seen: QgsGeometry) -> tuple[QPointF, ...]:
    """Along the upper edge, in the middle of the widest part, along the lower edge."""
    if seen.isEmpty():
        return ()
    box = seen.boundingBox()
    vertices = [QPointF(vertex.x(), vertex.y()) for vertex in seen.vertices()]
    deepest, _ = seen.poleOfInaccessibility(_PRECISION)
    middle = deepest.asPoint() if not deepest.isEmpty() else box.center()
    return (
        *_along(vertices, box.yMinimum()),
        QPointF(middle.x(), middle.y()),
        *_along(vertices, box.yMaximum()),
    )


def _along(vertices: list[QPointF], level: float) -> tuple[QPointF, ...]:
    """Halfway along what an outline has at this height, give or take some pixels, then to both sides."""
    there = [vertex.x() for vertex in vertices if abs(vertex.y() - level) < _PRECISION]
    left, right = min(there), max(there)
    return tuple(QPointF(left + (right - left) * share, level) for share in (0.5, 0.2, 0.8))


def _reach(view: QRectF) -> QRectF:
    """What a drag of the map by the whole view, in any direction, brings into it."""
    return view.adjusted(-view.width(), -view.height(), view.width(), view.height())


def _rectangle(box: QRectF) -> QgsRectangle:
    return QgsRectangle(box.left(), box.top(), box.right(), box.bottom())
