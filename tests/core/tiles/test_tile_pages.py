"""Pages of SQLite files that SQLite did not write: it must not notice."""

from contextlib import closing
import os
import random
import sqlite3

import pytest

from plugin.core.errors import Damaged
from plugin.core.tiles.tile_pages import tile_pages
from tests.fuzz.tile_pages import PAGES, check, make_empty, try_once

LOCK_BYTE = 1 << 30


def fill(path, rows):
    with tile_pages(path, "town.tpk") as pages:
        pages.add(rows)


@pytest.mark.parametrize("numbered", [False, True])
@pytest.mark.parametrize("page_size", PAGES)
def test_sizes_around_every_boundary(tmp_path, page_size, numbered):
    """Around a full leaf, the largest record without a chain, and chains of one, two and three pages."""
    edges = [page_size * pages + step for pages in (1, 2, 3) for step in range(-90, 3)]
    least = (page_size - 12) * 32 // 255 - 23
    edges += [least + page_size * pages + step for pages in (0, 1, 2) for step in range(-30, 8)]
    rows = [(7, number, 3, bytes([number % 251]) * max(0, size)) for number, size in enumerate(edges)]
    file = tmp_path / "tiles.mbtiles"
    make_empty(file, page_size, numbered=numbered)
    fill(file, rows)
    check(file, rows)


@pytest.mark.parametrize("count", [0, 1, 2, 22, 23, 24, 25, 460, 5000])
def test_every_depth_of_the_trees(tmp_path, count):
    """Small pages make deep trees: of 512 bytes, 23 entries fill a page of the index."""
    rng = random.Random(count)
    rows = [
        (rng.randrange(20), number, rng.randrange(1 << 31), bytes(number % 90)) for number in range(count)
    ]
    rng.shuffle(rows)
    file = tmp_path / "tiles.gpkg"
    make_empty(file, 512, numbered=True)
    fill(file, rows)
    check(file, rows)


def test_random_tables(tmp_path):
    rng = random.Random(7)
    assert sum(try_once(tmp_path / "tiles.mbtiles", rng) for _ in range(40)) > 1000


@pytest.mark.parametrize("page_size", [4096, 32768, 65536])
@pytest.mark.parametrize("size", [1000, 200_000])
def test_the_page_of_the_locks_stays_empty(tmp_path, page_size, size):
    """A file of 1 GiB has a page in its middle that must not be used. (What lies before is a hole.)"""
    file = tmp_path / "tiles.mbtiles"
    make_empty(file, page_size, numbered=False)
    os.truncate(file, LOCK_BYTE - 40 * page_size)
    rows = [(9, number, 0, os.urandom(size)) for number in range(60 * page_size // size + 20)]
    fill(file, rows)
    assert file.stat().st_size > LOCK_BYTE + page_size
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("PRAGMA integrity_check(tiles)").fetchall() == [("ok",)]
        stored = database.execute("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles").fetchall()
    assert stored == rows
    with file.open("rb") as opened:
        opened.seek(LOCK_BYTE)
        assert not any(opened.read(page_size))


def test_two_tiles_for_one_place_are_an_error(tmp_path):
    file = tmp_path / "tiles.mbtiles"
    make_empty(file, 4096, numbered=False)
    with pytest.raises(Damaged, match=r"town\.tpk"):
        fill(file, [(1, 0, 0, b"a"), (1, 1, 0, b"b"), (1, 0, 0, b"c")])
