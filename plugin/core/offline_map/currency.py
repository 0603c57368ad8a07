"""Is an offline map what the portal has now?"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from ..portal.map_areas import MapArea


class Newer(Enum):
    """Whether the portal has newer packages than those of an offline map."""

    NONE = "none"
    YES = "yes"
    UNKNOWN = "unknown"  # the revisions here are not known, or the portal has not finished its own


def newer_at_portal(revisions: Mapping[str, str], area: MapArea) -> Newer:
    """Compares the revisions of an offline map, by package item id, with those that its area has now.

    A package that the area no longer has counts as replaced. What the area has besides is not asked for:
    the map may have been made without it.
    """
    if not revisions:
        return Newer.UNKNOWN
    now: dict[str, str] = {package.item.id: package.item.revision for package in area.packages}
    if all(now.get(item) == revision for item, revision in revisions.items()):
        return Newer.NONE
    return Newer.YES if area.is_packaged else Newer.UNKNOWN
