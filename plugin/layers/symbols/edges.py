"""The soft edge that ArcGIS gives to strokes, as width."""

from __future__ import annotations

from qgis.core import (
    QgsProperty,
    QgsSimpleFillSymbolLayer,
    QgsSimpleLineSymbolLayer,
    QgsSymbol,
    QgsSymbolLayer,
)

_EDGE = 0.075  # points: a tenth of a pixel
_PIXEL = 0.75  # points
_WIDTH = QgsSymbolLayer.Property.StrokeWidth


def widen(symbol: QgsSymbol) -> QgsSymbol:
    """The symbol of a line or polygon, its strokes as wide as ArcGIS draws them; markers have no edge."""
    for layer in symbol.symbolLayers():
        if isinstance(layer, QgsSimpleLineSymbolLayer):
            layer.setWidth(drawn_width(layer.width()))
        elif isinstance(layer, QgsSimpleFillSymbolLayer):
            layer.setStrokeWidth(drawn_width(layer.strokeWidth()))
        else:
            continue
        varied = layer.dataDefinedProperties().property(_WIDTH)
        if varied.isActive():
            expression = f"{varied.expressionString()} + {_EDGE}"
            layer.setDataDefinedProperty(_WIDTH, QgsProperty.fromExpression(expression))
    return symbol


def drawn_width(width: float) -> float:
    """The width of a stroke in points, from the one that its author says; thin ones stay visible."""
    pixels = width / _PIXEL
    if pixels > 1:
        return width + _EDGE
    # Qt draws strokes of one pixel many times faster than wider ones.
    return _PIXEL * min(1.0, (pixels / 2 + 0.55) ** 2) if width > 0 else 0.0
