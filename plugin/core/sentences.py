"""Sentences kept in files with their values apart, so that they can be told in any language later.

`{"text", "values"}` of a notice, with `"next"` that of an error; both are templates. Files are handed on:
what stands there is judged like all that comes from outside.
"""

from __future__ import annotations

from collections.abc import Mapping
import re
from typing import Any, Optional, Union

from .errors import OfflineMapError
from .json_value import Json, json_object, text_of
from .notice import Notice

Told = Union[Notice, OfflineMapError]

_LONGEST_TEXT = 1000
_MOST_VALUES = 20
_DEEPEST = 3  # an error that tells of another one, and so on
_NAME = re.compile(r"[a-z_][a-z0-9_]*\Z")
_FIELD = re.compile(r"\{([^{}]*)\}")


def sentence_to_json(told: Told) -> dict[str, Any]:
    """Values that are no JSON become text; sentences among them stay sentences."""
    values = {name: _to_json(value) for name, value in told.values.items()}
    following = {"next": told.next_template} if isinstance(told, OfflineMapError) else {}
    return {"text": told.template, **following, "values": values}


def sentence_from_json(content: Json) -> Optional[Told]:
    """None for what `sentence_to_json` did not write."""
    return _sentence(content, _DEEPEST)


def _to_json(value: object) -> object:
    if isinstance(value, (Notice, OfflineMapError)):
        return sentence_to_json(value)
    return value if isinstance(value, (int, float, str)) else str(value)


def _sentence(content: Json, depth: int) -> Optional[Told]:
    text, following = text_of(content, "text"), text_of(content, "next")
    values: dict[str, object] = {
        name: told
        for name, value in list(json_object(content.get("values")).items())[:_MOST_VALUES]
        if (told := _value(value, depth)) is not None and _NAME.match(name)
    }
    if not text or not all(_is_template(template, values) for template in (text, following)):
        return None
    if "next" not in content:
        return Notice("", text, values)
    error = OfflineMapError(text, next_step=following)
    error.values = values  # their names may be those of its own parameters
    return error


def _value(value: object, depth: int) -> object:
    if isinstance(value, Mapping):
        return _sentence(value, depth - 1) if depth else None
    if isinstance(value, str):
        return value[:_LONGEST_TEXT]
    return value if isinstance(value, (int, float)) else None


def _is_template(text: str, values: Mapping[str, object]) -> bool:
    """True where formatting it does nothing but put these values in."""
    rest = _FIELD.sub("", text)
    return (
        len(text) <= _LONGEST_TEXT
        and not {"{", "}"} & set(rest)
        and all(name in values for name in _FIELD.findall(text))
    )
