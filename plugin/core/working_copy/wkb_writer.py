"""Shapes → WKB and GeoPackage geometry blobs, a whole batch in one byte array."""

from __future__ import annotations

from typing import Optional

import numpy as np
import numpy.typing as npt

from ..geodatabase.shapes.batch import Mask, ShapeBatch, ShapeKind, offsets, spans
from ..geodatabase.shapes.varint import Bytes, Integers

_LITTLE_ENDIAN = 1
_WKB_TYPE = {ShapeKind.POINT: 1, ShapeKind.MULTIPOINT: 4, ShapeKind.LINE: 5, ShapeKind.POLYGON: 6}
_WKB_MEMBER = {ShapeKind.MULTIPOINT: 1, ShapeKind.LINE: 2, ShapeKind.POLYGON: 3}
_GPKG_ENVELOPE_XY = 1 << 1
_GPKG_EMPTY = 1 << 4


def wkb_type(batch: ShapeBatch, base: int) -> int:
    """The ISO WKB code of a base type with the batch's Z and M."""
    return base + 1000 * batch.layout.has_z + 2000 * batch.layout.has_m


def to_wkb(batch: ShapeBatch) -> list[Optional[bytes]]:
    """Point, MultiPoint, MultiLineString, MultiPolygon as ISO WKB; None where absent."""
    return _written(batch, np.zeros(batch.count, dtype=np.int64), None)


def to_geopackage_blobs(batch: ShapeBatch, srs_id: int) -> list[Optional[bytes]]:
    """GeoPackage geometry blobs: header, envelope (of all but points), WKB; None where absent."""
    flat = batch.layout.kind == ShapeKind.POINT
    prefix = np.where(flat | batch.empty, 8, 40)
    return _written(batch, prefix, srs_id)


def _written(batch: ShapeBatch, prefix: Integers, srs_id: Optional[int]) -> list[Optional[bytes]]:
    out = _Output(batch, prefix)
    if srs_id is not None:
        out.geopackage_headers(srs_id)
    if batch.layout.kind == ShapeKind.POINT:
        out.points()
    elif batch.layout.kind == ShapeKind.MULTIPOINT:
        out.multipoints()
    else:
        out.paths()
    return out.split()


class _Output:
    """One byte array for all shapes; every write is a scatter of equal records."""

    def __init__(self, batch: ShapeBatch, prefix: Integers) -> None:
        self.batch, self.prefix = batch, prefix
        self.record = 8 * batch.layout.dimensions
        self.size = np.diff(batch.vertex_start)
        kind = batch.layout.kind
        if kind == ShapeKind.POINT:
            body = np.full(batch.count, 5 + self.record, dtype=np.int64)
        elif kind == ShapeKind.MULTIPOINT:
            body = 9 + self.size * (5 + self.record)
        else:
            self.head = np.where(batch.path_is_shell & (kind == ShapeKind.POLYGON), 13, 9)
            self.head[~batch.path_is_shell] = 4
            self.path_size = np.diff(np.append(batch.path_start, batch.vertex_start[-1]))
            heads = np.bincount(batch.path_shape, self.head, batch.count).astype(np.int64)
            body = 9 + heads + self.size * self.record
        self.offset = offsets(np.where(batch.absent, 0, prefix + body))
        self.wkb = self.offset[:-1] + prefix
        self.bytes: Bytes = np.zeros(int(self.offset[-1]) + 40, dtype=np.uint8)

    def put(self, at: Integers, values: npt.NDArray[np.generic]) -> None:
        """Writes one record per position, the bytes of one row (or item) of `values` each."""
        if not len(at):
            return
        flat = np.ascontiguousarray(values).reshape(len(at), -1)
        width = flat.shape[1] * flat.itemsize
        count = len(self.bytes) - width + 1
        # Numbers are copied faster than records without a type.
        kind = "c16" if width == 16 else f"V{width}"
        view: npt.NDArray[np.generic] = np.ndarray((count,), dtype=kind, buffer=self.bytes.data, strides=(1,))
        view[at] = flat.view(kind).ravel()

    def put_u32(self, at: Integers, values: Integers | int) -> None:
        self.put(at, np.broadcast_to(np.asarray(values, dtype="<u4"), at.shape))

    def put_head(self, at: Integers, code: int) -> None:
        """Byte order and geometry type."""
        self.bytes[at] = _LITTLE_ENDIAN
        self.put_u32(at + 1, code)

    def geopackage_headers(self, srs_id: int) -> None:
        batch = self.batch
        present = ~batch.absent
        at = self.offset[:-1][present]
        flags = np.where(batch.empty, _GPKG_EMPTY, np.where(self.prefix == 40, _GPKG_ENVELOPE_XY, 0))
        self.bytes[at], self.bytes[at + 1] = ord("G"), ord("P")
        self.bytes[at + 3] = (flags | _LITTLE_ENDIAN)[present]
        self.put(at + 4, np.full(len(at), srs_id, dtype="<i4"))
        framed = present & (self.prefix == 40)
        if framed.any():
            bounds = batch.bounds[framed][:, [0, 2, 1, 3]]
            self.put(self.offset[:-1][framed] + 8, bounds.astype("<f8"))

    def points(self) -> None:
        batch = self.batch
        at = self.wkb[~batch.absent]
        self.put_head(at, wkb_type(batch, _WKB_TYPE[ShapeKind.POINT]))
        rows = np.full((batch.count, batch.layout.dimensions), np.nan)
        rows[self.size > 0] = batch.vertices
        self.put(at + 5, rows[~batch.absent].astype("<f8"))

    def _multi_head(self, members: Integers) -> None:
        present = ~self.batch.absent
        at = self.wkb[present]
        self.put_head(at, wkb_type(self.batch, _WKB_TYPE[self.batch.layout.kind]))
        self.put_u32(at + 5, members[present])

    def multipoints(self) -> None:
        self._multi_head(self.size)
        number = spans(np.zeros_like(self.size), self.size)
        at = np.repeat(self.wkb + 9, self.size) + number * (5 + self.record)
        self.put_head(at, wkb_type(self.batch, _WKB_MEMBER[ShapeKind.MULTIPOINT]))
        self.put(at + 5, self.batch.vertices.astype("<f8", copy=False))

    def paths(self) -> None:
        """Lines: one member per path. Polygons: a shell opens a member, holes follow in it."""
        batch = self.batch
        opens: Mask = batch.path_is_shell
        self._multi_head(np.bincount(batch.path_shape[opens], minlength=batch.count))
        run = offsets(self.head + self.path_size * self.record)[:-1]
        first = np.searchsorted(batch.path_shape, np.arange(batch.count))
        base = np.append(run, 0)[first]
        at = run - base[batch.path_shape] + self.wkb[batch.path_shape] + 9
        self.put_head(at[opens], wkb_type(batch, _WKB_MEMBER[batch.layout.kind]))
        if batch.layout.kind == ShapeKind.POLYGON:
            shells = np.flatnonzero(opens)
            rings = np.diff(np.append(shells, len(opens)))
            self.put_u32(at[shells] + 5, rings)
        self.put_u32(at + self.head - 4, self.path_size)
        self.put(self._vertex_targets(at + self.head), batch.vertices.astype("<f8", copy=False))

    def _vertex_targets(self, first: Integers) -> Integers:
        """Where each vertex goes: one record after the other, from `first` of its path on."""
        target = np.full(len(self.batch.vertices), self.record, dtype=np.int64)
        last = first + (self.path_size - 1) * self.record
        target[self.batch.path_start] = first - np.append(0, last[:-1])
        return np.cumsum(target, out=target)

    def split(self) -> list[Optional[bytes]]:
        raw = self.bytes.tobytes()
        edge = self.offset.tolist()
        pieces: list[Optional[bytes]] = [raw[a:b] for a, b in zip(edge, edge[1:])]
        for index in np.flatnonzero(self.batch.absent).tolist():
            pieces[index] = None
        return pieces
