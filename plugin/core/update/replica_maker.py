"""Makes the replica of one working copy, whatever becomes of the answers.

A lost answer leaves a replica that nobody uses. So the name of a replica is noted in the working copy before
the service is asked, and looked for before it is asked again. One that was *registered*, and is no further
than the rows here, is then ours. The rows of an *ordinary* one were in the lost answer: unless its job can
still tell them, it is unregistered, for old rows under new generations would be a hole that nobody sees.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
import re
import secrets
from typing import Optional

from ..errors import JobGone, NetworkError, OfflineMapError, PortalError, ServerBusy, SignInRequired
from ..json_value import text_of
from ..portal.feature_service import FeatureService
from ..portal.generations import ServerGenerations
from ..portal.global_ids import global_id
from ..portal.replica_answers import CreatedReplica
from ..portal.replica_requests import ReplicaRequest
from ..working_copy.replica_state import read_copy_value, write_copy_value
from .open_copy import OpenCopy

_ASKED = "asked_for_replica"
"""The value of a working copy on a request whose answer is not known: `name`, `registers`, `status`."""
PRODUCT = "OfflineMapAreas"
"""In the names of replicas that this plugin made."""
_NAME = re.compile(PRODUCT + "_.*_[0-9a-f]{16}", re.DOTALL)
_UNKNOWN = (NetworkError, ServerBusy, JobGone)
"""What leaves the outcome of a request unknown."""


def is_declined(error: OfflineMapError) -> bool:
    """True where the service answered that it will not."""
    return isinstance(error, PortalError) and not isinstance(error, (SignInRequired, *_UNKNOWN))


def is_our_name(name: str) -> bool:
    """True for a name that only one replica has. A folder that a stranger handed on may state another, which
    would find replicas of other maps.
    """
    return _NAME.fullmatch(name) is not None


def forget_request(copy: OpenCopy) -> None:
    """There is no request any more whose answer is not known. In the caller's transaction."""
    write_copy_value(copy.connection, _ASKED, {})


@dataclass(frozen=True)
class MadeReplica:
    """`created` is None for one whose answer was lost: its rows are those of the package."""

    id: str
    created: Optional[CreatedReplica] = None


class ReplicaMaker:
    """Asks `service` for a replica for the working copy `copy`, which must not be in a transaction.

    `begin` notes in the caller's terms whose request it is, in the transaction that notes the name.
    """

    def __init__(self, copy: OpenCopy, service: FeatureService, begin: Callable[[str], None]) -> None:
        self._copy, self._service, self._begin = copy, service, begin

    def make(self, request: ReplicaRequest) -> MadeReplica:
        """A new replica; asks once more where the answer was lost and nothing came of it.

        Raises what asking raises; after what `is_declined` nothing is left at the service.
        """
        try:
            return self._ask(request)
        except _UNKNOWN:
            if found := self.settle(request.generations):
                return found
        try:
            return self._ask(request)
        except _UNKNOWN:
            if found := self.settle(request.generations):
                return found
            raise

    def settle(self, generations: ServerGenerations) -> Optional[MadeReplica]:
        """What became of a request whose answer is not known; None where there is none, or nothing to keep.

        `generations` are those of the rows that the working copy has.
        """
        asked = read_copy_value(self._copy.connection, _ASKED)
        name, status = text_of(asked, "name"), text_of(asked, "status")
        if not is_our_name(name):
            return None
        registers = asked.get("registers") is True
        if status:
            with suppress(PortalError):  # the job is gone or failed: what it made is found by name
                created = self._service.resume_replica(status)
                return MadeReplica(created.id, created)
        ours = None
        for found in self._service.replicas():
            if name not in found.name:
                continue
            if registers and ours is None and self._is_at(found.id, generations):
                ours = MadeReplica(found.id)
            else:
                self._service.unregister(found.id)
        if ours is None:
            self._forget()
        return ours

    def withdraw(self, replica: str) -> None:
        """Unregisters a replica of which nothing came; where that fails now, `settle` does it later."""
        with suppress(OfflineMapError):
            self._service.unregister(replica)
            self._forget()

    def note_done(self) -> None:
        """In the caller's transaction, which notes the replica itself."""
        forget_request(self._copy)

    def _ask(self, request: ReplicaRequest) -> MadeReplica:
        token = secrets.token_hex(8)
        name = f"{PRODUCT}_{request.name}_{token}"
        self._note(name, request.registers, "")
        try:
            created = self._service.create_replica(
                replace(request, name=name), lambda status: self._note(name, request.registers, status)
            )
        except PortalError as error:
            if is_declined(error):
                self.settle(ServerGenerations())
            raise
        self._drop_twins(name, created.id)
        return MadeReplica(created.id, created)

    def _drop_twins(self, name: str, replica: str) -> None:
        """A request that the network delivered twice made two."""
        with suppress(OfflineMapError):
            for found in self._service.replicas():
                if name in found.name and global_id(found.id) != global_id(replica):
                    self._service.unregister(found.id)

    def _is_at(self, replica: str, generations: ServerGenerations) -> bool:
        """True for a replica that is no further than the rows here: none is left out of its next download."""
        info = self._service.replica(replica)
        known = info.generations if info else ServerGenerations()
        if not known:
            return False
        shared = -1 if generations.replica is None else generations.replica
        own = {layer: generations.layers.get(layer, shared) for layer in known.layers}
        is_later = any(number > own[layer] for layer, number in known.layers.items())
        return not is_later and (known.replica is None or known.replica <= shared)

    def _note(self, name: str, registers: bool, status: str) -> None:
        with self._copy.transaction():
            self._begin(name)
            asked = {"name": name, "registers": registers, "status": status}
            write_copy_value(self._copy.connection, _ASKED, asked)

    def _forget(self) -> None:
        with self._copy.transaction():
            self.note_done()
