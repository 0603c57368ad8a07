"""Fills tile tables of random sizes and lets SQLite judge them.

    python -m tests.fuzz.tile_pages [files] [seed]

Page sizes, numbers of tiles and sizes of tiles are drawn so that they meet and cross every boundary of the
format: empty and full pages, records that just fit and just do not, chains of one page and of many. A finding
is any word of `PRAGMA integrity_check` but ok, a tile that is not found by its place or comes back other
than it went in, and a file that SQLite cannot go on writing.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
import random
import sqlite3
import sys
import tempfile

from plugin.core.tiles.tile_pages import tile_pages

PAGES = (512, 1024, 4096, 32768, 65536)


def make_empty(path: Path, page_size: int, *, numbered: bool) -> None:
    """An SQLite file with an empty table of tiles, as MBTiles and GeoPackages have."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(f"PRAGMA page_size = {page_size}")
        number = "id INTEGER PRIMARY KEY AUTOINCREMENT, " if numbered else ""
        columns = "zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB"
        database.execute(f"CREATE TABLE tiles ({number}{columns})")


def check(path: Path, rows: list[tuple[int, int, int, bytes]]) -> None:
    """Asserts that SQLite finds the rows, whole and by their places, and can add to them."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        wanted = "SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles"
        assert database.execute(f"{wanted} ORDER BY rowid").fetchall() == rows
        for row in rows[:: max(1, len(rows) // 20)]:
            found = database.execute(
                f"{wanted} WHERE (zoom_level, tile_column, tile_row) = (?, ?, ?)", row[:3]
            )
            assert found.fetchall() == [row]
        values = "(zoom_level, tile_column, tile_row, tile_data) VALUES (120, 0, 0, zeroblob(100000))"
        last = database.execute(f"INSERT INTO tiles {values}").lastrowid
        assert last == len(rows) + 1
        database.execute("DELETE FROM tiles WHERE zoom_level < 120 AND rowid % 3 = 1")
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def random_rows(rng: random.Random, page_size: int) -> list[tuple[int, int, int, bytes]]:
    """Tiles in no order; `rng` decides on how many and how big."""
    count = rng.choice((0, 1, 2, 3, rng.randrange(60), rng.randrange(2000)))
    most = 200_000 if count < 60 else 3 * page_size if count < 500 else 600
    places = set()
    while len(places) < count:
        edge = rng.choice((10, 1 << 20, 1 << 31))
        places.add((rng.randrange(31), rng.randrange(edge), rng.randrange(edge)))

    def size() -> int:
        near = rng.choice((35, 12, 0)) + rng.randrange(40)
        whole = page_size * rng.randrange(1, 5)
        return min(most, rng.choice((rng.randrange(most), max(0, whole - near), rng.randrange(140))))

    ordered = sorted(places)
    rng.shuffle(ordered)
    return [(*place, rng.randbytes(size())) for place in ordered]


def try_once(path: Path, rng: random.Random) -> int:
    """One file; returns its number of tiles."""
    page_size = rng.choice(PAGES)
    make_empty(path, page_size, numbered=rng.random() < 0.5)
    rows = random_rows(rng, page_size)
    with tile_pages(path, "fuzzed.tpk") as pages:
        while_left = list(rows)
        while while_left:
            part = rng.randrange(1, 100)
            pages.add(while_left[:part])
            del while_left[:part]
    check(path, rows)
    return len(rows)


def main(files: int = 2_000, seed: int = 1) -> int:
    """Tries `files` files; the first finding ends it with its traceback."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        tiles = sum(try_once(Path(folder) / "fuzzed.mbtiles", rng) for _ in range(files))
    sys.stdout.write(f"{files} files with {tiles} tiles, seed {seed}; no finding\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
