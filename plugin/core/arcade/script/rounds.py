"""What the rounds of a loop add to its variables and lists, said once for all rounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Optional

from ...notice import notice
from ..convert import joined
from ..functions.lists import as_array
from ..operators import binary
from ..syntax.tree import Declare, NotRead, Statement, assigned
from ..values import Kind, Value, choose, constant
from .changes import changed_lists
from .reading import ScriptReading
from .scope import UNKNOWN_VALUE, Scope

Run = Callable[[Sequence[Statement], Scope], Value]
"""Runs statements."""


@dataclass(frozen=True)
class Rounds:
    """What a loop goes through: positions in a list of QGIS', and the variable's value in a round."""

    name: str
    element: str
    positions: str
    value: Value

    def through(self, text: str, kept: str = "") -> str:
        """The list of what an expression is in each round, or in those that a condition keeps."""
        over = self.positions
        if kept:
            over = f"array_filter({over}, {self._bound(kept)})"
        return f"array_foreach({over}, {self._bound(text)})"

    def first(self, condition: str) -> str:
        """The list of the first position of which the condition is true; empty where there is none."""
        return f"array_filter({self.positions}, {self._bound(condition)}, 1)"

    def _bound(self, text: str) -> str:
        return f"with_variable('{self.element}', @element, {text})"


class Collector:
    """A loop in which every round adds to variables and lists."""

    def __init__(
        self, reading: ScriptReading, run: Run, rounds: Rounds, body: tuple[Statement, ...], scope: Scope
    ) -> None:
        self._reading, self._keeper, self._run = reading, reading.keeper, run
        self._rounds, self._body, self._scope = rounds, body, scope
        declared = {one.name for one in body if isinstance(one, Declare)}
        self._names = sorted(
            name for name in assigned(body) - declared if scope.find(name) is not None and name != rounds.name
        )
        self._local = assigned(body) - set(self._names)
        self._lists = {
            value.place: name
            for name in sorted(changed_lists(body))
            if (value := scope.find(name)) is not None and value.place
        }

    def collect(self) -> None:
        """Gives each variable and list what all rounds add to it."""
        inner = self._round({})
        counters = {name: step for name in self._names if (step := self._step(inner, name)) is not None}
        if counters:
            # Where they stand in a round is known, so conditions may ask for them.
            inner = self._round(counters)
        results = {name: self._result(inner, name) for name in self._names if name not in counters}
        arrays = {place: self._array(inner, place) for place in self._lists}
        for name, step in counters.items():
            rounds = Value(Kind.NUMBER, f"array_length({self._rounds.positions})", whole=True)
            start = self._start(name)
            results[name] = binary("+", start, binary("*", rounds, constant(step)))
        for name, value in results.items():
            self._scope.assign(name, self._keeper.short(value))
        for place, array in arrays.items():
            self._scope.contents[place] = self._keeper.short(array)
        for name in (*self._local, self._rounds.name):
            self._scope.declare(name, UNKNOWN_VALUE)

    def _start(self, name: str) -> Value:
        value = self._scope.find(name)
        if value is None:
            raise loop_not_read()
        return value

    def _round(self, counters: dict[str, float]) -> Scope:
        """The scope after one round that began with marks for what there was before it."""
        inner = self._scope.copy()
        inner.declare(self._rounds.name, self._rounds.value)
        for name in self._names:
            start = self._start(name)
            if name in counters:
                position = Value(Kind.NUMBER, f"@{self._rounds.element}", whole=True)
                inner.assign(name, binary("+", start, binary("*", position, constant(counters[name]))))
            else:
                inner.assign(name, Value(start.kind, _mark(name), whole=start.whole))
        for place in self._lists:
            array = self._array_before(place)
            # Where the list is empty, the round's own position is the next one of the list.
            name = f"@{self._rounds.element}" if array.item is None and array.text == "array()" else ""
            inner.contents[place] = replace(array, text=_mark(str(place)), name=name, cases=())
        self._keeper.paused += 1
        self._run(self._body, inner)
        self._keeper.paused -= 1
        # A function that the loop calls may change what the loop itself does not name.
        if not inner.still_is(self._scope, {*self._names, *self._local, self._rounds.name}, self._lists):
            raise loop_not_read()
        return inner

    def _step(self, inner: Scope, name: str) -> Optional[float]:
        """What every round adds to a counter; None for anything else."""
        value, mark = inner.find(name), _mark(name)
        if value is None or value.kind is not Kind.NUMBER or self._start(name).wild or value.head is None:
            return None
        step = value.tail.removeprefix("(-").removesuffix(")")
        if value.head.text != mark or not step.isdigit():
            return None
        return float(step) if step == value.tail else -float(step)

    def _result(self, inner: Scope, name: str) -> Value:
        after, start, mark = inner.find(name), self._start(name), _mark(name)
        if after is None or after.kind is Kind.UNKNOWN:
            raise loop_not_read()
        if after.text == mark:
            return start
        for kind in (Kind.TEXT, Kind.NUMBER):
            added = _added(after, mark, kind) if after.kind is kind and start.kind is kind else None
            if added is not None and "\0:" not in added:
                return self._sum(kind, start, added)
        return self._last(after, start, mark)

    def _sum(self, kind: Kind, start: Value, added: str) -> Value:
        through = self._rounds.through(added)
        if kind is Kind.TEXT:
            return joined([start, Value(Kind.TEXT, f"coalesce(array_to_string({through}, ''), '')")])
        return binary("+", start, Value(Kind.NUMBER, f"coalesce(array_sum({through}), 0)"))

    def _last(self, after: Value, start: Value, mark: str) -> Value:
        """A variable that some rounds set: the last of them decides."""
        if len(after.cases) != 2 or after.cases[1][0] or after.cases[1][1].text != mark:
            raise loop_not_read()
        condition, value = after.cases[0]
        if "\0:" in condition + value.text or not value.shown or value.kind is Kind.MIXED:
            raise loop_not_read()
        values = self._keeper.short(Value(Kind.ARRAY, self._rounds.through(value.text, condition))).text
        met = Value(Kind.BOOLEAN, f"(array_length({values}) > 0)")
        last = replace(
            value, text=f"array_get({values}, -1)", is_constant=False, constant=None, parts=(), cases=()
        )
        return choose([(met, last)], start)

    def _array_before(self, place: int) -> Value:
        """A list as the loop finds it."""
        before = self._scope.contents[place]
        if isinstance(before, dict):
            raise loop_not_read()
        return as_array(before if isinstance(before, Value) else Value(Kind.LIST, items=before))

    def _array(self, inner: Scope, place: int) -> Value:
        after, start = inner.contents[place], self._array_before(place)
        if not isinstance(after, Value) or after.kind is not Kind.ARRAY:
            raise loop_not_read()
        pushed = _pushed(after, _mark(str(place)))
        if pushed is None or any("\0:" in text for one in pushed for text in one):
            raise loop_not_read()
        conditional = [(condition, text) for condition, text in pushed if condition]
        if conditional and place in self._reading.put_by_position:
            raise loop_not_read()
        if not conditional:
            through = self._rounds.through(pushed[0][1]) if pushed else "array()"
        else:
            kept = " OR ".join(condition for condition, _ in conditional)
            whens = " ".join(f"WHEN {condition} THEN {text}" for condition, text in conditional)
            through = self._rounds.through(f"CASE {whens} END", f"({kept})")
        text = through if start.text == "array()" else f"array_cat({start.text}, {through})"
        return replace(after, text=text, name="", cases=())


def _mark(name: str) -> str:
    return f"\0:{name}\0"


def _added(value: Value, mark: str, kind: Kind) -> Optional[str]:
    """What a round adds to a text or a number; None where it does anything else."""
    if value.text == mark:
        return "''" if kind is Kind.TEXT else "0"
    if value.cases:
        parts = [(condition, _added(one, mark, kind)) for condition, one in value.cases]
        if any(part is None or mark in condition for condition, part in parts):
            return None
        whens = [
            f"WHEN {condition} THEN {part}" if condition else f"ELSE {part}" for condition, part in parts
        ]
        return f"CASE {' '.join(whens)} END"
    before = _added(value.head, mark, kind) if value.head and not value.wild else None
    if before is None:
        return None
    if kind is Kind.TEXT:
        added = ", ".join(value.parts[1:])
        return None if mark in added else f"concat({before}, {added})"
    return None if not value.tail or mark in value.tail else f"({before} + {value.tail})"


def _pushed(value: Value, mark: str) -> Optional[list[tuple[str, str]]]:
    """Conditions and what they add to a list, one at most in each round; None for anything else."""
    if value.text == mark:
        return []
    if value.cases:
        found: list[tuple[str, str]] = []
        for condition, one in value.cases:
            inner = _pushed(one, mark)
            if inner is None or mark in condition or len(inner) > 1 or any(when for when, _ in inner):
                return None
            if not inner and condition:
                return None
            found += [(condition or "TRUE", text) for _, text in inner]
        return found
    begin, end = f"array_cat({mark}, array(", "))"
    rest = value.text[len(begin) : -len(end)]
    if value.text.startswith(begin) and value.text.endswith(end) and mark not in rest:
        return [("", rest)]
    return None


def loop_not_read() -> NotRead:
    """For loops whose rounds do anything else."""
    return NotRead(
        notice(
            "arcade",
            "A loop in an Arcade expression does more in one pass than a QGIS expression can express.",
        )
    )
