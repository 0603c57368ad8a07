"""What to tell of a map area, and of the list of areas: closed sets, computed and never stored.

A status is a total function of three things that change on their own: what the portal says of
the area (`Remote`), what lies on this machine (`Local`), and what is being done about it just now
(`Activity`). The words are those that users of ArcGIS know, with the
states that theirs lack: paused, update available, local edits, damaged, gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Optional

from ..errors import (
    ItemNotFound,
    NetworkError,
    NoPortal,
    OfflineMapError,
    PrivateNetwork,
    SignInRequired,
    UnsafeRedirect,
)
from ..portal.map_areas import MapArea, PackagingStatus
from ..working_copy.replica_state import RegistrationState
from .currency import Newer

# Web maps that their author enabled for offline use carry it.
OFFLINE_KEYWORD = "Offline"


class Remote(Enum):
    """What the portal says of an area."""

    NOT_ASKED = "not asked"  # nobody asked since the dock opened, or nobody answered
    ASKING = "asking"
    UNREADABLE = "unreadable"  # the area, or its packages, could not be read
    PACKAGING = "packaging"
    PACKAGING_FAILED = "packaging failed"
    PACKAGED = "packaged"
    GONE = "gone"  # the portal answered, and no longer has it


class Content(Enum):
    """What lies on this machine of an area."""

    NOTHING = "nothing"
    STAGED = "staged"  # a download that was begun and not finished
    FAILED = "failed"  # one whose last run ended with an error
    TAKEN = "taken"  # one at which another program is just now
    WHOLE = "whole"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class Local:
    """All that counts of what lies on this machine; no part of it hides another.

    `edits`: how many features and rows have edits that no portal has. `registration`: what counts most of
    those of its geodatabases.
    """

    content: Content = Content.NOTHING
    edits: int = 0
    newer: Newer = Newer.UNKNOWN
    registration: RegistrationState = RegistrationState.NONE

    @property
    def is_map(self) -> bool:
        """True when there is an offline map, sound or not."""
        return self.content in (Content.WHOLE, Content.DAMAGED)


class Activity(Enum):
    """What is being done about an area."""

    NONE = "none"
    QUEUED = "queued"
    DOWNLOADING = "downloading"
    UPDATING = "updating"
    SYNCING = "syncing"
    FINISHING = "finishing"
    FAILED = "failed"  # the last download of this session ended with an error


class AreaStatus(Enum):
    """The one thing to tell of an area."""

    NOT_LOADED = "not loaded"
    LOADING = "loading"
    LOAD_FAILED = "load failed"
    PACKAGING = "packaging"
    PACKAGING_FAILED = "packaging failed"
    READY = "ready"
    QUEUED = "queued"
    DOWNLOADING = "downloading"
    PAUSED = "paused"
    DOWNLOAD_FAILED = "download failed"
    TAKEN = "taken"
    DOWNLOADED = "downloaded"
    UPDATE_AVAILABLE = "update available"
    LOCAL_EDITS = "local edits"
    UPDATING = "updating"
    SYNCING = "syncing"
    FINISHING = "finishing"
    DAMAGED = "damaged"
    GONE = "gone"


_BUSY = {
    Activity.QUEUED: AreaStatus.QUEUED,
    Activity.DOWNLOADING: AreaStatus.DOWNLOADING,
    Activity.UPDATING: AreaStatus.UPDATING,
    Activity.SYNCING: AreaStatus.SYNCING,
    Activity.FINISHING: AreaStatus.FINISHING,
}
_BEFORE_PORTAL = {Content.DAMAGED: AreaStatus.DAMAGED, Content.TAKEN: AreaStatus.TAKEN}
_OFFERED = {
    Remote.NOT_ASKED: AreaStatus.NOT_LOADED,
    Remote.ASKING: AreaStatus.LOADING,
    Remote.UNREADABLE: AreaStatus.LOAD_FAILED,
    Remote.PACKAGING: AreaStatus.PACKAGING,
    Remote.PACKAGING_FAILED: AreaStatus.PACKAGING_FAILED,
    Remote.PACKAGED: AreaStatus.READY,
    Remote.GONE: AreaStatus.GONE,
}


def area_status(remote: Remote, local: Local, activity: Activity) -> AreaStatus:
    """What counts most: what runs, then what is broken or lost, then what is here, then what is offered.

    Edits are told beside every status, never instead of it: see `Local.edits`.
    """
    if activity in _BUSY:
        return _BUSY[activity]
    if local.content in _BEFORE_PORTAL:
        return _BEFORE_PORTAL[local.content]
    if remote is Remote.GONE:
        return AreaStatus.GONE
    if local.content is Content.WHOLE:
        return _status_of_map(local)
    if activity is Activity.FAILED or local.content is Content.FAILED:
        return AreaStatus.DOWNLOAD_FAILED
    return AreaStatus.PAUSED if local.content is Content.STAGED else _OFFERED[remote]


def _status_of_map(local: Local) -> AreaStatus:
    if local.newer is Newer.YES:
        return AreaStatus.UPDATE_AVAILABLE
    return AreaStatus.LOCAL_EDITS if local.edits else AreaStatus.DOWNLOADED


def remote_of(area: MapArea) -> Remote:
    """What the portal says of an area that it described. Old areas say nothing but have packages."""
    if area.is_packaged:
        return Remote.PACKAGED
    failed = area.status is PackagingStatus.FAILED
    return Remote.PACKAGING_FAILED if failed else Remote.PACKAGING


def remote_after(error: OfflineMapError) -> Remote:
    """What is known of an area whose loading ended with `error`."""
    if isinstance(error, NetworkError):
        return Remote.NOT_ASKED
    return Remote.GONE if isinstance(error, ItemNotFound) else Remote.UNREADABLE


class ListState(Enum):
    """The one thing to tell of a list of areas."""

    NOT_ASKED = "not asked"  # QGIS just started: the network is left alone until somebody asks
    LOADING = "loading"
    SIGN_IN_REQUIRED = "sign-in required"
    NO_NETWORK = "no network"
    FAILED = "failed"
    OFFLINE_DISABLED = "offline disabled"
    NO_AREAS = "no areas"
    SHOWING = "showing"


class Asking(Enum):
    """How far the question to the portal is."""

    NOT_ASKED = "not asked"
    ASKING = "asking"
    ANSWERED = "answered"


@dataclass(frozen=True)
class Listing:
    """What a `ListState` is made of.

    `error` is what ended the question, `areas` how many the portal named, `enabled` whether the author
    enabled the web map for offline use.
    """

    asking: Asking = Asking.NOT_ASKED
    error: Optional[OfflineMapError] = None
    areas: int = 0
    enabled: bool = True


def list_state(listing: Listing) -> ListState:
    """“No areas” only when the portal was asked and said so."""
    if listing.asking is Asking.NOT_ASKED:
        return ListState.NOT_ASKED
    if listing.asking is Asking.ASKING:
        return ListState.SHOWING if listing.areas else ListState.LOADING
    if listing.error is not None:
        return _state_of_error(listing.error)
    if listing.areas:
        return ListState.SHOWING
    return ListState.NO_AREAS if listing.enabled else ListState.OFFLINE_DISABLED


def _state_of_error(error: OfflineMapError) -> ListState:
    """The page of a hotel's Wi-Fi instead of an answer (`BrokenAnswer`, `NoPortal`) is no network either."""
    if isinstance(error, SignInRequired):
        return ListState.SIGN_IN_REQUIRED
    if isinstance(error, (NetworkError, NoPortal)) and not isinstance(
        error, (PrivateNetwork, UnsafeRedirect)
    ):
        return ListState.NO_NETWORK
    return ListState.FAILED
