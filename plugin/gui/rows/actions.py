"""What can be done with a row, the same on both pages and in the Browser; and where there is no list."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from ...core.offline_map.area_status import Activity, AreaStatus, Content, ListState
from .area_row import AreaRow


class Action(Enum):
    """What can be done with an area, or with the list where there is none."""

    DOWNLOAD = "download"
    PAUSE = "pause"
    RESUME = "resume"
    RETRY = "retry"
    CANCEL = "cancel"
    OPEN = "open"
    CLOSE = "close"
    PROJECT = "project"
    ZOOM = "zoom"
    UPDATE = "update"
    SEND = "send"
    RECEIVE = "receive"
    CHECK = "check"
    STOP = "stop"
    SAVE_EDITS = "save edits"
    REVERT = "revert"
    VERIFY = "verify"
    DETAILS = "details"
    FOLDER = "folder"
    FORGET = "forget"
    REMOVE = "remove"
    FINISH = "finish"
    RELOAD = "reload"
    CHOOSE = "choose"
    CONNECTIONS = "connections"
    UNLOCK = "unlock"


_SHOWN = (Action.ZOOM, Action.DETAILS, Action.FOLDER)
_KEPT = (
    Action.OPEN,
    Action.ZOOM,
    Action.CLOSE,
    Action.PROJECT,
    Action.UPDATE,
    Action.SEND,
    Action.RECEIVE,
    Action.CHECK,
    Action.SAVE_EDITS,
    Action.VERIFY,
    Action.DETAILS,
    Action.FOLDER,
    Action.REVERT,
    Action.FORGET,
    Action.REMOVE,
    Action.FINISH,
)
# The first one is what Enter does; those that take something away come last.
_ACTIONS: dict[AreaStatus, tuple[Action, ...]] = {
    AreaStatus.NOT_LOADED: (Action.ZOOM,),
    AreaStatus.LOADING: (Action.ZOOM,),
    AreaStatus.LOAD_FAILED: (Action.RELOAD, *_SHOWN),
    AreaStatus.PACKAGING: _SHOWN,
    AreaStatus.PACKAGING_FAILED: _SHOWN,
    AreaStatus.READY: (Action.DOWNLOAD, *_SHOWN),
    AreaStatus.QUEUED: (Action.PAUSE, *_SHOWN, Action.CANCEL),
    AreaStatus.DOWNLOADING: (Action.PAUSE, *_SHOWN, Action.CANCEL),
    AreaStatus.PAUSED: (Action.RESUME, *_SHOWN, Action.CANCEL),
    AreaStatus.DOWNLOAD_FAILED: (Action.RETRY, *_SHOWN, Action.CANCEL),
    AreaStatus.TAKEN: _SHOWN,
    AreaStatus.DOWNLOADED: _KEPT,
    AreaStatus.UPDATE_AVAILABLE: _KEPT,
    AreaStatus.LOCAL_EDITS: _KEPT,
    AreaStatus.UPDATING: (*_SHOWN, Action.STOP),
    AreaStatus.SYNCING: (*_SHOWN, Action.STOP),
    AreaStatus.FINISHING: (*_SHOWN, Action.STOP),
    AreaStatus.DAMAGED: _KEPT,
    AreaStatus.GONE: _KEPT,
}
# Something is to be sent or taken: once the map is open, that is the most likely thing to do.
_WAITING = (AreaStatus.LOCAL_EDITS, AreaStatus.UPDATE_AVAILABLE)
_GONE_WITHOUT_MAP = {
    Content.NOTHING: _SHOWN,
    Content.STAGED: (*_SHOWN, Action.CANCEL),
    Content.FAILED: (*_SHOWN, Action.CANCEL),
}


def _is_own(row: AreaRow) -> bool:
    return row.here is not None and row.here.is_own


def _is_synced(row: AreaRow) -> bool:
    return row.here is not None and row.here.is_synced


def _is_registered(row: AreaRow) -> bool:
    return row.here is not None and row.here.is_registered


def _has_edits(row: AreaRow) -> bool:
    return _is_synced(row) and row.local.edits > 0


# What is offered only to some of the rows of a status.
_CONDITIONS: dict[Action, Callable[[AreaRow], bool]] = {
    Action.OPEN: lambda row: not row.is_open,
    Action.CLOSE: lambda row: row.is_open,
    Action.CHECK: lambda row: row.here is not None and row.here.can_be_checked,
    Action.UPDATE: _is_synced,
    Action.SEND: _has_edits,
    Action.RECEIVE: _is_synced,
    Action.SAVE_EDITS: _has_edits,
    Action.REVERT: _has_edits,
    Action.FOLDER: lambda row: row.here is not None,
    Action.FORGET: lambda row: row.here is not None and row.here.is_listed,
    Action.REMOVE: lambda row: _is_own(row) and not _is_registered(row),
    Action.FINISH: _is_registered,
    Action.CANCEL: lambda row: row.activity is not Activity.NONE or _is_own(row),
}
_LIST_ACTIONS: dict[ListState, tuple[Action, ...]] = {
    ListState.NOT_ASKED: (Action.RELOAD,),
    ListState.LOADING: (),
    ListState.SIGN_IN_REQUIRED: (Action.CONNECTIONS, Action.RELOAD),
    ListState.NO_NETWORK: (Action.RELOAD,),
    ListState.FAILED: (Action.RELOAD,),
    ListState.OFFLINE_DISABLED: (Action.CHOOSE,),
    ListState.NO_AREAS: (Action.RELOAD,),
    ListState.SHOWING: (),
}


def actions(row: AreaRow) -> tuple[Action, ...]:
    """What a row offers, the most likely first."""
    if row.here is not None and not row.here.is_there:
        return (Action.FORGET, Action.DETAILS)
    offered = _ACTIONS[row.status]
    if row.status is AreaStatus.GONE and not row.local.is_map:
        offered = _GONE_WITHOUT_MAP[row.local.content]
    able = tuple(action for action in offered if action not in _CONDITIONS or _CONDITIONS[action](row))
    if row.is_open and row.status in _WAITING and Action.UPDATE in able:
        return (Action.UPDATE, *(action for action in able if action is not Action.UPDATE))
    return able


def list_actions(state: ListState) -> tuple[Action, ...]:
    """What helps where there is no list, the most likely first."""
    return _LIST_ACTIONS[state]
