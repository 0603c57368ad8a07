"""What a service says of its fields, in QGIS: titles, widgets, constraints, defaults, what is read-only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from qgis.core import (
    QgsAttributeTableConfig,
    QgsDefaultValue,
    QgsEditorWidgetSetup,
    QgsExpression,
    QgsFieldConstraints,
    QgsVariantUtils,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QMetaType

from ...core.arcade.values import quote
from ...core.feature_collection import SYMBOL_COLUMN
from ...core.json_value import Json, json_object, json_objects
from ...core.notice import Notice, notice
from ...core.untrusted.text import inert
from ..base.expressions import folded
from ..base.field_formats import comparable, holds_moments, moment_format, moment_in_words
from .feature_types import Types, prototype
from .server_fields import leave_to_server, set_global_id

_SYSTEM_TYPES = ("esriFieldTypeOID", "esriFieldTypeGlobalID", "esriFieldTypeGeometry")
_TRACKED = ("creationDateField", "creatorField", "editDateField", "editorField")
_SHAPE_FIELDS = ("shapeAreaFieldName", "shapeLengthFieldName")
_LONG_TEXT = 255
_TEXT_AREAS = ("textarea", "richtext")


class FieldSettings:
    """Sets all that concerns single fields; forms of the author refine it."""

    def __init__(self, layer: QgsVectorLayer, json: Json, service: Json, losses: list[Notice]) -> None:
        self._layer, self._service, self._losses = layer, service, losses
        infos = json_objects(json_object(json.get("popupInfo")).get("fieldInfos"))
        self._infos = {folded(info.get("fieldName")): info for info in infos}
        self._stated = {folded(one.get("name")): one for one in json_objects(service.get("fields"))}
        self._read_only = _read_only_fields(service)
        self._types = Types(service)

    def apply(self) -> None:
        """Sets titles, widgets, constraints, defaults and the columns of the attribute table."""
        config = self._layer.editFormConfig()
        for name, field in self._stated.items():
            index = self._layer.fields().lookupField(name)
            if index >= 0:
                self._set_widget(index, field)
                self._set_constraints(index, field)
                config.setReadOnly(index, self._is_read_only(field))
                self._set_origin(index, field)
        self._layer.setEditFormConfig(config)
        for index, field in enumerate(self._layer.fields()):
            self._set_alias(index, field.name())
        self._set_defaults()
        self._hide_own_columns()
        self._hide_columns()
        shown = self._layer.fields().lookupField(str(self._service.get("displayField") or ""))
        if shown >= 0:
            self._layer.setDisplayExpression(column_name(self._layer, shown))

    def _set_alias(self, index: int, name: str) -> None:
        """The popup's label, else the service's alias."""
        info = self._infos.get(name.casefold(), {})
        alias = info.get("label") or self._stated.get(name.casefold(), {}).get("alias")
        if isinstance(alias, str) and alias != name:
            self._layer.setFieldAlias(index, inert(alias))

    def _set_widget(self, index: int, field: Json) -> None:
        codes = self._types.codes(field)
        bounds = self._types.bounds(field)
        if codes:
            self._layer.setEditorWidgetSetup(index, value_map(codes))
        elif holds_moments(self._layer, index):
            info = self._infos.get(folded(field.get("name")), {})
            self._layer.setEditorWidgetSetup(index, date_time(moment_format(info.get("format"))))
        elif bounds:
            set_range(self._layer, index, *bounds)
        elif self._is_long_text(index, field):
            self._layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("TextEdit", {"IsMultiline": True}))

    def _is_long_text(self, index: int, field: Json) -> bool:
        if self._layer.fields()[index].type() != QMetaType.Type.QString:
            return False
        length = field.get("length")
        area = self._infos.get(folded(field.get("name")), {}).get("stringFieldOption") in _TEXT_AREAS
        return area or (isinstance(length, int) and length > _LONG_TEXT)

    def _set_constraints(self, index: int, field: Json) -> None:
        if self._is_read_only(field):
            return
        if field.get("nullable") is False:
            hard = QgsFieldConstraints.ConstraintStrength.ConstraintStrengthHard
            self._layer.setFieldConstraint(index, QgsFieldConstraints.Constraint.ConstraintNotNull, hard)
        name = column_name(self._layer, index)
        value = comparable(self._layer, index, name)
        in_words = moment_in_words if holds_moments(self._layer, index) else str
        rule, said = self._types.range_rule(field, value, self._type_column(), in_words)
        if rule:
            self._layer.setConstraintExpression(index, f"{name} IS NULL OR ({rule})", said)

    def _type_column(self) -> str:
        """The subtype field in expressions; empty where there is none."""
        index = self._layer.fields().lookupField(self._types.field)
        return column_name(self._layer, index) if index >= 0 else ""

    def _is_read_only(self, field: Json) -> bool:
        name = folded(field.get("name"))
        return (
            field.get("editable") is False
            or field.get("type") in _SYSTEM_TYPES
            or name in self._read_only
            or self._infos.get(name, {}).get("isEditable") is False
        )

    def _set_origin(self, index: int, field: Json) -> None:
        """Where the field's value comes from in a feature that is made here."""
        name = folded(field.get("name"))
        if (
            name == folded(self._service.get("globalIdField") or "")
            or field.get("type") == "esriFieldTypeGlobalID"
        ):
            set_global_id(self._layer, index)
        elif name in self._read_only or field.get("type") in _SYSTEM_TYPES:
            leave_to_server(self._layer, index)

    def _set_defaults(self) -> None:
        """The values of the first feature template, and of each type's first; the others are named."""
        own = json_objects(self._service.get("templates"))
        templates = own or self._types.templates()
        first = prototype(templates[0]) if templates else {}
        by_type: dict[str, dict[str, object]] = {}
        if self._type_column() and not own:
            first = {name: value for name, value in first.items() if name == self._types.field}
            by_type = self._types.defaults()
        values = {name: field.get("defaultValue") for name, field in self._stated.items()}
        values.update(first)
        for name in {**values, **by_type}:
            index = self._layer.fields().lookupField(name)
            if index < 0 or name in self._read_only:
                continue
            date = holds_moments(self._layer, index)
            text = self._default(values.get(name), by_type.get(name, {}), date)
            if text:
                self._layer.setDefaultValueDefinition(index, QgsDefaultValue(text))
        names = [
            str(one.get("name")) for one in self._types.further_templates(self._service) if one.get("name")
        ]
        if names:
            self._losses.append(
                notice(
                    "templates",
                    "New features get the values of the first template. Templates not used: {names}.",
                    names=", ".join(names[:20]),
                )
            )

    def _default(self, value: object, by_type: Mapping[str, object], date: bool) -> str:
        """One default as an expression, or one for each type that has its own."""
        text = default_text(value, date)
        own = {code: default_text(one, date) for code, one in by_type.items()}
        kind = f"to_string({self._type_column()})"
        cases = [
            f"WHEN {kind} = {quote(code)} THEN {said}" for code, said in own.items() if said and said != text
        ]
        if not cases:
            return text
        return f"CASE {' '.join(cases)} ELSE {text or 'NULL'} END"

    def _hide_own_columns(self) -> None:
        """The number of a row in the GeoPackage says nothing beside the object id, and must stay; nor does
        that of a feature's own symbol.
        """
        numbers = self._layer.primaryKeyAttributes()
        for index, field in enumerate(self._layer.fields()):
            name = field.name().casefold()
            if name not in self._stated and (index in numbers or name.startswith(SYMBOL_COLUMN)):
                self._layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("Hidden", {}))

    def _hide_columns(self) -> None:
        """Columns that the popup hides are hidden in the attribute table."""
        hidden = {name for name, info in self._infos.items() if info.get("visible") is False}
        if not hidden:
            return
        table = QgsAttributeTableConfig()
        table.update(self._layer.fields())
        columns = table.columns()
        for column in columns:
            column.hidden = column.name.casefold() in hidden
        # A table without columns helps nobody.
        if not all(column.hidden for column in columns if column.name):
            table.setColumns(columns)
            self._layer.setAttributeTableConfig(table)


def set_range(layer: QgsVectorLayer, index: int, low: float, high: float) -> None:
    """A spin box between two numbers, both allowed, where the field holds whole numbers, all between them.

    Others are typed. The spin box that QGIS would show rounds to whole numbers, and moves those outside of
    its bounds to the next one; the form stores that with the next change of another field.
    """
    setup = QgsEditorWidgetSetup("TextEdit", {"IsMultiline": False})
    whole = layer.fields()[index].type() in (QMetaType.Type.Int, QMetaType.Type.LongLong)
    if whole and all(value is None or low <= value <= high for value in _ends(layer, index)):
        config = {"Min": low, "Max": high, "AllowNull": True, "Style": "SpinBox", "Step": 1}
        setup = QgsEditorWidgetSetup("Range", config)
    layer.setEditorWidgetSetup(index, setup)


def _ends(layer: QgsVectorLayer, index: int) -> list[Optional[float]]:
    """The least and the greatest number that a field holds; None where it holds none."""
    ends = layer.minimumAndMaximumValue(index)
    return [None if QgsVariantUtils.isNull(value) else value for value in ends]


def value_map(codes: Mapping[str, str]) -> QgsEditorWidgetSetup:
    """A choice of values by name, in the domain's order."""
    return QgsEditorWidgetSetup("ValueMap", {"map": [{label: code} for code, label in codes.items()]})


def date_time(form: str, stored: str = "", calendar: bool = True) -> QgsEditorWidgetSetup:
    """A date in a format of Qt's; `stored` is that of the values of a text field."""
    setup = {
        "allow_null": True,
        "calendar_popup": calendar,
        "display_format": form,
        "field_iso_format": False,
    }
    return QgsEditorWidgetSetup("DateTime", {**setup, "field_format": stored} if stored else setup)


def column_name(layer: QgsVectorLayer, index: int) -> str:
    """A field in expressions."""
    return QgsExpression.quotedColumnRef(layer.fields()[index].name())


def default_text(value: object, date: bool = False) -> str:
    """A default as an expression, a date's in milliseconds since 1970; empty for none."""
    if isinstance(value, bool) or value is None or value == "":
        return ""
    if isinstance(value, str):
        return quote(value)
    if not isinstance(value, (int, float)):
        return ""
    return f"datetime_from_epoch({value!r})" if date else repr(value)


def _read_only_fields(service: Json) -> set[str]:
    """Fields that a server fills: ids, editor tracking, area and length."""
    tracked, geometry = (json_object(service.get(key)) for key in ("editFieldsInfo", "geometryProperties"))
    names = [service.get("objectIdField"), service.get("globalIdField")]
    names += [tracked.get(key) for key in _TRACKED]
    names += [geometry.get(key) for key in _SHAPE_FIELDS]
    return {folded(name) for name in names if name}
