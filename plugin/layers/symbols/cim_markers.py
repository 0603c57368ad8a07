"""Markers of CIM symbols: vector, picture and character markers."""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsMarkerSymbolLayer, QgsProperty, QgsSimpleLineSymbolLayer, QgsSymbolLayer
from qgis.PyQt.QtCore import QRectF, Qt
from qgis.PyQt.QtGui import QColor, QFont

from ...core.notice import notice
from .cim_geometry import SymbolBox, svg_path
from .drawings import Shape, drawing_marker
from .lines import stroke
from .markers import ACROSS, DOWN, font_marker, place_marker, turned
from .overrides import override_marker, override_of
from .pictures import marker_of, picture_of
from .properties import LARGEST_SIZE, Properties

# What Qt lays out in its own way.
_TYPESETTING = (
    *("blockProgression", "depth3D", "extrapolateBaselines", "fontEffects", "fontEncoding", "fontType"),
    *("hinting", "kerning", "letterWidth", "letterSpacing", "ligatures", "lineGapType", "lineGap"),
    *("textCase", "textDirection", "verticalGlyphOrientation", "wordSpacing", "billboardMode3D"),
    *("shadowColor", "shadowOffsetX", "shadowOffsetY", "compatibilityMode", "drawSoftHyphen"),
)
_DEEPEST_NEST = 4  # markers within markers


def cim_marker_layers(
    layer: Properties, scale: float = 1.0, nest: int = 0
) -> tuple[list[QgsMarkerSymbolLayer], float]:
    """The layers of one CIM marker, bottom first, and its size in points.

    `scale` is what a marker around it scales by.
    """
    layer.ignore("dominantSizeAxis3D", "scaleSymbolsProportionally", "verticalOrientation3D", "depth3D")
    size = layer.number("size", 10.0, 0.0, LARGEST_SIZE) * scale
    made = MARKERS[layer.kind](layer, size, nest)
    clockwise = layer.flag("rotateClockwise")
    turn = layer.number("rotation") * (-1 if clockwise else 1)
    x, y = layer.number("offsetX") * scale, layer.number("offsetY") * scale
    for effect in layer.children("effects"):
        effect.dismiss()
        kind = effect.kind or "?"
        layer.reading.lose(
            notice("symbol", "Effects of type {kind} in a CIM symbol are not shown.", kind=kind)
        )
    anchor = layer.child("anchorPoint")
    ax, ay = anchor.number("x"), anchor.number("y")
    if layer.text("anchorPointUnits", "Relative") == "Relative":
        # A share of the marker's box.
        ax, ay = ax * size, ay * size
    anchor.ignore("z")
    for part, dx, dy in made:
        at = turned(dx - ax, dy - ay, turn)
        place_marker(part, turn, at.x() + x, at.y() + y)
    parts = [part for part, _, _ in made]
    override_marker(layer, parts, size / scale, clockwise)
    return parts, size


_Placed = list[tuple[QgsMarkerSymbolLayer, float, float]]  # a layer, and its centre right and up


def _vector(layer: Properties, size: float, nest: int) -> _Placed:
    frame = layer.child("frame")
    box = SymbolBox(*(frame.number(key) for key in ("xmin", "ymin", "xmax", "ymax")))
    layer.ignore("respectFrame", "clippingPath") if _clips_nothing(layer, box) else None
    unit = size / box.height if box.height > 0 else 1.0  # the size is the frame's height
    parts: _Placed = []
    for graphic in layer.children("markerGraphics"):
        parts += _graphic(graphic, unit, box, nest)
    return parts


def _clips_nothing(layer: Properties, box: SymbolBox) -> bool:
    """True where the clipping path is the frame itself."""
    if not layer.has("clippingPath"):
        return True
    path = layer.child("clippingPath")
    shape = svg_path(path.raw("path"))
    path.ignore("clippingType")
    return shape is not None and shape.box.contains(box)


def _graphic(graphic: Properties, unit: float, frame: SymbolBox, nest: int) -> _Placed:
    geometry, symbol = graphic.raw("geometry"), graphic.child("symbol")
    if symbol.kind == "CIMTextSymbol" and isinstance(geometry, dict):
        return _text(graphic, symbol, unit, frame)
    graphic.ignore("textString") if not graphic.has("textString") else None
    if symbol.kind == "CIMPointSymbol" and isinstance(geometry, dict) and nest < _DEEPEST_NEST:
        return _nested(symbol, geometry, unit, frame, nest)
    shape = svg_path(geometry)
    follows: dict[QgsSymbolLayer.Property, str] = {}
    strokes, fill = _stroke_and_fill(symbol, unit, follows)
    if shape is None or symbol.kind not in ("CIMPolygonSymbol", "CIMLineSymbol"):
        symbol.dismiss()
        graphic.reading.lose(
            notice("symbol", "A part of a CIM marker of type {kind} is not shown.", kind=symbol.kind or "?")
        )
        return []
    parts: _Placed = []
    layers = strokes or [None]
    for number, line in enumerate(layers):
        colour = fill if number == 0 and fill is not None else QColor(0, 0, 0, 0)
        drawn = _drawing(shape.path, shape.box, colour, line, unit, frame)
        for which, expression in follows.items():
            drawn[0].setDataDefinedProperty(which, QgsProperty.fromExpression(expression))
        parts.append(drawn)
    return parts


def _text(graphic: Properties, symbol: Properties, unit: float, frame: SymbolBox) -> _Placed:
    """A text at a point of the marker's frame."""
    at = graphic.child("geometry")
    x, y = at.number("x"), at.number("y")
    at.dismiss()
    follows = override_of(graphic, "TextString")
    text, size = graphic.text("textString")[:500], symbol.number("height", 10.0, 0.1, LARGEST_SIZE) * unit
    font = _font(symbol)
    symbol.ignore_zero("underline", "strikethrough")
    across = symbol.choice("horizontalAlignment", ACROSS, ACROSS["Left"])
    down = symbol.choice("verticalAlignment", DOWN, DOWN["Bottom"])
    _, fill = _stroke_and_fill(symbol.child("symbol"), unit)
    halo_size = symbol.number("haloSize", 0.0, 0.0, 100) * unit
    _, halo = _stroke_and_fill(symbol.child("haloSymbol"), unit)
    turn = symbol.number("angle")
    dx, dy = symbol.number("offsetX") * unit, symbol.number("offsetY") * unit
    symbol.ignore(*_TYPESETTING)
    layers = [font_marker(text or " ", font, size, fill or QColor(0, 0, 0, 0))]
    if halo is not None and halo_size > 0:
        layers.insert(0, font_marker(text or " ", font, size, halo, (halo, 2 * halo_size)))
    middle_x, middle_y = frame.centre
    for layer in layers:
        layer.setHorizontalAnchorPoint(across)
        layer.setVerticalAnchorPoint(down)
        layer.setAngle(-turn)
        if follows:
            layer.setDataDefinedProperty(
                QgsSymbolLayer.Property.Character, QgsProperty.fromExpression(follows)
            )
    if not (text or follows):
        return []
    return [(layer, (x - middle_x) * unit + dx, (y - middle_y) * unit + dy) for layer in layers]


def _font(symbol: Properties) -> QFont:
    font = QFont(symbol.text("fontFamilyName", "Arial")[:100])
    style = symbol.text("fontStyleName").lower()
    font.setBold("bold" in style)
    font.setItalic("italic" in style)
    return font


def _drawing(
    path: str,
    box: SymbolBox,
    fill: QColor,
    line: Optional[QgsSimpleLineSymbolLayer],
    unit: float,
    frame: SymbolBox,
) -> tuple[QgsMarkerSymbolLayer, float, float]:
    longest = max(box.width, box.height) or 1e-3
    around = QRectF(box.left, -box.top, box.width, box.height)
    layer = drawing_marker(Shape(path, around, fill, line), longest * unit)
    x, y = box.centre
    middle_x, middle_y = frame.centre
    return layer, (x - middle_x) * unit, (y - middle_y) * unit


def _stroke_and_fill(
    symbol: Properties, unit: float, follows: Optional[dict[QgsSymbolLayer.Property, str]] = None
) -> tuple[list[QgsSimpleLineSymbolLayer], Optional[QColor]]:
    """The strokes, bottom first, in points, and the colour of the topmost fill.

    Into `follows` go the colours that the feature says.
    """
    strokes: list[QgsSimpleLineSymbolLayer] = []
    fill: Optional[QColor] = None
    symbol.ignore("useRealWorldSymbolSizes")
    for layer in reversed(symbol.children("symbolLayers")):
        if not layer.flag("enable", True):
            layer.dismiss()
        elif layer.kind == "CIMSolidFill":
            fill = layer.colour("color")
            _follow(layer, QgsSymbolLayer.Property.FillColor, follows)
        elif layer.kind == "CIMSolidStroke":
            colour, width = layer.colour("color"), layer.number("width", 0.0, 0.0) * unit
            layer.ignore("capStyle", "joinStyle", "miterLimit", "closeCaps3D")
            _follow(layer, QgsSymbolLayer.Property.StrokeColor, follows)
            if colour is not None and width > 0:
                strokes.append(stroke(colour, width, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        else:
            layer.dismiss()
            kind = layer.kind or "?"
            layer.reading.lose(
                notice("symbol", "Layers of type {kind} in a CIM symbol are not shown.", kind=kind)
            )
        layer.ignore("overprint")
    return strokes, fill


def _follow(
    layer: Properties,
    which: QgsSymbolLayer.Property,
    follows: Optional[dict[QgsSymbolLayer.Property, str]],
) -> None:
    expression = override_of(layer, "Color") if follows is not None else None
    if follows is not None and expression:
        follows[which] = expression


def _nested(symbol: Properties, geometry: dict, unit: float, frame: SymbolBox, nest: int) -> _Placed:
    point = Properties(geometry, symbol.reading, "geometry")
    x, y = point.number("x"), point.number("y")
    point.dismiss()
    middle_x, middle_y = frame.centre
    parts: _Placed = []
    symbol.ignore("haloSize", "scaleX", "angleAlignment", "angle")
    for layer in reversed(symbol.children("symbolLayers")):
        if layer.kind in MARKERS and layer.flag("enable", True):
            made, _ = cim_marker_layers(layer, unit, nest + 1)
            for part in made:
                angle = -part.angle()
                at = turned(part.offset().x(), -part.offset().y(), angle)
                parts.append((part, at.x() + (x - middle_x) * unit, at.y() + (y - middle_y) * unit))
        else:
            layer.dismiss()
    return parts


def _picture(layer: Properties, size: float, _nest: int) -> _Placed:
    picture = picture_of(layer)
    scale = layer.number("scaleX", 1.0, 0.01, 100)
    layer.ignore("textureFilter", "invertBackfaceTexture")
    if picture is None:
        return []
    return [(marker_of(picture, size / picture.aspect * scale, size, 0.0), 0.0, 0.0)]


def _character(layer: Properties, size: float, _nest: int) -> _Placed:
    index = layer.number("characterIndex", 0.0, 0, 0x10FFFF)
    font = _font(layer)
    strokes, fill = _stroke_and_fill(layer.child("symbol"), 1.0)
    layer.ignore("fontType", "scaleX", "respectFrame")
    if index < 32 or 0xD800 <= index <= 0xDFFF:
        return []
    line = (strokes[0].color(), strokes[0].width()) if strokes else None
    return [(font_marker(chr(int(index)), font, size, fill or QColor(0, 0, 0, 0), line), 0.0, 0.0)]


MARKERS = {"CIMVectorMarker": _vector, "CIMPictureMarker": _picture, "CIMCharacterMarker": _character}
