"""Has the schema of a service changed since the map area was packaged? Then nothing is synchronised.

Fields that were added, removed or renamed, other types and domains, and layers that are gone. Aliases,
defaults and required values are no part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..geodatabase.schema import Field, Table
from ..json_value import Json, folded_keys, json_list, json_object, json_objects, json_string
from ..notice import Notice, notice
from ..portal.service_info import LayerInfo

_GEOMETRY = "esrifieldtypegeometry"
_MEASURED = {"shape__area", "shape__length", "shape_area", "shape_length"}


def schema_changes(
    tables: Mapping[int, Table], layers: Mapping[int, LayerInfo], listed: Iterable[int]
) -> list[Notice]:
    """What is different, a sentence each.

    `tables` are those of the package by layer id, `layers` what the service says of them now, `listed` the
    ids of all its layers.
    """
    present = set(listed)
    found = []
    for layer_id, table in tables.items():
        if layer_id not in present or layer_id not in layers:
            found.append(notice("schema", "The layer “{layer}” no longer exists.", layer=table.alias))
        else:
            found.extend(_of_layer(table, layers[layer_id]))
    return found


def _of_layer(table: Table, layer: LayerInfo) -> Iterator[Notice]:
    if not layer.fields:
        return  # such a service says nothing that could be compared
    was = {field.name.casefold(): field for field in table.fields}
    stated = {json_string(one.get("name")).casefold() for one in json_objects(table.layer.get("fields"))}
    measured = _measured(layer.json)
    now = {one.name.casefold(): one for one in layer.fields if one.type.casefold() != _GEOMETRY}
    for name, one in now.items():
        if name not in was and name not in stated and name not in measured:
            yield notice("schema", "“{layer}” has a new field “{field}”.", layer=table.alias, field=one.name)
    for name, field in was.items():
        there = now.get(name)
        if there is None:
            if name not in measured:
                text = "The field “{field}” of “{layer}” no longer exists, or has another name."
                yield notice("schema", text, layer=table.alias, field=field.name)
        elif there.type.casefold() != field.type.value.casefold():
            text = "The field “{field}” of “{layer}” has another type."
            yield notice("schema", text, layer=table.alias, field=field.name)
        elif _domain_then(table, field) != _allowed(there.domain):
            text = "The field “{field}” of “{layer}” has another domain."
            yield notice("schema", text, layer=table.alias, field=field.name)


def _measured(layer: Json) -> set[str]:
    """The fields of areas and lengths, which a service works out by itself: packages lack them."""
    members = folded_keys(json_object(folded_keys(layer).get("geometryproperties")))
    names = (json_string(value) for key, value in members.items() if key.endswith("fieldname"))
    return {name.casefold() for name in names} | _MEASURED


def _domain_then(table: Table, field: Field) -> object:
    """As the service stated it when the area was packaged; as the file has it where it stated none."""
    for stated in map(folded_keys, json_objects(table.layer.get("fields"))):
        if json_string(stated.get("name")).casefold() == field.name.casefold() and "domain" in stated:
            return _allowed(json_object(stated["domain"]))
    domain = field.domain
    if domain is None:
        return None
    if domain.is_range:
        return domain.minimum, domain.maximum
    return frozenset(str(code) for code, _ in domain.codes)


def _allowed(domain: Json) -> object:
    """The values that a domain allows, to be compared; None for no domain."""
    known = folded_keys(domain)
    kind = json_string(known.get("type")).casefold()
    if kind == "codedvalue":
        codes = (folded_keys(one).get("code") for one in json_objects(known.get("codedvalues")))
        return frozenset(map(str, codes))
    if kind == "range":
        limits = json_list(known.get("range")) or [known.get("minvalue"), known.get("maxvalue")]
        return tuple(limits)
    return kind or None
