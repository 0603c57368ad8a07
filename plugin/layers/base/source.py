"""The source of a layer, made of the path of its file, and the file of a layer, read from its source.

The one place that knows how QGIS spells a path: as it is for OGR and GDAL, percent-encoded inside of the
addresses by which it opens tiles.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
import sqlite3
from typing import Optional

from qgis.core import QgsDataSourceUri, QgsMapLayer, QgsProviderRegistry, QgsRasterLayer, QgsVectorLayer
from qgis.PyQt.QtCore import QUrl

from ...core.offline_map.layout import WORKING_COPY_SUFFIX
from ...core.offline_map.ready_map import (
    VECTOR_TILES,
    FeatureSource,
    LayerSource,
    TileLayerFormat,
    TileSource,
)
from ...core.storage import database_to_read


def table_source(file: Path, table: str, where: str = "") -> str:
    """What OGR opens: all rows of a table, or those for which the SQL condition `where` holds."""
    parts = {"path": str(file), "layerName": table, "subset": where}
    return QgsProviderRegistry.instance().encodeUri("ogr", parts)


def raster_source(source: TileSource) -> tuple[str, str]:
    """The source of raster tiles and the provider that opens it.

    QGIS takes a `#` for the end of the path in the address of MBTiles, percent-encoded or not; GDAL reads
    those tiles too.
    """
    if source.format is TileLayerFormat.MBTILES and "#" not in str(source.file):
        return _address("mbtiles", QUrl.fromLocalFile(str(source.file)).toString()), "wms"
    return str(source.file), "gdal"


def vector_tile_source(source: TileSource) -> str:
    """The source of vector tiles."""
    return _address("vtpk" if source.format is TileLayerFormat.VTPK else "mbtiles", str(source.file))


def openable(source: LayerSource) -> Optional[str]:
    """What an algorithm can open a layer by; None for vector tiles, which have no such form."""
    if isinstance(source, FeatureSource):
        return table_source(source.file, source.table)
    if source.format in VECTOR_TILES:
        return None
    text, provider = raster_source(source)
    if provider == "wms":
        return f"wms://{text}"
    named = _tiles_of_geopackage(source.file) if source.file.suffix.lower() == WORKING_COPY_SUFFIX else None
    # Beside colons, quotes and names of archives in the path, GDAL takes the file alone.
    return named if named and QgsRasterLayer(named, "", "gdal").isValid() else text


def is_respelled(source: LayerSource) -> bool:
    """True where the path keeps raster tiles from the form that their source has elsewhere."""
    copied = source.file.suffix.lower() in (WORKING_COPY_SUFFIX, ".mbtiles")
    return copied and isinstance(source, TileSource) and openable(source) == str(source.file)


def file_of(layer: QgsMapLayer) -> Optional[Path]:
    """The file that a layer draws from; None for what comes from elsewhere."""
    provider = layer.dataProvider().name() if layer.dataProvider() else layer.providerType()
    parts = QgsProviderRegistry.instance().decodeUri(provider, layer.source())
    path = QUrl(parts["url"]).toLocalFile() if parts.get("url") else parts.get("path")
    # A folder “maps.zip” is taken for an archive, and what lies below for a place in it.
    return Path(path + (parts.get("vsiSuffix") or "")) if path else None


def table_of(layer: QgsVectorLayer) -> str:
    """The table of its file that a layer draws from."""
    parts = QgsProviderRegistry.instance().decodeUri(layer.providerType(), layer.source())
    return str(parts.get("layerName"))


def _tiles_of_geopackage(file: Path) -> Optional[str]:
    """The one tile table of a GeoPackage, as a following algorithm wants it named."""
    # What SQLite cannot read, GDAL cannot either: the layer will be invalid, and said so.
    with suppress(sqlite3.DatabaseError), database_to_read(file) as connection:
        for (table,) in connection.execute("SELECT table_name FROM gpkg_contents WHERE data_type = 'tiles'"):
            return f"GPKG:{file}:{table}"
    return None


def _address(kind: str, place: str) -> str:
    uri = QgsDataSourceUri()
    uri.setParam("type", kind)
    uri.setParam("url", place)
    return bytes(uri.encodedUri()).decode()
