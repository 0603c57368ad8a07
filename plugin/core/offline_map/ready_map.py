"""An offline map, ready to be drawn: every layer of the web map with the file it draws from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Optional, Union

from ..errors import OfflineMapError
from ..notice import Notice
from ..tiles.description import Metadata
from ..tiles.legend import LegendEntry
from ..web_map import MapLayer, WebMap


@dataclass(frozen=True)
class FeatureSource:
    """A table of a working copy.

    `service_layer` is the layer's REST description as the geodatabase holds it (fields,
    aliases, domains, drawing info). `losses` are those of that copy, where it has just been made or where
    an earlier version made it. `read_only` says why the layer must never be edited; None where its working
    copy tells what may be (copy_rights.py).
    """

    file: Path  # GeoPackage
    table: str
    service_layer: Mapping[str, Any]
    losses: tuple[Notice, ...] = ()
    read_only: Optional[Notice] = None


class TileLayerFormat(Enum):
    """How QGIS draws a tile source."""

    GDAL = "gdal"  # the package itself, a GeoPackage or a VRT, by GDAL's raster provider
    MBTILES = "mbtiles"  # raster tiles, by the wms provider
    VTPK = "vtpk"  # the vector tile package itself
    VECTOR_MBTILES = "vector mbtiles"


VECTOR_TILES = (TileLayerFormat.VTPK, TileLayerFormat.VECTOR_MBTILES)


@dataclass(frozen=True)
class TileSource:
    """A tile package, in place or copied.

    `scale_range`: minimum and maximum scale as denominators, 0 where there is no limit.
    """

    file: Path
    format: TileLayerFormat
    package: Path
    metadata: Metadata
    scale_range: tuple[float, float] = (0.0, 0.0)
    legend: tuple[LegendEntry, ...] = ()
    losses: tuple[Notice, ...] = ()


LayerSource = Union[FeatureSource, TileSource]


@dataclass(frozen=True)
class ReadyLayer:
    """A layer or table with its source, or with the error that left it without one.

    Groups and layers that exist online only have neither.
    """

    layer: MapLayer
    source: Optional[LayerSource] = None
    error: Optional[OfflineMapError] = None


@dataclass(frozen=True)
class ReadyMap:
    """One map with its layers; `layers` has an entry for each layer of `web_map.walk()`."""

    title: str
    web_map: WebMap
    extent: Optional[tuple[float, float, float, float]]  # lon/lat: west, south, east, north
    layers: tuple[ReadyLayer, ...]

    def ready(self, layer: MapLayer) -> ReadyLayer:
        """The entry of one layer of the web map."""
        return next(entry for entry in self.layers if entry.layer is layer)


@dataclass(frozen=True)
class OfflineMap:
    """An offline map folder whose layers can be drawn.

    `folder` is what the user knows, `work_folder` where working copies and the project lie:
    `<folder>/qgis` for our own downloads. `area_id` is empty for maps without a map area.
    `notices` tell what was found amiss in working copies that were there already.
    """

    folder: Path
    work_folder: Path
    title: str
    area_id: str
    maps: tuple[ReadyMap, ...]
    notices: tuple[Notice, ...] = ()
