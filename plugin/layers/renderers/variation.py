"""Visual variables put on a QGIS symbol as data-defined properties of its layers."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

from qgis.core import (
    Qgis,
    QgsFontMarkerSymbolLayer,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsMarkerSymbolLayer,
    QgsProperty,
    QgsRasterMarkerSymbolLayer,
    QgsSimpleFillSymbolLayer,
    QgsSimpleLineSymbolLayer,
    QgsSimpleMarkerSymbolLayer,
    QgsSvgMarkerSymbolLayer,
    QgsSymbol,
    QgsSymbolLayer,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from ...core.notice import notice
from ..symbols.lines import dash_expression
from ..symbols.properties import Reading
from ..symbols.symbol import Drawn
from .values import written_number
from .visual_variables import Variables

_P = QgsSymbolLayer.Property
_STROKED = (Qgis.MarkerShape.Cross, Qgis.MarkerShape.Cross2)


def vary(drawn: Drawn, variables: Variables, reading: Reading) -> QgsSymbol:
    """The symbol, following the variables."""
    symbol = drawn.symbol
    _vary_layers(symbol, drawn, variables, reading)
    return symbol


def _vary_layers(symbol: QgsSymbol, drawn: Drawn, variables: Variables, reading: Reading) -> None:
    for layer in symbol.symbolLayers():
        if isinstance(layer, QgsMarkerSymbolLayer):
            _vary_marker(layer, drawn, variables, reading)
        elif isinstance(layer, QgsSimpleLineSymbolLayer):
            _vary_line(layer, drawn, variables, outline=not isinstance(symbol, QgsLineSymbol))
        elif isinstance(layer, QgsSimpleFillSymbolLayer):
            _vary_fill(layer, variables)
        elif layer.subSymbol() is not None:
            # Markers on a line grow with it, but turn as the line does.
            placed = replace(variables, rotation=None) if isinstance(symbol, QgsLineSymbol) else variables
            _vary_layers(layer.subSymbol(), _sized(layer.subSymbol(), drawn), placed, reading)


def _sized(symbol: QgsSymbol, drawn: Drawn) -> Drawn:
    """Hatches have no size; markers inside a fill have the fill's."""
    return Drawn(symbol, drawn.size if isinstance(symbol, QgsMarkerSymbol) else 0.0)


def _vary_marker(layer: QgsMarkerSymbolLayer, drawn: Drawn, variables: Variables, reading: Reading) -> None:
    size = variables.size_for(drawn.size)
    if size and drawn.size > 0:
        _set(layer, _P.Size, _times(size, layer.size() / drawn.size))
        offset = layer.offset()
        if not offset.isNull():
            x, y = (_times(size, part / drawn.size) for part in (offset.x(), offset.y()))
            _set(layer, _P.Offset, f"array({x}, {y})")
    if variables.outline:
        reading.lose(notice("visual variable", "Outlines of markers do not vary in width."))
    if variables.rotation:
        _set(layer, _P.Angle, f"{written_number(layer.angle())} + {variables.rotation}")
    _paint_marker(layer, variables, reading)


def _paint_marker(layer: QgsMarkerSymbolLayer, variables: Variables, reading: Reading) -> None:
    if not (variables.colour or variables.opacity):
        return
    if isinstance(layer, QgsRasterMarkerSymbolLayer):
        if variables.opacity:
            _set(layer, _P.Opacity, f"100 * {variables.opacity}")
        if variables.colour:
            reading.lose(notice("visual variable", "Pictures do not vary by {name}.", name="colour"))
    elif isinstance(layer, QgsSimpleMarkerSymbolLayer) and layer.shape() in _STROKED:
        _paint(layer, _P.StrokeColor, layer.strokeColor(), variables)
    elif isinstance(layer, QgsSvgMarkerSymbolLayer):
        _paint(layer, _P.FillColor, layer.fillColor(), variables)
    elif isinstance(layer, (QgsSimpleMarkerSymbolLayer, QgsFontMarkerSymbolLayer)):
        _paint(layer, _P.FillColor, layer.color(), variables)


def _vary_line(layer: QgsSimpleLineSymbolLayer, drawn: Drawn, variables: Variables, outline: bool) -> None:
    if layer.penStyle() == Qt.PenStyle.NoPen:
        return
    size = variables.outline if outline else variables.size_for(drawn.size)
    own = layer.width() if outline else drawn.size
    if size and own > 0:
        width = _times(size, layer.width() / own)
        _set(layer, _P.StrokeWidth, width)
        if layer.useCustomDashPattern() and layer.width() > 0 and drawn.dashes_grow:
            _set(layer, _P.CustomDash, dash_expression(layer, width))
    if not outline:
        _paint(layer, _P.StrokeColor, layer.color(), variables)


def _vary_fill(layer: QgsSimpleFillSymbolLayer, variables: Variables) -> None:
    if variables.outline:
        _set(layer, _P.StrokeWidth, variables.outline)
    hollow = layer.brushStyle() == Qt.BrushStyle.NoBrush
    if variables.colour and hollow:
        layer.setBrushStyle(Qt.BrushStyle.SolidPattern)
    if variables.colour or not hollow:
        _paint(layer, _P.FillColor, layer.fillColor(), variables)


def _paint(layer: QgsSymbolLayer, which: QgsSymbolLayer.Property, own: QColor, variables: Variables) -> None:
    """Where there is no value for the colour, the symbol's own stays."""
    base = f"color_rgba({own.red()}, {own.green()}, {own.blue()}, {own.alpha()})"
    follows = variables.colour and not layer.isLocked()
    colour = f"coalesce({variables.colour}, {base})" if follows else base
    if variables.opacity:
        alpha = f"round(color_part(@paint, 'alpha') * {variables.opacity})"
        _set(layer, which, f"with_variable('paint', {colour}, set_color_part(@paint, 'alpha', {alpha}))")
    elif follows:
        _set(layer, which, colour)


def _times(expression: str, factor: float) -> str:
    return expression if abs(factor - 1) < 1e-9 else f"{expression} * {written_number(factor)}"


def _set(layer: QgsSymbolLayer, which: QgsSymbolLayer.Property, expression: Optional[str]) -> None:
    layer.setDataDefinedProperty(which, QgsProperty.fromExpression(expression))
