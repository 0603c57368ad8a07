"""Where the markers of CIM line and polygon symbols stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qgis.core import (
    Qgis,
    QgsMarkerLineSymbolLayer,
    QgsMarkerSymbol,
    QgsMarkerSymbolLayer,
    QgsPointPatternFillSymbolLayer,
    QgsSymbolLayer,
)

from ...core.notice import notice
from .cim_markers import cim_marker_layers
from .fills import marker_in_the_middle
from .layers import marker_symbol
from .patterns import USUAL, follow_levels
from .properties import LARGEST_SIZE, Properties

_P = QgsSymbolLayer.Property

_MIDDLES = {"OnPolygon": True, "CenterOfMass": False, "BoundingBoxCenter": False}
_AT = Qgis.MarkerLinePlacement
_ENDS = {
    "Both": (_AT.FirstVertex, _AT.LastVertex),
    "JustBegin": (_AT.FirstVertex,),
    "JustEnd": (_AT.LastVertex,),
    "None": (),
}
_ON_LINE = {
    "LineMiddle": _AT.CentralPoint,
    "LineBeginning": _AT.FirstVertex,
    "LineEnd": _AT.LastVertex,
    "SegmentMidpoint": _AT.SegmentCenter,
}


@dataclass(frozen=True)
class Spot:
    """Where on a line: a place of QGIS, so many points on (or a share of the line), forwards or backwards.

    With an interval (points), the spot repeats itself.
    """

    at: Qgis.MarkerLinePlacement
    along: float = 0.0
    share: float = 0.0
    backwards: bool = False
    interval: float = 0.0


def placed_on_line(layer: Properties) -> list[QgsSymbolLayer]:
    """A marker along a line, or along the outline of a polygon."""
    place = layer.child("markerPlacement")
    made, _ = cim_marker_layers(layer)
    place.ignore("placePerPart", "controlPointPlacement", "primitiveName")
    if not made:
        return []
    rotates, offset = place.flag("angleToLine", True), place.number("offset")
    return [at_spot(made, spot, rotates, offset) for spot in _spots(place)]


def _spots(place: Properties) -> list[Spot]:
    kind = place.kind.removeprefix("CIMMarkerPlacement")
    if kind == "AtExtremities":
        ends, along = (
            place.choice("extremityPlacement", _ENDS, _ENDS["Both"]),
            place.number("offsetAlongLine"),
        )
        return [Spot(end, along, backwards=end == _AT.FirstVertex) for end in ends]
    if kind == "OnVertices":
        place.ignore("placeOnEndPoints", "placeOnControlPoints", "placeOnRegularVertices")
        return [Spot(_AT.Vertex)]
    if kind in ("AlongLineSameSize", "AlongLineRandomSize", "AlongLineVariableSize"):
        return _repeated(place)
    if kind == "OnLine":
        at = place.choice("relativeTo", _ON_LINE, _AT.CentralPoint)
        ends = (_AT.FirstVertex, _AT.LastVertex)
        start = place.number("startPointOffset") if at in ends else 0.0
        return [Spot(at, start)]
    if kind == "AtRatioPositions" and place.numbers("positionArray"):
        first = place.flag("flipFirst", True)
        place.ignore_zero("beginPosition", "endPosition")
        shares = place.numbers("positionArray")[:100]
        return [
            Spot(_AT.FirstVertex, share=share, backwards=first and not n) for n, share in enumerate(shares)
        ]
    _not_kept(place)
    return [Spot(_AT.CentralPoint)]


def _repeated(place: Properties) -> list[Spot]:
    """A pattern of distances. ArcGIS stretches it to the line unless it may end anywhere, QGIS does not."""
    template = [part for part in place.numbers("placementTemplate")[:20] if part > 0] or [20.0]
    starts = {"NoConstraint": 0.0, "WithMarkers": 0.0, "WithFullGap": template[-1], "Custom": 0.0}
    start = place.choice("endings", {**starts, "WithHalfGap": template[-1] / 2}, template[-1] / 2)
    if place.text("endings") != "NoConstraint":
        _stand_elsewhere(place)
    start += place.number("offsetAlongLine")
    place.ignore("customEndingOffset")
    period = max(1.0, sum(template))
    return [
        Spot(_AT.Interval, (start + sum(template[:number])) % period, interval=period)
        for number in range(len(template))
    ]


def at_spot(
    parts: Sequence[QgsMarkerSymbolLayer], spot: Spot, rotates: bool = True, offset: float = 0.0
) -> QgsSymbolLayer:
    """Markers on a line; the offset is points to the left of it."""
    marker = marker_symbol([part.clone() for part in parts])
    if spot.backwards:
        marker.setAngle(marker.angle() + 180)
    layer = QgsMarkerLineSymbolLayer(rotates)
    layer.setPlacements(Qgis.MarkerLinePlacements(spot.at))
    layer.setAverageAngleLength(0)
    layer.setOffset(-offset * USUAL)
    layer.setOffsetUnit(Qgis.RenderUnit.Points)
    layer.setOffsetAlongLine(spot.share * 100 if spot.share else spot.along * USUAL)
    layer.setOffsetAlongLineUnit(Qgis.RenderUnit.Percentage if spot.share else Qgis.RenderUnit.Points)
    if spot.interval:
        layer.setInterval(spot.interval * USUAL)
        layer.setIntervalUnit(Qgis.RenderUnit.Points)
    lengths = {_P.Offset: -offset, _P.OffsetAlongLine: spot.along, _P.Interval: spot.interval}
    follow_levels(layer, {which: length for which, length in lengths.items() if length})
    layer.setSubSymbol(marker)
    return layer


def placed_in_polygon(layer: Properties) -> list[QgsSymbolLayer]:
    """A marker in the middle of a polygon, in a grid, or along its outline."""
    place = layer.child("markerPlacement")
    kind = place.kind.removeprefix("CIMMarkerPlacement")
    if kind not in ("InsidePolygon", "PolygonCenter", ""):
        return placed_on_line(layer)
    made, size = cim_marker_layers(layer)
    if not made:
        return []
    marker = marker_symbol(made)
    if kind == "InsidePolygon":
        return [_grid(marker, size, place)]
    inside = place.choice("method", _MIDDLES, True)
    if place.text("method") == "BoundingBoxCenter":
        _stand_elsewhere(place)
    place.ignore_zero("offsetX", "offsetY")
    place.ignore("placePerPart", "clipAtBoundary")
    return [marker_in_the_middle(marker, inside)]


def _grid(marker: QgsMarkerSymbol, size: float, place: Properties) -> QgsSymbolLayer:
    across = place.number("stepX", 2 * size or 16.0, 1.0, LARGEST_SIZE)
    up = place.number("stepY", 2 * size or 16.0, 1.0, LARGEST_SIZE)
    shift = across / 2 if place.flag("shiftOddRows") else 0.0
    x, y = place.number("offsetX"), place.number("offsetY")
    if place.text("gridType", "Fixed") == "Random":
        _not_kept(place)
    place.ignore("randomness", "seed", "gridAngle", "clipping") if not place.number("gridAngle") else None
    layer = QgsPointPatternFillSymbolLayer()
    layer.setDistanceX(across * USUAL)
    layer.setDistanceXUnit(Qgis.RenderUnit.Points)
    layer.setDistanceY(up * USUAL)
    layer.setDistanceYUnit(Qgis.RenderUnit.Points)
    layer.setDisplacementX(shift * USUAL)
    layer.setDisplacementXUnit(Qgis.RenderUnit.Points)
    layer.setOffsetX(x)
    layer.setOffsetXUnit(Qgis.RenderUnit.Points)
    layer.setOffsetY(-y)
    layer.setOffsetYUnit(Qgis.RenderUnit.Points)
    follow_levels(
        layer, {_P.DistanceX: across, _P.DistanceY: up, **({_P.DisplacementX: shift} if shift else {})}
    )
    for part in marker.symbolLayers():
        follow_levels(part, {_P.Size: part.size()})
        part.setSize(part.size() * USUAL)
        part.setOffset(part.offset() * USUAL)
    layer.setSubSymbol(marker)
    return layer


def _not_kept(place: Properties) -> None:
    place.dismiss()
    _stand_elsewhere(place)


def _stand_elsewhere(place: Properties) -> None:
    kind = place.kind or "?"
    place.reading.lose(
        notice("symbol", "Markers placed by {kind} are placed differently than in ArcGIS.", kind=kind)
    )
