"""Saved portals: a title, an address, the id of an authentication configuration, and web maps.

A connection holds no secret: what signs in lies in the authentication database of QGIS.
ArcGIS Online is always there and always first; only its authentication can be changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Optional

from ..core.errors import BadInput
from ..core.json_value import objects_of, text_of
from ..core.portal import ARCGIS_ONLINE
from ..core.portal.urls import ItemId, item_id, portal_address, same_system
from .settings import CONNECTIONS

ARCGIS_ONLINE_TITLE = "ArcGIS Online"
_MOST_WEB_MAPS = 30


@dataclass(frozen=True)
class ChosenWebMap:
    """A web map that was chosen before: its item id, and the title that it had."""

    id: ItemId
    title: str


@dataclass(frozen=True)
class Connection:
    """A saved portal. `authcfg` is empty for anonymous visitors; `web_maps` has the latest first."""

    title: str
    url: str
    authcfg: str = ""
    web_maps: tuple[ChosenWebMap, ...] = ()

    @property
    def is_fixed(self) -> bool:
        """True for ArcGIS Online, whose title and address stay."""
        return self.title == ARCGIS_ONLINE_TITLE


def connections() -> list[Connection]:
    """All saved portals, ArcGIS Online first, then in the order in which they were made."""
    found = {ARCGIS_ONLINE_TITLE: Connection(ARCGIS_ONLINE_TITLE, ARCGIS_ONLINE)}
    for json in CONNECTIONS.values():
        read = _read(json)
        if read is not None:
            found[read.title] = replace(read, url=ARCGIS_ONLINE) if read.is_fixed else read
    return list(found.values())


def find_connection(title: str) -> Optional[Connection]:
    """The saved portal of exactly this title."""
    return next((one for one in connections() if one.title == title), None)


def connection_for(url: str, preferred: Optional[Connection] = None) -> Optional[Connection]:
    """A saved portal at `url`, which may be any address of it; `preferred` where it is one."""
    candidates = [preferred] if preferred else []
    candidates += sorted(connections(), key=lambda one: one.url != url)
    return next((one for one in candidates if same_system(one.url, url)), None)


def checked_connection(connection: Connection, replaced: str = "") -> Connection:
    """`connection` as it may be saved, in place of the one titled `replaced`.

    Raises `BadInput` for a title that is missing, taken or looks like an address, and for an
    address that is none.
    """
    title = " ".join(connection.title.split())
    if not title:
        raise BadInput("The connection has no title.", next_step="Give it one, such as the portal's name.")
    if "://" in title:
        raise BadInput(
            "The title “{title}” looks like an address.",
            next_step="Choose one that cannot be taken for an address.",
            title=title,
        )
    taken = {one.title.casefold() for one in connections() if one.title != replaced}
    if title.casefold() in taken:
        raise BadInput(
            "There is already a connection titled “{title}”.", next_step="Choose another title.", title=title
        )
    if not connection.url.strip():
        raise BadInput(
            "The connection has no address.",
            next_step="Give the portal's address, like https://gis.example.org/portal.",
        )
    return replace(connection, title=title, url=str(portal_address(connection.url)))


def save_connection(connection: Connection, replaced: str = "") -> Connection:
    """Saves what `checked_connection` makes of it, and returns that.

    Web maps go along to a new title, but not to another portal. ArcGIS Online keeps title and address.
    """
    if replaced == ARCGIS_ONLINE_TITLE:
        connection = replace(connection, title=ARCGIS_ONLINE_TITLE, url=ARCGIS_ONLINE)
    saved = checked_connection(connection, replaced)
    everyone = connections()
    former = next((one for one in everyone if one.title == replaced), None)
    if former is None:
        _store([*everyone, saved])
        return saved
    saved = replace(saved, web_maps=former.web_maps if same_system(former.url, saved.url) else ())
    _store([saved if one is former else one for one in everyone])
    return saved


def remove_connection(title: str) -> None:
    """Forgets a saved portal, but not ArcGIS Online; its authentication configuration stays."""
    _store([one for one in connections() if one.is_fixed or one.title != title])


def remember_web_map(title: str, web_map: ChosenWebMap) -> None:
    """Puts `web_map` first among those of the connection with this title."""

    def with_it(one: Connection) -> Connection:
        others = tuple(other for other in one.web_maps if other.id != web_map.id)
        return replace(one, web_maps=(web_map, *others)[:_MOST_WEB_MAPS]) if one.title == title else one

    _store([with_it(one) for one in connections()])


def _store(everyone: list[Connection]) -> None:
    CONNECTIONS.set(
        {
            "title": one.title,
            "url": one.url,
            "authcfg": one.authcfg,
            "web_maps": [{"id": web_map.id, "title": web_map.title} for web_map in one.web_maps],
        }
        for one in everyone
    )


def _read(json: Any) -> Optional[Connection]:
    if not isinstance(json, Mapping) or not text_of(json, "title"):
        return None
    try:
        url = str(portal_address(text_of(json, "url")))
    except BadInput:
        return None
    found = [(item_id(one.get("id")), text_of(one, "title")) for one in objects_of(json, "web_maps")]
    web_maps = tuple(ChosenWebMap(known, title or known) for known, title in found if known)
    return Connection(text_of(json, "title"), url, text_of(json, "authcfg"), web_maps)
