"""Esri's spatial references as QGIS knows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Any

from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsMapLayer,
    QgsRectangle,
)

from ..core.extents import split_extent
from ..core.host import Extent, Vertex
from ..core.json_value import json_string
from ..core.tiles.scheme import SchemeReference


def coordinate_system(spatial_reference: Mapping[str, Any]) -> QgsCoordinateReferenceSystem:
    """The system that `latestWkid`, `wkid` or `wkt` names, invalid when none is known.

    A number is looked for among EPSG's codes, then among Esri's own: Esri numbers what EPSG
    lacks, and keeps old numbers of its own (102100) beside EPSG's newer ones (3857).
    """
    for key in ("latestWkid", "wkid"):
        number = spatial_reference.get(key)
        if isinstance(number, int) and number > 0:
            for authority in ("EPSG", "ESRI"):
                system = QgsCoordinateReferenceSystem(f"{authority}:{number}")
                if system.isValid():
                    return system
    return QgsCoordinateReferenceSystem.fromWkt(json_string(spatial_reference.get("wkt")))


def is_placed(system: QgsCoordinateReferenceSystem) -> bool:
    """True where QGIS knows where on the world a system lies; local ones and unknown ones lie nowhere."""
    if system.description().startswith("Undefined "):  # GDAL's name for degrees of nobody knows what
        return False
    world = QgsCoordinateReferenceSystem("EPSG:4326")
    return QgsCoordinateTransform(system, world, QgsCoordinateTransformContext()).isValid()


def definition(reference: SchemeReference) -> str:
    """The WKT of a tile package's reference, for `Drawing.definition`; its own where QGIS knows none."""
    stated = {"latestWkid": reference.latest_wkid, "wkid": reference.wkid, "wkt": reference.wkt}
    system = coordinate_system(stated)
    if not system.isValid():
        return reference.wkt
    # WKT 1 is what a GeoPackage holds; what it cannot say is said in WKT 2.
    return system.toWkt(Qgis.CrsWktVariant.Wkt1Gdal) or system.toWkt(Qgis.CrsWktVariant.Preferred)


def project_extent(extent: Extent, source: Mapping[str, Any], target: Mapping[str, Any]) -> Extent:
    """A `core.host.Projector`. Raises `ValueError` for an unknown reference or an impossible move."""
    moved = moved_extent(QgsRectangle(*extent), coordinate_system(source), coordinate_system(target))
    return (moved.xMinimum(), moved.yMinimum(), moved.xMaximum(), moved.yMaximum())


def project_vertices(
    vertices: Sequence[Vertex], source: Mapping[str, Any], target: Mapping[str, Any]
) -> list[Vertex]:
    """A `core.host.VertexProjector`. Raises `ValueError` as that does."""
    systems = coordinate_system(source), coordinate_system(target)
    if not all(system.isValid() for system in systems):
        raise ValueError("unknown spatial reference")
    transform = QgsCoordinateTransform(*systems, QgsCoordinateTransformContext())
    try:
        moved = [transform.transform(x, y) for x, y in vertices]
    except QgsCsException as error:
        raise ValueError("a vertex lies outside the spatial reference") from error
    places = [(point.x(), point.y()) for point in moved]
    if not all(isfinite(x) and isfinite(y) for x, y in places):
        raise ValueError("a vertex lies outside the spatial reference")
    return places


def moved_extent(
    extent: QgsRectangle, source: QgsCoordinateReferenceSystem, target: QgsCoordinateReferenceSystem
) -> QgsRectangle:
    """The extent in another system. Raises `ValueError` where that cannot be."""
    if not (source.isValid() and target.isValid()):
        raise ValueError("unknown spatial reference")
    try:
        moved = QgsCoordinateTransform(source, target, QgsCoordinateTransformContext()).transformBoundingBox(
            extent
        )
    except QgsCsException as error:
        raise ValueError("the extent lies outside the spatial reference") from error
    if not moved.isFinite():
        raise ValueError("the extent lies outside the spatial reference")
    return moved


def moved_view(
    extent: Extent,
    reference: Mapping[str, Any],
    source: QgsCoordinateReferenceSystem,
    target: QgsCoordinateReferenceSystem,
) -> QgsRectangle:
    """What shows an extent, `reference` as Esri JSON being its system, in another. See `moved_extent`."""
    parts = split_extent(extent, reference)
    return view_of([moved_extent(QgsRectangle(*part), source, target) for part in parts])


def view_of(parts: Sequence[QgsRectangle]) -> QgsRectangle:
    """The box of all parts of one area, or the largest part where an edge of the map lies between them.

    The parts are those of an area on both sides of the 180th meridian, which a map with edges there draws
    at its two ends: a view of both would be one of the world.
    """
    whole = QgsRectangle()
    for part in parts:
        whole.combineExtentWith(part)
    if len(parts) > 1 and whole.width() > 2 * sum(part.width() for part in parts):
        return max(parts, key=QgsRectangle.area)
    return whole


def take_over_systems(layers: Iterable[QgsMapLayer]) -> None:
    """Gives layers that another thread opened coordinate systems of this one, which is the main thread.

    A `QgsCoordinateReferenceSystem` lives on its first thread: when that one ends, threads that come later
    can no longer transform from or to it, and QGIS (seen in 3.40) draws the layer in the wrong place.
    """
    QgsCoordinateReferenceSystem.invalidateCache()
    QgsCoordinateTransform.invalidateCache()
    renewed: dict[str, QgsCoordinateReferenceSystem] = {}
    for layer in layers:
        key = system_as_text(layer.crs())
        if key not in renewed:
            renewed[key] = system_from_text(key)
        if renewed[key].isValid():
            layer.setCrs(QgsCoordinateReferenceSystem())  # an equal one would not be taken
            layer.setCrs(renewed[key])


def system_as_text(system: QgsCoordinateReferenceSystem) -> str:
    """A coordinate system for another thread: its code, or WKT where it has none."""
    return system.authid() or system.toWkt(Qgis.CrsWktVariant.Preferred)


def system_from_text(text: str) -> QgsCoordinateReferenceSystem:
    """The coordinate system again, in the thread that asks."""
    system = QgsCoordinateReferenceSystem(text)
    return system if system.isValid() else QgsCoordinateReferenceSystem.fromWkt(text)
