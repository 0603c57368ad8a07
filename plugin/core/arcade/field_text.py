"""Field values as map authors have them shown: names for codes, formats for numbers and dates.

As the SDK does for `{FIELD}`: a coded value by its name, a number with separators and up to three
decimals, a date in the short form of the user's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
import re
from typing import Optional

from .convert import joined, number_as_text
from .dates import local
from .fields import FeatureField, coded_name
from .masks import number_by_mask
from .values import Kind, Value, quote

_MOST_PLACES = 15
_PLAIN_NUMBER = "#,##0.###"
_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class FieldFormat:
    """How a field is shown. `date` is a format of Qt; `number` a mask of Arcade's, empty for as it is."""

    number: str = _PLAIN_NUMBER
    date: str = "yyyy-MM-dd"


def number_mask(places: object, separators: object) -> str:
    """The mask for `places` decimals (all up to three if unknown), with or without separators."""
    whole = "#,##0" if separators is True else "#0"
    if not isinstance(places, int) or isinstance(places, bool) or places < 0:
        return f"{whole}.###"
    return f"{whole}.{'0' * min(places, _MOST_PLACES)}" if places else whole


def shown_field(field: FeatureField, form: FieldFormat) -> Value:
    """The text of a field; null for null."""
    value = field.value
    if field.codes and field.kind is not Kind.DATE:
        return coded_name(value, field.codes)
    if field.kind is Kind.DATE:
        return Value(Kind.TEXT, f"format_date({local(value)}, {quote(form.date)})", nullable=True)
    if field.kind is Kind.NUMBER and form.number:
        masked = number_by_mask(Value(Kind.NUMBER, value.text), form.number)
        return Value(Kind.TEXT, f"CASE WHEN {value.text} IS NOT NULL THEN {masked.text} END", nullable=True)
    if field.kind is Kind.TEXT:
        return value
    text = number_as_text(value) if field.kind is Kind.NUMBER else f"to_string({value.text})"
    return Value(Kind.TEXT, text, nullable=True)


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
