"""A tile package as a QGIS layer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
import sqlite3
from typing import Optional

from qgis.core import (
    Qgis,
    QgsDataSourceUri,
    QgsMapBoxGlStyleConversionContext,
    QgsMapBoxGlStyleConverter,
    QgsMapLayer,
    QgsRasterLayer,
    QgsVectorTileLayer,
    QgsVtpkTiles,
)
from qgis.PyQt.QtCore import QUrl

from ..core.offline.offline_map import TileFormat, TileSource
from ..core.offline.plan import Notice, notice
from ..core.web_map import MapLayer
from .credits import set_credits

_MILLIMETRES_PER_PIXEL = 25.4 / 96


def make_tile_layer(layer: MapLayer, source: TileSource, losses: list[Notice]) -> QgsMapLayer:
    """The layer, dressed; invalid where QGIS cannot open its file."""
    if source.format is TileFormat.GDAL:
        made = QgsRasterLayer(_gdal_source(source), layer.title, "gdal")
    elif source.format is TileFormat.MBTILES:
        made = QgsRasterLayer(_mbtiles_uri(source), layer.title, "wms")
    else:
        made = _vector_tiles(layer.title, source, losses)
    if made.isValid():
        set_credits(made, source.attribution)
    return made


def openable(source: TileSource) -> Optional[str]:
    """What an algorithm can open the tiles by; None for vector tiles, which have no such form."""
    if source.format is TileFormat.GDAL:
        return _gdal_source(source)
    if source.format is TileFormat.MBTILES:
        return f"wms://{_mbtiles_uri(source)}"
    return None


def _gdal_source(source: TileSource) -> str:
    """The file itself, or its one tile table: a GeoPackage needs its table named."""
    if source.file.suffix.lower() != ".gpkg":
        return str(source.file)
    connection = sqlite3.connect(f"{source.file.absolute().as_uri()}?mode=ro", uri=True)
    # What SQLite cannot read, GDAL cannot either: the layer will be invalid, and said so.
    with closing(connection), suppress(sqlite3.DatabaseError):
        tables = connection.execute("SELECT table_name FROM gpkg_contents WHERE data_type = 'tiles'")
        for (table,) in tables:
            return f"GPKG:{source.file}:{table}"
    return str(source.file)


def _mbtiles_uri(source: TileSource) -> str:
    return _uri("mbtiles", QUrl.fromLocalFile(str(source.file)).toString())


def _vector_tiles(title: str, source: TileSource, losses: list[Notice]) -> QgsVectorTileLayer:
    kind = "vtpk" if source.format is TileFormat.VTPK else "mbtiles"
    made = QgsVectorTileLayer(_uri(kind, str(source.file)), title)
    if not made.isValid():
        return made
    losses += [notice("style", "{warning}", warning=warning) for warning in _dress(made, source.package)]
    return made


def _dress(layer: QgsVectorTileLayer, package: Path) -> Iterator[str]:
    """Gives the layer the style of its package; yields what is lost, in QGIS' words."""
    tiles = QgsVtpkTiles(str(package))
    if not tiles.open():
        yield "The style of the vector tiles is not read."
        return
    context = QgsMapBoxGlStyleConversionContext()
    context.setTargetUnit(Qgis.RenderUnit.Millimeters)
    context.setPixelSizeConversionFactor(_MILLIMETRES_PER_PIXEL)
    context.setSprites(tiles.spriteImage(), tiles.spriteDefinition())
    converter = QgsMapBoxGlStyleConverter()
    if converter.convert(tiles.styleDefinition(), context) != QgsMapBoxGlStyleConverter.Result.Success:
        yield "The style of the vector tiles is not read."
        return
    layer.setRenderer(converter.renderer())
    layer.setLabeling(converter.labeling())
    yield from dict.fromkeys(converter.warnings())


def _uri(kind: str, url: str) -> str:
    uri = QgsDataSourceUri()
    uri.setParam("type", kind)
    uri.setParam("url", url)
    return bytes(uri.encodedUri()).decode()
