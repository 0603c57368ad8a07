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
from .parser import parse_moment
from .tree import (
    Between,
    Case,
    FilterNotRead,
    In,
    Interval,
    IsNull,
    Like,
    Logic,
    Moment,
    Negative,
    Not,
    Now,
    Null,
    Number,
    SqlBinary,
    SqlCall,
    SqlColumn,
    SqlNode,
    Text,
)

_LONGEST = 200_000
_COMPARISONS = ("=", "<>", "<", ">", "<=", ">=")


class SqlKind(Enum):
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
    kind: SqlKind


Columns = Mapping[str, FilterColumn]
"""By folded names."""
Written = tuple[str, SqlKind]


Functions = Mapping[tuple[str, int], tuple[str, SqlKind]]
EXTRACT_PARTS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")
TO_TEXT = ("CAST VARCHAR", "CAST CHAR", "CAST NVARCHAR", "CAST TEXT")
TO_WHOLE = ("CAST INTEGER", "CAST INT", "CAST SMALLINT", "CAST BIGINT")
TO_REAL = ("CAST FLOAT", "CAST REAL", "CAST DOUBLE", "CAST NUMERIC", "CAST DECIMAL")


class Writer(ABC):
    """What both languages share."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._rules: dict[type[SqlNode], Any] = {
            Text: lambda node: (self.quote(node.value), SqlKind.TEXT),
            Number: lambda node: (node.digits, SqlKind.NUMBER),
            Null: lambda _: ("NULL", SqlKind.UNKNOWN),
            SqlColumn: self._column,
            Moment: lambda node: (self.moment(node.iso), SqlKind.DATE),
            Now: lambda node: (self.now(node.midnight), SqlKind.DATE),
            Interval: lambda node: (self.days(repr(node.days)), SqlKind.INTERVAL),
            SqlCall: self._call,
            SqlBinary: self._binary,
            Logic: self._logic,
            Not: lambda node: (f"NOT ({self.condition(node.operand)})", SqlKind.TRUTH),
            Negative: self._negative,
            Between: self._between,
            In: self._in,
            Like: self._like,
            IsNull: lambda node: (f"{self._raw(node.operand)} IS NULL", SqlKind.TRUTH),
            Case: self._case,
        }

    def filter(self, tree: SqlNode) -> str:
        """The whole filter. Raises `FilterNotRead`."""
        text = self.condition(tree)
        if len(text) > _LONGEST:
            raise FilterNotRead(notice("filter", "The filter is too long."))
        return text

    def condition(self, node: SqlNode) -> str:
        """The text of what is true or false."""
        text, kind = self._write(node)
        if kind is not SqlKind.TRUTH:
            raise FilterNotRead(notice("filter", "The filter uses SQL that is not supported."))
        return text

    def _write(self, node: SqlNode) -> Written:
        written: Written = self._rules[type(node)](node)
        return written

    def _found(self, node: SqlColumn) -> FilterColumn:
        found = self._columns.get(node.name.casefold())
        found = found or self._columns.get(node.name.rpartition(".")[2].casefold())
        if found is None:
            raise FilterNotRead(
                notice(
                    "filter",
                    "The filter uses the field “{field}”, which does not exist.",
                    field=node.name[:60],
                )
            )
        return found

    def _column(self, node: SqlColumn) -> Written:
        found = self._found(node)
        name = quoted_name(found.name)
        return (self.date_column(name) if found.kind is SqlKind.DATE else name), found.kind

    def _raw(self, node: SqlNode) -> str:
        """An operand as it is stored: what IS NULL asks about."""
        return quoted_name(self._found(node).name) if isinstance(node, SqlColumn) else self._write(node)[0]

    def _alike(self, nodes: Sequence[SqlNode]) -> list[str]:
        """Operands that are compared: where one is a date, all have to be."""
        written = [self._write(node) for node in nodes]
        kinds = {kind for _, kind in written}
        if SqlKind.DATE in kinds:
            return [self._as_date(node, text, kind) for node, (text, kind) in zip(nodes, written)]
        if kinds & {SqlKind.INTERVAL, SqlKind.TRUTH}:
            raise mixed_kinds()
        return [text for text, _ in written]

    def _as_date(self, node: SqlNode, text: str, kind: SqlKind) -> str:
        if isinstance(node, Text):
            return self.moment(parse_moment(node.value).iso)
        if kind is SqlKind.DATE or isinstance(node, Null):
            return text
        raise mixed_kinds()

    def _binary(self, node: SqlBinary) -> Written:
        if node.operator in _COMPARISONS:
            left, right = self._alike((node.left, node.right))
            return f"{left} {node.operator} {right}", SqlKind.TRUTH
        (left, left_kind), (right, right_kind) = self._write(node.left), self._write(node.right)
        kinds = {left_kind, right_kind}
        if kinds & {SqlKind.DATE, SqlKind.INTERVAL}:
            return self._moved(node.operator, (left, left_kind), (right, right_kind))
        if SqlKind.TRUTH in kinds:
            raise mixed_kinds()
        kind = SqlKind.TEXT if node.operator == "||" else SqlKind.NUMBER
        return f"({left} {node.operator} {right})", kind

    def _moved(self, operator: str, left: Written, right: Written) -> Written:
        """Date ± interval; a plain number beside a date counts days."""
        if (
            operator not in "+-"
            or left[1] is not SqlKind.DATE
            or right[1] not in (SqlKind.INTERVAL, SqlKind.NUMBER)
        ):
            raise mixed_kinds()
        span = right[0] if right[1] is SqlKind.INTERVAL else self.days(right[0])
        return f"({left[0]} {operator} {span})", SqlKind.DATE

    def _logic(self, node: Logic) -> Written:
        parts = [
            f"({text})" if isinstance(item, Logic) else text
            for item, text in ((item, self.condition(item)) for item in node.items)
        ]
        return f" {node.operator} ".join(parts), SqlKind.TRUTH

    def _negative(self, node: Negative) -> Written:
        text, kind = self._write(node.operand)
        if kind not in (SqlKind.NUMBER, SqlKind.UNKNOWN):
            raise mixed_kinds()
        return f"(-{text})", SqlKind.NUMBER

    def _between(self, node: Between) -> Written:
        operand, low, high = self._alike((node.operand, node.low, node.high))
        return f"({operand} >= {low} AND {operand} <= {high})", SqlKind.TRUTH

    def _in(self, node: In) -> Written:
        if not node.items:
            raise mixed_kinds()
        operand, *items = self._alike((node.operand, *node.items))
        return f"{operand} IN ({', '.join(items)})", SqlKind.TRUTH

    def _like(self, node: Like) -> Written:
        text, kind = self._write(node.operand)
        if kind not in (SqlKind.TEXT, SqlKind.NUMBER, SqlKind.UNKNOWN) or len(node.escape) > 1:
            raise mixed_kinds()
        return self.like(text, node.pattern, node.escape), SqlKind.TRUTH

    def _case(self, node: Case) -> Written:
        values = [value for _, value in node.branches] + ([node.other] if node.other else [])
        written = [self._write(value) for value in values]
        kinds = {kind for _, kind in written} - {SqlKind.UNKNOWN}
        if len(kinds) > 1:
            raise mixed_kinds()
        whens = [
            f"WHEN {self.condition(test)} THEN {text}" for (test, _), (text, _) in zip(node.branches, written)
        ]
        other = [f"ELSE {written[-1][0]}"] if node.other else []
        return f"CASE {' '.join([*whens, *other])} END", kinds.pop() if kinds else SqlKind.UNKNOWN

    def _call(self, node: SqlCall) -> Written:
        if node.name == "CONCAT" and node.arguments:
            return self.concatenated([self._write(argument)[0] for argument in node.arguments]), SqlKind.TEXT
        template, kind = self.functions.get((node.name, len(node.arguments)), ("", SqlKind.UNKNOWN))
        if not template:
            raise unread(node.name)
        if kind is SqlKind.DATE or node.name in EXTRACT_PARTS:
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


def unread(name: str) -> FilterNotRead:
    """For a function or clause that has no equal."""
    return FilterNotRead(
        notice("filter", "The filter uses “{name}”, which is not supported.", name=name[:40])
    )


def mixed_kinds() -> FilterNotRead:
    """For operands that do not go together."""
    return FilterNotRead(notice("filter", "The filter compares values that cannot be compared here."))
