"""Arcade's number and date masks (`Text(x, "#,##0.00")`, `Text(d, "D MMM Y")`) in QGIS functions.

The SDK writes numbers and months in the language of the viewer; so does QGIS.
"""

from __future__ import annotations

import re

from ..offline.plan import notice
from .tree import NotRead
from .values import Kind, Value, quote

_NUMBER_MASK = re.compile(r"([^#0.,;%‰E'\"]*)([#0,]*[#0])(?:\.(0*)(#*))?([^#0.,;%‰E'\"]*%?)")
_DATE_TOKEN = re.compile(r"\[([^\]]*)\]|(([A-Za-z])\3*)|([^A-Za-z\[]+)")
_DATE_TOKENS = {
    "YYYY": "yyyy", "Y": "yyyy", "YY": "yy",
    "MMMM": "MMMM", "MMM": "MMM", "MM": "MM", "M": "M",
    "DD": "dd", "D": "d", "dddd": "dddd", "ddd": "ddd",
    "HH": "HH", "H": "H", "hh": "hh", "h": "h",
    "mm": "mm", "m": "m", "ss": "ss", "s": "s", "A": "AP", "a": "AP",
}  # fmt: skip


def number_by_mask(number: Value, mask: str) -> Value:
    """A number that is not null as a text. Raises `NotRead` for masks that are not read.

    Without `#`, digits beyond those of the mask are cut off; that is how ArcGIS shows them.
    """
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


def date_by_mask(date: str, mask: str) -> str:
    """A local date and time (QGIS text) as a text. Raises `NotRead` for masks that are not read."""
    written = text = ""
    position = 0
    for match in _DATE_TOKEN.finditer(mask):
        if match.start() != position:
            break
        position = match.end()
        literal = match[1] if match[1] is not None else match[4]
        if literal is not None:
            text += literal
        elif match[2] in _DATE_TOKENS:
            written += _literal(text) + _DATE_TOKENS[match[2]]
            text = ""
        else:
            raise _unread(mask)
    written += _literal(text)
    # Qt counts hours to twelve only where it is told to write AM or PM.
    if position != len(mask) or not mask or ("h" in _letters(written) and "AP" not in written):
        raise _unread(mask)
    return f"format_date({date}, {quote(written)})"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'" if text else ""


def _letters(written: str) -> str:
    return re.sub(r"'(?:[^']|'')*'", "", written)


def _unread(mask: str) -> NotRead:
    return NotRead(
        notice("arcade", "The format “{mask}” of an Arcade expression is not read.", mask=mask[:40])
    )
