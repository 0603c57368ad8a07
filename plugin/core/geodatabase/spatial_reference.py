"""Spatial references of a mobile geodatabase: the coordinate system and the integer grid.

A srid below 300000 is an EPSG or Esri code; its grid stands in the XML definition of each table.
From 300000 on it is a row of st_aux_spatial_reference_systems, private to the file.
"""

from __future__ import annotations

import math
import re
import sqlite3
from typing import Optional

from ..json_value import Json, json_string, text_of, whole_of
from ..untrusted.xml import Element
from .schema import SpatialReference
from .shapes.batch import Grid

FIRST_PRIVATE_SRID = 300000
_FIRST_ESRI_CODE = 32768
_AUTHORITY = re.compile(r'AUTHORITY\["(\w+)",\s*"?(\d+)"?\]\s*\]\s*$')
_FORMER_CODES = {102100: 3857, 102113: 3857, 900913: 3857}
_COMMON_GRIDS = {
    3857: Grid(-20037700.0, -30241100.0, 10000.0, -100000.0, 10000.0, -100000.0, 10000.0),
    4326: Grid(-400.0, -400.0, 1e9, -100000.0, 10000.0, -100000.0, 10000.0),
}
"""Esri's default grids of the two systems that nearly all services use."""


def private_references(connection: sqlite3.Connection, tables: set[str]) -> dict[int, SpatialReference]:
    """The rows of st_aux_spatial_reference_systems, by srid, as far as they make sense."""
    if "st_aux_spatial_reference_systems" not in tables:
        return {}
    columns = "srid, auth_name, auth_srid, srtext, falsex, falsey, xyunits, falsez, zunits, falsem, munits"
    rows = connection.execute(" ".join(["SELECT", columns, "FROM st_aux_spatial_reference_systems"]))
    result = {}
    for srid, authority, code, text, *numbers in rows:
        grid = _grid(numbers)
        if isinstance(srid, int) and grid is not None:
            wkt = json_string(text)
            named = str(authority or "").upper()
            stated = named in ("EPSG", "ESRI") and isinstance(code, int) and code < FIRST_PRIVATE_SRID
            known = (named, code) if stated else ("", 0)
            result[srid] = SpatialReference(*_trusted(known, wkt), wkt, grid)
    return result


def defined_reference(definition: Element) -> Optional[SpatialReference]:
    """The SpatialReference element of a feature class definition."""
    xml = definition.find("SpatialReference") or next(definition.every("SpatialReference"), None)
    if xml is None:
        return None
    names = ("XOrigin", "YOrigin", "XYScale", "ZOrigin", "ZScale", "MOrigin", "MScale")
    grid = _grid([xml.number_of(name) for name in names])
    code = int(xml.number_of("LatestWKID") or xml.number_of("WKID") or 0)
    wkt = xml.text_of("WKT")
    authority = authority_of(code)
    return SpatialReference(*_trusted((authority, code), wkt), wkt, grid) if grid else None


def reference_of_code(srid: int) -> Optional[SpatialReference]:
    """The reference of a plain code without any definition; only for Esri's two common grids."""
    grid = _COMMON_GRIDS.get(srid)
    return SpatialReference("EPSG", srid, "", grid) if grid else None


def authority_of(code: int) -> str:
    """Codes from 32768 on are Esri's own; "" for no code at all."""
    if code <= 0:
        return ""
    return "EPSG" if code < _FIRST_ESRI_CODE else "ESRI"


def code_or_text(reference: Json) -> tuple[int, str]:
    """What makes two spatial references of the REST API the same one: code, or WKT where there is none."""
    code = whole_of(reference, "latestWkid") or whole_of(reference, "wkid") or 0
    return (present_code(code), "") if code > 0 else (0, text_of(reference, "wkt"))


def present_code(code: int) -> int:
    """The code that stands for one of the codes that Web Mercator has had; others as they are."""
    return _FORMER_CODES.get(code, code)


def _trusted(stated: tuple[str, int], wkt: str) -> tuple[str, int]:
    """The stated authority and code, or those that end the WKT where nothing is stated."""
    if stated[0] and stated[1] > 0:
        return stated
    match = _AUTHORITY.search(wkt)
    if match and match.group(1).upper() in ("EPSG", "ESRI"):
        return match.group(1).upper(), int(match.group(2))
    return "", 0


def _grid(numbers: list[Optional[float]]) -> Optional[Grid]:
    """x, y, xy scale, then z and m origin and scale; None where x and y make no grid."""
    x, y, scale, *rest = [n if isinstance(n, (int, float)) and math.isfinite(n) else None for n in numbers]
    if x is None or y is None or scale is None or scale <= 0:
        return None
    z, z_scale, m, m_scale = rest
    return Grid(
        float(x), float(y), float(scale),
        float(z or 0.0), float(z_scale) if z_scale and z_scale > 0 else 1.0,
        float(m or 0.0), float(m_scale) if m_scale and m_scale > 0 else 1.0,
    )  # fmt: skip
