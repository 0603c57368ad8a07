"""Arcade tokens → the tree of an expression, by precedence climbing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ...notice import notice
from .tokens import ScriptToken, TokenKind
from .tree import (
    Array,
    Binary,
    Call,
    Dictionary,
    Literal,
    Member,
    Name,
    Node,
    NotRead,
    Template,
    Unary,
)

_DEEPEST = 40
_PRECEDENCE = {
    "||": 1, "&&": 2,
    "==": 3, "!=": 3,
    "<": 4, ">": 4, "<=": 4, ">=": 4,
    "+": 5, "-": 5,
    "*": 6, "/": 6, "%": 6,
}  # fmt: skip
_CONSTANTS = {"null": None, "true": True, "false": False}
_RESERVED = {
    *_CONSTANTS,
    *("for", "while", "break", "continue", "if", "else", "return", "var", "function", "import", "export"),
    *("let", "const"),
}
Made = TypeVar("Made")


class ExpressionParser:
    """Reads expressions off a list of tokens."""

    def __init__(self, tokens: list[ScriptToken], depth: int = 0) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = depth

    def expression_alone(self) -> Node:
        """One expression that takes all tokens: what stands in a template's `${…}`."""
        node = self._expression()
        if self._token.kind is not TokenKind.END:
            raise unexpected()
        return node

    @property
    def _token(self) -> ScriptToken:
        return self._tokens[self._next]

    def _take(self) -> ScriptToken:
        token = self._token
        self._next = min(self._next + 1, len(self._tokens) - 1)
        return token

    def _accept(self, *marks: str) -> bool:
        if not self._token.is_mark(*marks):
            return False
        self._take()
        return True

    def _expect(self, mark: str) -> None:
        if not self._accept(mark):
            raise unexpected()

    def _deeper(self, parse: Callable[[], Made]) -> Made:
        if self._depth >= _DEEPEST:
            raise NotRead(notice("arcade", "An Arcade expression is nested too deeply."))
        self._depth += 1
        made = parse()
        self._depth -= 1
        return made

    def _name(self) -> str:
        token = self._take()
        name = str(token.value).casefold()
        if token.kind is not TokenKind.NAME or name in _RESERVED or name.startswith("$"):
            raise unexpected()
        return name

    # Expressions

    def _expression(self, least: int = 1) -> Node:
        return self._deeper(lambda: self._binary(least))

    def _binary(self, least: int) -> Node:
        left = self._unary()
        while True:
            token = self._token
            level = _PRECEDENCE.get(str(token.value), 0) if token.kind is TokenKind.MARK else 0
            if level < least or not level:
                return left
            self._take()
            left = Binary(str(token.value), left, self._expression(level + 1))

    def _unary(self) -> Node:
        if self._token.is_mark("!", "-", "+"):
            operator = str(self._take().value)
            return Unary(operator, self._deeper(self._unary))
        return self._postfix()

    def _postfix(self) -> Node:
        node = self._primary()
        for _ in range(_DEEPEST):
            if self._accept("."):
                token = self._take()
                if token.kind is not TokenKind.NAME:
                    raise unexpected()
                node = Member(node, Literal(str(token.value)))
            elif self._accept("["):
                node = Member(node, self._expression())
                self._expect("]")
            elif self._token.is_mark("(") and isinstance(node, Name):
                self._take()
                node = Call(node.name, self._until(")", self._expression))
            else:
                return node
        raise unexpected()

    def _primary(self) -> Node:
        token = self._take()
        if token.kind in (TokenKind.NUMBER, TokenKind.TEXT):
            return Literal(token.value)  # type: ignore[arg-type]
        if token.kind is TokenKind.TEMPLATE:
            return Template(tuple(self._part(part) for part in token.parts))
        if token.kind is TokenKind.NAME:
            return _named(str(token.value).casefold())
        return self._bracketed(token)

    def _bracketed(self, token: ScriptToken) -> Node:
        if token.is_mark("("):
            node = self._expression()
            self._expect(")")
            return node
        if token.is_mark("["):
            return Array(self._until("]", self._expression))
        if token.is_mark("{"):
            return Dictionary(self._until("}", self._entry))
        raise unexpected()

    def _part(self, part: object) -> Node:
        if isinstance(part, list):
            return ExpressionParser(part, self._depth + 1).expression_alone()
        return Literal(part.value)  # type: ignore[attr-defined]

    def _entry(self) -> tuple[str, Node]:
        key = self._take()
        if key.kind not in (TokenKind.NAME, TokenKind.TEXT):
            raise unexpected()
        self._expect(":")
        return str(key.value), self._expression()

    def _until(self, end: str, parse: Callable[[], Made]) -> tuple[Made, ...]:
        """Members divided by commas, up to the closing mark."""
        found: list[Made] = []
        if self._accept(end):
            return ()
        while True:
            found.append(parse())
            if self._accept(end):
                return tuple(found)
            self._expect(",")


def _named(name: str) -> Node:
    if name in _CONSTANTS:
        return Literal(_CONSTANTS[name])
    if name in _RESERVED:
        raise unexpected()
    return Name(name)


def unexpected() -> NotRead:
    """For what stands where Arcade has no place for it."""
    return NotRead(
        notice("arcade", "An Arcade expression is not valid, or uses something that is not supported.")
    )
