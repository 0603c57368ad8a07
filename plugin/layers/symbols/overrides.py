"""Primitive overrides of CIM symbols: members of a layer that follow the feature, by the layer's name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional

from qgis.core import QgsExpression, QgsProperty, QgsSvgMarkerSymbolLayer, QgsSymbolLayer

from ...core.notice import Notice, notice
from ..base.expressions import expression_of
from .properties import LARGEST_SIZE, Properties

_P = QgsSymbolLayer.Property


def read_overrides(reference: Properties) -> None:
    """Remember what a symbol's layers are to follow, until they take it."""
    found = reference.reading.overrides
    found.clear()
    for override in reference.children("primitiveOverrides"):
        name, member = override.text("primitiveName"), override.text("propertyName")
        expression = _expression(override)
        if name and member and expression:
            found[name, member] = expression
        else:
            _lose(reference, member)


def lose_the_rest(reference: Properties) -> None:
    """Say which overrides nobody took."""
    for _, member in reference.reading.overrides:
        _lose(reference, member)
    reference.reading.overrides.clear()


def override_of(layer: Properties, member: str) -> Optional[str]:
    """The expression of a member, once; None where it is what the symbol says."""
    name = layer.raw("primitiveName")
    return layer.reading.overrides.pop((name, member), None) if isinstance(name, str) else None


def override_paint(layer: Properties, made: Iterable[QgsSymbolLayer], which: QgsSymbolLayer.Property) -> None:
    """Let the colour of these layers follow the feature; no value keeps the symbol's own."""
    expression = override_of(layer, "Color")
    for part in made if expression else ():
        part.setDataDefinedProperty(which, QgsProperty.fromExpression(expression))


def override_width(layer: Properties, made: Iterable[QgsSymbolLayer], scale: float = 1.0) -> None:
    """Let the width of strokes (points) follow the feature."""
    expression = override_of(layer, "Width")
    for part in made if expression else ():
        bounded = f"max(0, min({LARGEST_SIZE}, {expression})) * {scale:.6g}"
        part.setDataDefinedProperty(_P.StrokeWidth, QgsProperty.fromExpression(bounded))


def override_marker(layer: Properties, made: Iterable[QgsSymbolLayer], size: float, clockwise: bool) -> None:
    """Let the size (points) and the rotation of a marker's layers follow the feature."""
    sizes, turn = override_of(layer, "Size"), override_of(layer, "Rotation")
    for part in made:
        if sizes and size > 0:
            scaled = f"max(0, min({LARGEST_SIZE}, {sizes})) * {part.size() / size:.6g}"
            part.setDataDefinedProperty(_P.Size, QgsProperty.fromExpression(scaled))
            if isinstance(part, QgsSvgMarkerSymbolLayer) and part.strokeWidth() > 0:
                scaled = f"max(0, min({LARGEST_SIZE}, {sizes})) * {part.strokeWidth() / size:.6g}"
                part.setDataDefinedProperty(_P.StrokeWidth, QgsProperty.fromExpression(scaled))
        if turn:
            own = layer.number("rotation") * (1 if clockwise else -1)
            sign = "" if clockwise else "-"
            turned = f"{part.angle() - own:.6g} + {sign}({turn})"
            part.setDataDefinedProperty(_P.Angle, QgsProperty.fromExpression(turned))


def _expression(override: Properties) -> Optional[str]:
    """Arcade, or a field in brackets, as QGIS' own expression."""
    info = override.child("valueExpressionInfo")
    script = info.text("expression") or override.text("expression")
    info.ignore("title", "name", "returnType", "description", "type")
    fields = override.reading.fields
    if script.startswith("[") and script.endswith("]"):
        index = fields.lookupField(script[1:-1])
        return QgsExpression.quotedColumnRef(fields[index].name()) if index >= 0 else None
    reasons: list[Notice] = []
    made = expression_of(script, fields, reasons) if script else None
    for reason in reasons:
        override.reading.lose(reason)
    return made


def _lose(reference: Properties, member: str) -> None:
    loss = notice(
        "symbol",
        "“{property}” of a CIM symbol does not follow the feature; it is the same for all features.",
        property=member[:60] or "primitiveOverrides",
    )
    reference.reading.lose(loss)
