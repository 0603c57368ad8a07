"""Renderers that draw more or less than a symbol a feature: heat maps, dots, pies."""

from __future__ import annotations

from math import pi
from typing import Optional

from qgis.core import (
    Qgis,
    QgsFeatureRenderer,
    QgsGeometryGeneratorSymbolLayer,
    QgsGradientColorRamp,
    QgsGradientStop,
    QgsHeatmapRenderer,
    QgsProperty,
    QgsRandomMarkerFillSymbolLayer,
    QgsSimpleMarkerSymbolLayer,
    QgsSymbol,
    QgsSymbolLayer,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from ...core.offline.plan import notice
from ..symbols.fills import solid_fill, with_outline
from ..symbols.layers import fill_symbol, marker_symbol
from ..symbols.lines import simple_line
from ..symbols.properties import Properties
from ..symbols.symbol import make_symbol
from .legend import with_entries
from .values import number_text, value_of
from .visual_variables import read_variables

_PIXELS_PER_POINT = 4 / 3
_MOST_DOTS = 20_000  # a feature


def heat_map(renderer: Properties, geometry: Qgis.GeometryType) -> Optional[QgsFeatureRenderer]:
    """A density of points, coloured by stops."""
    stops = sorted(
        ((stop.number("ratio", 0, 0, 1), stop.colour("color")) for stop in renderer.children("colorStops")),
        key=lambda stop: stop[0],
    )
    stops = [(ratio, colour) for ratio, colour in stops if colour is not None]
    if geometry != Qgis.GeometryType.Point or len(stops) < 2:
        return None
    ramp = QgsGradientColorRamp(stops[0][1], stops[-1][1], False, [QgsGradientStop(*s) for s in stops[1:-1]])
    made = QgsHeatmapRenderer()
    made.setColorRamp(ramp)
    radius = renderer.number("radius", 18.0, 1.0, 500) if renderer.has("radius") else None
    blur = renderer.number("blurRadius", 10.0, 1.0, 500)
    radius = radius or blur * 1.5
    made.setRadius(radius)
    made.setRadiusUnit(Qgis.RenderUnit.Points)
    made.setRenderQuality(1)
    _set_maximum(made, renderer, radius)
    if renderer.has("field") or renderer.has("valueExpression"):
        weight = value_of(renderer)
        if weight is not None:
            made.setWeightExpression(weight)
    if renderer.number("referenceScale") > 0:
        loss = notice("renderer", "The heat map keeps its radius on the screen at every scale.")
        renderer.reading.lose(loss)
    return made


def _set_maximum(made: QgsHeatmapRenderer, renderer: Properties, radius: float) -> None:
    """ArcGIS weighs a point by a kernel whose volume is one, QGIS by one whose top is one."""
    density, least = renderer.optional_number("maxDensity"), renderer.number("minDensity")
    renderer.ignore("minPixelIntensity", "maxPixelIntensity")
    if density is not None and 0 < density < 1e9:
        made.setMaximumValue(density * pi * (radius * _PIXELS_PER_POINT) ** 2 / 3)
    else:
        loss = notice("renderer", "The heat map is coloured by its own maximum, not by the map's.")
        renderer.reading.lose(loss)
    if least:
        loss = notice(
            "property", "“{property}” of {kind} is not shown.", property="minDensity", kind="heatmap"
        )
        renderer.reading.lose(loss)


def dot_density(renderer: Properties, geometry: Qgis.GeometryType) -> Optional[QgsFeatureRenderer]:
    """Dots in polygons: one for so much of each attribute."""
    if geometry != Qgis.GeometryType.Polygon:
        return None
    value = renderer.number("dotValue", 1.0, 1e-6, 1e12)
    size = renderer.number("dotSize", 1.0, 0.0, 100)
    scale, seed = renderer.number("referenceScale", 0, 0, 1e12), int(renderer.number("seed", 1, 0, 1e6))
    renderer.ignore("dotShape", "legendOptions", "dotBlendingEnabled", "dotMaxCount")
    unit = number_text(value)
    if scale > 0:
        unit = f"({unit} * (@map_scale / {number_text(scale)}) ^ 2)"
    ground = solid_fill(renderer.colour("backgroundColor"))
    layers = with_outline([ground], simple_line(renderer.child("outline")))
    entries: list[tuple[QgsSymbol, str]] = []
    for number, attribute in enumerate(renderer.children("attributes")):
        expression = value_of(attribute)
        colour = attribute.colour("color")
        label = attribute.text("label") or attribute.text("field")
        if expression is not None and colour is not None:
            layers.append(_dots(f"{expression} / {unit}", colour, size, seed + number))
            entries.append((fill_symbol([solid_fill(colour)]), label))
    loss = notice("renderer", "Dots stand elsewhere in their polygons than in ArcGIS.")
    renderer.reading.lose(loss)
    _lose_variables(renderer)
    return with_entries(fill_symbol(layers), "", entries)


def _dots(count: str, colour: QColor, size: float, seed: int) -> QgsSymbolLayer:
    layer = QgsRandomMarkerFillSymbolLayer(1, Qgis.PointCountMethod.Absolute, 0.0, seed)
    layer.setSubSymbol(marker_symbol([_dot(colour, size)]))
    bounded = f"min(max(round(coalesce({count}, 0)), 0), {_MOST_DOTS})"
    layer.setDataDefinedProperty(QgsSymbolLayer.Property.PointCount, QgsProperty.fromExpression(bounded))
    return layer


def pie_chart(renderer: Properties, geometry: Qgis.GeometryType) -> Optional[QgsFeatureRenderer]:
    """Shares of attributes as a pie in the middle of each feature, clockwise from the top."""
    if geometry == Qgis.GeometryType.Line:
        return None
    slices = [
        (value_of(attribute), attribute.colour("color"), attribute.text("label") or attribute.text("field"))
        for attribute in renderer.children("attributes")
    ]
    slices = [entry for entry in slices if entry[0] and entry[1]]
    size = number_text(renderer.number("size", 12.0, 0.1, 1000))
    hole = renderer.number("holePercentage", 0.0, 0.0, 0.99)
    nothing = renderer.colour("defaultColor")
    renderer.ignore("defaultLabel", "legendOptions")
    if not slices:
        return None
    size = read_variables(renderer).size_for(float(size)) or size
    layers: list[QgsSymbolLayer] = []
    if renderer.has("backgroundFillSymbol") and geometry == Qgis.GeometryType.Polygon:
        ground = make_symbol(renderer.child("backgroundFillSymbol"), geometry)
        layers += [layer.clone() for layer in ground.symbol.symbolLayers()]
    values = [f"max(coalesce({value}, 0), 0)" for value, _, _ in slices]
    total = " + ".join(values)
    entries: list[tuple[QgsSymbol, str]] = []
    for number, (_, colour, label) in enumerate(slices):
        layers.append(_generated(_wedge(values, number, size, hole), solid_fill(colour)))
        entries.append((_swatch(colour, geometry), label))
    line = simple_line(renderer.child("outline"))
    line.setWidth(line.width() / 2)  # ArcGIS shows the inner half of it
    rim = with_outline([solid_fill(None)], line)
    if nothing is not None:
        layers.append(_generated(f"if({total} > 0, NULL, {_ring(size, hole)})", solid_fill(nothing)))
    layers.append(_generated(_ring(size, hole), *rim))
    make = marker_symbol if geometry == Qgis.GeometryType.Point else fill_symbol
    return with_entries(make(layers), "", entries)


def _swatch(colour: QColor, geometry: Qgis.GeometryType) -> QgsSymbol:
    """A colour for the legend, as a symbol that fits the layer."""
    if geometry == Qgis.GeometryType.Polygon:
        return fill_symbol([solid_fill(colour)])
    return marker_symbol([_dot(colour, 8.0)])


def _dot(colour: QColor, size: float) -> QgsSimpleMarkerSymbolLayer:
    dot = QgsSimpleMarkerSymbolLayer(Qgis.MarkerShape.Circle, size)
    dot.setSizeUnit(Qgis.RenderUnit.Points)
    dot.setColor(colour)
    dot.setStrokeStyle(Qt.PenStyle.NoPen)
    return dot


# `$geometry` is in the units of the symbol layer here, `@geometry` is not; y goes down.
_MIDDLE = "centroid($geometry)"


def _wedge(values: list[str], number: int, size: str, hole: float) -> str:
    total = f"nullif({' + '.join(values)}, 0)"
    before = " + ".join(["0", *values[:number]])
    share = f"360.0 * {values[number]} / {total}"
    middle = f"180 - 360.0 * ({before}) / {total} - ({share}) / 2"
    return _without_hole(f"wedge_buffer({_MIDDLE}, {middle}, {share}, ({size}) / 2)", size, hole)


def _ring(size: str, hole: float) -> str:
    return _without_hole(f"buffer({_MIDDLE}, ({size}) / 2, 24)", size, hole)


def _without_hole(shape: str, size: str, hole: float) -> str:
    """The hole is cut, for the inner arc of half a ring goes astray in QGIS."""
    inner = f"buffer({_MIDDLE}, ({size}) / 2 * {number_text(hole)}, 24)"
    return f"difference({shape}, {inner})" if hole else shape


def _generated(expression: str, *fill: QgsSymbolLayer) -> QgsSymbolLayer:
    layer = QgsGeometryGeneratorSymbolLayer.create({})
    layer.setSymbolType(Qgis.SymbolType.Fill)
    layer.setGeometryExpression(expression)
    layer.setUnits(Qgis.RenderUnit.Points)
    layer.setSubSymbol(fill_symbol(fill))
    return layer


def _lose_variables(renderer: Properties) -> None:
    for variable in renderer.children("visualVariables"):
        variable.dismiss()
        name = {"sizeInfo": "size", "colorInfo": "colour"}.get(variable.kind, "another property")
        renderer.reading.lose(notice("visual variable", "Symbols do not vary in {name}.", name=name))
