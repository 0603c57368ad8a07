"""A working copy and its feature service, while the two are synchronised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
import re

from ..errors import PortalError
from ..host import Feedback
from ..portal.feature_service import FeatureService
from ..portal.service_info import LayerInfo, ServiceInfo
from ..working_copy.replica_state import RegistrationState
from .channel import Channel, channel_of
from .layer_rules import LayerRules, layer_rules
from .local_checks import Domains
from .open_copy import OpenCopy
from .report import CopyReport, LayerCounts

_NAMES_GENERATION = re.compile(r"generation|server\s?gen", re.IGNORECASE)


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

    def has_lost_copy(self, error: PortalError) -> bool:
        """Whether the service refuses since it has lost the replica, or the changes since its generation."""
        state = self.copy.state
        if state.registration is RegistrationState.REGISTERED and self.service.replica(state.replica) is None:
            return True
        return _NAMES_GENERATION.search(str(error.values.get("message", ""))) is not None

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


def count_layers(copy: OpenCopy, report: CopyReport) -> None:
    """Gives every table its place in the report."""
    titles = copy.copy.titles
    for table in copy.tables:
        layer_id = copy.tables.layer_of(table.name)
        title = titles.get(layer_id) or copy.tables.layers[layer_id].title
        report.layers[table.name] = LayerCounts(title, layer_id, bool(table.owner))
