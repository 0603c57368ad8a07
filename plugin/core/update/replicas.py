"""The replicas that a user has at feature services: which there are, what they are for, and their end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Optional, Union

from ..errors import BadInput, Cancelled, OfflineMapError, PortalError, ServerBusy, SignInRequired
from ..host import Executor, Feedback, raise_if_cancelled
from ..json_value import UNKNOWN_TIME
from ..notice import Notice, notice
from ..offline_map.manifest import read_manifest
from ..portal.feature_service import FeatureService
from ..portal.global_ids import global_id
from ..portal.items import Portal
from ..portal.map_areas import MapArea, list_map_areas
from ..portal.replica_answers import ListedReplica
from ..portal.urls import ItemId, same_service, same_system
from ..working_copy.copy_reading import edits_by_table
from .held_replicas import HeldReplica, held_replicas
from .orphans import Orphan
from .replica_maker import PRODUCT
from .surroundings import UpdateSurroundings

_PAGE = "/replicas/"


@dataclass(frozen=True)
class FoundReplica:
    """A replica that a service lists for this user.

    `is_ours`: this plugin made it, here or elsewhere. `map_title` and `folder` are those of the offline map
    on this computer that uses it, empty and None where there is none; `is_orphan`: that map is gone, and the
    replica is remembered to be unregistered. `last_sync` is None where the service does not say.
    """

    service_url: str
    id: str
    name: str
    last_sync: Optional[datetime]
    is_ours: bool
    map_title: str = ""
    folder: Optional[Path] = None
    is_orphan: bool = False

    @property
    def reference(self) -> str:
        """As `unregister_replicas` takes it."""
        return f"{self.service_url}{_PAGE}{self.id}"


@dataclass(frozen=True)
class MapsHere:
    """The replicas of the offline maps in known folders; maps that cannot be read are left out."""

    held: tuple[tuple[Path, HeldReplica], ...] = ()

    @classmethod
    def of(cls, folders: Iterable[Path]) -> MapsHere:
        return cls(tuple(pair for folder in folders for pair in _held(folder)))

    def services(self, portal_url: str) -> list[str]:
        """The feature services of the maps of one portal."""
        return [one.service_url for _, one in self.held if same_system(one.portal_url, portal_url)]


def services_of_web_map(portal: Portal, web_map: ItemId, executor: Executor) -> list[str]:
    """The feature services that the packages of a web map's areas come from."""
    areas = (area for area in list_map_areas(portal, web_map, executor) if isinstance(area, MapArea))
    return [package.service_url for area in areas for package in area.packages if package.layer_ids]


def orphaned_services(around: UpdateSurroundings, portal_url: str) -> list[str]:
    """Those with replicas that are to be unregistered still."""
    orphans = around.orphans.orphans()
    return [one.service_url for one in orphans if same_system(one.portal_url, portal_url)]


def list_replicas(
    portal_url: str, services: Iterable[str], here: MapsHere, around: UpdateSurroundings, feedback: Feedback
) -> Iterator[Union[FoundReplica, Notice]]:
    """The replicas of this user at these services; a notice for each one that does not answer.

    Raises `Cancelled`.
    """
    for url in _once(services):
        raise_if_cancelled(feedback)
        try:
            service = around.service(portal_url, url, feedback)
            listed = _listed(service)
        except Cancelled:
            raise
        except OfflineMapError as error:
            text = "The replicas of “{service}” cannot be listed: {reason}"
            yield notice("replicas", text, service=url, reason=error)
            continue
        yield from (_found(url, one, here, around) for one in listed)


def unregister_replicas(
    portal_url: str,
    references: Iterable[str],
    here: MapsHere,
    around: UpdateSurroundings,
    feedback: Feedback,
) -> tuple[int, tuple[Notice, ...]]:
    """Unregisters replicas as `FoundReplica.reference` names them, each by its id; returns how many are gone.

    Those that a service does not know are told, and so are the offline maps here that used one. Raises
    `BadInput` for what names no replica, before any request, and what asking raises.
    """
    pairs = [replica_in(reference) for reference in references]
    gone = 0
    told: list[Notice] = []
    for url, replica in pairs:
        raise_if_cancelled(feedback)
        if not around.service(portal_url, url, feedback).unregister(replica):
            text = "“{service}” has no replica {replica} that belongs to you."
            told.append(notice("replicas", text, service=url, replica=replica))
            continue
        gone += 1
        for orphan in around.orphans.orphans():
            if _is_same(orphan, url, replica):
                around.orphans.forget(orphan)
        told += [_orphaned_map(one) for _, one in here.held if _is_same(one, url, replica)]
    return gone, tuple(told)


def replica_in(reference: str) -> tuple[str, str]:
    """The address of the service and the id in `<FeatureServer>/replicas/<id>`. Raises `BadInput`."""
    service, page, replica = reference.strip().rpartition(_PAGE)
    if not page or not service.lower().startswith(("http://", "https://")) or global_id(replica) is None:
        raise BadInput(
            "“{reference}” is not a replica.",
            next_step="Enter the address of the feature service, then /replicas/ and the id.",
            reference=reference[:200],
        )
    return service, replica


def _listed(service: FeatureService) -> list[ListedReplica]:
    with_dates = service.info().lists_last_syncs
    listed = service.replicas(with_dates)
    if with_dates:
        return list(listed)
    return [ListedReplica(one.id, one.name, _last_sync(service, one.id)) for one in listed]


def _last_sync(service: FeatureService, replica: str) -> datetime:
    """What the page of a replica says; nothing where the service does not show it, or its id is none."""
    try:
        page = service.replica(replica)
    except (SignInRequired, ServerBusy):
        raise
    except (BadInput, PortalError):
        return UNKNOWN_TIME
    return page.last_sync if page else UNKNOWN_TIME


def _found(url: str, listed: ListedReplica, here: MapsHere, around: UpdateSurroundings) -> FoundReplica:
    own = next((pair for pair in here.held if _is_same(pair[1], url, listed.id)), None)
    orphans = around.orphans.orphans()
    orphan = next((one for one in orphans if _is_same(one, url, listed.id)), None)
    belongs: Union[HeldReplica, Orphan, None] = own[1] if own else orphan
    return FoundReplica(
        service_url=url,
        id=listed.id,
        name=listed.name,
        last_sync=listed.last_sync if listed.last_sync != UNKNOWN_TIME else None,
        is_ours=PRODUCT in listed.name,
        map_title=belongs.map_title if belongs else "",
        folder=own[0] if own else None,
        is_orphan=own is None and orphan is not None,
    )


def _is_same(held: Union[HeldReplica, Orphan], url: str, replica: str) -> bool:
    known = global_id(held.replica)
    return same_service(held.service_url, url) and known is not None and known == global_id(replica)


def _orphaned_map(held: HeldReplica) -> Notice:
    edits = 0
    with suppress(OfflineMapError):
        edits = sum(edits_by_table(held.working_copy).values())
    return notice(
        "replicas",
        "The offline map “{map}” on this computer used that replica; edits not sent yet: {count}. Its "
        "next update registers it again.",
        map=held.map_title,
        count=edits,
    )


def _held(folder: Path) -> list[tuple[Path, HeldReplica]]:
    with suppress(OfflineMapError, OSError):
        return [(folder, one) for one in held_replicas(folder, read_manifest(folder))]
    return []


def _once(services: Iterable[str]) -> list[str]:
    found: list[str] = []
    for url in services:
        if url and not any(same_service(url, known) for known in found):
            found.append(url)
    return found
