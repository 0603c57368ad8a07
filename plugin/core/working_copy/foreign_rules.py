"""Rules of tables that run with every edit: CHECK, DEFAULT, generated columns, indexes, ON clauses.

A working copy that somebody handed on may hold some that call functions of QGIS, or change other rows.
This plugin writes none but constant defaults, one moment, and one index; GDAL and QGIS add no others.
"""

from __future__ import annotations

from collections.abc import Iterator
import re
import sqlite3
from typing import NamedTuple

from ..errors import Untrusted
from .sql_meaning import meaning_of
from .tracking_tables import DELETED_INDEX

# What SQLite takes for one thing: comments, texts and names in each kind of quotes, words.
_TOKEN = re.compile(
    r"""--[^\n]*|/\*.*?(?:\*/|\Z)|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^]]*\]|\w+""", re.S
)
_CLAUSES = frozenset({"check", "on"})
_CONSTANT = re.compile(
    r"""[+-]?\s*(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|x?'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+""", re.I
)
_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ','now')"
_VIEWS = "SELECT name FROM sqlite_master WHERE type = 'view' AND name LIKE 'gpkg%' ORDER BY name"
_TABLES = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND upper(sql) NOT LIKE 'CREATE VIRTUAL%'"
    " ORDER BY name"
)
_INDEXES = (
    "SELECT listed.name, partial, sql FROM pragma_index_list(?) AS listed"
    " LEFT JOIN sqlite_master AS stored ON type = 'index' AND stored.name = listed.name"
)
_OWN_INDEX = meaning_of(DELETED_INDEX.replace(" main.", " ", 1))  # SQLite keeps it without the database
_EXPRESSION = -2  # the number of an index's column that is none of the table
_PLAIN = 0  # `hidden` of a column that is stored as it is given


class ForeignRule(NamedTuple):
    """A rule that this plugin never writes: in which table, and its keyword."""

    table: str
    keyword: str


def refuse_foreign_rules(connection: sqlite3.Connection, file: str) -> None:
    """Raises `Untrusted` where a table of the working copy `file` has one. Nothing of it is run."""
    for rule in foreign_rules(connection):
        raise Untrusted(
            "The working copy “{file}” contains a rule that this plugin did not create: {keyword} in "
            "“{table}”.",
            next_step="Remove the rule if it is yours; otherwise download the map area again.",
            file=file,
            keyword=rule.keyword,
            table=rule.table,
        )


def foreign_rules(connection: sqlite3.Connection) -> Iterator[ForeignRule]:
    """Those of all tables, for the triggers of a layer write into others; and views under their names."""
    for (view,) in connection.execute(_VIEWS).fetchall():
        yield ForeignRule(view, "VIEW")
    for table, statement in connection.execute(_TABLES).fetchall():
        found = _CLAUSES.intersection(map(str.lower, _TOKEN.findall(statement)))
        keywords = [*sorted(found), *_of_columns(connection, table), *_of_indexes(connection, table)]
        yield from (ForeignRule(table, keyword.upper()) for keyword in keywords)


def _of_columns(connection: sqlite3.Connection, table: str) -> Iterator[str]:
    columns = connection.execute("SELECT hidden, dflt_value FROM pragma_table_xinfo(?)", (table,))
    for hidden, default in columns.fetchall():
        if hidden != _PLAIN:
            yield "generated"
        if default is not None and not _is_harmless(default):
            yield "default"


def _is_harmless(default: str) -> bool:
    bare = re.sub(r"\s", "", default)
    return _CONSTANT.fullmatch(default.strip()) is not None or bare in (_NOW, f"({_NOW})")


def _of_indexes(connection: sqlite3.Connection, table: str) -> Iterator[str]:
    for name, partial, statement in connection.execute(_INDEXES, (table,)).fetchall():
        columns = connection.execute("SELECT cid FROM pragma_index_xinfo(?)", (name,)).fetchall()
        if (partial or (_EXPRESSION,) in columns) and meaning_of(statement or "") != _OWN_INDEX:
            yield "index"
