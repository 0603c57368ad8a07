"""A table of a working copy as a bare QGIS layer."""

from __future__ import annotations

from qgis.core import QgsCoordinateTransformContext, QgsVectorLayer

from ...core.untrusted.text import inert


def open_table(source: str, title: str) -> QgsVectorLayer:
    """A layer of a `table_source`; invalid where OGR cannot open it."""
    options = QgsVectorLayer.LayerOptions(QgsCoordinateTransformContext())
    # A style in the file or beside it is somebody else's, and may carry Python.
    options.loadDefaultStyle = False
    made = QgsVectorLayer(source, inert(title), "ogr", options)
    # The alias of the table, by GDAL; the title says as much, and read_only.py writes there.
    metadata = made.metadata()
    metadata.setAbstract("")
    made.setMetadata(metadata)
    return made
