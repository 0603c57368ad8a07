"""Layers of a subtype group (`SubtypeGroupLayer`): one table, a layer of its own for each subtype."""

from __future__ import annotations

from dataclasses import replace

from ...core.json_value import json_object
from ...core.notice import Notice, notice
from ...core.offline_map.ready_map import FeatureSource, LayerSource
from ...core.sql.writer import quoted_name
from ...core.web_map import MapLayer, sublayers_of

_GROUPS = ("SubtypeGroupLayer", "SubtypeGroupTable")


def subtype_layers(layer: MapLayer, source: LayerSource, losses: list[Notice]) -> tuple[MapLayer, ...]:
    """The layers of a subtype group, top first, each filtered to its subtype; none for other layers."""
    if layer.json.get("layerType") not in _GROUPS or not isinstance(source, FeatureSource):
        return ()
    sublayers = [one for one in sublayers_of(layer) if isinstance(one.json.get("subtypeCode"), int)]
    service = source.service_layer
    field = service.get("subtypeField") or service.get("typeIdField")
    if not sublayers or not isinstance(field, str) or not field:
        losses.append(notice("subtypes", "The subtypes are shown as one layer."))
        return ()
    return tuple(_of_subtype(layer, one, field) for one in reversed(sublayers))


def _of_subtype(layer: MapLayer, sublayer: MapLayer, field: str) -> MapLayer:
    """A sublayer with its group's own filter and the one for its subtype."""
    own, group = (json_object(one.json.get("layerDefinition")) for one in (sublayer, layer))
    conditions = [f"{quoted_name(field)} = {sublayer.json['subtypeCode']}"]
    conditions += [
        f"({said})"
        for definition in (group, own)
        if isinstance(said := definition.get("definitionExpression"), str) and said.strip()
    ]
    definition = {**own, "definitionExpression": " AND ".join(conditions)}
    json = {**sublayer.json, "layerType": "SubtypeSublayer", "layerDefinition": definition}
    return replace(sublayer, json=json, kind=layer.kind, url=layer.url, path=layer.path)
