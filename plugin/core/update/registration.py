"""Registers the geodatabases of an offline map with their feature services, so that edits can go there."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from ..errors import BadInput, Cancelled, OfflineMapError, PortalError, ServerBusy, SignInRequired
from ..host import Feedback, raise_if_cancelled
from ..notice import Notice, notice
from ..offline_map.copy_rights import renew_rights
from ..offline_map.registrations import mend_manifest
from ..portal.feature_service import FeatureService
from ..portal.items import Portal
from ..portal.service_info import ServiceInfo
from ..sentences import sentence_to_json
from ..working_copy.replica_state import RegistrationState, ReplicaState
from .finish import retry_orphans
from .open_copy import OpenCopy, opened
from .orphans import Orphan
from .other_user import forget_replica, is_of_another
from .ready_copy import ready_copy
from .replica_form import replica_layers
from .replica_ladder import Applicant, ReplicaLadder
from .service_facts import layers_of
from .surroundings import UpdateSurroundings
from .synced_map import SyncedMap
from .whereabouts import FileIdentity, Whereabouts, whereabouts

_STANDING = (RegistrationState.REGISTERED, RegistrationState.DIRECT)


@dataclass(frozen=True)
class Registrations:
    """What came of each geodatabase, by the item id of its package: its state, or why it waits."""

    states: Mapping[str, ReplicaState] = field(default_factory=dict)
    problems: Mapping[str, OfflineMapError] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()

    def told(self, synced: SyncedMap) -> tuple[Notice, ...]:
        """All that the user should know: of each service that waits, why."""
        text = (
            "“{service}” is not registered for this offline map yet, and its layers are read-only: {reason}"
        )
        names = {copy.item: copy.title for copy in synced.copies}
        waiting = (
            notice("registration", text, service=names.get(item, item), reason=problem)
            for item, problem in self.problems.items()
        )
        return (*self.notices, *waiting)


def register_map(synced: SyncedMap, around: UpdateSurroundings, feedback: Feedback) -> Registrations:
    """Registers what is not registered yet, or was copied since; brings the manifest up to date.

    One geodatabase hides no other. Raises `Cancelled`, and `StorageError` for the manifest.
    """
    if not synced.mode.uploads:
        return Registrations()
    states: dict[str, ReplicaState] = {}
    problems = dict(synced.left_out)
    notices: list[Notice] = []
    for position, copy in enumerate(synced.copies):
        raise_if_cancelled(feedback)
        feedback.report(position, len(synced.copies), copy.title)
        try:
            notices += ready_copy(synced, copy, feedback)
            with opened(copy) as there:
                states[copy.item] = register_copy(synced, there, around, feedback, notices)
        except Cancelled:
            raise
        except OfflineMapError as error:
            problems[copy.item] = error
    mend_manifest(synced.folder, synced.left_out)
    retry_orphans(around, synced.portal_url, feedback)
    return Registrations(states, problems, tuple(notices))


def register_copy(
    synced: SyncedMap,
    there: OpenCopy,
    around: UpdateSurroundings,
    feedback: Feedback,
    notices: list[Notice],
    *,
    fresh: bool = False,
) -> ReplicaState:
    """Registers one working copy unless it is; appends to `notices` what the user should know.

    `fresh`: the service has lost what it knew of the copy, or its changes: the copy gets a replica of its own
    and the rows of that, with the local edits on top. Raises `BadInput` where somebody else registered it
    than who is signed in, and what asking raises: then the copy waits, and says why.
    """
    registering = _Registering(synced, there, around, feedback, notices)
    try:
        return registering.run(fresh)
    except Cancelled:
        raise
    except OfflineMapError as error:
        registering.note_waiting(error)
        raise


class _Registering:
    """Whose working copy it is, and whether it has to be registered."""

    def __init__(
        self,
        synced: SyncedMap,
        there: OpenCopy,
        around: UpdateSurroundings,
        feedback: Feedback,
        notices: list[Notice],
    ) -> None:
        self._synced, self._there, self._around = synced, there, around
        self._feedback, self._notices = feedback, notices
        self._here = FileIdentity.of(there.copy.path, around)

    def run(self, fresh: bool) -> ReplicaState:
        there, synced = self._there, self._synced
        stands = self._stands()
        user = Portal(self._around.session_of(synced.portal_url)).info().user
        if stands and not fresh:
            self._require_owner(user)
            return there.state
        service = self._around.service(synced.portal_url, there.copy.service_url, self._feedback)
        self._end_former(service)
        info = service.info()
        layers = layers_of(service, info, replica_layers(there.copy.replica))
        applicant = Applicant(synced.manifest.area.id, user, self._identity())
        scratch = self._around.scratch
        ReplicaLadder(there, service, info, layers, applicant, scratch, self._feedback).climb(fresh)
        self._tell(info)
        return there.state

    def _end_former(self, service: FeatureService) -> None:
        """A replica that has fallen behind is of no use any more; the service may know it still."""
        state = self._there.state
        if not state.replica:
            return
        try:
            service.unregister(state.replica)
        except (ServerBusy, SignInRequired):
            raise
        except PortalError:
            known = (state.replica, state.replica_name, state.owner)
            self._around.orphans.remember(
                Orphan(self._synced.portal_url, state.service, *known, self._synced.title)
            )

    def note_waiting(self, error: OfflineMapError) -> None:
        """What could not be registered now says why, unless it says more already."""
        if self._there.state.registration in (*_STANDING, RegistrationState.REFUSED):
            return
        with suppress(OfflineMapError), self._there.transaction():
            pending = RegistrationState.PENDING
            why = {"reason": str(error), "sentence": sentence_to_json(error)}
            self._there.note(**self._identity(), registration=pending, **why)
            renew_rights(self._there.connection)

    def _identity(self) -> dict[str, Any]:
        copy = self._there.copy
        return {
            "area": self._synced.manifest.area.id,
            "item": copy.item,
            "revision": copy.revision,
            "mode": self._synced.mode.value,
            "service": copy.service_url,
            "model": copy.replica.model,
            "attachments": copy.replica.returns_attachments,
            "machine": self._around.machine_id,
            "place": self._here.as_text(),
        }

    def _stands(self) -> bool:
        """True for a working copy that is registered, and is not a copy of one that is."""
        state = self._there.state
        found = whereabouts(state, self._here, self._around.machine_id)
        if found is Whereabouts.MOVED:
            with self._there.transaction():
                self._there.note(place=self._here.as_text())
        elif found is not Whereabouts.SAME:
            self._leave(state, found)
        return self._there.state.registration in _STANDING

    def _leave(self, state: ReplicaState, found: Whereabouts) -> None:
        """A copy has no replica of its own yet; its edits stay, as do its rows and their generations."""
        title = self._synced.title
        if found is Whereabouts.REPLACED and (state.replica or state.replica_name):
            known = (state.replica, state.replica_name, state.owner)
            self._around.orphans.remember(Orphan(self._synced.portal_url, state.service, *known, title))
        forget_replica(self._there)
        text = "“{map}” is a copy of an offline map that is registered already, so it is registered again."
        self._notices.append(notice("copied_map", text, map=title))

    def _require_owner(self, user: str) -> None:
        """Raises `BadInput` where another user is signed in than the one who registered it."""
        state = self._there.state
        if is_of_another(state, user):
            raise self._wrong_user(state.owner, user)

    def _wrong_user(self, owner: str, user: str) -> BadInput:
        title = self._synced.title
        if not owner:
            return BadInput(
                "“{map}” was registered without signing in, but {user} is signed in now.",
                next_step="Update it without authentication, or have it registered again: in the panel "
                "“Offline Map Areas” of QGIS, or by updating a copy of its folder.",
                map=title,
                user=user,
            )
        if not user:
            return BadInput(
                "“{map}” was registered by {owner}, but nobody is signed in now.",
                next_step="Sign in as {owner}, or have it registered again: in the panel “Offline Map "
                "Areas” of QGIS, or by updating a copy of its folder.",
                map=title,
                owner=owner,
            )
        return BadInput(
            "“{map}” was registered by {owner}, but {user} is signed in now.",
            next_step="Sign in as {owner}, or have it registered again: in the panel “Offline Map "
            "Areas” of QGIS, or by updating a copy of its folder.",
            map=title,
            owner=owner,
            user=user,
        )

    def _tell(self, info: ServiceInfo) -> None:
        state, copy = self._there.state, self._there.copy
        if state.registration is RegistrationState.REFUSED:
            text = "“{service}” does not accept edits from this offline map: {reason}"
            self._notices.append(notice("registration", text, service=copy.title, reason=state.told))
        elif info.has_versioned_data and not info.has_branch_versioned_data:
            text = (
                "“{service}” is versioned: others see your edits after its administrator has reconciled and"
                " posted them."
            )
            self._notices.append(notice("versioned", text, service=copy.title))
