"""Bench: raster packages with holes, made ready and drawn, beside one without.

    .venv/bin/python -m tests.bench.holes [--side 160] [--rounds 3]

Writes JPEG packages of six levels, the finest with side × side places: one without holes, one that lacks
500th, one that lacks a third of them here and there, and one whose last two levels end in a diagonal.
Prints a Markdown table: what it takes to find holes, to make the package ready to be drawn, how much that
writes, and how fast QGIS draws the result.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
import shutil
import sys
import tempfile
import time

import numpy as np

from plugin.core.host import Silent
from plugin.core.offline_map.prepare import tile_source
from plugin.core.tiles.holes import has_holes
from plugin.core.tiles.routes import Drawing
from plugin.core.tiles.tile_package import open_tile_package
from tests.bench.tile_programs import DRAW
from tests.bench.tiles import Table, best, printed, timed
from tests.fixtures.tile_grids import WEB_MERCATOR
from tests.fixtures.tile_package import About, write_tpkx
from tests.fixtures.tile_package_pictures import jpeg

FINEST, LEVELS = 11, 6
# Of the coarsest level: its tiles lie here in both directions.
FIRST = 20
OLD_GDAL = Drawing(3060200, 34006)
VIEWS = 8

Keep = Callable[[int, float, float], bool]


def kinds() -> dict[str, Keep]:
    """Which tiles a package has, by level and place within it (0 to 1 down and right)."""
    dice = np.random.default_rng(5)
    return {
        "no holes": lambda level, down, right: True,
        "a 500th missing": lambda level, down, right: level < FINEST or dice.random() > 0.002,
        "a third missing": lambda level, down, right: level < FINEST or dice.random() > 0.333,
        "ends in a diagonal": lambda level, down, right: level < FINEST - 1 or right > down,
    }


def write_package(path: Path, side: int, keep: Keep) -> Path:
    dice = np.random.default_rng(1)
    y, x = np.mgrid[0:256, 0:256]
    pictures = []
    for number in range(64):
        base = np.stack([x + number, y, x ^ y], axis=-1) % 256
        pictures.append(jpeg((base // 2 + dice.integers(0, 24, (256, 256, 3))).astype(np.uint8)))
    tiles = {}
    for depth in range(LEVELS):
        level, count = FINEST - LEVELS + 1 + depth, (side >> LEVELS - 1) << depth
        first = FIRST << depth
        for row in range(count):
            for column in range(count):
                if keep(level, row / count, column / count):
                    picture = pictures[(7 * row + column) % 64]
                    tiles[level, first + row, first + column] = picture
    span = WEB_MERCATOR.resolutions[FINEST] * 256 * side
    left, top, _ = corner()
    about = About(extent=(left, top - span, left + span, top))
    return write_tpkx(path, WEB_MERCATOR, tiles, tile_format="JPEG", about=about)


def corner() -> tuple[float, float, float]:
    """Left, top and the side of four tiles of the finest level, where the packages begin."""
    span = WEB_MERCATOR.resolutions[FINEST] * 256
    first = FIRST << LEVELS - 1
    return WEB_MERCATOR.origin[0] + first * span, WEB_MERCATOR.origin[1] - first * span, 4 * span


def bench(table: Table, rounds: int, package: Path, what: str) -> None:
    work = package.with_suffix("")

    def finding() -> float:
        with open_tile_package(package) as opened:
            return timed(lambda: has_holes(opened))

    def making() -> float:
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        before = time.process_time()
        tile_source(package, work, OLD_GDAL, Silent())
        return time.process_time() - before

    found, made = best(rounds, finding, making)
    source = tile_source(package, work, OLD_GDAL, Silent()).file
    size, written = package.stat().st_size, sum(path.stat().st_size for path in work.iterdir())
    texts = sum(path.stat().st_size for path in work.iterdir() if path.suffix == ".vrt")
    table.row(f"{what}: ready to be drawn", f"{made:.2f} s of CPU, holes found in {found * 1000:.0f} ms")
    table.row(f"{what}: written", f"{written / size:.3f} × the package, of this {texts / 1e6:.2f} MB of text")
    kind = "wms" if source.suffix == ".mbtiles" else "gdal"
    uri = f"type=mbtiles&url=file://{source}" if kind == "wms" else str(source)
    place = (*map(str, corner()), str(VIEWS))
    drawn = min(printed(sys.executable, DRAW, kind, uri, *place)[-1] for _ in range(rounds))
    table.row(f"{what}: drawn", f"{source.suffix}, {16 * VIEWS / drawn:,.0f} tiles/s")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--side", type=int, default=160)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    table = Table()
    with tempfile.TemporaryDirectory() as folder:
        for number, (what, keep) in enumerate(kinds().items()):
            package = write_package(Path(folder) / f"holes{number}.tpkx", options.side, keep)
            bench(table, options.rounds, package, what)


if __name__ == "__main__":
    main()
