"""Several values in one text parameter."""

from __future__ import annotations

import re

from ..core.untrusted.json_text import parse_json

_BETWEEN = re.compile(r"[,;\r\n]")
_LONGEST = 1 << 20


def several_values(text: str) -> list[str]:
    """The values in a JSON list, or in a text apart by commas, semicolons or lines; blanks around them go."""
    try:
        values = parse_json(text.encode("utf-8"), _LONGEST)
    except ValueError:
        values = None
    if not isinstance(values, list):
        values = _BETWEEN.split(text)
    return [value.strip() for value in values if isinstance(value, str) and value.strip()]
