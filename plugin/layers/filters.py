"""An author's filter (`definitionExpression`) on a GeoPackage: set only when it is proven.

QGIS accepts SQL that does not work and shows an empty layer; other expressions work and mean
something else in SQLite (facts/webmap-to-qgis.md §5). So the filter is counted by SQLite first,
on a connection that can read this one table and nothing else, and by QGIS afterwards. Where they
disagree, or the expression is of a kind known to be wrong, the layer stays unfiltered, and that
is said: never an empty layer, never quietly a wider one.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing, suppress
import re
import sqlite3
import time
from typing import Any, Optional

from qgis.core import QgsVectorLayer

from ..core.offline.offline_map import FeatureSource
from ..core.offline.plan import Notice, notice

_SECONDS = 5.0  # longer than any honest filter takes to count
_STEPS = 10_000  # virtual machine steps between two looks at the clock
_TEXT = re.compile(r"'(?:[^']|'')*'")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"|\[([^\]]*)\]')
_WORD = re.compile(r"\w+")
# Text in SQLite, where Esri's SQL counts in days.
_CLOCKS = {"current_timestamp", "current_date", "current_time"}


def set_filter(
    layer: QgsVectorLayer, expression: object, source: FeatureSource, losses: list[Notice]
) -> None:
    """Sets the filter where SQLite and QGIS count the same features by it."""
    if not isinstance(expression, str) or not expression.strip():
        return
    reason = count = None
    with suppress(sqlite3.Error, sqlite3.Warning):
        reason = _reason_against(expression, source)
        count = None if reason else _count(source, expression)
    if count is not None:
        layer.setSubsetString(expression)
        if layer.featureCount() == count:
            return
        layer.setSubsetString("")
    losses.append(reason or notice("filter", "The filter is not read; all features are shown."))


def _reason_against(expression: str, source: FeatureSource) -> Optional[Notice]:
    """Why an expression that may well run would mean something else than in ArcGIS."""
    outside_texts = _TEXT.sub("''", expression)
    columns = _columns(source)
    for quoted, bracketed in _QUOTED.findall(outside_texts):
        # SQLite takes the quoted name of a missing column for a text.
        if (quoted or bracketed).lower() not in columns:
            return notice("filter", "The filter asks for a field that is not there; all features are shown.")
    words = {word.lower() for word in _WORD.findall(outside_texts)}
    if words & _CLOCKS or words & _date_fields(source.service_layer):
        return notice("filter", "Filters by date are not read; all features are shown.")
    return None


def _date_fields(service_layer: Mapping[str, Any]) -> set[str]:
    fields = service_layer.get("fields")
    return {
        str(field.get("name")).lower()
        for field in (fields if isinstance(fields, list) else [])
        if isinstance(field, Mapping) and field.get("type") == "esriFieldTypeDate"
    }


def _columns(source: FeatureSource) -> set[str]:
    with closing(_read_only(source)) as connection:
        rows = connection.execute("SELECT name FROM pragma_table_info(?)", (source.table,))
        return {str(name).lower() for (name,) in rows}


def _count(source: FeatureSource, expression: str) -> int:
    """How many rows SQLite finds. Raises `sqlite3.Error` where it does not take the expression."""
    table = '"' + source.table.replace('"', '""') + '"'
    deadline = time.monotonic() + _SECONDS
    with closing(_read_only(source)) as connection:
        connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
        connection.set_authorizer(_only_table(source.table))
        statement = " ".join(["SELECT count(*) FROM", table, "WHERE (", expression, ")"])
        (count,) = connection.execute(statement).fetchone()
    return int(count)


def _only_table(table: str):
    """An authorizer that allows one SELECT over one table, and SQLite's own functions."""
    selects = 0

    def allow(action: int, first: Optional[str], second: Optional[str], *_: Optional[str]) -> int:
        nonlocal selects
        if action == sqlite3.SQLITE_SELECT:
            selects += 1
            return sqlite3.SQLITE_OK if selects == 1 else sqlite3.SQLITE_DENY
        reads = action == sqlite3.SQLITE_READ and first is not None and first.lower() == table.lower()
        calls = action == sqlite3.SQLITE_FUNCTION and second != "load_extension"
        return sqlite3.SQLITE_OK if reads or calls else sqlite3.SQLITE_DENY

    return allow


def _read_only(source: FeatureSource) -> sqlite3.Connection:
    return sqlite3.connect(f"{source.file.absolute().as_uri()}?mode=ro", uri=True)
