"""How long QGIS takes to parse an expression.

For every function with named parameters its parser copies what stands between the parentheses,
and with it the copies inside: the time doubles with each level. So there is an end to it.
"""

from __future__ import annotations

import re

_MOST = 300_000
"""Copies of nodes; less than a tenth of a second."""
# Functions that take as many arguments as there are: their arguments are not copied.
_FREE = frozenset(("array", "array_cat", "coalesce", "concat", "map", "max", "min", "replace"))
_TOKEN = re.compile(r"""'(?:[^'\\]|\\.|'')*'|"(?:[^"]|"")*"|(\w+)?(\()|(\))|\w+|\S""", re.DOTALL)


def too_long_to_parse(text: str) -> bool:
    """True for an expression that would keep QGIS busy with reading it."""
    weights = [1]
    cost = 0
    for match in _TOKEN.finditer(text):
        cost += weights[-1]
        if match[2]:
            free = not match[1] or match[1] in _FREE
            weights.append(weights[-1] * (1 if free else 2))
        elif match[3] and len(weights) > 1:
            weights.pop()
        if cost > _MOST:
            return True
    return False
