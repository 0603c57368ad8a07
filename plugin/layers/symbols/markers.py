"""esriSMS, esriPMS and esriTS: simple, picture and text markers."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin
import re
from typing import Optional

from qgis.core import (
    Qgis,
    QgsFontMarkerSymbolLayer,
    QgsMarkerSymbolLayer,
    QgsSimpleLineSymbolLayer,
    QgsSimpleMarkerSymbolLayer,
)
from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QFont

from ...core.notice import notice
from .dashed_markers import OUTLINES, fit_dashes
from .drawings import Shape, drawing_marker, path_box
from .lines import dash_pattern, is_drawn, simple_line
from .pictures import marker_of, picture_of
from .properties import LARGEST_SIZE, Properties

_SHAPES = {
    "esriSMSCircle": Qgis.MarkerShape.Circle,
    "esriSMSSquare": Qgis.MarkerShape.Square,
    "esriSMSDiamond": Qgis.MarkerShape.Diamond,
    "esriSMSTriangle": Qgis.MarkerShape.EquilateralTriangle,
    "esriSMSCross": Qgis.MarkerShape.Cross,
    "esriSMSX": Qgis.MarkerShape.Cross2,
    "esriSMSPath": None,
}
_DEFAULT_SIZE = 12.0  # points, where an author gives none
# The circle around ArcGIS' triangle, for one of size: measured on sides of 1.077 of the size.
_TRIANGLE_CIRCLE = 1.077 * 2 / 3**0.5
_CROSSES = (Qgis.MarkerShape.Cross, Qgis.MarkerShape.Cross2)
# Points by which ArcGIS draws the strokes of crosses thinner, measured on their ink.
_THINNER, _HAIR = 0.15, 0.1
_EDGE = 0.75  # points by which ArcGIS draws pictures larger: the soft edge of their last pixel
_LONGEST_PATH = 100_000
_PATH = re.compile(r"[MmZzLlHhVvCcSsQqTtAaEe0-9+\-.,\s]+")


def marker_layers(properties: Properties) -> tuple[list[QgsMarkerSymbolLayer], float]:
    """The layers of a marker, bottom first, and its size in points; none for what cannot be drawn."""
    readers = {"esriSMS": _simple, "esriPMS": _picture, "esriTS": _text}
    return readers[properties.kind](properties)


def turned(x: float, y: float, degrees: float) -> QPointF:
    """The point (x right, y up), turned counter-clockwise."""
    angle = radians(degrees)
    return QPointF(x * cos(angle) - y * sin(angle), x * sin(angle) + y * cos(angle))


def place_marker(layer: QgsMarkerSymbolLayer, angle: float, x: float, y: float) -> None:
    """Turn a layer further counter-clockwise and move it x right and y up (points), as ArcGIS does.

    QGIS turns the offset together with the marker, and counts y downwards; ArcGIS' offset stays
    where it is, whatever the angle.
    """
    turn = angle - layer.angle()
    offset = turned(x, y, -turn)
    layer.setAngle(-turn)
    layer.setOffset(QPointF(offset.x(), -offset.y()))
    layer.setOffsetUnit(Qgis.RenderUnit.Points)


def _simple(properties: Properties) -> tuple[list[QgsMarkerSymbolLayer], float]:
    shape = properties.choice("style", _SHAPES, Qgis.MarkerShape.Circle)
    size = properties.number("size", _DEFAULT_SIZE, 0.0, LARGEST_SIZE)
    colour = properties.colour("color") or QColor(0, 0, 0, 0)
    outline_said = properties.child("outline")
    outline, pattern = simple_line(outline_said), dash_pattern(outline_said)
    angle, x, y = (properties.number(key) for key in ("angle", "xoffset", "yoffset"))
    drawn = _drawing(properties, shape, outline, pattern, colour, size)
    if drawn is not None:
        place_marker(drawn, angle, x, y)
        # Where a variable sets the size, it means a dashed outline too.
        return [drawn], size + (outline.width() if outline.useCustomDashPattern() else 0.0)
    shape = Qgis.MarkerShape.Circle if shape is None else shape
    layer = QgsSimpleMarkerSymbolLayer(shape, size)
    layer.setSizeUnit(Qgis.RenderUnit.Points)
    layer.setColor(colour)
    layer.setStrokeColor(outline.color())
    layer.setStrokeWidth(outline.width())
    layer.setStrokeWidthUnit(Qgis.RenderUnit.Points)
    layer.setStrokeStyle(Qt.PenStyle.SolidLine if is_drawn(outline) else Qt.PenStyle.NoPen)
    if shape in _CROSSES:
        layer.setPenCapStyle(Qt.PenCapStyle.RoundCap)
        layer.setStrokeWidth(max(_HAIR, outline.width() - _THINNER))
    place_marker(layer, angle, x, y)
    if shape == Qgis.MarkerShape.EquilateralTriangle:
        _centre_triangle(layer, size)
    return [layer], size


def _drawing(
    properties: Properties,
    shape: Optional[Qgis.MarkerShape],
    outline: QgsSimpleLineSymbolLayer,
    pattern: Optional[tuple[float, ...]],
    colour: QColor,
    size: float,
) -> Optional[QgsMarkerSymbolLayer]:
    """A shape that QGIS has not: the author's own path, or one whose outline is dashed."""
    if shape is None:
        return _path_marker(properties, outline, colour, size)
    properties.ignore("path")
    if not pattern or not is_drawn(outline) or size == 0:
        return None
    dashed = OUTLINES[shape]
    if not fit_dashes(outline, pattern, dashed, size):
        outline.setPenStyle(Qt.PenStyle.NoPen)
        return None
    box = path_box(dashed.path) or QRectF(-50, -50, 100, 100)
    drawn = Shape(dashed.path, box, colour, outline)
    return drawing_marker(drawn, size * max(box.width(), box.height()) / 100)


def _path_marker(
    properties: Properties, outline: QgsSimpleLineSymbolLayer, colour: QColor, size: float
) -> Optional[QgsMarkerSymbolLayer]:
    path = properties.text("path")
    box = path_box(path) if len(path) <= _LONGEST_PATH and _PATH.fullmatch(path) else None
    if box is None:
        properties.reading.lose(notice("symbol", "The path of a marker cannot be read; a circle is shown."))
        return None
    outline.setUseCustomDashPattern(False)  # as ArcGIS draws it
    return drawing_marker(Shape(path, box, colour, outline if is_drawn(outline) else None), size)


def _centre_triangle(layer: QgsSimpleMarkerSymbolLayer, size: float) -> None:
    """ArcGIS centres a triangle by its height, QGIS by the circle around it."""
    circle = size * _TRIANGLE_CIRCLE
    layer.setSize(circle)
    layer.setOffset(layer.offset() + QPointF(0, circle / 8))


def _picture(properties: Properties) -> tuple[list[QgsMarkerSymbolLayer], float]:
    picture = picture_of(properties)
    width = properties.number("width", _DEFAULT_SIZE, 0.0, LARGEST_SIZE)
    height = properties.number("height", width, 0.0, LARGEST_SIZE)
    angle, x, y = (properties.number(key) for key in ("angle", "xoffset", "yoffset"))
    properties.ignore("color", "size", "xscale", "yscale")  # ArcGIS reads none of them here
    if picture is None:
        return [], height
    layer = marker_of(picture, width + _EDGE, height + _EDGE, 0.0)
    place_marker(layer, angle, x, y)
    return [layer], height


@dataclass(frozen=True)
class _Font:
    font: QFont
    size: float


def font_of(properties: Properties) -> _Font:
    """A web map's font; its size in points, fractions kept."""
    font = QFont(properties.text("family", "Arial")[:100])
    size = properties.number("size", 9.0, 0.1, 1000)
    weights = {"normal": False, "bold": True, "bolder": True, "lighter": False}
    font.setBold(properties.choice("weight", weights, False))
    font.setItalic(properties.choice("style", {"normal": False, "italic": True, "oblique": True}, False))
    decoration = properties.choice(
        "decoration", {"none": "", "underline": "under", "line-through": "through"}, ""
    )
    font.setUnderline(decoration == "under")
    font.setStrikeOut(decoration == "through")
    return _Font(font, size)


# By number, for the names of these enums moved between QGIS 3.40 and 3.44.
_ACROSS = {
    name: QgsMarkerSymbolLayer.HorizontalAnchorPoint(number)
    for number, name in enumerate(("left", "center", "right"))
}
_DOWN = {
    name: QgsMarkerSymbolLayer.VerticalAnchorPoint(number)
    for name, number in {"top": 0, "middle": 1, "baseline": 2, "bottom": 2}.items()
}
# The same in the words of CIM.
ACROSS = {**{name.title(): anchor for name, anchor in _ACROSS.items()}, "Justify": _ACROSS["left"]}
DOWN = {**{name.title(): anchor for name, anchor in _DOWN.items()}, "Center": _DOWN["middle"]}


def _text(properties: Properties) -> tuple[list[QgsMarkerSymbolLayer], float]:
    text = properties.text("text")[:500]
    font = font_of(properties.child("font"))
    if font.font.underline() or font.font.strikeOut():
        properties.reading.lose(
            notice("symbol", "Underlines and strikethrough in the texts of symbols are not drawn.")
        )
    colour = properties.colour("color") or QColor(0, 0, 0, 0)
    across = properties.choice("horizontalAlignment", _ACROSS, _ACROSS["center"])
    down = properties.choice("verticalAlignment", _DOWN, _DOWN["baseline"])
    angle, x, y = (properties.number(key) for key in ("angle", "xoffset", "yoffset"))
    halo, halo_width = properties.colour("haloColor"), properties.number("haloSize", 0.0, 0.0, 100)
    properties.ignore("rightToLeft", "kerning", "rotated")  # Qt lays the text out by its letters
    layers: list[QgsMarkerSymbolLayer] = []
    if halo is not None and halo_width > 0:
        layers.append(font_marker(text, font.font, font.size, halo, (halo, 2 * halo_width)))
    layers.append(font_marker(text, font.font, font.size, colour))
    for layer in layers:
        layer.setHorizontalAnchorPoint(across)
        layer.setVerticalAnchorPoint(down)
        place_marker(layer, angle, x, y)
    return layers if text else [], font.size


def font_marker(
    text: str, font: QFont, size: float, colour: QColor, stroke: Optional[tuple[QColor, float]] = None
) -> QgsFontMarkerSymbolLayer:
    """Characters as a marker; the stroke is a colour and a width in points."""
    style = " ".join(word for word, said in (("Bold", font.bold()), ("Italic", font.italic())) if said)
    layer = QgsFontMarkerSymbolLayer(font.family(), text, size, colour)
    layer.setFontStyle(style)
    layer.setSizeUnit(Qgis.RenderUnit.Points)
    layer.setStrokeWidthUnit(Qgis.RenderUnit.Points)
    layer.setStrokeWidth(stroke[1] if stroke else 0.0)
    if stroke:
        layer.setStrokeColor(stroke[0])
        layer.setPenJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return layer
