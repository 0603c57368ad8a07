"""Esri symbols mended so that QGIS' own converter draws them as ArcGIS does.

`QgsArcGisRestUtils` reads most symbols well; where it does not, it paints black, drops the
symbol, or mirrors an offset (facts/webmap-to-qgis.md §3, rows 1-4, 6 and 20). What it would get
wrong is corrected in the JSON before it reads it; what it cannot read is replaced by something
visible of the right geometry, and said.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any, Optional

from qgis.core import Qgis, QgsArcGisRestUtils

from ..core.offline.plan import Notice, notice

_CLEAR = [0, 0, 0, 0]
_NO_LINE = {"type": "esriSLS", "style": "esriSLSNull", "color": _CLEAR, "width": 0}
_DEFAULT_MARKER_SIZE = 12  # points, where an author gives none

_SYMBOL_TYPE = {
    Qgis.GeometryType.Point: Qgis.SymbolType.Marker,
    Qgis.GeometryType.Line: Qgis.SymbolType.Line,
    Qgis.GeometryType.Polygon: Qgis.SymbolType.Fill,
}
_PLAIN_LINE = {"type": "esriSLS", "style": "esriSLSSolid", "color": [60, 90, 130, 255], "width": 1.2}
_PLAIN = {
    Qgis.GeometryType.Point: {
        "type": "esriSMS",
        "style": "esriSMSCircle",
        "size": 6,
        "color": [90, 130, 180, 255],
        "outline": {**_PLAIN_LINE, "width": 0.8},
    },
    Qgis.GeometryType.Line: _PLAIN_LINE,
    Qgis.GeometryType.Polygon: {
        "type": "esriSFS",
        "style": "esriSFSSolid",
        "color": [90, 130, 180, 90],
        "outline": _PLAIN_LINE,
    },
}


def plain(geometry: Qgis.GeometryType) -> dict[str, Any]:
    """The symbol that stands in where the author's cannot be drawn."""
    return _PLAIN.get(geometry, _PLAIN_LINE)


def drawable(symbol: object, geometry: Qgis.GeometryType, losses: list[Notice]) -> dict[str, Any]:
    """A symbol that QGIS converts and that fits the geometry; `losses` says where it differs."""
    if not isinstance(symbol, Mapping):
        losses.append(notice("symbol", "A symbol is missing; a plain one is shown."))
        return plain(geometry)
    mended = _mended(symbol)
    if geometry == Qgis.GeometryType.Polygon and mended.get("type") == "esriSLS":
        mended = {"type": "esriSFS", "style": "esriSFSNull", "color": _CLEAR, "outline": mended}
    reason = _reason_against(mended, geometry)
    if reason:
        losses.append(reason)
        return plain(geometry)
    if _line_style(mended).startswith(("esriSLSLong", "esriSLSShort")):
        losses.append(notice("line style", "Long or short dashes are drawn as a solid line."))
    return mended


def _reason_against(symbol: Mapping[str, Any], geometry: Qgis.GeometryType) -> Optional[Notice]:
    kind = symbol.get("type")
    name = kind if isinstance(kind, str) and len(kind) < 40 else "?"
    if kind in ("esriPMS", "esriPFS") and not symbol.get("imageData"):
        return notice("symbol", "A picture is not part of the map; a plain symbol is shown.")
    converted = QgsArcGisRestUtils.convertSymbol(dict(symbol))
    if converted is None:
        return notice("symbol", "Symbols of type {kind} are not read; a plain symbol is shown.", kind=name)
    if converted.type() != _SYMBOL_TYPE.get(geometry):
        return notice(
            "symbol", "A symbol of type {kind} does not fit the layer; a plain one is shown.", kind=name
        )
    return None


def _mended(symbol: Mapping[str, Any]) -> dict[str, Any]:
    """The same symbol in the form that QGIS reads right."""
    mend = {"esriSMS": _mended_marker, "esriPMS": _with_offset_up, "esriSLS": _mended_line}
    mend["esriSFS"] = mend["esriPFS"] = _mended_fill
    kind = symbol.get("type")
    return mend[kind](symbol) if isinstance(kind, str) and kind in mend else dict(symbol)


def _mended_marker(symbol: Mapping[str, Any]) -> dict[str, Any]:
    outline = _outline(symbol)
    return {
        "size": _DEFAULT_MARKER_SIZE,
        **_with_offset_up(symbol),
        "color": _colour(symbol.get("color")) or _CLEAR,
        # QGIS reads colour and width of a marker's outline, but not its style.
        "outline": {**outline, "color": _CLEAR} if outline["style"] == "esriSLSNull" else outline,
    }


def _with_offset_up(symbol: Mapping[str, Any]) -> dict[str, Any]:
    """Esri counts y offsets upwards, QGIS downwards."""
    offset = symbol.get("yoffset")
    return {**symbol, "yoffset": -offset} if _is_number(offset) else dict(symbol)


def _mended_line(symbol: Mapping[str, Any]) -> dict[str, Any]:
    colour = _colour(symbol.get("color"))
    if colour is None:
        return dict(_NO_LINE)
    return {"style": "esriSLSSolid", "width": 1, **symbol, "color": colour}


def _mended_fill(symbol: Mapping[str, Any]) -> dict[str, Any]:
    colour = _colour(symbol.get("color"))
    mended = {"style": "esriSFSSolid", **symbol, "color": colour or _CLEAR, "outline": _outline(symbol)}
    if colour is None and symbol.get("type") == "esriSFS":
        mended["style"] = "esriSFSNull"
    return mended


def _outline(symbol: Mapping[str, Any]) -> dict[str, Any]:
    outline = symbol.get("outline")
    return _mended_line(outline) if isinstance(outline, Mapping) else dict(_NO_LINE)


def _line_style(symbol: Mapping[str, Any]) -> str:
    line = symbol if symbol.get("type") == "esriSLS" else symbol.get("outline")
    style = line.get("style") if isinstance(line, Mapping) else ""
    return style if isinstance(style, str) else ""


def _colour(value: object) -> Optional[list[int]]:
    """Red, green, blue and alpha, 0 to 255; None for Esri's “no colour”."""
    if isinstance(value, Mapping):
        alpha = value.get("a", 1)
        value = [value.get("r"), value.get("g"), value.get("b"), alpha * 255 if _is_number(alpha) else None]
    if not isinstance(value, (list, tuple)) or len(value) not in (3, 4) or not all(map(_is_number, value)):
        return None
    return [min(255, max(0, round(part))) for part in (*value, 255)[:4]]


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
