"""One package without its map: a geodatabase or a tile package that somebody has on disk.

It becomes an offline map of its own, so that everything downstream (symbols, aliases, credits)
is the same as for a downloaded one.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Optional

from ..errors import Damaged, OfflineMapError
from ..geodatabase.catalogue import open_geodatabase
from ..geodatabase.layer_json import describe_layer
from ..geodatabase.schema import Table
from ..host import Feedback
from ..notice import Notice
from ..tiles.routes import Drawing
from ..tiles.tile_package import open_tile_package
from ..web_map import LayerKind, LayerRole, MapLayer, WebMap
from ..working_copy.check import check_names
from ..working_copy.table_names import relationships_in_copy, table_in_copy
from ..working_copy.write import WorkingCopy, copied_tables
from .layout import GEODATABASE_SUFFIX, TILE_SUFFIXES, work_file
from .prepare import ready_working_copy, tile_source
from .ready_map import FeatureSource, OfflineMap, ReadyLayer, ReadyMap, TileLayerFormat, TileSource

_SCHEMES = ("conf.xml", "root.json")
# An unpacked .tpk holds v101/<name>/conf.xml.
_SCHEME_DEPTH = 2
_MAX_FOLDERS = 100
_VECTOR = (TileLayerFormat.VTPK, TileLayerFormat.VECTOR_MBTILES)


def is_package(path: Path) -> bool:
    """True for a geodatabase, a tile package, an unpacked one or a tile cache (its folder or its
    conf.xml or root.json); by name."""
    if path.is_dir():
        return _holds_scheme(path, _SCHEME_DEPTH)
    return path.suffix.lower() in (GEODATABASE_SUFFIX, *TILE_SUFFIXES) or path.name.lower() in _SCHEMES


def scheme_folder(package: Path) -> Path:
    """The folder of a tile cache that is named by its conf.xml or root.json; any other package itself."""
    return package.parent if package.name.lower() in _SCHEMES else package


def _holds_scheme(folder: Path, depth: int) -> bool:
    with suppress(OSError):
        children = list(folder.iterdir())
        return any(child.name.lower() in _SCHEMES for child in children) or any(
            _holds_scheme(child, depth - 1)
            for child in children[:_MAX_FOLDERS]
            if depth and child.is_dir() and not child.name.startswith(".")
        )
    return False


def open_package(path: Path, work_folder: Path, drawing: Drawing, feedback: Feedback) -> OfflineMap:
    """The layers of one package; what has to be made of it is made in `work_folder`, once.

    Raises `PackageError`s for what cannot be read, `StorageError`, `Cancelled`.
    """
    if path.suffix.lower() != GEODATABASE_SUFFIX:
        with open_tile_package(path) as package:
            title = package.title
        return map_of_tiles(tile_source(path, work_folder, drawing, feedback), title, work_folder)
    copy = work_file(path, work_folder)
    made, notices = ready_working_copy(path, copy, feedback)
    if made is None:
        return replace(map_of_geodatabase(path, copy, {}), notices=tuple(notices))
    return map_of_geodatabase(
        path, copy, table_errors(made), {table.name: table.losses for table in made.tables}
    )


def table_errors(copy: WorkingCopy) -> dict[str, OfflineMapError]:
    """The tables that a conversion could not write, with their errors."""
    return {table.name: table.error for table in copy.tables if table.error}


def map_of_geodatabase(
    file: Path,
    copy: Path,
    errors: Mapping[str, OfflineMapError],
    losses: Mapping[str, tuple[Notice, ...]] = MappingProxyType({}),
) -> OfflineMap:
    """Every layer and table of a geodatabase with its working copy, as its service named them.

    `errors` and `losses` are those of the conversion, by table, where they have not been told yet.
    """
    copied = copied_tables(copy)
    with open_geodatabase(file) as geodatabase:
        tables = tuple(map(table_in_copy, geodatabase.tables))
        relationships = relationships_in_copy(geodatabase.relationships)
        problems = geodatabase.problems
    attached = {one.destination for one in relationships if one.attachments}
    entries = []
    for table in tables:
        error = None if table.name in copied else errors.get(table.name) or _unread(table, file)
        # Attachments that have an owner are shown in its form.
        if error or table.name not in attached:
            described = describe_layer(table, relationships)
            lost = losses.get(table.name, ()) + check_names(copy, table)
            source = FeatureSource(copy, table.name, described, lost)
            entries.append(_layer_of(table, source, error))
    entries += [ReadyLayer(_layer(p.name, p.name, LayerRole.TABLE), error=p.error) for p in problems]
    # A service lists its top layer first, a web map its bottom one.
    return _single(file, copy.parent, entries[::-1])


def map_of_tiles(source: TileSource, title: str, work_folder: Path) -> OfflineMap:
    """A tile package as the only layer."""
    kind = LayerKind.VECTOR_TILES if source.format in _VECTOR else LayerKind.TILES
    layer = MapLayer(title, title, kind, LayerRole.OPERATIONAL, {})
    return _single(source.package, work_folder, [ReadyLayer(layer, source)])


def _layer_of(table: Table, source: FeatureSource, error: Optional[OfflineMapError]) -> ReadyLayer:
    role = LayerRole.OPERATIONAL if table.geometry else LayerRole.TABLE
    name = source.service_layer.get("name")
    title = name if isinstance(name, str) and name else table.name
    return ReadyLayer(_layer(table.name, title, role), None if error else source, error)


def _layer(name: str, title: str, role: LayerRole) -> MapLayer:
    return MapLayer(name, title, LayerKind.FEATURES, role, {})


def _unread(table: Table, file: Path) -> Damaged:
    return Damaged(
        "The table “{table}” of “{file}” could not be read.",
        next_step="Get the file again.",
        table=table.name,
        file=file.name,
    )


def _single(file: Path, work_folder: Path, layers: list[ReadyLayer]) -> OfflineMap:
    def of(role: LayerRole) -> tuple[MapLayer, ...]:
        return tuple(entry.layer for entry in layers if entry.layer.role is role)

    web_map = WebMap({}, of(LayerRole.OPERATIONAL), (), of(LayerRole.TABLE), "", {}, None)
    ready = ReadyMap(file.stem, web_map, None, tuple(layers))
    return OfflineMap(file, work_folder, file.stem, "", (ready,))
