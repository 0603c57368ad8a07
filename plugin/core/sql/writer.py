"""The tree of a filter → SQLite's SQL, or a QGIS expression.

Dates are compared as numbers, so that no writing of the same moment differs from another: in
SQLite as Julian days, in QGIS as milliseconds. Date literals are UTC, as in hosted services.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar

from ..notice import notice
from .parser import moment
from .tree import (
    Between,
    Binary,
    Call,
    Case,
    Column,
    In,
    Interval,
    IsNull,
    Like,
    Logic,
    Moment,
    Negative,
    Node,
    Not,
    NotRead,
    Now,
    Null,
    Number,
    Text,
)

_LONGEST = 200_000
_COMPARISONS = ("=", "<>", "<", ">", "<=", ">=")


class Kind(Enum):
    """What an operand is, as far as dates need to be told from the rest."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    INTERVAL = "interval"
    TRUTH = "truth"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class FilterColumn:
    """A field that a filter may ask for."""

    name: str
    kind: Kind


Columns = Mapping[str, FilterColumn]
"""By folded names."""
Written = tuple[str, Kind]


Functions = Mapping[tuple[str, int], tuple[str, Kind]]
DATE_PARTS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")
TO_TEXT = ("CAST VARCHAR", "CAST CHAR", "CAST NVARCHAR", "CAST TEXT")
TO_WHOLE = ("CAST INTEGER", "CAST INT", "CAST SMALLINT", "CAST BIGINT")
TO_REAL = ("CAST FLOAT", "CAST REAL", "CAST DOUBLE", "CAST NUMERIC", "CAST DECIMAL")


class Writer(ABC):
    """What both languages share."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._rules: dict[type[Node], Any] = {
            Text: lambda node: (self.quote(node.value), Kind.TEXT),
            Number: lambda node: (node.digits, Kind.NUMBER),
            Null: lambda _: ("NULL", Kind.UNKNOWN),
            Column: self._column,
            Moment: lambda node: (self.moment(node.iso), Kind.DATE),
            Now: lambda node: (self.now(node.midnight), Kind.DATE),
            Interval: lambda node: (self.days(repr(node.days)), Kind.INTERVAL),
            Call: self._call,
            Binary: self._binary,
            Logic: self._logic,
            Not: lambda node: (f"NOT ({self.condition(node.operand)})", Kind.TRUTH),
            Negative: self._negative,
            Between: self._between,
            In: self._in,
            Like: self._like,
            IsNull: lambda node: (f"{self._raw(node.operand)} IS NULL", Kind.TRUTH),
            Case: self._case,
        }

    def filter(self, tree: Node) -> str:
        """The whole filter. Raises `NotRead`."""
        text = self.condition(tree)
        if len(text) > _LONGEST:
            raise NotRead(notice("filter", "The filter is too long to be read."))
        return text

    def condition(self, node: Node) -> str:
        """The text of what is true or false."""
        text, kind = self._write(node)
        if kind is not Kind.TRUTH:
            raise NotRead(notice("filter", "The filter is not written in the SQL that is read."))
        return text

    def _write(self, node: Node) -> Written:
        written: Written = self._rules[type(node)](node)
        return written

    def _found(self, node: Column) -> FilterColumn:
        found = self._columns.get(node.name.casefold())
        found = found or self._columns.get(node.name.rpartition(".")[2].casefold())
        if found is None:
            raise NotRead(
                notice(
                    "filter",
                    "The filter asks for the field “{field}”, which is not there.",
                    field=node.name[:60],
                )
            )
        return found

    def _column(self, node: Column) -> Written:
        found = self._found(node)
        name = quoted_name(found.name)
        return (self.date_column(name) if found.kind is Kind.DATE else name), found.kind

    def _raw(self, node: Node) -> str:
        """An operand as it is stored: what IS NULL asks about."""
        return quoted_name(self._found(node).name) if isinstance(node, Column) else self._write(node)[0]

    def _alike(self, nodes: Sequence[Node]) -> list[str]:
        """Operands that are compared: where one is a date, all have to be."""
        written = [self._write(node) for node in nodes]
        kinds = {kind for _, kind in written}
        if Kind.DATE in kinds:
            return [self._as_date(node, text, kind) for node, (text, kind) in zip(nodes, written)]
        if kinds & {Kind.INTERVAL, Kind.TRUTH}:
            raise mixed()
        return [text for text, _ in written]

    def _as_date(self, node: Node, text: str, kind: Kind) -> str:
        if isinstance(node, Text):
            return self.moment(moment(node.value).iso)
        if kind is Kind.DATE or isinstance(node, Null):
            return text
        raise mixed()

    def _binary(self, node: Binary) -> Written:
        if node.operator in _COMPARISONS:
            left, right = self._alike((node.left, node.right))
            return f"{left} {node.operator} {right}", Kind.TRUTH
        (left, left_kind), (right, right_kind) = self._write(node.left), self._write(node.right)
        kinds = {left_kind, right_kind}
        if kinds & {Kind.DATE, Kind.INTERVAL}:
            return self._moved(node.operator, (left, left_kind), (right, right_kind))
        if Kind.TRUTH in kinds:
            raise mixed()
        kind = Kind.TEXT if node.operator == "||" else Kind.NUMBER
        return f"({left} {node.operator} {right})", kind

    def _moved(self, operator: str, left: Written, right: Written) -> Written:
        """Date ± interval; a plain number beside a date counts days."""
        if operator not in "+-" or left[1] is not Kind.DATE or right[1] not in (Kind.INTERVAL, Kind.NUMBER):
            raise mixed()
        span = right[0] if right[1] is Kind.INTERVAL else self.days(right[0])
        return f"({left[0]} {operator} {span})", Kind.DATE

    def _logic(self, node: Logic) -> Written:
        parts = [
            f"({text})" if isinstance(item, Logic) else text
            for item, text in ((item, self.condition(item)) for item in node.items)
        ]
        return f" {node.operator} ".join(parts), Kind.TRUTH

    def _negative(self, node: Negative) -> Written:
        text, kind = self._write(node.operand)
        if kind not in (Kind.NUMBER, Kind.UNKNOWN):
            raise mixed()
        return f"(-{text})", Kind.NUMBER

    def _between(self, node: Between) -> Written:
        operand, low, high = self._alike((node.operand, node.low, node.high))
        return f"({operand} >= {low} AND {operand} <= {high})", Kind.TRUTH

    def _in(self, node: In) -> Written:
        if not node.items:
            raise mixed()
        operand, *items = self._alike((node.operand, *node.items))
        return f"{operand} IN ({', '.join(items)})", Kind.TRUTH

    def _like(self, node: Like) -> Written:
        text, kind = self._write(node.operand)
        if kind not in (Kind.TEXT, Kind.NUMBER, Kind.UNKNOWN) or len(node.escape) > 1:
            raise mixed()
        return self.like(text, node.pattern, node.escape), Kind.TRUTH

    def _case(self, node: Case) -> Written:
        values = [value for _, value in node.branches] + ([node.other] if node.other else [])
        written = [self._write(value) for value in values]
        kinds = {kind for _, kind in written} - {Kind.UNKNOWN}
        if len(kinds) > 1:
            raise mixed()
        whens = [
            f"WHEN {self.condition(test)} THEN {text}" for (test, _), (text, _) in zip(node.branches, written)
        ]
        other = [f"ELSE {written[-1][0]}"] if node.other else []
        return f"CASE {' '.join([*whens, *other])} END", kinds.pop() if kinds else Kind.UNKNOWN

    def _call(self, node: Call) -> Written:
        if node.name == "CONCAT" and node.arguments:
            return self.concatenated([self._write(argument)[0] for argument in node.arguments]), Kind.TEXT
        template, kind = self.functions.get((node.name, len(node.arguments)), ("", Kind.UNKNOWN))
        if not template:
            raise unread(node.name)
        if kind is Kind.DATE or node.name in DATE_PARTS:
            texts = [self._as_date(argument, *self._write(argument)) for argument in node.arguments]
        else:
            texts = [self._write(argument)[0] for argument in node.arguments]
        return template.format(*texts), kind

    functions: ClassVar[Functions] = {}
    """What is written for a function of so many arguments, and of which kind it is."""

    @abstractmethod
    def quote(self, text: str) -> str: ...

    @abstractmethod
    def date_column(self, name: str) -> str: ...

    @abstractmethod
    def moment(self, iso: str) -> str: ...

    @abstractmethod
    def now(self, midnight: bool) -> str: ...

    @abstractmethod
    def days(self, count: str) -> str: ...

    @abstractmethod
    def like(self, operand: str, pattern: str, escape: str) -> str: ...

    @abstractmethod
    def concatenated(self, texts: Sequence[str]) -> str: ...


def quoted_name(name: str) -> str:
    """A column's name, in both languages."""
    return '"' + name.replace('"', '""') + '"'


def unread(name: str) -> NotRead:
    """For a function or clause that has no equal."""
    return NotRead(notice("filter", "The filter uses “{name}”, which is not read.", name=name[:40]))


def mixed() -> NotRead:
    """For operands that do not go together."""
    return NotRead(notice("filter", "The filter compares what cannot be compared here."))
