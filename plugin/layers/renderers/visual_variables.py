"""Visual variables: size, colour, opacity and rotation that follow the feature or the map's scale.

Read once from the renderer, then put on each of its symbols as data-defined properties.
Measured on what ArcGIS draws: a size scales offsets with it, but no outline; a colour paints
fills (hollow ones too), hatches, lines, and of crosses the stroke; an opacity multiplies the
alpha of the same parts; a rotation turns offsets too, and adds to the symbol's own angle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from ...core.offline.plan import notice
from ..symbols.properties import LARGEST, Properties
from .values import SCALE, arcade_of, between, column, is_by_scale, number_text, value_of

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

    def size_for(self, base: float) -> Optional[str]:
        """The size of a symbol that is `base` points without a variable."""
        return self.size.replace(_BASE, number_text(base)) if self.size else None


def read_variables(renderer: Properties) -> Variables:
    """The variables of any renderer."""
    found: dict[str, str] = {}
    readers = {
        "sizeInfo": _size,
        "colorInfo": _colour,
        "transparencyInfo": _opacity,
        "rotationInfo": _rotation,
    }
    for variable in renderer.children("visualVariables"):
        read = readers.get(variable.kind)
        made = read(variable) if read else None
        if made is None:
            _lose(variable)
        else:
            found.setdefault(*made)
            if made[0] != "rotation" and not is_by_scale(variable):
                _lose_legend(renderer)
    rotation = _old_rotation(renderer)
    if rotation:
        found.setdefault("rotation", rotation)
    return Variables(**found)


def _lose_legend(renderer: Properties) -> None:
    renderer.reading.lose(notice("legend", "The legend does not show how symbols vary with the feature."))


_NAMES = {
    "sizeInfo": "size",
    "colorInfo": "colour",
    "transparencyInfo": "transparency",
    "rotationInfo": "rotation",
}


def _lose(variable: Properties) -> None:
    variable.dismiss()
    name = _NAMES.get(variable.kind, "another property")
    variable.reading.lose(notice("visual variable", "Symbols do not vary in {name}.", name=name))


def _value(variable: Properties) -> Optional[str]:
    if is_by_scale(variable):
        variable.ignore("field")
        return SCALE
    return value_of(variable)


def _stops(variable: Properties) -> list[tuple[float, Properties]]:
    """The stops that have a value, in order."""
    stops = [(stop.optional_number("value"), stop) for stop in variable.children("stops")]
    for _, stop in stops:
        stop.ignore("label")
    return sorted(((value, stop) for value, stop in stops if value is not None), key=lambda stop: stop[0])


def _size(variable: Properties) -> Optional[tuple[str, str]]:
    target = "outline" if variable.text("target") == "outline" else "size"
    if variable.text("axis", "all") not in ("all", "", "width-and-depth"):
        return None  # height and the like are for three dimensions
    if target == "outline" and not is_by_scale(variable):
        return None  # ArcGIS' web maps do not draw it either
    value = _value(variable)
    if value is None:
        return None
    base = _BASE if target == "size" else "NULL"
    if variable.has("stops"):
        variable.ignore(
            "minDataValue", "maxDataValue", "minSize", "maxSize", "valueUnit", "valueRepresentation"
        )
        stops = [(at, number_text(stop.number("size", 0, 0, LARGEST))) for at, stop in _stops(variable)]
        return (target, between(value, stops, base)) if stops else None
    return _size_by_range(variable, target, value, base)


def _size_by_range(variable: Properties, target: str, value: str, base: str) -> Optional[tuple[str, str]]:
    low, high = variable.optional_number("minDataValue"), variable.optional_number("maxDataValue")
    if low is not None and high is not None and low <= high:
        least, most = _size_at(variable, "minSize"), _size_at(variable, "maxSize")
        variable.ignore("valueUnit", "valueRepresentation")
        if least is None or most is None:
            return None
        return target, between(value, [(low, least), (high, most)], base)
    metres = variable.choice("valueUnit", _METRES, 1.0)  # ArcGIS takes no word for metres
    if target == "outline":
        return None
    return target, _real_size(variable.text("valueRepresentation", "diameter"), value, metres)


def _real_size(represents: str, value: str, metres: float) -> str:
    """Sizes in the world: points on the paper at the map's scale."""
    diameter = {"radius": f"2 * {value}", "area": f"sqrt({value})"}.get(represents, value)
    points = f"({diameter}) * {number_text(metres * _POINTS_PER_METRE)} / {SCALE}"
    # QGIS' min() takes no value for no obstacle.
    return f"if({points} IS NULL, {_BASE}, min({points}, {number_text(LARGEST)}))"


def _size_at(variable: Properties, key: str) -> Optional[str]:
    """A limit of the size: points, or itself by scale."""
    raw = variable.raw(key)
    if not isinstance(raw, dict):
        return number_text(variable.number(key, 0, 0, LARGEST)) if raw is not None else None
    by_scale = variable.child(key)
    if not is_by_scale(by_scale):
        return None
    stops = [(at, number_text(stop.number("size", 0, 0, LARGEST))) for at, stop in _stops(by_scale)]
    by_scale.ignore("valueUnit", "axis", "target", "field")
    return f"({between(SCALE, stops, '0')})" if stops else None


def _colour(variable: Properties) -> Optional[tuple[str, str]]:
    value = _value(variable)
    stops = [(at, stop.colour("color")) for at, stop in _stops(variable)]
    stops = [(at, colour) for at, colour in stops if colour is not None]
    if value is None or not stops:
        return None
    parts = [
        between(value, [(at, str(part(colour))) for at, colour in stops], "NULL")
        for part in (lambda c: c.red(), lambda c: c.green(), lambda c: c.blue(), lambda c: c.alpha())
    ]
    if len(stops) == 1:
        return "colour", f"color_rgba({', '.join(parts)})"
    return "colour", f"color_rgba({', '.join(f'round({part})' for part in parts)})"


def _opacity(variable: Properties) -> Optional[tuple[str, str]]:
    value = _value(variable)
    stops = [
        (at, number_text(1 - stop.number("transparency", 0, 0, 100) / 100)) for at, stop in _stops(variable)
    ]
    return ("opacity", between(value, stops, "1")) if value is not None and stops else None


def _rotation(variable: Properties) -> Optional[tuple[str, str]]:
    if variable.text("axis", "heading") not in ("heading", ""):
        return None
    value = value_of(variable)
    arithmetic = variable.choice("rotationType", {"geographic": False, "arithmetic": True}, False)
    return ("rotation", _clockwise(value, arithmetic)) if value is not None else None


def _clockwise(value: str, arithmetic: bool) -> str:
    return f"coalesce({'90 - ' if arithmetic else ''}{value}, 0)"


def _old_rotation(renderer: Properties) -> Optional[str]:
    """`rotationExpression`: a field in brackets, or Arcade."""
    text = renderer.text("rotationExpression").strip()
    arithmetic = renderer.choice("rotationType", {"geographic": False, "arithmetic": True}, False)
    if not text:
        return None
    name = text[1:-1] if text.startswith("[") and text.endswith("]") else ""
    value = column(name, renderer.reading) if name else arcade_of(renderer, "rotationExpression")
    if value is None:
        loss = notice("visual variable", "Symbols do not vary in {name}.", name="rotation")
        renderer.reading.lose(loss)
        return None
    return _clockwise(value, arithmetic)
