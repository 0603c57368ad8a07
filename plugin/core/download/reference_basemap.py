"""The reference basemap: a tile package that lies on this machine already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Optional

from ..errors import BadInput
from ..extents import WGS84, split_extent
from ..host import Extent, Projector
from ..notice import Notice, notice
from ..portal.map_areas import MapArea
from ..tiles.scheme import SchemeReference
from ..tiles.tile_package import TilePackage, open_tile_package
from ..untrusted.path import local_file
from ..web_map import WebMap
from .parameters import DownloadParameters, Overrides, check_reference_name
from .plan import ReferenceBasemap, reference_path

_WHOLE = 0.9995  # shares above this are rounding of projected corners


def check_directory(overrides: Overrides, parent: Path) -> None:
    """Refuses, before any request, what the user gave and cannot be used.

    `parent` is the folder that holds the offline map: a relative directory counts from there.
    """
    directory = overrides.reference_basemap_directory
    if not directory or overrides.include_basemap is False:
        return
    folder = _existing_folder(parent, directory)
    if overrides.reference_basemap_filename:
        check_reference_name(overrides.reference_basemap_filename)
        _existing_file(folder, overrides.reference_basemap_filename)


def find_reference_basemap(
    parameters: DownloadParameters, parent: Path, web_map: WebMap, area: MapArea, projector: Projector
) -> tuple[Optional[ReferenceBasemap], tuple[Notice, ...]]:
    """The tile package that takes the basemap's place, opened once to prove that it is one.

    None without a directory, or where no basemap is wanted. Notices tell what share of the
    area it covers when that is not all of it, and when it changes the map's spatial reference.
    """
    directory = parameters.reference_basemap_directory
    if not directory or not parameters.include_basemap:
        return None, ()
    name = parameters.reference_basemap_filename
    file = _existing_file(_existing_folder(parent, directory), name)
    with open_tile_package(file) as package:
        reference = package.scheme.spatial_reference
        basemap = ReferenceBasemap(
            file=file,
            path=reference_path(directory, name),
            vector=package.is_vector,
            spatial_reference=_esri_json(reference),
        )
        notices = [
            *_coverage(package, area, name, projector),
            *_change_of_reference(reference, web_map, name),
        ]
    return basemap, tuple(notices)


def _existing_folder(parent: Path, given: str) -> Path:
    # By name alone: the parent may still have to be made. The offline map will name this path, and whoever
    # opens it must not be led to a computer that neither holds the map nor is their own.
    try:
        folder = local_file(given, parent)
    except ValueError:
        raise BadInput(
            "The reference basemap directory “{directory}” is on another computer or is not a valid path.",
            next_step="Choose a folder on this computer or on the share that holds the offline map; you "
            "can give a share a drive letter.",
            directory=given[:200],
        ) from None
    if folder.is_dir():
        return folder
    raise BadInput(
        "The reference basemap directory “{directory}” does not exist.",
        next_step="A relative path starts at the folder that holds the offline map.",
        directory=given,
    )


def _existing_file(folder: Path, name: str) -> Path:
    file = folder / name
    if file.is_file() and file.stat().st_size > 0:
        return file
    raise BadInput(
        "The reference basemap “{name}” is not in the given directory, or it is empty.",
        next_step="Copy the tile package there, or leave the directory empty to download the basemap.",
        name=name,
    )


def _coverage(package: TilePackage, area: MapArea, name: str, projector: Projector) -> list[Notice]:
    try:
        extent, reference = _extent_of(area)
        target = _esri_json(package.scheme.spatial_reference)
        parts = [projector(part, reference, target) for part in split_extent(extent, reference)]
        tiles = package.drawn_extent()
        share = _share(parts, tiles) if tiles else 0.0
    except ValueError:
        return [
            notice(
                "basemap_coverage_unknown",
                "Whether “{name}” covers the map area could not be checked.",
                name=name,
            )
        ]
    if share >= _WHOLE:
        return []
    return [
        notice(
            "basemap_coverage",
            "The reference basemap “{name}” covers {percent} % of the map area.",
            name=name,
            percent=int(share * 100),
        )
    ]


def _extent_of(area: MapArea) -> tuple[Extent, Mapping[str, Any]]:
    """The area's own extent, or its item's in WGS 84."""
    if area.extent:
        own = area.extent
        return (own.xmin, own.ymin, own.xmax, own.ymax), own.spatial_reference
    if area.item.extent:
        return area.item.extent, WGS84
    raise ValueError("the area has no extent")


def _share(parts: Iterable[Extent], tiles: Extent) -> float:
    """How much of an area, made of `parts`, lies in `tiles`, 0 to 1."""
    covered = whole = 0.0
    for part in parts:
        width = min(part[2], tiles[2]) - max(part[0], tiles[0])
        height = min(part[3], tiles[3]) - max(part[1], tiles[1])
        covered += max(width, 0.0) * max(height, 0.0)
        whole += (part[2] - part[0]) * (part[3] - part[1])
    if whole <= 0:
        raise ValueError("the area has no size")
    return covered / whole


def _change_of_reference(reference: SchemeReference, web_map: WebMap, name: str) -> list[Notice]:
    online = web_map.spatial_reference
    if not online or reference.same_as(SchemeReference(online.get("wkid"), online.get("latestWkid"))):
        return []
    return [
        notice(
            "spatial_reference_changed",
            "The offline map uses the spatial reference of “{name}”, which differs from that of the web map.",
            name=name,
        )
    ]


def _esri_json(reference: SchemeReference) -> Mapping[str, Any]:
    members = {"wkid": reference.wkid, "latestWkid": reference.latest_wkid}
    known = {key: value for key, value in members.items() if value}
    return known or {"wkt": reference.wkt}
