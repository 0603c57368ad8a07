"""How a field of an author's form is entered (`inputType`), and which values it then allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from qgis.core import QgsEditorWidgetSetup, QgsValueMapFieldFormatter, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication, QMetaType

from ...core.arcade.values import quote
from ...core.json_value import Json, json_number, json_object
from ..base.expressions import code_text, coded_values
from ..base.field_formats import (
    comparable,
    date_format,
    holds_moments,
    moment_format,
    moment_in_words,
    time_format,
)
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
    elif domain.get("type") == "range" and bounds_of(domain) and not holds_moments(layer, index):
        set_range(layer, index, *(bounds_of(domain) or (0, 0)))
    if kind in _CHOICES and stated.get("showNoValueOption") is True:
        _offer_nothing(layer, index, stated.get("noValueOptionLabel"))


def rules_of(layer: QgsVectorLayer, index: int, element: Json) -> list[Rule]:
    """What the author allows: lengths of texts, first and last dates, a range of numbers."""
    stated, column = json_object(element.get("inputType")), column_name(layer, index)
    kind, rules = stated.get("type"), []
    domain = json_object(element.get("domain"))
    bounds = bounds_of(domain) if domain.get("type") == "range" else None
    value = comparable(layer, index, column)
    in_words = moment_in_words if holds_moments(layer, index) else str
    if bounds:
        words = " – ".join(map(in_words, bounds))
        rules.append(Rule(f"{value} BETWEEN {bounds[0]} AND {bounds[1]}", words))
    for key, sign, mark in (("min", ">=", "≥"), ("max", "<=", "≤")):
        length, limit = stated.get(f"{key}Length"), stated.get(key)
        if kind in _TEXTS and isinstance(length, int) and not isinstance(length, bool):
            word = QCoreApplication.translate("Forms", "characters")
            rules.append(Rule(f"length(to_string({column})) {sign} {length}", f"{mark} {length} {word}"))
        if kind in _DATES and (json_number(limit) is not None or (isinstance(limit, str) and limit)):
            rules += _date_rule(layer, index, value, sign, limit, mark)
    return rules


def _date_rule(
    layer: QgsVectorLayer, index: int, value: str, sign: str, limit: object, mark: str
) -> list[Rule]:
    """The first or last date: milliseconds since 1970 for moments, else text.

    A text without a time zone is by the user's clock where the field holds moments.
    """
    milliseconds, kind = json_number(limit), layer.fields()[index].type()
    if milliseconds is not None:
        said = f"{mark} {moment_in_words(milliseconds)}"
        return [Rule(f"{value} {sign} {limit!r}", said)] if holds_moments(layer, index) else []
    readers = {QMetaType.Type.QDateTime: "epoch(to_datetime({}))", QMetaType.Type.QDate: "to_date({})"}
    read = readers.get(QMetaType.Type(kind), "{}").format(quote(str(limit)))
    return [Rule(f"{value} {sign} {read}", f"{mark} {limit}")]


def _picker(layer: QgsVectorLayer, index: int, stated: Json) -> QgsEditorWidgetSetup:
    """A calendar or a clock, over dates or over texts that hold them as ISO 8601 does."""
    as_text = layer.fields()[index].type() == QMetaType.Type.QString
    if stated.get("type") == "time-picker":
        seconds = stated.get("timeResolution") == "seconds"
        shown = time_format(seconds, holds_moments(layer, index))
        return date_time(shown, "HH:mm:ss" if as_text else "", calendar=False)
    if holds_moments(layer, index):
        return date_time(moment_format())
    with_time = stated.get("type") == "datetime-picker" and stated.get("includeTime") is True
    shown = date_format("shortDateShortTime" if with_time else "shortDate")
    return date_time(shown, "yyyy-MM-dd" if as_text else "")


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
