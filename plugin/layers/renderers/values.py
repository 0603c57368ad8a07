"""What a renderer looks at in a feature, as QGIS expressions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from qgis.core import QgsExpression
from qgis.PyQt.QtCore import QMetaType
from qgis.PyQt.QtGui import QColor

from ...core.notice import Notice, notice
from ..base.expressions import expression_of
from ..symbols.properties import Properties, Reading

_NO_NORMALIZATION = ("", "esriNormalizeNone", "none")
SCALE = "@map_scale"
_SCALE_WORDS = ("$view.scale", "view.scale")


def quoted_text(text: str) -> str:
    """A text as an expression writes it."""
    return QgsExpression.quotedString(text)


def written_number(number: float) -> str:
    """A number as an expression writes it."""
    return f"{number:.15g}"


def field_of(properties: Properties, key: str) -> Optional[str]:
    """The expression of the field that a member names; None where there is no such field."""
    name = properties.text(key)
    return field_reference(name, properties.reading) if name else None


def field_reference(name: str, reading: Reading) -> Optional[str]:
    """A field by its name, in any case of its letters; None, and a loss, where it is not there."""
    index = reading.fields.lookupField(name)
    if index < 0:
        loss = notice(
            "renderer", "The field “{field}” that symbols depend on does not exist.", field=name[:60]
        )
        reading.lose(loss)
        return None
    return QgsExpression.quotedColumnRef(reading.fields[index].name())


def value_expression(properties: Properties, key: str = "field") -> Optional[str]:
    """The number that classes or a visual variable depend on; None, and a loss, where it cannot be told.

    A field, divided by another one, by a total or taken as a logarithm where the JSON says so;
    or an Arcade expression.
    """
    if properties.has("valueExpression"):
        properties.ignore(key, "expression", "normalizationField", "normalizationType", "normalizationTotal")
        return arcade_of(properties, "valueExpression")
    value = field_of(properties, key)
    if value is None:
        properties.ignore("normalizationField", "normalizationType", "normalizationTotal")
        return None
    return _normalised(_as_number(value, properties, key), properties)


def _as_number(value: str, properties: Properties, key: str) -> str:
    """Classes and stops of a date are milliseconds since 1970."""
    fields = properties.reading.fields
    is_moment = fields[fields.lookupField(properties.text(key))].type() == QMetaType.Type.QDateTime
    return f"epoch({value})" if is_moment else value


def is_by_scale(properties: Properties) -> bool:
    """True for a variable that depends on the map's scale instead of the feature."""
    words = (properties.raw("expression"), properties.raw("valueExpression"))
    return any(isinstance(word, str) and word.strip() in _SCALE_WORDS for word in words)


def arcade_of(properties: Properties, key: str) -> Optional[str]:
    """An Arcade expression as QGIS' own; None, and a loss with its reason, where that cannot be."""
    script = properties.text(key)
    reasons: list[Notice] = []
    made = expression_of(script, properties.reading.fields, reasons)
    for reason in reasons:
        properties.reading.lose(reason)
    if made is None:
        properties.reading.lose(
            notice(
                "arcade", "An Arcade expression of the renderer is not supported; symbols do not follow it."
            )
        )
    return made


def _normalised(value: str, properties: Properties) -> Optional[str]:
    kind, by = properties.text("normalizationType"), properties.has("normalizationField")
    total = properties.optional_number("normalizationTotal")
    if kind in ("esriNormalizeByLog", "log"):
        properties.ignore("normalizationField")
        return f"log10({value})"
    if kind in ("esriNormalizeByPercentOfTotal", "percent-of-total"):
        properties.ignore("normalizationField")
        return f"({value} * 100.0 / {written_number(total)})" if total else None
    if by and kind in ("", "esriNormalizeByField", "field"):
        divisor = field_of(properties, "normalizationField")
        return f"({value} * 1.0 / {divisor})" if divisor else None
    if kind not in _NO_NORMALIZATION:
        properties.reading.lose(
            notice("renderer", "Values normalised by “{kind}” are not supported.", kind=kind[:40])
        )
        return None
    properties.ignore("normalizationField")
    return value


def between(value: str, stops: Sequence[tuple[float, str]], nothing: str) -> str:
    """The expression that goes from stop to stop in straight lines, and stays level outside.

    `stops` are (value, result) in order of their values, results being expressions of numbers;
    `nothing` is the result where there is no value; a map without a scale, as a preview, counts
    as the closest one.
    """
    if len(stops) == 1:
        return stops[0][1]
    if value == SCALE:
        nothing = stops[0][1]
    whens = [
        f"WHEN @at IS NULL THEN {nothing}",
        f"WHEN @at <= {written_number(stops[0][0])} THEN {stops[0][1]}",
    ]
    for (low, start), (high, end) in zip(stops, stops[1:]):
        if high > low:
            share = f"(@at - {written_number(low)}) / {written_number(high - low)}"
            whens.append(f"WHEN @at <= {written_number(high)} THEN {start} + ({end} - {start}) * {share}")
    return f"with_variable('at', {value}, CASE {' '.join(whens)} ELSE {stops[-1][1]} END)"


def mixed_colour(value: str, stops: Sequence[tuple[float, QColor]]) -> str:
    """The expression of the colour between stops, in order of their values; none without a value."""
    paints = [(at, f"color_rgba({c.red()},{c.green()},{c.blue()},{c.alpha()})") for at, c in stops]
    if len(paints) == 1:
        return paints[0][1]
    whens = [f"WHEN @at IS NULL THEN NULL WHEN @at <= {written_number(paints[0][0])} THEN {paints[0][1]}"]
    for (low, start), (high, end) in zip(paints, paints[1:]):
        if high > low:
            share = f"(@at - {written_number(low)}) / {written_number(high - low)}"
            whens.append(f"WHEN @at <= {written_number(high)} THEN color_mix_rgb({start}, {end}, {share})")
    return f"with_variable('at', {value}, CASE {' '.join(whens)} ELSE {paints[-1][1]} END)"
