"""Where labels go: Esri's placements, per geometry, in those of QGIS."""

from __future__ import annotations

from qgis.core import Qgis, QgsPalLayerSettings

from ...core.json_value import Json, json_string
from ..symbols.text import points

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
_LONGEST_ROW = 500


def place_labels(
    settings: QgsPalLayerSettings, label: Json, symbol: Json, geometry: Qgis.GeometryType
) -> list[str]:
    """Sets placement, overlap, breaks and repetition; the keys of `label` that could not be kept.

    `symbol` is the label's as an esriTS.
    """
    placement = json_string(label.get("labelPlacement"))
    lost = []
    if geometry == Qgis.GeometryType.Point:
        known = _place_at_point(settings, placement.removeprefix("esriServerPointLabelPlacement"))
    elif geometry == Qgis.GeometryType.Line:
        known = _place_along(settings, placement.removeprefix("esriServerLinePlacement"), label)
    else:
        known = _place_within(settings, placement)
    if placement and not known:
        lost.append("labelPlacement")
    lost += _set_conflicts(settings, label)
    _break_lines(settings, label)
    lost += _shift(settings, symbol, geometry)
    return lost + _set_distance(settings, label, geometry)


def _break_lines(settings: QgsPalLayerSettings, label: Json) -> None:
    """`stackRowLength`: lines of so many letters at most, broken at blanks; unless `stackLabel` is off."""
    length = label.get("stackRowLength")
    if label.get("stackLabel") is not False and isinstance(length, int) and 0 < length <= _LONGEST_ROW:
        settings.autoWrapLength = length


def _set_distance(settings: QgsPalLayerSettings, label: Json, geometry: Qgis.GeometryType) -> list[str]:
    """`offsetDistance`, in points: from the marker or the line."""
    stated = label.get("offsetDistance")
    if not stated:
        return []
    beside = settings.placement in (
        Qgis.LabelPlacement.OrderedPositionsAroundPoint,
        Qgis.LabelPlacement.Line,
        Qgis.LabelPlacement.Curved,
    )
    if not beside or points(stated, 0.0) <= 0 or geometry == Qgis.GeometryType.Polygon:
        return ["offsetDistance"]
    settings.dist, settings.distUnits = points(stated, 0.0), Qgis.RenderUnit.Points
    return []


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


def _set_conflicts(settings: QgsPalLayerSettings, label: Json) -> list[str]:
    placing = settings.placementSettings()
    free = label.get("deconflictionStrategy") == "none"
    handling = Qgis.LabelOverlapHandling
    placing.setOverlapHandling(handling.AllowOverlapAtNoCost if free else handling.PreventOverlap)
    settings.setPlacementSettings(placing)
    parts = label.get("multiPart")
    settings.labelPerPart = parts == "labelPerPart"
    priority = label.get("priority")
    if isinstance(priority, int) and 0 <= priority <= _LEAST_IMPORTANT:
        settings.priority = round(10 * (1 - priority / _LEAST_IMPORTANT))
    lost = [] if parts in (None, "", "labelPerPart", "labelLargest", "labelPerFeature") else ["multiPart"]
    known = (None, "", "none", "static", "dynamic", "dynamicNeverRemove")
    if label.get("deconflictionStrategy") == "dynamicNeverRemove":
        placing.setOverlapHandling(handling.AllowOverlapIfRequired)
        settings.setPlacementSettings(placing)
    return lost if label.get("deconflictionStrategy") in known else [*lost, "deconflictionStrategy"]


def _shift(settings: QgsPalLayerSettings, symbol: Json, geometry: Qgis.GeometryType) -> list[str]:
    """The symbol's own offset: points, y upwards in Esri's, downwards in QGIS'."""
    offsets = [_signed(symbol.get("xoffset")), _signed(symbol.get("yoffset"))]
    angle = _signed(symbol.get("angle"))
    over = settings.placement == Qgis.LabelPlacement.OverPoint
    if angle and over:
        # Counter-clockwise in Esri's, clockwise in QGIS'.
        settings.angleOffset = -angle
    lost = ["symbol.angle"] if angle and not over else []
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
