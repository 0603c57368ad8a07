"""A JSON file from outside of any size, read piece by piece.

Memory is bounded by the largest value that is read as a whole. As strict as json_text.py, and beyond: an
object that names a key twice is refused, since whoever reads it another way would see another id.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any, BinaryIO, Callable, Union

from .json_text import DEEPEST_JSON, made_storable, refuse_constant, whole_number_of

JsonPlace = tuple[Union[str, int], ...]
"""Where a value stands: the keys and array positions that lead to it."""

LONGEST_VALUE = 32 << 20  # characters of a value that is read as a whole
_BLOCK = 1 << 20
_MOST_KEYS = 10_000  # of an object that is gone through
_UNDECIDED = 2  # characters behind a number that may belong to it: `1` of `1e-7`, cut behind the sign
_BLANKS = re.compile(r"[ \t\r\n]*")
_TEXTS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def json_values(
    path: Path, opens: Callable[[JsonPlace], bool], longest: int = LONGEST_VALUE
) -> Iterator[tuple[JsonPlace, Any]]:
    """Every value of the file that is not opened, in the order of the file, with its place.

    Objects and arrays at places that `opens` accepts are gone through member by member, all others are
    read as a whole. Raises `ValueError` as json_text.py does, for a key that stands twice in an object, and
    for a value of more than `longest` characters; `OSError`.
    """
    with path.open("rb") as file:
        window = _Window(file, longest)
        yield from _values(window, (), opens)
        if window.mark():
            raise ValueError("text behind the end of the JSON value")


def _values(
    window: _Window, place: JsonPlace, opens: Callable[[JsonPlace], bool]
) -> Iterator[tuple[JsonPlace, Any]]:
    mark = window.mark()
    if mark not in ("{", "[") or not opens(place):
        yield place, window.value()
        return
    if len(place) >= DEEPEST_JSON:
        raise ValueError("JSON nested too deep")
    window.at += 1
    end = "}" if mark == "{" else "]"
    keys: set[str] = set()
    number = 0
    if window.mark() == end:
        window.at += 1
        return
    while True:
        step: Union[str, int] = number if mark == "[" else window.key(keys)
        yield from _values(window, (*place, step), opens)
        number += 1
        separator = window.mark()
        window.at += 1
        if separator == end:
            return
        if separator != ",":
            raise ValueError("no comma between two values")


class _Window:
    """The part of the text that is held: `at` is where the reading stands in it."""

    def __init__(self, file: BinaryIO, longest: int):
        self.at = 0
        self._file = file
        self._longest = longest
        self._text = ""
        self._ended = False
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._json = json.JSONDecoder(
            parse_constant=_refuse, parse_int=whole_number_of, object_pairs_hook=_object
        )

    def mark(self) -> str:
        """The next character that is no blank, still to be read; empty at the end."""
        while True:
            blanks = _BLANKS.match(self._text, self.at)
            self.at = blanks.end() if blanks else self.at
            if self.at < len(self._text):
                return self._text[self.at]
            if self._ended:
                return ""
            self._read_on()

    def key(self, keys: set[str]) -> str:
        """The next key of an object and the colon behind it; adds it to the ones that were there."""
        if self.mark() != '"':
            raise ValueError("no key")
        key: str = self.value()
        if key in keys or len(keys) >= _MOST_KEYS:
            raise ValueError("a key that stands twice, or too many of them")
        keys.add(key)
        if self.mark() != ":":
            raise ValueError("no colon behind a key")
        self.at += 1
        return key

    def value(self) -> Any:
        """The next value, as a whole."""
        self.mark()
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self.at)
            except _RefusedValue:
                raise
            except ValueError as error:
                if self._ended:
                    raise ValueError("no JSON value") from error
            except RecursionError as error:
                raise ValueError("JSON nested too deep") from error
            else:
                if end + _UNDECIDED < len(self._text) or self._ended:
                    break
            self._read_on()
        content = self._text[self.at : end].encode("utf-8")
        self.at = end
        if _is_too_deep(content):
            raise ValueError("JSON nested too deep")
        return made_storable(value, content)

    def _read_on(self) -> None:
        """Drops what was read; holds twice as much of the rest, so that long values are not read often."""
        rest = self._text[self.at :]
        if len(rest) > self._longest:
            raise ValueError("a JSON value that is too long")
        block = self._file.read(max(_BLOCK, len(rest)))
        self._ended = not block
        self._text, self.at = rest + self._decoder.decode(block, final=self._ended), 0


class _RefusedValue(ValueError):
    """What more text would not mend."""


def _refuse(name: str) -> Any:
    try:
        return refuse_constant(name)
    except ValueError as error:
        raise _RefusedValue(*error.args) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RefusedValue("a key that stands twice")
    return found


def _is_too_deep(content: bytes) -> bool:
    """Takes away the innermost pairs of brackets, level by level: quick for the many of a geometry."""
    if content.count(b"[") + content.count(b"{") <= DEEPEST_JSON:
        return False
    brackets = _TEXTS.sub(b"", content).translate(None, _NO_BRACKETS)
    for _ in range(DEEPEST_JSON):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    return bool(brackets)
