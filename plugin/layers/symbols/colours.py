"""Colours of web maps and of CIM symbols as QColor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Optional

from qgis.PyQt.QtGui import QColor

# What stands in for a symbol or a colour that cannot be read: visible, and nobody's signal colour.
PLAIN = QColor(90, 130, 180)


def colour_of(value: object) -> Optional[QColor]:
    """The colour in any form that ArcGIS writes; None for anything else.

    Web maps: `[r, g, b]`, `[r, g, b, a]` (0 to 255), `{r, g, b, a}` (a 0 to 1).
    CIM: `{"type": "CIMRGBColor" …, "values": […, alpha 0 to 100]}`.
    """
    if isinstance(value, Mapping):
        if isinstance(value.get("values"), list):
            return _of_cim(str(value.get("type")), value["values"])
        alpha = value.get("a", 1)
        return _of_parts(
            [value.get("r"), value.get("g"), value.get("b"), alpha * 255 if _is_part(alpha) else None]
        )
    return _of_parts(value) if isinstance(value, (list, tuple)) else None


def hexadecimal(colour: QColor) -> str:
    """`#rrggbb`, as SVG wants it; the alpha is said apart."""
    return colour.name(QColor.NameFormat.HexRgb)


def _of_parts(parts: Sequence[object]) -> Optional[QColor]:
    if len(parts) not in (3, 4) or not all(map(_is_part, parts)):
        return None
    return QColor(*(min(255, max(0, round(part))) for part in (*parts, 255)[:4]))


def _of_cim(kind: str, values: list) -> Optional[QColor]:
    if not all(map(_is_part, values)):
        return None
    colour = None
    if kind == "CIMRGBColor" and len(values) in (3, 4):
        colour = _of_parts(values[:3])
    elif kind == "CIMGrayColor" and len(values) in (1, 2):
        colour = _of_parts([values[0]] * 3)
    elif kind == "CIMHSVColor" and len(values) in (3, 4):
        hue, saturation, value = values[:3]
        colour = QColor.fromHsvF(hue % 360 / 360, _share(saturation), _share(value))
    elif kind == "CIMHSLColor" and len(values) in (3, 4):
        hue, saturation, lightness = values[:3]
        colour = QColor.fromHslF(hue % 360 / 360, _share(saturation), _share(lightness))
    elif kind == "CIMCMYKColor" and len(values) in (4, 5):
        colour = QColor.fromCmykF(*map(_share, values[:4])).toRgb()
    if colour is not None and len(values) in (2, 4, 5) and (kind, len(values)) != ("CIMCMYKColor", 4):
        colour.setAlphaF(_share(values[-1]))
    return colour


def _share(percent: float) -> float:
    return min(1.0, max(0.0, percent / 100))


def _is_part(value: object) -> bool:
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and abs(value) < 1e9
        and isfinite(value)
    )
