"""Saved portals: a title, an address, the id of an authentication configuration, and web maps.

A connection holds no secret: what signs in lies in the authentication database of QGIS.
ArcGIS Online is always there and always first; only its authentication can be changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from itertools import count
from typing import Any, Optional

from ..core.errors import BadInput
from ..core.json_value import objects_of, text_of
from ..core.portal import ARCGIS_ONLINE
from ..core.portal.urls import ItemId, item_id, portal_address, same_system
from .settings import CONNECTIONS

ARCGIS_ONLINE_TITLE = "ArcGIS Online"
_MOST_WEB_MAPS = 30
_LONGEST_PROPOSAL = 60  # characters of a title that nobody typed


@dataclass(frozen=True)
class ChosenWebMap:
    """A web map that was chosen before: its item id, the title that it had, and when (UTC, ISO 8601)."""

    id: ItemId
    title: str
    chosen: str = field(default="", compare=False)


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
    """The saved portal at `url`, which may be any address of it; see `connections_for`."""
    return next(iter(connections_for(url, preferred)), None)


def connections_for(url: str, preferred: Optional[Connection] = None) -> list[Connection]:
    """The saved portals at `url`, the most exact first: the very address before another host of ArcGIS Online
    or another scheme. Among equals `preferred` is the first.
    """
    candidates = [preferred] if preferred else []
    candidates += [one for one in connections() if preferred is None or one.title != preferred.title]
    found = (one for one in candidates if same_system(one.url, url))
    return sorted(found, key=lambda one: _distance(one.url, url))


def _distance(one: str, other: str) -> int:
    """How far two addresses of one portal are from each other."""
    a, b = portal_address(one.lower()), portal_address(other.lower())
    return 0 if a == b else 1 if a.origin.host == b.origin.host else 2


def recent_web_maps(most: int) -> list[tuple[Connection, ChosenWebMap]]:
    """The web maps that were chosen last, of all connections, the latest first."""
    found = [(one, web_map) for one in connections() for web_map in one.web_maps]
    return sorted(found, key=lambda pair: pair[1].chosen, reverse=True)[:most]


def proposed_title(name: str, url: str) -> str:
    """A free title for a new connection: the portal's name, else its host, with what tells it apart."""
    place = str(portal_address(url)).partition("://")[2]
    host = place.partition("/")[0]
    name = " ".join(name.split())[:_LONGEST_PROPOSAL].strip()
    base = host if not name or "://" in name else name
    taken = {one.title.casefold() for one in connections()}
    proposals = [host, place] if base == host else [base, f"{base} ({host})", f"{base} ({place})"]
    for proposal in proposals:
        if proposal.casefold() not in taken:
            return proposal
    return next(text for text in (f"{base} ({n})" for n in count(2)) if text.casefold() not in taken)


def checked_connection(connection: Connection, replaced: str = "") -> Connection:
    """`connection` as it may be saved, in place of the one titled `replaced`.

    Raises `BadInput` for a title that is missing, taken or looks like an address, and for an
    address that is none.
    """
    title = " ".join(connection.title.split())
    if not title:
        raise BadInput("The connection has no title.", next_step="Enter one, such as the portal's name.")
    if "://" in title:
        raise BadInput(
            "The title “{title}” looks like an address.",
            next_step="Choose one that cannot be mistaken for an address.",
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
            next_step="Enter the portal's address, like https://gis.example.org/portal.",
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
    """Puts `web_map` first among those of the connection with this title, chosen now."""
    web_map = replace(web_map, chosen=datetime.now(timezone.utc).isoformat(timespec="milliseconds"))

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
            "web_maps": [vars(web_map) for web_map in one.web_maps],
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
    web_maps = tuple(
        ChosenWebMap(known, text_of(one, "title") or known, text_of(one, "chosen"))
        for one in objects_of(json, "web_maps")
        if (known := item_id(one.get("id")))
    )
    return Connection(text_of(json, "title"), url, text_of(json, "authcfg"), web_maps)
