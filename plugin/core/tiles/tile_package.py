"""Tile packages: .tpk, .tpkx, .vtpk and unpacked tile caches, all read in the same way."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Optional

import numpy as np

from ..untrusted.byte_range import ByteRange
from .bundle import TileFormat, TileOffsets, mended, sniff
from .description import Metadata, read_description
from .layout import CacheLayout, TileGroup, TilePlace
from .members import Members, open_members
from .scheme import Level, TileExtent, TileRange

_OPEN_GROUPS = 16
_MAX_RESOURCE = 32 << 20
# Scales are written with more or fewer digits.
_SAME_SCALE = 0.999


class Tile(NamedTuple):
    """One tile as stored. `level` is the number of a stored level; row 0 is at the origin, the top."""

    level: int
    row: int
    column: int
    data: bytes


class TilePackage:
    """An open tile package; a context manager, for one thread at a time.

    path            the file or folder; member: the package's name inside an archive, or empty
    scheme          TilingScheme: origin, tile size, spatial reference, every level declared
    stored_levels   the levels that have tiles, coarse to fine, by their folders
    storage         Storage: Compact V1, Compact V2 or exploded
    tile_format     as declared: PNG, PNG8, PNG24, PNG32, JPEG, MIXED, LERC, PBF ("" if unknown)
    full_extent     TileExtent in the tiles' spatial reference, None where not stated
    metadata        Metadata: title, summary, description, attribution, licence, tags
    legend          LegendEntry: layer, label and picture of each symbol, where the package says
    is_vector       vector tiles (gzip'ed MVT); is_indexed: with a tile map whose leaves are drawn deeper
    root            root.json as read ({} where the scheme is a conf.xml)

    Opening reads the scheme and the names of folders, never tile data.
    """

    def __init__(self, members: Members, member: str = "") -> None:
        self._members = members
        self.path = members.path
        self.member = member
        described = read_description(members)
        self._layout = CacheLayout(members, described)
        self._folder = described.folder
        self.scheme = described.scheme
        self.stored_levels = self._layout.levels
        self.storage = self._layout.storage
        self.tile_format = described.tile_format
        self.full_extent = described.full_extent
        self.metadata: Metadata = described.metadata
        self.legend = described.legend
        self.is_vector = described.is_vector
        self.is_indexed = described.is_indexed
        self._stated_scales = described.scale_range
        self.root = described.root
        self._open_groups: OrderedDict[TilePlace, TileGroup] = OrderedDict()

    def __enter__(self) -> TilePackage:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes every file."""
        for group in self._open_groups.values():
            group.close()
        self._open_groups.clear()
        self._members.close()

    @property
    def title(self) -> str:
        """The title, or the file's name."""
        return self.metadata.title or self.path.stem

    def tiles(
        self, levels: Optional[Iterable[int]] = None, on_damage: Optional[Callable[[], None]] = None
    ) -> Iterator[Tile]:
        """Every tile of every stored level (or of `levels`), as they lie on disk.

        A PNG that lost its first bytes to a known writer fault comes out whole. With `on_damage`, which is
        called for each bundle that is not what the archive's checksum says, bundles are read twice.
        """
        for level in self._numbers(levels):
            for group in self._groups(level, on_damage):
                for row, column, data in group.tiles():
                    yield Tile(level, row, column, mended(data))

    def tile(self, level: int, row: int, column: int) -> Optional[bytes]:
        """One tile, None when absent."""
        if level not in self._numbers(None):
            return None
        place = self._layout.place_of(level, row, column)
        data = self._cached_group(place).tile(row, column) if place else None
        return mended(data) if data else None

    def keys(self, level: int) -> tuple[TileOffsets, TileOffsets]:
        """Rows and columns of the tiles of a stored level; reads indexes only."""
        found = [group.keys() for group in self._groups(level)]
        return np.concatenate([rows for rows, _ in found]), np.concatenate([columns for _, columns in found])

    def count(self) -> int:
        """How many tiles there are; reads indexes only."""
        return sum(len(self.keys(level.number)[0]) for level in self.stored_levels)

    def tile_range(self, level: int) -> Optional[TileRange]:
        """The smallest range that holds every tile of a stored level; None for an empty level."""
        rows, columns = self.keys(level)
        if not len(rows):
            return None
        return TileRange(int(rows.min()), int(columns.min()), int(rows.max()), int(columns.max()))

    def stored_extent(self) -> Optional[TileExtent]:
        """What the tiles of all stored levels cover, in their spatial reference."""
        extent: Optional[TileExtent] = None
        for level in self.stored_levels:
            tiles = self.tile_range(level.number)
            if tiles:
                covered = self.scheme.extent_of(level, tiles)
                extent = extent.around(covered) if extent else covered
        return extent

    def drawn_extent(self) -> Optional[TileExtent]:
        """The full extent where tiles cover it; what tiles cover where none is stated."""
        stored = self.stored_extent()
        if stored and self.full_extent:
            return stored.meets(self.full_extent) or stored
        return stored

    def scale_range(self) -> tuple[float, float]:
        """Minimum and maximum scale as denominators, 0 = no limit: as the service was set to be seen.

        Most services state the scales of their first and last level, which limits nothing: tiles are
        enlarged beyond. Only a range that leaves out levels that are there was an author's choice.
        """
        coarsest, finest = self.stored_levels[0].scale, self.stored_levels[-1].scale
        minimum, maximum = self._stated_scales
        minimum = minimum if finest < minimum < coarsest * _SAME_SCALE else 0.0
        maximum = maximum if finest < maximum * _SAME_SCALE and maximum < (minimum or coarsest) else 0.0
        return minimum, maximum

    def is_complete(self) -> bool:
        """True when no level lacks a tile within the full extent; reads indexes only."""
        wanted = self.full_extent or self.stored_extent()
        return wanted is not None and all(
            self._covers(level, self.scheme.tiles_of(level, wanted)) for level in self.stored_levels
        )

    def _covers(self, level: Level, tiles: TileRange) -> bool:
        rows, columns = self.keys(level.number)
        inside = (rows >= tiles.first_row) & (rows <= tiles.last_row)
        inside &= (columns >= tiles.first_column) & (columns <= tiles.last_column)
        return int(inside.sum()) == tiles.count

    def sniffed_format(self) -> TileFormat:
        """The format of the first tile, by its bytes."""
        return next((sniff(mended(data)) for data in self._first_tiles()), TileFormat.UNKNOWN)

    def needs_mending(self) -> bool:
        """True where the first tile of a level lost its head: readers other than this one fail on it."""
        return any(mended(data) is not data for data in self._first_tiles())

    def lies_at(self, scheme_folder: str, tile_folder: str) -> bool:
        """True for an archive on its own whose parts are in these folders ("" or ending with a slash)."""
        where = (self._folder, self._layout.folder)
        return self.path.is_file() and not self.member and where == (scheme_folder, tile_folder)

    def bundle_sizes(self) -> list[int]:
        """The bytes of every bundle; empty for exploded caches."""
        return self._layout.bundle_sizes()

    def is_in_place(self) -> bool:
        """True where tiles are plain ranges of files: nothing is deflated."""
        return self._layout.is_in_place()

    def spans(self, level: int) -> Iterator[tuple[int, int, ByteRange]]:
        """Row, column and place on disk of each tile of a level; only where `is_in_place()`."""
        for group in self._groups(level):
            yield from group.spans()

    def resource(self, name: str) -> bytes:
        """A file beside root.json, like "resources/styles/root.json" of a vector tile package."""
        return self._members.read(self._folder + name, _MAX_RESOURCE)

    def _first_tiles(self) -> Iterator[bytes]:
        """A tile of each level, as stored."""
        for level in self.stored_levels:
            for group in self._groups(level.number):
                first = next(group.tiles(), None)
                if first:
                    yield first[2]
                    break

    def _numbers(self, levels: Optional[Iterable[int]]) -> list[int]:
        stored = [level.number for level in self.stored_levels]
        return stored if levels is None else [number for number in stored if number in set(levels)]

    def _groups(self, level: int, on_damage: Optional[Callable[[], None]] = None) -> Iterator[TileGroup]:
        """The groups of a level, each open only while it is used."""
        for place in self._layout.places(level):
            if on_damage and not self._layout.is_intact(place):
                on_damage()
            group = self._layout.open(place)
            try:
                yield group
            finally:
                group.close()

    def _cached_group(self, place: TilePlace) -> TileGroup:
        """An open group, kept with the few used last."""
        if place in self._open_groups:
            self._open_groups.move_to_end(place)
            return self._open_groups[place]
        group = self._open_groups[place] = self._layout.open(place)
        if len(self._open_groups) > _OPEN_GROUPS:
            self._open_groups.popitem(last=False)[1].close()
        return group


def open_tile_package(path: Path, member: str = "") -> TilePackage:
    """Opens a .tpk, .tpkx, .vtpk, a cache folder (or its conf.xml), whatever its name says.

    `member` names a package inside the archive `path`, such as a basemap in an .mmpk.
    Raises `BadInput` for an unreadable path, `Damaged`, `Unsupported` and `Untrusted` for what
    `plugin.core.untrusted.archive`, the scheme and the bundles find.
    """
    members = open_members(path, member)
    try:
        return TilePackage(members, member)
    except BaseException:
        members.close()
        raise
