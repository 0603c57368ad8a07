"""Where vector tiles are, where none is, and where the parent is meant.

The tile map of an indexed package is a tree: a node is the list of its quarters (NW, NE, SW, SE), 1 for
a leaf (its tile is drawn on all deeper levels), 0 for no tile. What it does not say is looked up
in the package: a missing tile means the parent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..errors import PackageError
from ..untrusted.json_text import parse_json_object
from .bundle import TileOffsets
from .overzoom import VectorTile, read_vector_tile
from .tile_package import Tile, TilePackage


def read_tile_map(package: TilePackage) -> Any:
    """The root node of the tile map: nested lists of 0 and 1; None where there is none."""
    if not package.is_indexed:
        return None
    folder = str(package.root.get("tileMap")).strip("./")
    try:
        return parse_json_object(package.resource(f"{folder}/root.json")).get("index")
    except (PackageError, ValueError):
        return None


def is_void(node: Any, zoom: int, row: int, column: int) -> bool:
    """True where the tile map says that there is no tile, at this place or around it."""
    for level in reversed(range(zoom)):
        if not isinstance(node, list) or len(node) != 4:
            break
        node = node[2 * (row >> level & 1) + (column >> level & 1)]
    return isinstance(node, int) and node == 0


def missing_tiles(package: TilePackage) -> Iterator[Tile]:
    """Tiles that a package leaves out and means its parents to be, made from those, coarse to fine.

    Down to the finest stored level; empty ones are left out. Each is small, but their number grows by
    four with each level: the caller stops where it is too much. Raises as `read_vector_tile`.
    """
    levels = package.stored_levels
    if any(fine.number - coarse.number != 1 for coarse, fine in zip(levels, levels[1:])):
        return
    gaps = _Gaps(read_tile_map(package), {level.number: package.keys(level.number) for level in levels})
    for level in levels[:-1]:
        for tile in package.tiles([level.number]):
            quarters = gaps.below(tile.level, tile.row, tile.column)
            if quarters:
                parent = read_vector_tile(tile.data, package.path.name)
                for down, right in quarters:
                    place = (tile.level + 1, 2 * tile.row + down, 2 * tile.column + right)
                    yield from gaps.filled(parent.child(down, right), *place)


class _Gaps:
    """Knows which tiles are stored, and which are meant to be absent."""

    def __init__(self, node: Any, keys: dict[int, tuple[TileOffsets, TileOffsets]]) -> None:
        self._node = node
        self._finest = max(keys)
        # Sorted numbers, one a tile: small and fast enough for a million tiles.
        self._stored = {level: np.sort(rows << 32 | columns) for level, (rows, columns) in keys.items()}

    def below(self, level: int, row: int, column: int) -> list[tuple[int, int]]:
        """The quarters of a tile (down, right) that have no tile of their own and should have one."""
        if level >= self._finest:
            return []
        return [
            (down, right)
            for down in (0, 1)
            for right in (0, 1)
            if not self._is_stored(level + 1, 2 * row + down, 2 * column + right)
            and not is_void(self._node, level + 1, 2 * row + down, 2 * column + right)
        ]

    def filled(self, tile: VectorTile, level: int, row: int, column: int) -> Iterator[Tile]:
        """A made tile and those below it."""
        if tile.is_empty():
            return
        yield Tile(level, row, column, tile.encoded())
        for down, right in self.below(level, row, column):
            place = (level + 1, 2 * row + down, 2 * column + right)
            yield from self.filled(tile.child(down, right), *place)

    def _is_stored(self, level: int, row: int, column: int) -> bool:
        stored = self._stored[level]
        key = row << 32 | column
        at = int(np.searchsorted(stored, key))
        return at < len(stored) and int(stored[at]) == key
