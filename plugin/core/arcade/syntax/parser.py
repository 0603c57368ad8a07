"""Arcade tokens → the statements of a script.

Statements end at a semicolon, before a closing brace, or where the next line begins something
new, as the SDK's own parser has it; `return` takes its value from the next line, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Union

from ...notice import notice
from .grammar import ExpressionParser, unexpected
from .tokens import TokenKind, tokenize
from .tree import (
    Assign,
    Binary,
    Break,
    Continue,
    Declare,
    Each,
    Function,
    If,
    Literal,
    Loop,
    Member,
    Name,
    Node,
    NotRead,
    Return,
    Statement,
)

_STEPS = ("++", "--")
_CHANGES = ("=", "+=", "-=", "*=", "/=", "%=", *_STEPS)


def parse(script: str) -> tuple[Statement, ...]:
    """The statements of a script. Raises `NotRead`."""
    return _Parser(tokenize(script)).script()


class _Parser(ExpressionParser):
    def script(self) -> tuple[Statement, ...]:
        statements: list[Statement] = []
        while self._token.kind is not TokenKind.END:
            statements += self._statements()
        return tuple(statements)

    def _statements(self) -> list[Statement]:
        """One statement; several where one `var` declares several, none for a lone semicolon."""
        if self._accept(";"):
            return []
        if self._token.is_mark("{"):
            raise unexpected()
        blocks: dict[str, Callable[[], Statement]] = {
            "if": self._if,
            "function": self._function,
            "for": self._for,
            "while": self._while,
        }
        block = next((read for word, read in blocks.items() if self._token.is_word(word)), None)
        if block is not None:
            return [self._deeper(block)]
        statements = self._simple()
        self._end_statement()
        return statements

    def _simple(self) -> list[Statement]:
        """A statement without statements inside."""
        token = self._token
        if token.is_word("import", "export"):
            raise NotRead(notice("arcade", "Arcade expressions that import others are not supported."))
        if token.is_word("var"):
            return self._declarations()
        if token.is_word("return"):
            return [self._return()]
        if token.is_word("break"):
            self._take()
            return [Break()]
        if token.is_word("continue"):
            self._take()
            return [Continue()]
        return [self._expression_or_assignment()]

    def _end_statement(self) -> None:
        token = self._token
        if self._accept(";") or token.is_mark("}") or token.kind is TokenKind.END or token.after_newline:
            return
        raise unexpected()

    def _block(self) -> tuple[Statement, ...]:
        if not self._accept("{"):
            return tuple(self._statements())
        statements: list[Statement] = []
        while not self._accept("}"):
            if self._token.kind is TokenKind.END:
                raise unexpected()
            statements += self._statements()
        return tuple(statements)

    def _if(self) -> If:
        branches: list[tuple[Node, tuple[Statement, ...]]] = []
        while True:
            self._take()
            branches.append((self._test(), self._block()))
            if not self._token.is_word("else"):
                return If(tuple(branches), ())
            self._take()
            if not self._token.is_word("if"):
                return If(tuple(branches), self._block())

    def _test(self) -> Node:
        self._expect("(")
        test = self._expression()
        self._expect(")")
        return test

    def _while(self) -> Loop:
        self._take()
        return Loop((), self._test(), (), self._block())

    def _for(self) -> Statement:
        self._take()
        self._expect("(")
        declared = self._token.is_word("var")
        here = self._next
        if declared:
            self._take()
        if self._token.kind is TokenKind.NAME and self._tokens[self._next + 1].is_word("in", "of"):
            name, values = self._name(), self._take().value == "of"
            over = self._expression()
            self._expect(")")
            return Each(name, over, self._block(), values)
        self._next = here
        start = self._declarations() if declared else self._changes(";")
        self._expect(";")
        test = None if self._token.is_mark(";") else self._expression()
        self._expect(";")
        after = self._changes(")")
        self._expect(")")
        return Loop(tuple(start), test, tuple(after), self._block())

    def _changes(self, end: str) -> list[Statement]:
        return [] if self._token.is_mark(end) else [self._expression_or_assignment()]

    def _function(self) -> Function:
        self._take()
        name = self._name()
        self._expect("(")
        parameters = self._until(")", self._name)
        if not self._token.is_mark("{"):
            raise unexpected()
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
        if self._token.is_mark(*_STEPS):
            mark = str(self._take().value)
            target = _target(self._postfix())
            return Assign(target, Binary(mark[0], target, Literal(1.0)))
        node = self._expression()
        token = self._token
        if not token.is_mark(*_CHANGES) or (token.is_mark(*_STEPS) and token.after_newline):
            return node
        target, mark = _target(node), str(self._take().value)
        if mark in _STEPS:
            return Assign(target, Binary(mark[0], node, Literal(1.0)), step=True)
        value = self._expression()
        return Assign(target, value if mark == "=" else Binary(mark[0], node, value))


def _target(node: Node) -> Union[Name, Member]:
    if not isinstance(node, (Name, Member)):
        raise unexpected()
    return node
