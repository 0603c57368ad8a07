"""A table as the REST API would describe its layer: what the service's JSON says, completed by the XML.

Whoever dresses layers reads one language. A file without service items (ArcGIS Pro, ArcMap) has all
its meaning in XML; others leave single members out. Beyond the REST API, relationships also name the
tables and keys of their other side, which need not be a layer of the service:

    relatedTableName, relatedKeyField, relationshipTableName, relatedKeyFieldInRelationshipTable
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Optional

from ..json_value import Json, json_objects
from .schema import Domain, Field, FieldType, Relationship, Subtype, Table, TableRole
from .shapes.batch import ShapeKind

_ANNOTATION_TEXT = "TextString"
_GEOMETRY = {
    ShapeKind.POINT: "esriGeometryPoint",
    ShapeKind.MULTIPOINT: "esriGeometryMultipoint",
    ShapeKind.LINE: "esriGeometryPolyline",
    ShapeKind.POLYGON: "esriGeometryPolygon",
}


def describe_layer(table: Table, relationships: Iterable[Relationship]) -> Json:
    """The JSON of a table's layer: what the service states, and what it leaves open."""
    own = [one for one in relationships if one.origin == table.name]
    completed: dict[str, Any] = {
        "name": table.alias,
        "globalIdField": table.global_id,
        "editFieldsInfo": _tracking(table),
    }
    if table.geometry:
        completed["geometryType"] = _GEOMETRY[table.geometry.layout.kind]
    if table.role is TableRole.ANNOTATION and table.field(_ANNOTATION_TEXT):
        completed |= _drawn_as_text(table)
    if table.subtypes:
        completed["typeIdField"] = table.subtype_field
        completed["types"] = [_type(subtype) for subtype in table.subtypes]
    stated = {key: value for key, value in table.layer.items() if value not in (None, "", [])}
    return {
        **completed,
        **stated,
        "objectIdField": table.object_id,
        "hasAttachments": stated.get("hasAttachments") is True or any(one.attachments for one in own),
        "fields": _fields(table),
        "relationships": _relationships(table, [one for one in own if not one.attachments]),
    }


def _drawn_as_text(table: Table) -> Json:
    """Annotation is its text; the polygons are the boxes around it."""
    field = table.field(_ANNOTATION_TEXT)
    name = field.name if field else ""
    label = {
        "labelExpressionInfo": {"expression": f"$feature.{name}"},
        "labelPlacement": "esriServerPolygonPlacementAlwaysHorizontal",
        "symbol": {"type": "esriTS", "color": [0, 0, 0, 255], "font": {"family": "Arial", "size": 8}},
    }
    box = {"type": "esriSFS", "style": "esriSFSNull"}
    drawing = {"renderer": {"type": "simple", "symbol": box}, "labelingInfo": [label]}
    return {"displayField": name, "drawingInfo": drawing}


def _tracking(table: Table) -> Optional[Json]:
    tracking = table.tracking
    members = {
        "creatorField": tracking.creator,
        "creationDateField": tracking.created_at,
        "editorField": tracking.editor,
        "editDateField": tracking.edited_at,
    }
    return {key: name for key, name in members.items() if name} or None


def _fields(table: Table) -> list[Json]:
    stated = {str(one.get("name")).casefold(): one for one in json_objects(table.layer.get("fields"))}
    return [
        {
            **_field(field),
            **_said(stated.get(field.name.casefold(), {}), field),
            "name": field.name,
        }
        for field in table.fields
    ]


def _said(stated: Json, field: Field) -> Json:
    """What the service says of a field; a domain that it only names is taken from the file."""
    domain = stated.get("domain")
    named_only = isinstance(domain, dict) and not {"codedValues", "range", "minValue"} & set(domain)
    if field.domain and named_only:
        return {key: value for key, value in stated.items() if key != "domain"}
    return stated


def _field(field: Field) -> Json:
    value: dict[str, Any] = {
        "name": field.name,
        "alias": field.alias,
        "type": field.type.value,
        "nullable": field.nullable,
        "editable": field.editable,
        "defaultValue": _json_value(field.default, field.type),
        "domain": _domain(field.domain) if field.domain else None,
    }
    return {**value, "length": field.length} if field.length else value


def _json_value(value: object, kind: FieldType) -> object:
    """Dates of the XML are no milliseconds: nothing is said rather than something else."""
    return None if kind is FieldType.DATE else value


def _domain(domain: Domain) -> Json:
    if domain.is_range:
        return {"type": "range", "name": domain.name, "range": [domain.minimum, domain.maximum]}
    codes = [{"code": code, "name": name} for code, name in domain.codes]
    return {"type": "codedValue", "name": domain.name, "codedValues": codes}


def _type(subtype: Subtype) -> Json:
    template = {"name": subtype.name, "prototype": {"attributes": dict(subtype.defaults)}}
    domains = {field: _domain(domain) for field, domain in subtype.domains.items()}
    return {"id": subtype.code, "name": subtype.name, "domains": domains, "templates": [template]}


def _relationships(table: Table, own: list[Relationship]) -> list[Json]:
    """Those of the service with their other sides; then those that only the file knows."""
    stated = json_objects(table.layer.get("relationships"))
    by_number: dict[object, Relationship] = {one.number: one for one in own if one.number is not None}
    result: list[Json] = []
    for entry in stated:
        is_origin = entry.get("role") != "esriRelRoleDestination"
        known = by_number.get(entry.get("id")) if is_origin else None
        result.append({**_relationship(known), **entry} if known else entry)
    numbers = [one["id"] for one in stated if isinstance(one.get("id"), int)]
    first = max([-1, *numbers]) + 1
    alone = [one for one in own if one.number is None]
    return result + [{**_relationship(one), "id": first + k} for k, one in enumerate(alone)]


def _relationship(one: Relationship) -> dict[str, Any]:
    value: dict[str, Any] = {
        "name": one.forward_label or one.name,
        "role": "esriRelRoleOrigin",
        "cardinality": one.cardinality.value,
        "composite": one.composite,
        "keyField": one.origin_key,
        "relatedTableName": one.destination,
        "relatedKeyField": one.destination_key,
    }
    if one.middle:
        value["relationshipTableName"] = one.middle
        value["keyFieldInRelationshipTable"] = one.middle_origin_key
        value["relatedKeyFieldInRelationshipTable"] = one.middle_destination_key
    return value
