"""Features drawn together where they crowd (`featureReduction`): clusters of points as QGIS makes them."""

from __future__ import annotations

from collections.abc import Mapping
import re
from typing import Optional

from qgis.core import (
    Qgis,
    QgsFeatureRenderer,
    QgsFields,
    QgsFontMarkerSymbolLayer,
    QgsMarkerSymbol,
    QgsPointClusterRenderer,
    QgsProperty,
    QgsSimpleMarkerSymbolLayer,
    QgsSingleSymbolRenderer,
    QgsSymbolLayer,
)
from qgis.PyQt.QtGui import QColor

from ...core.json_value import Json, json_number, json_object, json_objects
from ...core.notice import Notice, notice
from ..base.accounted import kept, unkept
from ..symbols.layers import marker_symbol
from ..symbols.text import text_format
from .renderer import make_renderer

_KEPT = kept(
    # An app's switch for its popups; `fields` are sums that labels and popups of clusters may show.
    "type clusterRadius clusterMinSize clusterMaxSize disablePopup fields",
    drawingInfo=kept("renderer labelingInfo"),
)
# What ArcGIS takes where nothing is said, in points.
_RADIUS, _SMALLEST, _LARGEST = 60.0, 12.0, 37.5
_MANY = 1000  # features: larger clusters grow no more
_COUNT = re.compile(r"cluster_count", re.IGNORECASE)


def clustered(
    renderer: QgsFeatureRenderer,
    json: object,
    fields: QgsFields,
    geometry: Qgis.GeometryType,
    losses: list[Notice],
) -> QgsFeatureRenderer:
    """The renderer, or one around it that draws its crowded points as clusters."""
    if not isinstance(json, Mapping) or json.get("type") in (None, "selection"):  # the latter is for scenes
        return renderer
    if json.get("type") != "cluster" or geometry != Qgis.GeometryType.Point:
        losses.append(notice("clusters", "Features are not clustered; each one is shown."))
        return renderer
    radius = _points(json.get("clusterRadius"), _RADIUS)
    if renderer.type() not in ("singleSymbol", "categorizedSymbol", "graduatedSymbol", "RuleRenderer"):
        losses.append(notice("clusters", "Features are not clustered; each one is shown."))
        return renderer
    losses.append(
        notice(
            "clusters",
            "QGIS forms clusters in its own way, so they contain other features than in the web map.",
        )
    )
    lost = unkept(json, _KEPT)
    drawing = json_object(json.get("drawingInfo"))
    symbol = _symbol(drawing.get("renderer"), fields, losses) or _plain(json)
    if not _add_count(symbol, drawing.get("labelingInfo")):
        lost.add("drawingInfo.labelingInfo")
    if lost:
        keys = ", ".join(sorted(lost))
        losses.append(notice("clusters", "Settings of clusters that are not kept: {keys}.", keys=keys))
    made = QgsPointClusterRenderer()
    made.setEmbeddedRenderer(renderer)
    made.setTolerance(radius)
    made.setToleranceUnit(Qgis.RenderUnit.Points)
    made.setClusterSymbol(symbol)
    return made


def _symbol(json: object, fields: QgsFields, losses: list[Notice]) -> Optional[QgsMarkerSymbol]:
    """The author's symbol for clusters, if there is one for all."""
    if not isinstance(json, Mapping) or json.get("type") != "simple":
        if json:
            losses.append(notice("clusters", "The symbols of clusters are not kept."))
        return None
    made = make_renderer(json, Qgis.GeometryType.Point, fields, losses)
    return made.symbol().clone() if isinstance(made, QgsSingleSymbolRenderer) else None


def _plain(json: Json) -> QgsMarkerSymbol:
    """A disc in the colour of the features, larger the more there are."""
    smallest = _points(json.get("clusterMinSize"), _SMALLEST)
    largest = max(smallest, _points(json.get("clusterMaxSize"), _LARGEST))
    disc = QgsSimpleMarkerSymbolLayer(Qgis.MarkerShape.Circle, smallest)
    disc.setSizeUnit(Qgis.RenderUnit.Points)
    disc.setStrokeColor(QColor(255, 255, 255))
    disc.setDataDefinedProperty(
        QgsSymbolLayer.Property.Size,
        QgsProperty.fromExpression(
            f"scale_linear(ln(@cluster_size), ln(2), ln({_MANY}), {smallest!r}, {largest!r})"
        ),
    )
    disc.setDataDefinedProperty(
        QgsSymbolLayer.Property.FillColor, QgsProperty.fromExpression("@cluster_color")
    )
    return marker_symbol([disc])


def _add_count(symbol: QgsMarkerSymbol, labels: object) -> bool:
    """Writes the number of features on the symbol, as labels of clusters do; False for other labels."""
    classes = json_objects(labels)
    if not classes:
        return not labels
    style = text_format(json_object(classes[0].get("symbol")))
    text = QgsFontMarkerSymbolLayer(style.font().family())
    text.setFontStyle(style.namedStyle())
    text.setSize(style.size())
    text.setSizeUnit(style.sizeUnit())
    text.setColor(style.color())
    if style.buffer().enabled():
        text.setStrokeColor(style.buffer().color())
        text.setStrokeWidth(style.buffer().size())
        text.setStrokeWidthUnit(style.buffer().sizeUnit())
    text.setDataDefinedProperty(
        QgsSymbolLayer.Property.Character,
        QgsProperty.fromExpression("format_number(@cluster_size, 0)"),
    )
    symbol.appendSymbolLayer(text)
    info = classes[0].get("labelExpressionInfo")
    said = info.get("expression") if isinstance(info, Mapping) else classes[0].get("labelExpression")
    return len(classes) == 1 and bool(_COUNT.search(str(said)))


def _points(value: object, default: float) -> float:
    number = json_number(value)
    return number if number is not None and 0 < number < 1000 else default
