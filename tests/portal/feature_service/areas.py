"""Whether a feature touches an area: envelope or polygon, in one plane."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .behaviour import Json

Position = tuple[float, float]
Ring = list[Position]


def rings_of(area: Json) -> list[Ring]:
    """The rings of a polygon or an envelope of the REST API."""
    if "rings" in area:
        return [[(point[0], point[1]) for point in ring] for ring in area["rings"]]
    west, south, east, north = (float(area[key]) for key in ("xmin", "ymin", "xmax", "ymax"))
    return [[(west, south), (west, north), (east, north), (east, south), (west, south)]]


def touches(area: list[Ring], geometry: Json) -> bool:
    """Whether a geometry of the REST API shares a point with the area."""
    if "x" in geometry:
        return _inside(area, (geometry["x"], geometry["y"]))
    parts: list[list[Any]] = geometry.get("paths") or geometry.get("rings") or []
    lines: list[Ring] = [[(point[0], point[1]) for point in part] for part in parts]
    points: Ring = [(point[0], point[1]) for point in geometry.get("points", [])]
    if any(_inside(area, point) for point in (*points, *(point for line in lines for point in line))):
        return True
    if any(
        _cross(edge, own) for line in lines for own in _edges(line) for ring in area for edge in _edges(ring)
    ):
        return True
    return "rings" in geometry and any(_inside(lines, ring[0]) for ring in area)


def _edges(line: Ring) -> Iterable[tuple[Position, Position]]:
    return zip(line, line[1:])


def _inside(rings: list[Ring], point: Position) -> bool:
    """By the number of edges to the east of the point: odd inside, holes left out."""
    x, y = point
    crossings = 0
    for ring in rings:
        for (x1, y1), (x2, y2) in _edges(ring):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                crossings += 1
    return crossings % 2 == 1


def _cross(one: tuple[Position, Position], other: tuple[Position, Position]) -> bool:
    def side(a: Position, b: Position, c: Position) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    (a, b), (c, d) = one, other
    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
