"""How an offline map is kept current."""

from __future__ import annotations

from enum import Enum


class UpdateMode(Enum):
    """How the geodatabases of an offline map are kept current; values as the .marea spells them."""

    NONE = "noUpdates"
    SYNC = "syncWithFeatureServices"
    SCHEDULED = "downloadScheduledUpdates"
    SCHEDULED_AND_UPLOAD = "downloadScheduledUpdatesAndUploadNewFeatures"

    @property
    def uploads(self) -> bool:
        """True when edits go to the feature services, which have to know of the geodatabases for it."""
        return self in (UpdateMode.SYNC, UpdateMode.SCHEDULED_AND_UPLOAD)

    @property
    def is_scheduled(self) -> bool:
        """True when changes come as deltas and packages of the portal."""
        return self in (UpdateMode.SCHEDULED, UpdateMode.SCHEDULED_AND_UPLOAD)
