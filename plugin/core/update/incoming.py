"""Changes of a service, applied to a working copy: files are fetched first, then all goes in at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import Optional

from ..errors import BrokenAnswer
from ..geodatabase.schema import Operation
from ..host import Feedback, raise_if_cancelled
from ..json_value import Json, folded_keys, json_string, json_whole
from ..portal.changes_file import Change, ChangeKind, ChangesFile
from ..portal.feature_service import FeatureService
from ..storage import reading_error
from ..working_copy.apply import Applied, apply_rows
from ..working_copy.feature_json import rows_of
from ..working_copy.tracked_table import TrackedTable
from .attachment_json import attachment_row
from .edited_row import RowValues
from .open_copy import OpenCopy
from .report import CopyReport

_OF_FILES = (ChangeKind.ATTACHMENT_ADD, ChangeKind.ATTACHMENT_UPDATE, ChangeKind.ATTACHMENT_DELETE)
_WITH_BYTES = (ChangeKind.ATTACHMENT_ADD, ChangeKind.ATTACHMENT_UPDATE)
_ROWS_AT_ONCE = 1000


class Incoming:
    """The changes in one answer. `fetch` asks the service for files; `apply` needs no network."""

    def __init__(self, copy: OpenCopy, changes: ChangesFile, service: FeatureService, folder: Path) -> None:
        self._copy, self._changes, self._service, self._folder = copy, changes, service, folder
        self._files: dict[str, Path] = {}

    def fetch(self, feedback: Feedback) -> None:
        """The content of attachments that are only named; raises `PortalError`, `NetworkError`."""
        for change in self._changes.changes():
            if change.kind not in _WITH_BYTES:
                continue
            known = folded_keys(change.value)
            url = json_string(known.get("url"))
            if url and url not in self._files:
                raise_if_cancelled(feedback)
                path = self._folder / f"attachment-{len(self._files)}"
                self._service.fetch_attachment(url, path)
                self._files[url] = path
                _require_size(path, known)

    def apply(self, report: CopyReport, feedback: Feedback) -> None:
        """In the caller's transaction. Raises `BrokenAnswer`, `Unsupported`."""
        for (table, is_delete), run in groupby(self._changes.changes(), self._target):
            if table is None:
                continue
            values = (change.value for change in run)
            if is_delete:
                applied = apply_rows(self._copy.connection, table, (), values, feedback)
            else:
                applied = apply_rows(self._copy.connection, table, self._rows(table, values), (), feedback)
            count_applied(report, table, applied)

    def _target(self, change: Change) -> tuple[Optional[TrackedTable], bool]:
        if change.kind.is_result:
            return None, False
        table = self._copy.tables.find(change.layer_id, change.kind in _OF_FILES)
        return table, change.kind.is_delete

    def _rows(self, table: TrackedTable, values: Iterator[Json]) -> Iterator[RowValues]:
        """Many at a time, but files one by one: their bytes are in memory."""
        if table.owner:
            for value in values:
                yield attachment_row(value, table, self._bytes(value))
            return
        while some := list(islice(values, _ROWS_AT_ONCE)):
            yield from rows_of(some, table)

    def _bytes(self, attachment: Json) -> Optional[bytes]:
        """The content that was fetched; None where the attachment brings its own, or none."""
        path = self._files.get(json_string(folded_keys(attachment).get("url")))
        try:
            return path.read_bytes() if path else None
        except OSError as error:
            raise reading_error(error, "attachment") from error

    def discard(self) -> None:
        """Removes the files."""
        self._changes.discard()
        for path in self._files.values():
            path.unlink(missing_ok=True)


def _require_size(path: Path, attachment: Json) -> None:
    """Whatever came for an address, a page or an error among it, is no file of another size."""
    stated, count = json_whole(attachment.get("size")), path.stat().st_size
    if stated is not None and stated != count:
        raise BrokenAnswer(
            "The attachment “{name}” arrived with {count} bytes instead of {stated}.",
            next_step="Try again later. If this keeps happening, contact the administrator of the service.",
            name=json_string(attachment.get("name")),
            count=count,
            stated=stated,
        )


def count_applied(report: CopyReport, table: TrackedTable, applied: Applied) -> None:
    """Adds rows that came from the service to the report."""
    counts = report.layers[table.name]
    counts.downloaded[Operation.INSERT] += applied.added
    counts.downloaded[Operation.UPDATE] += applied.updated
    counts.downloaded[Operation.DELETE] += applied.deleted
    counts.rebased += applied.rebased
