"""Short ways to fill a portal with web maps, map areas and packages.

A town with one area:

    content = PortalContent()
    service = content.add_feature_service("town", service_json, {0: layer_json})
    web_map = add_web_map(content, "Town", [feature_layer("Trees", service + "/0")])
    area = add_map_area(content, web_map, "Old town", (1_100_000, 6_900_000, 1_101_000, 6_901_000))
    add_geodatabase(content, area, Path("town.geodatabase"), service, gens={0: 1200})
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import atan, exp, log, pi, radians, tan
from typing import Any, Optional
import uuid

from .answers import Content
from .content import Extent, Json, PortalContent

WEB_MERCATOR: Json = {"wkid": 102100, "latestWkid": 3857}
_HALF_WORLD = 20037508.342789244
# Item type: first part of the file name, its suffix, and the keywords that Esri's tool sets.
_PACKAGES: dict[str, tuple[str, str, list[str]]] = {
    "SQLite Geodatabase": (
        "replica",
        "geodatabase",
        ["SQLite Geodatabase", "Replica", "Syncable", "Bidirectional", "Data"],
    ),
    "Tile Package": ("tile", "tpk", ["ArcGlobe", "ArcMap", "Data", "Tile Package", "tpk"]),
    "Compact Tile Package": ("tile", "tpkx", ["Data", "Compact Tile Package", "tpkx"]),
    "Vector Tile Package": ("vtile", "vtpk", ["Data", "Vector Tile Package", "vtpk"]),
}


def to_degrees(extent: Extent) -> Extent:
    """Web mercator metres to WGS84 degrees."""
    west, south, east, north = (value * 180 / _HALF_WORLD for value in extent)
    lat_south, lat_north = (360 / pi * atan(exp(radians(v))) - 90 for v in (south, north))
    return west, lat_south, east, lat_north


def to_metres(extent: Extent) -> Extent:
    """WGS84 degrees to web mercator metres."""
    west, south, east, north = extent
    y_south, y_north = (log(tan(pi / 4 + radians(v) / 2)) * _HALF_WORLD / pi for v in (south, north))
    return west * _HALF_WORLD / 180, y_south, east * _HALF_WORLD / 180, y_north


def envelope(extent: Extent, spatial_reference: Json = WEB_MERCATOR) -> Json:
    return {**dict(zip(("xmin", "ymin", "xmax", "ymax"), extent)), "spatialReference": spatial_reference}


def rectangle(extent: Extent) -> list[list[list[float]]]:
    """The rings of a polygon as large as the extent."""
    xmin, ymin, xmax, ymax = extent
    return [[[xmin, ymin], [xmin, ymax], [xmax, ymax], [xmax, ymin], [xmin, ymin]]]


def feature_layer(title: str, url: str, **fields: Any) -> Json:
    """An operational layer (or, with its keys, a table) of a web map."""
    name = f"{title.replace(' ', '_')}_{url.rpartition('/')[2]}"
    layer = {"id": name, "layerType": "ArcGISFeatureLayer", "title": title, "url": url}
    return {**layer, "visibility": True, "opacity": 1, **fields}


def tiled_layer(title: str, url: str, **fields: Any) -> Json:
    """A basemap layer that is drawn from tiles, by the ending of its URL."""
    kinds = {"ImageServer": "ArcGISTiledImageServiceLayer", "VectorTileServer": "VectorTileLayer"}
    kind = kinds.get(url.rpartition("/")[2], "ArcGISTiledMapServiceLayer")
    layer = {"id": title.replace(" ", "_"), "layerType": kind, "title": title, "url": url}
    return {**layer, "visibility": True, "opacity": 1, **fields}


def add_web_map(
    content: PortalContent,
    title: str,
    layers: Sequence[Json],
    *,
    tables: Sequence[Json] = (),
    basemap: Sequence[Json] = (),
    offline: Optional[Json] = None,
    access: str = "public",
    **fields: Any,
) -> str:
    """Adds a web map; `offline` is its `applicationProperties.offline`, `layers` go from bottom to top."""
    data: Json = {
        "operationalLayers": list(layers),
        "tables": list(tables),
        "baseMap": {"baseMapLayers": list(basemap), "title": "Basemap"},
        "spatialReference": WEB_MERCATOR,
        "version": "2.31",
        "authoringApp": "ArcGISMapViewer",
    }
    if offline is not None:
        data["applicationProperties"] = {"offline": offline}
    keywords = ["ArcGIS Online", "Map", "Offline", "Offline Map Areas", "Online Map", "Web Map"]
    return content.add_item(
        "Web Map", title, data=data, access=access, **{"typeKeywords": keywords, **fields}
    )


def add_map_area(
    content: PortalContent,
    web_map: str,
    title: str,
    extent: Extent,
    *,
    polygon: Optional[list[list[list[float]]]] = None,
    inline_polygon: bool = False,
    status: Optional[str] = "complete",
    schedule: Optional[str] = None,
    **fields: Any,
) -> str:
    """Adds an area of `web_map`; `extent` and `polygon` (rings) in web mercator.

    The polygon is kept as a resource, or `inline_polygon` as older portals have it; no `status`
    as in areas made before there was one.
    """
    properties: Json = {"extent": envelope(extent)}
    shape = {"polygon": {"rings": polygon, "spatialReference": WEB_MERCATOR}}
    resource = "area/geometry-1700000000.json"
    if polygon is not None:
        properties["area"] = shape if inline_polygon else {"resource": resource}
    if status is not None:
        properties["status"] = status
    if schedule is not None:
        properties["packageRefreshSchedule"] = schedule
    west, south, east, north = to_degrees(extent)
    given: Json = {
        "typeKeywords": ["Map", "Map Area"],
        "properties": properties,
        "extent": [[west, south], [east, north]],
        "access": content.items[web_map].json["access"],
        **fields,
    }
    area = content.add_item("Map Area", title, **given)
    if polygon is not None and not inline_polygon:
        content.add_resource(area, resource, shape)
    content.relate(web_map, "Map2Area", area)
    return area


def add_geodatabase(
    content: PortalContent,
    area: str,
    data: Content,
    service_url: str,
    *,
    gens: Mapping[int, int],
    replica_gen: Optional[int] = None,
    sync_model: str = "perLayer",
    replica_id: Optional[str] = None,
    scheduled_updates: bool = False,
    relationship: str = "Area2Package",
    properties: Optional[Json] = None,
    **fields: Any,
) -> str:
    """Adds the geodatabase package of one feature service to an area.

    `gens` gives each layer id its server generation; with `sync_model="perReplica"` the package has
    the one `replica_gen` instead.
    """
    more: Json = {
        "url": service_url,
        "layers": list(gens),
        "layerQueries": {str(layer): {"where": "", "queryOption": "useFilter"} for layer in gens},
        "replicaID": replica_id or str(uuid.uuid5(uuid.NAMESPACE_URL, area + service_url)),
        "returnAttachments": False,
        "attachmentsSyncDirection": "none",
        "syncModel": sync_model,
        "useSyncForRefresh": True,
        "hasUtilityNetworkLayer": False,
    }
    if sync_model == "perReplica":
        more["replicaServerGen"] = max(gens.values()) if replica_gen is None else replica_gen
    elif sync_model == "perLayer":
        more["layerServerGens"] = [{"id": layer, "serverGen": gen} for layer, gen in gens.items()]
    if scheduled_updates:
        more.update(createPkgDeltas={"maxDeltaAge": 5}, lastPurgedGen=min(gens.values()))
    more.update(properties or {})
    return _add_package(content, area, "SQLite Geodatabase", data, more, relationship, fields)


def add_tiles(
    content: PortalContent,
    area: str,
    data: Content,
    service_url: str,
    *,
    levels: Iterable[int],
    type: str = "Tile Package",
    relationship: str = "Area2Package",
    properties: Optional[Json] = None,
    **fields: Any,
) -> str:
    """Adds the tiles of one service: `Tile Package`, `Compact Tile Package` or `Vector Tile Package`."""
    more: Json = {"url": service_url, "levels": ",".join(str(level) for level in levels)}
    if type == "Tile Package":
        more["compressionQuality"] = -1
    more.update(properties or {})
    return _add_package(content, area, type, data, more, relationship, fields)


def _add_package(
    content: PortalContent,
    area: str,
    kind: str,
    data: Content,
    properties: Json,
    relationship: str,
    fields: Json,
) -> str:
    """What all packages share: named after their service, with the area's extent, shape and sharing."""
    of_area, url = content.items[area].json, properties["url"]
    prefix, suffix, keywords = _PACKAGES[kind]
    unique = uuid.uuid5(uuid.NAMESPACE_URL, f"{area}{url}{len(content.items)}").hex
    shape = {
        name: of_area["properties"][name] for name in ("extent", "area") if name in of_area["properties"]
    }
    given: Json = {
        "title": f"{url.rstrip('/').split('/')[-2]}-{unique}",
        "name": f"{prefix}_{unique}.{suffix}",
        "typeKeywords": [*keywords, "MapAreaPackage", "Package", f"ReferenceURL#{url}"],
        "properties": {**properties, **shape},
        "extent": of_area["extent"],
        "access": of_area["access"],
        **fields,
    }
    package = content.add_item(kind, given.pop("title"), data=data, **given)
    content.relate(area, relationship, package)
    return package
