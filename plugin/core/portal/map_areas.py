"""Preplanned map areas of a web map, and the packages that the portal prepared for them.

Source: the ArcGIS REST API (item types *Map Area* and its packages, `Map2Area`, `Area2Package`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import PurePosixPath
from typing import Any, Optional, Union

from ..errors import BrokenAnswer, Cancelled, ItemNotFound, OfflineMapError
from ..extents import read_extent
from ..host import Executor
from ..json_value import (
    Json,
    json_list,
    json_number,
    json_whole,
    object_of,
    objects_of,
    text_of,
    whole_of,
)
from .items import Item, Portal, parse_item
from .urls import ItemId, item_id, web_address

_AREA_TYPE = "Map Area"
_MOST_VERTICES = 100_000


class PackagingStatus(Enum):
    """How far the portal is with the packages of an area. Old areas say nothing: UNKNOWN."""

    UNKNOWN = ""
    PROCESSING = "processing"
    FAILED = "failed"
    COMPLETE = "complete"


class PackageKind(Enum):
    """What a package holds; the value is the file suffix that is usual for it."""

    GEODATABASE = ".geodatabase"
    TILES = ".tpk"
    VECTOR_TILES = ".vtpk"

    def suffix_of(self, name: str) -> str:
        """The suffix for a package with this file name: tiles come as .tpk and as .tpkx."""
        suffix = PurePosixPath(name.lower()).suffix
        return suffix if self is PackageKind.TILES and suffix == ".tpkx" else self.value


_KINDS = {
    "sqlite geodatabase": PackageKind.GEODATABASE,
    "tile package": PackageKind.TILES,
    "compact tile package": PackageKind.TILES,
    "vector tile package": PackageKind.VECTOR_TILES,
}
# The author's own packages are related by another name than those that the portal makes.
_RELATIONSHIPS = (("Area2Package", False), ("Area2CustomPackage", True))


@dataclass(frozen=True)
class AreaExtent:
    """A box in its own spatial reference (ArcGIS JSON: wkid, latestWkid or wkt)."""

    xmin: float
    ymin: float
    xmax: float
    ymax: float
    spatial_reference: Mapping[str, Any]


@dataclass(frozen=True)
class Polygon:
    """Closed rings of (x, y) as the portal gives them, with their spatial reference."""

    rings: tuple[tuple[tuple[float, float], ...], ...]
    spatial_reference: Mapping[str, Any]


@dataclass(frozen=True)
class Deltas:
    """The scheduled updates that a geodatabase package offers.

    `max_age_days` is how long an update file stays; below `last_purged_gen` only the whole
    package helps.
    """

    max_age_days: Optional[int]
    last_purged_gen: Optional[int]


@dataclass(frozen=True)
class Package:
    """One package of an area. `service_url` is the service it was made from, empty if unknown.

    `layer_ids` are the sublayers and tables in it, empty if unknown. `sync_model` is perLayer,
    perReplica, none or empty. `server_gen` is the server generation that its data has reached.
    """

    item: Item
    kind: PackageKind
    custom: bool
    service_url: str
    layer_ids: tuple[int, ...] = ()
    sync_model: str = ""
    replica_id: str = ""
    server_gen: Optional[int] = None
    deltas: Optional[Deltas] = None

    def of(self, item: Item) -> Package:
        """The same package as a newer answer of the portal describes it."""
        return _package(item, self.kind, self.custom)

    @property
    def can_sync(self) -> bool:
        """True when edits can go to and come from the feature service."""
        return self.kind is PackageKind.GEODATABASE and self.sync_model not in ("", "none")


@dataclass(frozen=True)
class UpdateCapabilities:
    """How the packages of an area can be kept current.

    `scheduled_by_default`: the author turned scheduled updates on for every feature service,
    which makes them the default (seed workflow, "Overwrite the geodatabase update mode").
    """

    scheduled: bool = False
    sync: bool = False
    scheduled_by_default: bool = False


@dataclass(frozen=True)
class MapArea:
    """A map area with its packages.

    The area of interest is `polygon` where the author drew one, else `extent`; either may be
    absent on old items. `refresh_schedule` is a Quartz cron text in UTC, empty without schedule.
    `warnings` tell what of the area could not be read.
    """

    item: Item
    status: PackagingStatus
    extent: Optional[AreaExtent]
    polygon: Optional[Polygon]
    packages: tuple[Package, ...]
    refresh_schedule: str = ""
    warnings: tuple[OfflineMapError, ...] = field(default=())

    @property
    def is_packaged(self) -> bool:
        """True when it can be downloaded; old areas carry no status, only packages."""
        unknown = self.status is PackagingStatus.UNKNOWN
        return self.status is PackagingStatus.COMPLETE or (unknown and bool(self.packages))

    @property
    def size(self) -> int:
        """Bytes of all packages, as far as the portal says."""
        return sum(package.item.size for package in self.packages)

    @property
    def update_capabilities(self) -> UpdateCapabilities:
        """What the packages allow."""
        geodatabases = [one for one in self.packages if one.kind is PackageKind.GEODATABASE]
        return UpdateCapabilities(
            scheduled=any(package.deltas for package in geodatabases),
            sync=any(package.can_sync for package in geodatabases),
            scheduled_by_default=bool(geodatabases) and all(package.deltas for package in geodatabases),
        )


@dataclass(frozen=True)
class BrokenArea:
    """A map area that cannot be read; it hides no other. `id` is None when even that is missing."""

    id: Optional[ItemId]
    title: str
    error: OfflineMapError


def list_map_areas(
    portal: Portal, web_map_id: ItemId, executor: Executor
) -> tuple[Union[MapArea, BrokenArea], ...]:
    """The areas of a web map in the portal's order, their packages loaded side by side.

    Raises what the list itself meets; what one area meets stands in its `BrokenArea`.
    """
    return tuple(load_map_areas(portal, find_map_areas(portal, web_map_id), executor))


def find_map_areas(portal: Portal, web_map_id: ItemId) -> tuple[Union[Item, BrokenArea], ...]:
    """The items of a web map's areas in the portal's order, by one request and without packages."""
    return tuple(_item_or_error(json) for json in portal.related_json(web_map_id, "Map2Area"))


def load_map_areas(
    portal: Portal, found: Iterable[Union[Item, BrokenArea]], executor: Executor
) -> Iterator[Union[MapArea, BrokenArea]]:
    """The areas of these items, in their order, each as soon as it and those before it are loaded."""
    return executor.map(lambda entry: _area_or_error(portal, entry), found)


def load_map_area(portal: Portal, area_id: ItemId) -> MapArea:
    """One area with its packages. Raises `ItemNotFound` when the item is none."""
    item = portal.item(area_id)
    if item.type != _AREA_TYPE:
        raise ItemNotFound(
            "“{title}” is not a map area but a {type}.",
            next_step="Use the id or the exact title of a map area of this web map.",
            title=item.title,
            type=item.type or "nameless type",
        )
    return _loaded(portal, item)


def _item_or_error(json: Json) -> Union[Item, BrokenArea]:
    try:
        return parse_item(json)
    except OfflineMapError as error:
        return BrokenArea(item_id(json.get("id")), text_of(json, "title"), error)


def _area_or_error(portal: Portal, found: Union[Item, BrokenArea]) -> Union[MapArea, BrokenArea]:
    if isinstance(found, BrokenArea):
        return found
    try:
        return _loaded(portal, found)
    except Cancelled:
        raise
    except OfflineMapError as error:
        return BrokenArea(found.id, found.title, error)


def _loaded(portal: Portal, item: Item) -> MapArea:
    warnings: list[OfflineMapError] = []
    return MapArea(
        item=item,
        status=_status(item),
        extent=_extent(object_of(item.properties, "extent")),
        polygon=_polygon(portal, item, warnings),
        packages=tuple(packages_of_area(portal, item.id, warnings)),
        refresh_schedule=text_of(item.properties, "packageRefreshSchedule"),
        warnings=tuple(warnings),
    )


def _status(item: Item) -> PackagingStatus:
    try:
        return PackagingStatus(text_of(item.properties, "status").lower())
    except ValueError:
        return PackagingStatus.UNKNOWN


def _extent(json: Json) -> Optional[AreaExtent]:
    reference = object_of(json, "spatialReference")
    if not reference:
        return None  # numbers of nobody knows what; the item has an extent in degrees
    west, south, east, north = (json.get(side) for side in ("xmin", "ymin", "xmax", "ymax"))
    sides = read_extent(west, south, east, north, reference)
    return AreaExtent(*sides, reference) if sides else None


def _polygon(portal: Portal, item: Item, warnings: list[OfflineMapError]) -> Optional[Polygon]:
    """The drawn area of interest, inline or in a resource of the item.

    Without it the extent still tells where the area is: a warning, no error.
    """
    area = object_of(item.properties, "area")
    resource = text_of(area, "resource")
    try:
        if resource:
            area = portal.resource_json(item.id, resource)
        drawn = bool(resource) or "polygon" in area
        return parse_polygon(object_of(area, "polygon")) if drawn else None
    except Cancelled:
        raise
    except OfflineMapError as error:
        warnings.append(error)
        return None


def parse_polygon(json: Json) -> Polygon:
    """An ArcGIS polygon with at least one ring of four vertices. Raises `BrokenAnswer`."""
    vertices = 0
    parsed = []
    for ring in json_list(json.get("rings")):
        vertices += len(ring) if isinstance(ring, list) else 0
        if vertices > _MOST_VERTICES:
            break
        parsed.append(_ring(ring))
    if not parsed or vertices > _MOST_VERTICES or any(len(ring) < 4 for ring in parsed):
        raise BrokenAnswer(
            "The outline of the map area cannot be read.",
            next_step="Its extent is used instead.",
        )
    return Polygon(tuple(parsed), object_of(json, "spatialReference"))


def _ring(json: object) -> tuple[tuple[float, float], ...]:
    """The vertices of a ring; empty when any of them is none."""
    ring = []
    for vertex in json_list(json):
        values = vertex if isinstance(vertex, list) and len(vertex) >= 2 else [None, None]
        x, y = json_number(values[0]), json_number(values[1])
        if x is None or y is None:
            return ()
        ring.append((x, y))
    return tuple(ring)


def packages_of_area(portal: Portal, area_id: ItemId, warnings: list[OfflineMapError]) -> Iterator[Package]:
    """Those that the portal made first, and only then, by another request, the author's own.

    `warnings` grows by what cannot be read. Raises as the session does.
    """
    for relationship, custom in _RELATIONSHIPS:
        for json in portal.related_json(area_id, relationship):
            try:
                item = parse_item(json)
            except OfflineMapError as error:
                warnings.append(error)
                continue
            kind = _KINDS.get(item.type.lower())
            if kind is not None:
                yield _package(item, kind, custom)


def _package(item: Item, kind: PackageKind, custom: bool) -> Package:
    properties = item.properties
    deltas = properties.get("createPkgDeltas")
    return Package(
        item=item,
        kind=kind,
        custom=custom,
        service_url=_service_url(item),
        layer_ids=_layer_ids(properties.get("layers")),
        sync_model=text_of(properties, "syncModel"),
        replica_id=text_of(properties, "replicaID"),
        server_gen=_server_gen(properties),
        deltas=Deltas(whole_of(deltas, "maxDeltaAge"), whole_of(properties, "lastPurgedGen"))
        if kind is PackageKind.GEODATABASE and isinstance(deltas, Mapping)
        else None,
    )


def _service_url(item: Item) -> str:
    """The service root: a property, and again a keyword `ReferenceURL#<address>`."""
    keywords = [word.partition("#")[2] for word in item.type_keywords if word.startswith("ReferenceURL#")]
    candidates = map(web_address, [item.properties.get("url"), *keywords])
    return next((url.rstrip("/") for url in candidates if url), "")


def _layer_ids(value: object) -> tuple[int, ...]:
    """Ids come as numbers or as texts."""
    ids = map(json_whole, json_list(value))
    return tuple(one for one in ids if one is not None and one >= 0)


def _server_gen(properties: Json) -> Optional[int]:
    """Of the whole replica, or of its layer with the lowest id where layers count for themselves."""
    generation = whole_of(properties, "replicaServerGen")
    if generation is not None:
        return generation
    stated = objects_of(properties, "layerServerGens")
    layers = [(whole_of(one, "id"), whole_of(one, "serverGen")) for one in stated]
    known = [(layer, gen) for layer, gen in layers if layer is not None and gen is not None]
    return min(known)[1] if known else None
