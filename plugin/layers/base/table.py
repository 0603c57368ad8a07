"""A table of a working copy as a bare QGIS layer."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsCoordinateTransformContext, QgsProviderRegistry, QgsVectorLayer

from ...core.untrusted.text import inert


def table_source(file: Path, table: str, where: str = "") -> str:
    """What OGR opens: all rows of a table, or those for which the SQL condition `where` holds."""
    parts = {"path": str(file), "layerName": table, "subset": where}
    return QgsProviderRegistry.instance().encodeUri("ogr", parts)


def open_table(source: str, title: str) -> QgsVectorLayer:
    """A layer of a `table_source`; invalid where OGR cannot open it."""
    options = QgsVectorLayer.LayerOptions(QgsCoordinateTransformContext())
    # A style in the file or beside it is somebody else's, and may carry Python.
    options.loadDefaultStyle = False
    return QgsVectorLayer(source, inert(title), "ogr", options)
