"""Rings of many parts at once are those of each part alone."""

from __future__ import annotations

from math import cos, pi, sin
import random

import numpy as np
import pytest

from plugin.core.geodatabase.shapes import rings
from plugin.core.geodatabase.shapes.batch import offsets
from plugin.core.geodatabase.shapes.rings import signed_areas, split_rings


def _split(parts):
    edge = offsets(np.array([len(part) for part in parts]))
    starts, owners, unclosed = split_rings(np.concatenate(parts), edge[:-1], edge[1:])
    own = [(starts[owners == k] - edge[k]).tolist() for k in range(len(parts))]
    return own, unclosed.tolist()


def _each_alone(parts):
    """A single part never takes the way of many at once."""
    alone = [_split([part]) for part in parts]
    return [starts[0] for starts, _ in alone], [unclosed[0] for _, unclosed in alone]


def _random_part(rng):
    """Rings of 2 to 100 vertices on a small grid, so that vertices return by chance; some stay open."""
    closed = []
    for size in rng.integers(2, 100, rng.integers(1, 6)):
        ring = rng.integers(0, 12, (size, 2)) + 20 * len(closed)
        ring[-1] = ring[0] if rng.random() < 0.95 else (-7, -7)
        closed.append(ring)
    return np.concatenate(closed)


def test_many_parts_at_once_are_split_like_each_alone():
    rng = np.random.default_rng(11)
    parts = [_random_part(rng) for _ in range(600)]
    starts, unclosed = _split(parts)
    assert (starts, unclosed) == _each_alone(parts)
    assert 0 < sum(unclosed) < 300
    assert max(map(len, starts)) > 3


def test_vertices_of_the_same_key_are_not_taken_for_each_other():
    """A ring seems to close where a vertex has the key of its first without being equal to it."""
    twin = [6, 6 - int(rings._MIXER)]
    part = np.array([[5, 6], [7, 7], [8, 3], twin, [9, 9], [1, 2], [3, 1], [9, 9]])
    assert _split([part] * 100) == ([[0]] * 100, [True] * 100)


def test_short_parts_are_left_open():
    assert _split([np.array([[1, 1], [2, 2], [1, 2]])] * 100) == ([[0]] * 100, [True] * 100)


def exact_area(ring) -> int:
    """Twice the area in whole numbers of any size."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:]))


@pytest.mark.parametrize("reach", [1, 100, 10**6, 10**9, 10**12, 2**51])
@pytest.mark.parametrize("away", [0, 10**11, 2**52])
def test_areas_have_the_right_sign_and_size_wherever_they_lie(reach, away):
    """On fine grids areas go beyond 64 bits, and coordinates up to 53."""
    chance, made = random.Random(reach + away), []
    for corners in (3, 4, 7, 40, 300):
        for turn in (1, -1):
            around = [
                (
                    away + round(reach * cos(2 * pi * turn * k / corners)) + chance.randrange(2),
                    -away + round(reach * sin(2 * pi * turn * k / corners)) + chance.randrange(2),
                )
                for k in range(corners)
            ]
            made.append([*around, around[0]])
    xy = np.array([vertex for ring in made for vertex in ring], dtype=np.int64)
    end = np.cumsum([len(ring) for ring in made])
    found = signed_areas(xy, np.append(0, end[:-1]), end)
    for ring, area in zip(made, found.tolist()):
        wanted = exact_area(ring)
        assert area == pytest.approx(wanted, rel=1e-9, abs=0.5)
        assert (area > 0) == (wanted > 0)
