"""Pictures whose holes show the coarser tile, enlarged: a virtual raster over a GeoPackage of the tiles.

No tile is drawn again and none is added: what is enlarged is a part of the coarser level, at the time of
drawing, in each rectangle that has no tile of its own. So a hole costs one line of text however many
levels deep it is, and the transparent pixels of a tile stay transparent.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Optional

from ..host import Feedback
from ..notice import notice
from ..storage import write_whole
from .convert import Converted, to_geopackage
from .geopackage import matrix_zooms
from .holes import Holes, holes, is_countable, places_in
from .scheme import Level, TileExtent
from .tile_package import TilePackage
from .virtual_raster import (
    MAX_PIXELS,
    LevelRaster,
    RasterPart,
    Rectangle,
    VirtualBand,
    VirtualRaster,
    beside,
    reference_text,
    virtual_dataset,
)

# GDAL looks at every rectangle whenever it reads a block.
_MAX_RECTANGLES = 10_000
_BANDS = tuple(VirtualBand("Byte", colour) for colour in ("Red", "Green", "Blue", "Alpha"))


def copy_of(target: Path) -> Path:
    """The GeoPackage with the tiles that `target` shows."""
    return target.with_suffix(".gpkg")


def can_be_filled(package: TilePackage) -> bool:
    """True where GDAL can count the pixels of every level."""
    extent, side = _extent(package), max(package.scheme.tile_width, package.scheme.tile_height)
    if extent is None:
        return False
    places = [places_in(package, level, extent) for level in package.stored_levels]
    return all(is_countable(one) and max(one.rows, one.columns) * side <= MAX_PIXELS for one in places)


def to_filled_raster(
    package: TilePackage, target: Path, feedback: Optional[Feedback] = None, *, definition: str = ""
) -> Converted:
    """Writes `target`, a .vrt, and beside it a .gpkg of the same name and `<target>.L##…` for each level.

    All paths are relative. `definition` and errors as for `to_geopackage`.
    """
    converted = to_geopackage(package, copy_of(target), feedback, definition=definition)
    losses = list(converted.losses)
    extent = _extent(package)
    if extent is not None:
        stack = _Stack(package, target, extent)
        levels = [stack.add(level) for level in package.stored_levels]
        reference = reference_text(package.scheme.spatial_reference, definition)
        VirtualRaster(package.scheme, target, extent, _BANDS, reference).write(levels)
        if stack.left_out:
            losses.append(
                notice(
                    "tiles",
                    "Tiles are missing in so many places that the {count} smallest stay blank.",
                    count=stack.left_out,
                )
            )
    return replace(converted, path=target, losses=tuple(losses))


def _extent(package: TilePackage) -> Optional[TileExtent]:
    """What is drawn, in pixels that are whole on as many levels as possible."""
    drawn = package.drawn_extent()
    return package.scheme.snapped(drawn, package.stored_levels) if drawn else None


class _Stack:
    """Makes a raster of each level, from coarse to fine, that shows the one before where it has holes."""

    def __init__(self, package: TilePackage, target: Path, extent: TileExtent) -> None:
        self.left_out = 0
        self._package = package
        self._target = target
        self._extent = extent
        self._zooms = matrix_zooms(package)
        self._coarser: Optional[LevelRaster] = None

    def add(self, level: Level) -> LevelRaster:
        """The level over those before it, as `<target>.L##.tiles.vrt`."""
        scheme = self._package.scheme
        tiles = places_in(self._package, level, self._extent)
        raster = LevelRaster(level, tiles, beside(self._target, level, ".tiles.vrt"))
        whole = Rectangle(0, 0, tiles.columns * scheme.tile_width, tiles.rows * scheme.tile_height)
        parts = [RasterPart(copy_of(self._target), whole, whole, self._options(raster))]
        if self._coarser:
            found = holes(self._package, level, tiles, _MAX_RECTANGLES)
            parts += self._fillings(raster, self._coarser, found)
            self.left_out += found.left_out
        content = virtual_dataset(int(whole.width), int(whole.height), _BANDS, parts)
        write_whole(raster.file, content.encode())
        self._coarser = raster
        return raster

    def _options(self, raster: LevelRaster) -> dict[str, object]:
        """How GDAL opens the tiles of one level: as that of the place in which they lie."""
        west, south, east, north = self._package.scheme.extent_of(raster.level, raster.tiles)
        zoom = self._zooms[raster.level.number]
        place = {"MINX": west, "MINY": south, "MAXX": east, "MAXY": north}
        return {"ZOOM_LEVEL": zoom, "BAND_COUNT": len(_BANDS), **place}

    def _fillings(self, raster: LevelRaster, coarser: LevelRaster, found: Holes) -> list[RasterPart]:
        scheme = self._package.scheme
        covered = scheme.extent_of(coarser.level, coarser.tiles)
        grounds = (scheme.extent_of(raster.level, place).meets(covered) for place in found.places)
        return [
            RasterPart(
                coarser.file,
                self._pixels(coarser, ground),
                self._pixels(raster, ground),
                is_smooth=True,
            )
            for ground in grounds
            if ground
        ]

    def _pixels(self, raster: LevelRaster, ground: TileExtent) -> Rectangle:
        """Where a piece of ground lies in a raster."""
        whole, pixel = self._package.scheme.extent_of(raster.level, raster.tiles), raster.level.resolution
        return Rectangle(
            round((ground.xmin - whole.xmin) / pixel, 6),
            round((whole.ymax - ground.ymax) / pixel, 6),
            round((ground.xmax - ground.xmin) / pixel, 6),
            round((ground.ymax - ground.ymin) / pixel, 6),
        )
