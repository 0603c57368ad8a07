"""The geometry of the feature. Arcade has it in the spatial reference of the map, so it is moved there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Optional

from ..convert import as_text
from ..fields import Fields, LayerFields
from ..values import FAILURE, Kind, Value, known_number, known_text, not_read, refused

_MAP = "transform($geometry, @layer_crs, @project_crs)"
_MERCATOR = "EPSG:3857"
_EQUAL_AREA = "EPSG:6933"
"""Areas on it are those on the ellipsoid, but its straight edges are others (at 10 km, 1e-7 of the area)."""
_FOOT, _US_FOOT, _YARD, _MILE, _NAUTICAL = 0.3048, 1200 / 3937, 0.9144, 1609.344, 1852.0
_SQUARE = {
    "square-meter": 1.0,
    "square-kilometer": 1e6,
    "hectare": 1e4,
    "acre": 4046.8564224,
    "square-foot": _FOOT**2,
    "square-feet": _FOOT**2,
    "square-us-feet": _US_FOOT**2,
    "square-yard": _YARD**2,
    "square-mile": _MILE**2,
    "square-nautical-mile": _NAUTICAL**2,
}
_LENGTHS = {
    "meter": 1.0,
    "kilometer": 1000.0,
    "centimeter": 0.01,
    "inche": 0.0254,
    "foot": _FOOT,
    "feet": _FOOT,
    "us-feet": _US_FOOT,
    "yard": _YARD,
    "mile": _MILE,
    "nautical-mile": _NAUTICAL,
    **{"9001": 1.0, "9002": _FOOT, "9003": _US_FOOT, "9030": _NAUTICAL, "9036": 1000.0, "9093": _MILE},
}
_TYPES = {
    "esriGeometryPoint": "Point",
    "esriGeometryPolygon": "Polygon",
    "esriGeometryPolyline": "Polyline",
    "esriGeometryMultipoint": "Multipoint",
}


def of_feature(fields: Fields, *_: object) -> Value:
    """`Geometry($feature)`."""
    if not _type_of(fields):
        raise not_read("Geometry")
    return Value(Kind.GEOMETRY, _MAP, name=_type_of(fields), nullable=True)


def centroid(geometry: Value) -> Value:
    """`Centroid(geometry)`: a point."""
    return Value(Kind.GEOMETRY, f"centroid({geometry.text})", name="Point", nullable=True)


def member(owner: Value, key: Value) -> Value:
    """`geometry.x`, `.y`, `.type` and `.spatialReference.wkid`. Arcade fails without a geometry."""
    name = (known_text(key) or "").casefold()
    if name in ("x", "y") and owner.name == "Point":
        text = f"{name}({owner.text})"
        return Value(Kind.NUMBER, f"CASE WHEN {text} IS NOT NULL THEN {text} ELSE {FAILURE} END")
    if name == "spatialreference":
        wkid = "to_int(regexp_substr(@project_crs, '([0-9]+)$'))"
        # Web Mercator goes by its older number in Arcade.
        code = f"CASE WHEN @project_crs = '{_MERCATOR}' THEN 102100 ELSE {wkid} END"
        return Value(Kind.DICTIONARY, members={"wkid": Value(Kind.NUMBER, code, whole=True)})
    raise refused()


def area(fields: Fields, *rest: Value) -> Value:
    """`Area($feature, unit)`, plane in the map's spatial reference."""
    return _measured(fields, rest, "Area", "esriGeometryPolygon", "area", _SQUARE)


def length(fields: Fields, *rest: Value) -> Value:
    """`Length($feature, unit)`, plane in the map's spatial reference; of polygons their boundary."""
    shape = "perimeter" if _type_of(fields) == "Polygon" else "length"
    return _measured(fields, rest, "Length", "", shape, _LENGTHS)


def geodetic_area(fields: Fields, *rest: Value) -> Value:
    """`AreaGeodetic($feature, unit)`, on the ellipsoid."""
    if _type_of(fields) != "Polygon":
        raise not_read("AreaGeodetic")
    moved = f"transform($geometry, @layer_crs, '{_EQUAL_AREA}')"
    factor = _factor(rest, _SQUARE, "AreaGeodetic") or 1.0
    text = f"area({moved})"
    return Value(Kind.NUMBER, f"({text} / {factor!r})" if factor != 1.0 else text, wild=True)


def _measured(
    fields: Fields, rest: tuple[Value, ...], name: str, only: str, shape: str, units: Mapping[str, float]
) -> Value:
    kind = _type_of(fields)
    if kind not in ("Polygon", "Polyline") or (only and kind != _TYPES[only]):
        raise not_read(name)
    text, factor = f"{shape}({_MAP})", _factor(rest, units, name)
    if factor is not None:
        # In other spatial references a unit may be a foot or a degree.
        text = f"CASE WHEN @project_crs = '{_MERCATOR}' THEN {text} / {factor!r} ELSE {FAILURE} END"
    return Value(Kind.NUMBER, text, wild=True)


def _factor(rest: tuple[Value, ...], units: Mapping[str, float], name: str) -> Optional[float]:
    """Metres, or their squares, in a unit; None where no unit is asked for."""
    if not rest:
        return None
    number = known_number(rest[0])
    unit = f"{number:g}" if number is not None else (known_text(as_text(rest[0])) or "").casefold()
    factor = units.get(unit) or units.get(
        unit.replace("square", "square-").replace("--", "-").removesuffix("s")
    )
    if factor is None:
        raise not_read(name)
    return factor


def _type_of(fields: Fields) -> str:
    return _TYPES.get(fields.geometry_type, "") if isinstance(fields, LayerFields) else ""


GEOMETRY: Mapping[str, Callable[..., Value]] = {
    "geometry": of_feature,
    "area": area,
    "length": length,
    "areageodetic": geodetic_area,
}
