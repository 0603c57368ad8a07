"""The basemap that can be shown online below a web map: its own, else the default one of the portal.

Whoever draws it asks for tiles without the sign-in of the portal and without its rules for addresses. So
each service is asked here first, unsigned: what the session refuses, or what needs a sign-in, is no basemap.
Sources: the web map specification (baseMap) and the ArcGIS REST API (map, image and vector tile services).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
import json
import math
import re
from typing import Optional

from .errors import Cancelled, OfflineMapError, PortalError, Unsupported
from .json_value import (
    Json,
    json_list,
    json_number,
    json_object,
    json_string,
    object_of,
    objects_of,
    text_of,
    whole_of,
)
from .portal.items import Portal
from .portal.urls import ItemId, WebUrl, join_url, parse_url
from .tiles.style import VectorStyle, simplify_labels
from .untrusted.secrets import redact
from .web_map import LayerKind, LayerRole, MapLayer, parse_web_map

_MERCATOR = frozenset({102100, 102113, 3857, 900913})
_EDGE = 20037508.342787
_MOST_LEVELS = 24
_OPEN_STREET_MAP = "https://tile.openstreetmap.org/{level}/{col}/{row}.png"
_OPEN_STREET_MAP_CREDITS = "© OpenStreetMap contributors"
_PLACES = {"{level}": "{z}", "{col}": "{x}", "{row}": "{y}"}
_PLACE = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True)
class Basemap:
    """Tiles in the grid of Web Mercator.

    `template` is an address with `{z}`, `{x}` and `{y}`. `scales` are the denominators of the levels that
    the service has, by number; empty where nobody says. `style` is there for vector tiles only.
    """

    title: str
    template: str
    credits: str = ""
    scales: Mapping[int, float] = field(default_factory=dict)
    style: Optional[VectorStyle] = field(default=None, repr=False)


@dataclass(frozen=True)
class FoundBasemap:
    """`own_error` says why the default basemap of the portal is in the place of the web map's own."""

    basemap: Basemap
    own_error: Optional[OfflineMapError] = None


def find_basemap(portal: Portal, web_map: ItemId) -> FoundBasemap:
    """The first layer of the web map's basemap that anybody can draw, else of the portal's default one.

    Raises `SignInRequired`, `Unsupported`, `NetworkError` … where neither has one.
    """
    own = parse_web_map(portal.data(web_map), str(web_map)).basemap
    try:
        return FoundBasemap(_first(portal, own))
    except Cancelled:
        raise
    except OfflineMapError as error:
        own_error = error
    default = {"baseMap": object_of(portal.info().json, "defaultBasemap")}
    found = _first(portal, parse_web_map(default, "defaultBasemap").basemap)
    return FoundBasemap(found, own_error if own else None)


def _first(portal: Portal, layers: tuple[MapLayer, ...]) -> Basemap:
    error: OfflineMapError = Unsupported("There is no basemap of tiles that QGIS can show.")
    for layer in layers:
        if layer.role is LayerRole.BASEMAP and layer.visible:
            try:
                return _read(portal, layer)
            except Cancelled:
                raise
            except OfflineMapError as refused:
                error = refused
    raise error


def _read(portal: Portal, layer: MapLayer) -> Basemap:
    if layer.kind is LayerKind.TILES:
        return _pictures(portal, layer)
    if layer.kind is LayerKind.VECTOR_TILES:
        return _vector_tiles(portal, layer)
    kind = text_of(layer.json, "layerType") or text_of(layer.json, "type")
    if kind == "OpenStreetMap":
        return _template(portal, layer, _OPEN_STREET_MAP, _OPEN_STREET_MAP_CREDITS)
    if kind == "WebTiledLayer":
        template = text_of(layer.json, "templateUrl") or text_of(layer.json, "urlTemplate")
        return _template(portal, layer, template, text_of(layer.json, "copyright"))
    raise _unusable(layer)


def _pictures(portal: Portal, layer: MapLayer) -> Basemap:
    url, described = _described(portal, _address(portal, layer, layer.url))
    return Basemap(
        layer.title,
        f"{url}/tile/{{z}}/{{y}}/{{x}}",
        text_of(described, "copyrightText"),
        _scales(layer, described, 256),
    )


def _vector_tiles(portal: Portal, layer: MapLayer) -> Basemap:
    """A layer names its service, or only its style, which names the service."""
    if layer.url:
        url, described = _described(portal, _address(portal, layer, layer.url))
        folder = text_of(described, "defaultStyles") or "resources/styles"
        stated = text_of(layer.json, "styleUrl") or f"{url}/{folder}/root.json"
        style_url = _address(portal, layer, stated)
        style = portal.session.ask_unsigned("GET", str(style_url), {})
    else:
        style_url = _address(portal, layer, text_of(layer.json, "styleUrl"))
        style = portal.session.ask_unsigned("GET", str(style_url), {})
        source = next(map(json_object, object_of(style, "sources").values()), {})
        service = _address(portal, layer, text_of(source, "url"), style_url)
        url, described = _described(portal, service)
    simplify_labels(style)
    return Basemap(
        layer.title,
        f"{url}/tile/{{z}}/{{y}}/{{x}}.pbf",
        text_of(described, "copyrightText"),
        _scales(layer, described, 512),
        _with_sprites(portal, layer, VectorStyle(style), style_url),
    )


def _with_sprites(portal: Portal, layer: MapLayer, style: VectorStyle, style_url: WebUrl) -> VectorStyle:
    """Without its sprites a style still draws what has none."""
    stated = text_of(style.style, "sprite")
    with suppress(PortalError, Unsupported):
        if stated:
            place = _address(portal, layer, stated, style_url)
            index = json.dumps(portal.session.ask_unsigned("GET", f"{place}.json", {}))
            return replace(style, sprites=portal.session.get_bytes(f"{place}.png"), sprite_index=index)
    return style


def _template(portal: Portal, layer: MapLayer, template: str, said: str) -> Basemap:
    """No description says who answers there, so the tile of the whole world is asked for."""
    if object_of(layer.json, "tileInfo"):
        _scales(layer, layer.json, 256)
    domain = next(filter(None, map(json_string, json_list(layer.json.get("subDomains")))), "")
    places = {**_PLACES, "{subDomain}": domain}
    template = _PLACE.sub(lambda place: places.get(place[0], place[0]), template)
    if set(_PLACE.findall(template)) != set(_PLACES.values()):
        raise _unusable(layer)
    address = str(_address(portal, layer, template))
    template = address.replace("%7B", "{").replace("%7D", "}")
    portal.session.get_bytes(_PLACE.sub("0", template))
    return Basemap(layer.title, template, said)


def _described(portal: Portal, url: WebUrl) -> tuple[WebUrl, Json]:
    url = WebUrl(url.origin, url.path.rstrip("/"))
    return url, portal.session.ask_unsigned("GET", str(url), {})


def _address(portal: Portal, layer: MapLayer, stated: str, base: Optional[WebUrl] = None) -> WebUrl:
    """A stated address, checked. A portal by https leads to https only, as its map viewer does."""
    try:
        url = join_url(base, stated) if base else parse_url(stated)
    except ValueError:
        raise _unusable(layer) from None
    if portal.session.address.origin.scheme == "https" and url.origin.scheme == "http":
        if url.origin.port != 80:
            raise _unusable(layer)
        url = replace(url, origin=replace(url.origin, scheme="https", port=443))
    if redact(str(url)) != str(url):  # QGIS would show and log the secret in it
        raise _unusable(layer)
    return url


def _scales(layer: MapLayer, described: Json, pixels: int) -> dict[int, float]:
    """The scales of the levels; raises `Unsupported` for another grid than that of Web Mercator."""
    grid = object_of(described, "tileInfo")
    reference, origin = object_of(grid, "spatialReference"), object_of(grid, "origin")
    known = {whole_of(reference, "wkid"), whole_of(reference, "latestWkid")}
    west, north = json_number(origin.get("x")) or 0.0, json_number(origin.get("y")) or 0.0
    at_corner = abs(west + _EDGE) < 1 and abs(north - _EDGE) < 1
    scales: dict[int, float] = {}
    for lod in objects_of(grid, "lods"):
        level, scale = whole_of(lod, "level"), json_number(lod.get("scale"))
        resolution = json_number(lod.get("resolution")) or 0.0
        if level is None or not scale or not 0 <= level <= _MOST_LEVELS:
            continue
        if not math.isclose(resolution * 2**level * pixels, 2 * _EDGE, rel_tol=1e-4):
            raise _unusable(layer)
        scales[level] = scale
    if not (known & _MERCATOR and at_corner and scales and whole_of(grid, "rows") == pixels):
        raise _unusable(layer)
    return scales


def _unusable(layer: MapLayer) -> Unsupported:
    return Unsupported(
        "“{layer}” is not a basemap that can be shown online in QGIS: its kind, its grid of tiles or its "
        "address cannot be used.",
        layer=layer.title,
    )
