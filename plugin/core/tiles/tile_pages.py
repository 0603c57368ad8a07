"""The tile table of an SQLite file and its index, written page by page in one pass.

SQLite spends most of a conversion on placing blobs into its b-trees one at a time. Tiles come in no
order that matters, get ascending row numbers, and do not change while they are written: so their pages can
be laid out as they come, and the index once all keys are known. SQLite makes the file before, and
everything else in it before or after.
Source: “Database File Format”, https://www.sqlite.org/fileformat2.html, by the sections named below.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import accumulate
from pathlib import Path
import sqlite3
import struct
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ..errors import Damaged

# §1.6: the kinds of b-tree pages.
_TABLE_LEAF, _TABLE_INTERIOR, _INDEX_LEAF, _INDEX_INTERIOR = 0x0D, 0x05, 0x0A, 0x02
_LEAF_HEADER, _INTERIOR_HEADER, _POINTER = 8, 12, 2
_CHILD = 4  # bytes of a page number
# §1.3.7: where the header of the file says how many pages there are.
_PAGE_COUNT_AT = 28
# §1.4: the page at this offset is for locks and holds nothing.
_LOCK_BYTE = 0x40000000
_WRITE_SIZE = 256 << 10
# §2.1: no value, integers of 8 and 32 bits, blobs (12 + 2 · size).
_NULL, _INT8, _INT32, _BLOB = 0, 1, 4, 12
_PLACE = struct.Struct(">b2i")
# An entry of the index: size, header of the record, zoom, column, row, row number.
_ENTRY = np.dtype([("head", "u1", 6), ("zoom", "i1"), ("column", ">i4"), ("row", ">i4"), ("number", ">i4")])
_ENTRY_HEAD = (_ENTRY.itemsize - 1, 5, _INT8, _INT32, _INT32, _INT32)

TileRecord = tuple[int, int, int, bytes]  # zoom, column, row, data
_Child = tuple[int, bytes]  # the number of a page, and the key that divides it from the next one


@contextmanager
def tile_pages(file: Path, package: str) -> Iterator[TilePages]:
    """Fills the empty table `tiles` of an SQLite file that nobody has open, and gives it its index.

    The table has the columns zoom_level, tile_column, tile_row, tile_data, in this order, and perhaps
    `id INTEGER PRIMARY KEY AUTOINCREMENT` in front. When the block ends without an error the file is whole
    again. `package` names the source in errors. Raises `OSError`, `sqlite3.Error`, and `Damaged` where two
    tiles have one place.
    """
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        numbered = any(name == "id" for _, name, *_ in database.execute("PRAGMA table_info (tiles)"))
        database.execute("CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row)")
        roots = dict(database.execute("SELECT name, rootpage FROM sqlite_master"))
    with file.open("rb+", buffering=0) as opened:
        pages = TilePages(opened, (roots["tiles"], roots["tile_index"]), numbered=numbered)
        yield pages
        pages.finish(package)
    if numbered:
        with closing(sqlite3.connect(file, isolation_level=None)) as database:
            database.execute(
                "INSERT INTO sqlite_sequence SELECT 'tiles', id FROM tiles ORDER BY id DESC LIMIT 1"
            )


class TilePages:
    """Writes the rows of a table and of its index; `roots` are the first pages of the two.

    `numbered`: the table has a column for the row's number. Zooms are below 2^7, columns and rows below
    2^31. Needs some 60 bytes of memory a tile.
    """

    def __init__(self, file: BinaryIO, roots: tuple[int, int], *, numbered: bool) -> None:
        self._file = file
        self._table_root, self._index_root = roots
        header = self._file.read(100)
        size = int.from_bytes(header[16:18], "big")
        self._page_size = 65536 if size == 1 else size
        self._usable = self._page_size - header[20]
        self._largest = self._usable - 35  # §1.7: a bigger record goes on in other pages
        self._next = self._file.seek(0, 2) // self._page_size + 1
        self._lock_page = _LOCK_BYTE // self._page_size + 1
        self._types = bytes([_NULL] * numbered + [_INT8, _INT32, _INT32])
        self._places = array("i")  # zoom, column, row of every tile
        self._leaves: list[_Child] = []
        # The leaf in the making: its cells, each in two parts, and their sizes.
        self._cells: list[bytes] = []
        self._sizes: list[int] = []
        self._room = self._usable - _LEAF_HEADER
        self._rows = 0
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0

    def add(self, rows: Iterable[TileRecord]) -> None:
        """Writes tiles; their row numbers go on from those before."""
        types = self._types
        places: list[int] = []
        for zoom, column, row, data in rows:
            places += (zoom, column, row)
            blob = _varint(_BLOB + 2 * len(data))
            record = bytes((1 + len(types) + len(blob),)) + types + blob + _PLACE.pack(zoom, column, row)
            size = len(record) + len(data)
            kept = data if size <= self._largest else self._spilled(data, len(record))
            head = _varint(size) + _varint(self._rows + 1) + record
            size = len(head) + len(kept)
            if size + _POINTER > self._room:
                self._end_leaf()
            self._rows += 1
            self._room -= size + _POINTER
            self._cells += (head, kept)
            self._sizes.append(size)
        self._places.fromlist(places)

    def finish(self, package: str) -> None:
        """Writes what is left, the index and the roots. Raises `Damaged` where two tiles have one place."""
        if self._leaves:
            self._end_leaf()
            self._write_root(self._table_root, _TABLE_INTERIOR, self._leaves)
        else:
            self._rewrite(self._table_root, b"".join(self._leaf()))
        self._write_index(package)
        self._write_waiting()
        self._file.seek(_PAGE_COUNT_AT)
        self._file.write((self._next - 1).to_bytes(4, "big"))

    def _spilled(self, data: bytes, before: int) -> bytes:
        """Writes the end of a big tile as a chain of pages (§1.7); returns what its cell keeps.

        `before`: bytes of the record in front of the data.
        """
        room = self._usable - _CHILD
        least = (self._usable - 12) * 32 // 255 - 23
        local = least + (before + len(data) - least) % room
        kept = (local if local <= self._largest else least) - before
        first = self._after(self._next - 1)
        for start in range(kept, len(data), room):
            following = self._after(self._after(self._next - 1)) if start + room < len(data) else 0
            self._append(following.to_bytes(_CHILD, "big") + data[start : start + room])
        return data[:kept] + first.to_bytes(_CHILD, "big")

    def _end_leaf(self) -> None:
        """Writes the leaf in the making."""
        self._leaves.append((self._append(*self._leaf()), _varint(self._rows)))
        self._cells, self._sizes = [], []
        self._room = self._usable - _LEAF_HEADER

    def _leaf(self) -> list[bytes]:
        return [self._head(_TABLE_LEAF, self._sizes), *self._cells]

    def _write_index(self, package: str) -> None:
        entries = self._sorted_entries(package)
        fit = (self._usable - _LEAF_HEADER) // (_ENTRY.itemsize + _POINTER)
        if len(entries) <= fit:
            self._rewrite(self._index_root, self._page(_INDEX_LEAF, _cells(entries)))
            return
        # The entry after each leaf stands above, between it and the next; after the last there is none.
        leaves = []
        for first, end in _parts(len(entries) + 1, fit + 1):
            number = self._append(self._page(_INDEX_LEAF, _cells(entries[first : end - 1])))
            leaves.append((number, entries[end - 1 : end].tobytes()))
        self._write_root(self._index_root, _INDEX_INTERIOR, leaves)

    def _sorted_entries(self, package: str) -> NDArray[Any]:
        places = np.frombuffer(self._places, dtype=self._places.typecode).reshape(-1, 3)
        order = np.lexsort(places.T[::-1])
        places = places[order]
        if len(places) > 1 and np.any(np.all(places[1:] == places[:-1], axis=1)):
            raise Damaged(
                "“{file}” contains two tiles for the same place.",
                next_step="Get the package again, or ask for it to be created again.",
                file=package,
            )
        entries = np.empty(len(places), dtype=_ENTRY)
        entries["head"] = _ENTRY_HEAD
        entries["zoom"], entries["column"], entries["row"] = places.T
        entries["number"] = order + 1
        return entries

    def _write_root(self, root: int, kind: int, children: list[_Child]) -> None:
        """Writes the pages above `children`, as many layers as it takes, and the root."""
        longest = max(len(key) for _, key in children)
        fit = (self._usable - _INTERIOR_HEADER) // (_CHILD + longest + _POINTER)
        while len(children) > fit:
            groups = [children[first:end] for first, end in _parts(len(children), fit)]
            children = [(self._append(self._interior(kind, group)), group[-1][1]) for group in groups]
        self._rewrite(root, self._interior(kind, children))

    def _interior(self, kind: int, children: Sequence[_Child]) -> bytes:
        cells = [number.to_bytes(_CHILD, "big") + key for number, key in children[:-1]]
        return self._page(kind, cells, children[-1][0].to_bytes(_CHILD, "big"))

    def _page(self, kind: int, cells: Sequence[bytes], last_child: bytes = b"") -> bytes:
        return b"".join((self._head(kind, list(map(len, cells)), last_child), *cells))

    def _head(self, kind: int, sizes: Sequence[int], last_child: bytes = b"") -> bytes:
        """All of a b-tree page (§1.6) but its cells, with which it ends: header, pointers, free room."""
        *starts, end = accumulate(sizes, initial=self._usable - sum(sizes))
        start = starts[0] if starts else end
        # A start of 65,536 is written as 0.
        head = struct.pack(">B3HB", kind, 0, len(sizes), start & 0xFFFF, 0) + last_child
        return (head + struct.pack(f">{len(starts)}H", *starts)).ljust(start, b"\0")

    def _append(self, *content: bytes) -> int:
        """Adds a page at the end; returns its number."""
        number = self._after(self._next - 1)
        if number > self._next:
            self._wait(b"")
        self._wait(*content)
        self._next = number + 1
        return number

    def _after(self, number: int) -> int:
        """The page that follows: the one for locks is left out."""
        return number + 1 if number + 1 != self._lock_page else number + 2

    def _wait(self, *content: bytes) -> None:
        self._waiting += content
        missing = self._page_size - sum(map(len, content))
        if missing:
            self._waiting.append(bytes(missing))
        self._waiting_bytes += self._page_size
        if self._waiting_bytes >= _WRITE_SIZE:
            self._write_waiting()

    def _write_waiting(self) -> None:
        content = memoryview(b"".join(self._waiting))
        self._waiting, self._waiting_bytes = [], 0
        while content:
            content = content[self._file.write(content) :]

    def _rewrite(self, number: int, content: bytes) -> None:
        """Writes a page that is there already."""
        self._write_waiting()
        self._file.seek((number - 1) * self._page_size)
        self._file.write(content)
        self._file.seek(0, 2)


def _varint(value: int) -> bytes:
    """§1.6: big-endian groups of seven bits, for values below 2^56."""
    if value < 1 << 7:
        return bytes((value,))
    if value < 1 << 14:
        return bytes((value >> 7 | 0x80, value & 0x7F))
    if value < 1 << 21:
        return bytes((value >> 14 | 0x80, value >> 7 & 0x7F | 0x80, value & 0x7F))
    return _varint(value >> 7)[:-1] + bytes((value >> 7 & 0x7F | 0x80, value & 0x7F))


def _cells(entries: NDArray[Any]) -> list[bytes]:
    packed, size = entries.tobytes(), _ENTRY.itemsize
    return [packed[at : at + size] for at in range(0, len(packed), size)]


def _parts(count: int, most: int) -> list[tuple[int, int]]:
    """First and end of as few parts of at most `most` things as there can be, all of nearly one length."""
    parts = -(-count // most)
    bounds = [count * part // parts for part in range(parts + 1)]
    return list(zip(bounds, bounds[1:]))
