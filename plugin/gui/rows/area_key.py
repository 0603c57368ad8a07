"""Which map area is meant, of all those of all portals."""

from __future__ import annotations

from typing import NamedTuple

from ...core.portal.urls import system_key


class AreaKey(NamedTuple):
    """An item id, and its portal: copies of a portal, for tests or as a reserve, keep the ids of its items.

    `portal` as `system_key` spells it, empty where it is not known.
    """

    portal: str
    area_id: str


def area_key(portal_url: str, area_id: str) -> AreaKey:
    """That of an area of the portal at this address, which may be any address of it."""
    return AreaKey(system_key(portal_url), area_id)
