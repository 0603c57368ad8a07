"""Reading values of untrusted JSON: what has the wrong type counts as absent."""

from __future__ import annotations

from collections.abc import Mapping
import math
from typing import Any, Optional

Json = Mapping[str, Any]


def json_object(value: object) -> Json:
    """The object itself; an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def json_objects(value: object) -> list[Json]:
    """The objects of a list; nothing for anything else."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


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
