"""Where a level has no tile although a coarser one covers the place.

Packages have such holes where imagery ends earlier in some places, or where levels were chosen one by
one. ArcGIS enlarges the coarser tile there, for all layers but the reference layers of a basemap
(`NoDataTileBehavior` of its SDKs).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .scheme import Level, TileExtent, TileRange
from .tile_package import TilePackage

# Rows and columns of tiles are below.
_LIMIT = 1 << 31
# Beyond this ratio of two levels nobody counts tiles: no package holds so many.
_MAX_RATIO = 1 << 20
_WHOLE = 1e-9


class Holes(NamedTuple):
    """Rectangles without a tile, the largest first; `left_out` counts those that were too many."""

    places: list[TileRange]
    left_out: int


def has_holes(package: TilePackage) -> bool:
    """True where a tile of one level is not wholly covered by those of the next; reads indexes only.

    Within the drawn extent. Levels next to each other are enough: a hole under any coarser tile is a hole
    in one of the levels between.
    """
    extent = package.drawn_extent()
    levels = package.stored_levels
    return extent is not None and any(
        _is_uncovered(package, coarse, fine, extent) for coarse, fine in zip(levels, levels[1:])
    )


def places_in(package: TilePackage, level: Level, extent: TileExtent) -> TileRange:
    """The places for tiles of a level within an extent that tiles cover."""
    tiles = package.scheme.tiles_of(level, extent)
    return TileRange(max(0, tiles.first_row), max(0, tiles.first_column), tiles.last_row, tiles.last_column)


def is_countable(tiles: TileRange) -> bool:
    """True where rows and columns are numbers that tiles can have."""
    return max(tiles.last_row, tiles.last_column) < _LIMIT


def holes(package: TilePackage, level: Level, places: TileRange, most: int) -> Holes:
    """The parts of `places`, a countable range, that have no tile: as few rectangles as rows allow.

    What no coarser tile covers is among them.
    """
    found = _gaps(places, *_keys_in(package, level, places))
    areas = (found[:, 1] - found[:, 0] + 1.0) * (found[:, 3] - found[:, 2] + 1.0)
    largest = found[np.argsort(-areas, kind="stable")].tolist()
    kept = [TileRange(top, left, bottom, right) for top, bottom, left, right in largest[:most]]
    return Holes(kept, len(largest) - len(kept))


def _is_uncovered(package: TilePackage, coarse: Level, fine: Level, extent: TileExtent) -> bool:
    """True where tiles of `coarse` have more places for tiles of `fine` below them than have one."""
    above, below = places_in(package, coarse, extent), places_in(package, fine, extent)
    if not is_countable(above):
        return False
    parent_rows, parent_columns = _keys_in(package, coarse, above)
    if not len(parent_rows) or not is_countable(below):
        return bool(len(parent_rows))
    rows, columns = _keys_in(package, fine, below)
    if len(rows) == below.count:
        return False
    ratio = coarse.resolution / fine.resolution
    step = round(ratio)
    if abs(ratio / step - 1) > _WHOLE or step > _MAX_RATIO:
        return True
    high = _lengths(parent_rows * step, step, below.first_row, below.last_row)
    wide = _lengths(parent_columns * step, step, below.first_column, below.last_column)
    covered = np.isin(_numbers(rows // step, columns // step), _numbers(parent_rows, parent_columns))
    return int((high * wide).sum()) > int(covered.sum())


def _keys_in(
    package: TilePackage, level: Level, wanted: TileRange
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    rows, columns = package.keys(level.number)
    inside = (rows >= wanted.first_row) & (rows <= wanted.last_row)
    inside &= (columns >= wanted.first_column) & (columns <= wanted.last_column)
    return rows[inside], columns[inside]


def _numbers(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """One number a tile, in the order of rows and columns."""
    return rows << 32 | columns


def _lengths(first: NDArray[np.int64], step: int, low: int, high: int) -> NDArray[np.int64]:
    """How many of the `step` numbers from each of `first` on lie from `low` to `high`."""
    lengths: NDArray[np.int64] = np.minimum(first + step - 1, high) - np.maximum(first, low) + 1
    return lengths.clip(0)


def _gaps(wanted: TileRange, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[Any]:
    """First and last row, first and last column of each rectangle without a tile."""
    numbers = np.sort(_numbers(rows, columns))
    rows, columns = numbers >> 32, numbers & (1 << 32) - 1
    starts = np.flatnonzero(np.diff(rows, prepend=-1))
    ends = np.append(starts, len(rows))[1:] - 1
    # Before each tile, and after the last one of each row.
    before = np.append(wanted.first_column, columns + 1)[:-1]
    before[starts] = wanted.first_column
    beside = np.concatenate(
        [
            np.stack([rows, before, columns - 1], axis=-1),
            np.stack([rows[ends], columns[ends] + 1, np.full(len(ends), wanted.last_column)], axis=-1),
        ]
    )
    beside = beside[beside[:, 1] <= beside[:, 2]]
    # Rows without any tile, as blocks.
    edges = np.concatenate([[wanted.first_row - 1], rows[starts], [wanted.last_row + 1]])
    blocks = np.stack([edges[:-1] + 1, edges[1:] - 1], axis=-1)
    blocks = blocks[blocks[:, 0] <= blocks[:, 1]]
    across = np.broadcast_to([wanted.first_column, wanted.last_column], blocks.shape)
    return np.concatenate([_stacked(beside), np.concatenate([blocks, across], axis=-1)])


def _stacked(gaps: NDArray[np.int64]) -> NDArray[np.int64]:
    """Gaps of single rows (row, first and last column), those of the same columns in one where they meet."""
    gaps = gaps[np.lexsort((gaps[:, 0], gaps[:, 2], gaps[:, 1]))]
    goes_on = np.all(np.diff(gaps, axis=0) == (1, 0, 0), axis=-1)
    first = np.flatnonzero(np.append(True, ~goes_on))[: len(gaps)]
    last = np.append(first, len(gaps))[1:] - 1
    return np.stack([gaps[first, 0], gaps[last, 0], gaps[first, 1], gaps[first, 2]], axis=-1)
