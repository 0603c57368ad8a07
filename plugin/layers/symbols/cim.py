"""CIMSymbolReference: ArcGIS Pro's own symbols, as far as QGIS has the same layers.

Layers of a CIM symbol are listed top first, QGIS' bottom first. Sizes are points. What is not
covered is reported, by what nobody read or by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import hypot
from typing import Optional

from qgis.core import QgsProperty, QgsSymbol, QgsSymbolLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from ...core.notice import notice
from .cim_effects import apply_effects
from .cim_gradient import gradient_fill
from .cim_markers import MARKERS, cim_marker_layers
from .cim_placement import placed_in_polygon, placed_on_line
from .fills import hatch, picture_fill, solid_fill
from .layers import fill_symbol, line_symbol, marker_symbol
from .lines import stroke
from .overrides import lose_the_rest, override_paint, override_width, read_overrides
from .pictures import picture_of
from .properties import LARGEST_SIZE, Properties

_CAPS = {"Butt": Qt.PenCapStyle.FlatCap, "Round": Qt.PenCapStyle.RoundCap, "Square": Qt.PenCapStyle.SquareCap}
_JOINS = {
    "Bevel": Qt.PenJoinStyle.BevelJoin,
    "Round": Qt.PenJoinStyle.RoundJoin,
    "Miter": Qt.PenJoinStyle.MiterJoin,
}


def cim_symbol(reference: Properties) -> Optional[tuple[QgsSymbol, float]]:
    """The symbol and its size in points; None, and a loss, where nothing of it can be drawn."""
    symbol = reference.child("symbol")
    read_overrides(reference)
    for key in ("scaleDependentSizeVariation", "stylePath"):
        if reference.has(key):
            reference.ignore(key)
            loss = notice(
                "symbol",
                "“{property}” of a CIM symbol is not supported; all features look the same.",
                property=key,
            )
            reference.reading.lose(loss)
    reference.ignore("symbolName", "minDistance", "maxDistance", "maxDepth")
    nearest, farthest = reference.number("maxScale", 0, 0, 1e12), reference.number("minScale", 0, 0, 1e12)
    makers: dict[str, Callable[[Properties], Optional[tuple[QgsSymbol, float]]]] = {
        "CIMPointSymbol": _point,
        "CIMLineSymbol": _line,
        "CIMPolygonSymbol": _polygon,
    }
    make = makers.get(symbol.kind)
    made = make(symbol) if make else None
    lose_the_rest(reference)
    if make:
        symbol.ignore("useRealWorldSymbolSizes", "thumbnailURI", "symbolEffects3D")
    if made is None:
        symbol.dismiss()
        kind = symbol.kind or "CIMSymbolReference"
        loss = notice(
            "symbol", "Symbols of type {kind} are not supported; a plain symbol is shown.", kind=kind
        )
        reference.reading.lose(loss)
    elif nearest or farthest:
        _limit(made[0], nearest, farthest)
    return made


def _limit(symbol: QgsSymbol, nearest: float, farthest: float) -> None:
    """Show a symbol between two scales alone; zero is no limit. Where no scale is known it is shown."""
    limits = [f"@map_scale >= {nearest:.15g}"] if nearest else []
    limits += [f"@map_scale <= {farthest:.15g}"] if farthest else []
    shown = QgsProperty.fromExpression(f"coalesce({' AND '.join(limits)}, true)")
    for layer in symbol.symbolLayers():
        layer.setDataDefinedProperty(QgsSymbolLayer.Property.LayerEnabled, shown)


def _shown(symbol: Properties) -> list[Properties]:
    """The layers that are switched on, bottom first."""
    layers = symbol.children("symbolLayers")
    shown = []
    for layer in layers:
        layer.ignore("overprint") if layer.flag("enable", True) else layer.dismiss()
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
            made, size = cim_marker_layers(layer)
            layers += locked(layer, made)
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
            layers += locked(layer, solid_stroke(layer, effects))
        elif layer.kind in MARKERS:
            layers += locked(layer, placed_on_line(layer))
        else:
            _not_covered(layer)
    return layers


def _polygon(symbol: Properties) -> Optional[tuple[QgsSymbol, float]]:
    layers: list[QgsSymbolLayer] = []
    effects = symbol.children("effects")
    fills = {
        "CIMSolidFill": _solid,
        "CIMHatchFill": _hatch,
        "CIMGradientFill": gradient_fill,
        "CIMPictureFill": _picture,
    }
    for layer in _shown(symbol):
        if layer.kind in fills:
            layers += locked(layer, fills[layer.kind](layer))
            _no_effects(layer)
        elif layer.kind == "CIMSolidStroke":
            layers += locked(layer, solid_stroke(layer, effects))
        elif layer.kind in MARKERS:
            layers += locked(layer, placed_in_polygon(layer))
        else:
            _not_covered(layer)
    return (fill_symbol(layers), 0.0) if layers else None


def _solid(layer: Properties) -> list[QgsSymbolLayer]:
    made = solid_fill(layer.colour("color"))
    override_paint(layer, [made], QgsSymbolLayer.Property.FillColor)
    return [made]


def locked(layer: Properties, made: Sequence[QgsSymbolLayer]) -> Sequence[QgsSymbolLayer]:
    """The layers, their colours locked against variables where the author wants so."""
    if layer.flag("colorLocked"):
        for part in made:
            part.setLocked(True)
    return made


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
    override_paint(layer, [made], QgsSymbolLayer.Property.StrokeColor)
    override_width(layer, [made])
    return [made]


def _hatch(layer: Properties) -> list[QgsSymbolLayer]:
    line = layer.child("lineSymbol")
    strokes = _line_layers(line) if line.kind == "CIMLineSymbol" else []
    distance = layer.number("separation", 4.0, 1.0, LARGEST_SIZE)
    angle, offset = layer.number("rotation"), layer.number("offsetX")
    offset = hypot(offset, layer.number("offsetY")) * (1 if offset >= 0 else -1)
    return [hatch(line_symbol(strokes), angle, distance, offset)] if strokes else []


def _picture(layer: Properties) -> list[QgsSymbolLayer]:
    picture = picture_of(layer)
    height = layer.number("height", 12.0, 0.1, LARGEST_SIZE)
    scale = layer.number("scaleX", 1.0, 0.01, 100)
    angle = layer.number("rotation")
    layer.ignore("textureFilter", "invertBackfaceTexture", "offsetX", "offsetY")
    if picture is None:
        return []
    width = min(height / picture.aspect * scale, LARGEST_SIZE)
    return [picture_fill(picture, width, height, angle)]


def _no_effects(properties: Properties) -> None:
    for effect in properties.children("effects"):
        _not_covered(effect)


def _not_covered(layer: Properties) -> None:
    layer.dismiss()
    kind = layer.kind or "?"
    layer.reading.lose(notice("symbol", "Layers of type {kind} in a CIM symbol are not shown.", kind=kind))
