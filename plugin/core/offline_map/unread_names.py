"""Names of folders and files that keep QGIS from the layers below them, however a source is spelled.

As seen in QGIS 3.40 with GDAL 3.6: SQLite decodes escapes in the path of a GeoPackage, paths that hold a
bar do not become relative in a project, and vector tiles take no percent sign at all.
"""

from __future__ import annotations

from dataclasses import dataclass
import os
from pathlib import Path
import re
from typing import Optional

from ..errors import BadInput
from .layout import GEODATABASE_SUFFIX, MapFolder, package_name

_ANYWHERE = re.compile(r"%[0-9A-Fa-f]{2}|[|\x00-\x1f\x7f]")
_VECTOR_TILES = re.compile(rf"{_ANYWHERE.pattern}|%")
# SQLite's own limit where there is no other, less what it adds to the name of a database.
_MOST_BYTES = 512 - len("-journal")


@dataclass(frozen=True)
class UnreadName:
    """A part of a path, and what in it is not read: as it is written, control characters by their number."""

    name: str
    sign: str


def unread_name(path: Path, vector_tiles: bool = False) -> Optional[UnreadName]:
    """The first part of `path` that keeps QGIS from a layer; None where it can be opened."""
    pattern = _VECTOR_TILES if vector_tiles else _ANYWHERE
    for name in path.parts:
        found = pattern.search(name)
        if found:
            sign = found[0] if found[0].isprintable() else f"U+{ord(found[0]):04X}"
            return UnreadName(name, sign)
    return None


def check_folder_names(folder: Path, vector_tiles: bool = False) -> None:
    """Raises `BadInput` where QGIS could not open the layers of an offline map in `folder`.

    `vector_tiles` is true when it is known that there will be some.
    """
    unread = unread_name(folder, vector_tiles)
    if unread:
        raise BadInput(
            "QGIS cannot open vector tiles there: it does not support “{sign}” in the name “{name}”."
            if vector_tiles
            else "QGIS cannot open layers there: it does not support “{sign}” in the name “{name}”.",
            next_step="Choose a folder whose path does not contain it.",
            sign=unread.sign,
            name=unread.name,
        )
    _check_length(folder)


def _check_length(folder: Path) -> None:
    """What grows beside the folder has a longer name than the folder itself."""
    growing = MapFolder(folder).partial
    longest = MapFolder(growing).packages / package_name("", "", GEODATABASE_SUFFIX)
    try:
        growing.is_dir()
        too_long = os.name == "posix" and len(os.fsencode(longest)) > _MOST_BYTES
    except OSError:
        too_long = True
    if too_long:
        raise BadInput(
            "The name “{name}”, or the path to it, is too long.",
            next_step="Choose a folder with a shorter name, or one closer to the root of the disk.",
            name=folder.name,
        )
