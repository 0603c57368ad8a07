"""The layers and tables of a feature service: definition, rows and attachments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
import json
from typing import Any, Optional

from .behaviour import Json
from .spelling import bare_guid
from .store import Store, Values, VersionedTable

GEOMETRY = "_geometry"
ATTACHMENT_COLUMNS = ("parentGlobalId", "name", "contentType", "size", "data")
_NOT_IN_JSON = ("esriFieldTypeBlob", "esriFieldTypeRaster", "esriFieldTypeXML", "esriFieldTypeGeometry")
_INTEGERS = {"SmallInteger": 16, "Integer": 32, "BigInteger": 53}


class RowRefused(Exception):
    """One edit that the server does not take; the others may go on."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.error = {"code": code, "description": description}


@dataclass(frozen=True)
class Grid:
    """Coordinates are whole numbers of steps from an origin."""

    x: float
    y: float
    scale: float
    z: float = -100000.0
    z_scale: float = 10000.0

    def snapped(self, value: Any) -> Any:
        """A geometry of the REST API on this grid."""
        if isinstance(value, dict):
            if "x" in value:
                point = self._position([value["x"], value["y"], *([value["z"]] if "z" in value else [])])
                return {**value, **dict(zip(("x", "y", "z"), point))}
            return {
                key: self.snapped(one) if key in ("paths", "rings", "points") else one
                for key, one in value.items()
            }
        if value and isinstance(value[0], list):
            return [self.snapped(one) for one in value]
        return self._position(value)

    def _position(self, position: list[Any]) -> list[Any]:
        steps = ((self.x, self.scale), (self.y, self.scale), (self.z, self.z_scale))
        moved = [
            round((number - origin) * scale) / scale + origin if isinstance(number, (int, float)) else number
            for number, (origin, scale) in zip(position, steps)
        ]
        return moved + position[3:]


@dataclass
class SourceLayer:
    """What a layer is filled with: its JSON, its rows by field name (`GEOMETRY` with REST JSON) and files.

    GUIDs may be spelled in any way; `attachments` have `attachmentId`, `globalId` and ATTACHMENT_COLUMNS.
    """

    json: Json
    rows: list[Values] = field(default_factory=list)
    attachments: list[Values] = field(default_factory=list)
    grid: Optional[Grid] = None
    generation: int = 0


class ServiceLayer:
    """A layer, or a table without geometry, as clients edit it."""

    def __init__(self, store: Store, source: SourceLayer) -> None:
        self.json, self.grid = json.loads(json.dumps(source.json)), source.grid
        self.id: int = self.json["id"]
        self.object_id: str = self.json["objectIdField"]
        self.global_id: str = self.json["globalIdField"]
        own = {self.object_id, self.global_id}
        columns = [name for name in self.fields if name not in own]
        self.rows = VersionedTable(
            store, f"layer {self.id}", self.object_id, self.global_id, [*columns, GEOMETRY]
        )
        self.attachments = VersionedTable(
            store, f"attachments {self.id}", "attachmentId", "globalId", ATTACHMENT_COLUMNS
        )
        self.rows.load(map(self._loaded, source.rows), 0)
        self.attachments.load(
            (
                {
                    **row,
                    "globalId": bare_guid(row["globalId"]),
                    "parentGlobalId": bare_guid(row["parentGlobalId"]),
                }
                for row in source.attachments
            ),
            0,
        )
        self.rows.generation = self.attachments.generation = source.generation

    def _loaded(self, row: Mapping[str, Any]) -> Values:
        loaded = {name: self._bare(name, value) for name, value in row.items() if name in self.fields}
        loaded[GEOMETRY] = json.dumps(row[GEOMETRY]) if row.get(GEOMETRY) else None
        return loaded

    def _bare(self, name: str, value: Any) -> Any:
        return (bare_guid(value) or value) if name in self.guid_fields else value

    # -- definition

    @property
    def fields(self) -> dict[str, Json]:
        """The fields that travel as JSON, by name."""
        return {one["name"]: one for one in self.json["fields"] if one["type"] not in _NOT_IN_JSON}

    @property
    def guid_fields(self) -> frozenset[str]:
        kinds = ("esriFieldTypeGUID", "esriFieldTypeGlobalID")
        return frozenset(one["name"] for one in self.json["fields"] if one["type"] in kinds)

    @property
    def tracking(self) -> Json:
        """`editFieldsInfo`: the fields that the server fills itself."""
        return self.json.get("editFieldsInfo") or {}

    @property
    def editable(self) -> frozenset[str]:
        """What a client may send besides the GlobalID."""
        filled = set(self.tracking.values()) | {self.object_id, self.global_id}
        return frozenset(
            name for name, one in self.fields.items() if one.get("editable", True) and name not in filled
        )

    @property
    def geometry_type(self) -> Optional[str]:
        return self.json.get("geometryType")

    @property
    def has_attachments(self) -> bool:
        return bool(self.json.get("hasAttachments"))

    @property
    def generation(self) -> int:
        """The newest change of a row or an attachment."""
        return max(self.rows.generation, self.attachments.generation)

    def own_name(self, name: str) -> Optional[str]:
        """A field's name in its own letter case."""
        return next((one for one in self.fields if one.lower() == name.lower()), None)

    def composite_parts(self) -> list[tuple[int, str, str]]:
        """(id of the related layer, own key field, its key field) of each composite relationship."""
        return [
            (one["relatedTableId"], one["keyField"], one.get("relatedKeyField", ""))
            for one in self.json.get("relationships", ())
            if one.get("composite") and one.get("role") == "esriRelRoleOrigin"
        ]

    def relationship(self, number: int) -> Optional[Json]:
        return next((one for one in self.json.get("relationships", ()) if one["id"] == number), None)

    # -- values

    def accepted(self, name: str, value: Any) -> Any:
        """A value as it is kept; refused if the field cannot hold it."""
        own, kind = self.fields[name], self.fields[name]["type"].removeprefix("esriFieldType")
        if value is None:
            if not own.get("nullable", True):
                raise RowRefused(1000, f"Cannot insert the value NULL into column '{name}'.")
            return None
        if kind == "String":
            if not isinstance(value, str) or len(value) > own.get("length", 1 << 31):
                raise RowRefused(1000, f"String or binary data would be truncated in column '{name}'.")
        elif kind in _INTEGERS:
            limit = 1 << _INTEGERS[kind] - 1
            if isinstance(value, bool) or not isinstance(value, (int, float)) or value != int(value):
                raise RowRefused(1000, f"Invalid number in column '{name}'.")
            if not -limit <= value < limit:
                raise RowRefused(1000, f"Arithmetic overflow in column '{name}'.")
            value = int(value)
        elif kind in ("Double", "Single"):
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise RowRefused(1000, f"Invalid number in column '{name}'.")
        elif kind == "Date" and (isinstance(value, bool) or not isinstance(value, (int, float))):
            raise RowRefused(1000, f"Invalid date in column '{name}': milliseconds since 1970 are expected.")
        elif kind in ("GUID", "GlobalID"):
            guid = bare_guid(value)
            if guid is None:
                raise RowRefused(1000, f"Invalid GUID in column '{name}'.")
            return guid
        return value

    def within_domain(self, name: str, value: Any) -> bool:
        domain = self.fields[name].get("domain")
        if value is None or not domain:
            return True
        if domain["type"] == "codedValue":
            return value in [one["code"] for one in domain["codedValues"]]
        low, high = domain["range"]
        return bool(low <= value <= high)

    def accepted_geometry(self, geometry: Any, snap: bool) -> Optional[str]:
        """A geometry as it is kept, as JSON text."""
        if geometry is None:
            return None
        expected = {
            "esriGeometryPoint": "x",
            "esriGeometryMultipoint": "points",
            "esriGeometryPolyline": "paths",
            "esriGeometryPolygon": "rings",
        }.get(self.geometry_type or "")
        if not isinstance(geometry, dict) or expected is None or expected not in geometry:
            raise RowRefused(1000, "The geometry is not of the layer's type.")
        kept = {key: one for key, one in geometry.items() if key not in ("spatialReference", "hasZ", "hasM")}
        if kept[expected] in ([], None, "NaN"):
            return None
        kept = _with_dimension(kept, expected, bool(self.json.get("hasZ")))
        return json.dumps(self.grid.snapped(kept) if snap and self.grid else kept)


def _with_dimension(geometry: Json, parts: str, has_z: bool) -> Json:
    """A geometry with the heights that the layer keeps: 0 where none came."""
    if parts == "x":
        plane = {"x": geometry["x"], "y": geometry["y"]}
        return {**plane, "z": geometry.get("z", 0)} if has_z else plane

    def positions(value: Any) -> Any:
        if value and isinstance(value[0], list):
            return [positions(one) for one in value]
        return [*value[:2], value[2] if len(value) > 2 else 0] if has_z else value[:2]

    return {parts: positions(geometry[parts]), **({"hasZ": True} if has_z else {})}


def linked(layers: Iterable[ServiceLayer]) -> None:
    """Gives each relationship the key field of its other side, which its own JSON leaves out."""
    known = {layer.id: layer for layer in layers}
    for layer in known.values():
        for one in layer.json.get("relationships", ()):
            other = known.get(one["relatedTableId"])
            partners = [] if other is None else other.json.get("relationships", ())
            for partner in partners:
                if partner["id"] == one["id"] and partner["relatedTableId"] == layer.id:
                    one["relatedKeyField"] = partner["keyField"]
