"""Esri's geometry blob → shapes, for whole batches at once.

Layout of a blob (decoded from 31,000 real geometries; facts of the format, section 4):

    0x64 | srid u24 | vertices u32, separators counted | type << 2 | hasZ << 1 | hasM | form
    more than 10 vertices:   min x, min y, max x, max y as varints, in grid units
    lines, polygons of several parts (form & 0x40):  k, then k vertex counts, as varints
    payload length: a varint in a slot of 4 bytes | flags, 4 bytes
    payload: x, y deltas of all vertices interleaved, then z deltas, then m deltas, as varints

`form`: 0 empty, 1 points, 2 line that crosses itself, 4 simple line, 8 area. Parts are separated
by a vertex (-1, 0). The payload is exactly the last `vertices * dimensions` varints of the blob,
so everything can be found from the end without reading the header byte by byte; the header is
then checked against it. A blob that does not fit in every point is not read at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Optional

import numpy as np

from ...notice import Notice, notice
from .batch import Floats, Grid, Mask, ShapeBatch, ShapeKind, ShapeLayout, offsets, spans
from .rings import signed_areas, split_rings
from .varint import LONGEST, Integers, VarintStream

MAGIC = 0x64
HEADER = 18
"""Bytes of the smallest blob: an empty shape, or a point without its payload."""
MULTIPART = 0x40
ENVELOPE_ABOVE = 10
"""A blob with more vertices than this carries its envelope."""

_LONG_RUN = 200
"""Numbers of a blob from which on copying them blob by blob is quicker than all by a mask."""
_LARGEST_STEP = 1 << 54
_LARGEST_COORDINATE = 1 << 53
_FORMS = (0, 1, 2, 4, 8)
_PATHS = (ShapeKind.LINE, ShapeKind.POLYGON)

LARGEST_BLOB = 64 << 20
"""Bytes of a blob beyond which it is not read: some twelve million vertices of a coastline.

A vertex takes a hundred bytes of memory while it is decoded and written, 160 on very fine grids: together
1.2 GiB. Esri's own length slot ends at 128 MiB.
"""
MOST_NUMBERS = 32 << 20
"""Coordinates of a blob, likewise: a hostile one could have as many as bytes."""

NO_BLOB = notice("shape", "it is not a geometry, or is larger than {size} MiB", size=LARGEST_BLOB >> 20)
TOO_MANY = notice("shape", "it has more than {count} million coordinates", count=MOST_NUMBERS >> 20)
OTHER_KIND = notice("shape", "its geometry type is not that of its table")
BROKEN_HEADER = notice("shape", "its header does not fit its length")
UNKNOWN_FLAGS = notice("shape", "it has unknown flags (a curve or a newer kind of geometry)")
TOO_LARGE = notice("shape", "its coordinates are outside the grid")
BROKEN_PARTS = notice("shape", "its parts are not where its header says")
OPEN_RING = notice("shape", "one of its rings is not closed")
UNKNOWN_GRID = notice("shape", "its spatial reference is not in the file")


def decode_shapes(
    blobs: Sequence[Optional[bytes]], layout: ShapeLayout, grids: Mapping[int, Grid]
) -> ShapeBatch:
    """Decodes `blobs`, all of one table, on the grids named by their srid.

    Never raises for what is in a blob: an unreadable one is `absent` in the result and has its
    reason in `problems`, words that complete “it cannot be read: …”. Broken blobs are
    rare, so each check looks at all blobs at once, and the batch starts again without them.
    """
    problems: dict[int, Notice] = {}
    while True:
        whole = not problems and None not in blobs
        live = (
            range(len(blobs))
            if whole
            else [i for i, b in enumerate(blobs) if b is not None and i not in problems]
        )
        try:
            batch = _Decoder([blobs[i] or b"" for i in live], layout, grids).run()
        except _RejectedError as rejected:
            problems.update((live[k], rejected.reason) for k in np.flatnonzero(rejected.which).tolist())
        else:
            return batch if whole else _spread(batch, len(blobs), live, problems)


class _RejectedError(Exception):
    """Some blobs of the batch failed a check."""

    def __init__(self, which: Mask, reason: Notice) -> None:
        super().__init__(reason.text)
        self.which, self.reason = which, reason


def _require(condition: Mask, reason: Notice) -> None:
    if not condition.all():
        raise _RejectedError(~condition, reason)


class _Decoder:
    """The columns of one batch on their way from bytes to shapes; one entry for each blob."""

    def __init__(self, blobs: Sequence[bytes], layout: ShapeLayout, grids: Mapping[int, Grid]) -> None:
        self.layout, self.grids, self.count = layout, grids, len(blobs)
        edge = offsets(np.fromiter(map(len, blobs), dtype=np.int64, count=len(blobs)))
        self.start, self.end = edge[:-1], edge[1:]
        size = self.end - self.start
        _require((size >= HEADER) & (size <= LARGEST_BLOB), NO_BLOB)
        self.stream = VarintStream(b"".join(blobs))

    def run(self) -> ShapeBatch:
        self._read_fixed_header()
        self._find_payload()
        self._read_variable_header()
        vertices = self._running_sums(self._payload())
        vertices, part_start, part_shape = self._parts(vertices)
        return self._shapes(vertices, part_start, part_shape)

    def _bytes(self, position: Integers) -> Integers:
        return self.stream.bytes[position].astype(np.int64)

    def _read_fixed_header(self) -> None:
        head = [self._bytes(self.start + k) for k in range(10)]
        self.srid = head[1] | head[2] << 8 | head[3] << 16
        self.size = head[4] | head[5] << 8 | head[6] << 16 | head[7] << 24
        self.form = head[9]
        layout = self.layout
        _require(head[0] == MAGIC, NO_BLOB)
        dimensions = layout.has_z << 1 | int(layout.has_m)
        _require((head[8] >> 2 == layout.kind) & ((head[8] & 3 == dimensions) | (self.size == 0)), OTHER_KIND)
        numbers = self.size * layout.dimensions
        _require(numbers <= self.end - self.start, BROKEN_HEADER)
        _require(numbers <= MOST_NUMBERS, TOO_MANY)
        _require(np.isin(self.form & ~MULTIPART, _FORMS), UNKNOWN_FLAGS)
        if layout.kind == ShapeKind.POINT:
            _require((self.size <= 1) & (self.form & MULTIPART == 0), BROKEN_HEADER)

    def _find_payload(self) -> None:
        """Counts the varints of the payload back from the end, then checks what precedes it."""
        self.numbers = self.size * self.layout.dimensions
        self.first = self.stream.count_before(self.end) - self.numbers
        payload = self.stream.terminators[np.maximum(self.first, 1) - 1] + 1
        ends_clean = self.stream.bytes[self.end - 1] < 0x80
        _require(ends_clean & (self.first > 0) & (payload >= self.start + HEADER), BROKEN_HEADER)
        self.slot = payload - 8
        stated = self._slot_values()
        _require(stated == self.end - payload, BROKEN_HEADER)
        flags = [self._bytes(payload - 4 + k) for k in range(4)]
        known = (flags[0] == 1) & (flags[1] & ~0x13 == 0) & (flags[2] == 0) & (flags[3] & ~0x0C == 0)
        _require(known, UNKNOWN_FLAGS)
        self.flags = flags[0] | flags[1] << 8 | flags[2] << 16 | flags[3] << 24

    def _slot_values(self) -> Integers:
        """The varints in the four bytes of each length slot; what follows them there is garbage."""
        raw = np.stack([self._bytes(self.slot + k) for k in range(4)])
        _require((raw < 0x80).any(axis=0), BROKEN_HEADER)
        return self.stream.decode(self.slot)

    def _varint_at(self, position: Integers, limit: Integers) -> tuple[Integers, Integers]:
        """One varint per blob and the position after it; -1 where it runs beyond `limit`."""
        index = self.stream.count_before(position)
        last = self.stream.terminators[np.minimum(index, len(self.stream.terminators) - 1)]
        fits = (last >= position) & (last <= limit) & (last - position < LONGEST)
        value = np.full(len(position), -1, dtype=np.int64)
        value[fits] = self.stream.decode(position[fits])
        return value, np.where(fits, last, position) + 1

    def _read_variable_header(self) -> None:
        """Envelope and part counts must fill the bytes up to the payload length exactly."""
        last = len(self.stream.terminators) - 1
        position = self.start + 10
        large = np.flatnonzero(self.size > ENVELOPE_ABOVE)
        fourth = np.minimum(self.stream.count_before(position[large]) + 3, last)
        position[large] = self.stream.terminators[fourth] + 1
        self.separators = np.zeros(self.count, dtype=np.int64)
        self.first_count = np.zeros(self.count, dtype=np.int64)
        listed = np.flatnonzero((self.form & MULTIPART != 0) & (self.layout.kind in _PATHS))
        if len(listed):
            count, after = self._varint_at(np.minimum(position, self.slot)[listed], self.slot[listed] - 1)
            self.separators[listed] = count
            sensible = (self.separators >= 0) & (self.separators < np.maximum(self.size, 1))
            sensible[listed] &= count > 0
            _require(sensible, BROKEN_PARTS)
            self.first_count[listed] = self.stream.count_before(after)
            final = np.minimum(self.first_count[listed] + count - 1, last)
            position[listed] = self.stream.terminators[final] + 1
        _require(position == self.slot, BROKEN_HEADER)

    def _payload(self) -> Integers:
        """The values of all payload varints, blob after blob; each starts where the one before ends."""
        starts = self._before_each_number()
        starts += 1
        values = self.stream.decode(starts)
        if len(values) and (values.max() > _LARGEST_STEP or values.min() < -_LARGEST_STEP):
            self._require_each(np.abs(values) <= _LARGEST_STEP, self.numbers, TOO_LARGE)
        return values

    def _before_each_number(self) -> Integers:
        """The terminator before each payload varint: runs of them, copied where they are long."""
        before, full = self.first - 1, np.flatnonzero(self.numbers)
        if len(full) * _LONG_RUN < self.numbers.sum():
            runs = zip(before[full].tolist(), (before + self.numbers)[full].tolist())
            return np.concatenate([self.stream.terminators[first:last] for first, last in runs])
        change = np.zeros(len(self.stream.terminators) + 1, dtype=np.int8)
        change[before[full]] = 1
        change[(before + self.numbers)[full]] = -1
        inside = np.cumsum(change[:-1], dtype=np.int8).view(np.bool_)
        return self.stream.terminators[inside]

    def _require_each(self, condition: Mask, counts: Integers, reason: Notice) -> None:
        """Like `_require`, for a condition on values of which each blob has `counts`."""
        if not condition.all():
            which = np.ones(self.count, dtype=bool)
            which[np.repeat(np.arange(self.count), counts)[~condition]] = False
            _require(which, reason)

    def _running_sums(self, values: Integers) -> Integers:
        """(N, dimensions) absolute grid coordinates, separators included.

        One sum runs through the whole batch: each shape first goes back from the last vertex of
        the shape before, which is the sum of that shape's steps.
        """
        dimensions = self.layout.dimensions
        result: Integers = np.empty((dimensions, int(self.size.sum())), dtype=np.int64).T
        first_value = offsets(self.numbers)[:-1]
        start = offsets(self.size)[np.flatnonzero(self.size)]
        for axis in range(dimensions):
            if dimensions == 2:
                steps = np.ascontiguousarray(values[axis::2])
            elif axis < 2:
                number = spans(np.zeros_like(self.size), self.size)
                steps = values[np.repeat(first_value + axis, self.size) + 2 * number]
            else:
                steps = values[spans(first_value + axis * self.size, self.size)]
            steps[start[1:]] -= np.add.reduceat(steps, start)[:-1]
            np.cumsum(steps, out=result[:, axis])
        if len(result) and (result.max() > _LARGEST_COORDINATE or result.min() < -_LARGEST_COORDINATE):
            self._require_each((np.abs(result) <= _LARGEST_COORDINATE).all(axis=1), self.size, TOO_LARGE)
        return result

    def _parts(self, vertices: Integers) -> tuple[Integers, Integers, Integers]:
        """The vertices without separators, where each part starts, and the shape it belongs to."""
        if self.layout.kind not in _PATHS:
            none = np.zeros(0, dtype=np.int64)
            return vertices, none, none
        start, full = offsets(self.size)[:-1], np.flatnonzero(self.size)
        index = spans(self.first_count, self.separators)
        counts = self.stream.decode(self.stream.terminators[index - 1] + 1)
        size = np.repeat(self.size, self.separators)
        self._require_each((counts > 1) & (counts < size), self.separators, BROKEN_PARTS)
        running = offsets(counts)
        running = running[1:] - np.repeat(running[offsets(self.separators)[:-1]], self.separators)
        self._require_each(running < size, self.separators, BROKEN_PARTS)
        separator = np.repeat(start, self.separators) + running - 1
        found = np.flatnonzero(vertices[:, 0] == -1)
        found = found[vertices[found, 1] == 0]
        if not np.array_equal(found, separator):
            misplaced = np.ones(len(vertices), dtype=bool)
            misplaced[np.setxor1d(found, separator)] = False
            self._require_each(misplaced, self.size, BROKEN_PARTS)
        part_start = np.sort(np.concatenate((start[full], separator + 1)))
        part_shape = np.repeat(full, self.separators[full] + 1)
        if len(separator):
            kept = np.ones(len(vertices), dtype=bool)
            kept[separator] = False
            vertices = np.array([axis[kept] for axis in vertices.T]).T
            part_start = part_start - np.searchsorted(separator, part_start)
            self.size = self.size - self.separators
        return vertices, part_start, part_shape

    def _shapes(self, vertices: Integers, part_start: Integers, part_shape: Integers) -> ShapeBatch:
        opens_part = np.ones(len(part_start), dtype=bool)
        is_shell = opens_part
        if self.layout.kind == ShapeKind.POLYGON and len(part_start):
            xy, total = vertices[:, :2], len(vertices)
            ring_start, ring_part, unclosed = split_rings(xy, part_start, np.append(part_start[1:], total))
            closed = np.ones(self.count, dtype=bool)
            closed[part_shape[unclosed]] = False
            _require(closed, OPEN_RING)
            opens_part = np.append(True, ring_part[1:] != ring_part[:-1])
            is_shell = opens_part
            if not opens_part.all():
                is_shell = opens_part | (signed_areas(xy, ring_start, np.append(ring_start[1:], total)) > 0)
            part_start, part_shape = ring_start, part_shape[ring_part]
        return ShapeBatch(
            layout=self.layout, count=self.count,
            grid_vertices=vertices, vertices=self._on_grids(vertices), vertex_start=offsets(self.size),
            path_start=part_start, path_shape=part_shape, path_is_shell=is_shell, path_opens_part=opens_part,
            absent=np.zeros(self.count, dtype=bool), srid=self.srid, form=self.form, flags=self.flags,
        )  # fmt: skip

    def _on_grids(self, vertices: Integers) -> Floats:
        """Grid integers to units of the spatial reference."""
        codes = np.unique(self.srid).tolist()
        known = [code for code in codes if code in self.grids]
        _require(np.isin(self.srid, known) | (self.size == 0), UNKNOWN_GRID)
        result = np.empty(vertices.shape)
        for code in known:
            rows = slice(None) if len(codes) == 1 else np.repeat(self.srid == code, self.size)
            for axis, (origin, scale) in enumerate(self.grids[code].axes(self.layout)):
                column = vertices[rows, axis] / scale
                column += origin
                result[rows, axis] = column
        return result


def _spread(batch: ShapeBatch, count: int, live: Sequence[int], problems: dict[int, Notice]) -> ShapeBatch:
    """The batch with its absent shapes back in their places."""
    place = np.array(live, dtype=np.int64)
    sizes = np.zeros(count, dtype=np.int64)
    sizes[place] = np.diff(batch.vertex_start)
    absent = np.ones(count, dtype=bool)
    absent[place] = False
    columns = []
    for column in (batch.srid, batch.form, batch.flags):
        whole = np.zeros(count, dtype=np.int64)
        whole[place] = column
        columns.append(whole)
    return replace(
        batch, count=count, vertex_start=offsets(sizes), path_shape=place[batch.path_shape],
        absent=absent, srid=columns[0], form=columns[1], flags=columns[2], problems=problems,
    )  # fmt: skip
