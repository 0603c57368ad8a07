"""One map area as the dock knows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Optional

from qgis.core import QgsGeometry

from ...core.offline_map.area_status import Activity, AreaStatus, Local, Remote, area_status
from ...core.portal.items import Item
from ...core.portal.map_areas import MapArea


@dataclass(frozen=True)
class Progress:
    """How far a job is: percent of all its steps, and what it does in the user's words, with MB."""

    percent: float
    text: str


@dataclass(frozen=True)
class AreaRow:
    """All that is known of one area; `status` follows from it."""

    id: str
    title: str
    snippet: str = ""
    item: Optional[Item] = None
    area: Optional[MapArea] = None
    outline: QgsGeometry = field(default_factory=QgsGeometry)
    remote: Remote = Remote.NOT_ASKED
    local: Local = field(default_factory=Local)
    activity: Activity = Activity.NONE
    progress: Optional[Progress] = None
    error: str = ""
    folder: Optional[Path] = None
    bytes_on_disk: int = 0
    bytes_staged: int = 0  # of a download that was begun
    packaged: Optional[datetime] = None
    is_open: bool = False

    @property
    def status(self) -> AreaStatus:
        """The one thing to tell of it."""
        return area_status(self.remote, self.local, self.activity)

    @property
    def size(self) -> int:
        """Bytes: on disk where there is a map, else those of the packages."""
        return self.bytes_on_disk or (self.area.size if self.area else 0)
