"""An author's filter (`definitionExpression`) on a GeoPackage: set only when it is proven.

QGIS accepts SQL that does not work and shows an empty layer; other expressions work and mean
something else in SQLite. So the filter is read, said again in
SQLite's own words, counted by SQLite on a connection that can read this one table and nothing
else, and counted by QGIS afterwards. Where it is not read, or the two disagree, the layer stays
unfiltered, and that is said: never an empty layer, never quietly a wider one.

QGIS counts by reading the features, as when it draws them. `featureCount()` is no proof: of a table of
100,000 rows and more it tells all rows, and -1 once another layer of the file has been filtered, because
that puts the file into WAL mode, which the handle that it asks cannot read.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
import sqlite3
import time
from typing import Any, Optional

from qgis.core import Qgis, QgsFeatureRequest, QgsFields, QgsVectorLayer
from qgis.PyQt.QtCore import QMetaType

from ...core.json_value import json_object
from ...core.notice import Notice, notice
from ...core.offline_map.ready_map import FeatureSource
from ...core.sql.expression import to_expression
from ...core.sql.parser import parse_filter
from ...core.sql.sqlite import to_sqlite
from ...core.sql.tree import FilterNotRead
from ...core.sql.writer import Columns, FilterColumn, SqlKind, quoted_name
from ...core.storage import database_to_read

_SECONDS = 5.0  # longer than any honest filter takes to count
_STEPS = 10_000  # virtual machine steps between two looks at the clock
_KINDS = {
    QMetaType.Type.QString: SqlKind.TEXT,
    QMetaType.Type.QDate: SqlKind.DATE,
    QMetaType.Type.QDateTime: SqlKind.DATE,
    QMetaType.Type.QByteArray: SqlKind.UNKNOWN,
}


def set_filter(
    layer: QgsVectorLayer, expression: object, source: FeatureSource, losses: list[Notice]
) -> None:
    """Sets the filter where SQLite and QGIS count the same features by it."""
    if not isinstance(expression, str) or not expression.strip():
        return
    try:
        condition = to_sqlite(parse_filter(expression), filter_columns(layer.fields(), source.service_layer))
    except FilterNotRead as reason:
        losses += [notice("filter", "The filter is not supported; all features are shown."), reason.notice]
        return
    count = None
    with suppress(sqlite3.Error, sqlite3.Warning):
        count = _count(source, condition)
    if count is not None:
        layer.setSubsetString(condition)
        if _shown(layer, count + 1) == count:
            return
        layer.setSubsetString("")
    losses.append(notice("filter", "The filter could not be checked; all features are shown."))


def filter_expression(
    condition: object, fields: QgsFields, service_layer: Mapping[str, Any], losses: list[Notice]
) -> Optional[str]:
    """An SQL condition as a QGIS expression; empty for none, None and a loss for one that is not read."""
    if not isinstance(condition, str) or not condition.strip():
        return ""
    try:
        return to_expression(parse_filter(condition), filter_columns(fields, service_layer))
    except FilterNotRead as reason:
        losses.append(reason.notice)
        return None


def filter_columns(fields: QgsFields, service_layer: Mapping[str, Any]) -> Columns:
    """What a filter may ask for: no dates of a service that keeps another time than UTC."""
    zone = json_object(service_layer.get("dateFieldsTimeReference")).get("timeZone")
    local = isinstance(zone, str) and zone.upper() not in ("", "UTC", "ETC/UTC")
    columns = {}
    for field in fields:
        kind = _KINDS.get(QMetaType.Type(field.type()), SqlKind.NUMBER)
        if not (local and kind is SqlKind.DATE):
            columns[field.name().casefold()] = FilterColumn(field.name(), kind)
    return columns


def _count(source: FeatureSource, condition: str) -> int:
    """How many rows SQLite finds. Raises `sqlite3.Error` where it does not take the condition."""
    deadline = time.monotonic() + _SECONDS
    with database_to_read(source.file) as connection:
        connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
        connection.set_authorizer(_only_table(source.table))
        statement = " ".join(["SELECT count(*) FROM", quoted_name(source.table), "WHERE (", condition, ")"])
        (count,) = connection.execute(statement).fetchone()
    return int(count)


def _shown(layer: QgsVectorLayer, most: int) -> int:
    """How many features QGIS reads, counted up to `most`."""
    request = QgsFeatureRequest().setFlags(Qgis.FeatureRequestFlag.NoGeometry)
    request.setNoAttributes().setLimit(most)
    return sum(1 for _ in layer.getFeatures(request))


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
