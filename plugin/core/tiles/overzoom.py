"""Vector tiles for places where a package means “use the parent”.

Vector tile packages leave out tiles that would show nothing more than the tile above: the leaves of a
tile map, and simple places of flat packages. Readers of MBTiles do not look
at parents, so a copy needs these tiles. A child is the parent's geometry, twice as large, cut to the
child's square and a margin that hides the cut; names, values and ids stay as they are.
Source of the encoding: Mapbox Vector Tile specification 2.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
import gzip
from typing import NamedTuple, Union
import zlib

from ..errors import Damaged

_MAX_TILE = 16 << 20
# Lines and outlines may be this much wider than the square, as a share of the tile's extent.
_MARGIN = 16
_MOVE, _LINE, _CLOSE = 1, 2, 7
_POINT, _LINESTRING, _POLYGON = 1, 2, 3
_LAYER, _FEATURE, _EXTENT, _TYPE, _GEOMETRY = 3, 2, 5, 3, 4
_DEFAULT_EXTENT = 4096

Point = tuple[int, int]
Points = list[Point]


class _Path(NamedTuple):
    """A point, line or ring, and the box around it."""

    points: Points
    left: int
    top: int
    right: int
    bottom: int


class _Feature(NamedTuple):
    """`rest` is every field but the geometry, encoded; `paths` are points, lines or rings."""

    kind: int
    rest: bytes
    paths: list[_Path]


@dataclass(frozen=True)
class _Layer:
    """`rest` is every field but the features, encoded: name, keys, values, extent, version."""

    extent: int
    rest: bytes
    features: list[_Feature]


class VectorTile:
    """A decoded vector tile that gives its children."""

    def __init__(self, layers: list[_Layer]) -> None:
        self._layers = layers

    def child(self, down: int, right: int) -> VectorTile:
        """One quarter (0 or 1 down, 0 or 1 right), enlarged; layers without features are left out."""
        layers = []
        for layer in self._layers:
            features = [_quarter(feature, down, right, layer.extent) for feature in layer.features]
            kept = [feature for feature in features if feature.paths]
            if kept:
                layers.append(replace(layer, features=kept))
        return VectorTile(layers)

    def is_empty(self) -> bool:
        return not self._layers

    def encoded(self) -> bytes:
        """The tile as packages hold it: gzip'ed, the same input giving the same bytes."""
        body = b"".join(_field(_LAYER, _encode_layer(layer)) for layer in self._layers)
        return gzip.compress(body, 6, mtime=0)


def read_vector_tile(data: bytes, label: str) -> VectorTile:
    """Decodes a tile, gzip'ed or not. Raises `Damaged`, naming `label`, for anything else."""
    try:
        body = _unpacked(data)
        return VectorTile(_read_layers(body))
    except (ValueError, IndexError, zlib.error) as error:
        raise Damaged(
            "A vector tile in “{file}” cannot be read.",
            next_step="Get the package again: this copy is damaged.",
            file=label,
        ) from error


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    body = inflater.decompress(data, _MAX_TILE)
    if not inflater.eof:
        raise ValueError("ends early, or is larger than any tile")
    return body


def _read_layers(body: bytes) -> list[_Layer]:
    values = (value for number, value, _ in _fields(body) if number == _LAYER)
    return [_read_layer(value) for value in values if isinstance(value, bytes)]


def _read_layer(body: bytes) -> _Layer:
    extent = _DEFAULT_EXTENT
    rest, features = bytearray(), []
    for number, value, raw in _fields(body):
        if number == _FEATURE and isinstance(value, bytes):
            features.append(_read_feature(value))
            continue
        if number == _EXTENT and isinstance(value, int):
            extent = value
        rest += raw
    if not 0 < extent < 1 << 20:
        raise ValueError("no usable extent")
    return _Layer(extent, bytes(rest), features)


def _read_feature(body: bytes) -> _Feature:
    kind, geometry, rest = 0, b"", bytearray()
    for number, value, raw in _fields(body):
        if number == _GEOMETRY and isinstance(value, bytes):
            geometry = value
            continue
        if number == _TYPE and isinstance(value, int):
            kind = value
        rest += raw
    return _Feature(kind, bytes(rest), list(_paths(geometry)))


def _paths(geometry: bytes) -> Iterator[_Path]:
    """The points, lines or rings of a geometry; the cursor runs on from one to the next."""
    numbers = _varints(geometry)
    x = y = at = 0
    points: Points = []
    while at < len(numbers):
        command, count = numbers[at] & 7, numbers[at] >> 3
        at += 1
        if command == _CLOSE:
            continue
        if command not in (_MOVE, _LINE) or at + 2 * count > len(numbers):
            raise ValueError("no such command")
        for _ in range(count):
            x += numbers[at] >> 1 ^ -(numbers[at] & 1)
            y += numbers[at + 1] >> 1 ^ -(numbers[at + 1] & 1)
            at += 2
            if command == _MOVE:
                if points:
                    yield _boxed(points)
                points = []
            points.append((x, y))
    if points:
        yield _boxed(points)


def _boxed(points: Points) -> _Path:
    xs, ys = zip(*points)
    return _Path(points, min(xs), min(ys), max(xs), max(ys))


def _quarter(feature: _Feature, down: int, right: int, extent: int) -> _Feature:
    low, high = -extent // _MARGIN, extent + extent // _MARGIN
    across, along = right * extent, down * extent
    paths: list[_Path] = []
    for points, *box in feature.paths:
        left, top = 2 * box[0] - across, 2 * box[1] - along
        end, bottom = 2 * box[2] - across, 2 * box[3] - along
        if left > high or top > high or end < low or bottom < low:
            continue
        moved = [(2 * x - across, 2 * y - along) for x, y in points]
        if low <= left and low <= top and end <= high and bottom <= high:
            paths.append(_Path(moved, left, top, end, bottom))
        else:
            paths += map(_boxed, _cut(feature.kind, moved, low, high))
    return _Feature(feature.kind, feature.rest, paths)


def _cut(kind: int, points: Points, low: int, high: int) -> list[Points]:
    """What of a line or ring lies in the square from `low` to `high`."""
    if kind == _LINESTRING:
        return _cut_line(points, low, high)
    if kind == _POLYGON:
        ring = points
        for axis in (0, 1):
            ring = _cut_ring(_cut_ring(ring, axis, low, 1), axis, high, -1)
        return [ring] if len(ring) > 2 else []
    return []


def _cut_ring(ring: Points, axis: int, limit: int, sign: int) -> Points:
    """The part of a ring on one side of a straight line (Sutherland and Hodgman)."""
    result: Points = []
    for index, point in enumerate(ring):
        before = ring[index - 1]
        inside, was_inside = sign * (point[axis] - limit) >= 0, sign * (before[axis] - limit) >= 0
        if inside != was_inside:
            result.append(_crossing(before, point, axis, limit))
        if inside:
            result.append(point)
    return result


def _cut_line(line: Points, low: int, high: int) -> list[Points]:
    """The parts of a line within the square."""
    parts: list[Points] = []
    for start, end in zip(line, line[1:]):
        piece = _cut_segment(start, end, low, high)
        if not piece:
            continue
        if parts and parts[-1][-1] == piece[0]:
            parts[-1].append(piece[1])
        else:
            parts.append(piece)
    return parts


def _cut_segment(start: Point, end: Point, low: int, high: int) -> Points:
    for axis in (0, 1):
        for limit, sign in ((low, 1), (high, -1)):
            inside, was_inside = sign * (end[axis] - limit) >= 0, sign * (start[axis] - limit) >= 0
            if not inside and not was_inside:
                return []
            if inside != was_inside:
                crossing = _crossing(start, end, axis, limit)
                start, end = (start, crossing) if was_inside else (crossing, end)
    return [start, end]


def _crossing(start: Point, end: Point, axis: int, limit: int) -> Point:
    """Where a segment crosses a line across `axis`, to the nearest unit."""
    share = (limit - start[axis]) / (end[axis] - start[axis])
    other = round(start[1 - axis] + share * (end[1 - axis] - start[1 - axis]))
    return (limit, other) if axis == 0 else (other, limit)


def _encode_layer(layer: _Layer) -> bytes:
    features = b"".join(_field(_FEATURE, _encode_feature(feature)) for feature in layer.features)
    return layer.rest + features


def _encode_feature(feature: _Feature) -> bytes:
    numbers = bytearray()
    x = y = 0
    if feature.kind == _POINT:
        numbers += _varint(len(feature.paths) << 3 | _MOVE)
    for path in feature.paths:
        for index, point in enumerate(path.points):
            if feature.kind != _POINT and index < 2:
                numbers += _varint((len(path.points) - 1 if index else 1) << 3 | (_LINE if index else _MOVE))
            for step in (point[0] - x, point[1] - y):
                numbers += _varint(step << 1 if step >= 0 else ~(step << 1))
            x, y = point
        if feature.kind == _POLYGON:
            numbers += _varint(1 << 3 | _CLOSE)
    return feature.rest + _field(_GEOMETRY, bytes(numbers))


def _fields(body: bytes) -> Iterator[tuple[int, Union[int, bytes], bytes]]:
    """Number, value and encoding of each field of a protocol buffer."""
    at = 0
    while at < len(body):
        start = at
        key, at = _read_varint(body, at)
        kind = key & 7
        value: Union[int, bytes]
        if kind == 0:
            value, at = _read_varint(body, at)
        elif kind == 2:
            size, at = _read_varint(body, at)
            value, at = body[at : at + size], at + size
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
            value, at = body[at : at + size], at + size
        else:
            raise ValueError("no such field")
        if at > len(body):
            raise ValueError("ends early")
        yield key >> 3, value, body[start:at]


def _read_varint(body: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = body[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise ValueError("no such number")


def _varints(body: bytes) -> list[int]:
    numbers, value, shift = [], 0, 0
    for byte in body:
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            numbers.append(value)
            value = shift = 0
        else:
            shift += 7
            if shift > 63:
                break
    if shift:
        raise ValueError("no such number")
    return numbers


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content
