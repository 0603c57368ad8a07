"""Fuzzes the readers of geodatabases: geometry blobs by the million, whole files by the thousand.

    .venv/bin/python -m tests.core.geodatabase.fuzz [--blobs 1000000] [--files 20000] [--seed 1]

The corpus is every blob of the samples (and of fixture files, so that it runs without samples) and
small geodatabases with all kinds of tables. Whatever is done to them, the outcome must be a shape
that an independent reader sees the same way, or a named reason; a working copy, or a named error;
never another exception, more than ten seconds, or more than 400 MiB.
"""

from __future__ import annotations

import argparse
from collections import Counter
import json
from pathlib import Path
import random
import resource
import signal
import sys
import tempfile
import time

from osgeo import ogr

from plugin.core.errors import OfflineMapError
from plugin.core.geodatabase.catalogue import open_geodatabase
from plugin.core.geodatabase.layer_json import describe_layer
from plugin.core.geodatabase.shapes.batch import Grid, ShapeKind, ShapeLayout
from plugin.core.geodatabase.shapes.decoder import decode_shapes
from plugin.core.host import Silent
from plugin.core.working_copy.wkb_writer import to_geopackage_blobs, to_wkb
from plugin.core.working_copy.write import write_working_copy
from tests.conftest import SAMPLES
from tests.fixtures.geodatabase import Dataset, Domain, Field, Row, attachment_dataset, write_geodatabase

from .kinds import KINDS
from .oracle import scalar_decode
from .shapes import GRID, SRID, blobs_of, wkb

BATCH = 400
SECONDS = 10
MEBIBYTES = 400
TEXTS = {
    ShapeLayout(ShapeKind.POINT): ["POINT (1 2)", "POINT EMPTY"],
    ShapeLayout(ShapeKind.POINT, True, True): ["POINT ZM (1 2 3 4)"],
    ShapeLayout(ShapeKind.MULTIPOINT, True): ["MULTIPOINT Z ((1 2 3),(3 4 5))"],
    ShapeLayout(ShapeKind.LINE): [
        "LINESTRING (0 0,1 1,2 0)",
        "MULTILINESTRING ((0 0,1 1),(5 5,6 6,7 7),(8 8,9 9))",
    ],
    ShapeLayout(ShapeKind.POLYGON): [
        "POLYGON ((0 0,9 0,9 9,0 9,0 0),(2 2,2 4,4 4,4 2,2 2))",
        "MULTIPOLYGON (((0 0,9 0,9 9,0 0)),((20 20,30 20,30 30,20 20),(25 21,28 22,28 21,25 21)))",
    ],
}

Corpus = dict[ShapeLayout, tuple[list[bytes], dict[int, Grid]]]


def corpus() -> Corpus:
    """Blobs by layout, with the grids that they need."""
    found: Corpus = {}
    for layout, texts in TEXTS.items():
        found[layout] = ([blob for blob in blobs_of(layout, *texts) if blob], {SRID: GRID})
    for path in sorted(SAMPLES.rglob("*.geodatabase")):
        with open_geodatabase(path) as geodatabase:
            for table in geodatabase.tables:
                if table.geometry is None:
                    continue
                blobs, grids = found.setdefault(table.geometry.layout, ([], {}))
                grids.update(table.geometry.grids)
                statement = f'SELECT "{table.geometry.column}" FROM "{table.name}" LIMIT 500'
                blobs += [row[0] for row in geodatabase.connection.execute(statement) if len(row[0]) < 4000]
    return found


def mutated(chance: random.Random, raw: bytes, others: list[bytes]) -> bytes:
    """One of several kinds of damage, mild ones more often."""
    data = bytearray(raw)
    kind = chance.randrange(8)
    at = chance.randrange(len(data))
    if kind <= 2:
        data[at] ^= 1 << chance.randrange(8)
    elif kind == 3:
        for _ in range(chance.randrange(1, 9)):
            data[chance.randrange(len(data))] = chance.choice((0, 1, 0x3F, 0x40, 0x7F, 0x80, 0xFF, at & 0xFF))
    elif kind == 4:
        del data[at:]
    elif kind == 5:
        data[at:at] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 12)))
    elif kind == 6:
        other = chance.choice(others)
        data[at:] = other[chance.randrange(len(other)) :]
    else:
        data[chance.randrange(min(22, len(data)))] = chance.randrange(256)
    return bytes(data)


def too_slow(*_: object) -> None:
    raise TimeoutError(f"more than {SECONDS} seconds")


def fuzz_blobs(count: int, chance: random.Random) -> Counter[str]:
    """Decodes `count` damaged blobs; returns how often which outcome came."""
    outcomes: Counter[str] = Counter()
    pools = [(layout, blobs, grids) for layout, (blobs, grids) in corpus().items()]
    done = 0
    while done < count:
        layout, blobs, grids = chance.choice(pools)
        size = min(BATCH, count - done)
        damaged = [mutated(chance, chance.choice(blobs), blobs) for _ in range(size)]
        signal.alarm(SECONDS)
        batch = decode_shapes(damaged, layout, grids)
        whole, packed = to_wkb(batch), to_geopackage_blobs(batch, 4326)
        signal.alarm(0)
        for index, raw in enumerate(whole):
            reason = batch.problems.get(index)
            if (raw is None) != (reason is not None) or (packed[index] is None) != (raw is None):
                raise AssertionError(f"neither shape nor reason: {damaged[index].hex()}")
            outcomes[reason.text if reason else "a shape"] += 1
            if raw is not None:
                compare(batch, index, damaged[index], raw)
        done += size
    return outcomes


def compare(batch: object, index: int, blob: bytes, raw: bytes) -> None:
    """What was accepted must be what a byte-by-byte reading finds, and readable by OGR."""
    start, end = batch.vertex_start[index : index + 2]  # type: ignore[attr-defined]
    vertices = batch.grid_vertices[start:end].tolist()  # type: ignore[attr-defined]
    if vertices != scalar_decode(blob):
        raise AssertionError(f"another shape: {blob.hex()}")
    if ogr.CreateGeometryFromWkb(raw) is None:
        raise AssertionError(f"no geometry for OGR: {blob.hex()}")


def seeds(folder: Path) -> list[bytes]:
    """Small geodatabases with everything in them."""
    status = Domain("Status", "Integer", {1: "one", 2: "two"})
    fields = [
        Field("name"),
        Field("status", "Integer", domain=status),
        Field("seen", "Date"),
        Field("b", "Blob"),
    ]
    values = {"name": "Zürich", "status": 1, "seen": 2458000.5, "b": b"123"}
    made = []
    for number, layout in enumerate(TEXTS):
        geometry = {
            ShapeKind.POINT: "Point",
            ShapeKind.MULTIPOINT: "Multipoint",
            ShapeKind.LINE: "Polyline",
        }.get(layout.kind, "Polygon")
        rows = [Row(wkb(text), values) for text in TEXTS[layout] * 6]
        layer = Dataset(
            "Things",
            geometry,
            fields,
            rows,
            layer_id=0,
            has_z=layout.has_z,
            has_m=layout.has_m,
            archived=number % 2 == 0,
        )
        files = attachment_dataset(layer, [(layer.id_of(rows[0], 1), "a.jpg", "image/jpeg", b"1" * 3000)])
        path = write_geodatabase(folder / f"{number}.geodatabase", [layer, files], wal=number == 1)
        made.append(path.read_bytes())
    for name in ("meaning in JSON", "meaning in broken XML", "relations", "ArcGIS Pro", "names"):
        made.append(KINDS[name](folder / "kind.geodatabase").read_bytes())
    return made


def fuzz_files(count: int, chance: random.Random) -> Counter[str]:
    """Converts `count` damaged files; returns how often which outcome came."""
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        originals = seeds(folder)
        path, target = folder / "x.geodatabase", folder / "x.gpkg"
        for _ in range(count):
            raw = bytearray(chance.choice(originals))
            for _ in range(chance.choice((1, 1, 3, 10, 60))):
                at = chance.randrange(16, len(raw))
                raw[at] = chance.choice((chance.randrange(256), raw[at] ^ 1 << chance.randrange(8)))
            if chance.random() < 0.05:
                page = 4096 * chance.randrange(1, len(raw) // 4096)
                other = 4096 * chance.randrange(0, len(raw) // 4096)
                raw[page : page + 4096] = raw[other : other + 4096]
            path.write_bytes(raw)
            signal.alarm(SECONDS)
            outcomes[converted(path, target)] += 1
            signal.alarm(0)
    return outcomes


def converted(path: Path, target: Path) -> str:
    try:
        copy = write_working_copy(path, target, Silent())
    except OfflineMapError as error:
        if path.name not in str(error) and target.name not in str(error):
            raise AssertionError(f"an error that names no file: {error}") from error
        return type(error).__name__
    with open_geodatabase(path) as geodatabase:
        for table in geodatabase.tables:
            json.dumps(describe_layer(table, geodatabase.relationships))
    failed = [table for table in copy.tables if table.error]
    if any(table.name not in str(table.error) for table in failed):
        raise AssertionError("an error that names no table")
    return "some tables" if failed else "all tables"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--blobs", type=int, default=1_000_000)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, too_slow)
    ogr.UseExceptions()
    for name, run, count in (("blobs", fuzz_blobs, options.blobs), ("files", fuzz_files, options.files)):
        start = time.monotonic()
        outcomes = run(count, random.Random(options.seed))
        sys.stdout.write(f"{count:,} {name} in {time.monotonic() - start:.0f} s\n")
        for outcome, times in outcomes.most_common():
            sys.stdout.write(f"  {times:>9,}  {outcome}\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    sys.stdout.write(f"peak memory {peak} MiB\n")
    if peak > MEBIBYTES:
        raise SystemExit("more memory than the bound")


if __name__ == "__main__":
    main()
