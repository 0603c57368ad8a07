"""The smallest map area in which everything happens: points with files and composite parts, lines, a table.

Written without QGIS, so that clients are forked from a small process. Row numbers are no object ids, and one
row of each layer lies outside the area.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
import struct
from typing import Any, Optional
import uuid

from tests.fixtures.geodatabase import (
    Dataset,
    Field,
    Relationship,
    Row,
    attachment_relationship,
    write_geodatabase,
)
from tests.fixtures.geodatabase_replica import Generations, Replica
from tests.fixtures.synced_layers import composite_part, numbered_attachments
from tests.portal import (
    PortalContent,
    add_editable_service,
    add_map_area,
    add_replica_package,
    add_web_map,
    feature_layer,
)
from tests.portal.content import SERVER

POSTS, LINES, CHECKS = 0, 1, 2
LAYERS = {"Posts": POSTS, "Lines": LINES, "Checks": CHECKS}
FILES = "Posts__ATTACH"
OWNER, PASSWORD = "waterworks", "stop-cock-3"
EXTENT = (1_100_000.0, 6_900_000.0, 1_101_000.0, 6_901_000.0)
SERVICE = "Town/Posts"
_NAMESPACE = uuid.UUID("0f0f5f0e-57b6-4d53-9d53-4d4f7a7d2c11")
_GENERATIONS = {POSTS: 877, LINES: 901, CHECKS: 640}
_TRACKING = {
    "creationDateField": "created_date",
    "creatorField": "created_user",
    "editDateField": "last_edited_date",
    "editorField": "last_edited_user",
}
_FIELDS = {
    "Posts": (
        Field("name", length=60),
        Field("note", length=60),
        Field("size", "Integer"),
        Field("created_user", length=255, editable=False),
        Field("created_date", "Date", editable=False),
        Field("last_edited_user", length=255, editable=False),
        Field("last_edited_date", "Date", editable=False),
    ),
    "Lines": (Field("name", length=60), Field("size", "Integer")),
    "Checks": (Field("post", "GUID"), Field("name", length=60), Field("note", length=60)),
}
_PARTS = Relationship(
    "Posts_Checks", "Posts", "Checks", "GlobalID", "post",
    composite=True, forward_label="Checks", backward_label="Post",
)  # fmt: skip


@dataclass(frozen=True)
class Town:
    """`whole` is the geodatabase that fills the service."""

    content: PortalContent
    whole: Path
    web_map: str
    area: str


def make_town(folder: Path, model: str) -> Town:
    """`model` of the package's replica: PerLayer or PerReplica."""
    folder.mkdir(parents=True)
    content = PortalContent(OWNER, PASSWORD)
    whole, package = folder / "whole.geodatabase", folder / "package.geodatabase"
    datasets = _datasets()
    _write(whole, datasets, "PerLayer")
    _write(package, _inside(datasets), model)
    url = f"{SERVER}/rest/services/{SERVICE}/FeatureServer"
    layers = [feature_layer(name, f"{url}/{LAYERS[name]}") for name in ("Posts", "Lines")]
    tables = [feature_layer("Checks", f"{url}/{CHECKS}")]
    web_map = add_web_map(content, "Posts", layers, tables=tables, offline=_OFFLINE, access="public")
    area = add_map_area(content, web_map, "Old town", EXTENT)
    service = fill_service(content, whole)
    add_replica_package(content, area, package, service, attachments=True)
    return Town(content, whole, web_map, area)


def fill_service(content: PortalContent, whole: Path, **options: Any) -> Any:
    """A service with the rows of the beginning, in the place of the one before."""
    return add_editable_service(content, SERVICE, whole, access="public", **options)


_OFFLINE = {
    "editableLayers": {"download": "featuresAndAttachments", "sync": "syncFeaturesAndAttachments"},
    "readonlyLayers": {"downloadAttachments": True},
}


def guid_of(layer: str, number: int) -> str:
    return "{" + str(uuid.uuid5(_NAMESPACE, f"{layer}/{number}")).upper() + "}"


def _write(path: Path, datasets: list[Dataset], model: str) -> None:
    per_layer = {name: Generations(server=_GENERATIONS[number]) for name, number in LAYERS.items()}
    generations = per_layer if model == "PerLayer" else {"": Generations(server=max(_GENERATIONS.values()))}
    west, south, east, north = EXTENT
    write_geodatabase(
        path,
        datasets,
        relationships=[_PARTS, attachment_relationship(datasets[0])],
        service={
            "name": SERVICE,
            "spatialReference": {"wkid": 102100, "latestWkid": 3857},
            "layers": [{"id": POSTS, "name": "Posts"}, {"id": LINES, "name": "Lines"}],
            "tables": [{"id": CHECKS, "name": "Checks"}],
        },
        replica=Replica(
            f"https://server.portal.invalid/arcgis/rest/services/{SERVICE}/FeatureServer",
            LAYERS,
            generations,
            name=path.stem,
            owner=OWNER,
            model=model,
            area=[(west, south), (west, north), (east, north), (east, south), (west, south)],
            attachments=True,
            related=("Checks",),
        ),
    )


def _datasets() -> list[Dataset]:
    rows = {
        "Posts": [_post(number) for number in range(1, 6)],
        "Lines": [_line(number) for number in range(1, 4)],
        "Checks": [_check(number) for number in range(1, 6)],
    }
    geometries = {"Posts": "Point", "Lines": "Polyline", "Checks": None}
    layers = [
        Dataset(name, geometries[name], _FIELDS[name], rows[name], number, layer=_layer(name))
        for name, number in LAYERS.items()
    ]
    photos = [
        (guid_of("Posts", number), f"Ansicht {number}.jpg", "image/jpeg", b"\xff\xd8" * number)
        for number in (1, 2, 2)
    ]
    return [*layers, numbered_attachments(layers[0], photos, lambda index: guid_of("file", index))]


def _inside(datasets: list[Dataset]) -> list[Dataset]:
    """The last row of each layer lies outside, and with the post its checks."""
    posts, lines = (list(one.rows)[:-1] for one in datasets[:2])
    known = {row.global_id for row in posts}
    kept = [posts, lines, [row for row in datasets[2].rows if row.values["post"] in known], datasets[3].rows]
    return [replace(one, rows=rows) for one, rows in zip(datasets, kept)]


def _place(number: int, last: int) -> tuple[float, float]:
    west, south, east, _ = EXTENT
    return west + 61.25 * number + (2 * (east - west) if number == last else 0), south + 53.25 * number


def _row(layer: str, number: int, shape: Optional[bytes], values: dict[str, Any]) -> Row:
    return Row(shape, values, object_id=10 + 7 * number, global_id=guid_of(layer, number))


def _post(number: int) -> Row:
    shape = struct.pack("<BI2d", 1, 1, *_place(number, 5))
    return _row("Posts", number, shape, {"name": f"Post {number}", "note": None, "size": number})


def _line(number: int) -> Row:
    x, y = _place(number, 3)
    shape = struct.pack("<BII6d", 1, 2, 3, x, y, x + 20, y + 5, x + 33.5, y + 21)
    return _row("Lines", number, shape, {"name": f"Line {number}", "size": 80 + number})


def _check(number: int) -> Row:
    values = {"post": guid_of("Posts", number), "name": f"Check {number}", "note": "dicht"}
    return _row("Checks", number, None, values)


def _layer(name: str) -> dict[str, Any]:
    if name == "Posts":
        related = composite_part("Checks", CHECKS, "esriRelRoleOrigin", "GlobalID")
        return {"hasAttachments": True, "editFieldsInfo": _TRACKING, "relationships": [related]}
    if name == "Checks":
        return {"relationships": [composite_part("Post", POSTS, "esriRelRoleDestination", "post")]}
    return {}
