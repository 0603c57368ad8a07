"""The statements of a script, run with QGIS expressions for values.

Variables are put in where they stand, functions of the script's own are written out, loops over
what is known are unrolled, and where the script branches, so does the expression (CASE).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional, Union

from ...notice import notice
from ..syntax.tree import (
    Assign,
    Break,
    Continue,
    Declare,
    Each,
    Function,
    If,
    Literal,
    Loop,
    Member,
    NotRead,
    Return,
    Statement,
    leaves,
)
from ..values import NULL, Kind, Value, choose, constant, is_true, not_read, refused, unknown_name
from .changes import Changes
from .loops import LoopFolding, without_continue
from .reading import Expressions, ScriptReading
from .scope import Scope

_DEEPEST_CALL = 12


class _Round:
    """The next round of a loop: its test, and what is done before it but for the first."""

    def __init__(self, loop: Loop, first: bool = True) -> None:
        self.loop, self.first = loop, first


class _Item:
    """The rounds of a loop over what is known: what its variable is in each of them that is left."""

    def __init__(self, name: str, values: Sequence[Value], body: tuple[Statement, ...]) -> None:
        self.name, self.values, self.body = name, values, body


class _End:
    """The end of a loop."""


_Step = Union[Statement, _Round, _Item, _End]
_Todo = Optional[tuple[_Step, "_Todo"]]
"""What is left to do: a step, and what follows it."""


class Statements:
    """What statements do to variables, and what they are worth."""

    def __init__(self, reading: ScriptReading, expressions: Expressions, changes: Changes) -> None:
        self._reading, self._keeper = reading, reading.keeper
        self._value, self._pure_value = expressions.value, expressions.pure_value
        self._changes, self._folding = changes, LoopFolding(reading, expressions, self.run)
        self._calls = 0

    def run(self, statements: Sequence[Statement], scope: Scope) -> Value:
        """What statements are worth: what they return, else what the last one is worth."""
        return self._run(_before(statements, None), scope)

    def _run(self, todo: _Todo, scope: Scope) -> Value:
        last = NULL
        while todo is not None:
            self._reading.step()
            step, todo = todo
            if isinstance(step, Return):
                return self._value(step.value, scope) if step.value else NULL
            if isinstance(step, If):
                cases = self._conditions(step, scope)
                if len(cases) == 1:
                    todo, last = _before(cases[0][1], todo), NULL
                elif leaves(step):
                    # Something may leave it, so what follows goes on in each branch.
                    return self._branches([(when, _before(body, todo)) for when, body in cases], scope)
                else:
                    last = self._merged([(when, _before(body, None)) for when, body in cases], scope)
            elif isinstance(step, (Break, Continue)):
                todo = _after_loop(todo) if isinstance(step, Break) else _next_round(todo)
            elif isinstance(step, (Loop, Each, _Round, _Item, _End)):
                todo, last = self._loop(step, todo, scope), NULL
            else:
                last = self._plain(step, scope)
        return last

    def _plain(self, step: Statement, scope: Scope) -> Value:
        """A statement that goes on to the next one."""
        if isinstance(step, Declare):
            value = self._value(step.value, scope) if step.value else NULL
            scope.declare(step.name, self._keeper.short(value))
            return NULL
        if isinstance(step, Assign):
            before = self._value(step.target, scope) if step.step else NULL
            self._assign(step, scope)
            return before
        if isinstance(step, (Function, If, Return, Loop, Each, Break, Continue)):
            return NULL
        return self._value(step, scope)

    def _assign(self, step: Assign, scope: Scope) -> None:
        value = self._value(step.value, scope)
        if isinstance(step.target, Member):
            owner = self._value(step.target.object, scope)
            self._changes.put(owner, self._value(step.target.key, scope), value, scope)
        elif not scope.assign(step.target.name, self._keeper.short(value)):
            raise unknown_name(step.target.name)

    # Branches

    def _conditions(self, step: If, scope: Scope) -> list[tuple[Value, tuple[Statement, ...]]]:
        """The conditions of all branches that may be taken; the last one always holds."""
        found: list[tuple[Value, tuple[Statement, ...]]] = []
        for test, body in (*step.branches, (Literal(True), step.other)):
            condition = is_true((self._pure_value if found else self._value)(test, scope))
            if condition.is_constant and not condition.constant:
                continue
            found.append((self._keeper.short(condition), body))
            if condition.is_constant:
                break
        return found

    def _branches(self, cases: list[tuple[Value, _Todo]], scope: Scope) -> Value:
        """The worth of what ends in each branch."""
        conditions, scopes, values = self._run_cases(cases, scope)
        if self._calls or any(value.place for value in values):
            return self._keeper.merge(conditions, scopes, scope).value(values)
        return choose(list(zip(conditions, values)), NULL)

    def _merged(self, cases: list[tuple[Value, _Todo]], scope: Scope) -> Value:
        """Goes on with each variable as its branch made it."""
        conditions, scopes, values = self._run_cases(cases, scope)
        return self._keeper.merge(conditions, scopes, scope).value(values)

    def _run_cases(
        self, cases: list[tuple[Value, _Todo]], scope: Scope
    ) -> tuple[list[Value], list[Scope], list[Value]]:
        self._reading.deeper()
        scopes = [scope.copy() for _ in cases]
        values = [self._run(todo, one) for (_, todo), one in zip(cases, scopes)]
        self._reading.depth -= 1
        return [condition for condition, _ in cases], scopes, values

    # Loops

    def _loop(self, step: Union[Loop, Each, _Round, _Item, _End], rest: _Todo, scope: Scope) -> _Todo:
        """What is left to do after the beginning, or the next round, of a loop."""
        if isinstance(step, _End):
            return rest
        if isinstance(step, _Round):
            return self._round(step, rest, scope)
        if isinstance(step, _Item):
            if not step.values:
                return rest
            scope.declare(step.name, step.values[0])
            following = _Item(step.name, step.values[1:], step.body)
            return _before(step.body, (following, rest))
        if isinstance(step, Each):
            return self._each(step, rest, scope)
        body = without_continue(step.body)
        loop = Loop(step.start, step.test, step.next, body)
        return _before(step.start, (_Round(loop), (_End(), rest)))

    def _round(self, step: _Round, rest: _Todo, scope: Scope) -> _Todo:
        if not step.first:
            for one in step.loop.next:
                self._plain(one, scope)
        test = is_true(self._value(step.loop.test, scope)) if step.loop.test else constant(True)
        if not test.is_constant:
            then = self._folding.fold_counted(step.loop, scope) if step.first else None
            if then is None:
                raise NotRead(
                    notice(
                        "arcade",
                        "Loops in Arcade expressions are supported only where their end is known beforehand.",
                    )
                )
            return _before(then, rest)
        if not test.constant:
            return rest
        return _before(step.loop.body, (_Round(step.loop, first=False), rest))

    def _each(self, step: Each, rest: _Todo, scope: Scope) -> _Todo:
        over = scope.opened(self._value(step.over, scope))
        body = without_continue(step.body)
        if over.kind is Kind.ARRAY:
            then = self._folding.fold_each(Each(step.name, step.over, body, step.values), over, scope)
            return _before(then, (_End(), rest))
        if over.kind is Kind.LIST:
            values = over.items if step.values else [constant(float(at)) for at in range(len(over.items))]
        elif over.kind is Kind.DICTIONARY:
            values = [constant(key) for key in sorted(over.members)]
        elif over.kind is Kind.FEATURE:
            names = sorted(one.column for one in self._reading.fields.values() if one.column)
            values = [constant(name) for name in names]
        else:
            raise refused()
        return (_Item(step.name, values, body), (_End(), rest))

    # Functions of the script's own

    def apply(self, name: str, arguments: Sequence[Value], scope: Scope) -> Value:
        """Calls a function of the script's own; missing arguments are null, and more do not matter."""
        function = self._reading.functions[name]
        if self._calls >= _DEEPEST_CALL:
            raise not_read(name)
        self._calls += 1
        given = [*arguments, *[NULL] * len(function.parameters)]
        caller = scope.own
        scope.own = {
            parameter: self._keeper.short(value) for parameter, value in zip(function.parameters, given)
        }
        value = self.run(function.body, scope)
        scope.own = caller
        self._calls -= 1
        return value


def _before(statements: Sequence[Statement], rest: _Todo) -> _Todo:
    for statement in reversed(statements):
        rest = (statement, rest)
    return rest


def _after_loop(todo: _Todo) -> _Todo:
    while todo is not None and not isinstance(todo[0], _End):
        todo = todo[1]
    return todo


def _next_round(todo: _Todo) -> _Todo:
    while todo is not None and not isinstance(todo[0], (_Round, _Item)):
        todo = todo[1]
    return todo
