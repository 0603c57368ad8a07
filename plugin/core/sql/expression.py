"""A filter as a QGIS expression, for the classes of labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from ..arcade.values import quote
from .tree import SqlNode
from .writer import TO_REAL, TO_TEXT, Columns, Functions, SqlKind, Writer, unread

_DAY = 86_400_000


def to_expression(tree: SqlNode, columns: Columns) -> str:
    """The condition as a QGIS expression. Raises `FilterNotRead`."""
    return _Expression(columns).filter(tree)


class _Expression(Writer):
    """Dates are milliseconds: QGIS compares dates by their wall clocks, whatever their time zones."""

    functions: ClassVar[Functions] = {
        ("UPPER", 1): ("upper({})", SqlKind.TEXT),
        ("LOWER", 1): ("lower({})", SqlKind.TEXT),
        ("TRIM", 1): ("trim({})", SqlKind.TEXT),
        ("CHAR_LENGTH", 1): ("length({})", SqlKind.NUMBER),
        ("LENGTH", 1): ("length({})", SqlKind.NUMBER),
        ("POSITION", 2): ("strpos({1}, {0})", SqlKind.NUMBER),
        ("SUBSTRING", 3): ("substr({}, {}, {})", SqlKind.TEXT),
        ("ABS", 1): ("abs({})", SqlKind.NUMBER),
        ("FLOOR", 1): ("floor({})", SqlKind.NUMBER),
        ("CEILING", 1): ("ceil({})", SqlKind.NUMBER),
        ("MOD", 2): ("({} % {})", SqlKind.NUMBER),
        ("NULLIF", 2): ("nullif({}, {})", SqlKind.UNKNOWN),
        ("COALESCE", 2): ("coalesce({}, {})", SqlKind.UNKNOWN),
        **dict.fromkeys([(name, 1) for name in TO_TEXT], ("to_string({})", SqlKind.TEXT)),
        **dict.fromkeys([(name, 1) for name in TO_REAL], ("to_real({})", SqlKind.NUMBER)),
    }

    def quote(self, text: str) -> str:
        return quote(text)

    def date_column(self, name: str) -> str:
        return f"epoch({name})"

    def moment(self, iso: str) -> str:
        return f"epoch(to_datetime('{iso}'))"

    def now(self, midnight: bool) -> str:
        return f"(epoch(now()) - epoch(now()) % {_DAY})" if midnight else "epoch(now())"

    def days(self, count: str) -> str:
        return f"({count} * {_DAY})"

    def like(self, operand: str, pattern: str, escape: str) -> str:
        # QGIS takes a backslash for an escape, SQL only where it is told to.
        if escape or "\\" in pattern:
            raise unread("ESCAPE")
        return f"{operand} ILIKE {self.quote(pattern)}"

    def concatenated(self, texts: Sequence[str]) -> str:
        return f"concat({', '.join(texts)})"
