"""A plain SQLite connection that can edit a working copy.

GDAL's index triggers call ST_IsEmpty, ST_MinX … on the geometry of every edited row, even where
only attributes change; SQLite itself has no such functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import isnan
from pathlib import Path
import sqlite3
import struct
from typing import Optional

import numpy as np

from ..errors import Damaged
from ..geodatabase.shapes.batch import ShapeLayout
from ..storage import is_locked, is_refusal, locked_package, reading_error
from ..untrusted.sqlite_file import SQLITE_ERRORS, reason_of
from .wkb_reader import kind_of_wkb, read_vertices, wkb_of_geopackage

_EMPTY = 1 << 4
_ENVELOPE = 7 << 1


def connect_working_copy(path: Path) -> sqlite3.Connection:
    """Opens a working copy for edits; the caller commits and closes.

    Raises as `naming_the_copy`.
    """
    with naming_the_copy(path):
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)
        try:
            connection.execute("SELECT count(*) FROM gpkg_contents").fetchone()
        except sqlite3.Error:
            connection.close()
            raise
    connection.create_function("ST_IsEmpty", 1, _is_empty, deterministic=True)
    for number, name in enumerate(("ST_MinX", "ST_MinY", "ST_MaxX", "ST_MaxY")):
        connection.create_function(name, 1, _bound(number), deterministic=True)
    return connection


@contextmanager
def naming_the_copy(path: Path) -> Iterator[None]:
    """Turns what SQLite says of a working copy into `Damaged`, `PackageError` where it is locked, or
    `StorageError` where the disk refuses.
    """
    try:
        yield
    except SQLITE_ERRORS as error:
        if is_locked(error):
            raise locked_package(path.name) from error
        if is_refusal(error):
            raise reading_error(error, path.name) from error
        raise Damaged(
            "The working copy “{file}” cannot be read: {reason}.",
            next_step="Save what you can of your edits, then delete it from “{folder}”: it is made again from"
            " its geodatabase.",
            file=path.name,
            folder=path.parent,
            reason=reason_of(error),
        ) from error


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
