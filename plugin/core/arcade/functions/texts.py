"""Arcade's functions of texts in those of QGIS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
import re
from typing import Optional

from ..convert import as_number, as_text, joined
from ..values import Arguments, Kind, Value, constant, each, known_number, known_text, not_read, quote
from .masks import date_by_mask, number_by_mask

_MOST_TEXT = 2**31 - 2
_LETTER = r"\p{L}"
_SPACES = "\t\n\r"
# What UrlEncode writes in hexadecimal digits, and QGIS' url_encode leaves as it is.
_RESERVED = "$+,/:;=?@[]"


def text(arguments: Arguments) -> Value:
    """`Text(value, mask)`."""
    value, mask = arguments[0], known_text(arguments[1]) if len(arguments) > 1 else ""
    if mask is None or not value.shown:
        raise not_read("Text")
    return each(value, lambda one: _masked(one, mask or "")) if mask else as_text(value)


def _masked(value: Value, mask: str) -> Value:
    if value.kind is Kind.DATE:
        shown = date_by_mask(value, mask)
        return Value(Kind.TEXT, f"coalesce({shown}, '')" if value.nullable else shown)
    if value.kind is not Kind.NUMBER:
        return as_text(value)
    if not value.nullable:
        return number_by_mask(value, mask)
    masked = number_by_mask(replace(value, nullable=False), mask)
    return Value(Kind.TEXT, f"coalesce(CASE WHEN {value.text} IS NOT NULL THEN {masked.text} END, '')")


def in_text(template: str) -> Callable[[Arguments], Value]:
    """A function of one text."""
    return lambda arguments: Value(Kind.TEXT, template.format(as_text(arguments[0]).text))


def proper(arguments: Arguments) -> Value:
    """Words begin with capital letters; with “firstword”, only the first one does."""
    which = known_text(arguments[1]) if len(arguments) > 1 else "everyword"
    text = as_text(arguments[0]).text
    if which is not None and which.casefold() == "firstword":
        return Value(Kind.TEXT, f"concat(upper(left({text}, 1)), lower(coalesce(substr({text}, 2), '')))")
    if which is None or which.casefold() != "everyword":
        raise not_read("Proper")
    # The first letter of each word; other white space than blanks is put behind one for a while.
    apart = ", ".join(f"{quote(space)}, {quote(' ' + space)}" for space in _SPACES)
    back = ", ".join(f"{quote(' ' + space)}, {quote(space)}" for space in _SPACES)
    words = f"replace({text}, map({apart}))"
    at = f"regexp_match(@element, {quote(_LETTER)})"
    word = (
        f"concat(left(@element, {at} - 1), upper(substr(@element, {at}, 1)),"
        f" lower(coalesce(substr(@element, {at} + 1), '')))"
    )
    written = (
        f"array_foreach(string_to_array({words}, ' '), CASE WHEN {at} > 0 THEN {word} ELSE @element END)"
    )
    return Value(Kind.TEXT, f"replace(coalesce(array_to_string({written}, ' '), ''), map({back}))")


def cut(name: str) -> Callable[[Arguments], Value]:
    """Left and Right; QGIS takes a negative length for one from the other end."""

    def apply(arguments: Arguments) -> Value:
        length = known_number(arguments[1])
        count = f"{int(max(length, 0))}" if length is not None else f"max(0, {_whole(arguments[1], name)})"
        return Value(Kind.TEXT, f"{name}({as_text(arguments[0]).text}, {count})")

    return apply


def middle(arguments: Arguments) -> Value:
    """`Mid(text, start, length)`; beyond the end of the text QGIS gives null."""
    start = _bounded(arguments[1], "Mid")
    length = _bounded(arguments[2], "Mid") if len(arguments) > 2 else f"{_MOST_TEXT}"
    return Value(Kind.TEXT, f"coalesce(substr({as_text(arguments[0]).text}, {start} + 1, {length}), '')")


def _bounded(value: Value, name: str) -> str:
    number = known_number(value)
    return f"{int(max(number, 0))}" if number is not None else f"max(0, {_whole(value, name)})"


def _whole(value: Value, name: str) -> str:
    """A number without its fraction, and never NaN."""
    number = as_number(value)
    if number.wild:
        raise not_read(name)
    return number.text if number.whole else f"floor({number.text})"


def find(arguments: Arguments) -> Value:
    """`Find(needle, text, from)`."""
    needle, text = (as_text(argument).text for argument in arguments[:2])
    if len(arguments) < 3:
        return Value(Kind.NUMBER, f"(strpos({text}, {needle}) - 1)", whole=True)
    start = _bounded(arguments[2], "Find")
    rest = f"strpos(coalesce(substr({text}, {start} + 1), ''), {needle})"
    return Value(
        Kind.NUMBER, f"CASE WHEN {rest} > 0 THEN {rest} - 1 + {start} ELSE -1 END", whole=arguments[2].whole
    )


def replaced(arguments: Arguments) -> Value:
    """`Replace(text, old, new, all)`."""
    everywhere = arguments[3] if len(arguments) == 4 else constant(True)
    old = known_text(as_text(arguments[1]))
    if old is None or not (everywhere.is_constant and isinstance(everywhere.constant, bool)):
        raise not_read("Replace")
    text, new = as_text(arguments[0]), as_text(arguments[2]).text
    if not old:
        return text
    if everywhere.constant:
        return Value(Kind.TEXT, f"replace({text.text}, {quote(old)}, {new})")
    at = f"strpos({text.text}, {quote(old)})"
    rest = f"coalesce(substr({text.text}, {at} + {len(old)}), '')"
    return Value(
        Kind.TEXT,
        f"CASE WHEN {at} > 0 THEN concat(left({text.text}, {at} - 1), {new}, {rest}) ELSE {text.text} END",
    )


def split(arguments: Arguments) -> Value:
    """`Split(text, separator, limit, without empty ones)`."""
    separator, limit = known_text(arguments[1]), _limit(arguments)
    filled = arguments[3] if len(arguments) > 3 else constant(False)
    if separator is None or not filled.is_constant or filled.constant not in (True, False):
        raise not_read("Split")
    text = as_text(arguments[0])
    known = known_text(text)
    if known is not None:
        return _split_literal(known, separator, limit, bool(filled.constant))
    array = f"string_to_array({text.text}, {quote(separator)})"
    if not separator:
        # QGIS finds the empty text before the first and behind the last letter, too.
        array = f"array_filter({array}, @element <> '')"
    if filled.constant:
        array = f"array_filter({array}, @element <> '')"
    if limit is not None:
        array = f"array_slice({array}, 0, {limit - 1})" if limit else "array()"
    return Value(Kind.ARRAY, array, item=Value(Kind.TEXT))


def _limit(arguments: Arguments) -> Optional[int]:
    if len(arguments) < 3:
        return None
    number = known_number(arguments[2])
    if number is None or number != int(number):
        raise not_read("Split")
    return int(number) if number >= 0 else None


def _split_literal(text: str, separator: str, limit: Optional[int], filled: bool) -> Value:
    found = text.split(separator) if separator else list(text)
    if not separator and re.search("[\U00010000-\U0010ffff]", text):
        raise not_read("Split")
    kept = [part for part in found if part or not filled][:limit]
    return Value(Kind.LIST, items=tuple(constant(part) for part in kept))


def concatenated(arguments: Arguments) -> Value:
    """`Concatenate(a, b, …)` and `Concatenate(list, between)`."""
    if not arguments or arguments[0].kind not in (Kind.LIST, Kind.ARRAY):
        return joined(arguments)
    if len(arguments) > 2:
        raise not_read("Concatenate")
    between = arguments[1] if len(arguments) == 2 else constant("")
    if between.kind is Kind.NULL:
        between = constant("null")
    if arguments[0].kind is Kind.LIST:
        texts = [text for item in arguments[0].items for text in (between, item)]
        return joined(texts[1:])
    array, item = arguments[0], arguments[0].item
    if item is None:
        return constant("")
    texts_of = array.text
    if item.kind is not Kind.TEXT or item.nullable:
        shown = as_text(replace(item, text="@element")).text
        texts_of = f"array_foreach({array.text}, {shown})"
    return Value(Kind.TEXT, f"coalesce(array_to_string({texts_of}, {as_text(between).text}), '')")


def url_encoded(arguments: Arguments) -> Value:
    """`UrlEncode(text)`, and of a dictionary as the query of an address."""
    value = arguments[0]
    if value.kind is Kind.DICTIONARY:
        pairs: list[Value] = []
        for key, member in sorted(value.members.items()):
            pairs += [
                constant("&" if pairs else ""),
                _encoded(constant(key)),
                constant("="),
                _encoded(member),
            ]
        return joined(pairs)
    if not value.shown:
        raise not_read("UrlEncode")
    return _encoded(value)


def _encoded(value: Value) -> Value:
    text = f"substr(url_encode(map('a', {as_text(value).text})), 3)"
    for letter in _RESERVED:
        text = f"replace({text}, '{letter}', '%{ord(letter):X}')"
    return Value(Kind.TEXT, text)


def characters(arguments: Arguments) -> Value:
    """`FromCharCode(a, b, …)` and `FromCodePoint(a, b, …)` of numbers that are known."""
    codes = [known_number(one) for one in arguments]
    if any(code is None or code != int(code) or not 0 < code < 0xD800 for code in codes):
        raise not_read("FromCharCode")
    return constant("".join(chr(int(code or 0)) for code in codes))
