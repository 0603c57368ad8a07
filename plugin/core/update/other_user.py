"""An offline map that another user registered: services show a replica to its owner alone."""

from __future__ import annotations

from pathlib import Path

from ..offline_map.copy_rights import renew_rights
from ..working_copy.copy_reading import read_state
from ..working_copy.replica_state import RegistrationState, ReplicaState
from .open_copy import OpenCopy, opened
from .orphans import Orphan, OrphanStore
from .replica_maker import forget_request
from .synced_map import open_synced_map


def is_of_another(state: ReplicaState, user: str) -> bool:
    """True for a working copy that somebody else registered; "" is who did not sign in."""
    is_registered = state.registration is RegistrationState.REGISTERED
    return is_registered and state.owner.casefold() != user.casefold()


def other_owners(folder: Path, user: str) -> list[str]:
    """Who registered an offline map, but `user`. Raises as `open_synced_map` and `read_state`."""
    states = (read_state(copy.path) for copy in open_synced_map(folder).copies)
    return sorted({state.owner for state in states if state and is_of_another(state, user)})


def leave_replicas(folder: Path, user: str, orphans: OrphanStore) -> None:
    """Has the next update register an offline map anew for `user`; its edits and rows stay.

    The replicas of others are remembered, and unregistered once these sign in. Raises as `opened`, and
    `StorageError`.
    """
    synced = open_synced_map(folder)
    for copy in synced.copies:
        with opened(copy) as there:
            state = there.state
            if is_of_another(state, user):
                known = (state.replica, state.replica_name, state.owner)
                orphans.remember(Orphan(synced.portal_url, state.service, *known, synced.title))
                forget_replica(there)


def forget_replica(there: OpenCopy) -> None:
    """The working copy waits to be registered, from the rows that it has."""
    with there.transaction():
        there.note(
            registration=RegistrationState.PENDING,
            replica="",
            replica_name="",
            owner="",
            machine="",
            place="",
            status_url="",
        )
        forget_request(there)
        renew_rights(there.connection)
