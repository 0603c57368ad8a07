"""Esri's label classes as rule-based labelling: text, filter, scales, placement and font of each.

A class that cannot be kept as it is meant stays off, and that is said: no feature gets a label
that its map does not give it. (QGIS' own converter drops filters that it cannot read, so that
every feature is labelled.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Optional

from qgis.core import (
    Qgis,
    QgsAbstractVectorLayerLabeling,
    QgsExpression,
    QgsFields,
    QgsPalLayerSettings,
    QgsRuleBasedLabeling,
)

from ...core.arcade.field_text import FieldFormat, number_mask, shown_template, shown_text
from ...core.arcade.fields import FeatureField
from ...core.arcade.label_syntax import label_text
from ...core.arcade.syntax.tree import NotRead
from ...core.json_value import Json, is_number, json_object, json_objects, json_string
from ...core.notice import Notice, notice
from ...core.untrusted.text import inert
from ..base.accounted import kept, unkept
from ..base.expressions import feature_fields, text_expression_of
from ..base.field_formats import short_date
from ..base.filters import filter_expression
from ..symbols.cim_text import as_text_symbol
from ..symbols.text import text_format
from .label_placement import place_labels

_MOST_CLASSES = 100
_ALIGNMENTS = {
    "left": Qgis.LabelMultiLineAlignment.Left,
    "center": Qgis.LabelMultiLineAlignment.Center,
    "right": Qgis.LabelMultiLineAlignment.Right,
    "justify": Qgis.LabelMultiLineAlignment.Justify,
}
_KEPT = kept(
    "labelExpression useCodedValues where minScale maxScale name labelPlacement labelPosition"
    " deconflictionStrategy multiPart priority repeatLabel repeatLabelDistance lineConnection offsetDistance"
    # How texts are broken and where they stand beside each other.
    " stackLabel stackRowLength stackAlignment",
    labelExpressionInfo=kept("value expression title returnType"),
    fieldInfos=kept("fieldName", format=kept("places digitSeparator")),
    # Placements say where a label is, so its vertical alignment has no say.
    symbol=kept(
        "type color haloColor haloSize backgroundColor borderLineColor borderLineSize horizontalAlignment"
        " kerning xoffset yoffset angle text verticalAlignment lineHeight",
        font=kept("family size style weight decoration"),
    ),
)


def make_labeling(
    json: object,
    geometry: Qgis.GeometryType,
    fields: QgsFields,
    losses: list[Notice],
    service_layer: Optional[Json] = None,
) -> Optional[QgsAbstractVectorLayerLabeling]:
    """The labelling for `labelingInfo`; None where no class of it can be kept."""
    classes = json_objects(json)
    root = QgsRuleBasedLabeling.Rule(None)
    found: list[Notice] = []
    for entry in classes[:_MOST_CLASSES]:
        rule = _rule(entry, geometry, fields, service_layer or {}, found)
        if rule is not None:
            root.appendChild(rule)
    kept = len(root.children())
    if kept < len(classes):
        losses.append(
            notice(
                "labels",
                "{lost} of {all} label classes use an expression or a filter that is not supported.",
                lost=len(classes) - kept,
                all=len(classes),
            )
        )
    losses += {loss.text: loss for loss in found}.values()
    return QgsRuleBasedLabeling(root) if kept else None


def _rule(
    entry: Json, geometry: Qgis.GeometryType, fields: QgsFields, service_layer: Json, losses: list[Notice]
) -> Optional[QgsRuleBasedLabeling.Rule]:
    text = _text(entry, fields, service_layer, losses)
    condition = filter_expression(entry.get("where"), fields, service_layer, losses) if text else None
    symbol = entry.get("symbol")
    if text is None or condition is None:
        return None
    if not isinstance(symbol, Mapping):
        losses.append(notice("labels", "A label class without a symbol is not shown, as in ArcGIS."))
        return None
    symbol, unkept_of_cim = as_text_symbol(symbol)
    settings = QgsPalLayerSettings()
    settings.fieldName, settings.isExpression = text, True
    settings.setFormat(text_format(symbol))
    settings.multilineAlign = _ALIGNMENTS.get(
        str(symbol.get("horizontalAlignment")), Qgis.LabelMultiLineAlignment.Center
    )
    lost = {*place_labels(settings, entry, symbol, geometry), *_unkept(entry), *unkept_of_cim}
    if lost:
        losses.append(
            notice("labels", "Settings of labels that are not kept: {keys}.", keys=", ".join(sorted(lost)))
        )
    rule = QgsRuleBasedLabeling.Rule(
        settings, _scale(entry.get("maxScale")), _scale(entry.get("minScale")), condition
    )
    rule.setDescription(inert(json_string(entry.get("name"))[:200]))
    return rule


def _text(entry: Json, fields: QgsFields, service_layer: Json, losses: list[Notice]) -> Optional[str]:
    """The QGIS expression of the label; None, with a loss, where it is not read.

    As in the SDK, a template goes before Arcade, and both before the old syntax.
    """
    info = json_object(entry.get("labelExpressionInfo"))
    template, script, old = info.get("value"), info.get("expression"), entry.get("labelExpression")
    known, formats = _fields(entry, fields, service_layer), _formats(entry)
    plain = FieldFormat(date=short_date())
    try:
        if isinstance(template, str) and template:
            value = shown_template(template, known, formats, plain)
            return _checked(shown_text(value), losses) if value else None
        if isinstance(script, str) and script.strip():
            text = text_expression_of(script, fields, losses, service_layer)
            if text is not None or not (isinstance(old, str) and old.strip()):
                return text
            # The same once more for older viewers: better than no label.
        if isinstance(old, str) and old.strip():
            return _checked(shown_text(label_text(old, known, formats, plain)), losses)
    except NotRead as reason:
        losses.append(reason.notice)
    return None


def _fields(entry: Json, fields: QgsFields, service_layer: Json) -> dict[str, FeatureField]:
    """The fields; without the names of coded values where the author wants the codes."""
    known = feature_fields(fields, service_layer)
    if entry.get("useCodedValues") is not False:
        return known
    return {name: replace(one, codes={}, by_subtype={}) for name, one in known.items()}


def _unkept(entry: Json) -> set[str]:
    """What of a label class has no place; a symbol of another kind than esriTS reports on itself."""
    symbol = entry.get("symbol")
    own = isinstance(symbol, Mapping) and symbol.get("type") not in ("esriTS", "CIMSymbolReference")
    cim = isinstance(symbol, Mapping) and symbol.get("type") == "CIMSymbolReference"
    lost = unkept({key: value for key, value in entry.items() if not (cim and key == "symbol")}, _KEPT)
    return lost | ({"symbol.type"} if own else set())


def _checked(text: str, losses: list[Notice]) -> Optional[str]:
    if not QgsExpression(text).hasParserError():
        return text
    losses.append(notice("labels", "QGIS cannot use the translation of a label expression."))
    return None


def _formats(entry: Json) -> dict[str, FieldFormat]:
    formats = {}
    for info in json_objects(entry.get("fieldInfos")):
        form = info.get("format")
        if isinstance(form, Mapping):
            mask = number_mask(form.get("places"), form.get("digitSeparator"))
            formats[str(info.get("fieldName")).casefold()] = FieldFormat(mask, short_date())
    return formats


def _scale(value: object) -> float:
    return max(0.0, float(value)) if is_number(value) else 0.0
