"""Geometries of the REST API's JSON in another spatial reference."""

from __future__ import annotations

from ..host import VertexProjector
from ..json_value import Json, json_list

_LISTS = ("points", "paths", "rings")
_NOWHERE = (None, "NaN")
"""Coordinates of an empty point."""


def moved_geometry(geometry: Json, source: Json, target: Json, project: VertexProjector) -> Json:
    """The geometry with x and y projected; z and m stay, and so do sides that are straight.

    What has no vertices, or curves, comes back as it is. Raises `ValueError` where a spatial reference is
    unknown, a coordinate is no number, or a place has none in `target`.
    """
    if "x" in geometry:
        if geometry["x"] in _NOWHERE or geometry.get("y") in _NOWHERE:
            return geometry
        (moved,) = _moved([[geometry.get("x"), geometry.get("y")]], source, target, project)
        return {**geometry, "x": moved[0], "y": moved[1]}
    for member in _LISTS:
        if member in geometry:
            listed = json_list(geometry[member])
            if member == "points":
                return {**geometry, member: _moved(listed, source, target, project)}
            parts = [_moved(json_list(part), source, target, project) for part in listed]
            return {**geometry, member: parts}
    return geometry


def _moved(
    vertices: list[object], source: Json, target: Json, project: VertexProjector
) -> list[list[object]]:
    rows = [json_list(vertex) for vertex in vertices]
    try:
        places = [(float(row[0]), float(row[1])) for row in rows]
    except (TypeError, IndexError, OverflowError) as error:
        raise ValueError("no coordinates") from error
    moved = project(places, source, target) if places else []
    return [[x, y, *row[2:]] for (x, y), row in zip(moved, rows)]
