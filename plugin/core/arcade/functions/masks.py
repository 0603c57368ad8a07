"""Arcade's number and date masks (`Text(x, "#,##0.00")`, `Text(d, "D MMM Y")`) in QGIS functions.

The SDK writes numbers and months in the language of the viewer; so does QGIS.
"""

from __future__ import annotations

import re

from ...notice import notice
from ..syntax.tree import NotRead
from ..values import Kind, Value, quote
from .dates import local

_NUMBER_MASK = re.compile(r"([^#0.,;%‰E'\"]*)([#0,]*[#0])(?:\.(0*)(#*))?([^#0.,;%‰E'\"]*%?)")
_DATE_TOKEN = re.compile(r"\[([^\]]*)\]|((?!Do)([A-Za-z])\3*)|(Do|[^A-Za-z\[]+)")
_DATE_TOKENS = {
    "YYYY": "yyyy", "Y": "yyyy", "YY": "yy",
    "MMMM": "MMMM", "MMM": "MMM", "MM": "MM", "M": "M",
    "DD": "dd", "D": "d", "dddd": "dddd", "ddd": "ddd",
    "HH": "HH", "H": "H", "hh": "hh", "h": "h",
    "mm": "mm", "m": "m", "ss": "ss", "s": "s", "A": "AP", "a": "AP", "SSS": "zzz",
}  # fmt: skip
# Parts that are counted instead, from milliseconds ({0}) or from the local date and time ({1}).
_COUNTED = {
    "X": "to_string(floor({0} / 1000))",
    "x": "to_string({0})",
    "d": "CASE WHEN day_of_week({1}) = 0 THEN 7 ELSE day_of_week({1}) END",
    "DDD": "to_string(day(to_date({1}) - make_date(year({1}), 1, 1)) + 1)",
    "Q": "to_string((month({1}) + 2) // 3)",
    "QQ": "lpad((month({1}) + 2) // 3, 2, '0')",
}
# All other letters stand for themselves, but for runs of these.
_ODD = ("A", "Q", "Y", "Z")
_HALF_DAYS = {"h": "to_string((hour({1}) + 11) % 12 + 1)", "hh": "lpad((hour({1}) + 11) % 12 + 1, 2, '0')"}


def number_by_mask(number: Value, mask: str) -> Value:
    """A number that is not null as a text. Raises `NotRead` for masks that are not read.

    Without `#`, digits beyond those of the mask are cut off; that is how ArcGIS shows them.
    """
    if ";" in mask:
        return _by_sign(number, mask)
    match = _NUMBER_MASK.fullmatch(mask)
    if match is None:
        raise _unread(mask)
    prefix, whole, zeros, more, suffix = (part or "" for part in match.groups())
    least, most = len(zeros), len(zeros) + len(more)
    digits = whole.count("0")
    scaled = f"(abs({number.text}) * 100)" if suffix.endswith("%") else f"abs({number.text})"
    rounded = round_half_up(scaled, most)
    if "#" not in whole:
        rounded = f"({rounded} % {10**digits})"
    text = _formatted(rounded, least, most, "," in whole)
    if digits > 1:
        if "," in whole or least != most:
            raise _unread(mask)
        text = f"lpad({text}, {digits + (1 + most if most else 0)}, '0')"
    sign = f"CASE WHEN {number.text} < 0 THEN '-' ELSE '' END"
    parts = (sign, *([quote(prefix)] if prefix else []), text, *([quote(suffix)] if suffix else []))
    shown = f"concat({', '.join(parts)})"
    if number.wild:
        shown = f"CASE WHEN {number.text} IS NULL THEN 'NaN' WHEN abs({number.text}) < 1e300 THEN {shown} END"
        return Value(Kind.TEXT, shown, nullable=True)
    return Value(Kind.TEXT, shown, parts=parts)


def _by_sign(number: Value, mask: str) -> Value:
    """A mask for positive numbers and zero, and one for what a negative number is without its sign."""
    masks = mask.split(";")
    if len(masks) != 2 or number.wild:
        raise _unread(mask)
    negative = Value(Kind.NUMBER, f"abs({number.text})")
    positive, other = (number_by_mask(one, part).text for one, part in zip((number, negative), masks))
    return Value(Kind.TEXT, f"CASE WHEN {number.text} < 0 THEN {other} ELSE {positive} END")


def _formatted(number: str, least: int, most: int, grouped: bool) -> str:
    options = "" if grouped else ", omit_group_separators:=true"
    if most and not least:
        options += ", trim_trailing_zeroes:=true"
    text = f"format_number({number}, {most}{options})"
    # Zeros at the end go, but for the first few.
    return rf"regexp_replace({text}, '([^0-9]\\d{{{least}}}\\d*?)0+$', '\\1')" if 0 < least < most else text


def round_half_up(number: str, places: int) -> str:
    """Rounds as Arcade does: halves up, by the decimals that are written, not by the bits."""
    if places == 0:
        return f"floor({number} + 0.5)"
    scale = f"1{'0' * abs(places)}"
    if places < 0:
        return f"(floor({number} / {scale} + 0.5) * {scale})"
    return f"(floor(round({number} * {scale}, 9) + 0.5) / {scale})"


def date_by_mask(value: Value, mask: str) -> str:
    """A date as a text, null for null. Raises `NotRead` for masks that are not read."""
    if value.utc and "SSS" in mask:
        raise _unread(mask)
    milliseconds, date = value.text, local(value)
    pieces: list[str] = []
    written = text = ""
    position = 0
    half_days = any(match[2] in ("A", "a") for match in _DATE_TOKEN.finditer(mask))
    for match in _DATE_TOKEN.finditer(mask):
        if match.start() != position:
            break
        position = match.end()
        literal = match[1] if match[1] is not None else match[4]
        if literal is not None:
            text += literal
        elif match[2] in _COUNTED or (match[2] in _HALF_DAYS and not half_days):
            # What Qt has no letter for, or knows together with AM and PM only.
            counted = _COUNTED.get(match[2]) or _HALF_DAYS[match[2]]
            pieces += [*_formatted_date(date, written + _literal(text)), counted.format(milliseconds, date)]
            written = text = ""
        elif match[2] in _DATE_TOKENS:
            written += _literal(text) + _DATE_TOKENS[match[2]]
            text = ""
        elif match[3] in _ODD:
            raise _unread(mask)
        else:
            text += match[2]
    if position != len(mask) or not mask or "'" in mask:
        raise _unread(mask)
    pieces += _formatted_date(date, written + _literal(text))
    if len(pieces) == 1 and pieces[0].startswith("format_date("):
        return pieces[0]
    return f"CASE WHEN {milliseconds} IS NOT NULL THEN concat({', '.join(pieces)}) END"


def _formatted_date(date: str, written: str) -> list[str]:
    return [f"format_date({date}, {quote(written)})"] if written else []


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'" if text else ""


def _unread(mask: str) -> NotRead:
    return NotRead(
        notice("arcade", "The format “{mask}” in an Arcade expression is not supported.", mask=mask[:40])
    )
