"""Degrees and web mercator: the two references that clients ask the stand-in for."""

from __future__ import annotations

from typing import Any

from ..map_areas import to_degrees, to_metres

_DEGREES, _METRES = 4326, 3857


def usual(wkid: int) -> int:
    """The newest number of a reference that has several."""
    return _METRES if wkid in (102100, 102113, 900913) else wkid


def projected(value: Any, source: int, target: int) -> Any:
    """A geometry of the REST API in another reference; ValueError for references that are not known."""
    source, target = usual(source), usual(target)
    if source == target:
        return value
    if {source, target} != {_DEGREES, _METRES}:
        raise ValueError(f"the stand-in does not project from {source} to {target}")
    return _moved(value, to_metres if target == _METRES else to_degrees)


def _moved(value: Any, move: Any) -> Any:
    if isinstance(value, dict):
        if "xmin" in value:
            box = move(tuple(float(value[key]) for key in ("xmin", "ymin", "xmax", "ymax")))
            return {**value, **dict(zip(("xmin", "ymin", "xmax", "ymax"), box))}
        if "x" in value:
            x, y = move((value["x"], value["y"], value["x"], value["y"]))[:2]
            return {**value, "x": x, "y": y}
        return {
            key: _moved(one, move) if key in ("paths", "rings", "points") else one
            for key, one in value.items()
        }
    if value and isinstance(value[0], list):
        return [_moved(one, move) for one in value]
    x, y = move((value[0], value[1], value[0], value[1]))[:2]
    return [x, y, *value[2:]]
