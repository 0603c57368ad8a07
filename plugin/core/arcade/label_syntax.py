"""Label expressions in the syntax before Arcade: `[NAME] CONCAT NEWLINE CONCAT UCASE([TYPE])`.

Services and older viewers write it. A text without its words, like `[A] - [B]`, is a template.
"""

from __future__ import annotations

from collections.abc import Mapping
import re
from typing import Optional

from ..notice import notice
from .convert import joined
from .field_text import FieldFormat, shown_field, shown_template
from .fields import FeatureField
from .syntax.tree import Call, Literal, Member, Name, Node, NotRead
from .translate import value_of
from .values import Value, constant

_LONGEST = 8_000
_DEEPEST = 8
_TOKEN = re.compile(r"""\s*(?:(\[[^\[\]]+\])|("[^"]*"|'[^']*')|(\d+(?:\.\d+)?)|(\w+)|([(),&+]))""")
_WORDS = re.compile(r"""["'&+]|\b(?:CONCAT|(?:VB)?NEWLINE|[A-Z]+\()""", re.IGNORECASE)
_NEW_LINES = ("NEWLINE", "VBNEWLINE", "VBCRLF", "VBLF")
_FUNCTIONS = {
    "UCASE": "upper", "UPPER": "upper", "LCASE": "lower", "LOWER": "lower", "TRIM": "trim",
    "ROUND": "round", "ABS": "abs", "FORMATDATETIME": "text", "LEFT": "left", "RIGHT": "right",
    "REPLACE": "replace", "LEN": "count", "CSTR": "text", "CEILING": "ceil", "FLOOR": "floor",
}  # fmt: skip
# Masks of .NET in those of Arcade.
_MASK = (("yyyy", "YYYY"), ("yy", "YY"), ("dddd", "\0"), ("ddd", "\1"), ("dd", "DD"), ("d", "D"),
         ("\0", "dddd"), ("\1", "ddd"), ("tt", "A"))  # fmt: skip


def label_text(
    expression: str,
    fields: Mapping[str, FeatureField],
    formats: Mapping[str, FieldFormat],
    plain: FieldFormat,
) -> Value:
    """What the expression shows. Raises `NotRead`."""
    if len(expression) > _LONGEST:
        raise _unread()
    if not _WORDS.search(expression):
        found = shown_template(expression.replace("[", "{").replace("]", "}"), fields, formats, plain)
        if found is None:
            raise _unread()
        return found
    return _Reader(expression, fields, formats, plain).text()


class _Reader:
    def __init__(
        self,
        expression: str,
        fields: Mapping[str, FeatureField],
        formats: Mapping[str, FieldFormat],
        plain: FieldFormat,
    ) -> None:
        self._tokens = list(_tokens(expression))
        self._next = 0
        self._fields, self._formats, self._plain = fields, formats, plain

    def text(self) -> Value:
        """Parts, joined by CONCAT, & or +."""
        parts = [self._part()]
        while self._next < len(self._tokens):
            if self._take().upper() not in ("CONCAT", "&", "+"):
                raise _unread()
            parts.append(self._part())
        return parts[0] if len(parts) == 1 else joined(parts)

    def _take(self) -> str:
        if self._next >= len(self._tokens):
            raise _unread()
        self._next += 1
        return self._tokens[self._next - 1]

    def _part(self) -> Value:
        token = self._take()
        if token.startswith("["):
            name = token[1:-1].strip().casefold()
            field = self._fields.get(name)
            if field is None:
                raise _unread()
            return shown_field(field, self._formats.get(name, self._plain))
        if token.upper() in _NEW_LINES:
            return constant("\n")
        return value_of(self._node(token), self._fields)

    def _node(self, token: str, depth: int = 0) -> Node:
        """A literal, a field or a function of them, as Arcade has it."""
        if token.startswith("["):
            return Member(Name("$feature"), Literal(token[1:-1].strip()))
        if token[0] in "\"'":
            return Literal(token[1:-1])
        if token[0].isdigit():
            return Literal(float(token))
        name = _FUNCTIONS.get(token.upper())
        if name is None or depth >= _DEEPEST or self._take() != "(":
            raise _unread()
        arguments: list[Node] = []
        while True:
            arguments.append(self._node(self._take(), depth + 1))
            mark = self._take()
            if mark == ")":
                return Call(name, tuple(_arcade_mask(name, arguments)))
            if mark != ",":
                raise _unread()


def _arcade_mask(name: str, arguments: list[Node]) -> list[Node]:
    mask: Optional[Node] = arguments[1] if name == "text" and len(arguments) == 2 else None
    if not isinstance(mask, Literal) or not isinstance(mask.value, str):
        return arguments
    text = mask.value
    for old, new in _MASK:
        text = text.replace(old, new)
    return [arguments[0], Literal(text)]


def _tokens(expression: str) -> list[str]:
    found: list[str] = []
    position = 0
    while expression[position:].strip():
        match = _TOKEN.match(expression, position)
        if match is None:
            raise _unread()
        found.append(match[match.lastindex or 0])
        position = match.end()
    return found


def _unread() -> NotRead:
    return NotRead(notice("labels", "A label expression is written in a way that is not supported."))
