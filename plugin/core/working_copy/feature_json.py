"""Features of the REST API's JSON ↔ rows of a working copy.

A row is a mapping from columns to values as SQLite stores them, shapes as GeoPackage geometry. What the JSON
does not state is not in the row: in a change nothing is said about it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Optional

import numpy as np

from ..errors import BadInput, BrokenAnswer, Damaged, OfflineMapError, Unsupported
from ..geodatabase.schema import SpatialReference
from ..geodatabase.shapes.esri_json import CURVED, json_of_shape, shapes_from_json
from ..geodatabase.spatial_reference import code_or_text, present_code
from ..json_value import Json, json_whole, object_of
from ..notice import notice
from ..portal.global_ids import global_id
from .columns import Column
from .json_values import UnfitValue, value_to_json, values_from_json
from .tracked_table import TrackedTable
from .wkb_reader import read_paths, wkb_of_geopackage
from .wkb_writer import to_geopackage_blobs

_Row = Mapping[str, object]
_GEOMETRY, _ATTRIBUTES = "geometry", "attributes"
_ELSEWHERE = notice("geometry", "it is in another spatial reference than its layer")


def row_of(feature: object, table: TrackedTable) -> dict[str, object]:
    """One feature as a row; raises as `rows_of`."""
    return rows_of([feature], table)[0]


def rows_of(features: Sequence[object], table: TrackedTable) -> list[dict[str, object]]:
    """Features as rows. Names are read in any letter case; what the table has no field for is left out.

    A geometry that the feature does not mention is not in its row; null is NULL, and an empty one is empty.
    Raises `BrokenAnswer` for a feature without a GlobalID, with a value of the wrong type or with
    coordinates that are no numbers, `Unsupported` for curves and for shapes in another spatial reference.
    """
    said = [_attributes(feature, table) for feature in features]
    rows: list[dict[str, object]] = [{} for _ in said]
    for names, numbers in _alike(said).items():
        for column, own in _fields(table, names):
            stated = [said[number][own] for number in numbers]
            try:
                values = values_from_json(stated, column.field.type)
            except UnfitValue as unfit:
                raise _unfit(said[numbers[unfit.number]], table, column) from None
            target = table.columns[column.name]
            for number, value in zip(numbers, values):
                rows[number][target] = value
    _require_ids(rows, table)
    if table.geometry:
        _add_shapes(rows, features, table)
    return rows


def feature_of(
    row: _Row, table: TrackedTable, fields: Optional[Collection[str]], with_geometry: bool
) -> dict[str, Any]:
    """A row as a feature: the GlobalID, and of `fields` (None: all) those that the row has.

    The shape names its spatial reference; NULL and empty shapes are empty ones. Raises `BadInput` for a
    value or a shape that its field cannot hold.
    """
    attributes: dict[str, object] = {}
    for column in table.fields:
        name = table.columns[column.name]
        wanted = fields is None or column.name in fields or name == table.global_id
        if not wanted or name not in row:
            continue
        try:
            attributes[column.name] = value_to_json(row[name], column.field.type)
        except UnfitValue:
            text = "The feature {feature} of “{layer}” has a value in “{field}” that the field cannot store."
            feature = _name_of_row(row, table)
            raise BadInput(text, feature=feature, layer=table.title, field=column.field.alias) from None
    if not with_geometry or not table.geometry:
        return {_ATTRIBUTES: attributes}
    return {_ATTRIBUTES: attributes, _GEOMETRY: _shape_json(row, table)}


def _attributes(feature: object, table: TrackedTable) -> Json:
    attributes = feature.get(_ATTRIBUTES) if isinstance(feature, Mapping) else None
    if not isinstance(attributes, Mapping):
        raise BrokenAnswer("A feature of “{layer}” has no attributes.", layer=table.title)
    return attributes


def _alike(said: Sequence[Json]) -> dict[tuple[str, ...], list[int]]:
    """The features by the names of their attributes: nearly always all have the same."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for number, attributes in enumerate(said):
        groups.setdefault(tuple(attributes), []).append(number)
    return groups


def _fields(table: TrackedTable, names: Sequence[str]) -> Iterator[tuple[Column, str]]:
    """The fields that the names mean, and the name of each as it is spelled."""
    spelled = {name.casefold(): name for name in names}
    for column in table.fields:
        own = spelled.get(column.name.casefold())
        if own is not None:
            yield column, own


def _require_ids(rows: Sequence[_Row], table: TrackedTable) -> None:
    if table.global_id and not all(row.get(table.global_id) for row in rows):
        raise BrokenAnswer("A feature of “{layer}” has no GlobalID.", layer=table.title)


def _unfit(attributes: Json, table: TrackedTable, column: Column) -> OfflineMapError:
    text = "The feature {feature} of “{layer}” arrived with a value in “{field}” that does not fit the field."
    name = _name_of_feature(attributes, table)
    return BrokenAnswer(text, feature=name, layer=table.title, field=column.field.alias)


def _name_of_feature(attributes: Json, table: TrackedTable) -> str:
    """The GlobalID, or the object id where there is none that can be read."""
    found = {table.columns[column.name]: attributes[own] for column, own in _fields(table, tuple(attributes))}
    return _name_of_row(found, table)


def _name_of_row(row: _Row, table: TrackedTable) -> str:
    number = json_whole(row.get(table.object_id))
    return global_id(row.get(table.global_id)) or ("?" if number is None else str(number))


def _add_shapes(rows: Sequence[dict[str, object]], features: Sequence[object], table: TrackedTable) -> None:
    """Puts the shapes of the features that state one into their rows."""
    if table.layout is None:
        raise TypeError(table.name)
    stated = {
        number: feature[_GEOMETRY]
        for number, feature in enumerate(features)
        if isinstance(feature, Mapping) and _GEOMETRY in feature
    }
    for number, geometry in stated.items():
        if isinstance(geometry, Mapping) and not _is_here(object_of(geometry, "spatialReference"), table):
            raise _unreadable(rows[number], table, Unsupported, _ELSEWHERE)
    shapes = shapes_from_json(list(stated.values()), table.layout)
    numbers = list(stated)
    if shapes.problems:
        place, reason = next(iter(sorted(shapes.problems.items())))
        kind: type[OfflineMapError] = Unsupported if reason == CURVED else BrokenAnswer
        raise _unreadable(rows[numbers[place]], table, kind, reason)
    said = np.array([isinstance(one, Mapping) and bool(one) for one in stated.values()], dtype=bool)
    blobs = to_geopackage_blobs(replace(shapes, absent=shapes.absent & ~said), table.srs_id)
    for number, blob in zip(numbers, blobs):
        rows[number][table.geometry] = blob


def _unreadable(
    row: _Row, table: TrackedTable, kind: type[OfflineMapError], reason: object
) -> OfflineMapError:
    text = "The shape of the feature {feature} of “{layer}” cannot be read: {reason}."
    return kind(text, feature=_name_of_row(row, table), layer=table.title, reason=reason)


def _is_here(stated: Json, table: TrackedTable) -> bool:
    """Whether a spatial reference is that of the table; one that says nothing is.

    Systems that only their WKT defines are compared by their names: the numbers of one are written in
    many ways.
    """
    code, wkt = code_or_text(stated)
    reference = table.reference
    if reference is None or (code, wkt) == (0, ""):
        return True
    if code and reference.code:
        codes = {code, present_code(json_whole(stated.get("wkid")) or 0)}
        return present_code(reference.code) in codes
    return bool(wkt) and _system_name(wkt) == _system_name(reference.wkt)


def _system_name(wkt: str) -> str:
    """What stands between the first quotes."""
    return wkt.partition('"')[2].partition('"')[0].casefold()


def _shape_json(row: _Row, table: TrackedTable) -> dict[str, Any]:
    if table.layout is None:
        raise TypeError(table.name)
    blob = row.get(table.geometry)
    try:
        if blob is not None and not isinstance(blob, bytes):
            raise Damaged("A geometry of the working copy is damaged.")
        paths = read_paths(wkb_of_geopackage(blob), table.layout) if blob is not None else []
        if any(np.isnan(vertices[:, :2]).any() or np.isinf(vertices).any() for vertices, _ in paths):
            raise Damaged("A geometry of the working copy is damaged.")
    except (Damaged, Unsupported) as error:
        text = "The shape of the feature {feature} of “{layer}” cannot be sent: {reason}"
        feature = _name_of_row(row, table)
        raise BadInput(text, feature=feature, layer=table.title, reason=error) from error
    shape = json_of_shape(paths, table.layout)
    return {**shape, **_reference_json(table.reference)}


def _reference_json(reference: Optional[SpatialReference]) -> dict[str, Any]:
    if reference is None:
        return {}
    if reference.code:
        return {"spatialReference": {"wkid": reference.code}}
    return {"spatialReference": {"wkt": reference.wkt}} if reference.wkt else {}
