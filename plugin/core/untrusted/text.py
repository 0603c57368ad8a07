"""Text from outside, made fit for XML and for the places where QGIS and Qt read more than letters."""

from __future__ import annotations

import re
from typing import Any

# All that XML 1.0 may not hold (by its production “Char”); halves of surrogate pairs fit no encoding either.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
UNKNOWN_CHARACTER = "\ufffd"
"""What stands for a character that is not known: U+FFFD."""
# Where QGIS begins an expression, and where Qt takes a text for HTML.
_ACTIVE = re.compile(r"\[(?=%)|<(?=\s*[A-Za-z/!?])|&(?=lt;)")
_WORD_JOINER = "\u2060"


def storable(text: str) -> str:
    """`text` with U+FFFD for every character that no XML, and thus no project of QGIS, may hold."""
    return _UNSTORABLE.sub(UNKNOWN_CHARACTER, text)


def storable_value(value: Any) -> Any:
    """A JSON value with all of its texts and keys storable."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [storable_value(one) for one in value]
    if isinstance(value, dict):
        return {storable(key): storable_value(one) for key, one in value.items()}
    return value


def inert(text: str) -> str:
    """`text` that shows the same letters wherever it stands as the name of something.

    Print layouts evaluate `[% … %]` in the names of layers, groups and classes; tool tips and messages
    of QGIS read tags in them. An invisible U+2060 (word joiner) takes the meaning from both.
    """
    return _ACTIVE.sub(rf"\g<0>{_WORD_JOINER}", text)
