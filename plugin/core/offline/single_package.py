"""One package without its map: a geodatabase or a tile package that somebody has on disk.

It becomes an offline map of its own, so that everything downstream (symbols, aliases, credits)
is the same as for a downloaded one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from ..errors import OfflineMapError
from ..geodatabase.catalogue import open_geodatabase
from ..geodatabase.schema import Table
from ..geodatabase.working_copy import WorkingCopy
from ..web_map import LayerKind, LayerRole, MapLayer, WebMap
from .offline_map import FeatureSource, LayerSource, OfflineMap, ReadyLayer, ReadyMap, TileSource


def map_of_geodatabase(file: Path, copy: WorkingCopy) -> OfflineMap:
    """Every layer and table of a converted geodatabase, under the names that its service gave them."""
    errors = {table.name: table.error for table in copy.tables}
    with open_geodatabase(file) as geodatabase:
        tables = geodatabase.tables
    spatial = [_layer_of(table, copy, errors) for table in tables if table.geometry]
    plain = [_layer_of(table, copy, errors) for table in tables if not table.geometry]
    # A service lists its top layer first, a web map its bottom one.
    return _single(file, copy.path.parent, [*reversed(spatial), *plain])


def map_of_tiles(source: TileSource, title: str, work_folder: Path) -> OfflineMap:
    """A tile package as the only layer."""
    kind = LayerKind.TILES
    layer = MapLayer(title, title, kind, LayerRole.OPERATIONAL, {})
    return _single(source.package, work_folder, [ReadyLayer(layer, source)])


def _layer_of(table: Table, copy: WorkingCopy, errors: dict[str, Optional[OfflineMapError]]) -> ReadyLayer:
    role = LayerRole.OPERATIONAL if table.geometry else LayerRole.TABLE
    name = table.layer.get("name")
    title = name if isinstance(name, str) and name else table.alias or table.name
    layer = MapLayer(table.name, title, LayerKind.FEATURES, role, {})
    source: Optional[LayerSource] = FeatureSource(copy.path, table.name, table.layer, "")
    error = errors.get(table.name)
    return ReadyLayer(layer, None if error else source, error)


def _single(file: Path, work_folder: Path, layers: list[ReadyLayer]) -> OfflineMap:
    def of(role: LayerRole) -> tuple[MapLayer, ...]:
        return tuple(entry.layer for entry in layers if entry.layer.role is role)

    web_map = WebMap({}, of(LayerRole.OPERATIONAL), (), of(LayerRole.TABLE), "", {}, None, None)
    ready = ReadyMap(file.stem, web_map, None, tuple(layers))
    return OfflineMap(file.parent, work_folder, file.stem, "", (ready,))
