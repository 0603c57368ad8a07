"""What manifest.json says of registrations follows from the working copies, which know it themselves.

The two are two files: after a crash between them the manifest is behind, until it is mended from the copies.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Optional, Union

from ..errors import OfflineMapError
from ..sentences import Told
from ..working_copy.copy_reading import read_state
from ..working_copy.package_state import read_package_state
from ..working_copy.replica_state import RegistrationState, ReplicaState
from .layout import MapFolder, work_file
from .manifest import Manifest, Registration, read_manifest, write_manifest


def registrations_of(
    folder: Path, manifest: Manifest, left_out: Optional[Mapping[str, OfflineMapError]] = None
) -> dict[str, Registration]:
    """By the item id of each geodatabase; `left_out` are those that cannot be registered as they are.

    Where no working copy tells anything, what the manifest says stands.
    """
    found = dict(manifest.registrations)
    packages = {file.item.id: folder / file.path for file in manifest.files if file.item}
    for item, known in manifest.registrations.items():
        try:
            copy = work_file(packages[item], MapFolder(folder).work)
            state, package = read_state(copy), read_package_state(copy)
        except (KeyError, OfflineMapError):
            continue
        now = replace(known, revision=package.revision)
        if state is not None:
            now = replace(now, state=state.registration, reason=state.reason, replica=state.replica)
        found[item] = now
    for item, error in (left_out or {}).items():
        found[item] = Registration(RegistrationState.REFUSED, str(error))
    return found


def _state_of(folder: Path, manifest: Manifest, item: str) -> Optional[ReplicaState]:
    """What a working copy says of itself; None where it says nothing, or cannot be read."""
    packages = (folder / file.path for file in manifest.files if file.item and file.item.id == item)
    with suppress(OfflineMapError):
        return next((read_state(work_file(one, MapFolder(folder).work)) for one in packages), None)
    return None


def reasons_of(folder: Path) -> list[Union[Told, str]]:
    """Why geodatabases are not registered, each reason once. Raises `Damaged`."""
    manifest = read_manifest(folder)
    found: dict[str, Union[Told, str]] = {}
    for item, known in manifest.registrations.items():
        state = _state_of(folder, manifest, item)
        reason = state.reason if state else known.reason
        if reason:
            found[reason] = state.told if state else reason
    return list(found.values())


def mend_manifest(folder: Path, left_out: Optional[Mapping[str, OfflineMapError]] = None) -> Manifest:
    """Brings manifest.json up to date where it is not; returns what it says.

    Raises `Damaged` for a manifest that cannot be read, `StorageError`.
    """
    manifest = read_manifest(folder)
    if manifest.ended:
        return manifest
    mended = replace(manifest, registrations=registrations_of(folder, manifest, left_out))
    if mended != manifest:
        write_manifest(folder, mended)
    return mended
