"""Relationship classes: from their XML definitions, and where there are none from the services' JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Optional

from ..json_value import json_objects
from ..untrusted.xml import Element
from .definition import parse_definition
from .schema import Cardinality, CatalogueItem, Relationship, Table, TableRole

_RELATIONSHIP_CLASS = "{B606A7E1-FA5B-439C-849C-6E9C2481537B}"
_ATTACHMENT_SUFFIX = "__ATTACH"


def read_relationships(items: Iterable[CatalogueItem], tables: Sequence[Table]) -> tuple[Relationship, ...]:
    """All relationship classes whose tables and key fields are really there."""
    finder = _Finder(tables)
    found: list[Relationship] = []
    for item in items:
        if item.type == _RELATIONSHIP_CLASS:
            found.extend(filter(None, [_from_xml(item.name, parse_definition(item.definition), finder)]))
    found.extend(_from_json(tables, finder))
    found.extend(_of_attachments(tables))
    distinct: dict[tuple[str, str, str, str, str], Relationship] = {}
    for one in found:
        key = (one.origin, one.destination, one.origin_key, one.destination_key, one.middle)
        known = distinct.setdefault(key, one)
        if known.number is None:
            distinct[key] = replace(known, number=one.number)
    return tuple(distinct.values())


def cut_relationships(items: Iterable[CatalogueItem]) -> list[tuple[str, Element]]:
    """Name and definition of the relationship classes whose definition is not whole."""
    own = [
        (item.name, parse_definition(item.definition)) for item in items if item.type == _RELATIONSHIP_CLASS
    ]
    return [(name.removeprefix("main."), definition) for name, definition in own if definition.is_cut]


class _Finder:
    """Tables and columns by the names that definitions call them."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self._by_name = {table.name.casefold(): table for table in tables}
        self.by_layer: dict[object, Table] = {
            table.layer_id: table for table in tables if table.layer_id is not None
        }

    def table(self, name: str) -> Optional[Table]:
        folded = name.casefold()
        return self._by_name.get(folded) or self._by_name.get(folded.rpartition(".")[2])


def _column(table: Optional[Table], name: str) -> str:
    field = table.field(name.rpartition(".")[2]) if table and name else None
    return field.name if field else ""


def _from_xml(name: str, xml: Element, finder: _Finder) -> Optional[Relationship]:
    origin = finder.table(xml.text_of("OriginClassNames/Name"))
    destination = finder.table(xml.text_of("DestinationClassNames/Name"))
    if origin is None or destination is None:
        return None
    keys = {
        key.text_of("KeyRole").replace("esriRelKeyRole", ""): key.text_of("ObjectKeyName")
        for key in xml.every("RelationshipClassKey")
    }
    cardinality = _cardinality(xml.text_of("Cardinality"))
    many = cardinality is Cardinality.MANY_TO_MANY
    middle = finder.table(name) if many or xml.text_of("IsAttributed") == "true" else None
    far_role = "DestinationPrimary" if middle else "OriginForeign"
    return _checked(
        Relationship(
            name=name.removeprefix("main."),
            cardinality=cardinality,
            composite=xml.text_of("IsComposite") == "true",
            origin=origin.name,
            origin_key=_column(origin, keys.get("OriginPrimary", "")),
            destination=destination.name,
            destination_key=_column(destination, keys.get(far_role, "")),
            forward_label=xml.text_of("ForwardPathLabel"),
            backward_label=xml.text_of("BackwardPathLabel"),
            attachments=xml.text_of("IsAttachmentRelationship") == "true",
            middle=middle.name if middle else "",
            middle_origin_key=_column(middle, keys.get("OriginForeign", "")),
            middle_destination_key=_column(middle, keys.get("DestinationForeign", "")),
        )
    )


def _cardinality(stated: str) -> Cardinality:
    return next((c for c in Cardinality if c.value == stated), Cardinality.ONE_TO_MANY)


def _checked(relationship: Relationship) -> Optional[Relationship]:
    """A relationship is one only when all its keys are columns."""
    keys = [relationship.origin_key, relationship.destination_key]
    if relationship.middle:
        keys += [relationship.middle_origin_key, relationship.middle_destination_key]
    elif relationship.cardinality is Cardinality.MANY_TO_MANY:
        return None
    return relationship if all(keys) else None


def _json_relations(table: Table) -> list[Mapping[str, Any]]:
    return json_objects(table.layer.get("relationships"))


def _from_json(tables: Sequence[Table], finder: _Finder) -> list[Relationship]:
    """Pairs the entry of the origin layer with the one of its destination."""
    found = []
    for origin in tables:
        for one in _json_relations(origin):
            destination = finder.by_layer.get(one.get("relatedTableId"))
            if one.get("role") != "esriRelRoleOrigin" or destination is None:
                continue
            back = _counterpart(one, origin, destination)
            if back is None:
                continue
            middle = finder.by_layer.get(one.get("relationshipTableId"))
            near, far = (str(side.get("keyFieldInRelationshipTable") or "") for side in (one, back))
            relationship = _checked(
                Relationship(
                    name=str(one.get("name") or f"{origin.name}_{destination.name}"),
                    cardinality=_cardinality(str(one.get("cardinality"))),
                    composite=one.get("composite") is True,
                    origin=origin.name,
                    origin_key=_column(origin, str(one.get("keyField") or "")),
                    destination=destination.name,
                    destination_key=_column(destination, str(back.get("keyField") or "")),
                    forward_label=str(one.get("name") or ""),
                    backward_label=str(back.get("name") or ""),
                    middle=middle.name if middle else "",
                    middle_origin_key=_column(middle, near),
                    middle_destination_key=_column(middle, far),
                    number=number if isinstance(number := one.get("id"), int) else None,
                )
            )
            found.extend([relationship] if relationship else [])
    return found


def _counterpart(one: Mapping[str, Any], origin: Table, destination: Table) -> Optional[Mapping[str, Any]]:
    """The same relationship as the destination layer states it; the id decides between several."""
    back = [
        r
        for r in _json_relations(destination)
        if r.get("role") == "esriRelRoleDestination" and r.get("relatedTableId") == origin.layer_id
    ]
    same = [r for r in back if r.get("id") == one.get("id")]
    chosen = same or back
    return chosen[0] if chosen else None


def _of_attachments(tables: Sequence[Table]) -> list[Relationship]:
    """OWNER__ATTACH belongs to OWNER by REL_GLOBALID or REL_OBJECTID, whether or not a class says so."""
    by_name = {table.name.casefold(): table for table in tables}
    found = []
    for table in tables:
        owner = by_name.get(table.name[: -len(_ATTACHMENT_SUFFIX)].casefold())
        if table.role is not TableRole.ATTACHMENTS or owner is None:
            continue
        keys = {"REL_GLOBALID": owner.global_id, "REL_OBJECTID": owner.object_id}
        for theirs, own in keys.items():
            key = _column(table, theirs)
            if key and own:
                found.append(
                    Relationship(
                        name=f"{table.name}REL",
                        cardinality=Cardinality.ONE_TO_MANY,
                        composite=True,
                        origin=owner.name,
                        origin_key=own,
                        destination=table.name,
                        destination_key=key,
                        attachments=True,
                    )
                )
                break
    return found
