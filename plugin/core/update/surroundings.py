"""What keeping an offline map current asks of its host."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..host import Clock, Feedback
from ..portal.feature_service import FeatureService
from ..portal.session import PortalSession
from .orphans import OrphanStore


@dataclass(frozen=True)
class UpdateSurroundings:
    """The portal, the time, and what tells one copy of a folder from another.

    `session_of` takes the address of a portal, which an offline map states; it raises what opening a
    session does. `machine_id` names this computer for good, whatever it is called; empty where it has no
    such name. `born` is when a file was made, in milliseconds since 1970; 0 where the file system does not
    know. `scratch` is a folder for answers that are too large for the memory.
    """

    session_of: Callable[[str], PortalSession]
    clock: Clock
    machine_id: str
    born: Callable[[Path], int]
    orphans: OrphanStore
    scratch: Path
    plugin_version: str

    def service(self, portal_url: str, service_url: str, feedback: Feedback) -> FeatureService:
        """A feature service, asked as the user of the portal."""
        session = self.session_of(portal_url)
        return FeatureService(session, service_url, clock=self.clock, feedback=feedback, folder=self.scratch)
