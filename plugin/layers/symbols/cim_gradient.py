"""Gradient fills of CIM symbols: linear and around the middle, continuous or in steps.

As ArcGIS draws them: a gradient ends with its first colour, and before it lies the last one, the
further the smaller the gradient is.
"""

from __future__ import annotations

from typing import Optional

from qgis.core import Qgis, QgsGradientColorRamp, QgsGradientFillSymbolLayer, QgsGradientStop, QgsSymbolLayer
from qgis.PyQt.QtCore import QPointF
from qgis.PyQt.QtGui import QColor

from ...core.notice import notice
from .properties import Properties

_LINEAR, _RADIAL = Qgis.GradientType.Linear, Qgis.GradientType.Radial
_KINDS = {"Linear": _LINEAR, "Circular": _RADIAL}
_RAMPS = ("CIMLinearContinuousColorRamp", "CIMMultipartColorRamp")
_EDGE = 1e-4  # of a gradient: as good as no distance between two steps


def gradient_fill(layer: Properties) -> list[QgsSymbolLayer]:
    """A gradient; nothing where its colours cannot be read."""
    kind = layer.choice("gradientMethod", _KINDS, _LINEAR)
    ramp = _ramp(layer.child("colorRamp"))
    if ramp is None:
        return []
    size = layer.number("gradientSize", 75, 1, 100) / 100
    layer.choice("gradientSizeUnits", {"Relative": None}, None)
    stepped = layer.choice("gradientType", {"Discrete": True, "Continuous": False}, True)
    steps = int(layer.number("interval", 5, 1, 100))
    angle = layer.number("angle", 90)
    before = 1 - size if stepped else 0.0
    made = QgsGradientFillSymbolLayer(QColor(), QColor(), Qgis.GradientColorSource.ColorRamp, kind)
    made.setColorRamp(_backwards(_in_steps(ramp, steps) if stepped else ramp))
    if kind == _LINEAR:
        made.setReferencePoint1(QPointF(before, 0.5))
        made.setReferencePoint2(QPointF(before + size, 0.5))
        made.setAngle(angle)
    else:
        made.setReferencePoint1(QPointF(0.5, 0.5))
        made.setReferencePoint2(QPointF(0.5 + size / 2, 0.5 + size / 2))
    return [made]


def _ramp(ramp: Properties) -> Optional[QgsGradientColorRamp]:
    parts = ramp.children("colorRamps") if ramp.has("colorRamps") else [ramp]
    ends = [(part.colour("fromColor"), part.colour("toColor")) for part in parts]
    colours = [colour for pair in ends for colour in pair if colour is not None]
    ramp.ignore("primitiveName", "colorSpace")
    if ramp.kind not in _RAMPS or len(colours) < 2:
        ramp.dismiss()
        kind = ramp.kind or "?"
        ramp.reading.lose(notice("symbol", "Layers of type {kind} in a CIM symbol are not shown.", kind=kind))
        return None
    stops = [QgsGradientStop(n / (len(colours) - 1), colour) for n, colour in enumerate(colours[1:-1], 1)]
    return QgsGradientColorRamp(colours[0], colours[-1], False, stops)


def _in_steps(ramp: QgsGradientColorRamp, steps: int) -> QgsGradientColorRamp:
    colours = [ramp.color(step / max(steps - 1, 1)) for step in range(steps)]
    stops = []
    for step in range(1, steps):
        stops.append(QgsGradientStop(step / steps - _EDGE, colours[step - 1]))
        stops.append(QgsGradientStop(step / steps, colours[step]))
    return QgsGradientColorRamp(colours[0], colours[-1], False, stops)


def _backwards(ramp: QgsGradientColorRamp) -> QgsGradientColorRamp:
    stops = [QgsGradientStop(1 - stop.offset, stop.color) for stop in reversed(ramp.stops())]
    return QgsGradientColorRamp(ramp.color2(), ramp.color1(), False, stops)
