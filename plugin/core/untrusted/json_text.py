"""JSON from outside: bounded in size and depth, and strict where Python is lenient."""

from __future__ import annotations

import json
import re
from typing import Any

from .text import storable_value

DEEPEST_JSON = 64
_MAX_DIGITS = 400
# Quoted text first, so that brackets inside it do not count. An open quote runs to the end:
# a pattern that could fail there would be tried again at every later quote.
_BRACKETS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\Z|\\\Z)|[\[\]{}]', re.DOTALL)
# What stands for a character that is not storable: an escape (of a whole pair of surrogates it is fine),
# or U+FFFE and U+FFFF themselves. Each begins with its own letter, so that a search is quick; only who
# says such a thing costs the time to look at every text.
_DOUBTFUL_ESCAPE = re.compile(
    rb"""(?x) \\(?<!\\\\) (?:\\\\)* (?: [bf] | u(?: 00[01] | [fF]{3}[eEfF]
        | [dD][89aAbB]..(?!\\u[dD][c-fC-F]) | (?<!\\u[dD][89aAbB]..\\u)[dD][c-fC-F] ) )"""
)
_NONCHARACTER = re.compile(rb"\xef\xbf[\xbe\xbf]")


def parse_json(content: bytes, max_bytes: int = 32 << 20) -> Any:
    """The value of a JSON text in UTF-8, with or without a byte order mark; its texts are `storable`.

    Raises `ValueError` for anything that is not JSON, for NaN and Infinity (Python would take
    them), and for texts beyond `max_bytes` or nested deeper than 64.
    """
    if len(content) > max_bytes:
        raise ValueError(f"JSON text of {len(content)} bytes")
    if _depth(content) > DEEPEST_JSON:
        raise ValueError("JSON nested too deep")
    value = json.loads(content.decode("utf-8-sig"), parse_constant=refuse_constant, parse_int=whole_number_of)
    return made_storable(value, content)


def parse_json_object(content: bytes, max_bytes: int = 32 << 20) -> dict[str, Any]:
    """The same of a text that must hold an object. Raises `ValueError` for any other value, too."""
    value = parse_json(content, max_bytes)
    if not isinstance(value, dict):
        raise ValueError("no JSON object")
    return value


def _depth(content: bytes) -> int:
    depth = deepest = 0
    for match in _BRACKETS.finditer(content):
        mark = match.group()
        if mark in (b"[", b"{"):
            depth += 1
            deepest = max(deepest, depth)
        elif mark in (b"]", b"}"):
            depth -= 1
    return deepest


def made_storable(value: Any, content: bytes) -> Any:
    """The value of the JSON text `content`, with all of its texts storable."""
    doubtful = _DOUBTFUL_ESCAPE.search(content) or _NONCHARACTER.search(content)
    return storable_value(value) if doubtful else value


def refuse_constant(name: str) -> Any:
    """For `parse_constant`: NaN and Infinity are no JSON."""
    raise ValueError(f"{name} is no JSON")


def whole_number_of(digits: str) -> int:
    """For `parse_int`. Raises `ValueError` for a number of absurd length."""
    # int() of a very long text takes quadratic time.
    if len(digits) > _MAX_DIGITS:
        raise ValueError("number with too many digits")
    return int(digits)
