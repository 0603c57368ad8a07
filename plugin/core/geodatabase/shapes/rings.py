"""Rings of polygon parts: where each one closes, and which are shells.

Within a part of Esri's blob the rings follow each other without any marker: a ring ends where
its first vertex returns. A ring may also touch its own first vertex half way; then the rest of
the part stays open, and the ring has to go on to a later return.
"""

from __future__ import annotations

from typing import Any, Optional

import numpy as np
import numpy.typing as npt

from .batch import Floats, Mask
from .varint import Integers

_VERTEX_BYTES = 16
_FULL_SCANS = 64
_WINDOW = 32
_TOGETHER = 64
"""Parts that must be left for one more step of all at once to be quicker than each on its own."""
_LARGEST_AREA = 1 << 64
_MIXER = np.int64(0x1F3D5B79A6C4E287)


def split_rings(xy: Integers, part_start: Integers, part_end: Integers) -> tuple[Integers, Integers, Mask]:
    """Ring starts, the part of each ring, and a mask of the parts that cannot be closed.

    `xy` is (N, 2) int64; parts are half open ranges that together cover it, none empty. A part
    that cannot be closed comes out as one ring, so that the arrays stay whole; its mask tells.
    """
    unclosed = np.zeros(len(part_start), dtype=bool)
    if not len(part_start):
        return part_start, part_start, unclosed
    starts, owners, rest = _first_returns_together(xy, part_start, part_end)
    for part in rest.tolist():
        begin, end = int(part_start[part]), int(part_end[part])
        found = _ring_starts(np.ascontiguousarray(xy[begin:end]).tobytes())
        unclosed[part] = found is None
        starts.append(np.array(found or [0], dtype=np.int64) + begin)
        owners.append(np.full(len(starts[-1]), part, dtype=np.int64))
    ring_start, ring_part = np.concatenate(starts), np.concatenate(owners)
    order = np.argsort(ring_start, kind="stable")
    return ring_start[order], ring_part[order], unclosed


def _first_returns_together(
    xy: Integers, part_start: Integers, part_end: Integers
) -> tuple[list[Integers], list[Integers], Integers]:
    """Ring starts of the parts that close in the plain way, and their parts; the parts left over.

    Like `_first_returns`, for all parts in step: each looks through a window of the vertices
    ahead for the one that opened its ring, by keys that mix x and y. A part in which two
    vertices share a key without being equal is left over.
    """
    key = np.zeros(len(xy) + _WINDOW + 3, dtype=np.int64)
    np.multiply(xy[:, 0], _MIXER, out=key[: len(xy)])
    key[: len(xy)] += xy[:, 1]
    windows = np.lib.stride_tricks.sliding_window_view(key, _WINDOW)
    part, start = np.arange(len(part_start)), part_start
    seek, end, done = start + 3, part_end, np.zeros(len(part), dtype=bool)
    starts, ends, owners = [start[:0]], [start[:0]], [part[:0]]
    while len(part) >= _TOGETHER:
        matches = windows[seek] == key[start, None]
        column = matches.argmax(axis=1)
        found = seek + column
        hit = matches[np.arange(len(part)), column] & (found < end)
        starts.append(start[hit])
        ends.append(found[hit])
        owners.append(part[hit])
        start, seek = np.where(hit, found + 1, start), np.where(hit, found + 4, seek + _WINDOW)
        done[part[start == end]] = True
        on = seek < end
        if not on.all():
            part, start, seek, end = part[on], start[on], seek[on], end[on]
    ring_start, ring_end, ring_part = map(np.concatenate, (starts, ends, owners))
    done[ring_part[(xy[ring_start] != xy[ring_end]).any(axis=1)]] = False
    closed = done[ring_part]
    return [ring_start[closed]], [ring_part[closed]], np.flatnonzero(~done)


def _ring_starts(vertices: bytes) -> Optional[list[int]]:
    """Vertex numbers where the rings of one part start; None when it cannot be closed.

    Rings of fewer than four vertices are no rings to anybody, so the split avoids them and
    makes one only where the part closes in no other way.
    """
    return _first_returns(vertices) or _closed_split(vertices, 4) or _closed_split(vertices, 2)


def _first_returns(vertices: bytes) -> Optional[list[int]]:
    """The plain case, without a way back: every ring ends where its first vertex first returns."""
    starts, start = [0], 0
    while True:
        end = vertices.find(vertices[start : start + _VERTEX_BYTES], start + 3 * _VERTEX_BYTES)
        if end < 0 or end % _VERTEX_BYTES:
            return None
        start = end + _VERTEX_BYTES
        if start == len(vertices):
            return starts
        starts.append(start // _VERTEX_BYTES)


def _closed_split(vertices: bytes, smallest: int) -> Optional[list[int]]:
    """First return first, and back to later returns where the rest stays open.

    A start that failed once fails always, and the bytes looked at are bounded: a part made to
    be tangled ends as unclosed instead of costing the square of its size.
    """
    last = len(vertices) // _VERTEX_BYTES - 1
    budget = _FULL_SCANS * (len(vertices) + 1024)
    closed: list[tuple[int, int]] = []
    failed: set[int] = set()
    start, seek = 0, smallest - 1
    while budget > 0:
        end = _next_return(vertices, start, seek)
        budget -= ((last if end is None else end) - seek + 2) * _VERTEX_BYTES
        if end == last:
            return [s for s, _ in closed] + [start]
        if end is None:
            failed.add(start)
            if not closed:
                return None
            start, end = closed.pop()
        elif end + 1 not in failed and end + smallest <= last:
            closed.append((start, end))
            start, end = end + 1, end + smallest - 1
        seek = end + 1
    return None


def _next_return(vertices: bytes, start: int, seek: int) -> Optional[int]:
    """The first vertex at or after `seek` that equals the one at `start`."""
    key = vertices[start * _VERTEX_BYTES : (start + 1) * _VERTEX_BYTES]
    at = vertices.find(key, seek * _VERTEX_BYTES)
    while at >= 0 and at % _VERTEX_BYTES:
        at = vertices.find(key, at + 1)
    return at // _VERTEX_BYTES if at >= 0 else None


def signed_areas(xy: Integers, ring_start: Integers, ring_end: Integers) -> npt.NDArray[Any]:
    """Twice the area of each ring, positive where it runs counter-clockwise.

    `xy` in grid units; the rings are closed, half open ranges that together cover it. The steps of a
    closed ring add up to nothing, so the sum of vertex × step is its area wherever the origin lies,
    and right in 64 bits even if terms overflow, as long as the area itself cannot.
    """
    if not len(ring_start):
        return np.zeros(0)
    x, y = xy[:, 0], xy[:, 1]
    step_x, step_y = np.diff(x), np.diff(y)
    step_x[ring_end[:-1] - 1] = step_y[ring_end[:-1] - 1] = 0
    stride = max(abs(int(most)) for step in (step_x, step_y) for most in (step.min(), step.max()))
    # Isoperimetry: four pi times the area is at most the square of the length.
    if (int((ring_end - ring_start).max()) * stride) ** 2 >= _LARGEST_AREA:
        return _areas_in_doubles(xy, ring_start, ring_end)
    result: Integers = np.add.reduceat(x[:-1] * step_y - y[:-1] * step_x, ring_start)
    return result


def _areas_in_doubles(xy: Integers, ring_start: Integers, ring_end: Integers) -> Floats:
    """`signed_areas` of rings of any size, each seen from its own start, where doubles are exact enough."""
    size = ring_end - ring_start
    x, y = ((axis - np.repeat(axis[ring_start], size)).astype(np.float64) for axis in xy[:, :2].T)
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    cross[ring_end[:-1] - 1] = 0.0
    result: Floats = np.add.reduceat(cross, ring_start)
    return result
