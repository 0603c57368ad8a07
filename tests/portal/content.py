"""What a portal holds: users, items with data, resources and thumbnails, relations, services.

    content = PortalContent()
    content.add_user("ranger", "password")
    web_map = content.add_item("Web Map", "Trails", data={"operationalLayers": [...]}, access="private")
    area = content.add_item("Map Area", "North", ...)
    content.relate(web_map, "Map2Area", area)

`map_areas.py` has the short ways: `add_web_map`, `add_map_area`, `add_geodatabase`, `add_tiles`.
Nothing is copied: data given as a path is served from where it lies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Union
import uuid

from .answers import Content, size_of

if TYPE_CHECKING:
    from .feature_service import FeatureServiceStandIn

# Stands in every JSON text for the federated server, whose port is only known once it runs.
SERVER = "https://server.portal.invalid/arcgis"

Json = dict[str, Any]
Extent = tuple[float, float, float, float]

# Members that every item has, and that are null unless somebody filled them.
_UNTOLD = (
    "description",
    "name",
    "ownerFolder",
    "properties",
    "snippet",
    "spatialReference",
    "thumbnail",
    "url",
)

_EPOCH_MS = 1_700_000_000_000
_NAMESPACE = uuid.UUID("8b5f2f0e-3a0c-4c9e-9a53-5f8a2b1a7d10")


@dataclass
class User:
    name: str
    password: str
    groups: frozenset[str] = frozenset()


@dataclass
class Resource:
    content: Union[Content, Json]
    created: int = _EPOCH_MS


@dataclass
class Item:
    """`json` is the item as the portal gives it; `data` a file, a JSON object, or nothing."""

    json: Json
    data: Union[Content, Json, None] = None
    groups: frozenset[str] = frozenset()
    resources: dict[str, Resource] = field(default_factory=dict)
    files: dict[str, Content] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.json["id"]


@dataclass
class Service:
    """A JSON document of the federated server: a service, one of its layers, a style."""

    json: Json
    access: str


class PortalContent:
    """Built before or while the stand-in runs.

    Ids are made from type, title and count: the same every time.
    """

    def __init__(self, owner: str = "cartographer", password: str = "map-maker-1") -> None:
        self.org_id = "Kd7x5q2GmTz0wbV1"
        self.owner = owner
        self.users: dict[str, User] = {}
        self.items: dict[str, Item] = {}
        self.relations: list[tuple[str, str, str]] = []
        self.services: dict[str, Service] = {}
        self.default_basemap: Optional[Json] = None
        self.feature_services: dict[str, FeatureServiceStandIn] = {}
        self.add_user(owner, password)

    def add_user(self, name: str, password: str, groups: Iterable[str] = ()) -> None:
        self.users[name] = User(name, password, frozenset(groups))

    def add_item(
        self,
        type: str,
        title: str,
        *,
        data: Union[Content, Json, None] = None,
        id: Optional[str] = None,
        access: str = "public",
        groups: Iterable[str] = (),
        thumbnail: Optional[bytes] = None,
        **fields: Any,
    ) -> str:
        """Adds an item and returns its id.

        `access` is public, org, private or shared (with `groups`); `fields` are further members of
        the item's JSON as the portal spells them: typeKeywords, properties, extent, snippet, url, name…
        """
        number = len(self.items)
        item_id = id or uuid.uuid5(_NAMESPACE, f"{type}/{title}/{number}").hex
        if item_id in self.items:
            raise ValueError(f"item {item_id} is there already")
        made = _EPOCH_MS + number * 60_000
        json_fields = {
            **dict.fromkeys(_UNTOLD),
            "id": item_id,
            "owner": self.owner,
            "orgId": self.org_id,
            "created": made,
            "modified": made,
            "title": title,
            "type": type,
            "typeKeywords": [type],
            "tags": [],
            "extent": [],
            "access": access,
            "size": size_of(data) if isinstance(data, (bytes, Path)) else len(json.dumps(data or "")),
            "numViews": 0,
            **fields,
        }
        item = Item(json_fields, data, frozenset(groups))
        self.items[item_id] = item
        if thumbnail is not None:
            json_fields["thumbnail"] = "thumbnail/ago_downloaded.png"
            item.files["thumbnail/ago_downloaded.png"] = thumbnail
        return item_id

    def remove_item(self, item_id: str) -> None:
        """As its owner would delete it: relations go too."""
        del self.items[item_id]
        self.relations = [
            relation for relation in self.relations if item_id not in (relation[0], relation[2])
        ]

    def replace_data(self, item_id: str, data: Content) -> None:
        """As a refresh of the package does it: new bytes, size, ETag and `modified`."""
        item = self.items[item_id]
        item.data = data
        item.json.update(size=size_of(data), modified=item.json["modified"] + 60_000)

    def relate(self, origin: str, relationship: str, destination: str) -> None:
        self.relations.append((origin, relationship, destination))

    def related(self, item_id: str, relationships: Iterable[str], reverse: bool = False) -> list[Item]:
        wanted = frozenset(relationships)
        found = [
            (origin if reverse else destination)
            for origin, relationship, destination in self.relations
            if relationship in wanted and item_id == (destination if reverse else origin)
        ]
        return [self.items[other] for other in found]

    def add_resource(self, item_id: str, name: str, content: Union[Content, Json]) -> None:
        resources = self.items[item_id].resources
        resources[name] = Resource(content, _EPOCH_MS + len(resources) * 1000)

    def add_service(self, path: str, json: Json, access: str = "private") -> str:
        """One document of the federated server, below `rest/services`; returns its URL (see `SERVER`).

        `access` is public or private: for every signed-in user.
        """
        self.services[path.lower()] = Service(json, access)
        return f"{SERVER}/rest/services/{path}"

    def add_feature_service(
        self, name: str, json: Json, layers: Mapping[int, Json], access: str = "private"
    ) -> str:
        """A feature service with its layers and tables by id; returns the URL of its root."""
        for layer_id, layer in layers.items():
            self.add_service(f"{name}/FeatureServer/{layer_id}", layer, access)
        return self.add_service(f"{name}/FeatureServer", json, access)
