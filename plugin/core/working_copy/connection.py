"""A plain SQLite connection that can edit a working copy.

GDAL's index triggers call ST_IsEmpty, ST_MinX … on the geometry of every edited row, even where
only attributes change; SQLite itself has no such functions.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from pathlib import Path
import sqlite3
import struct
from typing import Optional

import numpy as np

from ..errors import Damaged
from ..geodatabase.shapes.batch import ShapeLayout
from ..storage import is_locked, locked_package
from .wkb_reader import kind_of_wkb, read_vertices, wkb_of_geopackage

_EMPTY = 1 << 4
_ENVELOPE = 7 << 1


def connect_working_copy(path: Path) -> sqlite3.Connection:
    """Opens a working copy for edits; the caller commits and closes.

    Raises `Damaged` for a file that is no GeoPackage, `PackageError` for one that is locked.
    """
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)
    try:
        connection.execute("SELECT count(*) FROM gpkg_contents").fetchone()
    except sqlite3.Error as error:
        connection.close()
        if is_locked(error):
            raise locked_package(path.name) from error
        text = "The working copy “{file}” cannot be opened: {reason}."
        raise Damaged(text, file=path.name, reason=error) from error
    connection.create_function("ST_IsEmpty", 1, _is_empty, deterministic=True)
    for number, name in enumerate(("ST_MinX", "ST_MinY", "ST_MaxX", "ST_MaxY")):
        connection.create_function(name, 1, _bound(number), deterministic=True)
    return connection


def _is_empty(blob: Optional[bytes]) -> Optional[int]:
    bounds = _bounds(blob)
    return None if blob is None else int(bounds is None)


def _bound(number: int) -> Callable[[Optional[bytes]], Optional[float]]:
    def value(blob: Optional[bytes]) -> Optional[float]:
        bounds = _bounds(blob)
        return bounds[number] if bounds else None

    return value


def _bounds(blob: Optional[bytes]) -> Optional[tuple[float, float, float, float]]:
    """min x, min y, max x, max y of a GeoPackage geometry: of its envelope, or of its vertices."""
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[3] & _EMPTY:
        return None
    order = "<" if blob[3] & 1 else ">"
    if blob[3] & _ENVELOPE and len(blob) >= 40:
        x0, x1, y0, y1 = struct.unpack_from(order + "4d", blob, 8)
        return None if isnan(x0) else (x0, y0, x1, y1)
    raw = wkb_of_geopackage(blob)
    vertices = read_vertices(raw, ShapeLayout(kind_of_wkb(raw)))
    if not len(vertices):
        return None
    low, high = np.min(vertices, axis=0), np.max(vertices, axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
