"""Where an offline map that is opened keeps its working copies, and where an .mmpk is unpacked.

A folder that this plugin made takes them itself. Any other folder is somebody else's and is
never written into: working copies then lie under the user's profile, in a folder found by what was
opened and what it held (`origin`): a map that was touched finds its copies, a changed one gets new ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
import hashlib
from itertools import count
import os
from pathlib import Path
import shutil
from typing import Optional

from ..errors import BadInput, PackageError
from ..host import Feedback
from ..notice import Notice
from ..storage import reading_error, storage
from .layout import PACKAGE_INFO, PACKAGE_SUFFIX, PARTIAL, PROJECT_NAME, MapFolder
from .manifest import has_manifest
from .origin import (
    CopyOrigin,
    Kept,
    edits_elsewhere,
    kept_copies,
    look_of,
    note_origin,
    origin_of,
    orphaned,
    read_origin,
)
from .single_package import is_package, scheme_folder
from .unpack import unpack


@dataclass(frozen=True)
class Place:
    """An offline map folder or a single package, and the folder for working copies and project.

    `profile_folder` is where this profile has a project of its own, while one that it must not read is beside
    the working copies. `notices` tell of edits that were made in an earlier content. `made` is the topmost
    folder that was not there before.
    """

    folder: Path
    work_folder: Path
    profile_folder: Path
    notices: tuple[Notice, ...] = ()
    made: Optional[Path] = None

    @property
    def project(self) -> Path:
        return self.work_folder / PROJECT_NAME

    def projects(self) -> Iterator[Path]:
        """Where its project may lie: beside the working copies, then below the profile, without an end."""
        yield self.project
        yield from (MapFolder(self.profile_folder / str(number)).project for number in count(1))


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
        found = _foreign(path, path, output, profile, feedback)
        made = _first_missing(found.root)
        is_made = unpack(path, found.root, feedback)
        return _place(found.root, found, profile, made if is_made else None)
    folder = path.parent if path.name == PACKAGE_INFO else path
    is_map = MapFolder(folder).package_info.is_file()
    if path.exists() and not is_map and is_package(path):
        return _place(path, _foreign(scheme_folder(path), path, output, profile, feedback), profile)
    if not is_map:
        raise _no_map(path)
    if output is None and _is_own(folder):
        return _place(folder, _Found(folder), profile)
    if output and not has_manifest(folder) and output.resolve().is_relative_to(folder.resolve()):
        raise BadInput(
            "Working copies cannot be created in “{name}”: that offline map belongs to another program.",
            next_step="Choose another folder, or leave it empty.",
            name=folder.name,
        )
    info = MapFolder(folder).package_info
    return _place(folder, _foreign(folder, info, output, profile, feedback), profile)


def withdraw(place: Place, error: BaseException) -> None:
    """Removes what `find_place` made for an offline map that is refused, or before anything came of it."""
    if place.made is None or not place.made.is_dir():
        return
    files = (path for path in place.made.rglob("*") if path.is_file())
    is_bare = all(path == MapFolder(place.work_folder.parent).origin for path in files)
    if is_bare or isinstance(error, (PackageError, BadInput)):
        shutil.rmtree(place.made, ignore_errors=True)


def work_folder(place: Path, profile: Path) -> Path:
    """Where the offline map in a folder or .mmpk file has its working copies and its project.

    That is, when it is opened without an `output`; they need not be there. Raises `OSError` where there is
    no such map.
    """
    root = unpacked_folder(place, profile) if place.is_file() else _root(place, profile)
    return MapFolder(root).work


def known_project(path: Path, profile: Path) -> Optional[Path]:
    """The project of the offline map at `path` that `find_place` would come to, if there is one already."""
    place = path.parent if path.name == PACKAGE_INFO else path
    try:
        project = work_folder(place, profile) / PROJECT_NAME
    except OSError:
        return None
    return project if project.is_file() else None


def earlier_edits(path: Path, profile: Path) -> list[Kept]:
    """Working copies with edits that the map at `path` does not show, as `find_place` tells when it opens it.

    Those of an earlier content of it, and those of its present content from where it lay before; nothing
    is read but what is noted of them. Raises `OSError`.
    """
    kept = kept_copies(_below(profile))
    place, look = str(path.resolve()), look_of(path) if path.exists() else ""
    contents = {one.origin.content for one in kept if (one.origin.path, one.origin.look) == (place, look)}
    return [one for one in orphaned(kept) if one.origin.path == place or one.origin.content in contents]


def _root(folder: Path, profile: Path) -> Path:
    return folder if _is_own(folder) else _known_folder(folder, MapFolder(folder).package_info, profile)


def _is_own(folder: Path) -> bool:
    return has_manifest(folder) and os.access(folder, os.W_OK | os.X_OK)


def _no_map(path: Path) -> BadInput:
    name = path.name or str(path)
    if not path.exists():
        return BadInput("“{file}” does not exist.", next_step="Check the path.", file=name)
    if name.endswith(PARTIAL) and MapFolder(path).job.is_file():
        return BadInput(
            "“{name}” is an unfinished download.",
            next_step="Download the map area again with the folder “{folder}”: it continues where it "
            "stopped.",
            name=name,
            folder=name.removesuffix(PARTIAL),
        )
    return BadInput(
        "“{name}” is not an offline map.",
        next_step="Choose the folder of a download, its package.info, an .mmpk file, a geodatabase or a "
        "tile package.",
        name=name,
    )


def unpacked_folder(package: Path, profile: Path) -> Path:
    """Where `find_place` unpacks an .mmpk file that is opened without an `output`."""
    return _known_folder(package, package, profile)


@dataclass(frozen=True)
class _Found:
    """Where the working copies of a map lie or will lie; `origin` None for a map of our own."""

    root: Path
    origin: Optional[CopyOrigin] = None
    parent: Optional[Path] = None


def _foreign(path: Path, dated: Path, output: Optional[Path], profile: Path, feedback: Feedback) -> _Found:
    """The folder that holds what was made of this content of `path`, or one for it."""
    parent = _below(profile)
    kept = kept_copies(parent)
    try:
        if output:
            return _Found(output, _checked_origin(path, output, feedback), parent)
        origin = origin_of(path, [one.origin for one in kept], feedback)
        earlier = _profile_folder(path, dated, profile)
    except OSError as error:
        raise reading_error(error, path.name) from error
    for one in kept:
        if (one.origin.path, one.origin.content) == (origin.path, origin.content):
            return _Found(one.folder, origin, parent)
    is_earlier = earlier.is_dir() and not MapFolder(earlier).origin.is_file()
    return _Found(earlier if is_earlier else parent / origin.folder_name, origin, parent)


def _checked_origin(path: Path, output: Path, feedback: Feedback) -> CopyOrigin:
    """Raises `BadInput` where `output` holds working copies that were made of another content."""
    earlier = read_origin(output)
    origin = origin_of(path, [earlier] if earlier else [], feedback)
    if earlier and earlier.content != origin.content:
        raise BadInput(
            "The working copies in “{name}” were made from “{path}” as it was then, not from what "
            "“{file}” contains now.",
            next_step="Choose another working folder; the edits in that one stay there.",
            name=output.name,
            path=earlier.path,
            file=path.name,
        )
    return origin


def _place(folder: Path, found: _Found, profile: Path, made: Optional[Path] = None) -> Place:
    work_folder = MapFolder(found.root).work
    made = made or _first_missing(work_folder)
    with storage(found.root.name):
        work_folder.mkdir(parents=True, exist_ok=True)
    own = _project_folder(folder, work_folder, profile)
    if found.origin is None or found.parent is None:
        return Place(folder, work_folder, own)
    note_origin(found.root, found.origin)
    told = edits_elsewhere(found.origin, kept_copies(found.parent))
    return Place(folder, work_folder, own, told, made)


def _first_missing(folder: Path) -> Optional[Path]:
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    return missing[-1] if missing else None


def _known_folder(path: Path, dated: Path, profile: Path) -> Path:
    """Without reading the map: the folder of what looks the same, else the one that was made last."""
    earlier, look = _profile_folder(path, dated, profile), look_of(path)
    kept = [one for one in kept_copies(_below(profile)) if one.origin.path == str(path.resolve())]
    same = [one for one in kept if one.origin.look == look] or kept
    return max((one.folder for one in same), key=lambda one: one.stat().st_mtime, default=earlier)


def _project_folder(folder: Path, work_folder: Path, profile: Path) -> Path:
    """By the place of the working copies, and by what the map says of itself. Raises `StorageError`."""
    info = MapFolder(folder).package_info
    try:
        said = info.read_bytes() if info.is_file() else b""
    except OSError as error:
        raise reading_error(error, info.name) from error
    name = hashlib.sha256(f"{work_folder.resolve()}\n".encode() + said)
    return _below(profile) / name.hexdigest()[:20]


def _below(profile: Path) -> Path:
    return profile / "offline_map_areas"


def _profile_folder(path: Path, dated: Path, profile: Path) -> Path:
    """How earlier versions called the folder."""
    name = f"{path.resolve()}\n{dated.stat().st_mtime_ns}"
    return _below(profile) / hashlib.sha256(name.encode()).hexdigest()[:20]
