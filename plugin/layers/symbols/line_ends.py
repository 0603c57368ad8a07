"""Arrows and other markers at the ends of simple lines, six times as large as the line is wide."""

from __future__ import annotations

from qgis.core import (
    Qgis,
    QgsMarkerSymbolLayer,
    QgsSimpleLineSymbolLayer,
    QgsSimpleMarkerSymbolLayer,
    QgsSymbolLayer,
)
from qgis.PyQt.QtCore import QRectF, Qt
from qgis.PyQt.QtGui import QColor

from ...core.notice import notice
from .cim_placement import Spot, at_spot
from .drawings import Shape, drawing_marker
from .lines import is_drawn
from .properties import Properties

_TIMES = 6
_ARROW = "M-50,-50 L50,0 L-50,50 L-33,20 L-33,-20 Z"
_SHAPES = {
    "arrow": None,
    "circle": Qgis.MarkerShape.Circle,
    "square": Qgis.MarkerShape.Square,
    "diamond": Qgis.MarkerShape.Diamond,
    "cross": Qgis.MarkerShape.Cross,
    "x": Qgis.MarkerShape.Cross2,
}
_BEGIN = Spot(Qgis.MarkerLinePlacement.FirstVertex, backwards=True)
_END = Spot(Qgis.MarkerLinePlacement.LastVertex)
_PLACES = {"begin": (_BEGIN,), "end": (_END,), "begin-end": (_BEGIN, _END)}


def line_ends(marker: Properties, line: QgsSimpleLineSymbolLayer) -> list[QgsSymbolLayer]:
    """The markers at a line's ends; none where there are none to see.

    ArcGIS draws the type that it writes itself, and leaves the published one, esriSLMA, alone.
    """
    if not marker.present:
        return []
    if marker.kind != "line-marker":
        marker.dismiss()
        marker.reading.lose(notice("line style", "Arrows at the ends of lines are not shown."))
        return []
    shape = marker.choice("style", _SHAPES, None)
    colour = marker.colour("color") if marker.has("color") else line.color()
    spots = marker.choice("placement", _PLACES, _PLACES["begin-end"])
    if not is_drawn(line):
        return []
    drawn = _drawn(shape, colour or line.color(), line.width())
    return [at_spot([drawn], spot) for spot in spots]


def _drawn(shape: object, colour: QColor, width: float) -> QgsMarkerSymbolLayer:
    size = _TIMES * width
    if shape is None:
        return drawing_marker(Shape(_ARROW, QRectF(-50, -50, 100, 100), colour), size)
    made = QgsSimpleMarkerSymbolLayer(shape, size)
    made.setSizeUnit(Qgis.RenderUnit.Points)
    made.setColor(colour)
    made.setStrokeColor(colour)
    made.setStrokeWidth(width)
    made.setStrokeWidthUnit(Qgis.RenderUnit.Points)
    made.setPenCapStyle(Qt.PenCapStyle.RoundCap)
    crosses = (Qgis.MarkerShape.Cross, Qgis.MarkerShape.Cross2)
    made.setStrokeStyle(Qt.PenStyle.SolidLine if shape in crosses else Qt.PenStyle.NoPen)
    return made
