"""A filter in the SQL of SQLite, for a GeoPackage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from .tree import Node
from .writer import DATE_PARTS, TO_REAL, TO_TEXT, TO_WHOLE, Columns, Functions, Kind, Writer


def to_sqlite(tree: Node, columns: Columns) -> str:
    """The condition of a WHERE. Raises `NotRead`."""
    return _SQLite(columns).filter(tree)


class _SQLite(Writer):
    """Dates are Julian days."""

    functions: ClassVar[Functions] = {
        ("UPPER", 1): ("upper({})", Kind.TEXT),
        ("LOWER", 1): ("lower({})", Kind.TEXT),
        ("TRIM", 1): ("trim({})", Kind.TEXT),
        ("TRIM", 2): ("trim({}, {})", Kind.TEXT),
        ("LTRIM", 1): ("ltrim({})", Kind.TEXT),
        ("RTRIM", 1): ("rtrim({})", Kind.TEXT),
        ("SUBSTRING", 2): ("substr({}, {})", Kind.TEXT),
        ("SUBSTRING", 3): ("substr({}, {}, {})", Kind.TEXT),
        ("CHAR_LENGTH", 1): ("length({})", Kind.NUMBER),
        ("CHARACTER_LENGTH", 1): ("length({})", Kind.NUMBER),
        ("LENGTH", 1): ("length({})", Kind.NUMBER),
        ("POSITION", 2): ("instr({1}, {0})", Kind.NUMBER),
        ("ABS", 1): ("abs({})", Kind.NUMBER),
        ("ROUND", 1): ("round({})", Kind.NUMBER),
        ("ROUND", 2): ("round({}, {})", Kind.NUMBER),
        ("MOD", 2): ("({} % {})", Kind.NUMBER),
        # SQLite has neither everywhere.
        ("FLOOR", 1): ("(CAST({0} AS INTEGER) - ({0} < CAST({0} AS INTEGER)))", Kind.NUMBER),
        ("CEILING", 1): ("(CAST({0} AS INTEGER) + ({0} > CAST({0} AS INTEGER)))", Kind.NUMBER),
        ("NULLIF", 2): ("nullif({}, {})", Kind.UNKNOWN),
        ("COALESCE", 2): ("coalesce({}, {})", Kind.UNKNOWN),
        **dict.fromkeys([(name, 1) for name in TO_TEXT], ("CAST({} AS TEXT)", Kind.TEXT)),
        **dict.fromkeys([(name, 1) for name in TO_WHOLE], ("CAST({} AS INTEGER)", Kind.NUMBER)),
        **dict.fromkeys([(name, 1) for name in TO_REAL], ("CAST({} AS REAL)", Kind.NUMBER)),
        **{
            (name, 1): (f"CAST(strftime('%{letter}', {{}}) AS INTEGER)", Kind.NUMBER)
            for name, letter in zip(DATE_PARTS, "YmdHMS")
        },
        ("CAST TIMESTAMP", 1): ("{}", Kind.DATE),
        ("CAST DATE", 1): ("julianday({}, 'start of day')", Kind.DATE),
    }

    def quote(self, text: str) -> str:
        return "'" + text.replace("\0", "").replace("'", "''") + "'"

    def date_column(self, name: str) -> str:
        return f"julianday({name})"

    def moment(self, iso: str) -> str:
        return f"julianday('{iso}')"

    def now(self, midnight: bool) -> str:
        return "julianday('now', 'start of day')" if midnight else "julianday('now')"

    def days(self, count: str) -> str:
        return count

    def like(self, operand: str, pattern: str, escape: str) -> str:
        clause = f" ESCAPE {self.quote(escape)}" if escape else ""
        return f"{operand} LIKE {self.quote(pattern)}{clause}"

    def concatenated(self, texts: Sequence[str]) -> str:
        return "(" + " || ".join(f"coalesce({text}, '')" for text in texts) + ")"
