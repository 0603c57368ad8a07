"""Features that exercise every class of a renderer, in the form of the reference renderer's specs."""

import json

from .probes import FIELDS

NUMBER = 12
_FILLS = {"esriSFS", "esriPFS", "CIMPolygonSymbol"}
_MARKERS = {"esriSMS", "esriPMS", "esriTS", "CIMPointSymbol"}
_NAMES = ("field", "field1", "field2", "field3", "normalizationField")


def geometry_of(renderer: dict) -> str:
    """The kind of geometry that the renderer's symbols are made for."""
    kinds = _kinds(renderer)
    if renderer.get("backgroundFillSymbol") or renderer.get("type") in ("dotDensity", "pieChart"):
        return "esriGeometryPolygon"
    if kinds & _FILLS and not kinds & _MARKERS:
        return "esriGeometryPolygon"
    if ("esriSLS" in kinds and not kinds & _MARKERS) or "CIMLineSymbol" in kinds:
        return "esriGeometryPolyline"
    return "esriGeometryPoint"


def _kinds(value) -> set:
    """The types of the symbols, but not of their outlines."""
    if isinstance(value, list):
        return set().union(*map(_kinds, value))
    if not isinstance(value, dict):
        return set()
    kinds = {value["type"]} if isinstance(value.get("type"), str) else set()
    inner = (child for key, child in value.items() if key not in ("outline", "backgroundFillSymbol"))
    return kinds.union(*map(_kinds, inner))


def spec_of(renderer: dict) -> dict:
    """Twelve features in four columns and three rows, with values for every class and stop."""
    columns = {name: [n * 10.0 for n in range(NUMBER)] for name in _fields(renderer)}
    columns.update(_keys(renderer))
    fields = [{"name": "OBJECTID", "type": "esriFieldTypeOID"}]
    for name, values in columns.items():
        kind = "String" if any(isinstance(value, str) for value in values) else "Double"
        fields.append({"name": name, "type": f"esriFieldType{kind}"})
    geometry = geometry_of(renderer)
    features = []
    for n in range(NUMBER):
        attributes = {"OBJECTID": n + 1, **{name: values[n] for name, values in columns.items()}}
        shape = _shape(geometry, n % 4 * 100 + 50, 250 - n // 4 * 100)
        features.append({"attributes": attributes, "geometry": shape})
    return {
        "geometryType": geometry,
        "width": 400,
        "height": 300,
        "extent": {"xmin": 0, "ymin": 0, "xmax": 400, "ymax": 300},
        "fields": fields,
        "features": features,
        "renderer": renderer,
    }


def _fields(value) -> set:
    """Every field that the JSON names."""
    if isinstance(value, list):
        return set().union(*map(_fields, value))
    if not isinstance(value, dict):
        return set()
    own = {value[name] for name in _NAMES if isinstance(value.get(name), str) and value[name]}
    if '"f1"' in json.dumps(value.get("valueExpression")).replace("\\", ""):
        own |= set(FIELDS)
    return own.union(*map(_fields, value.values()))


def _keys(renderer: dict) -> dict:
    """The columns of unique values."""
    infos = renderer.get("uniqueValueInfos") or []
    keys = [str(info.get("value")) for info in infos if isinstance(info, dict)]
    keys = [*keys[: NUMBER - 1], "other"]
    names = [renderer.get(name) for name in _NAMES[1:4] if renderer.get(name)]
    if renderer.get("type") != "uniqueValue" or not names:
        return {}
    delimiter = renderer.get("fieldDelimiter") or ","
    chosen = [keys[n % len(keys)] for n in range(NUMBER)]
    rows = [key.split(delimiter) if len(names) > 1 else [key] for key in chosen]
    return {
        name: [None if len(row) <= at or row[at].strip() == "<Null>" else row[at].strip() for row in rows]
        for at, name in enumerate(names)
    }


def _shape(geometry: str, x: float, y: float) -> dict:
    if geometry == "esriGeometryPoint":
        return {"x": x, "y": y}
    if geometry == "esriGeometryPolyline":
        return {"paths": [[[x - 40, y - 30], [x, y + 30], [x + 40, y - 20]]]}
    ring = [[x - 40, y - 40], [x - 35, y + 40], [x + 40, y + 35], [x + 30, y - 40], [x - 40, y - 40]]
    return {"rings": [ring]}
