"""Whether two geometries of a working copy are one: servers move vertices to their grid."""

from __future__ import annotations

import numpy as np

from ..errors import OfflineMapError
from ..geodatabase.shapes.batch import Floats, ShapeLayout
from ..working_copy.wkb_reader import kind_of_wkb, read_vertices, wkb_of_geopackage

_RELATIVE, _ABSOLUTE = 1e-9, 1e-8
"""Of coordinates: a centimetre of the earth's circumference, a millimetre in degrees."""


def same_shape(one: object, other: object) -> bool:
    """True for shapes with the same vertices in the same order, and for two that are absent."""
    if not isinstance(one, bytes) or not isinstance(other, bytes):
        return one is other
    try:
        first, second = _vertices(one), _vertices(other)
    except OfflineMapError:
        return one == other
    return first.shape == second.shape and np.allclose(first, second, rtol=_RELATIVE, atol=_ABSOLUTE)


def _vertices(blob: bytes) -> Floats:
    raw = wkb_of_geopackage(blob)
    return read_vertices(raw, ShapeLayout(kind_of_wkb(raw)))
