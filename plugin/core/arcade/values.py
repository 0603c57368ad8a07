"""What an Arcade expression is worth, as the text of a QGIS expression and what is known about it.

Nulls are where the two languages part: Arcade reads null as 0 or as an empty text, QGIS makes
everything null that touches it. And Arcade's numbers can be no number (NaN), which QGIS cannot
hold: there, null stands for it. So each value says which of the two its null would mean.
Dates are milliseconds since 1970, because QGIS compares dates by their wall clocks, whatever
their time zones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum
import math
import re
from typing import Optional, Union

from ..offline.plan import notice
from .tree import NotRead

_LONGEST = 24_000
BEYOND = "1.7976931348623157e308"
"""Stands for infinity, which QGIS cannot count with."""
FAILURE = "to_int(concat('#', $id))"
"""Fails for every feature, as Arcade would there: nothing is shown then. (A constant would fail for all.)"""
_NUMBER_TEXT = r"'^\\s*[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?\\s*$'"

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
    DICTIONARY = "dictionary"  # its keys are known
    PARTS = "parts"  # a list of texts that QGIS makes
    FEATURE = "feature"


@dataclass(frozen=True)
class Value:
    """`text` is the QGIS expression, in a form that can stand beside any operator.

    `nullable`: null is null. `wild`: null is NaN. `loose`: a text that Arcade may take for a
    number, because null + 5 is 5 there. `constant` is known where `is_constant` says so.
    `cases` are the conditions and values of a CASE; the last condition is empty (ELSE).
    `parts` are the arguments of a concat().
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
    items: tuple[Value, ...] = ()
    members: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.text) > _LONGEST:
            raise NotRead(notice("arcade", "An Arcade expression is too long as a QGIS expression."))

    @property
    def shown(self) -> bool:
        """True for what can be shown: no list, dictionary or feature."""
        return self.kind not in (Kind.LIST, Kind.DICTIONARY, Kind.PARTS, Kind.FEATURE)


NULL = Value(Kind.NULL, "NULL", nullable=True, is_constant=True)


def constant(value: Constant) -> Value:
    """The value of a literal."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return Value(Kind.BOOLEAN, "TRUE" if value else "FALSE", is_constant=True, constant=value)
    if isinstance(value, str):
        return Value(Kind.TEXT, quote(value), is_constant=True, constant=value)
    return Value(Kind.NUMBER, number_text(value), is_constant=True, constant=value)


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


def boolean(text: str) -> Value:
    """A truth value that is never null."""
    return Value(Kind.BOOLEAN, f"({text})")


def refused() -> NotRead:
    """For values that are no operand of what they stand beside."""
    return NotRead(notice("arcade", "An Arcade expression mixes types in a way that is not read."))


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
    if nullable and wild:
        kind = Kind.MIXED
    flat = tuple(_flat(cases)) if kind is Kind.MIXED else cases
    whens = " ".join(
        f"WHEN {condition} THEN {value.text}" if condition else f"ELSE {value.text}"
        for condition, value in flat
    )
    loose = any(value.loose for value in values)
    return Value(kind, f"CASE {whens} END", nullable, wild, loose, cases=flat)


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


def as_number(value: Value) -> Value:
    """What Arcade calculates with: null is 0, a text is read. Null in the result is NaN."""
    return each(value, _number)


def _number(value: Value) -> Value:
    if value.kind is Kind.NULL:
        return constant(0.0)
    if value.kind in (Kind.NUMBER, Kind.DATE):
        text = f"coalesce({value.text}, 0)" if value.nullable else value.text
        return replace(value, kind=Kind.NUMBER, text=text, nullable=False, cases=())
    if value.kind is Kind.BOOLEAN:
        return Value(Kind.NUMBER, f"CASE WHEN {value.text} THEN 1 ELSE 0 END")
    known = known_text(value)
    if known is not None:
        return _read_number(known)
    if value.kind is Kind.TEXT and not value.loose:
        text = value.text
        return Value(
            Kind.NUMBER,
            f"CASE WHEN trim(coalesce({text}, '')) = '' THEN 0"
            f" WHEN regexp_match({text}, {_NUMBER_TEXT}) THEN to_real({text}) END",
            wild=True,
        )
    raise refused()


def _read_number(text: str) -> Value:
    if not text.strip():
        return constant(0.0)
    if re.fullmatch(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", text, re.ASCII):
        return constant(float(text))
    raise refused()


def _shown_number(number: float) -> str:
    """As JavaScript writes it: digits from a millionth up to 21 places, else with an exponent."""
    if number == 0:
        return "0"
    if 1e-6 <= abs(number) < 1e21:
        text = format(Decimal(repr(number)), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return re.sub(r"e([-+])0*", r"e\1", repr(number))


def as_text(value: Value) -> Value:
    """What Arcade shows: null is an empty text, NaN is NaN."""
    return each(value, _text)


def _text(value: Value) -> Value:
    if value.kind is Kind.NULL:
        return constant("")
    if value.is_constant and isinstance(value.constant, float):
        return constant(_shown_number(value.constant))
    if value.kind is Kind.TEXT:
        text = f"coalesce({value.text}, '')" if value.nullable else value.text
        return replace(value, text=text, nullable=False, loose=False, cases=())
    if value.kind is Kind.NUMBER and value.wild:
        text = value.text
        return Value(
            Kind.TEXT,
            f"CASE WHEN {text} IS NULL THEN 'NaN' WHEN {text} >= {BEYOND} THEN 'Infinity'"
            f" WHEN {text} <= -{BEYOND} THEN '-Infinity' ELSE to_string({text}) END",
        )
    if value.kind is Kind.NUMBER:
        text = f"to_string({value.text})"
        return Value(Kind.TEXT, f"coalesce({text}, '')" if value.nullable else text)
    if value.kind is Kind.BOOLEAN:
        unknown = f"WHEN {value.text} IS NULL THEN '' " if value.nullable else ""
        return Value(Kind.TEXT, f"CASE {unknown}WHEN {value.text} THEN 'true' ELSE 'false' END")
    raise NotRead(
        notice("arcade", "Dates in Arcade texts are read only where Text() says how to write them.")
    )


def joined(values: Iterable[Value]) -> Value:
    """All values as one text. concat() itself takes null for an empty text."""
    parts: list[str] = []
    firm = False
    for value in values:
        firm = firm or not value.nullable
        plain = value.kind is Kind.TEXT or (
            value.kind is Kind.NUMBER and not value.wild and not value.is_constant
        )
        if value.parts:
            parts += value.parts
        else:
            parts.append(value.text if plain else as_text(value).text)
    if not parts:
        return constant("")
    text = f"concat({', '.join(parts)})"
    # Of nulls alone, concat() makes null.
    return Value(Kind.TEXT, text if firm else f"coalesce({text}, '')", parts=tuple(parts))


def is_true(value: Value) -> Value:
    """A condition; Arcade takes nothing but truth values for one."""
    if value.kind is not Kind.BOOLEAN or value.nullable:
        raise refused()
    return value


def column(name: str, kind: Kind) -> Value:
    """A field of the feature."""
    text = '"' + name.replace('"', '""') + '"'
    return Value(kind, f"epoch({text})" if kind is Kind.DATE else text, nullable=True)


def known_text(value: Value) -> Optional[str]:
    """The text of a literal."""
    return value.constant if value.is_constant and isinstance(value.constant, str) else None


def known_number(value: Value) -> Optional[float]:
    """The number of a literal."""
    number = value.constant
    return number if value.is_constant and isinstance(number, float) and value.kind is Kind.NUMBER else None
