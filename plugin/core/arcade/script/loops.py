"""Loops over lists that only QGIS knows: what a round adds is said once, for all rounds.

QGIS has no loops that remember anything. It has functions that go through a list; so a loop is
read where each round adds to a text, a number or a list, sets a variable, or ends the search.
"""

from __future__ import annotations

from dataclasses import replace
import itertools
from typing import Optional

from ..syntax.tree import (
    Assign,
    Binary,
    Break,
    Call,
    Continue,
    Declare,
    Each,
    If,
    Literal,
    Loop,
    Member,
    Name,
    Node,
    Return,
    Statement,
    assigned,
    bodies,
    leaves,
)
from ..values import FAILURE, NULL, Kind, Value, as_condition, known_number
from .changes import changed_lists
from .reading import Expressions, ScriptReading
from .rounds import Collector, Rounds, Run, loop_not_read
from .scope import Scope

_MOST_ROUNDS = 10_000


def without_continue(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """The body of a loop, with what follows an `if … continue` put behind its `else`."""
    for at, statement in enumerate(statements):
        if isinstance(statement, Continue):
            return statements[:at]
        if not isinstance(statement, If) or not any(isinstance(one, Continue) for one in _last_of(statement)):
            continue
        rest = without_continue(statements[at + 1 :])
        branches = tuple((test, _joined_with(body, rest)) for test, body in statement.branches)
        return (*statements[:at], If(branches, _joined_with(statement.other, rest)))
    return statements


def _last_of(statement: If) -> list[Statement]:
    return [body[-1] for body in bodies(statement) if body]


def _joined_with(body: tuple[Statement, ...], rest: tuple[Statement, ...]) -> tuple[Statement, ...]:
    if body and isinstance(body[-1], (Continue, Break, Return)):
        return body[:-1] if isinstance(body[-1], Continue) else body
    return without_continue((*body, *rest))


class LoopFolding:
    """Loops over what is not known before a feature is seen."""

    def __init__(self, reading: ScriptReading, expressions: Expressions, run: Run) -> None:
        self._reading, self._keeper = reading, reading.keeper
        self._value, self._run = expressions.value, run

    def fold_each(self, step: Each, over: Value, scope: Scope) -> tuple[Statement, ...]:
        """`for (var name in over)`; returns what is to be done afterwards."""
        element = self._reading.element()
        position = Value(Kind.NUMBER, f"@{element}", whole=True, name=over.text)
        value = position
        if step.values:
            value = replace(over.item or NULL, text=f"array_get({over.text}, @{element})")
        positions = _positions(f"array_length({over.text})")
        return self._fold(Rounds(step.name, element, positions, value), step.body, scope)

    def fold_counted(self, loop: Loop, scope: Scope) -> Optional[tuple[Statement, ...]]:
        """`for (var i = 0; i < count; i++)`; None for loops that are not of that form."""
        test, following = loop.test, loop.next
        if not (isinstance(test, Binary) and test.operator == "<" and isinstance(test.left, Name)):
            return None
        name = test.left.name
        counts = following == (Assign(Name(name), Binary("+", Name(name), Literal(1.0)), step=True),) or (
            following == (Assign(Name(name), Binary("+", Name(name), Literal(1.0))),)
        )
        start = scope.find(name)
        count = self._value(test.right, scope)
        changed = assigned(loop.body) | set(changed_lists(loop.body))
        if not counts or start is None or known_number(start) != 0 or not count.whole:
            return None
        if changed & {name, *_names_in(test.right)}:
            return None
        over = count.text[len("array_length(") : -1] if count.text.startswith("array_length(") else ""
        element = self._reading.element()
        value = Value(Kind.NUMBER, f"@{element}", whole=True, name=over)
        return self._fold(Rounds(name, element, _positions(count.text), value), loop.body, scope)

    def _fold(self, rounds: Rounds, body: tuple[Statement, ...], scope: Scope) -> tuple[Statement, ...]:
        if any(leaves(one) for one in body):
            return self._search(rounds, body, scope)
        Collector(self._reading, self._run, rounds, body, scope).collect()
        return ()

    def _search(self, rounds: Rounds, body: tuple[Statement, ...], scope: Scope) -> tuple[Statement, ...]:
        """A loop that ends with the first round in which a condition is true."""
        *before, last = body
        if not isinstance(last, If) or len(last.branches) != 1 or last.other:
            raise loop_not_read()
        test, found = last.branches[0]
        *plain, leaving = found
        declared = {one.name for one in before if isinstance(one, Declare)}
        if (
            any(leaves(one) for one in (*before, *plain))
            or not isinstance(leaving, (Return, Break))
            or assigned(tuple(before)) - declared
            or changed_lists(tuple(before))
        ):
            raise loop_not_read()
        inner = scope.copy()
        inner.declare(rounds.name, rounds.value)
        self._keeper.paused += 1
        self._run(before, inner)
        condition = as_condition(self._value(test, inner))
        self._keeper.paused -= 1
        if not inner.still_is(scope, {rounds.name, *declared}):
            raise loop_not_read()
        matching = self._keeper.short(Value(Kind.ARRAY, rounds.first(condition))).text
        met = Value(Kind.BOOLEAN, f"(array_length({matching}) > 0)")
        at = f"array_get({matching}, 0)"
        scope.declare(
            rounds.name, replace(rounds.value, text=rounds.value.text.replace(f"@{rounds.element}", at))
        )
        flag = f"\0{rounds.element}"
        scope.declare(flag, met)
        taken = (*before, *plain, *([leaving] if isinstance(leaving, Return) else []))
        return (If(((Name(flag), taken),), ()),)


def _positions(count: str) -> str:
    # An empty series is null; and there is an end to what a field may ask for.
    series = f"generate_series(0, {count} - 1)"
    if not count.startswith("array_length("):
        series = f"CASE WHEN {count} > {_MOST_ROUNDS} THEN {FAILURE} ELSE {series} END"
    return f"coalesce({series}, array())"


def _names_in(node: Node) -> set[str]:
    if isinstance(node, Name):
        return {node.name}
    if isinstance(node, Call):
        return set(itertools.chain.from_iterable(_names_in(one) for one in node.arguments))
    if isinstance(node, Binary):
        return _names_in(node.left) | _names_in(node.right)
    if isinstance(node, Member):
        return _names_in(node.object) | _names_in(node.key)
    return set()
