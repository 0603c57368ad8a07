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
    """What a dropped file or folder means: an .mmpk, a folder with package.info, a single package, or an
    unpacked one."""
    from ..core.offline_map.layout import PACKAGE_INFO
    from ..core.offline_map.single_package import is_package

    folder = path.parent if path.name == PACKAGE_INFO else path
    if (folder / PACKAGE_INFO).is_file():
        return folder
    if path.suffix.lower() == ".mmpk":
        return path if path.is_file() else None
    # A root.json alone may be anything: of an unpacked package the folder can be dropped.
    is_ours = path.exists() and path.name.lower() != "root.json" and is_package(path)
    return path if is_ours else None
