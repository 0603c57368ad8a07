"""Which edits of an offline map can reach its feature services. All others are forbidden, and why.

Nothing may look editable whose edits would be lost. The answer follows from the update mode, from the
registration of the geodatabase and from what its service allows, all of which a working copy knows by
itself; so it is computed without a network, each time a map is opened and whenever one of these changes.
Which single features a user may edit (ownership) only the service can tell: it refuses them one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Optional

from ..geodatabase.replica import SyncDirection
from ..json_value import Json, json_object, json_string
from ..notice import Notice, notice
from ..working_copy.replica_state import RegistrationState, ReplicaState
from ..working_copy.table_rights import Rights
from .update_mode import UpdateMode

_KINDS = ("create", "update", "delete")
_EVERYTHING, _NOTHING = Rights(True, True, True), Rights(False, False, False)
_ONLY_NEW = Rights(True, False, False)
_UPLOADING = (SyncDirection.BIDIRECTIONAL, SyncDirection.UPLOAD)
_NO_UPLOAD = {
    UpdateMode.NONE.value: notice(
        "read_only", "This offline map gets no updates, so its layers are read-only."
    ),
    UpdateMode.SCHEDULED.value: notice(
        "read_only", "This offline map gets scheduled updates, so its layers are read-only."
    ),
}
_FOREIGN = notice(
    "read_only", "This layer belongs to an offline map that is not registered with its feature service."
)
_PENDING = notice(
    "read_only",
    "This layer is read-only until its offline map is registered with the feature service: the next update"
    " does that.",
)
_DOWNLOAD_ONLY = notice(
    "read_only",
    "The feature service does not accept edits from this offline map, so its layers are read-only.",
)
_NO_LAYER = notice("read_only", "This table is not a layer of the feature service, so it is read-only.")
_NEW_IN_SCHEDULED = notice(
    "rights", "This offline map gets scheduled updates: in this layer features can only be added."
)
_TAKES = {
    _NOTHING: notice(
        "read_only", "The feature service does not accept edits to this layer, so it is read-only."
    ),
    Rights(False, True, True): notice(
        "rights", "The feature service does not accept new features in this layer."
    ),
    Rights(True, False, True): notice(
        "rights", "The feature service does not accept changed features in this layer."
    ),
    Rights(True, True, False): notice(
        "rights", "The feature service does not accept deletions in this layer."
    ),
    _ONLY_NEW: notice("rights", "The feature service accepts only new features in this layer."),
    Rights(False, True, False): notice(
        "rights", "The feature service accepts only changes to the features of this layer."
    ),
    Rights(False, False, True): notice("rights", "The feature service accepts only deletions in this layer."),
}


@dataclass(frozen=True)
class LayerRights:
    """What may be done to a layer or table; `reason` tells why the rest may not, None where all may."""

    allowed: Rights = _EVERYTHING
    reason: Optional[Notice] = None

    @property
    def read_only(self) -> bool:
        """True where nothing may be edited."""
        return self.allowed == _NOTHING


def read_only(reason: Notice) -> LayerRights:
    """Nothing may be edited."""
    return LayerRights(_NOTHING, reason)


def layer_rights(
    mode: str,
    state: Optional[ReplicaState],
    service: Json,
    layer_id: Optional[int],
    unseen: str = "",
) -> LayerRights:
    """Of one layer of a feature service.

    `mode` is the update mode of the package as the .marea spells it, "" where the map is not one that this
    plugin updates; `service` is what the service allows, see copy_rights.py; `unseen` why edits are not
    seen, where they are not.
    """
    mode = state.mode if state and state.mode else mode
    reason = _why_none(mode, state, service, unseen)
    if reason:
        return read_only(reason)
    layer = json_object(service.get("layers")).get(str(layer_id))
    if layer is None:
        return read_only(_NO_LAYER)
    taken = _common(_stated(service), _stated(json_object(layer)))
    if mode == UpdateMode.SCHEDULED_AND_UPLOAD.value:
        taken = _common(taken, _ONLY_NEW)
        return LayerRights(taken, _NEW_IN_SCHEDULED if taken.insert else _TAKES[taken])
    return LayerRights(taken, _TAKES.get(taken))


def attachment_rights(owner: LayerRights, unseen: str = "") -> LayerRights:
    """Of a layer's attachments: they are part of its features. `unseen` is that of their table.

    A new feature brings its own, and whoever may change a feature may change its attachments.
    """
    if unseen:
        return read_only(_why_unseen(unseen))
    may = owner.allowed
    allowed = Rights(may.insert or may.update, may.update, may.update)
    return LayerRights(allowed, None if allowed == _EVERYTHING else owner.reason)


def _why_none(mode: str, state: Optional[ReplicaState], service: Json, unseen: str) -> Optional[Notice]:
    """Why no edit at all can reach the service."""
    if unseen:
        return _why_unseen(unseen)
    if mode not in (UpdateMode.SYNC.value, UpdateMode.SCHEDULED_AND_UPLOAD.value):
        return _NO_UPLOAD.get(mode, _FOREIGN)
    registration = state.registration if state else RegistrationState.PENDING
    if state and state.reason and registration in (RegistrationState.REFUSED, RegistrationState.NONE):
        return notice("read_only", "This layer is read-only: {reason}", reason=state.told)
    if registration is RegistrationState.REFUSED:
        return _TAKES[_NOTHING]
    if registration not in (RegistrationState.REGISTERED, RegistrationState.DIRECT) or not service:
        return _PENDING
    return None if state and state.direction in _UPLOADING else _DOWNLOAD_ONLY


def _why_unseen(reason: str) -> Notice:
    return notice(
        "read_only",
        "Edits to this layer can no longer be detected ({reason}), so it is read-only.",
        reason=reason,
    )


def _stated(facts: Mapping[str, object]) -> Rights:
    """What the capabilities of a service or a layer let clients do; everything where none are stated."""
    listed = facts.get("capabilities")
    if not isinstance(listed, list):
        return _EVERYTHING
    known = {json_string(one).casefold() for one in listed}
    if "editing" in known and not known.intersection(_KINDS):
        return _EVERYTHING  # as servers before 10.1 put it
    return Rights(*(kind in known for kind in _KINDS))


def _common(one: Rights, other: Rights) -> Rights:
    return Rights(one.insert and other.insert, one.update and other.update, one.delete and other.delete)
