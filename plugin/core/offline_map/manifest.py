"""manifest.json: every file of an offline map, its size, hash and origin.

What the portal gave never changes but by an update, so its hashes prove it; working copies and
the project are the user's, so the manifest holds their origin only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
import json
from pathlib import Path, PurePosixPath
import re
from typing import Any, Optional

from ..errors import Damaged
from ..host import Silent
from ..storage import file_sha256, write_whole
from ..untrusted.json_text import parse_json
from .layout import MapFolder

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class PackageFile:
    """A package that arrived whole: what the manifest will say of it."""

    item_id: str
    name: str
    bytes: int
    sha256: str
    revision: str
    etag: str


@dataclass(frozen=True)
class ManifestFile:
    """A file as the portal gave it. `item_id` and `revision` are those of its package, else empty."""

    path: str  # relative to the folder, with forward slashes
    bytes: int
    sha256: str
    item_id: str
    revision: str


@dataclass(frozen=True)
class Manifest:
    """What manifest.json says of an offline map; errors are counts of layers and tables."""

    area_id: str
    title: str
    web_map_id: str
    portal_url: str
    update_mode: str
    files: tuple[ManifestFile, ...]
    working_copies: tuple[str, ...]  # paths relative to the folder
    layer_errors: int
    table_errors: int

    @property
    def revisions(self) -> dict[str, str]:
        """The revision of each package, by item id."""
        return {file.item_id: file.revision for file in self.files if file.item_id}


def has_manifest(folder: Path) -> bool:
    """True for offline maps that this plugin made, and may write into."""
    return MapFolder(folder).manifest.is_file()


def read_manifest(folder: Path) -> Manifest:
    """Raises `Damaged` for a manifest.json that cannot be read, or that names files elsewhere."""
    path = MapFolder(folder).manifest
    try:
        content = parse_json(path.read_bytes())
        area, parameters = content["area"], content["parameters"]
        return Manifest(
            area_id=_text(area["id"]),
            title=_text(area["title"]),
            web_map_id=_text(content["webMap"]),
            portal_url=_text(content["portal"]),
            update_mode=_text(parameters["updateMode"]),
            files=tuple(_file(file) for file in content["files"]),
            working_copies=tuple(_inside(path) for path in content["workingCopies"]),
            layer_errors=len(content["layerErrors"]),
            table_errors=len(content["tableErrors"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged(
            "“{file}” of the offline map cannot be read.",
            next_step="Download the map area again, or copy the folder again as a whole.",
            file=path.name,
        ) from error


def write_manifest(folder: Path, packages: Iterable[PackageFile], details: Mapping[str, Any]) -> None:
    """Writes manifest.json over the finished content of `folder`.

    `details` are the members beside the files: plugin, area, parameters, errors, run.
    """
    there = MapFolder(folder)
    documents = (there.package_info, there.map_document, there.area_document)
    pictures = sorted(there.pictures.glob("*"))
    content = {
        "version": 1,
        "files": [
            *(_plain_file(there, path) for path in documents),
            *(_package(there, file) for file in packages),
            *(_plain_file(there, path) for path in pictures),
        ],
        "workingCopies": sorted(_relative(there, path) for path in there.work.iterdir()),
        **details,
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    write_whole(there.manifest, text.encode("utf-8"))


def _plain_file(folder: MapFolder, path: Path) -> dict[str, Any]:
    return {
        "path": _relative(folder, path),
        "bytes": path.stat().st_size,
        "sha256": file_sha256(path, Silent()),
    }


def _package(folder: MapFolder, file: PackageFile) -> dict[str, Any]:
    return {
        "path": _relative(folder, folder.packages / file.name),
        "bytes": file.bytes,
        "sha256": file.sha256,
        "item": {"id": file.item_id, "revision": file.revision, "etag": file.etag},
    }


def _relative(folder: MapFolder, path: Path) -> str:
    return path.relative_to(folder.root).as_posix()


def _file(content: Mapping[str, Any]) -> ManifestFile:
    item: Optional[Mapping[str, Any]] = content.get("item")
    if not isinstance(content["bytes"], int) or not _SHA256.fullmatch(content["sha256"]):
        raise ValueError("no size and hash")
    return ManifestFile(
        path=_inside(content["path"]),
        bytes=content["bytes"],
        sha256=content["sha256"],
        item_id=_text(item["id"]) if item else "",
        revision=_text(item["revision"]) if item else "",
    )


def _inside(path: object) -> str:
    """A path that stays in the folder. Raises `ValueError` for any other."""
    parts = PurePosixPath(_text(path)).parts
    if not parts or any(part in ("/", "..") or re.search(r"[\\:\x00]", part) for part in parts):
        raise ValueError("a path that leads elsewhere")
    return "/".join(parts)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value
