"""Is an offline map on this machine still what it was? The whole proof, read from end to end.

What the portal gave is compared with the hashes of the manifest. Working copies and the project are
the user's and change, so theirs is a check of structure. Maps of other programs carry no hashes:
their packages are checked by structure, an .mmpk by the checksums of its archive. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Optional

from ..errors import Cancelled, Damaged, OfflineMapError
from ..host import Feedback, raise_if_cancelled
from ..storage import file_sha256
from .layout import PACKAGE_INFO, PACKAGE_SUFFIX, WORK_SUFFIXES, MapFolder, work_file
from .local_maps import check_size
from .manifest import ManifestFile, has_manifest, read_manifest
from .mobile_map import MobileMapPackage, read_mobile_map_package, resolve
from .single_package import is_package, scheme_folder
from .structure import DOWNLOAD_AGAIN, check_structure


@dataclass(frozen=True)
class FileCheck:
    """One file: `path` relative to the map, `layers` the titles of those that draw from it."""

    path: str
    bytes: int
    layers: tuple[str, ...] = ()
    error: Optional[OfflineMapError] = None

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

    def as_json(self) -> dict[str, Any]:
        """The whole report; its keys are part of the public contract."""
        return {
            "version": 1,
            "title": self.title,
            "ok": self.is_whole,
            "files": [file.as_json() for file in self.files],
        }


@dataclass(frozen=True)
class _Pending:
    """A file to be checked; `check` raises what is wrong with it."""

    path: Path
    name: str
    check: Callable[[Feedback], None]


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
        pending = [
            _Pending(folder / file.path, file.path, _hash_check(folder / file.path, file))
            for file in manifest.files
        ]
        pending += [
            _Pending(folder / name, name, _structure_check(folder / name)) for name in manifest.working_copies
        ]
        return _with_layers(_run(manifest.area.title, pending, feedback), folder)
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
        error = None
        try:
            entry.check(feedback)
        except Cancelled:
            raise
        except OfflineMapError as found:
            error = found
        checked.append(FileCheck(entry.name, size, error=error))
        done += size
    feedback.report(total, total, title)
    return Verification(title, tuple(checked))


def _hash_check(path: Path, file: ManifestFile) -> Callable[[Feedback], None]:
    def check(feedback: Feedback) -> None:
        check_size(path, file)
        if file_sha256(path, feedback) != file.sha256:
            raise Damaged(
                "“{file}” is not what the portal sent: its content has changed since.",
                next_step=DOWNLOAD_AGAIN,
                file=path.name,
            )

    return check


def _structure_check(path: Path) -> Callable[[Feedback], None]:
    return lambda feedback: check_structure(path, feedback)


def _packages(package: MobileMapPackage) -> Iterator[Path]:
    """The package files that the layers of an offline map draw from, each once."""
    return iter({path: None for path, _ in _layer_files(package)})


def _layer_files(package: MobileMapPackage) -> Iterator[tuple[Path, str]]:
    """(file, title of a layer that draws from it), for files within the offline map."""
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
        files = list(_layer_files(read_mobile_map_package(folder)))
    except OfflineMapError:
        return found
    titles: dict[Path, dict[str, None]] = {}
    for package, title in files:
        made = (work_file(package, MapFolder(folder).work, suffix) for suffix in WORK_SUFFIXES)
        for file in (package, *made):
            titles.setdefault(file, {})[title] = None
    return replace(
        found,
        files=tuple(
            replace(check, layers=tuple(titles.get(folder / check.path, ()))) for check in found.files
        ),
    )
