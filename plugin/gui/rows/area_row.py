"""One map area as the dock knows it: what the portal says, what is here, what is being done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Optional

from qgis.core import QgsGeometry

from ...core.offline_map.area_status import Activity, AreaStatus, Local, Remote, area_status
from ...core.portal.items import Item
from ...core.portal.map_areas import MapArea
from .area_key import AreaKey, area_key
from .local_area import LocalArea


@dataclass(frozen=True)
class Progress:
    """How far a job is: percent of all its steps, and what it does, in the user's words.

    While packages are received: their bytes that are `there` of `total`, and bytes a second (0 = unknown).
    `waits` are the seconds until it asks the portal again, 0 where it does not wait; `reason` tells why.
    """

    percent: float
    text: str = ""
    there: int = 0
    total: int = 0
    speed: float = 0.0
    waits: int = 0
    reason: str = ""


@dataclass(frozen=True)
class AreaRow:
    """All that is known of one area; `status` follows from it.

    `id` is the row's identity in its list, `portal_url` an address of the portal that has the area. `error`
    is why the portal's answer cannot be read, or why the last job failed.
    """

    id: str
    title: str
    snippet: str = ""
    item: Optional[Item] = None
    area: Optional[MapArea] = None
    outline: QgsGeometry = field(default_factory=QgsGeometry)
    remote: Remote = Remote.NOT_ASKED
    here: Optional[LocalArea] = None
    activity: Activity = Activity.NONE
    progress: Optional[Progress] = None
    error: str = ""
    portal_url: str = ""

    @property
    def area_id(self) -> str:
        """The item id of the area; empty for a map of which it is not known."""
        return self.here.area_id if self.here else self.id

    @property
    def key(self) -> AreaKey:
        """Which area of which portal."""
        return area_key(self.portal_url, self.area_id)

    @property
    def local(self) -> Local:
        """What counts of that which is here."""
        return self.here.local if self.here else Local()

    @property
    def status(self) -> AreaStatus:
        """The one thing to tell of it."""
        return area_status(self.remote, self.local, self.activity)

    @property
    def reason(self) -> str:
        """Why something is wrong, on the portal or here; else empty."""
        is_done = self.activity in (Activity.NONE, Activity.FAILED)
        return self.error or (self.here.error if self.here and is_done else "")

    @property
    def folder(self) -> Optional[Path]:
        """The folder or file of the offline map, or where it will be."""
        return self.here.place if self.here else None

    @property
    def is_open(self) -> bool:
        """True when its layers are in the project."""
        return self.here is not None and self.here.is_open

    @property
    def bytes_on_disk(self) -> int:
        """Those of an offline map that is here."""
        return self.here.bytes if self.here and self.local.is_map else 0

    @property
    def bytes_staged(self) -> int:
        """Those of a download that was begun."""
        return self.here.bytes if self.here and not self.local.is_map else 0

    @property
    def size(self) -> int:
        """Bytes: on disk where there is a map, else those of the packages that are wanted."""
        wanted = self.here.bytes_total if self.here else 0
        return self.bytes_on_disk or wanted or (self.area.size if self.area else 0)

    @property
    def packaged(self) -> Optional[datetime]:
        """When the newest of its packages was made: of those here, else of those on the portal; aware."""
        here = self.here.packaged if self.here and self.local.is_map else None
        on_portal = [package.item.modified for package in self.area.packages] if self.area else []
        return here or max(on_portal, default=None)

    @property
    def downloaded(self) -> Optional[datetime]:
        """When a map that is here was downloaded, as far as that is told; aware."""
        return self.here.downloaded if self.here and self.local.is_map else None
