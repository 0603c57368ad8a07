"""What is said of a table beyond its rows: what no real file has proven, and what cannot be kept.

Proven on files of ArcMap, ArcGIS Server, ArcGIS Online and ArcGIS Pro 2.8 to 3.7. Of Pro's own these
are lines and polygons, and in XML subtypes with names and defaults, attribute rules, editor tracking,
feature datasets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Optional

from ..notice import Notice, notice
from ..untrusted.xml import Element
from .fields import ColumnInfo
from .schema import UNPROVEN_TYPES, Field, FieldType, Geometry

_WIDE_IDS = ("int64", "bigint")


def table_doubts(
    fields: Sequence[Field],
    geometry: Optional[Geometry],
    columns: Sequence[ColumnInfo],
    layer: Mapping[str, Any],
    definition: Element,
) -> tuple[Notice, ...]:
    """All of it for one table."""
    doubts = [*_unproven_types(fields, columns), *_unknown_declarations(fields, columns)]
    if geometry and geometry.layout.has_m:
        doubts.append(
            notice("unproven", "Never tested with a file made by ArcGIS: the shapes have measures (M).")
        )
    if not layer.get("types") and any(x.text_of("DomainName") for x in definition.every("SubtypeFieldInfo")):
        text = "Never tested with a file made by ArcGIS: value lists of subtypes from the XML definition."
        doubts.append(notice("unproven", text))
    if any(definition.every("AttributeRule")):
        doubts.append(notice("rules", "Attribute rules of ArcGIS are not applied."))
    if layer.get("hasContingentValuesDefinition") is True or any(definition.every("ContingentValues")):
        doubts.append(
            notice("rules", "Contingent values, which say which values may be combined, are not checked.")
        )
    return tuple(doubts)


def _unproven_types(fields: Sequence[Field], columns: Sequence[ColumnInfo]) -> Iterator[Notice]:
    words = {column.name.casefold(): column.word for column in columns}
    for field in fields:
        wide = field.type is FieldType.OBJECT_ID and words.get(field.name.casefold()) in _WIDE_IDS
        if field.type in UNPROVEN_TYPES or wide:
            yield notice(
                "unproven",
                "Never tested with a file made by ArcGIS: “{field}” has the type {type}.",
                field=field.name,
                type=FieldType.BIG_INTEGER.value if wide else field.type.value,
            )


def _unknown_declarations(fields: Sequence[Field], columns: Sequence[ColumnInfo]) -> Iterator[Notice]:
    types = {field.name: field.type.value for field in fields}
    for column in columns:
        if not column.is_known and column.name in types:
            yield notice(
                "unproven",
                "“{field}” has an unknown type, “{type}”, and is read as {read}.",
                field=column.name,
                type=column.word,
                read=types[column.name],
            )
