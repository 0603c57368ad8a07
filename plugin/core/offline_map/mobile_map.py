"""The folder of an offline map: an unpacked mobile map package, read and written.

    package.info                 JSON: title, extent, list of maps
    pNN/<map>.mmap               JSON {item, map}: web map JSON whose layers carry `path`
    pNN/<map>.marea              JSON: which packages, from where, how they are updated
    pNN/<name>.geodatabase …     the packages, byte for byte

Source: a download made by an ArcGIS app. NN is the schema
level of the writer (13 in that sample, and in ours).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
import re
from typing import Any, Optional
from urllib.parse import unquote

from ..errors import BadInput, Damaged, OfflineMapError, Untrusted
from ..json_value import Json, json_object, json_string
from ..untrusted.path import is_plain_name, local_file
from ..web_map import LayerRole, MapLayer, WebMap, parse_web_map
from .json_file import read_json_file, unreadable, write_json_file
from .layout import AREA_SUFFIX, MAP_SUFFIX, MapFolder

_EMPTY: tuple[Any, ...] = (None, "", [])
_PATH = re.compile(r"^file:(?P<file>[^?]+)(?:\?itemId=(?P<layer>\d{1,9}))?$")


@dataclass(frozen=True)
class AreaPackage:
    """One entry of the .marea: a package, its origin, and how it is kept current.

    `path` is relative to the package folder, `server_gen` the generation of the service that
    the geodatabase holds; both replica members and `update_mode` are empty for tile packages.
    `others` are members that none of these holds: they are kept when the .marea is written again.
    """

    item_id: str
    item_type: str
    path: str
    service_url: str
    replica_id: str = ""
    server_gen: Optional[int] = None
    update_mode: str = ""
    others: Json = field(default_factory=dict)

    @classmethod
    def from_json(cls, content: Json) -> AreaPackage:
        """What has the wrong type counts as absent, and is kept as it is."""
        gen = content.get("currentServerGen")
        made = cls(
            item_id=json_string(content.get("packagePortalItemID")),
            item_type=json_string(content.get("itemType")),
            path=json_string(content.get("path")),
            service_url=json_string(content.get("originalServiceUrl")),
            replica_id=json_string(content.get("originalReplicaID")),
            server_gen=gen if isinstance(gen, int) and not isinstance(gen, bool) else None,
            update_mode=json_string(content.get("preplannedUpdateMode")),
        )
        return replace(made, others=_unsaid(content, made._members()))

    def to_json(self) -> dict[str, Any]:
        """As ArcGIS apps spell it."""
        return _completed(self._members(), self.others)

    def _members(self) -> dict[str, Any]:
        origin = {
            "itemType": self.item_type,
            "originalServiceUrl": self.service_url,
            "packagePortalItemID": self.item_id,
            "path": self.path,
        }
        synced = {
            "currentServerGen": self.server_gen,
            "originalReplicaID": self.replica_id,
            "preplannedUpdateMode": self.update_mode,
        }
        said = {name: value for name, value in synced.items() if self.update_mode or value not in _EMPTY}
        return {**origin, **said}


@dataclass(frozen=True)
class AreaRecord:
    """The .marea: where the map area came from. `others` as in `AreaPackage`."""

    area_id: str = ""
    portal_url: str = ""
    refresh_schedule: str = ""
    packages: tuple[AreaPackage, ...] = ()
    others: Json = field(default_factory=dict)

    @classmethod
    def from_json(cls, content: Json) -> AreaRecord:
        """As for `AreaPackage`; raises `ValueError` for packages that are no list of objects."""
        packages = content.get("packages") or []
        if not isinstance(packages, list) or not all(isinstance(entry, dict) for entry in packages):
            raise ValueError("no list of packages")
        made = cls(
            area_id=json_string(content.get("areaPortalItemID")),
            portal_url=json_string(content.get("portalUrl")),
            refresh_schedule=json_string(content.get("packageRefreshSchedule")),
            packages=tuple(AreaPackage.from_json(entry) for entry in packages),
        )
        return replace(made, others=_unsaid(content, made._members()))

    def to_json(self) -> dict[str, Any]:
        """As ArcGIS apps spell it."""
        return _completed(self._members(), self.others)

    def _members(self) -> dict[str, Any]:
        schedule = {"packageRefreshSchedule": self.refresh_schedule} if self.refresh_schedule else {}
        return {
            "areaPortalItemID": self.area_id,
            **schedule,
            "packages": [package.to_json() for package in self.packages],
            "portalUrl": self.portal_url,
        }


@dataclass(frozen=True)
class MobileMap:
    """One map of an offline map. `folder` is the package folder that `path`s are relative to."""

    folder: Path
    title: str
    web_map: WebMap
    item: Mapping[str, Any]
    area: Optional[AreaRecord]


@dataclass(frozen=True)
class MobileMapPackage:
    """An offline map folder: one map, or several when it was authored as an .mmpk."""

    folder: Path
    title: str
    maps: tuple[MobileMap, ...]


@dataclass(frozen=True)
class PackagePath:
    """A layer's `path`, resolved: the package file, and the layer number in a geodatabase."""

    file: Path
    layer_id: Optional[int]


def read_mobile_map_package(folder: Path) -> MobileMapPackage:
    """Reads the documents of an offline map folder, not its packages.

    Raises `BadInput` for a folder that is none, `Damaged` for documents that cannot be read.
    """
    info_file = MapFolder(folder).package_info
    if not info_file.is_file():
        raise BadInput(
            "“{folder}” is not an offline map: it has no package.info.",
            next_step="Choose the folder of a download, its package.info, or an .mmpk file.",
            folder=folder.name,
        )
    info = read_json_file(info_file)
    title = json_string(info.get("title")) or folder.name
    names = _map_names(info, title)
    package_folder = _package_folder(folder, names[0])
    return MobileMapPackage(folder, title, tuple(_read_map(package_folder, name) for name in names))


def read_area_record(folder: Path, info: Json) -> Optional[AreaRecord]:
    """The .marea of the first map that `info`, the package.info of a folder, names; None where there is none.

    Raises `Damaged`.
    """
    name = _map_names(info, folder.name)[0]
    return _area_record(_package_folder(folder, name), name)


def read_web_map_title(folder: Path, info: Json) -> str:
    """The title of the web map that the first map of a folder was made of; empty where it is not told.

    Raises `Damaged`.
    """
    name = _map_names(info, folder.name)[0]
    document = read_json_file(_package_folder(folder, name) / f"{name}{MAP_SUFFIX}")
    return json_string(json_object(document.get("item")).get("title"))


def resolve(map_folder: Path, layer: MapLayer) -> PackagePath:
    """Which file a layer's `path` means.

    Only a basemap may lie outside the package folder (a reference basemap does). Raises `Untrusted` for
    any other path that leaves it and for what is no `local_file`, `Damaged` for one that says nothing.
    """
    match = _PATH.match(layer.path)
    if not match:
        raise Damaged("The path of the layer “{layer}” cannot be understood.", layer=layer.title)
    layer_id = int(match["layer"]) if match["layer"] else None
    text = unquote(match["file"])
    if text.startswith("///"):
        text = text[3:] if re.match(r"///[A-Za-z]:", text) else text[2:]
    may_lie_elsewhere = layer.role in (LayerRole.BASEMAP, LayerRole.REFERENCE)
    if not may_lie_elsewhere and not is_plain_name(str(PurePosixPath(text))):
        raise Untrusted(
            "The path of the layer “{layer}” leads out of the offline map.",
            next_step="Get the offline map again from a source that you trust.",
            layer=layer.title,
        )
    try:
        file = local_file(text, map_folder)
    except ValueError:
        raise Untrusted(
            "The path of the layer “{layer}” leads to another computer or to something that is not a file.",
            next_step="Get the offline map again from a source that you trust. A reference basemap must "
            "be on this computer or on the share that holds the offline map.",
            layer=layer.title,
        ) from None
    return PackagePath(file, layer_id)


def write_mobile_map_package(folder: Path, info: Mapping[str, Any], mobile_map: MobileMap) -> None:
    """Writes package.info, .mmap and .marea of one preplanned map into `folder`.

    `info` is the package.info object; `mobile_map.web_map.json` already carries the paths.
    """
    there = MapFolder(folder)
    write_json_file(there.package_info, info)
    write_json_file(there.map_document, {"item": mobile_map.item, "map": mobile_map.web_map.json})
    if mobile_map.area:
        write_json_file(there.area_document, mobile_map.area.to_json())


def _read_map(folder: Path, name: str) -> MobileMap:
    document = read_json_file(folder / f"{name}{MAP_SUFFIX}")
    item = json_object(document.get("item"))
    title = json_string(item.get("title")) or name
    try:
        web_map = parse_web_map(document.get("map"), title)
    except OfflineMapError as error:
        raise Damaged("The map “{title}” cannot be read.", title=title) from error
    return MobileMap(folder, title, web_map, item, _area_record(folder, name))


def _area_record(folder: Path, name: str) -> Optional[AreaRecord]:
    path = folder / f"{name}{AREA_SUFFIX}"
    if not path.is_file():
        return None
    content = read_json_file(path)
    try:
        return AreaRecord.from_json(content)
    except ValueError as error:
        raise unreadable(path) from error


def _map_names(info: Json, title: str) -> list[str]:
    names = info.get("maps")
    if not isinstance(names, list) or not names or not all(map(_is_map_name, names)):
        raise Damaged("The package.info of “{title}” does not list any map.", title=title)
    return names


def _package_folder(folder: Path, map_name: str) -> Path:
    """The pNN folder that holds the map; the newest schema level when there are several."""
    found = MapFolder(folder).folder_of_map(map_name)
    if found is None:
        raise Damaged(
            "The map document {name}.mmap of the offline map “{folder}” is missing.",
            next_step="Download the map area again, or copy the whole folder again.",
            folder=folder.name,
            name=map_name,
        )
    return found


def _unsaid(content: Json, said: Json) -> dict[str, Any]:
    """The members that a value does not hold: those that nobody here knows, or that have the wrong type."""
    return {name: value for name, value in content.items() if name not in said or said[name] != value}


def _completed(said: Json, others: Json) -> dict[str, Any]:
    """What a value says, and of the others those that it says nothing in the place of."""
    kept = {name: value for name, value in others.items() if said.get(name) in _EMPTY}
    return {**said, **kept}


def _is_map_name(name: object) -> bool:
    return isinstance(name, str) and is_plain_name(f"{name}{MAP_SUFFIX}")
