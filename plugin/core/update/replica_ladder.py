"""How one working copy comes to a replica, or does without.

Each step is taken when the service refused the one before, or cannot do it:

    register   the packaged copy becomes a replica: no rows travel
    register   the same without naming the replica of the package, which some services dislike
    ordinary   a replica of its own, whose rows become the base of the working copy
    direct     no replica: changes are extracted and edits applied, where the service tracks changes
    refused    the layers stay read-only, with the reason
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..errors import OfflineMapError, PortalError, Unsupported
from ..geodatabase.replica import SyncDirection
from ..host import Feedback
from ..offline_map.copy_rights import SERVICE_FACTS, renew_rights
from ..portal.feature_service import FeatureService
from ..portal.generations import ServerGenerations
from ..portal.replica_answers import CreatedReplica
from ..portal.replica_requests import ReplicaRequest, SyncWay
from ..portal.service_info import LayerInfo, ServiceInfo
from ..sentences import sentence_to_json
from ..working_copy.replica_state import RegistrationState, write_copy_value
from .fresh_base import NewBase
from .open_copy import OpenCopy
from .replica_form import packaged_generations, replica_request
from .replica_maker import MadeReplica, ReplicaMaker, is_declined
from .service_facts import service_facts, takes_edits

_DIRECTIONS = {
    "bidirectional": SyncDirection.BIDIRECTIONAL,
    "download": SyncDirection.DOWNLOAD,
    "upload": SyncDirection.UPLOAD,
    "snapshot": SyncDirection.SNAPSHOT,
}
_PREFIX = "esrisyncdirection"


@dataclass(frozen=True)
class Applicant:
    """Who registers: `identity` are the members of the state that tell what the copy is and where it lies."""

    map_id: str
    user: str
    identity: Mapping[str, Any]


class ReplicaLadder:
    """Registers `there`, which must not be in a transaction, with `service`."""

    def __init__(
        self,
        there: OpenCopy,
        service: FeatureService,
        info: ServiceInfo,
        layers: list[LayerInfo],
        applicant: Applicant,
        scratch: Path,
        feedback: Feedback,
    ) -> None:
        self._there, self._service, self._info, self._layers = there, service, info, layers
        self._applicant, self._scratch, self._feedback = applicant, scratch, feedback
        self._maker = ReplicaMaker(there, service, self._begin)

    def climb(self, fresh: bool) -> None:
        """Until something holds. `fresh`: the rows here are none to go on from.

        Raises what says nothing of the service's mind: no network, no sign-in, a disk that is full.
        """
        refusal: OfflineMapError = Unsupported(
            "The feature service “{service}” offers neither sync nor change tracking to this user.",
            next_step="Ask its owner to enable sync.",
            service=self._there.copy.title,
        )
        found = self._maker.settle(ServerGenerations() if fresh else self._generations())
        if found is not None:
            return self._adopt(found)
        for request in self._requests(fresh):
            try:
                return self._adopt(self._maker.make(request))
            except Unsupported as error:
                refusal = error
            except PortalError as error:
                if not is_declined(error):
                    raise
                refusal = error
        if not fresh and self._can_go_direct():
            return self._note(RegistrationState.DIRECT, direction=self._usual_direction())
        why = {"reason": str(refusal), "sentence": sentence_to_json(refusal)}
        return self._note(RegistrationState.REFUSED, **why)

    def _requests(self, fresh: bool) -> Iterator[ReplicaRequest]:
        replica, info = self._there.copy.replica, self._info
        way: SyncWay = "bidirectional" if takes_edits(info) else "download"
        ordinary = replica_request(replica, info, self._applicant.map_id, way)
        if ordinary is None or not info.can_sync:
            return
        if info.supports_registering and not fresh:
            generations = self._generations()
            packaged = replace(ordinary, registers=True, asynchronous=False, generations=generations)
            yield replace(packaged, reference=replica.uuid)
            yield packaged
        yield ordinary

    def _can_go_direct(self) -> bool:
        """Changes must be there from the generations on that the rows here have."""
        info, own = self._info, self._generations()
        layers = [layer.id for layer in self._layers]
        known = [own.layers.get(layer, own.replica or 0) for layer in layers]
        is_kept = all(number >= info.floors.get(layer, 0) for layer, number in zip(layers, known))
        by_id = info.supports_edits_by_global_id or all(
            one.supports_edits_by_global_id for one in self._layers
        )
        return bool(layers) and info.tracks_changes and by_id and is_kept

    # ---- what it becomes ---------------------------------------------------------------------

    def _adopt(self, made: MadeReplica) -> None:
        """Whether rows came tells what the service did, whatever it was asked for."""
        created, base = made.created, None
        try:
            direction = self._direction(made.id)
            if created is not None and created.has_data:
                base = self._new_base(created)
                base.fetch(self._feedback)
            with self._there.transaction():
                if base is not None:
                    base.apply(self._feedback)
                self._write(
                    RegistrationState.REGISTERED,
                    replica=made.id,
                    owner=self._applicant.user,
                    direction=direction,
                    generations=created.generations if created and base else self._generations(),
                    last_sync="",
                )
                self._maker.note_done()
        except Exception:
            self._maker.withdraw(made.id)
            raise
        finally:
            if base is not None:
                base.discard()

    def _new_base(self, created: CreatedReplica) -> NewBase:
        answer = created.answer
        if answer is None or answer.is_cut_off or not created.generations:
            raise Unsupported(
                "The feature service “{service}” returned a replica with missing rows.",
                next_step="Contact the administrator of the service.",
                service=self._there.copy.title,
            )
        base = NewBase(self._there, self._service, answer, self._scratch)
        lacking = base.left_out()
        if lacking is not None:
            base.discard()
            layer_id = self._there.tables.layer_of(lacking.name)
            raise Unsupported(
                "The feature service “{service}” gave a replica without the layer “{layer}”, of which this"
                " offline map has rows.",
                next_step="Contact the administrator of the service.",
                service=self._there.copy.title,
                layer=self._there.copy.titles.get(layer_id) or lacking.title,
            )
        return base

    def _direction(self, replica: str) -> SyncDirection:
        """The way that the service gave the replica, which for some users is down only."""
        with suppress(OfflineMapError):
            info = self._service.replica(replica)
            stated = info.direction.removeprefix(_PREFIX) if info else ""
            return _DIRECTIONS.get(stated, self._usual_direction())
        return self._usual_direction()

    def _usual_direction(self) -> SyncDirection:
        return SyncDirection.BIDIRECTIONAL if takes_edits(self._info) else SyncDirection.DOWNLOAD

    def _generations(self) -> ServerGenerations:
        """How far the rows of the working copy are those of the server."""
        return self._there.state.generations or packaged_generations(self._there.copy.replica)

    def _begin(self, name: str) -> None:
        """Notes whose request this is, before it is sent."""
        state = RegistrationState.PENDING
        self._there.note(**self._applicant.identity, registration=state, replica="", replica_name=name)

    def _note(self, state: RegistrationState, **more: Any) -> None:
        with self._there.transaction():
            self._write(state, replica="", replica_name="", generations=self._generations(), **more)

    def _write(self, state: RegistrationState, reason: str = "", **more: Any) -> None:
        """In a transaction of the caller."""
        self._there.note(**self._applicant.identity, registration=state, reason=reason, **more)
        facts = service_facts(self._info, self._layers)
        write_copy_value(self._there.connection, SERVICE_FACTS, facts)
        renew_rights(self._there.connection)
