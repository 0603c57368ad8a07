"""Features that a web map brings forward or lets step back (`featureEffect`), by rules of the renderer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from qgis.core import QgsRuleBasedLabeling, QgsRuleBasedRenderer, QgsVectorLayer

from ...core.json_value import Json
from ...core.notice import Notice, notice
from ...core.untrusted.text import inert
from ..base.accounted import kept, unkept
from ..base.filters import filter_expression
from .effects import Effect, effect_stack, read_effect

_KEPT = kept("includedEffect excludedEffect excludedLabelsVisible", filter=kept("where"))


def set_feature_effect(
    layer: QgsVectorLayer, json: object, service_layer: Json, losses: list[Notice]
) -> None:
    """Draws features that meet the effect's filter with one effect and all others with another."""
    if not isinstance(json, Mapping) or not json:
        return
    found: list[Notice] = []
    told = json.get("filter")
    where = told.get("where") if isinstance(told, Mapping) else None
    condition = filter_expression(where, layer.fields(), service_layer, found)
    rules = QgsRuleBasedRenderer.convertFromRenderer(layer.renderer()) if condition else None
    if rules is None or unkept(json, _KEPT):
        losses += [*found, notice("effect", "Effects on some of the features are not shown.")]
    if not condition or rules is None:
        return
    others = f"NOT coalesce({condition}, false)"
    root = QgsRuleBasedRenderer.Rule(None)
    for test, label, key in ((condition, str(where), "includedEffect"), (others, "", "excludedEffect")):
        branch = QgsRuleBasedRenderer.Rule(None, 0, 0, test, inert(label[:200]))
        effect = read_effect(json.get(key), losses)
        for rule in rules.rootRule().children():
            branch.appendChild(_with_effect(rule.clone(), effect))
        root.appendChild(branch)
    renderer = QgsRuleBasedRenderer(root)
    layer.renderer().copyRendererData(renderer)
    layer.setRenderer(renderer)
    if json.get("excludedLabelsVisible") is not True:
        _label_only(layer, condition)


def _with_effect(rule: QgsRuleBasedRenderer.Rule, effect: Optional[Effect]) -> QgsRuleBasedRenderer.Rule:
    symbol = rule.symbol()
    if effect and symbol is not None:
        symbol.setOpacity(symbol.opacity() * effect.opacity)
        if not effect.is_plain:
            for number in range(symbol.symbolLayerCount()):
                symbol.symbolLayer(number).setPaintEffect(effect_stack(effect))
    for child in rule.children():
        _with_effect(child, effect)
    return rule


def _label_only(layer: QgsVectorLayer, condition: str) -> None:
    """Labels of the others are not shown, unless the web map says so."""
    labeling = layer.labeling()
    if not isinstance(labeling, QgsRuleBasedLabeling):
        return
    root = labeling.rootRule().clone()
    for rule in root.children():
        own = rule.filterExpression()
        rule.setFilterExpression(f"({own}) AND ({condition})" if own else condition)
    layer.setLabeling(QgsRuleBasedLabeling(root))
