"""The tree of a filter, and why one is not read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union

from ..notice import Notice


class FilterNotRead(Exception):
    """A filter that has no translation; `notice` is the sentence that says why."""

    def __init__(self, notice: Notice) -> None:
        self.notice = notice
        super().__init__(notice.text)


@dataclass(frozen=True)
class Text:
    """A text literal."""

    value: str


@dataclass(frozen=True)
class Number:
    """A number as it was written."""

    digits: str


@dataclass(frozen=True)
class Null:
    """NULL."""


@dataclass(frozen=True)
class SqlColumn:
    """A field by its name."""

    name: str


@dataclass(frozen=True)
class Moment:
    """A date literal, ISO 8601 in UTC."""

    iso: str


@dataclass(frozen=True)
class Now:
    """CURRENT_TIMESTAMP; or CURRENT_DATE, midnight."""

    midnight: bool


@dataclass(frozen=True)
class Interval:
    """A span of time in days."""

    days: float


@dataclass(frozen=True)
class SqlCall:
    """A function; EXTRACT(YEAR FROM x) is a call of YEAR, CAST(x AS t) one of `CAST t`."""

    name: str
    arguments: tuple[SqlNode, ...]


@dataclass(frozen=True)
class SqlBinary:
    """Arithmetic, `||` and comparisons."""

    operator: str
    left: SqlNode
    right: SqlNode


@dataclass(frozen=True)
class Logic:
    """AND or OR of several."""

    operator: str
    items: tuple[SqlNode, ...]


@dataclass(frozen=True)
class Not:
    """NOT."""

    operand: SqlNode


@dataclass(frozen=True)
class Negative:
    """Minus."""

    operand: SqlNode


@dataclass(frozen=True)
class Between:
    """`operand BETWEEN low AND high`."""

    operand: SqlNode
    low: SqlNode
    high: SqlNode


@dataclass(frozen=True)
class In:
    """`operand IN (items)`."""

    operand: SqlNode
    items: tuple[SqlNode, ...]


@dataclass(frozen=True)
class Like:
    """`operand LIKE 'pattern' ESCAPE 'escape'`."""

    operand: SqlNode
    pattern: str
    escape: str


@dataclass(frozen=True)
class IsNull:
    """`operand IS NULL`."""

    operand: SqlNode


@dataclass(frozen=True)
class Case:
    """`CASE WHEN … THEN … ELSE … END`."""

    branches: tuple[tuple[SqlNode, SqlNode], ...]
    other: Optional[SqlNode]


SqlNode = Union[
    Text, Number, Null, SqlColumn, Moment, Now, Interval, SqlCall, SqlBinary, Logic, Not, Negative, Between,
    In, Like, IsNull, Case,
]  # fmt: skip
