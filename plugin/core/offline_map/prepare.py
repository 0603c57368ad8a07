"""From an offline map folder to layers that QGIS can draw.

A geodatabase becomes a GeoPackage working copy; a tile package is drawn in place where the
running QGIS can, else its tiles are copied. What is there already is used again.
"""

from __future__ import annotations

from collections.abc import Iterator
import glob
from pathlib import Path
from typing import Optional

from ..errors import AlreadyWritten, Cancelled, Damaged, NoPackage, OfflineMapError, StorageError
from ..extents import read_extent
from ..geodatabase.catalogue import open_geodatabase
from ..geodatabase.layer_json import describe_layer
from ..host import Feedback, raise_if_cancelled
from ..notice import Notice, notice
from ..storage import GROWING
from ..tiles.convert import Converted, outside_of_square, to_geopackage, to_mbtiles
from ..tiles.elevation import can_move, to_elevation_raster
from ..tiles.filled import copy_of, to_filled_raster
from ..tiles.holes import has_holes
from ..tiles.judge_raster import names_only_own_files
from ..tiles.routes import Drawing, RouteKind, choose_route
from ..tiles.tile_package import TilePackage, open_tile_package
from ..web_map import LayerKind, LayerRole, MapLayer
from ..working_copy.check import check_names, check_working_copy
from ..working_copy.table_names import relationships_in_copy, table_in_copy
from ..working_copy.write import WorkingCopy, copied_tables, write_working_copy
from .copy_rights import keep_rights
from .layout import GEODATABASE_SUFFIX, SIDE_SUFFIXES, MapFolder, work_file
from .map_features import MapFeatures
from .mobile_map import MobileMap, PackagePath, read_mobile_map_package, resolve
from .ready_map import (
    FeatureSource,
    LayerSource,
    OfflineMap,
    ReadyLayer,
    ReadyMap,
    TileLayerFormat,
    TileSource,
)
from .work_record import WorkRecord


def prepare_offline_map(folder: Path, work_folder: Path, drawing: Drawing, feedback: Feedback) -> OfflineMap:
    """Makes what is missing in `work_folder` and names the source of every layer.

    One damaged package is the error of its layers and hides no other. Raises `BadInput` and
    `Damaged` for a folder that is no offline map, `StorageError`, `Cancelled`.
    """
    package = read_mobile_map_package(folder)
    map_features = MapFeatures(package, work_folder, drawing, feedback)
    preparation = _Preparation(work_folder, drawing, feedback, map_features)
    maps = tuple(
        ReadyMap(
            title=package.title if len(package.maps) == 1 else mobile_map.title,
            web_map=mobile_map.web_map,
            extent=_lon_lat_extent(mobile_map),
            layers=tuple(preparation.layer(mobile_map, layer) for layer in mobile_map.web_map.walk()),
        )
        for mobile_map in package.maps
    )
    area = package.maps[0].area
    area_id = area.area_id if area else ""
    return OfflineMap(folder, work_folder, package.title, area_id, maps, tuple(preparation.notices))


class _Preparation:
    """Makes each working file once, however many layers draw from it."""

    def __init__(self, work_folder: Path, drawing: Drawing, feedback: Feedback, map_features: MapFeatures):
        self._work_folder = work_folder
        self._map_features = map_features
        self._drawing = drawing
        self._feedback = feedback
        self._failed: dict[Path, OfflineMapError] = {}
        self._failed_tables: dict[tuple[Path, str], OfflineMapError] = {}
        self._losses: dict[tuple[Path, str], tuple[Notice, ...]] = {}
        self._checked: set[Path] = set()
        self.notices: list[Notice] = []

    def layer(self, mobile_map: MobileMap, layer: MapLayer) -> ReadyLayer:
        """The source of one layer, or its error."""
        if layer.kind in (LayerKind.GROUP, LayerKind.ONLINE_ONLY) and not layer.path:
            return ReadyLayer(layer)
        raise_if_cancelled(self._feedback)
        try:
            if layer.kind is LayerKind.MAP_FEATURES:
                return ReadyLayer(layer, self._map_features.source(layer))
            if not layer.path:
                raise NoPackage(
                    "“{layer}” has no package in this offline map.",
                    next_step="Download the map area again.",
                    layer=layer.title,
                )
            return ReadyLayer(layer, self._source(mobile_map, layer, resolve(mobile_map.folder, layer)))
        except (Cancelled, StorageError):
            raise
        except OfflineMapError as error:
            return ReadyLayer(layer, error=error)

    def _source(self, mobile_map: MobileMap, layer: MapLayer, path: PackagePath) -> LayerSource:
        earlier = self._failed.get(path.file)
        if earlier:
            raise earlier
        try:
            if path.file.suffix.lower() == GEODATABASE_SUFFIX:
                return self._features(mobile_map, layer, path)
            return self._tiles(path.file, layer.role is LayerRole.REFERENCE)
        except (Cancelled, StorageError):
            raise
        except OfflineMapError as error:
            if not isinstance(error, NoPackage):
                self._failed[path.file] = error
            raise

    def _features(self, mobile_map: MobileMap, layer: MapLayer, path: PackagePath) -> FeatureSource:
        copy = work_file(path.file, self._work_folder)
        with open_geodatabase(path.file) as geodatabase:
            own = geodatabase.table_of_layer(path.layer_id) if path.layer_id is not None else None
            table = table_in_copy(own) if own else None
            tables = tuple(map(table_in_copy, geodatabase.tables))
            relationships = relationships_in_copy(geodatabase.relationships)
            described = describe_layer(table, relationships) if table else {}
            problems = {problem.layer_id: problem.error for problem in geodatabase.problems}
        if path.layer_id in problems:
            raise problems[path.layer_id]
        if table is None:
            raise NoPackage(
                "The geodatabase of “{layer}” has no layer number {number}.",
                next_step="Ask the map's author to set up the map area again.",
                layer=layer.title,
                number=path.layer_id,
            )
        if copy not in self._checked:
            self._checked.add(copy)
            made, notices = ready_working_copy(path.file, copy, self._feedback)
            self.notices += notices
            for result in made.tables if made else ():
                self._losses[copy, result.name] = result.losses
                if result.error:
                    self._failed_tables[copy, result.name] = result.error
            keep_rights(copy, tables, relationships, _mode_of(mobile_map, path.file, self._work_folder))
        if table.name not in copied_tables(copy):
            raise self._failed_tables.get((copy, table.name)) or Damaged(
                "“{layer}” could not be read from its geodatabase.",
                next_step="Download the map area again.",
                layer=layer.title,
            )
        losses = self._losses.get((copy, table.name), ()) + check_names(copy, table)
        return FeatureSource(copy, table.name, described, losses)

    def _tiles(self, file: Path, is_reference: bool) -> TileSource:
        return tile_source(file, self._work_folder, self._drawing, self._feedback, is_reference=is_reference)


def ready_working_copy(
    geodatabase: Path, copy: Path, feedback: Feedback
) -> tuple[Optional[WorkingCopy], list[Notice]]:
    """Makes the working copy of a geodatabase where it is missing; else checks it, and says what is amiss.

    Raises as `write_working_copy` and `check_working_copy`.
    """
    if not copy.is_file():
        try:
            made = write_working_copy(geodatabase, copy, feedback)
            WorkRecord(copy.parent).note_working_copy(copy)
            return made, []
        except AlreadyWritten:
            pass  # opened twice at the same time: what the other one made is what this one wants
    return None, checked_working_copy(geodatabase, copy, feedback)


def checked_working_copy(geodatabase: Path, copy: Path, feedback: Feedback) -> list[Notice]:
    """`check_working_copy` of the working copy of a geodatabase. Raises as that."""
    comparable = WorkRecord(copy.parent).has_comparable_rows(copy.name)
    return check_working_copy(copy, geodatabase, feedback, comparable=comparable)


def tile_source(
    file: Path, work_folder: Path, drawing: Drawing, feedback: Feedback, *, is_reference: bool = False
) -> TileSource:
    """What to draw of a tile package: itself, or its copy in `work_folder`, made where it is missing.

    `is_reference`: a reference layer of a basemap, whose holes stay blank.
    """
    with open_tile_package(file) as package:
        route = choose_route(package, drawing, is_reference=is_reference)
        drawn = work_file(file, work_folder, route.suffix) if route.suffix else file
        losses: list[Notice] = []
        if route.suffix and not (drawn.is_file() and _is_current(route.kind, package, drawn)):
            try:
                losses += _copy_tiles(route.kind, package, drawn, drawing, feedback).losses
                files = work_folder.glob(f"{glob.escape(drawn.stem)}.*")
                WorkRecord(work_folder).note_copies(filter(_is_whole, files), feedback)
            except AlreadyWritten:  # as for a working copy
                if not drawn.is_file():
                    raise
        losses += _lasting_losses(route.kind, package, is_reference)
        about = (package.metadata, package.scale_range(), package.legend)
        return TileSource(drawn, _FORMATS[route.kind], file, *about, tuple(losses))


def _lasting_losses(kind: RouteKind, package: TilePackage, is_reference: bool) -> Iterator[Notice]:
    """What the way of drawing loses, each time the package is opened."""
    outside = outside_of_square(package) if kind is RouteKind.MBTILES else 0
    if outside:
        yield notice(
            "tiles", "{count} tiles are outside the web mercator square and are not drawn.", count=outside
        )
    if kind in _BLANK_IN_HOLES and not is_reference and has_holes(package):
        yield notice(
            "tiles",
            "Where detailed tiles are missing, the map stays blank: the area is too large to enlarge "
            "coarser ones.",
        )


def _is_whole(file: Path) -> bool:
    return not file.name.endswith((GROWING, *SIDE_SUFFIXES))


def _is_current(kind: RouteKind, package: TilePackage, drawn: Path) -> bool:
    """False for a raster whose tiles are not, or perhaps no longer, where it looks for them.

    An elevation raster may name a package elsewhere by absolute path, and that may have moved. One that came
    with the folder may name anything.
    """
    if kind is RouteKind.FILLED_VRT:
        return copy_of(drawn).is_file() and names_only_own_files(drawn, package.path)
    if kind is RouteKind.LERC_VRT:
        return can_move(package, drawn) and names_only_own_files(drawn, package.path)
    return True


def _copy_tiles(
    kind: RouteKind, package: TilePackage, target: Path, drawing: Drawing, feedback: Feedback
) -> Converted:
    if kind in (RouteKind.MBTILES, RouteKind.VECTOR_MBTILES):
        return to_mbtiles(package, target, feedback)
    write = _WRITERS[kind]
    return write(package, target, feedback, definition=drawing.definition(package.scheme.spatial_reference))


_WRITERS = {
    RouteKind.GEOPACKAGE: to_geopackage,
    RouteKind.FILLED_VRT: to_filled_raster,
    RouteKind.LERC_VRT: to_elevation_raster,
}
_BLANK_IN_HOLES = (RouteKind.NATIVE_RASTER, RouteKind.GEOPACKAGE, RouteKind.MBTILES)
_FORMATS = {
    RouteKind.NATIVE_RASTER: TileLayerFormat.GDAL,
    RouteKind.GEOPACKAGE: TileLayerFormat.GDAL,
    RouteKind.FILLED_VRT: TileLayerFormat.GDAL,
    RouteKind.LERC_VRT: TileLayerFormat.GDAL,
    RouteKind.MBTILES: TileLayerFormat.MBTILES,
    RouteKind.NATIVE_VECTOR: TileLayerFormat.VTPK,
    RouteKind.VECTOR_MBTILES: TileLayerFormat.VECTOR_MBTILES,
}


def _mode_of(mobile_map: MobileMap, file: Path, work_folder: Path) -> str:
    """The update mode of a package, "" for one that this plugin does not update.

    Updates find the working copies in the map's own folder; others are made of what is another program's.
    """
    packages = mobile_map.area.packages if mobile_map.area else ()
    own = work_folder == MapFolder(mobile_map.folder.parent).work
    modes = (one.update_mode for one in packages if one.path == f"file:./{file.name}")
    return next(modes, "") if own else ""


def _lon_lat_extent(mobile_map: MobileMap) -> Optional[tuple[float, float, float, float]]:
    """The extent of the map's item, which is always longitude and latitude."""
    try:
        (west, south), (east, north) = mobile_map.item["extent"]
    except (KeyError, TypeError, ValueError):
        return None
    return read_extent(west, south, east, north)
