"""Where the markers of CIM line and polygon symbols stand."""

from __future__ import annotations

from qgis.core import (
    Qgis,
    QgsMarkerLineSymbolLayer,
    QgsMarkerSymbol,
    QgsPointPatternFillSymbolLayer,
    QgsSymbolLayer,
)

from ...core.offline.plan import notice
from .cim_markers import marker_layers
from .fills import marker_in_the_middle
from .layers import marker_symbol
from .patterns import USUAL, follow_levels
from .properties import LARGEST, Properties

_P = QgsSymbolLayer.Property

_MIDDLES = {"OnPolygon": True, "CenterOfMass": False, "BoundingBoxCenter": False}
_ENDS = {
    "Both": (Qgis.MarkerLinePlacement.FirstVertex, Qgis.MarkerLinePlacement.LastVertex),
    "JustBegin": (Qgis.MarkerLinePlacement.FirstVertex,),
    "JustEnd": (Qgis.MarkerLinePlacement.LastVertex,),
    "None": (),
}


def placed_on_line(layer: Properties) -> list[QgsSymbolLayer]:
    """A marker along a line, or along the outline of a polygon."""
    place = layer.child("markerPlacement")
    made, _ = marker_layers(layer)
    place.ignore("placePerPart", "controlPointPlacement", "relativeTo", "primitiveName")
    if not made:
        return []
    rotates = place.flag("angleToLine", True)
    offset = place.number("offset")
    places = _places(place)
    return [
        _along(marker_symbol([part.clone() for part in made]), at, rotates, offset, place) for at in places
    ]


def _places(place: Properties) -> tuple[Qgis.MarkerLinePlacement, ...]:
    kind = place.kind.removeprefix("CIMMarkerPlacement")
    if kind == "AtExtremities":
        return place.choice("extremityPlacement", _ENDS, _ENDS["Both"])
    if kind == "OnVertices":
        place.ignore("placeOnEndPoints", "placeOnControlPoints", "placeOnRegularVertices")
        return (Qgis.MarkerLinePlacement.Vertex,)
    if kind in ("AlongLineSameSize", "AlongLineRandomSize", "AlongLineVariableSize"):
        return (Qgis.MarkerLinePlacement.Interval,)
    if kind in ("OnLine", "AtRatioPositions"):
        if kind == "AtRatioPositions" and place.numbers("positionArray") == [0.5]:
            return (Qgis.MarkerLinePlacement.CentralPoint,)
        if kind == "OnLine":
            return (Qgis.MarkerLinePlacement.CentralPoint,)
    _not_kept(place)
    return (Qgis.MarkerLinePlacement.CentralPoint,)


def _along(
    marker: QgsMarkerSymbol, at: Qgis.MarkerLinePlacement, rotates: bool, offset: float, place: Properties
) -> QgsSymbolLayer:
    layer = QgsMarkerLineSymbolLayer(rotates)
    layer.setPlacements(Qgis.MarkerLinePlacements(at))
    layer.setOffset(-offset)
    layer.setOffsetUnit(Qgis.RenderUnit.Points)
    if at == Qgis.MarkerLinePlacement.Interval:
        template = [part for part in place.numbers("placementTemplate") if part > 0] or [20.0]
        layer.setInterval(max(1.0, sum(template) / len(template)))
        layer.setIntervalUnit(Qgis.RenderUnit.Points)
        layer.setOffsetAlongLine(place.number("offsetAlongLine"))
        layer.setOffsetAlongLineUnit(Qgis.RenderUnit.Points)
        place.ignore("endings", "customEndingOffset", "controlPointPlacement")
    layer.setSubSymbol(marker)
    return layer


def placed_in_polygon(layer: Properties) -> list[QgsSymbolLayer]:
    """A marker in the middle of a polygon, in a grid, or along its outline."""
    place = layer.child("markerPlacement")
    kind = place.kind.removeprefix("CIMMarkerPlacement")
    if kind not in ("InsidePolygon", "PolygonCenter", ""):
        return placed_on_line(layer)
    made, size = marker_layers(layer)
    if not made:
        return []
    marker = marker_symbol(made)
    if kind == "InsidePolygon":
        return [_grid(marker, size, place)]
    inside = place.choice("method", _MIDDLES, True)
    place.ignore_zero("offsetX", "offsetY")
    place.ignore("placePerPart", "clipAtBoundary")
    return [marker_in_the_middle(marker, inside)]


def _grid(marker: QgsMarkerSymbol, size: float, place: Properties) -> QgsSymbolLayer:
    across = place.number("stepX", 2 * size or 16.0, 1.0, LARGEST)
    up = place.number("stepY", 2 * size or 16.0, 1.0, LARGEST)
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
    kind = place.kind or "?"
    place.reading.lose(
        notice("symbol", "Markers placed by {kind} stand elsewhere than in ArcGIS.", kind=kind)
    )
