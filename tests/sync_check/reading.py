"""What a working copy holds, read without the plugin, in the words of the service."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
import sqlite3
import struct
from typing import Any, Optional

from .town import FILES, LAYERS

_ENVELOPES = (0, 32, 48, 48, 64)
_FILE_COLUMNS = {
    "ATT_NAME": "name", "CONTENT_TYPE": "contentType", "DATA": "data", "DATA_SIZE": "size",
    "REL_GLOBALID": "parentGlobalId",
}  # fmt: skip

Rows = dict[str, dict[str, dict[str, Any]]]


def rows_of_copy(path: Path) -> tuple[Rows, list[str]]:
    """Table → GlobalID → values; and what is wrong with the file as it is."""
    wrong: list[str] = []
    found: Rows = {}
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        for table in (*LAYERS, FILES):
            rows = [dict(row) for row in connection.execute(f'SELECT * FROM "{table}"')]
            own = next(name for name in rows[0] if name.casefold() == "globalid") if rows else ""
            ids = [row[own] for row in rows]
            wrong += [f"{table} has {one} twice" for one in set(ids) if ids.count(one) > 1]
            found[table] = {row[own]: _told(table, row) for row in rows}
            wrong += _wrong_counts(connection, table, rows)
    return found, wrong


def _told(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    if table == FILES:
        return {name: row[column] for column, name in _FILE_COLUMNS.items()}
    values = {name: _value(name, value) for name, value in row.items() if name not in ("geom", "fid")}
    return {**values, "geometry": _positions(row["geom"])} if "geom" in row else values


def _value(name: str, value: Any) -> Any:
    if value is None or not name.endswith("_date"):
        return value
    moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
    return round(moment.replace(tzinfo=timezone.utc).timestamp() * 1000)


def _positions(blob: Optional[bytes]) -> Any:
    """The positions of a point or a line in one part."""
    if blob is None:
        return None
    body = blob[8 + _ENVELOPES[blob[3] >> 1 & 7] :]
    (kind,) = struct.unpack_from("<I", body, 1)
    if kind == 1:
        return [struct.unpack_from("<2d", body, 5)]
    if kind == 5:
        body = body[9:]
    (count,) = struct.unpack_from("<I", body, 5)
    return [struct.unpack_from("<2d", body, 9 + 16 * number) for number in range(count)]


def positions_there(geometry: Any) -> Any:
    if geometry is None:
        return None
    if "x" in geometry:
        return [(geometry["x"], geometry["y"])]
    return [tuple(position[:2]) for position in geometry["paths"][0]]


def _wrong_counts(connection: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> list[str]:
    known = connection.execute(
        "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = ?", (table,)
    ).fetchone()
    wrong = []
    if known and known[0] not in (None, len(rows)):
        wrong.append(f"{table} has {len(rows)} rows and counts {known[0]}")
    index = f"rtree_{table}_geom"
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (index,)).fetchone():
        boxes = {row[0]: tuple(row)[1:] for row in connection.execute(f'SELECT * FROM "{index}"')}
        shapes = {row["fid"]: _positions(row["geom"]) for row in rows if row["geom"] is not None}
        if boxes.keys() != shapes.keys():
            wrong.append(f"the index of {table} has {sorted(boxes)} for {sorted(shapes)}")
        for number in boxes.keys() & shapes.keys():
            xs, ys = zip(*shapes[number])
            low_x, high_x, low_y, high_y = boxes[number]
            if not (low_x <= min(xs) and max(xs) <= high_x and low_y <= min(ys) and max(ys) <= high_y):
                wrong.append(f"the index of {table} is wrong for row {number}")
    return wrong
