"""Text symbols of ArcGIS Pro's cartographic information model, as esriTS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from ...core.json_value import Json, is_number, json_object, json_objects
from ..base.accounted import kept, unkept

_DEFAULT_HEIGHT = 10.0
_FILL = kept("type symbolLayers", symbolLayers=kept("type enable color"))
_KEPT = kept(
    "type",
    symbol=kept(
        "type height fontFamilyName fontStyleName haloSize offsetX offsetY angle horizontalAlignment"
        " verticalAlignment underline strikethrough kerning fontEncoding fontType",
        symbol=_FILL,
        haloSymbol=_FILL,
        callout=kept("type backgroundSymbol", backgroundSymbol=_FILL),
    ),
)


def as_text_symbol(symbol: Json) -> tuple[Json, set[str]]:
    """The symbol as an esriTS, and the members of a CIM one that have no place in it."""
    if symbol.get("type") != "CIMSymbolReference":
        return symbol, set()
    text = json_object(symbol.get("symbol"))
    style = str(text.get("fontStyleName") or "").casefold()
    background = _colour(json_object(json_object(text.get("callout")).get("backgroundSymbol")))
    made = {
        "type": "esriTS",
        "color": _colour(json_object(text.get("symbol"))) or [0, 0, 0, 255],
        "haloSize": text.get("haloSize"),
        "haloColor": _colour(json_object(text.get("haloSymbol"))),
        "backgroundColor": background,
        "xoffset": text.get("offsetX"),
        "yoffset": text.get("offsetY"),
        "angle": text.get("angle"),
        "horizontalAlignment": str(text.get("horizontalAlignment") or "").casefold(),
        "kerning": text.get("kerning"),
        "font": {
            "family": text.get("fontFamilyName"),
            "size": text.get("height", _DEFAULT_HEIGHT),
            "weight": "bold" if "bold" in style else "normal",
            "style": "italic" if "italic" in style or "oblique" in style else "normal",
            "decoration": _decoration(text),
        },
    }
    lost = {f"symbol.{member}" for member in unkept(symbol, _KEPT)}
    return made, lost if text.get("type") == "CIMTextSymbol" else {*lost, "symbol.type"}


def _decoration(text: Json) -> str:
    if text.get("underline") is True:
        return "underline"
    return "line-through" if text.get("strikethrough") is True else "none"


def _colour(fill: Json) -> Optional[list[float]]:
    """The colour of a fill's first solid layer, 0 to 255; None for none."""
    for layer in json_objects(fill.get("symbolLayers")):
        if layer.get("type") == "CIMSolidFill" and layer.get("enable") is not False:
            stated = layer.get("color")
            # Some writers give the values alone, others name their model; alpha goes to 100 in that.
            values = stated.get("values") if isinstance(stated, Mapping) else stated
            named = isinstance(stated, Mapping)
            if isinstance(stated, Mapping) and stated.get("type") not in (None, "CIMRGBColor"):
                return None
            return _numbers(values, named)
    return None


def _numbers(values: object, named: bool) -> Optional[list[float]]:
    if not isinstance(values, list) or len(values) not in (3, 4):
        return None
    if not all(map(is_number, values)):
        return None
    if named and len(values) == 4:
        return [*values[:3], values[3] * 2.55]
    return values
