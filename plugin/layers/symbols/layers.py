"""QGIS symbols out of symbol layers."""

from __future__ import annotations

from collections.abc import Iterable

from qgis.core import QgsFillSymbol, QgsLineSymbol, QgsMarkerSymbol, QgsSymbol, QgsSymbolLayer


def marker_symbol(layers: Iterable[QgsSymbolLayer]) -> QgsMarkerSymbol:
    """A marker of these layers, bottom first."""
    return _filled(QgsMarkerSymbol(), layers)


def line_symbol(layers: Iterable[QgsSymbolLayer]) -> QgsLineSymbol:
    """A line of these layers, bottom first."""
    return _filled(QgsLineSymbol(), layers)


def fill_symbol(layers: Iterable[QgsSymbolLayer]) -> QgsFillSymbol:
    """A fill of these layers, bottom first."""
    return _filled(QgsFillSymbol(), layers)


def _filled(symbol: QgsSymbol, layers: Iterable[QgsSymbolLayer]) -> QgsSymbol:
    # One by one: only so does PyQGIS hand the layers over; a list of them stays Python's to delete.
    while symbol.symbolLayerCount():
        symbol.deleteSymbolLayer(0)
    for layer in layers:
        symbol.appendSymbolLayer(layer)
    return symbol
