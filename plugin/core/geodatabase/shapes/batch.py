"""Many shapes of one kind as columns: what the decoder makes and the encoders take."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ...notice import Notice
from .varint import Integers

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


class ShapeKind(IntEnum):
    """The geometry types of the format, with the numbers of the blob's type byte."""

    POINT = 1
    MULTIPOINT = 2
    LINE = 5
    POLYGON = 6


@dataclass(frozen=True)
class ShapeLayout:
    """What every shape of a table has in common."""

    kind: ShapeKind
    has_z: bool = False
    has_m: bool = False

    @property
    def dimensions(self) -> int:
        """Numbers per vertex: 2, 3 or 4."""
        return 2 + self.has_z + self.has_m


@dataclass(frozen=True)
class Grid:
    """The integer grid of a spatial reference: coordinate = integer / scale + origin."""

    x_origin: float
    y_origin: float
    xy_scale: float
    z_origin: float = 0.0
    z_scale: float = 1.0
    m_origin: float = 0.0
    m_scale: float = 1.0

    def axes(self, layout: ShapeLayout) -> list[tuple[float, float]]:
        """(origin, scale) of each number of a vertex, in the order x, y, z, m."""
        result = [(self.x_origin, self.xy_scale), (self.y_origin, self.xy_scale)]
        if layout.has_z:
            result.append((self.z_origin, self.z_scale))
        if layout.has_m:
            result.append((self.m_origin, self.m_scale))
        return result


@dataclass
class ShapeBatch:
    """`count` shapes, one after the other.

    `grid_vertices` is (N, 2 … 4) int64 in grid units (x, y, z, m), without part separators;
    `vertices` the same in units of the spatial reference. Shape i owns the vertices
    `vertex_start[i]` … `vertex_start[i + 1]` and the paths `path_start` whose `path_shape` is i
    (lines: parts; polygons: rings, of which `path_is_shell` tells shells from holes, and
    `path_opens_part` the first one of each part of the blob; points have none). `absent` are
    NULLs and unreadable blobs, `problems` says for each of the latter why; `srid`, `form` and
    `flags` keep of the blob what the vertices do not tell (see shape.py).
    """

    layout: ShapeLayout
    count: int
    grid_vertices: Integers
    vertices: Floats
    vertex_start: Integers
    path_start: Integers
    path_shape: Integers
    path_is_shell: Mask
    path_opens_part: Mask
    absent: Mask
    srid: Integers
    form: Integers
    flags: Integers
    problems: dict[int, Notice] = field(default_factory=dict)

    @property
    def empty(self) -> Mask:
        """True where there is no vertex: empty shapes, NULLs and unreadable ones."""
        result: Mask = np.diff(self.vertex_start) == 0
        return result

    @cached_property
    def bounds(self) -> Floats:
        """(count, 4) min x, min y, max x, max y; NaN where there is no vertex."""
        result = np.full((self.count, 4), np.nan)
        full = np.flatnonzero(~self.empty)
        if len(full):
            first = self.vertex_start[full]
            for axis in range(2):
                values = np.ascontiguousarray(self.vertices[:, axis])
                result[full, axis] = np.minimum.reduceat(values, first)
                result[full, 2 + axis] = np.maximum.reduceat(values, first)
        return result


def spans(starts: Integers, counts: Integers) -> Integers:
    """start, start + 1, … of `counts` steps for each pair, in one array."""
    total = int(counts.sum())
    if not total:
        return np.zeros(0, dtype=np.int64)
    ends = np.cumsum(counts)
    result: Integers = np.arange(total) + np.repeat(starts - (ends - counts), counts)
    return result


def offsets(counts: Integers) -> Integers:
    """0 and the running sums: where each of the counted runs starts, and where the last ends."""
    result = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=result[1:])
    return result
