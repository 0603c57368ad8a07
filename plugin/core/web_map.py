"""Web map JSON as values: what a map author published, and what an offline map's .mmap holds.

Source: the web map specification. Unknown members are kept in `json`, so that later readers of symbols,
labels and popups find everything the author wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
import re
from typing import Optional

from .errors import BrokenAnswer
from .feature_collection import OF_MEMBERS, collection_layers
from .json_value import Json, json_number, json_object, json_objects, json_string
from .notice import Notice, notice

_MAX_GROUP_DEPTH = 16


class LayerKind(Enum):
    """What a web-map layer is to a download: how, if at all, it goes offline."""

    FEATURES = "features"  # from a mobile geodatabase
    TILES = "tiles"  # from a raster tile package
    VECTOR_TILES = "vector tiles"  # from a vector tile package
    MAP_FEATURES = "map features"  # held by the web map itself
    GROUP = "group"  # holds other layers
    ONLINE_ONLY = "online only"  # no package exists for this kind


class LayerRole(Enum):
    """Where a layer stands in the map."""

    OPERATIONAL = "operational"
    BASEMAP = "basemap"
    REFERENCE = "reference"  # a basemap layer that is drawn above the operational ones
    TABLE = "table"


_KINDS = {
    "ArcGISFeatureLayer": LayerKind.FEATURES,
    "SubtypeGroupLayer": LayerKind.FEATURES,
    "SubtypeGroupTable": LayerKind.FEATURES,
    "ArcGISTiledMapServiceLayer": LayerKind.TILES,
    "ArcGISTiledImageServiceLayer": LayerKind.TILES,
    "VectorTileLayer": LayerKind.VECTOR_TILES,
    "GroupLayer": LayerKind.GROUP,
}
_FEATURE_TYPES = (None, "", "ArcGISFeatureLayer")
# Web maps of old viewers have no layerType; the shape of the URL says what it is.
_FEATURE_URL = re.compile(r"/(?:FeatureServer|MapServer)/+\d+$", re.IGNORECASE)
_TILED_URL = re.compile(r"/(?:MapServer|ImageServer)$", re.IGNORECASE)
_LAYER_URL = re.compile(r"^(?P<root>.*/(?:FeatureServer|MapServer))/+(?P<id>\d+)$", re.IGNORECASE)


@dataclass(frozen=True)
class MapLayer:
    """One layer, group or table of a web map.

    `json` is the author's object, untouched but for features that the map itself holds: there it is what
    `collection_layers` makes of it. `path` is set only in an offline map: the
    `file:./name?itemId=n` that says which package the layer lives in.
    `min_scale` and `max_scale` are scale denominators, 0 = no limit.
    """

    id: str
    title: str
    kind: LayerKind
    role: LayerRole
    json: Json
    url: str = ""
    item_id: str = ""
    path: str = ""
    visible: bool = True
    opacity: float = 1.0
    min_scale: float = 0.0
    max_scale: float = 0.0
    layers: tuple[MapLayer, ...] = ()

    @property
    def service_url(self) -> str:
        """URL of the service root, without the layer number."""
        match = _LAYER_URL.match(self.url)
        return match["root"] if match else self.url

    @property
    def layer_id(self) -> Optional[int]:
        """Number of the layer in its feature service; None for whole services."""
        match = _LAYER_URL.match(self.url)
        return int(match["id"]) if match else None

    def walk(self) -> Iterator[MapLayer]:
        """This layer and all below it, groups before their members."""
        yield self
        for layer in self.layers:
            yield from layer.walk()


@dataclass(frozen=True)
class OfflineSettings:
    """`applicationProperties.offline`: what the author decided for offline use."""

    editable_download: str = "featuresAndAttachments"
    editable_sync: str = "syncFeaturesAndAttachments"
    readonly_attachments: bool = True
    reference_basemap_name: str = ""


@dataclass(frozen=True)
class WebMap:
    """A web map, or the map of an offline map.

    `layers`, `basemap` and `tables` are in the order of the JSON: the first layer is drawn
    first, so it lies at the bottom. `offline` is None where the author never enabled offline use.
    """

    json: Json
    layers: tuple[MapLayer, ...]
    basemap: tuple[MapLayer, ...]
    tables: tuple[MapLayer, ...]
    basemap_title: str
    spatial_reference: Json
    offline: Optional[OfflineSettings]

    def walk(self) -> Iterator[MapLayer]:
        """Every layer, group and table, basemap first."""
        for layer in (*self.basemap, *self.layers, *self.tables):
            yield from layer.walk()


def parse_web_map(json: object, title: str) -> WebMap:
    """Reads web map JSON as the portal or a .mmap gives it.

    `title` names the map in errors. Raises `BrokenAnswer` when it is no web map at all; a
    member of a wrong type counts as absent, so that one odd layer does not hide the others.
    """
    if not isinstance(json, Mapping) or not isinstance(json.get("operationalLayers", []), list):
        raise BrokenAnswer(
            "The web map “{title}” has no readable list of layers.",
            next_step="Open it in the portal's map viewer and save it again.",
            title=title,
        )
    base = json_object(json.get("baseMap"))
    taken: set[str] = set()
    return WebMap(
        json=json,
        layers=_distinct(_layers(json.get("operationalLayers"), LayerRole.OPERATIONAL), taken),
        tables=_distinct(_layers(json.get("tables"), LayerRole.TABLE), taken),
        basemap=_distinct(_layers(base.get("baseMapLayers"), LayerRole.BASEMAP), taken),
        basemap_title=json_string(base.get("title")) or "Basemap",
        spatial_reference=json_object(json.get("spatialReference")),
        offline=_offline_settings(json),
    )


def sublayers_of(layer: MapLayer) -> tuple[MapLayer, ...]:
    """The layers in a layer that is no group, such as the subtypes of a subtype group; bottom first."""
    return _layers(layer.json.get("layers"), layer.role)


def why_online_only(layer: MapLayer) -> Notice:
    """What the user should know of a layer of the kind `ONLINE_ONLY`."""
    if layer.item_id and not layer.url and layer.json.get("layerType") in _FEATURE_TYPES:
        return notice(
            "online_only",
            "“{layer}” shows the features of another portal item, which are available online only.",
            layer=layer.title,
        )
    return notice("online_only", "“{layer}” is available online only.", layer=layer.title)


def drawing_info(layer_json: Json, service_layer: Json) -> Json:
    """How a layer is drawn: what its service says, with the author's own members over it."""
    own = json_object(json_object(layer_json.get("layerDefinition")).get("drawingInfo"))
    return {**json_object(service_layer.get("drawingInfo")), **own}


def _layers(value: object, role: LayerRole, depth: int = 0) -> tuple[MapLayer, ...]:
    if depth > _MAX_GROUP_DEPTH:
        return ()
    return tuple(_layer(item, role, depth) for item in json_objects(value))


def _distinct(layers: Iterable[MapLayer], taken: set[str]) -> tuple[MapLayer, ...]:
    """The layers with ids that no other layer has: reports name layers by them."""
    return tuple(_named(layer, taken) for layer in layers)


def _named(layer: MapLayer, taken: set[str]) -> MapLayer:
    own = free = layer.id or "layer"
    number = 1
    while free in taken:
        number += 1
        free = f"{own} ({number})"
    taken.add(free)
    return replace(layer, id=free, title=layer.title or free, layers=_distinct(layer.layers, taken))


def _layer(json: Json, role: LayerRole, depth: int) -> MapLayer:
    url = json_string(json.get("url")).strip().split("?")[0].rstrip("/") or _service_of_style(json)
    definition = json_object(json.get("layerDefinition"))
    if role is LayerRole.BASEMAP and json.get("isReference") is True:
        role = LayerRole.REFERENCE
    kind, json, members = _held(_kind(json, url, role), json)
    opacity = json_number(json.get("opacity"))
    return MapLayer(
        id=json_string(json.get("id")),
        title=json_string(json.get("title")) or json_string(json.get("id")),
        kind=kind,
        role=role,
        json=json,
        url=url,
        item_id=json_string(json.get("itemId")),
        path=json_string(json.get("path")),
        visible=json.get("visibility") is not False,
        opacity=1.0 if opacity is None else opacity,
        min_scale=json_number(json.get("minScale", definition.get("minScale"))) or 0.0,
        max_scale=json_number(json.get("maxScale", definition.get("maxScale"))) or 0.0,
        layers=_layers(members, role, depth + 1) if kind is LayerKind.GROUP else (),
    )


def _held(kind: LayerKind, json: Json) -> tuple[LayerKind, Json, object]:
    """Kind, JSON and members of a layer; several layers of a feature collection are a group."""
    held = collection_layers(json) if kind is LayerKind.MAP_FEATURES else []
    if len(held) > 1:
        return LayerKind.GROUP, {key: one for key, one in json.items() if key not in OF_MEMBERS}, held
    return kind, held[0] if held else json, json.get("layers")


def _kind(json: Json, url: str, role: LayerRole) -> LayerKind:
    layer_type = json.get("layerType")
    has_service = json.get("path") or (url and layer_type in _FEATURE_TYPES)
    if not has_service and collection_layers(json):
        return LayerKind.MAP_FEATURES
    if isinstance(layer_type, str) and layer_type:
        kind = _KINDS.get(layer_type, LayerKind.ONLINE_ONLY)
        # An item of features or an unsaved layer has no service that could be packaged.
        if kind is LayerKind.FEATURES and not (url or json.get("path")):
            return LayerKind.ONLINE_ONLY
        return kind
    if role is LayerRole.TABLE or _FEATURE_URL.search(url):
        return LayerKind.FEATURES if url or json.get("path") else LayerKind.ONLINE_ONLY
    if role in (LayerRole.BASEMAP, LayerRole.REFERENCE) and _TILED_URL.search(url):
        return LayerKind.TILES
    return LayerKind.ONLINE_ONLY


def _service_of_style(json: Json) -> str:
    style = json_string(json.get("styleUrl"))
    end = style.lower().find("/vectortileserver")
    return style[: end + len("/vectortileserver")] if end >= 0 else ""


def _offline_settings(json: Json) -> Optional[OfflineSettings]:
    offline = json_object(json.get("applicationProperties")).get("offline")
    if not isinstance(offline, Mapping):
        return None
    editable = json_object(offline.get("editableLayers"))
    # The key really is all lower case in what portals store.
    basemap = json_object(offline.get("offlinebasemap"))
    readonly = json_object(offline.get("readonlyLayers"))
    default = OfflineSettings()
    return OfflineSettings(
        editable_download=json_string(editable.get("download")) or default.editable_download,
        editable_sync=json_string(editable.get("sync")) or default.editable_sync,
        readonly_attachments=readonly.get("downloadAttachments") is not False,
        reference_basemap_name=json_string(basemap.get("referenceBasemapName")),
    )
