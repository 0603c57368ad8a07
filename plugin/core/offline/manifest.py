"""manifest.json: every file of an offline map, its size, hash and origin.

What the portal gave never changes but by an update, so its hashes prove it; working copies and
the project are the user's, so the manifest holds their origin only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
import json
from pathlib import Path
from typing import Any

from ..errors import NoPackage
from ..host import Silent
from ..json_text import parse_json
from ..portal.map_areas import MapArea
from ..storage import write_whole
from .mobile_map import MAP_NAME, PACKAGE_FOLDER
from .parameters import Overrides
from .staging import WORK_FOLDER, PackageFile, file_sha256

MANIFEST_NAME = "manifest.json"


def has_manifest(folder: Path) -> bool:
    """True for offline maps that this plugin made, and may write into."""
    return (folder / MANIFEST_NAME).is_file()


def holds_revision(folder: Path, area: MapArea, overrides: Overrides) -> bool:
    """True when `folder` is what a download of `area` with `overrides` would make now.

    That is: of the same parameters, with every package as the portal has it, and without errors
    but those that another download would meet again (a layer without package).
    """
    try:
        content = parse_json((folder / MANIFEST_NAME).read_bytes())
        parameters = content["parameters"]
        same = (
            content["area"]["id"] == area.item.id
            and content["area"]["packages"] == sorted(package.item.id for package in area.packages)
            and all(
                error["code"] == NoPackage.code
                for errors in (content["layerErrors"], content["tableErrors"])
                for error in errors.values()
            )
            and all(parameters[name] == value for name, value in overrides.as_json().items())
        )
        held = {file["item"]["id"]: file["item"]["revision"] for file in content["files"] if "item" in file}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    now = {package.item.id: package.item.revision for package in area.packages}
    return same and all(now[item] == revision for item, revision in held.items())


def write_manifest(folder: Path, packages: Iterable[PackageFile], details: Mapping[str, Any]) -> None:
    """Writes manifest.json over the finished content of `folder`.

    `details` are the members beside the files: plugin, area, parameters, errors, run.
    """
    content = {
        "version": 1,
        "files": [*_documents(folder), *(_package(file) for file in packages)],
        "workingCopies": sorted(_working_copies(folder)),
        **details,
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    write_whole(folder / MANIFEST_NAME, text.encode("utf-8"))


def _documents(folder: Path) -> list[dict[str, Any]]:
    names = (
        "package.info",
        f"{PACKAGE_FOLDER}/{MAP_NAME}.mmap",
        f"{PACKAGE_FOLDER}/{MAP_NAME}.marea",
    )
    return [
        {
            "path": name,
            "bytes": (folder / name).stat().st_size,
            "sha256": file_sha256(folder / name, Silent()),
        }
        for name in names
    ]


def _package(file: PackageFile) -> dict[str, Any]:
    return {
        "path": f"{PACKAGE_FOLDER}/{file.name}",
        "bytes": file.bytes,
        "sha256": file.sha256,
        "item": {"id": file.item_id, "revision": file.revision, "etag": file.etag},
    }


def _working_copies(folder: Path) -> list[str]:
    return [f"{WORK_FOLDER}/{path.name}" for path in (folder / WORK_FOLDER).iterdir()]
