"""package.info, .mmap and .marea of a downloaded map area: from the plan to their content.

Members and spelling follow a download made by an ArcGIS app. Times
come from the portal's items, ids from its ids: the same area gives the same documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Optional
import uuid

from ..geodatabase.catalogue import open_geodatabase
from ..offline_map.layout import MAP_NAME, MapFolder
from ..offline_map.mobile_map import AreaPackage, AreaRecord, MobileMap, write_mobile_map_package
from ..portal.items import Item
from ..portal.map_areas import Package, PackageKind
from ..web_map import parse_web_map
from .plan import Plan, offline_map_json

_MAP_KEYWORDS = ("Map Area", "Mobile Map", "2D", "ArcGIS Runtime", "Mobile", "Preplanned")
_PACKAGE_KEYWORDS = ("Mobile Map Package", "Map", "2D", "ArcGIS Runtime", "mmpk", "Mobile", "Preplanned")


def write_documents(
    folder: Path, plan: Plan, web_map_item: Item, portal_url: str, files: Mapping[str, str]
) -> None:
    """Writes the three documents into `folder`, whose packages are in place already.

    `files` holds the names of the packages that came, by item id: layers of others get no path.
    """
    area, packages = plan.area.item, MapFolder(folder).packages
    described = _description(area, web_map_item)
    info = {
        **described,
        "guid": _guid("package", area.id),
        "maps": [MAP_NAME],
        "name": MAP_NAME,
        "title": area.title,
        "type": "Mobile Map Package",
        "typeKeywords": list(_PACKAGE_KEYWORDS),
        "version": "3.2",
    }
    item = {
        **described,
        "guid": _guid("map", area.id),
        "id": _guid("map item", area.id),
        "name": MAP_NAME,
        "originalPortalItemId": web_map_item.id,
        "portalUrl": portal_url,
        "title": web_map_item.title,
        "type": "Mobile Map",
        "typeKeywords": list(dict.fromkeys((*web_map_item.type_keywords, *_MAP_KEYWORDS))),
    }
    web_map = parse_web_map(offline_map_json(plan, files), web_map_item.title)
    record = _area_record(packages, plan, portal_url, files)
    mobile_map = MobileMap(packages, web_map_item.title, web_map, item, record)
    write_mobile_map_package(folder, info, mobile_map)


def _area_record(folder: Path, plan: Plan, portal_url: str, files: Mapping[str, str]) -> AreaRecord:
    return AreaRecord(
        area_id=plan.area.item.id,
        portal_url=portal_url,
        refresh_schedule=plan.area.refresh_schedule,
        packages=tuple(
            _area_package(folder / files[package.item.id], plan, package)
            for package in plan.packages
            if package.item.id in files
        ),
    )


def _area_package(file: Path, plan: Plan, package: Package) -> AreaPackage:
    record = AreaPackage(
        item_id=package.item.id,
        item_type=package.item.type,
        path=f"file:./{file.name}",
        service_url=package.service_url,
    )
    if package.kind is not PackageKind.GEODATABASE:
        return record
    with open_geodatabase(file) as geodatabase:
        replica = geodatabase.replica
    return replace(
        record,
        replica_id=replica.uuid if replica else "",
        server_gen=replica.server_gen if replica else None,
        update_mode=plan.parameters.update_mode.value,
    )


def _description(area: Item, web_map: Item) -> dict[str, Any]:
    """The members that package.info and the map's item share."""
    extent = area.extent
    return {
        "created": _milliseconds(area.created),
        "modified": _milliseconds(area.modified),
        "extent": [[extent[0], extent[1]], [extent[2], extent[3]]] if extent else [],
        "spatialReference": area.spatial_reference or web_map.spatial_reference,
    }


def _milliseconds(time: Optional[datetime]) -> int:
    return round(time.timestamp() * 1000) if time else 0


def _guid(kind: str, item_id: str) -> str:
    """A stable id for a document of ours, made from the id of the map area."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{kind} {item_id}").hex
