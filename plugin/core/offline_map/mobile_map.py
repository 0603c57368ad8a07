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
from dataclasses import dataclass
import json
from pathlib import Path, PurePosixPath
import re
from typing import Any, Optional
from urllib.parse import unquote

from ..errors import BadInput, Damaged, OfflineMapError, Untrusted
from ..json_value import json_object
from ..storage import write_whole
from ..untrusted.json_text import parse_json
from ..web_map import LayerRole, MapLayer, WebMap, parse_web_map
from .layout import AREA_SUFFIX, MAP_SUFFIX, MapFolder

_MAX_DOCUMENT = 32 << 20
_PATH = re.compile(r"^file:(?P<file>[^?]+)(?:\?itemId=(?P<layer>\d{1,9}))?$")


@dataclass(frozen=True)
class AreaPackage:
    """One entry of the .marea: a package, its origin, and how it is kept current.

    `path` is relative to the package folder, `server_gen` the generation of the service that
    the geodatabase holds; both replica members and `update_mode` are empty for tile packages.
    """

    item_id: str
    item_type: str
    path: str
    service_url: str
    replica_id: str = ""
    server_gen: Optional[int] = None
    update_mode: str = ""


@dataclass(frozen=True)
class AreaRecord:
    """The .marea: where the map area came from."""

    area_id: str
    portal_url: str
    refresh_schedule: str
    packages: tuple[AreaPackage, ...]


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
            "“{folder}” is not an offline map: it holds no package.info.",
            next_step="Choose the folder that a download made, its package.info, or an .mmpk file.",
            folder=folder.name,
        )
    info = _read_document(info_file)
    title = _text(info, "title") or folder.name
    names = info.get("maps")
    if not isinstance(names, list) or not names or not all(_is_plain_name(name) for name in names):
        raise Damaged("The package.info of “{title}” names no map.", title=title)
    package_folder = _package_folder(folder, names[0])
    return MobileMapPackage(folder, title, tuple(_read_map(package_folder, name) for name in names))


def resolve(map_folder: Path, layer: MapLayer) -> PackagePath:
    """Which file a layer's `path` means.

    Only a basemap may lie outside the package folder (a reference basemap does). Raises
    `Untrusted` for any other path that leaves it, `Damaged` for one that says nothing.
    """
    match = _PATH.match(layer.path)
    if not match:
        raise Damaged("The path of layer “{layer}” is not understood.", layer=layer.title)
    layer_id = int(match["layer"]) if match["layer"] else None
    text = unquote(match["file"])
    if text.startswith("///"):
        text = text[3:] if re.match(r"///[A-Za-z]:", text) else text[2:]
    relative = PurePosixPath(text)
    file = Path(text) if relative.is_absolute() or Path(text).is_absolute() else map_folder / relative
    if layer.role not in (LayerRole.BASEMAP, LayerRole.REFERENCE) and not _is_plain_name(str(relative)):
        raise Untrusted(
            "The path of layer “{layer}” leads out of the offline map.",
            next_step="Get the offline map again from a source that you trust.",
            layer=layer.title,
        )
    return PackagePath(file, layer_id)


def write_mobile_map_package(folder: Path, info: Mapping[str, Any], mobile_map: MobileMap) -> None:
    """Writes package.info, .mmap and .marea of one preplanned map into `folder`.

    `info` is the package.info object; `mobile_map.web_map.json` already carries the paths.
    """
    there = MapFolder(folder)
    write_whole(there.package_info, _document(info))
    write_whole(there.map_document, _document({"item": mobile_map.item, "map": mobile_map.web_map.json}))
    if mobile_map.area:
        write_whole(there.area_document, _document(_area_json(mobile_map.area)))


def _read_map(folder: Path, name: str) -> MobileMap:
    document = _read_document(folder / f"{name}{MAP_SUFFIX}")
    item = json_object(document.get("item"))
    title = _text(item, "title") or name
    try:
        web_map = parse_web_map(document.get("map"), title)
    except OfflineMapError as error:
        raise Damaged("The map “{title}” cannot be read.", title=title) from error
    area_file = folder / f"{name}{AREA_SUFFIX}"
    area = _area_record(_read_document(area_file)) if area_file.is_file() else None
    return MobileMap(folder, title, web_map, item, area)


def _package_folder(folder: Path, map_name: str) -> Path:
    """The pNN folder that holds the map; the newest schema level when there are several."""
    found = MapFolder(folder).folder_of_map(map_name)
    if found is None:
        raise Damaged(
            "The offline map “{folder}” misses its map document {name}.mmap.",
            next_step="Download the map area again, or copy the folder again as a whole.",
            folder=folder.name,
            name=map_name,
        )
    return found


def _read_document(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > _MAX_DOCUMENT:
            raise Untrusted("“{file}” is too large to be a map document.", file=path.name)
        content = parse_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Damaged(
            "“{file}” of the offline map cannot be read.",
            next_step="Download the map area again, or copy the folder again as a whole.",
            file=path.name,
        ) from error
    if not isinstance(content, Mapping):
        raise Damaged("“{file}” of the offline map holds no object.", file=path.name)
    return content


def _document(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _area_json(area: AreaRecord) -> dict[str, Any]:
    content: dict[str, Any] = {"areaPortalItemID": area.area_id}
    if area.refresh_schedule:
        content["packageRefreshSchedule"] = area.refresh_schedule
    content["packages"] = [_area_package_json(package) for package in area.packages]
    content["portalUrl"] = area.portal_url
    return content


def _area_package_json(package: AreaPackage) -> dict[str, Any]:
    content: dict[str, Any] = {
        "itemType": package.item_type,
        "originalServiceUrl": package.service_url,
        "packagePortalItemID": package.item_id,
        "path": package.path,
    }
    if package.update_mode:
        content["currentServerGen"] = package.server_gen
        content["originalReplicaID"] = package.replica_id
        content["preplannedUpdateMode"] = package.update_mode
    return content


def _area_record(content: Mapping[str, Any]) -> AreaRecord:
    packages = content.get("packages")
    return AreaRecord(
        area_id=_text(content, "areaPortalItemID"),
        portal_url=_text(content, "portalUrl"),
        refresh_schedule=_text(content, "packageRefreshSchedule"),
        packages=tuple(
            _area_package(entry)
            for entry in (packages if isinstance(packages, list) else [])
            if isinstance(entry, Mapping)
        ),
    )


def _area_package(content: Mapping[str, Any]) -> AreaPackage:
    gen = content.get("currentServerGen")
    return AreaPackage(
        item_id=_text(content, "packagePortalItemID"),
        item_type=_text(content, "itemType"),
        path=_text(content, "path"),
        service_url=_text(content, "originalServiceUrl"),
        replica_id=_text(content, "originalReplicaID"),
        server_gen=gen if isinstance(gen, int) else None,
        update_mode=_text(content, "preplannedUpdateMode"),
    )


def _text(content: Mapping[str, Any], key: str) -> str:
    value = content.get(key)
    return value if isinstance(value, str) else ""


def _is_plain_name(name: object) -> bool:
    """A file name without any folder, drive or parent in it."""
    return isinstance(name, str) and name not in ("", ".", "..") and not re.search(r"[/\\:\x00]", name)
