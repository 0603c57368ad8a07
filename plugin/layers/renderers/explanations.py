"""What a legend says about variables: a few values, and how symbols look there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Union

from qgis.core import QgsFillSymbol, QgsLineSymbol, QgsMarkerSymbol, QgsPropertyCollection, QgsSymbol
from qgis.PyQt.QtGui import QColor

from ..symbols.fills import solid_fill
from ..symbols.layers import fill_symbol
from ..symbols.properties import Properties

_STEPS = 5  # of a range between two sizes, as in ArcGIS' legend

# A value of a variable, the label that its author gave it, and the colour or the size (points) there.
Stop = tuple[float, str, Union[QColor, float]]


@dataclass(frozen=True)
class Explanation:
    """A heading, and entries below it: labels, and a colour or a size in points."""

    title: str
    entries: tuple[tuple[str, Union[QColor, float]], ...]


def explanation(variable: Properties, stops: Sequence[Stop], name: str) -> list[Explanation]:
    """Nothing for a variable that its author keeps out of the legend; the largest value comes first.

    `name` is the title where the author gives none.
    """
    options = variable.child("legendOptions")
    shown, title = options.flag("showLegend", True), options.text("title")
    title = title or variable.text("valueExpressionTitle") or name
    if not shown or len(stops) < 2:
        return []
    entries = []
    for number, (value, label, look) in enumerate(stops):
        sign = "< " if number == 0 else "> " if number == len(stops) - 1 else ""
        entries.append((label or f"{sign}{value:n}", look))
    return [Explanation(title, tuple(reversed(entries)))]


def steps(low: float, high: float, least: float, most: float) -> list[Stop]:
    """A few values between two, with the sizes there."""
    shares = [step / (_STEPS - 1) for step in range(_STEPS)]
    return [(low + (high - low) * share, "", least + (most - least) * share) for share in shares]


def sample(symbol: QgsSymbol, look: Union[QColor, float]) -> QgsSymbol:
    """A symbol as it looks in this colour, or in this size."""
    if isinstance(symbol, QgsFillSymbol) and isinstance(look, QColor):
        return fill_symbol([solid_fill(look)])
    made = symbol.clone()
    for layer in made.symbolLayers():
        layer.setDataDefinedProperties(QgsPropertyCollection())
    if isinstance(look, QColor):
        made.setColor(look)
    elif isinstance(made, QgsMarkerSymbol):
        made.setSize(look)
    elif isinstance(made, QgsLineSymbol):
        made.setWidth(look)
    return made
