"""Bench: mobile geodatabase → working copy, against ogr2ogr GeoPackage → GeoPackage.

    .venv/bin/python -m tests.bench.geodatabase [--scale 0.1] [--ogr2ogr PATH …] [--keep FOLDER]

Grows four files (points, lines, small polygons, many-holed polygons), from sample geometries where
the samples are there, converts each in a process of its own, and has every given ogr2ogr copy the
result with spatial index, interleaved, best of three. Prints CPU seconds (user + system), wall,
rows per second, ratio and peak memory; “select” is the bare reading of the same rows.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
import os
from pathlib import Path
import sqlite3
import subprocess
import sys
import tempfile
import time
from typing import Optional

import numpy as np

from plugin.core.geodatabase.catalogue import open_geodatabase
from plugin.core.geodatabase.shape import decode_shapes
from plugin.core.geodatabase.shape_batch import Kind, Layout, ShapeBatch, offsets
from plugin.core.geodatabase.shape_encoder import encode_shapes, plain_form
from tests.conftest import SAMPLES
from tests.fixtures.geodatabase import DOWNLOADED, FOREVER, Dataset, Field, write_geodatabase

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 3
CHUNK = 20_000
FIELDS = [
    Field("name", length=40), Field("kind", length=20), Field("remark", length=120), Field("street", length=60),
    Field("number", "SmallInteger"), Field("floors", "Integer"), Field("built", "Integer"),
    Field("height", "Double"), Field("area", "Double"), Field("status", "Integer"),
    Field("seen", "Date"), Field("inspector", length=30), Field("code", "GUID"),
]  # fmt: skip


@dataclass(frozen=True)
class Measured:
    cpu: float
    wall: float
    peak: int

    def better(self, other: Optional[Measured]) -> Measured:
        return self if other is None or self.cpu < other.cpu else other


def run(command: list[str]) -> Measured:
    """One process from start to end: CPU seconds, wall, peak memory in MiB."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command[0]} failed: {process.stderr.read().decode() if process.stderr else ''}")
    return Measured(usage.ru_utime + usage.ru_stime, time.perf_counter() - start, usage.ru_maxrss >> 10)


def sampled(file: str, table: str) -> Optional[ShapeBatch]:
    """The shapes of a sample table; None where the samples are not on this machine."""
    path = SAMPLES / file
    if not path.is_file():
        return None
    with open_geodatabase(path) as geodatabase:
        own = geodatabase.table(table)
        if own is None or own.geometry is None:
            return None
        rows = geodatabase.connection.execute(f'SELECT "{own.geometry.column}" FROM "{own.name}"').fetchall()
        return decode_shapes([row[0] for row in rows], own.geometry.layout, own.geometry.grids)


def circles(count: int, vertices: int, holes: int = 0) -> ShapeBatch:
    """Polygons of `vertices` corners with smaller circles as holes in a row inside them."""
    turn = np.linspace(0, 2 * np.pi, vertices)
    ring = np.column_stack((np.cos(turn), np.sin(turn)))
    ring[-1] = ring[0]
    paths = [ring * 100_000] + [
        ring[::-1] * 40_000 / (holes + 1) + [(2 * (k + 1) / (holes + 1) - 1) * 60_000, 0]
        for k in range(holes)
    ]
    one = np.rint(np.concatenate(paths)).astype(np.int64)
    places = np.random.default_rng(4).integers(2 * 10**11, 4 * 10**11, (count, 1, 2))
    points = (one[None] + places).reshape(-1, 2)
    rings = count * len(paths)
    shells = np.tile(np.arange(len(paths)) == 0, count)
    return ShapeBatch(
        layout=Layout(Kind.POLYGON), count=count, grid_vertices=points, vertices=points.astype(float),
        vertex_start=np.arange(count + 1) * len(one), path_start=np.arange(rings) * vertices,
        path_shape=np.repeat(np.arange(count), len(paths)), path_is_shell=shells, path_opens_part=shells,
        absent=np.zeros(count, dtype=bool), srid=np.full(count, 3857),
        form=np.full(count, plain_form(Kind.POLYGON, 1)), flags=np.ones(count, dtype=np.int64),
    )  # fmt: skip


def grown(batch: ShapeBatch, count: int) -> Iterator[list[Optional[bytes]]]:
    """Blobs of `count` shapes: the batch again and again, each shape moved to a place of its own."""
    rng, made = np.random.default_rng(5), 0
    sizes = np.diff(batch.vertex_start)
    original = batch.grid_vertices
    batch.srid = np.full(batch.count, 3857)
    while made < count:
        shift = rng.integers(-(10**9), 10**9, (batch.count, 2))
        batch.grid_vertices = original + np.repeat(shift, sizes, axis=0)
        blobs = encode_shapes(batch)[: count - made]
        made += len(blobs)
        yield blobs


def random_points(count: int) -> ShapeBatch:
    points = np.random.default_rng(6).integers(10**11, 4 * 10**11, (count, 2))
    none = np.zeros(0, dtype=np.int64)
    return ShapeBatch(
        layout=Layout(Kind.POINT), count=count, grid_vertices=points, vertices=points.astype(float),
        vertex_start=np.arange(count + 1), path_start=none, path_shape=none, path_is_shell=none.astype(bool),
        path_opens_part=none.astype(bool), absent=np.zeros(count, dtype=bool), srid=np.full(count, 3857),
        form=np.ones(count, dtype=np.int64), flags=np.ones(count, dtype=np.int64),
    )  # fmt: skip


def random_lines(count: int) -> ShapeBatch:
    rng = np.random.default_rng(8)
    sizes = rng.integers(2, 39, count)
    start = offsets(sizes)
    steps = rng.integers(-30_000, 30_000, (int(start[-1]), 2))
    steps[start[:-1]] = rng.integers(2 * 10**11, 4 * 10**11, (count, 2))
    points = np.cumsum(steps, axis=0)
    points -= np.repeat(points[start[:-1]] - steps[start[:-1]], sizes, axis=0)
    ones = np.ones(count, dtype=bool)
    return ShapeBatch(
        layout=Layout(Kind.LINE), count=count, grid_vertices=points, vertices=points.astype(float),
        vertex_start=start, path_start=start[:-1], path_shape=np.arange(count), path_is_shell=ones,
        path_opens_part=ones, absent=~ones, srid=np.full(count, 3857),
        form=np.full(count, plain_form(Kind.LINE, 1)), flags=np.ones(count, dtype=np.int64),
    )  # fmt: skip


def grow(path: Path, geometry: str, batch: ShapeBatch, count: int) -> None:
    """A geodatabase with one archived feature class of `count` rows and 15 attribute columns."""
    write_geodatabase(path, [Dataset("Grown", geometry, FIELDS, [], layer_id=0)])
    connection = sqlite3.connect(path)
    connection.create_function("InsertIndexEntry", 4, lambda *_: None)
    connection.execute("PRAGMA synchronous=OFF")
    marks = ", ".join("?" * (len(FIELDS) + 6))
    number = 0
    for blobs in grown(batch, count):
        rows = []
        for blob in blobs:
            number += 1
            rows.append(_row(number, blob))
        connection.executemany(f"INSERT INTO Grown VALUES ({marks})", rows)
    connection.commit()
    connection.close()


def _row(number: int, blob: Optional[bytes]) -> tuple[object, ...]:
    guid = f"{{{number:08X}-0000-4000-8000-000000000000}}"
    attributes = (
        f"Name of number {number}", ("house", "shed", "church")[number % 3], None, f"Harbour Street {number % 997}",
        number % 300, number % 7, 1800 + number % 220, number % 91 / 3, number / 7, number % 4,
        2458000.5 + number / 1440, "A. Miller", guid,
    )  # fmt: skip
    return (number, *attributes, guid, blob, number, DOWNLOADED, FOREVER)


CONVERT = (
    "import sys; from pathlib import Path; from plugin.core.geodatabase.working_copy import write_working_copy;"
    "from plugin.core.host import Silent;"
    "t = write_working_copy(Path(sys.argv[1]), Path(sys.argv[2]), Silent()).tables[0];"
    "sys.exit(t.error and str(t.error))"
)
SELECT = (
    "import sqlite3, sys, collections; c = sqlite3.connect(sys.argv[1]);"
    "c.text_factory = bytes; collections.deque(c.execute('SELECT * FROM Grown'), maxlen=0)"
)


def measure(name: str, path: Path, count: int, tools: list[str]) -> None:
    """Prints one line of the table."""
    copy = path.with_suffix(".gpkg")
    python = sys.executable
    ours: Optional[Measured] = None
    select: Optional[Measured] = None
    theirs: dict[str, Measured] = {}
    for _ in range(ROUNDS):
        ours = run([python, "-c", CONVERT, str(path), str(copy)]).better(ours)
        for tool in tools:
            again = path.with_suffix(".again.gpkg")
            again.unlink(missing_ok=True)
            theirs[tool] = run([tool, "-f", "GPKG", str(again), str(copy)]).better(theirs.get(tool))
            again.unlink()
        select = run([python, "-c", SELECT, str(path)]).better(select)
    assert ours is not None and select is not None
    print(
        f"| {name} | {count:,} | {ours.cpu:.2f} | {ours.wall:.2f} | {count / ours.wall / 1000:.0f} k/s |"
        f" {ours.peak} MiB | {select.cpu:.2f} | "
        + " | ".join(
            f"{m.cpu:.2f} | {m.wall:.2f} | {m.cpu / ours.cpu:.2f} | {m.wall / ours.wall:.2f}"
            for m in theirs.values()
        )
        + " |",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--ogr2ogr", action="append")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--only", action="append")
    options = parser.parse_args()
    tools = options.ogr2ogr or ["ogr2ogr"]
    cases: dict[str, tuple[str, int, Callable[[int], ShapeBatch]]] = {
        "points": ("Point", 1_000_000, lambda _: sampled("geodatabase/usa.geodatabase", "Cities") or random_points(CHUNK)),
        "lines": ("Polyline", 200_000, lambda _: sampled("geodatabase/usa.geodatabase", "Highways") or random_lines(CHUNK)),
        "polygons": ("Polygon", 200_000, lambda _: circles(CHUNK, 15)),
        "holed": ("Polygon", 5_000, lambda n: circles(min(n, 1000), 19, 19)),
    }  # fmt: skip
    heads = " | ".join(
        f"{Path(t).parent.parent.name or t} cpu | wall | cpu ratio | wall ratio" for t in tools
    )
    print(f"| case | rows | cpu s | wall s | speed | peak | select cpu | {heads} |")
    print("|---" * (7 + 4 * len(tools)) + "|")
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for name, (geometry, rows, make) in cases.items():
            if options.only and name not in options.only:
                continue
            count = max(int(rows * options.scale), 100)
            path = folder / f"{name}.geodatabase"
            if not path.is_file():
                grow(path, geometry, make(count), count)
            measure(name, path, count, tools)


if __name__ == "__main__":
    main()
