"""Attribute forms: the author's (`formInfo`) where the web map has one, else QGIS' own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from qgis.core import (
    Qgis,
    QgsAttributeEditorContainer,
    QgsAttributeEditorElement,
    QgsAttributeEditorField,
    QgsAttributeEditorTextElement,
    QgsDefaultValue,
    QgsEditFormConfig,
    QgsEditorWidgetSetup,
    QgsExpression,
    QgsFieldConstraints,
    QgsOptionalExpression,
    QgsProperty,
    QgsPropertyCollection,
    QgsVectorLayer,
)

from ..core.arcade.values import Kind
from ..core.offline.plan import Notice, notice
from ..core.popup_html import make_safe
from .expressions import code_text, coded_values, typed_expression_of
from .feature_types import mappings
from .field_formats import date_format
from .fields import FieldSettings, column_name, date_time, value_map
from .kept import kept, unkept

Json = Mapping[str, Any]
_DEEPEST = 6
_MOST_ELEMENTS = 500
_ELEMENT = kept(
    "type label fieldName visibilityExpression editableExpression requiredExpression valueExpression editable"
    " text textFormat initialState relationshipId",
    inputType=kept("type includeTime onValue offValue showNoValueOption noValueOptionLabel"),
    domain=kept("type name codedValues"),
)
_ELEMENT["formElements"] = _ELEMENT
_KEPT = kept(
    "title preserveFieldValuesWhenHidden",
    expressionInfos=kept("name title expression returnType"),
    formElements=_ELEMENT,
)


def set_form(layer: QgsVectorLayer, json: Json, service: Json, losses: list[Notice]) -> None:
    """Sets fields and form; `json` is the web map's layer, `service` the service's."""
    found: list[Notice] = []
    FieldSettings(layer, json, service, found).apply()
    form = json.get("formInfo")
    if isinstance(form, Mapping) and mappings(form.get("formElements")):
        _Form(layer, form, service, found).apply()
    losses += {loss.text: loss for loss in found}.values()


class _Form:
    def __init__(self, layer: QgsVectorLayer, form: Json, service: Json, losses: list[Notice]) -> None:
        self._layer, self._form, self._service, self._losses = layer, form, service, losses
        self._config = layer.editFormConfig()
        self._expressions = {str(info.get("name")): info for info in mappings(form.get("expressionInfos"))}
        self._lost = unkept(form, _KEPT)
        self._count = 0

    def apply(self) -> None:
        """Lays out groups and fields as the author did: groups at the top become tabs."""
        self._config.setLayout(Qgis.AttributeFormLayout.DragAndDrop)
        self._config.clearTabs()
        root = self._config.invisibleRootContainer()
        elements = mappings(self._form.get("formElements"))
        tabs = all(element.get("type") == "group" for element in elements)
        for element in elements:
            self._add(root, element, 0, tabs)
        self._layer.setEditFormConfig(self._config)
        if self._lost:
            keys = ", ".join(sorted(key[:60] for key in self._lost))
            self._losses.append(notice("form", "Parts of the form that are not kept: {keys}.", keys=keys))

    def _add(self, parent: QgsAttributeEditorContainer, element: Json, depth: int, tab: bool = False) -> None:
        kind = element.get("type")
        self._count += 1
        made: Optional[QgsAttributeEditorElement] = None
        if depth > _DEEPEST or self._count > _MOST_ELEMENTS:
            self._lost.add("formElements")
        elif kind == "group":
            made = self._group(parent, element, depth, tab)
        elif kind == "field":
            made = self._field(parent, element)
        elif kind == "text":
            made = self._words(parent, element)
        elif kind in ("attachment", "relationship"):
            # Relations show themselves where the map has their tables (relations.py).
            return
        else:
            self._lost.add(f"element {str(kind)[:30]}")
        if made is None:
            return
        condition = self._expression(element.get("visibilityExpression"))
        if condition and kind != "group":
            made = self._wrapped(parent, made, condition)
        parent.addChildElement(made)

    def _group(
        self, parent: QgsAttributeEditorContainer, element: Json, depth: int, tab: bool
    ) -> QgsAttributeEditorContainer:
        group = QgsAttributeEditorContainer(_text(element.get("label")) or " ", parent)
        group.setType(
            Qgis.AttributeEditorContainerType.Tab if tab else Qgis.AttributeEditorContainerType.GroupBox
        )
        group.setCollapsed(element.get("initialState") == "collapsed")
        condition = self._expression(element.get("visibilityExpression"))
        if condition:
            group.setVisibilityExpression(QgsOptionalExpression(QgsExpression(condition)))
        for inner in mappings(element.get("formElements")):
            self._add(group, inner, depth + 1)
        return group

    def _words(self, parent: QgsAttributeEditorContainer, element: Json) -> QgsAttributeEditorTextElement:
        """A text between fields, made safe as popups are; QGIS evaluates what stands in [% %]."""
        safe = make_safe(_text(element.get("text")))
        self._lost |= {f"HTML {what}" for what in safe.lost} | {f"{{{name[:50]}}}" for name in safe.fields}
        made = QgsAttributeEditorTextElement(_text(element.get("label")) or "Text", parent)
        made.setText(f"<p>{''.join(piece for piece in safe.pieces if isinstance(piece, str))}</p>")
        return made

    def _wrapped(
        self, parent: QgsAttributeEditorContainer, made: QgsAttributeEditorElement, condition: str
    ) -> QgsAttributeEditorContainer:
        """A field that shows now and then stands in a group without a frame: QGIS hides groups only."""
        group = QgsAttributeEditorContainer(made.name(), parent)
        group.setType(Qgis.AttributeEditorContainerType.Row)
        group.setShowLabel(False)
        group.setVisibilityExpression(QgsOptionalExpression(QgsExpression(condition)))
        group.addChildElement(made.clone(group))
        return group

    def _field(self, parent: QgsAttributeEditorContainer, element: Json) -> Optional[QgsAttributeEditorField]:
        index = self._layer.fields().lookupField(_text(element.get("fieldName")))
        if index < 0:
            self._lost.add(f"field {_text(element.get('fieldName'))[:50]}")
            return None
        label = _text(element.get("label"))
        if label and label != self._layer.fields()[index].name():
            self._layer.setFieldAlias(index, label)
        self._set_input(index, element)
        self._set_rules(index, element)
        return QgsAttributeEditorField(self._layer.fields()[index].name(), index, parent)

    def _set_input(self, index: int, element: Json) -> None:
        stated = element.get("inputType")
        stated = stated if isinstance(stated, Mapping) else {}
        kind = stated.get("type")
        if kind == "text-area":
            self._layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("TextEdit", {"IsMultiline": True}))
        elif kind == "switch":
            states = {
                "CheckedState": code_text(stated.get("onValue")),
                "UncheckedState": code_text(stated.get("offValue")),
            }
            self._layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("CheckBox", states))
        elif kind == "datetime-picker":
            name = "shortDateShortTime" if stated.get("includeTime") is True else "shortDate"
            self._layer.setEditorWidgetSetup(index, date_time(date_format(name)))
        elif kind not in (None, "text-box", "combo-box", "radio-buttons"):
            self._lost.add(f"inputType {str(kind)[:30]}")
        domain = element.get("domain")
        if isinstance(domain, Mapping) and domain.get("type") in ("codedValue", "coded-value"):
            self._layer.setEditorWidgetSetup(index, value_map(coded_values(domain)))

    def _set_rules(self, index: int, element: Json) -> None:
        """What makes the field editable, required or calculated."""
        if element.get("editable") is False:
            self._config.setReadOnly(index, True)
        editable = self._expression(element.get("editableExpression"))
        if editable:
            properties = QgsPropertyCollection()
            properties.setProperty(
                QgsEditFormConfig.DataDefinedProperty.Editable, QgsProperty.fromExpression(editable)
            )
            self._config.setDataDefinedFieldProperties(self._layer.fields()[index].name(), properties)
        required = self._expression(element.get("requiredExpression"))
        if required:
            name = column_name(self._layer, index)
            self._layer.setConstraintExpression(index, f"NOT ({required}) OR {name} IS NOT NULL")
            hard = QgsFieldConstraints.ConstraintStrength.ConstraintStrengthHard
            self._layer.setFieldConstraint(index, QgsFieldConstraints.Constraint.ConstraintExpression, hard)
        value = self._expression(element.get("valueExpression"), truth=False)
        if value:
            self._layer.setDefaultValueDefinition(index, QgsDefaultValue(value, True))
            self._config.setReadOnly(index, True)

    def _expression(self, name: object, truth: bool = True) -> str:
        """One of the form's expressions by its name; empty where there is none or it is not read."""
        if not isinstance(name, str) or not name:
            return ""
        lost = len(self._losses)
        found = typed_expression_of(
            self._expressions.get(name, {}).get("expression"),
            self._layer.fields(),
            self._losses,
            self._service,
        )
        if found and not (truth and found.kind is not Kind.BOOLEAN):
            return found.text
        if lost == len(self._losses):
            self._losses.append(
                notice("form", "The expression “{name}” of the form is not read.", name=name[:60])
            )
        return ""


def _text(value: object) -> str:
    return value[:2000] if isinstance(value, str) else ""
