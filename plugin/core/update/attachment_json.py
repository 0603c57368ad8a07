"""The rows of a table of attachments as the JSON of a feature service, and back.

{"globalId", "parentGlobalId", "contentType", "name", "size", and "data" in base64 or "url" for the bytes}.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import Any, Optional

from ..errors import BrokenAnswer
from ..json_value import Json, folded_keys, json_string, json_whole
from ..portal.global_ids import global_id
from ..working_copy.tracked_table import TrackedTable
from .edited_row import EditedRow, RowValues

_BLOCK = 3 << 18
"""Bytes that become text at once; a multiple of three, so that the texts join."""
_LARGEST = 2**63 - 1
"""Of the whole numbers that SQLite holds."""
_OWNER, _TYPE, _NAME, _SIZE, _DATA = "REL_GLOBALID", "CONTENT_TYPE", "ATT_NAME", "DATA_SIZE", "DATA"


def column_of(table: TrackedTable, field: str) -> str:
    """The column of a field that every table of attachments has, by its name in any case; "" for none."""
    wanted = field.casefold()
    return next((column for name, column in table.columns.items() if name.casefold() == wanted), "")


def owner_of(row: RowValues, table: TrackedTable) -> str:
    """The GlobalID of the feature that a file is attached to; "" where the table does not tell."""
    value = row.get(column_of(table, _OWNER))
    return value if isinstance(value, str) else ""


def attachment_of(row: EditedRow) -> dict[str, Any]:
    """All of an attachment but its bytes."""
    return {
        "globalId": row.edit.global_id,
        "parentGlobalId": owner_of(row.now, row.table),
        "contentType": row.now.get(column_of(row.table, _TYPE)),
        "name": row.now.get(column_of(row.table, _NAME)),
    }


def attachment_bytes(row: RowValues, table: TrackedTable) -> bytes:
    """The file itself; empty for none."""
    data = row.get(column_of(table, _DATA))
    return data if isinstance(data, bytes) else b""


def base64_of(row: RowValues, table: TrackedTable) -> Iterator[str]:
    """The file as text, block by block."""
    data = memoryview(attachment_bytes(row, table))
    for start in range(0, len(data), _BLOCK):
        yield b64encode(data[start : start + _BLOCK]).decode("ascii")


def attachment_row(attachment: Json, table: TrackedTable, content: Optional[bytes]) -> dict[str, object]:
    """An attachment of the service as a row; `content` is its bytes where they came apart.

    Raises `BrokenAnswer` for one without a GlobalID, or whose bytes or numbers cannot be read.
    """
    known = folded_keys(attachment)
    number, size = (json_whole(known.get(key)) for key in ("attachmentid", "size"))
    kind, name = (
        None if known.get(key) is None else json_string(known[key]) for key in ("contenttype", "name")
    )
    own, owner = global_id(known.get("globalid")), global_id(known.get("parentglobalid"))
    data = json_string(known.get("data"))
    try:
        content = b64decode(data, validate=True) if content is None and data else content
    except ValueError:
        own = None
    if not own or max(abs(number or 0), abs(size or 0)) > _LARGEST:
        raise BrokenAnswer(
            "An attachment of “{layer}” arrived in a form that cannot be read.",
            next_step="Contact the administrator of the service.",
            layer=table.title,
        )
    stated: dict[str, object] = {
        _OWNER: owner,
        _TYPE: kind,
        _NAME: name,
        _SIZE: len(content) if content is not None else size,
        _DATA: content,
    }
    row = {column_of(table, field): value for field, value in stated.items() if value is not None}
    row.pop("", None)
    identity = {table.global_id: own, **({table.object_id: number} if table.object_id and number else {})}
    return {**row, **identity}


def described(row: RowValues, table: TrackedTable) -> tuple[object, object, int]:
    """Name, content type and size of a file."""
    name, kind = row.get(column_of(table, _NAME)), row.get(column_of(table, _TYPE))
    return name, kind, len(attachment_bytes(row, table))
