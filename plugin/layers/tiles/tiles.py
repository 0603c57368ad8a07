"""A tile package as a QGIS layer."""

from __future__ import annotations

from collections.abc import Iterator
import json

from qgis.core import (
    Qgis,
    QgsBilinearRasterResampler,
    QgsMapBoxGlStyleConversionContext,
    QgsMapBoxGlStyleConverter,
    QgsMapLayer,
    QgsMultiBandColorRenderer,
    QgsRasterLayer,
    QgsVectorTileLayer,
)

from ...core.errors import PackageError
from ...core.notice import Notice, notice
from ...core.offline_map.ready_map import VECTOR_TILES, TileLayerFormat, TileSource
from ...core.tiles.style import VectorStyle, read_style
from ...core.tiles.tile_package import TilePackage, open_tile_package
from ...core.untrusted.text import inert
from ...core.web_map import MapLayer
from ...qgis_io.images import image_of
from ...qgis_io.spatial_reference import is_placed
from ..base.credits import describe
from ..base.source import raster_source, vector_tile_source
from .tile_fonts import use_installed_fonts
from .tile_legend import show_legend

_MILLIMETRES_PER_PIXEL = 25.4 / 96


def make_tile_layer(layer: MapLayer, source: TileSource, losses: list[Notice]) -> QgsMapLayer:
    """The layer, dressed; invalid where QGIS cannot open its file."""
    made = open_tiles(inert(layer.title), source)
    if not made.isValid():
        return made
    if isinstance(made, QgsVectorTileLayer):
        _style(made, source, losses)
    else:
        smooth_pictures(made)
    describe(made, source.metadata)
    show_legend(made, source.legend, losses)
    losses += source.losses
    if not is_placed(made.crs()):
        losses.append(
            notice(
                "tiles",
                "QGIS does not know the spatial reference of these tiles, so they may be in the wrong "
                "place. Set it in the properties of the layer.",
            )
        )
    return made


def open_tiles(title: str, source: TileSource) -> QgsMapLayer:
    """The layer as QGIS opens it; invalid where it cannot."""
    if source.format in VECTOR_TILES:
        return QgsVectorTileLayer(vector_tile_source(source), title)
    text, provider = raster_source(source)
    return QgsRasterLayer(text, title, provider)


def smooth_pictures(layer: QgsRasterLayer) -> None:
    """Between two levels, as MBTiles are: picked pixels would break the letters in the tiles. Elevations stay
    what they are."""
    if isinstance(layer.renderer(), QgsMultiBandColorRenderer):
        layer.resampleFilter().setZoomedInResampler(QgsBilinearRasterResampler())
        layer.resampleFilter().setZoomedOutResampler(QgsBilinearRasterResampler())


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
        yield notice("style", "The style of the vector tiles cannot be used: {reason}", reason=error.text)
        return
    if style.lost_formats:
        yield notice("style", "Texts whose parts have several formats are drawn in one.")
    yield from dress_as(layer, style)


def dress_as(layer: QgsVectorTileLayer, style: VectorStyle) -> Iterator[Notice]:
    """Gives vector tiles this style; yields what is lost of it but for formats of texts."""
    yield from use_installed_fonts(style.style)
    context = QgsMapBoxGlStyleConversionContext()
    context.setTargetUnit(Qgis.RenderUnit.Millimeters)
    context.setPixelSizeConversionFactor(_MILLIMETRES_PER_PIXEL)
    if style.sprites:
        context.setSprites(image_of(style.sprites), style.sprite_index)
    converter = QgsMapBoxGlStyleConverter()
    if converter.convert(json.dumps(style.style), context) != QgsMapBoxGlStyleConverter.Result.Success:
        reason = converter.errorMessage()
        yield notice("style", "The style of the vector tiles cannot be used: {reason}", reason=reason)
        return
    layer.setRenderer(converter.renderer())
    layer.setLabeling(converter.labeling())
    for warning in dict.fromkeys(converter.warnings()):
        yield notice("style", "{warning}", warning=warning)
