"""How a tile package comes on screen: by its content and by the GDAL and QGIS that run.

Native drawing is chosen only where it was seen to be right; everything else is copied, byte for
byte, into a file that draws right everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Optional

from ..errors import Unsupported
from ..host import Vertex, VertexProjector
from .bundle import TileFormat
from .filled import can_be_filled
from .holes import has_holes
from .layout import Storage
from .scheme import SchemeReference, TileExtent
from .tile_package import TilePackage

# 3.9.1 finds every writer's root.json and keeps to the levels that are stored.
_GDAL_READS_TPKX = 3_09_01_00
# 3.32 falls back to the parent of a missing tile and draws the leaves of a tile map.
_QGIS_READS_VTPK = 3_32_00
# The native reader copies the whole bundle for each tile: 7 tiles a second at 51 MB.
_BIG_BUNDLE = 20 << 20
_GDAL_PACKET_SIZE = 128
_GDAL_MAX_TILE = 8192
_GDAL_MAX_RASTER = 2**31 - 1


class RouteKind(Enum):
    """What is made of a package, if anything."""

    NATIVE_RASTER = "native raster"  # GDAL opens the package
    NATIVE_VECTOR = "native vector"  # QGIS opens the package
    MBTILES = "MBTiles"
    GEOPACKAGE = "GeoPackage"
    FILLED_VRT = "filled VRT"  # a virtual raster over a GeoPackage, its holes filled by coarser tiles
    LERC_VRT = "LERC VRT"  # a virtual raster over the elevation tiles in the package
    VECTOR_MBTILES = "vector MBTiles"


def stated_definition(reference: SchemeReference) -> str:
    """The WKT that a package states itself: all there is without a host that knows more."""
    return reference.wkt


def unmoved(_vertices: Sequence[Vertex], _source: object, _target: object) -> list[Vertex]:
    """Raises `ValueError`: without a host nobody knows how to project."""
    raise ValueError("nobody projects")


@dataclass(frozen=True)
class Drawing:
    """What draws: `int(gdal.VersionInfo())`, `Qgis.QGIS_VERSION_INT`, GDAL's driver names and
    file extensions, in lower case (extensions without a dot), who knows the WKT of a spatial
    reference (most packages state no more than a code, and GDAL resolves only EPSG's), and who projects."""

    gdal_version: int
    qgis_version: int
    drivers: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()
    definition: Callable[[SchemeReference], str] = stated_definition
    project_vertices: VertexProjector = unmoved


@dataclass(frozen=True)
class Route:
    """The way to go and why; `suffix` is that of the file to make, empty for native drawing."""

    kind: RouteKind
    reason: str

    @property
    def suffix(self) -> str:
        return _SUFFIXES.get(self.kind, "")


_SUFFIXES = {
    RouteKind.MBTILES: ".mbtiles",
    RouteKind.VECTOR_MBTILES: ".mbtiles",
    RouteKind.GEOPACKAGE: ".gpkg",
    RouteKind.FILLED_VRT: ".vrt",
    RouteKind.LERC_VRT: ".vrt",
}


def choose_route(package: TilePackage, drawing: Drawing, *, is_reference: bool = False) -> Route:
    """The route for a package on this QGIS. Reads indexes and one tile, writes nothing.

    `is_reference`: a reference layer of a basemap, whose holes stay blank.
    Raises `Unsupported` where no route exists: vector tiles beside the web mercator grid on
    QGIS before 3.32, and elevation tiles on a GDAL built without MRF.
    """
    if package.is_vector:
        return _vector_route(package, drawing)
    if package.sniffed_format() is TileFormat.LERC:
        return _elevation_route(package, drawing)
    if not is_reference and has_holes(package) and can_be_filled(package):
        return Route(RouteKind.FILLED_VRT, "it has holes, which no reader fills with coarser tiles")
    obstacle = _native_obstacle(package, drawing)
    if not obstacle:
        return Route(RouteKind.NATIVE_RASTER, "GDAL reads this package as it is")
    zooms = package.scheme.mercator_zooms(package.stored_levels)
    if zooms is None or _leaves_out_a_zoom(zooms):
        return Route(RouteKind.GEOPACKAGE, obstacle)
    return Route(RouteKind.MBTILES, obstacle)


def _leaves_out_a_zoom(zooms: dict[int, int]) -> bool:
    """True where QGIS would draw MBTiles blank on a zoom between two others."""
    return max(zooms.values()) - min(zooms.values()) >= len(zooms)


def _vector_route(package: TilePackage, drawing: Drawing) -> Route:
    on_mercator = package.scheme.mercator_zooms(package.stored_levels) is not None
    obstacle: Optional[Unsupported] = None
    if drawing.qgis_version < _QGIS_READS_VTPK:
        obstacle = Unsupported("this QGIS does not read vector tile packages completely")
    elif not package.lies_at("p12/", "p12/tile/"):
        obstacle = Unsupported("its parts are where QGIS does not look for them")
    elif max(package.bundle_sizes(), default=0) > _BIG_BUNDLE and on_mercator:
        obstacle = Unsupported("its bundles are so big that QGIS would draw slowly")
    if obstacle is None:
        return Route(RouteKind.NATIVE_VECTOR, "QGIS reads this package as it is")
    if on_mercator:
        return Route(RouteKind.VECTOR_MBTILES, obstacle.text)
    raise Unsupported(
        "“{file}” cannot be drawn: {reason}, and its grid is not web mercator.",
        next_step="Open it with a newer QGIS, or ask for it to be created in web mercator.",
        file=package.path.name,
        reason=obstacle,
    )


def _elevation_route(package: TilePackage, drawing: Drawing) -> Route:
    if "mrf" in drawing.drivers:
        return Route(RouteKind.LERC_VRT, "its tiles hold elevations, which keep their values only so")
    raise Unsupported(
        "“{file}” cannot be drawn: this GDAL does not read elevation tiles (LERC).",
        next_step="Open it with a QGIS whose GDAL has the MRF driver.",
        file=package.path.name,
    )


def _native_obstacle(package: TilePackage, drawing: Drawing) -> str:
    """Why GDAL should not open the package itself; empty where it should."""
    if "esric" not in drawing.drivers:
        return "this GDAL has no reader for tile packages"
    if package.storage is not Storage.COMPACT_V2:
        return "GDAL reads no tiles of this kind"
    if not package.root:
        return "GDAL takes every level of a cache for stored, and its extent for the whole grid"
    if drawing.gdal_version < _GDAL_READS_TPKX or "tpkx" not in drawing.extensions:
        return "this GDAL does not read tile packages right"
    if package.path.suffix.casefold() != ".tpkx" or not package.lies_at("", "tile/"):
        return "its parts lie where GDAL does not look"
    return _grid_obstacle(package) or _content_obstacle(package)


def _grid_obstacle(package: TilePackage) -> str:
    scheme = package.scheme
    if (
        scheme.packet_size != _GDAL_PACKET_SIZE
        or scheme.tile_width != scheme.tile_height
        or scheme.tile_width > _GDAL_MAX_TILE
    ):
        return "GDAL does not read tiles or bundles of this size"
    if not _is_even(scheme.origin_x, scheme.origin_y, package.full_extent):
        return "its grid does not lie evenly around zero, as GDAL takes for granted"
    if 2 * max(-scheme.origin_x, scheme.origin_y) / package.stored_levels[-1].resolution > _GDAL_MAX_RASTER:
        return "it has more pixels than GDAL can count"
    return "" if _has_every_level(package) else "not all of its levels are stored"


def _is_even(x: float, y: float, extent: Optional[TileExtent]) -> bool:
    """True where the grid runs from (x, y) to (-x, -y) and the full extent lies inside."""
    return (
        extent is not None
        and x <= extent.xmin
        and extent.xmax <= -x
        and -y <= extent.ymin
        and extent.ymax <= y
    )


def _has_every_level(package: TilePackage) -> bool:
    """True where minLOD to maxLOD, which GDAL goes by, are just the levels that have tiles."""
    levels = package.stored_levels
    if (package.root.get("minLOD"), package.root.get("maxLOD")) != (levels[0].number, levels[-1].number):
        return False
    declared = [level.resolution for level in package.scheme.levels]
    first, last = declared.index(levels[0].resolution), declared.index(levels[-1].resolution)
    return last - first + 1 == len(levels)


def _content_obstacle(package: TilePackage) -> str:
    if not package.is_in_place():
        return "its tiles are deflated"
    if package.needs_mending():
        return "some of its tiles lost their first bytes"
    if package.sniffed_format() is TileFormat.JPEG and not package.is_complete():
        return "it has holes, which GDAL draws black in JPEG"
    return ""
