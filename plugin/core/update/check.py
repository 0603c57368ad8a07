"""Is there anything to send, and anything to take? Nothing is changed to find out, here or at the server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Optional

from ..errors import Cancelled, OfflineMapError
from ..geodatabase.catalogue import open_geodatabase
from ..host import Feedback, raise_if_cancelled
from ..json_value import folded_keys, json_object
from ..notice import Notice, notice
from ..portal.feature_service import FeatureService
from ..portal.generations import ServerGenerations
from ..portal.items import Portal
from ..portal.replica_requests import ChangesRequest
from ..portal.service_info import ServiceInfo
from ..working_copy.copy_reading import edits_by_table, read_state
from ..working_copy.package_state import read_package_state
from ..working_copy.replica_state import ReplicaState
from ..working_copy.table_names import relationships_in_copy, table_in_copy
from .area_packages import AreaPackages
from .incoming_files import IncomingFiles
from .package_choice import Fetch
from .replica_form import area_of, layer_queries, packaged_generations, replica_layers
from .scheduled import PackageSource, held_by, size_of_choice
from .surroundings import UpdateSurroundings
from .synced_map import SyncedCopy, SyncedMap, open_synced_map


class Downloadable(Enum):
    """Whether the server has something that the offline map has not."""

    NONE = "none"
    AVAILABLE = "available"
    INDETERMINATE = "indeterminate"


@dataclass(frozen=True)
class LayerEdits:
    """What waits to be sent of one layer or table: features or rows, and their attachments."""

    title: str
    features: int = 0
    attachments: int = 0


@dataclass(frozen=True)
class UpdateCheck:
    """`size` in bytes, 0 where it is not known; `reopen`: the update gives the map other files.

    `notices` tell why something is not known.
    """

    uploads: tuple[LayerEdits, ...]
    download: Downloadable = Downloadable.INDETERMINATE
    size: int = 0
    reopen: bool = False
    notices: tuple[Notice, ...] = ()

    @property
    def edits(self) -> int:
        """Edited features and edited attachments together."""
        return sum(one.features + one.attachments for one in self.uploads)


def check_for_updates(folder: Path, around: Optional[UpdateSurroundings], feedback: Feedback) -> UpdateCheck:
    """What an update of an offline map would send, and whether it would take anything.

    Without `around`, or without a network, what is here is told all the same. Raises `BadInput` as
    `open_synced_map`, `Damaged` for a working copy that cannot be read, `Cancelled`.
    """
    synced = open_synced_map(folder)
    uploads = tuple(edits for copy in synced.copies for edits in edits_of(copy))
    if around is None:
        return UpdateCheck(uploads)
    try:
        packages = AreaPackages(Portal(around.session_of(synced.portal_url)), synced)
    except OfflineMapError as error:
        text = "Whether “{service}” has changes could not be found out: {reason}"
        told = notice("unknown_updates", text, service=synced.title, reason=error)
        return UpdateCheck(uploads, notices=(told,))
    return replace(what_is_new(synced, packages, around, feedback), uploads=uploads)


def what_is_new(
    synced: SyncedMap, packages: AreaPackages, around: UpdateSurroundings, feedback: Feedback
) -> UpdateCheck:
    """What an update would take. Raises `Damaged`, `Cancelled`; all else is told in notices."""
    found: list[Downloadable] = []
    size = 0
    notices = []
    question = _Question(synced, packages, around, feedback)
    for copy in synced.copies:
        raise_if_cancelled(feedback)
        try:
            state, its_size = question.answer(copy)
            found.append(state)
            size += its_size
        except Cancelled:
            raise
        except OfflineMapError as error:
            found.append(Downloadable.INDETERMINATE)
            text = "It could not be found out whether “{service}” has changes: {reason}"
            notices.append(notice("unknown_updates", text, service=copy.title, reason=error))
    order = (Downloadable.AVAILABLE, Downloadable.INDETERMINATE, Downloadable.NONE)
    download = next((one for one in order if one in found), Downloadable.NONE)
    return UpdateCheck((), download, size, notices=tuple(notices))


def edits_of(copy: SyncedCopy) -> Iterator[LayerEdits]:
    """The edits of each layer or table that has any."""
    counts = edits_by_table(copy.path)
    if not counts:
        return
    with open_geodatabase(copy.package) as geodatabase:
        tables = [table_in_copy(table) for table in geodatabase.tables]
        relationships = relationships_in_copy(geodatabase.relationships)
    attachments = {one.origin: one.destination for one in relationships if one.attachments}
    for table in tables:
        features, files = counts.pop(table.name, 0), 0
        if table.name in attachments:
            files = counts.pop(attachments[table.name], 0)
        if features or files:
            title = copy.titles.get(-1 if table.layer_id is None else table.layer_id, table.alias)
            yield LayerEdits(title, features, files)


class _Question:
    """Whether a server has changes for a geodatabase, and their size."""

    def __init__(
        self, synced: SyncedMap, packages: AreaPackages, around: UpdateSurroundings, feedback: Feedback
    ) -> None:
        self._synced, self._packages = synced, packages
        self._around, self._feedback = around, feedback

    def answer(self, copy: SyncedCopy) -> tuple[Downloadable, int]:
        state = read_state(copy.path)
        if self._synced.mode.is_scheduled:
            return self._scheduled(copy, state)
        portal_url, service_url = self._synced.portal_url, copy.service_url
        service = self._around.service(portal_url, service_url, self._feedback)
        info = service.info()
        if not info.tracks_changes:
            return Downloadable.INDETERMINATE, 0
        known = self._known(copy, state)
        if not _is_ahead(info, known):
            return Downloadable.NONE, 0
        return self._changed(copy, service, info, known)

    def _scheduled(self, copy: SyncedCopy, state: Optional[ReplicaState]) -> tuple[Downloadable, int]:
        package = self._packages.find(copy.item, copy.title)
        source = PackageSource(
            self._packages.portal, package, IncomingFiles(self._synced.folder), self._around.clock
        )
        generations = state.generations if state else ServerGenerations()
        held = held_by(read_package_state(copy.path), copy.replica, copy.revision, generations)
        choice = source.choose(held)
        size = size_of_choice(choice, package)
        return (Downloadable.NONE, 0) if choice.fetch is Fetch.NOTHING else (Downloadable.AVAILABLE, size)

    def _known(self, copy: SyncedCopy, state: Optional[ReplicaState]) -> ServerGenerations:
        own = state.generations if state else ServerGenerations()
        return own or packaged_generations(copy.replica)

    def _changed(
        self, copy: SyncedCopy, service: FeatureService, info: ServiceInfo, known: ServerGenerations
    ) -> tuple[Downloadable, int]:
        """By the changes themselves: those outside of the area are none of this map."""
        replica = copy.replica
        layers = tuple(sorted(replica_layers(replica)))
        request = ChangesRequest(
            layers, known, layer_queries=layer_queries(replica), **area_of(replica, info)
        )
        changes = service.extract_changes(request).changes
        if changes is None:
            return Downloadable.NONE, 0
        try:
            is_any = next(changes.changes(), None) is not None
            return (Downloadable.AVAILABLE, changes.path.stat().st_size) if is_any else (Downloadable.NONE, 0)
        finally:
            changes.discard()


def _is_ahead(info: ServiceInfo, known: ServerGenerations) -> bool:
    """False where the service tells its generations, and none of them is later than those here."""
    tracking = folded_keys(json_object(folded_keys(info.json).get("changetrackinginfo")))
    now = ServerGenerations.from_answer(tracking)
    ours = {layer: known.layers.get(layer, known.replica) for layer in now.layers}
    stated = [(number, ours[layer]) for layer, number in now.layers.items() if ours[layer] is not None]
    return not stated or any(number > (own or 0) for number, own in stated)
