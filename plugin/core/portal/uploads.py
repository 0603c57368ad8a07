"""Files for the uploads resource of a feature service: one request, or parts where a file is large.

Memory holds one part at a time. Source: the ArcGIS REST API.
"""

from __future__ import annotations

from pathlib import Path
from typing import Union

from ..errors import BrokenAnswer
from ..host import Feedback, raise_if_cancelled
from ..json_value import Json, folded_keys, json_object, json_string
from ..storage import reading_error
from .session import PortalSession

_LARGEST_WHOLE = 10 << 20  # bytes: what servers take in one request
_PART = 8 << 20  # ArcGIS Online takes no part below 5 MiB but the last


def upload_file(
    session: PortalSession, service: str, source: Union[Path, bytes], name: str, feedback: Feedback
) -> str:
    """Uploads a file, or bytes, to the service; returns the id of the upload. `name` is plain ASCII.

    Raises `PortalError`, `NetworkError`, `StorageError` where the file cannot be read, `Cancelled`.
    """
    url = f"{service}/uploads"
    size = _size(source)
    if size <= _LARGEST_WHOLE:
        answer = session.post_file_part(f"{url}/upload", {}, name, _block(source, 0, size))
        return _item_id(session, url, answer)
    item = _item_id(session, url, session.post_json(f"{url}/register", {"itemName": name}))
    parts = range(1, -(-size // _PART) + 1)
    for part in parts:
        raise_if_cancelled(feedback)
        block = _block(source, (part - 1) * _PART, _PART)
        session.post_file_part(f"{url}/{item}/uploadPart", {"partId": str(part)}, name, block)
        feedback.report(min(part * _PART, size), size, name)
    session.post_json(f"{url}/{item}/commit", {"parts": ",".join(map(str, parts))})
    return item


def _size(source: Union[Path, bytes]) -> int:
    if isinstance(source, bytes):
        return len(source)
    try:
        return source.stat().st_size
    except OSError as error:
        raise reading_error(error, source.name) from error


def _block(source: Union[Path, bytes], start: int, size: int) -> bytes:
    if isinstance(source, bytes):
        return source[start : start + size]
    try:
        with source.open("rb") as file:
            file.seek(start)
            return file.read(size)
    except OSError as error:
        raise reading_error(error, source.name) from error


def _item_id(session: PortalSession, url: str, answer: Json) -> str:
    item = json_string(folded_keys(json_object(folded_keys(answer).get("item"))).get("itemid"))
    if not item.replace("-", "").isalnum():
        raise BrokenAnswer(
            "“{host}” accepted a file but did not return its id.",
            next_step="Contact the administrator of the service.",
            host=session.asked(url).host,
        )
    return item
