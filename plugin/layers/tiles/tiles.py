"""A tile package as a QGIS layer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
import json
import sqlite3
from typing import Optional

from qgis.core import (
    Qgis,
    QgsBilinearRasterResampler,
    QgsDataSourceUri,
    QgsMapBoxGlStyleConversionContext,
    QgsMapBoxGlStyleConverter,
    QgsMapLayer,
    QgsMultiBandColorRenderer,
    QgsRasterLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QUrl

from ...core.errors import PackageError
from ...core.notice import Notice, notice
from ...core.offline_map.ready_map import TileLayerFormat, TileSource
from ...core.storage import database_to_read
from ...core.tiles.style import read_style
from ...core.tiles.tile_package import TilePackage, open_tile_package
from ...core.untrusted.text import inert
from ...core.web_map import MapLayer
from ...qgis_io.images import image_of
from ..base.credits import describe
from .tile_fonts import use_installed_fonts
from .tile_legend import show_legend

_MILLIMETRES_PER_PIXEL = 25.4 / 96


def make_tile_layer(layer: MapLayer, source: TileSource, losses: list[Notice]) -> QgsMapLayer:
    """The layer, dressed; invalid where QGIS cannot open its file."""
    made = open_tiles(inert(layer.title), source)
    if not made.isValid():
        return made
    if source.format is TileLayerFormat.GDAL:
        _smooth_pictures(made)
    elif isinstance(made, QgsVectorTileLayer):
        _style(made, source, losses)
    describe(made, source.metadata)
    show_legend(made, source.legend, losses)
    losses += source.losses
    if _is_nowhere(made):
        losses.append(
            notice(
                "tiles",
                "QGIS does not know the spatial reference of these tiles, so they may lie in the wrong"
                " place. Set it in the properties of the layer.",
            )
        )
    return made


def _is_nowhere(layer: QgsMapLayer) -> bool:
    """True without a place on the earth; GDAL makes an engineering system of what is undefined."""
    return not layer.crs().isValid() or layer.crs().type() == Qgis.CrsType.Engineering


def open_tiles(title: str, source: TileSource) -> QgsMapLayer:
    """The layer as QGIS opens it; invalid where it cannot."""
    if source.format is TileLayerFormat.GDAL:
        return QgsRasterLayer(_gdal_source(source), title, "gdal")
    if source.format is TileLayerFormat.MBTILES:
        return QgsRasterLayer(_mbtiles_uri(source), title, "wms")
    kind = "vtpk" if source.format is TileLayerFormat.VTPK else "mbtiles"
    return QgsVectorTileLayer(_uri(kind, str(source.file)), title)


def _smooth_pictures(layer: QgsRasterLayer) -> None:
    """Between two levels, as MBTiles are: picked pixels would break the letters in the tiles. Elevations stay
    what they are."""
    if isinstance(layer.renderer(), QgsMultiBandColorRenderer):
        layer.resampleFilter().setZoomedInResampler(QgsBilinearRasterResampler())
        layer.resampleFilter().setZoomedOutResampler(QgsBilinearRasterResampler())


def openable(source: TileSource) -> Optional[str]:
    """What an algorithm can open the tiles by; None for vector tiles, which have no such form."""
    if source.format is TileLayerFormat.GDAL:
        return _gdal_source(source)
    if source.format is TileLayerFormat.MBTILES:
        return f"wms://{_mbtiles_uri(source)}"
    return None


def _gdal_source(source: TileSource) -> str:
    """The file itself, or its one tile table: a GeoPackage needs its table named."""
    if source.file.suffix.lower() != ".gpkg":
        return str(source.file)
    # What SQLite cannot read, GDAL cannot either: the layer will be invalid, and said so.
    with suppress(sqlite3.DatabaseError), database_to_read(source.file) as connection:
        tables = connection.execute("SELECT table_name FROM gpkg_contents WHERE data_type = 'tiles'")
        for (table,) in tables:
            return f"GPKG:{source.file}:{table}"
    return str(source.file)


def _mbtiles_uri(source: TileSource) -> str:
    return _uri("mbtiles", QUrl.fromLocalFile(str(source.file)).toString())


def _style(made: QgsVectorTileLayer, source: TileSource, losses: list[Notice]) -> None:
    with open_tile_package(source.package) as package:
        if source.format is TileLayerFormat.VECTOR_MBTILES:
            _show_levels_as_package(made, package)
        losses += _dress(made, package)


def _show_levels_as_package(layer: QgsVectorTileLayer, package: TilePackage) -> None:
    """Each level from the same scale on as in the package: of MBTiles QGIS takes tiles to have 256 pixels."""
    matrices = layer.tileMatrixSet()
    zooms = package.scheme.mercator_zooms(package.stored_levels) or {}
    for level in (level for level in package.stored_levels if level.number in zooms):
        matrix = matrices.tileMatrix(zooms[level.number])
        matrix.setScale(level.resolution * 1000 / _MILLIMETRES_PER_PIXEL)
        matrices.addMatrix(matrix)
    matrices.setScaleToTileZoomMethod(Qgis.ScaleToTileZoomLevelMethod.Esri)


def _dress(layer: QgsVectorTileLayer, package: TilePackage) -> Iterator[Notice]:
    """Gives the layer the style of its package; yields what is lost, mostly in QGIS' words."""
    try:
        style = read_style(package)
    except PackageError as error:
        yield notice("style", "The style of the vector tiles is not read: {reason}", reason=error.text)
        return
    if style.lost_formats:
        yield notice("style", "Texts whose parts have several formats are drawn in one.")
    yield from use_installed_fonts(style.style)
    context = QgsMapBoxGlStyleConversionContext()
    context.setTargetUnit(Qgis.RenderUnit.Millimeters)
    context.setPixelSizeConversionFactor(_MILLIMETRES_PER_PIXEL)
    if style.sprites:
        context.setSprites(image_of(style.sprites), style.sprite_index)
    converter = QgsMapBoxGlStyleConverter()
    if converter.convert(json.dumps(style.style), context) != QgsMapBoxGlStyleConverter.Result.Success:
        reason = converter.errorMessage()
        yield notice("style", "The style of the vector tiles is not read: {reason}", reason=reason)
        return
    layer.setRenderer(converter.renderer())
    layer.setLabeling(converter.labeling())
    for warning in dict.fromkeys(converter.warnings()):
        yield notice("style", "{warning}", warning=warning)


def _uri(kind: str, url: str) -> str:
    uri = QgsDataSourceUri()
    uri.setParam("type", kind)
    uri.setParam("url", url)
    return bytes(uri.encodedUri()).decode()
