"""A working copy and its feature service, while the two are synchronised."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
import re
from typing import Optional

from ..errors import PortalError, ReplicaLost
from ..host import Feedback
from ..portal.feature_service import FeatureService
from ..portal.generations import ServerGenerations
from ..portal.replica_answers import ReplicaInfo, SyncAnswer
from ..portal.service_info import LayerInfo, ServiceInfo
from ..working_copy.replica_state import RegistrationState
from .channel import Channel, channel_of
from .layer_rules import LayerRules, layer_rules
from .local_checks import Domains
from .open_copy import OpenCopy
from .replica_maker import is_declined
from .report import CopyReport, LayerCounts

_NAMES_GENERATION = re.compile(r"generation|server\s?gen", re.IGNORECASE)
"""In the words for a request without edits, in which no field has a name."""


@dataclass(frozen=True)
class ServiceLink:
    """`layers` are those of the copy that the service has, `rules` what may be written into each.

    `folder` takes files that are needed for a while.
    """

    copy: OpenCopy
    service: FeatureService
    info: ServiceInfo
    layers: Mapping[int, LayerInfo]
    domains: Domains
    report: CopyReport
    folder: Path
    feedback: Feedback

    @property
    def channel(self) -> Channel:
        """As the copy is registered now."""
        return channel_of(self.copy, self.service, self.info)

    def fetch(self) -> SyncAnswer:
        """As `Channel.fetch`; raises `ReplicaLost` where there is no going on."""
        try:
            return self.channel.fetch()
        except PortalError as error:
            raise (self._loss(error) or error) from error

    def loss_behind_refusal(self, layers: Collection[int]) -> Optional[ReplicaLost]:
        """Why an upload was refused as a whole, where that is not for the sake of its edits.

        The service is asked once more without them. Raises `NetworkError`, and `PortalError` for what says
        nothing of the copy.
        """
        try:
            self.channel.send_nothing(layers)
        except PortalError as error:
            if not is_declined(error):
                raise
            return self._loss(error)
        return None

    def _loss(self, error: PortalError) -> Optional[ReplicaLost]:
        """What an error means that a request without edits got."""
        words = str(error.values.get("message") or error.text)
        if not is_declined(error) or not self._is_lost(error, words):
            return None
        return ReplicaLost(
            "“{service}” cannot continue from the last synchronisation of this offline map: {reason}",
            next_step="Update again. If this keeps happening, contact the administrator of the service.",
            service=self.copy.copy.title,
            reason=words,
        )

    def _is_lost(self, error: PortalError, words: str) -> bool:
        state = self.copy.state
        is_registered = state.registration is RegistrationState.REGISTERED
        known = self.service.replica(state.replica) if is_registered else None
        if (is_registered and known is None) or _NAMES_GENERATION.search(words):
            return True
        # The service took such requests of this replica before, with an earlier generation.
        is_new = bool(state.last_sync) or (known is not None and _is_beyond(state.generations, known))
        return is_new and error.values.get("status") == HTTPStatus.BAD_REQUEST

    @property
    def is_behind(self) -> bool:
        """True where the service no longer has the changes since the generation of the copy."""
        known = self.copy.state.generations
        return any(
            known.layers.get(layer, known.replica or floor) < floor
            for layer, floor in self.info.floors.items()
            if layer in self.layers
        )

    @property
    def rules(self) -> dict[int, LayerRules]:
        tables = self.copy.tables.layers
        with_files = self.copy.state.attachments
        return {
            one: layer_rules(layer, tables[one], with_files)
            for one, layer in self.layers.items()
            if one in tables
        }


def _is_beyond(own: ServerGenerations, known: ReplicaInfo) -> bool:
    """True for generations that the service has not brought the replica to."""
    stated = known.generations
    pairs = [(number, stated.layers.get(layer)) for layer, number in own.layers.items()]
    pairs += [(own.replica, stated.replica)] if own.replica is not None else []
    return any(limit is not None and number > limit for number, limit in pairs)


def count_layers(copy: OpenCopy, report: CopyReport) -> None:
    """Gives every table its place in the report."""
    titles = copy.copy.titles
    for table in copy.tables:
        layer_id = copy.tables.layer_of(table.name)
        title = titles.get(layer_id) or copy.tables.layers[layer_id].title
        report.layers[table.name] = LayerCounts(title, layer_id, bool(table.owner))
