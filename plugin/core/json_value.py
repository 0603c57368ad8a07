"""Reading values of untrusted JSON: what has the wrong type counts as absent.

`json_…` takes a value, `…_of` an object and the key under which the value stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
import math
import re
from typing import Any, Optional

Json = Mapping[str, Any]

UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=timezone.utc)
_WHOLE = re.compile(r"-?[0-9]{1,18}")


def json_object(value: object) -> Json:
    """The object itself; an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def json_list(value: object) -> list[Any]:
    """The list itself; an empty one for anything else."""
    return value if isinstance(value, list) else []


def json_objects(value: object) -> list[Json]:
    """The objects of a list; nothing for anything else."""
    return [one for one in json_list(value) if isinstance(one, Mapping)]


def folded_keys(json: Json) -> dict[str, Any]:
    """The members of an object by their keys in lower case, for answers whose letter case varies."""
    return {key.casefold(): value for key, value in json.items()}


def json_string(value: object) -> str:
    """The string itself, with the blanks around it; an empty one for anything else."""
    return value if isinstance(value, str) else ""


def is_number(value: object) -> bool:
    """True for a finite number that fits a float; ArcGIS writes "NaN" and null for empty coordinates."""
    return json_number(value) is not None


def json_number(value: object) -> Optional[float]:
    """Such a number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def json_whole(value: object) -> Optional[int]:
    """A whole number, also one that is written as text; None for anything else."""
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def object_of(json: Json, key: str) -> Json:
    """The object under `key`, or an empty one."""
    return json_object(json.get(key))


def objects_of(json: Json, key: str) -> list[Json]:
    """The objects in the list under `key`."""
    return json_objects(json.get(key))


def text_of(json: Json, key: str) -> str:
    """The text under `key`, without blanks around it; empty when there is none."""
    return json_string(json.get(key)).strip()


def texts_of(json: Json, key: str) -> tuple[str, ...]:
    """The texts in the list under `key`."""
    return tuple(one for one in json_list(json.get(key)) if isinstance(one, str))


def whole_of(json: Json, key: str) -> Optional[int]:
    """The whole number under `key`, also where it is written as text; None when there is none."""
    return json_whole(json.get(key))


def moment_of(json: Json, key: str) -> datetime:
    """The time under `key`, given in milliseconds since 1970 UTC; 1970 itself where there is none."""
    try:
        return UNKNOWN_TIME + timedelta(milliseconds=whole_of(json, key) or 0)
    except OverflowError:
        return UNKNOWN_TIME
