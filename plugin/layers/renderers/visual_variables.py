"""Visual variables: size, colour, opacity and rotation that follow the feature or the map's scale.

Read once from the renderer, then put on each of its symbols as data-defined properties.
Measured on what ArcGIS draws: a size scales offsets with it, but no outline; a colour paints
fills (hollow ones too), hatches, lines, and of crosses the stroke; an opacity multiplies the
alpha of the same parts; a rotation turns offsets too, and adds to the symbol's own angle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

from ...core.notice import notice
from ..symbols.properties import LARGEST_SIZE, Properties
from .explanations import Explanation, Stop, explanation, steps
from .values import (
    SCALE,
    arcade_of,
    between,
    field_reference,
    is_by_scale,
    mixed_colour,
    value_expression,
    written_number,
)

_POINTS_PER_METRE = 72 / 0.0254
_METRES = {
    "inches": 0.0254,
    "feet": 0.3048,
    "yards": 0.9144,
    "miles": 1609.344,
    "nautical-miles": 1852.0,
    "millimeters": 0.001,
    "centimeters": 0.01,
    "decimeters": 0.1,
    "meters": 1.0,
    "kilometers": 1000.0,
    "unknown": 1.0,
}
_BASE = "@base"


@dataclass(frozen=True)
class Variables:
    """What follows the feature, as expressions.

    `size` and `outline` are points and may use `@base`, the symbol's own size; `colour` is a
    colour, `opacity` a share of 1, `rotation` degrees clockwise.
    """

    size: Optional[str] = None
    outline: Optional[str] = None
    colour: Optional[str] = None
    opacity: Optional[str] = None
    rotation: Optional[str] = None
    explanations: tuple[Explanation, ...] = ()

    def size_for(self, base: float) -> Optional[str]:
        """The size of a symbol that is `base` points without a variable."""
        return self.size.replace(_BASE, written_number(base)) if self.size else None


def read_variables(renderer: Properties) -> Variables:
    """The variables of any renderer."""
    found: dict[str, str] = {}
    readers = {
        "sizeInfo": _size,
        "colorInfo": _colour,
        "transparencyInfo": _opacity,
        "rotationInfo": _rotation,
    }
    explanations: list[Explanation] = []
    for variable in renderer.children("visualVariables"):
        read = readers.get(variable.kind)
        made = read(variable) if read else None
        if made is None:
            _lose(variable)
            continue
        found.setdefault(made.target, made.expression)
        if made.target in ("size", "colour") and not is_by_scale(variable):
            explanations += explanation(variable, made.stops, _name(variable))
        elif made.target == "opacity":
            loss = notice("legend", "The legend does not show how the opacity of symbols varies.")
            renderer.reading.lose(loss)
    rotation = _old_rotation(renderer)
    if rotation:
        found.setdefault("rotation", rotation)
    return Variables(**found, explanations=tuple(explanations))


def _name(variable: Properties) -> str:
    """The field as people call it."""
    name = variable.text("field")
    index = variable.reading.fields.lookupField(name)
    return (variable.reading.fields[index].alias() if index >= 0 else "") or name


@dataclass(frozen=True)
class _Made:
    """What a variable sets, the expression for it, and what the legend may show of it."""

    target: str
    expression: str
    stops: Sequence[Stop] = ()


_NAMES = {
    "sizeInfo": "size",
    "colorInfo": "colour",
    "transparencyInfo": "transparency",
    "rotationInfo": "rotation",
}


def _lose(variable: Properties) -> None:
    variable.dismiss()
    name = _NAMES.get(variable.kind, "another property")
    variable.reading.lose(notice("visual variable", "Symbols do not vary by {name}.", name=name))


def _value(variable: Properties) -> Optional[str]:
    if is_by_scale(variable):
        variable.ignore("field")
        return SCALE
    return value_expression(variable)


def _stops(variable: Properties) -> list[tuple[float, str, Properties]]:
    """The stops that have a value, in order, with their labels."""
    stops = [(stop.optional_number("value"), stop.text("label"), stop) for stop in variable.children("stops")]
    return sorted((stop for stop in stops if stop[0] is not None), key=lambda stop: stop[0])


def _size(variable: Properties) -> Optional[_Made]:
    target = "outline" if variable.text("target") == "outline" else "size"
    if variable.text("axis", "all") not in ("all", "", "width-and-depth"):
        return None  # height and the like are for three dimensions
    if target == "outline" and not is_by_scale(variable):
        return None  # ArcGIS' web maps do not draw it either
    value = _value(variable)
    if value is None:
        return None
    base = _BASE if target == "size" else "NULL"
    if not variable.has("stops"):
        return _size_by_range(variable, target, value, base)
    variable.ignore("minDataValue", "maxDataValue", "minSize", "maxSize", "valueUnit", "valueRepresentation")
    stops = [(at, label, stop.number("size", 0, 0, LARGEST_SIZE)) for at, label, stop in _stops(variable)]
    if not stops:
        return None
    return _Made(target, between(value, [(at, written_number(size)) for at, _, size in stops], base), stops)


def _size_by_range(variable: Properties, target: str, value: str, base: str) -> Optional[_Made]:
    low, high = variable.optional_number("minDataValue"), variable.optional_number("maxDataValue")
    if low is not None and high is not None and low <= high:
        least, most = _size_at(variable, "minSize"), _size_at(variable, "maxSize")
        variable.ignore("valueUnit", "valueRepresentation")
        if least is None or most is None:
            return None
        shown = steps(low, high, least[1], most[1])
        return _Made(target, between(value, [(low, least[0]), (high, most[0])], base), shown)
    metres = variable.choice("valueUnit", _METRES, 1.0)  # ArcGIS takes no word for metres
    if target == "outline":
        return None
    return _Made(target, _real_size(variable.text("valueRepresentation", "diameter"), value, metres))


def _real_size(represents: str, value: str, metres: float) -> str:
    """Sizes in the world: points on the paper at the map's scale."""
    diameter = {"radius": f"2 * {value}", "area": f"sqrt({value})"}.get(represents, value)
    points = f"({diameter}) * {written_number(metres * _POINTS_PER_METRE)} / {SCALE}"
    # QGIS' min() takes no value for no obstacle.
    return f"if({points} IS NULL, {_BASE}, min({points}, {written_number(LARGEST_SIZE)}))"


def _size_at(variable: Properties, key: str) -> Optional[tuple[str, float]]:
    """A limit of the size: points, or itself by scale; and what the legend shows of it."""
    raw = variable.raw(key)
    if not isinstance(raw, dict):
        size = variable.number(key, 0, 0, LARGEST_SIZE)
        return (written_number(size), size) if raw is not None else None
    by_scale = variable.child(key)
    if not is_by_scale(by_scale):
        return None
    stops = [(at, stop.number("size", 0, 0, LARGEST_SIZE)) for at, _, stop in _stops(by_scale)]
    by_scale.ignore("valueUnit", "axis", "target", "field")
    if not stops:
        return None
    return f"({between(SCALE, [(at, written_number(size)) for at, size in stops], '0')})", stops[0][1]


def _colour(variable: Properties) -> Optional[_Made]:
    value = _value(variable)
    stops = [(at, label, stop.colour("color")) for at, label, stop in _stops(variable)]
    seen = [(at, label, colour) for at, label, colour in stops if colour is not None]
    if value is None or not seen:
        return None
    return _Made("colour", mixed_colour(value, [(at, colour) for at, _, colour in seen]), seen)


def _opacity(variable: Properties) -> Optional[_Made]:
    value = _value(variable)
    stops = [
        (at, written_number(1 - stop.number("transparency", 0, 0, 100) / 100))
        for at, _, stop in _stops(variable)
    ]
    return _Made("opacity", between(value, stops, "1")) if value is not None and stops else None


def _rotation(variable: Properties) -> Optional[_Made]:
    if variable.text("axis", "heading") not in ("heading", ""):
        return None
    value = value_expression(variable)
    arithmetic = variable.choice("rotationType", {"geographic": False, "arithmetic": True}, False)
    return _Made("rotation", _clockwise(value, arithmetic)) if value is not None else None


def _clockwise(value: str, arithmetic: bool) -> str:
    return f"coalesce({'90 - ' if arithmetic else ''}{value}, 0)"


def _old_rotation(renderer: Properties) -> Optional[str]:
    """`rotationExpression`: a field in brackets, or Arcade."""
    text = renderer.text("rotationExpression").strip()
    arithmetic = renderer.choice("rotationType", {"geographic": False, "arithmetic": True}, False)
    if not text:
        return None
    name = text[1:-1] if text.startswith("[") and text.endswith("]") else ""
    value = field_reference(name, renderer.reading) if name else arcade_of(renderer, "rotationExpression")
    if value is None:
        loss = notice("visual variable", "Symbols do not vary by {name}.", name="rotation")
        renderer.reading.lose(loss)
        return None
    return _clockwise(value, arithmetic)
