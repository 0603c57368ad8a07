"""Shapes → Esri's geometry blob: the way back of shape.py, byte for byte.

What the vertices do not tell is taken from the batch: `form` (whether a line crosses itself) and
`flags` (which differ by release). The three bytes of the payload's length slot that a short
length leaves unused are zero here; Esri's writers leave them uninitialised.
"""

from __future__ import annotations

import struct
from typing import Optional

import numpy as np

from ...errors import Unsupported
from .batch import ShapeBatch, ShapeKind, offsets, spans
from .decoder import ENVELOPE_ABOVE, MAGIC, MULTIPART
from .varint import Integers, encode_varints

_HEADER = struct.Struct("<BHBIBB")
_LARGEST_PAYLOAD = (1 << 27) - 1
_PLAIN_FORMS = {ShapeKind.POINT: 1, ShapeKind.MULTIPOINT: 1, ShapeKind.LINE: 4, ShapeKind.POLYGON: 8}


def plain_form(kind: ShapeKind, parts: int) -> int:
    """The form byte of a shape of which nothing is known but its parts; 0 parts: empty."""
    if not parts:
        return 0
    return _PLAIN_FORMS[kind] | (MULTIPART if parts > 1 else 0)


def encode_shapes(batch: ShapeBatch) -> list[Optional[bytes]]:
    """Esri blobs of all shapes; None where the batch has NULL.

    Raises `Unsupported` for a shape whose payload does not fit its length slot.
    """
    points, sizes = _with_separators(batch)
    payload, lengths = encode_varints(_payload_values(points, sizes, batch.layout.dimensions))
    edge = offsets(lengths)[offsets(sizes * batch.layout.dimensions)].tolist()
    envelopes = _envelopes(batch, sizes)
    part_lists = _part_lists(batch)
    kind = batch.layout.kind << 2 | batch.layout.has_z << 1 | int(batch.layout.has_m)
    columns = zip(batch.srid.tolist(), sizes.tolist(), batch.form.tolist(), batch.flags.tolist())
    blobs: list[Optional[bytes]] = []
    for index, (srid, size, form, flags) in enumerate(columns):
        if batch.absent[index]:
            blobs.append(None)
            continue
        body = payload[edge[index] : edge[index + 1]]
        head = _HEADER.pack(MAGIC, srid & 0xFFFF, srid >> 16, size, kind, form)
        middle = envelopes.get(index, b"") + part_lists.get(index, b"")
        blobs.append(b"".join((head, middle, _slot(len(body)), struct.pack("<I", flags), body)))
    return blobs


def _slot(length: int) -> bytes:
    if length > _LARGEST_PAYLOAD:
        raise Unsupported("A shape of {bytes} bytes is too large for a geodatabase.", bytes=length)
    return encode_varints(np.array([length]))[0].ljust(4, b"\0")


def _part_counts(batch: ShapeBatch) -> tuple[Integers, Integers]:
    """Vertices of each part, and the shape each part belongs to."""
    start = batch.path_start[batch.path_opens_part]
    return np.diff(np.append(start, batch.vertex_start[-1])), batch.path_shape[batch.path_opens_part]


def _with_separators(batch: ShapeBatch) -> tuple[Integers, Integers]:
    """All vertices with (-1, 0) between parts, and how many each shape has then.

    A separator's z and m are those of the vertex before it (not seen in any file).
    """
    vertices, sizes = batch.grid_vertices, np.diff(batch.vertex_start)
    if batch.layout.kind not in (ShapeKind.LINE, ShapeKind.POLYGON) or not len(batch.path_start):
        return vertices, sizes
    start, shape = batch.path_start[batch.path_opens_part], batch.path_shape[batch.path_opens_part]
    later = np.append(False, shape[1:] == shape[:-1])
    before = start[later]
    separators = vertices[before - 1].copy()
    separators[:, 0], separators[:, 1] = -1, 0
    sizes = sizes + np.bincount(shape[later], minlength=batch.count)
    return np.insert(vertices, before, separators, axis=0), sizes


def _payload_values(points: Integers, sizes: Integers, dimensions: int) -> Integers:
    """Differences in the order of the payload: x and y in turn, then all z, then all m."""
    steps = np.diff(points, axis=0, prepend=np.zeros((1, dimensions), dtype=np.int64))
    start = offsets(sizes)[:-1][sizes > 0]
    steps[start] = points[start]
    if dimensions == 2:
        return steps.ravel()
    values = np.empty(steps.size, dtype=np.int64)
    first = offsets(sizes * dimensions)[:-1]
    number = spans(np.zeros_like(sizes), sizes)
    for axis in range(2):
        values[np.repeat(first + axis, sizes) + 2 * number] = steps[:, axis]
    for axis in range(2, dimensions):
        values[np.repeat(first + axis * sizes, sizes) + number] = steps[:, axis]
    return values


def _envelopes(batch: ShapeBatch, sizes: Integers) -> dict[int, bytes]:
    """min x, min y, max x, max y of the shapes that are large enough to carry them."""
    large = np.flatnonzero(sizes > ENVELOPE_ABOVE)
    if not len(large):
        return {}
    full = np.flatnonzero(np.diff(batch.vertex_start))
    first, xy = batch.vertex_start[full], batch.grid_vertices[:, :2]
    bounds = np.hstack((np.minimum.reduceat(xy, first), np.maximum.reduceat(xy, first)))
    raw, lengths = encode_varints(bounds[np.searchsorted(full, large)].ravel())
    edge = offsets(lengths)[::4].tolist()
    return {index: raw[edge[k] : edge[k + 1]] for k, index in enumerate(large.tolist())}


def _part_lists(batch: ShapeBatch) -> dict[int, bytes]:
    """k and the vertex counts of the first k parts, separators counted, of shapes with k + 1 parts."""
    if batch.layout.kind not in (ShapeKind.LINE, ShapeKind.POLYGON):
        return {}
    counts, shape = _part_counts(batch)
    parts = np.bincount(shape, minlength=batch.count)
    edge = offsets(parts)
    lists = {}
    for index in np.flatnonzero(parts > 1).tolist():
        own = counts[edge[index] : edge[index + 1] - 1] + 1
        lists[index] = encode_varints(np.append(len(own), own))[0]
    return lists
