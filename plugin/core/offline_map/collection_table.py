"""One layer of a feature collection, read: its table, what describes it, its rows and shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Optional

from ..errors import Unsupported
from ..feature_collection import definition_of, held_layer
from ..geodatabase.fields import read_json_domain
from ..geodatabase.schema import Field, FieldType, Geometry, SpatialReference, Table, TableRole
from ..geodatabase.shapes.batch import Grid, ShapeKind, ShapeLayout
from ..geodatabase.shapes.esri_json import shapes_from_json
from ..geodatabase.spatial_reference import authority_of, code_or_text
from ..host import Feedback, VertexProjector, raise_if_cancelled
from ..json_value import (
    Json,
    json_object,
    json_string,
    object_of,
    objects_of,
    text_of,
)
from ..notice import Notice, notice
from ..tiles.scheme import SchemeReference
from ..web_map import LayerRole, MapLayer
from ..working_copy.columns import WHOLE_NUMBERS
from ..working_copy.json_values import UnfitValue, value_from_json
from ..working_copy.plain_tables import PlainTable
from .feature_symbols import FeatureSymbols, symbols_of
from .moved_geometry import moved_geometry

_SHAPES = {
    "esriGeometryPoint": ShapeKind.POINT,
    "esriGeometryMultipoint": ShapeKind.MULTIPOINT,
    "esriGeometryPolyline": ShapeKind.LINE,
    "esriGeometryPolygon": ShapeKind.POLYGON,
}
_KEYS = (("x", "Point"), ("points", "Multipoint"), ("paths", "Polyline"), ("rings", "Polygon"))
_WEB_MERCATOR = {"wkid": 102100, "latestWkid": 3857}
_NO_GRID = Grid(0.0, 0.0, 1.0)
_MOST_FIELDS = 500
_MOST_FEATURES = 1_000_000
_MOST_VALUES = 20_000_000
_ROWS_PER_LOOK = 4096
_NAMED_ROWS = 5
_MEASURED = frozenset({*WHOLE_NUMBERS, FieldType.SINGLE, FieldType.DOUBLE, FieldType.DATE})
"""Types of numbers and dates; others are text."""
_OTHER_REFERENCE = notice("geometry", "it has another spatial reference and cannot be projected")

Definition = Callable[[SchemeReference], str]
"""Who knows the WKT of a spatial reference, as in `Drawing`."""


@dataclass(frozen=True)
class CollectionTable:
    """`service` describes the layer as a service would, for whoever dresses it.

    `stated` is the spatial reference of features that say none, where the collection says which.
    """

    table: Table
    service: Json
    reference: Json
    stated: Json
    features: list[Json]
    symbols: Optional[FeatureSymbols]

    def read_features(
        self, project: VertexProjector, feedback: Feedback
    ) -> tuple[PlainTable, tuple[Notice, ...]]:
        """All features, and what of them is lost; `project` moves those of another spatial reference.

        Raises `Cancelled`.
        """
        rows, unfit = [], 0
        fields = [field for field in self.table.fields if not self._is_symbol(field)]
        for number, feature in enumerate(self.features):
            if not number % _ROWS_PER_LOOK:
                raise_if_cancelled(feedback)
            said = {name.casefold(): one for name, one in object_of(feature, "attributes").items()}
            stated = [said.get(field.name.casefold()) for field in fields]
            row = [_value(one, field.type) for one, field in zip(stated, fields)]
            unfit += sum(one is not None and made is None for one, made in zip(stated, row))
            rows.append([*row, self.symbols.number(feature)] if self.symbols else row)
        losses = [
            notice("values", "Values that do not fit their field and were left empty: {count}.", count=unfit)
        ]
        losses = losses if unfit else []
        if any(feature.get("popupInfo") for feature in self.features):
            losses.append(notice("popup", "Popups of single features are not kept."))
        if self.table.geometry is None:
            return PlainTable(self.table, rows), tuple(losses)
        geometries, elsewhere = self._geometries(project)
        shapes = shapes_from_json(geometries, self.table.geometry.layout)
        losses += _unread({**shapes.problems, **elsewhere})
        return PlainTable(self.table, rows, shapes), tuple(losses)

    def _is_symbol(self, field: Field) -> bool:
        return self.symbols is not None and field.name == self.symbols.column

    def _geometries(self, project: VertexProjector) -> tuple[list[object], dict[int, Notice]]:
        """All in the table's spatial reference, and by number those that could not be brought there."""
        own = code_or_text(self.reference)
        found: list[object] = []
        elsewhere: dict[int, Notice] = {}
        for number, feature in enumerate(self.features):
            geometry = feature.get("geometry")
            reference = object_of(json_object(geometry), "spatialReference") or self.stated
            if code_or_text(reference) not in (own, (0, "")):
                try:
                    geometry = moved_geometry(json_object(geometry), reference, self.reference, project)
                except ValueError:
                    geometry, elsewhere[number] = None, _OTHER_REFERENCE
            found.append(geometry)
        return found, elsewhere


def read_collection(
    layer: MapLayer, name: str, map_reference: object, definition: Definition
) -> CollectionTable:
    """The layer in what `collection_layers` made, as a table `name`; features are not looked at.

    `map_reference` is that of the map, for features that say none. Raises `Unsupported` for a geometry
    that no layer has, and for more features or fields than can be meant.
    """
    service, features = dict(definition_of(layer.json)), objects_of(_feature_set(layer), "features")
    fields = _fields(service, layer.title)
    if len(features) > _MOST_FEATURES or len(features) * len(fields) > _MOST_VALUES:
        raise Unsupported("“{layer}” has too many features: {count}.", layer=layer.title, count=len(features))
    symbols = symbols_of(features, {field.name.casefold() for field in fields})
    if symbols:
        drawing = object_of(service, "drawingInfo")
        service["drawingInfo"] = {**drawing, "renderer": symbols.renderer(object_of(drawing, "renderer"))}
        fields = (*fields, Field(symbols.column, symbols.column, FieldType.INTEGER))
    # What new features would have: there are none.
    service.pop("templates", None)
    service["types"] = [{**one, "templates": []} for one in objects_of(service, "types")]
    reference = _reference(layer, service, features, map_reference)
    geometry = _geometry(layer, service, features, _spatial_reference(reference, definition))
    table = Table(
        name=name,
        alias=layer.title,
        role=TableRole.FEATURES if geometry else TableRole.TABLE,
        fields=fields,
        object_id=text_of(service, "objectIdField"),
        geometry=geometry,
    )
    stated = object_of(_feature_set(layer), "spatialReference")
    return CollectionTable(table, service, reference, stated, features, symbols)


def _feature_set(layer: MapLayer) -> Json:
    return object_of(held_layer(layer.json), "featureSet")


def _fields(service: Json, title: str) -> tuple[Field, ...]:
    """Those that columns can hold, each name once."""
    found: dict[str, Field] = {}
    for stated in objects_of(service, "fields"):
        kind = next((one for one in FieldType if one.value == stated.get("type")), FieldType.TEXT)
        name = json_string(stated.get("name"))
        if name and stated.get("type") != "esriFieldTypeGeometry" and kind is not FieldType.BLOB:
            alias, domain = text_of(stated, "alias") or name, read_json_domain(stated.get("domain"), kind)
            found.setdefault(name.casefold(), Field(name, alias, kind, domain=domain))
    if len(found) > _MOST_FIELDS:
        raise Unsupported("“{layer}” has too many fields: {count}.", layer=title, count=len(found))
    return tuple(found.values())


def _geometry(
    layer: MapLayer, service: Json, features: list[Json], reference: SpatialReference
) -> Optional[Geometry]:
    """None for a table."""
    stated = text_of(service, "geometryType") or _kind_of_first(features)
    if not stated and (layer.role is LayerRole.TABLE or service.get("type") == "Table"):
        return None
    kind = _SHAPES.get(stated)
    if kind is None:
        raise Unsupported(
            "The features of “{layer}” have a geometry type that QGIS layers do not support: {kind}.",
            layer=layer.title,
            kind=stated or "none",
        )
    said = (service, _feature_set(layer))
    has_z, has_m = (any(one.get(key) is True for one in said) for key in ("hasZ", "hasM"))
    return Geometry("", ShapeLayout(kind, has_z, has_m), 0, reference, {})


def _kind_of_first(features: list[Json]) -> str:
    for feature in features:
        geometry = object_of(feature, "geometry")
        for key, name in _KEYS:
            if key in geometry:
                return f"esriGeometry{name}"
    return ""


def _reference(layer: MapLayer, service: Json, features: list[Json], of_map: object) -> Json:
    """What the features say, else what is said around them; web mercator where nobody says anything."""
    geometries = (object_of(feature, "geometry") for feature in features)
    of_set = object_of(_feature_set(layer), "spatialReference")
    of_features = (object_of(geometry, "spatialReference") or of_set for geometry in geometries)
    around = (
        of_set,
        object_of(service, "spatialReference"),
        object_of(object_of(service, "extent"), "spatialReference"),
        json_object(of_map),
    )
    stated = (*(one for one in [next(filter(_says_which, of_features), {})]), *around, _WEB_MERCATOR)
    return next(filter(_says_which, stated))


def _says_which(reference: Json) -> bool:
    return code_or_text(reference) != (0, "")


def _spatial_reference(reference: Json, definition: Definition) -> SpatialReference:
    code, wkt = code_or_text(reference)
    stated = SchemeReference(code or None, code or None, wkt)
    return SpatialReference(authority_of(code), code, definition(stated) or wkt, _NO_GRID)


def _value(value: Any, kind: FieldType) -> object:
    """A JSON value as SQLite stores it in a field of this kind; None for what does not fit."""
    if value is None or isinstance(value, (bool, Mapping, list)):
        return None
    if kind not in _MEASURED:
        return str(value)
    with suppress(UnfitValue):
        # What a map states is shown as it stands there, not as 32 bits would have it.
        return value_from_json(value, FieldType.DOUBLE if kind is FieldType.SINGLE else kind)
    return None


def _unread(problems: Mapping[int, Notice]) -> Iterator[Notice]:
    """One notice for each reason, with the first rows, which count from 1."""
    by_reason: dict[str, list[int]] = {}
    for number, reason in sorted(problems.items()):
        by_reason.setdefault(reason.template, []).append(number + 1)
    for template, rows in by_reason.items():
        more = ["…"] if len(rows) > _NAMED_ROWS else []
        yield notice(
            "shapes",
            "Shapes that cannot be read and were left empty: {count}, because {reason} (rows {rows}).",
            count=len(rows),
            reason=notice("geometry", template),
            rows=", ".join([*map(str, rows[:_NAMED_ROWS]), *more]),
        )
