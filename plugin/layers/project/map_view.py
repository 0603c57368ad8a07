"""What a web map says of the map as a whole: spatial reference, first view, bookmarks, background."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Optional

from qgis.core import (
    Qgis,
    QgsBookmark,
    QgsCoordinateReferenceSystem,
    QgsProject,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsUnitTypes,
)

from ...core.extents import WGS84, read_extent
from ...core.json_value import Json, is_number, json_list, json_object, json_objects, json_string
from ...core.notice import Notice, notice
from ...core.offline_map.ready_map import ReadyMap
from ...core.untrusted.text import inert
from ...qgis_io.spatial_reference import coordinate_system, is_placed, moved_view
from ..symbols.colours import colour_of

# What a web map without a spatial reference means.
_WEB_MERCATOR = {"wkid": 102100, "latestWkid": 3857}
_SIDES = ("xmin", "ymin", "xmax", "ymax")
_MOST_BOOKMARKS = 1000
# A viewpoint gives a scale and no window: half of a window of 1200 × 800 pixels at 96 dpi, in metres.
_HALF_WINDOW = (1200 / 2 * 0.0254 / 96, 800 / 2 * 0.0254 / 96)


def set_view(project: QgsProject, ready_map: ReadyMap, losses: list[Notice]) -> None:
    """Spatial reference, first view and background of the web map.

    Where the web map names no view, or one that lies outside of the map area, the area is shown.
    """
    web_map = ready_map.web_map
    system = coordinate_system(web_map.spatial_reference)
    if not is_placed(system):
        if web_map.spatial_reference:
            losses.append(
                notice(
                    "spatial_reference",
                    "The spatial reference of the map “{map}” is unknown or local: web mercator is shown.",
                    map=ready_map.title,
                )
            )
        system = coordinate_system(_WEB_MERCATOR)
    project.setCrs(system)
    state = json_object(web_map.json.get("initialState"))
    viewpoint = json_object(state.get("viewpoint"))
    area = _moved(ready_map.extent, WGS84, system) if ready_map.extent else None
    extent = _viewpoint_extent(viewpoint, system)
    if area is not None and (extent is None or not extent.intersects(area)):
        extent = area
    if extent is not None:
        project.viewSettings().setDefaultViewExtent(QgsReferencedRectangle(extent, system))
    project.viewSettings().setDefaultRotation(_rotation(viewpoint))
    background = json_object(web_map.json.get("background"))
    colour = colour_of(background.get("color"))
    if colour is not None:
        project.setBackgroundColor(colour)


def add_bookmarks(project: QgsProject, ready_map: ReadyMap, losses: list[Notice]) -> None:
    """The web map's bookmarks, as those of the project, in a group with the map's title."""
    entries = json_objects(ready_map.web_map.json.get("bookmarks"))
    lost = []
    for entry in entries[:_MOST_BOOKMARKS]:
        name = json_string(entry.get("name"))
        viewpoint = json_object(entry.get("viewpoint"))
        extent = _viewpoint_extent(viewpoint, project.crs())
        if extent is None:  # as older web maps say it, and newer ones for older clients
            extent = _viewpoint_extent({"targetGeometry": entry.get("extent")}, project.crs())
        if extent is None:
            lost.append(name or "?")
            continue
        bookmark = QgsBookmark()
        bookmark.setName(inert(name))
        bookmark.setGroup(inert(ready_map.title))
        bookmark.setExtent(QgsReferencedRectangle(extent, project.crs()))
        bookmark.setRotation(_rotation(viewpoint))
        project.bookmarkManager().addBookmark(bookmark)
    if lost:
        names = ", ".join(name[:60] for name in lost[:10])
        losses.append(notice("bookmarks", "Bookmarks whose location cannot be read: {names}.", names=names))
    if any(entry.get("timeExtent") for entry in entries):
        losses.append(notice("bookmarks", "QGIS bookmarks keep a location, but no time."))


def _viewpoint_extent(viewpoint: Json, system: QgsCoordinateReferenceSystem) -> Optional[QgsRectangle]:
    """The extent of a viewpoint: its target, or what its scale shows around the target's middle."""
    target = json_object(viewpoint.get("targetGeometry"))
    box = _box(target)
    if box is None:
        return None
    stated = target.get("spatialReference")
    reference = stated if isinstance(stated, Mapping) else {"wkid": system.postgisSrid()}
    extent = _moved(box, reference, system, None if isinstance(stated, Mapping) else system)
    if extent is None or box[:2] != box[2:]:
        return extent
    scale = _numbers([viewpoint.get("scale")])
    if not scale or not 0 < scale[0] < 1e10:
        return None
    unit = QgsUnitTypes.fromUnitToUnitFactor(Qgis.DistanceUnit.Meters, system.mapUnits())
    across, up = (half * scale[0] * unit for half in _HALF_WINDOW)
    middle = extent.center()
    return QgsRectangle(middle.x() - across, middle.y() - up, middle.x() + across, middle.y() + up)


def _box(geometry: Json) -> Optional[list[float]]:
    """The corners of an extent, a point, a multipoint, a line or a polygon; None for nothing."""
    corners = _numbers(geometry.get(side) for side in _SIDES)
    if corners:
        return corners
    parts: list[Any] = [[geometry.get("x"), geometry.get("y")]] if "x" in geometry else []
    for key in ("points", "paths", "rings"):
        for member in json_list(geometry.get(key)):
            parts += [member] if key == "points" else json_list(member)
    points = [_numbers(part[:2]) for part in parts if isinstance(part, list)]
    if not points or any(len(point) != 2 for point in points):
        return None
    across, up = zip(*points)
    return [min(across), min(up), max(across), max(up)]


def _rotation(viewpoint: Json) -> float:
    """Degrees clockwise, as QGIS turns its canvas; web maps turn the map the same way."""
    rotation = _numbers([viewpoint.get("rotation")])
    return rotation[0] % 360 if rotation else 0.0


def _moved(
    sides: Iterable[float],
    reference: Mapping[str, Any],
    target: QgsCoordinateReferenceSystem,
    source: Optional[QgsCoordinateReferenceSystem] = None,
) -> Optional[QgsRectangle]:
    """`source` where it is known better than by its `reference`."""
    extent = read_extent(*sides, reference)
    try:
        return extent and moved_view(extent, reference, source or coordinate_system(reference), target)
    except ValueError:
        return None


def _numbers(values: Iterable[object]) -> list[float]:
    """All of them, if all are finite numbers; else none."""
    numbers: list[float] = []
    for value in values:
        if not is_number(value):
            return []
        numbers.append(float(value))
    return numbers
