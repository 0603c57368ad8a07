"""CIMSymbolReference: ArcGIS Pro's own symbols, as far as QGIS has the same layers.

Layers of a CIM symbol are listed top first, QGIS' bottom first. Sizes are points. What is not
covered is reported, by what nobody read or by name.
"""

from __future__ import annotations

from collections.abc import Callable
from math import hypot
from typing import Optional

from qgis.core import (
    Qgis,
    QgsGradientColorRamp,
    QgsGradientFillSymbolLayer,
    QgsGradientStop,
    QgsSymbol,
    QgsSymbolLayer,
)
from qgis.PyQt.QtCore import QPointF, Qt
from qgis.PyQt.QtGui import QColor

from ...core.offline.plan import notice
from .cim_effects import apply_effects
from .cim_markers import MARKERS, marker_layers
from .cim_placement import placed_in_polygon, placed_on_line
from .fills import hatch, picture_fill, solid_fill
from .layers import fill_symbol, line_symbol, marker_symbol
from .lines import stroke
from .pictures import picture_of
from .properties import LARGEST, Properties

_CAPS = {"Butt": Qt.PenCapStyle.FlatCap, "Round": Qt.PenCapStyle.RoundCap, "Square": Qt.PenCapStyle.SquareCap}
_JOINS = {
    "Bevel": Qt.PenJoinStyle.BevelJoin,
    "Round": Qt.PenJoinStyle.RoundJoin,
    "Miter": Qt.PenJoinStyle.MiterJoin,
}


def cim_symbol(reference: Properties) -> Optional[tuple[QgsSymbol, float]]:
    """The symbol and its size in points; None, and a loss, where nothing of it can be drawn."""
    symbol = reference.child("symbol")
    for key in ("primitiveOverrides", "scaleDependentSizeVariation", "stylePath"):
        if reference.has(key):
            reference.ignore(key)
            loss = notice(
                "symbol", "“{property}” of a CIM symbol is not read; all features look alike.", property=key
            )
            reference.reading.lose(loss)
    reference.ignore("minScale", "maxScale", "symbolName", "minDistance", "maxDistance", "maxDepth")
    makers: dict[str, Callable[[Properties], Optional[tuple[QgsSymbol, float]]]] = {
        "CIMPointSymbol": _point,
        "CIMLineSymbol": _line,
        "CIMPolygonSymbol": _polygon,
    }
    make = makers.get(symbol.kind)
    made = make(symbol) if make else None
    if make:
        symbol.ignore("useRealWorldSymbolSizes", "thumbnailURI", "symbolEffects3D")
    if made is None:
        symbol.dismiss()
        kind = symbol.kind or "CIMSymbolReference"
        loss = notice("symbol", "Symbols of type {kind} are not read; a plain symbol is shown.", kind=kind)
        reference.reading.lose(loss)
    return made


def _shown(symbol: Properties) -> list[Properties]:
    """The layers that are switched on, bottom first."""
    layers = symbol.children("symbolLayers")
    shown = []
    for layer in layers:
        layer.ignore("colorLocked", "overprint") if layer.flag("enable", True) else layer.dismiss()
        if layer.flag("enable", True):
            shown.append(layer)
    return shown[::-1]


def _point(symbol: Properties) -> Optional[tuple[QgsSymbol, float]]:
    layers: list[QgsSymbolLayer] = []
    sizes = [0.0]
    # ArcGIS' web maps turn markers by their own rotation alone.
    symbol.ignore("angle", "angleAlignment", "rotateClockwise", "scaleX")
    _halo(symbol)
    for layer in _shown(symbol):
        if layer.kind in MARKERS:
            made, size = marker_layers(layer)
            layers += made
            sizes.append(size)
        else:
            _not_covered(layer)
    _no_effects(symbol)
    return (marker_symbol(layers), max(sizes)) if layers else None


def _halo(symbol: Properties) -> None:
    """A halo without a symbol is the template's default, and not drawn."""
    if not symbol.has("haloSymbol"):
        symbol.ignore("haloSize")


def _line(symbol: Properties) -> Optional[tuple[QgsSymbol, float]]:
    layers = _line_layers(symbol)
    widths = [layer.width() for layer in layers if layer.layerType() == "SimpleLine"]
    return (line_symbol(layers), max([0.0, *widths])) if layers else None


def _line_layers(symbol: Properties) -> list[QgsSymbolLayer]:
    layers: list[QgsSymbolLayer] = []
    effects = symbol.children("effects")
    for layer in _shown(symbol):
        if layer.kind == "CIMSolidStroke":
            layers += solid_stroke(layer, effects)
        elif layer.kind in MARKERS:
            layers += placed_on_line(layer)
        else:
            _not_covered(layer)
    return layers


def _polygon(symbol: Properties) -> Optional[tuple[QgsSymbol, float]]:
    layers: list[QgsSymbolLayer] = []
    effects = symbol.children("effects")
    fills = {
        "CIMSolidFill": lambda layer: [solid_fill(layer.colour("color"))],
        "CIMHatchFill": _hatch,
        "CIMGradientFill": _gradient,
        "CIMPictureFill": _picture,
    }
    for layer in _shown(symbol):
        if layer.kind in fills:
            layers += fills[layer.kind](layer)
            _no_effects(layer)
        elif layer.kind == "CIMSolidStroke":
            layers += solid_stroke(layer, effects)
        elif layer.kind in MARKERS:
            layers += placed_in_polygon(layer)
        else:
            _not_covered(layer)
    return (fill_symbol(layers), 0.0) if layers else None


def solid_stroke(layer: Properties, effects: list[Properties]) -> list[QgsSymbolLayer]:
    """A stroke with its effects; none where it cannot be seen."""
    colour, width = layer.colour("color"), layer.number("width", 0.0, 0.0)
    cap = layer.choice("capStyle", _CAPS, Qt.PenCapStyle.RoundCap)
    join = layer.choice("joinStyle", _JOINS, Qt.PenJoinStyle.RoundJoin)
    layer.ignore("miterLimit", "closeCaps3D", "lineStyle3D")
    made = stroke(colour or QColor(0, 0, 0, 0), width, cap, join)
    if colour is None or width == 0:
        made.setPenStyle(Qt.PenStyle.NoPen)
    apply_effects(made, [*effects, *layer.children("effects")])
    return [made]


def _hatch(layer: Properties) -> list[QgsSymbolLayer]:
    line = layer.child("lineSymbol")
    strokes = _line_layers(line) if line.kind == "CIMLineSymbol" else []
    distance = layer.number("separation", 4.0, 1.0, LARGEST)
    angle, offset = layer.number("rotation"), layer.number("offsetX")
    offset = hypot(offset, layer.number("offsetY")) * (1 if offset >= 0 else -1)
    return [hatch(line_symbol(strokes), angle, distance, offset)] if strokes else []


def _picture(layer: Properties) -> list[QgsSymbolLayer]:
    picture = picture_of(layer)
    height = layer.number("height", 12.0, 0.1, LARGEST)
    scale = layer.number("scaleX", 1.0, 0.01, 100)
    angle = layer.number("rotation")
    layer.ignore("textureFilter", "invertBackfaceTexture", "offsetX", "offsetY")
    if picture is None:
        return []
    return [picture_fill(picture, height / picture.aspect * scale, height, angle)]


def _gradient(layer: Properties) -> list[QgsSymbolLayer]:
    kinds = {
        "Linear": Qgis.GradientType.Linear,
        "Circular": Qgis.GradientType.Radial,
        "Rectangular": Qgis.GradientType.Linear,
        "Buffered": Qgis.GradientType.Radial,
    }
    kind = layer.choice("gradientMethod", kinds, Qgis.GradientType.Linear)
    ramp = _ramp(layer.child("colorRamp"))
    if ramp is None:
        return []
    made = QgsGradientFillSymbolLayer(QColor(), QColor(), Qgis.GradientColorSource.ColorRamp, kind)
    made.setColorRamp(ramp)
    made.setReferencePoint1(QPointF(1, 0.5))
    made.setReferencePoint2(QPointF(0, 0.5))
    made.setAngle(-layer.number("angle"))
    layer.ignore("gradientSize", "gradientSizeUnits", "gradientType", "interval")
    return [made]


def _ramp(ramp: Properties) -> Optional[QgsGradientColorRamp]:
    parts = ramp.children("colorRamps") if ramp.has("colorRamps") else [ramp]
    ends = [(part.colour("fromColor"), part.colour("toColor")) for part in parts]
    colours = [colour for pair in ends for colour in pair if colour is not None]
    if ramp.kind not in ("CIMLinearContinuousColorRamp", "CIMMultipartColorRamp"):
        _not_covered(ramp)
    ramp.ignore("primitiveName", "colorSpace")
    if len(colours) < 2:
        return None
    stops = [QgsGradientStop(n / (len(colours) - 1), colour) for n, colour in enumerate(colours[1:-1], 1)]
    return QgsGradientColorRamp(colours[0], colours[-1], False, stops)


def _no_effects(properties: Properties) -> None:
    for effect in properties.children("effects"):
        _not_covered(effect)


def _not_covered(layer: Properties) -> None:
    layer.dismiss()
    kind = layer.kind or "?"
    layer.reading.lose(notice("symbol", "Layers of type {kind} in a CIM symbol are not shown.", kind=kind))
