"""The replicas that an offline map on this computer has at its feature services."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..errors import OfflineMapError
from ..json_value import Json
from ..offline_map.json_file import read_json_file
from ..offline_map.layout import MapFolder, work_file
from ..offline_map.manifest import Manifest
from ..offline_map.mobile_map import read_area_record
from ..working_copy.copy_reading import read_state
from .orphans import Orphan


@dataclass(frozen=True)
class HeldReplica:
    """`replica` is its id; "" where it was asked for and the answer is not known: then its `name` finds it.

    `working_copy` may be gone.
    """

    portal_url: str
    service_url: str
    replica: str
    name: str
    owner: str
    map_title: str
    working_copy: Path

    def as_orphan(self) -> Orphan:
        """What has to be remembered of it when the map goes."""
        return Orphan(self.portal_url, self.service_url, self.replica, self.name, self.owner, self.map_title)


def held_replicas(folder: Path, manifest: Manifest) -> tuple[HeldReplica, ...]:
    """Those of all geodatabases of a map. Raises as `naming_the_copy` for a copy that cannot be read."""
    return tuple(_held(folder, manifest))


def _held(folder: Path, manifest: Manifest) -> Iterator[HeldReplica]:
    services = _services(folder)
    portal_url, title = manifest.portal_url, manifest.area.title
    for item, registration in manifest.registrations.items():
        package = next(
            (folder / one.path for one in manifest.files if one.item and one.item.id == item), None
        )
        if package is None:
            continue
        copy = work_file(package, MapFolder(folder).work)
        state = read_state(copy)
        if state is not None:
            if state.service and (state.replica or state.replica_name):
                known = (state.replica, state.replica_name, state.owner)
                yield HeldReplica(portal_url, state.service, *known, title, copy)
        elif registration.replica and services.get(item):
            known = (registration.replica, "", "")
            yield HeldReplica(portal_url, services[item], *known, title, copy)


def _services(folder: Path) -> dict[str, str]:
    """The feature services by package, as the .marea names them."""
    with suppress(OfflineMapError, OSError):
        info: Json = read_json_file(MapFolder(folder).package_info)
        record = read_area_record(folder, info)
        return {one.item_id: one.service_url for one in record.packages} if record else {}
    return {}
