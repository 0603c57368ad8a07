"""Offline maps and their packages dropped on the window of QGIS."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Optional

from qgis.gui import QgsCustomDropHandler


class OfflineMapDropHandler(QgsCustomDropHandler):
    """Hands what is an offline map to `open_map`, and leaves everything else to QGIS."""

    def __init__(self, open_map: Callable[[Path], None]) -> None:
        super().__init__()
        self._open = open_map

    def handleFileDrop(self, file: str) -> bool:
        place = offline_map_at(Path(file))
        if place is not None:
            self._open(place)
        return place is not None


def offline_map_at(path: Path) -> Optional[Path]:
    """What a dropped file or folder means: an .mmpk, a single package, or a folder with package.info."""
    from ..core.offline.parameters import TILE_SUFFIXES
    from ..core.offline.places import PACKAGE_INFO
    from ..core.offline.single_package import GEODATABASE_SUFFIX

    if path.suffix.lower() in (".mmpk", GEODATABASE_SUFFIX, *TILE_SUFFIXES) and path.is_file():
        return path
    folder = path.parent if path.name == PACKAGE_INFO else path
    return folder if (folder / PACKAGE_INFO).is_file() else None
