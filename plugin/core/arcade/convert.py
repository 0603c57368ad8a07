"""What Arcade makes of a value where it needs a number or a text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
import re

from .values import BEYOND, FAILURE, Kind, Value, constant, each, known_text, quote, refused

NO_NUMBER = Value(Kind.NUMBER, "NULL", wild=True)
"""NaN."""
_NUMBER_TEXT = quote(r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$")
# Other ways of JavaScript's to write numbers; nobody fills them into a field, so nothing is shown.
_ODD_NUMBER = quote(r"^\s*(0[xXoObB]|[-+]?Infinity\s*$)")
_TINY = ((5, "0000"), (6, "00000"))


def as_number(value: Value) -> Value:
    """What Arcade calculates with: null is 0, a text is read. Null in the result is NaN."""
    return each(value, _number)


def _number(value: Value) -> Value:
    if value.kind is Kind.NULL:
        return constant(0.0)
    if value.kind in (Kind.NUMBER, Kind.DATE):
        text = f"coalesce({value.text}, 0)" if value.nullable else value.text
        return replace(value, kind=Kind.NUMBER, text=text, nullable=False, cases=())
    if value.kind is Kind.BOOLEAN:
        return Value(Kind.NUMBER, f"CASE WHEN {value.text} THEN 1 ELSE 0 END", whole=True)
    known = known_text(value)
    if known is not None:
        return _read_number(known)
    if value.kind is Kind.TEXT and not value.loose:
        text = value.text
        return Value(
            Kind.NUMBER,
            f"CASE WHEN trim(coalesce({text}, '')) = '' THEN 0"
            f" WHEN regexp_match({text}, {_NUMBER_TEXT}) THEN to_real({text})"
            f" WHEN regexp_match({text}, {_ODD_NUMBER}) THEN {FAILURE} END",
            wild=True,
        )
    raise refused()


def _read_number(text: str) -> Value:
    if not text.strip():
        return constant(0.0)
    if re.fullmatch(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", text, re.ASCII):
        return constant(float(text))
    if re.match(r"\s*(0[xob]|[-+]?Infinity\s*$)", text, re.IGNORECASE):
        raise refused()
    return NO_NUMBER


def shown_number(number: float) -> str:
    """As JavaScript writes it: digits from a millionth up to 21 places, else with an exponent."""
    if number == 0:
        return "0"
    if 1e-6 <= abs(number) < 1e21:
        text = format(Decimal(repr(number)), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return re.sub(r"e([-+])0*", r"e\1", repr(number))


def number_as_text(value: Value) -> str:
    """The QGIS expression of a number's text, null for null.

    QGIS takes an exponent wherever that is shorter (1e+06, 1e-05).
    """
    if value.whole:
        return f"to_string({value.text})"
    if value.integral:
        return f"format_number({value.text} + 0, 0, language:='en', omit_group_separators:=true)"
    small = "to_string(@n)"
    for power, zeros in _TINY:
        pattern = quote(rf"^(-?)(\d)\.?(\d*)e-0{power}$")
        moved = quote(rf"\10.{zeros}\2\3")
        small = f"regexp_replace({small}, {pattern}, {moved})"
    # 1.5e+06 → 15, made as long as the exponent says.
    digits = f"replace(regexp_substr(to_string(@n), {quote('([0-9.]+)e')}), '.', '')"
    large = (
        f"concat(CASE WHEN @n < 0 THEN '-' ELSE '' END,"
        f" rpad({digits}, to_int(regexp_substr(to_string(@n), {quote('([0-9]+)$')})) + 1, '0'))"
    )
    return (
        f"with_variable('n', {value.text} + 0, CASE WHEN to_string(@n) LIKE '%e+%' AND abs(@n) < 1e21"
        f" THEN {large} ELSE regexp_replace({small}, 'e-0', 'e-') END)"
    )


def as_text(value: Value) -> Value:
    """What Arcade shows: null is an empty text, NaN is NaN."""
    return each(value, _text)


def _text(value: Value) -> Value:
    if value.kind is Kind.NULL:
        return constant("")
    if value.kind is Kind.TEXT:
        text = f"coalesce({value.text}, '')" if value.nullable else value.text
        return replace(value, text=text, nullable=False, loose=False, cases=())
    if value.is_constant and isinstance(value.constant, (bool, float)):
        known = value.constant
        return constant(str(known).lower() if isinstance(known, bool) else shown_number(known))
    if value.kind is Kind.NUMBER and value.wild:
        return _wild_text(value)
    return Value(Kind.TEXT, _plain_text(value))


def _plain_text(value: Value) -> str:
    if value.kind is Kind.BOOLEAN:
        unknown = f"WHEN {value.text} IS NULL THEN '' " if value.nullable else ""
        return f"CASE {unknown}WHEN {value.text} THEN 'true' ELSE 'false' END"
    if value.kind is Kind.NUMBER:
        text = number_as_text(value)
    elif value.kind is Kind.DATE and not value.utc:
        text = date_as_text(value.text)
    else:
        raise refused()
    return f"coalesce({text}, '')" if value.nullable else text


def _wild_text(value: Value) -> Value:
    number = "@w"
    shown = number_as_text(replace(value, text=number, wild=False))
    return Value(
        Kind.TEXT,
        f"with_variable('w', {value.text}, CASE WHEN @w IS NULL THEN 'NaN'"
        f" WHEN @w >= {BEYOND} THEN 'Infinity' WHEN @w <= -{BEYOND} THEN '-Infinity' ELSE {shown} END)",
    )


def date_as_text(milliseconds: str) -> str:
    """The QGIS expression of a date as ISO has it, by the clock of the user; null for null."""
    moment = "format_date(datetime_from_epoch(@d), {}, 'en')"
    clock = moment.format(quote("yyyy-MM-dd'T'HH:mm:ss"))
    offset = (
        f"with_variable('z', round((epoch(to_datetime(concat({clock}, 'Z'))) - @d + @d % 1000) / 60000),"
        " concat(CASE WHEN @z < 0 THEN '-' ELSE '+' END, lpad(floor(abs(@z) / 60), 2, '0'), ':',"
        " lpad(abs(@z) % 60, 2, '0')))"
    )
    fraction = f"CASE WHEN @d % 1000 <> 0 THEN {moment.format(quote('.zzz'))} ELSE '' END"
    return (
        f"with_variable('d', {milliseconds},"
        f" CASE WHEN @d IS NOT NULL THEN concat({clock}, {fraction}, {offset}) END)"
    )


def joined(values: Iterable[Value]) -> Value:
    """All values as one text. concat() itself takes null for an empty text."""
    values = list(values)
    texts = [as_text(value) for value in values]
    known = [known_text(text) for text in texts]
    if all(text is not None for text in known):
        return constant("".join(text or "" for text in known))
    parts: list[str] = []
    firm = False
    for value, text in zip(values, texts):
        firm = firm or not value.nullable
        if value.parts:
            parts += value.parts
        else:
            parts.append(value.text if value.kind is Kind.TEXT else text.text)
    shown = f"concat({', '.join(parts)})"
    # Of nulls alone, concat() makes null.
    head = values[0].head if values[0].parts else values[0]
    return Value(Kind.TEXT, shown if firm else f"coalesce({shown}, '')", parts=tuple(parts), head=head)
