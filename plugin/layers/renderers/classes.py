"""Classes: one symbol for all, unique values and class breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union

from qgis.core import (
    Qgis,
    QgsCategorizedSymbolRenderer,
    QgsFeatureRenderer,
    QgsGraduatedSymbolRenderer,
    QgsRendererCategory,
    QgsRendererRange,
    QgsSingleSymbolRenderer,
    QgsSymbol,
)

from ...core.json_value import is_number
from ...core.notice import notice
from ...core.untrusted.text import inert
from ..symbols.edges import widen
from ..symbols.properties import Properties
from ..symbols.symbol import make_symbol, plain
from .keys import NULL_KEY, Keys, read_keys
from .legend import category, explaining, first_that_fits, heading, labelled
from .values import value_expression, written_number
from .variation import vary
from .visual_variables import Variables, read_variables

_OTHERS = "Others"  # what ArcGIS' legend says where the author says nothing
_NEXT = 1e-11  # of a number: the next one that QGIS' files tell apart from it
_UNBOUNDED = 9e15  # ArcGIS writes the largest safe integer where a class has no end


class ClassMaker:
    """Makes the symbols of one renderer's classes."""

    def __init__(self, renderer: Properties, geometry: Qgis.GeometryType) -> None:
        self.renderer = renderer
        self.geometry = geometry
        self.variables: Variables = read_variables(renderer)
        options = renderer.child("legendOptions")
        self.title = options.text("title")
        self.rising = options.text("order") == "ascending-values"
        # Only classes have a fill below their markers; ArcGIS draws none for a single symbol.
        classed = renderer.kind != "simple" and renderer.has("backgroundFillSymbol")
        self._background = renderer.child("backgroundFillSymbol") if classed else None

    def symbol(self, entry: Properties, key: str = "symbol") -> QgsSymbol:
        """The symbol of a class, following the renderer's variables."""
        drawn = make_symbol(entry.child(key), self.geometry, self._background)
        return widen(vary(drawn, self.variables, self.renderer.reading))

    def default(self) -> Optional[tuple[QgsSymbol, str]]:
        """The symbol of what is in no class, and its label; None where it is not shown."""
        label = self.renderer.text("defaultLabel") or _OTHERS
        if not self.renderer.has("defaultSymbol"):
            return None
        return self.symbol(self.renderer, "defaultSymbol"), label

    def single(self, key: str) -> QgsFeatureRenderer:
        """One symbol for all, from this member of the renderer, with its label in the legend."""
        label = self.renderer.text("label")
        symbol = self.symbol(self.renderer, key)
        return labelled(symbol, label, self.variables.explanations)

    def undecided(self, entries: list[Properties]) -> QgsFeatureRenderer:
        """All features alike, because nobody can tell their classes apart."""
        loss = notice("renderer", "Classes cannot be distinguished; all features look the same.")
        self.renderer.reading.lose(loss)
        for entry in entries:
            entry.dismiss()
        default = self.default()
        return QgsSingleSymbolRenderer(default[0] if default else plain(self.geometry).symbol)


@dataclass(frozen=True)
class _Class:
    """A class of unique values: its keys, its label and symbol, and the heading above it."""

    keys: tuple[str, ...]
    label: str
    symbol: QgsSymbol
    heading: str = ""


def unique_values(renderer: Properties, geometry: Qgis.GeometryType) -> QgsFeatureRenderer:
    """Classes by the values of one to three fields, or of an expression."""
    maker = ClassMaker(renderer, geometry)
    entries = _unique_entries(renderer)
    keys = read_keys(renderer, [key for entry in entries for key in _raw_keys(entry[0])])
    if keys is None or not entries:
        return maker.undecided([entry for entry, _ in entries])
    classes = [_unique_class(entry, heading, maker, keys) for entry, heading in entries]
    categories: list[QgsRendererCategory] = []
    said, seen = "", set()
    for entry in classes:
        if entry.heading != said:
            said = entry.heading
            categories.append(heading(said, entry.symbol.clone()))
        # In ArcGIS the first class that has a key keeps it, in QGIS the last one.
        keys_left = [key for key in entry.keys if key not in seen]
        seen.update(entry.keys)
        categories.append(category(_category_value(keys_left), entry.symbol, entry.label))
    return _categorized(keys.expression, categories, maker)


def _categorized(
    expression: str, categories: list[QgsRendererCategory], maker: ClassMaker
) -> QgsCategorizedSymbolRenderer:
    default = maker.default()
    first = categories[0].symbol()
    if maker.title:
        categories.insert(0, heading(maker.title, first.clone()))
    if default:
        categories.append(category(None, *default))
    categories += explaining(maker.variables.explanations, first)
    return QgsCategorizedSymbolRenderer(expression, categories)


def _unique_entries(renderer: Properties) -> list[tuple[Properties, str]]:
    """The classes with their headings; the newer groups overrule the older list."""
    if not renderer.has("uniqueValueGroups"):
        return [(entry, "") for entry in renderer.children("uniqueValueInfos")]
    renderer.ignore("uniqueValueInfos")
    groups = renderer.children("uniqueValueGroups")
    headings = [group.text("heading") for group in groups]
    return [
        (entry, heading) for group, heading in zip(groups, headings) for entry in group.children("classes")
    ]


def _raw_keys(entry: Properties) -> list[Union[str, list[str]]]:
    """The keys of a class: one text, or the parts for each field."""
    values = entry.raw("values")
    if isinstance(values, list):
        lists = [value if isinstance(value, list) else [value] for value in values[:1000]]
        return [[_text(part) for part in value] for value in lists]
    return [_text(entry.raw("value"))]


def _text(value: object) -> str:
    """A key as QGIS writes attributes: whole numbers without a fraction."""
    if value is None:
        return NULL_KEY
    if isinstance(value, str):
        return value[:1000]
    if isinstance(value, bool):
        return str(value).lower()
    return f"{float(value):.15g}" if is_number(value) else ""


def _unique_class(entry: Properties, heading: str, maker: ClassMaker, keys: Keys) -> _Class:
    found = tuple(keys.key(raw) for raw in _raw_keys(entry))
    label = entry.text("label") or ", ".join(found)
    return _Class(found, label, maker.symbol(entry), heading)


def _category_value(keys: list[str]) -> Union[str, list[str]]:
    return keys[0] if len(keys) == 1 else keys


def class_breaks(renderer: Properties, geometry: Qgis.GeometryType) -> QgsFeatureRenderer:
    """Classes by ranges of a number; both ends belong to a class, the first that fits counts."""
    maker = ClassMaker(renderer, geometry)
    entries = renderer.children("classBreakInfos")
    value = value_expression(renderer)
    start = renderer.optional_number("minValue")
    bounds = _bounds(entries, -_UNBOUNDED if start is None else start)
    if value is None or not entries:
        return maker.undecided(entries)
    labels = [entry.text("label") or _range_label(*ends) for entry, ends in zip(entries, bounds)]
    symbols = [maker.symbol(entry) for entry in entries]
    # ArcGIS' legend begins with the highest class.
    turn = 1 if maker.rising else -1
    if not (renderer.has("defaultSymbol") or maker.title or maker.variables.explanations):
        renderer.ignore("defaultLabel")
        parts = zip(_apart(bounds), symbols, labels)
        ranges = [QgsRendererRange(*ends, symbol, inert(label)) for ends, symbol, label in parts]
        return QgsGraduatedSymbolRenderer(value, ranges[::turn])
    conditions = [f"{value} BETWEEN {written_number(low)} AND {written_number(high)}" for low, high in bounds]
    categories = [
        category(number, symbol, label) for number, (symbol, label) in enumerate(zip(symbols, labels), 1)
    ]
    return _categorized(first_that_fits(conditions), categories[::turn], maker)


def _apart(bounds: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Classes whose common ends belong to the lower one alone, in whatever order they are asked."""
    apart: list[tuple[float, float]] = []
    for low, high in bounds:
        start = low
        if apart and low == apart[-1][1]:
            start = low + max(abs(low), 1e-3) * _NEXT
            apart[-1] = (apart[-1][0], start)
        apart.append((start, max(start, high)))
    return apart


def _bounds(entries: list[Properties], start: float) -> list[tuple[float, float]]:
    """Where each class begins and ends; one without a beginning begins where the last one ended."""
    bounds = []
    for entry in entries:
        low, high = entry.optional_number("classMinValue"), entry.optional_number("classMaxValue")
        low = start if low is None else low
        high = low if high is None else high
        bounds.append((low, high))
        start = high
    return bounds


def _range_label(low: float, high: float) -> str:
    if low <= -_UNBOUNDED and high >= _UNBOUNDED:
        return ""
    if low <= -_UNBOUNDED:
        return f"≤ {high:n}"
    return f"> {low:n}" if high >= _UNBOUNDED else f"{low:n} – {high:n}"
