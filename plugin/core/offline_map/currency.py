"""Is an offline map what the portal has now?"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from pathlib import Path

from ..errors import Damaged, NoPackage
from ..portal.map_areas import MapArea
from .manifest import read_manifest


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


def holds_revision(folder: Path, area: MapArea, overrides: Mapping[str, object]) -> bool:
    """True when `folder` is what a download of `area` with `overrides` would make now.

    That is: of the same parameters, with every package as the portal has it, and without errors
    but those that another download would meet again (a layer without package).
    """
    try:
        manifest = read_manifest(folder)
    except Damaged:
        return False
    errors = (*manifest.layer_errors.values(), *manifest.table_errors.values())
    return (
        manifest.area.id == area.item.id
        and sorted(manifest.area.packages) == sorted(package.item.id for package in area.packages)
        and all(error.get("code") == NoPackage.code for error in errors)
        and all(manifest.parameters.get(name) == value for name, value in overrides.items())
        and (not manifest.revisions or newer_at_portal(manifest.revisions, area) is Newer.NONE)
    )
