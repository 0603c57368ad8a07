"""Where in a package the tiles of a level lie: bundles, or a folder for each row (exploded)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
import re
from typing import NoReturn, Optional, Protocol, Union

import numpy as np

from ..errors import Damaged
from ..untrusted.byte_range import ByteRange
from .bundle import MAX_TILE, V1_INDEX_EDGE, Bundle, TileOffsets
from .description import Description
from .members import Members
from .scheme import Level

_LEVEL_FOLDER = re.compile(r"L(\d{2,3})/", re.IGNORECASE)
_BUNDLE = re.compile(r"(R([0-9a-f]{4,8})C([0-9a-f]{4,8}))\.bundle", re.IGNORECASE)
# Rows and columns are below 2^31, as everywhere.
_LIMIT = 1 << 31
_ROW_FOLDER = re.compile(r"R([0-7][0-9a-f]{7})/", re.IGNORECASE)
_TILE_FILE = re.compile(r"C([0-7][0-9a-f]{7})\.(?:png|jpe?g|lerc|pbf)", re.IGNORECASE)


class Storage(Enum):
    """How tiles are kept."""

    COMPACT_V1 = "compact"
    COMPACT_V2 = "compact V2"
    EXPLODED = "exploded"


class TileGroup(Protocol):
    """Tiles that lie together: an open bundle or row folder."""

    def keys(self) -> tuple[TileOffsets, TileOffsets]: ...

    def tiles(self) -> Iterator[tuple[int, int, bytes]]: ...

    def tile(self, row: int, column: int) -> Optional[bytes]: ...

    def spans(self) -> Iterator[tuple[int, int, ByteRange]]: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class BundlePlace:
    """A bundle not yet open, by the row and column of its first tile."""

    name: str
    index_name: str  # the .bundlx of Compact V1, empty for V2
    row: int
    column: int


@dataclass(frozen=True)
class RowPlace:
    """The folder of one row of an exploded cache."""

    name: str
    row: int


TilePlace = Union[BundlePlace, RowPlace]


class TileRow:
    """One row of an exploded cache: a file for each tile."""

    def __init__(self, members: Members, place: RowPlace) -> None:
        self._members = members
        self._row = place.row
        self._files: dict[int, str] = {}
        for child in members.children(place.name):
            match = _TILE_FILE.fullmatch(child)
            if match:
                self._files.setdefault(int(match[1], 16), place.name + child)

    def keys(self) -> tuple[TileOffsets, TileOffsets]:
        """Rows and columns of the tiles."""
        columns = np.array(sorted(self._files), dtype=np.int64)
        return np.full(len(columns), self._row, dtype=np.int64), columns

    def tiles(self) -> Iterator[tuple[int, int, bytes]]:
        """Row, column and bytes of every tile, by column."""
        for column in sorted(self._files):
            data = self.tile(self._row, column)
            if data:
                yield self._row, column, data

    def tile(self, row: int, column: int) -> Optional[bytes]:
        """One tile, None when absent."""
        name = self._files.get(column) if row == self._row else None
        return self._members.read(name, MAX_TILE) if name else None

    def spans(self) -> Iterator[tuple[int, int, ByteRange]]:
        """Row, column and place on disk of every tile."""
        for column, name in sorted(self._files.items()):
            region = self._members.region(name)
            region.close()
            yield self._row, column, region

    def close(self) -> None:
        """Nothing stays open."""


class CacheLayout:
    """The levels and groups of a package.

    Raises `Damaged` where no tile is stored, where a level's folder is unknown to the scheme, and
    for bundle names that contradict each other.
    """

    def __init__(self, members: Members, description: Description) -> None:
        self._members = members
        self._packet_size = description.scheme.packet_size
        root = self._tile_folder(description)
        found = {
            int(match[1]): (root + child, self._storage_in(root + child))
            for child in members.children(root)
            if (match := _LEVEL_FOLDER.fullmatch(child))
        }
        folders = {number: (folder, storage) for number, (folder, storage) in found.items() if storage}
        if not folders:
            raise Damaged(
                "“{file}” contains no tiles.",
                next_step="Get the package again, or ask for it to be created again with tiles.",
                file=members.path.name,
            )
        self._folders = folders  # level number → folder, storage
        self._places: dict[int, dict[tuple[int, int], TilePlace]] = {}
        self.levels = self._placed(folders, description.scheme.levels)
        self.storage = folders[self.levels[0].number][1]
        self.folder = root

    def places(self, level: int) -> list[TilePlace]:
        """The bundles or row folders of a level, in the order of rows and columns."""
        return list(self._places_by_corner(level).values())

    def place_of(self, level: int, row: int, column: int) -> Optional[TilePlace]:
        """The place that would hold a tile; None when there is none."""
        size = self._packet_size
        if self._folders[level][1] is Storage.EXPLODED:
            corner = (row, 0)
        else:
            corner = (row - row % size, column - column % size)
        return self._places_by_corner(level).get(corner)

    def open(self, place: TilePlace) -> TileGroup:
        """The tiles at a place; the caller closes it."""
        if isinstance(place, RowPlace):
            return TileRow(self._members, place)
        index = None
        if place.index_name:
            index = self._members.read(place.index_name, 2 * V1_INDEX_EDGE + 5 * self._packet_size**2 + 4096)
        label = f"{self._members.path.name}/{place.name}"
        region = self._members.region(place.name)
        try:
            return Bundle(region, label, place.row, place.column, self._packet_size, index)
        except BaseException:
            region.close()
            raise

    def is_intact(self, place: TilePlace) -> bool:
        """False for a bundle that differs from its checksum, which only archives have.

        What has to be unpacked, and the files of exploded caches, are checked as they are read.
        """
        return not isinstance(place, BundlePlace) or self._members.is_intact(place.name)

    def bundle_sizes(self) -> list[int]:
        """The bytes of every bundle; empty for exploded caches."""
        return [
            self._members.size(place.name)
            for level in self.levels
            for place in self.places(level.number)
            if isinstance(place, BundlePlace)
        ]

    def is_in_place(self) -> bool:
        """True where every bundle can be read where it lies; exploded caches: where they are on disk."""
        places = (place for level in self.levels for place in self.places(level.number))
        return all(not isinstance(p, BundlePlace) or self._members.is_stored(p.name) for p in places)

    def _places_by_corner(self, level: int) -> dict[tuple[int, int], TilePlace]:
        """Row and column of the first tile → place, listed once."""
        if level not in self._places:
            folder, storage = self._folders[level]
            children = self._members.children(folder)
            if storage is Storage.EXPLODED:
                places = self._rows(folder, children)
            else:
                places = self._bundles(folder, children)
            self._places[level] = dict(sorted(places.items()))
        return self._places[level]

    def _rows(self, folder: str, children: tuple[str, ...]) -> dict[tuple[int, int], TilePlace]:
        matches = (_ROW_FOLDER.fullmatch(child) for child in children)
        return {(int(m[1], 16), 0): RowPlace(folder + m[0], int(m[1], 16)) for m in matches if m}

    def _bundles(self, folder: str, children: tuple[str, ...]) -> dict[tuple[int, int], TilePlace]:
        indexes = {child.casefold(): child for child in children if child.casefold().endswith(".bundlx")}
        found: dict[tuple[int, int], TilePlace] = {}
        for child in children:
            match = _BUNDLE.fullmatch(child)
            if match is None:
                continue
            row, column = int(match[2], 16), int(match[3], 16)
            beyond = max(row, column) > _LIMIT - self._packet_size
            if beyond or row % self._packet_size or column % self._packet_size or (row, column) in found:
                self._misnamed(folder + child)
            index = indexes.get(match[1].casefold() + ".bundlx", "")
            found[row, column] = BundlePlace(folder + child, index and folder + index, row, column)
        return found

    def _storage_in(self, folder: str) -> Optional[Storage]:
        """How the tiles in a level's folder are kept; None when there are none."""
        children = self._members.children(folder)
        for child in children:
            match = _BUNDLE.fullmatch(child)
            if match:
                indexed = match[1].casefold() + ".bundlx" in {name.casefold() for name in children}
                return Storage.COMPACT_V1 if indexed else Storage.COMPACT_V2
            if _ROW_FOLDER.fullmatch(child):
                return Storage.EXPLODED
        return None

    def _tile_folder(self, description: Description) -> str:
        """The folder of the level folders: as declared, `_alllayers`, `tile`, or beside the scheme."""
        wanted = {description.tiles_path.casefold() + "/", "_alllayers/", "tile/"}
        for child in self._members.children(description.folder):
            if child.casefold() in wanted:
                return description.folder + child
        return description.folder

    def _placed(self, folders: Iterable[int], levels: tuple[Level, ...]) -> tuple[Level, ...]:
        """The stored levels, numbered as their folders are.

        Folders carry the level's number; caches whose numbers fit no folder count positions.
        """
        by_number = {level.number: level for level in levels}
        numbers = set(folders)
        if not numbers <= by_number.keys():
            by_number = {index: replace(level, number=index) for index, level in enumerate(levels)}
        strange = sorted(numbers - by_number.keys())
        if strange:
            raise Damaged(
                "“{file}” contains tiles of level {level}, which its tiling scheme does not define.",
                next_step="Get the package again, or ask for it to be created again.",
                file=self._members.path.name,
                level=strange[0],
            )
        return tuple(sorted((by_number[number] for number in numbers), key=lambda level: -level.resolution))

    def _misnamed(self, name: str) -> NoReturn:
        raise Damaged(
            "The name of the bundle “{file}” does not match the start of any bundle.",
            next_step="Get the package again: this copy is damaged.",
            file=f"{self._members.path.name}/{name}",
        )
