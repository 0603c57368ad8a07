"""Geometries inside CIM markers as SVG paths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Optional

from ...core.json_value import is_number, json_list

_MOST_POINTS = 20_000
_LARGEST = 1e6


@dataclass(frozen=True)
class SymbolBox:
    """A box with y up."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def centre(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    def contains(self, other: SymbolBox) -> bool:
        """True where nothing of the other box lies outside."""
        return (
            self.left <= other.left
            and self.bottom <= other.bottom
            and self.right >= other.right
            and self.top >= other.top
        )


@dataclass(frozen=True)
class Path:
    """An SVG path (y down) and its box (y up)."""

    path: str
    box: SymbolBox


def svg_path(geometry: object) -> Optional[Path]:
    """Rings, paths or an envelope as an SVG path; None for points, and for what is no geometry."""
    if not isinstance(geometry, Mapping):
        return None
    envelope = [geometry.get(key) for key in ("xmin", "ymin", "xmax", "ymax")]
    if all(map(is_number, envelope)):
        left, bottom, right, top = envelope
        parts: object = [[[left, bottom], [left, top], [right, top], [right, bottom]]]
        closed = True
    else:
        closed = any(geometry.get(key) for key in ("rings", "curveRings"))
        keys = ("curveRings", "rings") if closed else ("curvePaths", "paths")
        parts = next((geometry[key] for key in keys if geometry.get(key)), None)
    drawn = _Pen()
    for part in json_list(parts):
        if not isinstance(part, list) or not drawn.draw(part, closed):
            return None
    return drawn.finished()


class _Pen:
    """Draws parts of a geometry, bounded and checked."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.seen: list[tuple[float, float]] = []

    def draw(self, part: list, closed: bool) -> bool:
        for number, vertex in enumerate(part):
            if not self._vertex(vertex, "M" if number == 0 else "L") or len(self.seen) > _MOST_POINTS:
                return False
        if closed and part:
            self.words.append("Z")
        return True

    def _vertex(self, vertex: object, verb: str) -> bool:
        if isinstance(vertex, Mapping):
            return self._curve(vertex)
        point = _point(vertex)
        if point is None:
            return False
        self._write(verb, point)
        return True

    def _curve(self, curve: Mapping) -> bool:
        """A Bézier curve, `{"b": [end, control, control]}`; arcs are no part of what is read."""
        points = [_point(entry) for entry in curve.get("b") or []] if isinstance(curve.get("b"), list) else []
        if len(points) != 3 or any(point is None for point in points) or not self.words:
            return False
        end, first, second = points
        self._write("C", first, second, end)
        return True

    def _write(self, verb: str, *points: Optional[tuple[float, float]]) -> None:
        known = [point for point in points if point is not None]
        self.words.append(verb + " ".join(f"{x:.6g},{-y:.6g}" for x, y in known))
        self.seen += known

    def finished(self) -> Optional[Path]:
        if len(self.seen) < 2:
            return None
        across, up = [x for x, _ in self.seen], [y for _, y in self.seen]
        return Path(" ".join(self.words), SymbolBox(min(across), min(up), max(across), max(up)))


def _point(value: object) -> Optional[tuple[float, float]]:
    if not isinstance(value, list) or len(value) < 2 or not all(map(is_number, value[:2])):
        return None
    x, y = value[:2]
    return (float(x), float(y)) if max(abs(x), abs(y)) < _LARGEST else None
