"""Where an offline map that is opened keeps its working copies, and where an .mmpk is unpacked.

A folder that this plugin made takes them itself. Any other folder is somebody else's and is
never written into: working copies then lie under the user's profile, in a folder named by the
place and the time of what was opened, so that a changed map gets new ones.
"""

from __future__ import annotations

from dataclasses import dataclass
import hashlib
import os
from pathlib import Path
import shutil
from typing import Optional

from ..errors import BadInput, StorageError, Untrusted
from ..host import Feedback, raise_if_cancelled
from ..storage import publish_folder, reading_error, storage
from ..untrusted.archive import Archive, open_archive
from .layout import PACKAGE_INFO, PACKAGE_SUFFIX, PROJECT_NAME, MapFolder
from .manifest import has_manifest
from .single_package import is_package

_MAX_INFO = 8 << 20
_MAX_RATIO = 20  # unpacked to packed bytes; packages are stored, so honest ones stay near 1
_DISK_RESERVE = 256 << 20


@dataclass(frozen=True)
class Place:
    """An offline map folder or a single package, and the folder for working copies and project."""

    folder: Path
    work_folder: Path

    @property
    def project(self) -> Path:
        return self.work_folder / PROJECT_NAME


def find_place(path: Path, output: Optional[Path], profile: Path, feedback: Feedback) -> Place:
    """Where the offline map at `path` lies: a folder, its package.info, or an .mmpk file.

    An .mmpk is unpacked into `output`, else below `profile`; what was unpacked before is used
    again. A single package (see `single_package`) is a place too: its work folder is in `output`, else
    below `profile`. Raises `BadInput` for what is none of these and for an `output` that holds something
    else or lies in a foreign folder, errors of `Archive` for an .mmpk that cannot be unpacked,
    `StorageError`, `Cancelled`.
    """
    try:
        is_file = path.is_file()
    except OSError as error:
        raise reading_error(error, path.name) from error
    if is_file and path.suffix.lower() == PACKAGE_SUFFIX:
        folder = output or unpacked_folder(path, profile)
        _unpack(path, folder, feedback)
        return _place(folder, folder)
    folder = path.parent if path.name == PACKAGE_INFO else path
    is_map = MapFolder(folder).package_info.is_file()
    if path.exists() and not is_map and is_package(path):
        return _place(path, output or _profile_folder(path, path, profile))
    if not is_map:
        raise _no_map(path)
    if output is None:
        return _place(folder, _root(folder, profile))
    if not has_manifest(folder) and output.resolve().is_relative_to(folder.resolve()):
        raise BadInput(
            "Working copies cannot be made in “{name}”: that offline map is another program's.",
            next_step="Choose another folder, or none.",
            name=folder.name,
        )
    return _place(folder, output)


def work_folder(place: Path, profile: Path) -> Path:
    """Where the offline map in a folder or .mmpk file has its working copies and its project.

    That is, when it is opened without an `output`; they need not be there. Raises `OSError` where there is
    no such map.
    """
    root = unpacked_folder(place, profile) if place.is_file() else _root(place, profile)
    return MapFolder(root).work


def _root(folder: Path, profile: Path) -> Path:
    if has_manifest(folder) and os.access(folder, os.W_OK | os.X_OK):
        return folder
    return _profile_folder(folder, MapFolder(folder).package_info, profile)


def _no_map(path: Path) -> BadInput:
    name = path.name or str(path)
    if not path.exists():
        return BadInput("“{file}” does not exist.", next_step="Check the path.", file=name)
    return BadInput(
        "“{name}” is not an offline map.",
        next_step="Choose the folder that a download made, its package.info, an .mmpk file, a geodatabase "
        "or a tile package.",
        name=name,
    )


def unpacked_folder(package: Path, profile: Path) -> Path:
    """Where `find_place` unpacks an .mmpk file that is opened without an `output`."""
    return _profile_folder(package, package, profile)


def _place(folder: Path, root: Path) -> Place:
    work_folder = MapFolder(root).work
    with storage(root.name):
        work_folder.mkdir(parents=True, exist_ok=True)
    return Place(folder, work_folder)


def _profile_folder(path: Path, dated: Path, profile: Path) -> Path:
    name = f"{path.resolve()}\n{dated.stat().st_mtime_ns}"
    return profile / "offline_map_areas" / hashlib.sha256(name.encode()).hexdigest()[:20]


def _unpack(path: Path, folder: Path, feedback: Feedback) -> None:
    """Unpacks an .mmpk so that `folder` holds all of it or is not there."""
    with open_archive(path) as archive:
        info = archive.read(PACKAGE_INFO, _MAX_INFO)
        there = MapFolder(folder)
        if there.package_info.is_file() and there.package_info.read_bytes() == info:
            return
        with storage(folder.name):
            if folder.is_dir() and any(folder.iterdir()):
                raise BadInput(
                    "The folder “{name}” is not empty.",
                    next_step="Choose a new or empty folder.",
                    name=folder.name,
                )
            folder.parent.mkdir(parents=True, exist_ok=True)
            _check_size(archive, folder.parent)
            growing = there.unpacking
            shutil.rmtree(growing, ignore_errors=True)
            try:
                _extract(archive, growing, feedback)
                publish_folder(growing, folder)
            except BaseException:
                shutil.rmtree(growing, ignore_errors=True)
                raise


def _check_size(archive: Archive, target: Path) -> None:
    total = sum(entry.size for entry in archive.entries.values())
    if total > _MAX_RATIO * archive.path.stat().st_size:
        raise Untrusted(
            "“{file}” would unpack to more than {ratio} times its size.",
            next_step="Get the package again from a source that you trust.",
            file=archive.path.name,
            ratio=_MAX_RATIO,
        )
    if total > shutil.disk_usage(target).free - _DISK_RESERVE:
        raise StorageError(
            "The disk has no room to unpack “{file}” ({size} bytes).",
            next_step="Free some space or choose a folder on another disk.",
            file=archive.path.name,
            size=total,
        )


def _extract(archive: Archive, folder: Path, feedback: Feedback) -> None:
    done, total = 0, sum(entry.size for entry in archive.entries.values())
    for name in archive.entries:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            for block in archive.blocks(name):
                raise_if_cancelled(feedback)
                file.write(block)
                done += len(block)
                feedback.report(done, total, archive.path.name)
