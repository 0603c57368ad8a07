"""How a field of an author's form is entered (`inputType`), and which values it then allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from qgis.core import QgsEditorWidgetSetup, QgsValueMapFieldFormatter, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication, QMetaType

from ...core.arcade.values import quote
from ...core.json_value import Json, json_object
from ..base.expressions import code_text, coded_values
from ..base.field_formats import date_format
from .feature_types import bounds_of
from .fields import column_name, date_time, set_range, value_map

_TEXTS = ("text-box", "text-area", "barcode-scanner")
_CHOICES = ("combo-box", "radio-buttons")
_DATES = ("datetime-picker", "date-picker", "time-picker", "datetimeoffset-picker")
# What a scanner or a picker with an offset enters can be typed.
_TYPED = ("barcode-scanner", "datetimeoffset-picker")


@dataclass(frozen=True)
class Rule:
    """What must hold for a value that is not null, as an expression, and in words."""

    expression: str
    words: str


def set_input(layer: QgsVectorLayer, index: int, element: Json, lost: set[str]) -> None:
    """Sets the widget of a form's field; `lost` gets the kinds of input that QGIS has not."""
    stated = json_object(element.get("inputType"))
    kind, domain = stated.get("type"), json_object(element.get("domain"))
    if kind == "text-area":
        layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("TextEdit", {"IsMultiline": True}))
    elif kind == "switch":
        states = {
            "CheckedState": code_text(stated.get("onValue")),
            "UncheckedState": code_text(stated.get("offValue")),
        }
        layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("CheckBox", states))
    elif kind in ("datetime-picker", "date-picker", "time-picker"):
        layer.setEditorWidgetSetup(index, _picker(layer, index, stated))
    elif kind not in (None, "text-box", *_TYPED, *_CHOICES):
        lost.add(f"inputType {str(kind)[:30]}")
    if kind in _TYPED:
        lost.add(f"inputType {kind}")
    if domain.get("type") in ("codedValue", "coded-value"):
        layer.setEditorWidgetSetup(index, value_map(coded_values(domain)))
    elif domain.get("type") == "range" and bounds_of(domain):
        set_range(layer, index, *(bounds_of(domain) or (0, 0)))
    if kind in _CHOICES and stated.get("showNoValueOption") is True:
        _offer_nothing(layer, index, stated.get("noValueOptionLabel"))


def rules_of(layer: QgsVectorLayer, index: int, element: Json) -> list[Rule]:
    """What the author allows: lengths of texts, first and last dates, a range of numbers."""
    stated, column = json_object(element.get("inputType")), column_name(layer, index)
    kind, rules = stated.get("type"), []
    domain = json_object(element.get("domain"))
    bounds = bounds_of(domain) if domain.get("type") == "range" else None
    if bounds:
        rules.append(Rule(f"{column} BETWEEN {bounds[0]} AND {bounds[1]}", f"{bounds[0]} – {bounds[1]}"))
    for key, sign, mark in (("min", ">=", "≥"), ("max", "<=", "≤")):
        length, limit = stated.get(f"{key}Length"), stated.get(key)
        if kind in _TEXTS and isinstance(length, int) and not isinstance(length, bool):
            word = QCoreApplication.translate("Forms", "characters")
            rules.append(Rule(f"length(to_string({column})) {sign} {length}", f"{mark} {length} {word}"))
        moment = _moment(limit) if kind in _DATES else ""
        if moment and layer.fields()[index].type() == QMetaType.Type.QString:
            rules.append(Rule(f"{column} {sign} {quote(str(limit))}", f"{mark} {limit}"))
        elif moment:
            rules.append(Rule(f"{column} {sign} {moment}", f"{mark} {limit}"))
    return rules


def _picker(layer: QgsVectorLayer, index: int, stated: Json) -> QgsEditorWidgetSetup:
    """A calendar or a clock, over dates or over texts that hold them as ISO 8601 does."""
    as_text = layer.fields()[index].type() == QMetaType.Type.QString
    if stated.get("type") == "time-picker":
        seconds = stated.get("timeResolution") == "seconds"
        return date_time("HH:mm:ss" if seconds else "HH:mm", "HH:mm:ss" if as_text else "", calendar=False)
    with_time = stated.get("type") == "datetime-picker" and stated.get("includeTime") is True
    shown = date_format("shortDateShortTime" if with_time else "shortDate")
    return date_time(shown, "yyyy-MM-dd" if as_text else "")


def _moment(limit: object) -> str:
    """The first or last date as an expression: milliseconds since 1970, or text; empty for none."""
    if isinstance(limit, bool):
        return ""
    if isinstance(limit, (int, float)):
        return f"datetime_from_epoch({limit!r})"
    return f"to_datetime({quote(limit)})" if isinstance(limit, str) and limit else ""


def _offer_nothing(layer: QgsVectorLayer, index: int, label: object) -> None:
    """A choice that stands for no value."""
    setup = layer.editorWidgetSetup(index)
    listed = setup.config().get("map")
    if setup.type() == "ValueMap" and isinstance(listed, list):
        word = label if isinstance(label, str) and label else QCoreApplication.translate("Forms", "No value")
        nothing = {word: QgsValueMapFieldFormatter.NULL_VALUE}
        layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("ValueMap", {"map": [nothing, *listed]}))


def allowed(column: str, rules: list[Rule], needed: Optional[str] = None) -> Optional[Rule]:
    """All rules together, for null and other values; `needed` says when a value must be there."""
    parts = [f"({column} IS NULL OR {rule.expression})" for rule in rules]
    if needed:
        parts.append(f"(NOT coalesce({needed}, false) OR {column} IS NOT NULL)")
    return Rule(" AND ".join(parts), ", ".join(rule.words for rule in rules if rule.words)) if parts else None
