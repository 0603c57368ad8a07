"""The package in `p13` follows the rows of its working copy: the name stays, manifest and .marea tell of it.

The manifest names what comes beside what is there, then files are put in place, then it names them alone. So
it is true at every moment; what a run that was killed did not get to, `settle_packages` ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
import hashlib
import json
from pathlib import Path

from ..geodatabase.catalogue import open_geodatabase
from ..host import Feedback, Silent
from ..offline_map.json_file import read_json_file
from ..offline_map.layout import GEODATABASE_SUFFIX, MapFolder
from ..offline_map.manifest import (
    Manifest,
    ManifestFile,
    PackageFile,
    read_manifest,
    write_manifest,
)
from ..offline_map.mobile_map import AreaPackage, AreaRecord
from ..storage import file_sha256, move, storage, write_whole
from ..working_copy.package_state import read_package_state
from .incoming_files import IncomingFiles
from .synced_map import SyncedMap


def place_package(folder: Path, arrived: PackageFile, staged: Path) -> None:
    """Puts a package whose rows are in the working copy in the place of the one it was made of.

    Raises `Damaged` for documents that cannot be read, `StorageError`.
    """
    manifest = read_manifest(folder)
    for file in manifest.files:
        if file.item and file.item.id == arrived.item_id:
            item = replace(file.item, revision=arrived.revision, etag=arrived.etag)
            coming = replace(file, bytes=arrived.bytes, sha256=arrived.sha256, item=item, coming=None)
            document = _area_document(folder, manifest, {file.path: staged})
            _announce(folder, manifest, [coming, document[0]])
            with storage(file.path):
                move(staged, folder / file.path)
            _conclude(folder, document)


def settle_packages(synced: SyncedMap, incoming: IncomingFiles, feedback: Feedback) -> bool:
    """Ends what an earlier run began; returns whether there was anything. Raises as `place_package`."""
    done = False
    for copy in synced.copies:
        held = read_package_state(copy.path)
        if not held.revision or held.revision == copy.revision:
            continue
        arrived = incoming.arrived(copy.item, held.revision, feedback)
        if arrived:
            place_package(synced.folder, arrived, incoming.packages / arrived.name)
            done = True
    manifest = read_manifest(synced.folder)
    if not done and any(file.coming for file in manifest.files):
        _conclude(synced.folder, _area_document(synced.folder, manifest, {}))
        done = True
    return done


def _announce(folder: Path, manifest: Manifest, coming: list[ManifestFile]) -> None:
    by_path = {file.path: file for file in coming}
    files = tuple(replace(file, coming=by_path.get(file.path)) for file in manifest.files)
    write_manifest(folder, replace(manifest, files=files))


def _conclude(folder: Path, document: tuple[ManifestFile, bytes]) -> None:
    """The manifest names what lies there; the .marea is written first."""
    manifest = read_manifest(folder)
    told, content = document
    announced = [file.coming for file in manifest.files if file.coming and file.path != told.path]
    _announce(folder, manifest, [*announced, told])
    write_whole(folder / told.path, content)
    files = tuple(_as_it_lies(folder, file) for file in read_manifest(folder).files)
    write_manifest(folder, replace(manifest, files=files))


def _as_it_lies(folder: Path, file: ManifestFile) -> ManifestFile:
    """The version of a file that is there."""
    if file.coming is None:
        return file
    path = folder / file.path
    is_new = path.is_file() and file_sha256(path, Silent()) == file.coming.sha256
    return file.coming if is_new else replace(file, coming=None)


def _area_document(
    folder: Path, manifest: Manifest, staged: Mapping[str, Path]
) -> tuple[ManifestFile, bytes]:
    """The .marea, with what each geodatabase in `p13` says of itself; `staged` are those that come."""
    path = MapFolder(folder).area_document
    record = AreaRecord.from_json(read_json_file(path))
    geodatabases = {
        f"file:./{Path(file.path).name}": staged.get(file.path, folder / file.path)
        for file in manifest.files
        if file.item and file.path.lower().endswith(GEODATABASE_SUFFIX)
    }
    packages = tuple(_described(one, geodatabases) for one in record.packages)
    text = json.dumps(replace(record, packages=packages).to_json(), ensure_ascii=False, separators=(",", ":"))
    content = text.encode("utf-8")
    name = path.relative_to(folder).as_posix()
    known = next((file for file in manifest.files if file.path == name), ManifestFile(name, 0, ""))
    digest = hashlib.sha256(content).hexdigest()
    return replace(known, bytes=len(content), sha256=digest, coming=None), content


def _described(package: AreaPackage, geodatabases: Mapping[str, Path]) -> AreaPackage:
    if package.path not in geodatabases:
        return package
    with open_geodatabase(geodatabases[package.path]) as geodatabase:
        replica = geodatabase.replica
    return replace(
        package,
        replica_id=replica.uuid if replica else package.replica_id,
        server_gen=replica.server_gen if replica else None,
    )
