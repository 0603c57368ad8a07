"""Reads a mobile geodatabase: the service and layers it was made of, its rows and attachments."""

from __future__ import annotations

from contextlib import closing
import json
from pathlib import Path
import re
import sqlite3
from typing import Any, Optional

from .behaviour import Json
from .layers import GEOMETRY, Grid, SourceLayer
from .shape_blobs import geometry_of
from .store import Values

_LAST_MOMENT = 5373484.4999


def source_layers(path: Path) -> list[SourceLayer]:
    """Every layer and table of the service that the file is a replica of, with its current rows."""
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as source:
        source.row_factory = sqlite3.Row
        source.create_collation("ICUFOLDCASE", lambda a, b: (a > b) - (a < b))
        items = source.execute(
            "SELECT ItemId, DatasetName, ItemInfo FROM GDB_ServiceItems WHERE ItemType = 1"
        )
        return [
            _layer(source, name, {**json.loads(info), "id": number})
            for number, name, info in items.fetchall()
        ]


def _layer(source: sqlite3.Connection, table: str, layer: Json) -> SourceLayer:
    shape = source.execute(
        "SELECT f_geometry_column FROM st_geometry_columns WHERE lower(f_table_name) = lower(?)", (table,)
    ).fetchone()
    grid = _grid(source, table) if shape else None
    rows = [_row(row, layer, shape[0] if shape else "", grid) for row in _current(source, table)]
    return SourceLayer(layer, rows, _attachments(source, table), grid, _generation(source, layer["id"]))


def _current(source: sqlite3.Connection, table: str) -> list[sqlite3.Row]:
    """Rows of the present; archived tables hold the past as well."""
    columns = [row["name"] for row in source.execute(f'PRAGMA table_info("{table}")')]
    where = f"WHERE gdb_to_date > {_LAST_MOMENT}" if "gdb_to_date" in columns else ""
    return source.execute(f'SELECT * FROM "{table}" {where}').fetchall()


def _row(row: sqlite3.Row, layer: Json, shape: str, grid: Optional[Grid]) -> Values:
    values: Values = {}
    for own in layer["fields"]:
        if own["name"] not in row.keys():  # noqa: SIM118 - a row's `in` looks at its values
            continue
        value = row[own["name"]]
        if own["type"] == "esriFieldTypeDate" and value is not None:
            value = round((value - 2440587.5) * 86400000)
        values[own["name"]] = value
    if grid is not None and row[shape] is not None:
        values[GEOMETRY] = geometry_of(row[shape], grid)
    return values


def _attachments(source: sqlite3.Connection, table: str) -> list[Values]:
    name = f"{table}__ATTACH"
    found = source.execute("SELECT name FROM sqlite_master WHERE lower(name) = lower(?)", (name,)).fetchone()
    return [] if found is None else [
        {
            "attachmentId": row["ATTACHMENTID"],
            "globalId": row["GLOBALID"],
            "parentGlobalId": row["REL_GLOBALID"],
            "name": row["ATT_NAME"],
            "contentType": row["CONTENT_TYPE"],
            "size": row["DATA_SIZE"],
            "data": row["DATA"],
        }
        for row in _current(source, found["name"])
    ]  # fmt: skip


def _grid(source: sqlite3.Connection, table: str) -> Grid:
    private = source.execute(
        "SELECT a.falsex, a.falsey, a.xyunits, a.falsez, a.zunits FROM st_geometry_columns AS g"
        " JOIN st_aux_spatial_reference_systems AS a ON a.srid = g.srid"
        " WHERE lower(g.f_table_name) = lower(?) AND g.srid > 300000",
        (table,),
    ).fetchone()
    if private is not None:
        return Grid(*private)
    xml = source.execute(
        "SELECT Definition FROM GDB_Items WHERE Name = ? AND Definition LIKE '%<XYScale>%'",
        (f"main.{table}",),
    ).fetchone()[0]
    values: list[Any] = [
        float(match[1]) if (match := re.search(f"<{name}>([^<]+)</{name}>", xml)) else default
        for name, default in (
            ("XOrigin", 0.0), ("YOrigin", 0.0), ("XYScale", 10000.0),
            ("ZOrigin", -100000.0), ("ZScale", 10000.0),
        )
    ]  # fmt: skip
    return Grid(*values)


def _generation(source: sqlite3.Connection, layer_id: int) -> int:
    """The server's generation that the file holds of a layer: in the per-replica model the replica's."""
    rows = source.execute(
        "SELECT Definition FROM GDB_Items WHERE Definition LIKE '%GPSyncDataset%' AND Definition NOT LIKE"
        " '%GPSyncReplica%'"
    )
    for (xml,) in rows:
        if f"<LayerID>{layer_id}</LayerID>" in xml:
            match = re.search(r"<ReplicaServerGen>(\d+)<", xml)
            if match:
                return int(match[1])
    replica = source.execute(
        "SELECT Definition FROM GDB_Items WHERE Definition LIKE '%GPSyncReplica%'"
    ).fetchone()
    match = re.search(r"<ReplicaServerGen>(\d+)<", replica[0]) if replica else None
    return int(match[1]) if match else 0
