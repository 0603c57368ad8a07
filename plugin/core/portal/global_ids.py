"""GlobalIDs and replica ids: one value, three spellings (`{UPPER}`, `UPPER`, `lower`)."""

from __future__ import annotations

import re
from typing import Optional

_GLOBAL_ID = re.compile(
    r"\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?", re.IGNORECASE
)


def global_id(value: object) -> Optional[str]:
    """A GlobalID in any spelling as `{UPPER}`, the one that is stored; None for anything else."""
    found = _GLOBAL_ID.fullmatch(value.strip()) if isinstance(value, str) else None
    return "{" + "-".join(found.groups()).upper() + "}" if found else None
