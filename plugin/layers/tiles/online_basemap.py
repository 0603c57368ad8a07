"""An online basemap as a QGIS layer."""

from __future__ import annotations

from qgis.core import Qgis, QgsDataSourceUri, QgsMapLayer, QgsRasterLayer, QgsVectorTileLayer

from ...core.basemaps import Basemap
from ...core.tiles.style import VectorStyle
from ...core.untrusted.text import inert
from .tiles import dress_as


def make_basemap_layer(basemap: Basemap) -> QgsMapLayer:
    """The layer, dressed; making it sends no request, drawing it does."""
    uri = QgsDataSourceUri()
    uri.setParam("type", "xyz")
    uri.setParam("url", basemap.template)
    if basemap.scales:
        uri.setParam("zmin", str(min(basemap.scales)))
        uri.setParam("zmax", str(max(basemap.scales)))
    source = uri.encodedUri().data().decode("ascii")
    title = inert(basemap.title)
    if basemap.style is not None:
        return _vector_tiles(QgsVectorTileLayer(source, title), basemap, basemap.style)
    return QgsRasterLayer(source, title, "wms")


def _vector_tiles(layer: QgsVectorTileLayer, basemap: Basemap, style: VectorStyle) -> QgsVectorTileLayer:
    """Each level from the scale on that its service states: QGIS takes its tiles to have 256 pixels."""
    matrices = layer.tileMatrixSet()
    for level, scale in basemap.scales.items():
        matrix = matrices.tileMatrix(level)
        matrix.setScale(scale)
        matrices.addMatrix(matrix)
    matrices.setScaleToTileZoomMethod(Qgis.ScaleToTileZoomLevelMethod.Esri)
    for _ in dress_as(layer, style):
        pass  # what is lost of a background's looks is not worth a message
    return layer
