"""What a service would refuse for sure is told before anything is sent, and stays here.

Only what was edited is looked at: values that came from the service are its own affair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Optional

from ..errors import OfflineMapError
from ..geodatabase.schema import Domain, Field, FieldType, Operation, Table
from ..json_value import json_list, object_of
from ..notice import Notice, notice
from ..working_copy.json_values import UnfitValue, value_to_json
from ..working_copy.table_rights import Rights
from .attachment_json import attachment_bytes, owner_of
from .edited_row import EditedRow
from .edits_json import feature_to_send
from .layer_rules import LayerRules

_FEWEST = {"paths": 2, "rings": 4}
"""Vertices of a part; the last of a ring is its first."""

_MAY_NOT = {
    Operation.INSERT: notice("rights", "The service does not accept new features in this layer."),
    Operation.UPDATE: notice("rights", "The service does not accept changes to the features of this layer."),
    Operation.DELETE: notice("rights", "The service does not accept deletions in this layer."),
}
_NO_GLOBAL_ID = notice(
    "global_id", "It has no GlobalID, so the service would not know which feature is meant."
)
_NO_GEOMETRY = notice("geometry", "Its shape was removed, which the service does not support.")
_FIXED_GEOMETRY = notice("geometry", "Its shape was changed, which the service does not allow.")
_BROKEN_GEOMETRY = notice("geometry", "Its shape has a part with too few corners.")
_NO_FILE = notice("attachment", "The attachment is empty.")
_NO_OWNER = notice("attachment", "The attachment belongs to no feature.")
_NO_ATTACHMENTS = notice("attachment", "The service does not accept attachments in this layer.")


def why_refused(
    row: EditedRow, rules: LayerRules, rights: Rights, domains: Mapping[str, Domain]
) -> Optional[Notice]:
    """The first reason for which the service would refuse an edit; None where none is seen.

    `domains` are those that hold for this row, by field: a subtype may have its own.
    """
    may = {Operation.INSERT: rights.insert, Operation.UPDATE: rights.update, Operation.DELETE: rights.delete}
    if not may[row.operation]:
        return _MAY_NOT[row.operation]
    if not row.edit.global_id:
        return _NO_GLOBAL_ID
    if row.table.owner:
        return _attachment_problem(row, rules)
    if row.operation is Operation.DELETE:
        return None
    return _value_problem(row, rules, domains) or _geometry_problem(row, rules)


def _attachment_problem(row: EditedRow, rules: LayerRules) -> Optional[Notice]:
    if not rules.takes_attachments:
        return _NO_ATTACHMENTS
    if row.operation is Operation.DELETE:
        return None
    if not owner_of(row.now, row.table):
        return _NO_OWNER
    return None if attachment_bytes(row.now, row.table) else _NO_FILE


def _value_problem(row: EditedRow, rules: LayerRules, domains: Mapping[str, Domain]) -> Optional[Notice]:
    changed = row.changed
    for column in row.table.fields:
        name = row.table.columns[column.name]
        if column.name not in rules.editable or name not in changed:
            continue
        value = row.now[name]
        if value is None:
            if column.name in rules.required:
                return notice(
                    "required", "“{field}” must have a value.", field=column.field.alias or column.name
                )
            continue
        found = _misfit(value, column.field) or _outside(value, domains.get(column.name), column.field)
        if found:
            return found
    return None


def _misfit(value: object, field: Field) -> Optional[Notice]:
    """Why a value is none of its field's type."""
    name = field.alias or field.name
    if not _fits(value, field.type):
        return notice("type", "“{field}” cannot hold “{value}”.", field=name, value=str(value)[:80])
    if isinstance(value, str) and field.type is FieldType.TEXT and 0 < field.length < len(value):
        return notice(
            "length",
            "“{field}” can hold {length} characters, but the text has {count}.",
            field=name,
            length=field.length,
            count=len(value),
        )
    return None


def _fits(value: object, kind: FieldType) -> bool:
    try:
        value_to_json(value, kind)
    except UnfitValue:
        return False
    return True


def _outside(value: object, domain: Optional[Domain], field: Field) -> Optional[Notice]:
    """Why a value is none that its domain allows."""
    if domain is None:
        return None
    if domain.is_range:
        low, high = domain.minimum, domain.maximum
        is_inside = isinstance(value, (int, float)) and low <= value <= high  # type: ignore[operator]
    else:
        is_inside = not domain.codes or any(_is_code(value, code) for code, _ in domain.codes)
    if is_inside:
        return None
    return notice(
        "domain",
        "“{value}” is not one of the values allowed for “{field}”.",
        field=field.alias or field.name,
        value=str(value)[:80],
    )


def _is_code(value: object, code: object) -> bool:
    return value == code or str(value) == str(code)


def _geometry_problem(row: EditedRow, rules: LayerRules) -> Optional[Notice]:
    if row.operation is Operation.UPDATE and row.changes_geometry:
        if not rules.takes_geometry:
            return _FIXED_GEOMETRY
        if row.now.get(row.table.geometry) is None:
            return _NO_GEOMETRY
    try:
        geometry = object_of(feature_to_send(row, rules), "geometry")
    except OfflineMapError as error:
        return notice("value", "It cannot be sent: {error}", error=error)
    except ValueError:
        return notice("value", "It has a value that cannot be sent.")
    if row.operation is Operation.UPDATE and row.changes_geometry and not _has_place(geometry):
        return _NO_GEOMETRY
    parts = [(member, part) for member in _FEWEST for part in json_list(geometry.get(member))]
    is_thin = any(len(json_list(part)) < _FEWEST[member] for member, part in parts)
    return _BROKEN_GEOMETRY if is_thin else None


def _has_place(geometry: Mapping[str, object]) -> bool:
    return isinstance(geometry.get("x"), (int, float)) or any(
        json_list(geometry.get(member)) for member in ("points", "paths", "rings")
    )


class Domains:
    """The domains that hold for a row: a subtype may have others than the fields themselves."""

    def __init__(self, tables: Iterable[Table]) -> None:
        self._tables = {table.name: table for table in tables}

    def of(self, row: EditedRow) -> dict[str, Domain]:
        """By field."""
        own = {column.name: column.field.domain for column in row.table.fields if column.field.domain}
        table = self._tables.get(row.table.name)
        column = row.table.columns.get(table.subtype_field) if table and table.subtype_field else None
        if table is None or column is None:
            return own
        code = row.now.get(column)
        subtype = next((one for one in table.subtypes if _is_code(code, one.code)), None)
        return {**own, **subtype.domains} if subtype else own
