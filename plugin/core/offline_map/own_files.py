"""Which files of a folder this plugin made: what it may delete again, and what it must leave.

What a manifest names is the plugin's, with all that is made of the packages in it, `updates/`, and the side
files that QGIS, GDAL and SQLite leave beside these. A folder that still grows has no manifest: there
the kinds of files count. Links are never the plugin's, and nothing behind one is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
import os
from pathlib import Path, PurePosixPath

from ..errors import Damaged
from .layout import (
    WORK_RECORD,
    WORK_SUFFIXES,
    MapFolder,
    is_package_file,
    is_picture_file,
    is_work_file,
    main_file,
)
from .manifest import has_manifest, read_manifest

_Rule = Callable[[str], bool]


@dataclass(frozen=True)
class FolderContents:
    """Paths relative to the folder, with forward slashes; those of empty folders and links to folders too.

    `own` ends with what says whose the folder is: without that nothing else could be told apart.
    """

    own: tuple[str, ...]
    others: tuple[str, ...]


def contents_of(folder: Path) -> FolderContents:
    """What lies in a folder of an offline map, or of a download that was begun, told apart."""
    there = MapFolder(folder)
    is_own = _rule(there)
    own: list[str] = []
    others: list[str] = []
    for path in _paths_below(folder):
        name = path.relative_to(folder).as_posix()
        (own if not path.is_symlink() and is_own(name) else others).append(name)
    last = [path.name for path in (there.job, there.manifest)]
    return FolderContents(tuple(sorted(own, key=lambda name: (name in last, name))), tuple(sorted(others)))


def delete_own(folder: Path) -> tuple[str, ...]:
    """Deletes what the plugin made, and the folders that are empty then; returns what stays.

    Raises `OSError`.
    """
    found = contents_of(folder)
    for name in found.own:
        path = folder / name
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
    remove_empty(folder)
    return found.others


def remove_empty(folder: Path) -> None:
    """Removes the folders of an offline map that hold nothing, and then its own. Raises `OSError`."""
    there = MapFolder(folder)
    is_link = there.updates.is_symlink()  # which a walk that begins with it would follow
    walk = () if is_link else os.walk(there.updates, topdown=False)
    places = [Path(place) for place, _, _ in walk]
    for place in (*places, *_folders(there), folder):
        if place.is_dir() and not place.is_symlink() and not any(place.iterdir()):
            place.rmdir()


def _paths_below(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        yield from (Path(place, name) for name in names)
        yield from (path for name in folders if (path := Path(place, name)).is_symlink())
        if not folders and not names and Path(place) != folder:
            yield Path(place)


def _folders(there: MapFolder) -> tuple[Path, ...]:
    return (*there.package_folders(), there.work, there.pictures, there.updates)


def _rule(there: MapFolder) -> _Rule:
    fixed = (
        there.package_info, there.map_document, there.area_document, there.project, there.map_features,
        there.manifest, there.report, there.job, *_folders(there),
    )  # fmt: skip
    names = {path.relative_to(there.root).as_posix() for path in fixed}
    updates = f"{there.updates.name}/"
    try:
        named = _named(there) if has_manifest(there.root) else _of_its_kind(there)
    except Damaged:
        named = _of_its_kind(there)

    def is_own(name: str) -> bool:
        base = main_file(name)
        return base in names or base.startswith(updates) or named(base)

    return is_own


def _named(there: MapFolder) -> _Rule:
    """What the manifest names, and what was made of its packages since."""
    manifest = read_manifest(there.root)
    names = {*(file.path for file in manifest.files), *manifest.working_copies}
    stems = [PurePosixPath(file.path).stem for file in manifest.files if file.item]
    names |= {f"{there.work.name}/{stem}{suffix}" for stem in stems for suffix in WORK_SUFFIXES}
    names.add(f"{there.work.name}/{WORK_RECORD}")
    return names.__contains__


def _of_its_kind(there: MapFolder) -> _Rule:
    kinds: dict[str, _Rule] = {
        **{folder.name: is_package_file for folder in there.package_folders()},
        there.work.name: is_work_file,
        there.pictures.name: is_picture_file,
    }

    def is_own(name: str) -> bool:
        folder, _, file = name.rpartition("/")
        return folder in kinds and kinds[folder](file)

    return is_own
