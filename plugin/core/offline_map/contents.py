"""The layers, tables and edits of a map area: from its working copies on disk, or from what the portal says.

Numbers of features are told where they are known, which is on disk; nobody guesses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from ..errors import Cancelled, OfflineMapError
from ..json_value import Json, objects_of, text_of, whole_of
from ..portal.items import Portal
from ..portal.map_areas import MapArea, Package
from ..storage import database_to_read
from ..untrusted.sqlite_file import SQLITE_ERRORS, only_reading
from ..working_copy.change_tracking import edits_noted
from .layout import working_copies_in

_MOST_TABLES = 1000
_TABLES = """
    SELECT contents.table_name, contents.identifier, contents.description, contents.data_type,
        (SELECT geometry_type_name FROM gpkg_geometry_columns AS shape
            WHERE lower(shape.table_name) = lower(contents.table_name)) AS shape,
        (SELECT feature_count FROM gpkg_ogr_contents AS counted
            WHERE lower(counted.table_name) = lower(contents.table_name)) AS features
    FROM gpkg_contents AS contents
    WHERE contents.data_type IN ('features', 'attributes')
    ORDER BY contents.data_type = 'attributes', contents.rowid LIMIT ?
"""
# Esri's names for geometries, and the beginnings of those of a GeoPackage.
_SHAPES = {"point": "point", "multipoint": "point", "polyline": "line", "polygon": "polygon"}
_KINDS = (("POINT", "point"), ("LINESTRING", "line"), ("POLYGON", "polygon"))


@dataclass(frozen=True)
class AreaLayer:
    """A layer or table. `shape` is point, line or polygon, empty for a table, None when nobody says.

    `features` counts rows, None when it is not known.
    """

    title: str
    shape: Optional[str]
    features: Optional[int] = None


def layers_on_disk(work_folder: Path) -> tuple[AreaLayer, ...]:
    """Those of the working copies of an offline map, tables last in each; a file that cannot be read is left
    out: `verification.py` tells of it.
    """
    return tuple(layer for file in working_copies_in(work_folder) for layer in _of_working_copy(file))


def edits_in(work_folder: Path) -> int:
    """How many features and rows of the working copies of an offline map have edits."""
    return sum(map(edits_noted, working_copies_in(work_folder)))


def layers_at_portal(portal: Portal, area: MapArea) -> tuple[AreaLayer, ...]:
    """Those that the services of an area's packages name; services that do not answer are left out."""
    return tuple(layer for package in area.packages for layer in _of_service(portal, package))


def _of_working_copy(file: Path) -> list[AreaLayer]:
    try:
        with database_to_read(file) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.set_authorizer(only_reading)
            return [_of_row(*row) for row in connection.execute(_TABLES, (_MOST_TABLES,))]
    except SQLITE_ERRORS:
        return []


def _of_row(
    table: object, identifier: object, description: object, kind: object, shape: object, features: object
) -> AreaLayer:
    title = next((str(name) for name in (description, identifier, table) if name), "")
    if kind == "attributes":
        known: Optional[str] = ""
    else:
        known = next((value for name, value in _KINDS if name in str(shape).upper()), None)
    return AreaLayer(title, known, features if isinstance(features, int) else None)


def _of_service(portal: Portal, package: Package) -> Iterator[AreaLayer]:
    if not package.layer_ids or not package.service_url:
        return
    try:
        service = portal.session.get_json(package.service_url)
    except Cancelled:
        raise
    except OfflineMapError:
        return
    for described in objects_of(service, "layers"):
        if whole_of(described, "id") in package.layer_ids:
            yield AreaLayer(text_of(described, "name"), _shape(described))
    for described in objects_of(service, "tables"):
        if whole_of(described, "id") in package.layer_ids:
            yield AreaLayer(text_of(described, "name"), "")


def _shape(described: Json) -> Optional[str]:
    """esriGeometryPolyline → line."""
    return _SHAPES.get(text_of(described, "geometryType").removeprefix("esriGeometry").lower())
