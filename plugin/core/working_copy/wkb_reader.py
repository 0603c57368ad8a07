"""WKB and GeoPackage geometry → shapes on a grid, ready for the encoder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
import struct
from typing import Optional

import numpy as np

from ..errors import Damaged, Unsupported
from ..geodatabase.shapes.batch import Floats, Grid, ShapeBatch, ShapeKind, ShapeLayout, offsets
from ..geodatabase.shapes.encoder import plain_form
from ..geodatabase.shapes.rings import signed_areas
from ..geodatabase.shapes.varint import Integers

_KINDS = {
    1: ShapeKind.POINT,
    2: ShapeKind.LINE,
    3: ShapeKind.POLYGON,
    4: ShapeKind.MULTIPOINT,
    5: ShapeKind.LINE,
    6: ShapeKind.POLYGON,
}
_MEMBER = {4: 1, 5: 2, 6: 3}
_EWKB_Z, _EWKB_M = 0x80000000, 0x40000000
_PLAIN_FLAGS = 1
_FLAG_Z = 1 << 8
_GPKG_ENVELOPES = (0, 32, 48, 48, 64)

_Path = tuple[Floats, bool, bool]
"""Vertices, whether the path is a shell, whether it opens a part."""


def shapes_from_wkb(
    geometries: Sequence[Optional[bytes]], layout: ShapeLayout, srid: int, grid: Grid
) -> ShapeBatch:
    """Snaps WKB (ISO or EWKB codes, single or multi) to the grid.

    Shells come out counter-clockwise, holes clockwise, z and m that the geometry lacks as 0.
    Raises `Damaged` for broken WKB, `Unsupported` for another geometry type than the layout's.
    """
    per_shape = [_Reader(raw, layout).paths() if raw is not None else [] for raw in geometries]
    paths = [path for shape in per_shape for path in shape]
    counts = np.array([len(vertices) for vertices, _, _ in paths], dtype=np.int64)
    path_shape = np.repeat(np.arange(len(per_shape)), [len(shape) for shape in per_shape])
    floats = np.concatenate([np.zeros((0, layout.dimensions)), *(vertices for vertices, _, _ in paths)])
    on_grid = np.empty(floats.shape, dtype=np.int64)
    for axis, (origin, scale) in enumerate(grid.axes(layout)):
        on_grid[:, axis] = np.rint((floats[:, axis] - origin) * scale)
        floats[:, axis] = on_grid[:, axis] / scale + origin
    opens = np.array([opens for _, _, opens in paths], dtype=bool)
    shells = np.array([shell for _, shell, _ in paths], dtype=bool)
    if layout.kind == ShapeKind.POLYGON and paths:
        order = _oriented(on_grid[:, :2], offsets(counts), shells)
        on_grid, floats = on_grid[order], floats[order]
    sizes = np.bincount(path_shape, counts, len(per_shape)).astype(np.int64)
    parts = (
        sizes
        if layout.kind == ShapeKind.MULTIPOINT
        else np.bincount(path_shape[opens], minlength=len(per_shape))
    )
    pathless = layout.kind in (ShapeKind.POINT, ShapeKind.MULTIPOINT)
    keep = slice(0, 0) if pathless else slice(None)
    return ShapeBatch(
        layout=layout,
        count=len(per_shape),
        grid_vertices=on_grid,
        vertices=floats,
        vertex_start=offsets(sizes),
        path_start=offsets(counts)[:-1][keep],
        path_shape=path_shape[keep],
        path_is_shell=shells[keep],
        path_opens_part=opens[keep],
        absent=np.array([raw is None for raw in geometries], dtype=bool),
        srid=np.full(len(per_shape), srid, dtype=np.int64),
        form=np.array([plain_form(layout.kind, int(count)) for count in parts], dtype=np.int64),
        flags=np.full(len(per_shape), _PLAIN_FLAGS | (_FLAG_Z if layout.has_z else 0), dtype=np.int64),
    )


def kind_of_wkb(raw: bytes) -> ShapeKind:
    """The kind of a WKB geometry, single or multi. Raises `Unsupported`."""
    order = "<" if raw[:1] == b"\1" else ">"
    code = struct.unpack_from(order + "I", raw, 1)[0] if len(raw) >= 5 else 0
    base = (code & 0x0FFFFFFF) % 1000
    if base not in _KINDS:
        raise Unsupported("A geometry of type {code} does not fit any layer.", code=code)
    return _KINDS[base]


def read_vertices(raw: bytes, layout: ShapeLayout) -> Floats:
    """(n, dimensions) all vertices of a WKB geometry. Raises `Damaged`, `Unsupported`."""
    paths = read_paths(raw, layout)
    return np.concatenate([np.zeros((0, layout.dimensions)), *(vertices for vertices, _ in paths)])


def read_paths(raw: bytes, layout: ShapeLayout) -> list[tuple[Floats, bool]]:
    """The paths of a WKB geometry, each (n, dimensions), and whether it is a shell.

    Raises `Damaged`, `Unsupported`.
    """
    return [(vertices, shell) for vertices, shell, _ in _Reader(raw, layout).paths()]


def wkb_of_geopackage(blob: bytes) -> bytes:
    """The WKB inside a GeoPackage geometry blob. Raises `Damaged`."""
    code = blob[3] >> 1 & 7 if len(blob) > 8 and blob[:2] == b"GP" else len(_GPKG_ENVELOPES)
    if code >= len(_GPKG_ENVELOPES):
        raise Damaged("A geometry of the working copy is damaged.")
    return blob[8 + _GPKG_ENVELOPES[code] :]


def _oriented(xy: Integers, edge: Integers, shells: Iterable[bool]) -> Integers:
    """The order of all vertices that makes shells counter-clockwise and holes clockwise."""
    areas = signed_areas(xy, edge[:-1], edge[1:])
    wrong = (areas > 0) != np.asarray(shells)
    order = np.arange(len(xy))
    for ring in np.flatnonzero(wrong & (areas != 0)).tolist():
        order[edge[ring] : edge[ring + 1]] = order[edge[ring] : edge[ring + 1]][::-1]
    return order


class _Reader:
    """One WKB geometry, read from the front."""

    def __init__(self, raw: bytes, layout: ShapeLayout) -> None:
        self._raw, self._layout, self._at = raw, layout, 0

    def paths(self) -> list[_Path]:
        try:
            code, _, _ = self._head()
            if _KINDS.get(code) != self._layout.kind:
                raise Unsupported("A geometry of type {code} does not fit its layer.", code=code)
            self._at = 0
            return self._geometry()
        except (struct.error, IndexError, ValueError, RecursionError) as error:
            raise Damaged("A geometry ends early.") from error

    def _head(self) -> tuple[int, str, int]:
        """Base type, byte order, and numbers per vertex, after which `z` and `m` are known."""
        order = "<" if self._raw[self._at] else ">"
        (code,) = struct.unpack_from(order + "I", self._raw, self._at + 1)
        self._at += 5
        base = (code & 0x0FFFFFFF) % 1000
        thousands = (code & 0x0FFFFFFF) // 1000
        self._has_z = bool(code & _EWKB_Z) or thousands in (1, 3)
        self._has_m = bool(code & _EWKB_M) or thousands in (2, 3)
        return base, order, 2 + self._has_z + self._has_m

    def _count(self, order: str) -> int:
        (count,) = struct.unpack_from(order + "I", self._raw, self._at)
        self._at += 4
        return int(count)

    def _vertices(self, order: str, width: int, count: int) -> Floats:
        flat = np.frombuffer(self._raw, dtype=order + "f8", count=count * width, offset=self._at)
        self._at += count * width * 8
        table = flat.reshape(count, width).astype(np.float64)
        columns = [table[:, 0], table[:, 1]]
        zero = np.zeros(count)
        if self._layout.has_z:
            columns.append(table[:, 2] if self._has_z else zero)
        if self._layout.has_m:
            columns.append(table[:, -1] if self._has_m else zero)
        return np.column_stack(columns)

    def _geometry(self) -> list[_Path]:
        base, order, width = self._head()
        if base == 1:
            point = self._vertices(order, width, 1)
            return [] if np.isnan(point[0, :2]).any() else [(point, True, True)]
        count = self._count(order)
        if base == 2:
            return [(self._vertices(order, width, count), True, True)] if count else []
        if base == 3:
            rings = [self._vertices(order, width, self._count(order)) for _ in range(count)]
            return [(ring, number == 0, number == 0) for number, ring in enumerate(rings) if len(ring)]
        if base not in _MEMBER:
            raise ValueError(base)
        return [path for _ in range(count) for path in self._geometry()]
