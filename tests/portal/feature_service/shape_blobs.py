"""Shapes of mobile geodatabases as geometry of the REST API: a small reader of the stand-in's own."""

from __future__ import annotations

from typing import Any

from .behaviour import Json
from .layers import Grid

_POINT, _MULTIPOINT, _LINE, _POLYGON = 1, 2, 5, 6
_SEPARATOR = (-1, 0)


class _Numbers:
    """Signed numbers of variable length, one after the other."""

    def __init__(self, blob: bytes, place: int) -> None:
        self.blob, self.place = blob, place

    def next(self) -> int:
        byte = self.blob[self.place]
        self.place += 1
        value, shift, negative = byte & 0x3F, 6, bool(byte & 0x40)
        while byte & 0x80:
            byte = self.blob[self.place]
            self.place += 1
            value |= (byte & 0x7F) << shift
            shift += 7
        return -value if negative else value


def geometry_of(blob: bytes, grid: Grid) -> Json | None:
    """None for an empty shape; measures are left out."""
    count = int.from_bytes(blob[4:8], "little")
    kind, has_z = blob[8] >> 2, bool(blob[8] & 2)
    if not count:
        return None
    numbers = _Numbers(blob, 10)
    for _ in range(4 if count > 10 else 0):
        numbers.next()
    cuts: list[int] = []
    if blob[9] & 0x40 and kind in (_LINE, _POLYGON):
        cuts = [numbers.next() for _ in range(numbers.next())]
    numbers.place += 8
    steps = _running(numbers, count)
    heights = [0] * count
    if has_z:
        height = 0
        for index in range(count):
            height += numbers.next()
            heights[index] = height
    points = [_position(step, height, grid, has_z) for step, height in zip(steps, heights)]
    if kind == _POINT:
        return dict(zip(("x", "y", "z"), points[0]))
    if kind == _MULTIPOINT:
        return {"points": points, **({"hasZ": True} if has_z else {})}
    parts = _parts(points, steps, cuts)
    if kind == _POLYGON:
        return {
            "rings": [ring for part in parts for ring in _rings(part)],
            **({"hasZ": True} if has_z else {}),
        }
    return {"paths": parts, **({"hasZ": True} if has_z else {})}


def _running(numbers: _Numbers, count: int) -> list[tuple[int, int]]:
    x = y = 0
    steps = []
    for _ in range(count):
        x, y = x + numbers.next(), y + numbers.next()
        steps.append((x, y))
    return steps


def _position(step: tuple[int, int], height: int, grid: Grid, has_z: bool) -> list[float]:
    plane = [step[0] / grid.scale + grid.x, step[1] / grid.scale + grid.y]
    return [*plane, height / grid.z_scale + grid.z] if has_z else plane


def _parts(
    points: list[list[float]], steps: list[tuple[int, int]], cuts: list[int]
) -> list[list[list[float]]]:
    """Counted with the separator that ends each part; the last part takes the rest."""
    parts, start = [], 0
    for length in [*cuts, len(points) - sum(cuts)]:
        end = start + length
        last = end - 1 if steps[end - 1] == _SEPARATOR and end < len(points) else end
        parts.append(points[start:last])
        start = end
    return parts


def _rings(part: list[list[float]]) -> list[list[list[float]]]:
    """A ring ends where its first vertex returns; the REST API turns them the other way round."""
    rings: list[Any] = []
    start = 0
    while start < len(part):
        end = part.index(part[start], start + 1) if part[start] in part[start + 1 :] else len(part) - 1
        rings.append(part[start : end + 1][::-1])
        start = end + 1
    return rings
