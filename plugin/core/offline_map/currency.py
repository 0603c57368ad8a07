"""Is an offline map what the portal has now?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..errors import Damaged, NoPackage
from ..portal.map_areas import MapArea
from .manifest import read_manifest


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
    now: dict[str, str] = {package.item.id: package.item.revision for package in area.packages}
    return (
        manifest.area.id == area.item.id
        and sorted(manifest.area.packages) == sorted(now)
        and all(error.get("code") == NoPackage.code for error in errors)
        and all(manifest.parameters.get(name) == value for name, value in overrides.items())
        and all(now.get(item) == revision for item, revision in manifest.revisions.items())
    )
