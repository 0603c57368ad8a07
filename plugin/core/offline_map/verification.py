"""Is an offline map on this machine still what it was? The whole proof, read from end to end.

What the portal gave, and copies of tiles, are compared with hashes that were taken as they came or were made.
Working copies are the user's and change: their rows are compared with those that the geodatabase gives
again, but for the edits that are noted. Of the project, and of what nobody took a hash of (maps of other
programs, copies of an earlier version), the structure is checked, archives against their checksums.
Nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Optional

from ..errors import Cancelled, Damaged, OfflineMapError
from ..host import Feedback, raise_if_cancelled
from ..storage import file_sha256, is_unfinished
from ..working_copy.compare import compare_rows
from .layout import (
    GEODATABASE_SUFFIX,
    PACKAGE_INFO,
    PACKAGE_SUFFIX,
    SIDE_SUFFIXES,
    WORK_SUFFIXES,
    MapFolder,
    map_features_file,
    work_file,
)
from .local_maps import check_size
from .manifest import Manifest, ManifestFile, has_manifest, is_as_written, read_manifest
from .map_features import held_titles
from .mobile_map import MobileMapPackage, read_mobile_map_package, resolve
from .single_package import is_package, scheme_folder
from .structure import DOWNLOAD_AGAIN, HAS_CHECKSUMS, check_structure
from .work_record import WorkRecord


@dataclass(frozen=True)
class FileCheck:
    """One file: `path` relative to the map, `layers` the titles of those that draw from it.

    `is_vouched` says that a bit that turned in it would be seen; of others only the structure is known.
    """

    path: str
    bytes: int
    layers: tuple[str, ...] = ()
    error: Optional[OfflineMapError] = None
    is_vouched: bool = True

    def as_json(self) -> dict[str, Any]:
        """The entry of `files` in the report."""
        return {
            "path": self.path,
            "bytes": self.bytes,
            "layers": list(self.layers),
            "error": self.error.as_json() if self.error else None,
        }


@dataclass(frozen=True)
class Verification:
    """What a check of a whole offline map found."""

    title: str
    files: tuple[FileCheck, ...]

    @property
    def errors(self) -> tuple[FileCheck, ...]:
        """The files that are not as they should be."""
        return tuple(file for file in self.files if file.error)

    @property
    def is_whole(self) -> bool:
        """True when every file is as it should be."""
        return not self.errors

    @property
    def unverified(self) -> tuple[str, ...]:
        """The files of which nobody took a hash, so that only their structure could be checked."""
        return tuple(file.path for file in self.files if not file.is_vouched)

    def as_json(self) -> dict[str, Any]:
        """The whole report; its keys are part of the public contract."""
        return {
            "version": 1,
            "title": self.title,
            "ok": self.is_whole,
            "files": [file.as_json() for file in self.files],
            "unverified": list(self.unverified),
        }


@dataclass(frozen=True)
class _Pending:
    """A file to be checked; `check` raises what is wrong with it, and says whether every bit was seen."""

    path: Path
    name: str
    check: Callable[[Feedback], bool]


def verify_offline_map(place: Path, feedback: Feedback) -> Verification:
    """Checks every file of the offline map in a folder (or its package.info), an .mmpk, or a single package.

    Reports bytes. Raises `BadInput` for what is no offline map, `Damaged` for one whose manifest
    cannot be read, `Cancelled`.
    """
    folder = place.parent if place.name == PACKAGE_INFO else place
    if _is_single(folder):
        file = scheme_folder(folder)
        return _run(file.stem, [_Pending(file, file.name, _structure_check(file))], feedback)
    if has_manifest(folder):
        manifest = read_manifest(folder)
        return _with_layers(_run(manifest.area.title, _OwnFiles(folder, manifest).all(), feedback), folder)
    package = read_mobile_map_package(folder)
    pending = [
        _Pending(path, path.relative_to(folder).as_posix(), _structure_check(path))
        for path in _packages(package)
    ]
    return _with_layers(_run(package.title, pending, feedback), folder)


def _is_single(place: Path) -> bool:
    """True for an .mmpk and for a package without its map."""
    is_map = MapFolder(place).package_info.is_file()
    return not is_map and place.exists() and (place.suffix.lower() == PACKAGE_SUFFIX or is_package(place))


def _run(title: str, pending: list[_Pending], feedback: Feedback) -> Verification:
    sizes = [entry.path.stat().st_size if entry.path.is_file() else 0 for entry in pending]
    total, done, checked = sum(sizes), 0, []
    for entry, size in zip(pending, sizes):
        raise_if_cancelled(feedback)
        feedback.report(done, total, entry.path.name)
        error, is_vouched = None, True
        try:
            is_vouched = entry.check(feedback)
        except Cancelled:
            raise
        except OfflineMapError as found:
            error = found
        checked.append(FileCheck(entry.name, size, error=error, is_vouched=is_vouched))
        done += size
    feedback.report(total, total, title)
    return Verification(title, tuple(checked))


def _structure_check(path: Path) -> Callable[[Feedback], bool]:
    def check(feedback: Feedback) -> bool:
        check_structure(path, feedback)
        return path.suffix.lower() in HAS_CHECKSUMS

    return check


class _OwnFiles:
    """The files of a map that this plugin made, with what its manifest and its work record say of them."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._folder, self._manifest = folder, manifest
        self._there = MapFolder(folder)
        self._record = WorkRecord(self._there.work)
        self._proven: set[Path] = set()

    def all(self) -> list[_Pending]:
        """Packages first: working copies are compared with those that are whole."""
        there, manifest = self._there, self._manifest
        return [
            *(self._pending(file.path, self._as_sent(file)) for file in manifest.files),
            *(self._pending(name, _added(name)) for name in self._names_added()),
            *(self._pending(name, self._of_work_file(name)) for name in manifest.working_copies),
            *([self._pending(there.report.name, self._of_report())] if there.report.is_file() else []),
            self._pending(there.manifest.name, self._of_manifest),
        ]

    def _pending(self, name: str, check: Callable[[Feedback], bool]) -> _Pending:
        return _Pending(self._folder / name, name, check)

    def _as_sent(self, file: ManifestFile) -> Callable[[Feedback], bool]:
        """A file of the portal, or what an update that was killed had put in its place."""
        path = self._folder / file.path

        def check(feedback: Feedback) -> bool:
            size = path.stat().st_size if path.is_file() else -1
            version = next((one for one in file.versions[1:] if one.bytes == size), file)
            if version is not file and file_sha256(path, feedback) != version.sha256:
                version = file
            return self._by_hash(file.path, version.bytes, version.sha256, _not_as_sent)(feedback)

        return check

    def _by_hash(
        self, name: str, size: Optional[int], sha256: str, changed: Callable[[str], Damaged]
    ) -> Callable[[Feedback], bool]:
        path = self._folder / name

        def check(feedback: Feedback) -> bool:
            check_size(path, size)
            if file_sha256(path, feedback) != sha256:
                raise changed(path.name)
            self._proven.add(path)
            return True

        return check

    def _names_added(self) -> list[str]:
        """What lies among the packages and is none of the map's, but for what GDAL, SQLite or a kill left."""
        packages = self._there.packages
        names = [path.relative_to(self._folder).as_posix() for path in packages.glob("*")]
        known = {file.path for file in self._manifest.files}
        return sorted(
            name
            for name in names
            if name not in known and not name.lower().endswith(SIDE_SUFFIXES) and not is_unfinished(name)
        )

    def _of_work_file(self, name: str) -> Callable[[Feedback], bool]:
        """That of a file that was made of a package, or of the project, which is the user's."""
        path = self._folder / name
        size, sha256 = self._record.digest(path.name)
        if sha256:
            return self._by_hash(name, size, sha256, _not_as_made)
        geodatabase = self._there.packages / f"{path.stem}{GEODATABASE_SUFFIX}"

        def check(feedback: Feedback) -> bool:
            check_structure(path, feedback)
            is_comparable = self._record.has_comparable_rows(path.name) and geodatabase in self._proven
            if is_comparable:
                compare_rows(path, geodatabase, feedback)
            return is_comparable

        return check

    def _of_report(self) -> Callable[[Feedback], bool]:
        name, sha256 = self._there.report.name, self._manifest.run.get("report")
        if isinstance(sha256, str):
            return self._by_hash(name, None, sha256, _not_as_written)
        return _structure_check(self._there.report)

    def _of_manifest(self, _feedback: Feedback) -> bool:
        is_whole = is_as_written(self._folder)
        if is_whole is False:
            raise _not_as_written(self._there.manifest.name)
        return is_whole is not None


def _added(name: str) -> Callable[[Feedback], bool]:
    def check(_feedback: Feedback) -> bool:
        raise Damaged(
            "“{file}” does not belong to this offline map.",
            next_step="Move it to another folder if you need it.",
            file=name.rpartition("/")[2],
        )

    return check


def _not_as_sent(name: str) -> Damaged:
    return Damaged(
        "“{file}” is not what the portal sent: its content has changed since.",
        next_step=DOWNLOAD_AGAIN,
        file=name,
    )


def _not_as_made(name: str) -> Damaged:
    return Damaged(
        "“{file}” is not what it was when it was created: its content has changed since.",
        next_step="Delete it and open the offline map again: it will be created again.",
        file=name,
    )


def _not_as_written(name: str) -> Damaged:
    return Damaged("“{file}” has no record of what was written into it.", next_step=DOWNLOAD_AGAIN, file=name)


def _packages(package: MobileMapPackage) -> Iterator[Path]:
    """The package files that the layers of an offline map draw from, each once."""
    return iter({path: None for path, _ in _layer_files(package)})


def _layer_files(package: MobileMapPackage) -> Iterator[tuple[Path, str]]:
    """(package, title of a layer that draws from it), for packages within the offline map."""
    for mobile_map in package.maps:
        for layer in mobile_map.web_map.walk():
            if not layer.path:
                continue
            file = resolve(mobile_map.folder, layer).file
            if file.parent == mobile_map.folder:
                yield file, layer.title


def _with_layers(found: Verification, folder: Path) -> Verification:
    """The same, every file with the layers that draw from it, as far as the map documents can be read."""
    try:
        package = read_mobile_map_package(folder)
        files = list(_layer_files(package))
    except OfflineMapError:
        return found
    held = map_features_file(MapFolder(folder).work)
    titles: dict[Path, dict[str, None]] = {held: dict.fromkeys(held_titles(package))}
    for file, title in files:
        made = (work_file(file, MapFolder(folder).work, suffix) for suffix in WORK_SUFFIXES)
        for one in (file, *made):
            titles.setdefault(one, {})[title] = None
    return replace(
        found,
        files=tuple(
            replace(check, layers=tuple(titles.get(folder / check.path, ()))) for check in found.files
        ),
    )
