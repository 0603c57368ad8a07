"""Geometries of the REST API's JSON ↔ shapes: {x, y}, {points}, {paths}, {rings}.

Nothing is snapped to a grid: `grid_vertices` of the result are zeros, and no blob can be made of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from math import isnan
from typing import Any, Optional

import numpy as np

from ...json_value import json_list
from ...notice import Notice, notice
from .batch import Floats, Mask, ShapeBatch, ShapeKind, ShapeLayout, offsets, spans
from .varint import Integers

_MEMBERS = {
    ShapeKind.POINT: "x",
    ShapeKind.MULTIPOINT: "points",
    ShapeKind.LINE: "paths",
    ShapeKind.POLYGON: "rings",
}
_CURVES = ("curvePaths", "curveRings")
_LEAST_VERTICES = {ShapeKind.POINT: 1, ShapeKind.MULTIPOINT: 1, ShapeKind.LINE: 2, ShapeKind.POLYGON: 4}
"""Of a path; shorter ones are none."""
_FARTHEST = 1e15
"""Coordinates beyond are no place; their squares and their floats of 32 bits are still finite."""
_MOST_LOOKS = 100_000_000
"""How many boxes and vertices are looked at, over a layer, to find the shells around holes."""
_PROBES = 8

WRONG_KIND = notice("geometry", "its geometry type is not that of its layer")
CURVED = notice("geometry", "it has curves")
NO_PLACE = notice("geometry", "its coordinates are not numbers")
TANGLED = notice("geometry", "it has too many holes")

_Paths = list[list[Any]]
"""Paths of vertices as the JSON lists them."""


def shapes_from_json(geometries: Sequence[object], layout: ShapeLayout) -> ShapeBatch:
    """The shapes of a layer; null, {} and those without vertices are absent.

    Never raises for what is in a geometry: an unreadable one is absent in the result and has its reason in
    `problems`, words that complete “it cannot be read: …”. Shells come out counter-clockwise, holes
    clockwise, each behind the shell around it. Numbers beyond those of the layout are left out.
    """
    problems: dict[int, Notice] = {}
    listed: list[_Paths] = []
    for index, geometry in enumerate(geometries):
        try:
            listed.append(_listed(geometry, layout))
        except _UnreadableError as error:
            problems[index] = error.reason
            listed.append([])
        except RecursionError:
            problems[index] = NO_PLACE
            listed.append([])
    vertices = _all_vertices(listed, layout, problems)
    sizes = np.array([len(path) for paths in listed for path in paths], dtype=np.int64)
    owner = np.repeat(np.arange(len(listed)), [len(paths) for paths in listed])
    shells = np.ones(len(sizes), dtype=bool)
    if layout.kind is ShapeKind.POLYGON and len(sizes):
        rings = _Rings(vertices, sizes, owner)
        order, shells = rings.nested(problems)
        vertices, sizes, owner = rings.taken(order, shells), sizes[order], owner[order]
    return _batch(vertices, sizes, owner, shells, len(listed), layout, problems)


def json_of_shape(paths: Sequence[tuple[Floats, bool]], layout: ShapeLayout) -> dict[str, Any]:
    """One shape as JSON: of each path the vertices, (n, dimensions), and whether it is a shell.

    In Esri's JSON shells run clockwise, holes counter-clockwise. Heights and measures that are NaN become
    null; an empty shape is one that says so.
    """
    if layout.kind is ShapeKind.POINT:
        values: list[Optional[float]] = next((_listed_vertices(one)[0] for one, _ in paths), [None])
        keys = ["x", "y", *(["z"] if layout.has_z else []), *(["m"] if layout.has_m else [])]
        return dict(zip(keys, values))
    own = [one for one, _ in paths]
    if layout.kind is ShapeKind.POLYGON:
        own = [_turned(_closed(ring), clockwise=shell) for ring, shell in paths]
    listed: list[Any] = [*map(_listed_vertices, own)]
    if layout.kind is ShapeKind.MULTIPOINT:
        listed = [*chain.from_iterable(listed)]
    flags = {"hasZ": True} if layout.has_z else {}
    return {**flags, **({"hasM": True} if layout.has_m else {}), _MEMBERS[layout.kind]: listed}


class _UnreadableError(Exception):
    def __init__(self, reason: Notice) -> None:
        super().__init__(reason.text)
        self.reason = reason


def _listed(geometry: object, layout: ShapeLayout) -> _Paths:
    """The paths of one geometry that are long enough, rings closed; none for an empty one."""
    if geometry is None:
        return []
    if not isinstance(geometry, Mapping):
        raise _UnreadableError(WRONG_KIND)
    kind = layout.kind
    if _MEMBERS[kind] not in geometry:
        if any(key in geometry for key in _CURVES):
            raise _UnreadableError(CURVED)
        if any(key in geometry for key in _MEMBERS.values()):
            raise _UnreadableError(WRONG_KIND)
        return []
    if kind is ShapeKind.POINT:
        return _point(geometry, layout)
    listed = json_list(geometry[_MEMBERS[kind]])
    paths = [listed] if kind is ShapeKind.MULTIPOINT else [path for path in map(json_list, listed) if path]
    if kind is ShapeKind.POLYGON:
        paths = [path if path[0] == path[-1] else _closed_list(path) for path in paths]
    paths = [path for path in paths if len(path) >= _LEAST_VERTICES[kind]]
    stated = geometry.get("hasZ"), geometry.get("hasM")
    own = stated[0] is True, stated[1] is True
    if stated != (None, None) and own != (layout.has_z, layout.has_m):
        return [[_rearranged(json_list(vertex), own, layout) for vertex in path] for path in paths]
    return paths


def _point(geometry: Mapping[str, object], layout: ShapeLayout) -> _Paths:
    x, y = geometry.get("x"), geometry.get("y")
    if x in (None, "NaN") or y in (None, "NaN"):
        return []
    vertex = [x, y]
    if layout.has_z:
        vertex.append(geometry.get("z"))
    if layout.has_m:
        vertex.append(geometry.get("m"))
    return [[vertex]]


def _closed_list(path: list[Any]) -> list[Any]:
    return path if json_list(path[0])[:2] == json_list(path[-1])[:2] else [*path, path[0]]


def _rearranged(vertex: list[Any], own: tuple[bool, bool], layout: ShapeLayout) -> list[Any]:
    """A vertex with the numbers of the layout, of one that has others."""
    has_z, has_m = own
    z = vertex[2:3] if has_z else [None]
    m = vertex[2 + has_z : 3 + has_z] if has_m else [None]
    return [*vertex[:2], *(z if layout.has_z else []), *(m if layout.has_m else [])]


def _all_vertices(listed: list[_Paths], layout: ShapeLayout, problems: dict[int, Notice]) -> Floats:
    """The vertices of all paths; those of a shape that cannot be read are taken out of `listed`."""
    flat = [*chain.from_iterable(chain.from_iterable(listed))]
    try:
        return _vertices(flat, layout)
    except _UnreadableError:
        pass
    made = [np.zeros((0, layout.dimensions))]
    for index, paths in enumerate(listed):
        try:
            made.append(_vertices([*chain.from_iterable(paths)], layout, ragged=True))
        except _UnreadableError as error:
            problems[index] = error.reason
            listed[index] = []
    return np.concatenate(made)


def _vertices(listed: list[Any], layout: ShapeLayout, ragged: bool = False) -> Floats:
    """(n, dimensions); z and m that are missing are 0. `ragged`: vertices may be of different lengths."""
    size = layout.dimensions
    if not listed:
        return np.zeros((0, size))
    if ragged:
        if any(isinstance(one, Mapping) for one in listed):
            raise _UnreadableError(CURVED)
        rows = [json_list(one)[:size] for one in listed]
        if any(len(row) < 2 for row in rows):
            raise _UnreadableError(NO_PLACE)
        listed = [[*row, *[0.0] * (size - len(row))] for row in rows]
    try:
        made = np.array(listed, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise _UnreadableError(NO_PLACE) from None
    if made.ndim != 2 or made.shape[1] < 2 or not (np.abs(made[:, :2]) <= _FARTHEST).all():
        raise _UnreadableError(NO_PLACE)
    result = np.zeros((len(made), size))
    width = min(size, made.shape[1])
    result[:, :width] = np.nan_to_num(made[:, :width], copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    return result


class _Rings:
    """All rings of all polygons: which are shells, and which holes are in which."""

    def __init__(self, vertices: Floats, sizes: Integers, owner: Integers) -> None:
        self._vertices, self._sizes, self._owner = vertices, sizes, owner
        self._start = offsets(sizes)[:-1]
        self._areas = _signed_areas(vertices, self._start, sizes)
        self._looks = _MOST_LOOKS

    def nested(self, problems: dict[int, Notice]) -> tuple[Integers, Mask]:
        """The rings in their new order, each hole behind its shell, and which of them are shells.

        In Esri's JSON shells run clockwise. Other writers turn all rings round: the largest one lies in
        none, so shells run as it does.
        """
        order, kept = np.arange(len(self._sizes)), np.ones(len(self._sizes), dtype=bool)
        shells = kept.copy()
        edge = offsets(np.bincount(self._owner))
        for index in np.flatnonzero(np.diff(edge) > 1).tolist():
            own = slice(int(edge[index]), int(edge[index + 1]))
            areas = self._areas[own]
            shell = np.sign(areas) == np.sign(areas[np.abs(areas).argmax()])
            if shell.all():
                continue
            try:
                order[own], shells[own] = self._in_order(order[own], shell)
            except _UnreadableError as error:
                problems[index] = error.reason
                kept[own] = False
        return order[kept], shells[kept]

    def taken(self, order: Integers, shells: Mask) -> Floats:
        """The vertices of the rings in this order, shells counter-clockwise, holes clockwise."""
        size = self._sizes[order]
        turned = self._areas[order] * np.where(shells, 1, -1) < 0
        step = np.where(turned, -1, 1)
        first = self._start[order] + np.where(step > 0, 0, size - 1)
        number = spans(np.zeros_like(size), size)
        result: Floats = self._vertices[np.repeat(first, size) + np.repeat(step, size) * number]
        return result

    def _in_order(self, rings: Integers, shell: Mask) -> tuple[list[int], list[bool]]:
        """The rings of one polygon. A hole in no shell is one all the same."""
        shells = rings[shell][np.argsort(np.abs(self._areas[rings[shell]]), kind="stable")]
        inside: dict[int, list[int]] = {number: [] for number in shells.tolist()}
        boxes = {number: self._box(number) for number in rings.tolist()}
        around = np.array([boxes[number] for number in shells.tolist()])
        for hole in rings[~shell].tolist():
            self._look(len(shells))
            low, high = around[:, :2] <= boxes[hole][:2], around[:, 2:] >= boxes[hole][2:]
            near = shells[low.all(axis=1) & high.all(axis=1)].tolist()
            owner = next((number for number in near if self._holds(number, hole)), None)
            if owner is None:
                inside[hole] = []
            else:
                inside[owner].append(hole)
        nested = [(number, inside[number]) for number in sorted(inside)]
        return (
            [ring for number, holes in nested for ring in (number, *holes)],
            [is_shell for _, holes in nested for is_shell in (True, *[False] * len(holes))],
        )

    def _xy(self, ring: int) -> Floats:
        start = self._start[ring]
        return self._vertices[start : start + self._sizes[ring], :2]

    def _box(self, ring: int) -> Floats:
        xy = self._xy(ring)
        return np.concatenate((xy.min(axis=0), xy.max(axis=0)))

    def _holds(self, shell: int, hole: int) -> bool:
        """Whether one of the hole's first vertices is in the shell; others may lie on its edge."""
        xy = self._xy(shell)
        for vertex in self._xy(hole)[:_PROBES]:
            self._look(len(xy))
            if _is_inside(vertex, xy):
                return True
        return False

    def _look(self, count: int) -> None:
        self._looks -= count
        if self._looks < 0:
            raise _UnreadableError(TANGLED)


def _signed_areas(vertices: Floats, start: Integers, sizes: Integers) -> Floats:
    """Twice the area of each ring, seen from its start, positive where it runs counter-clockwise."""
    x, y = (axis - np.repeat(axis[start], sizes) for axis in vertices[:, :2].T)
    cross = np.append(x[:-1] * y[1:] - x[1:] * y[:-1], 0.0)
    cross[start + sizes - 1] = 0.0
    result: Floats = np.add.reduceat(cross, start)
    return result


def _turned(ring: Floats, clockwise: bool) -> Floats:
    """The ring, the other way round if it runs the wrong one; one without an area runs in none."""
    (area,) = _signed_areas(ring, np.zeros(1, dtype=np.int64), np.array([len(ring)])).tolist()
    return ring[::-1] if (area > 0 if clockwise else area < 0) else ring


def _closed(ring: Floats) -> Floats:
    return ring if (ring[0, :2] == ring[-1, :2]).all() else np.concatenate([ring, ring[:1]])


def _is_inside(vertex: Floats, ring: Floats) -> bool:
    """Whether a ray from the vertex crosses the ring an odd number of times."""
    (x1, y1), (x2, y2) = ring[:-1].T, ring[1:].T
    crossing = (y1 > vertex[1]) != (y2 > vertex[1])
    step = np.where(y1 == y2, 1.0, y2 - y1)
    at = x1 + (vertex[1] - y1) * (x2 - x1) / step
    return bool(np.count_nonzero(crossing & (vertex[0] < at)) % 2)


def _listed_vertices(vertices: Floats) -> list[list[Optional[float]]]:
    listed: list[list[float]] = vertices.tolist()
    return [[None if isnan(number) else number for number in vertex] for vertex in listed]


def _batch(
    vertices: Floats, sizes: Integers, owner: Integers, shells: Mask, count: int, layout: ShapeLayout,
    problems: dict[int, Notice],
) -> ShapeBatch:  # fmt: skip
    keep = slice(0, 0) if layout.kind in (ShapeKind.POINT, ShapeKind.MULTIPOINT) else slice(None)
    none = np.zeros(count, dtype=np.int64)
    owned = np.bincount(owner, sizes, count).astype(np.int64)
    return ShapeBatch(
        layout=layout, count=count,
        grid_vertices=np.zeros(vertices.shape, dtype=np.int64), vertices=vertices,
        vertex_start=offsets(owned),
        path_start=offsets(sizes)[:-1][keep], path_shape=owner[keep], path_is_shell=shells[keep],
        path_opens_part=shells[keep], absent=owned == 0,
        srid=none, form=none, flags=none, problems=problems,
    )  # fmt: skip
