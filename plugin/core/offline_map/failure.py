"""Why a download failed, as its folder remembers it until it is tried again.

The sentence is kept with its values apart, so that it can be told in any language. Folders are handed on:
what stands there is judged like all that comes from outside.
"""

from __future__ import annotations

import re
from typing import Any, Optional

from ..errors import OfflineMapError
from ..json_value import Json, json_object, text_of

FAILURE_MEMBER = "failure"
"""The member of job.json."""

_LONGEST_TEXT = 1000
_MOST_VALUES = 20
_DEEPEST = 3  # an error that tells of another one, and so on
_NAME = re.compile(r"[a-z_][a-z0-9_]*\Z")
_FIELD = re.compile(r"\{([^{}]*)\}")


def failure_record(error: OfflineMapError) -> dict[str, Any]:
    """The JSON of an error."""
    values = {name: _value_record(value) for name, value in error.values.items()}
    return {"text": error.template, "next": error.next_template, "values": values}


def read_failure(job: Json) -> Optional[OfflineMapError]:
    """The error of a job record; None where there is none that can be told."""
    return _error(json_object(job.get(FAILURE_MEMBER)), _DEEPEST)


def _value_record(value: object) -> object:
    if isinstance(value, OfflineMapError):
        return failure_record(value)
    return value if isinstance(value, (int, str)) else str(value)


def _error(record: Json, depth: int) -> Optional[OfflineMapError]:
    text, following = text_of(record, "text"), text_of(record, "next")
    values: dict[str, object] = {
        name: told
        for name, value in list(json_object(record.get("values")).items())[:_MOST_VALUES]
        if (told := _value(value, depth)) is not None and _NAME.match(name)
    }
    if not text or not all(_is_template(template, values) for template in (text, following)):
        return None
    error = OfflineMapError(text, next_step=following)
    error.values = values  # their names may be those of its own parameters
    return error


def _value(value: Any, depth: int) -> object:
    if isinstance(value, dict):
        return _error(value, depth - 1) if depth else None
    return value[:_LONGEST_TEXT] if isinstance(value, str) else value if isinstance(value, int) else None


def _is_template(text: str, values: dict[str, object]) -> bool:
    """True where formatting it does nothing but put these values in."""
    rest = _FIELD.sub("", text)
    return (
        len(text) <= _LONGEST_TEXT
        and not {"{", "}"} & set(rest)
        and all(name in values for name in _FIELD.findall(text))
    )
