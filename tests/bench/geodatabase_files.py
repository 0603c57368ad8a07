"""Grows geodatabases for the bench: sample shapes again and again, each at a place of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
import sqlite3
from typing import Any, Optional

import numpy as np

from plugin.core.geodatabase.catalogue import open_geodatabase
from plugin.core.geodatabase.shapes.batch import ShapeBatch, ShapeKind, ShapeLayout, offsets
from plugin.core.geodatabase.shapes.decoder import decode_shapes
from plugin.core.geodatabase.shapes.encoder import encode_shapes, plain_form
from plugin.core.geodatabase.shapes.varint import Integers
from tests.conftest import SAMPLES
from tests.fixtures.geodatabase import DOWNLOADED, FOREVER, Dataset, Field, write_geodatabase

SRID = 3857
CHUNK = 20_000
FIELDS = [
    Field("name", length=40), Field("kind", length=20), Field("remark", length=120),
    Field("street", length=60), Field("number", "SmallInteger"), Field("floors", "Integer"),
    Field("built", "Integer"), Field("height", "Double"), Field("area", "Double"),
    Field("status", "Integer"), Field("seen", "Date"), Field("inspector", length=30), Field("code", "GUID"),
]  # fmt: skip
"""With OBJECTID and GlobalID: 15 columns."""


def grow(path: Path, geometry: str, batch: ShapeBatch, count: int, **options: Any) -> None:
    """A geodatabase with one archived feature class of `count` rows; options as `write_geodatabase`."""
    write_geodatabase(path, [Dataset("Grown", geometry, FIELDS, [], layer_id=0)], **options)
    connection = sqlite3.connect(path)
    connection.create_function("InsertIndexEntry", 4, lambda *_: None)
    connection.execute("PRAGMA synchronous=OFF")
    marks = ", ".join("?" * (len(FIELDS) + 6))
    number = 0
    for blobs in _moved(batch, count):
        rows = [_row(number + k, blob) for k, blob in enumerate(blobs, start=1)]
        connection.executemany(f"INSERT INTO Grown VALUES ({marks})", rows)
        number += len(rows)
    connection.commit()
    connection.close()


def _moved(batch: ShapeBatch, count: int) -> Iterator[list[Optional[bytes]]]:
    rng, made = np.random.default_rng(5), 0
    sizes, original = np.diff(batch.vertex_start), batch.grid_vertices
    batch.srid = np.full(batch.count, SRID)
    while made < count:
        shift = rng.integers(-(10**9), 10**9, (batch.count, 2))
        batch.grid_vertices = original + np.repeat(shift, sizes, axis=0)
        blobs = encode_shapes(batch)[: count - made]
        made += len(blobs)
        yield blobs


def _row(number: int, blob: Optional[bytes]) -> tuple[object, ...]:
    guid = f"{{{number:08X}-0000-4000-8000-000000000000}}"
    attributes = (
        f"Name of number {number}", ("house", "shed", "church")[number % 3], None,
        f"Harbour Street {number % 997}", number % 300, number % 7, 1800 + number % 220,
        number % 91 / 3, number / 7, number % 4, 2458000.5 + number / 1440, "A. Miller", guid,
    )  # fmt: skip
    return (number, *attributes, guid, blob, number, DOWNLOADED, FOREVER)


def points() -> ShapeBatch:
    """The cities of the sample; random places where there is no sample."""
    return _sampled("Cities") or places()


def places() -> ShapeBatch:
    """Random points of Web Mercator, on Esri's grid for it."""
    vertices = np.random.default_rng(6).integers(10**11, 35 * 10**10, (CHUNK, 2))
    return _batch(ShapeKind.POINT, vertices, np.ones(CHUNK, dtype=np.int64))


def lines() -> ShapeBatch:
    """The highways of the sample, 20 vertices each; random walks where there is no sample."""
    return _sampled("Highways") or _walks()


def _sampled(table: str) -> Optional[ShapeBatch]:
    path = SAMPLES / "geodatabase" / "usa.geodatabase"
    if not path.is_file():
        return None
    with open_geodatabase(path) as geodatabase:
        own = geodatabase.table(table)
        if own is None or own.geometry is None:
            return None
        statement = f'SELECT "{own.geometry.column}" FROM "{own.name}"'
        blobs = [row[0] for row in geodatabase.connection.execute(statement)]
        return decode_shapes(blobs, own.geometry.layout, own.geometry.grids)


def _walks() -> ShapeBatch:
    rng = np.random.default_rng(8)
    sizes = rng.integers(2, 39, CHUNK)
    start = offsets(sizes)
    steps = rng.integers(-30_000, 30_000, (int(start[-1]), 2))
    steps[start[:-1]] = rng.integers(2 * 10**11, 4 * 10**11, (CHUNK, 2))
    walks = np.cumsum(steps, axis=0)
    walks -= np.repeat(walks[start[:-1]] - steps[start[:-1]], sizes, axis=0)
    return _batch(ShapeKind.LINE, walks, sizes)


def polygons(vertices: int, holes: int = 0, count: int = CHUNK) -> ShapeBatch:
    """Circles of `vertices` corners with smaller ones as holes in a row inside them."""
    turn = np.linspace(0, 2 * np.pi, vertices)
    ring = np.column_stack((np.cos(turn), np.sin(turn)))
    ring[-1] = ring[0]
    hole = ring[::-1] * 40_000 / (holes + 1)
    middles = [(2 * (k + 1) / (holes + 1) - 1) * 60_000 for k in range(holes)]
    one = np.rint(np.concatenate([ring * 100_000, *(hole + np.array([x, 0]) for x in middles)]))
    one = one.astype(np.int64)
    places = np.random.default_rng(4).integers(2 * 10**11, 4 * 10**11, (count, 1, 2))
    sizes = np.full(count, len(one))
    batch = _batch(ShapeKind.POLYGON, (one[None] + places).reshape(-1, 2), sizes)
    batch.path_start = np.arange(count * (holes + 1)) * vertices
    batch.path_shape = np.repeat(np.arange(count), holes + 1)
    batch.path_is_shell = batch.path_opens_part = np.tile(np.arange(holes + 1) == 0, count)
    return batch


def _batch(kind: ShapeKind, vertices: Integers, sizes: Integers) -> ShapeBatch:
    """Shapes of one part each."""
    count, start = len(sizes), offsets(sizes)
    paths = count if kind in (ShapeKind.LINE, ShapeKind.POLYGON) else 0
    ones = np.ones(paths, dtype=bool)
    return ShapeBatch(
        layout=ShapeLayout(kind), count=count, grid_vertices=vertices, vertices=vertices.astype(float),
        vertex_start=start, path_start=start[:-1][:paths], path_shape=np.arange(paths),
        path_is_shell=ones, path_opens_part=ones, absent=np.zeros(count, dtype=bool),
        srid=np.full(count, SRID), form=np.full(count, plain_form(kind, 1)),
        flags=np.ones(count, dtype=np.int64),
    )  # fmt: skip
