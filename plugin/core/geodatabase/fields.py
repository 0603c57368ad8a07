"""Fields, domains and subtypes of a table: from the service's JSON first, the XML second.

The declared column types decide how values are stored; JSON and XML say what they mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
import math
import re
from typing import Any, Optional

from ..json_value import json_object, json_objects
from ..untrusted.xml import Element
from .schema import Domain, Field, FieldType, FieldValue, Subtype

_DECLARED = {
    "int16": FieldType.SMALL_INTEGER,
    "int32": FieldType.INTEGER,
    "int64": FieldType.BIG_INTEGER,
    "bigint": FieldType.BIG_INTEGER,
    "integer": FieldType.INTEGER,
    "float32": FieldType.SINGLE,
    "float64": FieldType.DOUBLE,
    "real": FieldType.DOUBLE,
    "double": FieldType.DOUBLE,
    "float": FieldType.DOUBLE,
    "text": FieldType.TEXT,
    "nclob": FieldType.TEXT,
    "varchar": FieldType.TEXT,
    "nvarchar": FieldType.TEXT,
    "realdate": FieldType.DATE,
    "uuidtext": FieldType.GUID,
    "xmltext": FieldType.XML,
    "blob": FieldType.BLOB,
}
_REFINES = {
    FieldType.INTEGER: {FieldType.OBJECT_ID, FieldType.BIG_INTEGER},
    FieldType.BIG_INTEGER: {FieldType.OBJECT_ID},
    FieldType.GUID: {FieldType.GLOBAL_ID},
    FieldType.TEXT: {FieldType.DATE_ONLY, FieldType.TIME_ONLY, FieldType.TIMESTAMP_OFFSET},
    FieldType.DOUBLE: {FieldType.SINGLE},
}
"""What the JSON or XML type may make of a declared one; anything else contradicts the column."""

FindDomain = Callable[[str], Optional[Domain]]
"""The domain of a name."""

_DECLARATION = re.compile(r"\s*(\w+)\s*(?:\((\d{1,9})\))?")
_LONGEST_TEXT = 10_000_000
_MOST_CODES = 100_000


class ColumnInfo:
    """One column as SQLite declares it."""

    def __init__(self, name: str, declared: str, not_null: bool) -> None:
        self.name, self.not_null = name, not_null
        match = _DECLARATION.match(declared)
        self.word = match.group(1).lower() if match else ""
        self.is_known = self.word in _DECLARED
        self.length = int(match.group(2) or 0) if match else 0


def read_fields(
    columns: Iterable[ColumnInfo],
    layer: Mapping[str, Any],
    definition: Element,
    find_domain: FindDomain,
    table: str,
) -> tuple[Field, ...]:
    """The fields of a table, in the order of the JSON where there is one."""
    json_fields = _json_fields(layer)
    xml_fields = _xml_fields(definition, table)
    fields = []
    for column in columns:
        key = column.name.casefold()
        fields.append(_field(column, json_fields.get(key, {}), xml_fields.get(key, Element("")), find_domain))
    order = {name: number for number, name in enumerate(json_fields)}
    fields.sort(key=lambda field: order.get(field.name.casefold(), len(order)))
    return tuple(fields)


def _field(column: ColumnInfo, from_json: Mapping[str, Any], xml: Element, find_domain: FindDomain) -> Field:
    kind = _type(column, str(from_json.get("type") or xml.text_of("FieldType")))
    length = column.length if kind in (FieldType.TEXT, FieldType.GUID, FieldType.GLOBAL_ID) else 0
    if "domain" in from_json:
        domain = read_json_domain(from_json["domain"], kind) or find_domain(_domain_name(from_json["domain"]))
    else:
        domain = find_domain(xml.text_of("DomainName"))
    default = from_json["defaultValue"] if "defaultValue" in from_json else _xml_default(xml, kind)
    json_nullable, json_editable = from_json.get("nullable"), from_json.get("editable")
    editable = json_editable is not False if from_json else xml.text_of("Editable") != "false"
    return Field(
        name=column.name,
        alias=str(from_json.get("alias") or xml.text_of("AliasName") or column.name),
        type=kind,
        length=length if length < _LONGEST_TEXT else 0,
        nullable=not column.not_null and json_nullable is not False,
        editable=editable and kind not in (FieldType.OBJECT_ID, FieldType.GLOBAL_ID),
        default=as_value(default, kind),
        domain=domain,
    )


def _type(column: ColumnInfo, stated: str) -> FieldType:
    """The stated type where it fits the column, else the declared one."""
    meant = next((t for t in FieldType if t.value == stated), None)
    declared = _DECLARED.get(column.word)
    if declared is None:
        return meant or FieldType.TEXT
    return meant if meant in _REFINES.get(declared, ()) and meant is not None else declared


def fits(column: ColumnInfo, kind: FieldType) -> bool:
    """Whether a column is declared as one of this type is."""
    return column.is_known and _type(column, kind.value) is kind


def as_value(value: object, kind: FieldType) -> Optional[FieldValue]:
    """A default, a code or a bound in the type of its field; None where it is none."""
    if value is None or isinstance(value, (dict, list)):
        return None
    try:
        if kind in (FieldType.SMALL_INTEGER, FieldType.INTEGER, FieldType.BIG_INTEGER):
            number = float(str(value))
            return int(str(value)) if not number % 1 and "." not in str(value) else int(number)
        if kind in (FieldType.SINGLE, FieldType.DOUBLE, FieldType.DATE):
            real = float(str(value))
            return real if math.isfinite(real) else None
    except (ValueError, OverflowError):
        return None
    text = str(value)
    return text if kind == FieldType.TEXT and "NEWID()" not in text and not isinstance(value, bool) else None


def _json_fields(layer: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {str(one.get("name", "")).casefold(): one for one in json_objects(layer.get("fields"))}


def _xml_fields(definition: Element, table: str) -> dict[str, Element]:
    """By column name; some releases prefix the name with database and table."""
    prefix = f"main.{table}.".casefold()
    result = {}
    for xml in definition.every("GPFieldInfoEx"):
        name = xml.text_of("Name").casefold()
        result[name[len(prefix) :] if name.startswith(prefix) else name] = xml
    return result


def _xml_default(xml: Element, kind: FieldType) -> Optional[str]:
    """Empty strings are how the writers say “no default”, and numbers 0 are not told from it."""
    if kind == FieldType.TEXT:
        return xml.text_of("DefaultValueString") or None
    value = xml.text_of("DefaultValueNumeric") or xml.text_of("DefaultValueInteger")
    return value if value not in ("", "0") else None


def _domain_name(json_domain: object) -> str:
    return str(json_domain.get("name", "")) if isinstance(json_domain, dict) else ""


def read_json_domain(value: object, kind: FieldType) -> Optional[Domain]:
    """A coded-value or range domain of the REST API; None for none, inherited, or broken."""
    if not isinstance(value, dict):
        return None
    name = str(value.get("name") or "")
    coded, span = value.get("codedValues"), value.get("range")
    if isinstance(coded, list) and len(coded) <= _MOST_CODES:
        pairs = [(as_code(c.get("code"), kind), str(c.get("name", ""))) for c in coded if isinstance(c, dict)]
        codes = tuple((code, label) for code, label in pairs if code is not None)
        return Domain(name, codes=codes, description=str(value.get("description") or ""))
    bounds = span if isinstance(span, list) else [value.get("minValue"), value.get("maxValue")]
    minimum, maximum = (as_value(bound, FieldType.DOUBLE) for bound in (*bounds, None, None)[:2])
    if isinstance(minimum, float) and isinstance(maximum, float) and minimum <= maximum:
        return Domain(name, minimum=minimum, maximum=maximum, description=str(value.get("description") or ""))
    return None


def as_code(value: object, kind: FieldType) -> Optional[FieldValue]:
    """A code keeps its own type: whole numbers, numbers, or text."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if kind == FieldType.TEXT:
        return str(value)
    return as_value(value, kind) if kind != FieldType.DATE else value


def read_xml_domain(xml: Element) -> Optional[Domain]:
    """GPCodedValueDomain2 or GPRangeDomain2."""
    name = xml.text_of("DomainName")
    kind = next((t for t in FieldType if t.value == xml.text_of("FieldType")), FieldType.TEXT)
    if not name:
        return None
    description = xml.text_of("Description")
    if xml.name.startswith("GPRangeDomain"):
        low, high = xml.number_of("MinValue"), xml.number_of("MaxValue")
        fits = low is not None and high is not None and low <= high
        return Domain(name, minimum=low, maximum=high, description=description) if fits else None
    codes = []
    for coded in list(xml.every("CodedValue"))[:_MOST_CODES]:
        code = as_code(coded.text_of("Code"), kind)
        if code is not None:
            codes.append((code, coded.text_of("Name")))
    return Domain(name, codes=tuple(codes), description=description)


def read_subtypes(
    layer: Mapping[str, Any], definition: Element, fields: tuple[Field, ...], find_domain: FindDomain
) -> tuple[str, tuple[Subtype, ...]]:
    """The subtype field and its subtypes: `types` of the JSON, `Subtypes` of the XML."""
    by_name = {field.name.casefold(): field for field in fields}
    stated = layer.get("typeIdField") or layer.get("subtypeField") or definition.text_of("SubtypeFieldName")
    field = by_name.get(str(stated).casefold())
    if field is None:
        return "", ()
    listed = layer.get("types")
    if isinstance(listed, list) and listed:
        found = [_json_subtype(t, field.type, by_name) for t in listed if isinstance(t, dict)]
    else:
        found = [_xml_subtype(x, field.type, by_name, find_domain) for x in definition.every("Subtype")]
    subtypes = tuple(subtype for subtype in found if subtype is not None)
    return (field.name, subtypes) if subtypes else ("", ())


def with_first_subtype(
    fields: tuple[Field, ...], subtype_field: str, definition: Element
) -> tuple[Field, ...]:
    """The fields, the subtype field among them with the subtype that new rows have by default."""

    def completed(field: Field) -> Field:
        if field.name != subtype_field or field.default is not None:
            return field
        return replace(field, default=as_value(definition.text_of("DefaultSubtypeCode") or None, field.type))

    return tuple(map(completed, fields))


def _json_subtype(
    value: Mapping[str, Any], kind: FieldType, fields: Mapping[str, Field]
) -> Optional[Subtype]:
    code = as_code(value.get("id", value.get("code")), kind)
    if code is None:
        return None
    domains, defaults = {}, {}
    for name, json_domain in json_object(value.get("domains")).items():
        field = fields.get(name.casefold())
        domain = read_json_domain(json_domain, field.type) if field else None
        if field and domain:
            domains[field.name] = domain
    first = next(iter(json_objects(value.get("templates"))), {})
    prototype = json_object(first.get("prototype"))
    for name, default in json_object(prototype.get("attributes")).items():
        field = fields.get(name.casefold())
        usable = as_value(default, field.type) if field else None
        if field and usable is not None:
            defaults[field.name] = usable
    return Subtype(code, str(value.get("name", "")), domains, defaults)


def _xml_subtype(
    xml: Element, kind: FieldType, fields: Mapping[str, Field], find_domain: FindDomain
) -> Optional[Subtype]:
    """Name, Code, and FieldInfos/SubtypeFieldInfo of FieldName, DomainName, DefaultValue."""
    code = as_code(xml.text_of("SubtypeCode") or xml.text_of("Code"), kind)
    if code is None:
        return None
    domains, defaults = {}, {}
    for info in xml.every("SubtypeFieldInfo"):
        field = fields.get(info.text_of("FieldName").casefold())
        if field is None:
            continue
        domain = find_domain(info.text_of("DomainName"))
        if domain is not None:
            domains[field.name] = domain
        default = as_value(info.text_of("DefaultValue") or None, field.type)
        if default is not None:
            defaults[field.name] = default
    return Subtype(code, xml.text_of("SubtypeName") or xml.text_of("Name"), domains, defaults)
