"""Bench: tile packages read, converted and drawn, against the plainest way to do the same.

    .venv/bin/python -m tests.bench.tiles [--side 320] [--rounds 3] [--tpkutils PYTHON] [--gdal PYTHON]
        [--keep FOLDER]

Writes a package of side × side JPEG tiles (320: 102,400 tiles, 1 GB) as .tpkx and .tpk, and a vector tile
package whose one bundle is larger than 50 MB. Every figure stands beside its anchor of the same run,
interleaved, best of the rounds: iteration beside a raw read of the file, conversions (each in a process
of its own, fsync included) beside a file copy with fsync and beside PyPI's tpkutils, drawing beside the
same tiles in an MBTiles file. `--tpkutils` names a Python that has tpkutils, `--gdal` one that has rasterio,
whose wheel brings a GDAL that reads .tpkx (python -m venv X; X/bin/pip install tpkutils rasterio): what
gdal_translate does is the copy between drivers that it calls. It is so slow that it gets a small package
of its own. Prints a Markdown table; what was skipped stands in it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
import os
from pathlib import Path
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np

from plugin.core.tiles.tile_package import open_tile_package
from tests.bench.tile_programs import CONVERT, DRAW, FIRST, TPKUTILS, TRANSLATE
from tests.fixtures.tile_grids import WEB_MERCATOR, WEB_MERCATOR_512
from tests.fixtures.tile_package import write_tpk, write_tpkx, write_vtpk
from tests.fixtures.tile_package_pictures import jpeg, vector_tile

ROOT = Path(__file__).resolve().parents[2]
LEVEL = 9
READ = 2 << 20


def printed(python: str, program: str, *arguments: str) -> list[float]:
    """The numbers that a process of its own prints."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    command = [python, "-c", program, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    return [float(word) for word in done.stdout.split()]


def timed(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def raw_read(path: Path) -> None:
    with path.open("rb", buffering=0) as file:
        while file.read(READ):
            continue


def iterate(path: Path) -> None:
    with open_tile_package(path) as package:
        for _ in package.tiles():
            continue


def copy(path: Path, target: Path) -> None:
    shutil.copyfile(path, target)
    with target.open("rb+") as file:
        os.fsync(file.fileno())


def write_packages(folder: Path, side: int) -> tuple[Path, Path]:
    """Noise of about 10 KB a tile. No two are alike: tpkutils writes equal ones once."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[0:256, 0:256]
    pictures = []
    for number in range(64):
        base = np.stack([x + number, y, x ^ y], axis=-1) % 256
        pictures.append(jpeg((base // 2 + rng.integers(0, 24, (256, 256, 3))).astype(np.uint8)))
    tiles = {
        (LEVEL, 96 + row, 96 + column): pictures[(7 * row + column) % 64]
        + bytes((row % 256, row >> 8, column % 256, column >> 8))
        for row in range(side)
        for column in range(side)
    }
    tpkx, tpk = folder / "big.tpkx", folder / "big.tpk"
    write_tpkx(tpkx, WEB_MERCATOR, tiles, tile_format="JPEG")
    write_tpk(tpk, WEB_MERCATOR, tiles, tile_format="JPEG")
    return tpkx, tpk


def write_vector_package(folder: Path) -> Path:
    """One bundle beyond 50 MB: 64 × 128 tiles of about 8 KB on the finest level."""
    rng = np.random.default_rng(2)
    detailed = []
    for _ in range(8):
        points = rng.integers(0, 4096, (2000, 2)).tolist()
        detailed.append(vector_tile({"trees": [(1, [[(x, y)]]) for x, y in points]}))
    places = ((7, row, column) for row in range(64, 128) for column in range(128))
    tiles = {place: detailed[(place[1] * 5 + place[2]) % 8] for place in places}
    style = {"version": 8, "sources": {}, "layers": []}
    return write_vtpk(folder / "big.vtpk", WEB_MERCATOR_512, tiles, vector_layers=["trees"], style=style)


class Table:
    """Rows of: what, figure, anchor, ratio of speeds (ours : anchor), goal."""

    def __init__(self) -> None:
        print("| what | ours | anchor | ratio | goal |\n|---|---|---|---|---|")

    def row(self, what: str, ours: str, anchor: str = "", ratio: str = "", goal: str = "") -> None:
        print(f"| {what} | {ours} | {anchor} | {ratio} | {goal} |", flush=True)


def best(rounds: int, *calls: Callable[[], float]) -> list[float]:
    """The least of each call's results, the calls taking turns."""
    results = [[call() for call in calls] for _ in range(rounds)]
    return [min(column) for column in zip(*results)]


def bench_reading(table: Table, rounds: int, tpkx: Path, tpk: Path, count: int) -> None:
    def opening() -> float:
        return timed(lambda: open_tile_package(tpkx).close())

    table.row("open", f"{best(10, opening)[0] * 1000:.1f} ms", goal="≤ 50 ms")
    for path in (tpkx, tpk):

        def raw(path: Path = path) -> float:
            return timed(lambda: raw_read(path))

        def ours(path: Path = path) -> float:
            return timed(lambda: iterate(path))

        read, iterated = best(rounds, raw, ours)
        megabytes = path.stat().st_size / 1e6
        table.row(
            f"iterate {path.suffix}",
            f"{count / iterated:,.0f} tiles/s, {megabytes / iterated:,.0f} MB/s",
            f"raw read {megabytes / read:,.0f} MB/s",
            f"{read / iterated:.2f}",
        )


def bench_conversion(table: Table, rounds: int, folder: Path, tpkx: Path, tpk: Path, count: int) -> None:
    for path, function, suffix in (
        (tpk, "to_mbtiles", ".mbtiles"),
        (tpkx, "to_mbtiles", ".mbtiles"),
        (tpkx, "to_geopackage", ".gpkg"),
    ):
        arguments = (function, str(path), str(folder / f"out{suffix}"))
        grown: list[float] = []

        def convert(arguments: tuple[str, ...] = arguments, grown: list[float] = grown) -> float:
            seconds, kibibytes, _ = printed(sys.executable, CONVERT, *arguments)
            grown.append(kibibytes)
            return seconds

        def plain(path: Path = path) -> float:
            (folder / "copy").unlink(missing_ok=True)
            return timed(lambda: copy(path, folder / "copy"))

        copied, ours = best(rounds, plain, convert)
        megabytes = path.stat().st_size / 1e6
        table.row(
            f"{path.suffix} → {suffix}, fsync",
            f"{count / ours:,.0f} tiles/s, {megabytes / ours:,.0f} MB/s",
            f"copy, fsync {megabytes / copied:,.0f} MB/s",
            f"{copied / ours:.2f}",
            "≥ 0.25",
        )
        peak = f"{max(grown) / 1024:.0f} MiB"
        table.row(f"{path.suffix} → {suffix}, memory over start", peak, goal="≤ 64 MiB")


def bench_peer(table: Table, rounds: int, folder: Path, tpk: Path, count: int, peer: str) -> None:
    target = folder / "peer.mbtiles"

    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(printed(sys.executable, CONVERT, "to_mbtiles", str(tpk), str(folder / "out.mbtiles")))
        target.unlink(missing_ok=True)
        theirs.append(printed(peer, TPKUTILS, str(tpk), str(target)))
    for what, index in (("wall, ours with fsync", 0), ("CPU", 2)):
        mine, peers = min(run[index] for run in ours), min(run[index] for run in theirs)
        table.row(
            f".tpk → .mbtiles, {what}",
            f"{count / mine:,.0f} tiles/s",
            f"tpkutils {count / peers:,.0f} tiles/s",
            f"{peers / mine:.1f}",
            "≥ 4",
        )


def bench_translation(table: Table, rounds: int, folder: Path, peer: str) -> None:
    """On 1,024 tiles, which GDAL decodes and encodes again."""
    what = ".tpkx → .mbtiles, 1,024 tiles"
    if not peer:
        table.row(what, "", "gdal_translate: skipped, no GDAL that reads .tpkx was named")
        return
    small = folder / "small"
    small.mkdir(exist_ok=True)
    tpkx, _ = write_packages(small, 32)

    def ours() -> float:
        return printed(sys.executable, CONVERT, "to_mbtiles", str(tpkx), str(small / "out.mbtiles"))[0]

    def theirs() -> float:
        (small / "gdal.mbtiles").unlink(missing_ok=True)
        return printed(peer, TRANSLATE, str(tpkx), str(small / "gdal.mbtiles"))[0]

    mine, peers = best(rounds, ours, theirs)
    ratio = f"{peers / mine:.0f}"
    table.row(what, f"{1024 / mine:,.0f} tiles/s", f"GDAL copy {1024 / peers:,.0f} tiles/s", ratio)


def bench_first(table: Table, rounds: int, folder: Path, tpkx: Path) -> None:
    """The first picture of a package that was never opened before, and of one that was."""
    work = folder / "work"
    times: list[tuple[float, float]] = []
    for _ in range(rounds):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        first, again = (printed(sys.executable, FIRST, str(tpkx), str(work), *_corner(4))[0] for _ in "ab")
        times.append((first, again))
    mega = tpkx.stat().st_size / 1e6
    table.row(f"first picture, never opened before ({mega:,.0f} MB)", f"{min(t[0] for t in times):.1f} s")
    table.row("first picture, opened before", f"{min(t[1] for t in times) * 1000:.0f} ms")


def _corner(tiles: int) -> tuple[str, str, str]:
    """Left, top and side of that many tiles squared, in the package's upper left corner."""
    resolution = WEB_MERCATOR.resolutions[LEVEL]
    x = WEB_MERCATOR.origin[0] + 96 * 256 * resolution
    y = WEB_MERCATOR.origin[1] - 96 * 256 * resolution
    return str(x), str(y), str(tiles * 256 * resolution)


def bench_drawing(table: Table, rounds: int, folder: Path) -> None:
    """First picture from opening on, then 20 views of 4 × 4 tiles side by side."""
    place = (*_corner(4), "20")
    layers = {
        "MBTiles (wms)": ("wms", f"type=mbtiles&url=file://{folder / 'out.mbtiles'}"),
        "GeoPackage (gdal)": ("gdal", f"GPKG:{folder / 'out.gpkg'}:tiles"),
        "MBTiles (gdal)": ("gdal", str(folder / "out.mbtiles")),
    }
    figures = {}
    for _ in range(rounds):
        for name, (kind, source) in layers.items():
            first, last = printed(sys.executable, DRAW, kind, source, *place)
            before = figures.get(name, (first, last))
            figures[name] = (min(first, before[0]), min(last, before[1]))
    anchor = figures["MBTiles (wms)"]
    for name, (first, last) in figures.items():
        table.row(
            f"draw {name}",
            f"first {first * 1000:.0f} ms, {320 / last:,.0f} tiles/s",
            ratio=f"{anchor[1] / last:.2f}",
        )


def bench_vector(table: Table, rounds: int, folder: Path, package: Path) -> None:
    printed(sys.executable, CONVERT, "to_mbtiles", str(package), str(folder / "vector.mbtiles"))
    resolution = WEB_MERCATOR_512.resolutions[7]
    place = (str(WEB_MERCATOR_512.origin[0]), "0", str(1.2 * 512 * resolution), "10")

    def drawing(source: str) -> float:
        return printed(sys.executable, DRAW, "vector", source, *place)[-1]

    native, copied = best(
        rounds,
        lambda: drawing(f"type=vtpk&url={package}"),
        lambda: drawing(f"type=mbtiles&url={folder / 'vector.mbtiles'}"),
    )
    with open_tile_package(package) as opened:
        size = max(opened.bundle_sizes()) >> 20
    table.row(
        f"draw vector tiles, bundle of {size} MiB",
        f"MBTiles {10 / copied:.1f} views/s",
        f"native {10 / native:.1f} views/s",
        f"{native / copied:.1f}",
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--side", type=int, default=320)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tpkutils", default="")
    parser.add_argument("--gdal", default="")
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.keep or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        tpkx, tpk = write_packages(folder, options.side)
        count = options.side**2
        table = Table()
        bench_reading(table, options.rounds, tpkx, tpk, count)
        bench_conversion(table, options.rounds, folder, tpkx, tpk, count)
        if options.tpkutils:
            bench_peer(table, options.rounds, folder, tpk, count, options.tpkutils)
        else:
            table.row(".tpk → .mbtiles", "", "tpkutils: skipped, no Python that has it was named")
        bench_translation(table, options.rounds, folder, options.gdal)
        bench_drawing(table, options.rounds, folder)
        bench_first(table, options.rounds, folder, tpkx)
        bench_vector(table, options.rounds, folder, write_vector_package(folder))


if __name__ == "__main__":
    main()
