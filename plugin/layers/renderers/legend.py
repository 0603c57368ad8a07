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

from ...core.untrusted.text import inert
from .explanations import Explanation, sample
from .values import quoted_text

_ALL = "all"


def category(value: object, symbol: QgsSymbol, label: str) -> QgsRendererCategory:
    """A class of features that have a value, or one of several, and its label as the author wrote it."""
    return QgsRendererCategory(value, symbol, inert(label))


def labelled(symbol: QgsSymbol, label: str, explained: Sequence[Explanation]) -> QgsFeatureRenderer:
    """One symbol for all features, its label, and what explains its variables."""
    if not (label or explained):
        return QgsSingleSymbolRenderer(symbol)
    first = category(_ALL, symbol, label)
    return QgsCategorizedSymbolRenderer(quoted_text(_ALL), [first, *explaining(explained, symbol)])


def with_entries(
    symbol: QgsSymbol, label: str, entries: Iterable[tuple[QgsSymbol, str]]
) -> QgsFeatureRenderer:
    """One symbol for all features, and entries below it that explain its parts."""
    categories = [category(_ALL, symbol, label)]
    for number, (part, text) in enumerate(entries, 1):
        categories.append(category(f"{_ALL}: {number}", part, text))
    return QgsCategorizedSymbolRenderer(quoted_text(_ALL), categories)


def explaining(explained: Sequence[Explanation], symbol: QgsSymbol) -> list[QgsRendererCategory]:
    """Headings and entries for variables, below the classes; no feature has their values."""
    made: list[QgsRendererCategory] = []
    for part in explained:
        made.append(heading(part.title, symbol.clone()))
        for number, (label, look) in enumerate(part.entries, 1):
            made.append(category(f"{inert(part.title)}: {number}", sample(symbol, look), label))
    return made


def heading(text: str, symbol: QgsSymbol) -> QgsRendererCategory:
    """A line above classes: an empty symbol of the layer's kind, and a value that no feature has."""
    while symbol.symbolLayerCount() > 1:
        symbol.deleteSymbolLayer(0)
    symbol.symbolLayer(0).setEnabled(False)
    return category(f"heading: {inert(text)}", symbol, text)


def first_that_fits(conditions: Sequence[str]) -> str:
    """The number of the first condition that holds, counted from one; none where none does."""
    whens = " ".join(f"WHEN {condition} THEN {number}" for number, condition in enumerate(conditions, 1))
    return f"CASE {whens} END"
