"""What this profile of QGIS made: offline maps that it downloaded, and projects that it wrote or saved.

Only that may be deleted, and only such projects are read unasked. Whatever a folder says of itself
may come from somebody else: the settings of the profile do not.
"""

from __future__ import annotations

from collections.abc import Iterable
import hashlib
import os
from pathlib import Path

from ..core.errors import StorageError
from ..core.host import Silent
from ..core.offline_map.layout import MapFolder
from ..core.offline_map.manifest import has_manifest
from ..core.storage import file_sha256
from .settings import Setting, SettingGroup, offline_map_folders

# By the path of the folder: the moment when its download was finished, as its manifest has it.
_DOWNLOADS = SettingGroup("downloads")
_MANIFESTS = SettingGroup("manifests")  # by the sha256 of the manifest of such a map, where it lies
_BEGUN = SettingGroup("begun_downloads")
_SET_ASIDE = SettingGroup("set_aside")  # by its name, the place of a removed map that waits to be deleted
_PROJECTS = SettingGroup("projects")  # by the sha256 of the file, one of the two:
_TRUSTED, _DECLINED = "trusted", "declined"
_ANY = "*"  # known from version 0.1.0, which noted the folder alone
_EARLIER_NOTED = Setting("earlier_downloads_noted", False)


def note_earlier_downloads() -> None:
    """Once: the maps that version 0.1.0 listed, as far as they have a manifest, were downloaded by this
    profile."""
    if not _EARLIER_NOTED.value():
        for folder in offline_map_folders():
            _DOWNLOADS.set(_key(folder), _ANY)
        _EARLIER_NOTED.set(True)


def note_begun(folder: Path) -> None:
    """A download that will become `folder` has a staging folder from now on."""
    _BEGUN.set(_key(folder), str(folder))


def note_downloaded(folder: Path, finished: str) -> None:
    """`finished` is the moment that the manifest of the map tells."""
    _DOWNLOADS.set(_key(folder), finished)
    _BEGUN.forget(_key(folder))
    note_place(folder, finished)


def note_place(folder: Path, finished: str) -> None:
    """A map that this profile downloaded lies there now, with its manifest as it is now."""
    sha256 = _manifest_hash(folder)
    if not sha256 or _MANIFESTS.value(sha256) == str(folder):
        return
    _MANIFESTS.forget_values(str(folder))  # as its manifest was before an update
    _MANIFESTS.set(sha256, str(folder))
    if finished:
        _DOWNLOADS.set(_key(folder), finished)


def forget_download(folder: Path) -> None:
    """What lies, or grew, there is this profile's no longer, nor is a copy of it."""
    _DOWNLOADS.forget(_key(folder))
    _BEGUN.forget(_key(folder))
    _MANIFESTS.forget_values(str(folder))


def is_begun_here(folder: Path) -> bool:
    """True for a staging folder that a download of this profile made."""
    return bool(_BEGUN.value(_key(folder)))


def is_downloaded_here(folder: Path, finished: str) -> bool:
    """True for an offline map that this profile downloaded, and not another one in its place.

    `finished` as its manifest tells it; empty where that cannot be read. One that was moved is known by the
    hash of its manifest, while there is none any more where it lay before: else it is a copy.
    """
    if not has_manifest(folder):
        return False
    noted = _DOWNLOADS.value(_key(folder))
    if noted and noted in (_ANY, finished or noted):
        return True
    earlier = _MANIFESTS.value(_manifest_hash(folder))
    return bool(earlier) and not has_manifest(Path(earlier))


def note_set_aside(place: Path) -> None:
    """A removed offline map waits there to be deleted."""
    _SET_ASIDE.set(_key(place), str(place))


def forget_set_aside(place: Path) -> None:
    """It is deleted."""
    _SET_ASIDE.forget(_key(place))


def places_set_aside() -> list[Path]:
    """Where removed offline maps still wait to be deleted."""
    return [Path(place) for place in _SET_ASIDE.values()]


def trust_project(project: Path) -> None:
    """This project, as it is now, was written or saved here, or its user wants it as it is.

    Raises `StorageError` where it cannot be read.
    """
    _PROJECTS.set(file_sha256(project, Silent()), _TRUSTED)


def answer_project(sha256: str, wanted: bool) -> None:
    """The user wants a project with this hash as it is, or not to be read."""
    _PROJECTS.set(sha256, _TRUSTED if wanted else _DECLINED)


def is_answered(sha256: str) -> bool:
    """True for a project that the user need not be asked about: known as ours, or answered before."""
    return _PROJECTS.value(sha256) in (_TRUSTED, _DECLINED)


def is_trusted(project: Path) -> bool:
    """True for a project that may be read, wherever it lies. Raises `StorageError`."""
    return _PROJECTS.value(file_sha256(project, Silent())) == _TRUSTED


def usable_project(places: Iterable[Path]) -> Path:
    """The first of these places where a project may be read, or made since there is none.

    Raises `StorageError` for one that cannot be read.
    """
    return next(project for project in places if not os.path.lexists(project) or is_trusted(project))


def _manifest_hash(folder: Path) -> str:
    """Empty where there is none, or none that can be read."""
    try:
        return file_sha256(MapFolder(folder).manifest, Silent())
    except StorageError:
        return ""


def _key(path: Path) -> str:
    """Of a path, without a look at the disk, which may be a network drive that is gone."""
    return hashlib.sha256(os.path.normcase(os.path.abspath(path)).encode("utf-8", "replace")).hexdigest()
