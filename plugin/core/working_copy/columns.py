"""The columns of a working copy: their names, types, and how each value gets there in SQL.

A field keeps its name, whatever it is: what a map says of it holds in the copy. The two columns that
GeoPackage adds, row id and geometry, give way.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Optional

from ..geodatabase.schema import Field, FieldType, Table
from ..untrusted.sqlite_file import quoted

READABLE_TEXT = "readable_text"
"""SQL function: bytes and the name of their field → text, broken UTF-8 replaced."""

LARGEST_FILE = 112 << 20
"""Bytes of one value: SQLite holds it some three times over while it goes from file to file."""
_KEY, _GEOMETRY = "fid", "geom"
_GUID_LENGTH = 38
_FIRST_DAY = 1721059.5
_LAST_DAY = 5373484.499999
"""Julian days of the years 0000 to 9999: what ISO 8601 and SQLite's date functions can say."""

_TYPES = {
    FieldType.OBJECT_ID: "INTEGER",
    FieldType.SMALL_INTEGER: "SMALLINT",
    FieldType.INTEGER: "MEDIUMINT",
    FieldType.BIG_INTEGER: "INTEGER",
    FieldType.SINGLE: "FLOAT",
    FieldType.DOUBLE: "REAL",
    FieldType.TEXT: "TEXT",
    FieldType.DATE: "DATETIME",
    FieldType.DATE_ONLY: "DATE",
    FieldType.TIME_ONLY: "TEXT",
    FieldType.TIMESTAMP_OFFSET: "TEXT",
    FieldType.GUID: "TEXT",
    FieldType.GLOBAL_ID: "TEXT",
    FieldType.BLOB: "BLOB",
    FieldType.XML: "TEXT",
}
WHOLE_NUMBERS = {
    FieldType.OBJECT_ID: 64,
    FieldType.SMALL_INTEGER: 16,
    FieldType.INTEGER: 32,
    FieldType.BIG_INTEGER: 64,
}
"""The types of whole numbers, and the bits of each."""
_REAL_NUMBERS = frozenset({FieldType.SINGLE, FieldType.DOUBLE})
_WRITTEN_TIMES = frozenset({FieldType.DATE_ONLY, FieldType.TIME_ONLY, FieldType.TIMESTAMP_OFFSET})
_TEXTS = frozenset(kind for kind, name in _TYPES.items() if name == "TEXT")


@dataclass(frozen=True)
class Column:
    """A field as a column of the working copy."""

    field: Field

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def is_text(self) -> bool:
        return self.field.type in _TEXTS

    def longest_text(self, unknown: int) -> int:
        """Characters of the longest value; `unknown` where the field does not say, 0 for no text."""
        if self.field.type in (FieldType.GUID, FieldType.GLOBAL_ID):
            return _GUID_LENGTH
        return (self.field.length or unknown) if self.is_text else 0

    @property
    def is_date(self) -> bool:
        return self.field.type is FieldType.DATE

    @property
    def is_bytes(self) -> bool:
        return self.field.type is FieldType.BLOB

    @property
    def is_written_time(self) -> bool:
        """A newer kind of date: text in ISO 8601, as REST writes it; numbers would have to be guessed."""
        return self.field.type in _WRITTEN_TIMES

    @property
    def is_number(self) -> bool:
        return self.field.type in _REAL_NUMBERS or self.field.type in WHOLE_NUMBERS

    def declaration(self, required: bool) -> str:
        """The column in CREATE TABLE; `required` says that no row lacks a value."""
        kind = _TYPES[self.field.type]
        length = f"({self.field.length})" if self.is_text and self.field.length else ""
        constraint = " NOT NULL" if required else ""
        default = self.field.default
        clause = "" if default is None or self.is_date else f" DEFAULT {sql_literal(default)}"
        return f"{quoted(self.name)} {kind}{length}{constraint}{clause}"

    def value(self, repair: bool) -> str:
        """The SQL expression that turns the source's value into the copy's.

        `repair`: there are texts with broken UTF-8, or values in a field of numbers that are none.
        Dates: Julian day (UTC, real) → ISO 8601 with milliseconds, exact, because SQLite rounds
        Julian days to whole milliseconds.
        """
        source = quoted(self.name)
        if self.is_date:
            between = f"{source} BETWEEN {_FIRST_DAY} AND {_LAST_DAY}"
            return f"CASE WHEN {between} THEN strftime('%Y-%m-%dT%H:%M:%fZ', {source}) END"
        if self.is_bytes:
            return f"CASE WHEN length({source}) > {LARGEST_FILE} THEN NULL ELSE {source} END"
        if self.is_written_time:
            return f"CASE typeof({source}) WHEN 'text' THEN {source} END"
        if self.is_text and repair:
            return f"{READABLE_TEXT}(CAST({source} AS BLOB), {sql_literal(self.name)})"
        if self.is_number and repair:
            return f"CASE WHEN NOT ({self.misfit()}) THEN {source} END"
        return source

    def misfit(self) -> str:
        """An SQL condition, true for a value that the copy leaves out; of a text, never.

        Dates outside the calendar or of a kind that is not known, bytes that are too large, and in a field
        of numbers what is no number of its kind: to SQLite a text is larger than any number, and not
        equal to what its bits are shifted to.
        """
        source, bits = quoted(self.name), WHOLE_NUMBERS.get(self.field.type)
        if self.is_bytes:
            return f"length({source}) > {LARGEST_FILE}"
        if self.is_written_time:
            return f"typeof({source}) NOT IN ('text', 'null')"
        if self.is_date:
            return f"{source} NOT BETWEEN {_FIRST_DAY} AND {_LAST_DAY}"
        if bits is None:
            return f"{source} > 9e999"
        return f"{source} <> {source} << {64 - bits} >> {64 - bits}"


def sql_literal(value: object) -> str:
    """A number or text as an SQL literal."""
    return str(value) if isinstance(value, (int, float)) else "'" + str(value).replace("'", "''") + "'"


def plan_columns(table: Table) -> tuple[Column, ...]:
    """The columns of a table's fields, in the author's order."""
    return tuple(map(Column, table.fields))


def key_column(table: Table) -> str:
    """The column of the row ids in a table's copy: `fid`, unless a field has that name."""
    return free_name(_KEY, _folded_names(table))


def geometry_column(table: Table) -> Optional[str]:
    """The column of the shapes in a table's copy: `geom`, unless a field has that name; None for none."""
    return free_name(_GEOMETRY, _folded_names(table)) if table.geometry else None


def renamed_fields(table: Table, columns: Collection[str]) -> tuple[str, ...]:
    """The fields that have another name in a copy with these columns.

    Version 0.1.0 made such copies: there the row ids are always in `fid` and the shapes in `geom`.
    """
    own = ((_KEY, key_column(table)), (_GEOMETRY, geometry_column(table)))
    taken = {usual for usual, name in own if name and name not in columns}
    return tuple(field.name for field in table.fields if field.name.casefold() in taken)


def _folded_names(table: Table) -> set[str]:
    return {field.name.casefold() for field in table.fields}


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, with the first number that makes it differ from all of `taken`, which are folded."""
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        free = f"{name}_{number}"
    return free
