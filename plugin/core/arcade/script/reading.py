"""What all parts of the evaluator share while they read a script."""

from __future__ import annotations

import itertools
from typing import Protocol

from ...notice import notice
from ..fields import Fields
from ..syntax.tree import Function, Node, NotRead
from ..values import Value
from .scope import Keeper, Scope

_MOST_STEPS = 6_000
_DEEPEST = 100


class Expressions(Protocol):
    """What the parts of the evaluator ask of the whole."""

    def value(self, node: Node, scope: Scope) -> Value:
        """What an expression is worth. Raises `NotRead`."""

    def pure_value(self, node: Node, scope: Scope) -> Value:
        """The worth of an expression that may not be looked at; it must not change anything then."""


class ScriptReading:
    """The reading of one script: the feature's fields, its own functions, what is kept, how far it went."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.functions: dict[str, Function] = {}
        self.keeper = Keeper()
        self.put_by_position: set[int] = set()
        """Places of lists that a loop fills by the position of its round."""
        self.depth = 0
        """How deep it is at the moment; what went `deeper` takes 1 off when it is done."""
        self._steps = 0
        self._elements = itertools.count(1)

    def step(self) -> None:
        """Counts what is done; there is an end to it."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise NotRead(notice("arcade", "An Arcade expression has too many parts."))

    def deeper(self) -> None:
        """Counts how deep it goes."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise NotRead(notice("arcade", "An Arcade expression is nested too deeply."))

    def element(self) -> str:
        """A name for what a function of QGIS goes through."""
        return f"e{next(self._elements)}"
