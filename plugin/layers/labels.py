"""Esri's label classes as QGIS labelling, by QGIS' own converter where it keeps what they mean.

The converter reads the old expression syntax only, and drops a filter that it cannot read, so
that every feature would be labelled (facts/webmap-to-qgis.md §6). Such classes are left out or
off, and said; a class whose Arcade is just a field is put into the old syntax first.
"""

from __future__ import annotations

from collections.abc import Mapping
import re
from typing import Any, Optional

from qgis.core import (
    QgsAbstractVectorLayerLabeling,
    QgsArcGisRestUtils,
    QgsExpression,
    QgsFields,
    QgsRuleBasedLabeling,
)

from ..core.offline.plan import Notice, notice

_JUST_A_FIELD = re.compile(
    r"""\s*(?:return\s+)?\$feature(?:\.(?P<name>\w+)|\[\s*(?P<quote>["'])(?P<key>[^"'\]]+)(?P=quote)\s*\])\s*;?\s*"""
)
_TEMPLATE_FIELD = re.compile(r"\s*\{(\w+)\}\s*")


def make_labeling(
    json: object, fields: QgsFields, losses: list[Notice]
) -> Optional[QgsAbstractVectorLayerLabeling]:
    """The labelling for `labelingInfo`; None where no class of it can be kept."""
    classes = [entry for entry in json if isinstance(entry, Mapping)] if isinstance(json, list) else []
    read = [kept for entry in classes if (kept := _readable(entry))]
    labeling = QgsArcGisRestUtils.convertLabeling(read) if read else None
    kept = 0
    if isinstance(labeling, QgsRuleBasedLabeling):
        for rule in labeling.rootRule().children():
            settings = rule.settings()
            if settings and _holds(settings.fieldName, fields) and _holds(rule.filterExpression(), fields):
                kept += 1
            else:
                rule.setActive(False)
    if kept < len(classes):
        losses.append(
            notice(
                "labels",
                "{lost} of {all} label classes use an expression or a filter that is not read.",
                lost=len(classes) - kept,
                all=len(classes),
            )
        )
    return labeling if kept else None


def _readable(entry: Mapping[str, Any]) -> Optional[dict[str, Any]]:
    """The class with its expression in the old syntax; None where that cannot be said in it."""
    entry = dict(entry)
    info = entry.pop("labelExpressionInfo", None)
    if isinstance(info, Mapping):
        field = _field_of(info)
        if field is None:
            return None
        entry["labelExpression"] = f"[{field}]"
    where = entry.get("where")
    if where and not _is_expression(where):
        return None
    return entry if isinstance(entry.get("labelExpression"), str) else None


def _field_of(info: Mapping[str, Any]) -> Optional[str]:
    """The field, where the whole expression is just one."""
    expression, template = info.get("expression"), info.get("value")
    if isinstance(expression, str):
        match = _JUST_A_FIELD.fullmatch(expression)
        return match and (match["name"] or match["key"])
    if isinstance(template, str):
        match = _TEMPLATE_FIELD.fullmatch(template)
        return match and match[1]
    return None


def _is_expression(text: object) -> bool:
    return isinstance(text, str) and QgsExpression(text).isValid()


def _holds(text: str, fields: QgsFields) -> bool:
    """True for an expression that reads, and whose fields are there; for no filter, too."""
    if not text:
        return True
    expression = QgsExpression(text)
    return not expression.hasParserError() and all(
        fields.lookupField(name) >= 0 for name in expression.referencedColumns()
    )
