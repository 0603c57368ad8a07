"""Every name that an offline map has on disk.

<folder>/
  package.info                 what an ArcGIS app reads first
  p13/mobile_map.mmap .marea   the documents of the map, beside its packages
  qgis/                        working copies, copies of tiles, features of the map, the project, made.json
  pictures/                    pictures that symbols name by URL
  updates/                     what updates of the map left: reports and saved edits; incoming/ while one runs
  manifest.json  report.json
<folder>.partial/              the same while it grows, with job.json
<folder>.….unpacking/          an .mmpk file while it is unpacked; each run has its own
<folder>.delete/               what was removed and waits to be swept
<folder>.lock                  held by the one process that writes
<folder>.….editing             held by a window of QGIS while layers of the map are edited in it
"""

from __future__ import annotations

from dataclasses import dataclass
import glob
from pathlib import Path
import re
from typing import Optional
import uuid

PACKAGE_INFO = "package.info"
MAP_NAME = "mobile_map"
"""How this plugin, as ArcGIS apps do, calls the one map of a map area."""
PROJECT_NAME = "offline_map.qgz"
REPORT_NAME = "report.json"
WORK_RECORD = "made.json"
"""In the work folder: what was taken down of each file as it was made."""

MAP_SUFFIX = ".mmap"
AREA_SUFFIX = ".marea"
GEODATABASE_SUFFIX = ".geodatabase"
PACKAGE_SUFFIX = ".mmpk"
TILE_SUFFIXES = (".tpk", ".tpkx", ".vtpk")
WORKING_COPY_SUFFIX = ".gpkg"
WORK_SUFFIXES = (WORKING_COPY_SUFFIX, ".mbtiles", ".vrt")
"""Of the files that are made of packages."""

SIDE_SUFFIXES = (".aux.xml", "-wal", "-shm", "-journal", "~")
"""Of the files that QGIS, GDAL and SQLite leave beside others."""

PARTIAL = ".partial"
SET_ASIDE = ".delete"
LOCK = ".lock"
_UNPACKING = ".unpacking"
_EDITING = ".editing"
_KEPT_LETTERS = 52  # of a name that may be as long as a file system allows

_PACKAGE_FOLDER = "p13"
_GROWING = r"(?:\.[0-9a-f]{12})?\.part(?:\.json)?"  # see storage.py and transfer/part.py
_SIDE_FILE = re.compile(rf"(?:{'|'.join(map(re.escape, SIDE_SUFFIXES))}|{_GROWING})\Z")
_PICTURE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[a-z]{3,4}")
# What belongs to an elevation raster: see tiles/elevation.py.
_OF_RASTER = re.compile(r"(\.vrt)(?:\.idx|\.tiles|\.L\d+(?:\.tiles)?\.(?:mrf|vrt))\Z")
_ANY_PACKAGE_FOLDER = re.compile(r"p(\d{1,3})")


@dataclass(frozen=True)
class MapFolder:
    """The files and folders of the offline map in `root`, there or not, and those beside it."""

    root: Path

    @property
    def package_info(self) -> Path:
        return self.root / PACKAGE_INFO

    @property
    def packages(self) -> Path:
        """Where this plugin puts packages and map documents; others may use another pNN."""
        return self.root / _PACKAGE_FOLDER

    @property
    def map_document(self) -> Path:
        return self.packages / f"{MAP_NAME}{MAP_SUFFIX}"

    @property
    def area_document(self) -> Path:
        return self.packages / f"{MAP_NAME}{AREA_SUFFIX}"

    @property
    def work(self) -> Path:
        return self.root / "qgis"

    @property
    def project(self) -> Path:
        return self.work / PROJECT_NAME

    @property
    def map_features(self) -> Path:
        """Features that the web map itself holds."""
        return self.work / "map_features.gpkg"

    @property
    def updates(self) -> Path:
        return self.root / "updates"

    @property
    def incoming(self) -> Path:
        """Packages and deltas that arrive for an update."""
        return self.updates / "incoming"

    @property
    def pictures(self) -> Path:
        return self.root / "pictures"

    @property
    def manifest(self) -> Path:
        return self.root / "manifest.json"

    @property
    def report(self) -> Path:
        return self.root / REPORT_NAME

    @property
    def origin(self) -> Path:
        """What the working copies of a foreign offline map were made of."""
        return self.root / "origin.json"

    @property
    def job(self) -> Path:
        """What a staging folder says of its download."""
        return self.root / "job.json"

    @property
    def partial(self) -> Path:
        """The staging folder that becomes `root`."""
        return self._beside(PARTIAL)

    def unpacking(self, token: str) -> Path:
        """Where one run unpacks the .mmpk that becomes `root`; the `token` is that run's own."""
        return self.root.with_name(f"{self.root.name[:_KEPT_LETTERS]}.{token}{_UNPACKING}")

    def unpackings(self) -> list[Path]:
        """Those of all runs, and of one of an earlier version."""
        named = f"{glob.escape(self.root.name[:_KEPT_LETTERS])}.{'[0-9a-f]' * 12}{_UNPACKING}"
        return [*self.root.parent.glob(named), self._beside(_UNPACKING)]

    def edit_mark(self, token: str) -> Path:
        """What says that layers of `root` are edited in one process; the `token` is that process's own."""
        return self._beside(f".{token}{_EDITING}")

    def edit_marks(self) -> list[Path]:
        """Those of all processes, of dead ones, too."""
        named = f"{glob.escape(self.root.name)}.{'[0-9a-f]' * 12}{_EDITING}"
        return sorted(self.root.parent.glob(named))

    def set_aside(self, number: int) -> Path:
        """Where `root` goes when it is removed; `number` counts from 1 until a place is free."""
        return self._beside(SET_ASIDE if number == 1 else f".{number}{SET_ASIDE}")

    def folder_of_map(self, map_name: str) -> Optional[Path]:
        """The pNN folder that holds a map; the newest schema level when there are several."""
        levels = {
            int(path.name[1:]): path
            for path in self.package_folders()
            if (path / f"{map_name}{MAP_SUFFIX}").is_file()
        }
        return levels[max(levels)] if levels else None

    def package_folders(self) -> list[Path]:
        """The pNN folders."""
        return [path for path in self.root.iterdir() if _ANY_PACKAGE_FOLDER.fullmatch(path.name)]

    def _beside(self, suffix: str) -> Path:
        return self.root.with_name(self.root.name + suffix)


def package_name(item_id: str, revision: str, suffix: str) -> str:
    """The name of a package: made of its item and the revision of that, so that the same one always has the
    same name, and a newer one finds its place beside one that is open.
    """
    return _uuid_name(f"{item_id} {revision}", suffix)


def earlier_package_name(item_id: str, suffix: str) -> str:
    """How version 0.1.0 named a package, whatever its revision: its unfinished downloads have such names."""
    return _uuid_name(item_id, suffix)


def work_file(package: Path, work_folder: Path, suffix: str = WORKING_COPY_SUFFIX) -> Path:
    """The file of this kind that is made of a package: its working copy, or its tiles for QGIS."""
    return work_folder / f"{package.stem}{suffix}"


def map_features_file(work_folder: Path) -> Path:
    """The GeoPackage with the features that the maps themselves hold."""
    return work_folder / f"map_features{WORKING_COPY_SUFFIX}"


def working_copies_in(work_folder: Path) -> list[Path]:
    """The GeoPackages there, in the order of their names; none where there is no such folder."""
    return sorted(work_folder.glob(f"*{WORKING_COPY_SUFFIX}"))


def main_file(name: str) -> str:
    """The file that a side file of QGIS, GDAL, SQLite or a transfer belongs to; any other name as it is."""
    while (shorter := _OF_RASTER.sub(r"\1", _SIDE_FILE.sub("", name))) != name:
        name = shorter
    return name


def is_of_map(name: str) -> bool:
    """True for what the format of a mobile map package names, as a path in it.

    That is package.info, and documents and packages in a pNN folder.
    """
    folder, _, file = name.rpartition("/")
    is_inner = _ANY_PACKAGE_FOLDER.fullmatch(folder) is not None and main_file(file) == file
    return name == PACKAGE_INFO or (is_inner and is_package_file(file))


def is_package_file(name: str) -> bool:
    """True for what this plugin puts into the package folder: packages, whole or growing, and documents."""
    return main_file(name).lower().endswith((GEODATABASE_SUFFIX, *TILE_SUFFIXES, MAP_SUFFIX, AREA_SUFFIX))


def is_picture_file(name: str) -> bool:
    """True for a picture as this plugin names it, and for one that grows."""
    return _PICTURE.fullmatch(main_file(name)) is not None


def is_work_file(name: str) -> bool:
    """True for what this plugin makes in the work folder: working copies, copied tiles, the project."""
    main = main_file(name)
    return main in (PROJECT_NAME, WORK_RECORD) or main.lower().endswith(WORK_SUFFIXES)


def _uuid_name(text: str, suffix: str) -> str:
    return f"{uuid.uuid5(uuid.NAMESPACE_OID, text)}{suffix}"
