"""The update of an offline map: its geodatabases one after the other, and one report of all."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Optional

from ..errors import BadInput, Cancelled, OfflineMapError, SignInRequired, Untrusted
from ..geodatabase.replica import SyncDirection
from ..host import Feedback, raise_if_cancelled
from ..notice import Notice, notice
from ..offline_map.layout import MapFolder
from ..offline_map.registrations import mend_manifest
from ..offline_map.update_mode import UpdateMode
from ..portal.items import Portal
from ..working_copy.batch import batch_edits
from ..working_copy.change_tracking import local_edits
from ..working_copy.copy_reading import read_state
from ..working_copy.replica_state import RegistrationState
from .area_packages import AreaPackages
from .copy_update import CopyUpdate
from .finish import retry_orphans
from .incoming_files import IncomingFiles
from .open_copy import OpenCopy, opened, opened_to_read
from .package_files import settle_packages
from .ready_copy import ready_copy
from .report import CopyReport, UpdateReport, moment_in_name
from .saved_edits import export_edits
from .scheduled import PackageSource, ScheduledUpdate
from .service_link import count_layers
from .surroundings import UpdateSurroundings
from .synced_map import SyncedCopy, SyncedMap, open_synced_map
from .update_request import UpdateDirection, UpdateRequest


@dataclass(frozen=True)
class UpdateResult:
    """`reopen`: files of the map were replaced, so that it has to be opened again."""

    report: UpdateReport
    path: Path
    reopen: bool = False

    @property
    def errors(self) -> list[OfflineMapError]:
        """Of geodatabases that could not be updated."""
        return [copy.error for copy in self.report.copies if copy.error]


def update_map(
    request: UpdateRequest,
    around: UpdateSurroundings,
    feedback: Feedback,
    packages: Optional[AreaPackages] = None,
) -> UpdateResult:
    """Sends local edits and takes changes, as far as the request goes; one geodatabase hides no other.

    `packages` are those of the map area, where somebody has asked the portal for them.

    Raises `BadInput` before any request, `Cancelled`, and the error of the first geodatabase where none could
    be updated; the error names the report.
    """
    synced = open_synced_map(request.folder)
    _check(request, synced)
    update = _MapUpdate(request, synced, around, feedback, packages)
    try:
        update.run()
    finally:
        path = update.write_report()
    errors = [copy.error for copy in update.report.copies if copy.error]
    if errors and len(errors) == len(update.report.copies):
        errors[0].report = path
        raise errors[0]
    return UpdateResult(update.report, path)


def _check(request: UpdateRequest, synced: SyncedMap) -> None:
    if not synced.mode.uploads and request.direction is UpdateDirection.UPLOAD:
        raise BadInput(
            "“{map}” gets scheduled updates, so edits cannot be sent.",
            next_step=(
                "To send edits, download the map area again with the update mode “Sync with feature "
                "services”."
            ),
            map=synced.title,
        )
    if not synced.copies and not synced.left_out:
        raise BadInput(
            "“{map}” has no layers of feature services that could be updated.",
            next_step="Choose another offline map.",
            map=synced.title,
        )
    if MapFolder(synced.folder).updates.is_symlink():
        raise BadInput(
            "“updates” in the folder of “{map}” is a link, and an update writes nothing behind one.",
            next_step="Remove the link, then update again.",
            map=synced.title,
        )
    directions = {_direction(copy) for copy in synced.copies}
    if request.direction is UpdateDirection.UPLOAD and directions <= {
        SyncDirection.DOWNLOAD,
        SyncDirection.SNAPSHOT,
    }:
        raise BadInput(
            "“{map}” can only download: its feature services do not accept edits.",
            next_step="Choose another direction.",
            map=synced.title,
        )


def _direction(copy: SyncedCopy) -> SyncDirection:
    """The way that the service gave the copy; of one that is not registered yet, that of its package."""
    state = read_state(copy.path)
    stands = state is not None and state.registration in (
        RegistrationState.REGISTERED,
        RegistrationState.DIRECT,
    )
    return state.direction if state and stands else copy.replica.direction


class _MapUpdate:
    def __init__(
        self,
        request: UpdateRequest,
        synced: SyncedMap,
        around: UpdateSurroundings,
        feedback: Feedback,
        packages: Optional[AreaPackages],
    ) -> None:
        self._request, self._synced, self._around, self._feedback = request, synced, around, feedback
        self._packages = packages
        self._incoming = IncomingFiles(synced.folder)
        self._started = around.clock.now()
        self.report = UpdateReport(synced.title, request.as_json(), self._started)

    def run(self) -> None:
        if not self._request.dry_run and settle_packages(self._synced, self._incoming, self._feedback):
            self._synced = open_synced_map(self._synced.folder)
        for item, error in self._synced.left_out.items():
            self.report.copies.append(CopyReport(item, "", error=error))
        for number, copy in enumerate(self._synced.copies):
            raise_if_cancelled(self._feedback)
            self._feedback.report(number, len(self._synced.copies), copy.title)
            self._update(copy)
        if not self._request.dry_run:
            self._tidy()
        self._feedback.report(len(self._synced.copies), len(self._synced.copies), self._synced.title)

    def _tidy(self) -> None:
        mend_manifest(self._synced.folder, self._synced.left_out)
        retry_orphans(self._around, self._synced.portal_url, self._feedback)
        if any(copy.error for copy in self.report.copies):
            self._incoming.sweep()  # the next run goes on with the rest
        else:
            self._incoming.discard()

    def _update(self, copy: SyncedCopy) -> None:
        report = CopyReport(copy.item, copy.service_url)
        self.report.copies.append(report)
        try:
            report.notices += self._checked(copy, report)
            with (opened_to_read if self._request.dry_run else opened)(copy) as there:
                count_layers(there, report)
                if self._asks_service(there):
                    self._synchronise(there, report)
                if self._takes_packages():
                    self._schedule(there, report)
        except Cancelled:
            raise
        except SignInRequired as error:
            report.error = _paused(self._synced, error)
        except OfflineMapError as error:
            report.error = error

    def _asks_service(self, there: OpenCopy) -> bool:
        """With scheduled updates only where something waits: new features, or to be registered."""
        if self._synced.mode is UpdateMode.SYNC:
            return True
        wanted = self._request.direction is not UpdateDirection.DOWNLOAD and self._synced.mode.uploads
        waits = local_edits(there.connection) or batch_edits(there.connection)
        return wanted and bool(waits or there.state.registration is RegistrationState.PENDING)

    def _synchronise(self, there: OpenCopy, report: CopyReport) -> None:
        update = CopyUpdate(
            self._synced, there, self._request, self._around, report, self._saved_edits, self._feedback
        )
        (update.try_out if self._request.dry_run else update.run)()
        if self._synced.mode.is_scheduled and report.uploaded and not self._request.dry_run:
            text = (
                "What was added is at “{service}” now. If a newer package does not contain it yet, this "
                "map shows it again after the next scheduled update."
            )
            report.notices.append(notice("added_features", text, service=there.copy.title))

    def _takes_packages(self) -> bool:
        return self._synced.mode.is_scheduled and self._request.direction is not UpdateDirection.UPLOAD

    def _schedule(self, there: OpenCopy, report: CopyReport) -> None:
        package = self._area_packages.find(there.copy.item, there.copy.title)
        source = PackageSource(self._area_packages.portal, package, self._incoming, self._around.clock)
        update = ScheduledUpdate(self._synced.folder, there, source, report, self._feedback)
        (update.try_out if self._request.dry_run else update.run)()

    @cached_property
    def _area_packages(self) -> AreaPackages:
        portal = Portal(self._around.session_of(self._synced.portal_url))
        return self._packages or AreaPackages(portal, self._synced)

    def _checked(self, copy: SyncedCopy, report: CopyReport) -> list[Notice]:
        """What was mended in the working copy. Of one that is not trusted the edits are saved, no more."""
        if self._request.dry_run:
            return []
        try:
            return ready_copy(self._synced, copy, self._feedback)
        except Untrusted:
            with suppress(OfflineMapError):
                report.saved = self._saved_edits()
            raise

    def _saved_edits(self) -> Path:
        """The file that keeps all edits of the map as they were before this update."""
        return self._file_of_edits

    @cached_property
    def _file_of_edits(self) -> Path:
        path = self._file(".gpkg")
        export_edits(self._synced, path, self._feedback)
        return path

    def write_report(self) -> Path:
        path = self._request.report or self._file(".json")
        self.report.write(path, self._around.clock.now())
        return path

    def _file(self, suffix: str) -> Path:
        return MapFolder(self._synced.folder).updates / f"{moment_in_name(self._started)}{suffix}"


def _paused(synced: SyncedMap, error: SignInRequired) -> SignInRequired:
    return SignInRequired(
        "The update of “{map}” is paused: {reason}",
        next_step="Sign in again, then update again: the update finds out what has arrived.",
        map=synced.title,
        reason=error.text,
    )
