"""The feature service of the bench: the portal stand-in in a process of its own, which takes orders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.fixtures.geodatabase_replica import Generations, Replica
from tests.portal import (
    PortalContent,
    PortalStandIn,
    add_editable_service,
    add_map_area,
    add_replica_package,
    add_web_map,
    feature_layer,
    service_url,
)

from .geodatabase_files import grow, places

OWNER, PASSWORD = "waterworks", "stop-cock-3"
EXTENT = (-20_000_000.0, -25_000_000.0, 20_000_000.0, 20_000_000.0)
GENERATION = 877
_NAME = "Grown/Points"
_OFFLINE = {
    "editableLayers": {"download": "featuresAndAttachments", "sync": "syncFeaturesAndAttachments"},
    "readonlyLayers": {"downloadAttachments": True},
}


def grow_package(path: Path, rows: int) -> None:
    """A mobile geodatabase that is a replica of the service, of one layer of points."""
    west, south, east, north = EXTENT
    service = {
        "name": _NAME,
        "spatialReference": {"wkid": 102100, "latestWkid": 3857},
        "layers": [{"id": 0, "name": "Grown"}],
        "tables": [],
    }
    replica = Replica(
        f"https://server.portal.invalid/arcgis/rest/services/{_NAME}/FeatureServer",
        {"Grown": 0},
        {"Grown": Generations(server=GENERATION)},
        owner=OWNER,
        area=[(west, south), (west, north), (east, north), (east, south), (west, south)],
    )
    grow(path, "Point", places(), rows, service=service, replica=replica)


def global_id_of(number: int) -> str:
    """Of the `number`-th row of the package."""
    return f"{{{number:08X}-0000-4000-8000-000000000000}}"


def shares(changes: int) -> tuple[int, int, int]:
    """How many of the changes are additions, updates and deletions: ten, ten and one of 21."""
    updates = changes * 10 // 21
    return changes - updates - changes // 21, updates, changes // 21


class ServiceProcess:
    """The portal while it runs: `url`, `web_map`, `area`."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.url, self.web_map, self.area = pipe.recv()

    def edit(self, changes: int) -> None:
        """A colleague edits that many features."""
        self._order("edit", changes)

    def forget(self) -> None:
        """Counts requests from now on."""
        self._order("forget", 0)

    def asked(self) -> tuple[int, int]:
        """Requests, and bytes of the bodies of the answers."""
        return self._order("asked", 0)

    def _order(self, name: str, value: int) -> Any:
        self._pipe.send((name, value))
        return self._pipe.recv()


@contextmanager
def running_service(package: Path) -> Iterator[ServiceProcess]:
    """A service with the rows of the package, at its generation."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, package), daemon=True)
    process.start()
    there.close()
    try:
        yield ServiceProcess(here)
    finally:
        here.close()
        process.join(20)
        process.kill()


def _serve(pipe: Connection, package: Path) -> None:
    content = PortalContent(OWNER, PASSWORD)
    service = add_editable_service(content, _NAME, package)
    layer = feature_layer("Grown", f"{service_url(service)}/0")
    web_map = add_web_map(content, "Grown", [layer], offline=_OFFLINE)
    area = add_map_area(content, web_map, "Everywhere", EXTENT)
    add_replica_package(content, area, package, service)
    with PortalStandIn(content) as portal:
        pipe.send((portal.url, web_map, area))
        while True:
            try:
                order, value = pipe.recv()
            except EOFError:
                return
            if order == "edit":
                service.edit(0, **_changes(value))
            elif order == "forget":
                portal.record.forget()
            asked = portal.asked()
            pipe.send((len(asked), sum(one.bytes_sent for one in asked)))


def _changes(count: int) -> dict[str, list[Any]]:
    """Every second update has a new shape as well."""
    added, updated, deleted = shares(count)
    adds = [
        {
            "attributes": {"name": f"New {n}", "height": n / 7, "built": 1900, "seen": 1_764_000_000_000},
            "geometry": {"x": 1_000.25 * (n % 997), "y": 1_000.75 * (n % 991)},
        }
        for n in range(added)
    ]
    updates: list[dict[str, Any]] = [
        {"attributes": {"GlobalID": global_id_of(n), "name": f"Changed {n}", "height": n / 3}}
        for n in range(1, updated + 1)
    ]
    for n, feature in enumerate(updates[::2]):
        feature["geometry"] = {"x": 900.25 * (n % 997), "y": 900.75 * (n % 991)}
    deletes = [global_id_of(n) for n in range(updated + 1, updated + deleted + 1)]
    return {"adds": adds, "updates": updates, "deletes": deletes}
