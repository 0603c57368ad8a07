"""Where labels go: Esri's placements, per geometry, in those of QGIS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qgis.core import Qgis, QgsPalLayerSettings

from .text_symbol import points

Json = Mapping[str, Any]
_GAP = 2.0  # points between a marker and its label
_POSITIONS = {
    "AboveLeft": Qgis.LabelPredefinedPointPosition.TopLeft,
    "AboveCenter": Qgis.LabelPredefinedPointPosition.TopMiddle,
    "AboveRight": Qgis.LabelPredefinedPointPosition.TopRight,
    "CenterLeft": Qgis.LabelPredefinedPointPosition.MiddleLeft,
    "CenterRight": Qgis.LabelPredefinedPointPosition.MiddleRight,
    "BelowLeft": Qgis.LabelPredefinedPointPosition.BottomLeft,
    "BelowCenter": Qgis.LabelPredefinedPointPosition.BottomMiddle,
    "BelowRight": Qgis.LabelPredefinedPointPosition.BottomRight,
}
_SIDES = {
    "Above": Qgis.LabelLinePlacementFlag.AboveLine,
    "Below": Qgis.LabelLinePlacementFlag.BelowLine,
    "Center": Qgis.LabelLinePlacementFlag.OnLine,
}
_STARTS = {"Before": 0.0, "Start": 0.0, "After": 1.0, "End": 1.0}
_LEAST_IMPORTANT = 25


def place(settings: QgsPalLayerSettings, label: Json, geometry: Qgis.GeometryType) -> list[str]:
    """Sets placement, overlap and repetition; the keys of `label` that could not be kept."""
    stated = label.get("labelPlacement")
    placement = stated if isinstance(stated, str) else ""
    lost = []
    if geometry == Qgis.GeometryType.Point:
        known = _place_at_point(settings, placement.removeprefix("esriServerPointLabelPlacement"))
    elif geometry == Qgis.GeometryType.Line:
        known = _place_along(settings, placement.removeprefix("esriServerLinePlacement"), label)
    else:
        known = _place_within(settings, placement)
    if placement and not known:
        lost.append("labelPlacement")
    _set_conflicts(settings, label)
    lost += _shift(settings, _mapping(label.get("symbol")), geometry)
    return lost


def _place_at_point(settings: QgsPalLayerSettings, position: str) -> bool:
    """Beside the marker, by its bounds; above right where nothing else is said, as in ArcGIS."""
    if position == "CenterCenter":
        settings.placement = Qgis.LabelPlacement.OverPoint
        return True
    settings.placement = Qgis.LabelPlacement.OrderedPositionsAroundPoint
    found = _POSITIONS.get(position, _POSITIONS["AboveRight"])
    settings.pointSettings().setPredefinedPositionOrder([found])
    settings.offsetType = Qgis.LabelOffsetType.FromSymbolBounds
    settings.dist, settings.distUnits = _GAP, Qgis.RenderUnit.Points
    return position in _POSITIONS


def _place_along(settings: QgsPalLayerSettings, placement: str, label: Json) -> bool:
    straight = label.get("labelPosition") == "parallel" or placement.endswith("Straight")
    settings.placement = Qgis.LabelPlacement.Line if straight else Qgis.LabelPlacement.Curved
    side = next((name for name in _SIDES if placement.startswith(name)), "Center")
    line = settings.lineSettings()
    # “Above” is above on the map, whichever way the line was drawn.
    line.setPlacementFlags(
        Qgis.LabelLinePlacementFlags(_SIDES[side] | Qgis.LabelLinePlacementFlag.MapOrientation)
    )
    at = next((share for name, share in _STARTS.items() if placement.endswith(name)), None)
    if at is not None:
        line.setLineAnchorPercent(at)
        line.setAnchorType(line.AnchorType.Strict)
    if label.get("lineConnection") in ("minimizeLabels", "unambiguousLabels"):
        line.setMergeLines(True)
    settings.setLineSettings(line)
    settings.dist, settings.distUnits = (0.0 if side == "Center" else _GAP / 2), Qgis.RenderUnit.Points
    every = points(label.get("repeatLabelDistance"), 0.0)
    if every and label.get("repeatLabel") is not False:
        settings.repeatDistance, settings.repeatDistanceUnit = every, Qgis.RenderUnit.Points
    return any(placement.startswith(name) for name in (*_SIDES, *_STARTS))


def _place_within(settings: QgsPalLayerSettings, placement: str) -> bool:
    settings.placement = Qgis.LabelPlacement.Horizontal
    settings.centroidInside = True
    return placement == "esriServerPolygonPlacementAlwaysHorizontal"


def _set_conflicts(settings: QgsPalLayerSettings, label: Json) -> None:
    placing = settings.placementSettings()
    free = label.get("deconflictionStrategy") == "none"
    handling = Qgis.LabelOverlapHandling
    placing.setOverlapHandling(handling.AllowOverlapAtNoCost if free else handling.PreventOverlap)
    settings.setPlacementSettings(placing)
    settings.labelPerPart = label.get("multiPart") == "labelPerPart"
    priority = label.get("priority")
    if isinstance(priority, int) and 0 <= priority <= _LEAST_IMPORTANT:
        settings.priority = round(10 * (1 - priority / _LEAST_IMPORTANT))


def _shift(settings: QgsPalLayerSettings, symbol: Json, geometry: Qgis.GeometryType) -> list[str]:
    """The symbol's own offset: points, y upwards in Esri's, downwards in QGIS'."""
    offsets = [_signed(symbol.get("xoffset")), _signed(symbol.get("yoffset"))]
    angle = _signed(symbol.get("angle"))
    lost = ["symbol.angle"] if angle else []
    if not any(offsets):
        return lost
    if geometry == Qgis.GeometryType.Line:
        return [*lost, "symbol.xoffset"]
    if settings.placement == Qgis.LabelPlacement.Horizontal:
        settings.placement = Qgis.LabelPlacement.OverPoint
    settings.xOffset, settings.yOffset = offsets[0], -offsets[1]
    settings.offsetUnits = Qgis.RenderUnit.Points
    return lost


def _signed(value: object) -> float:
    return points(value, 0.0) or -points(-value if isinstance(value, (int, float)) else None, 0.0)


def _mapping(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}
