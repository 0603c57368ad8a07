"""Local edits to the service, batch by batch.

    fill      edits are checked; those that pass are noted as the batch, with their rows, before a request
    send      the batch goes out; the address of its job is noted as soon as it is known
    settle    what the service took is the base from now on, as the service has it; the rest stays an edit

A batch whose answer was lost stays noted. The next run finds out what became of it (`finish`), and only then
goes on: nothing is sent twice, and nothing is taken for sent that is not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Optional

from ..errors import Cancelled, JobFailed, JobGone, NetworkError, PortalError, ServerBusy, SignInRequired
from ..geodatabase.schema import Operation
from ..host import raise_if_cancelled
from ..json_value import UNKNOWN_TIME, Json, text_of
from ..notice import notice
from ..portal.replica_answers import SyncAnswer
from ..working_copy.batch import take_batch
from ..working_copy.change_tracking import LocalEdit, local_edits
from ..working_copy.replica_state import RegistrationState, read_copy_value, write_copy_value
from .ask_server import Inquiry
from .copy_tables import id_of_feature, wkid_of
from .edited_row import EditedRow, row_as_sent
from .edits_json import EditsForm, EditsWriter, by_layer
from .outbox import Batch, Outbox, batch_under_way
from .results import Verdict, read_results, read_verdict
from .service_link import ServiceLink
from .settling import settle
from .upload_files import large_files
from .upload_order import deleted_with

_EDITS = "edits.json"
_LAST_SYNC = "lastSync"
_HABITS, _WHOLE_ROWS = "upload", "wholeRows"
"""The value of a working copy that tells what its service wants: whole rows in updates."""
_UNKNOWN = (NetworkError, ServerBusy, JobGone, SignInRequired, Cancelled)
"""What leaves the outcome of a request to the next run."""
_UNDONE = notice("service", "The service accepted none of the edits because it refused one of them.")
_PASSED_OVER = notice("service", "The service gave no answer about it, and does not have it.")


class Upload:
    """Sends the edits of one working copy. `save` keeps all of its edits in a file of their own."""

    def __init__(self, link: ServiceLink, rollback: bool, save: Callable[[], object]) -> None:
        self._link, self._copy, self._rollback, self._save = link, link.copy, rollback, save
        self._rules = link.rules
        self._outbox = Outbox(link.copy, self._rules, link.domains, link.report.refuse)

    def finish(self) -> None:
        """Finds out what became of a batch that an earlier run left. Raises `PortalError`, `NetworkError`."""
        batch = batch_under_way(self._copy, self._rules)
        if not batch.edits:
            return
        answer = self._answer_of_job()
        verdict = self._judged(batch, answer) if answer else self._found_out(batch, self._has_reached())
        self._settle(batch, verdict, answer)
        self._report(verdict)

    def run(self) -> None:
        """Raises `PortalError`, `NetworkError`, `StorageError`, `Cancelled`; what was answered is settled."""
        while self._outbox.is_waiting():
            raise_if_cancelled(self._link.feedback)
            if self._outbox.fill(self._last_sync(), all_or_nothing=self._rollback):
                self._report(self._try_otherwise(self._send()))
        if self._rollback and self._outbox.refused:
            text = "Nothing was sent: one edit would be refused, and “All edits or none” was chosen."
            self._link.report.notices.append(notice("rollback", text))

    # ---- one batch ---------------------------------------------------------------------------

    def _send(self, *, whole_rows: bool = False, form: Optional[EditsForm] = None) -> Verdict:
        """Sends the batch that is noted, and settles it."""
        batch = batch_under_way(self._copy, self._rules)
        form = form or self._link.channel.form
        writer = EditsWriter(self._copy.tables, self._rules, self._read, form)
        if whole_rows or self._wants_whole_rows():
            writer.whole_rows = self._whole_rows(batch)
        writer.uploads = large_files(self._link, batch.sent, self._read)
        try:
            answer = self._request(writer, batch)
            verdict = self._judged(batch, answer) if answer else Verdict()
        except _UNKNOWN:
            raise
        except PortalError as error:
            answer, verdict = None, self._after_refusal(batch, error)
        for edit in verdict.refused:
            self._outbox.hold_back(self._read(edit))
        self._settle(batch, verdict, answer)
        return verdict

    def _request(self, writer: EditsWriter, batch: Batch) -> Optional[SyncAnswer]:
        """The answer to a batch; None where the service has nothing to be told."""
        if not batch.sent:
            return None
        path = self._link.folder / _EDITS
        try:
            writer.write(path, batch.sent)
            layers = by_layer(batch.sent, self._copy.tables)
            return self._link.channel.send(path, layers, self._rollback, self._note_job)
        finally:
            with suppress(OSError):
                path.unlink()

    def _settle(self, batch: Batch, verdict: Verdict, answer: Optional[SyncAnswer]) -> None:
        try:
            settle(self._link, batch, verdict, answer)
        finally:
            if answer and answer.changes:
                answer.changes.discard()

    def _after_refusal(self, batch: Batch, error: PortalError) -> Verdict:
        """The service refused the whole request: that is its answer to every edit that did not arrive."""
        reached = self._has_reached()  # before the service is asked again, which moves it on
        loss = self._link.loss_behind_refusal(by_layer(batch.sent, self._copy.tables))
        # A service that does not know the replica has not looked at the edits; of a job nobody knows.
        verdict = Verdict() if loss and not isinstance(error, JobFailed) else self._found_out(batch, reached)
        if loss:
            settle(self._link, batch, verdict)
            self._report(verdict)
            raise loss from error
        words = str(error.values.get("message") or error.text)
        known = {*verdict.accepted, *verdict.contested}
        verdict.refused = {edit: words for edit in batch.sent if edit not in known}
        return verdict

    def _try_otherwise(self, verdict: Verdict) -> Verdict:
        """Sends edits once more that the service may have refused for their form alone."""
        changes = [edit for edit in verdict.refused if edit.operation is Operation.UPDATE]
        changes = [edit for edit in changes if not self._copy.tables[edit.table].owner]
        if changes and not self._wants_whole_rows():
            edits = verdict.refused if self._rollback else changes
            if self._take_again(edits):
                again = self._send(whole_rows=True)
                self._note_habit(again.accepted)
                verdict.replaced(again)
        passed_over = [
            edit
            for edit, words in verdict.refused.items()
            if words is _PASSED_OVER and edit.operation is Operation.DELETE
        ]
        if passed_over and self._link.channel.form is not EditsForm.FLAT and self._take_again(passed_over):
            verdict.replaced(self._send(form=EditsForm.FLAT))
        return verdict

    def _take_again(self, edits: Collection[LocalEdit]) -> bool:
        """Notes edits as the next batch, unless somebody has changed them since."""
        wanted = set(edits)
        told = self._last_sync()
        with self._copy.transaction():
            there = local_edits(self._copy.connection)
            along = deleted_with(self._copy.connection, self._copy.tables, there)
            same = [edit for edit in there if edit in wanted or along.get(edit.id) in wanted]
            take_batch(self._copy.connection, same)
            self._copy.note(sent=told, status_url="")
        return bool(same)

    def _note_job(self, status_url: str) -> None:
        with self._copy.transaction():
            self._copy.note(status_url=status_url)

    # ---- what became of it -------------------------------------------------------------------

    def _answer_of_job(self) -> Optional[SyncAnswer]:
        try:
            url = self._copy.state.status_url
            return self._link.channel.resume(url) if url else None
        except (JobGone, JobFailed):
            return None

    def _judged(self, batch: Batch, answer: SyncAnswer) -> Verdict:
        """What the answer says of each edit; where it says nothing, what the service says when asked."""
        results = read_results(answer.changes.changes()) if answer.changes else {}
        verdict = read_verdict(by_layer(batch.sent, self._copy.tables), results)
        words = _PASSED_OVER
        if self._rollback and verdict.refused:
            words = _UNDONE
            verdict.unanswered += verdict.accepted
            verdict.accepted = []
        # What is there cannot be added, and what is gone cannot be deleted: then it was done before.
        doubtful = [edit for edit in verdict.refused if edit.operation is not Operation.UPDATE]
        doubtful += verdict.unanswered
        if doubtful:
            arrived = set(self._inquiry(True).find_out(doubtful).arrived)
            verdict.refused.update(dict.fromkeys(verdict.unanswered, words))
            verdict.refused = {edit: text for edit, text in verdict.refused.items() if edit not in arrived}
            verdict.accepted += arrived
        return verdict

    def _found_out(self, batch: Batch, reached: Optional[bool]) -> Verdict:
        found = self._inquiry(reached).find_out(batch.sent)
        if found.contested:
            self._save()
        return Verdict(accepted=found.arrived, contested=found.contested)

    def _inquiry(self, reached: Optional[bool]) -> Inquiry:
        return Inquiry(self._link.service, self._copy.tables, self._read, reached)

    def _read(self, edit: LocalEdit) -> EditedRow:
        return row_as_sent(self._copy.connection, self._copy.tables[edit.table], edit)

    # ---- what the service tells of itself ----------------------------------------------------

    def _last_sync(self) -> Json:
        """When the service synchronised the replica last: it tells later whether a batch arrived."""
        state = self._copy.state
        if state.registration is not RegistrationState.REGISTERED:
            return {}
        known = self._link.service.replica(state.replica)
        return {_LAST_SYNC: known.last_sync.isoformat()} if known and known.last_sync != UNKNOWN_TIME else {}

    def _has_reached(self) -> Optional[bool]:
        before, now = text_of(self._copy.state.sent, _LAST_SYNC), text_of(self._last_sync(), _LAST_SYNC)
        return now != before if before and now else None

    def _wants_whole_rows(self) -> bool:
        return read_copy_value(self._copy.connection, _HABITS).get(_WHOLE_ROWS) is True

    def _note_habit(self, accepted: Collection[LocalEdit]) -> None:
        if any(edit.operation is Operation.UPDATE for edit in accepted):
            with self._copy.transaction():
                write_copy_value(self._copy.connection, _HABITS, {_WHOLE_ROWS: True})

    def _whole_rows(self, batch: Batch) -> dict[str, Json]:
        """The features that are changed, as the service has them now, by GlobalID."""
        rows: dict[str, Json] = {}
        for layer_id, layer in by_layer(batch.sent, self._copy.tables).items():
            table = self._copy.tables.layers[layer_id]
            ids = [edit.global_id or "" for edit in layer.rows[Operation.UPDATE]]
            for feature in self._link.service.rows(layer_id, ids, wkid_of(table)) if ids else ():
                rows[id_of_feature(feature, table)] = feature
        return rows

    # ---- what is told ------------------------------------------------------------------------

    def _report(self, verdict: Verdict) -> None:
        report = self._link.report
        for edit in verdict.accepted:
            report.layers[edit.table].uploaded[edit.operation] += 1
        for edit, words in verdict.refused.items():
            report.refuse(edit, words)
        for edit in verdict.contested:
            text = (
                "It is not known whether your change of {feature} in “{layer}” reached the service, and "
                "somebody has changed the same values since. The service's values were kept; yours are "
                "in “{file}”."
            )
            layer, file = report.layers[edit.table].title, report.saved.name if report.saved else ""
            report.notices.append(notice("contested", text, feature=edit.global_id, layer=layer, file=file))
