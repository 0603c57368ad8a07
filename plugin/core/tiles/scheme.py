"""Where tiles lie: levels, origin, tile size and spatial reference of a tile package."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, isfinite, lcm, log2
import re
from typing import NamedTuple, Optional

from ..errors import Damaged

# Half the width of the web mercator square: pi times the radius of WGS 84's equator, in metres.
MERCATOR_HALF = 20037508.342789244
_WEB_MERCATOR_CODES = {3857, 3785, 900913, 102100, 102113}
_WKT_CODE = re.compile(r'AUTHORITY\["EPSG",\s*"?(\d{4,6})"?\]\s*\]\s*$')
# EPSG reserves the codes below; Esri numbers its own reference systems above.
_FIRST_ESRI_CODE = 32768
_MAX_TILE_SIZE = 16384
_MAX_LEVELS = 100
# How far, in pixels of the finest level, tiles may sit beside the standard web mercator grid
# and still count as lying on it.
_GRID_TOLERANCE = 0.5
# Level ratios beyond this fineness are taken as they come, not as fractions.
_MAX_DENOMINATOR = 10_000
_MAX_COMMON_SPANS = 1 << 20
# The extent is widened to pixels that are whole on every level, as far as that takes no more than
# two tiles of the finest level: only so levels lie exactly over each other.
_MAX_SNAP_PIXELS = 512


class TileExtent(NamedTuple):
    """A rectangle in units of the tiles' spatial reference."""

    xmin: float
    ymin: float
    xmax: float
    ymax: float

    def meets(self, other: TileExtent) -> Optional[TileExtent]:
        """The common part; None when there is none."""
        common = TileExtent(
            max(self.xmin, other.xmin),
            max(self.ymin, other.ymin),
            min(self.xmax, other.xmax),
            min(self.ymax, other.ymax),
        )
        return common if common.xmin < common.xmax and common.ymin < common.ymax else None

    def around(self, other: TileExtent) -> TileExtent:
        """The smallest extent that holds both."""
        return TileExtent(
            min(self.xmin, other.xmin),
            min(self.ymin, other.ymin),
            max(self.xmax, other.xmax),
            max(self.ymax, other.ymax),
        )


@dataclass(frozen=True)
class TileRange:
    """Rows and columns of tiles, the last ones included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @property
    def rows(self) -> int:
        return self.last_row - self.first_row + 1

    @property
    def columns(self) -> int:
        return self.last_column - self.first_column + 1

    @property
    def count(self) -> int:
        return self.rows * self.columns


@dataclass(frozen=True)
class SchemeReference:
    """As Esri states it: codes (the latest one is EPSG's where there is one) and Esri WKT."""

    wkid: Optional[int] = None
    latest_wkid: Optional[int] = None
    wkt: str = ""

    @property
    def code(self) -> Optional[int]:
        """The latest code stated, else the one at the end of the WKT."""
        stated = self.latest_wkid or self.wkid
        if stated:
            return stated
        named = _WKT_CODE.search(self.wkt)
        return int(named[1]) if named else None

    @property
    def authority(self) -> str:
        """`EPSG`, `ESRI`, or empty where there is only WKT."""
        if not self.code:
            return ""
        return "EPSG" if self.code < _FIRST_ESRI_CODE else "ESRI"

    @property
    def is_web_mercator(self) -> bool:
        if self.code:
            return bool({self.wkid, self.latest_wkid, self.code} & _WEB_MERCATOR_CODES)
        return "Mercator_Auxiliary_Sphere" in self.wkt

    def same_as(self, other: SchemeReference) -> bool:
        """True when both mean the same, as far as codes and WKT tell."""
        if self.is_web_mercator or other.is_web_mercator:
            return self.is_web_mercator and other.is_web_mercator
        if self.code and other.code:
            others = {other.wkid, other.latest_wkid, other.code}
            return bool({self.wkid, self.latest_wkid, self.code} & others - {None})
        return self.wkt == other.wkt


@dataclass(frozen=True)
class Level:
    """A level of detail. `number` names its folder; `resolution` is units per pixel."""

    number: int
    resolution: float
    scale: float


@dataclass(frozen=True)
class TilingScheme:
    """The grid: origin (top left), pixels per tile, levels from coarse to fine."""

    origin_x: float
    origin_y: float
    tile_width: int
    tile_height: int
    dpi: float
    spatial_reference: SchemeReference
    levels: tuple[Level, ...]
    packet_size: int = 128

    def fault(self) -> Optional[Damaged]:
        """Why no grid can be built from these numbers, as a clause; None when one can."""
        sizes = (self.tile_width, self.tile_height)
        numbers = {level.number for level in self.levels}
        checks = (
            (all(0 < size <= _MAX_TILE_SIZE for size in sizes), Damaged("its tiles have no usable size")),
            (0 < len(self.levels) <= _MAX_LEVELS, Damaged("it declares no level, or far too many")),
            (isfinite(self.origin_x) and isfinite(self.origin_y), Damaged("its origin is not a number")),
            (
                all(1e-12 < level.resolution < 1e12 for level in self.levels),
                Damaged("a level has no usable resolution"),
            ),
            (len(numbers) == len(self.levels), Damaged("two of its levels have the same number")),
            (1 <= self.packet_size <= 1024, Damaged("its bundles have no usable size")),
        )
        return next((fault for good, fault in checks if not good), None)

    def span(self, level: Level) -> tuple[float, float]:
        """Width and height of a tile, in units of the spatial reference."""
        return self.tile_width * level.resolution, self.tile_height * level.resolution

    def extent_of(self, level: Level, tiles: TileRange) -> TileExtent:
        """The ground that a range of tiles covers."""
        width, height = self.span(level)
        return TileExtent(
            self.origin_x + tiles.first_column * width,
            self.origin_y - (tiles.last_row + 1) * height,
            self.origin_x + (tiles.last_column + 1) * width,
            self.origin_y - tiles.first_row * height,
        )

    def tiles_of(self, level: Level, extent: TileExtent) -> TileRange:
        """The tiles that an extent touches; a touch thinner than a hundredth of a pixel is none."""
        width, height = self.span(level)
        edge = level.resolution / 100
        first_row = int((self.origin_y - extent.ymax + edge) // height)
        first_column = int((extent.xmin - self.origin_x + edge) // width)
        last_row = int((self.origin_y - extent.ymin - edge) // height)
        last_column = int((extent.xmax - self.origin_x - edge) // width)
        return TileRange(first_row, first_column, max(first_row, last_row), max(first_column, last_column))

    def snapped(self, extent: TileExtent, levels: tuple[Level, ...]) -> TileExtent:
        """`extent`, widened to whole pixels of the finest of `levels` and of those above it."""
        resolutions = [level.resolution for level in levels]
        step = resolutions[-1]
        for first in reversed(range(len(resolutions))):
            common = common_span(resolutions[first:])
            if common / resolutions[-1] <= _MAX_SNAP_PIXELS:
                step = common
        return TileExtent(
            self.origin_x + step * floor((extent.xmin - self.origin_x) / step + 1e-6),
            self.origin_y - step * ceil((self.origin_y - extent.ymin) / step - 1e-6),
            self.origin_x + step * ceil((extent.xmax - self.origin_x) / step - 1e-6),
            self.origin_y - step * floor((self.origin_y - extent.ymax) / step + 1e-6),
        )

    def mercator_zooms(self, levels: tuple[Level, ...]) -> Optional[dict[int, int]]:
        """Level number → zoom of the standard web mercator grid; None when one does not lie on it.

        The zoom follows from the resolution, never from the level's number: packages exist whose
        levels 0, 1, 2 are zooms 2, 3, 4.
        """
        if not self.spatial_reference.is_web_mercator or self.tile_width != self.tile_height:
            return None
        zooms: dict[int, int] = {}
        for level in levels:
            exact = log2(2 * MERCATOR_HALF / (level.resolution * self.tile_width))
            zoom = round(exact)
            standard = 2 * MERCATOR_HALF / (self.tile_width * 2**zoom) if -1 < zoom < 31 else 0.0
            across = self.tile_width * 2**zoom if standard else 0
            stretch = abs(level.resolution / standard - 1) * across if standard else _GRID_TOLERANCE
            offset = max(abs(self.origin_x + MERCATOR_HALF), abs(self.origin_y - MERCATOR_HALF))
            if stretch >= _GRID_TOLERANCE or offset >= _GRID_TOLERANCE * level.resolution:
                return None
            zooms[level.number] = zoom
        return zooms


def common_span(spans: list[float]) -> float:
    """The smallest length that is whole tiles on every level; the coarsest tile where there is none."""
    finest = spans[-1]
    ratios = [Fraction(span / finest).limit_denominator(_MAX_DENOMINATOR) for span in spans]
    if any(abs(float(ratio) * finest / span - 1) > 1e-9 for ratio, span in zip(ratios, spans)):
        return spans[0]
    # lcm(a/b, c/d) = lcm(a·d, c·b) / (b·d), taken over a common denominator.
    denominator = lcm(*(ratio.denominator for ratio in ratios))
    common = Fraction(lcm(*(int(ratio * denominator) for ratio in ratios)), denominator)
    return float(common) * finest if common / ratios[0] < _MAX_COMMON_SPANS else spans[0]
