"""The end of a batch: what the service took becomes the base, as the service has it now.

Its rows are fetched first, then everything goes into the working copy in one transaction: an end in between
leaves the batch under way, and the next run finds out what became of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Optional

from ..errors import PortalError, ServerBusy, SignInRequired
from ..geodatabase.schema import Operation
from ..json_value import Json
from ..notice import notice
from ..portal.replica_answers import SyncAnswer
from ..working_copy.apply import apply_rows
from ..working_copy.batch import settle_batch
from ..working_copy.change_tracking import LocalEdit
from ..working_copy.feature_json import rows_of
from ..working_copy.tracked_table import TrackedTable
from .channel import reached
from .copy_tables import wkid_of
from .incoming import Incoming
from .outbox import Batch
from .results import Verdict
from .service_link import ServiceLink


def settle(link: ServiceLink, batch: Batch, verdict: Verdict, answer: Optional[SyncAnswer] = None) -> None:
    """Ends a batch; `answer` may have brought changes of others along.

    Raises `NetworkError`, `ServerBusy`, `SignInRequired`, `StorageError`: then the batch is under way still.
    """
    copy = link.copy
    done = {edit.id for edit in (*verdict.accepted, *verdict.contested, *batch.idle)}
    done |= {number for number, first in batch.along.items() if first.id in done}
    features = list(_as_the_service_has_them(link, [edit for edit in batch.edits if edit.id in done]))
    with _brought(link, answer) as incoming, copy.transaction():
        settle_batch(copy.connection, [edit for edit in batch.edits if edit.id in done])
        if incoming and answer:
            incoming.apply(link.report, link.feedback)
            copy.note(generations=reached(copy.state.generations, answer.generations))
        for table, listed in features:
            apply_rows(copy.connection, table, rows_of(listed, table), (), link.feedback)
        copy.note(sent={}, status_url="")


@contextmanager
def _brought(link: ServiceLink, answer: Optional[SyncAnswer]) -> Iterator[Optional[Incoming]]:
    """What others changed, where the service tells it in the answer to edits."""
    if answer is None or answer.changes is None or not link.channel.answers_with_changes:
        yield None
        return
    incoming = Incoming(link.copy, answer.changes, link.service, link.folder)
    try:
        incoming.fetch(link.feedback)
        yield incoming
    finally:
        incoming.discard()


def _as_the_service_has_them(
    link: ServiceLink, edits: Iterable[LocalEdit]
) -> Iterator[tuple[TrackedTable, list[Json]]]:
    """What the service made of features that it took: it fills fields, and moves shapes to its grid."""
    by_table: dict[str, list[str]] = {}
    for edit in edits:
        if edit.operation is not Operation.DELETE and edit.global_id and edit.table in link.copy.tables:
            by_table.setdefault(edit.table, []).append(edit.global_id)
    for name, ids in by_table.items():
        table = link.copy.tables[name]
        if table.owner:
            continue
        layer_id = link.copy.tables.layer_of(name)
        try:
            yield table, list(link.service.rows(layer_id, ids, wkid_of(table)))
        except (SignInRequired, ServerBusy):
            raise
        except PortalError as error:
            text = "The values that the service filled in itself in “{layer}” are not known here: {error}"
            link.report.notices.append(notice("filled", text, layer=table.title, error=error))
