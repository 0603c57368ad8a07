"""The offline maps on this machine, of every portal, found without any network.

Known are the folders, .mmpk files and single packages of a list, and what lies below the root of downloads
as `<portal host>/<web map>/<area>`, whatever these folders are called: what a map is, its manifest tells.
Only manifest.json, package.info, .marea and job.json are read, file sizes, and how many edits a working copy
has noted: a list of a hundred maps must come at once. What the files hold is proven by `verification.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
import os
from pathlib import Path
from typing import Any, Optional

from ..errors import BadInput, Damaged, OfflineMapError
from ..extents import read_extent
from ..host import Extent
from ..json_value import UNKNOWN_TIME, Json, json_object, text_of, whole_of
from ..tiles.tile_package import open_tile_package
from ..untrusted.archive import open_archive
from ..untrusted.json_text import parse_json_object
from ..untrusted.sqlite_file import read_header
from ..working_copy.replica_state import RegistrationState
from .contents import edits_in
from .failure import read_failure
from .job_record import read_job
from .json_file import read_json_file
from .layout import (
    AREA_SUFFIX,
    GEODATABASE_SUFFIX,
    MAP_SUFFIX,
    PACKAGE_INFO,
    PARTIAL,
    SET_ASIDE,
    MapFolder,
)
from .manifest import Manifest, has_manifest, read_manifest
from .mobile_map import AreaRecord, read_area_record, read_web_map_title
from .single_package import is_package, scheme_folder

_LEVELS = 3  # below the root: portal host, web map, area
_MOST_FOLDERS = 10_000
_MAX_INFO = 8 << 20
_COPY_AGAIN = "Download the map area again, or copy the whole folder again."


@dataclass(frozen=True)
class LocalMap:
    """An offline map on this machine: a folder, an .mmpk file, or a single package.

    `ours`: this plugin downloaded it, here or elsewhere; for others the ids, mode and revisions may be empty.
    `error` names the file that is missing or cut short, as far as sizes tell.
    """

    place: Path
    title: str
    ours: bool = False
    area_id: str = ""
    web_map_id: str = ""
    web_map_title: str = ""
    portal_url: str = ""
    update_mode: str = ""  # as the .marea spells it
    bytes: int = 0  # on disk, with working copies and project
    packaged: Optional[datetime] = None  # when the portal last changed the area; aware
    extent: Optional[Extent] = None  # longitude and latitude
    revisions: Mapping[str, str] = field(default_factory=dict)  # by package item id
    layer_errors: int = 0
    table_errors: int = 0
    edits: int = 0  # features and rows with edits that no portal has
    finished: str = ""  # when this plugin ended its download, as the manifest spells it
    downloaded: Optional[datetime] = None  # the same moment; aware
    registration: RegistrationState = RegistrationState.NONE  # what counts most of its geodatabases
    is_finished: bool = False  # no feature service knows of it any more
    error: Optional[OfflineMapError] = None


@dataclass(frozen=True)
class UnfinishedDownload:
    """What a download left that can go on. `folder` is what it will become.

    Bytes of all packages; `bytes_total` is 0 where it is not known. `chosen` as `Overrides.chosen` spells it;
    `authcfg` and `open_when_done` are told by downloads of the dock alone. `failure` is why the last run
    failed.
    """

    folder: Path
    area_id: str
    title: str
    web_map_id: str
    portal_url: str
    bytes_there: int
    bytes_total: int
    chosen: Json = field(default_factory=dict)
    authcfg: str = ""
    open_when_done: bool = False
    failure: Optional[OfflineMapError] = None


@dataclass(frozen=True)
class LocalMaps:
    """All that was found, in the order in which it is known."""

    maps: tuple[LocalMap, ...]
    unfinished: tuple[UnfinishedDownload, ...]


def find_local_maps(known: Iterable[Path], root: Path) -> LocalMaps:
    """What lies at the `known` places, and below the `root` folder of downloads.

    A known place that is gone is listed with its error: its disk may only be unplugged. Raises
    nothing: what cannot be read is an entry with an error.
    """
    maps: dict[Path, LocalMap] = {}
    unfinished: dict[Path, UnfinishedDownload] = {}
    for place in (*known, *_folders_below(root, _LEVELS)):
        is_staging = place.name.endswith(PARTIAL)
        staging = place if is_staging else MapFolder(place).partial
        download = read_unfinished(staging)
        if download is not None:
            unfinished.setdefault(staging.resolve(), download)
        counts = place.exists() or download is None
        if counts and not is_staging and place.resolve() not in maps:
            maps[place.resolve()] = read_local_map(place)
    return LocalMaps(tuple(maps.values()), tuple(unfinished.values()))


def read_local_map(place: Path) -> LocalMap:
    """The offline map in a folder or file, quickly checked."""
    try:
        if not place.exists():
            raise BadInput(
                "“{folder}” no longer exists.",
                next_step="Connect the disk that holds it, or remove it from the list.",
                folder=place.name,
            )
        is_map = MapFolder(place).package_info.is_file() or has_manifest(place)
        if not is_map and is_package(place):
            return _single(place)
        return _mmpk(place) if place.is_file() else _folder(place)
    except OfflineMapError as error:
        # Edits are told of a map that is broken, too: there they are most in danger.
        title, finished = _stated(place)
        return LocalMap(place, title, edits=edits_in(MapFolder(place).work), finished=finished, error=error)
    except OSError as error:
        unreadable = Damaged(
            "“{folder}” cannot be read: {reason}.",
            next_step="Check the disk and your permissions.",
            folder=place.name,
            reason=error.strerror or type(error).__name__,
        )
        return LocalMap(place, place.name, error=unreadable)


def read_unfinished(folder: Path) -> Optional[UnfinishedDownload]:
    """What a staging folder (`<output>.partial`) holds; None for anything else."""
    try:
        with os.scandir(MapFolder(folder).packages) as entries:
            there = sum(entry.stat().st_size for entry in entries if not _is_note(entry.name))
    except OSError:
        return None
    job = read_job(folder)
    if job is None or not text_of(job, "area"):
        return None
    output = folder.with_name(folder.name.removesuffix(PARTIAL))
    return UnfinishedDownload(
        folder=output,
        area_id=text_of(job, "area"),
        title=text_of(job, "title") or output.name,
        web_map_id=text_of(job, "webMap"),
        portal_url=text_of(job, "portal"),
        bytes_there=there,
        bytes_total=whole_of(job, "bytes") or 0,
        chosen=json_object(job.get("chosen")),
        authcfg=text_of(job, "authcfg"),
        open_when_done=job.get("open") is True,
        failure=read_failure(job),
    )


def check_size(path: Path, *sizes: Optional[int]) -> None:
    """Raises `Damaged` for a file that is missing, or has another size than those that it may have."""
    if not path.is_file():
        raise Damaged("“{file}” is missing.", next_step=_COPY_AGAIN, file=path.name)
    there = path.stat().st_size
    if None not in sizes and there not in sizes:
        raise Damaged(
            "“{file}” has {there} bytes instead of {announced}.",
            next_step=_COPY_AGAIN,
            file=path.name,
            there=there,
            announced=sizes[0],
        )


def _folder(folder: Path) -> LocalMap:
    info = _read_info(folder)
    size = _bytes_below(folder)
    described: dict[str, Any] = {
        "place": folder,
        "bytes": size,
        "packaged": _modified(info),
        "extent": _extent(info),
    }
    if not has_manifest(folder):
        return _of_another_program(folder, info, described)
    manifest = read_manifest(folder)
    error = None
    try:
        for file in manifest.files:
            check_size(folder / file.path, *(version.bytes for version in file.versions))
    except Damaged as damage:
        error = damage
    return LocalMap(
        title=manifest.area.title,
        ours=True,
        area_id=manifest.area.id,
        web_map_id=manifest.web_map_id,
        web_map_title=manifest.web_map_title or _web_map_title(folder, info),
        portal_url=manifest.portal_url,
        update_mode=manifest.update_mode,
        revisions=manifest.revisions,
        layer_errors=len(manifest.layer_errors),
        table_errors=len(manifest.table_errors),
        edits=edits_in(MapFolder(folder).work),
        finished=manifest.finished,
        downloaded=_moment(manifest.finished),
        registration=_registration(manifest),
        is_finished=bool(manifest.ended),
        error=error,
        **described,
    )


def _of_another_program(folder: Path, info: Mapping[str, Any], described: Mapping[str, Any]) -> LocalMap:
    """A download of an ArcGIS app, or an .mmpk that somebody unpacked: its .marea tells whence."""
    try:
        area = read_area_record(folder, info) or AreaRecord()
    except Damaged:
        area = AreaRecord()
    modes = (package.update_mode for package in area.packages)
    return LocalMap(
        title=text_of(info, "title") or folder.name,
        area_id=area.area_id,
        web_map_title=_web_map_title(folder, info),
        portal_url=area.portal_url,
        update_mode=next(filter(None, modes), ""),
        **described,
    )


def _web_map_title(folder: Path, info: Mapping[str, Any]) -> str:
    """Whether its map can be read at all is told when it is opened."""
    try:
        return read_web_map_title(folder, info)
    except (Damaged, BadInput):
        return ""


def _mmpk(file: Path) -> LocalMap:
    with open_archive(file) as archive:
        content = archive.read(PACKAGE_INFO, _MAX_INFO)
    try:
        info = parse_json_object(content, _MAX_INFO)
    except ValueError as error:
        raise Damaged("“{file}” cannot be read.", next_step=_COPY_AGAIN, file=PACKAGE_INFO) from error
    return LocalMap(
        file,
        text_of(info, "title") or file.stem,
        bytes=file.stat().st_size,
        packaged=_modified(info),
        extent=_extent(info),
    )


def _single(package: Path) -> LocalMap:
    """A geodatabase, a tile package or a tile cache without its map."""
    place = scheme_folder(package)
    if place.suffix.lower() == GEODATABASE_SUFFIX:
        read_header(place)
    else:
        open_tile_package(place).close()
    size = _bytes_below(place) if place.is_dir() else place.stat().st_size
    return LocalMap(package, place.stem, bytes=size)


def _read_info(folder: Path) -> Mapping[str, Any]:
    path = MapFolder(folder).package_info
    if not path.is_file():
        if has_manifest(folder):
            raise Damaged("“{file}” is missing.", next_step=_COPY_AGAIN, file=PACKAGE_INFO)
        raise BadInput(
            "“{folder}” is no longer an offline map.",
            next_step="Remove it from the list.",
            folder=folder.name,
        )
    return read_json_file(path)


def _stated(place: Path) -> tuple[str, str]:
    """Title, and end of the download, of a map that is damaged, where its manifest still tells them."""
    try:
        manifest = read_manifest(place)
    except Damaged:
        return place.name, ""
    return manifest.area.title or place.name, manifest.finished


def _moment(text: str) -> Optional[datetime]:
    """A moment of ISO 8601 that says its zone; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _modified(info: Mapping[str, Any]) -> Optional[datetime]:
    milliseconds = whole_of(info, "modified")
    if not milliseconds or milliseconds < 0:
        return None
    try:
        return UNKNOWN_TIME + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def _extent(info: Mapping[str, Any]) -> Optional[Extent]:
    """[[west, south], [east, north]], as ArcGIS apps and we write it."""
    try:
        (west, south), (east, north) = info["extent"]
    except (KeyError, TypeError, ValueError):
        return None
    return read_extent(west, south, east, north)


def _folders_below(root: Path, levels: int) -> Iterator[Path]:
    """Folders that hold a map or a download, `levels` below the root; links are not followed."""
    if levels == 0:
        there = MapFolder(root)
        if any(path.is_file() for path in (there.package_info, there.manifest, there.job)):
            yield root
        return
    try:
        with os.scandir(root) as found:
            entries = list(islice(found, _MOST_FOLDERS))
    except OSError:
        return
    for entry in sorted(entries, key=lambda entry: entry.name):
        hidden = entry.name.startswith(".") or entry.name.endswith(SET_ASIDE)
        if not hidden and entry.is_dir(follow_symlinks=False):
            yield from _folders_below(Path(entry.path), levels - 1)


def _bytes_below(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(place, name), follow_symlinks=False).st_size
            except FileNotFoundError:
                continue  # SQLite's side files come and go
    return total


def _registration(manifest: Manifest) -> RegistrationState:
    """One that is refused or waits counts more than others that stand."""
    states = {one.state for one in manifest.registrations.values()}
    order = (
        RegistrationState.REFUSED,
        RegistrationState.PENDING,
        RegistrationState.DIRECT,
        RegistrationState.REGISTERED,
    )
    return next((state for state in order if state in states), RegistrationState.NONE)


def _is_note(name: str) -> bool:
    """The records of transfers and the map documents beside the packages."""
    return name.endswith((".json", MAP_SUFFIX, AREA_SUFFIX))
