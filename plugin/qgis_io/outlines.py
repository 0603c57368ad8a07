"""Where a map area lies, as a QGIS geometry in longitude and latitude."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from qgis.core import (
    QgsArcGisRestUtils,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsGeometry,
    QgsRectangle,
)

from ..core.portal.map_areas import MapArea
from .spatial_reference import coordinate_system

LON_LAT = "EPSG:4326"


def outline(area: MapArea, context: QgsCoordinateTransformContext) -> QgsGeometry:
    """The polygon that the author drew, else the extent; a null geometry when neither can be moved.

    A multipolygon in `LON_LAT`.
    """
    drawn, reference = _drawn(area)
    system = coordinate_system(reference)
    moved = QgsGeometry(drawn)
    with suppress(QgsCsException):
        if system.isValid() and not moved.isNull():
            moved.transform(QgsCoordinateTransform(system, QgsCoordinateReferenceSystem(LON_LAT), context))
            moved.convertToMultiType()
            return moved
    return QgsGeometry()


def _drawn(area: MapArea) -> tuple[QgsGeometry, Mapping[str, Any]]:
    """The area of interest as the portal gives it, and its spatial reference as Esri JSON."""
    if area.polygon:
        rings = {"rings": [[list(vertex) for vertex in ring] for ring in area.polygon.rings]}
        converted = QgsArcGisRestUtils.convertGeometry(rings, "esriGeometryPolygon", False, False)
        # QGIS makes curve polygons of them, which GeoPackages of polygons do not allow.
        straight = QgsGeometry(converted[0].segmentize()) if converted[0] else QgsGeometry()
        return straight, area.polygon.spatial_reference
    if area.extent:
        own = area.extent
        box = QgsRectangle(own.xmin, own.ymin, own.xmax, own.ymax)
        return QgsGeometry.fromRect(box), own.spatial_reference
    box = QgsRectangle(*area.item.extent) if area.item.extent else QgsRectangle()
    return QgsGeometry.fromRect(box) if area.item.extent else QgsGeometry(), {"wkid": 4326}
