"""Features that a web map itself holds (`featureCollection`): map notes, imported CSV, GPX and shapefiles.

Source: the web map specification, objects featureCollection, layerDefinition and featureSet.
"""

from __future__ import annotations

from typing import Any

from .json_value import Json, json_objects, object_of, objects_of, text_of

SYMBOL_COLUMN = "map_symbol"
"""How the column begins that tells which symbol of its own a feature has; no field of the author's."""

_HOISTED = ("popupInfo", "disablePopup", "visibility", "showLegend")
"""Members that a layer of a web map has, and that a layer of a collection may have in its place."""
_OF_ALL = ("disablePopup", "showLabels", "popupInfo", "layerDefinition")
"""What the web map says of a collection and thereby of each of its layers."""
OF_MEMBERS = ("featureCollection", "visibleLayers", "popupInfo", "disablePopup", "showLabels")
"""What the layers of a collection take over from the group that they become."""


def collection_layers(layer: Json) -> list[Json]:
    """The layers that the web map's `layer` holds itself, each as a layer of a web map that holds one.

    The order is that of the JSON: the first one is drawn first. Empty for a layer without features of its
    own. A single one keeps all that the web map says of the layer.
    """
    collection = object_of(layer, "featureCollection")
    held = [one for one in objects_of(collection, "layers") if _says_something(one)]
    if len(held) == 1:
        return [_alone(layer, collection, held[0])]
    return [_member(layer, collection, one, number) for number, one in enumerate(held)]


def held_layer(layer: Json) -> Json:
    """The one layer of the collection in what `collection_layers` gives."""
    return next(iter(objects_of(object_of(layer, "featureCollection"), "layers")), {})


def definition_of(layer: Json) -> Json:
    """What describes the features, as a service would describe its layer; with their fields."""
    held = held_layer(layer)
    definition, features = object_of(held, "layerDefinition"), object_of(held, "featureSet")
    completed = {
        "fields": json_objects(features.get("fields")),
        "geometryType": text_of(features, "geometryType"),
    }
    return {**definition, **{key: value for key, value in completed.items() if not definition.get(key)}}


def _says_something(held: Json) -> bool:
    return bool(object_of(held, "layerDefinition") or object_of(held, "featureSet"))


def _alone(layer: Json, collection: Json, held: Json) -> Json:
    kept = {key: value for key, value in layer.items() if key != "visibleLayers"}
    own = {**collection, "layers": [held]}
    return {
        **_hoisted(layer, collection, held, 0),
        **kept,
        **_with_filter(layer, held),
        "featureCollection": own,
    }


def _member(layer: Json, collection: Json, held: Json, number: int) -> Json:
    """A layer in a group; the group keeps what holds for all as one: opacity, scales, visibility."""
    title = text_of(held, "title") or text_of(object_of(held, "layerDefinition"), "name")
    return {
        **{key: layer[key] for key in _OF_ALL if key in layer},
        **_hoisted(layer, collection, held, number),
        **_with_filter(layer, held),
        "id": f"{text_of(layer, 'id')}_{number}",
        "title": title or f"{text_of(layer, 'title')} {number + 1}",
        "layerType": layer.get("layerType"),
        "featureCollection": {**collection, "layers": [held]},
    }


def _with_filter(layer: Json, held: Json) -> dict[str, Any]:
    """What the web map says of the layer; of a filter, else what stands beside the features."""
    stated = object_of(held, "layerDefinition").get("definitionExpression")
    if not stated:
        return {}
    definition = {"definitionExpression": stated, **object_of(layer, "layerDefinition")}
    return {"layerDefinition": definition}


def _hoisted(layer: Json, collection: Json, held: Json, number: int) -> dict[str, Any]:
    hoisted = {key: held[key] for key in _HOISTED if key in held}
    shown = layer.get("visibleLayers")
    if isinstance(shown, list):
        hoisted.setdefault("visibility", number in shown)
    if collection.get("showLegend") is False:
        hoisted["showLegend"] = False
    return hoisted
