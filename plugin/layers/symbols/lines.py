"""esriSLS, the simple line symbol, as symbol layers: alone, and as the outline of others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from qgis.core import Qgis, QgsSimpleLineSymbolLayer, QgsSymbolLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from .properties import LARGEST_SIZE, Properties

# Dash and gap in widths of the line, the dashes without the round ends that ArcGIS draws them with.
# It reads “LongDashDotDot” as solid.
_DASHES: dict[str, tuple[float, ...]] = {
    "esriSLSSolid": (),
    "esriSLSLongDashDotDot": (),
    "esriSLSInsideFrame": (),
    "esriSLSDash": (3, 4),
    "esriSLSDot": (0, 4),
    "esriSLSDashDot": (3, 4, 0, 4),
    "esriSLSDashDotDot": (7, 4, 0, 4, 0, 4),
    "esriSLSLongDash": (7, 4),
    "esriSLSLongDashDot": (7, 4, 0, 4),
    "esriSLSShortDash": (3, 2),
    "esriSLSShortDashDot": (3, 2, 0, 2),
    "esriSLSShortDashDotDot": (3, 2, 0, 2, 0, 2),
    "esriSLSShortDot": (0, 2),
}
_NOTHING = "esriSLSNull"
_DEFAULT_WIDTH = 0.75  # points, where an author gives none
_LONGER = 0.6  # points by which ArcGIS draws each dash longer


def simple_line(properties: Properties) -> QgsSimpleLineSymbolLayer:
    """The stroke, without the markers at its ends; one without a pen where the author wants none."""
    pattern = dash_pattern(properties)
    width = properties.number("width", _DEFAULT_WIDTH, 0.0, LARGEST_SIZE)
    # Without a word about colour ArcGIS draws black, with “no colour” nothing.
    colour = properties.colour("color") if properties.knows("color") else QColor(0, 0, 0)
    # No web map says these; ArcGIS draws round ends and corners even where one does.
    properties.ignore("cap", "join", "miterLimit", "marker")
    layer = stroke(colour or QColor(0, 0, 0, 0), width, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    if pattern is None or colour is None or width == 0 or not properties.present:
        layer.setPenStyle(Qt.PenStyle.NoPen)
    elif pattern:
        layer.setUseCustomDashPattern(True)
        layer.setCustomDashVector(dash_vector(pattern, width))
        layer.setCustomDashPatternUnit(Qgis.RenderUnit.Points)
    return layer


def dash_pattern(properties: Properties) -> Optional[tuple[float, ...]]:
    """Dashes and gaps in widths of the line; nothing for a solid line, None for an invisible one."""
    return properties.choice("style", {**_DASHES, _NOTHING: None}, ())


def dash_vector(pattern: Sequence[float], width: float) -> list[float]:
    """Dashes and gaps in points, for a line with round ends."""
    return [
        part * width + _LONGER if number % 2 == 0 else max(_LONGER, part * width - _LONGER)
        for number, part in enumerate(pattern)
    ]


def dash_expression(layer: QgsSimpleLineSymbolLayer, width: str) -> str:
    """The dashes of a line whose width, in points, is an expression."""
    parts = []
    for number, part in enumerate(layer.customDashVector()):
        longer = _LONGER if number % 2 == 0 else -_LONGER
        share = (part - longer) / layer.width()
        parts.append(f"max({_LONGER}, ({width}) * {share:.6g} + {longer})")
    return f"array_to_string(array({', '.join(parts)}), ';')"


def stroke(
    colour: QColor, width: float, cap: Qt.PenCapStyle, join: Qt.PenJoinStyle
) -> QgsSimpleLineSymbolLayer:
    """A solid stroke, its width in points."""
    layer = QgsSimpleLineSymbolLayer(colour, width)
    layer.setWidthUnit(Qgis.RenderUnit.Points)
    layer.setPenCapStyle(cap)
    layer.setPenJoinStyle(join)
    return layer


def is_drawn(layer: QgsSymbolLayer) -> bool:
    """True for a stroke that shows."""
    return isinstance(layer, QgsSimpleLineSymbolLayer) and layer.penStyle() != Qt.PenStyle.NoPen
