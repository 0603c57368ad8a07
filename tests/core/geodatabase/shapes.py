"""Shapes for tests: WKT in, what the blob keeps of it out."""

from __future__ import annotations

from typing import Optional

from osgeo import ogr

from plugin.core.geodatabase.shapes.batch import Grid, ShapeBatch, ShapeKind, ShapeLayout
from plugin.core.geodatabase.shapes.decoder import decode_shapes
from plugin.core.geodatabase.shapes.encoder import encode_shapes
from plugin.core.working_copy.wkb_reader import shapes_from_wkb
from plugin.core.working_copy.wkb_writer import to_wkb

SRID = 3857
GRID = Grid(-20037700.0, -30241100.0, 10000.0, -100000.0, 10000.0, -100000.0, 10000.0)
KINDS = {
    "POINT": ShapeKind.POINT,
    "MULTIPOINT": ShapeKind.MULTIPOINT,
    "LINE": ShapeKind.LINE,
    "POLYGON": ShapeKind.POLYGON,
}


def wkb(wkt: str) -> bytes:
    return bytes(ogr.CreateGeometryFromWkt(wkt).ExportToIsoWkb())


def wkt(raw: Optional[bytes]) -> Optional[str]:
    return None if raw is None else ogr.CreateGeometryFromWkb(raw).ExportToIsoWkt()


def batch_of(layout: ShapeLayout, *texts: Optional[str]) -> ShapeBatch:
    return shapes_from_wkb([wkb(t) if t else None for t in texts], layout, SRID, GRID)


def blobs_of(layout: ShapeLayout, *texts: Optional[str]) -> list[Optional[bytes]]:
    return encode_shapes(batch_of(layout, *texts))


def decoded(layout: ShapeLayout, blobs: list[Optional[bytes]]) -> tuple[list[Optional[str]], dict[int, str]]:
    batch = decode_shapes(blobs, layout, {SRID: GRID})
    return [wkt(raw) for raw in to_wkb(batch)], batch.problems
