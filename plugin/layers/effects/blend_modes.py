"""Blend modes of a web map (`blendMode`) as QGIS' own."""

from __future__ import annotations

from qgis.core import QgsMapLayer
from qgis.PyQt.QtGui import QPainter

from ...core.json_value import Json
from ...core.notice import Notice, notice

_MODES = {
    "normal": QPainter.CompositionMode.CompositionMode_SourceOver,
    "multiply": QPainter.CompositionMode.CompositionMode_Multiply,
    "screen": QPainter.CompositionMode.CompositionMode_Screen,
    "overlay": QPainter.CompositionMode.CompositionMode_Overlay,
    "darken": QPainter.CompositionMode.CompositionMode_Darken,
    "lighten": QPainter.CompositionMode.CompositionMode_Lighten,
    "color-dodge": QPainter.CompositionMode.CompositionMode_ColorDodge,
    "color-burn": QPainter.CompositionMode.CompositionMode_ColorBurn,
    "hard-light": QPainter.CompositionMode.CompositionMode_HardLight,
    "soft-light": QPainter.CompositionMode.CompositionMode_SoftLight,
    "difference": QPainter.CompositionMode.CompositionMode_Difference,
    "exclusion": QPainter.CompositionMode.CompositionMode_Exclusion,
    "plus": QPainter.CompositionMode.CompositionMode_Plus,
    "lighter": QPainter.CompositionMode.CompositionMode_Plus,
    "xor": QPainter.CompositionMode.CompositionMode_Xor,
    "source-atop": QPainter.CompositionMode.CompositionMode_SourceAtop,
    "source-in": QPainter.CompositionMode.CompositionMode_SourceIn,
    "source-out": QPainter.CompositionMode.CompositionMode_SourceOut,
    "destination-atop": QPainter.CompositionMode.CompositionMode_DestinationAtop,
    "destination-in": QPainter.CompositionMode.CompositionMode_DestinationIn,
    "destination-out": QPainter.CompositionMode.CompositionMode_DestinationOut,
    "destination-over": QPainter.CompositionMode.CompositionMode_DestinationOver,
}


def blends(json: Json) -> bool:
    """True where a layer or group is to be mixed with what lies below it."""
    return _MODES.get(str(json.get("blendMode")), _MODES["normal"]) != _MODES["normal"]


def set_blend_mode(layer: QgsMapLayer, json: Json, losses: list[Notice]) -> None:
    """Sets the web map's blend mode; one that QGIS does not have is a loss, and stays normal."""
    mode = json.get("blendMode")
    if mode is None:
        return
    if str(mode) in _MODES:
        layer.setBlendMode(_MODES[str(mode)])
        return
    losses.append(
        notice(
            "blend_mode",
            "QGIS has no blend mode “{mode}”; the layer is drawn without one.",
            mode=str(mode)[:40],
        )
    )
