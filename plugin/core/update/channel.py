"""The two ways in which edits go to a feature service and changes come from it.

A replica is synchronised by `synchronizeReplica`, one request after the other. A copy without a replica
applies its edits by `applyEdits` and extracts changes by `extractChanges`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Protocol

from ..errors import BrokenAnswer, Unsupported
from ..geodatabase.replica import SyncDirection, SyncModel
from ..portal.feature_service import FeatureService
from ..portal.generations import ServerGenerations
from ..portal.replica_answers import SyncAnswer
from ..portal.replica_requests import ChangesRequest, SyncRequest, SyncWay
from ..portal.service_info import ServiceInfo
from ..working_copy.replica_state import RegistrationState
from .edits_json import EditsForm
from .open_copy import OpenCopy
from .replica_form import area_of, layer_queries, replica_layers

_LARGEST_TEXT = 1 << 20
"""Bytes of edits that go into the form itself; more is uploaded, where the service takes uploads."""

_SAID = {"replicaid", "replicaname", "syncmodel", "transporttype", "layerservergens", "replicaservergen"}
"""What the head of an answer to a synchronisation says, one or the other."""


class Channel(Protocol):
    """What an update asks of the service. All methods raise `PortalError`, `NetworkError`, `StorageError`."""

    form: EditsForm

    @property
    def answers_with_changes(self) -> bool:
        """True where the answer to edits also tells what others changed."""

    def send(
        self, edits: Path, layers: Collection[int], rollback: bool, on_status: Callable[[str], None], /
    ) -> SyncAnswer:
        """Sends a file of edits of some layers; `on_status` is told the address of a job first."""

    def send_nothing(self, layers: Collection[int], /) -> None:
        """The same without edits: refused where the service cannot go on from the generations of the copy."""

    def fetch(self) -> SyncAnswer:
        """What changed on the server since the generations of the copy."""

    def resume(self, status_url: str, /) -> SyncAnswer:
        """The answer of a job that an earlier run began."""


def reached(before: ServerGenerations, told: ServerGenerations) -> ServerGenerations:
    """How far a copy is after an answer: never further back than before, whatever a server says."""
    layers = {layer: max(number, before.layers.get(layer, 0)) for layer, number in told.layers.items()}
    known = [number for number in (before.replica, told.replica) if number is not None]
    return before.followed_by(ServerGenerations(layers, max(known, default=None)))


def channel_of(copy: OpenCopy, service: FeatureService, info: ServiceInfo) -> Channel:
    """As the copy is registered."""
    if copy.state.registration is RegistrationState.DIRECT:
        return _Direct(copy, service, info)
    return _Replica(copy, service, info)


def uploading_layers(copy: OpenCopy) -> set[int]:
    """The layers of which edits go to the service."""
    if copy.state.direction not in (SyncDirection.BIDIRECTIONAL, SyncDirection.UPLOAD):
        return set()
    ways = (SyncDirection.BIDIRECTIONAL, SyncDirection.UPLOAD)
    return {layer for layer, one in replica_layers(copy.copy.replica).items() if one.direction in ways}


def downloading_layers(copy: OpenCopy) -> tuple[int, ...]:
    """The layers of which changes come."""
    if copy.state.direction is SyncDirection.UPLOAD:
        return ()
    layers = replica_layers(copy.copy.replica)
    return tuple(sorted(layer for layer, one in layers.items() if one.direction is not SyncDirection.UPLOAD))


class _Replica:
    form = EditsForm.REPLICA

    def __init__(self, copy: OpenCopy, service: FeatureService, info: ServiceInfo) -> None:
        self._copy, self._service, self._info = copy, service, info

    @property
    def answers_with_changes(self) -> bool:
        return not self._info.supports_direction_control

    @property
    def _way_up(self) -> SyncWay:
        return "upload" if self._info.supports_direction_control else "bidirectional"

    def send(
        self, edits: Path, layers: Collection[int], rollback: bool, on_status: Callable[[str], None]
    ) -> SyncAnswer:
        way = self._way_up
        size = edits.stat().st_size
        uploads = self._info.takes_uploads and (rollback or size > _LARGEST_TEXT)
        upload = self._service.upload(edits, edits.name) if uploads else ""
        text = "" if uploads else edits.read_text("utf-8")
        return self._synchronize(dict.fromkeys(layers, way), way, text, upload, rollback, on_status)

    def send_nothing(self, layers: Collection[int]) -> None:
        way = self._way_up
        answer = self._synchronize(dict.fromkeys(layers, way), way, "", "", False, _forgotten)
        if answer.changes is not None:
            answer.changes.discard()

    def fetch(self) -> SyncAnswer:
        way: SyncWay = "download" if self._info.supports_direction_control else "bidirectional"
        layers = dict.fromkeys(downloading_layers(self._copy), way)
        return self._synchronize(layers, way, "", "", False, _forgotten)

    def resume(self, status_url: str) -> SyncAnswer:
        return _understood(self._service.resume(status_url, self._copy.state.replica), self._copy)

    def _synchronize(
        self,
        layers: dict[int, SyncWay],
        way: SyncWay,
        edits: str,
        upload: str,
        rollback: bool,
        on_status: Callable[[str], None],
    ) -> SyncAnswer:
        state = self._copy.state
        request = SyncRequest(
            replica=state.replica,
            generations=state.generations,
            per_layer=state.model is not SyncModel.PER_REPLICA,
            layers=layers,
            direction=way,
            edits=edits,
            upload=upload,
            rollback=rollback,
            asynchronous=self._info.supports_async,
        )
        return _understood(self._service.synchronize(request, on_status), self._copy)


class _Direct:
    form = EditsForm.FLAT
    answers_with_changes = False

    def __init__(self, copy: OpenCopy, service: FeatureService, info: ServiceInfo) -> None:
        self._copy, self._service, self._info = copy, service, info

    def send(  # it begins no job, and the edits name their layers
        self, edits: Path, _layers: Collection[int], rollback: bool, _on_status: Callable[[str], None]
    ) -> SyncAnswer:
        changes = self._service.apply_edits(edits.read_text("utf-8"), rollback)
        return SyncAnswer(ServerGenerations(), changes=changes)

    def send_nothing(self, _layers: Collection[int]) -> None:
        """Edits are applied without any generation."""

    def fetch(self) -> SyncAnswer:
        replica = self._copy.copy.replica
        request = ChangesRequest(
            layers=downloading_layers(self._copy),
            generations=self._copy.state.generations,
            layer_queries=layer_queries(replica),
            attachments=self._copy.state.attachments,
            **area_of(replica, self._info),
        )
        return self._service.extract_changes(request)

    def resume(self, _status_url: str) -> SyncAnswer:
        raise Unsupported("A copy without a replica does not start jobs.")


def _understood(answer: SyncAnswer, copy: OpenCopy) -> SyncAnswer:
    """Raises `BrokenAnswer` for JSON that is no synchronisation's: it would look like one without news."""
    changes = answer.changes
    is_meant = changes is not None and (changes.has_changes or not _SAID.isdisjoint(changes.head))
    if not answer.response_type and not is_meant:
        raise BrokenAnswer(
            "“{host}” did not answer like a service that supports sync.",
            next_step="Contact the administrator of the service.",
            host=copy.copy.service_url,
        )
    return answer


def _forgotten(_status_url: str) -> None:
    """A download can be asked for again: nothing has to be known of its job."""
