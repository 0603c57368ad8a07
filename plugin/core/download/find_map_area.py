"""What the portal knows of a web map and one of its map areas, asked side by side."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import BadInput, NotPackaged
from ..host import Executor
from ..portal.items import Item, Portal
from ..portal.map_areas import MapArea, PackagingStatus, load_map_area
from ..portal.urls import ItemId, item_id_in
from ..web_map import WebMap, parse_web_map


@dataclass(frozen=True)
class FoundMapArea:
    """A web map and the map area to download."""

    web_map_item: Item
    web_map: WebMap
    area: MapArea


def find_map_area(portal: Portal, web_map_id: ItemId, area: str, executor: Executor) -> FoundMapArea:
    """Asks for the web map, its data and its areas side by side, then for the one area.

    `area` is an item id, an item URL or an exact title. Raises `BadInput` when it fits none or several of
    the web map's areas, `NotPackaged` when the portal has not finished it, and `PortalError`s.
    """
    item = executor.submit(portal.item, web_map_id)
    data = executor.submit(portal.data, web_map_id)
    areas = executor.submit(portal.related, web_map_id, "Map2Area")
    web_map_item = item.result()
    web_map = parse_web_map(data.result(), web_map_item.title)
    chosen = choose_area(areas.result(), area, web_map_item.title)
    loaded = load_map_area(portal, chosen.id)
    _require_packaged(loaded)
    return FoundMapArea(web_map_item, web_map, loaded)


def choose_area(areas: list[Item], wanted: str, map_title: str) -> Item:
    """The area with this id (bare or in an item URL), or with exactly this title."""
    wanted_id = item_id_in(wanted)
    found = [item for item in areas if (item.id == wanted_id if wanted_id else item.title == wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        raise BadInput(
            "The web map “{map}” has several map areas named “{area}”.",
            next_step="Use one of their ids: {ids}.",
            map=map_title,
            area=wanted,
            ids=", ".join(item.id for item in found),
        )
    raise BadInput(
        "The web map “{map}” has no map area “{area}” that you can see.",
        next_step="Its map areas are: {titles}." if areas else "Ask its author to create map areas.",
        map=map_title,
        area=wanted,
        titles=", ".join(f"{item.title} ({item.id})" for item in areas),
    )


def _require_packaged(area: MapArea) -> None:
    if area.status is PackagingStatus.PROCESSING:
        raise NotPackaged(
            "The portal is creating the packages of “{area}” right now.",
            next_step="Try again later.",
            area=area.item.title,
        )
    if area.status is PackagingStatus.FAILED:
        raise NotPackaged(
            "The portal could not create the packages of “{area}”.",
            next_step="Ask the map's author to set up the map area again.",
            area=area.item.title,
        )
