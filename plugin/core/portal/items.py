"""Items of a portal and the questions that are asked about them.

Source: the ArcGIS REST API. Every value of an answer is checked before it is believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Optional
from urllib.parse import quote

from ..errors import BadInput, BrokenAnswer
from ..extents import read_extent
from ..host import Extent
from ..json_value import (
    UNKNOWN_TIME,
    Json,
    moment_of,
    object_of,
    objects_of,
    text_of,
    texts_of,
    whole_of,
)
from .answers import JSON_LIMIT, WEB_MAP_LIMIT, read_object
from .urls import ItemId, item_id, web_address

if TYPE_CHECKING:  # who only describes items needs no network
    from .session import PortalSession

_PAGE = 100
_MOST_PAGES = 100  # the portal itself ends a search at 10,000 hits
_THUMBNAIL_LIMIT = 2 << 20
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8")


@dataclass(frozen=True)
class Item:
    """One item of a portal.

    `size` in bytes, 0 where the portal does not say; times are 1970 there; `name` is the file
    name; `extent` the WGS 84 box (xmin, ymin, xmax, ymax; see
    `read_extent`); `spatial_reference` a name, for
    display only; `thumbnail` the path below the item's `info`; `url` the service of a layer
    item; texts are empty where the portal has none.
    """

    id: ItemId
    title: str
    type: str
    owner: str = ""
    snippet: str = ""
    description: str = ""
    access: str = ""
    folder: str = ""
    name: str = ""
    size: int = 0
    created: datetime = UNKNOWN_TIME
    modified: datetime = UNKNOWN_TIME
    extent: Optional[Extent] = None
    spatial_reference: str = ""
    thumbnail: str = ""
    url: str = ""
    type_keywords: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    properties: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def revision(self) -> str:
        """A text that changes whenever the portal replaces the item's file."""
        return f"{self.modified.isoformat()} {self.size}"


@dataclass(frozen=True)
class Resource:
    """A file attached to an item. `size` in bytes, 0 where the portal does not say."""

    name: str
    size: int
    created: datetime


@dataclass(frozen=True)
class PortalInfo:
    """What a portal says of itself and of the user; `user` is empty for anonymous visitors."""

    name: str
    user: str
    full_name: str
    most_areas: Optional[int]
    json: Mapping[str, Any] = field(repr=False)


def parse_item(json: Json) -> Item:
    """The item in a portal's JSON object. Raises `BrokenAnswer` when it has no id."""
    found = item_id(json.get("id"))
    if found is None:
        raise BrokenAnswer(
            "The portal returned an item without an id.", next_step="Contact the portal's administrator."
        )
    return Item(
        id=found,
        title=text_of(json, "title") or text_of(json, "name") or found,
        type=text_of(json, "type"),
        owner=text_of(json, "owner"),
        snippet=text_of(json, "snippet"),
        description=text_of(json, "description"),
        access=text_of(json, "access"),
        folder=text_of(json, "ownerFolder"),
        name=text_of(json, "name"),
        size=max(0, whole_of(json, "size") or 0),
        created=moment_of(json, "created"),
        modified=moment_of(json, "modified"),
        extent=_corners(json.get("extent")),
        spatial_reference=text_of(json, "spatialReference"),
        thumbnail=text_of(json, "thumbnail"),
        url=web_address(json.get("url")),
        type_keywords=texts_of(json, "typeKeywords"),
        tags=texts_of(json, "tags"),
        properties=dict(object_of(json, "properties")),
    )


def _corners(value: object) -> Optional[Extent]:
    """[[xmin, ymin], [xmax, ymax]]; empty where an item covers nothing."""
    if not isinstance(value, list) or len(value) != 2:
        return None
    if not all(isinstance(corner, list) and len(corner) == 2 for corner in value):
        return None
    return read_extent(*value[0], *value[1])


class Portal:
    """The sharing API of the portal that `session` talks to.

    Every method raises `PortalError`, `NetworkError` or `Cancelled`, as the session does.
    """

    def __init__(self, session: PortalSession):
        self.session = session

    @property
    def url(self) -> str:
        """The portal's address, without the API."""
        return self.session.portal_url

    def info(self) -> PortalInfo:
        """The portal and the user: `portals/self`."""
        json = self.session.get_json(f"{self.session.rest}/portals/self")
        user = object_of(json, "user")
        packaging = object_of(object_of(json, "helperServices"), "packaging")
        return PortalInfo(
            name=text_of(json, "name") or text_of(json, "portalName"),
            user=text_of(user, "username"),
            full_name=text_of(user, "fullName"),
            most_areas=whole_of(packaging, "maxMapAreaItemsLimit"),
            json=json,
        )

    def item(self, wanted: ItemId) -> Item:
        """The item with this id."""
        found = parse_item(self.session.get_json(self.item_url(wanted)))
        if found.id != wanted:
            raise BrokenAnswer("The portal returned a different item than the one requested.")
        return found

    def data(self, wanted: ItemId) -> dict[str, Any]:
        """The JSON data of an item, such as a web map; an empty object where the item has none."""
        content = self.session.get_bytes(self.data_url(wanted), {"f": "json"}, WEB_MAP_LIMIT)
        return self._object(content, WEB_MAP_LIMIT) if content.strip() else {}

    def data_url(self, wanted: ItemId) -> str:
        """Where the file of an item lies; it may redirect to another server."""
        return f"{self.item_url(wanted)}/data"

    def related(self, wanted: ItemId, relationship: str, direction: str = "forward") -> list[Item]:
        """The items in a relationship with this one, over all pages."""
        return [parse_item(json) for json in self.related_json(wanted, relationship, direction)]

    def related_json(self, wanted: ItemId, relationship: str, direction: str = "forward") -> Iterator[Json]:
        """As `related`, unparsed, so that one broken item does not hide the others."""
        url = f"{self.item_url(wanted)}/relatedItems"
        values = {"relationshipType": relationship, "direction": direction}
        return self._pages(url, values, "relatedItems")

    def search(self, query: str, sort_field: str = "title", sort_order: str = "asc") -> Iterator[Item]:
        """The items that a search finds, page by page as they are asked for."""
        values = {"q": query, "sortField": sort_field, "sortOrder": sort_order}
        url = f"{self.session.rest}/search"
        return (parse_item(json) for json in self._pages(url, values, "results"))

    def resources(self, wanted: ItemId) -> list[Resource]:
        """The files attached to an item."""
        pages = self._pages(f"{self.item_url(wanted)}/resources", {}, "resources")
        return [
            Resource(name, max(0, whole_of(json, "size") or 0), moment_of(json, "created"))
            for json in pages
            if (name := text_of(json, "resource"))
        ]

    def resource(self, wanted: ItemId, name: str) -> bytes:
        """The content of a small resource."""
        return self.session.get_bytes(self.resource_url(wanted, name))

    def resource_json(self, wanted: ItemId, name: str) -> dict[str, Any]:
        """The JSON object in a resource."""
        return self._object(self.resource(wanted, name), JSON_LIMIT)

    def resource_url(self, wanted: ItemId, name: str) -> str:
        """Where a resource lies. Raises `BadInput` for names that lead elsewhere."""
        return f"{self.item_url(wanted)}/resources/{_below(name)}"

    def thumbnail(self, item: Item) -> Optional[bytes]:
        """The picture of an item as PNG, JPEG or GIF of at most 2 MB; None when it has none."""
        if not item.thumbnail:
            return None
        url = f"{self.item_url(item.id)}/info/{_below(item.thumbnail)}"
        content = self.session.get_bytes(url, limit=_THUMBNAIL_LIMIT)
        return content if content.startswith(_IMAGES) else None

    def item_url(self, wanted: ItemId) -> str:
        """The address of an item in the API."""
        return f"{self.session.rest}/content/items/{wanted}"

    def _object(self, content: bytes, limit: int) -> dict[str, Any]:
        return read_object(content, 200, self.session.asked(str(self.session.address)), limit)

    def _pages(self, url: str, values: Mapping[str, str], key: str) -> Iterator[Json]:
        """The objects under `key` of all pages; the next page is called by `nextKey` or `nextStart`."""
        start = ""
        seen: set[str] = set()
        while len(seen) < _MOST_PAGES:
            page = {"num": str(_PAGE), **values, **({"start": start} if start else {})}
            answer = self.session.get_json(url, page)
            yield from objects_of(answer, key)
            start = _next_page(answer)
            if not start or start in seen:
                return
            seen.add(start)


def _next_page(answer: Json) -> str:
    """What the next page is asked by; empty at the end (absent, null, or -1)."""
    for key in ("nextKey", "nextkey", "nextStart"):
        position = whole_of(answer, key)
        if position is not None:
            return str(position) if position > 0 else ""
        if text_of(answer, key):
            return text_of(answer, key)
    return ""


def _below(name: str) -> str:
    """A resource name as the end of an address; it must not climb out of its item."""
    parts = name.split("/")
    if not name or "\\" in name or any(part in ("", ".", "..") for part in parts):
        raise BadInput("The portal lists a resource whose name is not a file name.")
    return quote(name, safe="/")
