"""Layers of a project that is the user's by now and cannot open their files any more.

So it is with tiles when the folder gets a name that QGIS reads in one kind of source and not in another.
"""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from qgis.core import QgsMapLayer, QgsProject, QgsRasterLayer
from qgis.PyQt import sip
from qgis.PyQt.QtXml import QDomDocument

from ...core.errors import StorageError
from ...core.offline_map.ready_map import OfflineMap, TileSource
from ..base.identity import LAYER_ID
from ..base.source import is_respelled
from ..tiles.tiles import open_tiles, smooth_pictures


def revive(project_file: Path, offline_map: OfflineMap) -> bool:
    """Gives dead layers of raster tiles sources that can be opened under the name of their folder now.

    Everything else stays as its user left it. True where the project was written anew. Raises `StorageError`
    where it cannot be.
    """
    sources = {
        entry.layer.id: entry.source
        for ready_map in offline_map.maps
        for entry in ready_map.layers
        if isinstance(entry.source, TileSource) and is_respelled(entry.source)
    }
    if not sources:
        return False
    kept = QgsProject()
    try:
        # Whole: what is not read would not be written.
        if not kept.read(str(project_file)):
            return False  # whoever opens the project says so
        dead = [layer for layer in kept.mapLayers().values() if not layer.isValid()]
        revived = [_revived(layer, sources.get(layer.customProperty(LAYER_ID))) for layer in dead]
        if any(revived) and not kept.write():
            raise StorageError(
                "The project “{file}” could not be written: {reason}.",
                next_step="Check the disk and the folder, then try again.",
                file=project_file.name,
                reason=kept.error() or "unknown reason",
            )
        return any(revived)
    finally:
        sip.delete(kept)


def _revived(layer: QgsMapLayer, source: Optional[TileSource]) -> bool:
    same = open_tiles("", source) if source else None
    if not isinstance(layer, QgsRasterLayer) or not isinstance(same, QgsRasterLayer) or not same.isValid():
        return False
    opacity = _opacity(layer)
    layer.setDataSource(same.source(), layer.name(), same.providerType())
    # Another provider has other bands: the renderer of the project does not fit them.
    layer.setRenderer(same.renderer().clone())
    layer.setOpacity(opacity)
    smooth_pictures(layer)
    return True


def _opacity(dead: QgsRasterLayer) -> float:
    """It is that of the renderer, of which a dead layer has no more than the XML."""
    document = QDomDocument()
    document.setContent(dead.originalXmlProperties())
    renderers = document.elementsByTagName("rasterrenderer")
    try:
        return float(renderers.at(0).toElement().attribute("opacity"))
    except ValueError:
        return 1.0
