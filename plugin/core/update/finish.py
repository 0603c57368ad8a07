"""The end of an offline map: its services are told, then it is deleted, or kept as a map that nobody edits.

In this order, so that a run that is killed can be started again: replicas are unregistered, those that cannot
be reached are remembered outside of the folder, the working copies and the manifest say so, the files go.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Union

from ..errors import BadInput, ItemNotFound, NetworkError, NoPortal, OfflineMapError, ServerBusy
from ..host import Feedback, raise_if_cancelled
from ..notice import Notice, notice
from ..offline_map.copy_rights import renew_rights
from ..offline_map.layout import GEODATABASE_SUFFIX, MapFolder, work_file
from ..offline_map.manifest import Manifest, Registration, read_manifest, write_manifest
from ..offline_map.own_files import contents_of
from ..portal.items import Portal
from ..portal.urls import same_system
from ..sentences import sentence_to_json
from ..storage import storage
from ..working_copy.connection import connect_working_copy, naming_the_copy
from ..working_copy.copy_reading import edits_by_table, read_state
from ..working_copy.replica_state import RegistrationState, write_replica_state
from .held_replicas import HeldReplica, held_replicas
from .orphans import Orphan
from .replica_maker import is_our_name
from .surroundings import UpdateSurroundings
from .synced_map import map_folder

UNREACHABLE = (NetworkError, ServerBusy, NoPortal)
"""What says nothing of a replica: it may be there still."""
_ENDED = notice("ended", "The offline map was finished: no feature service knows of it any more.")

Remove = Callable[[Path], Collection[str]]
"""Deletes what the plugin made of an offline map, forgets it, and names what stays in its folder."""


@dataclass(frozen=True)
class FinishRequest:
    """`discard`: edits that were not sent may be lost. `is_own`: this profile downloaded the folder; of any
    other one the files stay, whatever `delete` says.
    """

    folder: Path
    discard: bool
    delete: bool
    is_own: bool


@dataclass(frozen=True)
class Finished:
    """`unregistered` counts replicas that are gone, `deleted` files; `others` are files that stay in the
    folder since they are not the plugin's.
    """

    unregistered: int = 0
    deleted: int = 0
    others: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()


def finish_map(
    request: FinishRequest, around: UpdateSurroundings, remove: Remove, feedback: Feedback
) -> Finished:
    """Ends an offline map. Where it has no replica, nothing is asked.

    Raises `BadInput` for what was not downloaded and for edits that were not sent, `SignInRequired` and other
    errors of the portal that somebody can mend, `StorageError`.
    """
    folder = map_folder(request.folder)
    manifest = read_manifest(folder)
    if not request.discard:
        require_no_edits(folder)
    gone, told = _unregister_all(folder, manifest, around, feedback)
    if request.delete and request.is_own:
        with suppress(OfflineMapError):  # a full disk must not keep anybody from deleting
            _mark_ended(folder, manifest, around)
        before = set(contents_of(folder).own)
        others = remove(folder)
        left = set(contents_of(folder).own) if folder.is_dir() else set()
        return Finished(gone, len(before - left), tuple(others), told)
    _mark_ended(folder, manifest, around)
    if request.delete:
        told += (
            notice(
                "foreign_folder",
                "“{folder}” was not downloaded by this QGIS profile, so its files are kept.",
                folder=folder.name,
            ),
        )
    return Finished(gone, notices=told)


def unregister(held: Union[HeldReplica, Orphan], around: UpdateSurroundings, feedback: Feedback) -> int:
    """How many replicas are gone then; one that its owner does not see any more counts as gone.

    Raises what asking the service raises, and `BadInput` where it shows no such replica to a user who did not
    register it: to others a service shows none.
    """
    service = around.service(held.portal_url, held.service_url, feedback)
    try:
        is_found_by_name = not held.replica and is_our_name(held.name)
        listed = service.replicas() if is_found_by_name else ()
        ids = [held.replica] if held.replica else [one.id for one in listed if held.name in one.name]
        seen = [service.unregister(one) for one in ids]
    except ItemNotFound:
        return 1  # the service itself is gone
    if not all(seen):
        _require_owner(held, around)
    return len(ids)


def _require_owner(held: Union[HeldReplica, Orphan], around: UpdateSurroundings) -> None:
    user = Portal(around.session_of(held.portal_url)).info().user
    if user.casefold() != held.owner.casefold():
        raise BadInput(
            "The replica of “{map}” was registered by another user ({owner}). Only that user can "
            "unregister it.",
            next_step="Sign in as that user.",
            map=held.map_title,
            owner=held.owner or "-",
        )


def retry_orphans(around: UpdateSurroundings, portal_url: str, feedback: Feedback) -> int:
    """Unregisters what earlier finished maps of this portal left, as far as it can be reached now."""
    done = 0
    for orphan in around.orphans.orphans():
        if not same_system(orphan.portal_url, portal_url):
            continue
        try:
            done += unregister(orphan, around, feedback)
        except UNREACHABLE:
            break
        except OfflineMapError:
            continue
        around.orphans.forget(orphan)
    return done


def require_no_edits(folder: Path) -> None:
    """Raises `BadInput` that counts edits which were not sent, and what reading a working copy raises."""
    manifest = read_manifest(folder)
    edits = 0
    if not manifest.ended:
        edits = sum(sum(edits_by_table(path).values()) for path in _tracked_copies(folder, manifest))
    if edits:
        raise BadInput(
            "“{map}” has edits that were not sent to the portal: {count}.",
            next_step="Update the offline map first, or save the edits, or choose to discard them.",
            map=manifest.area.title,
            count=edits,
        )


def _unregister_all(
    folder: Path, manifest: Manifest, around: UpdateSurroundings, feedback: Feedback
) -> tuple[int, tuple[Notice, ...]]:
    gone = 0
    told: list[Notice] = []
    for held in held_replicas(folder, manifest):
        raise_if_cancelled(feedback)
        try:
            gone += unregister(held, around, feedback)
        except UNREACHABLE as error:
            told.append(_remembered(held, around, error))
        with suppress(OfflineMapError):  # what stays noted is found to be gone the next time
            _note_end(held.working_copy)
    return gone, tuple(told)


def _remembered(held: HeldReplica, around: UpdateSurroundings, error: OfflineMapError) -> Notice:
    around.orphans.remember(held.as_orphan())
    return notice(
        "orphaned_replica",
        "A replica of “{map}” could not be unregistered: {reason} It will be unregistered when you next "
        "use that portal.",
        map=held.map_title,
        reason=error,
    )


def _mark_ended(folder: Path, manifest: Manifest, around: UpdateSurroundings) -> None:
    """Has the working copies and the manifest say that nothing is synchronised any more."""
    for path in _tracked_copies(folder, manifest):
        _note_end(path)
    none = {item: Registration(RegistrationState.NONE, _ENDED.text) for item in manifest.registrations}
    ended = manifest.ended or around.clock.now().isoformat()
    write_manifest(folder, replace(manifest, registrations=none, ended=ended))


def _tracked_copies(folder: Path, manifest: Manifest) -> list[Path]:
    """The working copies of geodatabases; the features that the map itself holds are not edited."""
    packages = (folder / file.path for file in manifest.files if file.path.endswith(GEODATABASE_SUFFIX))
    return [work_file(package, MapFolder(folder).work) for package in packages]


def _note_end(working_copy: Path) -> None:
    state = read_state(working_copy)
    if state is None:
        return  # it has never been told of a service, and its layers are read-only as they are
    ended = replace(
        state,
        registration=RegistrationState.NONE,
        reason=_ENDED.text,
        sentence=sentence_to_json(_ENDED),
        replica="",
        replica_name="",
        status_url="",
    )
    name = working_copy.name
    with naming_the_copy(working_copy), storage(name), closing(connect_working_copy(working_copy)) as there:
        write_replica_state(there, ended)
        renew_rights(there)
        there.commit()
