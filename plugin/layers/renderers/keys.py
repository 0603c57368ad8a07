"""The key of a unique value: one to three fields, or an expression, as ArcGIS joins them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union

from ..symbols.properties import Properties
from .smart_mapping import key_expression
from .values import arcade_of, field_of, quoted_text

NULL_KEY = "<Null>"


@dataclass(frozen=True)
class Keys:
    """The expression of a feature's key, and how a class's key is written in the same way.

    ArcGIS takes no value and an empty text for the same key, `<Null>`.
    """

    expression: str
    delimiter: str
    fields: int
    joins: bool

    def key(self, raw: Union[str, list[str]]) -> str:
        """The key of a class: its text, or its parts for each field."""
        if not self.joins:
            return raw if isinstance(raw, str) else self.delimiter.join(raw)
        parts = raw.split(self.delimiter) if isinstance(raw, str) and self.fields > 1 else raw
        parts = [parts] if isinstance(parts, str) else parts
        return self.delimiter.join(part.strip() or NULL_KEY for part in parts)


def read_keys(renderer: Properties, keys: list[Union[str, list[str]]]) -> Optional[Keys]:
    """How features are told apart; None, and a loss, where that cannot be known."""
    delimiter = renderer.text("fieldDelimiter") or ", "
    if renderer.has("valueExpression"):
        renderer.ignore("field1", "field2", "field3")
        expression = key_expression(renderer, keys) or arcade_of(renderer, "valueExpression")
        return Keys(expression, delimiter, 1, False) if expression else None
    named = [key for key in ("field1", "field2", "field3") if renderer.has(key)]
    fields = [field_of(renderer, key) for key in named]
    if not fields or None in fields:
        return None
    joins = len(fields) > 1 or any(_is_blank(key) for key in keys)
    if not joins:
        return Keys(str(fields[0]), delimiter, 1, False)
    parts = [f"coalesce(nullif(trim(to_string({field})), ''), {quoted_text(NULL_KEY)})" for field in fields]
    joined = parts[0] if len(parts) == 1 else f"concat({f', {quoted_text(delimiter)}, '.join(parts)})"
    return Keys(joined, delimiter, len(fields), True)


def _is_blank(key: Union[str, list[str]]) -> bool:
    parts = [key] if isinstance(key, str) else key
    return any(part.strip() in ("", NULL_KEY) for part in parts)
