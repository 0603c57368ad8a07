"""Arcade tokens → tree, by precedence climbing.

Statements end at a semicolon, before a closing brace, or where the next line begins something
new, as the SDK's own parser has it; `return` takes its value from the next line, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..offline.plan import notice
from .tokens import Token, TokenKind, tokenize
from .tree import (
    Array,
    Assign,
    Binary,
    Call,
    Declare,
    Dictionary,
    Function,
    If,
    Literal,
    Member,
    Name,
    Node,
    NotRead,
    Return,
    Statement,
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
_LOOPS = ("for", "while", "break", "continue")
_RESERVED = {
    *_CONSTANTS,
    *_LOOPS,
    "if",
    "else",
    "return",
    "var",
    "function",
    "import",
    "export",
    "let",
    "const",
}
Made = TypeVar("Made")


def parse(script: str) -> tuple[Statement, ...]:
    """The statements of a script. Raises `NotRead`."""
    return _Parser(tokenize(script)).script()


class _Parser:
    def __init__(self, tokens: list[Token], depth: int = 0) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = depth

    def script(self) -> tuple[Statement, ...]:
        statements: list[Statement] = []
        while self._token.kind is not TokenKind.END:
            statements += self._statements()
        return tuple(statements)

    def expression_alone(self) -> Node:
        """One expression that takes all tokens: what stands in a template's `${…}`."""
        node = self._expression()
        if self._token.kind is not TokenKind.END:
            raise _unexpected()
        return node

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
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
            raise _unexpected()

    def _deeper(self, parse: Callable[[], Made]) -> Made:
        if self._depth >= _DEEPEST:
            raise NotRead(notice("arcade", "An Arcade expression is nested too deep to be read."))
        self._depth += 1
        made = parse()
        self._depth -= 1
        return made

    # Statements

    def _statements(self) -> list[Statement]:
        """One statement; several where one `var` declares several, none for a lone semicolon."""
        token = self._token
        if self._accept(";"):
            return []
        if token.is_mark("{"):
            raise _unexpected()
        if token.is_word("if"):
            return [self._deeper(self._if)]
        if token.is_word("function"):
            return [self._deeper(self._function)]
        if token.is_word(*_LOOPS):
            raise NotRead(notice("arcade", "Loops in Arcade expressions are not read."))
        if token.is_word("import", "export"):
            raise NotRead(notice("arcade", "Arcade expressions that import others are not read."))
        if token.is_word("var"):
            statements = self._declarations()
        elif token.is_word("return"):
            statements = [self._return()]
        else:
            statements = [self._expression_or_assignment()]
        self._end_statement()
        return statements

    def _end_statement(self) -> None:
        token = self._token
        if self._accept(";") or token.is_mark("}") or token.kind is TokenKind.END or token.after_newline:
            return
        raise _unexpected()

    def _block(self) -> tuple[Statement, ...]:
        if not self._accept("{"):
            return tuple(self._statements())
        statements: list[Statement] = []
        while not self._accept("}"):
            if self._token.kind is TokenKind.END:
                raise _unexpected()
            statements += self._statements()
        return tuple(statements)

    def _if(self) -> If:
        branches: list[tuple[Node, tuple[Statement, ...]]] = []
        while True:
            self._take()
            self._expect("(")
            test = self._expression()
            self._expect(")")
            branches.append((test, self._block()))
            if not self._token.is_word("else"):
                return If(tuple(branches), ())
            self._take()
            if not self._token.is_word("if"):
                return If(tuple(branches), self._block())

    def _function(self) -> Function:
        self._take()
        name = self._name()
        self._expect("(")
        parameters = self._until(")", self._name)
        if not self._token.is_mark("{"):
            raise _unexpected()
        return Function(name, parameters, self._block())

    def _declarations(self) -> list[Statement]:
        self._take()
        found: list[Statement] = []
        while True:
            name = self._name()
            found.append(Declare(name, self._expression() if self._accept("=") else None))
            if not self._accept(","):
                return found

    def _return(self) -> Return:
        self._take()
        token = self._token
        empty = token.is_mark(";", "}") or token.kind is TokenKind.END
        return Return(None if empty else self._expression())

    def _expression_or_assignment(self) -> Statement:
        node = self._expression()
        token = self._token
        if not token.is_mark("=", "+=", "-=", "*=", "/=", "%=", "++", "--") or (
            token.is_mark("++", "--") and token.after_newline
        ):
            return node
        if not isinstance(node, Name):
            raise NotRead(notice("arcade", "Changes to lists and dictionaries in Arcade are not read."))
        mark = str(self._take().value)
        if mark in ("++", "--"):
            return Assign(node.name, Binary(mark[0], node, Literal(1.0)), step=True)
        value = self._expression()
        return Assign(node.name, value if mark == "=" else Binary(mark[0], node, value))

    def _name(self) -> str:
        token = self._take()
        name = str(token.value).casefold()
        if token.kind is not TokenKind.NAME or name in _RESERVED or name.startswith("$"):
            raise _unexpected()
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
                    raise _unexpected()
                node = Member(node, Literal(str(token.value)))
            elif self._accept("["):
                node = Member(node, self._expression())
                self._expect("]")
            elif self._token.is_mark("(") and isinstance(node, Name):
                self._take()
                node = Call(node.name, self._until(")", self._expression))
            else:
                return node
        raise _unexpected()

    def _primary(self) -> Node:
        token = self._take()
        if token.kind in (TokenKind.NUMBER, TokenKind.TEXT):
            return Literal(token.value)  # type: ignore[arg-type]
        if token.kind is TokenKind.TEMPLATE:
            return Template(tuple(self._part(part) for part in token.parts))
        if token.kind is TokenKind.NAME:
            return _named(str(token.value).casefold())
        return self._bracketed(token)

    def _bracketed(self, token: Token) -> Node:
        if token.is_mark("("):
            node = self._expression()
            self._expect(")")
            return node
        if token.is_mark("["):
            return Array(self._until("]", self._expression))
        if token.is_mark("{"):
            return Dictionary(self._until("}", self._entry))
        raise _unexpected()

    def _part(self, part: object) -> Node:
        if isinstance(part, list):
            return _Parser(part, self._depth + 1).expression_alone()
        return Literal(part.value)  # type: ignore[attr-defined]

    def _entry(self) -> tuple[str, Node]:
        key = self._take()
        if key.kind not in (TokenKind.NAME, TokenKind.TEXT):
            raise _unexpected()
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
        raise _unexpected()
    return Name(name)


def _unexpected() -> NotRead:
    return NotRead(
        notice("arcade", "An Arcade expression is not written as Arcade asks for, or uses what is not read.")
    )
