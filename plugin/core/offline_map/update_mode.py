"""How an offline map is kept current."""

from __future__ import annotations

from enum import Enum


class UpdateMode(Enum):
    """How the geodatabases of an offline map are kept current; values as the .marea spells them."""

    NONE = "noUpdates"
    SYNC = "syncWithFeatureServices"
    SCHEDULED = "downloadScheduledUpdates"
    SCHEDULED_AND_UPLOAD = "downloadScheduledUpdatesAndUploadNewFeatures"
