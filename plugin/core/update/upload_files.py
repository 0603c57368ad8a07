"""Attachments that are too large for a request: they are uploaded first, and named in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..geodatabase.schema import Operation
from ..host import raise_if_cancelled
from ..working_copy.change_tracking import LocalEdit
from .attachment_json import attachment_bytes
from .edited_row import EditedRow
from .service_link import ServiceLink

_LARGE = 2 << 20


def large_files(
    link: ServiceLink, edits: Iterable[LocalEdit], read: Callable[[LocalEdit], EditedRow]
) -> dict[int, str]:
    """The ids of uploads by edit; nothing where the service takes none. One file at a time is in memory."""
    uploads: dict[int, str] = {}
    for edit in edits if link.info.takes_uploads else ():
        table = link.copy.tables[edit.table]
        if not table.owner or edit.operation is Operation.DELETE:
            continue
        content = attachment_bytes(read(edit).now, table)
        if len(content) > _LARGE:
            raise_if_cancelled(link.feedback)
            uploads[edit.id] = link.service.upload(content)
    return uploads
