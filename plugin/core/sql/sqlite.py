"""A filter in the SQL of SQLite, for a GeoPackage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from .tree import SqlNode
from .writer import EXTRACT_PARTS, TO_REAL, TO_TEXT, TO_WHOLE, Columns, Functions, SqlKind, Writer


def to_sqlite(tree: SqlNode, columns: Columns) -> str:
    """The condition of a WHERE. Raises `FilterNotRead`."""
    return _SQLite(columns).filter(tree)


class _SQLite(Writer):
    """Dates are Julian days."""

    functions: ClassVar[Functions] = {
        ("UPPER", 1): ("upper({})", SqlKind.TEXT),
        ("LOWER", 1): ("lower({})", SqlKind.TEXT),
        ("TRIM", 1): ("trim({})", SqlKind.TEXT),
        ("TRIM", 2): ("trim({}, {})", SqlKind.TEXT),
        ("LTRIM", 1): ("ltrim({})", SqlKind.TEXT),
        ("RTRIM", 1): ("rtrim({})", SqlKind.TEXT),
        ("SUBSTRING", 2): ("substr({}, {})", SqlKind.TEXT),
        ("SUBSTRING", 3): ("substr({}, {}, {})", SqlKind.TEXT),
        ("CHAR_LENGTH", 1): ("length({})", SqlKind.NUMBER),
        ("CHARACTER_LENGTH", 1): ("length({})", SqlKind.NUMBER),
        ("LENGTH", 1): ("length({})", SqlKind.NUMBER),
        ("POSITION", 2): ("instr({1}, {0})", SqlKind.NUMBER),
        ("ABS", 1): ("abs({})", SqlKind.NUMBER),
        ("ROUND", 1): ("round({})", SqlKind.NUMBER),
        ("ROUND", 2): ("round({}, {})", SqlKind.NUMBER),
        ("MOD", 2): ("({} % {})", SqlKind.NUMBER),
        # SQLite has neither everywhere.
        ("FLOOR", 1): ("(CAST({0} AS INTEGER) - ({0} < CAST({0} AS INTEGER)))", SqlKind.NUMBER),
        ("CEILING", 1): ("(CAST({0} AS INTEGER) + ({0} > CAST({0} AS INTEGER)))", SqlKind.NUMBER),
        ("NULLIF", 2): ("nullif({}, {})", SqlKind.UNKNOWN),
        ("COALESCE", 2): ("coalesce({}, {})", SqlKind.UNKNOWN),
        **dict.fromkeys([(name, 1) for name in TO_TEXT], ("CAST({} AS TEXT)", SqlKind.TEXT)),
        **dict.fromkeys([(name, 1) for name in TO_WHOLE], ("CAST({} AS INTEGER)", SqlKind.NUMBER)),
        **dict.fromkeys([(name, 1) for name in TO_REAL], ("CAST({} AS REAL)", SqlKind.NUMBER)),
        **{
            (name, 1): (f"CAST(strftime('%{letter}', {{}}) AS INTEGER)", SqlKind.NUMBER)
            for name, letter in zip(EXTRACT_PARTS, "YmdHMS")
        },
        ("CAST TIMESTAMP", 1): ("{}", SqlKind.DATE),
        ("CAST DATE", 1): ("julianday({}, 'start of day')", SqlKind.DATE),
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
