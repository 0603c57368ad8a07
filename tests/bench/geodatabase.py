"""Bench: mobile geodatabase → working copy, against ogr2ogr GeoPackage → GeoPackage.

    .venv/bin/python -m tests.bench.geodatabase [--scale 0.1] [--ogr2ogr PATH …] [--keep FOLDER]

Grows four files (points, lines, small polygons, many-holed polygons), converts each in a process of
its own, and has every given ogr2ogr copy the result with its spatial index, in turns, best of three.
CPU (user + system) and wall are those of the conversion itself, without the start of Python; of
ogr2ogr those of the process, which starts in a few hundredths of a second. A ratio above 1 says how
many times ogr2ogr takes longer. “select” is the CPU of the bare reading of the same rows.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
import os
from pathlib import Path
import subprocess
import sys
import tempfile
import time
from typing import Optional

from plugin.core.geodatabase.shapes.batch import ShapeBatch

from .geodatabase_files import grow, lines, points, polygons

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 3
CASES: dict[str, tuple[str, int, Callable[[], ShapeBatch]]] = {
    "points": ("Point", 1_000_000, points),
    "lines": ("Polyline", 200_000, lines),
    "polygons": ("Polygon", 200_000, lambda: polygons(15)),
    "holed": ("Polygon", 5_000, lambda: polygons(19, 19, 1_000)),
}
CONVERT = """
import sys, time
from pathlib import Path
from plugin.core.working_copy.write import write_working_copy
from plugin.core.host import Silent
cpu, wall = time.process_time(), time.perf_counter()
(table,) = write_working_copy(Path(sys.argv[1]), Path(sys.argv[2]), Silent()).tables
cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
status = Path("/proc/self/status").read_text().split()
print(cpu, wall, int(status[status.index("VmHWM:") + 1]) >> 10)
sys.exit(table.error and str(table.error))
"""
SELECT = """
import collections, sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1])
connection.text_factory = bytes
cpu, wall = time.process_time(), time.perf_counter()
collections.deque(connection.execute("SELECT * FROM Grown"), maxlen=0)
print(time.process_time() - cpu, time.perf_counter() - wall, 0)
"""


@dataclass(frozen=True)
class Measured:
    """CPU and wall seconds; peak memory of the whole process in MiB, 0 where nobody asks for it."""

    cpu: float
    wall: float
    peak: int

    def best(self, other: Optional[Measured]) -> Measured:
        return self if other is None or self.cpu < other.cpu else other


def run(*command: object) -> Measured:
    """One process; of ours what it prints of itself, of others the whole process counts."""
    # GDAL loads OpenBLAS, whose idle threads would count as a tenth of a second of its CPU.
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    words = [str(word) for word in command]
    start = time.perf_counter()
    process = subprocess.Popen(
        words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    output, errors = process.stdout.read(), process.stderr.read()  # type: ignore[union-attr]
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command[0]} failed: {errors}")
    if command[0] == sys.executable:
        cpu, wall, peak = output.split()
        return Measured(float(cpu), float(wall), int(peak))
    return Measured(usage.ru_utime + usage.ru_stime, time.perf_counter() - start, 0)


def measure(name: str, path: Path, count: int, tools: list[str]) -> str:
    """One line of the table."""
    copy, again = path.with_suffix(".gpkg"), path.with_suffix(".again.gpkg")
    ours = select = None
    theirs: dict[str, Measured] = {}
    for _ in range(ROUNDS):
        ours = run(sys.executable, "-c", CONVERT, path, copy).best(ours)
        for tool in tools:
            again.unlink(missing_ok=True)
            theirs[tool] = run(tool, "-f", "GPKG", again, copy).best(theirs.get(tool))
        again.unlink()
        select = run(sys.executable, "-c", SELECT, path).best(select)
    cells = [name, f"{count:,}", f"{ours.cpu:.2f}", f"{ours.wall:.2f}", f"{count / ours.wall / 1000:.0f} k"]
    cells += [f"{ours.peak} MiB", f"{select.cpu:.2f}"]
    for other in theirs.values():
        cells += [f"{other.cpu:.2f}", f"{other.wall:.2f}"]
        cells += [f"{other.cpu / ours.cpu:.2f}", f"{other.wall / ours.wall:.2f}"]
    return "| " + " | ".join(cells) + " |\n"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full row counts")
    parser.add_argument("--ogr2ogr", action="append", help="an ogr2ogr to compare with; may be repeated")
    parser.add_argument("--keep", type=Path, help="folder that keeps the grown files for the next run")
    parser.add_argument("--only", action="append", choices=list(CASES))
    options = parser.parse_args()
    tools = options.ogr2ogr or ["ogr2ogr"]
    heads = ["case", "rows", "cpu s", "wall s", "rows/s", "peak", "select"]
    for tool in tools:
        version = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout
        heads += [" ".join(version.split()[:2]).rstrip(",") + " cpu s", "wall s", "cpu ratio", "wall ratio"]
    sys.stdout.write("| " + " | ".join(heads) + " |\n" + "|---" * len(heads) + "|\n")
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for name in options.only or CASES:
            geometry, rows, make = CASES[name]
            count = max(int(rows * options.scale), 100)
            path = folder / f"{name}.{count}.geodatabase"
            if not path.is_file():
                grow(path, geometry, make(), count)
            sys.stdout.write(measure(name, path, count, tools))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
