"""Any symbol of a web map as a QGIS symbol that fits the layer's geometry; never nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from qgis.core import (
    Qgis,
    QgsFillSymbol,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsSimpleFillSymbolLayer,
    QgsSimpleMarkerSymbolLayer,
    QgsSymbol,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from ...core.notice import notice
from .cim import cim_symbol
from .colours import PLAIN
from .fills import fill_layers, hollow_symbol, marker_in_the_middle
from .layers import fill_symbol, line_symbol, marker_symbol
from .line_ends import line_ends
from .lines import simple_line, stroke
from .markers import marker_layers
from .properties import Properties

_MARKERS = ("esriSMS", "esriPMS", "esriTS")
_FILLS = ("esriSFS", "esriPFS")


@dataclass(frozen=True)
class Drawn:
    """A symbol and the size (points) that the JSON gives it: what a size variable replaces.

    The dashes of simple lines grow with the line, those of CIM symbols do not.
    """

    symbol: QgsSymbol
    size: float
    dashes_grow: bool = True


def make_symbol(
    properties: Properties, geometry: Qgis.GeometryType, background: Optional[Properties] = None
) -> Drawn:
    """The symbol for features of this geometry.

    What cannot be drawn becomes a plain symbol, and a loss. `background` is the fill below
    markers on polygons.
    """
    drawn = _natural(properties)
    if drawn is None:
        if not properties.present:
            loss = notice("symbol", "A symbol is missing; a plain one is shown.")
            properties.reading.lose(loss)
        return plain(geometry)
    fitted = _fitted(drawn, geometry, background)
    if fitted is None:
        kind = properties.name or "?"
        loss = notice(
            "symbol", "A symbol of type {kind} does not fit the layer; a plain one is shown.", kind=kind
        )
        properties.reading.lose(loss)
        return plain(geometry)
    return fitted


def plain(geometry: Qgis.GeometryType) -> Drawn:
    """The symbol that stands in where the author's cannot be drawn."""
    line = stroke(QColor(PLAIN), 1.2, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    if geometry == Qgis.GeometryType.Point:
        marker = QgsSimpleMarkerSymbolLayer(Qgis.MarkerShape.Circle, 6.0)
        marker.setSizeUnit(Qgis.RenderUnit.Points)
        marker.setColor(QColor(PLAIN))
        marker.setStrokeStyle(Qt.PenStyle.NoPen)
        return Drawn(marker_symbol([marker]), 6.0)
    if geometry == Qgis.GeometryType.Polygon:
        fill = QgsSimpleFillSymbolLayer(QColor(PLAIN.red(), PLAIN.green(), PLAIN.blue(), 90))
        fill.setStrokeStyle(Qt.PenStyle.NoPen)
        return Drawn(fill_symbol([fill, line]), 1.2)
    return Drawn(line_symbol([line]), 1.2)


def _natural(properties: Properties) -> Optional[Drawn]:
    """The symbol of the kind that the JSON names; None, and a loss, where it cannot be drawn."""
    if properties.kind in _MARKERS:
        layers, size = marker_layers(properties)
        return Drawn(marker_symbol(layers), size) if layers else None
    if properties.kind == "esriSLS":
        line = simple_line(properties)
        ends = line_ends(properties.child("marker"), line)
        return Drawn(line_symbol([line, *ends]), line.width())
    if properties.kind in _FILLS:
        fill = fill_layers(properties)
        return Drawn(fill_symbol(fill), 0.0) if fill else None
    if properties.kind == "CIMSymbolReference":
        made = cim_symbol(properties)
        return Drawn(*made, dashes_grow=False) if made else None
    if properties.present:
        properties.dismiss()
        kind = properties.kind or "?"
        loss = notice(
            "symbol", "Symbols of type {kind} are not supported; a plain symbol is shown.", kind=kind
        )
        properties.reading.lose(loss)
    return None


def _fitted(drawn: Drawn, geometry: Qgis.GeometryType, background: Optional[Properties]) -> Optional[Drawn]:
    symbol = drawn.symbol
    if geometry == Qgis.GeometryType.Polygon:
        if isinstance(symbol, QgsFillSymbol):
            return drawn
        if isinstance(symbol, QgsMarkerSymbol):
            layers = fill_layers(background) if background is not None and background.kind in _FILLS else []
            return Drawn(fill_symbol([*layers, marker_in_the_middle(symbol)]), drawn.size)
        layers = [layer.clone() for layer in symbol.symbolLayers()]
        if len(layers) == 1 and layers[0].layerType() == "SimpleLine":
            return Drawn(hollow_symbol(layers[0]), drawn.size)
        return Drawn(fill_symbol(layers), drawn.size)
    wanted = QgsMarkerSymbol if geometry == Qgis.GeometryType.Point else QgsLineSymbol
    return drawn if isinstance(symbol, wanted) else None
