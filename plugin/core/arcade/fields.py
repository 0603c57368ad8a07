"""A layer as Arcade sees it: its fields, the names of their coded values, its subtypes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Optional

from ..notice import notice
from .convert import number_as_text
from .functions.table import default_value
from .syntax.tree import NotRead
from .values import NULL, Kind, Value, choose, column, constant, known_text, not_read, quote

_MOST_CODES = 300


@dataclass(frozen=True)
class FeatureField:
    """A field as Arcade sees it: its column, its type, and the names of its coded values.

    `computed` is a QGIS expression for a number that the service has in a field and we have not.
    `whole`: QGIS keeps its numbers as integers. Where the names depend on the subtype, `by_subtype`
    has those of each code of the column `subtype`; `codes` are the others'. `clockless`: a date whose time
    zone nobody knows, which reads the same by any clock.
    """

    column: str
    kind: Kind
    codes: Mapping[str, str] = field(default_factory=dict)
    computed: str = ""
    whole: bool = False
    subtype: str = ""
    by_subtype: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    clockless: bool = False

    @property
    def value(self) -> Value:
        """What an expression reads of it."""
        if self.computed:
            return Value(Kind.NUMBER, self.computed, nullable=True)
        read = column(self.column, self.kind, self.whole)
        return replace(read, utc=True) if self.clockless else read

    @property
    def has_names(self) -> bool:
        """True for coded values."""
        return bool(self.codes or self.by_subtype)

    def named(self, value: Value) -> Value:
        """The name of a coded value; the code itself where it has none. Raises `NotRead`."""
        plain = coded_name(value, self.codes) if self.codes else _code(value)
        if not self.by_subtype:
            return plain
        subtype = column(self.subtype, Kind.TEXT).text
        cases = [
            (
                Value(Kind.BOOLEAN, f"(coalesce(to_string({subtype}), '') = {quote(code)})"),
                coded_name(value, names),
            )
            for code, names in self.by_subtype.items()
        ]
        return choose(cases, plain)


Fields = Mapping[str, FeatureField]
"""By their folded names."""


class LayerFields(dict[str, FeatureField]):
    """Fields by their folded names, and what else is known of their layer.

    `geometry_type` as services name it; `subtype` and `subtypes` are the folded name of the field
    and the names of its codes; `relations` the ids of QGIS relations to other tables, by the
    folded names that the service gives them; `attachments` that of the relation to attachments.
    """

    geometry_type: str = ""
    subtype: str = ""
    subtypes: Mapping[str, str] = {}
    relations: Mapping[str, str] = {}
    attachments: str = ""


def read_field(fields: Fields, name: Optional[str]) -> Value:
    """`$feature.name`. Raises `NotRead` for what is not there, or of a type that is not read."""
    found = fields.get((name or "").casefold())
    if found is None:
        raise NotRead(
            notice(
                "arcade",
                "An Arcade expression uses the field “{field}”, which does not exist.",
                field=name or "?",
            )
        )
    if found.kind is Kind.NULL:
        raise NotRead(
            notice(
                "arcade",
                "An Arcade expression uses the field “{field}”, whose type is not supported.",
                field=name,
            )
        )
    return found.value


def domain_name(fields: Fields, key: str, code: Optional[Value] = None) -> Value:
    """`DomainName($feature, key, code)`; without names, the value of the field."""
    value = read_field(fields, key) if code is None else code
    found = fields.get(key.casefold())
    return found.named(value) if found is not None and found.has_names else value


def _code(value: Value) -> Value:
    """A coded value without a name, as a text."""
    if value.kind is not Kind.NUMBER:
        return value
    return Value(Kind.TEXT, number_as_text(value), nullable=value.nullable)


def coded_name(value: Value, codes: Mapping[str, str]) -> Value:
    """The name of a coded value; the code itself where it has none."""
    if len(codes) > _MOST_CODES or value.kind not in (Kind.TEXT, Kind.NUMBER, Kind.NULL) or value.wild:
        raise not_read("DomainName")
    if value.kind is Kind.NULL:
        return NULL
    pairs = ", ".join(f"{quote(code)}, {quote(label)}" for code, label in codes.items())
    code = value.text if value.kind is Kind.TEXT else number_as_text(value)
    text = f"coalesce(map_get(map({pairs}), {code}), {code})"
    return Value(Kind.TEXT, text, nullable=value.nullable)


def domain_code(fields: Fields, key: str, name: Value) -> Value:
    """`DomainCode($feature, key, name)`; the name itself where no code has it."""
    found = fields.get(key.casefold())
    wanted = known_text(name)
    if found is None or wanted is None or found.kind not in (Kind.TEXT, Kind.NUMBER):
        raise not_read("DomainCode")
    code = next((code for code, label in found.codes.items() if label == wanted), None)
    if code is None:
        return name
    return constant(code) if found.kind is Kind.TEXT else constant(float(code))


def domain(fields: Fields, key: str) -> Value:
    """`Domain($feature, key).codedValues`: a list of names and codes."""
    found = fields.get(key.casefold())
    if found is None or not found.codes or found.by_subtype or len(found.codes) > _MOST_CODES:
        raise not_read("Domain")
    numeric = found.kind is Kind.NUMBER
    entries = [
        {"code": constant(float(code)) if numeric else constant(code), "name": constant(label)}
        for code, label in found.codes.items()
    ]
    coded = tuple(Value(Kind.DICTIONARY, members=entry) for entry in entries)
    return Value(
        Kind.DICTIONARY,
        members={"codedValues": Value(Kind.LIST, items=coded), "type": constant("codedValue")},
    )


def _has_key(fields: Fields, key: str) -> Value:
    return constant(key.casefold() in fields)


def _default(fields: Fields, key: str, default: Value) -> Value:
    return default_value(read_field(fields, key), default) if key.casefold() in fields else default


def has_field_value(fields: Fields, key: str) -> Value:
    """`HasValue($feature, key)`: true where the field is there and not null."""
    if key.casefold() not in fields:
        return constant(False)
    value = read_field(fields, key)
    return Value(Kind.BOOLEAN, f"({value.text} IS NOT NULL)")


def _subtype_code(fields: Fields) -> Value:
    if not isinstance(fields, LayerFields) or not fields.subtype:
        raise not_read("SubtypeCode")
    return read_field(fields, fields.subtype)


def _subtype_name(fields: Fields) -> Value:
    code = _subtype_code(fields)
    named = coded_name(code, fields.subtypes if isinstance(fields, LayerFields) else {})
    return Value(Kind.TEXT, f"coalesce({named.text}, '')")


def _related(fields: Fields, key: str, *_: Value) -> Value:
    """`FeatureSetByRelationshipName($feature, name)`: a list of which QGIS knows the relation only."""
    relation = fields.relations.get(key.casefold()) if isinstance(fields, LayerFields) else None
    if not relation:
        raise not_read("FeatureSetByRelationshipName")
    return Value(Kind.RELATED, quote(relation))


def _attachments(fields: Fields) -> Value:
    if not isinstance(fields, LayerFields) or not fields.attachments:
        raise not_read("Attachments")
    return Value(Kind.RELATED, quote(fields.attachments))


OF_FEATURE: Mapping[str, tuple[int, int, Callable[..., Value]]] = {
    # name: least and most arguments behind the feature, and what to make of the fields and them
    "haskey": (1, 1, _has_key),
    "hasvalue": (1, 1, has_field_value),
    "defaultvalue": (2, 2, _default),
    "domainname": (1, 2, domain_name),
    "domaincode": (2, 2, domain_code),
    "domain": (1, 1, domain),
    "subtypecode": (0, 0, lambda fields, _: _subtype_code(fields)),
    "subtypename": (0, 0, lambda fields, _: _subtype_name(fields)),
    "featuresetbyrelationshipname": (1, 3, _related),
    "attachments": (0, 0, lambda fields, _: _attachments(fields)),
}
