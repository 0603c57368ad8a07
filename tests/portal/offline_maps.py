"""Folders of packages, put back on a portal: an offline map that was downloaded once, or loose packages.

Only ids, sizes, generations and service JSON are read from the files; they are served from where they lie.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
import json
from pathlib import Path
import re
import sqlite3
from typing import Any, Optional
import zipfile

from .content import Json, PortalContent
from .map_areas import (
    add_geodatabase,
    add_map_area,
    add_tiles,
    add_web_map,
    feature_layer,
    rectangle,
    tiled_layer,
    to_metres,
)

OWNER, PASSWORD = "ranger", "slickrock-4"
VISITOR, VISITOR_PASSWORD = "visitor", "day-permit-1"

# The items of shared/samples/canyonlands.
CANYONLANDS = "6ab9c6373a144e7b876749e510edf5fc"
CANYONLANDS_AREA = "c674b0d2b0f24fa78d70f0bb783dbcf4"
CANYONLANDS_GEODATABASE = "03c583279c98436fa348aa36c05aba21"
CANYONLANDS_TILES = "dc2929b0a0084611a06d136a633d47a1"

_TILE_TYPES = {".tpk": "Tile Package", ".tpkx": "Compact Tile Package", ".vtpk": "Vector Tile Package"}


def canyonlands(samples: Path, *, access: str = "public", own_service: bool = False) -> PortalContent:
    """The sample's web map, area and packages behind their own ids; see `offline_map`."""
    return offline_map(samples / "canyonlands", access=access, own_service=own_service)


def offline_map(folder: Path, *, access: str = "public", own_service: bool = False) -> PortalContent:
    """The portal that an offline map (package.info, mobile_map.mmap, .marea) was downloaded from.

    Users: OWNER owns all, VISITOR may see nothing that is not public. `own_service` moves the
    feature service to the federated server, with the service JSON that the geodatabase carries.
    """
    info = json.loads((folder / "package.info").read_text("utf-8"))
    inside = next(folder.glob("p*/mobile_map.mmap")).parent
    mmap = json.loads((inside / "mobile_map.mmap").read_text("utf-8"))
    marea = json.loads((inside / "mobile_map.marea").read_text("utf-8"))
    content = PortalContent(OWNER, PASSWORD)
    content.add_user(VISITOR, VISITOR_PASSWORD)
    web_map = _put_back_web_map(content, info, mmap, access)
    (west, south), (east, north) = info["extent"]
    extent = to_metres((west, south, east, north))
    area = add_map_area(
        content,
        web_map,
        info["title"].title(),
        extent,
        id=marea["areaPortalItemID"],
        polygon=rectangle(extent),
        schedule=marea.get("packageRefreshSchedule"),
        spatialReference=info["spatialReference"],
        snippet="All of the park.",
    )
    for package in marea["packages"]:
        path = inside / package["path"].removeprefix("file:./")
        if package["itemType"] == "SQLite Geodatabase":
            _put_back_geodatabase(content, area, path, package, own_service)
        else:
            _put_back_tiles(content, area, path, package)
    return content


def _put_back_web_map(content: PortalContent, info: Json, mmap: Json, access: str) -> str:
    return content.add_item(
        "Web Map",
        info["title"],
        id=mmap["item"]["originalPortalItemId"],
        data=_online(mmap["map"]),
        access=access,
        extent=info["extent"],
        spatialReference=info["spatialReference"],
        snippet="Roads and trails to take along.",
        tags=["offline", "trails"],
        typeKeywords=_web_map_keywords(mmap["item"]["typeKeywords"]),
    )


def _online(web_map: Json) -> Json:
    """The web map before an ArcGIS app took it offline: no paths, and what the app wrote removed."""
    web_map = json.loads(json.dumps(web_map))
    for layer in web_map["operationalLayers"] + web_map["baseMap"]["baseMapLayers"]:
        layer.pop("path", None)
        layer.pop("capabilities", None)
    del web_map["authoringAppVersion"]
    web_map.update(authoringApp="WebMap", version="2.14")
    web_map["applicationProperties"] = {
        "offline": {
            "editableLayers": {"download": "featuresAndAttachments", "sync": "syncFeaturesAndAttachments"},
            "readonlyLayers": {"downloadAttachments": False},
        }
    }
    return web_map


def _web_map_keywords(keywords: list[str]) -> list[str]:
    added_by_app = {"Map Area", "Mobile Map", "2D", "ArcGIS Runtime", "Mobile", "Preplanned"}
    return [keyword for keyword in keywords if keyword not in added_by_app]


def _put_back_geodatabase(
    content: PortalContent, area: str, path: Path, package: Json, own_service: bool
) -> None:
    inside, url = described(path), package["originalServiceUrl"]
    if own_service:
        original, access = url, content.items[area].json["access"]
        name = original.rstrip("/").split("/")[-2]
        url = content.add_feature_service(name, inside.service, inside.layers, access)
        for item in content.items.values():
            if isinstance(item.data, dict):
                item.data = json.loads(json.dumps(item.data).replace(original, url))
    add_geodatabase(
        content,
        area,
        path,
        url,
        id=package["packagePortalItemID"],
        gens=inside.gens,
        sync_model=inside.sync_model,
        replica_id=package["originalReplicaID"],
        scheduled_updates=package.get("preplannedUpdateMode", "").startswith("downloadScheduledUpdates"),
    )


def _put_back_tiles(content: PortalContent, area: str, path: Path, package: Json) -> None:
    levels, picture = _tiles(path)
    add_tiles(
        content,
        area,
        path,
        package["originalServiceUrl"],
        id=package["packagePortalItemID"],
        levels=levels,
        type=package["itemType"],
        thumbnail=picture,
    )
    item = content.items[area]
    if picture is not None and not item.files:
        item.json["thumbnail"] = "thumbnail/ago_downloaded.png"
        item.files["thumbnail/ago_downloaded.png"] = picture


def packages(folder: Path, *, access: str = "public") -> PortalContent:
    """A web map with one area that has every package in `folder`; the services are the federated server's.

    Geodatabases that no service made (ArcGIS Pro writes such) are no packages of an area.
    """
    content = PortalContent(OWNER, PASSWORD)
    content.add_user(VISITOR, VISITOR_PASSWORD)
    geodatabases = sorted(filter(_is_of_a_service, folder.glob("*.geodatabase")))
    tiles = sorted(path for path in folder.iterdir() if path.suffix in _TILE_TYPES)
    layers: list[Json] = []
    urls: dict[Path, str] = {}
    extents = [(-20037508.0, -20037508.0, 20037508.0, 20037508.0)]
    for path in geodatabases:
        inside = described(path)
        urls[path] = content.add_feature_service(path.stem, inside.service, inside.layers, access)
        for layer_id, layer in inside.layers.items():
            layers.append(feature_layer(layer["name"], f"{urls[path]}/{layer_id}"))
        extents += inside.extents
    for path in tiles:
        ending = "VectorTileServer" if path.suffix == ".vtpk" else "MapServer"
        service = {"currentVersion": 11.3, "name": path.stem, "capabilities": "Map,TilesOnly,Tilemap"}
        urls[path] = content.add_service(f"{path.stem}/{ending}", service, access)
    basemap = [tiled_layer(path.stem, urls[path]) for path in tiles]
    web_map = add_web_map(content, folder.name, layers, basemap=basemap, offline={}, access=access)
    west, south, east, north = zip(*(extents[1:] or extents))
    area = add_map_area(content, web_map, folder.name, (min(west), min(south), max(east), max(north)))
    for path in geodatabases:
        inside = described(path)
        add_geodatabase(content, area, path, urls[path], gens=inside.gens, sync_model=inside.sync_model)
    for path in tiles:
        levels, picture = _tiles(path)
        add_tiles(
            content, area, path, urls[path], levels=levels, type=_TILE_TYPES[path.suffix], thumbnail=picture
        )
    return content


@dataclass
class Described:
    """What a geodatabase says about the service it was made from."""

    service: Json
    layers: dict[int, Json]
    gens: dict[int, int]
    sync_model: str

    @property
    def extents(self) -> list[tuple[float, float, float, float]]:
        """In web mercator."""
        found = []
        for layer in self.layers.values():
            box: dict[str, Any] = layer.get("extent") or {}
            if "xmin" in box:
                corners = (box["xmin"], box["ymin"], box["xmax"], box["ymax"])
                degrees = box["spatialReference"]["wkid"] == 4326
                found.append(to_metres(corners) if degrees else corners)
        return found


def _is_of_a_service(path: Path) -> bool:
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as source:
        names = source.execute("SELECT lower(name) FROM sqlite_master WHERE type = 'table'").fetchall()
    return ("gdb_serviceitems",) in names


def described(path: Path) -> Described:
    """Reads the catalogue of a geodatabase without writing anything beside it."""
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as source:
        rows = source.execute("SELECT ItemType, ItemId, ItemInfo FROM GDB_ServiceItems").fetchall()
        replicas = source.execute(
            "SELECT Definition FROM GDB_Items WHERE Definition LIKE '%GPSyncReplica%'"
        ).fetchall()
    layers = {layer_id: json.loads(text) for kind, layer_id, text in rows if kind == 1}
    services = [json.loads(text) for kind, _, text in rows if kind == 0]
    names = [{"id": layer_id, "name": layer["name"]} for layer_id, layer in layers.items()]
    service = (
        services[0] if services else {"currentVersion": 10.91, "capabilities": "Query,Sync", "layers": names}
    )
    xml: Optional[str] = replicas[0][0] if replicas else None
    per_replica = "esriSyncModelPerReplica" in (xml or "")
    of_all = re.search(r"<ReplicaServerGen>(\d+)<", xml or "") if per_replica else None
    gens = dict.fromkeys(layers, int(of_all[1]) if of_all else 0)
    for layer_id, gen in (
        ()
        if per_replica
        else re.findall(
            r"<LayerID>(\d+)</LayerID>.*?<ReplicaServerGen>(\d+)</ReplicaServerGen>", xml or "", re.DOTALL
        )
    ):
        gens[int(layer_id)] = int(gen)
    return Described(service, layers, gens, "perReplica" if per_replica else "perLayer")


def _tiles(path: Path) -> tuple[list[int], Optional[bytes]]:
    """Stored levels and the thumbnail of a tile package."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        levels = sorted({int(match[1]) for name in names if (match := re.search(r"/L(\d\d)/", name))})
        picture = next((name for name in names if name.endswith("thumbnail.png")), None)
        return levels, archive.read(picture) if picture else None
