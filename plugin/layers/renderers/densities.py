"""Renderers that draw more or less than a symbol a feature: heat maps, dots, pies."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, pi
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

from ...core.notice import notice
from ..symbols.fills import solid_fill, with_outline
from ..symbols.layers import fill_symbol, marker_symbol
from ..symbols.lines import is_drawn, simple_line
from ..symbols.properties import Properties
from ..symbols.symbol import make_symbol
from .legend import with_entries
from .values import value_expression, written_number
from .visual_variables import read_variables

_PIXELS_PER_POINT = 4 / 3
_POINTS_PER_BLUR = 2.4 * 0.75
_DENSITY = 0.04  # where an author gives none
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
    radius, least, most = _densities(renderer)
    made = QgsHeatmapRenderer()
    made.setColorRamp(_ramp(stops, least / most))
    made.setRadius(radius)
    made.setRadiusUnit(Qgis.RenderUnit.Points)
    made.setRenderQuality(1)
    # ArcGIS weighs a point by a kernel whose volume is one, QGIS by one whose top is one.
    made.setMaximumValue(most * pi * (radius * _PIXELS_PER_POINT) ** 2 / 3)
    if renderer.has("field") or renderer.has("valueExpression"):
        weight = value_expression(renderer)
        if weight is not None:
            made.setWeightExpression(weight)
    if renderer.number("referenceScale") > 0:
        loss = notice("renderer", "The heat map has the same radius on the screen at every scale.")
        renderer.reading.lose(loss)
    return made


def _densities(renderer: Properties) -> tuple[float, float, float]:
    """The radius in points, and the densities (a square pixel) of the first and the last colour.

    Older maps say a blur in pixels and intensities instead; the newer members overrule them.
    """
    least, most = renderer.optional_number("minDensity"), renderer.optional_number("maxDensity")
    blur = renderer.number("blurRadius", 10.0, 0.5, 250)
    old = not any(renderer.has(key) for key in ("minDensity", "maxDensity", "radius"))
    radius = blur * _POINTS_PER_BLUR if old else renderer.number("radius", 18.0, 1.0, 500)
    intensity = 24 / (2.4**2 * blur**4)
    lowest, highest = (renderer.optional_number(f"{key}PixelIntensity") for key in ("min", "max"))
    if old and highest is not None:
        least, most = (lowest or 0.0) * intensity, highest * intensity
    most = most if most is not None and 0 < most < 1e9 else _DENSITY
    return radius, min(max(least or 0.0, 0.0), most * 0.99), most


def _ramp(stops: list[tuple[float, QColor]], start: float) -> QgsGradientColorRamp:
    """The colours of densities from nothing to the largest; `start` is the first stop's share of it."""
    placed = [QgsGradientStop(start + ratio * (1 - start), colour) for ratio, colour in stops]
    if start > 0:
        placed.insert(0, QgsGradientStop(0, stops[0][1]))
    between = [stop for stop in placed if 0 < stop.offset < 1]
    return QgsGradientColorRamp(placed[0].color, placed[-1].color, False, between)


def dot_density(renderer: Properties, geometry: Qgis.GeometryType) -> Optional[QgsFeatureRenderer]:
    """Dots in polygons: one for so much of each attribute."""
    if geometry != Qgis.GeometryType.Polygon:
        return None
    value = renderer.number("dotValue", 1.0, 1e-6, 1e12)
    size = renderer.number("dotSize", 1.0, 0.0, 100)
    scale, seed = renderer.number("referenceScale", 0, 0, 1e12), int(renderer.number("seed", 1, 0, 1e6))
    renderer.ignore("dotShape", "legendOptions", "dotBlendingEnabled", "dotMaxCount")
    unit = written_number(value)
    if scale > 0:
        unit = f"max(1, {unit} * coalesce(@map_scale / {written_number(scale)}, 1))"
    ground = solid_fill(renderer.colour("backgroundColor"))
    layers = with_outline([ground], simple_line(renderer.child("outline")))
    entries: list[tuple[QgsSymbol, str]] = []
    for number, attribute in enumerate(renderer.children("attributes")):
        expression = value_expression(attribute)
        colour = attribute.colour("color")
        label = attribute.text("label") or attribute.text("field")
        if expression is not None and colour is not None:
            layers.append(_dots(f"{expression} / {unit}", colour, size, seed + number))
            entries.append((fill_symbol([solid_fill(colour)]), label))
    loss = notice("renderer", "Dots are placed differently in their polygons than in ArcGIS.")
    renderer.reading.lose(loss)
    _lose_variables(renderer)
    return with_entries(fill_symbol(layers), "", entries)


def _dots(count: str, colour: QColor, size: float, seed: int) -> QgsSymbolLayer:
    layer = QgsRandomMarkerFillSymbolLayer(1, Qgis.PointCountMethod.Absolute, 0.0, seed)
    # Sizes are pixels, and a soft edge of a quarter of a pixel or more.
    drawn = (size + max(size / 2, 1) / 2) / _PIXELS_PER_POINT
    layer.setSubSymbol(marker_symbol([_dot(colour, drawn)]))
    bounded = f"min(max(round(coalesce({count}, 0)), 0), {_MOST_DOTS})"
    layer.setDataDefinedProperty(QgsSymbolLayer.Property.PointCount, QgsProperty.fromExpression(bounded))
    return layer


def pie_chart(renderer: Properties, geometry: Qgis.GeometryType) -> Optional[QgsFeatureRenderer]:
    """Shares of attributes as a pie in the middle of each feature, clockwise from the top."""
    if geometry == Qgis.GeometryType.Line:
        return None
    slices = [
        (
            value_expression(attribute),
            attribute.colour("color"),
            attribute.text("label") or attribute.text("field"),
        )
        for attribute in renderer.children("attributes")
    ]
    readable = all(value for value, _, _ in slices)  # without one slice all the shares would be wrong
    slices = [entry for entry in slices if entry[1]]
    size = written_number(renderer.number("size", 12.0, 0.1, 1000))
    size = read_variables(renderer).size_for(float(size)) or size
    line = simple_line(renderer.child("outline"))
    # The outline takes whole pixels of the pie.
    width = floor(line.width() * _PIXELS_PER_POINT + 0.5) / _PIXELS_PER_POINT if is_drawn(line) else 0.0
    pie = _Pie(size, renderer.number("holePercentage", 0.0, 0.0, 0.99), width)
    if not (slices and readable):
        return None
    layers: list[QgsSymbolLayer] = []
    if renderer.has("backgroundFillSymbol") and geometry == Qgis.GeometryType.Polygon:
        ground = make_symbol(renderer.child("backgroundFillSymbol"), geometry)
        layers += [layer.clone() for layer in ground.symbol.symbolLayers()]
    wedges, entries = _wedges(slices, renderer, pie)
    layers += wedges
    if width > 0:
        line.setWidth(width)
        layers.append(_generated(pie.disc(), *with_outline([solid_fill(None)], line)))
    make = marker_symbol if geometry == Qgis.GeometryType.Point else fill_symbol
    return with_entries(make(layers), "", [(_swatch(colour, geometry), label) for colour, label in entries])


def _wedges(
    slices: list[tuple[str, QColor, str]], renderer: Properties, pie: _Pie
) -> tuple[list[QgsSymbolLayer], list[tuple[QColor, str]]]:
    """A layer for each slice, one for all that are too small, and what the legend says of them."""
    others = renderer.child("othersCategory")
    threshold, rest = others.number("threshold", 0.0, 0.0, 1.0), others.colour("color")
    rest_label, nothing = others.text("label"), renderer.colour("defaultColor")
    renderer.ignore("defaultLabel", "legendOptions")
    values = [f"max(coalesce({value}, 0), 0)" for value, _, _ in slices]
    total = f"({' + '.join(values)})"
    if threshold:
        least = written_number(threshold)
        values = [f"if({value} > {least} * {total}, {value}, 0)" for value in values]
    layers = [
        _generated(pie.wedge(values, number, total), solid_fill(colour))
        for number, (_, colour, _) in enumerate(slices)
    ]
    entries = [(colour, label) for _, colour, label in slices]
    if threshold and rest is not None:
        left = f"({total} - {' - '.join(values)})"
        layers.append(_generated(pie.wedge([*values, left], len(values), total), solid_fill(rest)))
        entries.append((rest, rest_label or "Others"))
    if nothing is not None:
        layers.append(_generated(f"if({total} > 0, NULL, {pie.disc()})", solid_fill(nothing)))
    return layers, entries


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


@dataclass(frozen=True)
class _Pie:
    """The shapes of a pie: its size (points, an expression), its hole as a share, and its outline's width."""

    size: str
    hole: float
    outline: float

    def _radius(self, inset: float) -> str:
        """The outer radius, less so many widths of the outline."""
        return f"max(({self.size}) / 2 - {written_number(inset * self.outline)}, 0)"

    def wedge(self, values: list[str], number: int, total: str) -> str:
        before = " + ".join(["0", *values[:number]])
        share = f"360.0 * {values[number]} / nullif({total}, 0)"
        middle = f"180 - 360.0 * ({before}) / {total} - ({share}) / 2"
        # A whole circle is no wedge to QGIS.
        wedge = f"wedge_buffer({_MIDDLE}, {middle}, min({share}, 360), {self._radius(0.5)})"
        return self._without_hole(f"if({share} > 0, {wedge}, NULL)")

    def disc(self) -> str:
        return self._without_hole(f"buffer({_MIDDLE}, {self._radius(0.5)}, 24)")

    def _without_hole(self, shape: str) -> str:
        """The hole is cut, for the inner arc of half a ring goes astray in QGIS."""
        if not self.hole:
            return shape
        inner = f"{self._radius(1)} * {written_number(self.hole)} - {written_number(self.outline / 2)}"
        return f"difference({shape}, buffer({_MIDDLE}, max({inner}, 0), 24))"


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
        renderer.reading.lose(notice("visual variable", "Symbols do not vary by {name}.", name=name))
