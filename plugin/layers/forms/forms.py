"""Attribute forms: the author's (`formInfo`) where the web map has one, else QGIS' own."""

from __future__ import annotations

import re
from typing import Optional

from qgis.core import (
    Qgis,
    QgsAttributeEditorContainer,
    QgsAttributeEditorElement,
    QgsAttributeEditorField,
    QgsAttributeEditorTextElement,
    QgsDefaultValue,
    QgsEditFormConfig,
    QgsExpression,
    QgsFieldConstraints,
    QgsOptionalExpression,
    QgsProperty,
    QgsPropertyCollection,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QTextDocument

from ...core.arcade.values import Kind
from ...core.json_value import Json, json_object, json_objects, json_string
from ...core.notice import Notice, notice
from ...core.popup_html import literal, make_safe
from ...core.untrusted.text import inert
from ..base.accounted import kept, unkept
from ..base.expressions import typed_expression_of
from ..base.identity import attachments_relation
from .fields import FieldSettings, column_name
from .form_inputs import allowed, rules_of, set_input
from .relations import place_of, relation_of

_DEEPEST = 6
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
_STYLE = re.compile(r"""\sstyle="[^"]*"|</?span[^>]*>""")
_MOST_ELEMENTS = 500
_ELEMENT = kept(
    "type label description hint fieldName visibilityExpression editableExpression requiredExpression"
    " valueExpression editable text textFormat initialState relationshipId",
    inputType=kept(
        "type includeTime onValue offValue showNoValueOption noValueOptionLabel minLength maxLength min max"
        " timeResolution"
    ),
    domain=kept("type name codedValues range minValue maxValue"),
)
_ELEMENT["formElements"] = _ELEMENT
_KEPT = kept(
    "title description preserveFieldValuesWhenHidden",
    expressionInfos=kept("name title expression returnType"),
    formElements=_ELEMENT,
)


def set_form(layer: QgsVectorLayer, json: Json, service: Json, losses: list[Notice]) -> None:
    """Sets fields and form; `json` is the web map's layer, `service` the service's."""
    found: list[Notice] = []
    FieldSettings(layer, json, service, found).apply()
    form = json_object(json.get("formInfo"))
    if json_objects(form.get("formElements")):
        _Form(layer, form, service, found).apply()
    losses += {loss.text: loss for loss in found}.values()


class _Form:
    def __init__(self, layer: QgsVectorLayer, form: Json, service: Json, losses: list[Notice]) -> None:
        self._layer, self._form, self._service, self._losses = layer, form, service, losses
        self._config = layer.editFormConfig()
        infos = json_objects(form.get("expressionInfos"))
        self._expressions = {str(info.get("name")): info for info in infos}
        self._lost = unkept(form, _KEPT)
        self._count = 0
        self._shown: list[str] = []

    def apply(self) -> None:
        """Lays out groups and fields as the author did: groups at the top become tabs."""
        self._config.setLayout(Qgis.AttributeFormLayout.DragAndDrop)
        self._config.clearTabs()
        root = self._config.invisibleRootContainer()
        elements = json_objects(self._form.get("formElements"))
        tabs = all(element.get("type") == "group" for element in elements)
        self._explain(root, self._form)
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
            made = self._place(parent, element)
        else:
            self._lost.add(f"element {str(kind)[:30]}")
        if made is None:
            return
        condition = "" if kind == "group" else self._condition(element)
        parent.addChildElement(self._wrapped(parent, made, condition) if condition else made)
        if kind == "field":
            self._explain(parent, element, condition)

    def _condition(self, element: Json) -> str:
        return self._expression(element.get("visibilityExpression"))

    def _explain(self, parent: QgsAttributeEditorContainer, element: Json, condition: str = "") -> None:
        """What the author says about a field, a group or the form, in small words below or above it."""
        words = [literal(_text(element.get(key))) for key in ("description", "hint") if element.get(key)]
        if not any(words):
            return
        made = QgsAttributeEditorTextElement("Description", parent)
        made.setShowLabel(False)
        made.setText(f"<p><small><i>{'<br>'.join(filter(None, words))}</i></small></p>")
        parent.addChildElement(self._wrapped(parent, made, condition) if condition else made)

    def _place(
        self, parent: QgsAttributeEditorContainer, element: Json
    ) -> Optional[QgsAttributeEditorContainer]:
        """Keeps a place for a relation, which is added once all layers are there (relations.py).

        Seen from its other side a relation is shown by the field that holds the key.
        """
        relation = attachments_relation(self._layer)
        if element.get("type") == "relationship":
            number = element.get("relationshipId")
            known = json_objects(self._service.get("relationships"))
            stated = next((one for one in known if one.get("id") == number), None)
            if stated is None:
                self._lost.add("element relationship")
            if stated is None or stated.get("role") == "esriRelRoleDestination":
                return None
            relation = relation_of(self._layer, number)
        label = inert(_text(element.get("label")))
        place = QgsAttributeEditorContainer(place_of(relation) + label, parent)
        place.setType(Qgis.AttributeEditorContainerType.Row)
        place.setShowLabel(False)
        return place

    def _group(
        self, parent: QgsAttributeEditorContainer, element: Json, depth: int, tab: bool
    ) -> QgsAttributeEditorContainer:
        group = QgsAttributeEditorContainer(inert(_text(element.get("label"))) or " ", parent)
        group.setType(
            Qgis.AttributeEditorContainerType.Tab if tab else Qgis.AttributeEditorContainerType.GroupBox
        )
        group.setCollapsed(element.get("initialState") == "collapsed")
        condition = self._condition(element)
        if condition:
            group.setVisibilityExpression(QgsOptionalExpression(QgsExpression(condition)))
            self._shown.append(condition)
        self._explain(group, element)
        for inner in json_objects(element.get("formElements")):
            self._add(group, inner, depth + 1)
        if condition:
            self._shown.pop()
        return group

    def _words(self, parent: QgsAttributeEditorContainer, element: Json) -> QgsAttributeEditorTextElement:
        """A text between fields, made safe as popups are; QGIS evaluates what stands in [% %]."""
        text = _text(element.get("text"))
        safe = make_safe(_from_markdown(text) if element.get("textFormat") == "markdown" else text)
        self._lost |= {f"HTML {what}" for what in safe.lost} | {f"{{{name[:50]}}}" for name in safe.fields}
        made = QgsAttributeEditorTextElement(inert(_text(element.get("label"))) or "Text", parent)
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
            self._layer.setFieldAlias(index, inert(label))
        set_input(self._layer, index, element, self._lost)
        self._set_rules(index, element)
        return QgsAttributeEditorField(self._layer.fields()[index].name(), index, parent)

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
        self._set_constraint(index, element)
        value = self._expression(element.get("valueExpression"), truth=False)
        if value:
            self._layer.setDefaultValueDefinition(index, QgsDefaultValue(value, True))
            self._config.setReadOnly(index, True)

    def _set_constraint(self, index: int, element: Json) -> None:
        """What the form allows, with what the service allows; hidden fields need no value."""
        required = self._expression(element.get("requiredExpression"))
        if required:
            shown = [*self._shown, self._condition(element)]
            required = " AND ".join(f"({part})" for part in (required, *filter(None, shown)))
        rule = allowed(
            column_name(self._layer, index), rules_of(self._layer, index, element), required or None
        )
        if rule is None:
            return
        own = self._layer.constraintExpression(index)
        whole = f"({own}) AND {rule.expression}" if own else rule.expression
        words = [self._layer.constraintDescription(index), rule.words]
        self._layer.setConstraintExpression(index, whole, ", ".join(filter(None, words)))
        hard = QgsFieldConstraints.ConstraintStrength.ConstraintStrengthHard
        self._layer.setFieldConstraint(index, QgsFieldConstraints.Constraint.ConstraintExpression, hard)

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
                notice("form", "The expression “{name}” of the form is not supported.", name=name[:60])
            )
        return ""


def _text(value: object) -> str:
    """A text of bounded length; empty for anything else."""
    return json_string(value)[:2000]


def _from_markdown(text: str) -> str:
    """Markdown as HTML, without the styles that Qt writes."""
    document = QTextDocument()
    document.setMarkdown(text)
    body = _BODY.search(document.toHtml())
    return _STYLE.sub("", body.group(1)) if body else text
