"""Smart mapping: Arcade that ArcGIS' generators write, recognised by `authoringInfo`.

The scripts are fixed, so what they say is built directly from the fields; the classes' own keys
prove that the recognition is right.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional, Union

from ...core.json_value import is_number, json_object
from ..symbols.properties import Properties
from .values import field_reference, quoted_text, written_number

_LETTERS = {2: ("L", "H"), 3: ("L", "M", "H"), 4: ("L", "M1", "M2", "H")}
_MOST_FIELDS = 50


def key_expression(renderer: Properties, keys: list[Union[str, list[str]]]) -> Optional[str]:
    """The expression of a feature's class; None where this is no smart mapping that is known."""
    info = json_object(renderer.raw("authoringInfo"))
    makers = {"predominance": _predominance, "relationship": _relationship}
    kind = info.get("type")
    make = makers.get(kind) if isinstance(kind, str) else None
    script = renderer.raw("valueExpression")
    found = {key if isinstance(key, str) else "".join(key) for key in keys}
    made = make(info, found, script, renderer) if make and isinstance(script, str) else None
    if made:
        renderer.ignore("valueExpression")
    return made


def _predominance(info: Mapping, keys: set[str], script: str, renderer: Properties) -> Optional[str]:
    """The name of the field with the largest value above zero; none where two are equally large."""
    names = info.get("fields")
    if not isinstance(names, list) or not 2 <= len(names) <= _MOST_FIELDS:
        return None
    if not all(isinstance(name, str) and name in script for name in names) or not keys <= set(names):
        return None
    columns = [field_reference(name, renderer.reading) for name in names]
    if None in columns:
        return None
    values = [f"coalesce({field}, 0)" for field in columns]
    counts = " + ".join(f"if({value} = @most, 1, 0)" for value in values)
    whens = " ".join(f"WHEN {value} = @most THEN {quoted_text(name)}" for name, value in zip(names, values))
    one = f"CASE WHEN @most <= 0 OR {counts} > 1 THEN NULL {whens} END"
    return f"with_variable('most', max({', '.join(values)}), {one})"


def _relationship(info: Mapping, keys: set[str], script: str, renderer: Properties) -> Optional[str]:
    """Two letters or more: the class of the first field, then that of the second."""
    count = info.get("numClasses")
    letters = _LETTERS.get(count) if isinstance(count, int) else None
    if not letters or not keys <= {first + second for first in letters for second in letters}:
        return None
    parts = [_letter(info.get(key), letters, script, renderer) for key in ("field1", "field2")]
    return None if None in parts else f"({parts[0]} || {parts[1]})"


def _letter(part: object, letters: tuple[str, ...], script: str, renderer: Properties) -> Optional[str]:
    if not isinstance(part, Mapping):
        return None
    name, breaks = part.get("field"), part.get("classBreakInfos")
    if not isinstance(name, str) or name not in script or not isinstance(breaks, list):
        return None
    ends = [entry.get("maxValue") for entry in breaks if isinstance(entry, Mapping)]
    if len(ends) != len(letters) or not all(map(is_number, ends)):
        return None
    value = field_reference(name, renderer.reading)
    by = part.get("normalizationField")
    divisor = field_reference(by, renderer.reading) if isinstance(by, str) and by else None
    if value is None or (by and divisor is None):
        return None
    value = f"({value} * 1.0 / {divisor})" if divisor else value
    whens = " ".join(
        f"WHEN {value} <= {written_number(end)} THEN {quoted_text(letter)}"
        for end, letter in zip(ends, letters)
    )
    least = breaks[0].get("minValue")
    below = f"WHEN {value} < {written_number(least)} THEN NULL " if is_number(least) else ""
    return f"CASE WHEN {value} IS NULL THEN NULL {below}{whens} END"
