"""What a staging folder says of the download that it holds.

job.json says it until the folder is whole, manifest.json from then on: an offline map has no job any
more, so job.json goes just before the folder gets its final name. A run that is killed between the two
leaves the manifest alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from ..errors import Damaged
from ..json_value import Json
from .contents import edits_in
from .json_file import read_json_file
from .layout import MapFolder
from .manifest import Manifest, read_manifest


def read_job(staging: Path) -> Optional[Json]:
    """The members of job.json: area, title, webMap, portal, bytes, parameters, packages by item id.

    None for a folder that is no unfinished download. An offline map with edits is none, whatever its name.
    """
    folder = MapFolder(staging)
    try:
        return read_json_file(folder.job)
    except Damaged:
        pass
    try:
        manifest = read_manifest(staging)
    except Damaged:
        return None
    return None if edits_in(folder.work) else _job_of(manifest)


def _job_of(manifest: Manifest) -> dict[str, Any]:
    packages = {file.item.id: (file, file.item) for file in manifest.files if file.item}
    return {
        "webMap": manifest.web_map_id,
        "portal": manifest.portal_url,
        "bytes": sum(file.bytes for file, _ in packages.values()),
        "area": manifest.area.id,
        "title": manifest.area.title,
        "parameters": manifest.parameters,
        "packages": {
            item_id: {"revision": item.revision, "sha256": file.sha256, "etag": item.etag}
            for item_id, (file, item) in packages.items()
        },
    }
