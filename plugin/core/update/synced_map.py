"""The offline map whose edits go to feature services: its geodatabases, their working copies and services.

Opening one makes no request and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import BadInput, OfflineMapError, Unsupported
from ..geodatabase.catalogue import open_geodatabase
from ..geodatabase.replica import Replica
from ..offline_map.layout import GEODATABASE_SUFFIX, PACKAGE_INFO, PACKAGE_SUFFIX, MapFolder, work_file
from ..offline_map.manifest import Manifest, ManifestFile, has_manifest, read_manifest
from ..offline_map.mobile_map import MobileMap, read_mobile_map_package, resolve
from ..offline_map.update_mode import UpdateMode


@dataclass(frozen=True)
class SyncedCopy:
    """One geodatabase as the portal packaged it, and its working copy, which may have to be made yet.

    `item` and `revision` are those of the package, `service_url` is the feature service, `replica` what the
    package says of itself, `titles` those of the web map's layers by layer id.
    """

    package: Path
    path: Path
    item: str
    revision: str
    service_url: str
    replica: Replica
    titles: Mapping[int, str]

    @property
    def title(self) -> str:
        """How the service is called, for people."""
        names = [part for part in self.service_url.split("/") if part]
        return names[-2] if len(names) > 1 and names[-1].lower() == "featureserver" else self.package.stem


@dataclass(frozen=True)
class SyncedMap:
    """`left_out`: why a geodatabase cannot be synchronised as it is, by the item id of its package."""

    folder: Path
    manifest: Manifest
    mode: UpdateMode
    copies: tuple[SyncedCopy, ...]
    left_out: Mapping[str, OfflineMapError]

    @property
    def title(self) -> str:
        return self.manifest.area.title

    @property
    def portal_url(self) -> str:
        return self.manifest.portal_url


def map_folder(path: Path) -> Path:
    """The folder of an offline map that is given by its folder or its package.info.

    Raises `BadInput` for anything that this plugin did not download.
    """
    folder = path.parent if path.name == PACKAGE_INFO else path
    if path.suffix.lower() == PACKAGE_SUFFIX and path.is_file():
        raise BadInput(
            "“{file}” is a mobile map package, which cannot be updated.",
            next_step="Choose the folder of an offline map that was downloaded from a portal.",
            file=path.name,
        )
    if has_manifest(folder):
        return folder
    if MapFolder(folder).package_info.is_file():
        raise BadInput(
            "“{folder}” was made by another program. Only that program can update and finish it.",
            next_step="Download the map area with this plugin.",
            folder=folder.name,
        )
    if not folder.exists():
        raise BadInput("“{file}” does not exist.", next_step="Choose another file.", file=folder.name)
    raise BadInput(
        "“{folder}” is not an offline map that was downloaded from a portal.",
        next_step="Choose the folder of a download, or its package.info.",
        folder=folder.name or str(folder),
    )


def open_synced_map(folder: Path) -> SyncedMap:
    """The offline map in `folder`, which may also be named by its package.info.

    Raises `BadInput` for what this plugin did not download and for a map that gets no updates, or none any
    more, `Damaged` for documents that cannot be read.
    """
    folder = map_folder(folder)
    manifest = read_manifest(folder)
    if manifest.ended:
        raise BadInput(
            "“{map}” was finished: it gets no updates, and its edits are not sent.",
            next_step="Download the map area again.",
            map=manifest.area.title,
        )
    found = read_synced_map(folder, manifest)
    if found.mode is UpdateMode.NONE:
        raise BadInput(
            "“{map}” was downloaded without updates.",
            next_step="Download the map area again with another update mode.",
            map=found.title,
        )
    return found


def read_synced_map(folder: Path, manifest: Manifest) -> SyncedMap:
    """The same, of any update mode. Raises `Damaged`."""
    mobile_map = read_mobile_map_package(folder).maps[0]
    copies, left_out = [], {}
    for file in manifest.files:
        if file.item is None or not file.path.lower().endswith(GEODATABASE_SUFFIX):
            continue
        try:
            copies.append(_copy(folder, file, mobile_map))
        except OfflineMapError as error:
            left_out[file.item.id] = error
    return SyncedMap(folder, manifest, _mode(manifest), tuple(copies), left_out)


def _mode(manifest: Manifest) -> UpdateMode:
    try:
        return UpdateMode(manifest.update_mode)
    except ValueError:
        return UpdateMode.NONE


def _copy(folder: Path, file: ManifestFile, mobile_map: MobileMap) -> SyncedCopy:
    package = folder / file.path
    with open_geodatabase(package) as geodatabase:
        replica = geodatabase.replica
    if replica is None or not any(dataset.layer_id is not None for dataset in replica.datasets):
        raise Unsupported(
            "The geodatabase “{file}” has no replica, so it cannot be synchronised.",
            next_step="Ask the map's author to set up the map area again, with sync enabled.",
            file=package.name,
        )
    records = mobile_map.area.packages if mobile_map.area else ()
    service = next((one.service_url for one in records if one.path == f"file:./{package.name}"), "")
    return SyncedCopy(
        package=package,
        path=work_file(package, MapFolder(folder).work),
        item=file.item.id if file.item else "",
        revision=file.item.revision if file.item else "",
        service_url=(service or replica.service_url).rstrip("/"),
        replica=replica,
        titles=dict(_titles(mobile_map, package)),
    )


def _titles(mobile_map: MobileMap, package: Path) -> Iterator[tuple[int, str]]:
    for layer in mobile_map.web_map.walk():
        if not layer.path:
            continue
        try:
            path = resolve(mobile_map.folder, layer)
        except OfflineMapError:
            continue  # told where the map is opened
        if path.layer_id is not None and path.file.name == package.name:
            yield path.layer_id, layer.title
