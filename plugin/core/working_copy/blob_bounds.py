"""Where the shapes in GeoPackage geometry blobs lie."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
import struct
from typing import Optional

import numpy as np

from ..geodatabase.shapes.batch import Floats, ShapeLayout
from .wkb_reader import kind_of_wkb, read_vertices, wkb_of_geopackage

_EMPTY = 1 << 4
_ENVELOPE = 7 << 1
_BARE, _FRAMED = b"\1", b"\3"
"""Flags of a blob in little endian: without envelope, and with one of x and y."""
_POINTS = frozenset(struct.pack("<BI", 1, 1 + thousand * 1000) for thousand in range(4))
"""How the WKB of a point begins in little endian: without and with Z and M."""


def bounds_of_blob(blob: object) -> Optional[tuple[float, float, float, float]]:
    """min x, min y, max x, max y: of the envelope, or of the vertices; None for NULL and empty shapes.

    Raises `Damaged`, `Unsupported`.
    """
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[3] & _EMPTY:
        return None
    order = "<" if blob[3] & 1 else ">"
    if blob[3] & _ENVELOPE and len(blob) >= 40:
        x0, x1, y0, y1 = struct.unpack_from(order + "4d", blob, 8)
        return None if isnan(x0) else (x0, y0, x1, y1)
    if _is_bare_point(blob):
        x, y = struct.unpack_from("<2d", blob, 13)
        return None if isnan(x) else (x, y, x, y)
    raw = wkb_of_geopackage(blob)
    vertices = read_vertices(raw, ShapeLayout(kind_of_wkb(raw)))
    if not len(vertices):
        return None
    low, high = np.min(vertices, axis=0), np.max(vertices, axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _is_bare_point(blob: bytes) -> bool:
    return blob[3:4] == _BARE and blob[8:13] in _POINTS and len(blob) >= 29


def bounds_of_blobs(blobs: Sequence[object]) -> Floats:
    """`bounds_of_blob` of many, (n, 4); NaN for NULL and empty shapes."""
    result = np.full((len(blobs), 4), np.nan)
    others = []
    framed: dict[int, bytes] = {}
    points: dict[int, bytes] = {}
    for number, blob in enumerate(blobs):
        if not isinstance(blob, bytes):
            continue
        if blob[3:4] == _FRAMED and len(blob) >= 40:
            framed[number] = blob[8:40]
        elif _is_bare_point(blob):
            points[number] = blob[13:29]
        else:
            others.append(number)
    if framed:
        x0, x1, y0, y1 = np.frombuffer(b"".join(framed.values()), dtype="<f8").reshape(-1, 4).T
        result[list(framed)] = np.column_stack((x0, y0, x1, y1))
    if points:
        xy = np.frombuffer(b"".join(points.values()), dtype="<f8").reshape(-1, 2)
        result[list(points)] = np.column_stack((xy, xy))
    for number in others:
        bounds = bounds_of_blob(blobs[number])
        if bounds:
            result[number] = bounds
    return result
