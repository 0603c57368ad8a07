"""Geometries of the REST API's JSON → shapes: {x, y}, {points}, {paths}, {rings}.

Nothing is snapped to a grid: `grid_vertices` of the result are zeros, and no blob can be made of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Optional

import numpy as np

from ...json_value import json_list
from ...notice import Notice, notice
from .batch import Floats, Mask, ShapeBatch, ShapeKind, ShapeLayout, offsets
from .varint import Integers

_MEMBERS = {
    ShapeKind.POINT: "x",
    ShapeKind.MULTIPOINT: "points",
    ShapeKind.LINE: "paths",
    ShapeKind.POLYGON: "rings",
}
_CURVES = ("curvePaths", "curveRings")
_FARTHEST = 1e15
"""Coordinates beyond are no place; their squares and their floats of 32 bits are still finite."""
_MOST_LOOKS = 100_000_000
"""How many boxes and vertices are looked at, over a layer, to find the shells around holes."""
_PROBES = 8

WRONG_KIND = notice("geometry", "it is of another kind than its layer")
CURVED = notice("geometry", "it has curves")
NO_PLACE = notice("geometry", "its coordinates are no numbers")
TANGLED = notice("geometry", "it has too many holes")

_Path = tuple[Floats, bool]
"""Vertices, and whether the path is a shell."""


def shapes_from_json(geometries: Sequence[object], layout: ShapeLayout) -> ShapeBatch:
    """The shapes of a layer; null, {} and those without vertices are absent.

    Never raises for what is in a geometry: an unreadable one is absent in the result and has its reason in
    `problems`, words that complete “it cannot be read: …”. Shells come out counter-clockwise, holes
    clockwise, each behind the shell around it. Numbers beyond those of the layout are left out.
    """
    reader = _Reader(layout)
    shapes: list[list[_Path]] = []
    problems: dict[int, Notice] = {}
    for index, geometry in enumerate(geometries):
        try:
            shapes.append(reader.paths(geometry))
        except _UnreadableError as error:
            problems[index] = error.reason
            shapes.append([])
    return _batch(shapes, layout, problems)


class _UnreadableError(Exception):
    def __init__(self, reason: Notice) -> None:
        super().__init__(reason.text)
        self.reason = reason


class _Reader:
    def __init__(self, layout: ShapeLayout) -> None:
        self._layout = layout
        self._looks = _MOST_LOOKS

    def paths(self, geometry: object) -> list[_Path]:
        """The paths of one geometry; none for an empty one."""
        if geometry is None:
            return []
        if not isinstance(geometry, Mapping):
            raise _UnreadableError(WRONG_KIND)
        kind = self._layout.kind
        if _MEMBERS[kind] not in geometry:
            if any(key in geometry for key in _CURVES):
                raise _UnreadableError(CURVED)
            if any(key in geometry for key in _MEMBERS.values()):
                raise _UnreadableError(WRONG_KIND)
            return []
        if kind is ShapeKind.POINT:
            return self._point(geometry)
        listed = json_list(geometry[_MEMBERS[kind]])
        if kind is ShapeKind.MULTIPOINT:
            return [(self._vertices(listed), True)] if listed else []
        lines = [self._vertices(path) for path in map(json_list, listed) if path]
        if kind is ShapeKind.LINE:
            return [(line, True) for line in lines if len(line) > 1]
        return self._polygon([ring for ring in map(_closed, lines) if len(ring) > 3])

    def _point(self, geometry: Mapping[str, object]) -> list[_Path]:
        x, y = geometry.get("x"), geometry.get("y")
        if x in (None, "NaN") or y in (None, "NaN"):
            return []
        keys = ["x", "y", *(["z"] if self._layout.has_z else []), *(["m"] if self._layout.has_m else [])]
        return [(self._vertices([[geometry.get(key) for key in keys]]), True)]

    def _vertices(self, listed: list[object]) -> Floats:
        """(n, dimensions); z and m that are missing are 0."""
        size = self._layout.dimensions
        rows = [[*json_list(one)[:size], *[0.0] * (size - len(json_list(one)))] for one in listed]
        try:
            made = np.array(rows, dtype=np.float64)
        except (TypeError, ValueError, OverflowError):
            raise _UnreadableError(NO_PLACE) from None
        if any(len(json_list(one)) < 2 for one in listed) or not (np.abs(made[:, :2]) <= _FARTHEST).all():
            raise _UnreadableError(NO_PLACE)
        np.nan_to_num(made, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
        return made

    def _polygon(self, rings: list[Floats]) -> list[_Path]:
        """Shells, each with the holes in it behind it. In Esri's JSON shells run clockwise.

        Other writers turn all rings round: the largest one lies in none, so shells run as it does. A hole
        in no shell is one all the same.
        """
        if not rings:
            return []
        areas = np.array([_signed_area(ring) for ring in rings])
        shell: Mask = np.sign(areas) == np.sign(areas[np.abs(areas).argmax()])
        shells = np.flatnonzero(shell)[np.argsort(np.abs(areas[shell]), kind="stable")]
        inside: dict[int, list[int]] = {number: [] for number in shells.tolist()}
        boxes = np.array([[*ring[:, :2].min(axis=0), *ring[:, :2].max(axis=0)] for ring in rings])
        for hole in np.flatnonzero(~shell).tolist():
            owner = self._around(hole, shells, rings, boxes)
            if owner is None:
                inside[hole] = []
            else:
                inside[owner].append(hole)
        paths: list[_Path] = []
        for number in sorted(inside):
            paths.append((_turned(rings[number], areas[number] > 0), True))
            paths += [(_turned(rings[hole], areas[hole] < 0), False) for hole in inside[number]]
        return paths

    def _around(self, hole: int, shells: Integers, rings: list[Floats], boxes: Floats) -> Optional[int]:
        """The smallest shell that holds one of the hole's first vertices; others may lie on its edge."""
        self._look(len(shells))
        low, high = boxes[shells, :2] <= boxes[hole, :2], boxes[shells, 2:] >= boxes[hole, 2:]
        for shell in shells[low.all(axis=1) & high.all(axis=1)].tolist():
            for vertex in rings[hole][:_PROBES, :2]:
                self._look(len(rings[shell]))
                if _is_inside(vertex, rings[shell]):
                    return int(shell)
        return None

    def _look(self, count: int) -> None:
        self._looks -= count
        if self._looks < 0:
            raise _UnreadableError(TANGLED)


def _closed(ring: Floats) -> Floats:
    if (ring[0, :2] == ring[-1, :2]).all():
        return ring
    return np.concatenate([ring, ring[:1]])


def _signed_area(ring: Floats) -> float:
    """Twice the area, positive where the ring runs counter-clockwise."""
    x, y = (ring[:, :2] - ring[0, :2]).T
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))


def _turned(ring: Floats, is_right: bool) -> Floats:
    return ring if is_right else ring[::-1]


def _is_inside(vertex: Floats, ring: Floats) -> bool:
    """Whether a ray from the vertex crosses the ring an odd number of times."""
    (x1, y1), (x2, y2) = ring[:-1, :2].T, ring[1:, :2].T
    crossing = (y1 > vertex[1]) != (y2 > vertex[1])
    step = np.where(y1 == y2, 1.0, y2 - y1)
    at = x1 + (vertex[1] - y1) * (x2 - x1) / step
    return bool(np.count_nonzero(crossing & (vertex[0] < at)) % 2)


def _batch(shapes: list[list[_Path]], layout: ShapeLayout, problems: dict[int, Notice]) -> ShapeBatch:
    paths = [path for shape in shapes for path in shape]
    sizes = np.array([len(vertices) for vertices, _ in paths], dtype=np.int64)
    owner = np.repeat(np.arange(len(shapes)), [len(shape) for shape in shapes])
    vertices = np.concatenate([np.zeros((0, layout.dimensions)), *(vertices for vertices, _ in paths)])
    shells: Mask = np.array([shell for _, shell in paths], dtype=bool)
    keep = slice(0, 0) if layout.kind in (ShapeKind.POINT, ShapeKind.MULTIPOINT) else slice(None)
    none = np.zeros(len(shapes), dtype=np.int64)
    return ShapeBatch(
        layout=layout, count=len(shapes),
        grid_vertices=np.zeros(vertices.shape, dtype=np.int64), vertices=vertices,
        vertex_start=offsets(np.bincount(owner, sizes, len(shapes)).astype(np.int64)),
        path_start=offsets(sizes)[:-1][keep], path_shape=owner[keep], path_is_shell=shells[keep],
        path_opens_part=shells[keep], absent=np.array([not shape for shape in shapes], dtype=bool),
        srid=none, form=none, flags=none, problems=problems,
    )  # fmt: skip
