"""Arcade for the layers: what a script means as a QGIS expression over a layer's fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Optional, TypeVar, Union

from qgis.core import QgsExpression, QgsField, QgsFields
from qgis.PyQt.QtCore import QMetaType

from ...core.arcade.field_text import AS_IT_IS, FieldFormat
from ...core.arcade.fields import FeatureField, Fields, LayerFields
from ...core.arcade.syntax.tree import NotRead
from ...core.arcade.translate import Parts, Translation, translate, translate_parts, translate_text
from ...core.arcade.values import Kind
from ...core.json_value import json_object, json_objects
from ...core.notice import Notice, notice

_KINDS = {
    QMetaType.Type.Int: Kind.NUMBER,
    QMetaType.Type.UInt: Kind.NUMBER,
    QMetaType.Type.LongLong: Kind.NUMBER,
    QMetaType.Type.ULongLong: Kind.NUMBER,
    QMetaType.Type.Double: Kind.NUMBER,
    QMetaType.Type.QString: Kind.TEXT,
    QMetaType.Type.QDateTime: Kind.DATE,
    QMetaType.Type.Bool: Kind.BOOLEAN,
}
_WHOLE = (QMetaType.Type.Int, QMetaType.Type.UInt, QMetaType.Type.LongLong, QMetaType.Type.ULongLong)
_Made = TypeVar("_Made")


def expression_of(
    arcade: object, fields: QgsFields, losses: list[Notice], service_layer: Optional[Mapping[str, Any]] = None
) -> Optional[str]:
    """The QGIS expression of an Arcade script, with values of the script's own types.

    None, and a loss that says why, where it cannot be said with the same meaning. The service's
    layer gives the names of coded values (DomainName).
    """
    found = typed_expression_of(arcade, fields, losses, service_layer)
    return found.text if found else None


def typed_expression_of(
    arcade: object, fields: QgsFields, losses: list[Notice], service_layer: Optional[Mapping[str, Any]] = None
) -> Optional[Translation]:
    """As `expression_of`, with the kind of its values."""
    return _read(arcade, fields, losses, service_layer, translate, lambda found: found.text)


def text_expression_of(
    arcade: object,
    fields: Union[QgsFields, LayerFields],
    losses: list[Notice],
    service_layer: Optional[Mapping[str, Any]] = None,
    form: FieldFormat = AS_IT_IS,
) -> Optional[str]:
    """The QGIS expression of what an Arcade script shows: a text, or null for nothing."""
    return _read(
        arcade, fields, losses, service_layer, lambda script, known: translate_text(script, known, form), str
    )


def content_of(
    arcade: object, fields: LayerFields, losses: list[Notice], form: FieldFormat
) -> Optional[dict[str, Parts]]:
    """The texts of a dictionary that an Arcade script gives as the content of a popup."""
    return _read(
        arcade, fields, losses, None, lambda script, known: translate_parts(script, known, form), _all_texts
    )


def _all_texts(found: dict[str, Parts]) -> str:
    return f"concat({', '.join(text for parts in found.values() for _, text in parts)}, '')"


def _read(
    arcade: object,
    fields: Union[QgsFields, LayerFields],
    losses: list[Notice],
    service_layer: Optional[Mapping[str, Any]],
    translate_it: Callable[[str, Fields], _Made],
    text_of: Callable[[_Made], str],
) -> Optional[_Made]:
    if not isinstance(arcade, str):
        return None
    try:
        known = fields if isinstance(fields, LayerFields) else feature_fields(fields, service_layer or {})
        found = translate_it(arcade, known)
    except NotRead as reason:
        losses.append(reason.notice)
        return None
    if not QgsExpression(text_of(found)).hasParserError():
        return found
    losses.append(notice("arcade", "QGIS cannot use the translation of an Arcade expression."))
    return None


def feature_fields(fields: QgsFields, service_layer: Mapping[str, Any]) -> LayerFields:
    """The layer's fields as Arcade sees them, by their folded names, and what the service says of it."""
    codes, by_subtype = coded_values_by_field(service_layer), _codes_by_subtype(service_layer)
    subtype = str(service_layer.get("subtypeField") or service_layer.get("typeIdField") or "")
    at = fields.lookupField(subtype) if subtype else -1
    stored = {
        field.name().casefold(): FeatureField(
            field.name(),
            _kind(field),
            codes.get(field.name().casefold(), {}),
            whole=QMetaType.Type(field.type()) in _WHOLE,
            subtype=fields[at].name() if at >= 0 else "",
            by_subtype=by_subtype.get(field.name().casefold(), {}) if at >= 0 else {},
            clockless=service_layer.get("datesInUnknownTimezone") is True and _kind(field) is Kind.DATE,
        )
        for field in fields
    }
    made = LayerFields({**_measured(service_layer), **stored})
    made.geometry_type = str(service_layer.get("geometryType"))
    made.subtype = subtype.casefold()
    made.subtypes = {code: str(one.get("name")) for code, one in _subtypes(service_layer)}
    return made


def _subtypes(service_layer: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The subtypes by their codes; older services call them types."""
    listed = json_objects(service_layer.get("subtypes")) or json_objects(service_layer.get("types"))
    return [(code_text(one.get("code", one.get("id"))), one) for one in listed]


def _codes_by_subtype(service_layer: Mapping[str, Any]) -> dict[str, dict[str, dict[str, str]]]:
    """Folded field name → code of a subtype → names of coded values, where a subtype has its own."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for code, one in _subtypes(service_layer):
        for name, domain in json_object(one.get("domains")).items():
            names = coded_values(domain)
            if names:
                found.setdefault(str(name).casefold(), {})[code] = names
    return found


def _measured(service_layer: Mapping[str, Any]) -> dict[str, FeatureField]:
    """Area and length, which services keep in fields of their own and packages leave out.

    They are plane, in the layer's own units, as the service has them.
    """
    polygons = service_layer.get("geometryType") == "esriGeometryPolygon"
    length = FeatureField(
        "", Kind.NUMBER, computed="perimeter($geometry)" if polygons else "length($geometry)"
    )
    area = FeatureField("", Kind.NUMBER, computed="area($geometry)")
    stated = json_object(service_layer.get("geometryProperties"))
    return {
        **dict.fromkeys(("shape__length", str(stated.get("shapeLengthFieldName")).casefold()), length),
        **dict.fromkeys(("shape__area", str(stated.get("shapeAreaFieldName")).casefold()), area),
    }


def coded_values_by_field(service_layer: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Code → name for each field with such a domain, by folded field name."""
    return {
        str(field.get("name")).casefold(): coded_values(field.get("domain"))
        for field in json_objects(service_layer.get("fields"))
    }


def coded_values(domain: object) -> dict[str, str]:
    """Code → name of a domain, in its order; the codes as QGIS writes attributes."""
    values = json_objects(json_object(domain).get("codedValues"))
    return {code_text(entry.get("code")): str(entry.get("name")) for entry in values}


def folded(name: object) -> str:
    """A name as it is compared."""
    return str(name).strip().casefold()


def code_text(code: object) -> str:
    """A code as QGIS writes the attribute: whole numbers without a fraction."""
    return str(int(code)) if isinstance(code, float) and code.is_integer() else str(code)


def _kind(field: QgsField) -> Kind:
    """NULL for types that Arcade would not read as QGIS does."""
    return _KINDS.get(QMetaType.Type(field.type()), Kind.NULL)
