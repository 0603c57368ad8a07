"""Fuzzes the making of vector tiles: `python -m tests.fuzz.vector_tiles [inputs] [seed]`.

Encoded tiles are damaged at random, decoded, quartered twice and encoded again. Only `Damaged` may come
out, and none may take longer than a second. Prints counts; ends with 1 on a finding.
"""

from __future__ import annotations

from collections import Counter
import gzip
import sys
import time
import traceback

from plugin.core.errors import Damaged
from plugin.core.tiles.overzoom import read_vector_tile
from tests.fixtures.tile_package_pictures import Shape, vector_tile
from tests.fuzz.tiles import Spoiler

_SLOW = 1.0
_SHAPES: list[Shape] = [
    (1, [[(10, 10), (4000, 4000)]]),
    (2, [[(0, 0), (4096, 4096), (100, 3000)], [(5, 5), (9, 9)]]),
    (3, [[(0, 0), (4096, 0), (4096, 4096), (0, 4096)], [(10, 10), (10, 90), (90, 90), (90, 10)]]),
]


def quartered(data: bytes) -> str:
    """What became of one input: "made", "empty" or "Damaged"."""
    try:
        tile = read_vector_tile(data, "fuzzed.vtpk")
    except Damaged:
        return "Damaged"
    made = 0
    for down in (0, 1):
        child = tile.child(down, 1).child(1, down)
        if not child.is_empty():
            read_vector_tile(child.encoded(), "fuzzed.vtpk")
            made += 1
    return "made" if made else "empty"


def main(inputs: int = 200_000, seed: int = 1) -> int:
    """Runs `inputs` inputs; returns the exit code."""
    tiles = [vector_tile({"a": _SHAPES, "b": _SHAPES[:count]}) for count in (0, 1, 2)]
    plain = [gzip.decompress(tile) for tile in tiles]
    spoiler = Spoiler(seed, [*plain, *tiles], ("bits", "number", "cut", "splice"))
    outcomes: Counter[str] = Counter()
    findings, slowest, started = 0, 0.0, time.monotonic()
    for _ in range(inputs):
        _, content = spoiler.next()
        began = time.monotonic()
        try:
            outcomes[quartered(content)] += 1
        except Exception:  # noqa: BLE001 - whatever else comes out is the finding
            findings += 1
            traceback.print_exc()
            sys.stderr.write(f"{content.hex()}\n")
        took = time.monotonic() - began
        slowest = max(slowest, took)
        findings += took > _SLOW
    seconds = time.monotonic() - started
    sys.stdout.write(f"{inputs} inputs, seed {seed}, {seconds:.0f} s; slowest {slowest * 1000:.0f} ms\n")
    sys.stdout.write(f"outcomes: {dict(outcomes.most_common())}\nfindings: {findings}\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
