"""Effects of CIM strokes that QGIS' strokes have too: dashes and a parallel offset."""

from __future__ import annotations

from qgis.core import Qgis, QgsSimpleLineSymbolLayer, QgsSymbolLayer

from ...core.notice import notice
from .patterns import USUAL, follow_levels
from .properties import Properties

_P = QgsSymbolLayer.Property


def apply_effects(layer: QgsSimpleLineSymbolLayer, effects: list[Properties]) -> None:
    """Change a stroke as its effects say; other effects are losses."""
    known = {
        "CIMGeometricEffectDashes": _dashes,
        "CIMGeometricEffectOffset": _offset,
        "CIMGeometricEffectCut": _cut,
    }
    for effect in effects:
        effect.ignore("primitiveName")
        if effect.kind in known:
            known[effect.kind](layer, effect)
        else:
            effect.dismiss()
            kind = effect.kind or "?"
            effect.reading.lose(
                notice("symbol", "Effects of type {kind} in a CIM symbol are not shown.", kind=kind)
            )


def _dashes(layer: QgsSimpleLineSymbolLayer, effect: Properties) -> None:
    pattern = [max(0.001, part) for part in effect.numbers("dashTemplate")]
    ending = effect.text("lineDashEnding", "NoConstraint")
    offset = effect.number("offsetAlongLine")
    effect.ignore("customEndingOffset", "controlPointEnding")
    if not pattern:
        return
    layer.setUseCustomDashPattern(True)
    # An odd pattern goes on with gaps and dashes exchanged.
    layer.setCustomDashVector(pattern if len(pattern) % 2 == 0 else pattern * 2)
    layer.setCustomDashPatternUnit(Qgis.RenderUnit.Points)
    layer.setDashPatternOffset(offset)
    layer.setDashPatternOffsetUnit(Qgis.RenderUnit.Points)
    layer.setAlignDashPattern(ending not in ("", "NoConstraint"))


def _offset(layer: QgsSimpleLineSymbolLayer, effect: Properties) -> None:
    # Both count to the left of the line with a positive number in CIM, a negative one in QGIS.
    offset = -effect.number("offset")
    layer.setOffset(offset * USUAL)
    layer.setOffsetUnit(Qgis.RenderUnit.Points)
    follow_levels(layer, {_P.Offset: offset})
    effect.ignore("method", "option", "count")


def _cut(layer: QgsSimpleLineSymbolLayer, effect: Properties) -> None:
    begin, end = effect.number("beginCut", 1.0, 0.0), effect.number("endCut", 1.0, 0.0)
    layer.setTrimDistanceStart(begin * USUAL)
    layer.setTrimDistanceEnd(end * USUAL)
    layer.setTrimDistanceStartUnit(Qgis.RenderUnit.Points)
    layer.setTrimDistanceEndUnit(Qgis.RenderUnit.Points)
    follow_levels(layer, {_P.TrimStart: begin, _P.TrimEnd: end})
    effect.ignore_zero("middleCut", "invert")
