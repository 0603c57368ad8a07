"""The XML definitions inside a geodatabase.

The catalogue's XML knows elements, attributes and text, nothing else; some releases wrote
mismatched end tags (`<Name>…</Namee>`), so it is read tolerantly.
"""

from __future__ import annotations

from typing import Optional

from ..untrusted.xml import Element, parse_tolerantly

LARGEST_DEFINITION = 16 << 20
"""Characters of a definition that are read; a longer one counts as absent."""
_MOST_ELEMENTS = 1_000_000


def parse_definition(text: Optional[str]) -> Element:
    """The root element; one named "", and cut, where there is no text or it is too large."""
    if not text or len(text) > LARGEST_DEFINITION:
        nothing = Element("")
        nothing.is_cut = True
        return nothing
    return parse_tolerantly(text, _MOST_ELEMENTS)
