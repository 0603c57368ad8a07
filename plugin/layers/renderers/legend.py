"""Renderers whose legend reads like the web map's, all of them categories.

QGIS shows a label, a heading or an entry that no feature has only beside a category.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeatureRenderer,
    QgsRendererCategory,
    QgsSingleSymbolRenderer,
    QgsSymbol,
)

from .values import quoted

_ALL = "all"


def labelled(symbol: QgsSymbol, label: str) -> QgsFeatureRenderer:
    """One symbol for all features, and its label."""
    return with_entries(symbol, label, []) if label else QgsSingleSymbolRenderer(symbol)


def with_entries(
    symbol: QgsSymbol, label: str, entries: Iterable[tuple[QgsSymbol, str]]
) -> QgsFeatureRenderer:
    """One symbol for all features, and entries below it that explain its parts."""
    categories = [QgsRendererCategory(_ALL, symbol, label)]
    for number, (part, text) in enumerate(entries, 1):
        categories.append(QgsRendererCategory(f"{_ALL}: {number}", part, text))
    return QgsCategorizedSymbolRenderer(quoted(_ALL), categories)


def heading(text: str, symbol: QgsSymbol) -> QgsRendererCategory:
    """A line above classes: an empty symbol of the layer's kind, and a value that no feature has."""
    while symbol.symbolLayerCount() > 1:
        symbol.deleteSymbolLayer(0)
    symbol.symbolLayer(0).setEnabled(False)
    return QgsRendererCategory(f"heading: {text}", symbol, text)


def first_that_fits(conditions: Sequence[str]) -> str:
    """The number of the first condition that holds, counted from one; none where none does."""
    whens = " ".join(f"WHEN {condition} THEN {number}" for number, condition in enumerate(conditions, 1))
    return f"CASE {whens} END"
