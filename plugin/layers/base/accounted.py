"""Which members of the author's JSON are kept, so that all others can be named in the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

Schema = Mapping[str, Optional[Mapping[str, Any]]]
"""Members that are kept; None for those that are taken whole, else what of them is kept."""

# What says nothing: written by tools into every object.
_NEUTRAL = (None, False, "", 0, [], {})
_MOST = 60


def unkept(value: object, schema: Schema, path: str = "") -> set[str]:
    """Paths of members that are not in the schema, `a.b.c`; lists count as their items."""
    if isinstance(value, list):
        return set().union(*(unkept(item, schema, path) for item in value))
    if not isinstance(value, Mapping):
        return set()
    lost: set[str] = set()
    for key, member in value.items():
        inner = f"{path}.{key}" if path else str(key)
        if key not in schema:
            lost |= set() if member in _NEUTRAL else {inner[-_MOST:]}
        elif schema[key] is not None:
            lost |= unkept(member, schema[key] or {}, inner)
    return lost


def kept(names: str, **inner: Schema) -> dict[str, Optional[Schema]]:
    """A schema of members by name, the inner ones with schemas of their own."""
    return {**dict.fromkeys(names.split()), **inner}
