"""What lies on this computer of one map area, as the rows of both pages need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Optional

from qgis.core import QgsGeometry

from ...core.offline_map.area_status import Content, Local
from ...core.offline_map.currency import Newer, newer_at_portal
from ...core.offline_map.update_mode import UpdateMode
from ...core.portal.map_areas import MapArea
from ...core.working_copy.replica_state import RegistrationState
from .area_key import AreaKey, area_key

_SENDING = frozenset(mode.value for mode in UpdateMode if mode.uploads)
_STANDING = (RegistrationState.REGISTERED, RegistrationState.DIRECT)


@dataclass(frozen=True)
class LocalArea:
    """An offline map, or a download that was begun.

    `place` is the folder or .mmpk file; of a download, what it will become. `legend_folders` are those that
    groups of it name in a legend, resolved. `revisions` are those of its packages, by item id. `is_there` is
    false for a place on a disk that is gone, `is_listed` true where only a list of places leads to it,
    `is_own` where this profile downloaded it: nothing else may be deleted. `is_finished` where it was kept
    when it was finished.
    """

    place: Path
    title: str
    local: Local
    area_id: str = ""
    web_map_id: str = ""
    web_map_title: str = ""
    portal_url: str = ""
    update_mode: str = ""  # as the .marea spells it
    bytes: int = 0
    bytes_total: int = 0  # of a download; 0 where it is not known
    packaged: Optional[datetime] = None
    downloaded: Optional[datetime] = None  # by this plugin, here or elsewhere; aware
    outline: QgsGeometry = field(default_factory=QgsGeometry, compare=False)
    error: str = ""
    revisions: Mapping[str, str] = field(default_factory=dict)
    legend_folders: tuple[str, ...] = ()
    is_there: bool = True
    is_listed: bool = False
    is_own: bool = False
    is_open: bool = False
    is_finished: bool = False

    @property
    def key(self) -> AreaKey:
        """Which area of which portal."""
        return area_key(self.portal_url, self.area_id)

    @property
    def can_be_checked(self) -> bool:
        """True where it is known which portal has which packages of it."""
        return bool(self.area_id and self.portal_url and self.revisions)

    @property
    def is_synced(self) -> bool:
        """True where edits go to feature services, or could once these know of the map."""
        keeps = self.update_mode in _SENDING and self.local.registration is not RegistrationState.NONE
        return self.local.is_map and keeps

    @property
    def is_registered(self) -> bool:
        """True where feature services know of the map: it is finished, not just removed."""
        return self.is_synced and self.local.registration in _STANDING

    def beside(self, area: Optional[MapArea]) -> LocalArea:
        """The same, given what the portal has now. A map that is registered takes what is new from its
        services, whatever packages there are.
        """
        if not self.local.is_map or self.is_registered or area is None:
            return self
        return self.against(newer_at_portal(self.revisions, area))

    def against(self, newer: Newer) -> LocalArea:
        """The same, given whether there is something that it has not."""
        return replace(self, local=replace(self.local, newer=newer))

    def damaged(self, why: str) -> LocalArea:
        """The same, given what was found when every file was read."""
        return replace(self, local=replace(self.local, content=Content.DAMAGED), error=why)
