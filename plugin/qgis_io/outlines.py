"""Where a map area lies, as a QGIS geometry in longitude and latitude."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Optional

from qgis.core import (
    QgsArcGisRestUtils,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsGeometry,
    QgsRectangle,
)

from ..core.extents import WGS84, world_width
from ..core.host import Extent
from ..core.portal.map_areas import MapArea
from .spatial_reference import coordinate_system, is_placed

LON_LAT = "EPSG:4326"
_EDGE = 180 - 1e-6


def outline(area: MapArea, context: QgsCoordinateTransformContext) -> QgsGeometry:
    """The polygon that the author drew, else the extent, else that of the item; null when none can be moved.

    A multipolygon in `LON_LAT`.
    """
    target = QgsCoordinateReferenceSystem(LON_LAT)
    for drawn, reference in _drawn(area):
        system = coordinate_system(reference)
        moved = _on_one_world(drawn, world_width(reference))
        with suppress(QgsCsException):
            if is_placed(system) and not moved.isNull():
                moved.transform(QgsCoordinateTransform(system, target, context))
                moved.convertToMultiType()
                return moved
    return QgsGeometry()


def box_outline(extent: Extent) -> QgsGeometry:
    """An extent in longitude and latitude as a multipolygon in `LON_LAT`."""
    made = _on_one_world(QgsGeometry.fromRect(QgsRectangle(*extent)), world_width(WGS84))
    made.convertToMultiType()
    return made


def boxes_of(outline: QgsGeometry) -> list[QgsRectangle]:
    """What an outline in `LON_LAT` lies in: one box, or one on each side of the 180th meridian."""
    whole = outline.boundingBox()
    if whole.xMinimum() > -_EDGE or whole.xMaximum() < _EDGE:
        return [whole]
    return [part.boundingBox() for part in outline.constParts()]


def _on_one_world(shape: QgsGeometry, width: Optional[float]) -> QgsGeometry:
    """The shape with what lies beyond an edge of the world cut off and put to the other side."""
    box = shape.boundingBox()
    if width is None or shape.isNull() or max(-box.xMinimum(), box.xMaximum()) <= width / 2:
        return QgsGeometry(shape)
    parts = []
    for turn in (-1, 0, 1):
        west = (turn - 0.5) * width
        part = shape.intersection(
            QgsGeometry.fromRect(QgsRectangle(west, box.yMinimum(), west + width, box.yMaximum()))
        )
        if part.area() > 0:
            part.translate(-turn * width, 0)
            parts.append(part)
    return QgsGeometry.collectGeometry(parts)


def _drawn(area: MapArea) -> Iterator[tuple[QgsGeometry, Mapping[str, Any]]]:
    """What tells where the area lies, the best first, and its spatial reference as Esri JSON."""
    if area.polygon:
        rings = {"rings": [[list(vertex) for vertex in ring] for ring in area.polygon.rings]}
        converted = QgsArcGisRestUtils.convertGeometry(rings, "esriGeometryPolygon", False, False)
        # QGIS makes curve polygons of them, which GeoPackages of polygons do not allow.
        straight = QgsGeometry(converted[0].segmentize()) if converted[0] else QgsGeometry()
        yield straight, area.polygon.spatial_reference
    if area.extent:
        own = area.extent
        box = QgsRectangle(own.xmin, own.ymin, own.xmax, own.ymax)
        yield QgsGeometry.fromRect(box), own.spatial_reference
    if area.item.extent:
        yield QgsGeometry.fromRect(QgsRectangle(*area.item.extent)), WGS84
