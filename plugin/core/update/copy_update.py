"""The update of one geodatabase, from the first question to the last note.

meet        what the service is now, and whether its schema is still that of the copy
finish      what became of edits whose answer an earlier run did not get
register    a copy that waits, was copied, or that the service has lost
upload      local edits, batch by batch
receive     what others changed
note        when that was, and what the service allows
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..errors import ItemNotFound, OfflineMapError, ReplicaLost, Unsupported
from ..geodatabase.catalogue import open_geodatabase
from ..host import Feedback
from ..notice import Notice, notice
from ..offline_map.copy_rights import SERVICE_FACTS, renew_rights
from ..offline_map.update_mode import UpdateMode
from ..working_copy.change_tracking import local_edits
from ..working_copy.replica_state import RegistrationState, write_copy_value
from ..working_copy.table_names import table_in_copy
from .channel import downloading_layers
from .local_checks import Domains
from .open_copy import OpenCopy
from .outbox import Outbox
from .receiving import receive_changes
from .registration import register_copy
from .report import CopyReport
from .schema_change import schema_changes
from .service_facts import layers_of, service_facts
from .service_link import ServiceLink
from .surroundings import UpdateSurroundings
from .synced_map import SyncedMap
from .update_request import UpdateDirection, UpdateRequest
from .upload import Upload

_STANDING = (RegistrationState.REGISTERED, RegistrationState.DIRECT)


class CopyUpdate:
    """Brings one working copy and its service together. `save` keeps the edits of the map in a file."""

    def __init__(
        self,
        synced: SyncedMap,
        there: OpenCopy,
        request: UpdateRequest,
        around: UpdateSurroundings,
        report: CopyReport,
        save: Callable[[], Path],
        feedback: Feedback,
    ) -> None:
        self._synced, self._there, self._request, self._around = synced, there, request, around
        self._report, self._save, self._feedback = report, save, feedback

    def run(self) -> None:
        """Raises an `OfflineMapError`; what was settled by then stays so."""
        link = self._meet()
        self._upload(link).finish()
        self._register(fresh=self._there.state.registration in _STANDING and link.is_behind)
        try:
            self._exchange(link)
        except ReplicaLost:
            self._report.forget_refusals()  # all edits that are left are tried again
            self._register(fresh=True)
            self._exchange(link)
        self._note(link)
        self._tell_version(link)

    def try_out(self) -> None:
        """What `run` would send; nothing is changed, neither here nor there."""
        link = self._meet()
        layers = self._report.layers
        outbox = Outbox(self._there, link.rules, link.domains, self._report.refuse)
        for edit in outbox.checked() if self._uploads() else ():
            layers[edit.table].uploaded[edit.operation] += 1
        if self._downloads():
            text = "“{service}” was not asked for changes by others: “Check for updates” does that."
            self._report.notices.append(notice("dry_run", text, service=self._there.copy.title))

    # ---- the steps ---------------------------------------------------------------------------

    def _meet(self) -> ServiceLink:
        copy = self._there.copy
        service = self._around.service(self._synced.portal_url, copy.service_url, self._feedback)
        try:
            info = service.info()
        except ItemNotFound as error:
            raise self._service_gone() from error
        with open_geodatabase(copy.package) as geodatabase:
            tables = tuple(map(table_in_copy, geodatabase.tables))
        own = {table.layer_id: table for table in tables if table.layer_id in self._there.tables.layers}
        layers = {layer.id: layer for layer in layers_of(service, info, self._there.tables.layers)}
        link = ServiceLink(
            self._there,
            service,
            info,
            layers,
            Domains(tables),
            self._report,
            self._around.scratch,
            self._feedback,
        )
        changed = schema_changes(
            {one: table for one, table in own.items() if one is not None}, layers, info.layers
        )
        if changed:
            self._report.notices += changed
            raise self._schema_changed(changed)
        return link

    def _upload(self, link: ServiceLink) -> Upload:
        return Upload(link, self._request.rollback, self._keep_edits)

    def _register(self, fresh: bool) -> None:
        if fresh:
            self._keep_edits()
            text = (
                "“{service}” no longer knew this offline map. It was registered again, its rows are "
                "those of the service now, and your edits are kept."
            )
            self._report.notices.append(notice("registered_anew", text, service=self._there.copy.title))
        notices = self._report.notices
        state = register_copy(self._synced, self._there, self._around, self._feedback, notices, fresh=fresh)
        if state.registration not in _STANDING:
            raise Unsupported(
                "“{service}” does not synchronise this offline map: {reason}",
                next_step="Ask its owner to enable sync, then download the map area again.",
                service=self._there.copy.title,
                reason=state.told,
            )

    def _exchange(self, link: ServiceLink) -> None:
        if self._uploads() and local_edits(self._there.connection):
            self._require_rollback(link)
            self._keep_edits()
            self._upload(link).run()
        if self._downloads():
            receive_changes(link)

    def _keep_edits(self) -> None:
        """Before anything happens to them: whatever goes wrong, they are in a file."""
        if local_edits(self._there.connection):
            self._report.saved = self._save()

    def _uploads(self) -> bool:
        return self._request.direction is not UpdateDirection.DOWNLOAD

    def _downloads(self) -> bool:
        """Scheduled updates come as packages."""
        wanted = self._request.direction is not UpdateDirection.UPLOAD
        return wanted and self._synced.mode is UpdateMode.SYNC and bool(downloading_layers(self._there))

    def _note(self, link: ServiceLink) -> None:
        facts = service_facts(link.info, link.layers.values())
        with self._there.transaction():
            self._there.note(last_sync=self._around.clock.now().isoformat())
            write_copy_value(self._there.connection, SERVICE_FACTS, facts)
            renew_rights(self._there.connection)

    def _tell_version(self, link: ServiceLink) -> None:
        """Edits of versioned data are in a version of their own at first."""
        if (
            not self._report.uploaded
            or not link.info.has_versioned_data
            or link.info.has_branch_versioned_data
        ):
            return
        replicas = link.service.replicas(with_versions=True) if link.info.lists_versions else ()
        own, title = _folded(self._there.state.replica), self._there.copy.title
        version = next((one.version for one in replicas if _folded(one.id) == own), "")
        if version:
            text = (
                "Your edits are in the version {version} of “{service}”: others see them after reconcile and"
                " post."
            )
            self._report.notices.append(notice("versioned", text, version=version, service=title))
        else:
            text = "Your edits are in a version of “{service}”: others see them after reconcile and post."
            self._report.notices.append(notice("versioned", text, service=title))

    # ---- what cannot be gone on with ---------------------------------------------------------

    def _require_rollback(self, link: ServiceLink) -> None:
        is_direct = self._there.state.registration is RegistrationState.DIRECT
        if self._request.rollback and not (link.info.supports_rollback or is_direct):
            raise Unsupported(
                "“{service}” cannot undo edits, so “All edits or none” cannot be used.",
                next_step="Update without this option.",
                service=self._there.copy.title,
            )

    def _schema_changed(self, changes: list[Notice]) -> OfflineMapError:
        self._keep_edits()
        error = Unsupported(
            "The schema of “{service}” has changed since the map area was packaged, so nothing was"
            " synchronised. Changes: {count}; the first: {change}",
            next_step="Ask its author to set the map area up again, then download it again.",
            service=self._there.copy.title,
            count=len(changes),
            change=changes[0],
        )
        if self._report.saved:
            text = (
                "The edits that were not sent are in “{file}”: apply them once the map is downloaded again."
            )
            self._report.notices.append(notice("saved", text, file=self._report.saved.name))
        return error

    def _service_gone(self) -> OfflineMapError:
        return ItemNotFound(
            "The feature service “{service}” no longer exists, or you may not see it. The offline map "
            "stays as it is, with {count} edits not sent yet.",
            next_step="Sign in with an account that may see it, or save your edits with "
            "“Export local edits”.",
            service=self._there.copy.title,
            count=len(local_edits(self._there.connection)),
        )


def _folded(replica: str) -> str:
    """The id of a replica, which servers spell in several ways."""
    return replica.strip("{}").casefold()
