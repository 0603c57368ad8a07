"""Levels as one virtual raster: the finest, cut to the extent, with the coarser ones as its overviews.

Source: https://gdal.org/drivers/raster/vrt.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import NamedTuple, Optional

from ..storage import write_whole
from .scheme import Level, SchemeReference, TileExtent, TileRange, TilingScheme

MAX_PIXELS = 2**31 - 1
"""GDAL counts rows and columns of a raster in 32 bits."""


class VirtualBand(NamedTuple):
    """A band as GDAL calls it: type of its values, colour, and the value that means none."""

    data_type: str
    colour: str = ""
    no_data: Optional[float] = None


@dataclass(frozen=True)
class LevelRaster:
    """A raster of whole tiles of one level: those in the range `tiles`."""

    level: Level
    tiles: TileRange
    file: Path


class Rectangle(NamedTuple):
    """Pixels of a raster, from the top left."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class RasterPart:
    """What is drawn of another raster, and where; `is_smooth` where that enlarges.

    `file` lies in the folder of the virtual raster; `options` are those of GDAL to open it with.
    """

    file: Path
    of: Rectangle
    at: Rectangle
    options: Mapping[str, object] = field(default_factory=dict)
    is_smooth: bool = False

    def xml(self, band: int) -> str:
        resampling = ' resampling="bilinear"' if self.is_smooth else ""
        options = "".join(f'<OOI key="{key}">{value}</OOI>' for key, value in self.options.items())
        return (
            f"<SimpleSource{resampling}>{_file_name(self.file)}"
            f"{options and f'<OpenOptions>{options}</OpenOptions>'}<SourceBand>{band}</SourceBand>"
            f"{_rectangle('SrcRect', self.of)}{_rectangle('DstRect', self.at)}</SimpleSource>"
        )


@dataclass(frozen=True)
class VirtualRaster:
    """Writes `target`, a .vrt, and `<target>.L##.vrt` beside it for each coarser level.

    `reference` is WKT or a code with its authority.
    """

    scheme: TilingScheme
    target: Path
    extent: TileExtent
    bands: Sequence[VirtualBand]
    reference: str

    def write(self, levels: Sequence[LevelRaster]) -> None:
        """`levels` from coarse to fine; the target is written last."""
        *coarser, finest = levels
        for raster in coarser:
            write_whole(self._beside(raster.level), self._cut(raster).encode())
        pixel = finest.level.resolution
        place = (
            f"<SRS>{escape(self.reference)}</SRS><GeoTransform>{self.extent.xmin!r}, {pixel!r}, 0,"
            f" {self.extent.ymax!r}, 0, {-pixel!r}</GeoTransform>"
        )
        overviews = [self._beside(raster.level) for raster in reversed(coarser)]
        write_whole(self.target, self._cut(finest, place, overviews).encode())

    def _beside(self, level: Level) -> Path:
        return beside(self.target, level, ".vrt")

    def _cut(self, raster: LevelRaster, place: str = "", overviews: Sequence[Path] = ()) -> str:
        """One level, cut to the extent; at least a pixel of it."""
        pixel = raster.level.resolution
        width = max(1, round((self.extent.xmax - self.extent.xmin) / pixel))
        height = max(1, round((self.extent.ymax - self.extent.ymin) / pixel))
        covered = self.scheme.extent_of(raster.level, raster.tiles)
        left = round((self.extent.xmin - covered.xmin) / pixel)
        top = round((covered.ymax - self.extent.ymax) / pixel)
        x, y = max(0, left), max(0, top)
        wide = min(raster.tiles.columns * self.scheme.tile_width - x, width - max(0, -left))
        high = min(raster.tiles.rows * self.scheme.tile_height - y, height - max(0, -top))
        parts = []
        if min(wide, high) > 0:
            at = Rectangle(max(0, -left), max(0, -top), wide, high)
            parts.append(RasterPart(raster.file, Rectangle(x, y, wide, high), at))
        return virtual_dataset(width, height, self.bands, parts, place, overviews)


def virtual_dataset(
    width: int,
    height: int,
    bands: Sequence[VirtualBand],
    parts: Sequence[RasterPart],
    place: str = "",
    overviews: Sequence[Path] = (),
) -> str:
    """The XML of a virtual raster; later parts lie over earlier ones. `place` is XML, too."""
    content = "".join(
        f'<VRTRasterBand dataType="{band.data_type}" band="{number}">'
        f"{_element('NoDataValue', band.no_data)}{_element('ColorInterp', band.colour or None)}"
        f"{''.join(part.xml(number) for part in parts)}"
        + "".join(
            f"<Overview>{_file_name(file)}<SourceBand>{number}</SourceBand></Overview>" for file in overviews
        )
        + "</VRTRasterBand>"
        for number, band in enumerate(bands, 1)
    )
    return f'<VRTDataset rasterXSize="{width}" rasterYSize="{height}">{place}{content}</VRTDataset>'


def beside(target: Path, level: Level, suffix: str) -> Path:
    """The name of a file that belongs to a level of `target`."""
    return target.with_name(f"{target.name}.L{level.number:02d}{suffix}")


def reference_text(reference: SchemeReference, definition: str) -> str:
    """`definition`, the WKT that the caller knows, else what the package states."""
    if definition:
        return definition
    if reference.is_web_mercator:
        return "EPSG:3857"
    return f"{reference.authority}:{reference.code}" if reference.code else reference.wkt


def _file_name(file: Path) -> str:
    return f'<SourceFilename relativeToVRT="1">{escape(file.name)}</SourceFilename>'


def _rectangle(name: str, pixels: Rectangle) -> str:
    x, y, width, height = pixels
    return f'<{name} xOff="{x!r}" yOff="{y!r}" xSize="{width!r}" ySize="{height!r}"/>'


def _element(name: str, value: object) -> str:
    return "" if value is None else f"<{name}>{value}</{name}>"
