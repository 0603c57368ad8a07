"""Esri's renderers as QGIS renderers, by QGIS' own converter where it keeps what they mean.

A renderer that it would draw differently in kind (a class for every feature, or none) becomes a
single symbol instead, and the loss is said: nothing is silently different, nothing invisible.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from qgis.core import (
    Qgis,
    QgsArcGisRestUtils,
    QgsFeatureRenderer,
    QgsFields,
    QgsRenderContext,
    QgsSingleSymbolRenderer,
)

from ..core.offline.plan import Notice, notice
from .symbols import drawable, plain

_CLASSES = {"uniqueValue": "uniqueValueInfos", "classBreaks": "classBreakInfos"}
_VARIABLES = {
    "sizeInfo": "size",
    "colorInfo": "colour",
    "transparencyInfo": "transparency",
    "rotationInfo": "rotation",
}


def make_renderer(
    json: object, geometry: Qgis.GeometryType, fields: QgsFields, losses: list[Notice]
) -> QgsFeatureRenderer:
    """A renderer for features of this geometry and these fields; `losses` says where it differs."""
    found: list[Notice] = []
    renderer = _mended(json, geometry, found) if isinstance(json, Mapping) else {}
    reason = _reason_against(renderer)
    converted = None if reason else QgsArcGisRestUtils.convertRenderer(renderer)
    if converted is not None and not _knows_its_fields(converted, fields):
        reason, converted = notice("renderer", "The field that tells the symbols apart is not there."), None
    # A symbol used by many classes is one loss, not many.
    losses += {loss.text: loss for loss in found}.values()
    if converted is None:
        losses.append(reason or notice("renderer", "The renderer is not understood."))
        converted = _single(renderer, geometry)
    return converted


def _mended(json: Mapping[str, Any], geometry: Qgis.GeometryType, losses: list[Notice]) -> dict[str, Any]:
    """The same renderer with every symbol in a form that QGIS draws as ArcGIS does."""
    renderer = dict(json)
    _check_variables(renderer, geometry, losses)
    background = renderer.pop("backgroundFillSymbol", None)

    def mended(symbol: object) -> dict[str, Any]:
        if (
            background is not None
            and isinstance(symbol, Mapping)
            and symbol.get("type") in ("esriSMS", "esriPMS")
        ):
            losses.append(notice("symbol", "Markers on polygons are left out; their fill is shown."))
            return drawable(background, geometry, losses)
        return drawable(symbol, geometry, losses)

    key = _classes_key(renderer)
    if renderer.get("type") == "simple":
        renderer["symbol"] = mended(renderer.get("symbol"))
    elif key:
        infos = renderer.get(key)
        infos = [info for info in infos if isinstance(info, Mapping)] if isinstance(infos, list) else []
        renderer[key] = [{**info, "symbol": mended(info.get("symbol"))} for info in infos]
        if renderer.get("defaultSymbol"):
            renderer["defaultSymbol"] = mended(renderer["defaultSymbol"])
        else:
            renderer.pop("defaultSymbol", None)
        if key == _CLASSES["classBreaks"]:
            _check_breaks(renderer, losses)
    return renderer


def _classes_key(renderer: Mapping[str, Any]) -> str:
    """Where a renderer of this type keeps its classes; empty for one without classes."""
    kind = renderer.get("type")
    return _CLASSES.get(kind, "") if isinstance(kind, str) else ""


def _reason_against(renderer: Mapping[str, Any]) -> Optional[Notice]:
    """Why QGIS' converter would draw this renderer as something else; None where it would not."""
    if not renderer:
        return notice("renderer", "The map says nothing about symbols; plain ones are shown.")
    key = _classes_key(renderer)
    if renderer.get("type") != "simple" and not key:
        return notice("renderer", "Renderers of this type are not read; all features look the same.")
    if renderer.get("valueExpression"):
        return notice("renderer", "Classes by an Arcade expression are not read; all features look the same.")
    if renderer.get("normalizationType") not in (None, "", "esriNormalizeNone", "none"):
        return notice("renderer", "Classes by a ratio are not read; all features look the same.")
    if key and not renderer[key]:
        return notice("renderer", "The renderer has no classes that are read; all features look the same.")
    return None


def _check_variables(renderer: dict[str, Any], geometry: Qgis.GeometryType, losses: list[Notice]) -> None:
    """Keeps the one visual variable that QGIS reads, and says which others are lost."""
    variables = renderer.pop("visualVariables", None)
    kept = []
    for variable in variables if isinstance(variables, list) else []:
        if not isinstance(variable, Mapping):
            continue
        if (
            _is_colour_by_field(variable)
            and renderer.get("type") == "classBreaks"
            and (geometry != Qgis.GeometryType.Line)
        ):
            kept.append(dict(variable))
            continue
        name = _VARIABLES.get(str(variable.get("type")), "another property")
        losses.append(notice("visual variable", "Symbols do not vary in {name}.", name=name))
    if renderer.pop("rotationExpression", None):
        losses.append(notice("visual variable", "Symbols do not vary in {name}.", name="rotation"))
    if kept:
        renderer["visualVariables"] = kept


def _is_colour_by_field(variable: Mapping[str, Any]) -> bool:
    return (
        variable.get("type") == "colorInfo"
        and bool(variable.get("field"))
        and bool(variable.get("stops"))
        and not variable.get("valueExpression")
        and not variable.get("normalizationField")
    )


def _check_breaks(renderer: Mapping[str, Any], losses: list[Notice]) -> None:
    if renderer.get("defaultSymbol"):
        losses.append(notice("renderer", "Features outside all classes are not shown."))
    end: Any = None
    for info in renderer["classBreakInfos"]:
        start = info.get("classMinValue")
        if start is not None and end is not None and start != end:
            losses.append(notice("renderer", "A gap between two classes is closed."))
        end = info.get("classMaxValue")


def _knows_its_fields(renderer: QgsFeatureRenderer, fields: QgsFields) -> bool:
    names = renderer.usedAttributes(QgsRenderContext())
    return all(name == "*" or fields.lookupField(name) >= 0 for name in names)


def _single(renderer: Mapping[str, Any], geometry: Qgis.GeometryType) -> QgsSingleSymbolRenderer:
    """One symbol for all: the author's default or first one, else a plain one."""
    key = _classes_key(renderer)
    symbols = [renderer.get("symbol")] if renderer.get("type") == "simple" else []
    if key:
        symbols = [renderer.get("defaultSymbol"), *(info["symbol"] for info in renderer[key])]
    symbol = next(filter(None, symbols), plain(geometry))
    return QgsSingleSymbolRenderer(QgsArcGisRestUtils.convertSymbol(symbol))
