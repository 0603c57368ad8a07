"""Field values as map authors have them shown: names for codes, formats for numbers and dates.

As the SDK does for `{FIELD}`: a coded value by its name, a number with separators and up to three
decimals, a date in the short form of the user's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
import re
from typing import Optional

from .convert import as_text, joined, number_as_text
from .fields import FeatureField
from .functions.dates import local
from .functions.masks import number_by_mask
from .values import Kind, Value, each, quote

_MOST_PLACES = 15
_PLAIN_NUMBER = "#,##0.###"
_NO_FRACTION = r"\.000$"
_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class FieldFormat:
    """How a field is shown. `date` is a format of Qt; `number` a mask of Arcade's, empty for as it is.

    `utc`: dates by the clock of Greenwich instead of the user's own.
    """

    number: str = _PLAIN_NUMBER
    date: str = "yyyy-MM-dd"
    utc: bool = False


AS_IT_IS = FieldFormat(number="", date="yyyy-MM-dd hh:mm")
"""Numbers with all their digits, dates as they read in any language."""


def number_mask(places: object, separators: object) -> str:
    """The mask for `places` decimals (all up to three if unknown), with or without separators."""
    whole = "#,##0" if separators is True else "#0"
    if not isinstance(places, int) or isinstance(places, bool) or places < 0:
        return f"{whole}.###"
    return f"{whole}.{'0' * min(places, _MOST_PLACES)}" if places else whole


def shown_field(field: FeatureField, form: FieldFormat) -> Value:
    """The text of a field; null for null."""
    if field.has_names and field.kind in (Kind.TEXT, Kind.NUMBER):
        return field.named(field.value)
    if field.kind is Kind.NULL:
        # Of a type that Arcade has not, as a day or an hour: as QGIS writes it, but for the milliseconds.
        shown = f"regexp_replace(to_string({field.value.text}), {quote(_NO_FRACTION)}, '')"
        return Value(Kind.TEXT, shown, nullable=True)
    return shown_value(field.value, form)


def shown_text(value: Value) -> str:
    """The QGIS expression of what a value shows; null for nothing."""
    return shown_value(value, AS_IT_IS).text


def shown_value(value: Value, form: FieldFormat) -> Value:
    """The text of a value; null for null."""
    return each(value, lambda one: _shown(one, form))


def _shown(value: Value, form: FieldFormat) -> Value:
    if value.kind in (Kind.TEXT, Kind.NULL):
        return value
    if value.kind is Kind.DATE:
        date = local(replace(value, utc=value.utc or form.utc))
        return Value(Kind.TEXT, f"format_date({date}, {quote(form.date)})", nullable=True)
    if value.kind is Kind.NUMBER and form.number and not value.wild:
        masked = number_by_mask(Value(Kind.NUMBER, value.text), form.number)
        return Value(Kind.TEXT, f"CASE WHEN {value.text} IS NOT NULL THEN {masked.text} END", nullable=True)
    if value.kind is Kind.NUMBER and value.nullable:
        return Value(Kind.TEXT, number_as_text(value), nullable=True)
    return as_text(value)


def shown_template(
    template: str, fields: Mapping[str, FeatureField], formats: Mapping[str, FieldFormat], plain: FieldFormat
) -> Optional[Value]:
    """`{FIELD}` in a text, put in as it is shown; None where a field is not there."""
    parts: list[Value] = []
    for index, part in enumerate(_FIELD.split(template)):
        if index % 2 == 0:
            parts += [Value(Kind.TEXT, quote(part), is_constant=True, constant=part)] if part else []
            continue
        field = fields.get(part.strip().casefold())
        if field is None:
            return None
        parts.append(shown_field(field, formats.get(part.strip().casefold(), plain)))
    return parts[0] if len(parts) == 1 else joined(parts)
