"""A map that lies in the folder of a night job: is it what the job would download, and is it current?

Nothing is uploaded, whoever runs the job; local edits stay, on top of what came.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Optional

from ..errors import BadInput, NoPackage, OfflineMapError
from ..host import Feedback
from ..offline_map.layout import TILE_SUFFIXES, MapFolder
from ..offline_map.manifest import Manifest, read_manifest
from ..offline_map.update_mode import UpdateMode
from ..portal.items import Portal
from ..portal.map_areas import packages_of_area
from ..portal.urls import ItemId, same_system
from .area_packages import AreaPackages
from .check import Downloadable, what_is_new
from .surroundings import UpdateSurroundings
from .sync import UpdateResult, update_map
from .synced_map import open_synced_map
from .update_request import UpdateDirection, UpdateRequest


def keep_current(
    folder: Path,
    area_id: ItemId,
    overrides: Mapping[str, object],
    portal: Portal,
    around: UpdateSurroundings,
    feedback: Feedback,
) -> Optional[UpdateResult]:
    """Brings what is new into the offline map in `folder`; None where nothing is.

    `overrides` are the parameters that were chosen for its download. Raises `BadInput` where the folder holds
    another download, or one that gets no updates and is not current, and as `update_map`.
    """
    manifest = read_manifest(folder)
    if not _is_same(manifest, area_id, overrides, portal):
        raise BadInput(
            "The folder of “{area}” contains an earlier download with other settings.",
            next_step="Move that folder away, or choose another parent folder.",
            area=manifest.area.title,
        )
    if manifest.update_mode == UpdateMode.NONE.value:
        if not _is_newest(manifest, portal):
            raise BadInput(
                "“{area}” was downloaded without updates, and the portal has newer packages.",
                next_step="Move that folder away, or choose another parent folder.",
                area=manifest.area.title,
            )
        return None
    synced = open_synced_map(folder)
    packages = AreaPackages(portal, synced)
    found = what_is_new(synced, packages, around, feedback)
    is_settled = not MapFolder(folder).incoming.exists() and not any(file.coming for file in manifest.files)
    result = None
    if found.download is not Downloadable.NONE or not is_settled:
        result = update_map(UpdateRequest(folder, UpdateDirection.DOWNLOAD), around, feedback, packages)
    _require_newest_tiles(manifest, packages)
    return result


def _require_newest_tiles(manifest: Manifest, packages: AreaPackages) -> None:
    for file in manifest.files:
        if file.item is None or not file.path.lower().endswith(TILE_SUFFIXES):
            continue
        package = packages.find(file.item.id, file.path)
        if package.item.revision != file.item.revision:
            raise BadInput(
                "“{package}” of “{area}” has newer tiles at the portal, which an update does not fetch.",
                next_step="Move that folder away, and download the map area again.",
                package=package.item.title,
                area=manifest.area.title,
            )


def _is_same(manifest: Manifest, area_id: ItemId, overrides: Mapping[str, object], portal: Portal) -> bool:
    """What came of the download is what another one would bring, but for the time."""
    errors = (*manifest.layer_errors.values(), *manifest.table_errors.values())
    return (
        manifest.area.id == area_id
        and same_system(manifest.portal_url, portal.url)
        and all(error.get("code") == NoPackage.code for error in errors)
        and all(manifest.parameters.get(name) == value for name, value in overrides.items())
    )


def _is_newest(manifest: Manifest, portal: Portal) -> bool:
    warnings: list[OfflineMapError] = []
    packages = packages_of_area(portal, ItemId(manifest.area.id), warnings)
    now: dict[str, str] = {package.item.id: package.item.revision for package in packages}
    is_complete = not warnings and sorted(now) == sorted(manifest.area.packages)
    return is_complete and all(now[item] == revision for item, revision in manifest.revisions.items())
