"""esriSFS and esriPFS: simple and picture fills."""

from __future__ import annotations

from typing import Optional

from qgis.core import (
    Qgis,
    QgsCentroidFillSymbolLayer,
    QgsFillSymbol,
    QgsLinePatternFillSymbolLayer,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsRasterFillSymbolLayer,
    QgsSimpleFillSymbolLayer,
    QgsSimpleLineSymbolLayer,
    QgsSVGFillSymbolLayer,
    QgsSymbolLayer,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from .layers import fill_symbol, line_symbol
from .lines import is_drawn, simple_line, stroke
from .patterns import USUAL, follow_levels
from .pictures import SymbolPicture, picture_of
from .properties import LARGEST_SIZE, Properties

_SOLID, _HOLLOW = "solid", "hollow"
# Lines by angle in degrees, distance at a level of the tiling scheme and offset in points, measured on
# what ArcGIS draws. It counts the offset from the map's origin; QGIS can from the view's corner, so
# only there do both agree.
_STRAIGHT, _DIAGONAL = 6.0, 6.0 * 2**0.5
_LEVEL = (0.0, _STRAIGHT, 3.31)
_UPRIGHT = (90.0, _STRAIGHT, -1.0)
_FALLING = (-45.0, _DIAGONAL, 2.02)
_RISING = (45.0, _DIAGONAL, 2.06)
_STYLES: dict[str, object] = {
    "esriSFSSolid": _SOLID,
    "esriSFSNull": _HOLLOW,
    "esriSFSHorizontal": (_LEVEL,),
    "esriSFSVertical": (_UPRIGHT,),
    "esriSFSCross": (_LEVEL, _UPRIGHT),
    "esriSFSForwardDiagonal": (_FALLING,),
    "esriSFSBackwardDiagonal": (_RISING,),
    "esriSFSDiagonalCross": (_RISING, _FALLING),
}
_HATCH_WIDTH = 0.84  # points: 0.75, and the soft edge of a stretched picture


def fill_layers(properties: Properties) -> list[QgsSymbolLayer]:
    """The layers of a fill with its outline, bottom first; none for what cannot be drawn."""
    readers = {"esriSFS": _simple, "esriPFS": _picture}
    layers = readers[properties.kind](properties)
    outline = simple_line(properties.child("outline"))
    return with_outline(layers, outline) if layers else []


def with_outline(layers: list[QgsSymbolLayer], outline: QgsSimpleLineSymbolLayer) -> list[QgsSymbolLayer]:
    """Layers and a line around them: the fill's own stroke where that can be, for it is simpler."""
    if not is_drawn(outline):
        return layers
    last = layers[-1]
    if isinstance(last, QgsSimpleFillSymbolLayer) and _is_plain(outline):
        last.setStrokeStyle(Qt.PenStyle.SolidLine)
        last.setStrokeColor(outline.color())
        last.setStrokeWidth(outline.width())
        last.setStrokeWidthUnit(Qgis.RenderUnit.Points)
        last.setPenJoinStyle(outline.penJoinStyle())
        return layers
    return [*layers, outline]


def _is_plain(outline: QgsSimpleLineSymbolLayer) -> bool:
    """True for a line that a fill can draw itself."""
    trimmed = outline.trimDistanceStart() or outline.trimDistanceEnd()
    return not (outline.useCustomDashPattern() or outline.offset() or trimmed)


def solid_fill(colour: Optional[QColor]) -> QgsSimpleFillSymbolLayer:
    """A fill without a stroke; hollow without a colour."""
    layer = QgsSimpleFillSymbolLayer(colour or QColor(0, 0, 0, 0))
    layer.setBrushStyle(Qt.BrushStyle.SolidPattern if colour else Qt.BrushStyle.NoBrush)
    layer.setStrokeStyle(Qt.PenStyle.NoPen)
    return layer


def hatch(line: QgsLineSymbol, angle: float, distance: float, offset: float = 0.0) -> QgsSymbolLayer:
    """Parallel lines, counter-clockwise from the horizontal; sizes in points as at a level."""
    layer = QgsLinePatternFillSymbolLayer()
    for part in line.symbolLayers():
        if isinstance(part, QgsSimpleLineSymbolLayer):
            follow_levels(part, {QgsSymbolLayer.Property.StrokeWidth: part.width()})
            part.setWidth(part.width() * USUAL)
    layer.setSubSymbol(line)
    layer.setLineAngle(angle)
    layer.setDistance(distance * USUAL)
    follow_levels(layer, {QgsSymbolLayer.Property.LineDistance: distance})
    layer.setDistanceUnit(Qgis.RenderUnit.Points)
    layer.setOffset(offset)
    layer.setOffsetUnit(Qgis.RenderUnit.Points)
    # Neighbours share one grid of lines, as in ArcGIS.
    layer.setCoordinateReference(Qgis.SymbolCoordinateReference.Viewport)
    # Lines one by one: as a brush QGIS would round their distance to whole pixels.
    layer.setClipMode(Qgis.LineClipMode.ClipToIntersection)
    return layer


def marker_in_the_middle(marker: QgsMarkerSymbol, inside: bool = True) -> QgsSymbolLayer:
    """A marker in every polygon, once; never beside it where it must be inside."""
    layer = QgsCentroidFillSymbolLayer()
    layer.setSubSymbol(marker)
    layer.setPointOnSurface(inside)
    layer.setPointOnAllParts(False)
    return layer


def hollow_symbol(outline: QgsSimpleLineSymbolLayer) -> QgsFillSymbol:
    """Only a line around polygons."""
    return fill_symbol(with_outline([solid_fill(None)], outline))


def _simple(properties: Properties) -> list[QgsSymbolLayer]:
    style = properties.choice("style", _STYLES, _SOLID)
    colour = properties.colour("color")
    if isinstance(style, str) or colour is None:
        return [solid_fill(colour if style != _HOLLOW else None)]
    caps = (Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin)
    return [hatch(line_symbol([stroke(colour, _HATCH_WIDTH, *caps)]), *lines) for lines in style]


def _picture(properties: Properties) -> list[QgsSymbolLayer]:
    picture = picture_of(properties)
    width = properties.number("width", 12.0, 0.1, LARGEST_SIZE) * properties.number("xscale", 1.0, 0.01, 100)
    height = properties.number("height", 12.0, 0.1, LARGEST_SIZE) * properties.number(
        "yscale", 1.0, 0.01, 100
    )
    properties.ignore("color", "angle")  # ArcGIS draws neither
    properties.ignore_zero("xoffset", "yoffset")  # QGIS' offset moves the whole fill, not the tiles in it
    return (
        []
        if picture is None
        else [picture_fill(picture, min(width, LARGEST_SIZE), min(height, LARGEST_SIZE))]
    )


def picture_fill(picture: SymbolPicture, width: float, height: float, angle: float = 0.0) -> QgsSymbolLayer:
    """Tiles of a picture: sizes in points as at a level, angle counter-clockwise."""
    if picture.vector:
        layer = QgsSVGFillSymbolLayer(picture.path, width * USUAL, -angle)
        follow_levels(layer, {QgsSymbolLayer.Property.Width: width})
        layer.setPatternWidthUnit(Qgis.RenderUnit.Points)
        layer.setSubSymbol(line_symbol([simple_line_without_pen()]))
        return layer
    layer = QgsRasterFillSymbolLayer(picture.path)
    layer.setWidth(width * USUAL)
    layer.setHeight(height * USUAL)
    follow_levels(layer, {QgsSymbolLayer.Property.Width: width, QgsSymbolLayer.Property.Height: height})
    layer.setSizeUnit(Qgis.RenderUnit.Points)
    layer.setAngle(-angle)
    layer.setCoordinateMode(Qgis.SymbolCoordinateReference.Viewport)
    return layer


def simple_line_without_pen() -> QgsSimpleLineSymbolLayer:
    """A stroke that is not drawn."""
    layer = QgsSimpleLineSymbolLayer()
    layer.setPenStyle(Qt.PenStyle.NoPen)
    return layer
