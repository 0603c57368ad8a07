"""The packed R*Tree against the one that SQLite grows itself."""

from __future__ import annotations

from contextlib import closing
import sqlite3

import numpy as np
import pytest

from plugin.core.working_copy import rtree
from plugin.core.working_copy.rtree import CELLS, PackedRtree


def build(path, ids, bounds, parts=1):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE VIRTUAL TABLE packed USING rtree(id, minx, maxx, miny, maxy)")
        tree = PackedRtree(connection, "packed")
        for some, boxes in zip(np.array_split(ids, parts), np.array_split(bounds, parts)):
            tree.add(some, boxes)
        tree.finish()
        connection.commit()
        assert tree.rows == len(ids)


def boxes(count, seed=1):
    rng = np.random.default_rng(seed)
    corner = rng.normal(0, 1e6, (count, 2))
    return np.hstack((corner, corner + rng.exponential(1e3, (count, 2))))


@pytest.mark.parametrize("count", [0, 1, CELLS, CELLS + 1, CELLS * CELLS, CELLS * CELLS + 1, 20_000])
def test_every_size_is_sound(tmp_path, count):
    ids = np.random.default_rng(2).permutation(count * 3)[:count].astype(np.int64) + 1
    build(tmp_path / "x.db", ids, boxes(count), parts=3)
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        assert connection.execute("SELECT rtreecheck('packed')").fetchone() == ("ok",)
        assert sorted(row[0] for row in connection.execute("SELECT id FROM packed")) == sorted(ids.tolist())


def test_it_finds_what_a_grown_tree_finds(tmp_path):
    ids, bounds = np.arange(1, 5001), boxes(5000)
    build(tmp_path / "x.db", ids, bounds)
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        connection.execute("CREATE VIRTUAL TABLE grown USING rtree(id, minx, maxx, miny, maxy)")
        rows = zip(ids.tolist(), *(bounds[:, k].tolist() for k in (0, 2, 1, 3)))
        connection.executemany("INSERT INTO grown VALUES (?, ?, ?, ?, ?)", rows)
        for x0, y0, x1, y1 in boxes(200, seed=3).tolist():
            window = "SELECT id FROM {} WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ? ORDER BY id"
            found = [
                connection.execute(window.format(t), (x0, x1, y0, y1)).fetchall() for t in ("packed", "grown")
            ]
            assert found[0] == found[1]


def test_it_can_be_edited_like_any_other(tmp_path):
    build(tmp_path / "x.db", np.arange(1, 3001), boxes(3000))
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        connection.execute("DELETE FROM packed WHERE id % 3 = 0")
        connection.executemany(
            "INSERT OR REPLACE INTO packed VALUES (?, 0, 1, 0, 1)", ((k,) for k in range(2500, 3500))
        )
        assert connection.execute("SELECT rtreecheck('packed')").fetchone() == ("ok",)


def test_boxes_are_rounded_outward(tmp_path):
    exact = np.array([[0.1, 0.1, 0.3, 0.3], [-16777217.0, -1e-9, 16777217.0, 1e-9]])
    build(tmp_path / "x.db", np.array([1, 2]), exact)
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        rows = connection.execute("SELECT minx, miny, maxx, maxy FROM packed ORDER BY id").fetchall()
    assert (np.array(rows)[:, :2] <= exact[:, :2]).all()
    assert (np.array(rows)[:, 2:] >= exact[:, 2:]).all()
    assert np.abs(np.array(rows) - exact).max() <= 1.0


def test_memory_is_bounded_by_writing_in_portions(tmp_path, monkeypatch):
    monkeypatch.setattr(rtree, "_ROWS_AT_ONCE", 1000)
    ids, bounds = np.arange(1, 10_001), boxes(10_000)
    build(tmp_path / "x.db", ids, bounds, parts=37)
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        assert connection.execute("SELECT rtreecheck('packed')").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM packed").fetchone() == (10_000,)
