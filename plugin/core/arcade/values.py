"""What an Arcade expression is worth, as the text of a QGIS expression and what is known about it.

Nulls are where the two languages part: Arcade reads null as 0 or as an empty text, QGIS makes
everything null that touches it. And Arcade's numbers can be no number (NaN), which QGIS cannot
hold: there, null stands for it. So each value says which of the two its null would mean.
Dates are milliseconds since 1970, because QGIS compares dates by their wall clocks, whatever
their time zones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
import math
import re
from typing import Optional, Union

from ..notice import notice
from .syntax.tree import NotRead

_LONGEST = 24_000
BEYOND = "1.7976931348623157e308"
"""Stands for infinity, which QGIS cannot count with."""
FAILURE = "to_int(concat('#', $id))"
"""Fails for every feature, as Arcade would there: nothing is shown then. (A constant would fail for all.)"""

Constant = Union[bool, float, str, None]


class Kind(Enum):
    """Types of values, as far as they are known before any feature is seen."""

    NULL = "null"
    BOOLEAN = "boolean"
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"  # milliseconds since 1970
    MIXED = "mixed"  # one of several types, by the cases of the value
    LIST = "list"  # its items are known
    ARRAY = "array"  # a list that QGIS makes, of items of one kind
    DICTIONARY = "dictionary"  # its keys are known
    FEATURE = "feature"
    GEOMETRY = "geometry"
    RELATED = "related"  # the records of a relation of QGIS
    FUNCTION = "function"
    UNKNOWN = "unknown"  # one of several things that have nothing in common


@dataclass(frozen=True)
class Value:
    """`text` is the QGIS expression, in a form that can stand beside any operator.

    `nullable`: null is null. `wild`: null is NaN. `loose`: a text that Arcade may take for a
    number, because null + 5 is 5 there. `constant` is known where `is_constant` says so.
    `cases` are the conditions and values of a CASE; the last condition is empty (ELSE).
    `parts` are the arguments of a concat(), `head` the first of them; of a sum it is what `tail` is added to.
    `whole`: a number that QGIS keeps as an integer; `integral`: another one without a fraction.
    `utc`: a date to be shown in UTC.
    `item` is what every item of an array is. Lists and dictionaries are kept apart from the
    values that stand for them (`place`), because two variables may mean the same one.
    """

    kind: Kind
    text: str = ""
    nullable: bool = False
    wild: bool = False
    loose: bool = False
    is_constant: bool = False
    constant: Constant = None
    cases: tuple[tuple[str, Value], ...] = ()
    parts: tuple[str, ...] = ()
    head: Optional[Value] = None
    tail: str = ""
    whole: bool = False
    integral: bool = False
    utc: bool = False
    item: Optional[Value] = None
    place: int = 0
    items: tuple[Value, ...] = ()
    members: Mapping[str, Value] = field(default_factory=dict)
    name: str = ""

    def __post_init__(self) -> None:
        checked(self.text)

    @property
    def shown(self) -> bool:
        """True for what can be shown: no list, dictionary or feature."""
        return self.kind in _SHOWN


Arguments = list[Value]
"""What a function is called with."""


def checked(text: str) -> str:
    """The text of a QGIS expression. Raises `NotRead` where it grew too long."""
    if len(text) > _LONGEST:
        raise NotRead(notice("arcade", "An Arcade expression is too long for a QGIS expression."))
    return text


_LITERAL = re.compile(r"'((?:[^'\\]|\\.|'')*)'", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t"}
_SHOWN = (Kind.NULL, Kind.BOOLEAN, Kind.NUMBER, Kind.TEXT, Kind.DATE, Kind.MIXED)
NULL = Value(Kind.NULL, "NULL", nullable=True, is_constant=True)


def constant(value: Constant) -> Value:
    """The value of a literal."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return Value(Kind.BOOLEAN, "TRUE" if value else "FALSE", is_constant=True, constant=value)
    if isinstance(value, str):
        return Value(Kind.TEXT, quote(value), is_constant=True, constant=value)
    text = number_text(value)
    return Value(Kind.NUMBER, text, is_constant=True, constant=value, whole=not set(text) & set(".e"))


def number_text(number: float) -> str:
    """A number as QGIS reads it; negative ones in parentheses."""
    if not math.isfinite(number):
        raise refused()
    text = str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)
    return f"({text})" if number < 0 else text


def quote(text: str) -> str:
    r"""A text as a literal of QGIS; `%]`, which ends an expression in a template, is taken apart.

    A NUL would end the expression, so it is left out.
    """
    escaped = text.replace("\0", "").replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n")
    whole = "'" + escaped.replace("\t", "\\t") + "'"
    return "concat(" + whole.replace("%]", "%', ']") + ")" if "%]" in whole else whole


def unquoted(text: str) -> Optional[str]:
    """The text of a literal that `quote` made; None for other expressions."""
    if len(text) < 2 or text[0] != "'" or text[-1] != "'":
        return None
    found = _LITERAL.fullmatch(text)
    if found is None:
        return None
    return re.sub(r"\\(.)|''", lambda one: _ESCAPES.get(one[1] or "'", one[1] or "'"), found[1])


def boolean(text: str) -> Value:
    """A truth value that is never null."""
    return Value(Kind.BOOLEAN, f"({text})")


def refused() -> NotRead:
    """For values that are no operand of what they stand beside."""
    return NotRead(notice("arcade", "An Arcade expression mixes types in a way that is not supported."))


def choose(cases: Iterable[tuple[Value, Value]], other: Value) -> Value:
    """The value of the first case whose condition is true, else `other`."""
    kept: list[tuple[str, Value]] = []
    for condition, value in cases:
        if condition.is_constant:
            if condition.constant:
                other = value
                break
            continue
        kept.append((condition.text, value))
    if not kept:
        return other
    # An ELSE that is a CASE itself goes on with its WHENs.
    return case_of([*kept, *(other.cases or (("", other),))])


def case_of(cases: Iterable[tuple[str, Value]]) -> Value:
    """The CASE of conditions and values; of one kind where all values are, nulls apart."""
    cases = tuple(cases)
    values = [value for _, value in cases]
    if not all(value.shown for value in values):
        raise refused()
    kinds = {value.kind for value in values} - {Kind.NULL}
    nullable = any(value.nullable for value in values)
    wild = any(value.wild for value in values)
    kind = kinds.pop() if len(kinds) == 1 else Kind.MIXED if kinds else Kind.NULL
    if kind is Kind.NULL:
        return NULL
    if any(value.utc for value in values):
        raise refused()
    if nullable and wild:
        kind = Kind.MIXED
    flat = tuple(_flat(cases)) if kind is Kind.MIXED else cases
    whens = " ".join(
        f"WHEN {condition} THEN {value.text}" if condition else f"ELSE {value.text}"
        for condition, value in flat
    )
    loose = any(value.loose for value in values)
    whole = all(value.whole or value.kind is Kind.NULL for value in values)
    return Value(kind, f"CASE {whens} END", nullable, wild, loose, cases=flat, whole=whole)


def _flat(cases: Iterable[tuple[str, Value]]) -> Iterable[tuple[str, Value]]:
    """Cases whose values are of one kind each: a mixed value inside brings its own conditions."""
    for condition, value in cases:
        if value.kind is not Kind.MIXED:
            yield condition, value
            continue
        for inner, one in value.cases:
            both = " AND ".join(filter(None, (condition, inner)))
            yield (f"({both})" if condition and inner else both), one


def each(value: Value, change: Callable[[Value], Value]) -> Value:
    """`change` applied to a value, or to each case of a mixed one."""
    if value.kind is not Kind.MIXED:
        return change(value)
    return case_of((condition, change(one)) for condition, one in value.cases)


def is_true(value: Value) -> Value:
    """A condition; Arcade takes nothing but truth values for one."""
    if value.kind is not Kind.BOOLEAN or value.nullable:
        raise refused()
    return value


def as_condition(value: Value) -> str:
    """The QGIS expression of a condition."""
    return is_true(value).text


def column(name: str, kind: Kind, whole: bool = False) -> Value:
    """A field of the feature."""
    text = '"' + name.replace("\0", "").replace('"', '""') + '"'
    return Value(kind, f"epoch({text})" if kind is Kind.DATE else text, nullable=True, whole=whole)


def failure(kind: Kind) -> Value:
    """Where Arcade fails: nothing of the whole expression is shown then."""
    return Value(kind, FAILURE)


def not_read(name: str) -> NotRead:
    """For a call of a function in a form that is not read."""
    return NotRead(notice("arcade", "This use of the Arcade function “{name}” is not supported.", name=name))


def unknown_name(name: str) -> NotRead:
    """For names that mean nothing."""
    return NotRead(
        notice("arcade", "An Arcade expression uses “{name}”, which is not supported.", name=name[:40])
    )


def member_of(members: Mapping[str, Value], name: str) -> Optional[str]:
    """The key of a dictionary that is meant by a name, in whatever case it is written."""
    return name if name in members else next((key for key in members if key.lower() == name.lower()), None)


def known_text(value: Value) -> Optional[str]:
    """The text of a literal."""
    return value.constant if value.is_constant and isinstance(value.constant, str) else None


def known_number(value: Value) -> Optional[float]:
    """The number of a literal."""
    number = value.constant
    return number if value.is_constant and isinstance(number, float) and value.kind is Kind.NUMBER else None
