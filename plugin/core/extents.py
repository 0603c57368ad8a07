"""Extents on a round world: what reaches over the 180th meridian is one box, and can be two.

Portals spell such a box in two ways, from 170 to -170 and from 170 to 190; here it is the second.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import floor
from types import MappingProxyType
from typing import Any, Optional

from .host import Extent
from .json_value import json_number

WGS84: Mapping[str, Any] = MappingProxyType({"wkid": 4326})
_DEGREES = frozenset({4326, 4258, 4269, 4283, 4167, 7844})
_WEB_MERCATOR = frozenset({3857, 3785, 900913, 102100, 102113})
_WEB_MERCATOR_WIDTH = 2 * 20037508.342789244


def world_width(reference: Mapping[str, Any]) -> Optional[float]:
    """How wide the world is in a spatial reference that is given as Esri JSON; None where it has edges."""
    codes = {reference.get("wkid"), reference.get("latestWkid")}
    if codes & _DEGREES:
        return 360.0
    return _WEB_MERCATOR_WIDTH if codes & _WEB_MERCATOR else None


def read_extent(
    xmin: object, ymin: object, xmax: object, ymax: object, reference: Mapping[str, Any] = WGS84
) -> Optional[Extent]:
    """Four finite numbers that make a box; None for any others, as empty extents have them.

    Its west lies on the world; its east may lie beyond, where the box reaches over the edge.
    """
    west, south, east, north = json_number(xmin), json_number(ymin), json_number(xmax), json_number(ymax)
    if west is None or south is None or east is None or north is None or south > north:
        return None
    width = world_width(reference)
    if width is None:
        return (west, south, east, north) if west <= east else None
    if west > east:
        east += width
        if not -width / 2 <= east - width < west <= width / 2:
            return None
    if east - west >= width:
        return -width / 2, south, width / 2, north
    turns = floor(west / width + 0.5) * width
    return west - turns, south, east - turns, north


def split_extent(extent: Extent, reference: Mapping[str, Any] = WGS84) -> tuple[Extent, ...]:
    """The box itself, or where it reaches over the edge of the world its part on each side."""
    width = world_width(reference)
    west, south, east, north = extent
    if width is None or east <= width / 2:
        return (extent,)
    return (west, south, width / 2, north), (-width / 2, south, east - width, north)
